"""Candidate transcripts: similar-sounding words where a transcript makes no sense.

The sounds of a transcript are cut anew into words of pictures. A word that the glossary knows may
stay where it is for nothing; a word it does not know costs something to keep; putting in a word
costs as much as its sounds differ from those heard. The cheapest ways through are the guesses.
Whoever heard the clip must say whether a guess fits what was heard (`app.speech.words.rescoring`).
"""

# n sounds of a text, W words of pictures.

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from app.glossary.lexicon import GlossaryLexicon, LexiconItem
from app.glossary.normalize import fold
from app.glossary.parts.typology import NOUN_FIRST
from app.glossary.phonetics import distances, knows, padded, sound_indices, sounds_of
from app.glossary.vocabulary import LexiconWords

_TOKEN = re.compile(r"[^\W_]+")
_LONGEST = 15  # sounds of what may be one word of pictures
_MAX_SOUNDS = 90  # longer texts are stories, not pictures
_LOSS = (0.7, 0.42)  # keeping a word nobody knows: so much, and so much a sound
_WORD = 0.35  # putting any word in
_MAX_COST = (0.5, 0.36)  # the most a word may differ from what was heard: so much, and a sound
_WIDTH = 12  # ways kept at each place
_CHOICES = 24  # words tried at each place
_REACH = 4  # sounds beside a strange stretch where another word may begin

# Small words that may be put in; others may only stay.
_SMALL = {
    "fr": "un une le la les des du de d l et dans sur sous avec au",
    "es": "un una el la los las de del y en sobre con dos",
    "pt": "um uma o a os as de do da e no na em num numa com sobre",
    "it": "un una uno il lo la i gli le di del della e in sul sulla con l",
    "de": "ein eine einen der die das den dem und in im auf mit",
    "zh": "的 和 有 上 在",
}
_CATEGORY = {"noun": "N", "colour": "C", "number": "D", "relation": "R", "place": "P", "and": "&",
             "skip": "x", "of": "x", "one": "x", "size": "x", "measure": "M"}  # fmt: skip
# What seldom follows what, in languages whose colours stand behind; "" is the end of the text.
_ODD = {"NN": 1.0, "DR": 1.0, "DP": 1.0, "D&": 1.0, "R&": 1.0, "RC": 0.8, "D": 1.0, "R": 0.8,
        "&": 1.0, "&R": 1.0, "DD": 1.0, "&C": 0.8, "CN": 0.8, "^C": 1.0, "CC": 0.8, "^R": 0.8,
        "PN": 0.6, "NP": 0.2, "^&": 1.0}  # fmt: skip
_ODD_COLOUR_FIRST = {**_ODD, "CN": 0.0, "RC": 0.0, "&C": 0.0, "^C": 0.0, "NC": 0.5}


@dataclass(frozen=True)
class Guess:
    """A text that sounds like the transcript; `cost` is small where little was changed."""

    text: str
    cost: float


@dataclass(frozen=True)
class _Step:
    """One word on the way through the sounds: as heard (`tokens`), or put in (`words`)."""

    category: str
    tokens: tuple[int, int] | None = None
    words: str = ""
    many: bool = False


@dataclass(frozen=True)
class _Way:
    cost: float
    category: str
    steps: tuple[_Step, ...]


