"""Who flies: wings of standing birds, and what is in the air over a place."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.states.marks import opaque_shares
from maskgil.nano.rendering.states.wings import winged
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Thing
from maskgil.nano.world.settings import place
from maskgil.presets.load import load_collage


def test_wings_end_in_round_feathers_not_in_spikes():
    drawing = load_collage().renderer._master(noun("owl").art[0]).astype(np.float32) / 255
    height, width = drawing.shape[:2]
    padded = np.pad(drawing, ((height // 2, 0), (width // 2, width // 2), (0, 0)))
    shown = winged(padded, 0)[..., 3] > 0.3
    wings = shown & (padded[..., 3] < 0.3)
    brush = 2 * round(0.012 * max(padded.shape[:2])) + 1
    solid = Image.fromarray(shown.astype(np.uint8) * 255)
    opened = solid.filter(ImageFilter.MinFilter(brush)).filter(ImageFilter.MaxFilter(brush))
    spikes = wings & (np.asarray(opened) == 0)
    assert spikes.sum() < 0.01 * wings.sum()


@pytest.mark.parametrize(
    "text",
    ["seagulls flying over the harbor", "a crow over a wheat field", "geese flying over the lake",
     "a balloon floating above the city", "a superhero flying above the city",
     "an owl flying over the forest"],
)  # fmt: skip
def test_what_stands_is_in_the_air_where_it_flies_over_a_place(text):
    scene = read_scene(text).scene
    assert [thing.state for thing in scene.things] == ["flying"]
    for seed in range(8):
        _, sprites = load_collage().renderer.layout.arranged(scene, seed)
        ground = place(scene.setting).ground[0]
        assert all(s.bottom < ground and not s.stands for s in sprites)


@pytest.mark.parametrize("name", ["seagull", "stork", "owl"])
def test_a_bird_in_flight_has_no_legs_and_wings_wider_than_itself(name):
    drawing = load_collage().renderer._master(noun(name).art[0]).astype(np.float32) / 255
    height, width = drawing.shape[:2]
    padded = np.pad(drawing, ((height // 2, 0), (width // 2, width // 2), (0, 0)))
    found = winged(padded, 0 if name == "owl" else -1)
    before, after = (opaque_shares(each) for each in (padded, found))
    if name == "owl":  # seen from the front, with thick feet
        assert after[2] - after[0] > 1.3 * (before[2] - before[0])  # its wings
    else:
        assert after[1] < before[1] - 0.05
        legs, belly = (_lowest(each) for each in (padded, found))
        assert belly > 1.5 * legs


def _lowest(drawing):
    """How wide the lowest tenth of what is drawn is, at the middle."""
    wide = (drawing[..., 3] > 0.3).sum(1)
    rows = np.flatnonzero(wide)
    return np.median(wide[rows[-len(rows) // 10 :]])


@pytest.mark.parametrize(
    ("name", "state"),
    [("seagull", "winged"), ("owl", "spreading wings"), ("crow", "spreading wings"),
     ("balloon", None)],
)  # fmt: skip
def test_who_looks_ahead_is_tipped_forward_in_flight(name, state):
    sprite = Sprite(0, noun(name).art[0], 0, 8, 8, 8)
    found = load_collage().renderer._in_flight(sprite, Thing(name, state="flying"))
    assert found == state
