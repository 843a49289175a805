"""Occasions by what is there: "a wedding" as a bride and a groom, "at a wedding" as by its cake."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from maskgil.nano.reader.lexicon import lexicon, spelled, split
from maskgil.nano.reader.typography import Word, lookup_words
from maskgil.utils.assets import table_rows

OCCASIONS = Path(__file__).parent.with_name("occasions.tsv")
_DETERMINERS = ("a", "an", "the", "my", "his", "her", "its", "our", "their", "this",
                "your")  # fmt: skip
_AT = ("at", "during", "for", "to", "from", "on", "in", "after", "before")
_DOING = ("getting", "get")
_NOT = ("no", "not", "without", "never")
_HAVING = ("having", "have", "has", "had", "celebrating", "celebrates", "celebrate", "celebrated")
_ALONE = "="  # before a name of the table: only where it is all that is said
_LISTED = re.compile(r", | and ")
_PLAIN = 3  # words of what is listed: "a birthday cake"
_HEADS = ("noun", "many", "place", "state")  # behind an occasion they are what is spoken of


def spelled_out(words: Sequence[Word]) -> list[Word]:
    """The words with what is there in place of an occasion, told as it was said."""
    found: list[Word] = []
    behind: list[Word] = []
    at = 0
    while at < len(words):
        end = _end(words, at)
        if end is None:
            found.append(words[at])
            at += 1
            continue
        said, rest = words[at:end], [*words[:at], *words[end:]]
        texts = tuple(word.text for word in said)
        alone = (_ALONE, *texts)
        here, there = _occasions().get(texts) or _occasions()[alone]
        here, _, where = here.partition(" | ")
        here = _without(here, rest)
        here += f" {where}" if where and not _is_somewhere(rest) else ""
        start = _start(found)
        at, among = end, end < len(words) and words[end].text in ("between", "of")
        if start > 1 and found[start - 1].text in (*_AT, *_HAVING) and there != "-":
            here, start = "-" if _is_named(there, rest) else there, start - 1
        if here == "-" or (among and there == "-") or (start and found[start - 1].text in _NOT):
            found += said  # "fireworks on new year's eve", "no party"
        elif among:  # "a sword fight between a pirate and a knight"
            found[start:], behind, at = [], _told(there, said), end + 1
        else:
            found[start:] = _told(here, [*found[start:], *said])
            if at < len(words) and words[at].text == "with":
                found.append(replace(words[at], text="and"))
                at += 1
    return found + behind


def _start(found: Sequence[Word]) -> int:
    """Where what is told of an occasion before it begins: "a big", "the"."""
    start = len(found)
    while start and not found[start - 1].pause and _is_plain(found[start - 1].text):
        start -= 1
    return start - (start > 0 and found[start - 1].text in _DETERMINERS)


def _is_plain(text: str) -> bool:
    return not {"size", "adjective"}.isdisjoint(lexicon().roles(text))


def _is_somewhere(words: Sequence[Word]) -> bool:
    """Whether the rest of a text tells where all is."""
    texts = [word.text for word in words]
    spans = [*texts, *(" ".join(texts[n : n + 2]) for n in range(len(texts) - 1))]
    return any("place" in lexicon().roles(span) for span in spans)


def _without(here: str, words: Sequence[Word]) -> str:
    """A list of things without those that are told beside it: "a birthday party with a cake"."""
    parts = _LISTED.split(here)
    left = [part for part in parts if len(part.split()) > _PLAIN or not _is_named(part, words)]
    return here if len(left) in (0, len(parts)) else ", ".join(left)


def _is_named(text: str, words: Sequence[Word]) -> bool:
    """Whether the last noun of a text is among words: "fireworks on new year's eve"."""
    nouns = [noun for word in split(text) if (noun := _noun(word))]
    return bool(nouns) and nouns[-1] in {_noun(word.text) for word in words}


def _noun(text: str) -> str:
    roles = lexicon().roles(text)
    return str(roles.get("noun") or roles.get("many") or "")


def _end(words: Sequence[Word], at: int) -> int | None:
    """Where an occasion that begins at a word ends; None for none, or for one of a longer noun."""
    for length in range(min(_longest(), len(words) - at), 0, -1):
        texts = tuple(word.text for word in words[at : at + length])
        known = texts in _occasions() or (length == len(words) and (_ALONE, *texts) in _occasions())
        if not known or any(word.pause for word in words[at + 1 : at + length]):
            continue
        after = at + length
        if after < len(words) and not words[after].pause:
            roles = lexicon().roles(words[after].text)
            if not roles or any(role in roles for role in _HEADS):
                return None
        told = at > 0 and not words[at].pause and texts[0] not in _DOING
        if told and _tells_more(words[at - 1].text):
            return None
        return after
    return None


def _tells_more(text: str) -> bool:
    """Whether a word in front of an occasion tells of another: "a search party"."""
    roles = lexicon().roles(text)
    return bool({"noun", "many"} & roles.keys())


def _told(text: str, said: Sequence[Word]) -> list[Word]:
    """Words of a text that were said otherwise."""
    whole = " ".join(word.said for word in said if word.said)
    first, *rest = lookup_words(text)
    told = [Word("", part, word.pause) for word in rest for part in spelled(word.text)]
    return [Word(whole, first.text, said[0].pause), *told]


@functools.cache
def _occasions() -> dict[tuple[str, ...], tuple[str, str]]:
    return {
        (*name[: name.startswith(_ALONE)], *split(name.lstrip(_ALONE))): (here, there)
        for names, here, there in table_rows(OCCASIONS)
        for name in names.split(", ")
    }


@functools.cache
def _longest() -> int:
    return max(map(len, _occasions()))
