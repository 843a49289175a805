"""Protocols `Generator` (draws pictures) and `Backend` (serves requests), and backend errors."""

from __future__ import annotations

from collections.abc import Generator as Previews
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from app.backends.schema import Json
from maskgil.prompts import NothingKnownError

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image
    from torch import Tensor

    from maskgil.pipelines.previews import Preview
    from maskgil.pipelines.request import DrawRequest, Prompts
    from maskgil.prompts import Reading
    from maskgil.sampling.config import SamplingConfig

SILENCE = 120.0  # seconds without a message after which a server counts as gone


class PixelTokenizer(Protocol):
    """The encoding half of a tokenizer, all that the page needs."""

    @property
    def codebook_size(self) -> int: ...

    @property
    def downsample_factor(self) -> int: ...

    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""


class Generator(Protocol):
    """A generator: an `ImageGenerator`, one on a ZeroGPU, or a remote one."""

    @property
    def device(self) -> torch.device | str:
        """The device of the callers' tensors."""

    @property
    def tokenizer(self) -> PixelTokenizer: ...

    @property
    def sampling(self) -> SamplingConfig: ...

    @property
    def grid_size(self) -> tuple[int, int]:
        """The usual grid of tokens (h, w)."""

    @property
    def largest_grid(self) -> tuple[int, int]:
        """The largest grid (h, w) drawn in one pass."""

    @property
    def detail(self) -> int:
        """Tokens of the second pass along the side of one token; 1 without a second pass."""

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width in pixels of a usual picture."""

    @property
    def mask_id(self) -> int: ...

    @property
    def has_ratio(self) -> bool:
        """Whether there is an autoregressive model, so that `ar_ratio` applies."""

    @property
    def drafts(self) -> bool:
        """Whether scenes are laid out as drafts before drawing."""

    def read(self, prompt: str) -> Reading:
        """What of `prompt` is drawn and what is left out. Raises NothingKnownError."""

    def stream(self, request: DrawRequest) -> Previews[Preview, None, None]:
        """See `ImageGenerator.stream`."""

    def generate(self, prompts: Prompts, **options: Any) -> list[Image]:
        """The pictures of `stream`, without previews; `options` are `DrawRequest`'s."""

    def understood(self, prompt: str) -> str:
        """The caption that the model is given for `prompt`; `prompt` where nothing is known."""

    def to_images(
        self,
        tokens: Tensor,
        grid_size: tuple[int, int] | None = None,
        details: Tensor | None = None,
    ) -> list[Image]:
        """Tokens (B, N) as pictures, with their details (B, D² · N) where there are any."""


class Streaming:
    """Methods derived from `stream` and `read`, for remote generators."""

    def generate(self: Generator, prompts: Prompts, **options: Any) -> list[Image]:
        """See `ImageGenerator.generate`."""
        from maskgil.pipelines.request import DrawRequest

        *_, last = self.stream(DrawRequest(prompts, previews=False, **options))
        return last.images

    def understood(self: Generator, prompt: str) -> str:
        """See `ImageGenerator.understood`."""
        try:
            return self.read(prompt).drawn
        except NothingKnownError:
            return prompt


class Gone(Exception):
    """A server is unreachable or silent; another one may still answer."""


class RemoteError(ConnectionError):
    """No server answered in time; the message is one line for the user."""


class Backend(Protocol):
    """Serves requests. Raises `Gone` if a server did not answer, ValueError for its refusal."""

    def ask(self, what: str, body: Json) -> Any:
        """The answer of `Replica.answer`."""

    def draw(self, body: Json) -> Iterator[Json]:
        """The messages of `Replica.draw`."""

    @property
    def at_once(self) -> int:
        """The number of requests to keep in flight."""
