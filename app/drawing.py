"""The drawing half of the pipeline: text -> a stream of previews -> the picture.

One instance serves many threads; closing an iterator cancels its work.
"""

from __future__ import annotations

import threading
from collections.abc import Generator as Iterating
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import replace
from functools import partial
from math import log
from time import perf_counter
from typing import TYPE_CHECKING, Any

from app.backends.factory import work_lock
from app.backends.lazy_model import LazyModel
from app.backends.occupied import Occupied
from app.config import AppConfig
from app.imaging.eta import LatencyEstimator
from app.imaging.settings import DrawSettings, SettingsError, clean_prompt
from app.types import PictureRequest, Result, Seconds, Update
from maskgil.prompts import Reading

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image
    from torch import Tensor

    from app.backends.protocol import Generator
    from app.imaging.canvas import Canvas, Grid
    from app.imaging.outpaint import Window
    from maskgil.pipelines.previews import Preview

Updates = Iterating[Update, None, None]
Previews = Iterating["Preview", None, None]
SKETCH_STEPS = 3  # of the live preview


class TextToImage:
    """Text in, picture out. Safe to share between threads."""

    def __init__(self, config: AppConfig) -> None:
        self.config = config
        self._work_lock = work_lock(config)  # held for one decoding step
        self._occupied = Occupied()  # foreground work
        self._generator = LazyModel(self._load_generator)
        self.eta = LatencyEstimator()

    @property
    def generator(self) -> Generator:
        return self._generator()

    def _load_generator(self) -> Generator:
        from app.backends.factory import load_generator

        self.check_weights()
        return load_generator(self.config)

    def _take_load_seconds(self) -> float:
        """Seconds of loading not reported yet."""
        return self._generator.take_seconds()

    def check_weights(self) -> None:
        """Raise ValueError if the generator's weights are missing, without loading anything."""
        from app.backends.factory import check_weights

        check_weights(self.config)

    @property
    def has_ratio(self) -> bool:
        """Whether `ar_ratio` applies: the generator has an autoregressive model."""
        return self.generator.has_ratio

    @property
    def usual(self) -> DrawSettings:
        """The preset's default settings."""
        return DrawSettings(steps=self.config.steps, guidance=self.config.guidance)

    def settled(self, settings: DrawSettings) -> DrawSettings:
        """`settings` completed by the preset's defaults."""
        if settings.guidance is not None:
            return settings
        return replace(settings, guidance=self.config.guidance)

    def reading(self, prompt: str) -> Reading:
        """The caption drawn for `prompt`, and the words left out.

        Raises `NothingKnownError` if the model knows no word of it.
        """
        return self.generator.read(prompt)

    def sizes(self) -> list[Grid]:
        """Grids (rows, columns) the generator draws, the usual one first."""
        from app.imaging.sizes import sizes_of

        return sizes_of(self.generator)

    def draws_at_once(self, grid: Grid | None) -> bool:
        """Whether pictures of `grid` (None: the usual one) are drawn in one pass and in batches."""
        from app.imaging.sizes import fits

        return grid is None or fits(grid, self.generator.largest_grid)

    def expect(
        self, settings: DrawSettings, count: int = 1, grid: Grid | None = None
    ) -> float | None:
        """Estimated seconds for `count` pictures of `grid`, None if unknown."""
        from app.imaging.outpaint import windows_of

        if grid is None:
            return self.eta.expect(settings, count)
        usual = self.generator.grid_size
        if not self.draws_at_once(grid):
            each = self.eta.expect(settings)
            windows = 1 if self.generator.drafts else len(windows_of(grid, usual))
            return None if each is None else each * count * windows
        seconds = self.eta.expect(settings, count)
        larger = grid[0] * grid[1] / (usual[0] * usual[1])
        return None if seconds is None else seconds * larger

    def read(self, image: Image, prompt: str, grid: Grid | None = None) -> Canvas:
        """An uploaded picture as a canvas: its middle, in the nearest shape.

        `grid`: use this shape instead.
        """
        from app.imaging.canvas import Canvas
        from app.imaging.png import crop
        from maskgil.pipelines.second_pass import as_details, coarse_grid

        shape = image.width / image.height
        if grid is None:
            grid = min(self.sizes(), key=lambda grid: abs(log(shape * grid[0] / grid[1])))
        image = crop(image, grid)
        canvas = Canvas(prompt, self._tokens_of(image, grid), grid, original=image)
        detail = self.generator.detail
        if detail == 1:
            return canvas
        codes = _tensor(self._tokens_of(image, coarse_grid(grid, detail)))[None]
        return replace(canvas, details=as_details(codes, grid, detail)[0].numpy())

    def widen(self, canvas: Canvas, grid: Grid) -> tuple[Canvas, np.ndarray]:
        """`canvas` centred in another shape, and the cells (h, w) to outpaint.

        A smaller shape keeps its middle, with no cells to draw.
        """
        import numpy as np

        from app.imaging.canvas import fitted
        from app.imaging.outpaint import placed
        from app.imaging.sizes import fits

        if canvas.original is None:
            return placed(canvas, grid)
        if fits(grid, canvas.grid):
            return self.read(canvas.original, canvas.prompt, grid), np.zeros(grid, bool)
        return fitted(canvas.original, canvas.grid, grid, self._tokens_of, canvas.prompt)

    def _shown(
        self, tokens: np.ndarray, details: np.ndarray | None = None, *, grid: Grid
    ) -> list[Image]:
        """Decode tokens (N,) of a `grid`, with details (D² · N,), to a picture."""
        shown = _tensor(tokens)[None].to(self.generator.device)
        fine = None if details is None else _tensor(details)[None].to(self.generator.device)
        return self.generator.to_images(shown, grid, fine)

    def picture_of(self, tokens: np.ndarray, details: np.ndarray | None = None) -> Image:
        """Tokens (h, w) and their details (D² · N,) as a picture of the preset's size."""
        rows, columns = tokens.shape
        with self._work_lock:
            image = self._shown(tokens.ravel(), details, grid=(rows, columns))[0]
        return self._finished(image, (rows, columns))

    def _finished(self, image: Image, grid: Grid) -> Image:
        """A picture of a `grid`, upscaled to the preset's scale."""
        from app.imaging.upscale import enlarge

        size = round(self.config.picture_size * max(grid) / max(self.generator.grid_size))
        return enlarge(image, size, sharpen=self.config.sharp_edges)

    def _tokens_of(self, image: Image, grid: Grid) -> np.ndarray:
        """The tokens (N,) of a picture scaled to `grid`."""
        with self._work_lock:
            return self._encoded(image, grid)

    def _encoded(self, image: Image, grid: Grid) -> np.ndarray:
        """The same, with the lock held."""
        from maskgil.utils.images import to_pixels

        factor = self.generator.tokenizer.downsample_factor
        pixels = to_pixels(image, (grid[0] * factor, grid[1] * factor))  # (1, 3, H, W)
        tokens = self.generator.tokenizer.encode(pixels.to(self.generator.device))
        return tokens.flatten().cpu().numpy()

    def paint(self, request: PictureRequest) -> Updates:
        """Draw `request`; yields updates for display, the last one with the results.

        The lock is held for one step at a time, so several callers interleave. Raises
        `NothingKnownError` if the model knows no word of the prompt, and `SettingsError`.
        """
        reading = self.reading(request.prompt)  # loads the models on first use
        started = perf_counter()
        request = replace(request, settings=self.settled(request.settings))
        stream = self._stream(request)
        return self._updates(request, reading, stream, perf_counter() - started)

    def _updates(
        self, request: PictureRequest, reading: Reading, stream: Previews, took: float
    ) -> Updates:
        """`took`: seconds until `stream` was ready."""
        started = perf_counter() - took
        shape = request.shape or self.generator.grid_size
        with self._occupied.at_work(), closing(stream):
            while (preview := self._next(stream)) is not None:
                steps = preview.step, preview.num_steps
                images = tuple(request.kept(image) for image in preview.images)
                if preview.stage != "done":
                    tokens = preview.tokens.view(-1, *shape)  # (n, h, w)
                    written = (tokens != self.generator.mask_id).cpu().numpy()
                    yield Update("drawing", request.heard, *steps, images, written)
                    continue
                seconds = self._seconds(request, perf_counter() - started)
                results = self._results(request, reading, images, preview, seconds)
                yield Update("done", request.heard, *steps, images, None, results)

    def _next(self, stream: Previews) -> Preview | None:
        """The next step of a drawing, None at its end."""
        with self._work_lock:
            return next(stream, None)

    def _stream(
        self, request: PictureRequest, *, previews: bool = True, detailed: bool = True
    ) -> Previews:
        """The generator's previews of `request`, with complete settings."""
        from app.imaging.extension import draw_extended, falls
        from app.imaging.outpaint import draw_wide
        from app.imaging.sizes import fits
        from maskgil.pipelines.request import DrawRequest

        generator, settings, grid = self.generator, request.settings, request.shape
        given = request.given(generator.mask_id)
        drawing = DrawRequest(
            [request.prompt] * request.count,
            settings.seeds(request.count),
            settings.sampling(generator.sampling),
            None if given is None else _tensor(given),
            grid,
            previews,
            part=request.part,
            arrangement=request.arrangement,
            draft=_optional(request.draft),
            behind=_tensor(request.canvas.tokens) if request.over and request.canvas else None,
            detailed=detailed,
            given_details=_optional(None if given is None else request.given_details),
        )
        if grid is None or fits(grid, generator.largest_grid):
            return generator.stream(drawing)
        if request.count > 1:
            raise SettingsError("pictures of this shape are drawn one at a time")
        window = replace(drawing, grid_size=None, previews=False, pictures=False)

        def draw(
            caption: str, tokens: np.ndarray, part: str | None, draft: np.ndarray | None
        ) -> Previews:
            each = replace(window, prompts=[caption], given=_tensor(tokens), part=part)
            return generator.stream(replace(each, draft=_optional(draft), given_details=None))

        wide: dict[str, Any] = {
            "usual": generator.grid_size, "mask_id": generator.mask_id, "part": request.part,
            "draft": request.draft, "share": self.config.preview_share if previews else 0.0,
            "details": None if given is None else request.given_details,
        }  # fmt: skip
        show = partial(self._shown, grid=grid)
        if generator.drafts and (given is None or request.around):
            extend = partial(self._extended, grid, weather=falls(request.prompt))
            return draw_extended(draw, show, extend, request.prompt, given, grid, **wide)
        return draw_wide(draw, show, request.prompt, given, grid, around=request.around, **wide)

    def _extended(
        self, grid: Grid, tokens: np.ndarray, window: Window, *, weather: bool
    ) -> np.ndarray:
        """Extend the tokens of a window (h, w) over the whole `grid` (h, w)."""
        import numpy as np
        from PIL import Image

        from app.imaging.extension import extended

        rows, columns = tokens.shape
        picture = self._shown(tokens.ravel(), grid=(rows, columns))[0]
        whole = extended(np.asarray(picture.convert("RGB")), window, grid, weather=weather)
        return self._encoded(Image.fromarray(whole), grid).reshape(grid)

    def _seconds(self, request: PictureRequest, drew: float) -> Seconds:
        """The timings of `request`; usual pictures update the ETA estimator."""
        if request.canvas is None and request.grid in (None, self.generator.grid_size):
            self.eta.learn(request.settings, request.count, drew)
        listened = request.heard.transcript.seconds if request.heard else 0.0
        load = self._take_load_seconds()
        return Seconds(listened, drew, load + listened + drew, load)

    def _results(
        self, request: PictureRequest, reading: Reading, images: tuple[Image, ...],
        preview: Preview, seconds: Seconds,
    ) -> tuple[Result, ...]:  # fmt: skip
        """Finished pictures at the preset's size, each with its canvas."""
        from app.glossary.typed import in_their_words
        from app.imaging.canvas import Canvas

        settings, prompt = request.settings, request.prompt
        shape = request.shape or self.generator.grid_size
        foreign = request.canvas is not None and request.canvas.original is not None
        heard = request.heard
        is_typed = heard is not None and heard.prompt == prompt
        left_out = reading.left_out
        if heard is not None and is_typed:
            theirs = in_their_words(left_out, heard.told)
            left_out = tuple(dict.fromkeys((*theirs, *heard.unknown)))
        results = []
        seeds, last = settings.seeds(request.count), preview.on_cpu()
        for number, (seed, image) in enumerate(zip(seeds, images, strict=True)):
            picture = request.kept(self._finished(image, shape))
            canvas = Canvas(
                prompt, last.tokens[number].numpy(), shape, picture if foreign else None,
                request.part or None, seed if request.arrangement is None else request.arrangement,
                None if request.canvas is None else request.canvas.ground,
                None if last.details is None else last.details[number].numpy(),
            )  # fmt: skip
            results.append(
                Result(
                    prompt, picture, replace(settings, seed=seed), seconds, self.config.preset,
                    reading.drawn, left_out, reading.replaced, heard, canvas,
                )
            )  # fmt: skip
        return tuple(results)

    def sketch(self, prompt: str, seed: int = 0, grid: Grid | None = None) -> Image:
        """A fast preview at the generator's own scale: ratio 0, few steps.

        On a `grid` too large for one pass the middle is drawn so and, for models without scenes,
        the rest in a single step. Raises `NothingKnownError` if the model knows no word of
        `prompt`.
        """
        from app.imaging.canvas import Canvas

        prompt = clean_prompt(prompt)
        self.reading(prompt)
        settings = self.settled(DrawSettings(steps=SKETCH_STEPS, seed=seed))
        whole = self.draws_at_once(grid) or self.generator.drafts
        request = PictureRequest(prompt, settings, grid=grid if whole else None)
        last, _ = self._drawn(request, previews=False, detailed=False)
        if not whole and grid is not None:
            canvas = Canvas(prompt, last.tokens[0].cpu().numpy(), self.generator.grid_size)
            wider, marked = self.widen(canvas, grid)
            beside = replace(request, settings=replace(settings, steps=1), canvas=wider,
                             marked=marked, part="", around=True)  # fmt: skip
            last, _ = self._drawn(beside, previews=False, detailed=False)
        return last.images[0]

    def _drawn(
        self,
        request: PictureRequest,
        *,
        previews: bool = True,
        detailed: bool = True,
        cancelled: threading.Event | None = None,
    ) -> tuple[Preview, float]:
        """The last preview of a drawing, and its computing time without waiting.

        Raises CancelledError at the next step once it is `cancelled`.
        """
        seconds = 0.0
        with closing(self._stream(request, previews=previews, detailed=detailed)) as stream:
            while True:
                if cancelled is not None and cancelled.is_set():
                    raise CancelledError
                with self._work_lock:
                    started = perf_counter()
                    preview = next(stream)
                    seconds += perf_counter() - started
                if preview.stage == "done":
                    return preview, seconds


def _tensor(tokens: np.ndarray) -> Tensor:
    import torch

    return torch.from_numpy(tokens)


def _optional(tokens: np.ndarray | None) -> Tensor | None:
    return None if tokens is None else _tensor(tokens)
