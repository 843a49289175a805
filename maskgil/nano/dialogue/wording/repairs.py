"""Self-repairs: which words of what was said the words meant instead stand for."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import MARKS, courteous, is_whole, leads, without_marks
from maskgil.nano.dialogue.fragments import read_fragment, roles_at
from maskgil.nano.world.nouns import noun

_ARTICLES = ("a", "an", "the", "some")
_NAMED = {"noun", "many"}
_LOOKS = {"colour", "size", "texture", "count"}


def repair_at(words: Sequence[str], at: int) -> int:
    """How many words from `at`, behind a mark, take back what is before them; 0 for none."""
    length = leads(words[at:], "repair") if words[at - 1] in MARKS else 0
    after = words[at + length :]
    if not length or (after and after[0] not in MARKS and words[at] == "no"):
        return 0  # "no trees" takes them away
    if words[at : at + length] in (["make", "it"], ["make", "that"]):
        return length if is_count(after) else 0
    if words[at : at + length] == ["actually"]:
        named = [word for word in after if word not in MARKS]
        return length if named and _is_new(named) else 0
    return length


def is_count(words: Sequence[str]) -> bool:
    """Whether words are a number, and no more: "two", "two of them"."""
    named = without_marks(courteous(words))
    end, roles = roles_at(named, 0)
    return roles.get("count", "").isdecimal() and leads(named[end:], "part") == len(named) - end


def _is_new(words: Sequence[str]) -> bool:
    return words[0] in ("a", "an") or roles_at(words, 0)[1].get("count", "").isdecimal()


def counted_last(words: Sequence[str]) -> list[str]:
    """ "Add a dog, two" as "add two dogs"; other words as they are."""
    cut = next((n for n in range(len(words) - 1, 0, -1) if words[n] in MARKS), 0)
    said = list(words[:cut])
    named = [each for each in _named(said) if said[each[0]] in ("a", "an", "another")]
    counted = _counted_anew(said, words[-1], named) if is_count(words[cut:]) else []
    return counted or list(words)


def both_told(words: Sequence[str]) -> list[str]:
    """ "A cat, no wait, a dog, actually both" as "a cat and a dog"; other words as they are."""
    ends = (n for n in range(len(words) - 1, 0, -1) if words[n] in MARKS)
    cut = next((n for n in ends if without_marks(words[n:])), 0)
    last = without_marks(courteous(words[cut:]))
    if not cut or not is_whole(last[leads(last, "instead") :], "both"):
        return list(words)
    said = list(words[:cut])
    for at in range(1, len(said)):
        if (length := repair_at(said, at)) and (meant := courteous(said[at + length :])):
            return [*courteous(said[: at - 1]), "and", *meant]
    named = ["and" if word == "or" else word for word in courteous(said)]
    return named if "or" in said else list(words)


def in_its_place(said: Sequence[str], meant: Sequence[str]) -> list[str]:
    """What was said, with the thing that is meant for the last one of its kind; [] for none.

    "A cat in a box" and "a dog" is "a dog in a box", "three cats" and "four" is "four cats".
    """
    named = _named(said)
    new = [each for each in named if _is_new(said[each[0] :])]
    if is_count(meant) and (counted := _counted_anew(said, meant[0], named)):
        return counted
    if looks := _look_in_its_place(said, meant):
        return looks
    told = read_fragment(" ".join(meant))
    if len(told.mentions) != 1 or told.relations or told.scenery or told.left_out:
        return []
    meant_noun = told.mentions[0].thing.noun
    kind = noun(meant_noun).category
    same = [each for each in named if each[2] == meant_noun]
    alike = [each for each in named if noun(each[2]).category == kind and _is_new(said[each[0] :])]
    if not (found := same or alike or new[:1]):
        return []
    start, end, _ = found[-1]
    if [*said[start:end]] == [*meant]:
        return []  # "a boy and a girl, well, just a boy"
    return [*said[:start], *meant, *said[end:]]


def _counted_anew(
    said: Sequence[str], count: str, named: Sequence[tuple[int, int, str]]
) -> list[str]:
    """What was said with another number of what is new in it: "a dog" as "two dog"; [] for none."""
    for start, _, _ in reversed(named):
        if _is_new(said[start:]):
            return [*said[:start], count, *said[start + 1 :]]
        for more in (["one", "more"], ["another"]):
            if [*said[max(0, start - len(more)) : start]] == more:
                return [*said[: start - len(more)], count, "more", *said[start:]]
    return []


def _named(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where each name of a thing begins, with article and looks, and ends; and its noun."""
    found, at = list[tuple[int, int, str]](), 0
    while at < len(words):
        end, roles = roles_at(words, at)
        name = next((roles[role] for role in _NAMED if role in roles), "")
        start = at
        while name and start and _LOOKS & roles_at(words, start - 1)[1].keys():
            start -= 1
        start -= int(start > 0 and words[start - 1] in _ARTICLES)
        found += [(start, end, name)] if name else []
        at = end
    return found


def _look_in_its_place(said: Sequence[str], meant: Sequence[str]) -> list[str]:
    """What was said with another colour, size or number; [] for no such."""
    end, roles = roles_at(meant, 0)
    if end < len(meant) or _NAMED & roles.keys():
        return []
    for at in range(len(said) - 1, -1, -1):
        after, old = roles_at(said, at)
        if _LOOKS & old.keys() & roles.keys() and not _NAMED & old.keys():
            return [*said[:at], *meant, *said[after:]]
    return []
