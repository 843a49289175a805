"""Whether nano knows the words of an English text: the nouns, colours, counts, places it learnt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Relations that say who stands where, by the side of the thing named first; and the other ones.
_SIDES = {
    "above": ("above", "over", "on top of", "atop", "on", "onto"),
    "below": ("below", "under", "beneath", "underneath"),
    "left": ("to the left of", "left of", "on the left of", "on the left side of"),
    "right": ("to the right of", "right of", "on the right of", "on the right side of"),
}
_NEAR = (
    "and", "next to", "beside", "with", "by", "together with", "near", "close to", "alongside",
)  # fmt: skip
RELATIONS = tuple(words for ways in _SIDES.values() for words in ways) + _NEAR
_ALSO_NEAR = ("on the side of", "at the side of", "to the side of")
# Where one thing stands, without the other: "a cat on the left and a dog on the right".
_STANDING = {
    "above": ("at the top", "on the top"), "below": ("at the bottom", "on the bottom"),
    "left": ("on the left", "at the left", "on the left side", "to the left"),
    "right": ("on the right", "at the right", "on the right side", "to the right"),
}  # fmt: skip
_OPPOSITE = {"above": "below", "below": "above", "left": "right", "right": "left"}
_PRONOUNS = ("it", "them")
_BEING = ("that is", "that are", "which is", "which are")  # a colour behind: "a cat that is red"
_OPENINGS = ("there is", "there are", "i see", "draw", "show me", "i want")
_GROUND_WORDS = ("in front of",)
_ARTICLES = ("a", "an", "the", "one", "single")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class CaptionReading:
    """What a text says, in the order of its words; `unknown` are words nano never saw."""

    nouns: tuple[str, ...]  # by their name in nouns.tsv
    colours: tuple[tuple[str, str], ...]  # noun, colour
    count: int  # of the first noun
    relations: tuple[str, ...]
    placed: tuple[str, str, str] | None  # "above" or "left", the noun that is so, the other one
    ground: str | None  # a place of `emoji_scenes.PLACES`, or the colour of a backdrop
    unknown: tuple[str, ...]


@lru_cache
def _vocabulary() -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Words -> all (kind, value) they stand for."""
    from maskgil.nano.emoji.captions import GROUNDS, NUMBERS, STYLE_WORDS
    from maskgil.nano.emoji.sprites import load_nouns
    from maskgil.nano.world.inflection import plural
    from maskgil.nano.world.paints import PAINTS

    words: list[tuple[str, str, str]] = [("grey", "colour", "gray")]
    words += [(colour, "colour", colour) for colour in PAINTS]
    for noun in load_nouns():
        for name in (noun.name, *noun.synonyms):
            words += [(name, "noun", noun.name), (plural(name), "noun", noun.name)]
    words += [(said, "count", str(n)) for n, ways in NUMBERS.items() for said in ways]
    words += [(said, "place", where) for where, ways in GROUNDS.items() for said in ways]
    words += [(said, "relation", said) for said in (*RELATIONS, *_ALSO_NEAR)]
    words += [(said, "side", side) for side, ways in _SIDES.items() for said in ways]
    words += [(said, "standing", side) for side, ways in _STANDING.items() for said in ways]
    words += [(said, "pronoun", said) for said in _PRONOUNS]
    words += [(said, "being", said) for said in _BEING]
    words += [(said, "backdrop", said) for said in ("background", "wall")]
    styles = [said for ways in STYLE_WORDS.values() for group in ways for said in group]
    for said in (*_OPENINGS, *_GROUND_WORDS, *_ARTICLES, *styles):
        words.append((said, "other", said))
    table: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
    for said, kind, value in words:
        table.setdefault(_split(said), {})[kind, value] = None
    return {said: tuple(meanings) for said, meanings in table.items()}


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(text))


def read(english: str) -> CaptionReading:
    """Take an English text apart with the words of the nano corpus, longest first."""
    vocabulary = _vocabulary()
    longest = max(map(len, vocabulary))
    words = _split(english)
    items: list[dict[str, str]] = []
    unknown: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            meanings = vocabulary.get(words[at : at + length])
            if meanings:
                items.append(dict(meanings))
                at += length
                break
        else:
            unknown.append(words[at])
            at += 1
    return _understand(_said_before(items), tuple(unknown))


