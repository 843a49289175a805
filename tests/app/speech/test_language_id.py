"""Which language was spoken, told by what Whisper made of a clip in the likeliest ones."""

from __future__ import annotations

import pytest

from app.speech.audio import SAMPLE_RATE
from app.speech.engine import Decoding
from app.speech.language_id import languages_in_turn, rivals_of, weigh_languages
from app.speech.transcripts import LanguagePart, Piece, Turn, transcript_of


def text(words: str, mean_logprob: float) -> Decoding:
    return Decoding(words, (), mean_logprob, 0.0)


def test_the_language_whose_words_are_understood_is_taken() -> None:
    guesses = [("bg", 0.6), ("uk", 0.1), ("sl", 0.1), ("pt", 0.03), ("ru", 0.02)]
    heard = {
        "bg": text("Той сколю с бранко зна неви.", -0.7),
        "uk": text("Той скоєлюсь бранку знаневі.", -0.8),
        "pt": text("Dois coelhos brancos na neve.", -0.2),
    }
    weighed = weigh_languages(guesses, heard)
    assert weighed[0][0] == "pt" and weighed[0][1] > 0.5
    assert [p for _, p in weighed] == sorted((p for _, p in weighed), reverse=True)
    assert sum(p for _, p in weighed) == pytest.approx(sum(p for _, p in guesses))
    assert dict(weighed)["ru"] == 0.02  # not compared, not changed


@pytest.mark.parametrize("language", ["haw", "bo", "la"])
def test_a_language_without_words_is_still_chosen(language: str) -> None:
    guesses = [(language, 0.8), ("es", 0.1), ("it", 0.05)]
    heard = {
        language: text("he nani ka pua ma ka nahele", -0.4),
        "es": text("Ni nunca pues ama canal", -0.9),
        "it": text("E nani capo ama cane", -0.9),
    }
    assert weigh_languages(guesses, heard)[0][0] == language


def test_fluent_text_decides_where_no_word_tells() -> None:
    guesses = [("es", 0.5), ("it", 0.4)]
    heard = {"es": text("Nos o que ora es", -1.2), "it": text("Non so che ora è", -0.3)}
    assert weigh_languages(guesses, heard)[0][0] == "it"


def test_a_text_that_runs_in_circles_speaks_against_its_language() -> None:
    guesses = [("sq", 0.5), ("ro", 0.3)]
    heard = {"sq": None, "ro": text("O pisică portocalie", -0.8)}
    assert weigh_languages(guesses, heard)[0][0] == "ro"


def test_unlikely_languages_are_rivals_where_their_words_are_known() -> None:
    guesses = [("he", 0.6), ("yi", 0.2), ("ar", 0.1), ("uk", 0.03), ("fr", 0.02), ("en", 0.004)]
    assert rivals_of(guesses) == ["he", "yi", "ar", "fr"]


SURE = {"fr": {"fr": 0.99, "en": 0.002}, "en": {"en": 0.99}, "ja": {"ja": 0.9, "en": 1e-4}}
DOUBT = {"nn": 0.3, "en": 0.2, "fr": 0.2}


@pytest.mark.parametrize(
    ("heard", "seconds", "wanted"),
    [
        (("fr", "en"), (2.0, 2.0), ["fr", "en"]),
        (("fr", "en", "fr"), (2.0, 2.0, 2.0), ["fr", "en", "fr"]),
        (("fr", "en"), (2.0, 0.3), ["fr", "fr"]),  # a short one says little
        (("fr", DOUBT, "fr"), (2.0, 2.0, 2.0), ["fr", "fr", "fr"]),
        (("fr", DOUBT, DOUBT), (2.0, 2.0, 0.5), ["fr", "fr", "fr"]),
        (("en", "ja", "en"), (3.0, 0.5, 3.0), ["en", "en", "en"]),
        (("fr",), (0.0,), ["fr"]),
    ],
)
def test_a_language_changes_only_where_that_is_clear(heard, seconds, wanted):
    stretches = [SURE[one] if isinstance(one, str) else one for one in heard]
    found = languages_in_turn(stretches, seconds)
    assert found == wanted


def test_what_was_not_understood_is_said():
    piece = Piece("Un chat.", "A cat.")
    second = SAMPLE_RATE
    turns = [
        Turn([("fr", 0.9)], {(0, second): piece, (second, 3 * second): None}),
        Turn([("en", 0.8)], {(3 * second, 7 * second): Piece("a dog", "a dog")}),
        Turn([("en", 0.7)], {(8 * second, 9 * second): Piece("and a cow", "and a cow")}),
    ]
    heard = transcript_of(turns, 1.0)
    assert (heard.language, heard.language_probability) == ("en", 0.8)
    assert heard.parts == (
        LanguagePart("fr", "Un chat.", "A cat."),
        LanguagePart("en", "a dog and a cow", "a dog and a cow"),
    )
    assert heard.text == "Un chat. a dog and a cow"
    assert heard.notes == (
        "heard in turn: French, English",
        "not understood: what sounds from 1.0 to 3.0 s",
    )
    alone = transcript_of(turns[1:2], 1.0)
    assert alone.parts == alone.notes == () and alone.in_languages[0].text == "a dog"
    assert transcript_of([Turn([], {(0, 1): None})], 1.0).is_empty
    assert transcript_of([], 1.0).is_empty
