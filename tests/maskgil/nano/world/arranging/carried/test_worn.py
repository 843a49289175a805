"""What is worn: glasses at the eyes of a face that is known, no shoe larger than a foot."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.drawn.faces import face_of
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage


def arranged(who: str, worn: str, count: int = 1):
    things = (Thing(who), Thing(worn, count=count))
    scene = Scene(things, (Relation(0, "wearing", (1,)),))
    return load_collage().layout.arrange(scene, random.Random(0))


@pytest.mark.parametrize("who", ["owl", "frog", "giraffe", "duck", "monkey", "boy", "bear"])
def test_glasses_are_before_the_eyes(who):
    own, glasses = arranged(who, "sunglasses")
    face = face_of(own.code)
    assert face is not None
    for x, y in face.eyes:
        x = 1 - x if own.mirrored else x
        assert glasses.left <= own.left + x * own.width <= glasses.left + glasses.width
        height = own.bottom - own.height * (1 - y)
        assert glasses.bottom - glasses.height - 1 <= height <= glasses.bottom + 1


@pytest.mark.parametrize("who", ["woman", "clown", "judge"])
def test_wigs_are_around_the_face(who):
    own, wig = arranged(who, "wig")
    eyes = own.bottom - own.height * (1 - face_of(own.code).eyes[0][1])
    assert wig.bottom - wig.height < eyes < wig.bottom


@pytest.mark.parametrize(("who", "count"), [("waiter", 3), ("girl", 2), ("dog", 2)])
def test_plates_are_carried_in_a_pile(who, count):
    scene = read_scene(f"a {who} holding {count} plates").scene
    own, *plates = load_collage().layout.arrange(scene, random.Random(0))
    assert len(plates) == count
    assert len({plate.left for plate in plates}) == 1
    assert [p.bottom for p in plates] == sorted({p.bottom for p in plates}, reverse=True)
    assert all(own.bottom - own.height < plate.bottom <= own.bottom for plate in plates)


@pytest.mark.parametrize("who", ["pig", "cat", "boy", "man"])
def test_shoes_are_at_the_feet(who):
    own, *shoes = arranged(who, "roller skate", 2)
    assert len(shoes) == 2
    assert all(shoe.height <= 0.4 * own.height for shoe in shoes)


@pytest.mark.parametrize("who", ["bear", "penguin", "giraffe", "boy"])
def test_a_scarf_is_around_the_neck(who):
    own, scarf = arranged(who, "scarf")
    assert scarf.code == "svg:scarf-2"
    face, top = face_of(own.code), own.bottom - own.height
    eyes = top + max(y for _, y in face.eyes) * own.height
    assert eyes <= scarf.bottom - scarf.height <= top + 0.7 * own.height
