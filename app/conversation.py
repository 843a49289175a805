"""What the page does: hear, draw, stop, restore. Knows no web framework.

Each job yields views: what has changed, by the name of the page's part. `app.ui` shows them. Parts:
picture (an image or a path), status, heard (HTML), prompt, last_heard, seed, fresh, steps,
guidance, percent, shelf, and busy (True while a picture is being drawn).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from app import cards
from app.pictures import read_settings, save_png
from app.pipeline import MAX_SEED, DrawSettings, Heard, Result, SpeechToImage, restore
from app.sessions import Sessions

logger = logging.getLogger(__name__)

USER_ERRORS = (ValueError, OSError)
READY = "Ready when you are."
View = dict[str, Any]
Shelf = list[tuple[str, str]]  # (path, prompt) of a visitor's pictures, newest first


@dataclass(frozen=True)
class Knobs:
    """The page's settings as they arrive: numbers may be floats, or None when emptied."""

    percent: float | None
    steps: float | None
    guidance: float | None
    seed: float | None
    fresh: bool = False

    def settings(self) -> DrawSettings:
        """Checked settings, with a new seed if `fresh`. Raises ValueError in one line."""
        seed = random.randrange(MAX_SEED + 1) if self.fresh else _whole("seed", self.seed)
        if self.percent is None or self.guidance is None:
            raise ValueError("quality or guidance is empty; give a number")
        steps = _whole("steps", self.steps)
        return DrawSettings(steps, self.guidance, self.percent / 100, seed)


class Conversation:
    """Jobs of many visitors over one shared pipeline."""

    def __init__(self, pipeline: SpeechToImage, sessions: Sessions) -> None:
        self.pipeline = pipeline
        self.sessions = sessions

    def prepare(self) -> Iterator[View]:
        """Wait for the models."""
        try:
            if not self.pipeline.wait_until_warm(0):
                line = "Getting ready: loading the models…"
                yield {"status": cards.status(line, share=0.3, kind="busy")}
                self.pipeline.wait_until_warm()
            yield {"status": cards.status(READY)}
        except Exception as error:
            yield {"status": failure(error)}

    def speak(
        self, audio: str | None, language: str, knobs: Knobs, shelf: Shelf, visitor: str
    ) -> Iterator[View]:
        """Hear `audio` and draw what was said."""
        if not audio:
            yield {"status": cards.status(READY)}
            return
        job = self.sessions.begin(visitor)
        yield {"status": cards.status("Listening…", share=0.05, kind="busy")}
        try:
            heard = self.pipeline.listen(audio, language=code(language))
        except Exception as error:
            yield {"status": failure(error)}
            return
        yield {"heard": cards.heard_card(heard), "prompt": heard.prompt, "last_heard": heard}
        yield from self._paint(heard.prompt, knobs, shelf, heard, visitor, job, just_heard=True)

    def draw(
        self, prompt: str | None, knobs: Knobs, shelf: Shelf, last: Heard | None, visitor: str
    ) -> Iterator[View]:
        """Draw a typed prompt, or again the one `last` heard."""
        job = self.sessions.begin(visitor)
        prompt = prompt or ""
        if last is not None and last.prompt != prompt.strip():
            last = None
            yield {"last_heard": None}
        yield from self._paint(prompt, knobs, shelf, last, visitor, job)

    def restore(self, path: str | Path) -> View:
        """Show a picture made here, with the prompt and the settings it carries."""
        try:
            text = read_settings(Path(path))
            prompt, settings = restore(text)
        except Exception as error:
            return {"status": failure(error)}
        said = cards.restored_card(text.get("language", ""), text.get("transcript", ""))
        return {
            "picture": str(path),
            "status": cards.status("Restored: draw again for the same picture."),
            "prompt": prompt,
            "heard": said,
            "last_heard": None,
            "seed": settings.seed,
            "fresh": False,
            "steps": settings.steps,
            "guidance": settings.guidance,
            "percent": round(100 * settings.ar_ratio, 2),
        }

    def save(self, result: Result, visitor: str) -> Path:
        """Write a finished picture among the visitor's, its settings inside."""
        path = self.sessions.new_picture(visitor, result.prompt)
        save_png(result.image, path, result.png_text())
        return path

    def _paint(
        self,
        prompt: str,
        knobs: Knobs,
        shelf: Shelf,
        heard: Heard | None,
        visitor: str,
        job: int,
        *,
        just_heard: bool = False,
    ) -> Iterator[View]:
        if not self.sessions.is_current(visitor, job):
            yield {"status": cards.status("Stopped.")}
            return
        started = perf_counter()
        try:
            settings = knobs.settings()
            stream = self.pipeline.paint(prompt, settings, heard=heard)
            line = cards.status("Drawing…", share=0.08, kind="busy")
            yield {"seed": settings.seed, "busy": True, "status": line}
            for update in stream:
                if update.result is not None:
                    path = self.save(update.result, visitor)
                    yield {
                        "picture": str(path),
                        "status": cards.finished(update.result, fresh=just_heard),
                        "shelf": [(str(path), update.result.prompt), *shelf],
                        "busy": False,
                    }
                elif self.sessions.is_current(visitor, job):
                    line = cards.drawing(update, perf_counter() - started)
                    yield {"picture": update.picture, "status": line}
                else:
                    stream.close()
                    line = cards.status(f"Stopped at step {update.step} of {update.num_steps}.")
                    yield {"picture": update.picture, "status": line, "busy": False}
        except Exception as error:
            yield {"status": failure(error), "busy": False}


def code(language: str | None) -> str | None:
    """The language asked for, None to detect it."""
    return None if language in ("", "auto", None) else language


def one_line(error: BaseException) -> str:
    """The message of `error` as one sentence on one line."""
    text = " ".join(str(error).split())
    return text[:1].upper() + text[1:] if text else type(error).__name__


def failure(error: Exception) -> str:
    """The progress line for `error`; what is no fault of the visitor is logged, not shown."""
    if isinstance(error, USER_ERRORS):
        return cards.status(one_line(error), kind="error")
    logger.error("a request failed", exc_info=error)
    return cards.status("Something went wrong here; please try again.", kind="error")


def _whole(name: str, value: float | None) -> int:
    if value is None or value != int(value):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)
