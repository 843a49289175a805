"""Which language was spoken, told by what Whisper made of a clip in the likeliest ones."""

from __future__ import annotations

import pytest

from app.spoken_language import rivals_of, weigh_languages
from app.whisper_engines import Decoding


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
