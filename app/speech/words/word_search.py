"""Isolated words: beam search over a prefix tree of the lexicon's nouns, colours and numbers.

Who tries such a page says one word, and Whisper base often writes one that sounds alike and means
nothing. Here its decoder chooses among the words that there are pictures of, with an article or
without. The free transcript stays unless a word fits the sound nearly as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from app.glossary.english import NUMBERS, rendered
from app.glossary.lexicon import LexiconEntry
from app.glossary.normalize import fold
from app.glossary.repair import Glossary
from app.glossary.scene_parser import Phrase
from app.languages import UNSPACED
from app.thresholds import EXPECTED, HOPELESS, LIKELIEST, MOST_UNKNOWN, MOST_WORDS, WIDTH, WORTH

if TYPE_CHECKING:
    from app.speech.engine import Decoding
    from app.speech.words.text_decoder import TextDecoder

ENDS = (".", "!", "?", ",", "...", "。", "！")  # what may follow a word, beside the end

# What may stand before a noun. An apostrophe joins it to a word that begins with a vowel.
ARTICLES = {
    "fr": "un une des le la les l'", "es": "un una unos unas el la los las",
    "pt": "um uma uns umas o a os as", "gl": "un unha o a os as", "ca": "un una el la els les l'",
    "it": "un una uno il lo la i gli le l' un'", "ro": "o un", "de": "ein eine der die das",
    "nl": "een de het", "da": "en et", "no": "en et ei", "sv": "en ett", "hu": "egy a az",
    "el": "ένας μία ένα ο η το",
}  # fmt: skip
_VOWELS = "aeiouyh"
Encode = Callable[[str], Sequence[int]]


class WordTree:
    """Words as a prefix tree over their tokens: node 0 is the root.

    With `articles` each may have one before it.
    """

    def __init__(
        self, words: Iterable[str], language: str, encode: Encode, *, articles: bool = True
    ) -> None:
        self.children: list[dict[int, int]] = [{}]  # by token
        self.word: list[str | None] = [None]  # that ends at a node
        self._encode, self._space = encode, "" if language in UNSPACED else " "
        words = list(words)
        self._add_words(words, 0, self._space)
        for article in ARTICLES.get(language, "").split() if articles else ():
            joins = article.endswith("'")
            fitting = [word for word in words if not joins or fold(word)[:1] in _VOWELS]
            for form in (article, article.capitalize()):
                node = self._add(self._space + form, 0)
                self._add_words(fitting, node, "" if joins else self._space)

    def _add_words(self, words: Iterable[str], node: int, space: str) -> None:
        for word in words:
            for form in {word, word[:1].upper() + word[1:]}:
                self.word[self._add(space + form, node)] = word

    def _add(self, text: str, node: int) -> int:
        for token in self._encode(text):
            if token not in self.children[node]:
                self.children[node][token] = len(self.children)
                self.children.append({})
                self.word.append(None)
            node = self.children[node][token]
        return node


class WordScore(NamedTuple):
    """Log-probability (nats) of a word: `heard` in a clip, and `unheard` in silence.

    The second is what the decoder expects anyway, its internal language model.
    """

    heard: float
    unheard: float


class WordSearcher:
    """Scores the lexicon's words with one model's decoder; a language's tree is built once.

    `silence` is the encoding (1, T, D) float32 of no sound.
    """

    def __init__(self, encode: Encode, special: Callable[[str], int], silence: np.ndarray) -> None:
        self._encode, self._special, self._silence = encode, special, silence
        self._ends = [special("endoftext"), *(encode(mark)[0] for mark in ENDS)]
        self._trees: dict[str, WordTree] = {}
        self._phrases: tuple[tuple[str, ...], WordTree] | None = None  # those searched last

    def scores(
        self, decoder: TextDecoder, encoding: np.ndarray, language: str, lowest: float
    ) -> dict[str, WordScore]:
        """See `app.speech.engine.Engine.word_scores`."""
        if language not in self._trees:
            self._trees[language] = WordTree(words_to_hear(language), language, self._encode)
        prompt = self._prompt(language)
        tree = self._trees[language]
        found = search_words(decoder, encoding, prompt, tree, self._ends, lowest)
        likely = sorted(found, key=lambda word: -found[word])[:LIKELIEST]
        tree = WordTree(likely, language, self._encode)
        unheard = search_words(decoder, self._silence, prompt, tree, self._ends, -math.inf)
        least = max(unheard.values(), default=0.0) - HOPELESS
        return {word: WordScore(found[word], unheard.get(word, least)) for word in likely}

    def phrase_scores(
        self, decoder: TextDecoder, encoding: np.ndarray, language: str,
        phrases: tuple[str, ...], lowest: float,
    ) -> dict[str, float]:  # fmt: skip
        """See `app.speech.engine.Engine.phrase_scores`."""
        if self._phrases is None or self._phrases[0] != phrases:
            tree = WordTree(phrases, language, self._encode, articles=False)
            self._phrases = phrases, tree
        prompt = self._prompt(language)
        return search_words(decoder, encoding, prompt, self._phrases[1], self._ends, lowest)

    def _prompt(self, language: str) -> list[int]:
        names = ("startoftranscript", language, "transcribe", "notimestamps")
        return [self._special(name) for name in names]


def search_words(
    decoder: TextDecoder,
    encoding: np.ndarray,
    prompt: Sequence[int],
    tree: WordTree,
    ends: Sequence[int],
    lowest: float,
) -> dict[str, float]:
    """Log-probability of the tree's words, as all that was said, as far as they are likely.

    Args:
        encoding: (1, T, D) float32 of the clip.
        prompt: Whisper's tokens before a transcript, language and task among them.
        ends: tokens that may follow a word.
        lowest: nats; what is `HOPELESS` nats less likely is not followed.
    """
    state = decoder.begin(encoding, prompt)
    beam = [(0.0, 0)]  # log-probability, node
    found: dict[str, float] = {}
    while beam:
        logprobs = state.logprobs.numpy()  # (B, V)
        grown: list[tuple[float, int, int, int]] = []
        for row, (score, node) in enumerate(beam):
            if (word := tree.word[node]) is not None:
                end = score + float(np.logaddexp.reduce(logprobs[row, list(ends)]))
                found[word] = float(np.logaddexp(found.get(word, -np.inf), end))
            for token, child in tree.children[node].items():
                grown.append((score + float(logprobs[row, token]), row, token, child))
        least = max([lowest, *found.values()]) - HOPELESS
        grown = sorted((way for way in grown if way[0] > least), reverse=True)[:WIDTH]
        beam = [(score, child) for score, _, _, child in grown]
        if beam:
            state = decoder.extend(state, [way[1] for way in grown], [way[2] for way in grown])
    return found


@dataclass(frozen=True)
class Word:
    """One word as it was said, with its English."""

    text: str
    english: str


class WordScorer(Protocol):
    """The part of `app.speech.engine.Engine` that is needed here."""

    def word_scores(self, encoding: Any, language: str, lowest: float) -> dict[str, WordScore]:
        """How likely the lexicon's words are, as all that was said."""
        ...


