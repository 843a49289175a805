"""Settings that nobody named: what implies one, what does not, and how it is taken away."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.implied import TINTED, _places, implied_settings
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.settings import PLACES


@pytest.mark.parametrize(
    ("text", "setting", "time"),
    [
        ("a seal on an iceberg", "sea", "day"),
        ("a school bus in front of a school", "street", "day"),
        ("a dog on a sofa", "living room", "day"),
        ("a tent next to a campfire", "forest", "day"),
        ("a fridge next to an oven", "kitchen", "day"),
        ("a cow grazing", "field", "day"),
        ("a whale jumping", "sea", "day"),
        ("a dog behind a tree at night", "park", "night"),
        ("a bus in front of a school in the rain", "street", "day"),
        ("an owl on a branch under a full moon", None, "night"),
        ("a cow under a full moon by day", "field", "day"),
        ("a cat on a bench on the beach", "beach", "day"),
        ("a girl building a snowman", "snow", "day"),
        ("fireworks over a village", "village", "night"),
        ("a shark wearing a hat", "sea", "day"),
        ("a swan", TINTED, "day"),
        ("a white cup", TINTED, "day"),
        ("a swan on a lake", "lake", "day"),
        # plain things stay plain, and so do things that are only there together
        ("a bench", None, "day"),
        ("an apple", None, "day"),
        ("a red car", None, "day"),
        ("a chef holding a pizza", None, "day"),
        ("a bench and a refrigerator", None, "day"),
        ("a cow left of a bench", None, "day"),
        ("an oven above a bed", None, "day"),
        ("a toy ship on a shelf", None, "day"),
        ("a full moon", None, "day"),
        ("a cow on plain paper", None, "day"),
        ("a tent next to a campfire as a pencil sketch", None, "day"),
    ],
)
def test_a_setting_is_implied_by_what_is_clear_alone(text, setting, time):
    scene = read_scene(text).scene
    assert (scene.setting, scene.time) == (setting, time)


def test_an_implied_setting_is_told_and_can_be_taken_away():
    text = canonical(read_scene("a cat on a sofa").scene)
    assert text == "a cat on a sofa in the living room"
    bare = read_scene("a cat on a sofa on plain paper").scene
    assert bare.setting is None
    assert canonical(bare) == "a cat on a sofa on plain paper"


def test_things_and_settings_of_the_table_are_of_the_world():
    assert set(_places()) <= {noun.name for noun in load_nouns()}
    assert implied_settings() <= set(PLACES)
