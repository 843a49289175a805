"""Sample images during training, drawn with the averaged weights."""

# T caption tokens, C width of their features.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maskgil.data.token_shards import padded
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.text_encoders.load import TextEncoder
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.sampling.config import SamplingConfig
from maskgil.tokenizers.base import Tokenizer
from maskgil.utils.images import sheet

if TYPE_CHECKING:
    from PIL.Image import Image

SHOWN = 16  # pictures of a sheet
COLUMNS = 8


class StoredCaptions:
    """A `TextEncoder` that looks up stored features of captions in token shards."""

    def __init__(self, shards: Any, count: int) -> None:
        items = [shards[index] for index in spread(len(shards), count)]
        self.features = {item["caption"]: item["caption_embeds"].float() for item in items}
        self.dim, self.side = shards.caption_dim, shards.padding_side
        self.max_length = max(len(one) for one in self.features.values())

    @property
    def captions(self) -> list[str]:
        return list(self.features)

    def encode(self, texts: list[str]) -> CaptionCondition:
        """Features (B, T, C) of captions that are among the stored ones."""
        return padded([self.features[text] for text in texts], self.side)


def spread(size: int, count: int) -> list[int]:
    """`count` numbers, or `size` if those are fewer, spread evenly over 0 … size - 1."""
    count = min(size, count)
    return [index * size // count for index in range(count)]


class SamplePainter:
    """Samples of a model on fixed prompts and seeds, as a sheet."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        prompts: Sequence[str] | Sequence[int],
        *,
        text_encoder: TextEncoder | None = None,
        grid_size: tuple[int, int] | None = None,
        guidance_scale: float = 3.0,
    ) -> None:
        self.tokenizer, self.prompts, self.text_encoder = tokenizer, prompts, text_encoder
        self.grid_size, self.guidance_scale = grid_size, guidance_scale

    def __call__(self, model: Transformer) -> Image:
        generator = self.generator(model)
        images = generator.generate(self.prompts, seed=range(len(self.prompts)))
        captions = [one if isinstance(one, str) else f"class {one}" for one in self.prompts]
        return sheet(images, columns=COLUMNS, captions=captions)

    def generator(self, model: Transformer) -> ImageGenerator:
        """A generator for `model`, masked or autoregressive."""
        causal = model.config.causal
        sampling = SamplingConfig(
            guidance_scale=self.guidance_scale, ar_ratio=1.0 if causal else 0.0
        )
        masked, twin = (None, model) if causal else (model, None)
        return ImageGenerator(
            self.tokenizer, masked, twin, self.text_encoder,
            sampling=sampling, grid_size=self.grid_size,
        )  # fmt: skip
