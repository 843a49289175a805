"""Respelling: misheard words as phrases and words of the same sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import get_args

from app.dialogue.phrase_table import parts_of, tables
from app.glossary.homophones import read_syllables
from app.glossary.lexicon import Kind
from app.glossary.normalize import simplified
from app.glossary.phonetics import knows, sounds_of
from app.glossary.repair import Glossary
from app.languages import UNSPACED

_STRANGE = 1.0  # what a character costs that nobody knows; one that is known costs nothing
_ALIKE = 0.4  # several characters that sound like a phrase or a thing
_ALIKE_ALONE = 0.8  # one that sounds like a thing, where things are named
_PHRASE = 0.01  # of two readings the one of longer words
_BEFORE_THINGS = "把将给用替代的加换"


def respelt(text: str, unknown: Iterable[str], language: str, glossary: Glossary) -> str:
    """`text` as it may have been meant, where words of it are `unknown`."""
    if not unknown or not knows(language):
        return text
    if language in UNSPACED:
        return _respelt_characters(text, language, glossary)
    alike = _sounds_of_table(language)
    words = text.split()
    for at, word in enumerate(words):
        parts = parts_of(word, language)
        if any(part in unknown for part in parts):
            words[at] = " ".join(alike.get(sounds_of(part, language), part) for part in parts)
    return " ".join(words)


@lru_cache(maxsize=8)
def _sounds_of_table(language: str) -> dict[str, str]:
    """Sounds -> the word of the table's phrases that sounds so."""
    found: dict[str, str] = {}
    for phrase in tables()[language]:
        for word in phrase:
            found.setdefault(sounds_of(word, language), word)
    return found


class _Characters:
    """What a run of characters may be: as it is written, and by the sounds of its syllables."""

    def __init__(self, language: str, glossary: Glossary) -> None:
        self.syllables: Mapping[str, str] = read_syllables(glossary.words.syllables)
        lexicon, drawn = glossary.lexicon(language), set(glossary.words.drawn)
        words = [(said, e) for kind in get_args(Kind) for said, e in lexicon.words(kind)]
        phrases = ["".join(parts) for parts in tables()[language]]
        self.written = {*phrases, *(said for said, _ in words)}
        self.measures = {said for said, entry in words if entry.kind == "measure"}
        nouns = [said for said, e in words if e.kind == "noun" and e.value in drawn]
        named = [*phrases, *nouns, *(said for said, e in words if e.kind == "colour")]
        self.sounding: dict[tuple[str, ...], str] = {}
        for said in named:
            if len(said) > 1:
                self.sounding.setdefault(self.sounds(said), said)
        for said in nouns:
            if len(said) == 1:
                self.sounding.setdefault(self.sounds(said), said)
        self.longest = max(map(len, self.written))

    def sounds(self, text: str) -> tuple[str, ...]:
        return tuple(sounds_of(self.syllables.get(each, each), "zh") for each in text)

    def read(self, run: str) -> str:
        """The cheapest reading of a run."""
        best: list[tuple[float, str]] = [(0.0, "")]  # of the first characters: cost, reading
        sounds = self.sounds(run)
        for end in range(1, len(run) + 1):
            cost, said = best[end - 1]
            ways = [(cost + _STRANGE, said + run[end - 1])]
            for start in range(max(0, end - self.longest), end):
                cost, said = best[start]
                piece = run[start:end]
                if piece in self.written:
                    ways.append((cost + _PHRASE, said + piece))
                elif (alike := self.sounding.get(sounds[start:end])) is not None:
                    if len(piece) > 1:
                        ways.append((cost + _ALIKE, said + alike))
                    elif said[-1:] in self.measures or said[-1:] in tuple(_BEFORE_THINGS):
                        ways.append((cost + _ALIKE_ALONE, said + alike))
            best.append(min(ways))
        return best[-1][1]


@lru_cache(maxsize=2)
def _characters(language: str, glossary: Glossary) -> _Characters:
    return _Characters(language, glossary)


def _respelt_characters(text: str, language: str, glossary: Glossary) -> str:
    known = _characters(language, glossary)
    found, run = "", ""
    for char in f"{simplified(text)} ":
        if char.isalnum():
            run += char
        else:
            found, run = found + (known.read(run) if run else "") + char, ""
    return found.strip()