def hear_word(engine: WordScorer, encoding: Any, language: str, spoken: Decoding) -> Word | None:
    """The word of the lexicon that was said alone, None where it was something else.

    Args:
        engine: scores words on `encoding`.
        encoding: the clip's, from the same engine.
        language: Whisper's code.
        spoken: Whisper's free transcript of speech, which stays where all of it is understood and
            where it has many words.
    """
    word = single_word(spoken.text, language)
    items = Glossary.load().lexicon(language).scan(spoken.text)
    if word is not None or not any(item.get("unknown") for item in items):
        return word
    if len(spoken.text.split()) > MOST_UNKNOWN:
        return None
    free = spoken.mean_logprob * (len(spoken.tokens) + 1)
    best = likeliest_word(engine.word_scores(encoding, language, free), language)
    return best[0] if best is not None and best[1] >= free - WORTH else None


def single_word(text: str, language: str) -> Word | None:
    """`text` as one noun, colour or number of the lexicon, with an article at most; else None."""
    glossary = Glossary.load()
    articles = {fold(article) for article in ARTICLES.get(language, "").split()}
    items = glossary.lexicon(language).scan(text)
    bare = [item for item in items if item.text not in articles]
    if len(bare) != 1 or (len(items) == 1 and items[0].text in articles):
        return None
    entry = bare[0].get("noun", "colour", "number")
    if len(items) > 1:  # "une rose" is no colour
        entry = bare[0].get("noun") or entry
    if entry is None:
        return None
    return Word(text, _english(glossary, entry))


def _english(glossary: Glossary, entry: LexiconEntry) -> str:
    if entry.kind == "noun":
        return rendered(Phrase(int(entry.value)), glossary.words.names)
    if entry.kind == "number":
        return next((word for word, number in NUMBERS.items() if number == entry.value), "one")
    return str(entry.value)


@lru_cache(maxsize=256)
def words_to_hear(language: str) -> dict[str, Word]:
    """The lexicon's words that a single word may be, by how they are written."""
    words = Glossary.load().words
    if language == "en":
        nouns = {name: Word(name, name) for index in words.drawn for name in words.synonyms[index]}
        return nouns | {word: Word(word, word) for word in (*words.written("en"), *NUMBERS)}
    found = {}
    for written in words.written(language):
        word = single_word(written, language)
        if word is not None and len(written.split()) <= MOST_WORDS:
            found[written] = word
    return found


def likeliest_word(scores: dict[str, WordScore], language: str) -> tuple[Word, float] | None:
    """The meaning that fits the sound best, in its likeliest form, with its log-probability.

    A power of what the decoder expects in silence is divided out, so that "rose", which texts are
    full of, is not taken for "rocher" (internal language model subtraction, Meng et al. 2021).
    """
    words = words_to_hear(language)
    forms: dict[str, list[str]] = {}  # by meaning
    for written in scores:
        forms.setdefault(words[written].english, []).append(written)
    if not forms:
        return None

    def fit(written: list[str]) -> float:
        pairs = (scores[word] for word in written)
        return float(np.logaddexp.reduce([s.heard - EXPECTED * s.unheard for s in pairs]))

    best = max(forms.values(), key=fit)
    heard = [scores[word].heard for word in best]
    return words[best[int(np.argmax(heard))]], float(np.logaddexp.reduce(heard))
