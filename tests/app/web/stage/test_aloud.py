"""Talking to the picture on the stage aloud: what was heard stays, and what it is said to."""

import re
from dataclasses import replace

import pytest

from app.speech.transcripts import Piece, Turn, transcript_of
from app.web.controller import PageController
from app.web.sessions import Sessions
from tests.helpers.page.page_requests import ONE_STEP, THREE_STEPS, begin, draw, drawn, names, shown


@pytest.fixture(scope="module")
def talk(plain_pipeline):
    return PageController(plain_pipeline, Sessions())


@pytest.fixture(scope="module")
def house(talk):
    """The number of a finished picture of one."""
    return drawn(talk, "a house by a lake", knobs=ONE_STEP)[0]


@pytest.fixture
def voice(talk, clips, tmp_path, monkeypatch):
    """Makes a recording of which this is heard in French; and what the hearing was told."""

    def make(text, english):
        path, told = tmp_path / "voice.ogg", {}
        path.write_bytes(clips["fr_stars"]["path"].read_bytes())
        heard = transcript_of([Turn([("fr", 0.98)], {(0, 16000): Piece(text, english)})], 0.1)
        monkeypatch.setattr(
            talk.pipeline.translator, "transcribe", lambda *_, **more: told.update(more) or heard
        )
        return path, told

    return make


def test_said_aloud(tell, house, voice):
    sent, told = voice("Ajoute un chat.", "Add a cat.")
    _, view = tell(house, kind="speak", sent=sent)
    assert [thing.noun for thing in told["expected"].scene.things] == ["house"]
    assert names(view) == ["1 house", "1 cat"] and "Ajoute un chat" in view["heard"]
    assert view["prompt"] == "a house and a cat on the lake" and not sent.exists()


@pytest.mark.parametrize("answer", [0, 1])
def test_what_was_heard_stays_when_a_question_about_it_is_answered(tell, house, voice, answer):
    sent, _ = voice("Un chat.", "A cat.")
    number, asked = tell(house, kind="speak", sent=sent)
    assert asked["question"] and "Un chat" in asked["heard"]
    _, view = tell(house, answer=answer, heard=number)
    assert "Un chat" in view["heard"] and view["stage"]["entries"][0]["language"] == "fr"
    assert names(view) == (["1 cat"] if answer else ["1 house", "1 cat"])


@pytest.mark.parametrize(
    ("text", "english", "told"),
    [
        ("Ajoute une pomme rouge.", "Add a red apple.", "Choose one"),
        ("Combien de chats ?", "How many cats?", "Choose one"),
        ("Annule.", "Undo.", "undo"),
        ("Un chien.", "A dog.", "1 dog"),
    ],
)
def test_of_several_pictures_one_is_to_be_chosen_first(talk, tell, voice, text, english, told):
    job, views = begin(talk, "draw", "a cat", knobs=replace(ONE_STEP, count=2))
    shown(views)
    sent, hearing = voice(text, english)
    _, view = tell(job.number, kind="speak", sent=sent)
    assert text in view["heard"] and not view["busy"]
    assert [thing.noun for thing in hearing["expected"].scene.things] == ["cat"]
    if "stage" in view:
        assert names(view) == [told]
    else:
        assert told in (view.get("do"), *re.findall("Choose one", view["status"]))


def test_said_aloud_of_what_is_still_being_drawn(talk, house, voice):
    drawing = draw(talk, "a dog in the garden", knobs=THREE_STEPS, picture=house)
    assert "step" in [next(drawing), next(drawing)][-1]["status"]
    sent, told = voice("Ajoute un chat.", "Add a cat.")
    view = shown(begin(talk, "speak", sent=sent, knobs=ONE_STEP, picture=house)[1])
    assert [thing.noun for thing in told["expected"].scene.things] == ["dog"]
    assert names(view) == ["1 dog", "1 cat"]
    shown(drawing)
