"""Pictures grown beyond the model's own grid, a window at a time."""

import numpy as np
import pytest
import torch

from app.imaging.canvas import Canvas
from app.imaging.outpaint import (
    NO_DETAIL,
    by_cell,
    draw_wide,
    in_rows,
    middle_of,
    placed,
    surroundings,
    windows,
)
from app.imaging.settings import DrawSettings, SettingsError
from app.imaging.sizes import RATIOS, grids
from app.types import PictureRequest
from maskgil.pipelines.previews import Preview


def test_shapes_hold_the_square_they_grow_around():
    found = grids((12, 12), RATIOS)
    assert found == [(12, 12), (12, 16), (16, 12), (12, 21), (21, 12)]


def test_a_picture_stands_token_by_token_in_the_middle():
    canvas, marked = placed(Canvas("a cat", np.arange(4), (2, 2)), (2, 5))
    assert canvas.tokens.reshape(2, 5)[:, 1:3].tolist() == [[0, 1], [2, 3]]
    assert marked.tolist() == [[True, False, False, True, True]] * 2


@pytest.mark.parametrize("grid", [(12, 16), (21, 12), (12, 21), (16, 20), (12, 13)])
def test_windows_reach_everything_and_each_holds_mostly_what_is_there(grid):
    _, unknown = placed(Canvas("", np.zeros(144, np.int64), (12, 12)), grid)
    sides = 1 if 12 in grid else 2
    left = unknown.copy()
    for window in windows(unknown, (12, 12)):
        assert left[window].shape == (12, 12)
        assert 0 < left[window].mean() <= 1 - (1 - 2 / 12) ** sides + 1e-9
        left[window] = False
    assert not left.any()


def test_one_changed_cell_is_one_window():
    unknown = np.zeros((12, 21), bool)
    unknown[3, 10] = True
    assert windows(unknown, (12, 12)) == [(slice(0, 12), slice(4, 16))]


@pytest.mark.parametrize(
    ("prompt", "around"),
    [
        ("a penguin in the snow at night", "in the snow at night"),
        ("Two boats on a lake.", "on the lake"),
        ("a house on a blue background", "on a blue background"),
        ("a red apple", "on a white background"),
    ],
)
def test_around_things_stands_their_place_alone(prompt, around):
    assert surroundings(prompt) == around


