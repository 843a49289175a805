"""Anaphora within an utterance: "it", "his" and "the second one" are replaced by names."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import DETERMINERS, leads
from maskgil.nano.dialogue.editing.attributes import attributes_of
from maskgil.nano.dialogue.editing.referents.kinds import is_someone
from maskgil.nano.dialogue.fragments import nouns_in, roles_at
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import LOOKS, SPOTS, Thing

OWNERS = {"her": "her", "his": "him", "its": "it", "their": "them"}
HANDS = ("hand", "hands", "arms", "paw", "paws", "mouth", "beak", "trunk", "claws")
_BACKS = ("shoulder", "shoulders", "head", "back", "arm", "lap")
ORDINALS = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "seventh": 6,
    "eighth": 7, "ninth": 8, "tenth": 9, "last": -1,
}  # fmt: skip
_ARTICLES = (["a"], ["an"], ["the"])  # "throw her the ball"
_PLACES = ("left", "right", "middle", "upper", "lower", "front", "back")
_SIDES_OF = ("left of", "right of", "in front of", "behind", "next to", "above", "below")
_BESIDE = frozenset(
    (*joint.split(), *(("the",) if joint else ()), side)
    for joint in ("", "to", "on", "at")
    for side in ("left", "right")
)


def of_theirs(words: Sequence[str], things: Sequence[Thing]) -> list[str]:
    """ "His boat" as "the boat", where one stands."""
    nouns = {thing.noun for thing in things}
    return [
        "the"
        if word in OWNERS
        and words[at + 1 : at + 2] not in _ARTICLES
        and nouns & set(nouns_in(words[at + 1 : at + 3])[:1])
        else word
        for at, word in enumerate(words)
    ]


def with_one(words: Sequence[str]) -> list[str]:
    """ "The left green" as "the left one green"."""
    at = leads(words, "make", "paint")
    behind = list(words[at + 2 :])
    if list(words[at : at + 1]) != ["the"] or words[at + 1 : at + 2] == []:
        return list(words)
    told = attributes_of(behind) if words[at + 1] in _PLACES and behind else None
    if told is None or told.is_noun_too:
        return list(words)
    return [*words[: at + 2], "one", *behind]


def beyond(words: Sequence[str], things: Sequence[Thing]) -> tuple[str, str, int] | None:
    """ "Third tree" where there are no three, its noun, and how many there are."""
    for at in range(1, len(words) - 1):
        name = _ordered(words, at)
        count = sum(thing.count for thing in things if thing.noun == name)
        if 0 < count <= ORDINALS.get(words[at], -1):
            return f"{words[at]} {name}", name, count
    return None


def with_antecedents(words: Sequence[str]) -> list[str]:
    """ "A table and a cat under it" as "a table and a cat under the table", named with it.

    "A dog to the left of a tree and a cat to the right" is to the right of the tree, too.
    """
    if (found := _beside_too(list(words))) != list(words):
        return found
    for at in range(3, len(words)):
        if words[at] == "it" and "and" in words[:at] and (name := _antecedent(words[:at])):
            found[at] = f"the {name}"
    return [part for word in found for part in word.split()]


def _beside_too(words: list[str]) -> list[str]:
    """What is told on the other side of what something was put beside, or on one side of "it"."""
    at = max((n for n, word in enumerate(words) if word == "and"), default=0)
    behind = words[at + 1 :]
    named = behind[:-2] if behind[-2:] == ["of", "it"] else behind
    starts = (n for n in range(1, len(named)) if tuple(named[n:]) in _BESIDE)
    start = next(starts, None)
    if not at or start is None or "relation" in roles_at(named, 0)[1]:
        return words
    joints = [n for n in range(1, at) if roles_at(words, n)[1].get("relation") in _SIDES_OF]
    end = roles_at(words, joints[-1])[0] if joints else at
    anchor = words[end:at]
    other = named[:start]
    if other in (["one"], ["another"], ["another", "one"]):
        other = ["a", *nouns_in(words[:at])[:1]]
    if anchor != ["it"] and (len(nouns_in(anchor)) != 1 or anchor[0] not in DETERMINERS):
        return words
    if not nouns_in(other):
        return words
    side = "left" if "left" in named[start:] else "right"
    anchor = anchor if anchor == ["it"] else ["the", *anchor[1:]]
    return [*words[: at + 1], *other, "to", "the", side, "of", *anchor]


def _antecedent(words: Sequence[str]) -> str:
    """Which of the things named before its last one "it" is, that has room where that is to be.

    "A lamp next to the sofa and a cat under": there is none below a lamp. "" for none.
    """
    named = nouns_in(words)
    ends = (roles_at(words, at) for at in range(max(0, len(words) - 3), len(words)))
    where = next(
        (roles["relation"] for end, roles in ends if end == len(words) and "relation" in roles), ""
    )
    before = list(dict.fromkeys(each for each in named[:-1] if each != named[-1]))
    if not where or not before:
        return ""
    fitting = [name for name in before if where in dict(noun(name).anchors)]
    if where == "under" and not fitting:
        fitting = [max(before, key=lambda name: noun(name).size)]
    return (fitting or before)[0]


def one_more(words: Sequence[str]) -> list[str]:
    """ "A third cow" as "another cow"."""
    counted = words[:1] in (("a",), ["a"]) and words[1:2] and words[1] in ORDINALS
    return ["another", *words[2:]] if counted and nouns_in(words[2:]) else list(words)


def _ordered(words: Sequence[str], at: int) -> str:
    """The noun behind "the first" at a word; "" for none."""
    if words[at] not in ORDINALS or words[at - 1] not in ("the", "that", "this"):
        return ""
    after = at + 1
    while {*LOOKS} & roles_at(words, after)[1].keys() and ("noun" not in roles_at(words, after)[1]):
        after += 1
    return roles_at(words, after)[1].get("noun", "")


def with_ordinals(words: Sequence[str]) -> list[str]:
    """ "The 2nd cat" and "cat number two" as "the second cat"."""
    names = list(ORDINALS)
    found = list(words)
    for at, word in enumerate(found):
        if word[:-2].isdecimal() and word[-2:] in ("st", "nd", "rd", "th"):
            found[at] = names[int(word[:-2]) - 1] if 0 < int(word[:-2]) < len(names) else word
    for at in range(1, len(found) - 1):
        told = attributes_of(found[at + 1 : at + 2]) if found[at] == "number" else None
        count = told.told.get("count") if told else None
        if isinstance(count, int) and 0 < count < len(names) and nouns_in(found[at - 1 : at]):
            the = [] if found[at - 2 : at - 1] == ["the"] and at > 1 else ["the"]
            return [*found[: at - 1], *the, names[count - 1], found[at - 1], *found[at + 2 :]]
    return found


def with_sides(words: Sequence[str]) -> list[str]:
    """ "On her right" as "to the right of her"."""
    found = list(words)
    for at in range(len(found)):
        if len(found) < at + 3:
            break  # it got shorter
        _, owner, side = found[at : at + 3]
        if any(map(is_someone, nouns_in(found[:at]))):
            break  # whose it is: the reader knows
        if found[at] in ("on", "to") and owner in OWNERS and side in ("left", "right"):
            found[at : at + 3] = ["to", "the", side, "of", OWNERS[owner]]
        elif found[at] in ("in", "on") and owner in OWNERS and side in (*HANDS, *_BACKS):
            spot = ["on", "the", side, "of"]
            spot = spot if " ".join(spot) in SPOTS else ["on"]
            held = ["held", "by"] if side in HANDS else spot
            found[at : at + 3] = [*held, OWNERS[owner]]  # "a pizza in his hand"
            continue
        else:
            continue
        if found[at] == "to":
            while found[at + 5 : at + 6] in (["hand"], ["side"]):
                del found[at + 5]
    return found
