"""Remote models: proxies of a generator, tokenizer and translator that run in replicas.

Drawing survives the death of a server: the same request and seeds give the same picture elsewhere,
so it is retried on another server and resumes after the last step seen. If none answers, local
models take over, where loaded.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from collections.abc import Generator as Previews
from contextlib import closing
from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import numpy as np

from app.backends import schema
from app.backends.lazy_model import KeptModel
from app.backends.protocol import Backend, Generator, Gone, RemoteError, Streaming
from app.config import VERSION

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from app.speech.transcriber import Transcript, Translator
    from app.speech.words.expected import Expectation
    from maskgil.pipelines.previews import Preview
    from maskgil.pipelines.request import DrawRequest
    from maskgil.prompts import Reading
    from maskgil.sampling.config import SamplingConfig

PATIENCE = 30.0  # deadline of retries, in seconds
PAUSE = 0.3  # seconds before the first retry, doubled each time


class _Retries:
    """Exponential back-off, for `PATIENCE` seconds from the first failure."""

    def __init__(self) -> None:
        self.answered()

    def answered(self) -> None:
        """Reset after an answer."""
        self._end, self._pause = 0.0, PAUSE

    def wait(self, reason: object) -> None:
        """Sleep before the next try. Raises RemoteError after the deadline."""
        now = monotonic()
        self._end = self._end or now + PATIENCE
        if now >= self._end:
            raise RemoteError(f"no drawing server answers: {reason}; please try again in a while")
        sleep(min(self._pause, self._end - now))
        self._pause *= 2


def _patiently(
    work: Callable[[], Any],
    own: KeptModel[Any] | None = None,
    instead: Callable[[Any], Any] | None = None,
) -> Any:
    """The result of `work`, retried while servers are gone. Raises RemoteError after the deadline.

    With a local fallback, `instead` is called at once.
    """
    retries = _Retries()
    while True:
        try:
            return work()
        except Gone as error:
            reason = error
        if own is not None and own.is_loaded and instead is not None:
            with own.turn:
                return instead(own())
        retries.wait(reason)


class RemoteTokenizer:
    """A remote tokenizer that encodes."""

    def __init__(
        self,
        backend: Backend,
        codebook_size: int,
        downsample_factor: int,
        own: KeptModel[Generator] | None = None,
    ) -> None:
        self._backend, self._own = backend, own
        self.codebook_size, self.downsample_factor = codebook_size, downsample_factor

    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""
        from maskgil.utils.images import to_bytes

        bytes_ = to_bytes(pixels).cpu().numpy()
        body = {"pixels": base64.b64encode(bytes_.tobytes()).decode(), "shape": bytes_.shape}

        def here(own: Generator) -> Tensor:
            return own.tokenizer.encode(pixels.to(own.device)).cpu()

        tokens: Tensor = _patiently(
            lambda: schema.tensor(self._backend.ask("encode", body)), self._own, here
        )
        return tokens


class RemoteGenerator(Streaming):
    """A remote `Generator`."""

    device = "cpu"

    def __init__(self, backend: Backend, own: KeptModel[Generator] | None = None) -> None:
        from maskgil.sampling.config import SamplingConfig

        self._backend, self._own = backend, own
        info = _patiently(lambda: backend.ask("info", {}))
        if info["wire"] != schema.VERSION:
            raise ValueError(
                f"the drawing server is of version {info['version']}, this page of {VERSION}; "
                "run the same version on both"
            )
        self.preset: str = info["preset"]
        self.grid_size: tuple[int, int] = tuple(info["grid_size"])
        self.image_size: tuple[int, int] = tuple(info["image_size"])
        self.detail: int = info["detail"]
        self.mask_id: int = info["mask_id"]
        self.sampling: SamplingConfig = SamplingConfig(**info["sampling"])
        self.has_ratio: bool = info["has_ratio"]
        self.drafts: bool = info["drafts"]
        self.largest_grid: tuple[int, int] = tuple(info["largest_grid"])
        self.tokenizer = RemoteTokenizer(
            backend, info["codebook_size"], info["downsample_factor"], own
        )

    def stream(self, request: DrawRequest) -> Previews[Preview, None, None]:
        """See `ImageGenerator.stream`; ValueError comes with the first preview."""
        request = replace(request, sampling=request.sampling or self.sampling)
        return self._previews(request)

    def _previews(self, request: DrawRequest) -> Previews[Preview, None, None]:
        body = schema.pack_request(request)
        seen, retries = 0, _Retries()
        while True:
            messages = self._backend.draw(body)
            try:
                for message in messages:
                    if "error" in message:
                        raise ValueError(message["error"])
                    if message["step"] > seen or message["stage"] == "done":
                        seen = message["step"]
                        retries.answered()
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
            if self._own is not None and self._own.is_loaded:
                yield from self._drawn_here(self._own, request, seen)
                return
            retries.wait(reason)

    def _drawn_here(
        self, own: KeptModel[Generator], request: DrawRequest, seen: int
    ) -> Previews[Preview, None, None]:
        """Continue locally after the step last `seen`, one step of one request at a time."""
        with closing(own().stream(request)) as stream:
            while True:
                with own.turn:
                    preview = next(stream, None)
                if preview is None:
                    return
                if preview.step > seen or preview.stage == "done":
                    yield preview.on_cpu()

    def read(self, prompt: str) -> Reading:
        """See `ImageGenerator.read`."""
        body = {"prompt": prompt}
        reading: Reading = _patiently(
            lambda: schema.unpack_reading(self._backend.ask("read", body)),
            self._own,
            lambda own: own.read(prompt),
        )
        return reading

    def to_images(
        self,
        tokens: Tensor,
        grid_size: tuple[int, int] | None = None,
        details: Tensor | None = None,
    ) -> list[Image]:
        """See `ImageGenerator.to_images`."""
        body = {
            "tokens": schema.pack(tokens.cpu().numpy()),
            "grid_size": grid_size,
            "details": None if details is None else schema.pack(details.cpu().numpy()),
        }

        def there() -> list[Image]:
            return [schema.unpack_image(text) for text in self._backend.ask("show", body)]

        def here(own: Generator) -> list[Image]:
            fine = None if details is None else details.to(own.device)
            return own.to_images(tokens.to(own.device), grid_size, fine)

        images: list[Image] = _patiently(there, self._own, here)
        return images


class RemoteTranslator:
    """A remote `Translator`."""

    def __init__(self, backend: Backend, own: KeptModel[Translator] | None = None) -> None:
        self._backend, self._own = backend, own

    def warm_up(self) -> None:
        """Nothing: the server has warmed up."""

    def transcribe(
        self,
        audio: np.ndarray,
        *,
        language: str | None = None,
        speaks: Sequence[str] = (),
        expected: Expectation | None = None,
    ) -> Transcript:
        """See `app.speech.transcriber.Translator.transcribe`; replicas hear without `expected`."""
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

        def here(own: Translator) -> Transcript | None:
            hear = own.partial if partial else own.transcribe
            return hear(audio, language=language, speaks=speaks)

        heard: Transcript | None = _patiently(
            lambda: schema.unpack_transcript(self._backend.ask("hear", body)), self._own, here
        )
        return heard
