"""Validation of API parameters: any JSON value becomes checked settings or is refused.

Every refusal is one line that quotes the value, truncated; a long value is never copied whole.
"""

from __future__ import annotations

import re
import reprlib
import unicodedata
from typing import Any

from app.imaging.settings import DrawSettings, SettingsError
from app.languages import check_language

LONGEST_NUMBER = 40  # characters
LARGEST = 2**53  # the largest integer that a JSON number holds exactly
LONGEST_LANGUAGE = 40
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxdict, _SHORT.maxstring = 2, 3, 3, 40
_NAMES = {None: "null", True: "true", False: "false"}


def settings_of(ar_ratio: Any, steps: Any, guidance: Any, seed: Any) -> DrawSettings:
    """Checked settings; numbers may come as text. Raises `SettingsError` in one line."""
    return DrawSettings(
        steps=_whole(_number("steps", steps)),
        guidance=_number("guidance", guidance),
        ar_ratio=_number("ar_ratio", ar_ratio),
        seed=_whole(_number("seed", seed)),
    )


def text_of(name: str, value: Any) -> str:
    """`value` if it is text, nothing if it is null. Raises `SettingsError`."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SettingsError(f"{name} must be text, not {quoted(value)}")
    return value


def language_of(value: Any) -> str | None:
    """A language's code, None to detect it. Raises `ValueError` in one line."""
    language = text_of("language", value).strip()
    if language.lower() in ("", "auto"):
        return None
    if len(language) > LONGEST_LANGUAGE:
        raise SettingsError(f"language must be a code such as fr, not {quoted(language)}")
    return check_language(language)


def quoted(value: Any) -> str:
    """A value as JSON, truncated, on one line."""
    if value is None or isinstance(value, bool):
        return _NAMES[value]
    if isinstance(value, int) and value.bit_length() > 128:
        return f"a whole number of {value.bit_length()} bits"
    return " ".join(_SHORT.repr(value).split())


def _number(name: str, value: Any) -> Any:
    """A number, or text that is one; `DrawSettings` checks its range."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, float) or abs(value) <= LARGEST:
            return value
        raise SettingsError(f"{name} must be a smaller number, not {quoted(value)}")
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER:
        written = unicodedata.normalize("NFKC", value).strip().replace("−", "-")
        if _NUMBER.fullmatch(written) and abs(float(written)) <= LARGEST:
            return int(written) if re.fullmatch(r"[+-]?\d+", written) else float(written)
    raise SettingsError(f"{name} must be a number, not {quoted(value)}")


def _whole(value: Any) -> Any:
    """8.0 as 8; anything else unchanged."""
    exact = isinstance(value, float) and abs(value) <= LARGEST and value.is_integer()
    return int(value) if exact else value
