"""Homophones: misheard words that sound like a thing, where a thing must stand.

Whisper sometimes writes another word that sounds the same ("massa vermelha" for "maçã vermelha",
草地上有一朵粉色的话 for …的花, "la pein" for "lapin"). Such a word is taken for the thing only
where the text counts or colours something and no known word stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.glossary.lexicon import Lexicon, LexiconEntry, LexiconItem

# Spelling to sound, applied in order to folded words; just enough to make homophones equal.
_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        ("eaux?", "o"), ("aux?", "o"), ("ph", "f"), ("qu?", "k"), ("ch", "S"), ("c(?=[eiy])", "s"),
        ("ç", "s"), ("c", "k"), ("g(?=[eiy])", "j"), ("ain|ein|aim|ym|im|yn", "in"),
        ("am|em|en", "an"), ("oeu|eu", "e"), ("ai|ei", "e"), ("ou", "u"), ("oi", "wa"),
        ("h", ""), ("y", "i"), ("z", "s"), ("[estdxp]+$", ""),
    ),
    "es": (
        ("ch", "S"), ("qu", "k"), ("c(?=[ei])", "s"), ("z", "s"), ("c", "k"), ("ll", "y"),
        ("h", ""), ("v", "b"), ("g(?=[ei])", "j"), ("x", "s"), ("s$", ""),
    ),
    "pt": (
        ("ch|sh", "x"), ("lh", "l"), ("nh", "n"), ("qu", "k"), ("c(?=[ei])|ç|ss", "s"), ("c", "k"),
        ("g(?=[ei])", "j"), ("h|^r", ""), ("z", "s"), ("y", "i"), ("s$", ""), ("o$", "u"),
        ("e$", "i"),
    ),
}  # fmt: skip
_SYLLABLE = (("^zh", "z"), ("^ch", "c"), ("^sh", "s"), ("(?<=[aei])ng$", "n"))
_ARTICLES = {"fr": ("le", "la", "les", "l", "un", "une", "des", "du")}  # "vers la" is no "vert la"
_MAX_JOINED = 3  # words that may be one thing in pieces
_MIN_SOUNDS = 3
_NO_THINGS = ("里", "中")  # where one is counted or painted, a thing of its sound was meant


def sound_of(word: str, language: str) -> str:
    """A key that is equal for folded words that sound alike."""
    for pattern, sound in _RULES[language]:
        word = re.sub(pattern, sound, word)
    return re.sub(r"(.)\1", r"\1", word)


def read_syllables(table: Mapping[str, str]) -> dict[str, str]:
    """Chinese character -> its syllable without tone; `table` is syllable -> characters."""
    return {char: _loosen(syllable) for syllable, chars in table.items() for char in chars}


def _loosen(syllable: str) -> str:
    """Join what many speakers do not tell apart: zh and z, -ing and -in."""
    for pattern, sound in _SYLLABLE:
        syllable = re.sub(pattern, sound, syllable)
    return syllable


class SoundAlikes:
    """Finds misheard things in the items of one language."""

    def __init__(self, lexicon: Lexicon, drawn: Iterable[int], syllables: dict[str, str]):
        self.language = lexicon.language
        self.syllables = syllables if lexicon.language in ("zh", "yue") else {}
        self.known: dict[tuple[str, ...] | str, LexiconEntry] = {}
        # A noun and its colour run together.
        self.painted: dict[str, tuple[LexiconEntry, LexiconEntry]] = {}
        self.colours: dict[tuple[str, ...] | str, LexiconEntry] = {}  # after a noun only
        wanted = set(drawn)
        if not self.syllables and self.language not in _RULES:
            return
        for key, entry in self._sounds_of_nouns(lexicon, wanted):
            if self.syllables or len(key) >= _MIN_SOUNDS:
                self.known.setdefault(key, entry)
        colours = [(self._key(w), e) for w, e in lexicon.words("colour") if len(w) > 1]
        if self.syllables:
            for key, entry in colours:
                self.known.setdefault(key, entry)
        elif self.known:
            self.colours = {key: entry for key, entry in colours if len(key) >= _MIN_SOUNDS}
            self.painted = {
                f"{noun}{colour}": (noun_entry, colour_entry)
                for noun, noun_entry in self._sounds_of_nouns(lexicon, wanted)
                for colour, colour_entry in colours
                if len(noun) + len(colour) > _MIN_SOUNDS
            }

    def _sounds_of_nouns(
        self, lexicon: Lexicon, wanted: set[int]
    ) -> Iterable[tuple[tuple[str, ...] | str, LexiconEntry]]:
        for words, entry in lexicon.words("noun"):
            if entry.value in wanted:
                yield self._key(words), entry

    def _key(self, words: str) -> tuple[str, ...] | str:
        if self.syllables:
            return tuple(self.syllables.get(char, char) for char in words)
        return sound_of(words.replace(" ", ""), self.language)

    def mend(self, items: list[LexiconItem]) -> list[LexiconItem]:
        """The items with misheard things read as what they sound like."""
        if not self.known:
            return items
        mended: list[LexiconItem] = []
        at = 0
        while at < len(items):
            painted = self._paints(items, at, mended)
            found, length = ([painted], 1) if painted else self._misheard(items, at, mended)
            mended += found or items[at : at + 1]
            at += length
        return mended

    def _paints(
        self, items: list[LexiconItem], at: int, before: list[LexiconItem]
    ) -> LexiconItem | None:
        """A known word that stands right behind a thing as a colour does and sounds like one.

        "borboleta rocha" is a purple butterfly, "un fond verre" a green background.
        """
        item = items[at]
        if not self.colours or not before or not before[-1].get("noun"):
            return None
        after = items[at + 1] if at + 1 < len(items) else None
        if after is not None and after.text in _ARTICLES.get(self.language, ()):
            return None
        colour = self.colours.get(self._key(item.text))
        if colour is None or item.get("colour") or not item.get("noun", "skip"):
            return None
        return LexiconItem(item.text, (colour,))

    def _misheard(
        self, items: list[LexiconItem], at: int, before: list[LexiconItem]
    ) -> tuple[list[LexiconItem], int]:
        """What the items from `at` on sound like, and how many they are; nothing: [], 1."""
        heard_as = self._as_syllables if self.syllables else self._as_letters
        for length in range(min(_MAX_JOINED, len(items) - at), 0, -1):
            found = heard_as(items[at : at + length], before, items[at + length :])
            if found:
                return found, length
        return [], 1

    def _as_letters(
        self, piece: list[LexiconItem], before: list[LexiconItem], behind: list[LexiconItem]
    ) -> list[LexiconItem]:
        """What an unknown piece of an alphabetic language sounds like: a thing, a colour, both."""
        if not any(i.get("unknown") for i in piece) or any(
            i.get("noun", "colour", "place", "relation") for i in piece
        ):
            return []
        text = "".join(i.text for i in piece)
        key, last = self._key(text), before[-1] if before else None
        counted = last is not None and last.get("number") is not None
        painted = bool(behind) and behind[0].get("colour") is not None
        if (entry := self.known.get(key)) is not None and (counted or painted):
            return [LexiconItem(text, (entry,))]
        towards = bool(behind) and behind[0].text in _ARTICLES.get(self.language, ())
        colour = self.colours.get(key)
        if colour is not None and last is not None and last.get("noun") and not towards:
            return [LexiconItem(text, (colour,))]
        return [LexiconItem(text, (part,)) for part in self.painted.get(str(key), ()) if counted]

    def _as_syllables(
        self, piece: list[LexiconItem], before: list[LexiconItem], behind: list[LexiconItem]
    ) -> list[LexiconItem]:
        """What a piece of Chinese sounds like, where that is certain or asked for by its place."""
        text = "".join(i.text for i in piece)
        entry = self.known.get(self._key(text))
        if entry is None:
            return []
        found = [LexiconItem(text, (entry,))]
        if len(piece) == 2 and all(i.get("noun") for i in piece) and entry.kind == "noun":
            return found  # two things in a row are one that was misheard: 船帽 for 船锚
        inside = len(piece) == 1 and text in _NO_THINGS
        if not inside and not any(i.get("unknown") for i in piece):
            return []
        if any(i.get("colour", "place", "relation") for i in piece):
            return []
        if piece[0].get("unknown") is None and any(i.get("noun") for i in piece):
            return []  # a known thing with something unknown behind it
        following = next((i for i in behind if i.text != "的"), None)
        placed = following is not None and following.get("relation") is not None
        certain = len(text) > 2 or (placed and len(text) == 2 and entry.kind != "colour")
        return found if certain or self._has_place(entry, before, behind) else []

    @staticmethod
    def _has_place(
        entry: LexiconEntry, before: list[LexiconItem], behind: list[LexiconItem]
    ) -> bool:
        """Whether Chinese counts or paints something here or, for a colour, may name one."""
        said = [i for i in before if not (i.get("skip") and i.text in "的 之")]
        last = said[-1] if said else None
        if entry.kind == "colour":
            return last is None or bool(last.get("measure", "number", "skip", "and", "relation"))
        if last is None or (behind and behind[0].get("unknown") is not None):
            return False
        measured = last.get("measure") is not None and len(said) > 1
        counted = measured and said[-2].get("number") is not None
        return counted or last.get("colour") is not None
