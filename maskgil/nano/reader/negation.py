"""Negation: items that a text excludes, and positive equivalents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.reader.items import NOUNS, Item
from maskgil.nano.reader.lexicon import Roles, lexicon
from maskgil.nano.reader.typography import Word

_ENDS = ("but", "be", "still", "relation", "with", "side", "where")
_NAMED = (*NOUNS, "place", "part", "unknown", "colour", "texture", "weather", "time", "wall")
_TOLD = ("colour", "texture", "size", "state", "adjective")
_LISTED = ("or", "nor", "and")
_WHEN = ("after", "at", "before", "by", "during", "in", "on", "under", "when")

_DENIALS = {"not": "", "isn't": "is", "aren't": "are", "wasn't": "was"}
_CONTRASTS = (["it's"], ["it", "is"], ["they're"], ["they", "are"], ["he's"], ["she's"])
_ALSO = ("only", "just", "merely", "simply", "no", "not", "for")
_BUT = ("except", "except for", "excluding")
_NOBODY = ("nobody", "everybody", "everyone", "empty", "nothing", "all", "none", "no", "else")
_PRONOUNS = ("it", "them", "him", "her")
_NAMING = frozenset(("det", "count", "noun", "many"))
_FARTHEST = 9  # words from "not" to "but"


def affirmed(words: Sequence[Word]) -> list[Word]:
    """Words with corrected negations as positives: "not on the sofa but under it"."""
    found = list(words)
    for at in reversed(range(len(found) - 1)):
        if (found[at].text, found[at + 1].text) == ("with", "no"):
            found[at : at + 2] = [Word("with no", "without", found[at].pause)]
    for at in reversed(range(len(found))):
        if found[at].text not in _DENIALS or [w.text for w in found[at + 1 : at + 2]] == []:
            continue
        if found[at + 1].text in _ALSO or found[max(0, at - 1)].text in ("do", "does", "did"):
            continue
        if (end := _between_relations(found, at)) > at:
            start = at - (found[at - 1].text == "and")
            found[start:] = [replace(found[end], pause=0), *found[end + 1 :]]
        elif ends := _contrast(found, at):
            found = _put_otherwise(found, at, *ends)
    return found


def _roles(words: Sequence[Word], at: int) -> tuple[int, Roles]:
    """The end of the longest phrase from `at`, and what it may be."""
    texts = [word.text for word in words]
    found = lexicon().match(texts, at, len(texts)) if at < len(texts) else None
    return (at + 1, {}) if found is None else found


def _between_relations(words: Sequence[Word], at: int) -> int:
    """Where "not on" of "under, not on, the sofa" ends; `at` where there is none such."""
    before = at - 1 - (words[at - 1].text == "and" if at else 0)
    if before < 0 or "relation" not in _roles(words[: before + 1], before)[1]:
        return at
    end, roles = _roles(words, at + 1)
    named = "relation" in roles and end < len(words)
    return end if named and {"det", "noun"} & _roles(words, end)[1].keys() else at


def _contrast(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Where what is not so ends, and where what is so begins: behind "but", or ", it's"."""
    if set(_roles(words, at + 1)[1]) == {"plain"}:
        return None  # "a cat isn't here but a dog is"
    for end in range(at + 2, min(len(words) - 1, at + 1 + _FARTHEST)):
        word = words[end]
        if word.text in _DENIALS or word.pause == 2:
            return None
        said = [each.text for each in words[end : end + 2]]
        if word.text == "but":
            begin = end + 1 + (words[end + 1].text in ("rather", "instead", "is", "are"))
        elif word.pause and any(said[: len(each)] == each for each in _CONTRASTS):
            begin = end + next(len(each) for each in _CONTRASTS if said[: len(each)] == each)
        elif word.pause:
            return None
        else:
            continue
        return (end, begin) if begin < len(words) and words[begin].text not in _ALSO else None
    return None


