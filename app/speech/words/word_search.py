"""Isolated words: beam search over a prefix tree of the lexicon's nouns, colours and numbers.

Who tries such a page says one word, and Whisper base often writes one that sounds alike and means
nothing. Here its decoder chooses among the words that there are pictures of, with an article or
without. The free transcript stays unless a word fits the sound nearly as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from app.glossary.english import NUMBERS, rendered
from app.glossary.lexicon import Kind, LexiconEntry
from app.glossary.normalize import fold
from app.glossary.parts.phrases import Phrase
from app.glossary.repair import Glossary
from app.speech.words.language_search import search_languages
from app.speech.words.prefix_trees import (
    ARTICLES,
    JOINTS,
    TAILS,
    Encode,
    Grammar,
    Network,
    WordTree,
)
from app.thresholds import (
    ALONE_WORTH,
    EXPECTED,
    HOPELESS,
    LIKELIEST,
    LONGEST_SAID,
    MOST_UNKNOWN,
    MOST_WORDS,
    WIDTH,
)

if TYPE_CHECKING:
    from app.speech.engine import Decoding
    from app.speech.words.text_decoder import TextDecoder

ENDS = (".", "!", "?", ",", "...", "。", "！")  # what may follow a word, beside the end

NAMING: tuple[Kind, ...] = ("noun", "colour", "number")  # kinds of words that may be said alone


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
        comma = encode(",")[0]  # behind which a sentence goes on
        self._last = [token for token in self._ends if token != comma]
        self._trees: dict[str, WordTree] = {}
        self._network: tuple[Grammar, Network] | None = None  # searched last
        self._unheard: dict[tuple[str, str], float] = {}  # of a language's words, in silence

    def scores(
        self, decoder: TextDecoder, encoding: np.ndarray, language: str, lowest: float
    ) -> dict[str, WordScore]:
        """See `app.speech.engine.Engine.word_scores`."""
        prompt = self._prompt(language)
        found = search_words(decoder, encoding, prompt, self._tree(language), self._ends, lowest)
        likely = sorted(found, key=lambda word: -found[word])[:LIKELIEST]
        tree = WordTree(likely, language, self._encode)
        unheard = search_words(decoder, self._silence, prompt, tree, self._ends, -math.inf)
        least = max(unheard.values(), default=0.0) - HOPELESS
        return {word: WordScore(found[word], unheard.get(word, least)) for word in likely}

    def language_scores(
        self, decoder: TextDecoder, encoding: np.ndarray, languages: Sequence[str]
    ) -> dict[str, float]:
        """See `app.speech.engine.Engine.language_scores`."""
        trees = {code: self._tree(code) for code in languages if words_to_hear(code)}
        heard = search_languages(decoder, encoding, self._special, trees, self._ends)
        self._hear_in_silence(decoder, heard)
        return {
            code: float(np.logaddexp.reduce(
                [words[word] - EXPECTED * self._unheard[code, word] for word in words]))
            for code, words in heard.items() if words
        }  # fmt: skip

    def _hear_in_silence(self, decoder: TextDecoder, heard: Mapping[str, Iterable[str]]) -> None:
        """Remember how likely words of languages are where nothing is said."""
        new = {
            code: [word for word in words if (code, word) not in self._unheard]
            for code, words in heard.items()
        }
        trees = {code: WordTree(words, code, self._encode) for code, words in new.items() if words}
        found = search_languages(decoder, self._silence, self._special, trees, self._ends)
        best = max((score for words in found.values() for score in words.values()), default=0.0)
        for code, words in new.items():
            for word in words:
                self._unheard[code, word] = found[code].get(word, best - HOPELESS)

    def _tree(self, language: str) -> WordTree:
        if language not in self._trees:
            self._trees[language] = WordTree(words_to_hear(language), language, self._encode)
        return self._trees[language]

    def phrase_scores(
        self, decoder: TextDecoder, encoding: np.ndarray, language: str,
        grammar: Grammar, lowest: float,
    ) -> dict[str, float]:  # fmt: skip
        """See `app.speech.engine.Engine.phrase_scores`."""
        prompt = self._prompt(language)
        if not grammar.things:  # a few texts
            network = Network(grammar, language, self._encode)
        elif self._network is not None and self._network[0] == grammar:
            network = self._network[1]
        else:
            network = Network(grammar, language, self._encode)
            self._network = grammar, network
        return search_words(decoder, encoding, prompt, network, self._last, lowest)

    def _prompt(self, language: str) -> list[int]:
        names = ("startoftranscript", language, "transcribe", "notimestamps")
        return [self._special(name) for name in names]


class _Path(NamedTuple):
    """A prefix on the way: where it stands in which tree, and what was said before that tree."""

    score: float  # log-probability
    tree: int
    node: int
    before: str
    is_joined: bool = False  # whether it is a second sentence


def search_words(
    decoder: TextDecoder,
    encoding: np.ndarray,
    prompt: Sequence[int],
    words: WordTree | Network,
    ends: Sequence[int],
    lowest: float,
) -> dict[str, float]:
    """Log-probability of words, or what a network makes of them, as all that was said.

    Args:
        encoding: (1, T, D) float32 of the clip.
        prompt: Whisper's tokens before a transcript, language and task among them.
        words: what may be said.
        ends: tokens that may follow a word.
        lowest: nats; what is `HOPELESS` nats less likely is not followed.
    """
    state = decoder.begin(encoding, prompt)
    beam = [_Path(0.0, JOINTS, 0, "")]
    found: dict[str, float] = {}
    for _ in range(LONGEST_SAID):
        logprobs = decoder.logprobs(state)  # (B, V)
        end = np.logaddexp.reduce(logprobs[:, list(ends)], axis=1)  # (B,)
        grown: list[tuple[float, int, int, _Path]] = []
        for row, path in enumerate(beam):
            ways, said = _ways_on(path, words)
            if said is not None:
                score = path.score + float(end[row])
                found[said] = float(np.logaddexp(found.get(said, -np.inf), score))
            for tree, (tokens, children), before, is_joined in ways:
                scores = path.score + logprobs[row, tokens]
                for at in np.flatnonzero(scores > lowest - HOPELESS):
                    score = float(scores[at])
                    to = _Path(score, tree, int(children[at]), before, is_joined)
                    grown.append((score, row, int(tokens[at]), to))
        least = max([lowest, *found.values()]) - HOPELESS
        grown = sorted((way for way in grown if way[0] > least), reverse=True)[:WIDTH]
        beam = [way[3] for way in grown]
        if not beam:
            break
        state = decoder.extend(state, [way[1] for way in grown], [way[2] for way in grown])
    return found


# A tree, its ways on, what was said before it, whether that is a sentence of two.
_Way = tuple[int, tuple[np.ndarray, np.ndarray], str, bool]


def _ways_on(path: _Path, words: WordTree | Network) -> tuple[list[_Way], str | None]:
    """Where a path may go on, and all that has been said if it ends here."""
    if isinstance(words, WordTree):
        return [(path.tree, words.ways(path.node), "", False)], words.word[path.node]
    if not path.node:  # nothing has been said
        return [(tree, words.trees[tree].ways(0), "", False) for tree in words.after(JOINTS)], None
    own, joined = words.trees[path.tree], path.is_joined
    ways: list[_Way] = [(path.tree, own.ways(path.node), path.before, joined)]
    word = own.word[path.node]
    if word is None:
        return ways, None
    space = words.space if path.before and path.tree < TAILS else ""
    said = f"{path.before}{space}{word}"
    for tree in words.after(path.tree):
        if tree != JOINTS or not joined:
            ways.append((tree, words.trees[tree].ways(0), said, joined or tree == JOINTS))
    return ways, said if words.ends(path.tree) else None


@dataclass(frozen=True)
class SpokenWord:
    """One word as it was said, with its English."""

    text: str
    english: str


class WordScorer(Protocol):
    """The part of `app.speech.engine.Engine` that is needed here."""

    def word_scores(self, encoding: Any, language: str, lowest: float) -> dict[str, WordScore]:
        """How likely the lexicon's words are, as all that was said."""
        ...


