"""The page's backend with a model of photographs: a published Meissonic in small, offline."""

from dataclasses import replace

import numpy as np
import pytest

from app.config import load_config
from app.drawing import TextToImage
from app.imaging.settings import clean_prompt
from app.types import PictureRequest
from tests.helpers.tiny_photo import needs_diffusers, write_meissonic

pytestmark = needs_diffusers


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    folder = write_meissonic(tmp_path_factory.mktemp("meissonic"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MASKGIL_WEIGHTS", str(folder))
        return TextToImage(load_config("photo", device="cpu"))


def test_a_picture_of_1024_pixels_comes_with_previews_and_its_seed(drawing):
    usual = drawing.usual
    assert (usual.steps, usual.guidance, drawing.config.picture_size) == (48, 9.0, 1024)
    assert not drawing.has_ratio
    settings = replace(usual, steps=2, seed=5)
    *before, last = drawing.paint(PictureRequest(clean_prompt("a red apple"), settings))
    assert before and all(update.images for update in before)
    assert before[0].written.shape == (1, 64, 64) and 0 < before[0].written.sum() < 64 * 64
    result = last.results[0]
    assert result.image.size == (1024, 1024) and result.settings == settings


def test_a_part_is_drawn_anew_and_the_rest_stays(drawing):
    settings = replace(drawing.usual, steps=1, seed=5)
    prompt = clean_prompt("a red apple")
    *_, last = drawing.paint(PictureRequest(prompt, settings))
    canvas = last.results[0].canvas
    marked = np.zeros((64, 64), bool)
    marked[10:20, 30:50] = True
    again = replace(settings, seed=6)
    *_, last = drawing.paint(PictureRequest(prompt, again, canvas=canvas, marked=marked))
    tokens = last.results[0].canvas.tokens
    assert np.array_equal(tokens[~marked.ravel()], canvas.tokens[~marked.ravel()])
    assert (tokens != canvas.tokens).any()


def test_wide_and_tall_pictures_are_drawn_at_once(drawing):
    grids = drawing.sizes()
    assert len(grids) == 5 and all(side % 2 == 0 for grid in grids for side in grid)
    wide = max(grids, key=lambda grid: grid[1])
    settings = replace(drawing.usual, steps=1)
    request = PictureRequest(clean_prompt("a red apple"), settings, grid=wide)
    *_, last = drawing.paint(request)
    image = last.results[0].image
    assert image.width / image.height == pytest.approx(16 / 9, rel=0.05)
