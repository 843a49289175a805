"""What is to be written, or is said, keeps its letters in whichever language the order is."""

import pytest

from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage


@pytest.fixture(scope="module")
def planner():
    return Planner(load_collage())


@pytest.mark.parametrize(
    ("language", "wish", "said", "written"),
    [
        ("en", "a rocket", "write NASA on the rocket", ["NASA"]),
        ("en", "a rocket", "make it say CASA", ["CASA"]),
        ("de", "ein Boot", "Schreib Mama auf das Boot", ["Mama"]),
        ("de", "ein Hund", "der Hund sagt wuff", ["WUFF"]),
        ("fr", "un bateau", "écris bonjour sur le bateau", ["BONJOUR"]),
        ("fr", "un chien", "le chien dit ouaf", ["OUAF"]),
        ("es", "un barco", "escribe hola en el barco", ["HOLA"]),
        ("es", "un perro", "el perro dice guau", ["GUAU"]),
        ("pt", "um barco", "escreve olá no barco", ["OLA"]),
        ("zh", "一只狗", "狗说Hello", ["Hello"]),
    ],
)
def test_letters_stay_as_they_are(planner, language, wish, said, written):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=[language])
    talk.say(wish)
    things = talk.say(said).moment.arrangement.scene.things
    assert [each.lettering for each in things if each.lettering] == written


def test_a_line_is_of_the_language_of_the_one_before_where_both_would_do(planner):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=["en"])
    talk.say("un chat")
    assert talk.say("plus grand").line.endswith("is big now")


@pytest.mark.parametrize("text", ["a rocket with NASA on it", "a poster with the word Mama"])
def test_a_wish_is_of_no_language_by_what_is_to_be_written(text):
    assert read_typed(text, Glossary.load()) is None


def test_a_fruit_with_its_article_is_one(planner):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=["es"])
    talk.say("un plato")
    things = talk.say("añade una naranja").moment.arrangement.scene.things
    assert "orange" in [each.noun for each in things]
