"""Who climbs, falls, skates and skis is seen to: people and animals."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.presets.load import load_collage


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a bear climbing a tree", "a climbing bear in a tree in the park"),
        ("a cat climbing the curtain", "a climbing cat on a curtain"),
        ("a man falling from a ladder", "a falling man next to a ladder"),
        ("a penguin skating on a frozen lake",
         "a penguin wearing an ice skate on the frozen lake"),
        ("a girl skating on ice", "a skating girl on the frozen lake"),
        ("a bear on ice skates", "a bear wearing two ice skates"),
        ("a polar bear snowboarding down a hill",
         "a polar bear riding a snowboard on a hill while it is snowing"),
        ("a cat skiing down a hill", "a cat riding skis on a hill while it is snowing"),
        ("a man skiing down a mountain", "a skier on the ski slope"),
    ],
)  # fmt: skip
def test_what_people_and_animals_do_is_read_and_nothing_is_left_out(text, caption):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (caption, ())


def arranged(text, seed):
    scene = read_scene(text).scene
    _, sprites = load_collage().renderer.layout.arranged(scene, seed)
    return [next(s for s in sprites if s.thing == n) for n in (0, 1)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "text", ["a bear climbing a tree", "a koala climbing a tree", "a cat climbing a tree"]
)
def test_an_animal_that_climbs_a_tree_is_at_its_trunk_above_the_ground(text, seed):
    who, tree = arranged(text, seed)
    assert tree.box[1] < who.box[1] and who.bottom < tree.bottom - 1
    side = who.left <= tree.middle <= who.left + who.width
    assert side and who.code.endswith("|up") == ("koala" not in text)


@pytest.mark.parametrize("seed", range(6))
def test_who_falls_from_something_is_beside_it_in_the_air(seed):
    man, ladder = arranged("a man falling from a ladder", seed)
    assert man.bottom < ladder.bottom - 2 and not man.stands
    assert man.left >= ladder.left + ladder.width or man.left + man.width <= ladder.left


@pytest.mark.parametrize("seed", range(6))
def test_who_skis_stands_on_skis_from_the_side(seed):
    dog, skis = arranged("a dog on skis in the snow", seed)
    assert skis.code == "svg:skis-2" and skis.width > 2 * skis.height
    assert skis.box[1] - 1 <= dog.bottom <= skis.bottom
