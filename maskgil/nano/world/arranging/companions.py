"""Companions: things side by side at the same target, or in a heap."""

from __future__ import annotations

from maskgil.nano.world.arranging.pairs import SMOKE, is_dish
from maskgil.nano.world.clusters import HEAPED
from maskgil.nano.world.nouns import ALIVE, noun
from maskgil.nano.world.scene import Relation, Scene, is_piled

_TOGETHER = ("on", "in", "under", "in front of", "behind", "between")
"""Relations in which several things are side by side."""


def companions(scene: Scene) -> dict[tuple[str, tuple[int, ...]], list[int]]:
    """Different things with the same relation to the same target: all on it, all in front of it."""
    found: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for relation in scene.relations:
        if relation.name in _TOGETHER:
            found.setdefault((relation.name, relation.objects), []).append(relation.subject)
    return {key: subjects for key, subjects in found.items() if len(set(subjects)) > 1}


def heaped(scene: Scene) -> set[int]:
    """Things heaped: many on a plate or in a basket, smoke, explicit heaps."""
    smoke = {
        relation.subject
        for relation in scene.relations
        if relation.name in ("below", "above", "next to")
        and scene.things[relation.subject].noun == SMOKE
    }
    companion = {index for row in companions(scene).values() for index in row}
    piled = {index for index, thing in enumerate(scene.things) if is_piled(thing)}
    return (
        smoke
        | piled
        | {
            relation.subject
            for relation in scene.relations
            if (relation.name == "in" or is_served(scene, relation))
            and scene.things[relation.subject].count > HEAPED
            and relation.subject not in companion
        }
    )


def is_served(scene: Scene, relation: Relation) -> bool:
    """Whether a thing is on a plate or a pan."""
    return relation.name == "on" and is_dish(noun(scene.things[relation.objects[0]].noun))


def is_laid_out(scene: Scene, name: str, below: tuple[int, ...], row: list[int]) -> bool:
    """Whether lifeless things are side by side on something that is no dish: on a desk, a shelf."""
    alive = any(noun(scene.things[index].noun).category in ALIVE for index in row)
    return name == "on" and not alive and not is_served(scene, Relation(row[0], name, below))
