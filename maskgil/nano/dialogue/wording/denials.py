"""Denials: "not this but that" as "that"."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import DETERMINERS, MARKS, courteous, leads
from maskgil.nano.dialogue.editing.attributes import attributes_of, sky_of
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment, roles_at
from maskgil.nano.dialogue.wording.ellipsis import is_looks
from maskgil.nano.reader.negation import affirmed
from maskgil.nano.reader.typography import Word
from maskgil.nano.world.scene import Thing

_MERELY = ("only", "just", "merely")
_OBJECTS = ("it", "them", "him", "her")
_PLACED = {"relation", "with", "verb", "plain", "count", "where"}
_BUT = ("but", "that's")


def put_right(words: Sequence[str], things: Sequence[Thing] = ()) -> list[str]:
    """ "It isn't a cat, it's a dog", "a dog, not a cat" as "replace the cat with a dog"."""
    plain = courteous(words)
    plain = plain[leads(plain, "meant") :]
    at = next((n for n, word in enumerate(plain) if word in MARKS or word == "but"), 0)
    denied = leads(plain, "denied")
    said, meant = plain[denied:at], plain[at + 1 :]
    if not denied and at and (length := leads(meant, "not this")):
        denied, said, meant = length, meant[length:], plain[:at]  # "a dog, not a cat"
    while meant and (skip := leads(meant, "pronoun", "copula", "going on") or meant[0] in _BUT):
        meant = meant[skip:]
    there = {thing.noun for thing in things}
    named = denied and is_named(said) and is_named(meant, is_thing=True)
    if not named or nouns_in(said) == nouns_in(meant):
        return list(words)
    if meant[0] == "the":
        if not things or there.intersection(nouns_in(meant)):
            return list(words)  # "not the tree, the house", which is there
        meant = ["a", *meant[1:]]
    return ["replace", "the", *said[said[0] in DETERMINERS :], "with", *meant]


def is_named(words: Sequence[str], *, is_thing: bool = False) -> bool:
    """Whether words name a thing and say nothing besides: "a cat", "dogs", "milk".

    What may as well be a look, "coffee", is one unless it `is_thing`.
    """
    found = read_fragment(" ".join(words))
    if len(found.mentions) != 1 or found.relations or found.scenery or found.left_out:
        return False
    roles = roles_at(words, 0)[1].keys()
    begins = {"noun", "many", "colour", "size", "count"} & roles
    bare = "noun" in roles and (is_thing or attributes_of(words) is None)
    return words[0] in DETERMINERS or bare or (found.mentions[0].many and bool(begins))


def told_as_it_is(words: Sequence[str]) -> list[str]:
    """ "Not under the bench but on it" as "on the bench", "not red but blue" as what it becomes."""
    plain = _without_denied(courteous(words))
    start = leads(plain, "want", "prefer", "make")
    start += leads(plain[start:], "pronoun") if start else 0
    plain = [*plain[:start], *_looks_meant(plain[start:])]
    at = plain.index("but") if "but" in plain else 0
    if at > start + 1 and plain[start] == "not" and len(plain) > at + 1:
        denied, meant = plain[start + 1 : at], plain[at + 1 :]
        if denied[0] in _MERELY:
            return ["add", *meant[meant[0] == "also" :]]
        if sky_of(denied) or attributes_of(denied):
            return [*meant, "instead", "of", *denied]
        if not _PLACED & roles_at(denied, 0)[1].keys():
            named = "noun" in roles_at(meant, len(meant) - 1)[1]
            known = denied[0] == meant[0] == "the" and not named
            return meant if known else ["not", *denied, ",", *meant]
    said, pause = list[Word](), 0
    for word in plain:
        if word not in MARKS:
            said.append(Word(word, word, pause if said else 0))
        pause = 0 if word not in MARKS else 1 if word == "," else 2
    found = affirmed(said)
    if found == said:
        return list(words) if plain == courteous(words) else plain
    marks = {1: [","], 2: ["."]}
    told = [part for word in found for part in (*marks.get(word.pause, ()), word.text)]
    relative = next((n for n in range(1, len(told)) if told[n : n + 2] == ["that", "is"]), 0)
    return [*told[:relative], *told[relative + 2 :]] if relative else told  # "not red but blue"


def _looks_meant(words: list[str]) -> list[str]:
    """ "Not red, I want blue" as "not red but blue"."""
    at = words.index(",") if "," in words[:-1] else 0
    meant = words[at + 1 :]
    meant = meant[leads(meant, "want", "prefer", "make") :]
    meant = meant[leads(meant, "pronoun") :]
    denied = words[words.index("not") + 1 : at] if "not" in words[:at] else []
    denied = denied[leads(denied, "copula") :]
    return [*words[:at], "but", *meant] if is_looks(denied) and is_looks(meant) else words


def _without_denied(words: list[str]) -> list[str]:
    """ "Under the bench, not on it" as "under the bench", "the dog, not the cat, barks"."""
    at = words.index("not") if "not" in words[:-1] else 0
    if at and is_named(words[: at - 1]) and words[at - 1] in (*MARKS, "and"):
        ends = (
            n for n in range(len(words) - 1, at + 1, -1)
            if {"noun", "many"} & roles_at(words, n - 1)[1].keys() and is_named(words[at + 1 : n])
        )  # fmt: skip
        if end := next(ends, 0):
            return [*words[: at - 1], *words[end + (words[end] in MARKS) :]]
    for at in range(1, len(words) - 1):
        denial = words[at + 1 :] if words[at : at + 1] == ["not"] else None
        told = words[: at - (words[at - 1] in MARKS)]
        if denial is None and (length := leads(words[at:], "inverted")):
            denial = words[at + length :]
            if "relation" not in roles_at(denial, 0)[1]:
                denial = None
        if not denial or "but" in denial or not told or any(word in MARKS for word in denial):
            continue
        end = "relation" in roles_at(denial, 0)[1] and denial[-1] in _OBJECTS
        looks = is_looks(denial) and is_looks(told[-1:])
        if end or looks or (sky_of(denial) and sky_of(told)):
            return told
    return words
