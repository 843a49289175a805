"""Pictures as a judge's input, optionally encoded and decoded by a tokenizer."""

# S picture side in pixels.

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from maskgil.evaluation.image_sets import load_tokenizer, output_scale, whole_side
from maskgil.utils.images import stack_pixels, to_bytes


class Rebuilder:
    """Encodes and decodes pictures (S, S, 3) uint8 with a tokenizer, at its output size.

    `side`: what it reads, S.
    """

    def __init__(self, name: str) -> None:
        self.tokenizer = load_tokenizer(name)
        self.side = whole_side(self.tokenizer) // output_scale(self.tokenizer)

    @torch.inference_mode()
    def __call__(self, picture: np.ndarray) -> np.ndarray:
        made = self.tokenizer.decode(self.tokenizer.encode(stack_pixels([picture]).contiguous()))[0]
        return as_picture(made)


def as_picture(pixels: Tensor) -> np.ndarray:
    """Pixels (3, S, S) in [-1, 1] as a picture (S, S, 3) uint8."""
    return to_bytes(pixels).movedim(0, -1).numpy()


def fitted(picture: np.ndarray, side: int) -> Tensor:
    """A picture (S, S, 3) uint8 as the judge sees it: (1, 3, side, side)."""
    from PIL import Image

    if len(picture) != side:
        image = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
        picture = np.asarray(image)
    return stack_pixels([picture])
