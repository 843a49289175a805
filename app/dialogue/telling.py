"""One-line descriptions of things, scenery and changes, in the user's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from app.glossary.repair import Glossary
from app.i18n import Translations
from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.telling import actions_of, in_doings, line_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.drawn.regions import parts_told
from maskgil.nano.world.marks import AND, as_told
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import STYLES, TIMES, TOUCHING, WEATHERS, Scene, Thing
from maskgil.nano.world.settings import PLACES

SCENERY: dict[str, tuple[str, ...]] = {
    "setting": ("", *(name for name in PLACES if not name.endswith("background"))),
    "time": TIMES, "weather": WEATHERS, "style": STYLES,
}  # fmt: skip
"""What a scene's surroundings may be; no setting is plain paper."""
USUAL = {"time": "day", "weather": "clear", "style": "3d"}
"""What nobody tells."""
_ALL = ("colour", "state", "texture", "size", "lettering")
_TOLD_OF = {
    "add": _ALL, "replace": _ALL, "recolour": ("colour", "texture"), "pose": ("state", "lettering"),
    "resize": ("size",),
}  # fmt: skip
"""What of its looks is told of a thing to which something was done."""
_BARE = {"recolour": "tell.own", "pose": "tell.usual", "resize": "tell.usual"}
"""What is told where that look is over."""
_Labels = Callable[[str], str]


def told(change: Change, words: Translations) -> str:
    """A change in one line of the visitor's language: "added a boat"."""
    if words.language == "en":
        line = line_of(change)
        return line[:1].upper() + line[1:]
    change = in_doings(change)
    things, stood = change.after.things, change.stood
    found: dict[str, list[Thing]] = {
        "remove": change.removed,
        "add": [thing for index, thing in enumerate(things) if index not in stood],
    }
    for index, origin in stood.items():
        thing, old = things[index], change.before.things[origin]
        if origin in change.parts.values():
            old = replace(old, count=thing.count)
        for kind in _differences(old, thing):
            found.setdefault(kind, []).append(thing)
    met = [each for each in change.new_relations if each.name in TOUCHING]
    posed = {index for each in (*met, *change.ended) for index in (each.subject, *each.objects)}
    touching = [things[i] for i in sorted(posed) if things[i] not in found.get("pose", [])]
    parts = []
    for kind in actions_of(change):
        if kind in SCENERY:
            what = scenery_label(kind, getattr(change.after, kind) or "", words)
        else:
            moved = [change.after.things[index] for index in change.shifts]
            which = found.get(kind, moved if kind == "move" else [])
            what = things_listed(which, words, _TOLD_OF.get(kind, ()), bare=_BARE.get(kind, ""))
            if kind == "pose" and touching:
                what = ", ".join(filter(None, (what, things_listed(touching, words, ("state",)))))
        line = words(f"did.{kind}")
        parts.append(words("did.what", did=line, what=what) if what else line)
    return " · ".join(parts)


def _differences(old: Thing, new: Thing) -> list[str]:
    if old.noun != new.noun:
        return ["replace"]
    kinds = {
        "count": old.count != new.count,
        "recolour": (old.colour, old.texture) != (new.colour, new.texture),
        "pose": (old.state, old.lettering) != (new.state, new.lettering),
        "resize": old.size != new.size,
    }
    return [kind for kind, differs in kinds.items() if differs]


def things_listed(
    things: Sequence[Thing], words: Translations, looks: Sequence[str] = _ALL, *, bare: str = ""
) -> str:
    """Things in the visitor's language with such of their `looks`: "cat (red, running) ×2, house".

    `bare`: the key of what is told of those that have none of them.
    """
    told = []
    for thing in things:
        such = looks_told(thing, words, looks) or ([words(bare)] if bare else [])
        count = f" ×{thing.count}" if thing.count > 1 else ""
        told.append(label_of(thing.noun, words) + (f" ({', '.join(such)})" if such else "") + count)
    return ", ".join(told)


def looks_told(thing: Thing, words: Translations, looks: Sequence[str] = _ALL) -> list[str]:
    """Such of the looks of a thing as are told, in the visitor's language."""
    return [
        _look(look, each, words)
        for look in looks
        for each in filter(
            None, (getattr(thing, look) or "").split(AND if look == "state" else "\n")
        )
    ]


def _look(look: str, value: str, words: Translations) -> str:
    if look == "lettering":
        return f"“{value}”"
    if told := parts_told(value):
        return ", ".join(words(f"state.{part}", colour=words(f"colour.{c}")) for c, part in told)
    half, _, colour = value.partition(" ")
    if look == "texture" and colour:
        return words(f"texture.{half}", colour=words(f"colour.{colour}"))
    return words(f"{look}.{value}".replace(" ", "-"))


def scene_described(scene: Scene, words: Translations) -> str:
    """What is in a scene: its things, where and when; in English its caption."""
    if words.language == "en":
        return canonical(scene)
    things = as_told(scene)[0].things
    around = [
        scenery_label(kind, getattr(scene, kind) or "", words)
        for kind in ("setting", "time", "weather", "style")
        if getattr(scene, kind) != USUAL.get(kind)
    ]
    return " · ".join(filter(None, (things_listed(things, words), *around)))


def captioned(prompt: str, words: Translations) -> str:
    """What a prompt of nano's world wishes for, in the visitor's language."""
    scene = read_scene(prompt).scene
    if words.language == "en":  # one's own words, but not those for what a picture shows as a mark
        return canonical(as_told(scene)[0]) if prompt == canonical(scene) else prompt
    return scene_described(scene, words) or prompt


def worded(word: str, words: Translations) -> str:
    """A word of English in the visitor's language, where it is a name of a thing or a colour."""
    name = word.strip().lower()
    if words.language != "en" and name in COLOURS:
        return words(f"colour.{name}")
    found = label_of(name, words)
    return word if found == name else found


def named(text: str, words: Translations) -> str:
    """What English says of a thing, in the visitor's language: "a red cat"."""
    things = () if words.language == "en" else as_told(read_scene(text).scene)[0].things
    return things_listed(things, words) if len(things) == 1 else worded(text, words)


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


@lru_cache(maxsize=16)
def _labels(language: str) -> _Labels:
    """Nouns in the visitor's language, as the picture book has them; else in English."""
    own = {} if language == "en" else Glossary.load().words.names_in(language)
    return lambda name: own.get(name, name)
