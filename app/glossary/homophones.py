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
        for length in range(min(_MAX_JOINED, len(items) - at), 0, -1):
            piece = items[at : at + length]
            no_thing = bool(self.syllables) and length == 1 and piece[0].text in _NO_THINGS
            if self.syllables and length == 2 and all(i.get("noun") for i in piece):
                whole = self.known.get(self._key("".join(i.text for i in piece)))
                if whole is not None and whole.kind == "noun":  # 船帽 can only be 船锚
                    return [LexiconItem("".join(i.text for i in piece), (whole,))], 2
            if not no_thing and not any(i.get("unknown") for i in piece):
                continue
            part_known = bool(self.syllables) and piece[0].get("unknown") is not None
            if any(i.get("colour", "place", "relation") for i in piece) or (
                not part_known and any(i.get("noun") for i in piece)
            ):
                continue  # 翻船 may still be 帆船
            text = "".join(i.text for i in piece)
            entry = self.known.get(self._key(text))
            after = items[at + length] if at + length < len(items) else None
            behind = next((i for i in items[at + length :] if i.text != "的"), None)
            placed = behind is not None and behind.get("relation") is not None
            certain = bool(self.syllables) and len(text) > 2
            if entry is not None and (
                certain or self._wanted(entry, before, after, placed=placed and len(text) > 1)
            ):
                return [LexiconItem(text, (entry,))], length
            colour = self.colours.get(self._key(text))
            towards = after is not None and after.text in _ARTICLES.get(self.language, ())
            if colour is not None and before and before[-1].get("noun") and not towards:
                return [LexiconItem(text, (colour,))], length
            pair = self.painted.get(str(self._key(text)))
            if pair is not None and before and before[-1].get("number"):
                return [LexiconItem(text, (part,)) for part in pair], length
        return [], 1

    def _wanted(
        self,
        entry: LexiconEntry,
        before: list[LexiconItem],
        after: LexiconItem | None,
        *,
        placed: bool,
    ) -> bool:
        """Whether the text counts or colours something here."""
        if not self.syllables:
            painted = after is not None and after.get("colour") is not None
            return painted or bool(before and before[-1].get("number"))
        said = [i for i in before if not (i.get("skip") and i.text in "的 之")]
        last = said[-1] if said else None
        if entry.kind == "colour":
            return last is None or bool(last.get("measure", "number", "skip", "and", "relation"))
        counted = (
            last is not None
            and last.get("measure") is not None
            and len(said) > 1
            and said[-2].get("number") is not None
        )
        painted = last is not None and last.get("colour") is not None
        ends = after is None or after.get("unknown") is None
        return ((counted or painted) and ends) or placed
