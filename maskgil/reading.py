"""What a small model understands of a description: its things, said in the words it was taught.

A model that saw captions of a few hundred nouns draws "a stallion", or thirty words of a story,
badly. `CaptionReader` finds the first two things, how many, their colours, how they stand to each
other and where, and says that plainly. What the model was taught to read is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from torch import Tensor
from torch.nn import functional as F

from maskgil.data import caption_phrases
from maskgil.data.captions import (
    GROUNDS,
    NO_ARTICLE,
    NUMBERS,
    PLURAL_FORMS,
    STYLE_WORDS,
    plural,
    with_article,
)  # fmt: skip
from maskgil.data.sprites import PAINTS, Noun, load_nouns
from maskgil.text_encoder import TextEncoder
from maskgil.wishes import Reading

ALIKE = 0.6  # cosine from which an unknown word is taken for a noun beside known ones
ALONE = 0.5  # the same where nothing else is known
LONGEST = 16  # words; longer texts are said anew, in the shortest captions that models know best
SHADES = {
    "grey": "gray", "crimson": "red", "scarlet": "red", "maroon": "red", "navy": "blue",
    "turquoise": "blue", "azure": "blue", "cyan": "blue", "golden": "yellow", "gold": "yellow",
    "violet": "purple", "lilac": "purple", "magenta": "pink", "beige": "brown", "silver": "gray",
    "silvery": "gray", "ginger": "orange", "olive": "green", "emerald": "green", "reddish": "red",
    "snowy": "white",
}  # fmt: skip
# Words for the places of a scene; they count behind a preposition.
GROUND_WORDS = {
    "sky": "sky air clouds", "grass": "grass meadow field lawn garden park hillside pasture",
    "sea": "sea ocean water lake river pond pool harbour harbor waves underwater bay",
    "sand": "sand beach desert shore dune dunes seaside coast", "snow": "snow ice winter snowfall",
    "night": "night midnight dusk starlight moonlight",
}  # fmt: skip
SCENERY = {
    "sky": "cloud", "grass": "flower", "sea": "wave", "sand": "palm tree", "snow": "snowflake",
    "night": "moon",
}  # fmt: skip
_SIDES = {
    "above": ("above", "over", "on top of", "on", "onto", "upon", "on the top of", "atop"),
    "below": ("below", "under", "beneath", "underneath"),
    "to the left of": ("left of", "to the left of", "on the left of", "on the left side of"),
    "to the right of": ("right of", "to the right of", "on the right of", "on the right side of"),
}
RELATIONS = {words: side for side, ways in _SIDES.items() for words in ways}
OPPOSITE = {
    "above": "below", "below": "above",
    "to the left of": "to the right of", "to the right of": "to the left of",
}  # fmt: skip
PLACES = {
    "on the left": "to the left of", "at the left": "to the left of",
    "on the left side": "to the left of", "on the right": "to the right of",
    "on the right side": "to the right of", "at the right": "to the right of",
    "at the top": "above", "at the bottom": "below",
}  # fmt: skip
MANY = {
    "five": 4, "six": 4, "seven": 4, "eight": 4, "nine": 4, "ten": 4, "several": 3, "some": 3,
    "many": 4, "few": 3, "both": 2,
}  # fmt: skip
_DETERMINERS = {
    "a", "an", "the", "one", "single", "my", "your", "his", "her", "our", "their", "this", "that",
    "another",
}  # fmt: skip
_PREPOSITIONS = {
    "in", "on", "at", "over", "above", "under", "through", "across", "by", "near", "into", "along",
    "against",
}  # fmt: skip
# Words that end what belongs to one thing.
_JOINTS = _PREPOSITIONS | {
    "and", "or", "with", "while", "who", "which", "where", "because", "but", "then", "so", "of",
    "below", "beside", "next", "behind", "between", "from", "to", "onto", "for", "is", "are", "was",
    "were", "has", "have", "having", "wearing", "holding", "eating", "riding",
}  # fmt: skip
_WITHIN = {"in", "inside", "into", "within", "of", "behind", "between"}
_BEING = [[that, be] for that in ("that", "which") for be in ("is", "are")]
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Said:
    """One thing of a description; `at`, `end`: the words that name it."""

    noun: str
    count: int
    colour: str | None
    at: int
    end: int


@dataclass(frozen=True)
class _Item:
    """Words of one meaning; `kind`: noun, near, colour, count, relation, place, wall or other."""

    kind: str
    value: str
    at: int
    end: int
    many: bool = False


class CaptionReader:
    """Descriptions in the words of a model that knows `nouns` (names of nouns.tsv).

    Unknown words go to the noun whose name lies closest among the mean features of `encoder`.
    """

    def __init__(self, nouns: Sequence[str], encoder: TextEncoder) -> None:
        known = frozenset(nouns)
        self.nouns = tuple(noun for noun in load_nouns() if noun.name in known)
        self.encoder = encoder
        self._table = _table(self.nouns)
        self._longest = max(map(len, self._table))

    def read(self, text: str) -> Reading:
        """What to draw `text` by: itself where every word of it was taught."""
        caption = self._caption(text)
        _, unknown = self._find(words := split(text))
        return Reading(caption, tuple(words[at] for at in unknown))

    def _caption(self, text: str) -> str:
        words = split(text)
        items, unknown = self._find(words)
        named = [item for item in items if item.kind in ("noun", "near")]
        taught = not unknown and all(item.kind != "near" for item in items)
        odd = any(self._colour_behind(item, items) for item in named)
        if len(named) == 2:  # "a cat in an apple", which no caption says
            odd |= any(
                item.kind == "other" and words[item.at] in _WITHIN
                for item in items
                if named[0].end <= item.at < named[1].at
            )
        if taught and not odd and 1 <= len(named) <= 2 and len(words) <= LONGEST:
            return text
        things = self._things(words, items, unknown)
        if not things:
            where = _scenery(words)
            return f"{with_article(SCENERY[where])} {GROUNDS[where][0]}" if where else text
        return self._say(things, items, words)

    def _find(self, words: list[str]) -> tuple[list[_Item], list[int]]:
        """What is known of `words`, longest first, and the places of the unknown ones."""
        items: list[_Item] = []
        unknown: list[int] = []
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                found = self._table.get(tuple(words[at : at + length]))
                if found:
                    items.append(replace(found, at=at, end=at + length))
                    at += length
                    break
            else:
                unknown.append(at)
                at += 1
        return [self._settled(item, items, words) for item in items], unknown

    def _settled(self, item: _Item, items: list[_Item], words: list[str]) -> _Item:
        """`item`, or what it means here: "orange" before a noun is a colour."""
        if item.kind == "noun" and item.value in PAINTS and not item.many:
            if words[max(0, item.at - 2) : item.at] in _BEING:
                return replace(item, kind="colour")
            after = next((other for other in items if other.at == item.end), None)
            if after is not None and after.kind in ("noun", "near", "wall"):
                return replace(item, kind="colour")
        return item

    def _things(self, words: list[str], items: list[_Item], unknown: list[int]) -> list[Said]:
        """The first two things, each with its count and colour."""
        found = [
            self._with_colour(item.value, item, items, words)
            for item in items
            if item.kind in ("noun", "near") and not self._is_place(item, items, words)
        ]
        if not found and _scenery(words):
            return []
        guessed = [place for place in unknown if found == [] or self._may_be_thing(place, words)]
        if guessed and len(found) < 2:
            near = self._nearest([words[place] for place in guessed])
            limit = ALIKE if found else ALONE
            ranked = sorted(zip(guessed, near, strict=True), key=lambda pair: -pair[1][1])
            for place, (noun, likeness) in ranked[: 2 - len(found)]:
                if likeness >= limit and noun not in {thing.noun for thing in found}:
                    many = words[place].endswith("s") and not words[place].endswith("ss")
                    item = _Item("near", noun, place, place + 1, many)
                    found.append(self._with_colour(noun, item, items, words))
                    limit = ALIKE
        found.sort(key=lambda thing: thing.at)
        if not found:
            return []
        first, *others = found
        alike = [thing for thing in others if thing.noun == first.noun]
        if alike and len(others) == len(alike):  # "a poodle and a puppy"
            count = min(4, first.count + sum(thing.count for thing in alike))
            return [replace(first, count=count, end=alike[-1].end)]
        others = [thing for thing in others if thing.noun != first.noun]
        if first.count > 1:
            return [first]  # a model counts one kind of thing alone
        return [first, *(replace(thing, count=1) for thing in others[:1])]

    def _with_colour(self, noun: str, item: _Item, items: list[_Item], words: list[str]) -> Said:
        """A thing with what stands before it, back to the next thing or joint, or "that is red"."""
        colour, count = None, 2 if item.many and noun not in PLURAL_FORMS else 1
        counted = False
        by_end = {other.end: other for other in items}
        at = item.at
        while at > 0:
            before = by_end.get(at)
            if before is not None and before.kind == "colour":
                colour = colour or before.value
            elif before is not None and before.kind == "count":
                count, counted = int(before.value), True
            else:
                ends = _DETERMINERS if counted else _DETERMINERS | _JOINTS
                if words[at - 1] in ends or (before is not None and before.kind != "other"):
                    break
            at = before.at if before is not None else at - 1
        if colour is None and words[item.end : item.end + 2] in _BEING:
            after = next((other for other in items if other.at == item.end + 2), None)
            colour = after.value if after is not None and after.kind == "colour" else None
        colour = colour or self._colour_behind(item, items)
        return Said(noun, min(count, 4), colour, item.at, item.end)

    @staticmethod
    def _colour_behind(item: _Item, items: list[_Item]) -> str | None:
        """The colour of "three stars yellow", as translations have it."""
        at = {other.at: other for other in items}
        after = at.get(item.end)
        if after is None or after.kind != "colour":
            return None
        owner = at.get(after.end)
        return None if owner and owner.kind in ("noun", "near", "wall") else after.value

    def _is_place(self, item: _Item, items: list[_Item], words: list[str]) -> bool:
        """Whether a noun only says where: "in the forest", "at sunset"."""
        at = item.at - (1 if item.at and words[item.at - 1] in _DETERMINERS else 0)
        others = any(other.kind in ("noun", "near") and other is not item for other in items)
        return (
            others
            and item.kind == "near"
            and at > 0
            and words[at - 1] in ("in", "at", "through", "across", "during")
        )

    def _may_be_thing(self, place: int, words: list[str]) -> bool:
        """Whether an unknown word stands where a noun may: not as a verb or an adverb."""
        word = words[place]
        if word.endswith(("ing", "ed", "ly")):
            return False
        before = words[max(0, place - 3) : place]
        return any(w in _DETERMINERS or w in PAINTS or w in _NUMBERS for w in before)

    @cached_property
    def _names(self) -> tuple[list[str], Tensor]:
        pairs = [(n.name, words) for n in self.nouns for words in (n.name, *n.synonyms)]
        return [name for name, _ in pairs], self._features([words for _, words in pairs])

    def _features(self, texts: list[str]) -> Tensor:
        """Mean token features (M, dim) of length 1."""
        caption = self.encoder.encode(texts)
        embeds, mask = caption
        if mask is None:
            return F.normalize(embeds.mean(1), dim=-1)
        shown = mask[..., None].to(embeds.dtype)  # (M, T, 1)
        return F.normalize((embeds * shown).sum(1) / shown.sum(1), dim=-1)

    def _nearest(self, words: list[str]) -> list[tuple[str, float]]:
        """For each word the noun closest in meaning and the cosine between them."""
        names, features = self._names
        best = (self._features(words) @ features.T).max(-1)
        return [
            (names[index], value)
            for index, value in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]

    def _say(self, things: list[Said], items: list[_Item], words: list[str]) -> str:
        said = _named(things[0])
        if len(things) == 2:
            relation = _relation(things[0], things[1], items, words)
            said = f"{said} {relation or 'next to'} {_named(things[1])}"
        return f"{said}{self._ground(items, words)}"

    def _ground(self, items: list[_Item], words: list[str]) -> str:
        """Where it is, with a space before, or nothing."""
        by_end = {item.end: item for item in items}
        for item in items:
            before = by_end.get(item.at)
            if item.kind == "wall" and before is not None and before.kind == "colour":
                return f" on {with_article(before.value)} background"
            if item.kind == "place":  # "in the sky of the night"
                night = item.value == "sky" and "night" in words
                return f" {GROUNDS['night' if night else item.value][0]}"
        behind = [
            w for at, w in enumerate(words) if set(words[max(0, at - 3) : at]) & _PREPOSITIONS
        ]
        where = _scenery(behind)
        return f" {GROUNDS[where][0]}" if where else ""


def split(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _scenery(words: list[str]) -> str | None:
    """The first place of a scene among `words`, by a word of `GROUND_WORDS`."""
    places = {word: where for where, names in GROUND_WORDS.items() for word in names.split()}
    return next((places[word] for word in words if word in places), None)


def _named(thing: Said) -> str:
    """'three blue cars', 'a cat'."""
    if thing.count > 1:
        parts = (NUMBERS[thing.count][0], thing.colour, plural(thing.noun))
        return " ".join(part for part in parts if part)
    words = f"{thing.colour} {thing.noun}" if thing.colour else thing.noun
    return words if thing.noun in NO_ARTICLE else with_article(words)


def _relation(first: Said, second: Said, items: list[_Item], words: list[str]) -> str | None:
    """How the first stands to the second, by the words between them and around."""
    between = [i for i in items if first.end <= i.at < second.at]
    for item in reversed(between):
        if item.kind == "relation":
            if words[item.end : item.end + 1] in (["it"], ["them"]):
                return OPPOSITE[item.value]  # "a cat, and below it a dog"
            return item.value
    for item in items:
        if item.kind == "relation" and item.at >= second.end:
            if words[item.end : item.end + 1] in (["it"], ["them"]):  # "a cat with a dog below it"
                return OPPOSITE[item.value]
            break
    around = [i for i in items if i.kind == "side"]
    for item in around:
        if item.end <= first.at + 1 or first.end <= item.at <= second.at:
            return item.value
    return None


_NUMBERS = {word: count for count, ways in NUMBERS.items() for word in ways} | MANY


def _table(nouns: Sequence[Noun]) -> dict[tuple[str, ...], _Item]:
    """Words -> their meaning. What comes later gives way to what is there."""
    table: dict[tuple[str, ...], _Item] = {}

    def add(words: str, kind: str, value: str = "", many: bool = False) -> None:
        table.setdefault(tuple(split(words)), _Item(kind, value, 0, 0, many))

    for noun in nouns:
        for words in (noun.name, *noun.synonyms):
            add(words, "noun", noun.name, words in PLURAL_FORMS)
    for noun in nouns:
        for words in (noun.name, *noun.synonyms):
            add(plural(words), "noun", noun.name, True)
    for colour in PAINTS:
        add(colour, "colour", colour)
    for words, count in _NUMBERS.items():
        add(words, "count", str(count))
    for where, ways in GROUNDS.items():
        for words in ways:
            add(words, "place", where)
    for words, side in PLACES.items():
        add(words, "side", side)
    for words, side in RELATIONS.items():
        add(words, "relation", side)
    for words in ("background", "wall", "backdrop"):
        add(words, "wall")
    known = {noun.name for noun in nouns}
    for name, ways in near_words().items():
        if name in known:
            for words in ways:
                add(words, "near", name)
                add(plural(words), "near", name, True)
    for words, colour in SHADES.items():
        add(words, "colour", colour)
    for word in _taught_words():
        add(word, "other")
    return table


def near_words() -> dict[str, tuple[str, ...]]:
    """Noun -> words of near_words.tsv that mean nearly the same."""
    rows = (Path(__file__).parent / "data" / "near_words.tsv").read_text(encoding="utf-8")
    pairs = (row.split("\t") for row in rows.splitlines() if not row.startswith("#"))
    return {noun: tuple(words.split(", ")) for noun, words in pairs}


def _taught_words() -> set[str]:
    """Every word of the corpus's phrasings beside nouns, colours, numbers and places."""

    texts = [str(getattr(caption_phrases, name)) for name in dir(caption_phrases) if name.isupper()]
    extra = "a an the one single of and it its them is are that which on in there here"
    words = {
        word
        for text in [*texts, str(STYLE_WORDS), extra]
        for word in split(re.sub(r"\{\w*\}", " ", text))
    }
    return words
