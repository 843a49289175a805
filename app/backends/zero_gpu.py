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
    from maskgil.prompts import Reading
    from maskgil.sampling.config import SamplingConfig

SECONDS_LENT = 30  # GPU time requested for one drawing


class Lent(Streaming):
    """A generator on the CPU that moves to a borrowed GPU for each call.

    `decorate` is `spaces.GPU(…)`: the wrapped function runs in another process, so arguments and
    previews are pickled across.
    """

    def __init__(
        self, generator: ImageGenerator, decorate: Callable[[Any], Any] | None = None
    ) -> None:
        if decorate is None:
            import spaces

            decorate = spaces.GPU(duration=SECONDS_LENT)
        self._generator = generator

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
        self.tokenizer = _LentTokenizer(
            generator.tokenizer.codebook_size, generator.tokenizer.downsample_factor, self._encode
        )

    @property
    def device(self) -> str:
        """The device of the callers' tensors."""
        return "cpu"

    @property
    def sampling(self) -> SamplingConfig:
        return self._generator.sampling

    @property
    def grid_size(self) -> tuple[int, int]:
        return self._generator.grid_size

    @property
    def largest_grid(self) -> tuple[int, int]:
        return self._generator.largest_grid

    @property
    def detail(self) -> int:
        return self._generator.detail

    @property
    def image_size(self) -> tuple[int, int]:
        return self._generator.image_size

    @property
    def mask_id(self) -> int:
        return self._generator.mask_id

    @property
    def has_ratio(self) -> bool:
        return self._generator.has_ratio

    @property
    def drafts(self) -> bool:
        return self._generator.drafts

    def read(self, prompt: str) -> Reading:
        """See `ImageGenerator.read`."""
        return self._generator.read(prompt)

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
class _LentTokenizer:
    codebook_size: int
    downsample_factor: int
    encode: Callable[[Any], Any]
