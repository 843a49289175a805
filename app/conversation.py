"""What the page does: hear, draw, change a part, vary, stop, restore. Knows no web framework.

Each job yields views: what has changed, by the name of the page's part. `app.ui` shows them. Parts:
stage (see `app.frames`), status, heard (HTML), prompt, last_heard, canvases (what is on the stage,
to be drawn on), seed, fresh, steps, guidance, percent, shape, expect, and busy (while drawing).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from app import cards, frames
from app.editing import Canvas, Grid, read_marks, scattered, whole_prompt
from app.knobs import Hand, Knobs, code
from app.pictures import png_bytes, read_picture, save_png
from app.pipeline import SpeechToImage
from app.results import Heard, Result, SilenceError, Update
from app.sessions import Sessions
from app.settings import DrawSettings, EmptyPromptError, SettingsError, clean_prompt, restore
from app.words import Words
from maskgil.wishes import NothingKnownError

logger = logging.getLogger(__name__)

USER_ERRORS = (ValueError, OSError)
View = dict[str, Any]


class Conversation:
    """Jobs of many visitors over one shared pipeline."""

    def __init__(self, pipeline: SpeechToImage, sessions: Sessions) -> None:
        self.pipeline = pipeline
        self.sessions = sessions

    def prepare(self, visitor: str) -> Iterator[View]:
        """Wait for the models, then for the first measurement of this machine's speed."""
        words = self.sessions.words(visitor)
        try:
            if not self.pipeline.wait_until_warm(0):
                line = words("status.loading")
                yield {"status": cards.status(line, share=0.3, kind="busy")}
                self.pipeline.wait_until_warm()
            yield {"status": cards.status(words("status.ready"))}
        except Exception as error:
            yield {"status": failure(error, words)}

    def speak(
        self,
        audio: str | None,
        language: str | None,
        knobs: Knobs,
        hand: str | None,
        canvases: Sequence[Canvas],
        visitor: str,
    ) -> Iterator[View]:
        """Hear `audio` and draw what was said, in the marked part if there is one.

        `hand` is what the page's script says (see `app.knobs.Hand`).
        """
        words = self.sessions.words(visitor)
        if not audio:
            yield {"status": cards.status(words("status.ready"))}
            return
        job = self.sessions.begin(visitor)
        yield {"status": cards.status(words("status.listening"), share=0.05, kind="busy")}
        try:
            chosen = Hand.read(hand).language or code(language)
            heard = self.pipeline.listen(audio, language=chosen)
        except Exception as error:
            yield {"status": failure(error, words), "busy": False}
            return
        finally:
            self.sessions.forget_recording(visitor, audio)
        card = cards.heard_card(heard, words, chosen=chosen is not None)
        yield {"heard": card, "prompt": heard.prompt, "last_heard": heard}
        yield from self._draw(heard.prompt, knobs, hand, canvases, heard, visitor, job, True)

    def draw(
        self,
        prompt: str | None,
        knobs: Knobs,
        hand: str | None,
        canvases: Sequence[Canvas],
        last: Heard | None,
        visitor: str,
    ) -> Iterator[View]:
        """Draw a typed prompt, or again the one `last` heard."""
        job = self.sessions.begin(visitor)
        prompt = prompt or ""
        if last is not None and last.prompt != prompt.strip():
            last = None
            yield {"last_heard": None}
        yield from self._draw(prompt, knobs, hand, canvases, last, visitor, job, False)

    def vary(self, knobs: Knobs, canvases: Sequence[Canvas], visitor: str) -> Iterator[View]:
        """Draw most of the picture anew, the rest kept."""
        job = self.sessions.begin(visitor)
        words = self.sessions.words(visitor)
        try:
            canvas = _only(canvases, words)
            settings = replace(knobs, fresh=True, seed_now=None).settings()
            marked = scattered(canvas.grid, settings.seed)
        except Exception as error:
            yield {"status": failure(error, words)}
            return
        paint = self._paint(canvas.prompt, [settings], visitor, job, canvas=canvas, marked=marked)
        yield from paint

    def widen(self, knobs: Knobs, canvases: Sequence[Canvas], visitor: str) -> Iterator[View]:
        """Extend the picture to the shape that is chosen."""
        job = self.sessions.begin(visitor)
        words = self.sessions.words(visitor)
        try:
            grid = self._grid(knobs.shape) or self.pipeline.generator.grid_size
            canvas, marked = self.pipeline.widen(_only(canvases, words), grid)
            if not marked.any():
                raise SettingsError(words("widen.same"))
            settings = knobs.settings()
        except Exception as error:
            yield {"status": failure(error, words)}
            return
        paint = self._paint(
            canvas.prompt, [settings], visitor, job, canvas=canvas, marked=marked, around=True
        )
        yield from paint

    def _grid(self, shape: str | None) -> Grid | None:
        """The grid of a `shape_code`, None for none. Raises SettingsError."""
        if shape is None:
            return None
        sizes = {shape_code(grid): grid for grid in self.pipeline.sizes()}
        if shape not in sizes:
            raise SettingsError(f"the shape must be one of {', '.join(sizes)}, not {shape!r}")
        return sizes[shape]

    def restore(self, path: str | Path, visitor: str) -> View:
        """Show a picture made here, with the prompt and the settings it carries."""
        words = self.sessions.words(visitor)
        try:
            image, text = read_picture(Path(path))
            prompt, settings = restore(text)
            settings = self.pipeline.settled(settings)
            canvas = self.pipeline.read(image, prompt)
        except Exception as error:
            return {"status": failure(error, words)}
        said = cards.restored_card(text.get("language", ""), text.get("transcript", ""), words)
        source = frames.png_url(png_bytes(image, text))
        frame = {"src": source, "alt": prompt, "label": "", "written": None}
        shown = frames.stage("final", [frame], canvas.grid, [frames.entry(source, dict(text))])
        return {
            "stage": shown | {"kept": True},
            "status": cards.status(words("status.restored")),
            "prompt": prompt,
            "heard": said,
            "last_heard": None,
            "canvases": [canvas],
            "seed": settings.seed,
            "fresh": False,
            "steps": settings.steps,
            "guidance": settings.guidance,
            "percent": round(100 * settings.ar_ratio, 2),
            **({"shape": shape_code(canvas.grid)} if len(self.pipeline.sizes()) > 1 else {}),
        }

    def expect(self, knobs: Knobs, visitor: str) -> str:
        """What the present settings will take, as HTML; empty while they are not valid."""
        try:
            settings, count = knobs.settings(), knobs.pictures()
            orders = [settings] if knobs.compare is None else [settings, _compared(settings, knobs)]
        except USER_ERRORS:
            return ""
        times = [
            self.pipeline.pace.expect(each, 1 if knobs.compare is not None else count)
            for each in orders
        ]
        total = None if None in times else sum(time for time in times if time is not None)
        measured = self.pipeline.pace.wait(0)
        return cards.expected(total, self.sessions.words(visitor), measured=measured)

    def save(self, result: Result, visitor: str) -> Path:
        """Write a finished picture among the visitor's files, its settings inside."""
        path = self.sessions.new_picture(visitor, result.prompt)
        save_png(result.image, path, result.png_text())
        return path

    def _draw(
        self,
        prompt: str,
        knobs: Knobs,
        hand: str | None,
        canvases: Sequence[Canvas],
        heard: Heard | None,
        visitor: str,
        job: int,
        just_heard: bool,
    ) -> Iterator[View]:
        """A whole picture, several, two to compare, or the marked part of the one there is."""
        words = self.sessions.words(visitor)
        canvas = marked = grid = None
        count, orders = 1, []
        try:
            told = Hand.read(hand)
            settings = replace(knobs, seed_now=told.seed).settings()
            count, orders = knobs.pictures(), [settings]
            if told.marks:
                canvas = _only(canvases, words)
                marked = read_marks(told.marks, canvas.grid)
                count = 1
            if canvas is not None and marked is not None:
                prompt = clean_prompt(prompt)
                if prompt != canvas.prompt:
                    prompt = whole_prompt(prompt, canvas.prompt, marked)
            else:
                grid = self._grid(knobs.shape)
            if canvas is None and knobs.compare is not None:
                orders, count = [settings, _compared(settings, knobs)], 1
        except Exception as error:
            yield {"status": failure(error, words), "busy": False}
            return
        yield from self._paint(
            prompt, orders, visitor, job,
            heard=heard, count=count, canvas=canvas, marked=marked, just_heard=just_heard,
            shape=grid,
        )  # fmt: skip

    def _paint(
        self,
        prompt: str,
        orders: Sequence[DrawSettings],
        visitor: str,
        job: int,
        *,
        heard: Heard | None = None,
        count: int = 1,
        canvas: Canvas | None = None,
        marked: np.ndarray | None = None,
        just_heard: bool = False,
        around: bool = False,
        shape: Grid | None = None,
    ) -> Iterator[View]:
        """Draw `prompt` once for each of `orders`, which share the stage."""
        words = self.sessions.words(visitor)
        if not self.sessions.is_current(visitor, job):
            yield {"status": cards.status(words("status.stopped")), "busy": False}
            return
        try:
            prompt = clean_prompt(prompt)
            grid = canvas.grid if canvas else shape or self.pipeline.generator.grid_size
            labels = _labels(orders, count)
            shown = [frames.empty(grid, label) for label in labels]
            if canvas is not None and marked is not None and canvas.original is None:
                shown = [frames.covered(marked)]
            yield {
                "stage": frames.stage("begin", shown, grid),
                "prompt": prompt,  # now: at the end somebody may be typing the next one
                "seed": orders[0].seed,
                "busy": True,
                "status": cards.status(words("status.begin"), share=0.03, kind="busy"),
            }
            results: list[Result] = []
            entries: list[frames.Frame] = []
            for settings in orders:
                at = len(results)
                stream = self.pipeline.paint(
                    prompt, settings, heard=heard, count=count, canvas=canvas, marked=marked,
                    around=around, grid=shape,
                )  # fmt: skip
                started = perf_counter()
                usual = self.pipeline.pace.expect(settings, count)
                for update in stream:
                    for place, result in enumerate(update.results, start=at):
                        label = labels[place]
                        if len(orders) > 1:
                            label = f"{label} · {result.seconds.draw:.1f} s"
                        shown[place], kept = frames.finished(result, label)
                        entries.append(kept)
                    results += update.results
                    if update.results:
                        continue
                    shown[at : at + count] = frames.forming(update, labels[at])
                    if count > 1:
                        for frame, label in zip(shown, labels, strict=True):
                            frame["label"] = label
                    if self.sessions.is_current(visitor, job):
                        left = _left(update, perf_counter() - started, usual)
                        yield {
                            "stage": frames.stage("preview", shown, grid),
                            "status": cards.drawing(update, left, words),
                        }
                        continue
                    stream.close()
                    line = words("status.stopped_at", step=update.step, steps=update.num_steps)
                    yield {
                        "stage": frames.stage("stopped", shown, grid),
                        "status": cards.status(line),
                        "busy": False,
                    }
                    return
            last = results[0]
            canvases = [result.canvas for result in results if result.canvas is not None]
            yield {
                "stage": frames.stage("final", shown, grid, entries),
                "status": cards.finished(last, words, fresh=just_heard),
                "canvases": canvases,
                "busy": False,
            }
        except Exception as error:
            yield {"status": failure(error, words), "busy": False}


