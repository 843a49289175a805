"""One drawing on the stage as a stream of views, from the masked cells to the finished pictures.

A view maps names of page elements to their new contents (see `app.web.queued_jobs`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from app.dialogue.refusals import refusal
from app.dialogue.telling import captioned
from app.errors import without_folders
from app.i18n import Translations
from app.imaging.canvas import Canvas, Grid
from app.imaging.settings import SettingsError
from app.imaging.sizes import fits
from app.speech.audio import NotAudioError
from app.types import Heard, PictureRequest, Result, Update
from app.web import markup
from app.web.stage import payload
from app.web.stage.graph import graph_of, scene_of_prompt

if TYPE_CHECKING:
    from app.dialogue.replies import Moment
    from app.drawing import Updates
    from app.pipeline import SpeechToImage
    from app.web.sessions import Job

_UPLOADED = re.compile(r"^\d{1,10}-\d{1,10}-")  # prefix that desk.js gives an uploaded file's name
logger = logging.getLogger(__name__)

USER_ERRORS = (ValueError, OSError)
View = dict[str, Any]
Views = Generator[View, None, None]
Parts = Generator[Iterable[View], None, None]  # of an answer; its views are shown one by one


@dataclass(frozen=True)
class Spoken:
    """What was said for a picture: its card as HTML, and `heard` if it was heard here."""

    card: str
    heard: Heard | None = None


@dataclass(frozen=True)
class Pictures:
    """What a request drew, for requests that change it.

    `moment`: the scene where it is not the prompt's alone. `forming`: the picture, which is not
    finished, and its cells (h, w) that are still to be drawn.
    """

    canvases: tuple[Canvas, ...]
    spoken: Spoken
    prompt: str  # empty if unknown
    moment: Moment | None = None
    forming: tuple[Canvas, np.ndarray] | None = None

    @property
    def size(self) -> int:
        """Bytes of stored pixels: only uploaded pictures have any, others are tokens."""
        kept = [i for each in self.canvases for i in (each.original, each.ground) if i is not None]
        once = {id(image): image for image in kept}  # one object may be both
        return sum(3 * image.width * image.height for image in once.values())


@dataclass(frozen=True)
class Wish:
    """What a request asks for: pictures of one prompt, which share the stage.

    `requests`: one, two whose settings are compared, or one for each picture of a shape that cannot
    be batched. `just_heard`: the prompt was spoken in this request. `moment`: the scene, where it
    is not determined by the prompt alone. `told`: the change in one line. `left_out`: words not
    acted on; `notes`: why. `replaced`: words, and what is drawn instead.
    """

    requests: tuple[PictureRequest, ...]
    spoken: Spoken
    just_heard: bool = False
    moment: Moment | None = None
    told: str = ""
    left_out: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    notes: str = ""

    @property
    def first(self) -> PictureRequest:
        return self.requests[0]

    @property
    def is_edit(self) -> bool:
        """Whether unmasked cells belong to an earlier picture (inpainting)."""
        return self.first.marked is not None

    @property
    def is_change(self) -> bool:
        """Whether it derives from an earlier picture."""
        return self.is_edit or self.first.arrangement is not None

    @property
    def is_compared(self) -> bool:
        """Whether it is one picture in two settings."""
        return len({request.settings.seed for request in self.requests}) < len(self.requests)

    def forming(self, grid: Grid) -> tuple[Canvas, np.ndarray] | None:
        """As of `Pictures`: for one picture whose scene is known, of no photograph."""
        first, many = self.first, len(self.requests) > 1 or self.first.count > 1
        if many or (first.canvas is not None and (self.moment is None or first.canvas.ground)):
            return None
        if first.canvas is not None and first.marked is not None:
            return replace(first.canvas, prompt=first.prompt), first.marked
        seed = first.settings.seed if first.arrangement is None else first.arrangement
        nothing = np.zeros(grid[0] * grid[1], np.int64)
        return Canvas(first.prompt, nothing, grid, arrangement=seed), np.ones(grid, bool)

    def labels(self, words: Translations) -> list[str]:
        """Labels of the pictures: ratios of two compared, seeds of several, none for one."""
        if self.is_compared:
            return [words.percent(each.settings.ar_ratio) for each in self.requests]
        seeds = [seed for each in self.requests for seed in each.settings.seeds(each.count)]
        return [str(seed) for seed in seeds] if len(seeds) > 1 else [""]


class Painting:
    """Draws one `wish` as views; they end early once `job` is not current any more."""

    def __init__(self, pipeline: SpeechToImage, job: Job, wish: Wish) -> None:
        self.pipeline, self.job, self.wish, self.words = pipeline, job, wish, job.words
        self.grid = wish.first.shape or pipeline.generator.grid_size
        self.labels = wish.labels(job.words)
        self.shown = [payload.empty(self.grid, label) for label in self.labels]
        self.results: list[Result] = []
        self.is_stopped = self.is_forming = False

    def parts(self) -> Parts:
        """All views. Raises what the pipeline raises; before any view if nothing can be drawn."""
        for number, request in enumerate(self.wish.requests):
            with closing(self.pipeline.paint(request)) as updates:
                if not number:
                    self.is_forming = True
                    yield [self._begin()]
                yield self._views(request, updates)
            if self.is_stopped:
                return
        self.is_forming = False
        yield [self._end()]

    def nothing(self) -> View:
        """The view of a wish that cannot be drawn; the stage stays as it is."""
        return self._what()

    def _begin(self) -> View:
        marked = self.wish.first.marked
        shown = self.shown if marked is None else [payload.covered(marked)]
        return self._what() | {
            "stage": self._stage("begin", shown),
            "busy": True,
            "status": markup.status(self.words("status.begin"), share=0.03, kind="busy"),
        }

    def _stage(self, kind: payload.Kind, shown: Sequence[payload.Frame]) -> payload.Frame:
        wish = self.wish
        how = {"edit": wish.is_edit, "change": wish.is_change}
        return payload.stage(kind, shown, self.grid) | how

    def _what(self) -> View:
        """Prompt, card and seed; the prompt is stored, for requests that draw it again."""
        first = self.wish.first
        self._keep()
        return {"prompt": first.prompt, "heard": self.wish.spoken.card, "seed": first.settings.seed}

    def _keep(self) -> None:
        canvases = tuple(result.canvas for result in self.results if result.canvas is not None)
        wish = self.wish
        forming = wish.forming(self.grid) if self.is_forming else None
        self.job.keep(Pictures(canvases, wish.spoken, wish.first.prompt, wish.moment, forming))

    def _views(self, request: PictureRequest, updates: Updates) -> Iterator[View]:
        """One view for each update, until the pictures are finished or the request is stopped."""
        started, at = perf_counter(), len(self.results)
        usual = self.pipeline.eta.expect(request.settings, request.count)

        def view() -> View | None:
            if self.is_stopped:
                return None
            try:
                update = next(updates)
            except Exception:
                self.is_forming = False
                self._keep()
                raise
            if update.results:
                self._finish(update.results)
                return None
            if update.images:
                self._form(request, update, at)
            if not self.job.is_current:
                self.is_stopped = True
                return self._stopped(update)
            left = _left(update, perf_counter() - started, usual)
            status: View = {"status": markup.drawing(update, left, self.words)}
            return status | ({"stage": self._stage("preview", self.shown)} if update.images else {})

        return iter(view, None)

    def _form(self, request: PictureRequest, update: Update, at: int) -> None:
        """Take over the pictures of a preview."""
        forming = payload.forming(update, self._caption(request.prompt), self.labels[at])
        self.shown[at : at + request.count] = forming
        if request.count > 1:
            for frame, label in zip(self.shown, self.labels, strict=True):
                frame["label"] = label

    def _finish(self, results: Sequence[Result]) -> None:
        for result in results:
            place = len(self.results)
            label = self.labels[place]
            if self.wish.is_compared:
                took = self.words.number(result.seconds.draw)
                label = f"{label} · {self.words('seconds', seconds=took)}"
            moment = self.wish.moment
            scene = None if moment is None else moment.arrangement.text()
            caption = self._caption(result.prompt)
            self.shown[place] = payload.finished(result, label, scene, alt=caption)
            self.results.append(result)

    def _stopped(self, update: Update) -> View:
        """The view of a stopped request: the unfinished new picture, or the one before a change."""
        if self.wish.is_change:
            return {"status": markup.status(self.words("status.as_it_was")), "busy": False}
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
            line = markup.finished(
                result, self.words, fresh=self.wish.just_heard, told=self.wish.told,
                understood=self._caption(result.drawn),
            )  # fmt: skip
            line += markup.note(self.wish.notes)
            left_out = dict.fromkeys((*self.wish.left_out, *result.left_out))
            replaced = dict.fromkeys((*self.wish.replaced, *result.replaced))
            line += markup.not_drawn(tuple(left_out), tuple(replaced), self.words)
            entries.append(payload.entry(frame["src"], result.png_text()) | {"status": line})
        more = {"graph": self._graph(), "told": self.wish.told}
        stage = payload.stage("final", self.shown, self.grid, entries) | more
        return {"stage": stage, "status": entries[0]["status"], "busy": False}

    def _caption(self, prompt: str) -> str:
        """The prompt in the visitor's language, for a generator of nano's world."""
        return captioned(prompt, self.words) if self.pipeline.generator.drafts else prompt

    def _graph(self) -> dict[str, Any] | None:
        """The scene graph of the picture, for a generator that lays out scenes."""
        first = self.wish.first
        generator = self.pipeline.generator
        if not generator.drafts or not fits(generator.grid_size, self.grid):
            return None
        moment = self.wish.moment
        scene = scene_of_prompt(first.prompt) if moment is None else moment.arrangement.scene
        if scene is None:
            return None
        over = first.canvas is not None and first.canvas.ground is not None
        return graph_of(scene, self.words, on_photograph=over)


def stopped(words: Translations) -> View:
    """The view of a request that was stopped before its first preview."""
    return {"status": markup.status(words("status.stopped")), "busy": False}


def failed(error: Exception, words: Translations = markup.ENGLISH) -> View:
    """The view of a request that failed with `error`."""
    return {"status": failure(error, words), "busy": False}


def failure(error: Exception, words: Translations = markup.ENGLISH) -> str:
    """The progress line for `error`; errors that are not the visitor's are logged, not shown."""
    if isinstance(error, NotAudioError):  # of any dropped file
        file = _UPLOADED.sub("", error.name)
        return markup.status(words("status.no_file", file=file), kind="error")
    if line := refusal(error, words):
        return markup.status(line, kind="error")
    if isinstance(error, USER_ERRORS):
        return markup.status(_UPLOADED.sub("", one_line(error)), kind="error")
    logger.error("a request failed", exc_info=error)
    return markup.status(words("status.wrong"), kind="error")


def one_line(error: BaseException) -> str:
    """The message of `error` as one sentence on one line."""
    text = " ".join(without_folders(str(error)).split())
    return text[:1].upper() + text[1:] if text else type(error).__name__


def only(pictures: Pictures | None, chosen: int | None, words: Translations) -> Canvas:
    """The chosen or only picture on the stage. Raises SettingsError."""
    if pictures is None or not pictures.canvases:
        raise SettingsError(words("status.no_picture"))
    if chosen is None and len(pictures.canvases) > 1:
        raise SettingsError(words("choose.first"))
    if not 0 <= (chosen or 0) < len(pictures.canvases):
        raise SettingsError(words("status.no_picture"))
    return pictures.canvases[chosen or 0]


def _left(update: Update, elapsed: float, usual: float | None) -> float:
    """Seconds left by the usual total or, if that is unknown or exceeded, by extrapolation."""
    if usual is not None and usual > elapsed:
        return usual - elapsed
    return elapsed / max(1, update.step) * (update.num_steps - update.step)
