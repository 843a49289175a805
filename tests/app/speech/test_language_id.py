"""Which language was spoken, told by what Whisper made of a clip in the likeliest ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.engine import Decoding
from app.speech.engine_ctranslate2 import CTranslate2Engine
from app.speech.features import log_mel
from app.speech.language_id import (
    evidence_of_words,
    languages_in_turn,
    mean_posterior,
    weigh_languages,
)
from app.speech.transcriber import WhisperTranslator
from app.speech.transcripts import LanguagePart, Piece, Turn, transcript_of
from app.speech.words.language_search import search_languages
from app.speech.words.prefix_trees import WordTree
from app.speech.words.word_search import search_words, words_to_hear
from app.thresholds import FITTING, MIN_FRAMES, RIVALS, WORTH


def test_the_language_whose_words_are_understood_is_taken() -> None:
    guesses = [("bg", 0.15), ("uk", 0.1), ("sl", 0.1), ("pt", 0.06), ("ru", 0.02)]
    heard = {
        "bg": "Той сколю с бранко зна неви.",
        "uk": "Той скоєлюсь бранку знаневі.",
        "pt": "Dois coelhos brancos na neve.",
    }
    weighed = weigh_languages(guesses, evidence_of_words(heard, {}))
    assert weighed[0][0] == "pt" and weighed[0][1] > 2 * 0.06
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
    assert weigh_languages(guesses, evidence_of_words(heard, {}))[0][0] == language


def test_words_are_weighed_against_what_the_sound_is_like() -> None:
    both = evidence_of_words({"ru": "роза", "it": "rosa"}, {})
    assert weigh_languages([("ru", 0.4), ("it", 0.3)], both)[0][0] == "ru", "both are known"
    rose = evidence_of_words({"it": "rosa"}, {})
    assert weigh_languages([("en", 0.99), ("it", 0.001)], rose)[0][0] == "en"


def test_the_language_is_told_by_the_word_that_fits_best() -> None:
    guesses = [("en", 0.5), ("es", 0.3), ("la", 0.2)]
    heard = {"en": "xyzzy", "es": "xyzzy"}
    weighed = weigh_languages(guesses, evidence_of_words(heard, {"en": -6.0, "es": -4.0}))
    assert weighed[0][0] == "es" and dict(weighed)["la"] == 0.2
    evidence = evidence_of_words({"en": "xyzzy", "la": "xyzzy"}, {"en": -6.0})
    assert evidence["en"] - evidence["la"] == FITTING * WORTH, "no word is no proof"


def test_languages_are_searched_at_once_as_each_alone(translator, clips) -> None:
    engine = translator.engine
    searcher = engine._searcher
    samples = load_audio(clips["es_flower"]["path"])
    encoding = engine._array(engine.encode(log_mel(samples, MIN_FRAMES, engine.num_mels)))
    words = {"es": ["flor", "gato"], "fr": ["fleur", "chat"]}
    trees = {code: WordTree(some, code, searcher._encode) for code, some in words.items()}
    asked = (engine._decoder, encoding, searcher._special, trees, searcher._ends)
    found = search_languages(*asked)
    for code, tree in trees.items():
        prompt = searcher._prompt(code)
        alone = search_words(engine._decoder, encoding, prompt, tree, searcher._ends, -60.0)
        for word, score in found[code].items():
            assert score == pytest.approx(alone[word], abs=0.2)
    assert max(found["es"].values()) > max(found["fr"].values(), default=-60.0)
    assert search_languages(*asked[:3], {}, searcher._ends) == {}


def test_a_language_of_which_no_word_fits_is_left_out(translator, clips) -> None:
    engine = translator.engine
    samples = load_audio(clips["es_flower"]["path"])[: int(0.9 * SAMPLE_RATE)]
    encoding = engine.encode(log_mel(samples, MIN_FRAMES, engine.num_mels))
    scores = engine.language_scores(encoding, ["es", "pt", "la"])
    assert not words_to_hear("la") and "la" not in scores and "es" in scores
    assert engine.language_scores(encoding, ["la"]) == {}


def test_the_mean_of_several_ways_of_hearing_is_a_distribution() -> None:
    one, other = [("te", 0.8), ("es", 0.2)], [("es", 0.9), ("te", 0.1)]
    assert mean_posterior([one, other]) == [
        ("es", pytest.approx(0.55)),
        ("te", pytest.approx(0.45)),
    ]
    assert mean_posterior([one]) == one


class Ways(CTranslate2Engine):
    """Counts what is encoded, and in which languages words or texts are looked for."""

    def encode(self, mel: np.ndarray) -> Any:
        self.frames.append(mel.shape[1])
        return super().encode(mel)

    def decode_all(self, encoding: Any, wanted: Any, **options: Any) -> list[Decoding]:
        if options.get("greedy"):
            self.rivals.append([code for code, _ in wanted])
        return super().decode_all(encoding, wanted, **options)

    def language_scores(self, encoding: Any, languages: Any) -> dict[str, float]:
        self.searched.append(list(languages))
        return super().language_scores(encoding, languages)

    def detect(self, encoding: Any) -> list[tuple[str, float]]:
        heard = [(code, p**self.power) for code, p in super().detect(encoding)]
        return [(code, p / sum(p for _, p in heard)) for code, p in heard]


@pytest.mark.parametrize(("seconds", "is_word"), [(0.9, True), (9.0, False)])
def test_a_doubtful_clip_is_heard_behind_silence_and_in_other_languages(
    translator, clips, seconds, is_word
) -> None:
    assert translator.engine._searcher, "which encodes silence once"
    engine = Ways.__new__(Ways)
    counts = {"frames": [], "rivals": [], "searched": [], "power": 1.0}
    engine.__dict__ = {**vars(translator.engine), **counts}
    clear = load_audio(clips["es_stars"]["path"])
    assert WhisperTranslator(engine).transcribe(clear).language == "es"
    assert not engine.rivals and not engine.searched, "what is clear is heard in its language alone"
    engine.frames.clear()
    engine.power = 0.3  # as of a voice that is not clear
    clip = clear[: int(seconds * SAMPLE_RATE)]
    heard = WhisperTranslator(engine, again=False).transcribe(clip)
    assert not heard.is_empty
    assert [len(each) for each in engine.rivals] == [RIVALS]
    assert [len(each) for each in engine.searched] == [RIVALS] * is_word
    assert len(engine.frames) == 2, "once as it is, once behind silence"


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
