"""The captioned example: its captions and what it reads in pictures of known ink."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[1]


@pytest.fixture
def captions(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    yield importlib.import_module("captions")
    for name in ("captions", "digits"):
        sys.modules.pop(name, None)


def test_inks_are_read_and_one_of_each_digit_is_held_out(captions):
    pairs = [(digit, ink) for digit in range(10) for ink in range(5)]
    assert sum(captions.held_out(*pair) for pair in pairs) == 10
    assert len({captions.caption(*pair) for pair in pairs}) == 50
    for ink, colour in enumerate(captions.INKS):
        picture = Image.new("RGB", (48, 48), "white")
        ImageDraw.Draw(picture).ellipse((12, 8, 36, 40), outline=colour, width=6)
        noise = np.random.default_rng(ink).integers(-25, 26, (48, 48, 3))
        noisy = (np.asarray(picture).astype(int) + noise).clip(0, 255).astype(np.uint8)
        assert captions.read_ink(Image.fromarray(noisy)) == ink
    assert captions.read_ink(Image.new("RGB", (48, 48), "white")) == -1
