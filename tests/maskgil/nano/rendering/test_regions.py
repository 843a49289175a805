"""Regions that are missing or broken: a cup without a handle, a bear with one eye."""

import numpy as np
import pytest

from maskgil.nano.rendering.regions import part_gone
from maskgil.nano.world.drawn.regions import Region


def drawn() -> np.ndarray:
    """A green square with a red bar out of its right side and two black dots on it."""
    drawing = np.zeros((40, 60, 4), np.float32)
    drawing[:, :40] = 0, 0.6, 0, 1
    drawing[16:24, 40:] = 0.9, 0, 0, 1
    for left in (8, 24):
        drawing[8:14, left : left + 6] = 0, 0, 0, 1
    return drawing


BAR = Region(((0.66, 0.2, 1, 0.8),), (), ((0.8, 0.5),), (), 0.2)
DOTS = Region(((0.1, 0.15, 0.26, 0.4), (0.36, 0.15, 0.52, 0.4)), (), ((0.18, 0.27),), (), 0.2)


def test_what_sticks_out_is_gone_and_what_is_within_has_the_colour_about_it():
    drawing = drawn()
    without = part_gone(drawing, drawing, BAR, "missing")
    assert without[20, 50, 3] < 0.1 and without[20, 20, 3] == 1
    one_eyed = part_gone(drawing, drawing, DOTS, "one")
    assert one_eyed[11, 27, 1] == pytest.approx(0.6, abs=0.05)
    assert one_eyed[11, 11, 1] == 0


def test_what_is_broken_has_a_gap_between_two_ends():
    drawing = drawn()
    alpha = part_gone(drawing, drawing, BAR, "broken")[20, 40:, 3]
    assert alpha[1] == alpha[-1] == 1 and alpha.min() < 0.1
