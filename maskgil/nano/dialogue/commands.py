"""Command phrases of a dialogue, in English, from commands.tsv."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from maskgil.nano.reader.text import at_length, below_none
from maskgil.nano.reader.typography import DIGITS, has_emoji
from maskgil.utils.assets import table_rows

_TIMES = ((2, "twice"), (3, "thrice"))
Words = tuple[str, ...]
_WORD = re.compile(r"\d+[.,]\d+|[^\W_]+(?:['-][^\W_]+)*|[,.;:!?]")
MARKS = frozenset(",.;:!?")
JOINTS = (*MARKS, "and", "but", "then")
_AT = ("on", "onto", "around", "round", "over", "off", "from", "above", "behind", "at", "to", "by",
       "under", "near")  # fmt: skip
_SHORT = {"it's": ("it", "is"), "they're": ("they", "are")}
DETERMINERS = ("a", "an", "another", "the")


def tokens_of(text: str) -> list[str]:
    """Lower-case words and punctuation; "the cat's head" counts as the cat here."""
    found: list[str] = []
    for word in _WORD.findall(at_length(below_none(text)).lower().replace("’", "'")):
        if word in _SHORT:
            found += _SHORT[word]
        elif word == "got" and found and found[-1].endswith(("'s", "'ve")):
            found[-1:] = [found[-1].rpartition("'")[0], "has"]  # "he's got a hat"
        elif found and _is_short_is(found[-1], word):
            found[-1:] = [found[-1].removesuffix("'s"), "is", word]
        elif (
            found and found[-1].endswith("'s") and _is_at(found) and ((word,) in _phrases()["body"])
        ):
            found[-1] = found[-1].removesuffix("'s")
            found = ["on" if each in ("around", "round") else each for each in found]
        else:
            found.append(word)
    return found


def _is_at(words: Sequence[str]) -> bool:
    """Whether the last words are whose part something is at: "a scarf around the cat's"."""
    start = max((n for n, word in enumerate(words) if word in DETERMINERS), default=len(words) - 1)
    is_verb = is_whole(words[:start], "remove")  # "take off | the man's head"
    return start > 0 and words[start - 1] in _AT and not is_verb


def is_wordless(text: str) -> bool:
    """Whether a text has no words: only digits, punctuation and single letters."""
    words = [word for word in tokens_of(text) if word not in MARKS]
    letters = (len(word) == 1 and word.upper() != word for word in words if word.upper() != word)
    spoken = any(map(str.isalpha, "".join(word for word in words if word.upper() == word)))
    return all(letters) and not spoken and not has_emoji(text)


def _is_short_is(word: str, after: str) -> bool:
    """Whether "'s" says that something is so: "the cat's too big"."""
    return (
        word.endswith("'s")
        and word not in ("let's", "there's", "that's")
        and ((after,) in _phrases()["told of"] or after.endswith("ing"))
    )


@functools.cache
def _phrases() -> dict[str, frozenset[Words]]:
    rows = table_rows(Path(__file__).with_name("commands.tsv"))
    return {
        kind: frozenset(tuple(phrase.split()) for phrase in many.split(", ")) for kind, many in rows
    }


@functools.cache
def _longest(kind: str) -> int:
    return max(map(len, _phrases()[kind]))


@functools.cache
def _first_words(kind: str) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _phrases()[kind] if phrase)


def leads(words: Sequence[str], *kinds: str) -> int:
    """The length of the longest phrase of the given kinds at the start; 0 for none."""
    phrases = [_phrases()[kind] for kind in kinds if words and words[0] in _first_words(kind)]
    if not phrases:
        return 0
    for length in range(min(len(words), max(map(_longest, kinds))), 0, -1):
        head = tuple(words[:length])
        if any(head in many for many in phrases):
            return length
    return 0


def is_whole(words: Sequence[str], kind: str) -> bool:
    """Whether the words are exactly a phrase of a kind."""
    return tuple(words) in _phrases()[kind]


def phrase_kind(words: Sequence[str], kinds: Sequence[str]) -> tuple[str, int]:
    """The kind of the longest phrase at the start, the first of several, and its length."""
    found = [(leads(words, kind), -place, kind) for place, kind in enumerate(kinds)]
    length, _, kind = max(found)
    return (kind, length) if length else ("", 0)


def is_command(words: Sequence[str], kind: str) -> bool:
    """Whether the words are a command with its object: "save this picture"."""
    while words and words[0] in ("no", "oops") and len(words) > 1:
        words = words[1:]
    asks = words[leads(words, "ask") :]
    heads = [words[:end] for end in range(1, len(words)) if is_whole(words[end:], "picture")]
    return (
        is_whole(words, kind)
        or (kind == "another" and is_whole(asks, kind))
        or (kind not in ("another", "enlarge") and any(is_whole(head, kind) for head in heads))
    )


def repeated(words: Sequence[str]) -> tuple[str, int] | None:
    """Undo or redo, and how many steps: "undo two steps", "three steps ago", "go back twice"."""
    count, rest, at = 0, list[str](), 0
    while at < len(words):
        times = next((n for n, kind in _TIMES if (leads(words[at:], kind))), 0)
        number = (
            times
            or (int(words[at]) if words[at].isdecimal() else 0)
            or (DIGITS.index(words[at]) if words[at] in DIGITS else 0)
        )
        if number and count:
            return None
        count = count or number
        if not number and not is_whole(words[at : at + 1], "steps"):
            rest.append(words[at])
        at += max(1, leads(words[at:], "twice", "thrice") if times else 1)
    for kind in ("undo", "redo"):
        if count and is_whole(rest, f"{kind} steps"):
            return kind, count
    return None


@functools.cache
def command_words() -> frozenset[str]:
    """All words of the commands."""
    return frozenset(word for many in _phrases().values() for phrase in many for word in phrase)


@functools.lru_cache(4096)
def alike(name: str, other: str) -> bool:
    """Whether both nouns can be called by one word: a boat and a ship, a teddy bear and a bear."""
    first, second = tuple(name.split()), tuple(other.split())
    if first[-1] == second[-1] and 1 in (len(first), len(second)):
        return True
    return any(
        first in many and second in many
        for kind, many in _phrases().items()
        if kind.startswith("alike ")
    )


def voices(word: str) -> frozenset[str]:
    """The nouns that make a sound: "barks"."""
    heard = (
        kind.removeprefix("heard of ")
        for kind, many in _phrases().items()
        if kind.startswith("heard of ") and (word,) in many
    )
    return frozenset(name for names in heard for name in names.split(" or "))


def is_of_kind(name: str, kind: str) -> bool:
    """Whether a noun is a phrase of a kind, or ends in one: "old woman"."""
    words = name.split()
    return any(is_whole(words[at:], kind) for at in range(len(words)))


def without_marks(words: Sequence[str]) -> list[str]:
    """The words without punctuation."""
    return [word for word in words if word not in MARKS]


def courteous(words: Sequence[str]) -> list[str]:
    """The words without courtesies at either end."""
    found = list(words)
    while found and (found[0] in MARKS or leads(found, "polite")):
        del found[: 1 if found[0] in MARKS else leads(found, "polite")]
    while found and (found[-1] in MARKS or _ends_politely(found)):
        del found[-(1 if found[-1] in MARKS else _ends_politely(found)) :]
    return found


def _ends_politely(words: Sequence[str]) -> int:
    ends = range(min(len(words) - 1, _longest("polite")), 0, -1)
    return next((n for n in ends if is_whole(words[-n:], "polite")), 0)
