"""Hallucination filter: texts that Whisper invents without speech.

Over music, noise and silence the model falls back on the ends of the videos it was trained on. In
English, into which every language is translated, such sentences are told by their kind (thanks for
watching, calls to subscribe, farewells until the next video, signatures of subtitles), in other
languages by what Whisper is known to write, and weak words together with Whisper's own doubts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.languages import plain
from app.thresholds import NO_SPEECH, UNLIKELY, UNSURE_LOGPROB, UNSURE_NO_SPEECH
from maskgil.utils.assets import table_rows

if TYPE_CHECKING:
    from app.speech.engine import Decoding

# What stands for words in the patterns of hallucinations.tsv.
_MEDIUM = r"(?:video|vlog|episode|channel|stream|podcast|tutorial|show|broadcast)s?"
_THIS = rf"(?:this|my|our|the|today s|another|a new) (?:\w+ )?{_MEDIUM}"
_SOME = r"(?:\w+ ){0,4}"
_ADDRESS = re.compile(r"\bwww\.|https?:|\w\.(?:com|org|net|tv|gov|edu)\b", re.IGNORECASE)


def sounds_invented(decoding: Decoding) -> bool:
    """Whether a transcript is none: no letters, unlikely, or nothing but what Whisper makes up.

    Unlikely means both a high no-speech probability and a low mean log probability, as in
    Radford et al. 2022, Sec. 4.5.
    """
    sentences = [each for each in _sentences(decoding.text) if _plain_words(each)]
    others = [_plain_words(each) for each in sentences if not _is_credit(each)]
    is_weak = all(words in _weak_words() for words in others)
    if not others or (is_weak and len(others) < len(sentences)):
        return True
    if decoding.no_speech > NO_SPEECH and decoding.mean_logprob < UNLIKELY:
        return True
    doubtful = decoding.no_speech > UNSURE_NO_SPEECH or decoding.mean_logprob < UNSURE_LOGPROB
    return doubtful and is_weak


def without_credits(text: str) -> str:
    """`text` without the sentences that Whisper adds of its own accord; perhaps nothing is left."""
    sentences = _sentences(text)
    kept = [sentence for sentence in sentences if not _is_credit(sentence)]
    return text if len(kept) == len(sentences) else "".join(kept).strip()


def _sentences(text: str) -> list[str]:
    """`text` cut after each end of a sentence; a dot within a word (amara.org) is none."""
    return re.findall(r".+?(?:[.!?…♪]+(?:\s+|$)|[。！？]+\s*|$)", text, re.DOTALL)


def _is_credit(sentence: str) -> bool:
    """Whether a sentence only ends, signs or captions a video."""
    words = _plain_words(sentence)
    bare = words.replace(" ", "")
    return bool(
        _kinds().fullmatch(words)
        or _credits().fullmatch(words)
        or _ADDRESS.search(sentence)
        or any(part in bare for part in _unspaced())
    )


@lru_cache
def _kinds() -> re.Pattern[str]:
    """All kinds of sentences as one pattern over plain words."""

    def pattern_of(kind: str) -> str:
        for name, pattern in {"{some}": _SOME, "{this}": _THIS, "{medium}": _MEDIUM}.items():
            kind = kind.replace(name, pattern)
        return kind

    return _any_of(_phrases("sentence"), pattern_of)


@lru_cache
def _credits() -> re.Pattern[str]:
    """All credits as one pattern over plain words."""
    return _any_of(_phrases("credit"), lambda phrase: re.escape(_plain_words(phrase)))


def _any_of(lines: list[str], pattern_of: Callable[[str], str]) -> re.Pattern[str]:
    """Any of `lines`, whose dashes stand for any further words."""
    patterns = []
    for line in lines:
        before = "(?:.* )?" if line.startswith("—") else ""
        after = "(?: .*)?" if line.endswith("—") else ""
        patterns.append(before + pattern_of(line.strip("— ")) + after)
    return re.compile("|".join(patterns))


@lru_cache
def _unspaced() -> tuple[str, ...]:
    return tuple(_plain_words(phrase).replace(" ", "") for phrase in _phrases("part"))


@lru_cache
def _weak_words() -> frozenset[str]:
    return frozenset(map(_plain_words, _phrases("weak")))


def _phrases(kind: str) -> list[str]:
    """Those of one kind in hallucinations.tsv."""
    rows = table_rows(Path(__file__).with_name("hallucinations.tsv"))
    return [phrase for name, phrase in rows if name == kind]


def _plain_words(text: str) -> str:
    """Lower-case words without accents on Latin letters and without punctuation."""
    return " ".join(re.findall(r"\w+", plain(text)))
