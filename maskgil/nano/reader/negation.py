"""Negation: which items a text says should not be there."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.reader.items import NOUNS, Item

_ENDS = ("but", "be", "still", "relation", "with", "side", "where")
_NAMED = (*NOUNS, "place", "part", "unknown", "colour", "texture", "weather", "time", "wall")
_TOLD = ("colour", "texture", "size", "adjective")
_LISTED = ("or", "nor", "and")
_WHEN = ("after", "at", "before", "by", "during", "in", "on", "under", "when")


def negated(items: Sequence[Item]) -> list[bool]:
    """For each item whether it is negated, or says so."""
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
        return min(end + 1, len(items))  # "non-red car", "a car that is not red"
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
