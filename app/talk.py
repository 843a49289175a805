"""Talking in the terminal: record this computer's microphone, draw, save, and again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.audio import SAMPLE_RATE, record
from app.pictures import save_png
from app.pipeline import DrawSettings, SilenceError, SpeechToImage

if TYPE_CHECKING:
    import numpy as np

FOLDER = Path("pictures")


def talk(pipeline: SpeechToImage, *, keys: TextIO = sys.stdin, out: TextIO = sys.stdout) -> None:
    """Enter records until the speaker pauses, then draws into pictures/; q or Ctrl-D ends it.

    Raises AudioError when this computer has no microphone, OSError when pictures/ cannot be made.
    """

    def say(text: str, end: str = "\n") -> None:
        print(text, end=end, file=out, flush=True)

    FOLDER.mkdir(exist_ok=True)
    warming = pipeline.warm_up()
    try:
        number = 0
        while True:
            say("Press Enter and speak; q ends. ", end="")
            line = keys.readline()
            if not line or line.strip().lower() == "q":
                return
            say("listening…")
            number += 1
            try:
                _draw(pipeline, record(), DrawSettings(seed=number), say)
            except SilenceError as error:
                say(str(error))
    finally:
        warming.join()  # a thread cut off while it loads would end the process with an abort


def _draw(
    pipeline: SpeechToImage, samples: np.ndarray, settings: DrawSettings, say: Callable[[str], None]
) -> None:
    for update in pipeline.run((SAMPLE_RATE, samples), settings):
        if update.stage == "heard" and update.heard is not None:
            said = update.heard.transcript
            say(f"heard ({said.language}, {said.language_probability:.0%}): {said.text}")
            say(f"prompt: {update.heard.prompt}")
        elif update.result is not None:
            path = _free_path(FOLDER)
            save_png(update.result.image, path, update.result.png_text())
            say(f"picture: {path} ({update.result.seconds.total:.1f} s)")


def _free_path(folder: Path) -> Path:
    """The first unused picture-NNN.png in `folder`."""
    taken = {path.name for path in folder.glob("picture-*.png")}
    return next(
        folder / name
        for name in (f"picture-{number:03d}.png" for number in range(1, 1_000_000))
        if name not in taken
    )
