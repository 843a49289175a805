"""Description of a change in one line, and its actions."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.dialogue.changes import Change, named
from maskgil.nano.world.captions import NUMBERS, reciprocal_form
from maskgil.nano.world.marks import as_told
from maskgil.nano.world.scene import TOUCHING, Relation, Thing

_SCENERY = ("setting", "time", "weather", "style")
_PLAIN = {"setting": None, "time": "day", "weather": "clear", "style": "3d"}
_NOTHING = {
    "setting": "plain paper", "time": "by day", "weather": "clear weather", "style": "plain style",
}  # fmt: skip


def actions_of(change: Change) -> list[str]:
    """A change's actions: add, remove, replace, recolour, pose, resize, count, move, setting, …"""
    found = dict.fromkeys(action for action, _ in _told(change))
    return list(found)


def line_of(change: Change) -> str:
    """The change in one line: 'added a boat; removed the hat'."""
    return "; ".join(text for _, text in _told(in_doings(change)))


def in_doings(change: Change) -> Change:
    """A change in terms of activities and moods instead of the marks that show them."""
    before, stood = as_told(change.before)
    after, left = as_told(change.after)
    old = {index: place for place, index in enumerate(stood)}
    new = {index: place for place, index in enumerate(left)}
    return Change(
        before,
        after,
        tuple(None if o is None else old.get(o) for o in (change.origins[i] for i in left)),
        {new[i]: shift for i, shift in change.shifts.items() if i in new},
        {new[i]: old[whole] for i, whole in change.parts.items() if i in new and whole in old},
        swapped=tuple(new[i] for i in change.swapped if i in new),
    )


def _told(change: Change) -> list[tuple[str, str]]:
    before, after = change.before, change.after
    told = [("remove", f"removed {named(thing, definite=True)}") for thing in change.removed]
    related = dict.fromkeys(change.new_relations)
    for index, (thing, origin) in enumerate(zip(after.things, change.origins, strict=True)):
        if index in change.parts:
            told += _told_apart(before.things[change.parts[index]], thing)
        elif origin is not None and origin in change.parts.values():
            whole = before.things[origin]
            told += _changed(replace(whole, count=thing.count), thing)
        elif origin is None:
            told.append(("add", f"added {_placed(change, index, related)}"))
        else:
            told += _changed(before.things[origin], thing)
    for each in related:
        if each.name in TOUCHING:
            told.append(("pose", _touching(change, each)))
            continue
        words = f"{_name(change, each.subject)} {each.name} {_names(change, each.objects)}"
        told.append(("move", f"put {words}"))
    for each in change.ended:
        who = _names(change, tuple(dict.fromkeys((each.subject, *each.objects))))
        told.append(("pose", f"{who} let go"))
    if len(change.swapped) == 2:
        told.append(("move", f"{_names(change, change.swapped)} swapped"))
    for index, (right, down) in change.shifts.items():
        told.append(("move", f"moved {_name(change, index)} {_direction(right, down)}"))
    for name in _SCENERY:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            told.append((name, _NOTHING[name] if new == _PLAIN[name] else f"{name}: {new}"))
    return told


def _touching(change: Change, relation: Relation) -> str:
    """'the boy is hugging the girl now', 'the bears are hugging now'."""
    subject, name = change.after.things[relation.subject], relation.name
    be = "are" if subject.count > 1 else "is"
    words = f"{_name(change, relation.subject)} {be}"
    if relation.subject in relation.objects:
        return f"{words} {reciprocal_form(name)} now"
    return f"{words} {name} {_names(change, relation.objects)} now"


def _placed(change: Change, index: int, related: dict[Relation, None]) -> str:
    """'a boat next to the house'; takes what it tells out of `related`."""
    words = named(change.after.things[index])
    for each in list(related):
        if each.subject == index:
            words += f" {each.name} {_names(change, each.objects)}"
            del related[each]
        elif index in each.objects:
            del related[each]
            return f"{words}: {_name(change, each.subject)} {each.name} it"
    return words


def _changed(old: Thing, new: Thing) -> list[tuple[str, str]]:
    if old.noun != new.noun:
        return [("replace", f"{named(new)} instead of {named(old, definite=True)}")]
    told = []
    name = named(new.bare(), definite=True)
    be = "are" if new.count > 1 else "is"
    if old.count != new.count:
        told.append(("count", f"{named(new)} instead of {named(old)}"))
    if (old.colour, old.texture) != (new.colour, new.texture):
        look = new.colour or new.texture or "as usual"
        told.append(("recolour", f"{name} {be} {look} now"))
    if old.state != new.state:
        told.append(("pose", f"{name} {be} {new.state or 'as usual'} now"))
    if old.lettering != new.lettering:
        says = (
            f'{"say" if new.count > 1 else "says"} "{new.lettering}"'
            if new.lettering
            else "is blank"
        )
        told.append(("pose", f"{name} {says} now"))
    if old.size != new.size:
        told.append(("resize", f"{name} {be} {new.size or 'of usual size'} now"))
    return told


def _told_apart(whole: Thing, part: Thing) -> list[tuple[str, str]]:
    """'one of the three apples: the apple is green now'."""
    of_them = f"{NUMBERS[part.count]} of {named(whole, definite=True)}"
    return [
        (action, f"{of_them}: {line}")
        for action, line in _changed(replace(whole, count=part.count), part)
    ]


def _name(change: Change, index: int) -> str:
    thing = change.after.things[index]
    return named(thing.bare(), definite=True)


def _names(change: Change, indices: tuple[int, ...]) -> str:
    return " and ".join(_name(change, index) for index in indices)


def _direction(right: int, down: int) -> str:
    sides = ["right" if right > 0 else "left" if right else "", "down" if down > 0 else "up"]
    return " and ".join(side for side in (sides[0], sides[1] if down else "") if side)
