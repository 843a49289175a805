"""What the page tells of files, wishes and pictures, in its visitor's language."""

from dataclasses import replace
from html import escape

import pytest

from app.glossary.repair import Glossary
from app.i18n import Translations, tables
from app.imaging.png import read_settings
from app.imaging.settings import DamagedError, restore
from app.speech.audio import load_audio
from app.web import markup
from app.web.controller import PageController
from app.web.sessions import Sessions
from app.web.stage.drawing import failure
from maskgil.prompts import NothingKnownError
from tests.helpers.page.page_requests import ONE_STEP, begin, draw, png, shown


@pytest.fixture
def talk(pipeline):
    return PageController(pipeline, Sessions())


@pytest.mark.parametrize("language", sorted(tables()))
def test_what_a_visitor_did_wrong_is_told_in_the_visitors_language(tmp_path, language):
    letter = tmp_path / "letter.png"
    letter.write_text("hello")
    words = Translations(language)
    for read, key in ((read_settings, "status.no_image"), (load_audio, "status.no_file")):
        with pytest.raises(ValueError) as told:
            read(letter)
        assert escape(words(key, file="letter.png")) in failure(told.value, words)


@pytest.mark.parametrize("language", ["de", "ar", "ja"])
def test_a_picture_is_told_in_the_visitors_language(talk, language, tmp_path):
    """Its alternative text, what it was understood as, what is not in it, and what is known."""
    words, names = Translations(language), Glossary.load().words.names_in(language)
    talk.sessions.greet("ann", words)
    end = shown(draw(talk, "a stallion by a lake at night", knobs=ONE_STEP))
    told = f"{names['horse']} · {words('setting.lake')} · {words('time.night')}"
    assert end["stage"]["frames"][0]["alt"] == told
    assert words("status.as", caption=told) in end["status"]
    _, views = begin(talk, "restore", sent=png(end["stage"], 0, tmp_path))
    assert shown(views)["stage"]["frames"][0]["alt"] == told
    with pytest.raises(DamagedError) as damaged:
        restore({"prompt": "a cat", "seed": "x"})
    assert words("status.no_restore") in failure(damaged.value, words)
    lost = markup.not_drawn(("cat", "red", "zorblax"), (("dog", "cat"),), words)
    assert f"{names['cat']}, {words('colour.red')}, zorblax" in lost
    assert f"{names['dog']} → {names['cat']}" in lost
    line = failure(NothingKnownError("zorblax", ("lion", "tree")), words)
    assert f"{names['lion']}, {names['tree']}" in line
    long = shown(draw(talk, "a" * 1001))["status"]
    assert words("status.too_long", length=1001, most=1000) in long
    assert (
        words("status.number", name=words("seed"))
        in shown(draw(talk, "a cat", knobs=replace(ONE_STEP, seed=-5)))["status"]
    )


def test_what_of_a_typed_wish_is_not_understood_is_told_as_it_was_typed(pipeline):
    _, typed = pipeline.understand("ein Elefant auf einem Fahrrad und ein Zorblax")
    assert typed is not None and typed.unknown == ("Zorblax",)
    card = markup.typed_card(typed, Translations("de"))
    assert "Nicht verstanden: Zorblax" in card and "Whisper" not in card
