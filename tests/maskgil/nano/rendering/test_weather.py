"""Weather over the scenery: snow that lies."""

from __future__ import annotations

import numpy as np
import pytest

from maskgil.nano.rendering.weather import settle

GRASS, EARTH, STONE = (110, 190, 80), (210, 175, 110), (120, 122, 126)
WATER, RED = (60, 150, 215), (220, 50, 45)


@pytest.mark.parametrize("colour", [GRASS, EARTH, STONE])
def test_snow_covers_the_ground(colour):
    picture = np.full((24, 24, 3), colour, np.uint8)
    settle(picture, "day", 0)
    assert picture.min() > 180


@pytest.mark.parametrize("colour", [WATER, RED])
def test_water_and_paint_keep_their_colours(colour):
    picture = np.full((24, 24, 3), colour, np.uint8)
    settle(picture, "day", 0)
    assert (picture == colour).all()


def test_above_the_horizon_snow_lies_on_leaves_only():
    picture = np.full((24, 24, 3), STONE, np.uint8)
    picture[:6] = GRASS
    settle(picture, "day", 12)
    assert (
        (picture[:6] > GRASS).all() and (picture[6:12] == STONE).all() and picture[12:].min() > 180
    )
