"""ZeroGPU: a generator on a Space that borrows a GPU for each drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Generator as Previews
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.backends.protocol import Streaming

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from maskgil.pipelines.image_generator import ImageGenerator
    from maskgil.pipelines.previews import Preview
    from maskgil.pipelines.request import DrawRequest
    from maskgil.sampling.config import SamplingConfig

SECONDS_LENT = 30  # GPU time requested for one drawing


class ZeroGPUGenerator(Streaming):
    """A `Generator` on the CPU that moves to a borrowed GPU for each call.

    `decorate` is `spaces.GPU(…)`: the wrapped function runs in another process, so arguments and
    previews are pickled across.
    """

    device = "cpu"

    def __init__(
        self, generator: ImageGenerator, decorate: Callable[[Any], Any] | None = None
    ) -> None:
        if decorate is None:
            import spaces

            decorate = spaces.GPU(duration=SECONDS_LENT)
        self.sampling: SamplingConfig = generator.sampling
        self.grid_size, self.largest_grid = generator.grid_size, generator.largest_grid
        self.image_size, self.detail = generator.image_size, generator.detail
        self.mask_id, self.has_ratio = generator.mask_id, generator.has_ratio
        self.drafts, self.read = generator.drafts, generator.read

        def draw(request: DrawRequest) -> Iterator[Preview]:
            for preview in generator.stream(request):
                yield preview.on_cpu()

        def encode(pixels: Tensor) -> Tensor:
            return generator.tokenizer.encode(pixels.to(generator.device)).cpu()

        def show(
            tokens: Tensor, grid_size: tuple[int, int] | None, details: Tensor | None
        ) -> list[Image]:
            details = None if details is None else details.to(generator.device)
            return generator.to_images(tokens.to(generator.device), grid_size, details)

        self._draw, self._encode, self._show = decorate(draw), decorate(encode), decorate(show)
        self.tokenizer = _Tokenizer(
            generator.tokenizer.codebook_size, generator.tokenizer.downsample_factor, self._encode
        )

    def stream(self, request: DrawRequest) -> Previews[Preview, None, None]:
        """See `ImageGenerator.stream`."""
        yield from self._draw(request)

    def to_images(
        self,
        tokens: Tensor,
        grid_size: tuple[int, int] | None = None,
        details: Tensor | None = None,
    ) -> list[Image]:
        """See `ImageGenerator.to_images`; decodes on a borrowed GPU."""
        return self._show(tokens, grid_size, details)


@dataclass(frozen=True)
class _Tokenizer:
    codebook_size: int
    downsample_factor: int
    encode: Callable[[Any], Any]
