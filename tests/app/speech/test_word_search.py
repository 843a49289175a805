"""Single words: what counts as one, what the decoder's search finds, and when it is taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from app.glossary.repair import Glossary
from app.speech.audio import load_audio
from app.speech.engine import Decoding
from app.speech.features import log_mel
from app.speech.words.prefix_trees import WordTree
from app.speech.words.text_decoder import PIECE, linear
from app.speech.words.word_search import (
    WordScore,
    hear_word,
    likeliest_word,
    names_all_of,
    only_drops_words,
    search_words,
    single_word,
    words_to_hear,
)
from app.thresholds import ALONE_WORTH, LIKELIEST, MIN_FRAMES


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("pt", "azul.", "blue"),
        ("fr", "Une chèvre.", "a goat"),
        ("de", "das Ei", "an egg"),
        ("zh", "紫色", "purple"),
        ("es", "siete", "seven"),
        ("fr", "une", None),
        ("es", "dos gatos", None),
        ("es", "Maldillo", None),
        ("xx", "azul", None),
        ("es", "", None),
    ],
)
def test_a_word_is_one_noun_colour_or_number(language: str, text: str, english: str | None) -> None:
    word = single_word(text, language)
    assert (word.english if word else None) == english


class Scorer:
    """Scores one word by hand."""

    def __init__(self, word: str, score: float) -> None:
        self.word, self.score, self.asked = word, score, 0

    def word_scores(self, encoding: Any, language: str, lowest: float) -> dict[str, WordScore]:
        self.asked += 1
        return {self.word: WordScore(self.score, -10.0)}


def heard(text: str, total: float) -> Decoding:
    tokens = (1, 2, 3)
    return Decoding(text, tokens, total / (len(tokens) + 1), 0.0)


@pytest.mark.parametrize(
    ("below", "taken"), [(ALONE_WORTH - 0.1, True), (ALONE_WORTH + 0.1, False)]
)
def test_a_word_that_fits_the_sound_nearly_as_well_is_taken(below: float, taken: bool) -> None:
    scorer = Scorer("martillo", -3.0 - below)
    word = hear_word(scorer, None, "es", heard("Maldillo", -3.0))
    assert (word is not None and word.english == "a hammer") == taken


def test_what_is_understood_is_not_searched_for() -> None:
    scorer = Scorer("martillo", 0.0)
    word = hear_word(scorer, None, "es", heard("gato", -3.0))
    assert word is not None and word.english == "a cat"
    assert hear_word(scorer, None, "es", heard("dos gatos", -3.0)) is None
    assert hear_word(scorer, None, "es", heard("por qué mal dillo suena", -9.0)) is None
    assert scorer.asked == 0


@pytest.mark.parametrize(
    ("heard", "found", "drops"),
    [
        ("Uma flor hazenagrema.", "flor", True),
        ("Uma flor hazenagrema.", "rosa", False),
        ("Uma frol", "flor", False),
    ],
)
def test_a_word_that_was_heard_already_only_drops_those_beside_it(heard, found, drops) -> None:
    assert only_drops_words(found, heard, "pt") == drops


@pytest.mark.parametrize(
    ("language", "text", "found", "keeps"),
    [
        ("fr", "une flère jaune.", "fleur", False),
        ("pt", "Uma frol hazenagrema", "flor", True),
        ("es", "ante ojos", "anteojos", True),
        ("zh", "原珠笔", "圆珠笔", True),
        ("ro", "Porto Caliu", "portocaliu", True),
    ],
)
def test_a_word_that_loses_what_was_heard_has_to_fit_better(language, text, found, keeps) -> None:
    assert names_all_of(found, text, language) == keeps
    near, free = Scorer(found, -3.0 - ALONE_WORTH / 2), heard(text, -3.0)
    assert (hear_word(near, None, language, free) is not None) == keeps
    assert hear_word(Scorer(found, -2.9), None, language, free) is not None


def test_what_is_said_often_has_to_fit_better() -> None:
    scores = {"rose": WordScore(-6.0, -9.0), "rocher": WordScore(-7.0, -15.0)}
    best = likeliest_word(scores, "fr")
    assert best is not None and best[0].english == "a rock"
    assert best[1] == -7.0, "how well it fits the sound is not weighed"
    scores["rocher"] = WordScore(-7.0, -9.0)
    best = likeliest_word(scores, "fr")
    assert best is not None and best[0].english == "pink"


def test_forms_of_a_meaning_go_together() -> None:
    scores = {name: WordScore(score, -10.0) for name, score in
              (("maison", -5.7), ("méduse", -6.1), ("meduse", -6.2))}  # fmt: skip
    best = likeliest_word(scores, "fr")
    assert best is not None and best[0] == words_to_hear("fr")["méduse"]
    assert best[1] == pytest.approx(np.logaddexp(-6.1, -6.2))
    assert likeliest_word({}, "fr") is None


def test_the_engine_knows_what_it_expects_in_silence(translator, clips) -> None:
    engine = translator.engine
    samples = load_audio(clips["fr_cat_apple"]["path"])
    encoding = engine.encode(log_mel(samples, MIN_FRAMES, engine.num_mels))
    scores = engine.word_scores(encoding, "fr", -60.0)
    assert 1 < len(scores) <= LIKELIEST
    assert all(score.unheard < 0 for score in scores.values())
    assert len({score.unheard for score in scores.values()}) > 1


def test_articles_join_words_as_they_are_written() -> None:
    tree = WordTree(["île", "chat"], "fr", lambda text: list(text.encode()))
    node, words = [0], set()
    paths = {0: ""}
    while node:
        at = node.pop()
        if tree.word[at]:
            words.add(paths[at])
        for token, child in zip(*(ways.tolist() for ways in tree.ways(at)), strict=True):
            paths[child] = paths[at] + chr(token)
            node.append(child)
    written = {word.encode("latin1").decode() for word in words}
    assert {" île", " l'île", " une île", " le chat", " Un chat"} <= written
    assert " l'chat" not in written


def test_the_search_scores_as_the_engine_does(translator, clips) -> None:
    engine, language = translator.engine, "fr"
    samples = load_audio(clips["fr_cat_apple"]["path"])
    encoding = engine.encode(log_mel(samples, MIN_FRAMES, engine.num_mels))
    text = engine.decode(encoding, language, "transcribe", max_tokens=60).text
    (score,) = engine.score(encoding, language, [text])
    searcher, other = engine._searcher, "Bonjour tout le monde"
    tree = WordTree([text, other], language, searcher._encode)
    prompt = [
        searcher._special(name)
        for name in ("startoftranscript", language, "transcribe", "notimestamps")
    ]
    asked = (engine._decoder, np.asarray(encoding), prompt, tree, searcher._ends)
    found = search_words(*asked, -40.0)
    assert found[text] == pytest.approx(score, abs=0.2 * abs(score) + 1.0)
    assert found[other] < found[text] - 10
    assert other not in search_words(*asked, 0.0), "it is given up"


def test_prompts_go_together_as_each_goes_alone(translator, clips) -> None:
    engine = translator.engine
    samples = load_audio(clips["fr_cat_apple"]["path"])
    heard = np.asarray(engine.encode(log_mel(samples, MIN_FRAMES, engine.num_mels)))
    prompts = [engine._searcher._prompt(code) for code in ("fr", "pt", "en")]
    decoder, text = engine._decoder, engine._words.encode(" un chat")
    together = decoder.begin(heard, *prompts)
    for token in text:
        together = decoder.extend(together, range(len(prompts)), [token] * len(prompts))
    rows = decoder.logprobs(together)  # (3, V)
    assert np.abs(rows[0] - rows[1]).max() > 0.1
    for prompt, row in zip(prompts, rows, strict=True):
        alone = decoder.begin(heard, [*prompt, *text])
        np.testing.assert_allclose(decoder.logprobs(alone)[0], row, atol=1e-3)


@pytest.mark.parametrize("language", ["en", "es", "fr", "ru", "zh"])
def test_words_to_hear_are_of_the_lexicon(language: str) -> None:
    words = words_to_hear(language)
    assert len(words) > 400 and all(word.english for word in words.values())
    assert language in ("en", *Glossary.load().languages)


def test_weights_in_half_precision_give_what_they_give_as_float32() -> None:
    rows = PIECE // 64 * 2 + 3  # two pieces, and a few rows more
    weight, bias = torch.randn(rows, 64).half(), torch.randn(rows)
    x = torch.randn(2, 5, 64)
    assert torch.allclose(linear(x, weight, bias), linear(x, weight.float(), bias), atol=1e-5)
    assert linear(x, weight)[1, 4, rows - 1] == pytest.approx(
        float(x[1, 4] @ weight[-1].float()), abs=1e-5
    )


def test_the_decoder_is_kept_in_half_precision(translator) -> None:
    state = translator.engine._decoder._state
    assert {len(value.shape) for value in state.values() if value.dtype == torch.float16} == {2}
    assert state["token_embedding.weight"].dtype == torch.float16
