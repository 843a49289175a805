"""What the page's controls say: numbers and marks as they arrive, made into checked settings."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass

from app.languages import check_language
from app.settings import MAX_SEED, DrawSettings, SettingsError

LONGEST_HAND = 20_000  # characters


@dataclass(frozen=True)
class Knobs:
    """The page's settings: numbers may be floats, or None when emptied.

    `compare` is a second quality in percent, None for none. `seed_now` takes the place of a fresh
    seed, so that the picture drawn at the end has that of the preview. `shape` "ROWSxCOLUMNS" of a
    new picture, None for the generator's usual one.
    """

    percent: float | None
    steps: float | None
    guidance: float | None
    seed: float | None
    fresh: bool = False
    count: float | None = 1
    compare: float | None = None
    seed_now: int | None = None
    shape: str | None = None

    def settings(self) -> DrawSettings:
        """Checked settings, with a new seed if `fresh`. Raises ValueError in one line."""
        if not self.fresh:
            seed = _whole("seed", self.seed)
        elif self.seed_now is not None:
            seed = self.seed_now
        else:
            seed = random.randrange(MAX_SEED + 1)
        if self.percent is None or self.guidance is None:
            raise ValueError("quality or guidance is empty; give a number")
        steps = _whole("steps", self.steps)
        return DrawSettings(steps, self.guidance, self.percent / 100, seed)

    def pictures(self) -> int:
        """How many pictures of one prompt. Raises ValueError in one line."""
        count = _whole("the number of pictures", self.count)
        DrawSettings().seeds(count)
        return count


@dataclass(frozen=True)
class Hand:
    """What the page's script says: `marks` "0" and "1" a cell, the language to hear, a seed."""

    marks: str = ""
    language: str | None = None
    seed: int | None = None

    @classmethod
    def read(cls, text: str | None) -> Hand:
        """From the script's JSON; what is not valid there is a `SettingsError`."""
        try:
            if len(text or "") > LONGEST_HAND:
                raise ValueError("it is too long")
            said = json.loads(text or "{}")
            marks, language, seed = said.get("marks", ""), said.get("language"), said.get("seed")
            if not isinstance(marks, str) or set(marks) - {"0", "1"}:
                raise ValueError("marks")
            if seed is not None and not (type(seed) is int and 0 <= seed <= MAX_SEED):
                raise ValueError("seed")
            return cls(marks, None if language is None else check_language(str(language)), seed)
        except (ValueError, AttributeError, RecursionError) as error:
            raise SettingsError(f"the page sent something unreadable: {error}") from error


def code(language: str | None) -> str | None:
    """The language asked for, None to detect it."""
    return None if language in ("", "auto", None) else language


def _whole(name: str, value: float | None) -> int:
    if value is None or not math.isfinite(value) or value != int(value):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)
