"""What a drawing shows with somebody stands in the graph, and is not drawn a second time."""

from pathlib import Path

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.arranging.people import belongings
from maskgil.nano.world.arranging.people.belongings import has_own, own_colour
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.utils.assets import ASSETS, table_rows
from tests.maskgil.nano.dialogue.stands import check, outcome_of

OWN = [
    ("a magician with a wand and a top hat",
     "a magician holding a magic wand and the magician wearing a hat"),
    ("a photographer taking a picture", "a photographer"),
    ("a bunk bed with a ladder", "a bunk bed with a ladder"),
    ("a witch and her broom", "a witch holding a broom"),
    ("a viking holding a shield and an axe",
     "a viking holding a shield and the viking holding an axe"),
    ("two knights with swords", "two knights holding two swords"),

    ("a pirate with a black hat on his head", "a pirate wearing a black hat"),
    ("a miner with a lamp on his helmet", "a miner holding a lamp and the miner wearing a helmet"),
    ("a greenhouse full of plants", "five potted plants in the greenhouse"),
    ("a scarecrow in a straw hat", "a scarecrow wearing a sun hat"),
    ("a bed with two pillows", "a bed with two pillows"),
    ("a squirrel holding an acorn", "a squirrel holding an acorn"),
]  # fmt: skip


@pytest.fixture(scope="module")
def renderer():
    return Renderer(Art(ASSETS / "nano"), size=192)


def drawn(scene):
    sprites = Layout(lambda code: 1.0).arranged(scene, 0)[1]
    return {scene.things[sprite.thing].noun for sprite in sprites}


@pytest.mark.parametrize(("text", "caption"), OWN)
def test_what_a_drawing_shows_is_told_and_not_drawn_again(text, caption):
    found = read_scene(text, imagine=False)
    assert canonical(found.scene).removesuffix(" on plain paper") == caption
    assert found.left_out == () or "head" in found.left_out
    assert drawn(found.scene) == {found.scene.things[0].noun}


def test_more_than_a_drawing_shows_and_what_it_does_not_show_are_drawn():
    assert "chair" in drawn(read_scene("a dining table with six chairs").scene)
    assert "parrot" in drawn(read_scene("a pirate with a hat and a parrot").scene)
    assert "sword" in drawn(read_scene("a king with a sword").scene)


def test_what_something_is_on_is_drawn_for_itself():
    shown = drawn(read_scene("a viking with a shield and a bird on the shield").scene)
    assert shown == {"viking", "shield", "bird"}


def test_who_rides_on_what_they_hold_and_who_carries_more_have_other_drawings():
    for text, code in (("a witch riding a broom", "svg:witch-2"),
                       ("a waiter with a tray of drinks", "svg:waiter-2")):  # fmt: skip
        scene = read_scene(text).scene
        sprites = Layout(lambda code: 1.0).arranged(scene, 0)[1]
        assert any(sprite.code.startswith(code) for sprite in sprites)


@pytest.mark.parametrize(
    ("text", "left"),
    [("a king with a golden crown", ()), ("a king with a green crown", ("green",)),
     ("a witch with an orange hat", ()), ("a miner with a yellow pickaxe", ("yellow",))],
)  # fmt: skip
def test_another_colour_is_painted_where_there_is_a_region_else_told_as_left_out(text, left):
    assert read_scene(text).left_out == left


def test_a_hat_has_its_colour_on_the_drawing(renderer):
    def pixels(text):
        scene = read_scene(text).scene
        sprites = Layout(renderer.aspect).arranged(scene, 0)[1]
        return renderer.drawings(scene, sprites, (24, 24)).astype(int)

    bare, black, blue = (
        pixels(f"a witch with a {colour}hat") for colour in ("", "black ", "blue ")
    )
    assert np.array_equal(bare, black)
    assert (blue - black)[..., 2].max() > 60


def test_a_belonging_takes_another_colour_and_does_not_go():
    check("a witch with a hat", ["make the hat red"], "a witch with a red hat")
    outcome, _ = outcome_of("a witch with a hat", "remove the hat")
    assert outcome.action != "change"


def test_the_table_names_nouns_and_paints():
    nouns = {one.name for one in load_nouns()}
    for who, things in table_rows(Path(belongings.__file__).with_name("belongings.tsv")):
        assert who in nouns
        for thing in things.split(", "):
            told = thing.lstrip("0123456789 ")
            name = told if told in nouns else told.partition(" ")[2]
            assert name in nouns and has_own(who, name)
            assert own_colour(who, name) in ("", *PAINTS)


@pytest.mark.parametrize(
    ("who", "worn", "state"),
    [("woman", "dress", None), ("woman", "dress", "running"), ("man", "shirt", "running"),
     ("girl", "dress", "jumping"), ("boy", "shirt", None)],
)  # fmt: skip
def test_clothes_take_their_colour_in_every_pose(renderer, who, worn, state):
    def greens(colour: str | None) -> int:
        things = (Thing(who, state=state), Thing(worn, colour=colour))
        scene = Scene(things, (Relation(0, "wearing", (1,)),))
        sprites = Layout(renderer.aspect).arranged(scene, 0)[1]
        assert {sprite.thing for sprite in sprites} == {0}, "not drawn over what is worn"
        picture = renderer.drawings(scene, sprites, (24, 24)).astype(int)
        return int((picture[..., 1] > picture[..., [0, 2]].max(-1) + 30).sum())

    assert greens("green") > 300 + greens(None)
