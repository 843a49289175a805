"""Lights, woods, hooks and curtains: what such words bring into the scene graph."""

from __future__ import annotations

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout


@pytest.mark.parametrize(
    ("text", "light", "setting"),
    [
        ("an old man reading by candlelight", "candle", "living room"),
        ("a boy in the kitchen by lamplight", "lamp", "kitchen"),
        ("a grandmother knitting by firelight", "fireplace", "living room"),
        ("a candlelit dinner", "candle", "living room"),
    ],
)
def test_light_that_is_told_has_its_source_at_night(text, light, setting):
    read = read_scene(text)
    assert light in [thing.noun for thing in read.scene.things]
    assert (read.scene.time, read.scene.setting) == ("night", setting)
    assert read.left_out == ()


@pytest.mark.parametrize(
    ("text", "trees", "colour", "setting"),
    [
        ("a birch wood in autumn", "birch", "orange", "autumn forest"),
        ("a birch forest", "birch", None, "forest"),
        ("a house in a pine wood", "pine tree", None, "forest"),
        ("an oak forest", "oak tree", None, "forest"),
    ],
)
def test_wood_of_a_kind_of_tree_is_several(text, trees, colour, setting):
    scene = read_scene(text).scene
    found = next(thing for thing in scene.things if thing.noun == trees)
    assert (found.count, found.colour, found.texture) == (5, colour, None)
    assert scene.setting == setting


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("a cap and a coat on a hook",
         "a coat hanging from a wall hook and a cap hanging from the wall hook"),
        ("a coat on a peg", "a coat hanging from a wall hook"),
        ("a white shirt on a hanger", "a white shirt hanging from a coat hanger"),
        ("a pine wood fence", "a pine tree and a wooden fence"),
    ],
)  # fmt: skip
def test_all_that_is_on_a_hook_hangs_from_it(text, graph):
    assert canonical(read_scene(text, imagine=False).scene) == graph


def test_different_things_on_one_hook_do_not_hide_each_other():
    scene = read_scene("a blue hat and a coat on a hook").scene
    _, sprites = Layout(lambda _: 1.2).arranged(scene, 0)
    hat, coat = (
        next(s for s in sprites if scene.things[s.thing].noun == name) for name in ("hat", "coat")
    )
    assert abs(hat.middle - coat.middle) >= 0.5 * min(hat.width, coat.width)


@pytest.mark.parametrize(
    "text", ["a window with yellow curtains", "a girl looking out of a window with red curtains"]
)
def test_curtains_are_one_pair_at_their_window(text):
    read = read_scene(text)
    names = [thing.noun for thing in read.scene.things]
    curtain, window = names.index("curtain"), names.index("window")
    assert read.scene.things[curtain].count == 1
    assert (curtain, "hanging from", (window,)) in [
        (each.subject, each.name, each.objects) for each in read.scene.relations
    ]
    assert read.left_out == ()
