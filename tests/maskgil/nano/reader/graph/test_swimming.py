"""Who swims is in water: that which is named, else where such are at home."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.settings import place


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("ducks swimming", "two ducks on a pond"),
        ("a fish swimming", "a fish underwater"),
        ("a penguin swimming", "a penguin in ripples on the lake"),
        ("a dog swimming", "a dog in ripples on the lake"),
        ("a dog swimming in the river", "a dog in ripples by the river"),
        ("an elephant bathing in the river", "an elephant in ripples by the river"),
    ],
)
def test_who_swims_is_in_water(said, drawn):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, ())


def test_who_bathes_in_a_tub_is_at_no_river():
    found = read_scene("a hippo bathing in a bathtub").scene
    assert canonical(found) == "a hippopotamus in a bathtub in the bathroom"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("text", ["three children swimming in the lake", "a boy swimming in a pool",
                                  "a dog swimming in the sea", "a bear in the river"])  # fmt: skip
def test_the_surface_is_where_the_scenery_has_water_and_hides_the_body(text, seed):
    scene = read_scene(text).scene
    aspects = {"svg:ripples": 2.7}
    sprites = Layout(lambda code: aspects.get(code, 0.6)).arranged(scene, seed)[1]
    ring = next(sprite for sprite in sprites if sprite.code == "svg:ripples")
    where = place(scene.setting)
    assert ring.box[1] >= where.horizon and where.water and ring.bottom <= where.water[1]
    assert not ring.stands, "a shadow on water"
    for who in sprites:
        if who.code != "svg:ripples":
            surface = who.bottom - who.height * (1 - who.part[1])
            assert ring.box[1] < surface < ring.bottom
            assert 0.25 <= 1 - who.part[1] <= 0.6