def hear_word(
    engine: WordScorer, encoding: Any, language: str, spoken: Decoding
) -> SpokenWord | None:
    """The word of the lexicon that was said alone, None where it was something else.

    Args:
        engine: scores words on `encoding`.
        encoding: the clip's, from the same engine.
        language: Whisper's code.
        spoken: Whisper's free transcript of speech, which stays where all of it is understood and
            where it has many words.
    """
    word = single_word(spoken.text, language)
    items = Glossary.load().lexicon(language, heard=True).scan(spoken.text)
    if word is not None or not any(item.get("unknown") for item in items):
        return word
    if len(spoken.text.split()) > MOST_UNKNOWN:
        return None
    free = spoken.mean_logprob * (len(spoken.tokens) + 1)
    best = likeliest_word(engine.word_scores(encoding, language, free), language)
    if best is None:
        return None
    word, score = best
    worth = ALONE_WORTH if names_all_of(word.text, spoken.text, language) else 0.0
    return word if score >= free - worth else None


def names_all_of(word: str, heard: str, language: str) -> bool:
    """Whether a word has the letters of each thing, colour and number of a text that was `heard`.

    "anteojos" has those of "ante ojos"; "fleur" loses a colour of "une flère jaune".
    """
    lexicon, articles = Glossary.load().lexicon(language, heard=True), _articles(language)
    letters = "".join(item.text for item in lexicon.scan(word)).replace(" ", "")
    things = [each.text for each in lexicon.scan(heard) if each.get(*NAMING)]
    return all(t.replace(" ", "") in letters for t in things if t not in articles)


