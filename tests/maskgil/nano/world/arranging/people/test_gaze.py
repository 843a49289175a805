"""Who looks at something turns to it, or away from us where it is scenery."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.people.gaze import gazes
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.nouns import noun


def _sprites(scene, lefts):
    return [
        Sprite(index, noun(thing.noun).art[0], left, 20, 6, 12)
        for index, (thing, left) in enumerate(zip(scene.things, lefts, strict=True))
    ]


@pytest.mark.parametrize(
    ("text", "lefts", "way"),
    [
        ("a man looking at a statue", (2, 14), "looking right"),
        ("a man looking at a statue", (14, 2), "looking left"),
        ("a man looking at a rainbow", (8, 8), "looking away"),
        ("a man watching the sunset", (8,), "looking away"),
        ("a man with glasses looking at a statue", (2, 4, 14), None),
        ("a man next to a statue", (2, 14), None),
    ],
)
def test_heads_turn_to_what_is_looked_at(text, lefts, way):
    scene = read_scene(text).scene
    who = next(n for n, thing in enumerate(scene.things) if thing.noun == "man")
    assert gazes(scene, _sprites(scene, lefts)).get(who) == way
