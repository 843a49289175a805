"""A server that draws and listens for other servers' pages: `python app.py --replica`.

No page and no queue: it does what it is asked, a step at a time, for as many as ask. Streams end
with the preview whose stage is "done"; a stream that does not was cut off and can be asked again.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from app.backends import schema
from app.backends.schema import Drawing, Json
from app.config import VERSION, AppConfig

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from app.server.options import Serving
    from app.speech.transcriber import WhisperTranslator
    from maskgil.pipelines.image_generator import ImageGenerator

MIB = 2**20
MAX_BODY = 16 * MIB  # two minutes of sound are 8


class Replica:
    """One set of models, and what others may ask of them. Safe to share between threads."""

    def __init__(self, config: AppConfig) -> None:
        from app.backends.factory import check_weights

        self.config = config
        check_weights(config)
        self._load = threading.RLock()
        self._work = threading.Lock()  # one step of one request at a time
        self._generator: ImageGenerator | None = None
        self._translator: WhisperTranslator | None = None

    @property
    def generator(self) -> ImageGenerator:
        from app.backends.factory import load_generator

        with self._load:
            if self._generator is None:
                self._generator = load_generator(self.config)
            return self._generator

    @property
    def translator(self) -> WhisperTranslator:
        from app.backends.factory import load_translator

        with self._load:
            if self._translator is None:
                self._translator = load_translator(self.config)
            return self._translator

    def warm_up(self) -> None:
        """Load everything."""
        self.generator.generate("a red apple")
        self.translator.warm_up()

    def info(self) -> Json:
        """What a page has to know of the generator before it draws."""
        generator = self.generator
        return {
            "version": VERSION,
            "wire": schema.VERSION,
            "preset": self.config.preset,
            "process": os.getpid(),
            "grid_size": generator.grid_size,
            "image_size": generator.image_size,
            "mask_id": generator.mask_id,
            "codebook_size": generator.tokenizer.codebook_size,
            "downsample_factor": generator.tokenizer.downsample_factor,
            "has_ratio": generator.source is not None,
            "sampling": schema.asdict(generator.sampling),
        }

    def draw(self, request: Drawing) -> Iterator[Json]:
        """Previews, the last with stage "done". Raises ValueError for what cannot be drawn."""
        import torch

        given = None if request.given is None else torch.from_numpy(request.given)
        with self._work:
            stream = self.generator.stream(
                list(request.prompts),
                seed=list(request.seeds),
                sampling=request.sampling,
                given=given,
                grid_size=request.grid_size,
                previews=request.previews,
                preview_every=request.preview_every,
            )
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

        scaled = torch.from_numpy(pixels.copy()).float() / 127.5 - 1
        with self._work:
            tokens = self.generator.tokenizer.encode(scaled.to(self.generator.device))
        return schema.pack(tokens.cpu().numpy())

    def hear(self, samples: np.ndarray, language: str | None, *, partial: bool) -> Json | None:
        """Samples (n,) float32 at 16 kHz to a transcript, or None while nothing was said."""
        translator = self.translator
        with self._work:
            if partial:
                return schema.pack_transcript(translator.partial(samples, language=language))
            return schema.pack_transcript(translator.transcribe(samples, language=language))

    def answer(self, what: str, body: Json) -> Json | None:
        """Everything but drawing: "info", "encode" or "hear". Raises ValueError."""
        if what == "info":
            return self.info()
        try:
            if what == "encode":
                return self.encode(_array(body, "pixels", "u1"))
            if what == "hear":
                samples = _array(body, "samples", "<f4").astype(np.float32)
                return self.hear(samples, body["language"], partial=bool(body["partial"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"that is no request to {what}: {error!r}") from error
        raise ValueError(f"unknown request {what!r}; valid: info, encode, hear")


def _array(body: Json, name: str, dtype: str) -> np.ndarray:
    data = np.frombuffer(base64.b64decode(body[name], validate=True), dtype=dtype)
    return data.reshape([int(side) for side in body["shape"]])


def build_server(replica: Replica, serving: Serving) -> Starlette:
    """The HTTP side: /health, /info, /encode, /hear answer JSON, /draw lines of it."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
    from starlette.routing import Route

    from app.server.middleware import Guard, Rules

    account = serving.account

    def stranger(request: Request) -> Response | None:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if account is None:
            return None
        try:
            user, _, password = base64.b64decode(secret).decode().partition(":")
        except ValueError:
            user = password = ""
        if scheme.lower() == "basic" and account.fits(user, password):
            return None
        return JSONResponse({"error": "user and password needed"}, 401)

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def answer(request: Request) -> Response:
        if refusal := stranger(request):
            return refusal
        try:
            body = json.loads(await request.body() or b"{}")
            what = request.url.path.strip("/")
            return JSONResponse({"answer": await run_in_threadpool(replica.answer, what, body)})
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)

    async def draw(request: Request) -> Response:
        if refusal := stranger(request):
            return refusal
        try:
            drawing = Drawing.from_json(json.loads(await request.body()))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)

        def lines() -> Iterator[str]:
            try:
                for message in replica.draw(drawing):
                    yield json.dumps(message) + "\n"
            except ValueError as error:
                yield json.dumps({"error": str(error)}) + "\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    rules = Rules(body=MAX_BODY, requests=0, logins=0, connections=1000)
    return Starlette(
        routes=[
            Route("/health", health),
            Route("/info", answer),
            Route("/encode", answer, methods=["POST"]),
            Route("/hear", answer, methods=["POST"]),
            Route("/draw", draw, methods=["POST"]),
        ],
        middleware=[Middleware(Guard, rules=rules)],
    )


def serve(config: AppConfig, serving: Serving) -> None:
    """Load the models, then answer until Ctrl-C. Raises OSError when the port is taken."""
    import socket

    import uvicorn

    replica = Replica(config)
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((serving.host.strip("[]"), serving.port))
        replica.warm_up()
        print(f"drawing for others at http://{serving.host}:{serving.port}", flush=True)
        settings: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 5}
        server = uvicorn.Server(uvicorn.Config(build_server(replica, serving), **settings))
        server.run(sockets=[taken])
