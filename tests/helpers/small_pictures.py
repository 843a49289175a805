"""Nano as shipped at a quarter of its size: 12 × 12 tokens, 192 × 192 pixels.

The same weights, code and settings; a drawing takes a third. For tests of what is done with
pictures, whatever they show.
"""

from __future__ import annotations

import copy
from dataclasses import replace

from app.drawing import LazyModel
from app.pipeline import SpeechToImage
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator

GRID = (12, 12)
SMALL_SIDE = 192  # pixels


def with_small_pictures(pipeline: SpeechToImage) -> SpeechToImage:
    """Another with the same models, which draws on `GRID`."""
    small = copy.copy(pipeline)
    small.config = replace(pipeline.config, picture_size=SMALL_SIDE)
    generator = copy.copy(pipeline.generator)
    assert isinstance(generator, ImageGenerator)
    generator.__dict__.pop("_preview_clock", None)
    generator.masked = _cropped(generator.masked)
    generator.causal = _cropped(generator.causal)
    generator.config, generator.grid_size = generator.masked.config, GRID
    small._generator = LazyModel(lambda: generator)
    small._generator()
    return small


def _cropped(model: Transformer) -> Transformer:
    """The model of a smaller grid: of its positions those at the upper left."""
    cropped = Transformer(model.config.replace(max_grid_size=GRID))
    rows, columns = (side // model.config.merge for side in GRID)
    weights = model.state_dict()
    if "position_embedding" in weights:
        weights["position_embedding"] = weights["position_embedding"][:rows, :columns]
    cropped.load_state_dict(weights, assign=True)
    return cropped.eval()
