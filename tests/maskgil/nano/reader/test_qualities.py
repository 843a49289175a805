"""Adjectives of shape, material and touch: drawn, shown by the drawing as it is, or told."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("said", "drawn", "left_out"),
    [
        ("an oval rug", "an oval rug", ()),
        ("a pentagonal green clock", "a green pentagonal clock", ()),
        ("a circular mirror", "a round mirror", ()),
        ("a spherical orange", "an orange", ()),
        ("a triangular slice of watermelon", "a watermelon", ()),
        ("a triangular car", "a car", ("triangular",)),
        ("a pentagonal bathroom", "in the bathroom", ("pentagonal",)),
        ("the plate is hexagonal", "a plate", ("hexagonal",)),
        ("a prickly cactus", "a cactus", ()),
        ("a prickly couch", "a couch", ("prickly",)),
        ("a fluffy cloud", "a cloud", ()),
        ("a square in front of a cat", "a red square in front of a cat", ()),
    ],
)
def test_a_shape_is_drawn_or_told(said, drawn, left_out):
    found = read_scene(said)
    assert (canonical(found.scene).removesuffix(" in the desert"), found.left_out) == (
        drawn, left_out,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a metallic car", "a metallic car"),
        ("a black leather couch", "a black leather couch"),
        ("a robot made of steel", "a metallic robot"),
        ("a fabric hat", "a fabric hat"),
        ("a leather chair", "a leather armchair"),
        ("a wooden toy", "a wooden toy train"),
        ("a bumpy cube", "a rough cube"),
        ("a rough rock", "a rock"),
        ("a plastic bag", "a plastic bag"),
        ("a plastic chair", "a plastic chair"),
        ("a leather jacket", "a leather jacket"),
    ],
)
def test_materials_are_drawn(said, drawn):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, ())


@pytest.mark.parametrize(
    ("said", "things"),
    [
        ("The smooth, soft surface of the vase was a symbol of love and the sea.", ["vase"]),
        ("The vase gleamed, a lovely testament to the skill of the potters.", ["vase"]),
        ("a warm, heavy, juicy apple", ["apple"]),
        ("a dog, a cat and a symphony", ["dog", "cat"]),
        ("the red apple contrasted with the green pear", ["apple", "pear"]),
    ],
)
def test_what_can_not_be_seen_is_not_told(said, things):
    found = read_scene(said)
    assert ([thing.noun for thing in found.scene.things], found.left_out) == (things, ())
    assert found.scene.setting in (None, "table top")


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("a dog hidden by a horse", "behind"),
        ("a cup on side of a bag", "next to"),
        ("the lime juxtaposed with the plum", "next to"),
        ("five cakes adorned the couch", "on"),
    ],
)
def test_how_two_things_stand(said, relation):
    assert [each.name for each in read_scene(said).scene.relations] == [relation]
