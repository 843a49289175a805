"""What is noted of a recording, in the languages of the page."""

from __future__ import annotations

import pytest

from app.dialogue.notes import noted
from app.i18n import Translations, tables
from app.speech.audio import _notes_on
from app.speech.transcripts import Piece, Turn, transcript_of

GUESSES = [("fr", 0.4), ("he", 0.3), ("ru", 0.1)]


def notes() -> list[str]:
    """One note of each kind, as they are written."""
    half = Turn([("fr", 1.0)], {(0, 16_000): Piece("un chat", "a cat"), (16_000, 40_000): None})
    other = Turn([("ru", 1.0)], {(0, 16_000): Piece("собака", "a dog")})
    unsure = Turn(GUESSES, {(0, 16_000): Piece("un chat", "a cat")})
    return [
        *transcript_of([half, other], 2.5).notes,
        *transcript_of([unsure], 1.0).notes,
        *_notes_on([0, 1], 0),
        *_notes_on([0, 1], 1),
    ]


@pytest.mark.parametrize("language", sorted(tables()))
def test_every_note_is_told_in_the_language_of_the_page(language):
    words = Translations(language)
    told = [noted(note, words) for note in notes()]
    second, first = words.number(2.5), words.number(1.0)
    shares = ", ".join(f"{name} {words.percent(share)}" for name, share in
                       (("Français", 0.4), ("עברית", 0.3), ("Русский", 0.1)))  # fmt: skip
    meant = [
        words("note.turns", languages="Français, Русский"),
        words("note.unheard", first=first, last=second),
        words("note.doubt", languages=shares),
        words("note.track", tracks=2, track=1),
        words("note.silent", silent=1, track=2),
    ]
    assert told == (notes() if language == "en" else meant)


def test_other_notes_stay_as_they_are():
    assert noted("a note of nobody", Translations("fr")) == "a note of nobody"
