"""Patterns on things: stripes, dots, checks, many colours."""

import random

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.looks import PATTERNS, coloured, patterned
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Scene, Thing
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import check


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a striped cat", "a striped cat"),
        ("a cat with stripes", "a striped cat"),
        ("a polka dot dress", "a spotted dress"),
        ("a dress with white dots", "a spotted dress"),
        ("a red and white striped scarf", "a red striped scarf"),
        ("a woman in a chequered skirt", "a woman wearing a checkered skirt"),
        ("a colourful umbrella", "a multicolored umbrella"),
        ("a striped zebra", "a zebra"),
        ("a ladybug with spots", "a ladybug"),
        ("a colourful parrot", "a parrot"),
        ("two multicolored kites", "a red kite and a blue kite"),
    ],
)
def test_patterns_are_read(said, drawn):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, ())
    assert canonical(read_scene(drawn).scene) == drawn


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("light", [0.15, 0.85])
def test_a_pattern_is_seen_and_keeps_the_shape(pattern, light):
    drawing = np.zeros((96, 80, 4), np.float32)
    drawing[16:80, 8:72] = light
    drawing[16:80, 8:72, 3] = 1
    found = patterned(drawing, pattern)
    assert np.array_equal(found[..., 3], drawing[..., 3])
    assert found.min() >= 0 and (found[..., :3] <= found[..., 3:] + 1e-6).all()
    if pattern != "multicolored" or light > 0.2:
        assert np.ptp(found[16:80, 8:72, :3].mean(-1)) > 0.15


def test_an_unknown_pattern_is_told():
    with pytest.raises(ValueError, match="unknown pattern 'wavy'; choose from striped"):
        patterned(np.zeros((8, 8, 4), np.float32), "wavy")


@pytest.mark.parametrize("look", ["striped", "red striped", "multicolored"])
def test_what_is_drawn_has_its_pattern(look):
    collage = load_collage()
    hole = np.ones((24, 24), bool)
    plain, marked = (
        collage.of(read_scene(f"a {words}shirt").scene, 0, hole) for words in ("", f"{look} ")
    )
    assert plain.shape == marked.shape and not np.array_equal(plain, marked)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("make the cat striped", "a striped cat and a dog"),
        ("a polka dot dog", "a cat and a spotted dog"),
        ("add a striped ball", "a cat, a dog and a striped sports ball"),
    ],
)
def test_a_pattern_may_be_said_of_what_stands_there(said, stands):
    check("a cat and a dog", [said], stands)


@pytest.mark.parametrize(("patched", "where"), [(True, "both"), (False, "lower")])
def test_a_second_colour_is_in_patches_or_below_and_the_shape_stays(patched, where):
    drawing = np.zeros((96, 96, 4), np.float32)
    drawing[8:88, 8:88, :3] = np.linspace(0.4, 0.8, 80, dtype=np.float32)[:, None, None]
    drawing[8:88, 8:88, 3] = 1
    shown = coloured(drawing, "white", "half black", patched=patched)
    assert np.array_equal(shown[..., 3], drawing[..., 3])
    dark = shown[8:88, 8:88, :3].mean(-1) < 0.35
    assert 0.2 < dark.mean() < 0.7
    upper, lower = dark[:36].mean(), dark[44:].mean()
    assert (upper > 0.1 if where == "both" else upper == 0) and lower > 0.1


def test_an_animal_is_patched_and_a_bus_is_not():
    renderer = load_collage().renderer
    for name, patched in (("cat", True), ("bus", False)):
        thing = Thing(name, colour="green", texture="half red")
        (sprite,) = Layout(renderer.aspect).arrange(Scene((thing,)), random.Random(0))
        canvas = renderer.canvas(sprite, thing, "3d", shadow=False)
        seen = canvas[..., 3] > 0.9
        red = seen & (canvas[..., 0] > canvas[..., 1] + 0.15)
        rows = [red[half][seen[half]].mean() for half in np.array_split(np.arange(len(seen)), 2)]
        assert rows[1] > 0.1
        assert (rows[0] > 0.1) == patched
