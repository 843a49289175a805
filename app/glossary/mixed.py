"""Code-switched prompts: language of each word, and the whole in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.glossary.english import NUMBERS, preposition, written
from app.glossary.lexicon import GlossaryLexicon, Kind, LexiconItem
from app.glossary.normalize import folded_words
from app.glossary.parts.phrases import ParsedScene
from app.glossary.parts.typology import NOUN_FIRST, POSTPOSITIONS
from app.glossary.repair import Glossary
from app.glossary.scene_parser import read_scene
from app.glossary.world import is_surface
from app.thresholds import (
    MIXED_CHARACTER,
    MIXED_GAIN,
    MIXED_LANGUAGES,
    MIXED_SWITCH,
    MIXED_TRIED,
    MIXED_WORDS,
    STRANGE_ALONE,
    STRANGE_WORDS,
)
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.words import words_of_kind

ENGLISH = "en"
_KANA = ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA")
_BEFORE_NOUNS = frozenset({"det", "colour", "texture", "size", "count", "adjective"})
_APOSTROPHE = "'"
_PLACED = re.compile(r"^(?:in|on|at) (?=the )")
_ARTICLE = re.compile(r"^(?:an?|the) ")
_NAMING: tuple[Kind, ...] = ("noun", "place", "colour")
_ALONE: tuple[tuple[Kind, str], ...] = (
    ("and", "and"), ("of", "of"), ("one", "a"), ("number", "a"), ("not", "without"),
)  # fmt: skip
_HEADS: tuple[Kind, ...] = ("noun", "place", "colour", "number", "size", "one", "not")

Steps = Sequence[dict[int, float]]
"""For each word the ends of what a language knows from there, and the letters of that."""


@dataclass(frozen=True)
class Token:
    """A word, or characters of one script in a row, from `start` to `end` of the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Run:
    """Tokens of one language in a row, from `first` to before `last`."""

    language: str
    first: int
    last: int


@dataclass(frozen=True)
class MixedWish:
    """A text in English; `language`: that of most words beside English."""

    language: str
    prompt: str
    unknown: tuple[str, ...]


