"""Surfaces: metal, leather, cloth, plastic and roughness over a drawing's colours."""

import numpy as np
import pytest

from maskgil.nano.rendering.looks import coloured
from maskgil.nano.rendering.surfaces import surfaced
from maskgil.nano.world.paints import SURFACES


@pytest.fixture(scope="module")
def drawing() -> np.ndarray:
    """A brown block, shaded from left to right."""
    found = np.zeros((96, 80, 4), np.float32)
    shade = np.linspace(0.6, 1, 64, dtype=np.float32)[:, None]
    found[16:80, 8:72, :3] = shade * np.array([0.6, 0.36, 0.16], np.float32)
    found[16:80, 8:72, 3] = 1
    return found


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_is_seen_and_keeps_the_shape(surface, drawing):
    found = coloured(drawing, None, surface)
    assert np.array_equal(found[..., 3], drawing[..., 3])
    assert found.min() >= 0 and (found[..., :3] <= found[..., 3:] + 1e-6).all()
    assert np.abs(found - drawing)[16:80, 8:72, :3].mean() > 0.01


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_is_dyed(surface, drawing):
    red, green, _ = coloured(drawing, "red", surface)[16:80, 8:72, :3].reshape(-1, 3).mean(0)
    assert red > 1.5 * green


def test_steel_is_gray_and_plastic_is_not_brown(drawing):
    for surface in ("metallic", "plastic"):
        rgb = coloured(drawing, None, surface)[16:80, 8:72, :3].reshape(-1, 3).mean(0)
        assert np.ptp(rgb) < 0.12


def test_an_unknown_surface_is_told(drawing):
    with pytest.raises(ValueError, match="unknown surface 'wet'; choose from metallic"):
        surfaced(drawing, "wet", None)
