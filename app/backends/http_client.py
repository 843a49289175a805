"""Models on other servers, used as if they were here: the generator, the tokenizer, the listener.

A server that dies while it draws loses nothing: the same request, with the same seeds, gives the
same picture on another one, so it is asked again there and goes on from the step last seen.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from app.backends import schema
from app.backends.protocol import CONNECT, SILENCE, Backend, Gone, RemoteError
from app.backends.schema import Drawing, Json
from app.config import VERSION

if TYPE_CHECKING:
    import httpx
    from PIL.Image import Image
    from torch import Tensor

    from app.speech.transcriber import Transcript
    from maskgil.pipelines.image_generator import Preview, Prompts
    from maskgil.sampling.config import SamplingConfig

BACKEND_VARIABLE = "MASKGIL_BACKEND"
PATIENCE = 30.0  # seconds of trying before a request is given up
PAUSE = 0.3  # seconds before the second try, doubled for each one after
REST = 5.0  # seconds a server that failed is asked last


@dataclass
class _Server:
    url: str
    client: httpx.Client
    busy: int = 0
    rests_until: float = 0.0


class HttpBackend:
    """Servers started with `python app.py --replica`, the least busy asked first."""

    def __init__(self, urls: Sequence[str]) -> None:
        import httpx

        timeout = httpx.Timeout(SILENCE, connect=CONNECT)
        limits = httpx.Limits(max_connections=None)
        self._servers = [
            _Server(check_url(url), httpx.Client(base_url=url, timeout=timeout, limits=limits))
            for url in urls
        ]
        if not self._servers:
            raise ValueError("no server named to draw")
        self._lock = threading.Lock()

    @property
    def at_once(self) -> int:
        return len(self._servers)

    def ask(self, what: str, body: Json) -> Any:
        import httpx

        server = self._take()
        try:
            client = server.client
            answer = client.post(f"/{what}", json=body) if body else client.get(f"/{what}")
            return _read(answer)["answer"]
        except (httpx.TransportError, httpx.InvalidURL) as error:
            self._rest(server)
            raise Gone(str(error)) from error
        except Gone:
            self._rest(server)
            raise
        finally:
            self._give_back(server)

    def draw(self, body: Json) -> Iterator[Json]:
        import httpx

        server = self._take()
        try:
            with server.client.stream("POST", "/draw", json=body) as answer:
                if answer.status_code != 200:
                    answer.read()
                    _read(answer)
                for line in answer.iter_lines():
                    yield json.loads(line)
        except (httpx.TransportError, json.JSONDecodeError) as error:
            self._rest(server)
            raise Gone(str(error)) from error
        except Gone:
            self._rest(server)
            raise
        finally:
            self._give_back(server)

    def _take(self) -> _Server:
        with self._lock:
            now = monotonic()
            server = min(self._servers, key=lambda s: (s.rests_until > now, s.busy))
            server.busy += 1
            return server

    def _give_back(self, server: _Server) -> None:
        with self._lock:
            server.busy -= 1

    def _rest(self, server: _Server) -> None:
        with self._lock:
            server.rests_until = monotonic() + REST


def check_url(url: str) -> str:
    """`url` if it is one of a server; ValueError in one line, which does not repeat a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        shown = url if "@" not in url else "what was given"
        raise ValueError(f"a backend is http://HOST:PORT or ray://APP, not {shown!r}")
    return url


def _read(answer: httpx.Response) -> Json:
    """The JSON of an answer; ValueError for a refusal, Gone for a server in trouble."""
    try:
        value = answer.json()
    except ValueError as error:
        raise Gone(f"status {answer.status_code}, no JSON") from error
    if answer.status_code == 401:
        raise RemoteError("the drawing server asks for a user and password")
    if answer.status_code == 400 and "error" in value:
        raise ValueError(value["error"])
    if answer.status_code != 200:
        raise Gone(f"status {answer.status_code}")
    return value


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
        bytes_ = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy()
        body = {"pixels": base64.b64encode(bytes_.tobytes()).decode(), "shape": bytes_.shape}
        return schema.tensor(_patiently(lambda: self._backend.ask("encode", body)))


class RemoteGenerator:
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
        self.source: str | None = "remote" if info["has_ratio"] else None
        self.tokenizer = RemoteTokenizer(backend, info["codebook_size"], info["downsample_factor"])

    @property
    def num_tokens(self) -> int:
        return self.grid_size[0] * self.grid_size[1]

    def stream(
        self,
        prompts: Prompts,
        *,
        seed: int | Sequence[int] = 0,
        sampling: SamplingConfig | None = None,
        given: Tensor | None = None,
        grid_size: tuple[int, int] | None = None,
        previews: bool = True,
        preview_every: int = 1,
    ) -> Generator[Preview, None, None]:
        """See `ImageGenerator.stream`; ValueError comes with the first preview."""
        rows = [prompts] if isinstance(prompts, str) else [str(prompt) for prompt in prompts]
        seeds = [seed] * len(rows) if isinstance(seed, int) else list(seed)
        request = Drawing(
            tuple(rows), tuple(seeds), sampling or self.sampling,
            None if given is None else given.cpu().numpy(), grid_size, previews, preview_every,
        )  # fmt: skip
        return self._previews(request.to_json())

    def _previews(self, body: Json) -> Generator[Preview, None, None]:
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

    def generate(self, prompts: Prompts, **options: Any) -> list[Image]:
        """The pictures of `stream`, without previews."""
        *_, last = self.stream(prompts, previews=False, **options)
        return last.images


class RemoteTranslator:
    """A `Translator` elsewhere."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def warm_up(self) -> None:
        """The server did that."""

    def transcribe(self, audio: np.ndarray, *, language: str | None = None) -> Transcript:
        """See `app.speech.transcriber.Translator.transcribe`."""
        heard = self._hear(audio, language, partial=False)
        assert heard is not None
        return heard

    def partial(self, audio: np.ndarray, *, language: str | None = None) -> Transcript | None:
        """See `app.speech.transcriber.Translator.partial`."""
        return self._hear(audio, language, partial=True)

    def _hear(self, audio: np.ndarray, language: str | None, *, partial: bool) -> Transcript | None:
        samples = np.ascontiguousarray(audio, dtype="<f4")
        body = {
            "samples": base64.b64encode(samples.tobytes()).decode(),
            "shape": samples.shape,
            "language": language,
            "partial": partial,
        }
        return schema.unpack_transcript(_patiently(lambda: self._backend.ask("hear", body)))


def named_in(environ: Mapping[str, str]) -> list[str]:
    """The backends an environment names, separated by commas."""
    return [name.strip() for name in environ.get(BACKEND_VARIABLE, "").split(",") if name.strip()]
