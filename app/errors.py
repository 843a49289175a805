"""Errors whose message is one line for the person at the microphone."""

import re

_FOLDERS = re.compile(r"(?<![\w.:/])/(?:[^/\s'\":]+/)+")


class SpeechError(ValueError):
    """A model, language or setting that cannot be used for speech recognition."""


class ForeignTextError(ValueError):
    """A typed prompt without a known word in any language; the message is one line for the user."""

    def __init__(self, text: str) -> None:
        super().__init__(text)  # the exception's argument, so that it can be pickled
        self.text = text

    @property
    def quoted(self) -> str:
        """The text on one line, truncated."""
        words = " ".join(self.text.split())
        return f"{words[:40]}…" if len(words) > 40 else words

    def __str__(self) -> str:
        return f"nothing of “{self.quoted}” is understood; type it in English, or say it"


class DamagedTextError(ForeignTextError):
    """A text with invalid UTF-8."""

    def __str__(self) -> str:
        return f"“{self.quoted}” cannot be read: it is not UTF-8"


class MissingClipError(SpeechError):
    """There is no clip of this `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"there is no clip {self.name}"


def without_folders(text: str) -> str:
    """`text` with paths reduced to their last part."""
    return _FOLDERS.sub("", text)
