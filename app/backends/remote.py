"""Remote models: generator, tokenizer and listener in replicas, used as if they were here.

A server that dies while it draws loses nothing: the same request, with the same seeds, gives the
same picture on another one, so it is asked again there and goes on from the step last seen.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from collections.abc import Generator as Previews
from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import numpy as np

from app.backends import schema
from app.backends.protocol import Backend, Gone, RemoteError, Streaming
from app.backends.schema import Json
from app.config import VERSION

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from app.speech.transcriber import Transcript
    from maskgil.pipelines.image_generator import Preview
    from maskgil.pipelines.request import DrawRequest
    from maskgil.prompts import Reading
    from maskgil.sampling.config import SamplingConfig

PATIENCE = 30.0  # seconds of trying before a request is given up
PAUSE = 0.3  # seconds before the second try, doubled for each one after


def _patiently(work: Callable[[], Any], wait: Callable[[float], None] = sleep) -> Any:
    """The answer of `work`, asked again while servers are gone. Raises RemoteError at last."""
    end, pause = monotonic() + PATIENCE, PAUSE
    while True:
        try:
            return work()
        except Gone as error:
            if monotonic() + pause > end:
                raise RemoteError(f"no drawing server answers: {error}") from error
        wait(pause)
        pause *= 2


class RemoteTokenizer:
    """The tokenizer's half that a page needs: pixels to tokens."""

    def __init__(self, backend: Backend, codebook_size: int, downsample_factor: int) -> None:
        self._backend = backend
        self.codebook_size, self.downsample_factor = codebook_size, downsample_factor

    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""
        from maskgil.utils.images import to_bytes

        bytes_ = to_bytes(pixels).cpu().numpy()
        body = {"pixels": base64.b64encode(bytes_.tobytes()).decode(), "shape": bytes_.shape}
        return schema.tensor(_patiently(lambda: self._backend.ask("encode", body)))


class RemoteGenerator(Streaming):
    """What a page uses of an `ImageGenerator`, drawn elsewhere."""

    device = "cpu"

    def __init__(self, backend: Backend) -> None:
        from maskgil.sampling.config import SamplingConfig

        self._backend = backend
        info = _patiently(lambda: backend.ask("info", {}))
        if info["wire"] != schema.VERSION:
            raise ValueError(
                f"the drawing server is of version {info['version']}, this page of {VERSION}; "
                "run the same version on both"
            )
        self.preset: str = info["preset"]
        self.grid_size: tuple[int, int] = tuple(info["grid_size"])
        self.image_size: tuple[int, int] = tuple(info["image_size"])
        self.mask_id: int = info["mask_id"]
        self.sampling: SamplingConfig = SamplingConfig(**info["sampling"])
        self.has_ratio: bool = info["has_ratio"]
        self.drafts: bool = info["drafts"]
        self.largest_grid: tuple[int, int] = tuple(info["largest_grid"])
        self.tokenizer = RemoteTokenizer(backend, info["codebook_size"], info["downsample_factor"])

    def stream(self, request: DrawRequest) -> Previews[Preview, None, None]:
        """See `ImageGenerator.stream`; ValueError comes with the first preview."""
        request = replace(request, sampling=request.sampling or self.sampling)
        return self._previews(schema.pack_request(request))

    def _previews(self, body: Json) -> Previews[Preview, None, None]:
        seen, end, pause = 0, monotonic() + PATIENCE, PAUSE
        while True:
            messages = self._backend.draw(body)
            try:
                for message in messages:
                    if "error" in message:
                        raise ValueError(message["error"])
                    if message["step"] > seen or message["stage"] == "done":
                        seen, end, pause = message["step"], monotonic() + PATIENCE, PAUSE
                        yield schema.unpack_preview(message)
                    if message["stage"] == "done":
                        return
                reason = "it stopped in the middle"
            except Gone as error:
                reason = str(error)
            finally:
                close = getattr(messages, "close", None)
                if close is not None:
                    close()
            if monotonic() + pause > end:
                raise RemoteError(f"no drawing server answers: {reason}")
            sleep(pause)
            pause *= 2

    def read(self, prompt: str) -> Reading:
        """See `ImageGenerator.read`."""
        body = {"prompt": prompt}
        return schema.unpack_reading(_patiently(lambda: self._backend.ask("read", body)))

    def to_images(self, tokens: Tensor, grid_size: tuple[int, int] | None = None) -> list[Image]:
        """See `ImageGenerator.to_images`."""
        body = {"tokens": schema.pack(tokens.cpu().numpy()), "grid_size": grid_size}
        images = _patiently(lambda: self._backend.ask("show", body))
        return [schema.unpack_image(text) for text in images]


class RemoteTranslator:
    """A `Translator` elsewhere."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def warm_up(self) -> None:
        """The server did that."""

    def transcribe(
        self, audio: np.ndarray, *, language: str | None = None, speaks: Sequence[str] = ()
    ) -> Transcript:
        """See `app.speech.transcriber.Translator.transcribe`."""
        heard = self._hear(audio, language, speaks, partial=False)
        assert heard is not None
        return heard

    def partial(
        self, audio: np.ndarray, *, language: str | None = None, speaks: Sequence[str] = ()
    ) -> Transcript | None:
        """See `app.speech.transcriber.Translator.partial`."""
        return self._hear(audio, language, speaks, partial=True)

    def _hear(
        self, audio: np.ndarray, language: str | None, speaks: Sequence[str], *, partial: bool
    ) -> Transcript | None:
        samples = np.ascontiguousarray(audio, dtype="<f4")
        body = {
            "samples": base64.b64encode(samples.tobytes()).decode(),
            "shape": samples.shape,
            "language": language,
            "speaks": list(speaks),
            "partial": partial,
        }
        return schema.unpack_transcript(_patiently(lambda: self._backend.ask("hear", body)))
