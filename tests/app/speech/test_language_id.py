"""Which language was spoken, told by what Whisper made of a clip in the likeliest ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.engine import Decoding
from app.speech.engine_ctranslate2 import CTranslate2Engine
from app.speech.language_id import languages_in_turn, mean_posterior, weigh_languages
from app.speech.transcriber import WhisperTranslator
from app.speech.transcripts import LanguagePart, Piece, Turn, transcript_of
from app.thresholds import CLEAR, MIN_FRAMES, RIVALS


def test_the_language_whose_words_are_understood_is_taken() -> None:
    guesses = [("bg", 0.6), ("uk", 0.1), ("sl", 0.1), ("pt", 0.03), ("ru", 0.02)]
    heard = {
        "bg": "Той сколю с бранко зна неви.",
        "uk": "Той скоєлюсь бранку знаневі.",
        "pt": "Dois coelhos brancos na neve.",
    }
    weighed = weigh_languages(guesses, heard)
    assert weighed[0][0] == "pt" and weighed[0][1] > 10 * 0.03
    assert [p for _, p in weighed] == sorted((p for _, p in weighed), reverse=True)
    assert sum(p for _, p in weighed) == pytest.approx(sum(p for _, p in guesses))
    assert dict(weighed)["ru"] == 0.02  # not compared, not changed


@pytest.mark.parametrize("language", ["haw", "bo", "la"])
def test_a_language_without_words_is_still_chosen(language: str) -> None:
    guesses = [(language, 0.8), ("es", 0.1), ("it", 0.05)]
    heard = {
        language: "he nani ka pua ma ka nahele",
        "es": "Ni nunca pues ama canal",
        "it": "E nani capo ama cane",
    }
    assert weigh_languages(guesses, heard)[0][0] == language


def test_words_are_weighed_against_what_the_sound_is_like() -> None:
    heard = {"ru": "роза", "it": "rosa"}
    assert weigh_languages([("ru", 0.4), ("it", 0.3)], heard)[0][0] == "ru", "both are known"
    assert weigh_languages([("en", 0.99), ("it", 0.001)], {"it": "rosa"})[0][0] == "en"


def test_the_surer_text_tells_where_words_do_not():
    guesses = [("en", 0.4), ("pt", 0.3)]
    heard = {"en": "xyzzy", "pt": "xyzzy"}
    assert weigh_languages(guesses, heard)[0][0] == "en"
    assert weigh_languages(guesses, heard, {"en": -1.0, "pt": -0.5})[0][0] == "pt"
    assert weigh_languages(guesses, heard, {"en": -0.5, "pt": -0.5})[0][0] == "en"


def test_the_mean_of_several_ways_of_hearing_is_a_distribution() -> None:
    one, other = [("te", 0.8), ("es", 0.2)], [("es", 0.9), ("te", 0.1)]
    assert mean_posterior([one, other]) == [
        ("es", pytest.approx(0.55)),
        ("te", pytest.approx(0.45)),
    ]
    assert mean_posterior([one]) == one


class Ways(CTranslate2Engine):
    """Counts what is encoded, and in which languages it is decoded greedily."""

    def encode(self, mel: np.ndarray) -> Any:
        self.frames.append(mel.shape[1])
        return super().encode(mel)

    def decode_all(self, encoding: Any, wanted: Any, **options: Any) -> list[Decoding]:
        if options.get("greedy"):
            self.rivals.append([code for code, _ in wanted])
        return super().decode_all(encoding, wanted, **options)


def test_a_doubtful_word_is_heard_behind_silence_and_in_other_languages(translator, clips) -> None:
    engine = Ways.__new__(Ways)
    engine.__dict__ = {**vars(translator.engine), "frames": [], "rivals": []}
    clear = load_audio(clips["es_flower"]["path"])
    assert WhisperTranslator(engine).transcribe(clear).language == "es"
    assert not engine.rivals, "what is clear is decoded in its language alone"
    engine.frames.clear()
    word = clear[: int(0.9 * SAMPLE_RATE)]
    heard = WhisperTranslator(engine, again=False).transcribe(word)
    assert heard.language_probability < CLEAR
    assert [len(rivals) for rivals in engine.rivals] == [RIVALS]
    assert engine.frames == [MIN_FRAMES, MIN_FRAMES], "once as it is, once behind silence"


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
