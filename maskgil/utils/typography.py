"""Unicode normalisation: NFKC on one line, without what cannot be seen."""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"  # makes one picture of several emoji
_EMOJI_FORM = "\ufe0f"
_EMOJI_KINDS = ("So", "Sk")  # general categories
# Letters and marks that show nothing, beside the format characters (category Cf).
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0e]")

_ITEM = re.compile(
    r"\s*(?:[-–—−](?!-)\s*(?=\S)|[*+•◦▪·‣]\s*|\(?(?:\d{1,2}|[a-z])[.)]\s+|\d{1,2}\s+[-–]\s+"
    r"|\[[ xX]?\]\s*)"
)  # what marks a line of a list


def unlisted(text: str) -> str:
    """The lines of a list, each without its mark, in one line; another text as it is.

    A dash before a number counts nothing off where several lines begin with a mark.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if sum(_ITEM.match(line) is not None for line in lines) < 2:
        return text
    bare = [_ITEM.sub("", line, count=1) if _ITEM.match(line) else line for line in lines]
    return "".join(line + (" " if line[-1:] in ",;.!?" else ", ") for line in bare if line).rstrip(
        " ,"
    )


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
