"""Who points reaches out the arm on the side of what they point at."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.arranging.deeds.leading import arms_up
from maskgil.nano.world.captions import canonical
from maskgil.presets.load import load_collage


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("text", ["a man pointing at a star", "a boy pointing at a dog",
                                  "a girl pointing at an airplane"])  # fmt: skip
def test_the_arm_is_on_the_side_of_what_is_pointed_at(text, seed):
    scene = somewhere(read_scene(text).scene)
    sprites = load_collage().layout.arranged(scene, seed)[1]
    at = next(n for n, s in enumerate(sprites) if scene.things[s.thing].state == "pointing")
    other = next(s for s in sprites if s.thing != sprites[at].thing)
    side = 1 if other.middle > sprites[at].middle else -1
    assert arms_up(scene, sprites)[at] == (side,)


@pytest.mark.parametrize(
    ("said", "drawn", "left"),
    [
        ("a man pointing at a star", "a star above a pointing man", ()),
        ("an old man pointing at a house", "a pointing old man next to a house in a field", ()),
        ("a pirate pointing at a chest", "a pirate next to a treasure chest on the beach",
         ("pointing",)),
    ],
)  # fmt: skip
def test_who_has_an_arm_free_is_seen_to_point(said, drawn, left):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, left)
