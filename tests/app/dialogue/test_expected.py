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
from app.speech.words.prefix_trees import Grammar
from app.thresholds import EXPECTED_WORTH, LONGEST_COMMAND, MIN_FRAMES
from maskgil.nano.world.scene import Scene, Thing

COW = Scene((Thing("cow"), Thing("house")), setting="field")


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(COW, Glossary.load())


def may_be_said(text: str, grammar: Grammar, space: str, after: str = "") -> bool:
    """Whether a grammar makes a text; `after`: what has been said before it."""
    if not text:
        return after in ("whole", "things", "tails")
    if after in ("whole", "things", "tails"):
        following = {"tails": grammar.tails, "joints": grammar.joints}
    else:
        following = {"starts": grammar.starts, "things": grammar.things}
        following |= {} if after == "starts" else {"whole": grammar.whole}
    return any(
        may_be_said(rest, grammar, space, name)
        for name, texts in following.items()
        for each in texts
        for begun in {each, space + each if name in ("starts", "things", "whole") else each}
        if text.startswith(begun) and (rest := text.removeprefix(begun)) != text
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", ["quita la vaca", "la vaca roja", "deshacer", "añadir un caballo", "dos vacas"]),
        ("es", ["quita la vaca y pon un caballo", "no, la casa azul", "pon un árbol detrás"]),
        ("fr", ["sans la vache", "enlève la pluie", "en aquarelle", "avec un chien", "annule"]),
        ("fr", ["ajoute un chien et enlève la vache", "la vache à gauche"]),
        ("pt", ["sem a vaca", "desfazer", "a casa azul", "tira a vaca por favor"]),
        ("de", ["ohne die Kuh".lower(), "rückgängig"]),
        ("zh", ["去掉牛", "撤销", "牛改成白色的", "再加一匹马", "兩頭牛", "牛不要了"]),
        ("en", ["remove the cow", "add a horse and make it bigger", "the cow should be black",
                "two cows", "a dog next to the house", "undo", "bigger please"]),
    ],
)  # fmt: skip
def test_what_may_be_said_is_expected(expected, language, said):
    grammar = expected.grammar(language)
    space = "" if language == "zh" else " "
    assert [text for text in said if not may_be_said(text, grammar, space)] == []
    assert sum(map(len, grammar)) < 10_000


def test_things_of_other_pictures_are_not_spoken_of(expected):
    other = Expected(Scene((Thing("dog"),)), expected.glossary)
    assert "el perro" in other.grammar("es").things
    assert "el perro" not in expected.grammar("es").things
    assert not any(expected.grammar("sw"))


@pytest.mark.parametrize(
    ("text", "language", "understood"),
    [
        ("Quita la vaca.", "es", True),
        ("Kita la vaca.", "es", True),
        ("Borralapagena.", "es", False),
        ("On a quaré elle.", "fr", False),
        ("Remove the cow.", "en", True),
        ("Remove the cough.", "en", False),
        ("the catch would be gray", "en", False),
        ("把馬變成黑色", "zh", False),
        ("把妞變成黑色", "zh", True),
        ("zzyzx", "sw", True),
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
        ("把碼變成黑色", "zh", "change the horse into black"),
        ("風鎮換成氣球", "zh", "turn the kite into the balloon"),
        ("一個南海在公園裡", "zh", "a boy in the park"),
        ("zzyzx", "es", ""),
    ],
)
def test_commands_are_read_by_their_sound(text, language, english):
    assert heard_in_full(text, language, Glossary.load()).english == english
    heard = heard_as(text, language, "as translated", Glossary.load())
    assert heard.english == (english or "as translated")


@pytest.mark.parametrize(
    ("heard", "language", "meant"),
    [
        ("Remplace la vache par un lapé.", "fr", "Remplace la vache par un lapin."),
        ("Otra beca más.", "es", "Otra vaca más."),
        ("外面下椎", "zh", "外面下着雨"),
        ("Quita la vaca.", "es", None),
        ("remove the cough", "en", None),
    ],
)
def test_what_sounds_alike_may_be_meant(expected, heard, language, meant):
    found = expected.alike([heard], language)
    assert meant in found if meant else not found


def test_a_thing_of_the_picture_is_meant_by_what_sounds_the_same():
    cats = Expected(Scene((Thing("cat", 2), Thing("fox"))), Glossary.load())
    assert "再加一隻貓" in cats.homophones("再加一隻帽", "zh")
    assert "狐狸太小了" in cats.homophones("湖里太小了。", "zh")
    assert not cats.homophones("加一只猫", "zh") and not cats.homophones("les chats", "fr")
    heard = Decoding("再加一隻帽", tuple(range(9)), -0.1, 0.0)
    assert hear_expected(Scorer({"再加一隻貓": -3.0}), None, "zh", heard, cats) == "再加一隻貓"
    assert hear_expected(Scorer({"再加一隻貓": -9.0}), None, "zh", heard, cats) == heard.text