class Guesser:
    """Guesses texts of one language; `knows` says of which.

    `said`: further words that may be meant, or stay where they were heard.
    """

    def __init__(
        self, words: LexiconWords, language: str, characters: dict[str, str],
        said: Iterable[str] = (),
    ):  # fmt: skip
        self.language = language
        self.lexicon: GlossaryLexicon = words.lexicon(language, heard=True)
        self.characters = characters  # Chinese character -> its syllable
        self._odd = _ODD if language in NOUN_FIRST else _ODD_COLOUR_FIRST
        forms: dict[str, list[str]] = defaultdict(list)  # by meaning and sound
        self.surfaces: list[str] = []
        self.categories: list[str] = []
        self._many: list[bool] = []
        sounds: list[np.ndarray] = []
        drawn = {*words.drawn, words.background}
        self._said = frozenset(map(fold, said))
        seen: set[tuple[str, str]] = set()
        small = set(_SMALL.get("zh" if language == "yue" else language, "").split())
        for surface, kind, value in words.spoken(language):
            if kind not in _CATEGORY or (kind == "noun" and value not in drawn):
                continue
            if kind in ("skip", "of", "one", "and") and fold(surface) not in small:
                continue
            for form in _forms(surface, kind, language):
                heard = self.sounds(form)
                forms[f"{value}{heard}"].append(form)
                if not 0 < len(heard) <= _LONGEST or (heard, kind) in seen:
                    continue
                seen.add((heard, kind))
                self.surfaces.append(form)
                self.categories.append(_CATEGORY[kind])
                self._many.append(kind == "number" and value != 1)
                sounds.append(sound_indices(heard))
        for word in said:
            if 1 < len(heard := self.sounds(word)) <= _LONGEST:
                forms[heard].append(word)
                self.surfaces.append(word)
                self.categories.append("x")
                self._many.append(False)
                sounds.append(sound_indices(heard))
        self._alike = {form: same for same in reversed(forms.values()) for form in same}
        numbers = [
            (value, said) for said, kind, value in words.spoken(language) if kind == "number"
        ]
        self._numerals = {str(value): said for value, said in reversed(numbers)}
        self._sounds = padded(sounds)
        self._lengths = np.array([len(s) for s in sounds])

    @staticmethod
    def knows(language: str) -> bool:
        """Whether words of a language can be guessed."""
        return knows(language)

    def sounds(self, text: str) -> str:
        """The sounds of a text, one character each."""
        if self.language in ("zh", "yue"):
            return "".join(sounds_of(self.characters.get(c, ""), "zh") for c in text)
        return "".join(sounds_of(w, self.language) for w in _TOKEN.findall(text))

    def takes(self, text: str) -> bool:
        """Whether a text has sounds, and is no longer than what people say of pictures."""
        return 0 < len(self.sounds(text)) <= _MAX_SOUNDS

    def guesses(self, text: str, limit: int = 12) -> list[Guess]:
        """The `limit` cheapest other readings of a transcript, none if all of it is understood."""
        if not self.lexicon.unspaced:  # digits have no sounds
            text = _TOKEN.sub(lambda word: self._numerals.get(word[0], word[0]), text)
        tokens = _tokens(text, unspaced=self.lexicon.unspaced)
        items = self.lexicon.scan(text)
        bounds = _bounds(items, tokens, unspaced=self.lexicon.unspaced)
        if bounds is None or not any(map(self._is_strange, items)):
            return []
        pieces = [self.sounds(t.group()) for t in tokens]
        starts = np.concatenate([[0], np.cumsum([len(p) for p in pieces])]).astype(int)
        heard = sound_indices("".join(pieces))
        if not 0 < len(heard) <= _MAX_SOUNDS:
            return []
        arcs: dict[int, list[tuple[int, float, _Step]]] = defaultdict(list)
        strange = np.zeros(len(heard) + 1, bool)
        for item, (first, last) in zip(items, bounds, strict=True):
            start, end = int(starts[first]), int(starts[last])
            unknown = self._is_strange(item)
            cost = _LOSS[0] + _LOSS[1] * (end - start) if unknown else 0.0
            if unknown:
                strange[start:end] = True
            if end > start:
                step = _Step(_category(item), tokens=(first, last), many=_is_many(item))
                arcs[start].append((end, cost, step))
        for start, end, cost, word in self._fitting(heard, strange):
            step = _Step(self.categories[word], words=self.surfaces[word], many=self._many[word])
            arcs[start].append((end, cost + _WORD, step))
        found: dict[str, float] = {}
        for way in self._ways(arcs, len(heard)):
            if len(found) == limit:
                break
            if any(step.words for step in way.steps):
                found.setdefault(self._written(way, text, tokens), way.cost)
        return [Guess(t, c) for t, c in found.items() if fold(t) != fold(text)]

    def _is_strange(self, item: LexiconItem) -> bool:
        return item.get("unknown") is not None and fold(item.text) not in self._said

    def _fitting(
        self, heard: np.ndarray, strange: np.ndarray
    ) -> Iterator[tuple[int, int, float, int]]:
        """(start, end, cost, word) of words of pictures that sound like a strange stretch."""
        near = np.convolve(strange, np.ones(2 * _REACH + 1))[_REACH : _REACH + len(strange)] > 0
        allowed = _MAX_COST[0] + _MAX_COST[1] * self._lengths  # (W,)
        for start in np.flatnonzero(near[:-1]):
            table = distances(self._sounds, heard[start:], _LONGEST)  # (W, longest + 1)
            table = np.where(table <= allowed[:, None], table, np.inf)
            ends = start + np.arange(table.shape[1])
            inside = np.concatenate([[0], np.cumsum(strange)])
            touched = inside[np.minimum(ends, len(heard))] > inside[start]
            table[:, ~touched] = np.inf
            score = table - 0.3 * self._lengths[:, None]
            order = np.argsort(score, axis=None)[: 4 * _CHOICES]
            taken: dict[int, int] = defaultdict(int)
            for flat in order:
                word, length = divmod(int(flat), table.shape[1])
                cost = float(table[word, length])
                if not np.isfinite(cost) or length == 0 or taken[word] >= 2:
                    continue
                taken[word] += 1
                if len(taken) > _CHOICES:
                    break
                yield int(start), int(start) + length, cost, word

    def _ways(self, arcs: dict[int, list[tuple[int, float, _Step]]], size: int) -> list[_Way]:
        """The cheapest ways from the first sound to the last."""
        at: dict[int, list[_Way]] = defaultdict(list)
        at[0] = [_Way(0.0, "^", ())]
        for place in range(size):
            ways = sorted(at.pop(place, []), key=lambda w: w.cost)[:_WIDTH]
            for end, cost, step in arcs.get(place, ()):
                for way in ways:
                    odd = self._odd.get(way.category + step.category, 0.0)
                    category = way.category if step.category == "x" else step.category
                    total = way.cost + cost + odd
                    at[end].append(_Way(total, category, (*way.steps, step)))
        done = [
            _Way(w.cost + self._odd.get(w.category, 0.0), w.category, w.steps) for w in at[size]
        ]
        return sorted(done, key=lambda w: w.cost)

    def _written(self, way: _Way, text: str, tokens: list[re.Match[str]]) -> str:
        """The way as a text, written as the transcript is: its capital, its full stop."""
        parts: list[str] = []
        many = feminine = False
        for step in way.steps:
            if step.category in "DR&":
                many, feminine = step.many, False
            if step.tokens is not None:
                first, last = step.tokens
                end = tokens[last].start() if last < len(tokens) else tokens[last - 1].end()
                part = text[tokens[first].start() : end]
                feminine |= fold(part) in ("une", "la", "una", "uma")
                parts.append(part if self.lexicon.unspaced else _with_space(part))
                continue
            words = self._agreeing(step, many=many, feminine=feminine)
            feminine |= fold(words) in ("une", "la", "una", "uma")
            if self.lexicon.unspaced:
                parts.append(words)
            else:
                elided = self.language == "fr" and fold(words) in ("l", "d", "n", "s", "c", "qu")
                parts.append(words.strip("'’ ") + ("'" if elided else " "))
        result = "".join(parts).strip(" ,;")
        if text[:1].isupper():
            result = result[:1].upper() + result[1:]
        ending = text[-1:] if text[-1:] in ".!?。！？" and result[-1:] not in ".!?。" else ""
        return result + ending

    def _agreeing(self, step: _Step, *, many: bool, feminine: bool) -> str:
        """The spelling of a word that suits its count and gender, if it sounds no different."""
        if self.language not in ("fr", "es", "pt") or step.category not in "NC":
            return step.words
        options = self._alike[step.words]

        def fits(form: str) -> tuple[bool, bool, int]:
            plural = form.endswith(("s", "x"))
            female = form.rstrip("s").endswith(("e", "a"))
            return (
                plural != many,
                step.category == "C" and female != feminine,
                options.index(form),
            )

        return min(options, key=fits)


