"""The scene graph on the page: what stands there as chips, edits by click, a change in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.glossary.repair import Glossary
from app.imaging.settings import SettingsError
from app.web.i18n import Translations
from maskgil.nano.dialogue.changes import Change, Edits
from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.drafts.references import looks_of
from maskgil.nano.reader.items import MOST
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import STYLES as PHRASES
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import STYLES, TIMES, WEATHERS, Scene, Thing
from maskgil.nano.world.settings import PLACES

SCENERY: dict[str, tuple[str, ...]] = {
    "setting": ("", *(name for name in PLACES if not name.endswith("background"))),
    "time": TIMES, "weather": WEATHERS, "style": STYLES,
}  # fmt: skip
"""What a scene's surroundings may be; no setting is plain paper."""
USUAL = {"time": "day", "weather": "clear", "style": "3d"}
"""What nobody tells."""
WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_Labels = Callable[[str], str]


def graph_of(scene: Scene, words: Translations, *, on_photograph: bool = False) -> dict[str, Any]:
    """A scene for the page's script: its things and scenery, named in the visitor's language.

    `looks` are the colours that a thing can have. Of what is `on_photograph` the place is that
    picture, and time, weather and style are told only where they were changed.
    """
    name = _labels(words.language)
    things = [
        {
            "name": name(thing.noun),
            "count": thing.count,
            "colour": thing.colour,
            "looks": [c for c in COLOURS if c in looks_of(noun(thing.noun))],
        }
        for thing in scene.things
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


def scene_of(prompt: str) -> Scene | None:
    """The scene that is drawn for a prompt, None for none."""
    if not prompt.strip():
        return None
    scene = somewhere(read_scene(prompt).scene)
    return scene if scene.things or scene.setting is not None else None


def styled(prompt: str, style: str | None) -> str:
    """An English `prompt` in another `style` than it tells; in the usual one it tells none."""
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
    # A style that is told in other words stays where it is; the first one counts.
    return new if read_scene(new).scene.style == style else f"{phrase}: {bare}"


def edited(scene: Scene, edit: Mapping[str, object]) -> Change:
    """The change that a click on the graph asks for. Raises SettingsError for none that there is.

    `edit`: `thing`, its place, with `do` (remove, colour, count, size, move) and a `value`; or
    `scenery` with its `value`.
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
    """Changes one thing; False for what cannot be asked for."""
    do, value = edit.get("do"), edit.get("value")
    if do == "remove":
        edits.remove(index)
    elif do == "colour" and (value is None or value in COLOURS):
        edits.tell(index, colour=value if isinstance(value, str) else None, texture=None)
    elif do == "count" and type(value) is int and 1 <= value <= MOST:
        edits.tell(index, count=value)
    elif do == "size" and value in (-1, 1):
        edits.resize(index, 1 if value == 1 else -1)
    elif do == "move" and isinstance(value, str) and value in WAYS:
        edits.move(index, *WAYS[value])
    else:
        return False
    return True


def told(change: Change, words: Translations) -> str:
    """A change in one line of the visitor's language: "added a boat"."""
    if words.language == "en":
        line = line_of(change)
        return line[:1].upper() + line[1:]
    things, stood = change.after.things, change.stood
    named: dict[str, list[Thing]] = {
        "remove": change.removed,
        "add": [thing for index, thing in enumerate(things) if index not in stood],
    }
    for index, origin in stood.items():
        thing, old = things[index], change.before.things[origin]
        if origin in change.parts.values():
            old = replace(old, count=thing.count)
        for kind in _differences(old, thing):
            named.setdefault(kind, []).append(thing)
    parts = []
    for kind in actions_of(change):
        if kind in SCENERY:
            what = scenery_label(kind, getattr(change.after, kind) or "", words)
        else:
            moved = [change.after.things[index] for index in change.shifts]
            what = listed(named.get(kind, moved if kind == "move" else []), words)
        line = words(f"did.{kind}")
        parts.append(words("did.what", did=line, what=what) if what else line)
    return " · ".join(parts)


def _differences(old: Thing, new: Thing) -> list[str]:
    if old.noun != new.noun:
        return ["replace"]
    kinds = {
        "count": old.count != new.count,
        "recolour": (old.colour, old.texture) != (new.colour, new.texture),
        "resize": old.size != new.size,
    }
    return [kind for kind, differs in kinds.items() if differs]


def listed(things: Sequence[Thing], words: Translations) -> str:
    """Things in the visitor's language: "cat ×2, house"."""
    return ", ".join(
        label_of(thing.noun, words) + (f" ×{thing.count}" if thing.count > 1 else "")
        for thing in things
    )


def label_of(name: str, words: Translations) -> str:
    """A noun in the visitor's language."""
    return _labels(words.language)(name)


def scenery_label(kind: str, value: str, words: Translations) -> str:
    """A setting, time, weather or style in the visitor's language; a coloured ground its colour."""
    if value and value not in SCENERY[kind]:
        colour = value.removesuffix(" background")
        return words(f"colour.{colour}") if colour in COLOURS else value
    key = f"{kind}.{value or 'none'}".replace(" ", "-")
    return words(key)


def _unusual(kind: str, value: str, words: Translations) -> list[list[str]]:
    """A coloured ground, which is not among the choices."""
    return [] if value in SCENERY[kind] else [[value, scenery_label(kind, value, words)]]


@lru_cache(maxsize=16)
def _labels(language: str) -> _Labels:
    """Nouns in the visitor's language, as the picture book has them; else in English."""
    own = {} if language == "en" else Glossary.load().words.names_in(language)
    return lambda name: own.get(name, name)
