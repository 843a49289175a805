"""Places that are said to be seen through a window, a door or from a balcony."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a window with a view of the mountains", "a window with a view in the mountains"),
        ("a window overlooking the city", "a window with a view in the city"),
        ("looking out of the window at the sea", "a window with a view on the sea"),
        ("through the window one sees a forest", "a window with a view in the forest"),
        ("an open door with a view of a garden", "a door with a view in the garden"),
        ("a door opening onto the beach", "a door with a view on the beach"),
        ("a balcony with a view of the ocean", "a balcony with a view on the sea"),
        ("two people on a balcony with a view of the city",
         "two people on a balcony with a view in the city"),
        ("a bedroom with a view of the sea", "a window with a view on the sea"),
        ("a woman looking out of the window at the garden",
         "a gazing woman in front of a window with a view in the garden"),
        ("a cat looking out of the window at the snow",
         "a gazing cat on a window with a view in the snow"),
        ("a girl at the window", "a girl in front of a window with a view on a hill"),
        ("a cat sleeping by the window", "a lying cat on a window with a view and the cat with a"
         " sleep symbol on a hill"),
        ("a dog looking out of the window", "a gazing dog on a window with a view on a hill"),
        ("a boy looking through the window at a ship",
         "a gazing boy in front of a window with a view and a ship behind the window with a view"
         " on the sea"),
        ("a dog looking out of the door at the rain",
         "a gazing dog in front of a door with a view on a hill in the rain"),
        ("a child looking out of the window at the moon",
         "a gazing child in front of a window with a view and a full moon behind the window with a"
         " view on a hill at night"),
        ("a window with a view of the city while it is snowing",
         "a window with a view in the city while it is snowing"),
        ("through the window you can see a tree", "a tree behind a window with a view in the park"),
    ],
)  # fmt: skip
def test_a_place_is_seen_through_what_has_a_view_of_it(said, drawn):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, ())


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a broken window on the street", "a broken window in the street"),
        ("a cat looking out of the window at the rain",
         "a gazing cat in a rain streaked window in the living room"),
        ("a cat in the window of a house", "a cat in the window of a house in a field"),
        ("a bird flying through an open window", "a flying bird in an open window"),
        ("a red house with a view of the sea", "a red house on the beach"),
    ],
)  # fmt: skip
def test_a_window_that_nobody_looks_through_stays_one(said, drawn):
    assert canonical(read_scene(said).scene) == drawn
