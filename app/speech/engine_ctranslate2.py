"""Whisper by CTranslate2, as shipped with faster-whisper.

Both encode a window once and decode it as often as asked, so that the transcript and the English
translation share one encoding, and both take windows shorter than Whisper's 30 seconds: the
encoder's positions are sinusoids, and a clip of 4 seconds needs no 26 seconds of silence.
"""

# F frames of 10 ms, T = F / 2 positions, D width, n tokens, V vocabulary.

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.errors import SpeechError
from app.languages import LANGUAGES
from app.speech.ctranslate2_reader import count_layers, read_model, state_of
from app.speech.engine import NUM_TEXTS, Decoding, PhraseSearch, Task, as_written
from app.speech.tokenizer import WhisperTokenizer
from app.speech.weights import check_hash
from maskgil.utils.command_line import first_line
from maskgil.utils.hub_cache import promised_hash
from maskgil.utils.threads import num_threads

if TYPE_CHECKING:
    from app.speech.words.text_decoder import TextDecoder
    from app.speech.words.word_search import WordSearcher


class CTranslate2Engine(PhraseSearch):
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
            if expected := promised_hash(folder / "model.bin"):
                check_hash(folder / "model.bin", expected)
            raise SpeechError(
                f"Whisper in {folder} cannot be loaded: {first_line(error)}"
            ) from error
        self._folder = folder
        self._view = ctranslate2.StorageView.from_array
        self._kind, self._cpu = kind, ctranslate2.Device.cpu
        self._beam_size = beam_size
        self._words = WhisperTokenizer.load(folder)
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
        return self._view(np.repeat(self._array(encoding), times, axis=0))

    def _array(self, encoding: Any) -> np.ndarray:
        return np.asarray(encoding if self._kind == "cpu" else encoding.to_device(self._cpu))

    @cached_property
    def _decoder(self) -> TextDecoder | None:
        """The text decoder a second time, in torch, where it is small and not quantized."""
        from app.speech.words.text_decoder import TextDecoder
        from app.thresholds import WIDEST

        variables = read_model(self._folder / "model.bin")
        weight = variables["decoder/embeddings/weight"]
        if weight.shape[1] > WIDEST or not weight.dtype.startswith("float"):
            return None
        num_heads = int(variables["decoder/num_heads"].numpy())
        return TextDecoder(state_of(variables, "decoder", halves=True), num_heads)

    @cached_property
    def _searcher(self) -> WordSearcher:
        from app.speech.features import silent_mel
        from app.speech.words.word_search import WordSearcher

        ids = self._words.ids
        silence = self._array(self.encode(silent_mel(self.num_mels)))
        return WordSearcher(self._words.encode, lambda name: ids[f"<|{name}|>"], silence)

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        ids = self._words.ids
        start = [ids[f"<|{name}|>"] for name in ("startoftranscript", language, "transcribe")]
        tokens = [self._words.encode(as_written(text, language)) for text in texts]
        num_frames = [2] * len(texts)  # of which it says where each word is: not asked for here
        batch = self._repeated(encoding, len(texts))
        scores = []
        for aligned in self._model.align(batch, start, tokens, num_frames):
            chances = np.maximum(aligned.text_token_probs, 1e-10)  # (n,)
            scores.append(float(np.log(chances).sum()))
        return scores


def check_translates(folder: Path) -> None:
    """Read the model's table of contents; raise SpeechError if damaged or unable to translate."""
    variables = read_model(folder / "model.bin")
    refuse_uneven(folder, count_layers(variables, "encoder"), count_layers(variables, "decoder"))


def refuse_uneven(path: Path, encoder_layers: int, decoder_layers: int) -> None:
    """Every Whisper that translates has as many decoder as encoder layers; turbo and distil not."""
    if encoder_layers != decoder_layers:
        raise SpeechError(
            f"Whisper in {path} cannot be used: {encoder_layers} encoder and {decoder_layers} "
            "decoder layers are those of a turbo or distil model, which does not translate; "
            "choose medium or large-v3"
        )