def _said_before(items: list[dict[str, str]]) -> list[dict[str, str]]:
    """`items` with colours in front of their nouns: "a cat that is red" as "a red cat"."""
    items = list(items)
    for at in reversed(range(1, len(items) - 1)):
        if "being" in items[at] and "noun" in items[at - 1] and "colour" in items[at + 1]:
            colour = {"colour": items[at + 1]["colour"]}
            items[at - 1 : at + 2] = [colour, items[at - 1]]
    return items


def _understand(items: list[dict[str, str]], unknown: tuple[str, ...]) -> CaptionReading:
    nouns: list[str] = []
    colours: list[tuple[str, str]] = []
    relations: list[str] = []
    colour = relation = ground = None
    count = 1
    for item, after in pairwise([*items, {}]):
        if "colour" in item and not _is_noun(item, after):
            colour = item["colour"]  # "orange" before a noun
        elif "noun" in item:
            if nouns and relation:
                relations.append(relation)
            nouns.append(item["noun"])
            if colour:
                colours.append((item["noun"], colour))
            colour = relation = None
        elif "backdrop" in item:
            ground, colour = colour, None
        elif "count" in item:
            count = int(item["count"]) if not nouns else count
        elif "place" in item:
            ground = item["place"]
        elif "relation" in item:
            relation = relation if relation in _STANDING and nouns else item["relation"]
        elif "standing" in item:
            relation = item["standing"]
    return CaptionReading(
        tuple(nouns), tuple(colours), count, tuple(relations), _placed(items), ground, unknown
    )


def _placed(items: list[dict[str, str]]) -> tuple[str, str, str] | None:
    """Who stands where, of two things: "above" or "left", and the one that is."""
    nouns = [at for at, (item, after) in enumerate(pairwise([*items, {}])) if _is_noun(item, after)]
    if len(nouns) != 2:
        return None
    first, second = nouns
    side = _side(items, first, second)
    if side is None:
        return None
    pair = items[first]["noun"], items[second]["noun"]
    return (side, *pair) if side in ("above", "left") else (_OPPOSITE[side], *pair[::-1])


def _side(items: list[dict[str, str]], first: int, second: int) -> str | None:
    """The side of the thing at `first`; "it" and "them" turn a relation round."""
    for at in reversed(range(first + 1, second)):
        if "side" in items[at]:
            side = items[at]["side"]
            return _OPPOSITE[side] if "pronoun" in items[at + 1] else side
    for at in range(second + 1, len(items) - 1):
        if "side" in items[at] and "pronoun" in items[at + 1]:
            return _OPPOSITE[items[at]["side"]]
    before = [item["standing"] for item in items[:second] if "standing" in item]
    return before[0] if before else None


def _is_noun(item: dict[str, str], after: dict[str, str]) -> bool:
    """Not "orange" where it is the colour of what follows."""
    return "noun" in item and not ("colour" in item and after.keys() & {"noun", "backdrop"})


def fault(english: str) -> str:
    """What of a text nano cannot draw, in words; empty for a text it can."""
    from maskgil.nano.emoji.sprites import load_nouns

    reading = read(english)
    if reading.unknown:
        return f"nano does not know {', '.join(map(repr, reading.unknown))}"
    if not 1 <= len(reading.nouns) <= 2:
        return f"nano draws one or two kinds of things, not {len(reading.nouns)}"
    if len(reading.nouns) == 2 and (reading.count > 1 or len(set(reading.nouns)) == 1):
        return "nano counts only one kind of thing alone"
    nouns = {noun.name: noun for noun in load_nouns()}
    for name, colour in reading.colours:
        if colour != nouns[name].colour and not nouns[name].paintable:
            return f"nano never saw a {colour} {name}"
        if colour == reading.ground != "white":  # white things stand on shaded paper
            return f"a {colour} {name} is not seen before {colour}"
    return ""
