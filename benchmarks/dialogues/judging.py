"""Judging of turns: whether the resulting scene graph is the expected one."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.replies import Reply
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.drawn.regions import parts_told
from maskgil.nano.world.implied import imagined, implied_settings
from maskgil.nano.world.marks import as_told
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import PLACES, place

WAYS = {"left": (0, -1), "right": (0, 1), "higher": (1, -1), "lower": (1, 1)}
EDGE = 0.05  # share of the picture
PLAIN = {None, "day", "clear", "3d"}


def is_right(expected: str, reply: Reply, before: Reply | None) -> bool:
    """Whether the graph that stands is the one that must."""
    scene, old = scene_of(reply), scene_of(before)
    if expected == "?":
        return reply.action == "question" and scene == old
    head, colon, rest = expected.partition(": ")
    if colon:
        action, _, name = head.partition(" ")
        if action in WAYS:
            right = _moved(name, reply, before, *WAYS[action])
        else:
            right = reply.action == action
        return right and (scene == old if rest == "=" else _fits(scene, rest))
    return scene == old if expected == "=" else _fits(scene, expected)


def scene_of(reply: Reply | None) -> Scene:
    return reply.moment.arrangement.scene if reply and reply.moment else Scene()


def _moved(name: str, reply: Reply, before: Reply | None, end: int, sign: int) -> bool:
    """Whether the thing of this name has gone to a side, or is at the picture's edge already."""
    if before is None or before.moment is None or reply.moment is None:
        return False
    for index, thing in enumerate(scene_of(reply).things[: len(scene_of(before).things)]):
        new, old = (one.moment.arrangement.boxes()[index] for one in (reply, before) if one.moment)
        if thing.noun in name.split("/") and new and old:
            at_edge = old[end] <= EDGE if sign < 0 else old[end + 2] >= 1 - EDGE
            gone = (new[end] + new[end + 2] - old[end] - old[end + 2]) * sign
            return gone > 0 or (at_edge and reply.action == "none")
    return False


def _seen(scene: Scene) -> Scene:
    """A scene as expectations tell it: signs beside heads are no things, painted clothes are.

    "A blue scarfed snowman" is a snowman wearing a blue scarf.
    """
    scene, _ = as_told(scene)
    things, relations = list(scene.things), list(scene.relations)
    for index, thing in enumerate(scene.things):
        for colour, part in parts_told(thing.state):
            if worn := _worn(part):
                relations.append(Relation(index, "wearing", (len(things),)))
                things.append(Thing(worn, thing.count, colour))
    return replace(scene, things=tuple(things), relations=tuple(relations))


def _worn(part: str) -> str | None:
    """What somebody wears who is "scarfed" or "hatted"; None for a part of another kind."""
    clothes = (one.name for one in load_nouns() if one.category == "clothes")
    return next((n for n in clothes if part in (f"{n}ed", f"{n}{n[-1]}ed", f"{n}d")), None)


def _fits(scene: Scene, expected: str) -> bool:
    scene = _seen(scene)
    graph, _, relations = expected.partition("#")
    things, _, scenery = graph.partition("@")
    told = {part.strip() for part in scenery.split(",") if part.strip()}
    there = {scene.setting, scene.weather, scene.style} - PLAIN
    bare = replace(scene, setting=None)
    named = {name for part in told for name in part.split("/")}
    anywhere = {somewhere(bare).setting, *implied_settings()}
    if not (named - {scene.weather}) & set(PLACES) and scene.setting in anywhere:
        there.discard(scene.setting)  # it is somewhere, though nobody said where
    if len(place(scene.setting).times) > 1 or scene.setting is None:
        there |= {scene.time} - PLAIN  # it is always night in space
        seen = imagined(replace(bare, time="day")).time
        there -= {seen} - named  # and where the moon is
    options = [set(part.split("/")) for part in told]
    fits = len(options) == len(there) and all(option & there for option in options)
    wanted = [part.strip() for part in things.split(",") if part.strip()]
    left = list(scene.things)
    if "table" in wanted and scene.setting == "table top":  # the same to look at
        wanted.remove("table")
        there.discard("table top")
        fits = len(options) == len(there) and all(option & there for option in options)
    for want in wanted:
        found = next((thing for thing in left if _is_thing(want, thing)), None)
        if found is None:
            return False
        left.remove(found)
    return fits and not left and all(_holds(scene, each) for each in relations.split(",") if each)


def _is_thing(want: str, thing: Thing) -> bool:
    """Whether a thing is "2 red boat/ship", whatever it does or is like."""
    count, rest = 1, want
    first, _, others = want.partition(" ")
    if first.isdecimal():
        count, rest = int(first), others
    marks = rest.split()
    for size in range(1, len(marks) + 1):
        names = " ".join(marks[-size:]).split("/")
        told = marks[:-size]
        have = [*replace(thing, state=None).looks.values()]
        if thing.noun in names and thing.count == count and len(told) == len(have):
            return all(any(m in have for m in each.split("/")) for each in told)
    return False


def _holds(scene: Scene, relation: str) -> bool:
    """Whether "cat wearing hat" is so."""
    for each in scene.relations:
        for other in each.objects:
            for name in (scene.things[each.subject].noun,):
                words = f"{name} {each.name} {scene.things[other].noun}"
                if _alike(words, relation.strip()):
                    return True
    return False


def _alike(words: str, relation: str) -> bool:
    """Whether words are a relation, "/" between what is as right."""
    options = [[]]  # type: list[list[str]]
    for part in relation.split(" "):
        options = [[*known, one] for known in options for one in part.split("/")]
    return words in {" ".join(option) for option in options}
