"""Audio -> transcript -> prompt -> a stream of previews -> the picture.

`SpeechToImage` owns the models. They load on first use (or in the background after `warm_up`), one
instance serves many threads, and closing an iterator stops the work it stands for.
"""

from __future__ import annotations

import logging
import math
import threading
import unicodedata
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Literal, TypeAlias

from app.config import WEIGHTS_VARIABLE, AppConfig

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from PIL.Image import Image

    from app.glossary import Glossary, Repair
    from app.speech import Transcript, WhisperTranslator
    from maskgil.generator import ImageGenerator, Preview

logger = logging.getLogger(__name__)

MAX_STEPS = 64
MAX_GUIDANCE = 20.0
MAX_SEED = 2**32 - 1
MAX_PROMPT = 1000
Source: TypeAlias = "str | Path | tuple[int, np.ndarray]"  # a file, or rate and samples


class SettingsError(ValueError):
    """A setting or prompt outside what is valid; the message is one line for the user."""


class SilenceError(ValueError):
    """Nobody spoke; the message is one line for the user."""


@dataclass(frozen=True)
class DrawSettings:
    """How to draw: `ar_ratio` 0 is fastest, 1 lets the autoregressive model write every token."""

    steps: int = 8
    guidance: float = 4.0
    ar_ratio: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        _check("steps", self.steps, 1, MAX_STEPS, whole=True)
        _check("guidance", self.guidance, 0.0, MAX_GUIDANCE)
        _check("ar_ratio", self.ar_ratio, 0.0, 1.0)
        _check("seed", self.seed, 0, MAX_SEED, whole=True)


@dataclass(frozen=True)
class Heard:
    """What was said, what Whisper made of it, and what the glossary repaired."""

    transcript: Transcript
    repair: Repair

    @property
    def prompt(self) -> str:
        return self.repair.prompt


@dataclass(frozen=True)
class Seconds:
    listen: float
    draw: float
    total: float


@dataclass(frozen=True)
class Result:
    """A finished picture and how it came about; `heard` is None for a typed prompt."""

    prompt: str
    image: Image
    settings: DrawSettings
    seconds: Seconds
    preset: str
    heard: Heard | None = None

    def png_text(self) -> dict[str, object]:
        """The settings a PNG of this picture carries (`app.pictures.TEXT_KEYS`)."""
        text: dict[str, object] = {"prompt": self.prompt, "preset": self.preset}
        text |= asdict(self.settings)
        if self.heard is not None:
            text["language"] = self.heard.transcript.language
            text["transcript"] = self.heard.transcript.text
        return text

    def summary(self, image: str) -> dict[str, object]:
        """The answer of the command line and of the HTTP endpoints, the picture at path `image`."""
        said = self.heard.transcript if self.heard else None
        return {
            "language": said.language if said else None,
            "language_probability": round(said.language_probability, 4) if said else None,
            "transcript": said.text if said else None,
            "prompt": self.prompt,
            "image": image,
            "seed": self.settings.seed,
            "seconds": {name: round(value, 3) for name, value in asdict(self.seconds).items()},
        }


@dataclass(frozen=True)
class Update:
    """One moment of the way from sound to picture, for whoever shows it.

    `picture` is set from the first preview on (RGBA, see-through where nothing is written yet) and
    `result` at the end.
    """

    stage: Literal["heard", "drawing", "done"]
    heard: Heard | None = None
    step: int = 0
    num_steps: int = 0
    picture: Image | None = None
    result: Result | None = None


