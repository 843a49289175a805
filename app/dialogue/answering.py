"""The text and question of a reply, in the language of the utterance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.remarks import remarked
from app.dialogue.replies import Reply
from app.dialogue.telling import scene_described, told
from app.glossary.normalize import as_written, folded_words
from app.i18n import Translations, words_in
from app.languages import UNSPACED

_LINES = {
    "undo": "status.back", "redo": "status.forth", "restart": "status.restart",
    "save": "status.saved", "enlarge": "status.saved", "another": "vary",
}  # fmt: skip
"""What is said of actions that change nothing in the scene."""


def in_its_language(reply: Reply) -> Reply:
    """A reply as whoever spoke reads it: in English where there are no words of their language."""
    words = words_in(reply.language)
    if words.language == "en" or reply.question is not None:
        return reply
    return replace(reply, line=_line(reply, words))


def not_understood(reply: Reply) -> tuple[str, ...]:
    """What of an utterance is not done and is told nowhere else, in the words that were said.

    Of another language not those of a translation that nobody said: where all are, all that was.
    """
    told = {each.said for each in reply.remarks}
    left = tuple(each for each in reply.left_out if each not in told)
    if reply.language == "en" or not left:
        return left
    said = folded_words(reply.said)
    theirs = [each for each in left if _is_within(folded_words(each), said, reply.language)]
    return as_written(theirs, reply.said) or (() if reply.remarks else (reply.said,))


def _is_within(words: Sequence[str], said: Sequence[str], language: str) -> bool:
    """Whether words are among those that were said; in an unspaced language a part of them."""
    if language in UNSPACED:
        return all(any(word in each for each in said) for word in words)
    return set(words) <= set(said)


def _line(reply: Reply, words: Translations) -> str:
    moment = reply.moment
    standing = scene_described(moment.arrangement.scene, words) if moment is not None else ""
    if reply.action == "new":
        return standing
    if reply.number and moment is not None:
        which = str(reply.number) if moment.change is None else told(moment.change, words)
        standing += f" ({which})"
    if reply.action in _LINES:
        return words(_LINES[reply.action], prompt=standing or "–")
    why = remarked(reply.remarks, words)
    if reply.key:
        return words(reply.key)
    if reply.action == "none" or moment is None or moment.change is None:
        return why or words("status.unchanged")
    line = told(moment.change, words)
    if reply.is_at_limit:
        line = words("status.limit", change=line)
    return " · ".join(filter(None, (line, why)))
