"""Sharpening of drawn pictures: a shock filter (Osher & Rudin 1990)."""

# H W pixels.

from __future__ import annotations

import numpy as np

SMOOTHING = 1.0  # Gaussian blur in pixels before the derivatives that detect edges
STEPS = 4
PACE = 0.3  # fraction of the way to the lightest or darkest neighbour per step
STEEPNESS = 2.0  # speed gained per grey level of curvature
UNIT = 256  # fixed-point unit of these fractions


def sharpened(pixels: np.ndarray) -> np.ndarray:
    """Pixels (H, W, 3) uint8 with soft edges made sharp, by a shock filter (Osher & Rudin 1990).

    On the light side of an edge a pixel moves towards its lightest neighbour, on the dark side
    towards its darkest, so no new colours appear. The side is the sign of the second derivative
    across the edge of a smoothed picture (Alvarez & Mazorra 1994).
    """
    pace = (UNIT * PACE * np.tanh(STEEPNESS * _across(pixels))).astype(np.int16)[..., None]
    darker, lighter = np.maximum(pace, 0), np.maximum(-pace, 0)  # (H, W, 1)
    now = pixels.astype(np.int16)
    for _ in range(STEPS):
        around = _neighbours(np.pad(now, ((1, 1), (1, 1), (0, 0)), "edge"))
        lightest, darkest = now, now
        for one in around:
            lightest, darkest = np.maximum(lightest, one), np.minimum(darkest, one)
        down = (darker * (now - darkest) + UNIT // 2) // UNIT
        up = (lighter * (lightest - now) + UNIT // 2) // UNIT
        now = now - down + up
    return now.astype(np.uint8)


def _neighbours(padded: np.ndarray) -> tuple[np.ndarray, ...]:
    """Left, right, upper and lower neighbours of all but the border of `padded`."""
    return padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]


def _across(pixels: np.ndarray) -> np.ndarray:
    """The second derivative (H, W) of the smoothed brightness along its gradient."""
    grey = _blurred(_blurred(pixels.mean(-1, dtype=np.float32), 0), 1)
    padded = np.pad(grey, 1, "edge")
    left, right, upper, lower = _neighbours(padded)
    gx, gy = (right - left) / 2, (lower - upper) / 2
    gxx, gyy = right + left - 2 * grey, lower + upper - 2 * grey
    gxy = (padded[2:, 2:] + padded[:-2, :-2] - padded[2:, :-2] - padded[:-2, 2:]) / 4
    return (gx**2 * gxx + 2 * gx * gy * gxy + gy**2 * gyy) / (gx**2 + gy**2 + 1e-3)


def _blurred(grey: np.ndarray, axis: int) -> np.ndarray:
    """`grey` (H, W) float32 under a Gaussian of `SMOOTHING` pixels along `axis`."""
    reach = round(3 * SMOOTHING)
    places = np.arange(-reach, reach + 1, dtype=np.float32)
    weights = np.exp(-(places**2) / (2 * SMOOTHING**2))
    weights /= weights.sum()
    border = [(reach, reach) if side == axis else (0, 0) for side in (0, 1)]
    padded, length = np.pad(grey, border, "edge"), grey.shape[axis]
    views = [np.take(padded, range(at, at + length), axis) for at in range(len(weights))]
    return np.einsum("k,khw->hw", weights, np.stack(views))
