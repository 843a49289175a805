"""Light-verb constructions by the verb they mean: "taking a romantic walk", "a boat ride"."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import inflected_as, table, verb_forms

_ARTICLES = ("a", "an", "the", "some", "another", "his", "her", "their", "its")
_LONGEST = 6  # words from the verb to its noun
_RIDE, _GAME = "ride", ("game", "of")
_CARRIERS = ("vehicle", "watercraft", "aircraft", "animal")


def lightened(words: Sequence[Word]) -> list[Word]:
    """The words with a verb in place of a verb that says little and its noun."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        end, new = _meant(words, at)
        found += new or [words[at]]
        at = end if new else at + 1
    return found


def _meant(words: Sequence[Word], at: int) -> tuple[int, list[Word]]:
    """Where a construction that begins at a word ends, and its verb; no words for none."""
    text = words[at].text
    if text not in verb_forms("light verb", "plays"):
        return at, []
    start = at + 1
    if start < len(words) and words[start].text in ("for", "on", "in"):
        start += 1  # "going for a walk"
    start += start < len(words) and words[start].text in _ARTICLES
    end = next((n for n in range(start, len(words)) if words[n].pause), len(words))
    end = min(end, at + _LONGEST)
    texts = [word.text for word in words[:end]]
    if text in verb_forms("plays"):  # "playing a game of chess"
        game = next((n for n in range(start, end) if tuple(texts[n : n + 2]) == _GAME), None)
        return (at, []) if game is None else (game + 2, [words[at]])
    ride = texts.index(_RIDE, start) if _RIDE in texts[start:] else start
    if _carries(" ".join(texts[start:ride])):
        ridden = [Word(word.said, word.text) for word in words[start - 1 : ride]]
        return ride + 1, [_verb(words, at, _RIDE)[0], *ridden]
    for noun in range(start, end):
        for last in (noun + 1, noun):
            if verb := table("light").get(" ".join(texts[noun : last + 1]), ""):
                return min(end, last + 1), _verb(words, at, verb)
        if set(lexicon().roles(texts[noun])) - {"adjective", "plain"}:
            break
    return at, []


def _verb(words: Sequence[Word], at: int, meant: str) -> list[Word]:
    """The verb that is meant, in the form of the one that is said."""
    first, *rest = inflected_as(meant, words[at].text).split()
    return [Word(first, first, words[at].pause), *(Word(each, each) for each in rest)]


def _carries(text: str) -> bool:
    """Whether somebody rides in what is called so."""
    roles = lexicon().roles(*text.split())
    return "noun" in roles and lexicon().nouns[roles["noun"]].category in _CARRIERS
