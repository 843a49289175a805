"""Homophones: implausible words replaced by things of the same sound.

Whisper sometimes writes another word of the same sound ("massa vermelha" for "maçã vermelha",
草地上有一朵粉色的话 for …的花, "la pein" for "lapin").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from app.glossary.candidates import plural_of
from app.glossary.lexicon import GlossaryLexicon, Kind, LexiconEntry, LexiconItem
from app.glossary.parts.typology import NOUN_FIRST
from app.glossary.phonetics import knows, sounds_of
from app.glossary.vocabulary import LexiconWords
from app.thresholds import MOST_JOINED

_CERTAIN: tuple[Kind, ...] = ("colour", "number", "place", "and", "not")


def read_syllables(table: Mapping[str, str]) -> dict[str, str]:
    """Chinese character -> its syllable without tone; `table` is syllable -> characters."""
    return {char: syllable for syllable, chars in table.items() for char in chars}


class SoundAlikes:
    """Finds things and colours of the same sound in the items of one language."""

    def __init__(
        self, words: LexiconWords, lexicon: GlossaryLexicon, characters: Mapping[str, str]
    ):
        self.language = lexicon.language
        self.unspaced = lexicon.unspaced
        self.characters = characters
        self.known: dict[str, list[tuple[LexiconEntry, ...]]] = defaultdict(list)
        drawn = set(words.drawn if knows(self.language) else ())
        nouns = [(said, e) for said, e in lexicon.words("noun") if e.value in drawn]
        colours = list(lexicon.words("colour")) if drawn else []
        for said, entry in (*nouns, *colours):
            for key in {self.sound(said), self.sound(plural_of(said, self.language))}:
                self.known[key].append((entry,))
        if self.language in NOUN_FIRST:  # run together, "charouse" for "chat roux"
            paints = [(self.sound(said), entry) for said, entry in colours]
            for said, entry in nouns:
                key = self.sound(said)
                for paint, colour in paints:
                    self.known[key + paint].append((entry, colour))

    def sound(self, words: str) -> str:
        """A key that is equal for folded words that sound alike."""
        if self.unspaced:
            return " ".join(sounds_of(self.characters.get(c, c), "zh") for c in words)
        return sounds_of(words.replace(" ", ""), self.language).replace("z", "s")

    def readings(self, items: list[LexiconItem]) -> Iterator[list[LexiconItem]]:
        """Other readings: words nobody knows as what they sound like, then one word besides."""
        mended: list[LexiconItem] = []
        at = 0
        while at < len(items):
            found, length = items[at : at + 1], 1
            for end in range(min(at + MOST_JOINED, len(items)), at, -1):
                alike = self._alikes(items[at:end])
                if alike and any(item.get("unknown") for item in items[at:end]):
                    found, length = alike[0], end - at
                    break
            mended += found
            at += length
        yield mended
        for at in range(len(mended)):
            for end in range(min(at + MOST_JOINED, len(mended)), at, -1):
                for other in self._alikes(mended[at:end]):
                    yield [*mended[:at], *other, *mended[end:]]

    def _alikes(self, items: list[LexiconItem]) -> list[list[LexiconItem]]:
        """What a piece of a text may have been; nothing where it says how many or where."""
        if not self.known or any(item.get(*_CERTAIN) for item in items):
            return []
        text = "".join(item.text for item in items)
        return [
            [LexiconItem(text, (entry,)) for entry in entries]
            for entries in self.known.get(self.sound(text), ())
        ]
