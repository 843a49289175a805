"""One drawing on the stage: its views, from the covered cells to the finished pictures.

A view says what has changed, by the name of the page's part (see `app.web.queued_jobs`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from app.imaging.canvas import Canvas, Grid
from app.imaging.settings import DrawSettings, EmptyPromptError, SettingsError
from app.types import Heard, Result, SilenceError, Update
from app.web import markup, stage_payload
from app.web.i18n import Translations
from maskgil.prompts import NothingKnownError

if TYPE_CHECKING:
    import numpy as np

    from app.pipeline import SpeechToImage
    from app.web.sessions import Job

_UPLOADED = re.compile(r"^\d{1,10}-\d{1,10}-")  # what desk.js puts before an uploaded file's name
logger = logging.getLogger(__name__)

USER_ERRORS = (ValueError, OSError)
View = dict[str, Any]
Views = Generator[View, None, None]


@dataclass(frozen=True)
class Spoken:
    """What was said of a picture: the card that shows it, and `heard` where it is known here."""

    card: str
    heard: Heard | None = None


@dataclass(frozen=True)
class Pictures:
    """What a request drew, for requests that change it."""

    canvases: tuple[Canvas, ...]
    spoken: Spoken
    prompt: str


@dataclass(frozen=True)
class Wish:
    """What to draw: `prompt` once for each of `orders`, which share the stage.

    `count` pictures of one order; `marked` (h, w) cells of `canvas`, `around` it nothing but its
    place; `grid` of a new picture where not the usual one. `just_heard`: in this request.
    """

    prompt: str
    orders: tuple[DrawSettings, ...]
    spoken: Spoken
    count: int = 1
    canvas: Canvas | None = None
    marked: np.ndarray | None = None
    around: bool = False
    grid: Grid | None = None
    just_heard: bool = False

    def labels(self) -> list[str]:
        """What stands under each: ratios when compared, seeds of several, nothing for one."""
        first = self.orders[0]
        if len(self.orders) > 1:
            return [f"{100 * settings.ar_ratio:.0f}%" for settings in self.orders]
        return [str(seed) for seed in first.seeds(self.count)] if self.count > 1 else [""]


class Painting:
    """The views of one `wish`; they end early when `job` is not current any more."""

    def __init__(self, pipeline: SpeechToImage, job: Job, wish: Wish) -> None:
        self.pipeline, self.job, self.wish, self.words = pipeline, job, wish, job.words
        canvas = wish.canvas
        self.grid = canvas.grid if canvas else wish.grid or pipeline.generator.grid_size
        self.labels = wish.labels()
        self.shown = [stage_payload.empty(self.grid, label) for label in self.labels]
        self.results: list[Result] = []

    def views(self) -> Views:
        """Raises what the pipeline raises."""
        yield self._begin()
        for settings in self.wish.orders:
            yield from self._draw(settings)
            if len(self.results) < len(self.shown) and not self.job.is_current:
                return
        yield self._end()

    def nothing(self) -> View:
        """The empty stage of a wish that cannot be drawn."""
        empty = [stage_payload.empty(self.grid)]
        return self._what() | {"stage": stage_payload.stage("empty", empty, self.grid)}

    def _begin(self) -> View:
        wish = self.wish
        shown = self.shown
        if wish.marked is not None:
            shown = [stage_payload.covered(wish.marked)]
        return self._what() | {
            "stage": self._stage("begin", shown),
            "busy": True,
            "status": markup.status(self.words("status.begin"), share=0.03, kind="busy"),
        }

    def _stage(
        self, kind: stage_payload.Kind, shown: Sequence[stage_payload.Frame]
    ) -> stage_payload.Frame:
        """`edit`: what is not covered is the picture that was there."""
        return stage_payload.stage(kind, shown, self.grid) | {"edit": self.wish.marked is not None}

    def _what(self) -> View:
        """What is drawn; the words of it are remembered, for whoever draws them again."""
        wish = self.wish
        self._keep()
        return {"prompt": wish.prompt, "heard": wish.spoken.card, "seed": wish.orders[0].seed}

    def _keep(self) -> None:
        canvases = tuple(result.canvas for result in self.results if result.canvas is not None)
        self.job.keep(Pictures(canvases, self.wish.spoken, self.wish.prompt))

    def _draw(self, settings: DrawSettings) -> Views:
        wish, at = self.wish, len(self.results)
        stream = self.pipeline.paint(
            wish.prompt, settings, heard=wish.spoken.heard, count=wish.count, canvas=wish.canvas,
            marked=wish.marked, around=wish.around, grid=wish.grid,
        )  # fmt: skip
        started = perf_counter()
        usual = self.pipeline.pace.expect(settings, wish.count)
        with closing(stream):
            for update in stream:
                if update.results:
                    self._finish(update.results)
                    continue
                self._form(update, at)
                if not self.job.is_current:
                    yield self._stopped(update)
                    return
                left = _left(update, perf_counter() - started, usual)
                view: View = {"status": markup.drawing(update, left, self.words)}
                if update.images:
                    view["stage"] = self._stage("preview", self.shown)
                yield view

    def _form(self, update: Update, at: int) -> None:
        """Take up the pictures of a preview, if it has any."""
        wish = self.wish
        if not update.images:
            return
        self.shown[at : at + wish.count] = stage_payload.forming(
            update, wish.prompt, self.labels[at]
        )
        if wish.count > 1:
            for frame, label in zip(self.shown, self.labels, strict=True):
                frame["label"] = label

    def _finish(self, results: Sequence[Result]) -> None:
        for result in results:
            place = len(self.results)
            label = self.labels[place]
            if len(self.wish.orders) > 1:
                label = f"{label} · {result.seconds.draw:.1f} s"
            self.shown[place] = stage_payload.finished(result, label)
            self.results.append(result)

    def _stopped(self, update: Update) -> View:
        line = self.words("status.stopped_at", step=update.step, steps=update.num_steps)
        return {
            "stage": self._stage("stopped", self.shown),
            "status": markup.status(line),
            "busy": False,
        }

    def _end(self) -> View:
        self._keep()
        entries = []
        for frame, result in zip(self.shown, self.results, strict=True):
            line = markup.finished(result, self.words, fresh=self.wish.just_heard)
            line += markup.not_drawn(result, self.words)
            entries.append(stage_payload.entry(frame["src"], result.png_text()) | {"status": line})
        return {
            "stage": stage_payload.stage("final", self.shown, self.grid, entries),
            "status": entries[0]["status"],
            "busy": False,
        }


def stopped(words: Translations) -> View:
    """A request that ended before anything of it was to be seen."""
    return {"status": markup.status(words("status.stopped")), "busy": False}


def failed(error: Exception, words: Translations = markup.ENGLISH) -> View:
    """A request that ended in `error`."""
    return {"status": failure(error, words), "busy": False}


def failure(error: Exception, words: Translations = markup.ENGLISH) -> str:
    """The progress line for `error`; what is no fault of the visitor is logged, not shown."""
    if isinstance(error, SilenceError):
        return markup.status(words("status.silence"), kind="error")
    if isinstance(error, EmptyPromptError):
        return markup.status(words("status.nothing"), kind="error")
    if isinstance(error, NothingKnownError):
        return markup.unknown(error, words)
    if isinstance(error, USER_ERRORS):
        return markup.status(_UPLOADED.sub("", one_line(error)), kind="error")
    logger.error("a request failed", exc_info=error)
    return markup.status(words("status.wrong"), kind="error")


def one_line(error: BaseException) -> str:
    """The message of `error` as one sentence on one line."""
    text = " ".join(str(error).split())
    return text[:1].upper() + text[1:] if text else type(error).__name__


def only(pictures: Pictures | None, chosen: int | None, words: Translations) -> Canvas:
    """The picture on the stage, if it is one. Raises SettingsError."""
    if pictures is None or not pictures.canvases:
        raise SettingsError(words("status.no_picture"))
    if chosen is None and len(pictures.canvases) > 1:
        raise SettingsError(words("choose.first"))
    if not 0 <= (chosen or 0) < len(pictures.canvases):
        raise SettingsError(words("status.no_picture"))
    return pictures.canvases[chosen or 0]


def _left(update: Update, elapsed: float, usual: float | None) -> float:
    """Seconds left: what is usual here, or as fast as so far when that is not known or over."""
    if usual is not None and usual > elapsed:
        return usual - elapsed
    return elapsed / max(1, update.step) * (update.num_steps - update.step)
