"""The second hearing: what is asked, what is taken, and that Whisper's own scores decide."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.glossary.candidates import Guesser, plural_of
from app.glossary.lexicon import Kind
from app.glossary.normalize import fold
from app.glossary.phonetics import SOUNDS, costs, distances, padded, sound_indices, sounds_of
from app.glossary.repair import Glossary
from app.languages import LANGUAGES
from app.speech.audio import load_audio
from app.speech.engine import Decoding, Task
from app.speech.engine_ctranslate2 import CTranslate2Engine
from app.speech.engine_openai import OpenAIWhisperEngine
from app.speech.features import log_mel
from app.speech.transcriber import WhisperTranslator
from app.speech.words.rescoring import hear_again
from app.thresholds import LONGER_FRAMES, WORTH

ROOT = Path(__file__).resolve().parents[3]
CLIPS = ROOT / "assets" / "polyvoice" / "nano"


class Ear:
    """Scores texts by a table; what is not in it is far from the sound."""

    def __init__(self, table: dict[str, float]):
        self.table = table
        self.asked: list[str] = []

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        self.asked += texts
        return [self.table.get(text, -100.0) for text in texts]


BLUE = "Un canard jaune sur un fond bleu."
HEARD = "Un canard jaune sur un faublée."


def test_a_text_that_sounds_nearly_the_same_and_makes_sense_is_taken() -> None:
    ear = Ear({HEARD: -6.5, BLUE: -5.5})
    assert hear_again(ear, None, "fr", [HEARD]) == BLUE
    assert HEARD in ear.asked


@pytest.mark.parametrize("below", [WORTH * 2 + 0.5, 40.0])
def test_a_text_that_does_not_fit_the_sound_is_not_taken(below: float) -> None:
    ear = Ear({HEARD: -3.0, BLUE: -3.0 - below})
    taken = hear_again(ear, None, "fr", [HEARD])
    assert BLUE in ear.asked
    assert taken == HEARD


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Un canard jaune sur un fond bleu."),
        ("es", "Dos zorros naranjas en la nieve."),
        ("pt", "Um gato preto."),
        ("zh", "一只绿色的青蛙。"),
        ("fi", "kaksi mustaa kissaa ja outo sana"),
        ("xx", "un faublée"),
    ],
)
def test_texts_that_are_understood_or_of_other_languages_are_not_asked_about(
    language: str, text: str
) -> None:
    ear = Ear({})
    assert hear_again(ear, None, language, [text, "other"]) == text
    assert not ear.asked


def test_whispers_next_text_is_taken_where_it_makes_sense() -> None:
    heard, right = "Un embargueur et des frites.", "Un hamburger et des frites."
    assert hear_again(Ear({heard: -3.9, right: -4.0}), None, "fr", [heard, right]) == right


def test_long_texts_are_stories_and_stay() -> None:
    story = "Il était une fois " + "un faublée merveilleux qui dansait " * 6
    ear = Ear({})
    assert hear_again(ear, None, "fr", [story], lambda: pytest.fail("heard again")) == story
    assert not ear.asked


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Cette conférence est maintenant verrouillée, veuillez réessayer ultérieurement."),
        ("es", "Usted ha ingresado una opción inválida, inténtelo nuevamente."),
        ("de", "Bitte hinterlassen Sie nach dem Signalton eine Nachricht."),
    ],
)
def test_what_is_no_picture_is_not_heard_again(language: str, text: str) -> None:
    ear = Ear({})
    assert hear_again(ear, None, language, [text], lambda: pytest.fail("heard again")) == text
    assert not ear.asked


def test_doubtful_clips_alone_are_heard_in_another_way() -> None:
    right = "Un lapin et un hibou."
    ear = Ear({"Un lapin et un zigrophex.": -4.0, right: -6.0})
    assert hear_again(ear, None, "fr", ["Un lapin et un zigrophex."], lambda: [right]) == right
    assert hear_again(ear, None, "fr", [BLUE], lambda: pytest.fail("heard again")) == BLUE


def test_texts_of_the_same_words_are_scored_once() -> None:
    ear = Ear({HEARD: -6.5, BLUE: -5.5})
    texts = [HEARD, HEARD.lower(), HEARD.strip(".")]
    assert hear_again(ear, None, "fr", texts, lambda: texts[::-1]) == BLUE
    words = [fold(text) for text in ear.asked]
    assert len(words) == len(set(words))


def test_digits_sound_like_their_words() -> None:
    right = "cuatro abejas en el cielo azul."
    ear = Ear({"4 bejas en el cielo azul.": -4.0, right: -7.0})
    assert hear_again(ear, None, "es", ["4 bejas en el cielo azul."]) == right


HEARD_TWICE = [code for code in LANGUAGES if Guesser.knows(code)]
SMALL_WORDS = [
    "Oui.",
    "Hola.",
    "Sim.",
    "No.",
    "Ja!",
    "Sì?",
    "好。",
    "是",
    "嗯",
    "ha",
    "A",
    "7",
    "x'",
    "12",
    "¿Qué?",
    "…",
]


def short_texts(language: str, count: int) -> Iterator[str]:
    """What is said in a word or two: small words, words of pictures cut short, any letters."""
    chance = random.Random(language)
    lexicon = Glossary.load().lexicon(language)
    words = [word for word, _ in lexicon.words("noun")]
    letters = sorted({letter for word in words for letter in word} | set(" .'-3é"))
    yield from SMALL_WORDS
    for _ in range(count):
        word = chance.choice(words)
        start = chance.randrange(len(word))
        yield word[start : start + chance.randint(1, 3)]
        yield "".join(chance.choices(letters, k=chance.randint(1, 5)))


@pytest.mark.parametrize("language", HEARD_TWICE)
def test_any_short_text_is_heard_to_the_end(language: str) -> None:
    ear = Ear({})
    for text in short_texts(language, 60):
        assert hear_again(ear, None, language, [text], list) in {text, *ear.asked}
    assert len(ear.asked) > 20


@pytest.mark.parametrize("language", HEARD_TWICE)
def test_every_word_of_the_glossary_is_understood_at_once(language: str) -> None:
    kinds: tuple[Kind, ...] = ("noun", "colour", "number", "relation", "place", "and", "measure")
    lexicon = Glossary.load().lexicon(language, heard=True)
    words = {word for kind in kinds for word, _ in lexicon.words(kind)}
    assert len(words) > 900
    ear = Ear({})
    for word in words:
        assert hear_again(ear, None, language, [word]) == word
    assert not ear.asked


def test_sounds() -> None:
    assert sounds_of("bleu", "fr") == sounds_of("bleux", "fr")
    assert sounds_of("roxa", "pt") == sounds_of("rocha", "pt")
    words = [sound_indices(sounds_of(w, "fr")) for w in ("lapin", "maison")]
    near = distances(padded(words), sound_indices(sounds_of("lapein", "fr")), 8)  # (2, 9)
    assert near[0].min() < 0.5 < near[1].min()
    assert np.isfinite(near[:, 0]).all()


def _distance(word: np.ndarray, heard: np.ndarray) -> float:
    """The edit distance of a word from all that was heard, by its definition."""
    swap, missed = costs()
    table = np.zeros((len(word) + 1, len(heard) + 1))
    table[0, 1:], table[1:, 0] = np.cumsum(missed[heard]), np.cumsum(missed[word])
    for row, own in enumerate(word, 1):
        for column, other in enumerate(heard, 1):
            table[row, column] = min(
                table[row - 1, column] + missed[own],
                table[row, column - 1] + missed[other],
                table[row - 1, column - 1] + swap[own, other],
            )
    return float(table[-1, -1])


def test_distances_are_edit_distances_from_each_beginning() -> None:
    random = np.random.default_rng(0)
    words = [random.integers(0, len(SOUNDS), random.integers(1, 9)) for _ in range(40)]
    heard = random.integers(0, len(SOUNDS), 6)
    found = distances(padded(words), heard, 8)  # (40, 9)
    for word, row in zip(words, found, strict=True):
        wanted = [_distance(word, heard[:length]) for length in range(7)]
        np.testing.assert_allclose(row[:7], wanted, atol=1e-5)
    assert np.isinf(found[:, 7:]).all()


@pytest.mark.parametrize(
    ("language", "word", "wanted"),
    [
        ("fr", "cheval", "chevaux"), ("fr", "gâteau", "gâteaux"), ("fr", "souris", "souris"),
        ("es", "lápiz", "lápices"), ("es", "león", "leones"), ("pt", "balão", "balões"),
        ("pt", "anel", "aneis"), ("it", "gatto", "gatti"), ("de", "Apfel", "Apfel"),
    ],
)  # fmt: skip
def test_plurals(language: str, word: str, wanted: str) -> None:
    assert plural_of(word, language) == wanted


# ---------------------------------------------------------------- with Whisper base


@pytest.fixture(scope="module")
def engine(whisper_base: Path) -> CTranslate2Engine:
    return CTranslate2Engine(whisper_base)


def test_byte_pairs_are_whispers_own(engine: CTranslate2Engine) -> None:
    from whisper.tokenizer import get_tokenizer

    words = get_tokenizer(True)
    for text in (" Un château-fort à l'île d'Oléron, 12 œufs !", "草地上有一朵粉色的花。",
                 " ¿Qué?  ñandú", " İstanbul 🍎 a_b", ""):  # fmt: skip
        assert engine._words.encode(text) == words.encode(text), text


def test_both_engines_score_alike(engine: CTranslate2Engine, whisper_base: Path) -> None:
    audio = load_audio(CLIPS / "fr" / "nano-028.ogg")
    texts = ["Trois poissons bleus dans la mer.", "Quatre chevaux rouges sur la plage."]
    mel = log_mel(audio, 750, 80)
    other = OpenAIWhisperEngine(whisper_base)
    ours = engine.score(engine.encode(mel), "fr", texts)
    theirs = other.score(other.encode(mel), "fr", texts)
    assert ours[0] > ours[1] + 10
    assert ours[0] == pytest.approx(theirs[0], abs=2.0)  # int8 against float32


def test_a_misheard_clip_is_understood_the_second_time(engine: CTranslate2Engine) -> None:
    audio = load_audio(CLIPS / "fr" / "nano-028.ogg")
    once = WhisperTranslator(engine, again=False).transcribe(audio, language="fr")
    again = WhisperTranslator(engine).transcribe(audio, language="fr")
    assert "poissons bleus" in again.text
    assert again.translation == once.translation


@pytest.mark.parametrize("clip", ["nano-016", "nano-021", "nano-049"])  # often taken for pt, it, la
def test_spanish_is_told_from_its_neighbours(engine: CTranslate2Engine, clip: str) -> None:
    audio = load_audio(CLIPS / "es" / f"{clip}.ogg")
    assert WhisperTranslator(engine).transcribe(audio).language == "es"


def test_clear_languages_cost_no_further_decoding(
    engine: CTranslate2Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio, decode_all, asked = load_audio(CLIPS / "es" / "nano-002.ogg"), engine.decode_all, []

    def counted(encoding: Any, wanted: list[tuple[str, Task]], **options: Any) -> list[Decoding]:
        asked.extend(wanted)
        return decode_all(encoding, wanted, **options)

    monkeypatch.setattr(engine, "decode_all", counted)
    assert WhisperTranslator(engine).transcribe(audio).language == "es"
    assert asked == [("es", "transcribe"), ("es", "translate")]


@pytest.mark.parametrize(
    ("language", "doubtful"), [("fi", False), ("es", False), ("it", True)], ids=str
)
def test_a_doubtful_clip_alone_is_heard_in_a_longer_window(
    engine: CTranslate2Engine, monkeypatch: pytest.MonkeyPatch, language: str, doubtful: bool
) -> None:
    """Spanish makes no sense as Italian; Finnish has no guesses that could be asked about."""
    audio, encode, frames = load_audio(CLIPS / "es" / "nano-002.ogg"), engine.encode, []

    def watched(mel: np.ndarray) -> Any:
        frames.append(mel.shape[1])
        return encode(mel)

    monkeypatch.setattr(engine, "encode", watched)
    assert not WhisperTranslator(engine).transcribe(audio, language=language).is_empty
    assert (LONGER_FRAMES in frames) is doubtful
