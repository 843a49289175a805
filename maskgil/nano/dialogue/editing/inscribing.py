"""Inscriptions: orders to write on things of the picture, and to erase it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.commands import tokens_of
from maskgil.nano.dialogue.edits import Edits
from maskgil.nano.dialogue.fragments import nouns_in
from maskgil.nano.reader.phrases.lettering import CAPITALS, PART, QUOTED, WORD, unquoted
from maskgil.nano.world.drawn.lettering import writable, writing_areas
from maskgil.nano.world.marks import marks_of
from maskgil.nano.world.nouns import LIVING, noun
from maskgil.nano.world.scene import Scene, Thing
from maskgil.nano.world.settings import place

_BUBBLE = "speech bubble"
_WHERE = r"(?P<where>(?:the|an?|it|its|his|her|their|them|him|that|this|he|she|they)\b[^,;]{0,40}?)"
_PLAIN = r"[^,;]{1,60}?"
_WIPES = re.compile(r"\b(?:remove|delete|erase|wipe|clear|take)\b", re.IGNORECASE)
_OPENING = r"(?:(?:please|now|and|then|can you|could you|let's)\s+){0,3}"
_END = r"(?:\s*,?\s*please)?\s*[.!]?\s*"
_ORDERS = tuple(
    re.compile(rf"{_OPENING}{order}{_END}", re.IGNORECASE)
    for order in (
        rf"(?:write|print|paint|put|add)\s+(?:the\s+{WORD}\s+)?(?P<text>{QUOTED}|{CAPITALS})"
        rf"\s+(?:on|onto|across|over|in)\s+{_WHERE}",
        rf"(?:write|print)\s+(?:the\s+{WORD}\s+)?(?P<text>{_PLAIN})"
        rf"\s+(?:on|onto|across)\s+{_WHERE}",
        rf"(?:put|add|paint)\s+the\s+{WORD}\s+(?P<text>{_PLAIN})\s+(?:on|onto|across)\s+{_WHERE}",
        rf"change\s+what\s+(?:it|{_WHERE})\s+(?:says|reads)\s+(?:in)?to\s+(?P<text>{QUOTED}|{_PLAIN})",
        rf"(?:make|let|have)\s+{_WHERE}\s+(?:say|read)s?\s+(?P<text>{QUOTED}|{_PLAIN})",
        rf"{_WHERE}\s+(?:should\s+|must\s+|shall\s+)?(?:says?|reads?)\s+(?P<text>{QUOTED}|{_PLAIN})",
        rf"(?:change|set|turn)\s+the\s+(?:{WORD}|lettering|writing)(?:\s+(?:on|of)\s+{_WHERE})?"
        rf"\s+(?:in)?to\s+(?P<text>{QUOTED}|{_PLAIN})",
        rf"(?:remove|delete|erase|wipe|clear|take\s+(?:away|off))\s+the\s+(?:{WORD}|lettering|writing)"
        rf"(?:\s+(?:on|from|off|of)\s+{_WHERE})?",
    )
)


def inscribed(text: str, scene: Scene, focus: Sequence[int]) -> Change | None:
    """The outcome of an order to write, say or erase something; else None."""
    for order in _ORDERS:
        found = order.fullmatch(text.strip())
        if found is None:
            continue
        said = found.groupdict()
        asked = said.get("text")
        told = writable(unquoted(asked)) if asked else None
        reads = asked and not _is_quoted(asked) and re.search(r"\breads?\b", text)
        bearer = _bearer(scene, said.get("where") or "", focus, wiped=told is None)
        if bearer is None and told and (new := _new_bearer(scene, said.get("where") or "")):
            edits = Edits(scene)
            edits.add(Thing(new, lettering=told))
            return edits.change()
        if bearer is None or told == "":
            return None
        if reads and noun(scene.things[bearer].noun).category in LIVING:
            return None  # "the boy reads a book"
        edits = Edits(scene)
        _write(edits, bearer, told, on=re.search(rf"\b{PART}\b", said.get("where") or "") is None)
        change = edits.change()
        return None if change.is_none else change
    return None


def is_written(text: str) -> bool:
    """Whether a text orders nothing but to write."""
    return re.match(rf"{_OPENING}(?:write|print)\b", text.strip(), re.IGNORECASE) is not None


def orders_lettering(text: str) -> bool:
    """Whether a text orders in English that something be written, whatever its letters spell."""
    return any(
        found and (found.groupdict().get("text") or _WIPES.search(text))
        for found in (order.fullmatch(text.strip()) for order in _ORDERS)
    )


def _is_quoted(text: str) -> bool:
    return text != unquoted(text)


def _bearer(scene: Scene, where: str, focus: Sequence[int], *, wiped: bool) -> int | None:
    """Which thing is meant: the one named, "it", what has lettering, or the only one there is."""
    things = scene.things
    named = set(nouns_in(tokens_of(where)))
    if named:
        return next((at for at, thing in enumerate(things) if thing.noun in named), None)
    lettered = [at for at, thing in enumerate(things) if thing.lettering]
    may = [at for at, thing in enumerate(things) if thing.noun in writing_areas()]
    if wiped or not where:
        return (lettered or [None])[0]  # type: ignore[list-item]
    alive = [at for at, thing in enumerate(things) if noun(thing.noun).category in LIVING]
    spoken = [at for at in focus if at in lettered or at in may or at in alive]
    return next(iter([*spoken, *lettered, *may]), None)


def _new_bearer(scene: Scene, where: str) -> str:
    """What comes with its words: a sign, a poster on "the wall" of the place that stands."""
    words = tokens_of(where)
    if bearers := [name for name in nouns_in(words) if name in writing_areas()]:
        return bearers[0]
    if scene.setting is None or not {"wall", "walls"} & {*words}:
        return ""
    return "brick wall" if place(scene.setting).outdoors else "picture frame"


def _write(edits: Edits, bearer: int, text: str | None, *, on: bool) -> None:
    """Writes on a thing; what is alive says it, in a speech bubble."""
    scene, name = edits.before, edits[bearer].noun
    alive = noun(name).category in LIVING and on
    bubbles = [i for i in marks_of(bearer, scene.things, scene.relations)
               if edits[i].noun == _BUBBLE]  # fmt: skip
    if alive and bubbles:
        bearer = bubbles[0]
    elif alive and text:
        added = edits.add(Thing(_BUBBLE, lettering=text, unsaid=True))
        if added is not None:
            edits.relate(bearer, "with", [added])
        return
    if edits[bearer].noun in writing_areas():
        edits.tell(bearer, lettering=text)
