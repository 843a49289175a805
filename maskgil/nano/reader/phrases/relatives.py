"""Prepositional relative clauses: "a boat in which a boy sits"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import table, words_of_kind

_LONGEST = 6  # words of a preposition: "on the left hand side of"
_NAMES = {"noun", "many", "place"}
_STARTS = {"det", "count", "many", "noun", "colour", "size"}
_DOES = {"verb", "still"}


def straightened(words: Sequence[Word]) -> list[Word]:
    """The words with what a clause is about behind "with": "a boat with a boy sits in it".

    So is what somebody's is like, "whose hat is green", "with green hat"; of "where" there is
    "in", or "on" behind what has a top. Words put in say nothing of their own.
    """
    found: list[Word] = []
    at = 0
    while at < len(words):
        end = _end(words, at + 1)
        clause = _clause(words[at + 1 : end])
        way = _way(found, words[at].text, clause)
        if words[at].text == "whose" and found and (looks := _looks(clause)):
            found += [Word(words[at].said, "with"), *looks]
        elif way and clause:
            found = found[: len(found) - _length(found, words[at].text)]
            is_thing = _is(found[-1], {"noun", "many"})  # no "farm where cows graze"
            where = [*way, "it"] if is_thing else []
            found += [Word("", "with"), *clause, *(Word("", each) for each in where)]
        else:
            found.append(words[at])
            end = at + 1
        at = end
    return found


def _end(words: Sequence[Word], at: int) -> int:
    """Where the clause from `at` ends: at a pause, or at an "and" before another place."""
    for end in range(at, len(words)):
        goes_on = words[end].text == "and" and _places(words[end + 1 :])
        if end > at and (words[end].pause or goes_on):
            return end
    return len(words)


def _places(words: Sequence[Word]) -> bool:
    """Whether these words begin with where something is."""
    said = [each.text for each in words[:_LONGEST]]
    known = words_of_kind("relation")
    return said[:1] == ["there"] or any(" ".join(said[:n]) in known for n in range(1, len(said)))


def _clause(words: Sequence[Word]) -> list[Word]:
    """What a clause is about and what that does: "there is a dog", "sleeps a cat"."""
    clause = list(words)
    if [each.text for each in clause[:1]] == ["there"] and len(clause) > 1:
        clause = clause[2:]
    if len(clause) > 1 and _is(clause[0], _DOES) and _is(clause[1], {"det", "count"}):
        clause = [*clause[1:], clause[0]]
    if not clause or not _is(clause[0], _STARTS) or not any(_is(each, _NAMES) for each in clause):
        return []
    return [replace(clause[0], pause=0), *clause[1:]]


def _way(before: Sequence[Word], text: str, clause: Sequence[Word]) -> list[str]:
    """How what a clause is about stands to what it is said of; nothing for no such clause."""
    if text == "where" and before and clause and _is(before[-1], _NAMES):
        return ["on" if _has_top(before[-1].text) else "in"]
    length = _length(before, text)
    return [each.text for each in before[len(before) - length :]] if length else []


def _length(before: Sequence[Word], text: str) -> int:
    """The words of the preposition that "which" stands behind."""
    if text not in ("which", "whom"):
        return 0
    lengths = range(min(_LONGEST, len(before) - 1), 0, -1)
    known = words_of_kind("relation")
    return next((n for n in lengths if " ".join(each.text for each in before[-n:]) in known), 0)


def _looks(clause: Sequence[Word]) -> list[Word]:
    """ "Hat is green" as "green hat"."""
    texts = [each.text for each in clause]
    at = next((n for n, text in enumerate(texts) if text in table("be")), 0)
    if not at or at + 2 != len(clause):
        return []
    return [clause[-1], *clause[:at]]


def _is(word: Word, roles: set[str]) -> bool:
    return not roles.isdisjoint(lexicon().roles(word.text))


def _has_top(name: str) -> bool:
    """Whether others are on a thing rather than in it."""
    noun = lexicon().nouns.get(str(lexicon().roles(name).get("noun", "")))
    anchors = dict(noun.anchors) if noun is not None else {}
    return "on" in anchors and "in" not in anchors
