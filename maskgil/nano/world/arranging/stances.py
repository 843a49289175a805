"""Stances by state: height above the ground, direction, freedom to turn."""

# Units are cells.

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.nano.world.arranging.carried.grips import grips
from maskgil.nano.world.arranging.deeds.juggling import jugglers
from maskgil.nano.world.arranging.deeds.leading import HITCHES, arms_up, ties
from maskgil.nano.world.arranging.people.gaze import gazes
from maskgil.nano.world.arranging.touching import leans, reaches
from maskgil.nano.world.clusters import Sprite, drawing_of
from maskgil.nano.world.drawn.faces import MOUTHED, expression
from maskgil.nano.world.nouns import facing, noun
from maskgil.nano.world.scene import ACTIONS, CARRIED, POSTURES, Scene, Thing

_BESIDE, _ABOVE, _BELOW = 0.3, 0.16, 0.12  # of its longer side, room for marks around a drawing
_LIFT = 0.3  # of who jumps, how high
_TOGETHER = (*CARRIED, *ACTIONS, "riding")


class Stance(NamedTuple):
    """The stance of a thing in a state.

    `still`: it wears or carries something and is not rotated. `lift`: height above the ground.
    `ahead`: 1 to the right, -1 to the left. `lean`: shear to the right as a fraction of its height,
    with fixed feet. `reaches`: sides, -1 and 1, of outstretched arms. `face`: its `expression`.
    """

    still: bool = False
    lift: int = 0
    ahead: int = -1
    lean: float = 0.0
    reaches: tuple[int, ...] = ()
    face: str = ""


UPRIGHT = Stance()


class Pads(NamedTuple):
    """Padding in cells around a drawing in a state."""

    beside: int = 0
    above: int = 0
    below: int = 0

    @property
    def around(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Before and behind, along both axes."""
        return (self.above, self.below), (self.beside, self.beside)


NO_PADS = Pads()


def pads_of(sprite: Sprite, thing: Thing, stance: Stance) -> Pads:
    """The padding for marks around a thing's drawing; none if it is partly visible."""
    if sprite.part != (0.0, 1.0):
        return NO_PADS
    if thing.state in (None, *POSTURES, *MOUTHED):
        return Pads(math.ceil(abs(stance.lean) * sprite.height))
    longer = max(sprite.width, sprite.height)
    beside, above, below = (math.ceil(longer * each) for each in (_BESIDE, _ABOVE, _BELOW))
    return Pads(beside, above, stance.lift or below)


def stances_of(scene: Scene, sprites: Sequence[Sprite]) -> list[Stance]:
    """The stance of each sprite."""
    stances = _stances_of_states(scene, sprites)
    lean, free = leans(scene, sprites), reaches(scene, sprites)
    free |= {at: (-1, 1) for at in jugglers(scene, sprites)}
    for at, sides in arms_up(scene, sprites).items():
        free[at] = tuple(dict.fromkeys((*free.get(at, ()), *sides)))
    arms = [(grip.holder, grip.side(sprites)) for grip in grips(scene, sprites)]
    for holder, other in (tie[:2] for tie in ties(scene, sprites) if tie.raised):
        arms.append((holder, 1 if sprites[other].middle > sprites[holder].middle else -1))
    for holder, side in arms:
        free[holder] = (*free.get(holder, ()), side)
    told = [expression(scene, index) for index in range(len(scene.things))]
    shown = gazes(scene, sprites) | {
        at: told[each.thing] for at, each in enumerate(sprites) if told[each.thing]
    }
    return [
        each._replace(lean=lean.get(at, 0.0), reaches=free.get(at, ()), face=shown.get(at, ""))
        if at in lean or at in free or at in shown else each
            for at, each in enumerate(stances)
    ]  # fmt: skip


def _stances_of_states(scene: Scene, sprites: Sequence[Sprite]) -> list[Stance]:
    told = {index for index, thing in enumerate(scene.things) if thing.state}
    if not told:
        return [UPRIGHT] * len(sprites)
    together = {index: _together(scene, index) for index in told}
    lifts = {
        other: lift
        for index in told
        if scene.things[index].state == "jumping"
        for lift in [_lift(scene, sprites, index, together[index])]
        for other in (index, *together[index])
    }
    still = {
        index for index in told
        if any(scene.things[other].noun not in MARKS for other in together[index])
        or _is_flat_against(scene, index)
    }  # fmt: skip
    return [
        Stance(each.thing in still, lifts.get(each.thing, 0), _ahead(each, scene, sprites))
        if each.thing in told or each.thing in lifts else UPRIGHT
        for each in sprites
    ]  # fmt: skip


def _is_flat_against(scene: Scene, index: int) -> bool:
    """Whether what leans has its side to a wall behind it: a bicycle, seen from the side."""
    thing = scene.things[index]
    wheeled = thing.state == "leaning" and noun(thing.noun).category == "vehicle"
    return wheeled and any(
        (each.subject, each.name) == (index, "in front of") for each in scene.relations
    )


def _together(scene: Scene, index: int) -> set[int]:
    """What moves with a thing: what it wears and holds, who rides it, what it rides."""
    found, before = {index}, set[int]()
    while found != before:
        before = set(found)
        for each in scene.relations:
            if each.name in _TOGETHER and found & {each.subject, *each.objects}:
                found |= {each.subject, *each.objects}
    return found - {index}


def _lift(scene: Scene, sprites: Sequence[Sprite], index: int, others: set[int]) -> int:
    """How far a thing is above what it stands on; all stay in the picture."""
    own = [sprite for sprite in sprites if sprite.thing == index]
    grounded = all(sprite.stands for sprite in own)
    on = any(each.name in ("on", "riding") and each.subject == index for each in scene.relations)
    if not own or not (grounded or on):
        return 0
    room = min(s.bottom - s.height for s in sprites if s.thing == index or s.thing in others)
    return max(0, min(round(_LIFT * max(sprite.height for sprite in own)), math.floor(room)))


def _ahead(sprite: Sprite, scene: Scene, sprites: Sequence[Sprite]) -> int:
    """Where it goes: as it is drawn, else towards what it is said to be next to."""
    leans_on = scene.things[sprite.thing].state == "leaning"
    if drawing_of(sprite.code) in facing() and not leans_on:
        return 1 if sprite.mirrored else -1
    others = {
        other
        for each in scene.relations
        if each.name == "next to" and sprite.thing in (each.subject, *each.objects)
        for other in (each.subject, *each.objects)
    } - {sprite.thing}
    met = [other.middle for other in sprites if other.thing in others]
    pulls = any(scene.things[other].noun in HITCHES for other in others)
    return 1 if met and (sum(met) / len(met) > sprite.middle) != pulls else -1
