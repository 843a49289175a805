"""Clause segmentation: "remove the dog and make it night" has two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from maskgil.nano.dialogue.commands import (
    MARKS,
    courteous,
    is_whole,
    leads,
    phrase_kind,
    without_marks,
)
from maskgil.nano.dialogue.editing.attributes import attributes_of, sky_of
from maskgil.nano.dialogue.fragments import nouns_in, read_place, roles_at
from maskgil.nano.reader.words import table
from maskgil.nano.world.nouns import noun

# Verbs, the first where a phrase is of several kinds.
VERBS = (
    "stop", "remove", "replace", "enlarge it", "shrink it", "move", "give", "put", "prefer", "want",
    "add", "paint", "make",
)  # fmt: skip
_TAKING, _AWAY = ("take", "get", "throw", "bring"), ("away", "off", "out")
_PUTTING = ("put", "pack", "tidy", "move", "send", "chase", "drive", "carry")  # … away
_OFF = ("off", "from")
_THENCE = ("of", "from", "there", "here", "the", "picture", "image")
_SPLITS = ("then", "and")
_JOINTS = ("with", "by", "for", "to", "into")
_TELLING = ("", "make", "move", "put", "want", "prefer", "paint")
_BRINGING = ("", "add", "want", "prefer", "put", "paint")
_WISHES = ("want", "prefer", "make")
_KNOWN = (["the"], ["a"], ["that"], ["this"], ["its"])
_NEW = (["a"], ["an"], ["another"])
_ALTERS = 5  # words of the longest verb that puts something in a state
_SUBJECTS = ("he", "she", "they")
_LOOSE = ("with", "without", "and", "plus")  # say something to be done behind another only


@dataclass(frozen=True)
class Clause:
    """A clause: the kind of its verb ("" without one), and the words after it.

    `said`: the verb itself.
    """

    verb: str
    words: tuple[str, ...]
    said: str = ""


class Stage(Protocol):
    """Knows what stands."""

    def starts_with_thing(self, words: Sequence[str]) -> bool:
        """Whether the words begin with something that is there."""
        ...

    def names_things(self, words: Sequence[str]) -> bool:
        """Whether the words name something that is there, and tell nothing of it."""
        ...

    def tells_of_thing(self, words: Sequence[str]) -> bool:
        """Whether the words tell how something looks that is there, or where, and no more."""
        ...


def is_verb(words: Sequence[str]) -> bool:
    """Whether the words are a verb of change and nothing else."""
    return phrase_kind(words, VERBS)[1] == len(words) > 0


def clauses_of(words: Sequence[str], stage: Stage) -> list[Clause]:
    """The clauses of an utterance, with their verbs."""
    parts = _parts(words, stage)
    return [clause for part in parts if (clause := _clause(part)).verb or clause.words]


def _clause(words: Sequence[str]) -> Clause:
    plain = without_marks(courteous(words))
    if leads(plain[-1:], "only") and roles_at(plain[-2:], 0)[1].get("count", "").isdecimal():
        plain = [*plain[:-2], plain[-1], plain[-2]]  # "too many, two only"
    if is_whole(plain, "halt"):
        return Clause("stop", ("them",) if "them" in plain else ("it",))
    while len(plain) > 3 and plain[0] in _TAKING and plain[-1] in ("again", "too", "now"):
        plain = plain[:-1]
    while len(plain) > 3 and plain[0] in _TAKING and plain[-1] in _THENCE:
        plain = plain[:-1]
    if len(plain) > 2 and (
        (plain[0] in _TAKING and plain[-1] in _AWAY)
        or (plain[0] in _PUTTING and plain[-1] == "away" and not leads(plain[-2:], "farther"))
    ):
        return Clause("remove", tuple(plain[1:-1]))
    if plain[:2] in (["take", "the"], ["get", "the"]) and any(word in _OFF for word in plain[3:]):
        return Clause("remove", tuple(word for word in plain[1:] if word not in ("away", "out")))
    if plain[:1] in (["and"], ["also"], ["plus"]) and phrase_kind(plain[1:], VERBS)[1]:
        plain = plain[1:]  # "and let it be red"
    if altered := _altered(plain) or _eaten(plain):
        return Clause("make", altered)
    verb, length = phrase_kind(plain, VERBS)
    if plain[:3] == ["put", "in", "the"] and read_place(" ".join(plain[2:])).setting:
        return Clause("put", tuple(plain[1:]))  # "put in the church" is said of who is there
    if _names_thing(plain, length) or leads(plain, "contrary") > length:
        verb, length = "", 0
    if verb == "want" and leads(plain[length:], "too many", "only") > 1:
        verb, plain, length = "", plain[length:], 0  # "there's | too many, just two"
    rest = plain[length:]
    behind = rest[leads(rest, "pronoun") :] if verb == "make" else rest
    if verb in _WISHES and leads(behind, "none"):
        behind = behind[leads(behind, "remove") :]  # "make it no cats"
        if any({"noun", "many"} & set(roles_at(behind, at)[1]) for at in range(len(behind))):
            return Clause("remove", tuple(behind))
    return Clause(verb, tuple(rest), " ".join(plain[:length]))


def _altered(words: Sequence[str]) -> tuple[str, ...]:
    """ "Cut it in half" as "it cut open": a thing that is there, and the state that it gets."""
    for start in range(min(len(words) - 1, _ALTERS), 0, -1):
        for end in range(start + 1, len(words) + 1):
            state = table("alter").get(" ".join((*words[:start], *words[end:])))
            if state and leads(words[start:end], "known"):
                return (*words[start:end], *state.split())
    return ()


def _eaten(words: Sequence[str]) -> tuple[str, ...]:
    """ "Cut the cake", which takes away no food, as "the cake cut open"."""
    named = nouns_in(words[1:]) if words[:1] == ["cut"] and words[1:2] in _KNOWN else []
    is_food = len(named) == 1 and noun(named[0]).category == "food"
    return (*words[1:], "cut", "open") if is_food else ()


def _names_thing(words: Sequence[str], length: int) -> bool:
    """Whether a verb begins the name of a thing: "stop sign", "swing set"."""
    end, roles = roles_at(words, 0)
    return end > length > 0 and bool({"noun", "many"} & set(roles))


def _parts(words: Sequence[str], stage: Stage) -> list[list[str]]:
    """The words of each clause: cut where a verb follows a mark, "and" or "then"."""
    parts: list[list[str]] = [[]]
    at = 0
    while at < len(words):
        skip = _joint(words, at)
        after = courteous(words[at + skip :])
        if skip and parts[-1] and after and _begins(after, parts[-1], stage):
            parts.append([])
            at += skip
            continue
        if skip and _brings(after, parts[-1], stage):
            parts.append(["add"])
            at += skip
            continue
        if leads(words[at:], "nearer", "farther") and is_sized(words[at:]) and _is_new(parts[-1]):
            parts.append([])  # "a tractor | in the background"
        parts[-1].append(words[at])
        at += 1
    return [part for part in parts if without_marks(part)]


def _joint(words: Sequence[str], at: int) -> int:
    """How many words from here may join two clauses."""
    end = at
    while end < len(words) and (words[end] in MARKS or words[end] in _SPLITS):
        end += 1
    if words[end : end + 1] == ["but"] and is_sized(words[end + 1 :]):
        end += 1  # "add a tree but bigger"
    return end - at


def _is_new(words: Sequence[str]) -> bool:
    """Whether words name something new, alone or behind a verb: "a dog", "add one more"."""
    named = courteous(words)
    verb, length = phrase_kind(named, VERBS)
    named = named[length:]
    counted = roles_at(named, 0)[1].get("count", "").isdecimal()
    told = counted or named[:1] in _NEW or leads(named, "more")
    return verb in _BRINGING and bool(told) and bool(nouns_in(named) or named == ["one"])


def is_remark(clause: Clause) -> bool:
    """Whether a clause says how the picture is, and names nothing: "that's boring", "too dark"."""
    words = clause.words
    begins = leads(words, "pronoun", "contrary") or words[:1] in (("that's",), ("it's",))
    return not clause.verb and bool(begins) and not nouns_in(words)


def says_again(before: Clause, clause: Clause) -> bool:
    """Whether a clause asks for what the one before complains of: "it's too small, bigger"."""
    told = attributes_of(clause.words)
    ends = range(len(before.words))
    start = next((n for n in ends if leads(before.words[n:], "contrary")), None)
    first = None if start is None else attributes_of(before.words[start:])
    return bool(told and first and told.steps * first.steps > 0 and not told.told)


def is_sized(words: Sequence[str]) -> bool:
    """Whether words tell how large or how far away something is, and no more."""
    told = attributes_of(words)
    return told is not None and not told.told and bool(told.steps or (told.way or (1,))[0] == 0)


def _brings(after: Sequence[str], before: Sequence[str], stage: Stage) -> bool:
    """Whether a new thing follows what is told of a known one: "the cat left and a dog right"."""
    named = courteous(before)
    verb, length = phrase_kind(named, VERBS)
    if verb not in _TELLING or not stage.tells_of_thing(named[length:]):
        return False
    end = next((n for n, word in enumerate(after) if word in MARKS or word in _SPLITS), len(after))
    counted = roles_at(after, 0)[1].get("count", "").isdecimal()
    new = counted or after[:1] in _NEW or not stage.starts_with_thing(after)
    return new and bool(nouns_in(after[:end])) and attributes_of(after[:end]) is None


def _goes_on_of(words: Sequence[str]) -> bool:
    """Whether words go on to tell of somebody: "he should wear a coat", "it is black"."""
    return words[0] in _SUBJECTS or (words[0] == "it" and leads(words[1:], "copula") > 0)


def _begins(after: Sequence[str], before: Sequence[str], stage: Stage) -> bool:
    verb, length = phrase_kind(after, VERBS)
    if sky_of(after[leads(after, "only") :]):
        told = leads(courteous(before), *VERBS, "pronoun") > 0  # "add a tractor and rain"
        return told or stage.starts_with_thing(courteous(before))
    if after[0] in _TAKING and any(word in _AWAY for word in after):
        return True
    if not verb or leads(after, "contrary") > length:
        # "the cat black, the dog white"
        named = courteous(before)
        verb, length = phrase_kind(named, VERBS)
        named = named[length:]
        if is_sized(without_marks(after)) and verb in _BRINGING:
            return _is_new(before)
        if verb == "replace" and not any(word in _JOINTS for word in named):
            return False  # "swap the cat and the dog"
        if sky_of(named[leads(named, "pronoun") :]):  # "make it night, and the boat should be red"
            return after[0] == "the" and stage.starts_with_thing(after)
        if stage.names_things(named):
            return False  # "the cat and the dog black"
        starts = stage.starts_with_thing(named) or leads(named, "pronoun") > 0
        told = starts or named[:1] == ["one"]
        return told and (stage.starts_with_thing(after) or _goes_on_of(after))
    if after[0] in _LOOSE or " ".join(after[:length]) in ("a picture of", "picture of"):
        return bool(leads(courteous(before), *VERBS))
    return True
