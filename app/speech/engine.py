"""Whisper engines: the protocol, and what a decoded window is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from app.languages import UNSPACED

if TYPE_CHECKING:
    from app.speech.words.prefix_trees import Grammar
    from app.speech.words.text_decoder import TextDecoder
    from app.speech.words.word_search import WordScore, WordSearcher

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


class PhraseSearch(ABC):
    """What `Engine` searches for words, where an engine's decoder can be had in torch."""

    @property
    @abstractmethod
    def _decoder(self) -> TextDecoder | None:
        """None where the model is too large for it."""

    @property
    @abstractmethod
    def _searcher(self) -> WordSearcher: ...

    @abstractmethod
    def _array(self, encoding: Any) -> np.ndarray:
        """An encoding (1, T, D) as float32."""

    def word_scores(self, encoding: Any, language: str, lowest: float) -> dict[str, WordScore]:
        if self._decoder is None:
            return {}
        return self._searcher.scores(self._decoder, self._array(encoding), language, lowest)

    def language_scores(self, encoding: Any, languages: Sequence[str]) -> dict[str, float]:
        if self._decoder is None:
            return {}
        return self._searcher.language_scores(self._decoder, self._array(encoding), languages)

    def phrase_scores(
        self, encoding: Any, language: str, grammar: Grammar, lowest: float
    ) -> dict[str, float]:
        if self._decoder is None:
            return {}
        heard = self._array(encoding)
        return self._searcher.phrase_scores(self._decoder, heard, language, grammar, lowest)


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

    def word_scores(self, encoding: Any, language: str, lowest: float) -> dict[str, WordScore]:
        """Log-probability (nats) of the lexicon's likeliest words as all that was said.

        What is far less likely than `lowest` is left out; nothing where the model is too large for
        it (see `app.speech.words.word_search`).
        """
        ...

    def language_scores(self, encoding: Any, languages: Sequence[str]) -> dict[str, float]:
        """How well the lexicon's words of each language fit, as all that was said (nats).

        A power of what the decoder expects in silence is divided out. A language of which no word
        fits is left out; nothing where `word_scores` has nothing.
        """
        ...

    def phrase_scores(
        self, encoding: Any, language: str, grammar: Grammar, lowest: float
    ) -> dict[str, float]:
        """Log-probability (nats) of the likeliest texts of a grammar as all that was said.

        What is far less likely than `lowest` is left out; nothing where `word_scores` has nothing.
        """
        ...

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        """Log-probability (nats, the end left out) of each text as the transcript."""
        ...


def as_written(text: str, language: str) -> str:
    """A transcript as Whisper begins it: with a space, where words have spaces between them."""
    return text if language in UNSPACED else f" {text}"
