"""Whisper by openai-whisper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.errors import SpeechError
from app.speech.ctranslate2_reader import read_model, to_openai
from app.speech.engine import Decoding, PhraseSearch, Task, as_written
from app.speech.engine_ctranslate2 import refuse_uneven

if TYPE_CHECKING:
    from app.speech.words.text_decoder import TextDecoder
    from app.speech.words.word_search import WordSearcher


class OpenAIWhisperEngine(PhraseSearch):
    """Whisper by openai-whisper, from its own `.pt` files or from CTranslate2 weights.

    It always decodes greedily.
    """

    def __init__(self, path: Path, *, device: str = "cpu"):
        from whisper.model import ModelDimensions, Whisper
        from whisper.tokenizer import get_tokenizer

        dims, state = _read_checkpoint(path) if path.is_file() else _read_folder(path)
        refuse_uneven(path, dims["n_audio_layer"], dims["n_text_layer"])
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

    def _array(self, encoding: Any) -> np.ndarray:
        found: np.ndarray = encoding.cpu().numpy()
        return found

    @cached_property
    def _decoder(self) -> TextDecoder | None:
        """The text decoder's own tensors, where it is small and on the CPU."""
        from app.speech.words.text_decoder import TextDecoder
        from app.thresholds import WIDEST

        dims = self._model.dims
        if dims.n_text_state > WIDEST or self._device != "cpu":
            return None
        return TextDecoder(self._model.decoder.state_dict(), dims.n_text_head)

    @cached_property
    def _searcher(self) -> WordSearcher:
        from app.speech.features import silent_mel
        from app.speech.words.word_search import WordSearcher

        specials = self._words.special_tokens
        silence = self._array(self.encode(silent_mel(self.num_mels)))
        return WordSearcher(self._words.encode, lambda name: specials[f"<|{name}|>"], silence)

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        import torch

        words = self._words
        start = [words.sot, words.to_language_token(language), words.transcribe]
        start.append(words.no_timestamps)
        scores = []
        for text in texts:
            ids = words.encode(as_written(text, language))
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
