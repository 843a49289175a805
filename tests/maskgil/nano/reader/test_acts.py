"""Gaze, play, giving, light verbs; what no picture shows is not said to be left out."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a man admiring a statue", "a gazing man next to a statue"),
        ("a woman looking at her phone", "a gazing woman holding a cell phone"),
        ("a couple watching the sunset on a beach",
         "a gazing man holding hands with a gazing woman on the beach at sunset"),
        ("a man sitting on a bench and looking at the city",
         "a gazing sitting man on a bench in the city"),
        ("a girl looking at her reflection in a mirror",
         "a gazing girl next to a mirror and a girl in the mirror"),
        ("a child playing with a toy telescope", "a crouching child next to a tiny telescope"),
        ("a boy playing with a soccer ball", "a boy kicking a soccer ball"),
        ("a boy playing with a frisbee and tossing it back and forth",
         "a boy throwing a frisbee"),
        ("a woman holding a bouquet and presenting it to someone",
         "a woman holding a bouquet and the woman next to a person"),
        ("a boy feeding a lamb from a bottle",
         "a boy next to a lamb and the boy holding a bottle in a field"),
        ("a man watching the sunset over the ocean", "a gazing man on the beach at sunset"),
        ("a girl walking with a pet dog", "a walking girl next to a walking dog"),
        ("a couple taking a romantic walk", "a walking couple"),
        ("a family going for a boat ride", "a family in a boat on the lake"),
        ("two boys playing a game of chess", canonical(read_scene("two boys playing chess").scene)),
        ("a dog wagging its tail", "a wagging dog"),
        ("a man frowning in disappointment", "a frowning man"),
        ("a man talking to someone else",
         "a man next to a person and the man with a speech bubble"),
    ],
)  # fmt: skip
def test_acts_are_shown_and_nothing_is_left_out(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert not found.left_out


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        (
            "a child with a toy plane pretending to be a pilot",
            ["child", "airplane", "police cap", "sunglasses"],
        ),
        ("a dog running in a field and having fun", ["dog"]),
        ("a person looking at a rainbow and feeling awe-struck", ["person", "rainbow"]),
        ("a man holding a fishing rod and trying to catch a fish", ["man", "fishing rod"]),
        ("a woman looking at a map and planning a road trip", ["woman", "map"]),
        ("a man carefully holding a cat", ["man", "cat"]),
        ("a child running and making engine sounds", ["child"]),
    ],
)
def test_what_cannot_be_seen_is_no_loss(text, nouns):
    found = read_scene(text)
    assert [thing.noun for thing in found.scene.things] == nouns
    assert not found.left_out


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("a dog running brightly", ("brightly",)),
        ("a man feeling a gizmo and holding a zorkle", ("zorkle",)),
        ("a woman sharing an umbrella", ("sharing",)),
    ],
)
def test_what_could_be_seen_is_told(text, lost):
    assert read_scene(text).left_out == lost