class MixedReader:
    """Reads texts of several languages.

    `english`: the letters of a word that English knows, all of one that is usual in a wish.
    `languages`: that may stand beside English, the likeliest first; `lone`: those of which one
    word alone is believed.
    """

    def __init__(
        self,
        glossary: Glossary,
        languages: Sequence[str],
        english: Callable[[str], float],
        lone: Iterable[str],
    ) -> None:
        self.glossary, self.languages, self.lone = glossary, languages, frozenset(lone)
        self.english = english

    def read(self, text: str, whole: str = ENGLISH) -> MixedWish | None:
        """The wish of `text`; None where the language `whole` alone knows nearly as much."""
        tokens = list(_tokens(text))
        if not 0 < len(tokens) <= MIXED_WORDS:
            return None
        runs = self._believed(self._runs(tokens, whole), tokens, whole)
        if runs is None:
            return None
        return self._in_english(text, tokens, runs)

    def _runs(self, tokens: Sequence[Token], whole: str) -> list[Run]:
        """The tokens in runs: those of which most letters are known, languages added by gain."""
        steps = {code: self._steps(code, tokens) for code in (whole, *self._tried(tokens, whole))}
        chosen, (best, runs) = [whole], _best(tokens, steps, [whole])
        while len(chosen) < MIXED_LANGUAGES:
            left = [code for code in steps if code not in chosen]
            found = [(*_best(tokens, steps, [*chosen, code]), code) for code in left]
            more = max(found, key=lambda each: each[0], default=None)
            if more is None or more[0] < best + MIXED_GAIN:
                break
            best, runs = more[:2]
            chosen.append(more[2])
        return runs

    def _tried(self, tokens: Sequence[Token], whole: str) -> list[str]:
        """English, and the languages that know most of what neither it nor `whole` does."""
        words = [token.text for token in tokens]
        strange = " ".join(word for word in words if self.english(word) < len(word))
        lexicons = {code: self.glossary.lexicon(code) for code in self.languages}
        letters = {code: _known(own, strange) for code, own in lexicons.items()}
        known = sorted((c for c in letters if letters[c] > MIXED_GAIN), key=lambda c: -letters[c])
        return [code for code in (ENGLISH, *known[:MIXED_TRIED]) if code != whole]

    def _steps(self, language: str, tokens: Sequence[Token]) -> Steps:
        if language == ENGLISH:
            return [{at + 1: self.english(token.text)} for at, token in enumerate(tokens)]
        own = self.glossary.lexicon(language)
        return [self._step(own, tokens, at) for at in range(len(tokens))]

    @staticmethod
    def _step(lexicon: GlossaryLexicon, tokens: Sequence[Token], at: int) -> dict[int, float]:
        alone = {at + 1: _known(lexicon, tokens[at].text)}
        if lexicon.unspaced:
            return alone
        first = next(iter(lexicon.scan(" ".join(t.text for t in tokens[at : at + 8]))), None)
        if first is None or first.get("unknown"):
            return alone
        if first.get("noun") and tokens[at].text in words_of_kind("function"):
            return {at + 1: 0.0}  # "the" is no tea
        return alone | {at + len(first.text.split()): _known(lexicon, first.text)}

    def _believed(
        self, runs: Sequence[Run], tokens: Sequence[Token], whole: str
    ) -> list[Run] | None:
        """Runs without those that may be chance; None where nothing but chance is left."""
        parts = [part for run in runs for part in self._trimmed(run, tokens, whole)]
        meant = [self._is_meant(run, tokens, whole) for run in parts]
        sure = {run.language for run, is_sure in zip(parts, meant, strict=True) if is_sure}
        kept: list[Run] = []
        for run, is_sure in zip(parts, meant, strict=True):
            joins = run.language in sure - {ENGLISH} and not self._names(run, tokens, _NAMING)
            if not (is_sure or joins):
                run = Run(whole, run.first, run.last)
            if kept and kept[-1].language == run.language:
                run = Run(run.language, kept.pop().first, run.last)
            kept.append(run)
        return kept if {run.language for run in kept} != {whole} else None

    def _names(self, run: Run, tokens: Sequence[Token], kinds: Sequence[Kind]) -> bool:
        """Whether a run has words of some kinds."""
        said = " ".join(token.text for token in tokens[run.first : run.last])
        items = self.glossary.lexicon(run.language).scan(said)
        return any(item.get(*kinds) for item in items)

    def _trimmed(self, run: Run, tokens: Sequence[Token], whole: str) -> list[Run]:
        """A run with one word that is not English, without the English around that."""
        words = [token.text for token in tokens[run.first : run.last]]
        if (
            run.language in (ENGLISH, whole)
            or self._strange(run.language, words, whole) > STRANGE_ALONE
        ):
            return [run]
        first, last = run.first, run.last
        while first < last - 1 and self._is_usual(tokens[first].text):
            first += 1
        while last - 1 > first and self._is_usual(tokens[last - 1].text):
            last -= 1
        parts = (Run(ENGLISH, run.first, first), Run(run.language, first, last),
                 Run(ENGLISH, last, run.last))  # fmt: skip
        return [part for part in parts if part.first < part.last]

    def _is_usual(self, word: str) -> bool:
        return self.english(word) == len(word)

    def _strange(self, language: str, words: Sequence[str], whole: str) -> float:
        """How many of some words a language knows, `whole` does not, and English hardly or not."""
        own, main = self.glossary.lexicon(language), self.glossary.lexicon(whole)
        return sum(
            1.0 if not self.english(word) else 0.0 if self._is_usual(word) else 0.5
            for word in words
            if _known(own, word) and (language == whole or not _known(main, word))
        )

    def _is_meant(self, run: Run, tokens: Sequence[Token], whole: str) -> bool:
        """Whether a run is of a language for more than that one word looks like it."""
        words = [token.text for token in tokens[run.first : run.last]]
        if run.language == whole:
            return True
        if run.language == ENGLISH:
            named = any({"noun", "many"} & lexicon().roles(word).keys() for word in words)
            return named or (len(words) > 1 and any(map(self._is_usual, words)))
        own = self.glossary.lexicon(run.language)
        if len(words) == 1 and not own.has(words[0]):
            return False  # "lower" is no form of "Löwe"
        alone = not words[0].isascii() or (run.language in self.lone and whole == ENGLISH)
        enough = STRANGE_ALONE if alone else STRANGE_WORDS
        return (
            self._names(run, tokens, (*_NAMING, "number"))
            and self._strange(run.language, words, whole) >= enough
        )

    def _in_english(self, text: str, tokens: Sequence[Token], runs: Sequence[Run]) -> MixedWish:
        said, unknown, letters = "", list[str](), dict[str, int]()
        end = 0
        for at, run in enumerate(runs):
            start, gap = tokens[run.first].start, text[end : tokens[run.first].start]
            end = tokens[run.last - 1].end
            part = text[start:end]
            if run.language != ENGLISH:
                letters[run.language] = letters.get(run.language, 0) + end - start
                after = runs[at + 1 : at + 2]
                behind = [t.text for n in after for t in tokens[n.first : n.last]]
                part, strange = self._part(part, run.language, behind)
                unknown += strange
                before = tokens[run.first - 1].text if at else ""
                part = _behind(part, lexicon().roles(before).keys())
            said += f"{' ' if gap in ('', _APOSTROPHE) else gap}{part}"
        prompt = " ".join(f"{said}{text[end:]}".split())
        main = max(letters, key=lambda code: letters[code], default=ENGLISH)
        return MixedWish(main, prompt, tuple(unknown))

    def _part(self, text: str, language: str, behind: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """A run in English and its unknown words; `behind`: English that follows it."""
        lexicon = self.glossary.lexicon(language)
        items = lexicon.scan(text)
        names = self.glossary.words.names
        start, end = _middle(items, lexicon)
        scene = read_scene(items[start:end], lexicon, self.glossary.words.background, names)
        first = next((names[p.noun] for p in scene.phrases if p.noun is not None), "")
        next_one = next((word for word in behind if is_surface(word)), "")
        before, after = (
            " ".join(filter(None, (_literal(item, other) for item in part)))
            for part, other in ((items[:start], first), (items[end:], next_one))
        )
        told = written(scene, names)
        if not scene or (scene.in_doubt and not scene.phrases):
            told = " ".join(filter(None, (_literal(item, next_one) for item in items[start:end])))
        return " ".join(filter(None, (before, told, after))), _unknown(scene, items, start, end)


def _behind(part: str, roles: Iterable[str]) -> str:
    """English behind a word of these roles: "the" + "on the grass" as "the grass"."""
    told = set(roles)
    if told & {"det", "relation", "with"}:
        part = _PLACED.sub("", part)
    return _ARTICLE.sub("", part) if told & _BEFORE_NOUNS else part


def _unknown(
    scene: ParsedScene, items: Sequence[LexiconItem], start: int, end: int
) -> tuple[str, ...]:
    around = (*items[:start], *items[end:])
    return (*scene.unknown, *(item.text for item in around if item.get("unknown")))


def _middle(items: Sequence[LexiconItem], lexicon: GlossaryLexicon) -> tuple[int, int]:
    """Where the scene of a run begins and ends: what joins it to its neighbours is around it."""
    start, end = 0, len(items)
    while start < end and items[start].get("and"):
        start += 1
    if lexicon.language not in POSTPOSITIONS:
        while start < end and not items[start].get(*_HEADS):
            start += 1
        if start < end and items[start].get("place"):
            start = 0  # "in the garden" has its "in"
    looks: tuple[Kind, ...] = ("colour", "size") if lexicon.language in NOUN_FIRST else ()
    while end > start and not items[end - 1].get("noun", "place", *looks):
        end -= 1
    return start, end


def _literal(item: LexiconItem, other: str) -> str:
    """A word that stands alone, in English: a number, a colour, a relation to `other`."""
    number, relation = item.get("number"), item.get("relation")
    if number and number.value != 1:
        return next((w for w, n in NUMBERS.items() if n == number.value), str(number.value))
    if relation:
        return preposition(str(relation.value), "", other)
    entry = item.get("colour", "size")
    return str(entry.value) if entry else next((w for k, w in _ALONE if item.get(k)), "")


def _best(
    tokens: Sequence[Token], steps: dict[str, Steps], languages: Sequence[str]
) -> tuple[float, list[Run]]:
    """The most letters that are known by turns, less the changes, and whose each token is."""
    best: list[dict[str, tuple[float, list[str]]]] = [{} for _ in range(len(tokens) + 1)]
    best[0] = {code: (0.0, []) for code in languages}
    for at in range(len(tokens)):
        here = best[at]
        top = max(here, key=lambda code: here[code][0])
        for code in languages:
            changed = (here[top][0] - MIXED_SWITCH, here[top][1])
            score, path = max(here.get(code, changed), changed, key=lambda each: each[0])
            for end, letters in steps[code][at].items():
                known = best[end].get(code)
                if known is None or score + letters > known[0]:
                    best[end][code] = (score + letters, path + [code] * (end - at))
    score, path = max(best[-1].values(), key=lambda each: each[0])
    runs, at = [], 0
    for code, same in groupby(path):
        length = len(list(same))
        runs.append(Run(code, at, at + length))
        at += length
    return score, runs


def _known(lexicon: GlossaryLexicon, text: str) -> float:
    """Letters of a text that a language knows; a character that is a word counts as several."""
    known = [item for item in lexicon.scan(text) if not item.get("unknown")]
    letters = sum(len(item.text.replace(" ", "")) for item in known)
    return float(letters * (MIXED_CHARACTER if lexicon.unspaced else 1))


def _tokens(text: str) -> Iterator[Token]:
    """The words of a text, cut where the script changes; digits and marks go with their letters."""
    start, script = -1, ""
    for at, char in enumerate(f"{text} "):
        kind = unicodedata.category(char)[0]
        mine = _script(char) if kind == "L" else script
        if start >= 0 and (kind not in "LMN" or (script and mine != script)):
            if folded_words(text[start:at]):
                yield Token(text[start:at].lower(), start, at)
            start, script = -1, ""
        if kind in "LN":
            start = at if start < 0 else start
            script = _script(char) if kind == "L" else script


def _script(char: str) -> str:
    name = unicodedata.name(char, "").partition(" ")[0]
    return "CJK" if name in _KANA else name
