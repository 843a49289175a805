"""Garments are drawn on who wears them, in the colour and pattern that are told."""

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.drawn.garments import fit_of, garments
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.utils.assets import ASSETS

WORN = [
    ("a man in a yellow raincoat", "yellow"),
    ("a woman walking in a green coat", "green"),
    ("a boy in a green hoodie on a bench", "green"),
    ("a chef with a green apron", "green"),
    ("a nurse wearing green scrubs", "green"),
    ("a king in a green coat", "green"),
    ("a dog in a blue sweater", "blue"),
    ("a hippopotamus wearing a blue tutu", "blue"),
    ("a goat in blue rubber boots", "blue"),
    ("a lion with a blue cape", "blue"),
    ("a teddy bear wearing a blue sweater", "blue"),
]
PLANES = {"yellow": (1, 1, -1), "green": (-1, 1, -1), "blue": (-1, -1, 1)}


@pytest.fixture(scope="module")
def renderer():
    return Renderer(Art(ASSETS / "nano"), size=192)


def drawn(renderer, scene):
    """The sprites of a scene's first thing, and that thing drawn alone (H, W, 4)."""
    sprites = Layout(renderer.aspect).arranged(scene, 0)[1]
    own = [sprite for sprite in sprites if sprite.thing == 0]
    return sprites, renderer.drawings(scene, own, (24, 24)).astype(int)


def share_of(picture, colour):
    """The share of what is drawn that is of a colour."""
    rgb, solid = picture[..., :3] - picture[..., :3].mean(-1, keepdims=True), picture[..., 3] > 200
    close = (rgb * np.array(PLANES[colour])).min(-1) > 12
    return (close & solid).sum() / solid.sum()


@pytest.mark.parametrize(("text", "colour"), WORN)
def test_a_garment_is_on_its_wearer(renderer, text, colour):
    found = read_scene(text, imagine=False)
    things = found.scene.things
    assert found.left_out == ()
    sprites, worn = drawn(renderer, found.scene)
    assert things[1].noun not in {things[sprite.thing].noun for sprite in sprites}
    bare = Scene(things[:1], (), found.scene.setting)
    assert share_of(worn, colour) > share_of(drawn(renderer, bare)[1], colour) + 0.05


@pytest.mark.parametrize("who", ["man", "dog", "zebra"])
def test_a_pattern_of_a_garment_is_seen(renderer, who):
    def picture(texture):
        things = Thing(who), Thing("sweater", colour="red", texture=texture)
        return drawn(renderer, Scene(things, (Relation(0, "wearing", (1,)),)))[1]

    assert np.abs(picture("striped") - picture(None)).sum() > 10_000


def test_what_is_worn_with_another_garment_is_on_the_wearer():
    scene = read_scene("a wizard in a purple robe with a pointed hat").scene
    assert [each.subject for each in scene.relations] == [0, 0]
    scene = read_scene("a woman in a blue coat with a red hat in front of a house").scene
    assert {each.subject for each in scene.relations} == {0}
    scene = read_scene("a boy in a black hoodie on a skateboard").scene
    assert {each.subject for each in scene.relations} == {0}


def test_round_glasses_are_worn():
    scene = read_scene("a boy with round glasses").scene
    assert [each.name for each in scene.relations] == ["wearing"]


def test_tables_name_known_nouns():
    assert garments().keys() <= {each.name for each in load_nouns()}
    assert sum(fit_of(each.art[0]) is not None for each in load_nouns()) > 50
