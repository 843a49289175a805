"""The generator on a Space's ZeroGPU: a GPU is borrowed for each drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from maskgil.pipelines.image_generator import ImageGenerator, Preview

SECONDS_LENT = 30  # what one drawing may take of a visitor's share of the GPU


class Lent:
    """A generator that draws on a GPU lent for one call at a time, and is on the CPU else.

    `decorate` is `spaces.GPU(…)`: what it wraps runs in a process of its own, so that arguments
    and previews are sent there and back.
    """

    def __init__(
        self, generator: ImageGenerator, decorate: Callable[[Any], Any] | None = None
    ) -> None:
        if decorate is None:
            import spaces

            decorate = spaces.GPU(duration=SECONDS_LENT)
        self._generator = generator

        def draw(prompts: Any, options: dict[str, Any]) -> Iterator[Preview]:
            for preview in generator.stream(prompts, **options):
                yield replace(preview, tokens=preview.tokens.cpu())

        def encode(pixels: Tensor) -> Tensor:
            return generator.tokenizer.encode(pixels.to(generator.device)).cpu()

        self._draw, self._encode = decorate(draw), decorate(encode)
        self.tokenizer = _LentTokenizer(
            generator.tokenizer.codebook_size, generator.tokenizer.downsample_factor, self._encode
        )

    @property
    def device(self) -> str:
        """Where callers' tensors lie."""
        return "cpu"

    def stream(self, prompts: Any, **options: Any) -> Iterator[Preview]:
        """See `ImageGenerator.stream`."""
        yield from self._draw(prompts, options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._generator, name)


@dataclass(frozen=True)
class _LentTokenizer:
    codebook_size: int
    downsample_factor: int
    encode: Callable[[Any], Any]
