"""Sun, moon and stars above somebody are in the sky, outdoors, to one side of them."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.settings import place


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("text", ["a dog barking at the moon", "a rooster crowing at the sun",
                                  "a girl pointing at a star"])  # fmt: skip
def test_it_is_above_and_beside_who_looks_at_it(text, seed):
    scene = somewhere(read_scene(text).scene)
    sprites = Layout(lambda code: 1.0).arranged(scene, seed)[1]
    who, high = (next(s for s in sprites if s.thing == n) for n in (0, 1))
    assert high.bottom - high.height < who.bottom - who.height
    assert abs(high.middle - who.middle) >= who.width / 2
    if who.code == "🐓":
        assert (high.middle > who.middle) == who.mirrored, "it looks away"


@pytest.mark.parametrize("text", ["a man shouting at the moon", "a cat looking at the moon",
                                  "a girl pointing at the sun"])  # fmt: skip
def test_who_looks_at_it_stands_on_land(text):
    where = place(somewhere(read_scene(text).scene).setting)
    assert where.outdoors and where.name and not where.floats


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a dog barking", "an open mouthed dog"),
        ("a man shouting at a dog", "an open mouthed man next to a dog"),
        ("a rooster crowing", "a rooster with musical notes on a farm"),
        ("a wolf howling at the moon", "a full moon above an open mouthed wolf at night"),
        ("a man talking to a woman", "a man next to a woman and the man with a speech bubble"),
    ],
)
def test_a_call_is_an_open_mouth_or_notes_and_no_empty_bubble(said, drawn):
    assert canonical(read_scene(said).scene) == drawn