def only_drops_words(word: str, heard: str, language: str) -> bool:
    """Whether a word is one of a text that was `heard`, so that it loses the words beside it."""
    lexicon = Glossary.load().lexicon(language, heard=True)
    known = {item.text for item in lexicon.scan(heard) if not item.get("unknown")}
    return {item.text for item in lexicon.scan(word)} <= known


def single_word(text: str, language: str) -> SpokenWord | None:
    """`text` as one noun, colour or number of the lexicon, with an article at most; else None."""
    glossary = Glossary.load()
    articles = _articles(language)
    items = glossary.lexicon(language, heard=True).scan(text)
    bare = [item for item in items if item.text not in articles]
    if len(bare) != 1 or (len(items) == 1 and items[0].text in articles):
        return None
    entry = bare[0].get(*NAMING)
    if len(items) > 1:  # "une rose" is no colour
        entry = bare[0].get("noun") or entry
    if entry is None:
        return None
    return SpokenWord(text, _english(glossary, entry))


def _articles(language: str) -> set[str]:
    return {fold(article) for article in ARTICLES.get(language, "").split()}


def _english(glossary: Glossary, entry: LexiconEntry) -> str:
    if entry.kind == "noun":
        return rendered(Phrase(int(entry.value)), glossary.words.names)
    if entry.kind == "number":
        return next((word for word, number in NUMBERS.items() if number == entry.value), "one")
    return str(entry.value)


@lru_cache(maxsize=256)
def words_to_hear(language: str) -> dict[str, SpokenWord]:
    """The lexicon's words that a single word may be, by how they are written."""
    words = Glossary.load().words
    if language == "en":
        nouns = {
            name: SpokenWord(name, name) for index in words.drawn for name in words.synonyms[index]
        }
        return nouns | {word: SpokenWord(word, word) for word in (*words.written("en"), *NUMBERS)}
    found = {}
    for written in words.written(language):
        word = single_word(written, language)
        if word is not None and len(written.split()) <= MOST_WORDS:
            found[written] = word
    return found


def likeliest_word(scores: dict[str, WordScore], language: str) -> tuple[SpokenWord, float] | None:
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
