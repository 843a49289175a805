"""What is behind the things of a scene goes on around it, without models."""

import numpy as np
import pytest
import torch

from app.imaging.extension import draw_extended, extended, falls
from app.imaging.outpaint import surroundings
from maskgil.pipelines.previews import Preview

MASK, USUAL = 9, (6, 6)


def picture(rows: int, columns: int, cell: int = 8) -> np.ndarray:
    noise = np.random.default_rng(1).integers(0, 256, (rows, columns, 3), np.uint8)
    return noise.repeat(cell, 0).repeat(cell, 1)


def test_beside_a_picture_is_its_mirror_image():
    middle = picture(6, 6)
    made = extended(middle, (slice(0, 6), slice(3, 9)), (6, 13))
    assert made.shape == (48, 104, 3) and (made[:, 24:72] == middle).all()
    assert (made[:, :24] == middle[:, :24][:, ::-1]).all()
    assert (made[:, 72:] == middle[:, 16:][:, ::-1]).all()


def test_above_and_below_is_its_edge_which_fades():
    middle = picture(6, 6)
    made = extended(middle, (slice(4, 10), slice(0, 6)), (13, 6))
    assert made.shape == (104, 48, 3) and (made[32:80] == middle).all()
    for near, far, edge in ((made[31], made[0], middle[0]), (made[80], made[-1], middle[-1])):
        assert np.abs(near.astype(int) - edge).mean() < 2, "it goes on without a seam"
        assert far.std(0).sum() < 0.7 * edge.std(0).sum()
        assert np.abs(far.mean(0) - edge.mean(0)).max() < 25, "as bright as it was"


def test_weather_falls_above_and_below_too():
    middle = picture(6, 6)
    made = extended(middle, (slice(2, 8), slice(0, 6)), (10, 6), weather=True)
    assert made[:16].std() > 0.7 * middle.std() and made[-16:].std() > 0.7 * middle.std()
    assert falls("a house in the rain") and falls("a castle in fog") and not falls("a house")


def stream_of(*steps: np.ndarray):
    for step, tokens in enumerate(steps, 1):
        stage = "done" if step == len(steps) else "masked"
        yield Preview(step, len(steps), torch.from_numpy(tokens.ravel())[None], stage, [])


def asked(given, grid, *steps, **options) -> tuple[list, list, np.ndarray]:
    """What was asked of the model, what was to be gone on with, the tokens in the end."""
    told, gone_on = [], []

    def draw(caption, tokens, part, draft):
        told.append((caption, tokens.reshape(USUAL).copy(), part, draft))
        return stream_of(*steps)

    def extend(tokens, window):
        gone_on.append((tokens, window))
        return np.full(grid, 7)

    *_, last = draw_extended(
        draw, lambda tokens, details=None: [tokens], extend, "a red car on the grass", given, grid,
        usual=USUAL, mask_id=MASK, **options,
    )  # fmt: skip
    assert last.stage == "done" and (last.images[0] == last.tokens[0].numpy()).all()
    return told, gone_on, last.tokens.reshape(grid).numpy()


@pytest.mark.parametrize("grid", [(6, 10), (11, 6)])
def test_around_a_new_picture_goes_on_what_is_behind_its_things(grid):
    begun, behind, drawn = np.full(USUAL, MASK), np.full(USUAL, 1), np.full(USUAL, 1)
    begun[0], drawn[2:4, 2:4] = 1, 5
    (asked_of,), ((tokens, window),), made = asked(None, grid, begun, behind, drawn)
    assert asked_of[0] == "a red car on the grass" and (asked_of[1] == MASK).all()
    assert (tokens == behind).all() and (made[window] == drawn).all()
    beside = np.ones(grid, bool)
    beside[window] = False
    assert (made[beside] == 7).all() and beside.any()


def test_around_what_is_there_goes_on_what_is_behind_its_things():
    grid, window = (6, 10), (slice(0, 6), slice(2, 8))
    given = np.full(grid, MASK)
    given[window] = 1
    given[1:3, 4:6] = 5  # the car
    draft = np.zeros((*grid, 8, 8, 4), np.uint8)
    draft[1:3, 4:6, ..., 3] = 255
    (told,), ((tokens, there),), made = asked(
        given.ravel(), grid, np.full(USUAL, 2), part="", draft=draft
    )
    assert told[0] == surroundings("a red car on the grass") and told[2] == "" and told[3] is None
    assert (told[1] == MASK).sum() == 4 and (told[1][told[1] != MASK] == 1).all()
    assert (tokens == 2).all() and there == window
    assert (made[window] == given[window]).all(), "what is there stays"
    assert (made[:, :2] == 7).all() and (made[:, 8:] == 7).all()