def _forms(words: str, kind: str, language: str) -> Iterator[str]:
    """Words, and their plurals where things and colours have them."""
    yield words
    if kind not in ("noun", "colour") or " " in words:
        return
    plural = plural_of(words, language)
    if plural != words:
        yield plural


def plural_of(word: str, language: str) -> str:
    """The regular plural of a word of French, Spanish, Portuguese or Italian; others unchanged."""
    if language == "fr":
        if word.endswith(("s", "x", "z")):
            return word
        if word.endswith("al"):
            return word[:-2] + "aux"
        return word + ("x" if word.endswith(("eau", "au", "eu")) else "s")
    if language in ("es", "pt"):
        if word.endswith("ão") and language == "pt":
            return word[:-2] + "ões"
        if word.endswith("m") and language == "pt":
            return word[:-1] + "ns"
        if word.endswith("l") and language == "pt":
            return word[:-1] + "is"
        if word.endswith("z") and language == "es":
            return word[:-1] + "ces"
        if word.endswith("s"):
            return word
        if word[-1] in "aeiouáéíóúâêôãõ":
            return word + "s"
        plain = unicodedata.normalize("NFD", word[-2])[0] + word[-1]
        return word[:-2] + (plain if language == "es" else word[-2:]) + "es"
    if language == "it" and word[-1] in "aeo":
        return word[:-1] + {"a": "e", "e": "i", "o": "i"}[word[-1]]
    return word


def _tokens(text: str, *, unspaced: bool) -> list[re.Match[str]]:
    return list((re.compile(r"[^\W_]") if unspaced else _TOKEN).finditer(text))


def _bounds(
    items: list[LexiconItem], tokens: list[re.Match[str]], *, unspaced: bool
) -> list[tuple[int, int]] | None:
    """First token and last + 1 of every item; None if they do not fit together."""
    bounds, at = [], 0
    for item in items:
        size = len(item.text) if unspaced else len(item.text.split())
        bounds.append((at, at + size))
        at += size
    return bounds if at == len(tokens) else None


def _category(item: LexiconItem) -> str:
    for kind, category in _CATEGORY.items():
        if item.get(kind):  # type: ignore[arg-type]
            return category
    return "x"


def _is_many(item: LexiconItem) -> bool:
    number = item.get("number")
    return number is not None and number.value != 1


def _with_space(part: str) -> str:
    part = part.rstrip(" .,;:!?")
    return part if part.endswith(("'", "’", "-")) else part + " "
