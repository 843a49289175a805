"""Audio -> transcript -> prompt -> a stream of previews -> the picture.

`SpeechToImage` owns the models. They load on first use (or in the background after `warm_up`), one
instance serves many threads, and closing an iterator stops the work it stands for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator as Previews
from contextlib import suppress
from dataclasses import replace
from math import log
from time import perf_counter
from typing import TYPE_CHECKING

from app.backends.factory import work_lock
from app.backends.lazy_model import LazyModel
from app.config import AppConfig
from app.imaging.eta import LatencyEstimator
from app.imaging.settings import DrawSettings, SettingsError, clean_prompt
from app.types import Heard, Result, Seconds, SilenceError, Update
from maskgil.prompts import Reading

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image
    from torch import Tensor

    from app.backends.protocol import Generator
    from app.glossary.repair import Glossary, Repair
    from app.imaging.canvas import Canvas, Grid
    from app.speech.audio import Source
    from app.speech.transcriber import Transcript, Translator
    from maskgil.pipelines.image_generator import Preview

__all__ = [
    "DrawSettings",
    "Heard",
    "Result",
    "SettingsError",
    "SilenceError",
    "SpeechToImage",
    "Update",
]

logger = logging.getLogger(__name__)

SKETCH_STEPS = 3  # of the fast preview drawn while somebody speaks


class SpeechToImage:
    """Speech in, picture out. Safe to share between threads."""

    def __init__(self, config: AppConfig) -> None:
        self.config = config
        # One step of one drawing, and one recording, at a time; each has its share of the threads.
        self._work_lock, self._listen_lock = work_lock(config), work_lock(config)
        self._translator = LazyModel(self._load_translator)
        self._glossary = LazyModel(_load_glossary)
        self._generator = LazyModel(self._load_generator)
        self._warm = threading.Event()
        self._failure: Exception | None = None
        self.pace = LatencyEstimator()

    @property
    def translator(self) -> Translator:
        return self._translator()

    @property
    def glossary(self) -> Glossary:
        return self._glossary()

    @property
    def generator(self) -> Generator:
        return self._generator()

    def _load_translator(self) -> Translator:
        from app.backends.factory import load_translator

        return load_translator(self.config)

    def _load_generator(self) -> Generator:
        from app.backends.factory import load_generator

        self.check_weights()
        return load_generator(self.config)

    def _load_ahead(self) -> None:
        """Load in the background what draws, while somebody is listened to."""

        def load() -> None:
            with suppress(Exception):  # whoever draws meets it again, and tells
                self._generator()

        if not self._generator.is_loaded:
            threading.Thread(target=load, name="load-ahead").start()

    def _take_load_seconds(self) -> float:
        """Seconds of loading that nobody was told of yet; what was loaded at once counts once."""
        models = (self._translator, self._glossary, self._generator)
        return max(model.take_seconds() for model in models)

    def check_weights(self) -> None:
        """Raise ValueError when the generator's weights are missing, before anything is loaded."""
        from app.backends.factory import check_weights

        check_weights(self.config)

    def warm_up(self) -> threading.Thread:
        """Load every model and run each once, in a background thread; `wait_until_warm` reports."""
        thread = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)
        thread.start()
        return thread

    def wait_until_warm(self, timeout: float | None = None) -> bool:
        """True once warm; False after `timeout` seconds. Raises what loading raised."""
        warm = self._warm.wait(timeout)
        if self._failure is not None:
            raise self._failure
        return warm

    @property
    def is_warm(self) -> bool:
        """Whether every model is there."""
        return self._warm.is_set() and self._failure is None

    def _warm_up(self) -> None:
        try:
            for _ in self.draw("a red apple", DrawSettings(steps=1)):
                pass
            translator = self.translator
            with self._listen_lock:
                translator.warm_up()
            self.glossary.repair("", "", "en")
            self._take_load_seconds()  # nobody waited for them
        except Exception as error:  # told to whoever waits
            logger.debug("warm-up failed", exc_info=True)
            self._failure = error
            return
        finally:
            self._warm.set()
        try:
            self.pace.calibrate(self._time, DrawSettings().steps, hybrid=self.has_ratio)
        except Exception:  # the page then shows no seconds
            logger.warning("the speed of drawing could not be measured", exc_info=True)

    def _time(self, settings: DrawSettings, count: int) -> float:
        """Seconds that drawing computes, waiting for others left out."""
        return sum(
            seconds for _, seconds in self._steps("a cat and an apple", settings, count=count)
        )

    @property
    def has_ratio(self) -> bool:
        """Whether the generator has an autoregressive half, so that `ar_ratio` means something."""
        return self.generator.has_ratio

    def listen(self, audio: Source, *, language: str | None = None) -> Heard:
        """Hear what is said in `audio` (a path, or rate and samples) and make a prompt of it.

        `language` is an ISO 639-1 code, None to detect it. Raises `AudioError` for what cannot be
        read, `SpeechError` for an unknown language, `SilenceError` when nobody speaks,
        `UnclearLanguageError` when the language is in doubt and nothing to draw was understood.
        """
        from app.languages import check_language
        from app.speech.audio import read_sound

        if language is not None:
            language = check_language(language)
        sound = read_sound(audio, max_seconds=self.config.max_seconds)
        self._load_ahead()
        translator = self.translator
        with self._listen_lock:
            transcript = translator.transcribe(sound.samples, language=language)
        if transcript.is_empty:
            raise SilenceError("no speech heard; speak a little louder or closer, and try again")
        return Heard(transcript, self._repaired(transcript), (*sound.notes, *transcript.notes))

    def _repaired(self, transcript: Transcript) -> Repair:
        """The prompt of what was said, each part by the words of its language."""
        from app.glossary.repair import Repair

        parts = transcript.in_languages
        repairs = [self.glossary.repair(p.text, p.translation, p.language) for p in parts]
        return Repair.joined(repairs)

    def listen_live(self, samples: np.ndarray, language: str | None = None) -> Heard | None:
        """Hear what was said so far: samples (n,) float32 at 16 kHz, of which the newest count.

        Made to be asked about every second (`Translator.partial`). None while nobody has said
        anything. Raises `SpeechError` for an unknown language.
        """
        translator = self.translator
        with self._listen_lock:
            transcript = translator.partial(samples, language=language)
        if transcript is None or transcript.is_empty:
            return None
        return Heard(transcript, self._repaired(transcript))

    def sketch(self, prompt: str, seed: int = 0) -> Image:
        """A fast picture at the generator's own size: ratio 0, few steps.

        Raises `NothingKnownError` where the model knows nothing of `prompt`.
        """
        self.reading(prompt)
        settings = DrawSettings(steps=SKETCH_STEPS, seed=seed)
        *_, last = self.draw(prompt, settings, previews=False)
        return last.images[0]

    def settled(self, settings: DrawSettings) -> DrawSettings:
        """`settings` with the preset's own values where none were asked for."""
        if settings.guidance is not None:
            return settings
        return replace(settings, guidance=self.config.guidance)

    def read(self, image: Image, prompt: str) -> Canvas:
        """A picture from elsewhere as something to draw on: its middle, in the nearest shape."""
        from app.imaging.canvas import Canvas
        from app.imaging.png import crop

        shape = image.width / image.height
        grid = min(self.sizes(), key=lambda grid: abs(log(shape * grid[0] / grid[1])))
        image = crop(image, grid)
        return Canvas(prompt, self._tokens_of(image, grid), grid, original=image)

    def sizes(self) -> list[Grid]:
        """Grids (rows, columns) the generator draws, the usual one first."""
        from app.imaging.sizes import sizes_of

        return sizes_of(self.generator)

    def widen(self, canvas: Canvas, grid: Grid) -> tuple[Canvas, np.ndarray]:
        """`canvas` in the middle of another shape, and the cells (h, w) to draw around it."""
        from app.imaging.canvas import fitted
        from app.imaging.outpaint import placed
        from app.imaging.sizes import fits

        if fits(canvas.grid, grid) and canvas.original is None:
            return placed(canvas, grid)
        image = canvas.original or self.shown(canvas.tokens, canvas.grid)[0]
        return fitted(image, canvas.grid, grid, self._tokens_of, canvas.prompt)

    def shown(self, tokens: np.ndarray, grid: Grid) -> list[Image]:
        """Tokens (N,) of a `grid` as a picture."""
        with self._work_lock:
            return self.generator.to_images(_tensor(tokens)[None].to(self.generator.device), grid)

    def _tokens_of(self, image: Image, grid: Grid) -> np.ndarray:
        """The tokens (N,) of a picture scaled to `grid`."""
        from maskgil.utils.images import to_pixels

        factor = self.generator.tokenizer.downsample_factor
        pixels = to_pixels(image, (grid[0] * factor, grid[1] * factor))  # (1, 3, H, W)
        with self._work_lock:
            tokens = self.generator.tokenizer.encode(pixels.to(self.generator.device))
        return tokens.flatten().cpu().numpy()

    def draw(
        self,
        prompt: str,
        settings: DrawSettings,
        *,
        count: int = 1,
        given: np.ndarray | None = None,
        grid: Grid | None = None,
        previews: bool = True,
    ) -> Previews[Preview, None, None]:
        """Stream the generator's previews of `count` pictures of `prompt`, the finished ones last.

        `given` (N,) tokens that stay, the generator's `mask_id` elsewhere; `grid` (rows, columns)
        where not the usual one. The lock is held for one step at a time, so several callers advance
        together; closing the iterator stops the drawing. Raises `SettingsError` for an empty or
        overlong prompt.
        """
        steps = self._steps(
            prompt, settings, count=count, given=given, grid=grid, previews=previews
        )
        try:
            for preview, _ in steps:
                yield preview
        finally:
            steps.close()

    def _steps(
        self,
        prompt: str,
        settings: DrawSettings,
        *,
        count: int = 1,
        given: np.ndarray | None = None,
        grid: Grid | None = None,
        previews: bool = True,
    ) -> Previews[tuple[Preview, float], None, None]:
        """`draw`, each preview with the seconds its step took."""
        prompt = clean_prompt(prompt)
        settings = self.settled(settings)
        assert settings.guidance is not None
        sampling = replace(
            self.generator.sampling.with_guidance(settings.guidance),
            num_steps=settings.steps,
            ar_ratio=settings.ar_ratio,
        )
        stream = self.generator.stream(
            [prompt] * count,
            seed=settings.seeds(count),
            sampling=sampling,
            given=None if given is None else _tensor(given),
            grid_size=grid,
            previews=previews,
        )
        try:
            while True:
                with self._work_lock:
                    started = perf_counter()
                    preview = next(stream, None)
                    took = perf_counter() - started
                if preview is None:
                    return
                yield preview, took
        finally:
            stream.close()

    def reading(self, prompt: str) -> Reading:
        """The caption drawn for `prompt`, and the words of it that are not in the picture.

        Raises `NothingKnownError` where the model knows nothing of it.
        """
        return self.generator.read(prompt)

    def paint(
        self,
        prompt: str,
        settings: DrawSettings,
        *,
        heard: Heard | None = None,
        count: int = 1,
        canvas: Canvas | None = None,
        marked: np.ndarray | None = None,
        grid: Grid | None = None,
        around: bool = False,
    ) -> Previews[Update, None, None]:
        """Draw `prompt`, giving updates ready to show; the last one carries the results.

        With `canvas` and `marked` (h, w), only the marked cells are drawn. `prompt` describes the
        whole picture (see `canvas.whole_prompt`); `around` it stands nothing but its place.
        Raises `NothingKnownError` where the model knows nothing of it.
        """
        prompt, settings = clean_prompt(prompt), self.settled(settings)
        reading = self.reading(prompt)  # loads the models where they are not there yet

        from app.imaging.canvas import Canvas, paste_kept

        pass
        from app.imaging.outpaint import draw_wide
        from app.imaging.png import enlarge
        from app.imaging.sizes import fits

        started = perf_counter()
        given, original = None, None
        if canvas is not None and marked is not None:
            given, original, grid = (
                canvas.given(marked, self.generator.mask_id),
                canvas.original,
                canvas.grid,
            )
        size = self.config.picture_size
        shape = grid or self.generator.grid_size
        usual = given is None and grid in (None, self.generator.grid_size)
        if not fits(shape, self.generator.largest_grid):
            if count > 1:
                raise SettingsError("pictures of this shape are drawn one at a time")
            stream = draw_wide(
                lambda caption, tokens: self.draw(caption, settings, given=tokens, previews=False),
                lambda tokens: self.shown(tokens, shape),
                prompt,
                given,
                shape,
                usual=self.generator.grid_size,
                mask_id=self.generator.mask_id,
                around=around,
            )
        else:
            stream = self.draw(prompt, settings, count=count, given=given, grid=grid)
        try:
            for preview in stream:
                images = preview.images
                if original is not None and marked is not None:
                    images = [paste_kept(image, original, marked) for image in images]
                if preview.stage != "done":
                    tokens = preview.tokens.view(-1, *shape)  # (n, h, w)
                    written = (tokens != self.generator.mask_id).cpu().numpy()
                    yield Update(
                        "drawing", heard, preview.step, preview.num_steps, tuple(images), written
                    )
                    continue
                listened = heard.transcript.seconds if heard else 0.0
                drew = perf_counter() - started
                if usual:
                    self.pace.learn(settings, count, drew)
                load = self._take_load_seconds()
                seconds = Seconds(listened, drew, load + listened + drew, load)
                results = []
                for seed, image, tokens in zip(
                    settings.seeds(count), images, preview.tokens, strict=True
                ):
                    picture = enlarge(image, size)
                    if original is not None and marked is not None:
                        picture = paste_kept(picture, original, marked)
                    again = Canvas(
                        prompt, tokens.cpu().numpy(), shape, picture if original else None
                    )
                    results.append(
                        Result(
                            prompt, picture, replace(settings, seed=seed), seconds,
                            self.config.preset, reading.drawn, reading.left_out, heard, again,
                        )
                    )  # fmt: skip
                yield Update(
                    "done", heard, preview.step, preview.num_steps, tuple(images), None,
                    tuple(results),
                )  # fmt: skip
        finally:
            stream.close()

    def run(
        self, audio: Source, settings: DrawSettings, *, language: str | None = None
    ) -> Previews[Update, None, None]:
        """From sound to picture: an update when heard, one a preview, and the result last."""
        heard = self.listen(audio, language=language)
        yield Update("heard", heard)
        yield from self.paint(heard.prompt, settings, heard=heard)


def _load_glossary() -> Glossary:
    from app.glossary.repair import Glossary

    return Glossary.load()


def _tensor(tokens: np.ndarray) -> Tensor:
    import torch

    return torch.from_numpy(tokens)
