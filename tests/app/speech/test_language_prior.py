"""The prior over languages: what it decides, and what it must not."""

from __future__ import annotations

import pytest

from app.languages import LANGUAGES, known_languages, language_code
from app.speech.language_id import language_prior, with_prior

DOUBT = [("en", 0.6), ("nl", 0.2), ("fr", 0.1), ("la", 0.05), ("kn", 0.002)]


def best(guesses: list[tuple[str, float]], *speaks: str) -> str:
    return with_prior(guesses, speaks)[0][0]


def test_without_known_languages_whispers_guesses_stay() -> None:
    assert with_prior(DOUBT, ()) == sorted(
        ((code, pytest.approx(p / sum(dict(DOUBT).values()))) for code, p in DOUBT),
        key=lambda guess: -dict(DOUBT)[guess[0]],
    )
    assert with_prior([("xx", 1.0)], ("fr",)) == [("xx", 1.0)], "no language of the prior's"


@pytest.mark.parametrize("own", ["fr", "nl", "kn"])
def test_a_doubtful_word_is_in_a_language_of_the_speaker(own: str) -> None:
    assert best(DOUBT, own, "en") == own


def test_english_alone_is_every_browsers() -> None:
    turkish = [("tr", 0.5), ("en", 0.4)]
    assert with_prior(turkish, ("en",)) == with_prior(turkish, ())
    assert best(turkish, "en", "en") == "en", "it was spoken before"


def test_another_language_clearly_heard_is_taken() -> None:
    clear = [("es", 0.998), ("pt", 0.001), ("fr", 1e-5), ("en", 1e-5)]
    assert best(clear, "fr", "en") == "es" and best(clear, "en") == "es"
    english = [("en", 0.96), ("kn", 0.03), ("fr", 0.01)]
    assert best(english, "kn", "en") == "en" and best(english, "fr") == "en"


def test_what_was_spoken_before_counts_more() -> None:
    even = [("es", 0.5), ("fr", 0.5 * 4**2 / 7**2)]  # by their places in Whisper's table
    assert best(even, "en", "es", "fr", "fr") == "fr"
    assert best(even, "en", "fr", "es", "es") == "es"
    assert best(even, "fr", "es") == "fr" and best(even, "es", "fr") == "es", (
        "the first is likelier"
    )


def test_every_language_keeps_a_share() -> None:
    prior = language_prior(["fr"])
    assert prior.keys() == LANGUAGES.keys() and min(prior.values()) > 0
    assert with_prior(DOUBT, ("fr", "klingon"))[0][0] == "fr"
    assert sum(p for _, p in with_prior(DOUBT, ("fr",))) == pytest.approx(1)


def test_a_browsers_tags_are_languages() -> None:
    tags = ["fr-FR", "fr", "en-US", "zh-Hant-TW", "tlh", "", 3, None, "x" * 10**6]
    assert known_languages(tags) == ("fr", "en", "zh")
    assert language_code("French_France") == "fr" and language_code("C") is None
