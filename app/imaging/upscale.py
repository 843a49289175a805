"""Upscaling of finished pictures: Lanczos, then a shock filter that makes soft edges sharp."""

# H W pixels.

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


def enlarge(image: Image, size: int, *, sharpen: bool = False) -> Image:
    """`image` as RGB, scaled so that its longer side is `size` pixels.

    `sharpen`: with sharp edges where it was made larger, for drawn pictures; photographs lose their
    texture.
    """
    import numpy as np
    from PIL import Image as images

    from maskgil.pipelines.sharpening import sharpened

    scale = size / max(image.size)
    shape = (round(image.width * scale), round(image.height * scale))
    image = image.convert("RGB")
    if image.size == shape:
        return image
    larger = image.resize(shape, images.Resampling.LANCZOS)
    return images.fromarray(sharpened(np.asarray(larger))) if sharpen and scale > 1 else larger
