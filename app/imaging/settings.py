"""Drawing settings and the prompt, validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NewType

from maskgil.utils.typography import clean, unlisted

if TYPE_CHECKING:
    from maskgil.sampling.config import SamplingConfig

Prompt = NewType("Prompt", str)  # the result of `clean_prompt`

MAX_STEPS = 64
MAX_GUIDANCE = 20.0
MAX_SEED = 2**32 - 1
MAX_PROMPT = 1000
LONGEST_READ = 20 * MAX_PROMPT  # characters read, invisible ones included
MAX_COUNT = 4  # pictures of one prompt per request


class SettingsError(ValueError):
    """A setting or prompt outside what is valid; the message is one line for the user."""


class EmptyPromptError(SettingsError):
    """There is nothing to draw."""


class DamagedError(SettingsError):
    """The settings stored in a picture are invalid."""


class LongPromptError(SettingsError):
    """A prompt of more characters than the `most` that are read."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(length, most)
        self.length, self.most = length, most

    def __str__(self) -> str:
        return f"the prompt is {self.length:,} characters long; at most {self.most:,} are read"


class NumberError(SettingsError):
    """A setting's `name`, and what is wrong with its number."""

    def __init__(self, name: str, line: str) -> None:
        super().__init__(name, line)
        self.name, self.line = name, line

    def __str__(self) -> str:
        return self.line


@dataclass(frozen=True)
class DrawSettings:
    """How to draw: `ar_ratio` 0 is fastest, 1 lets the autoregressive model write every token.

    `guidance` None is the preset's own (`AppConfig.guidance`).
    """

    steps: int = 8
    guidance: float | None = None
    ar_ratio: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        _check("steps", self.steps, 1, MAX_STEPS, whole=True)
        if self.guidance is not None:
            _check("guidance", self.guidance, 0.0, MAX_GUIDANCE)
        _check("ar_ratio", self.ar_ratio, 0.0, 1.0)
        _check("seed", self.seed, 0, MAX_SEED, whole=True)

    def seeds(self, count: int) -> list[int]:
        """Seeds of `count` pictures: this one and the numbers that follow."""
        _check("the number of pictures", count, 1, MAX_COUNT, whole=True)
        return [(self.seed + number) % (MAX_SEED + 1) for number in range(count)]

    def sampling(self, usual: SamplingConfig) -> SamplingConfig:
        """These settings over the preset's `usual` ones."""
        if self.guidance is not None:
            usual = usual.with_guidance(self.guidance)
        return replace(usual, num_steps=self.steps, ar_ratio=self.ar_ratio)


def restore(text: Mapping[str, str]) -> tuple[Prompt, DrawSettings]:
    """Prompt and settings from a picture's text (`app.imaging.png.read_settings`), all checked.

    Missing settings keep their defaults. Raises `DamagedError` for invalid ones.
    """
    default = DrawSettings()
    try:
        settings = DrawSettings(
            steps=int(text.get("steps", default.steps)),
            guidance=float(text["guidance"]) if "guidance" in text else None,
            ar_ratio=float(text.get("ar_ratio", default.ar_ratio)),
            seed=int(text.get("seed", default.seed)),
        )
    except ValueError as error:
        if isinstance(error, SettingsError):
            raise DamagedError(f"that picture's settings are not valid: {error}") from error
        raise DamagedError("that picture's settings are damaged: a number is none") from error
    return clean_prompt(text.get("prompt", "")), settings


def clean_prompt(text: str) -> Prompt:
    """`text` on one line in NFKC, without invisible characters and list bullets.

    Raises `SettingsError` if that is empty or too long.
    """
    prompt = clean(unlisted(text)) if len(text) <= LONGEST_READ else text
    if not prompt:
        raise EmptyPromptError("the prompt is empty; say or type what to draw")
    if len(prompt) > MAX_PROMPT:
        raise LongPromptError(len(prompt), MAX_PROMPT)
    return Prompt(prompt)


def _check(name: str, value: float, low: float, high: float, *, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    good = isinstance(value, kinds) and not isinstance(value, bool)
    if not good or not low <= value <= high:  # false for NaN too
        kind = "a whole number" if whole else "a number"
        line = f"{name} must be {kind} from {low} to {high}, not {value!r}"
        raise NumberError(name, line)