def failure(error: Exception, words: Words = cards.ENGLISH) -> str:
    """The progress line for `error`; what is no fault of the visitor is logged, not shown."""
    if isinstance(error, SilenceError):
        return cards.status(words("status.silence"), kind="error")
    if isinstance(error, EmptyPromptError):
        return cards.status(words("status.nothing"), kind="error")
    if isinstance(error, NothingKnownError):
        return cards.unknown(error, words)
    if isinstance(error, USER_ERRORS):
        return cards.status(one_line(error), kind="error")
    logger.error("a request failed", exc_info=error)
    return cards.status(words("status.wrong"), kind="error")


def one_line(error: BaseException) -> str:
    """The message of `error` as one sentence on one line."""
    text = " ".join(str(error).split())
    return text[:1].upper() + text[1:] if text else type(error).__name__


def shape_code(grid: Grid) -> str:
    return f"{grid[0]}x{grid[1]}"


def _only(canvases: Sequence[Canvas], words: Words) -> Canvas:
    """The picture on the stage, if it is one."""
    if not canvases:
        raise SettingsError(words("status.no_picture"))
    if len(canvases) > 1:
        raise SettingsError(words("choose.first"))
    return canvases[0]


def _compared(settings: DrawSettings, knobs: Knobs) -> DrawSettings:
    assert knobs.compare is not None
    return replace(settings, ar_ratio=knobs.compare / 100)


def _labels(orders: Sequence[DrawSettings], count: int) -> list[str]:
    """What stands under each picture: ratios when compared, seeds of several, nothing for one."""
    if len(orders) > 1:
        return [f"{100 * settings.ar_ratio:.0f}%" for settings in orders]
    return [str(seed) for seed in orders[0].seeds(count)] if count > 1 else [""]


def _left(update: Update, elapsed: float, usual: float | None) -> float:
    """Seconds left: what is usual here, or as fast as so far when that is not known or over."""
    if usual is not None and usual > elapsed:
        return usual - elapsed
    return elapsed / max(1, update.step) * (update.num_steps - update.step)
