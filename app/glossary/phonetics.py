"""Approximate phonetics: spelling to sound, as someone who mishears it would.

One character a sound. The rules need not be right, only right enough that what Whisper wrote and
what was said come out near one another; `costs` says how near two sounds are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from maskgil.utils.assets import table_rows

# Sounds: vowels a e i o u y(French u) 2(eu), nasal A(an) E(in) O(on), consonants, S(ch) Z(j)
# N(ny) L(ly) T(th) X(ach), glides j w.
VOWELS = "aeiouy2AEO"
CONSONANTS = "pbtdkgfvszSZmnNlLrhTXjw"
SOUNDS = VOWELS + CONSONANTS

_ROWS = table_rows(Path(__file__).with_name("sounds.tsv"))
_SPOKEN = {(language, word): sounds for language, word, sounds, kind in _ROWS if kind == "word"}


@lru_cache(maxsize=50_000)
def sounds_of(word: str, language: str) -> str:
    """The sounds of one written word; a Chinese "word" is a syllable of pinyin without tone."""
    word = unicodedata.normalize("NFC", word.casefold())
    if (language, word) in _SPOKEN:
        return _SPOKEN[language, word]
    rules = _compiled("zh" if language == "yue" else language)
    found, at = [], 0
    while at < len(word):
        for pattern, sound in rules:
            match = pattern.match(word, at)
            if match and match.end() > at:
                found.append(sound)
                at = match.end()
                break
        else:
            found.append(_plain_letter(word[at]))
            at += 1
    return re.sub(r"(.)\1", r"\1", "".join(found))


def knows(language: str) -> bool:
    """Whether there are rules for the sounds of a language."""
    return language == "yue" or any(row[0] == language for row in _ROWS)


@lru_cache
def _compiled(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(spelling), sounds)
        for code, spelling, sounds, kind in _ROWS
        if code == language and not kind
    )


def _plain_letter(char: str) -> str:
    """A letter without its accent, where it is a sound."""
    letter = unicodedata.normalize("NFD", char)[0]
    return letter if letter in SOUNDS else ""


# ---------------------------------------------------------------- how near sounds are

_NEAR = {
    0.2: ("ij", "uw", "yj"),
    0.25: ("iy", "yu", "e2", "eE", "aA", "oO", "AO", "EA", "ei", "ou", "2y", "sz", "SZ", "tS"),
    0.35: ("pb", "td", "kg", "fv", "bv", "mn", "nN", "lL", "sS", "zZ", "ae", "o2", "uO", "aE",
           "iE", "Xh", "Xk", "rh", "2a", "2E", "sT", "jL", "jN", "ea"),
    0.6: ("lr", "nl", "ml", "rX", "fT", "gX", "kt", "pt", "sZ", "zS", "ZX", "dZ", "tZ", "bm",
          "dn", "gN", "hf", "rg", "jl", "wv", "wl", "Zj", "fs", "pk", "bd", "gd", "dl", "dr"),
}  # fmt: skip
_SAME_KIND = {True: 0.5, False: 1.0}  # vowels for one another, consonants for one another
_UNLIKE = 1.4
_LEFT_OUT = {"2": 0.2, "h": 0.2, "j": 0.35, "w": 0.35, "r": 0.5, "l": 0.55, "n": 0.55}


@lru_cache
def costs() -> tuple[np.ndarray, np.ndarray]:
    """(sounds, sounds) cost of hearing one for another, and (sounds,) cost of missing one."""
    size = len(SOUNDS)
    swap = np.full((size, size), _UNLIKE, np.float32)
    for kind in (VOWELS, CONSONANTS):
        at = [SOUNDS.index(s) for s in kind]
        swap[np.ix_(at, at)] = _SAME_KIND[kind is VOWELS]
    for cost, pairs in _NEAR.items():
        for pair in pairs:
            a, b = SOUNDS.index(pair[0]), SOUNDS.index(pair[1])
            swap[a, b] = swap[b, a] = cost
    np.fill_diagonal(swap, 0.0)
    missed = np.array([_LEFT_OUT.get(s, 0.6 if s in VOWELS else 0.8) for s in SOUNDS], np.float32)
    return swap, missed


def sound_indices(sounds: str) -> np.ndarray:
    """(n,) places of the sounds in `SOUNDS`."""
    return np.array([SOUNDS.index(s) for s in sounds], np.int64)


def padded(words: Sequence[np.ndarray]) -> np.ndarray:
    """Sounds of words (n,) as one table (words, longest), -1 behind the end of each."""
    table = np.full((len(words), max(map(len, words))), -1, np.int64)
    for row, word in enumerate(words):
        table[row, : len(word)] = word
    return table


def distances(words: np.ndarray, heard: np.ndarray, longest: int) -> np.ndarray:
    """(words, longest + 1) edit distances of each word from the first j sounds of `heard` (n,).

    `words` is a table of `padded`.
    """
    swap, missed = costs()
    size = min(longest, len(heard))
    lengths = (words >= 0).sum(axis=1)
    order = np.argsort(-lengths, kind="stable")  # so that those that are left are the first
    sounds, longer = words[order].T, (lengths > np.arange(words.shape[1])[:, None]).sum(axis=1)
    added = np.concatenate([[0.0], np.cumsum(missed[heard[:size]])]).astype(np.float32)[:, None]
    alike = swap[heard[:size]]  # (size, sounds)
    found = np.full((longest + 1, len(words)), np.inf, np.float32)
    best = np.broadcast_to(added, (size + 1, len(words)))
    for sound, count, still in zip(sounds, longer, [*longer[1:], 0], strict=True):
        sound, best = sound[:count], best[:, :count]
        step = best + missed[sound]  # the word's sound was not heard
        np.minimum(step[1:], best[:-1] + alike[:, sound], out=step[1:])
        step -= added
        for row, before in zip(step[1:], step, strict=False):  # sounds heard besides
            np.minimum(row, before, out=row)
        best = step + added
        found[: size + 1, still:count] = best[:, still:]
    result = np.empty((len(words), longest + 1), np.float32)
    result[order] = found.T
    return result
