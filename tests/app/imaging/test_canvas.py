"""Marks, the words of a changed picture, other shapes: without models."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.imaging.canvas import (
    Canvas,
    fitted,
    laid_over,
    part_of,
    paste_kept,
    read_marks,
    scattered,
    whole_prompt,
)
from app.imaging.settings import DrawSettings, SettingsError
from app.types import PictureRequest


def marked(grid, rows, columns):
    cells = np.zeros(grid, bool)
    cells[rows, columns] = True
    return cells


def test_marks_are_read_by_cell():
    assert read_marks("", (2, 3)) is None and read_marks("000000", (2, 3)) is None
    assert read_marks("010001", (2, 3)).tolist() == [[False, True, False], [False, False, True]]
    for wrong in ("01", "01x001", "0101010"):
        with pytest.raises(SettingsError):
            read_marks(wrong, (2, 3))


def test_tokens_that_stay():
    canvas = Canvas("a cat", np.arange(6), (2, 3))
    assert canvas.given(marked((2, 3), 0, slice(1, 3)), 99).tolist() == [0, 99, 99, 3, 4, 5]


@pytest.mark.parametrize(
    ("rows", "columns", "prompt"),
    [
        (slice(0, 8), slice(0, 4), "a tree to the left of a cat"),
        (slice(0, 8), slice(4, 8), "a tree to the right of a cat"),
        (slice(0, 4), slice(0, 8), "a tree above a cat"),
        (slice(4, 8), slice(0, 8), "a tree below a cat"),
        (slice(2, 6), slice(2, 6), "a tree and a cat"),
        (slice(0, 8), slice(0, 8), "a tree"),
    ],
)
def test_a_changed_picture_is_described_as_a_whole(rows, columns, prompt):
    assert whole_prompt("a tree.", "a cat.", marked((8, 8), rows, columns)).rstrip(".") == prompt


def test_a_description_that_grows_too_long_is_the_new_one_alone():
    assert whole_prompt("a tree", "x" * 999, marked((8, 8), 0, 0)) == "a tree"


@pytest.mark.parametrize(
    ("prompt", "old", "last", "part"),
    [
        ("a hat", "a cat", None, "a hat"),
        ("a hat", "", None, "a hat"),  # a picture from elsewhere
        ("a cat and a hat", "a cat", None, "and a hat"),
        ("a hat above a cat", "a cat", None, "a hat above"),
        ("a hat above a cat", "a hat above a cat", "a hat", "a hat"),  # once more
        ("a cat", "a cat", None, "a cat"),
    ],
)
def test_a_part_shows_what_a_prompt_says_beyond_the_picture(prompt, old, last, part):
    assert part_of(prompt, Canvas(old, np.zeros(4), (2, 2), part=last)) == part


def test_variations_draw_most_anew_and_follow_the_seed():
    cells = scattered((32, 32), 3)
    assert 0.6 < cells.mean() < 0.9
    assert (cells == scattered((32, 32), 3)).all() and (cells != scattered((32, 32), 4)).any()


def test_kept_cells_keep_their_pixels():
    old, new = Image.new("RGB", (40, 40), "red"), Image.new("RGB", (40, 40), "blue")
    pasted = np.asarray(paste_kept(new, old, marked((4, 4), slice(0, 2), slice(0, 4))))
    assert (pasted[:20] == (0, 0, 255)).all() and (pasted[20:] == (255, 0, 0)).all()


def test_a_picture_is_set_into_the_middle_of_another_shape():
    asked = []

    def read(image, grid):
        asked.append(grid)
        return np.full(grid[0] * grid[1], 7)

    canvas, cells = fitted(Image.new("RGB", (64, 64)), (8, 8), (6, 10), read, "a cat")
    assert asked == [(6, 6)] and canvas.grid == (6, 10) and canvas.prompt == "a cat"
    assert not cells[:, 2:8].any() and cells[:, :2].all() and cells[:, 8:].all()
    assert (canvas.tokens.reshape(6, 10)[:, 2:8] == 7).all()


def test_what_is_laid_over_a_picture_leaves_every_pixel_beside_it():
    drawn, original = Image.new("RGB", (48, 48), "red"), Image.new("RGB", (96, 96), "blue")
    draft = np.zeros((3, 3, 8, 8, 4), np.uint8)
    draft[1, 1, :, :4] = 255  # the left half of the cell in the middle
    made = np.asarray(laid_over(drawn, original, draft))
    assert (made[18:30, 18:22] == (255, 0, 0)).all()
    left = np.ones((48, 48), bool)
    left[12:36, 12:28] = False
    assert (made[left] == (0, 0, 255)).all(), "and the other half of the cell is as it was"
    assert (made[16:32, 28:32] == (0, 0, 255)).all()


def test_a_request_over_a_picture_keeps_its_pixels_and_one_in_it_its_cells():
    draft = np.zeros((3, 3, 8, 8, 4), np.uint8)
    draft[1, 1, :, :4] = 255
    canvas = Canvas("", np.zeros(9, np.int64), (3, 3), original=Image.new("RGB", (48, 48), "blue"))
    request = PictureRequest(
        "a mug", DrawSettings(), canvas=canvas, marked=marked((3, 3), 1, 1), draft=draft
    )
    drawn = Image.new("RGB", (48, 48), "red")
    for over, beside in ((True, (0, 0, 255)), (False, (255, 0, 0))):
        made = np.asarray(replace(request, over=over).kept(drawn))
        assert (made[18:30, 18:22] == (255, 0, 0)).all()
        assert (made[18:30, 28:31] == beside).all(), "the other half of the cell"
