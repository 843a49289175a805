"""Two engines that run Whisper: CTranslate2 (as shipped with faster-whisper) and openai-whisper.

Both encode a window once and decode it as often as asked, so that the transcript and the English
translation share one encoding, and both take windows shorter than Whisper's 30 seconds: the
encoder's positions are sinusoids, and a clip of 4 seconds needs no 26 seconds of silence.
"""

# F frames of 10 ms, T = F / 2 positions, D width, n tokens, V vocabulary.

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from app.errors import SpeechError
from app.languages import LANGUAGES, UNSPACED
from app.speech.ctranslate2_reader import count_layers, read_model, to_openai
from app.speech.tokenizer import encode
from app.speech.weights import check_hash, hub_hash
from maskgil.utils.threads import num_threads

Task = Literal["transcribe", "translate"]
NUM_TEXTS = 3  # the best texts of a beam that are handed out


@dataclass(frozen=True)
class Decoding:
    """One text out of one window. `mean_logprob` is per token, the end included."""

    text: str
    tokens: tuple[int, ...]
    mean_logprob: float
    no_speech: float
    others: tuple[str, ...] = ()  # the next best texts, where a beam was searched

    @property
    def texts(self) -> list[str]:
        """All texts that are not empty, best first."""
        return [text for text in (self.text, *self.others) if text]


class Engine(Protocol):
    """A loaded Whisper model. `encode` gives an opaque encoding for the other two."""

    num_mels: int
    languages: frozenset[str]

    def encode(self, mel: np.ndarray) -> Any: ...

    def detect(self, encoding: Any) -> list[tuple[str, float]]: ...

    def decode(
        self,
        encoding: Any,
        language: str,
        task: Task,
        *,
        max_tokens: int,
        no_repeat: int = 0,
        greedy: bool = False,
    ) -> Decoding:
        """Greedily where `greedy`, else as well as the engine can."""
        ...

    def decode_all(
        self,
        encoding: Any,
        wanted: Sequence[tuple[str, Task]],
        *,
        max_tokens: int,
        greedy: bool = False,
    ) -> list[Decoding]:
        """As `decode`, for several languages and tasks; at once where that is faster."""
        ...

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        """Log-probability (nats, the end left out) of each text as the transcript."""
        ...


