"""Replica: the server side of remote models, one set of models behind Ray Serve.

A complete stream ends with the preview of stage "done"; any other was cut off and can be retried.
"""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.backends import schema
from app.backends.lazy_model import LazyModel
from app.backends.local import check_weights, load_generator, load_translator
from app.backends.protocol import Generator
from app.backends.schema import Json
from app.config import VERSION, AppConfig

if TYPE_CHECKING:
    from app.speech.transcriber import WhisperTranslator
    from maskgil.pipelines.request import DrawRequest


class Replica:
    """One set of models and its requests. Thread-safe."""

    def __init__(self, config: AppConfig) -> None:
        self.config = config
        check_weights(config)
        self._work = threading.Lock()  # one step of one request at a time
        self._generator = LazyModel(lambda: load_generator(config))
        self._translator = LazyModel(lambda: load_translator(config))

    @property
    def generator(self) -> Generator:
        return self._generator()

    @property
    def translator(self) -> WhisperTranslator:
        return self._translator()

    def warm_up(self) -> None:
        """Load everything."""
        self.generator.generate("a red apple")
        self.translator.warm_up()

    def info(self) -> Json:
        """The generator's properties that a page needs before drawing."""
        generator = self.generator
        return {
            "version": VERSION,
            "wire": schema.VERSION,
            "preset": self.config.preset,
            "process": os.getpid(),
            "grid_size": generator.grid_size,
            "image_size": generator.image_size,
            "detail": generator.detail,
            "mask_id": generator.mask_id,
            "codebook_size": generator.tokenizer.codebook_size,
            "downsample_factor": generator.tokenizer.downsample_factor,
            "has_ratio": generator.has_ratio,
            "drafts": generator.drafts,
            "largest_grid": generator.largest_grid,
            "sampling": schema.asdict(generator.sampling),
        }

    def draw(self, request: DrawRequest) -> Iterator[Json]:
        """Previews, the last of stage "done". Raises ValueError for an invalid request."""
        with self._work:
            stream = self.generator.stream(request)
        try:
            while True:
                with self._work:
                    preview = next(stream, None)
                if preview is None:
                    return
                yield schema.pack_preview(preview)
        finally:
            stream.close()

    def encode(self, pixels: np.ndarray) -> Json:
        """Pixels (1, 3, H, W) uint8 to packed tokens (1, h, w)."""
        import torch

        from maskgil.utils.images import from_bytes

        scaled = from_bytes(torch.from_numpy(pixels.copy()))
        with self._work:
            tokens = self.generator.tokenizer.encode(scaled.to(self.generator.device))
        return schema.pack(tokens.cpu().numpy())

    def read(self, prompt: str) -> Json:
        """The reading of `prompt`; NothingKnownError becomes a message."""
        return schema.pack_reading(self.generator.read, prompt)

    def show(
        self,
        tokens: np.ndarray,
        grid_size: tuple[int, int] | None,
        details: np.ndarray | None = None,
    ) -> list[str]:
        """Tokens (B, N) as packed pictures, with their details (B, D² · N)."""
        import torch

        with self._work:
            device = self.generator.device
            fine = None if details is None else torch.from_numpy(details).to(device)
            images = self.generator.to_images(torch.from_numpy(tokens).to(device), grid_size, fine)
        return [schema.pack_image(image) for image in images]

    def hear(
        self,
        samples: np.ndarray,
        language: str | None,
        speaks: Sequence[str] = (),
        *,
        partial: bool,
    ) -> Json | None:
        """Samples (n,) float32 at 16 kHz to a transcript, None without speech."""
        translator = self.translator
        with self._work:
            hear = translator.partial if partial else translator.transcribe
            return schema.pack_transcript(hear(samples, language=language, speaks=speaks))

    def answer(self, what: str, body: Json) -> Any:
        """The answer to "info", "read", "show", "encode" or "hear". Raises ValueError."""
        if what == "info":
            return self.info()
        try:
            if what == "read":
                return self.read(str(body["prompt"]))
            if what == "show":
                fine = body.get("details")
                details = None if fine is None else schema.unpack(fine)
                grid_size = schema.grid_of(body["grid_size"])
                return self.show(schema.unpack(body["tokens"]), grid_size, details)
            if what == "encode":
                return self.encode(_array(body, "pixels", "u1"))
            if what == "hear":
                samples = _array(body, "samples", "<f4").astype(np.float32)
                speaks = [str(code) for code in body.get("speaks", ())]
                return self.hear(samples, body["language"], speaks, partial=bool(body["partial"]))
        except (KeyError, TypeError, IndexError, AttributeError, RuntimeError) as error:
            raise ValueError(f"that is no request to {what}: {error!r}") from error
        raise ValueError(f"unknown request {what!r}; valid: info, read, show, encode, hear")


def _array(body: Json, name: str, dtype: str) -> np.ndarray:
    data = np.frombuffer(base64.b64decode(body[name], validate=True), dtype=dtype)
    return data.reshape([int(side) for side in body["shape"]])
