"""Scenes as they are laid out, for tests of where things stand."""

import random

from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing

PEOPLE = {"👦": 0.5, "🧒": 0.5, "👧": 0.5, "👨": 0.5}


FIGURES = tuple(f"svg:{who}" for who in ("boy", "girl", "man", "woman"))


def aspect(code: str) -> float:
    """People are tall, all else is square."""
    return 0.5 if code[0] in PEOPLE or code.startswith(FIGURES) else 1.0


def arranged(things: list[str], relations: list[tuple[int, str, int]], seed: int) -> list[Sprite]:
    """Sprites of one of each of `things` in their order."""
    return arranged_many([(name, 1) for name in things], relations, seed)


def arranged_many(
    things: list[tuple[str, int]], relations: list[tuple[int, str, int]], seed: int
) -> list[Sprite]:
    """As `arranged`, with how many there are of each."""
    graph = tuple(Relation(first, name, (second,)) for first, name, second in relations)
    scene = Scene(tuple(Thing(name, count) for name, count in things), graph)
    return sorted(Layout(aspect).arrange(scene, random.Random(seed)), key=lambda s: s.thing)


def shown(sprite: Sprite) -> float:
    """The row under the last that is drawn of it."""
    return sprite.bottom - sprite.height * (1 - sprite.part[1])


def overlap(first: Sprite, second: Sprite) -> float:
    """Columns that both are in."""
    left, right = max(first.left, second.left), min(first.box[2], second.box[2])
    return max(0.0, right - left)