def test_a_picture_grows_and_what_was_there_stays(pipeline):
    settings = DrawSettings(steps=2, seed=3)
    *_, last = pipeline.paint(PictureRequest("an orange cat on the grass", settings))
    square = last.results[0].canvas
    rows, columns = square.grid
    wide = next(grid for grid in pipeline.sizes() if grid[1] > grid[0])
    canvas, marked = pipeline.widen(square, wide)
    updates = list(
        pipeline.paint(
            PictureRequest(canvas.prompt, settings, canvas=canvas, marked=marked, around=True)
        )
    )
    assert [update.step for update in updates] == sorted({update.step for update in updates})
    assert updates[-1].step == updates[-1].num_steps
    grown = updates[-1].results[0]
    assert grown.prompt == "an orange cat on the grass"
    assert grown.image.width / grown.image.height == pytest.approx(wide[1] / wide[0], rel=0.02)
    start = (wide[1] - columns) // 2
    tokens = grown.canvas.tokens.reshape(wide)
    assert (tokens[:, start : start + columns].ravel() == square.tokens).all()
    assert (tokens < pipeline.generator.mask_id).all() and tokens.shape == wide

    # Back in the first shape it is the first picture, not one within another.
    back, nothing = pipeline.widen(grown.canvas, square.grid)
    assert not nothing.any() and (back.tokens == square.tokens).all()
    *_, again = pipeline.paint(
        PictureRequest(back.prompt, settings, canvas=back, marked=nothing, around=True)
    )
    assert (again.results[0].canvas.tokens == square.tokens).all()

    # It can be drawn on like any other, and a file of it keeps its shape.
    part = np.zeros(wide, bool)
    part[:rows, : columns // 2] = True
    *_, changed = pipeline.paint(
        PictureRequest("a red apple", settings, canvas=grown.canvas, marked=part)
    )
    kept = changed.results[0].canvas.tokens.reshape(wide)[~part]
    assert (kept == tokens[~part]).all()
    assert pipeline.read(grown.image, "an orange cat").grid == wide


def test_a_new_picture_of_another_shape_is_the_usual_one_with_more_around(pipeline):
    settings = DrawSettings(steps=2, seed=3)
    wide = next(grid for grid in pipeline.sizes() if grid[1] > grid[0])
    *_, square = pipeline.paint(PictureRequest("a red apple", settings))
    *_, last = pipeline.paint(PictureRequest("a red apple", settings, grid=wide))
    columns = square.results[0].canvas.grid[1]
    tokens, start = last.results[0].canvas.tokens.reshape(wide), (wide[1] - columns) // 2
    middle = tokens[:, start : start + columns].ravel()
    assert (middle == square.results[0].canvas.tokens).all()
    with pytest.raises(SettingsError, match="one at a time"):
        list(pipeline.paint(PictureRequest("a red apple", settings, grid=wide, count=2)))


def test_the_window_of_a_wide_picture_is_not_shown_by_itself(pipeline, monkeypatch):
    asked, stream = [], pipeline.generator.stream
    monkeypatch.setattr(pipeline.generator, "stream", lambda r: asked.append(r) or stream(r))
    wide = next(grid for grid in pipeline.sizes() if grid[1] > grid[0])
    *_, last = pipeline.paint(PictureRequest("a red apple", DrawSettings(steps=1), grid=wide))
    assert last.results and [each.pictures for each in asked] == [False]


def test_around_a_new_picture_stands_its_place_alone():
    """The first window is told the whole prompt, those around it what surrounds its things."""
    prompt = "a red car on the grass"
    told = told_of(prompt, None, (12, 18))
    assert told[0][:2] == (prompt, None) and len(told) > 1
    assert {each[:2] for each in told[1:]} == {(surroundings(prompt), "")}
    assert "car" not in surroundings(prompt)


def told_of(prompt, given, grid, **options) -> list[tuple[str, str | None, int]]:
    """The caption and part of each window (12, 12), and how much of it is to be drawn."""
    told = []

    def draw(caption, tokens, part, draft):
        told.append((caption, part, int((tokens == 9).sum())))
        yield Preview(1, 1, torch.from_numpy(np.zeros_like(tokens))[None], "done", [])

    list(draw_wide(draw, lambda *_: [], prompt, given, grid, usual=(12, 12), mask_id=9, **options))
    return told


def test_what_is_asked_of_a_part_of_a_wide_picture_is_drawn_once():
    """In the window around the part's middle; where it is wider, only its place goes on."""
    given = np.zeros((12, 40), np.int64)
    given[2:8, 29:37] = 9
    prompt, place = "a mug to the right of a car on the grass", surroundings("a car on the grass")
    assert told_of(prompt, given.ravel(), (12, 40), part="a mug") == [(prompt, "a mug", 48)]
    assert middle_of(given == 9, (12, 12)) == (slice(0, 12), slice(27, 39))
    given[2:8, 19:] = 9
    first, *others = told_of(prompt, given.ravel(), (12, 40), part="a mug")
    assert first == (prompt, "a mug", 72)
    assert others and {each[:2] for each in others} == {(place, "")}
    around = told_of(prompt, given.ravel(), (12, 40), part="", around=True)
    assert {each[:2] for each in around} == {(place, "")}


@pytest.mark.parametrize(("share", "shown"), [(None, [1, 2, 3, 4, 8, 12]), (0.0, [12])])
def test_previews_of_a_wide_picture_are_bounded(share, shown):
    """All that can be seen, the first window's steps and each window's end; or the last alone."""

    def draw(caption, tokens, part, draft):
        for step in range(1, 5):
            full = torch.from_numpy(np.zeros_like(tokens))[None]
            yield Preview(step, 4, full, "done" if step == 4 else "masked", [])

    size = {"usual": (12, 12), "mask_id": 9, "share": share}
    previews = list(draw_wide(draw, lambda *_: ["a picture"], "a cat", None, (12, 16), **size))
    assert [preview.step for preview in previews if preview.images] == shown
    assert previews[-1].stage == "done" and previews[-1].num_steps == 12


def test_details_go_with_their_cells_to_another_shape():
    details = np.arange(4 * 12 * 12)
    canvas = Canvas("a cat", np.arange(12 * 12), (12, 12), details=details)
    wider, around = placed(canvas, (12, 16))
    assert wider.details is not None and wider.details.size == 4 * 12 * 16
    rows = wider.details.reshape(24, 32)
    assert (rows[:, 4:28] == details.reshape(24, 24)).all()
    assert (rows[:, :4] == NO_DETAIL).all() and (rows[:, 28:] == NO_DETAIL).all()
    back, _ = placed(wider, (12, 12))
    assert (back.details == details).all() and around.sum() == 12 * 4
    assert (in_rows(by_cell(details, (12, 12))) == details).all()
