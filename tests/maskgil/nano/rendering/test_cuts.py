"""Cuts: an apple that is bitten, sliced, cut in half, in what is read and in what is drawn."""

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.states import in_state
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("half a lemon", "a sliced lemon"),
        ("half of an orange", "a sliced orange"),
        ("a slice of lemon", "a sliced lemon"),
        ("a sliced loaf", "sliced bread"),
        ("sliced tomatoes on a plate", "two sliced tomatoes on a plate on the table"),
        ("an apple cut in half on a plate", "a cut open apple on a plate on the table"),
        ("the orange is cut in half", "a cut open orange"),
        ("two halves of an apple", "a cut open apple"),
        ("a bitten apple", "a bitten apple"),
        ("an apple with a bite taken out of it", "a bitten apple"),
        ("a half-eaten cookie", "a bitten cookie"),
        # drawn so as they are
        ("a watermelon cut in half", "a watermelon"),
        ("a slice of pizza", "a pizza"),
        ("half an avocado", "an avocado"),
    ],
)
def test_food_is_cut(said, drawn):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, ())
    assert canonical(read_scene(drawn).scene) == drawn


@pytest.mark.parametrize(
    ("said", "drawn", "left_out"),
    [
        ("half a house", "a house", "half"),
        ("a hamburger cut in half", "a hamburger", "cut in half"),
        ("a bitten cup", "a cup", "bitten"),
    ],
)
def test_what_is_not_drawn_cut_is_told(said, drawn, left_out):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (drawn, (left_out,))


def _ball(colour=(0.8, 0.1, 0.1)):
    rows, columns = np.mgrid[:120, :160]
    inside = np.hypot(rows - 60, columns - 80) < 40
    drawing = np.zeros((120, 160, 4), np.float32)
    drawing[inside] = (*colour, 1)
    return drawing


def test_a_bite_is_out_of_the_upper_right_edge_with_a_light_rim():
    ball = _ball()
    bitten = in_state(ball, "bitten")
    gone = (ball[..., 3] > 0.5) & (bitten[..., 3] < 0.5)
    rows, columns = np.nonzero(gone)
    assert 0.03 < gone.sum() / (ball[..., 3] > 0.5).sum() < 0.35
    assert rows.mean() < 60 and columns.mean() > 95
    light = (bitten[..., :3].min(-1) > 0.5) & (bitten[..., 3] > 0.5)
    assert 20 < light.sum() < gone.sum()


@pytest.mark.parametrize("state, faces", [("sliced", 1), ("cut open", 2)])
def test_flesh_is_light_within_a_rind(state, faces):
    found = in_state(_ball(), state)
    middle = found[60:66, :, :3].min(-1).mean(0) > 0.45
    assert found[60, 80, 3] > 0.9
    starts = np.flatnonzero(np.diff(middle.astype(int)) == 1)
    assert len(starts) >= faces  # between pips and rinds
    wide = np.flatnonzero(found[..., 3].max(0) > 0.5)
    assert (wide[-1] - wide[0] > 90) == (faces == 2)
