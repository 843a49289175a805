"""Nano as shipped at less cost: 12 × 12 tokens, 192 × 192 pixels, or without its second pass.

The same weights, code and settings; a small drawing takes a third, one without details half. Of the
layers of both models without details two are left, the first. For tests of what is done with
pictures, whatever they show.
"""

from __future__ import annotations

import copy
from dataclasses import replace

from app.drawing import LazyModel
from app.pipeline import SpeechToImage
from maskgil.models.transformer import Transformer
from maskgil.pipelines.ar_model import as_source
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.prompts import Drafter
from maskgil.utils.meta_device import build_empty

GRID = (12, 12)
SMALL_SIDE = 192  # pixels
LAYERS = 2


def with_small_pictures(pipeline: SpeechToImage) -> SpeechToImage:
    """Another with the same models, which draws on `GRID`."""
    small = copy.copy(pipeline)
    small.config = replace(pipeline.config, picture_size=SMALL_SIDE)
    return _drawing_with(on_small_grid(_generator_of(pipeline)), small)


def without_details(pipeline: SpeechToImage) -> SpeechToImage:
    """Another with the same models, which draws the same tokens and has no second pass."""
    return _drawing_with(in_one_pass(_generator_of(pipeline)), copy.copy(pipeline))


def on_small_grid(generator: ImageGenerator) -> ImageGenerator:
    """Another with the same models, which draws on `GRID`."""
    small = _copied(generator)
    _take(small, generator, max_grid_size=GRID)
    small.grid_size = GRID
    return small


def in_one_pass(generator: ImageGenerator) -> ImageGenerator:
    """Another with the same models, which draws the same tokens and has no second pass."""
    coarse = _copied(generator)
    _take(coarse, generator, num_layers=LAYERS)
    assert coarse.drafter is not None
    coarse.drafter = _Coarse(coarse.drafter, coarse.tokenizer.downsample_factor)
    assert coarse.detail == 1
    return coarse


class _Coarse:
    """The drawings of a drafter, of which no more is shown than tokens show: `pixels` of each."""

    def __init__(self, drafter: Drafter, pixels: int) -> None:
        self.draft, self.scenery, self.sketch = drafter.draft, drafter.scenery, drafter.sketch
        self.pixels = pixels


def _generator_of(pipeline: SpeechToImage) -> ImageGenerator:
    assert isinstance(pipeline.generator, ImageGenerator)
    return pipeline.generator


def _copied(generator: ImageGenerator) -> ImageGenerator:
    """It once more, which is timed and changed by itself."""
    generator = copy.copy(generator)
    generator.__dict__.pop("_preview_clock", None)
    return generator


def _drawing_with(generator: ImageGenerator, pipeline: SpeechToImage) -> SpeechToImage:
    pipeline._generator = LazyModel(lambda: generator)
    pipeline._generator()
    return pipeline


def _take(small: ImageGenerator, generator: ImageGenerator, **changes: object) -> None:
    """Both models of a generator, in a smaller shape."""
    small.masked, small.causal = (
        _cropped(model, **changes) for model in (generator.masked, generator.causal)
    )
    small.config = small.masked.config
    small.source = as_source(small.causal)


def _cropped(model: Transformer | None, **changes: object) -> Transformer | None:
    """A model of fewer layers, or of a smaller grid: of its positions those at the upper left."""
    if model is None:
        return None
    cropped = build_empty(Transformer, model.config.replace(**changes))
    rows, columns = (side // model.config.merge for side in cropped.config.max_grid_size)
    weights = model.state_dict()
    if "position_embedding" in weights:
        weights["position_embedding"] = weights["position_embedding"][:rows, :columns]
    cropped.load_state_dict({name: weights[name] for name in cropped.state_dict()}, assign=True)
    return cropped.eval()
