"""Ellipsis of nouns: "a black one", "five of them", "one behind"."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import (
    DETERMINERS,
    JOINTS,
    MARKS,
    courteous,
    is_whole,
    leads,
    without_marks,
)
from maskgil.nano.dialogue.editing.attributes import Attributes, attributes_of, of_the_sky
from maskgil.nano.dialogue.editing.deeds import is_deed
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment, roles_at
from maskgil.nano.dialogue.wording.anaphora import ORDINALS
from maskgil.nano.reader.text import each_of_several
from maskgil.nano.reader.words import posed
from maskgil.nano.world.nouns import LIVING, PEOPLE, noun
from maskgil.nano.world.scene import Thing

_LOOSE = ("there", "too", "also", "right", "just", "directly", "somewhere", "far", "bit", "little")
_SIZED = ("small", "big", "large", "tiny", "huge")
_HAS = ("has", "gets", "wears", "holds")
_TOO: tuple[list[str], ...] = ([], ["too"], ["also"], ["as", "well"])
_BRINGING = ("add", "want", "prefer", "put", "give", "paint")
_LOOKS = 4  # words of the longest look before a noun that is left out
_YOUNG = (["a", "baby"], ["another", "baby"], ["the", "baby"])
_FRIENDS = ("friend", "companion", "buddy", "mate")


def with_nouns(
    words: Sequence[str], known: Sequence[str], things: Sequence[Thing] = ()
) -> list[str]:
    """ "A black one" as "a black hat", by the thing last named, or the first of `known`."""
    if words[-1:] == ["ones"] and len(words) > 1 and is_looks(words[:-1]):
        return ["make", "them", *words[:-1]]  # "green ones"
    words = each_of_several(" ".join(words)).split()
    found = _at_once(_with_one(_look_first(_one_more_there(words))))
    for at in range(len(found)):
        if found[at] in ("one", "ones") and (
            (start := _looks_before(found, at)) is not None or _is_one_more(found, at)
        ):
            start = at - 1 if start is None else start
            told = attributes_of(found[start + 1 : at]) if found[start] == "the" else None
            such = [t.noun for t in things if told and told.told and _looks_so(t, told)]
            deed = posed().get(" ".join(found[start + 1 : at]))
            such += [t.noun for t in things if deed and t.state == deed]
            name = next(iter(such), "") or _shared(found[:start]) or _last_named(found[:start])
            name = name or next(iter(known), "")
            if name:
                found[at] = noun(name).plural if found[at] == "ones" else name
        elif found[at] == "one" and found[at + 1 :] in _TOO and (name := _shared(found[:at])):
            start = max(n for n, word in enumerate(found[:at]) if word in JOINTS) + 1
            if found[at - 1] in _HAS:  # "the cat wears a hat and the dog wears one too"
                return [*found[:start], "give", *found[start : at - 1], "a", *name.split()]
        elif found[at] == "one" and found[at - 2 : at] in _YOUNG:
            found[at] = next((n for n in known if _has_young(n)), "one")
        elif found[at] in _FRIENDS:
            start = _looks_before(found, at)
            start = at - 1 if found[at - 1] in ("a", "another", "one") else start
            name = _befriended(found[:start], found[at + 1 :], known) if start is not None else ""
            if not name or start is None:
                continue
            looks = found[start + 1 : at]
            another = ["a", *looks, name] if looks else ["another", name]
            if leads(courteous(found), "give", "put"):  # "give the cat a friend"
                return [*["add", *another[:-1], *name.split()], *found[at + 1 :]]
            found[start : at + 1] = another
    return [part for word in found for part in word.split()]


def _shared(words: Sequence[str]) -> str:
    """What another has as well: "the boy wears a red shirt and the dog (wears) a blue one"."""
    ends = [at for at, word in enumerate(words) if word in JOINTS]
    if not ends or words[ends[-1] + 1 : ends[-1] + 2] not in (["the"], ["her"], ["his"]):
        return ""
    before = words[: ends[-1]]
    had = [at for at, word in enumerate(before) if word in ("a", "an")]
    names = nouns_in(before[had[-1] + 1 :]) if had else []
    return names[-1] if names else ""


def worn_once(words: Sequence[str]) -> list[str]:
    """ "Some red shoes" as "red shoes": as many as one wears."""
    found, at = list[str](), 0
    while at < len(words):
        named = nouns_in(words[at + 1 : at + 4])[:1] if words[at] == "some" else []
        if not named or noun(named[0]).category != "clothes":
            found.append(words[at])
        at += 1
    return found


def _one_more_there(words: Sequence[str]) -> list[str]:
    """ "One more small next to it", "a second one next to it" as "another small one next to it"."""
    start = leads(words, *_BRINGING)
    rest = list(words[start:])
    second = rest[:1] == ["a"] and rest[1:2] != [] and rest[1] in ORDINALS
    length = 3 if second and rest[2:3] == ["one"] else leads(rest, "one more")
    for end in range(length, min(length + _LOOKS, len(rest))) if length else ():
        looks = rest[length:end]
        is_told = not looks or (attributes_of(looks) is not None and not nouns_in(looks))
        if is_told and "relation" in roles_at(rest, end)[1]:
            return [*words[:start], "another", *looks, "one", *rest[end:]]
    return list(words)


def _is_one_more(words: Sequence[str], at: int) -> bool:
    """Whether "another one" is told with where it is to stand."""
    return words[max(0, at - 1)] == "another" and "relation" in roles_at(words, at + 1)[1]


def _has_young(name: str) -> bool:
    return noun(name).category in LIVING and noun(name).category not in PEOPLE


def is_looks(words: Sequence[str]) -> bool:
    """Whether words say no more than how things look."""
    told = attributes_of(words)
    return told is not None and bool(told.told) and words[0] not in ("a", "an", "the")


def _looks_so(thing: Thing, looks: Attributes) -> bool:
    return all(getattr(thing, mark) == value for mark, value in looks.told.items())


def _with_one(words: Sequence[str]) -> list[str]:
    """ "And a red, next to it" as "a red one"; other languages say it so."""
    found: list[str] = []
    at = 0
    while at < len(words):
        end = at + 1
        while (
            end < len(words)
            and "relation" not in roles_at(words, end)[1]
            and (words[end] not in JOINTS)
        ):
            end += 1
        ends = {"one": "relation" in roles_at(words, end)[1], "the": end == len(words)}
        short = words[at] in ("a", "an") or ends.get(words[at], False)
        told = attributes_of(words[at + 1 : end]) if short else None
        sized = end == at + 2 and words[at + 1] in _SIZED
        whole = told is not None and (sized or (bool(told.told) and not told.is_scalar))
        whole &= not any("noun" in roles_at(words, n)[1] for n in range(at + 1, end))
        whole &= of_the_sky(words[at:end]) is None  # "the sky blue"
        whole &= not _is_half(words, end)
        bound = bool({"relation", "with"} & set(roles_at(found, len(found) - 1)[1])) if found else 0
        is_count = told is not None and "count" in told.told
        if whole and not is_count and not bound and (not found or not leads(found[-1:], "copula")):
            found += ["a" if words[at] == "one" else words[at], *words[at + 1 : end], "one"]
            at = end
        else:
            found.append(words[at])
            at += 1
    return found


def _is_half(words: Sequence[str], at: int) -> bool:
    """Whether one more colour of the same thing is joined here: "a black | and yellow scarf"."""
    second = attributes_of(words[at + 1 : at + 2]) if at + 2 < len(words) else None
    is_paint = second is not None and "colour" in second.told
    return words[at : at + 1] == ["and"] and is_paint and words[at + 2] not in (*MARKS, *JOINTS)


def _befriended(before: Sequence[str], behind: Sequence[str], known: Sequence[str]) -> str:
    """Whose friend is meant: "give the cat a friend", else of whom was spoken last."""
    told = nouns_in(behind) if behind[:1] in (["for"], ["of"]) else nouns_in(before)
    alive = [name for name in known if noun(name).category in LIVING]
    return next(iter((*told, *alive, *known)), "")


def _at_once(words: Sequence[str]) -> list[str]:
    """ "A castle, a big one" as "a big castle"."""
    found = _counted(list(words))
    for at in range(1, len(found)):
        if found[at] != "one" or (start := _looks_before(found, at)) is None:
            continue
        alone = found[at + 1 : at + 2] == [] or found[at + 1] in MARKS
        if (
            found[start] not in ("a", "an")
            or not alone
            or (not start or found[start - 1] not in MARKS)
        ):
            continue
        said = courteous(found[:start])
        article = next((n for n in reversed(range(len(said))) if said[n] in ("a", "an")), None)
        if article is None or any(word in JOINTS for word in said[article:]):
            continue
        behind = [] if found[at + 1 : at + 2] == [] else found[at + 2 :]
        looks = found[start + 1 : at]
        return [*said[:article], "a", *looks, *said[article + 1 :], *behind]
    return found


def _look_first(words: Sequence[str]) -> list[str]:
    """ "Another car behind it, black", "… but a black one" as "another black car behind it"."""
    words = _by_the_first(words)
    at = max((n for n, word in enumerate(words) if word in (",", "but", "only")), default=0)
    looks, said = list(words[at + 1 :]), list(words[:at])
    is_one = looks[:1] == ["a"] and looks.count("a") == 1 and looks[-1] == "one"
    looks = looks[1:-1] if is_one else looks
    said = said[:-1] if said[-1:] == [","] else said
    start = leads(said, *_BRINGING)
    start += int(said[start : start + 2] == ["one", "more"] and len(said) > start + 2)
    new = said[start : start + 1] in (["a"], ["an"], ["another"], ["more"])
    told = attributes_of(looks) if new and not any(word in JOINTS for word in said) else None
    if told is not None and told.steps and not (told.told or told.way or told.contrary):
        looks = ["big" if told.steps > 0 else "small"]
    elif told is None or told.is_scalar or not is_looks(looks) or "count" in told.told:
        return list(words)
    return [*said[: start + 1], *looks, *said[start + 1 :]]


def _by_the_first(words: Sequence[str]) -> list[str]:
    """ "A second car behind the first one" as "another car behind it", "… larger than it" as big.

    Of which there is "the first one", "the others", "the other one".
    """
    new = next((n for n, word in enumerate(words[:-1]) if word in ("a", "another")), len(words))
    second = words[new : new + 1] == ["a"] and words[new + 1] in ORDINALS
    at = next((n for n in range(new + 2, len(words)) if leads(words[n:], "first", "other")), 0)
    if not at or not (second or words[new] == "another"):
        return list(words)
    named = [*words[:new], "another", *words[new + 1 + second : at]]
    behind = list(words[at + leads(words[at:], "first", "other") :])
    start = next((n for n in range(len(named) - 1) if named[n] == ","), len(named) - 2)
    told = attributes_of(named[start + 1 : -1]) if named[-1] == "than" else None
    if told is not None and told.steps:
        size = "big" if told.steps > 0 else "small"
        return [*named[: new + 1], size, *named[new + 1 : start + (named[start] != ",")], *behind]
    joins = "relation" in roles_at(named, len(named) - 1)[1]
    return [*(w for w in named if w != ","), "it", *behind] if joins else list(words)


def _counted(words: list[str]) -> list[str]:
    """ "Sheep, five of them" as "five sheep"."""
    for at in range(2, len(words)):
        told = (
            attributes_of(words[at : at + 1]) if words[at + 1 : at + 3] == ["of", "them"] else None
        )
        over = words[at + 3 : at + 4] == [] or words[at + 3] in MARKS
        if told is None or set(told.told) != {"count"} or words[at - 1] not in MARKS or not over:
            continue
        for place in range(at - 1):
            if {"noun", "many"} & set(roles_at(words, place)[1]):
                start = place - (words[place - 1 : place] in (["a"], ["an"], ["some"], ["the"]))
                return [*words[:start], words[at], *words[place : at - 1], *words[at + 3 :]]
    return words


def _looks_before(words: Sequence[str], end: int) -> int | None:
    """Where "a big black" of "a big black one" begins; None where no look is told."""
    for start in range(end - 1, max(-1, end - 5), -1):
        told = attributes_of(words[start + 1 : end]) if start + 1 < end else None
        if words[start] in DETERMINERS:
            looks = told is not None and not told.way and ("count" not in told.told)
            looks = looks or (words[start] == "the" and is_deed(words[start + 1 : end]))
            return start if looks else None
    return None


def _last_named(words: Sequence[str]) -> str:
    """The thing that was named last, in a part of the utterance that is over.

    Of what stands to something else it is that which is told of, not what it stands to.
    """
    ends = [at for at, word in enumerate(words) if word in JOINTS]
    if not ends:
        return ""
    found = read_fragment(" ".join(without_marks(words[: ends[-1]])))
    if not found.mentions:
        return ""
    last = len(found.mentions) - 1
    told = next((each.subject for each in found.relations if last in each.objects), last)
    return found.mentions[told].thing.noun


def dangling(words: Sequence[str]) -> list[str]:
    """ "A moose a bit behind" as "a moose behind it": how a thing is to what was spoken of."""
    for start in range(1, len(words)):
        if is_whole(words[start:], "dangling"):
            said = list(words[:start])
            while len(said) > 1 and said[-1] in _LOOSE:
                said = said[: -2 if said[-1] in ("bit", "little") else -1]
            where = words[start:] if words[start] != "in" else [*words[start:], "of"]
            return [*said, *where, "it"]
    return list(words)