class CTranslate2Engine:
    """Whisper by CTranslate2: int8 on a CPU, float16 on a GPU unless told otherwise.

    `beam_size` 5 is Whisper's own; 1 decodes greedily, as the other engine does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        device: str = "cpu",
        compute_type: str | None = None,
        beam_size: int = 5,
    ):
        if folder.is_file():
            raise SpeechError(
                f"{folder} is an openai-whisper checkpoint: choose the engine openai-whisper, "
                "or give a CTranslate2 model folder"
            )
        import ctranslate2

        check_translates(folder)
        kind = "cuda" if device.startswith("cuda") else "cpu"
        index = int(device.partition(":")[2] or 0)
        compute_type = compute_type or ("float16" if kind == "cuda" else "int8")
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder),
                device=kind,
                device_index=index,
                compute_type=compute_type,
                intra_threads=num_threads(),
            )
        except (RuntimeError, ValueError) as error:
            if expected := hub_hash(folder / "model.bin"):
                check_hash(folder / "model.bin", expected)
            reason = str(error).splitlines()[0]
            raise SpeechError(f"Whisper in {folder} cannot be loaded: {reason}") from error
        self._view = ctranslate2.StorageView.from_array
        self._kind, self._cpu = kind, ctranslate2.Device.cpu
        self._beam_size = beam_size
        self._words = Vocabulary.load(folder)
        self.num_mels: int = self._model.n_mels
        self.languages = frozenset(code for code in LANGUAGES if f"<|{code}|>" in self._words.ids)

    def encode(self, mel: np.ndarray) -> Any:
        return self._model.encode(self._view(mel[None]))  # (1, T, D)

    def detect(self, encoding: Any) -> list[tuple[str, float]]:
        ranked = self._model.detect_language(encoding)[0]
        return [(token[2:-2], float(probability)) for token, probability in ranked]

    def decode(
        self,
        encoding: Any,
        language: str,
        task: Task,
        *,
        max_tokens: int,
        no_repeat: int = 0,
        greedy: bool = False,
    ) -> Decoding:
        wanted = [(language, task)]
        return self._generate(encoding, wanted, max_tokens, no_repeat=no_repeat, greedy=greedy)[0]

    def decode_all(
        self,
        encoding: Any,
        wanted: Sequence[tuple[str, Task]],
        *,
        max_tokens: int,
        greedy: bool = False,
    ) -> list[Decoding]:
        return self._generate(encoding, wanted, max_tokens, greedy=greedy)

    def _generate(
        self,
        encoding: Any,
        wanted: Sequence[tuple[str, Task]],
        max_tokens: int,
        *,
        no_repeat: int = 0,
        greedy: bool = False,
    ) -> list[Decoding]:
        ids = self._words.ids
        beam_size = 1 if greedy else self._beam_size
        results = self._model.generate(
            self._repeated(encoding, len(wanted)),
            [
                [ids[f"<|{name}|>"] for name in ("startoftranscript", *pair, "notimestamps")]
                for pair in wanted
            ],
            beam_size=beam_size,
            num_hypotheses=min(beam_size, NUM_TEXTS),
            max_length=2 * max_tokens,  # CTranslate2 halves it, to leave room for a prompt
            no_repeat_ngram_size=no_repeat,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [self._decoding(result) for result in results]

    def _decoding(self, result: Any) -> Decoding:
        tokens = tuple(result.sequences_ids[0])
        total = float(result.scores[0]) * len(tokens)  # its mean leaves the end out
        return Decoding(
            text=self._words.text(tokens),
            tokens=tokens,
            mean_logprob=total / (len(tokens) + 1),
            no_speech=float(result.no_speech_prob),
            others=tuple(self._words.text(tuple(ids)) for ids in result.sequences_ids[1:]),
        )

    def _repeated(self, encoding: Any, times: int) -> Any:
        """An encoding (1, T, D) as a batch (times, T, D); CTranslate2 copies it to its device."""
        if times == 1:
            return encoding
        if self._kind != "cpu":
            encoding = encoding.to_device(self._cpu)
        return self._view(np.repeat(np.asarray(encoding), times, axis=0))

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        ids = self._words.ids
        start = [ids[f"<|{name}|>"] for name in ("startoftranscript", language, "transcribe")]
        tokens = [self._words.encode(_as_written(text, language)) for text in texts]
        num_frames = [2 * encoding.shape[1]] * len(texts)
        batch = self._repeated(encoding, len(texts))
        scores = []
        for aligned in self._model.align(batch, start, tokens, num_frames):
            chances = np.maximum(aligned.text_token_probs, 1e-10)  # (n,)
            scores.append(float(np.log(chances).sum()))
        return scores


class OpenAIWhisperEngine:
    """Whisper by openai-whisper, from its own `.pt` files or from CTranslate2 weights.

    It always decodes greedily.
    """

    def __init__(self, path: Path, *, device: str = "cpu"):
        from whisper.model import ModelDimensions, Whisper
        from whisper.tokenizer import get_tokenizer

        dims, state = _read_checkpoint(path) if path.is_file() else _read_folder(path)
        _refuse_uneven(path, dims["n_audio_layer"], dims["n_text_layer"])
        model = Whisper(ModelDimensions(**dims))
        model.load_state_dict(state, strict=True, assign=True)
        self._model = model.eval().to(device)
        self._device = device
        self._words = get_tokenizer(True, num_languages=model.num_languages)
        self._suppressed = self._suppressed_tokens()
        self.num_mels: int = dims["n_mels"]
        self.languages = frozenset(list(self._words.all_language_codes))

    def encode(self, mel: np.ndarray) -> Any:
        import torch
        from torch.nn.functional import gelu

        encoder = self._model.encoder
        with torch.inference_mode():
            x = torch.from_numpy(mel)[None].to(self._device)  # (1, M, F)
            x = gelu(encoder.conv2(gelu(encoder.conv1(x)))).transpose(1, 2)  # (1, T, D)
            x = x + encoder.positional_embedding[: x.shape[1]]
            for block in encoder.blocks:
                x = block(x)
            return encoder.ln_post(x)

    def detect(self, encoding: Any) -> list[tuple[str, float]]:
        import torch

        with torch.inference_mode():
            start = torch.tensor([[self._words.sot]], device=self._device)
            logits = self._model.decoder(start, encoding)[0, -1]  # (V,)
            ids = torch.tensor(self._words.all_language_tokens, device=self._device)
            probabilities = logits[ids].softmax(-1).tolist()
        ranked = zip(self._words.all_language_codes, probabilities, strict=True)
        return sorted(ranked, key=lambda pair: -pair[1])

    def decode(
        self,
        encoding: Any,
        language: str,
        task: Task,
        *,
        max_tokens: int,
        no_repeat: int = 0,
        greedy: bool = False,
    ) -> Decoding:
        import torch

        words = self._words
        prompt = [
            words.sot,
            words.to_language_token(language),
            words.translate if task == "translate" else words.transcribe,
            words.no_timestamps,
        ]
        tokens: list[int] = []
        total, no_speech = 0.0, 0.0
        cache, hooks = self._model.install_kv_cache_hooks()
        try:
            with torch.inference_mode():
                fresh = torch.tensor([prompt], device=self._device)
                for step in range(max_tokens):
                    logits = self._model.decoder(fresh, encoding, kv_cache=cache)  # (1, n, V)
                    if step == 0:
                        no_speech = float(logits[0, 0].softmax(-1)[words.no_speech])
                    last = logits[0, -1]
                    last[self._suppressed] = -torch.inf
                    if step == 0:
                        last[[*words.encode(" "), words.eot]] = -torch.inf
                    last[_would_repeat(tokens, no_repeat)] = -torch.inf
                    best = int(last.argmax())
                    total += float(last.log_softmax(-1)[best])
                    if best == words.eot:
                        break
                    tokens.append(best)
                    fresh = torch.tensor([[best]], device=self._device)
        finally:
            for hook in hooks:
                hook.remove()
        return Decoding(
            text=words.decode(tokens).strip(),
            tokens=tuple(tokens),
            mean_logprob=total / (len(tokens) + 1),
            no_speech=no_speech,
        )

    def decode_all(
        self,
        encoding: Any,
        wanted: Sequence[tuple[str, Task]],
        *,
        max_tokens: int,
        greedy: bool = False,
    ) -> list[Decoding]:
        return [
            self.decode(encoding, language, task, max_tokens=max_tokens, greedy=greedy)
            for language, task in wanted
        ]

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        import torch

        words = self._words
        start = [words.sot, words.to_language_token(language), words.transcribe]
        start.append(words.no_timestamps)
        scores = []
        for text in texts:
            ids = words.encode(_as_written(text, language))
            with torch.inference_mode():
                tokens = torch.tensor([start + ids], device=self._device)
                logits = self._model.decoder(tokens, encoding)[0, len(start) - 1 : -1]  # (n, V)
                logits[:, words.eot :] = -torch.inf  # as CTranslate2 scores: text alone
                chances = logits.float().log_softmax(-1)
                scores.append(float(chances[range(len(ids)), ids].sum()))
        return scores

    def _suppressed_tokens(self) -> list[int]:
        """Symbols nobody says, and every token that is not text, the end aside."""
        specials = self._words.special_tokens.values()
        return sorted({*self._words.non_speech_tokens, *specials} - {self._words.eot})


def _as_written(text: str, language: str) -> str:
    """A transcript as Whisper begins it: with a space, where words have spaces between them."""
    return text if language in UNSPACED else f" {text}"


def _would_repeat(tokens: Sequence[int], size: int) -> list[int]:
    """The tokens that would complete a run of `size` tokens that was there before."""
    if size < 1 or len(tokens) < size:
        return []
    tail = tuple(tokens[len(tokens) - size + 1 :])
    starts = range(len(tokens) - size + 1)
    return [tokens[s + size - 1] for s in starts if tuple(tokens[s : s + size - 1]) == tail]


def _read_checkpoint(path: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """Dimensions and state of an openai-whisper `.pt` file; nothing in it is executed."""
    import pickle

    import torch

    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
        dims = dict(stored["dims"])
        state = {name: value.float() for name, value in stored["model_state_dict"].items()}
    except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise SpeechError(
            f"damaged weights: {path} cannot be read as an openai-whisper checkpoint"
        ) from error
    return dims, state


def _read_folder(folder: Path) -> tuple[dict[str, int], dict[str, Any]]:
    return to_openai(read_model(folder / "model.bin"))


def check_translates(folder: Path) -> None:
    """Read the model's table of contents; raise SpeechError if damaged or unable to translate."""
    variables = read_model(folder / "model.bin")
    _refuse_uneven(folder, count_layers(variables, "encoder"), count_layers(variables, "decoder"))


