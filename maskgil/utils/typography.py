"""Unicode normalisation: NFKC on one line, without what cannot be seen."""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"  # makes one picture of several emoji


_EMOJI_FORM = "\ufe0f"


_EMOJI_KINDS = ("So", "Sk")  # general categories


# Letters and marks that show nothing, beside the format characters (category Cf).
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0e]")


def clean(text: str) -> str:
    """`text` in NFKC on one line, without control and format characters and other blanks.

    Joiners stay between emoji, which they make one picture of.
    """
    text = _BLANK.sub("", unicodedata.normalize("NFKC", text))
    kept = []
    for at, char in enumerate(text):
        kind = unicodedata.category(char)
        if char == _JOINER:
            joined = _is_emoji(text[:at].rstrip(_EMOJI_FORM)[-1:]) and _is_emoji(text[at + 1 :][:1])
            kept.append(char if joined else "")
        elif char == _EMOJI_FORM:
            kept.append("" if text[:at][-1:].isspace() else char)
        elif kind != "Cf":
            kept.append(" " if kind in ("Cc", "Cs", "Zl", "Zp") else char)
    return " ".join("".join(kept).split()).removeprefix(_EMOJI_FORM)


def _is_emoji(char: str) -> bool:
    return bool(char) and unicodedata.category(char) in _EMOJI_KINDS
