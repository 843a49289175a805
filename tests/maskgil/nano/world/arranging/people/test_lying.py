"""Who lies in something has their head out of it; who lies elsewhere is seen all along."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.drawn_by import code_of
from maskgil.nano.world.clusters import LAID
from maskgil.nano.world.layout import Layout


def drawn(text: str) -> str:
    scene = read_scene(text).scene
    index = next(n for n, thing in enumerate(scene.things) if thing.state == "lying")
    return code_of(scene.things[index], scene, index)


@pytest.mark.parametrize("text", [
    "a girl sleeping in a bed", "a baby lying in a cradle", "a cat sleeping in a basket",
    "a bear lying in a bathtub", "a puppy lying in a box", "a rabbit sleeping in a nest",
])  # fmt: skip
def test_who_lies_in_what_hides_them_is_upright_in_it(text):
    assert not drawn(text).endswith(LAID)


@pytest.mark.parametrize("text", [
    "a man lying in a hammock", "a woman sleeping on a couch", "a lion lying in the grass",
    "a girl lying on a bed",
])  # fmt: skip
def test_who_lies_elsewhere_lies(text):
    assert drawn(text).endswith(LAID)


def test_who_sits_seen_from_the_front_lies_with_the_same_face():
    assert drawn("a dog lying on the floor") == f"🐶^{LAID}"
    assert drawn("a cat sleeping on a rug") == f"🐱^{LAID}"


def test_who_sleeps_in_an_armchair_sits_on_it():
    scene = read_scene("a grandfather sleeping in an armchair").scene
    assert [each.name for each in scene.relations] == ["on", "with"]
    assert not code_of(scene.things[0], scene, 0).endswith(LAID)


@pytest.mark.parametrize("text", ["a cat hiding under a blanket", "a dog sleeping under a blanket"])
def test_a_blanket_is_over_who_is_under_it_up_to_the_head(text):
    scene = read_scene(text).scene
    assert not code_of(scene.things[0], scene, 0).endswith(LAID)
    sprites = Layout(lambda code: 1.0).arranged(scene, 0)[1]
    who, cover = (next(s for s in sprites if s.thing == n) for n in (0, 1))
    assert sprites.index(cover) > sprites.index(who)
    assert who.box[1] < cover.box[1] < who.bottom <= cover.bottom
