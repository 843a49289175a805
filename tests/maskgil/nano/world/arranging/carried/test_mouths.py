"""Mouths: what an animal without hands carries is there, below its eyes and over its muzzle."""

import random

import pytest

from maskgil.nano.world.drawn.faces import face_of
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage


def arranged(holder: str, held: str, seed: int):
    scene = Scene((Thing(holder), Thing(held)), (Relation(0, "holding", (1,)),))
    return load_collage().layout.arrange(scene, random.Random(seed))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("holder", ["dog", "cat", "wolf", "fox", "lion"])
@pytest.mark.parametrize("held", ["stick", "fish", "rose", "soccer ball", "bone"])
def test_what_is_carried_is_at_the_mouth_and_no_eye_is_hidden(holder, held, seed):
    own, item = arranged(holder, held, seed)
    face, top = face_of(own.code), own.bottom - own.height
    assert face is not None and face.mouth is not None
    mouth = top + face.mouth[1] * own.height
    assert item.bottom - item.height - 1 <= mouth <= item.bottom
    eyes = max(y for _, y in face.eyes) * own.height + top
    assert item.bottom - item.height >= eyes - 1


@pytest.mark.parametrize(("holder", "held"), [("cat", "cup of coffee"), ("rabbit", "carrot")])
def test_a_cup_and_what_hands_hold_are_in_the_paws(holder, held):
    own, item = arranged(holder, held, 0)
    face, top = face_of(own.code), own.bottom - own.height
    assert item.bottom - item.height > top + face.mouth[1] * own.height - 1
    assert item.bottom >= own.bottom - 1
