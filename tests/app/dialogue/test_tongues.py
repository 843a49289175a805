"""Changes in many languages: each comes to the picture of the same change in English."""

from __future__ import annotations

from functools import cache

import pytest

from app.dialogue.answering import in_its_language
from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.dialogue.replies import Reply
from app.glossary.repair import Glossary
from app.i18n import Translations
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage
from tests.app.glossary.test_tongues import cases, shown


@pytest.fixture(scope="module")
def planner():
    return Planner(load_collage())


def after(planner: Planner, language: str, *lines: str) -> Reply:
    """The reply to the last of some lines of somebody who speaks a language."""
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=[language])
    return [talk.say(line) for line in lines][-1]


@cache
def in_english(planner: Planner, scene: str, english: str) -> Reply:
    """The reply that each language's is compared with: many say the same."""
    return after(planner, "en", scene, english)


def is_right(planner: Planner, language: str, scene: str, said: str, english: str) -> bool:
    mine = after(planner, language, scene, said)
    wanted = in_english(planner, scene, english)
    if mine.moment is None or wanted.moment is None:
        return mine.moment is wanted.moment and mine.action == wanted.action
    scenes = [shown(reply.moment.arrangement.scene) for reply in (mine, wanted) if reply.moment]
    return scenes[0] == scenes[1] and mine.action == wanted.action


@pytest.mark.parametrize(("language", "scene", "said", "english"), cases("changes.tsv"))
def test_a_change_comes_to_the_picture_of_its_english(planner, language, scene, said, english):
    assert is_right(planner, language, scene, said, english)


@pytest.mark.parametrize(("language", "said", "english"), cases("first_lines.tsv"))
def test_a_first_line_comes_to_the_scene_of_its_english(planner, language, said, english):
    mine, wanted = after(planner, language, said), after(planner, "en", english)
    assert mine.moment is not None and wanted.moment is not None
    scenes = [shown(reply.moment.arrangement.scene) for reply in (mine, wanted)]
    assert scenes[0] == scenes[1] and not mine.left_out


def test_changes_that_no_rule_was_chosen_on(planner):
    """A floor below what was measured: 41 of 42, 29 of them before."""
    right = [is_right(planner, *case) for case in cases("changes_held_out.tsv")]
    assert sum(right) >= 0.9 * len(right)


@pytest.mark.parametrize(
    ("language", "lines", "caption"),
    [
        ("fr", ["un chien et un chat", "le chat aussi"], "a dog and a cat"),
        ("fr", ["un chien et un chat", "rends le chien noir", "le chat aussi"],
         "a black dog and a black cat"),
        ("ja", ["犬", "寝ている犬"], "a dog"),  # a wish, or which one is meant
        ("zh", ["一只狗", "狗在睡觉"], "a lying dog with a sleep symbol"),
        ("tr", ["bir köpek", "köpek uyuyor"], "a lying dog with a sleep symbol"),
        ("ko", ["개", "개가 자고 있어요"], "a lying dog with a sleep symbol"),
    ],
)  # fmt: skip
def test_what_is_told_of_what_stands(planner, language, lines, caption):
    reply = after(planner, language, *lines)
    assert reply.moment is not None and reply.moment.caption == caption


@pytest.mark.parametrize(
    ("language", "first", "said"),
    [
        ("es", "una niña, un perro y un gato", "quita todo menos al perro"),
        ("es", "una niña, un perro y un gato", "borra todo excepto el perro"),
        ("pt", "uma menina, um cachorro e um gato", "tira tudo menos o cachorro"),
        ("fr", "une fille, un chien et un chat", "enlève tout sauf le chien"),
        ("de", "ein Mädchen, ein Hund und eine Katze", "entferne alles außer dem Hund"),
        ("zh", "一个女孩、一只狗和一只猫", "除了狗都去掉"),
    ],
)
def test_all_but_one_go_and_that_one_stays(planner, language, first, said):
    reply = after(planner, language, first, said)
    assert reply.moment is not None and reply.moment.caption == "a dog"


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Oui."), ("de", "Hallo"), ("es", "gracias"), ("ja", "こんにちは"), ("ru", "да"),
     ("en", "hello"), ("zh", "好的")],
)  # fmt: skip
def test_a_courtesy_is_answered_and_draws_nothing(planner, language, said):
    words = Translations(language)
    first = in_its_language(after(planner, language, said))
    assert (first.action, first.moment, first.line) == ("none", None, words("picture.ask"))
    later = in_its_language(after(planner, language, "a boat", said))
    assert later.action == "none" and later.moment is not None
    assert later.moment.caption == "a boat" and not later.left_out


@pytest.mark.parametrize(
    ("language", "said", "left"),
    [("de", "mach den Himmel grün", "Himmel grün"), ("fr", "un ciel vert", "ciel vert"),
     ("ru", "сделай небо зелёным", "небо зелёным")],
)  # fmt: skip
def test_what_is_not_done_is_told_as_it_was_said(planner, language, said, left):
    reply = after(planner, language, "a house", said)
    assert (reply.action, reply.left_out) == ("none", (left,))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "zurück zum Anfang"),
        ("fr", "reviens au début"),
        ("es", "vuelve al principio"),
        ("pt", "volta ao começo"),
        ("zh", "回到最开始"),
    ],
)
def test_all_is_undone_in_many_languages(planner, language, said):
    lines = ("a barn", "add a dog", "add a cat")
    mine, wanted = (after(planner, tongue, *lines, way)
                    for tongue, way in ((language, said), ("en", "back to the start")))  # fmt: skip
    assert (mine.action, mine.moment and mine.moment.caption) == (
        wanted.action,
        wanted.moment and wanted.moment.caption,
    )
    assert mine.action == "undo"
