"""Wings of standing birds in flight."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.states.wings import winged
from maskgil.nano.world.nouns import noun
from maskgil.presets.load import load_collage


def test_wings_end_in_round_feathers_not_in_spikes():
    drawing = load_collage().renderer._master(noun("owl").art[0]).astype(np.float32) / 255
    height, width = drawing.shape[:2]
    padded = np.pad(drawing, ((height // 2, 0), (width // 2, width // 2), (0, 0)))
    shown = winged(padded, 0)[..., 3] > 0.3
    wings = shown & (padded[..., 3] < 0.3)
    brush = 2 * round(0.012 * max(padded.shape[:2])) + 1
    solid = Image.fromarray(shown.astype(np.uint8) * 255)
    opened = solid.filter(ImageFilter.MinFilter(brush)).filter(ImageFilter.MaxFilter(brush))
    spikes = wings & (np.asarray(opened) == 0)
    assert spikes.sum() < 0.01 * wings.sum()
