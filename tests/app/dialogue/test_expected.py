"""What is likely to be said to a picture, and how a clip is searched for it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from app.dialogue.chat import Chat
from app.dialogue.expected import Expected
from app.dialogue.translation import heard_as, heard_in_full
from app.glossary.repair import Glossary
from app.imaging.settings import DrawSettings
from app.speech.audio import load_audio
from app.speech.engine import Decoding
from app.speech.features import log_mel
from app.speech.words.expected import hear_expected
from app.thresholds import EXPECTED_WORTH, LONGEST_COMMAND, MIN_FRAMES
from maskgil.nano.world.scene import Scene, Thing

COW = Scene((Thing("cow"), Thing("house")), setting="field")


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(COW, Glossary.load())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", ["quita la vaca", "la vaca roja", "deshacer", "añadir un caballo", "dos vacas"]),
        ("fr", ["sans la vache", "enlève la pluie", "en aquarelle", "avec un chien", "annule"]),
        ("pt", ["sem a vaca", "desfazer", "a casa azul"]),
        ("de", ["ohne die Kuh".lower(), "rückgängig"]),
        ("zh", ["去掉牛", "撤销"]),
    ],
)
def test_what_may_be_said_is_expected(expected, language, said):
    phrases = {phrase.lower() for phrase in expected.phrases(language)}
    assert set(said) <= phrases
    assert len(phrases) < 30_000


def test_things_of_other_pictures_are_not_spoken_of(expected):
    other = Expected(Scene((Thing("dog"),)), expected.glossary)
    assert "quita el perro" in other.phrases("es")
    assert "quita el perro" not in expected.phrases("es")
    assert expected.phrases("en") == expected.phrases("sw") == ()


@pytest.mark.parametrize(
    ("text", "language", "understood"),
    [
        ("Quita la vaca.", "es", True),
        ("Kita la vaca.", "es", True),
        ("Borralapagena.", "es", False),
        ("On a quaré elle.", "fr", False),
        ("whatever it is", "en", True),
    ],
)
def test_what_is_understood_needs_no_search(expected, text, language, understood):
    assert expected.understands(text, language) is understood


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("Kita la vaca.", "es", "remove the cow"),
        ("bolver", "es", "undo"),
        ("suprime l'arbre.", "fr", "remove the tree"),
        ("Anule.", "fr", "undo"),
        ("quita la vaca", "es", "remove the cow"),
        ("zzyzx", "es", ""),
    ],
)
def test_commands_are_read_by_their_sound(text, language, english):
    assert heard_in_full(text, language, Glossary.load()).english == english
    heard = heard_as(text, language, "as translated", Glossary.load())
    assert heard.english == (english or "as translated")


@dataclass
class Scorer:
    """An engine that scores phrases as it is told; `asked` are those it was asked for."""

    scores: dict[str, float]
    asked: list[str] = field(default_factory=list)

    def phrase_scores(self, encoding, language, phrases, lowest):
        self.asked += phrases
        return {text: score for text, score in self.scores.items() if text in phrases}


def decoding(text: str, mean_logprob: float = -1.0) -> Decoding:
    return Decoding(text, tuple(range(9)), mean_logprob, 0.0)


def test_a_phrase_that_fits_the_sound_nearly_as_well_is_taken(expected):
    free = -1.0 * 10
    near, far = free - EXPECTED_WORTH + 0.1, free - EXPECTED_WORTH - 0.1
    scorer = Scorer({"quita la vaca": near, "quita la casa": near - 1})
    assert hear_expected(scorer, None, "es", decoding("Pita baca."), expected) == "quita la vaca"
    scorer = Scorer({"quita la vaca": far})
    assert hear_expected(scorer, None, "es", decoding("Pita baca."), expected) is None


def test_what_is_understood_or_long_or_unlike_is_not_replaced(expected):
    scorer = Scorer({"quita la vaca": 0.0})
    heard = hear_expected(scorer, None, "es", decoding("Quita la casa."), expected)
    assert heard == "Quita la casa." and not scorer.asked
    story = "xyzzy " * (LONGEST_COMMAND + 1)
    assert hear_expected(scorer, None, "es", decoding(story), expected) is None
    assert not scorer.asked
    assert (
        hear_expected(scorer, None, "es", decoding("Pitabacalapagenaxyzzy uvwx"), expected) is None
    )


def test_the_models_choose_what_was_said(translator, clips):
    engine = translator.engine
    clip = clips["fr_cat_apple"]
    encoding = engine.encode(log_mel(load_audio(clip["path"]), MIN_FRAMES, engine.num_mels))
    said = engine.decode(encoding, "fr", "transcribe", max_tokens=60).text.rstrip(".")
    decoys = ("enlève la pluie", "un chien noir et une poire verte", "annule", "plus grand")
    scores = engine.phrase_scores(encoding, "fr", (*decoys, said), -200.0)
    assert max(scores, key=scores.__getitem__) == said
    assert "annule" not in engine.phrase_scores(encoding, "fr", decoys, -1.0)


@dataclass(frozen=True)
class Told:
    """Expects what it is told."""

    said: tuple[str, ...]

    def understands(self, text: str, language: str) -> bool:
        return False

    def phrases(self, language: str) -> tuple[str, ...]:
        return self.said


def test_a_clip_is_heard_as_what_is_expected(translator, clips):
    audio = load_audio(clips["fr_cat_apple"]["path"])
    free = translator.transcribe(audio, language="fr").text
    alike = free.casefold().rstrip(".")
    assert alike != free
    heard = translator.transcribe(audio, language="fr", expected=Told(("annule", alike)))
    assert heard.text == alike
    heard = translator.transcribe(audio, language="fr", expected=Told(("annule", "plus grand")))
    assert heard.text == free, "what does not fit the sound is not taken"


def test_a_chat_is_heard_with_what_may_be_said_to_its_picture(pipeline, clips, monkeypatch):
    asked, listen = [], pipeline.listen

    def noted(*given, **named):
        asked.append(named["expected"])
        return listen(*given, **named)

    monkeypatch.setattr(pipeline, "listen", noted)
    chat = Chat(pipeline, DrawSettings(), None, language="fr")
    clip = str(clips["fr_cat_apple"]["path"])
    assert len(list(chat.rows([clip, clip]))) == 2
    before, after = asked
    assert before is None
    assert [thing.noun for thing in after.scene.things] == ["cat", "apple"]