def _refuse_uneven(path: Path, encoder_layers: int, decoder_layers: int) -> None:
    """Every Whisper that translates has as many decoder as encoder layers; turbo and distil not."""
    if encoder_layers != decoder_layers:
        raise SpeechError(
            f"Whisper in {path} cannot be used: {encoder_layers} encoder and {decoder_layers} "
            "decoder layers are those of a turbo or distil model, which does not translate; "
            "choose medium or large-v3"
        )


@dataclass(frozen=True)
class Vocabulary:
    """A CTranslate2 model's tokens, in GPT-2's spelling of bytes as printable characters."""

    tokens: tuple[str, ...]
    ids: dict[str, int]

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read `vocabulary.json` or `vocabulary.txt` of a model folder; raise SpeechError."""
        try:
            if (folder / "vocabulary.json").is_file():
                tokens = json.loads((folder / "vocabulary.json").read_text("utf-8"))
            else:
                tokens = (folder / "vocabulary.txt").read_text("utf-8").split("\n")
        except (OSError, ValueError) as error:
            raise SpeechError(f"Whisper in {folder} has no readable vocabulary") from error
        ids = {token: number for number, token in enumerate(tokens)}
        if "<|translate|>" not in ids or "<|fr|>" not in ids:
            raise SpeechError(f"Whisper in {folder} is English-only: it cannot translate")
        return cls(tuple(tokens), ids)

    def text(self, tokens: Sequence[int]) -> str:
        """The text of `tokens`, special ones left out."""
        end = self.ids["<|endoftext|>"]
        letters = "".join(self.tokens[token] for token in tokens if token < end)
        table = _byte_of_letter()
        return bytes(table[letter] for letter in letters).decode("utf-8", "replace").strip()

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`."""
        letters = {byte: letter for letter, byte in _byte_of_letter().items()}
        return encode(text, self.ids, letters, self.ids["<|endoftext|>"])


@lru_cache
def _byte_of_letter() -> dict[str, int]:
    """GPT-2's table: printable bytes stand for themselves, the others for 256, 257, …"""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    spelled = {chr(byte): byte for byte in printable}
    return spelled | {chr(256 + place): byte for place, byte in enumerate(others)}
