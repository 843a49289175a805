"""Form values of the page: the controls and what its script asks, validated."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.imaging.settings import MAX_SEED, DrawSettings, NumberError, SettingsError
from app.languages import check_language, known_languages

if TYPE_CHECKING:
    from app.server.uploads import Upload

KINDS = ("draw", "speak", "tell", "vary", "widen", "restore")
KINDS_OF_VALUES = {
    "kind": str, "marks": str, "language": str, "seed": int, "upload": str, "picture": int,
    "chosen": int, "heard": int, "languages": list, "text": str, "answer": int, "edit": dict,
}  # fmt: skip
MOST_MARKS = 16_384
MOST_LANGUAGES = 32  # of a browser's list that are read
LARGEST_NUMBER = 2**53  # the largest exact integer in JavaScript


@dataclass(frozen=True)
class FormValues:
    """The page's settings; numbers may be floats, or None for an empty field.

    `compare` is a second quality in percent, or None. `seed_now` replaces a fresh seed, so that the
    final picture has the preview's. `shape` is "ROWSxCOLUMNS" of a new picture, None for the
    generator's default; `style` its style, None or the default to keep the prompt's own.
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
    style: str | None = None

    def settings(self) -> DrawSettings:
        """Checked settings, with a new seed if `fresh`. Raises ValueError in one line."""
        if not self.fresh:
            seed = _whole("seed", self.seed)
        elif self.seed_now is not None:
            seed = self.seed_now
        else:
            seed = random.randrange(MAX_SEED + 1)
        if self.percent is None or self.guidance is None:
            name = "guidance" if self.guidance is None else "quality"
            raise NumberError(name, "quality or guidance is empty; give a number")
        steps = _whole("steps", self.steps)
        return DrawSettings(steps, self.guidance, self.percent / 100, seed)

    def pictures(self) -> int:
        """How many pictures of one prompt. Raises ValueError in one line."""
        count = _whole("the number of pictures", self.count)
        DrawSettings().seeds(count)
        return count


@dataclass(frozen=True)
class PageRequest:
    """A visitor's request as sent by the page's script.

    Attributes:
        number: A counter of each page, by which page and server agree which request is newest.
        kind: One of `KINDS`.
        marks: "0" or "1" for each cell of the picture on the stage, empty when nothing is marked.
        language: The spoken language, None for the menu's choice.
        languages: Codes of the browser's languages.
        seed: The seed of the live preview, or None.
        upload: Server path of the uploaded file.
        picture: Number of the request whose picture is on the stage, None for none.
        chosen: Index of the chosen one of several pictures, or None.
        heard: Number of the request whose words are shown, None for none.
        text: The line typed to the picture on the stage.
        answer: Index of the choice that answers the pending question.
        edit: An edit of the scene graph by a click (see `app.web.stage.graph.edited`).
    """

    number: int
    kind: str = "draw"
    marks: str = ""
    language: str | None = None
    languages: tuple[str, ...] = ()
    seed: int | None = None
    upload: str | None = None
    picture: int | None = None
    chosen: int | None = None
    heard: int | None = None
    text: str | None = None
    answer: int | None = None
    edit: dict[str, object] | None = None

    @classmethod
    def read(cls, said: object) -> PageRequest:
        """Parse and check what arrived. Raises `SettingsError`."""
        number = number_of(said)
        if number is None or not isinstance(said, dict):
            raise SettingsError("the page sent no request")
        try:
            given: dict[str, Any] = {name: said.get(name) for name in KINDS_OF_VALUES}
            for name, kind in KINDS_OF_VALUES.items():
                if given[name] is not None and type(given[name]) is not kind:
                    raise ValueError(name)
            marks, seed = given["marks"] or "", given["seed"]
            if len(marks) > MOST_MARKS or set(marks) - {"0", "1"}:
                raise ValueError("marks")
            if given["kind"] not in KINDS:
                raise ValueError("kind")
            if seed is not None and not 0 <= seed <= MAX_SEED:
                raise ValueError("seed")
            if given["language"] is not None:
                given["language"] = check_language(given["language"])
            given["languages"] = known_languages((given["languages"] or [])[:MOST_LANGUAGES])
        except ValueError as error:
            raise SettingsError(f"the page sent something unreadable: {error}") from error
        return cls(number, **given | {"marks": marks})


def number_of(said: object) -> int | None:
    """The number of a request sent by the page's script, None without one."""
    number = said.get("number") if isinstance(said, dict) else None
    return number if type(number) is int and 0 < number <= LARGEST_NUMBER else None


@dataclass(frozen=True)
class Form:
    """The values of the page's controls at a request, and its uploaded file.

    `speaks`: codes of the languages that the visitor declared; a single one needs no detection.
    """

    prompt: str
    speaks: tuple[str, ...]
    knobs: FormValues
    upload: Upload | None = None

    @property
    def told(self) -> str | None:
        """The declared language if there is exactly one, None to detect it."""
        return self.speaks[0] if len(self.speaks) == 1 else None


def _whole(name: str, value: float | None) -> int:
    if value is None or not math.isfinite(value) or value != int(value):
        raise NumberError(name, f"{name} must be a whole number, not {value!r}")
    return int(value)
