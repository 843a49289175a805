"""Selection among identical things: "the second cat", "the tree on the left", "one of them"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.attributes import side_at
from maskgil.nano.dialogue.editing.referents.classes import class_phrase
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.dialogue.wording.anaphora import ORDINALS
from maskgil.nano.world.scene import LOOKS

THE = ("the", "that", "this")
_SIDES = {
    "left": -1, "leftmost": -1, "left-hand": -1, "right": 1, "rightmost": 1, "right-hand": 1,
    "middle": 0, "central": 0, "centre": 0, "center": 0,
}  # fmt: skip
_ENDS = (["left"], ["right"])
_SIZED = {"largest": 1, "smallest": -1}
_EVERY, _OTHER = ("every", "each"), 2
HALF = "half"
ONE = ("one", "ones")
_NAMES = {"noun", "many"}
_STANDING = ("that", "which", "who", "is", "are", "standing", "sitting")
_GIVING = ("give", "put", "add", "")
_BRINGING = ("add", "want", "prefer", "put")
PLACING = ("", "move", "put", "make", "want", "prefer", "add")  # say where something is to be


@dataclass(frozen=True)
class Which:
    """Words up to `end` that say which of several is meant, and what the several are called.

    `side`: -1 the left ones, 1 the right ones, 0 the middle, None any of them; `first`: how many
    are passed over from there; `count`: how many are meant; `said`: all of the words but "the";
    `owner`: whether it is whose something is: "the second cat's"; `step`: every how many-th it is;
    `size`: 1 the largest, -1 the smallest.
    """

    end: int
    named: tuple[str, ...]
    side: int | None
    first: int = 0
    count: int = 1
    said: str = ""
    owner: bool = False
    step: int = 0
    size: int = 0

    def of(self, several: Sequence[int]) -> list[int]:
        """Those that are meant of some from left to right; [] where there are not so many."""
        if self.first + self.count > len(several):
            return []
        if self.step:
            return list(several[self.first :: self.step])
        if self.side is None:
            return list(several[-self.count :])
        if not self.side:
            start = (len(several) - self.count) // 2
            return list(several[start : start + self.count]) if len(several) > 2 else []
        ordered = several if self.side < 0 else several[::-1]
        return list(ordered[self.first : self.first + self.count])


def named_at(words: Sequence[str], at: int, verb: str) -> tuple[list[Which], int]:
    """All that is named from `at` by which of several it is, and the end of it."""
    found: list[Which] = []
    end = at
    while which := _which_at(words, end, verb, is_more=bool(found)):
        found.append(which)
        end = which.end
        if words[end : end + 1] != ["and"]:
            break
        end += 1
    return found, found[-1].end if found else at


def _which_at(words: Sequence[str], at: int, verb: str, *, is_more: bool) -> Which | None:
    """What the words from `at` say of which one is meant: "the second cat from the right"."""
    if words[at : at + 1] and words[at] in _EVERY:
        return _every(words, at)
    start = at + _the(words, at)
    is_bare = start == at
    if is_bare and (which := _any_of(words, at, verb)):
        return which
    if is_bare and not is_more and (at or verb in _BRINGING):
        return None
    if verb == "add" and not at:
        return None  # "add the second cat"
    length, chosen = _selector(words, start)
    end = start + length + name_length(words, start + length)
    if not length:
        by_size = None if is_bare else _by_size(words, start, end - start, verb)
        return by_size or (None if is_bare else _at_side(words, start, end - start, verb))
    if named := _named_later(words, start + length):  # "the first and the third cat"
        said = " ".join((*words[start : start + length], *named))
        return replace(chosen, end=start + length, named=tuple(named), said=said)
    is_first = (words[start] in ORDINALS and chosen.side != 1) or _is_such(chosen, words, end, verb)
    if end == start + length and (is_bare or not is_first):
        return None
    named = words[start + length : end] or ["one"]
    if words[end : end + 2] == ["from", "the"] and words[end + 2 : end + 3] in _ENDS:
        chosen, end = replace(chosen, side=_SIDES[words[end + 2]]), end + 3
    is_many = "many" in roles_at(words, end - 1)[1] or named == ["ones"]
    if is_many and chosen.count == 1 and not is_more and named != ["one"]:
        return None  # "the left cats"
    owner = named[-1].endswith("'s")
    names = (*named[:-1], named[-1].removesuffix("'s"))
    return replace(chosen, end=end, named=names, said=" ".join(words[start:end]), owner=owner)


def _every(words: Sequence[str], at: int) -> Which | None:
    """ "Every second duck", "every other one": one of so many, from the left."""
    nth = words[at + 1] if at + 1 < len(words) else ""
    step = _OTHER if nth == "other" else ORDINALS.get(nth, 0) + 1
    end = at + 2 + name_length(words, at + 2)
    if step < _OTHER or end == at + 2:
        return None
    named = tuple(words[at + 2 : end])
    return Which(end, named, -1, step - 1, 1, " ".join(words[at:end]), step=step)


def _named_later(words: Sequence[str], at: int) -> Sequence[str]:
    """The name of what is told of with something else first: "… and the third cat"."""
    if words[at : at + 1] != ["and"]:
        return []
    start = at + 1 + _the(words, at + 1)
    length, _ = _selector(words, start)
    start += length
    return words[start : start + name_length(words, start)] if length else []


def _any_of(words: Sequence[str], at: int, verb: str) -> Which | None:
    """ "One of the cats", "two cats": any of those that stand, where something is given to them."""
    number = 1 if words[at : at + 1] == ["one"] else _number(words, at)
    onto = verb in _GIVING and at and words[at - 1] in ("on", "to", "of")
    if not number or not (onto or (verb == "give" and not at)):
        return None
    behind = at + 1
    length = leads(words[behind:], "part")
    if length and words[behind + length - 1] != "the":
        return Which(behind + length, ("one",), None, 0, number, " ".join(words[at:behind]))
    if words[at] == "one" and words[behind : behind + 1] in (["a"], ["an"]):
        return Which(behind, ("one",), None, 0, 1)  # "give one a hat"
    start = behind + length
    end = start + name_length(words, start)
    return Which(end, tuple(words[start:end]), None, 0, number) if end > start else None


def _the(words: Sequence[str], at: int) -> bool:
    return at < len(words) and words[at] in THE


def _selector(words: Sequence[str], at: int) -> tuple[int, Which]:
    """How many words say which, before a noun: "second", "first two", "far left"."""
    end, side, first, count = at, 0, 0, 1
    number = _number(words, end)
    end += bool(number)
    end += words[end : end + 1] in (["far"], ["very"])
    word = words[end] if end < len(words) else ""
    if word in ORDINALS:
        side, first = (1, 0) if ORDINALS[word] < 0 else (-1, ORDINALS[word])
    elif word in _SIDES:
        side = _SIDES[word]
    elif size := next((step for kind, step in _SIZED.items() if leads([word], kind)), 0):
        behind = 0 if number else _number(words, end + 1)
        length = end + 1 + bool(behind) - at
        return length, Which(at, (), None, count=number or behind or 1, size=size)
    else:
        return 0, Which(at, (), 0)
    end += 1
    behind = 0 if number else _number(words, end)
    count = number or behind or 1
    return end + bool(behind) - at, Which(at, (), side, first, count)


def _number(words: Sequence[str], at: int) -> int:
    """The number that a word is; 0 for none."""
    roles = roles_at(words, at)[1] if at < len(words) and words[at] not in ONE else {}
    number = roles.get("count", "")
    return int(number) if number.isdecimal() and "noun" not in roles else 0


def name_length(words: Sequence[str], at: int) -> int:
    """How many words from `at` name a thing, with its looks; 0 for none."""
    if at < len(words) and words[at] in ONE:
        return 1
    words = [word.removesuffix("'s") for word in words]
    if (phrase := class_phrase(["the", *words[at:]])) is not None:
        return phrase.length - 1
    end = at
    while end < len(words):
        after, roles = roles_at(words, end)
        if _NAMES & roles.keys():
            return after - at
        if not roles.keys() & {*LOOKS}:
            return 0
        end = after
    return 0


def _at_side(words: Sequence[str], start: int, name: int, verb: str) -> Which | None:
    """ "The cat on the left", "the two cats in the middle", where it is not to be put there."""
    number = _number(words, start)
    if number:
        start, name = start + 1, name_length(words, start + 1)
    end = at = start + name
    while end < len(words) and words[end] in _STANDING:
        end += 1
    length, side = side_at(words, end) if end < len(words) else (0, None)
    if not name or side is None:
        return None
    is_one = "many" not in roles_at(words, at - 1)[1] or bool(number)
    told = end + length < len(words) if start < 2 + bool(number) else True
    behind = words[end + length :]
    says = leads(behind, "copula", "having") or "verb" in roles_at(behind, 0)[1]
    chooses = told and (words[end] in ("on", "in", "at") or says)
    if not is_one or (verb in PLACING and not chooses):
        return None
    said = " ".join(words[start : end + length])
    return Which(end + length, tuple(words[start:at]), side, 0, number or 1, said)


def _by_size(words: Sequence[str], start: int, name: int, verb: str) -> Which | None:
    """ "The dog the largest", "the dog bigger" of what goes, as other languages say it."""
    at = start + name
    at += words[at : at + 1] == ["the"]
    length, chosen = _selector(words, at)
    if not (name and length and chosen.size) or name_length(words, at + length):
        return None
    end, named = at + length, tuple(words[start : start + name])
    found = replace(chosen, end=end, named=named, said=" ".join((*words[at:end], *named)))
    return found if at > start + name or _is_such(found, words, end, verb) else None


def _is_such(chosen: Which, words: Sequence[str], end: int, verb: str) -> bool:
    """Whether a size behind a name chooses, and does not tell what is to be so."""
    behind = words[end:]
    superlative = words[end - 1].endswith("est")
    says = bool(behind) and (
        "colour" in roles_at(behind, 0)[1] or leads(behind, "copula", "having")
    )
    return bool(chosen.size) and (verb == "remove" or superlative or bool(says))


def each_first(words: list[str]) -> list[str]:
    """ "Each of them sleeps" as "all of them sleeps", "none of them sleeps" as "… not sleeps"."""
    length = leads(words, "each of")
    none = words[:2] == ["none", "of"]
    if not length and not none:
        return words
    rest = words[2 if none else length :]
    end = 1 if leads(rest, "pronoun") else 0
    if not none:
        return ["all", "of", *rest] if end else ["all", *rest]
    if not end:
        return words
    said = rest[1:]
    return ["all", "of", *rest[:1], "not", *said[leads(said, "copula") :]]


def both_first(words: list[str]) -> list[str]:
    """ "They are both green" as "both are green"."""
    if "both" not in words[1:] or not (leads(words, "pronoun") or words[-1] == "both"):
        return words
    rest = words[leads(words, "pronoun") or int(words[0] == "the") :]
    return ["both", *(word for word in rest if word != "both")]


def halved(words: list[str]) -> list[str]:
    """ "Only one of them" as "one of them", "half the dogs" as "half of the dogs"."""
    if length := leads(words, "only"):
        rest = words[length:]
        words = rest if rest[1:2] == ["of"] else words
    return [*words[:1], "of", *words[1:]] if words[:2] == [HALF, "the"] else words
