"""The generator of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.config import AppConfig

if TYPE_CHECKING:
    pass
if TYPE_CHECKING:
    from maskgil.pipelines.image_generator import ImageGenerator
    from maskgil.presets import load_generator

PHOTO = "photo"


def load_local(config: AppConfig) -> ImageGenerator:
    if config.generator == PHOTO:
        from maskgil.pipelines.amused import load_photo

        generator: ImageGenerator = load_photo(config.weights, device=config.device)
    else:
        generator = load_generator(config.generator, device=config.device, weights=config.weights)
    generator.preview_share = config.preview_share
    return generator
