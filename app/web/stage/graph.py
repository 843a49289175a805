"""The scene graph on the page: things and scenery as chips, and edits by click."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.dialogue.telling import SCENERY, USUAL, label_of, looks_told, scenery_label
from app.i18n import Translations
from app.imaging.settings import SettingsError
from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.edits import Edits
from maskgil.nano.drafts.references import looks_of
from maskgil.nano.reader.items import MOST
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import STYLES as PHRASES
from maskgil.nano.world.marks import as_told, marks_of
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import STYLES, Scene

WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def graph_of(scene: Scene, words: Translations, *, on_photograph: bool = False) -> dict[str, Any]:
    """The scene graph as JSON for the page's script, its labels in the visitor's language.

    Marks beside a head are shown as its owner's state; `place` is a thing's index. `looks` are the
    colours it can have, `told` its other attributes in the visitor's words. With `on_photograph`
    the setting is that picture, and time, weather and style are listed only if changed.
    """
    seen, places = as_told(scene)
    things = [
        {
            "name": label_of(thing.noun, words),
            "place": place,
            "count": thing.count,
            "colour": thing.colour,
            "texture": thing.texture,
            "state": thing.state,
            "told": looks_told(thing, words, ("state", "texture", "size", "lettering")),
            "looks": [c for c in COLOURS if c in looks_of(noun(thing.noun))],
        }
        for thing, place in zip(seen.things, places, strict=True)
    ]
    scenery = [
        {
            "kind": kind,
            "value": getattr(scene, kind) or "",
            "choices": [[value, scenery_label(kind, value, words)] for value in values]
            + _unusual(kind, getattr(scene, kind) or "", words),
        }
        for kind, values in SCENERY.items()
    ]
    if on_photograph:
        value = scene.setting or ""
        place = {"kind": "setting", "value": value, "choices": [[value, words("foreign")]]}
        told = [kind for kind, usual in USUAL.items() if getattr(scene, kind) != usual]
        scenery = [place, *(each for each in scenery if each["kind"] in told)]
    return {"things": things, "scenery": scenery}


def scene_of_prompt(prompt: str) -> Scene | None:
    """The scene of a prompt, or None."""
    if not prompt.strip():
        return None
    scene = somewhere(read_scene(prompt).scene)
    return scene if scene.things or scene.setting is not None else None


def styled(prompt: str, style: str | None) -> str:
    """An English `prompt` with its style replaced by `style`; the default style is left unnamed."""
    if style not in STYLES:
        return prompt
    told = read_scene(prompt).scene.style
    if told == style:
        return prompt
    ways = sorted(filter(None, PHRASES[told]), key=len, reverse=True)
    said = re.compile(rf"[,:]?\s*\b(?:{'|'.join(map(re.escape, ways))})\b", re.IGNORECASE)
    bare = said.sub("", prompt).strip(" ,:")
    phrase = PHRASES[style][0]
    if not phrase:
        return bare or prompt
    new = f"{bare} {phrase}".strip()
    # A style in other words cannot be cut out; the first style named wins.
    return new if read_scene(new).scene.style == style else f"{phrase}: {bare}"


def edited(scene: Scene, edit: Mapping[str, object]) -> Change:
    """The change that a click on the graph asks for. Raises SettingsError if it is invalid.

    `edit`: `thing`, an index, with `do` (remove, colour, state, count, size, move) and a `value`;
    or `scenery` with its `value`.
    """
    edits, value = Edits(scene), edit.get("value")
    kind = edit.get("scenery")
    if isinstance(kind, str) and kind in SCENERY and value in SCENERY[kind]:
        edits.set(**{kind: str(value) or None})
        return edits.change()
    index = edit.get("thing")
    if type(index) is int and 0 <= index < len(scene.things) and _edit(edits, index, edit):
        return edits.change()
    raise SettingsError("the page asks for a change that there is none of")


def _edit(edits: Edits, index: int, edit: Mapping[str, object]) -> bool:
    """Change one thing; False for an invalid edit."""
    do, value = edit.get("do"), edit.get("value")
    if do == "remove":
        edits.remove(index)
    elif do == "colour" and (value is None or value in COLOURS):
        edits.tell(index, colour=value if isinstance(value, str) else None, texture=None)
    elif do == "state" and value is None:
        marks = marks_of(index, edits.things, edits.relations)
        edits.tell(index, state=None)
        for mark in marks:
            edits.remove(mark)
    elif do == "count" and type(value) is int and 1 <= value <= MOST:
        edits.tell(index, count=value)
    elif do == "size" and value in (-1, 1):
        edits.resize(index, 1 if value == 1 else -1)
    elif do == "move" and isinstance(value, str) and value in WAYS:
        edits.move(index, *WAYS[value])
    else:
        return False
    return True


def _unusual(kind: str, value: str, words: Translations) -> list[list[str]]:
    """A plain coloured background, which is not among the choices."""
    return [] if value in SCENERY[kind] else [[value, scenery_label(kind, value, words)]]
