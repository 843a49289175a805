"""Upscaling of finished pictures."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from app.imaging.upscale import enlarge
from maskgil.pipelines.sharpening import sharpened


def drawing(side: int) -> Image.Image:
    """Flat shapes of several colours, without soft edges."""
    image = Image.new("RGB", (4 * side, 4 * side), (200, 220, 255))
    pen = ImageDraw.Draw(image)
    pen.ellipse((side, side, 3 * side, 3 * side), fill=(240, 150, 20))
    pen.rectangle((0, 3 * side, 4 * side, 4 * side), fill=(60, 160, 70))
    pen.ellipse((1.5 * side, 1.5 * side, 1.8 * side, 1.9 * side), fill=(30, 20, 20))
    return image.resize((side, side), Image.Resampling.BOX)


def difference(image: Image.Image, art: Image.Image) -> float:
    pair = (np.asarray(one, np.float32) for one in (image, art))
    return float(np.abs(next(pair) - next(pair)).mean())


def test_enlarge_keeps_the_shape():
    assert enlarge(Image.new("RGBA", (96, 48)), 480).size == (480, 240)
    assert enlarge(Image.new("RGB", (96, 96)), 480, sharpen=True).mode == "RGB"


def test_a_larger_drawing_is_nearer_the_art_with_sharp_edges():
    soft = drawing(384).filter(ImageFilter.GaussianBlur(1))  # as a decoder writes
    plain, sharp = (enlarge(soft, 768, sharpen=sharpen) for sharpen in (False, True))
    assert difference(sharp, drawing(768)) < 0.85 * difference(plain, drawing(768))


def test_pictures_of_their_own_size_are_left_alone():
    image = drawing(96)
    assert enlarge(image, 96, sharpen=True).tobytes() == image.tobytes()
    assert enlarge(image, 48, sharpen=True).tobytes() == enlarge(image, 48).tobytes()


@pytest.mark.parametrize("seed", range(5))
def test_no_colour_appears_that_was_not_near(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 31, 3), dtype=np.uint8)
    made = sharpened(pixels)
    assert made.shape == pixels.shape and made.dtype == np.uint8
    reach = 4  # a pixel a step
    for y, x in ((0, 0), (12, 15), (23, 30)):
        near = pixels[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        assert (made[y, x] >= near.min((0, 1))).all() and (made[y, x] <= near.max((0, 1))).all()


def test_even_ground_stays_as_it_is():
    ramp = np.arange(100, 164, dtype=np.uint8)
    pixels = np.broadcast_to(ramp[:, None, None], (64, 64, 3)).copy()
    assert np.abs(sharpened(pixels).astype(int) - pixels).max() <= 1
    assert (sharpened(np.full((16, 16, 3), 77, np.uint8)) == 77).all()
