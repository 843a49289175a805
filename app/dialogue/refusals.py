"""Refusals: one-sentence reasons in the user's language."""

from __future__ import annotations

from app.dialogue.telling import worded
from app.errors import ForeignTextError, MissingClipError
from app.i18n import Translations, words_in
from app.imaging.png import PictureError, UnreadablePictureError
from app.imaging.settings import DamagedError, EmptyPromptError, LongPromptError, NumberError
from app.languages import OWN_NAMES
from app.server.job_queue import BusyError
from app.speech.audio import AudioError, NotAudioError
from app.types import SilenceError, UnclearLanguageError
from maskgil.prompts import NothingKnownError
from maskgil.utils.command_line import one_line

_WHOLE = {
    SilenceError: "status.silence",
    EmptyPromptError: "status.nothing",
    UnreadablePictureError: "status.no_image",
}
"""Errors with a sentence in every language."""
_ROUGH = {
    BusyError: "status.busy",
    PictureError: "status.no_restore",
    DamagedError: "status.no_restore",
    AudioError: "status.no_recording",
}
"""Those of which English tells more."""
_NUMBERS = {"ar_ratio": "quality", "the number of pictures": "count"}


def refusal(error: Exception, words: Translations) -> str:
    """The sentence for `error`; empty where there is none in the person's language."""
    for kind, key in _WHOLE.items():
        if isinstance(error, kind):
            return words(key)
    if isinstance(error, NothingKnownError):
        return _unknown(error, words)
    if isinstance(error, ForeignTextError):
        return words("status.unread", text=error.quoted)
    if isinstance(error, UnclearLanguageError):
        guesses = " / ".join(OWN_NAMES.get(code, code) for code, _ in error.guesses)
        return words("status.unclear", languages=guesses)
    if isinstance(error, NotAudioError):
        return words("status.no_sound", file=error.name)
    if isinstance(error, MissingClipError):
        return words("status.no_clip", file=error.name)
    return "" if words.language == "en" else _roughly(error, words)


def refused_in(language: str, error: Exception) -> str:
    """The line for `error` in a language; in English where there are no words of it."""
    words = words_in(language)
    return ("" if words.language == "en" else refusal(error, words)) or one_line(error)


def _roughly(error: Exception, words: Translations) -> str:
    if isinstance(error, LongPromptError):
        return words("status.too_long", length=error.length, most=error.most)
    if isinstance(error, NumberError):
        return words("status.number", name=words(_NUMBERS.get(error.name, error.name)))
    return next((words(key) for kind, key in _ROUGH.items() if isinstance(error, kind)), "")


def _unknown(error: NothingKnownError, words: Translations) -> str:
    if not error.nearest:
        return words("status.no_thing", wish=error.wish)
    nearest = ", ".join(worded(each, words) for each in error.nearest)
    return words("status.unknown", wish=error.wish, nearest=nearest)