def test_what_stands_is_more_likely_than_what_does_not(expected):
    assert [expected.num_new(text, "es") for text in ("otra vaca", "otra boca", "azul")] == [
        0,
        1,
        0,
    ]
    scorer = Scorer({"otra boca": -10.0, "otra vaca": -12.0})
    assert hear_expected(scorer, None, "es", decoding("Otra beca."), expected) == "otra vaca"


@dataclass
class Scorer:
    """An engine that scores phrases as it is told; `asked` are those it was asked for."""

    scores: dict[str, float]
    asked: list[str] = field(default_factory=list)

    def phrase_scores(self, encoding, language, grammar, lowest):
        self.asked += grammar.things
        return self.scores


def decoding(text: str, mean_logprob: float = -1.0) -> Decoding:
    return Decoding(text, tuple(range(9)), mean_logprob, 0.0)


def test_a_phrase_that_fits_the_sound_nearly_as_well_is_taken(expected):
    free = -1.0 * 10
    near, far = free - EXPECTED_WORTH + 0.1, free - EXPECTED_WORTH - 0.1
    scorer = Scorer({"quita la vaca": near, "quita la casa": near - 1})
    assert hear_expected(scorer, None, "es", decoding("Pita baca."), expected) == "quita la vaca"
    scorer = Scorer({"quita la vaca": far})
    assert hear_expected(scorer, None, "es", decoding("Pita baca."), expected) is None


@pytest.mark.parametrize(
    ("heard", "phrase", "taken"),
    [("r-t-y-l-o-t", "another", False), ("a nuther", "another", True),
     ("r-t-y-l-o-t", "start over", False), ("r-t-y-l-o-t", "a house", True)],
)  # fmt: skip
def test_all_is_drawn_anew_for_nothing_that_is_only_guessed(expected, heard, phrase, taken):
    scorer = Scorer({phrase: -10.0})
    found = hear_expected(scorer, None, "en", decoding(heard), expected)
    assert found == (phrase if taken else None)


def test_the_likeliest_phrase_is_taken_that_may_be(expected):
    heard = decoding("Pita baca.")
    scorer = Scorer({"otra versión": -9.0, "quita la vaca": -11.0, "quita la casa": -12.0})
    assert hear_expected(scorer, None, "es", heard, expected) == "quita la vaca"
    short, unlike = Scorer({"vaca vaca vaca vaca": -9.0}), Scorer({"vaca": -9.0})
    assert hear_expected(short, None, "es", decoding("Pita baca"), expected) is None
    assert hear_expected(unlike, None, "es", decoding("Pita baca"), expected) is None


def test_what_is_understood_or_long_or_unlike_is_not_replaced(expected):
    scorer = Scorer({"quita la vaca": 0.0})
    heard = hear_expected(scorer, None, "es", decoding("Quita la casa."), expected)
    assert heard == "Quita la casa." and not scorer.asked
    story = "xyzzy " * (LONGEST_COMMAND + 1)
    assert hear_expected(scorer, None, "es", decoding(story), expected) is None
    assert not scorer.asked
    assert (
        hear_expected(scorer, None, "es", decoding("Pitabacalapagenaxyzzy uvwxyz"), expected)
        is None
    )


def test_the_models_choose_what_was_said(translator, clips):
    engine = translator.engine
    clip = clips["fr_cat_apple"]
    encoding = engine.encode(log_mel(load_audio(clip["path"]), MIN_FRAMES, engine.num_mels))
    said = engine.decode(encoding, "fr", "transcribe", max_tokens=60).text.rstrip(".")
    decoys = ("enlève la pluie", "un chien noir et une poire verte", "annule", "plus grand")
    scores = engine.phrase_scores(encoding, "fr", Grammar((*decoys, said)), -200.0)
    assert max(scores, key=scores.__getitem__) == said
    assert "annule" not in engine.phrase_scores(encoding, "fr", Grammar(decoys), -1.0)


@dataclass(frozen=True)
class Told:
    """Expects what it is told."""

    said: tuple[str, ...]

    def understands(self, text: str, language: str) -> bool:
        return False

    def replaces_all(self, text: str, language: str) -> bool:
        return False

    def grammar(self, language: str) -> Grammar:
        return Grammar(self.said)

    def alike(self, texts, language: str) -> list[str]:
        return []

    homophones = alike

    def num_new(self, text: str, language: str) -> int:
        return 0


def test_two_commands_in_one_are_made_of_their_parts(translator, clips):
    engine = translator.engine
    clip = clips["fr_cat_apple"]
    encoding = engine.encode(log_mel(load_audio(clip["path"]), MIN_FRAMES, engine.num_mels))
    said = engine.decode(encoding, "fr", "transcribe", max_tokens=60).text.rstrip(".")
    first, mark, second = said.partition(", ")
    assert mark, said
    grammar = Grammar((), (first, second, "un chien noir"), tails=(" plus grand",), joints=(",",))
    scores = engine.phrase_scores(encoding, "fr", grammar, -200.0)
    assert max(scores, key=scores.__getitem__) == said
    whole = engine.phrase_scores(encoding, "fr", Grammar((said,)), -200.0)
    assert scores[said] == pytest.approx(whole[said], abs=0.5)
    assert said not in engine.phrase_scores(encoding, "fr", grammar._replace(joints=()), -200.0)


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