def _put_otherwise(words: list[Word], at: int, end: int, begin: int) -> list[Word]:
    """The words with what is so, from `begin`, in the stead of what is not, up to `end`."""
    after, roles = _roles(words, at + 1)
    new, told = words[begin:], _roles(words, begin)[1]
    verb = _DENIALS[words[at].text]
    before = [*words[:at], *([replace(words[at], text=verb, said=verb)] if verb else [])]
    over = next((n for n, word in enumerate(new) if n and word.pause), len(new))
    one = next((n for n in range(1, over) if new[n].text in ("one", "ones")), 0)
    if one and "colour" in _roles(new, one - 1)[1]:
        if "colour" in roles and after == end:
            new = [new[one - 1], *new[one + 1 :]]  # "not red but a blue one"
            over, told = over - one, {"colour": ""}
        else:
            new = [*new[:one], words[end - 1], *new[one + 1 :]]
    if {"relation", "verb", "with"} & roles.keys():
        named = words[after:end]
        place = next((n for n in range(1, over) if new[n].text in _PRONOUNS), None)
        if place is not None and named and not _is_noun_behind(new, place):
            new = [*new[:place], *named, *new[place + 1 :]]
        elif _NAMING & told.keys() and named:
            new = [*words[at + 1 : after], *new]
    elif "count" in roles and "count" in told and over == 1:
        new = [*new[:1], *words[after:end], *new[1:]]
    elif (
        "colour" in roles
        and "colour" in told
        and over == 1
        and (words[at].pause or "noun" in _roles(words, at - 1)[1])
    ):
        new = [Word("that", "that"), Word("is", "is"), *new]
    new = [replace(new[0], pause=words[at].pause if not verb else 0), *new[1:]]
    if new[0].text == "that":
        new[0] = replace(new[0], pause=0)
    return [*before, *new]


def _is_noun_behind(words: Sequence[Word], at: int) -> bool:
    """Whether a thing is named next: "her hat"."""
    return at + 1 < len(words) and "noun" in _roles(words, at + 1)[1] and not words[at + 1].pause


def negated(items: Sequence[Item]) -> list[bool]:
    """For each item, whether it is negated or a negator."""
    marks = [False] * len(items)
    at = 0
    while at < len(items):
        if items[at].kind != "not":
            at += 1
            continue
        marks[at] = True
        if at + 1 < len(items) and items[at + 1].pause == 1 and items[at].text == "no":
            _take_back(items, at, marks)  # "a red car, no, a blue car"
            at += 1
            continue
        if items[at].text in _BUT and any(item.text in _NOBODY for item in items[:at]):
            at += 1
            continue  # "everybody has gone except for one man": he is there
        if items[at].text in ("isn't", "aren't") and _says_no_more(items, at):
            _take_back(items, at, marks)  # "a cat isn't here"
        end = _scope(items, at)
        for place in range(at, end):
            marks[place] = True
        at = end
    return marks


def _scope(items: Sequence[Item], at: int) -> int:
    """Where what the negation at `at` negates ends."""
    named = False
    end = at + 1
    told = items[at - 1].kind == "be" if at else False
    if items[at].text == "non" or (told and end < len(items) and items[end].kind in _TOLD):
        while (
            end + 2 < len(items)
            and items[end + 1].text in ("or", "nor")
            and (items[end + 2].kind in _TOLD)
        ):
            end += 2
        return min(end + 1, len(items))  # "non-red car", "a car that is not red or blue"
    while end < len(items):
        item = items[end]
        if item.pause == 2 or (item.pause and named and not _goes_on(items, end)):
            break
        if item.kind == "not":
            if not item.pause or item.text in ("no", "without"):
                named = False
                end += 1
                continue
            break
        if item.kind == "and":
            if not _goes_on(items, end):
                break
        elif item.kind in ("be", "still", "plain", "verb") and not named:
            pass  # "don't draw a dog"
        elif (named and item.kind in (*_ENDS, "verb")) or item.kind == "but":
            break
        if named and _says_when(item):
            break
        named = named or item.kind in _NAMED
        end += 1
    return end


def _says_when(item: Item) -> bool:
    """Whether it tells the scene's time or weather: "no clouds at sunset" has a sunset."""
    return item.kind in ("time", "weather") and item.text.partition(" ")[0] in _WHEN


def _says_no_more(items: Sequence[Item], at: int) -> bool:
    """Whether nothing follows that a thing could not be: it is the thing that is not there."""
    after = items[at + 1] if at + 1 < len(items) else None
    return after is None or after.pause > 0 or after.kind in ("plain", "but", "and")


def _goes_on(items: Sequence[Item], at: int) -> bool:
    """Whether a list of negated things goes on: "no cats or dogs", not "no cats and a dog"."""
    item = items[at]
    if item.kind != "and":
        return False
    if item.text not in _LISTED or at + 1 >= len(items):
        return False
    if item.text in ("or", "nor"):
        return True
    return items[at + 1].kind in ("not", "noun", "unknown", "place")


def _take_back(items: Sequence[Item], at: int, marks: list[bool]) -> None:
    """Negates the last thing named before a "no": the wish is said anew."""
    place = at - 1
    while place >= 0 and items[place].kind not in NOUNS:
        place -= 1
    while place >= 0 and items[place].kind in (*_NAMED, "det", "count", "size", "adjective"):
        marks[place] = True
        if items[place].pause or items[place].kind == "det":
            return
        place -= 1
