"""Windows, doors and balconies that fill the picture: what is outside, on the sill, before them."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.views import view_in, views
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.layout import Layout

LAYOUT = Layout(lambda code: 1.0)


def arranged(text: str, seed: int = 0):
    scene = read_scene(text).scene
    sprites = LAYOUT.arranged(scene, seed)[1]
    return scene, sprites, view_in(scene)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("text", [
    "a window with a view of the sea", "a boy looking out of the window at a ship",
    "a vase on a window sill with a view of the garden", "two dogs on a balcony facing the city",
])  # fmt: skip
def test_it_fills_the_picture_and_hides_only_what_is_outside(text, seed):
    scene, sprites, view = arranged(text, seed)
    at = next(n for n, sprite in enumerate(sprites) if sprite.thing == view)
    assert sprites[at].box == (0, 0, GRID, GRID)
    left, top, right, bottom = views()[scene.things[view].noun].panes
    for sprite in sprites[:at]:
        box = sprite.box
        assert left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom
    assert {s.thing for s in sprites} == set(range(len(scene.things)))


def test_a_ship_is_outside_and_who_looks_at_it_before_the_window():
    scene, sprites, _ = arranged("a boy looking through the window at a ship")
    order = [scene.things[sprite.thing].noun for sprite in sprites]
    assert order == ["ship", "window with a view", "boy"]
    assert sprites[-1].bottom >= 22


def test_a_cat_is_on_the_sill_and_a_woman_on_the_floor():
    _, sprites, _ = arranged("a cat looking out of the window at the sea")
    assert sprites[-1].bottom == views()["window with a view"].sill
    _, sprites, _ = arranged("a woman looking out of the window at the sea")
    assert sprites[-1].bottom >= 22