class SpeechToImage:
    """Speech in, picture out. Safe to share between threads."""

    def __init__(self, config: AppConfig) -> None:
        self.config = config
        self._load_lock = threading.RLock()
        self._work_lock = threading.Lock()  # one step of one job at a time
        self._translator: WhisperTranslator | None = None
        self._glossary: Glossary | None = None
        self._generator: ImageGenerator | None = None
        self._warm = threading.Event()
        self._failure: Exception | None = None

    @property
    def translator(self) -> WhisperTranslator:
        with self._load_lock:
            if self._translator is None:
                from app.speech import load_translator

                self._translator = load_translator(self.config.whisper, device=self.config.device)
            return self._translator

    @property
    def glossary(self) -> Glossary:
        with self._load_lock:
            if self._glossary is None:
                from app.glossary import Glossary

                self._glossary = Glossary.load()
            return self._glossary

    @property
    def generator(self) -> ImageGenerator:
        with self._load_lock:
            if self._generator is None:
                from maskgil.generator import ImageGenerator

                self.check_weights()
                self._generator = ImageGenerator.load(
                    self.config.generator, device=self.config.device, weights=self.config.weights
                )
            return self._generator

    def check_weights(self) -> None:
        """Raise ValueError when the generator's weights are missing, before anything is loaded."""
        from maskgil.presets import find_parts

        weights = self.config.weights
        if weights is not None and not weights.exists():
            raise ValueError(f"no generator weights at {weights}; check {WEIGHTS_VARIABLE}")
        try:
            find_parts(self.config.generator, weights)
        except ValueError as error:
            raise ValueError(f"{error}; the app takes them from {WEIGHTS_VARIABLE}") from error

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

    def _warm_up(self) -> None:
        try:
            for _ in self.draw("a red apple", DrawSettings(steps=1)):
                pass
            translator = self.translator
            with self._work_lock:
                translator.warm_up()
            self.glossary.repair("", "", "en")
        except Exception as error:  # told to whoever waits
            logger.debug("warm-up failed", exc_info=True)
            self._failure = error
        finally:
            self._warm.set()

    def listen(self, audio: Source, *, language: str | None = None) -> Heard:
        """Hear what is said in `audio` (a path, or rate and samples) and make a prompt of it.

        `language` is an ISO 639-1 code, None to detect it. Raises `AudioError` for what cannot be
        read, `SpeechError` for an unknown language, `SilenceError` when nobody speaks.
        """
        from app.audio import load_audio
        from app.languages import check_language

        if language is not None:
            language = check_language(language)
        samples = load_audio(audio, max_seconds=self.config.max_seconds)
        translator = self.translator
        with self._work_lock:
            transcript = translator.transcribe(samples, language=language)
        if transcript.is_empty:
            raise SilenceError("no speech heard; speak a little louder or closer, and try again")
        repair = self.glossary.repair(transcript.text, transcript.translation, transcript.language)
        return Heard(transcript, repair)

    def draw(self, prompt: str, settings: DrawSettings) -> Generator[Preview, None, None]:
        """Stream the generator's previews of `prompt`, the finished picture last.

        The lock is held for one step at a time, so several callers advance together; closing the
        iterator stops the drawing. Raises `SettingsError` for an empty or overlong prompt.
        """
        prompt = clean_prompt(prompt)
        sampling = replace(
            self.generator.sampling,
            num_steps=settings.steps,
            guidance_scale=settings.guidance,
            ar_ratio=settings.ar_ratio,
        )
        stream = self.generator.stream(prompt, seed=settings.seed, sampling=sampling)
        try:
            while True:
                with self._work_lock:
                    preview = next(stream, None)
                if preview is None:
                    return
                yield preview
        finally:
            stream.close()

    def paint(
        self, prompt: str, settings: DrawSettings, *, heard: Heard | None = None
    ) -> Generator[Update, None, None]:
        """Draw `prompt`, giving updates ready to show; the last one carries the result."""
        from app.pictures import enlarge, veil

        started = perf_counter()
        prompt = clean_prompt(prompt)
        size = self.config.picture_size
        stream = self.draw(prompt, settings)
        try:
            for preview in stream:
                picture = enlarge(preview.images[0], size)
                if preview.stage != "done":
                    written = preview.tokens[0] != self.generator.mask_id  # (N,)
                    grid = written.view(*self.generator.grid_size).cpu().numpy()  # (h, w)
                    picture = veil(picture, grid)
                    yield Update("drawing", heard, preview.step, preview.num_steps, picture)
                    continue
                listened = heard.transcript.seconds if heard else 0.0
                drew = perf_counter() - started
                seconds = Seconds(listened, drew, listened + drew)
                result = Result(prompt, picture, settings, seconds, self.config.preset, heard)
                yield Update("done", heard, preview.step, preview.num_steps, picture, result)
        finally:
            stream.close()

    def run(
        self, audio: Source, settings: DrawSettings, *, language: str | None = None
    ) -> Generator[Update, None, None]:
        """From sound to picture: an update when heard, one a preview, and the result last."""
        heard = self.listen(audio, language=language)
        yield Update("heard", heard)
        yield from self.paint(heard.prompt, settings, heard=heard)


def restore(text: Mapping[str, str]) -> tuple[str, DrawSettings]:
    """Prompt and settings from a picture's text (`app.pictures.read_settings`), all checked.

    What the picture does not say keeps its default. Raises `SettingsError` for what is not valid.
    """
    default = DrawSettings()
    try:
        settings = DrawSettings(
            steps=int(text.get("steps", default.steps)),
            guidance=float(text.get("guidance", default.guidance)),
            ar_ratio=float(text.get("ar_ratio", default.ar_ratio)),
            seed=int(text.get("seed", default.seed)),
        )
    except ValueError as error:
        raise SettingsError(f"that picture's settings are not valid: {error}") from error
    return clean_prompt(text.get("prompt", "")), settings


def clean_prompt(text: str) -> str:
    """`text` on one line without control characters; `SettingsError` if empty or too long."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    prompt = " ".join(kept.split())
    if not prompt:
        raise SettingsError("the prompt is empty; say or type what to draw")
    if len(prompt) > MAX_PROMPT:
        raise SettingsError(
            f"the prompt is {len(prompt):,} characters long; at most {MAX_PROMPT:,} are read"
        )
    return prompt


def _check(name: str, value: float, low: float, high: float, *, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    good = isinstance(value, kinds) and not isinstance(value, bool) and math.isfinite(value)
    if not good or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise SettingsError(f"{name} must be {kind} from {low} to {high}, not {value!r}")
