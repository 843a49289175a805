"""Running as a Hugging Face Space: what it is called, which hardware it has, and its decorator."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from maskgil.pipelines.image_generator import ImageGenerator, Preview

SECONDS_LENT = 30  # what one drawing may take of a visitor's share of the GPU
PROXIES = "10.0.0.0/8"  # a Space is reached through its host's proxies alone
PRESET_VARIABLE = "MASKGIL_PRESET"
HOST_VARIABLE = "GRADIO_SERVER_NAME"
LOCAL, EVERYWHERE = "127.0.0.1", "0.0.0.0"


def is_space(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this process runs as a Space."""
    return bool(environ.get("SPACE_ID"))


def is_zero_gpu(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether GPUs are lent for one call at a time (ZeroGPU)."""
    return environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "true", "yes")


def usual_host(environ: Mapping[str, str] = os.environ) -> str:
    """The address to serve on where none was asked for: everybody's on a Space, else our own."""
    return environ.get(HOST_VARIABLE) or (EVERYWHERE if is_space(environ) else LOCAL)


def usual_preset(environ: Mapping[str, str] = os.environ) -> str:
    """The preset where none was asked for: nano, which needs neither a GPU nor the hub.

    On ZeroGPU, where diffusers is installed too, photo.
    """
    if environ.get(PRESET_VARIABLE):
        return environ[PRESET_VARIABLE]
    return "photo" if is_zero_gpu(environ) and find_spec("diffusers") else "nano"


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """On a Space: take visitors' addresses from its host's proxies, and let ZeroGPU in.

    ZeroGPU's library has to be imported before torch is.
    """
    if is_space(environ):
        environ.setdefault("FORWARDED_ALLOW_IPS", f"127.0.0.1,{PROXIES}")
    if is_zero_gpu(environ):
        import spaces  # noqa: F401


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
