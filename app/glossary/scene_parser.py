"""Parser of picture descriptions: things, counts, colours, places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.glossary.lexicon import Lexicon, LexiconItem
from maskgil.nano.emoji.captions import plural, with_article

# Languages whose colours stand after the noun.
NOUN_FIRST = frozenset({
    "fr", "es", "pt", "it", "ca", "gl", "oc", "ro", "la", "ar", "he", "fa", "vi", "id", "ms", "jw",
    "su", "th", "km", "lo", "sw", "sn", "yo", "ha", "mg", "sq", "mt", "cy", "br", "ln", "mi", "haw",
    "eu", "so",
})  # fmt: skip
# Languages that say where behind the thing: "the house beside" for "beside the house".
POSTPOSITIONS = frozenset({"zh", "yue", "ja", "ko"})
_MASS = ("grapes", "fries", "scissors", "glasses", "cherries", "lightning", "fire", "broccoli",
         "corn", "bread", "cheese", "chocolate")  # fmt: skip

_STANDS = "在"
_OPPOSITE = {"to the left of": "to the right of", "above": "below"}
_OPPOSITE |= {after: before for before, after in _OPPOSITE.items()}


@dataclass(frozen=True)
class Phrase:
    """One thing named: "three yellow stars"."""

    noun: int  # concept
    colour: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Location:
    """Where the picture is: "in the sky"; `colour` of "on a pink background" alone."""

    where: str
    colour: str | None = None


@dataclass(frozen=True)
class ParsedScene:
    """All that a transcript says and the glossary understands, in order.

    `joints[i]` stands between phrases i and i + 1: a relation, or "and".
    """

    phrases: tuple[Phrase, ...]
    joints: tuple[str, ...]
    places: tuple[Location, ...]
    unknown: int  # words not understood
    known: int
    dangling: bool = False  # a colour or a count belongs to a word not understood


def read_scene(items: list[LexiconItem], lexicon: Lexicon, background: int) -> ParsedScene:
    """Group the items of a transcript. `background` is the concept of a plain backdrop."""
    return _SceneReader(lexicon, background).read(items)


class _SceneReader:
    def __init__(self, lexicon: Lexicon, background: int):
        self.noun_first = lexicon.language in NOUN_FIRST
        self.postpositions = lexicon.language in POSTPOSITIONS
        self.unspaced = lexicon.unspaced
        self.background = background
        self.phrases: list[Phrase] = []
        self.joints: dict[int, str] = {}  # index of the phrase before -> relation
        self.swap: set[int] = set()
        self.places: list[Location] = []
        self.colour: str | None = None
        self.count: int | None = None
        self.open = False  # the last phrase may still take a colour
        self.unknown = self.known = 0
        self.dangling = False
        self.first_side: str | None = None  # said before any thing: "on the left a cat, …"

    def read(self, items: list[LexiconItem]) -> ParsedScene:
        for at, item in enumerate(items):
            self._take(item, items, at)
        if self.colour and self.phrases and self.open:
            self._paint_last(self.colour)
            self.colour = None
        self._drop()
        return self._arrange()

    def _drop(self) -> None:
        """Forget a colour or a count that found no noun."""
        self.dangling |= self.colour is not None or (self.count or 1) > 1
        self.colour = self.count = None

    def _take(self, item: LexiconItem, items: list[LexiconItem], at: int) -> None:
        unknown = item.get("unknown")
        if unknown:
            short = len(item.text) <= (1 if self.unspaced else 2)
            self.unknown += 0 if short and not self.unspaced else 1
            return
        self.known += 1
        noun, colour, number = item.get("noun"), item.get("colour"), item.get("number")
        if noun and colour:
            as_colour = self._reads_as_colour(items, at)
            noun, colour = (None, colour) if as_colour else (noun, None)
        if number and self._counts(items, at):
            self._close()
            self._drop()
            self.count = int(number.value)
        elif item.get("relation"):
            stands = at > 0 and items[at - 1].text == _STANDS
            self._relate(str(item.get("relation").value), stands)  # type: ignore[union-attr]
        elif item.get("place"):
            self._close()
            self._drop()
            self.places.append(Location(str(item.get("place").value)))  # type: ignore[union-attr]
        elif colour:
            self._paint(str(colour.value))
        elif noun:
            self._name(int(noun.value))
        elif item.get("and"):
            self._close()

    def _reads_as_colour(self, items: list[LexiconItem], at: int) -> bool:
        """Whether a word that is both ("orange", "rose") is the colour here."""
        if self.noun_first:
            return self.open
        after = items[at + 1 :]
        for item in after:
            if item.get("noun"):
                return True
            if not item.get("skip", "colour"):
                return False
        return False

    def _counts(self, items: list[LexiconItem], at: int) -> bool:
        """In Chinese a number counts where a measure word or a thing follows."""
        if not self.unspaced:
            return True
        return at + 1 < len(items) and bool(
            items[at + 1].get("measure", "noun", "colour", "unknown")
        )

    def _close(self) -> None:
        if self.colour and self.phrases and self.open:
            self._paint_last(self.colour)
            self.colour = None
        self.dangling |= self.colour is not None
        self.colour = None
        self.open = False

    def _paint(self, colour: str) -> None:
        if self.noun_first and self.open:
            self._paint_last(colour)
        else:
            self.colour = colour

    def _paint_last(self, colour: str) -> None:
        if self.phrases[-1].colour is None:
            self.phrases[-1] = replace(self.phrases[-1], colour=colour)

    def _name(self, noun: int) -> None:
        count = self.count if self.count != 1 else None
        self.phrases.append(Phrase(noun, self.colour, count))
        self.colour = self.count = None
        self.open = True

    def _relate(self, relation: str, stands: bool) -> None:
        """A relation; `stands`: it says where the thing before it stands ("X 在左边")."""
        self._close()
        self._drop()
        last = len(self.phrases) - 1
        if last < 0:
            self.first_side = relation
        elif last == 0 and self.first_side and self.first_side == _OPPOSITE.get(relation):
            self.joints.setdefault(0, self.first_side)
        elif self.postpositions and not (stands and last == 0):
            if last >= 1 and last - 1 not in self.joints:
                self.joints[last - 1] = relation
            else:
                self.joints[last] = relation
                self.swap.add(last)
        elif self.joints.get(last, "on") == "on":  # "sur la droite de" is to the right of
            self.joints[last] = relation

    def _arrange(self) -> ParsedScene:
        phrases = list(self.phrases)
        for at in sorted(self.swap):
            if at + 1 < len(phrases):
                phrases[at], phrases[at + 1] = phrases[at + 1], phrases[at]
        kept: list[Phrase] = []
        joints: list[str] = []
        places: list[Location] = []
        for at, phrase in enumerate(phrases):
            if phrase.noun == self.background:
                places.append(Location("background", phrase.colour))
                continue
            if kept:
                joints.append(self.joints.get(at - 1, "and"))
            kept.append(phrase)
        places += self.places
        return ParsedScene(
            tuple(kept), tuple(joints), tuple(places), self.unknown, self.known, self.dangling
        )


# ---------------------------------------------------------------- English

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_DETERMINERS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "some", "its", "his", "her", "their",
    "my", "one",
})  # fmt: skip
_FUNCTION = frozenset({
    "and", "or", "of", "in", "on", "at", "to", "with", "by", "from", "for", "is", "are", "was",
    "were", "be", "has", "have", "had", "there", "it", "they", "i", "you", "he", "she", "we",
    "who", "which", "what", "under", "over", "above", "below", "beneath", "underneath", "next",
    "beside", "near", "behind", "left", "right", "top", "bottom", "side", "front", "between",
    "against", "into", "onto", "inside", "up", "down", "as", "like", "not", "no", "but", "so",
    "if", "then", "here", "isn't", "it's", "there's", "that's", "do", "does", "can", "will",
    "would",
})  # fmt: skip
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
           "ten": 10, "couple": 2, "pair": 2, "both": 2}  # fmt: skip


@dataclass(frozen=True)
class NounPhrase:
    """A noun phrase of an English text, known noun or not; `start` and `end` are its span."""

    noun: int | None
    colour: str | None
    count: int | None
    determiner: str
    unknown: tuple[str, ...]
    start: int
    end: int
    preposition: tuple[str, int] | None  # the word before it, and where that starts


class English:
    """The English the glossary reads and writes: nouns and colours with all their words."""

    def __init__(self, nouns: dict[str, int], colours: dict[str, str], names: list[str]):
        self.names = names  # concept -> English
        self.colours = colours
        self.nouns: dict[tuple[str, ...], int] = {}
        for words, concept in nouns.items():
            for form in (words, plural(words)):
                self.nouns.setdefault(tuple(form.lower().split()), concept)
        self._longest = max(map(len, self.nouns), default=1)

    def parse(self, text: str) -> list[NounPhrase]:
        """The noun phrases of `text`, in order."""
        words = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text)]
        found, at = [], 0
        while at < len(words):
            phrase, after = self._noun_phrase(text, words, at)
            if phrase is not None:
                found.append(phrase)
            at = max(after, at + 1)
        return found

    def _known_noun(self, words: list[tuple[str, int, int]], at: int) -> tuple[int, int] | None:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            key = tuple(w for w, _, _ in words[at : at + length])
            if key in self.nouns:
                return self.nouns[key], at + length
        return None

    def _noun_phrase(
        self, text: str, words: list[tuple[str, int, int]], at: int
    ) -> tuple[NounPhrase | None, int]:
        begin = at
        determiner, count, colour = "", None, None
        unknown: list[str] = []
        noun: int | None = None
        while at < len(words):
            word, start, _ = words[at]
            if at > begin and re.search(r"[.,;:!?]", text[words[at - 1][2] : start]):
                break
            known = self._known_noun(words, at)
            paints = word in self.colours and not (known and self._ends_here(text, words, known[1]))
            if word in _DETERMINERS:
                if at > begin:
                    break
                determiner = word
            elif word in NUMBERS or (word.isdigit() and 1 <= int(word) <= 10):
                if unknown or colour:
                    break
                count = NUMBERS.get(word) or int(word)
                if word in ("pair", "couple") and at + 1 < len(words) and words[at + 1][0] == "of":
                    at += 1
            elif paints:
                colour = self.colours[word]
            elif known:
                noun, at = known[0], known[1]
                break
            elif word in _FUNCTION:
                break
            else:
                unknown.append(word)
            at += 1
        if noun is not None and colour is None and at < len(words):
            word = words[at][0]  # "a flower pink"
            if word in self.colours and self._ends_here(text, words, at + 1):
                colour, at = self.colours[word], at + 1
        if noun is None and not unknown and colour is None and count is None:
            return None, at
        before = words[begin - 1][:2] if begin else None
        phrase = NounPhrase(
            noun, colour, None if count == 1 else count, determiner, tuple(unknown),
            words[begin][1], words[at - 1][2], before,
        )  # fmt: skip
        return phrase, at

    def _ends_here(self, text: str, words: list[tuple[str, int, int]], at: int) -> bool:
        if at >= len(words) or re.search(r"[.,;:!?]", text[words[at - 1][2] : words[at][1]]):
            return True
        return words[at][0] in _FUNCTION

    def render(self, phrase: Phrase, *, determiner: str = "") -> str:
        """'three yellow stars', 'an orange cat'; `determiner` replaces the article."""
        noun = self.names[phrase.noun]
        colour = f"{phrase.colour} " if phrase.colour else ""
        if phrase.count:
            number = next((w for w, n in NUMBERS.items() if n == phrase.count), str(phrase.count))
            return f"{number} {colour}{plural(noun)}"
        if determiner and determiner not in ("a", "an"):
            return f"{determiner} {colour}{noun}"
        if noun in _MASS:
            return f"{colour}{noun}"
        return with_article(f"{colour}{noun}")


def render_place(place: Location) -> str:
    """'in the sky', 'on a pink background'."""
    if place.where == "background":
        return f"on {with_article(f'{place.colour} background')}" if place.colour else ""
    return place.where
