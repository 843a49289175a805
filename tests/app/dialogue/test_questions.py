"""Questions about a picture in the page's languages: answered from its graph in one line."""

import pytest

from app.dialogue.answering import in_its_language
from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.glossary.repair import Glossary
from app.i18n import tables
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage

WISHES = {
    "en": "a green bus, a cow and two cats in the snow",
    "fr": "un bus vert, une vache et deux chats dans la neige",
    "de": "ein grüner Bus, eine Kuh und zwei Katzen im Schnee",
    "es": "un autobús verde, una vaca y dos gatos en la nieve",
    "pt": "um ônibus verde, uma vaca e dois gatos na neve",
    "ru": "зелёный автобус, корова и две кошки в снегу",
    "zh": "雪地里有一辆绿色的公交车、一头牛和两只猫",
    "ja": "雪の中の緑のバスと牛と二匹の猫",
    "hi": "बर्फ में एक हरी बस, एक गाय और दो बिल्लियाँ",
    "ar": "حافلة خضراء وبقرة وقطتان في الثلج",
}
ASKED = {  # colour, count, size, what is not there, so many of a colour, where
    "en": ("what colour is the bus?", "how many cats are there?", "is the bus bigger than the cow?",
           "is there a horse?", "how many green things are there?", "where is the cow?"),
    "fr": ("quelle est la couleur du bus ?", "combien de chats vois-tu ?",
           "le bus est plus grand que la vache ?", "y a-t-il un cheval ?",
           "combien de choses vertes y a-t-il ?", "où est la vache ?"),
    "de": ("welche Farbe hat der Bus", "wie viele Katzen gibt es?",
           "ist der Bus größer als die Kuh?", "gibt es ein Pferd?",
           "wie viele grüne Dinge siehst du?", "wo ist die Kuh?"),
    "es": ("¿de qué color es el autobús?", "¿cuántos gatos hay?",
           "¿el autobús es más grande que la vaca?", "¿hay un caballo?",
           "¿cuántas cosas verdes hay?", "¿dónde está la vaca?"),
    "pt": ("qual é a cor do ônibus?", "quantos gatos há?", "o ônibus é maior que a vaca?",
           "há um cavalo?", "quantas coisas verdes há?", "onde está a vaca?"),
    "ru": ("какого цвета автобус?", "сколько кошек?", "автобус больше коровы?",
           "есть ли лошадь?", "сколько зелёных вещей?", "где корова?"),
    "zh": ("公交车是什么颜色的？", "有几只猫？", "公交车比牛大吗？", "有马吗？",
           "有几个绿色的东西？", "牛在哪里？"),
    "ja": ("バスは何色ですか？", "猫は何匹いますか？",
           "バスは牛より大きいですか？", "馬はいますか？",
           "緑のものはいくつありますか？", "牛はどこですか？"),
    "hi": ("बस किस रंग की है?", "कितनी बिल्लियाँ हैं?", "क्या बस गाय से बड़ी है?", "क्या घोड़ा है?",
           "कितनी हरी चीज़ें हैं?", "गाय कहाँ है?"),
    "ar": ("ما لون الحافلة؟", "كم قطة هناك؟", "هل الحافلة أكبر من البقرة؟", "هل هناك حصان؟",
           "كم شيئا أخضر هناك؟", "أين البقرة؟"),
}  # fmt: skip
MEANT = (("look", "bus", 1, "green"), ("counted", "cat", 2, ""), ("bigger", "bus", 1, ""),
         ("absent", "horse", 0, ""), ("counted", "bus", 1, "green"),
         ("where", "cow", 1, None))  # fmt: skip


@pytest.fixture(scope="module")
def planner():
    return Planner(load_collage())


def test_every_language_of_the_page_asks():
    assert {*ASKED} == {*WISHES} == {*tables()}


@pytest.mark.parametrize("language", ASKED)
def test_questions_are_answered_from_the_graph(planner, language):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=[language])
    first = talk.say(WISHES[language]).moment
    for said, (kind, what, count, look) in zip(ASKED[language], MEANT, strict=True):
        reply = talk.say(said)
        assert (reply.action, reply.moment, len(reply.remarks)) == ("none", first, 1), said
        remark = reply.remarks[0]
        assert (remark.kind, remark.what, remark.count) == (kind, what, count), (said, remark)
        assert look is None or remark.look == look, said
        line = in_its_language(reply).line
        assert "\n" not in line and ("{" not in line), line


def test_none_so_coloured_is_told_with_its_colour(planner):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=["de"])
    talk.say("eine Katze")
    assert in_its_language(talk.say("wie viele rote Katzen gibt es?")).line == (
        "Nicht im Bild: Katze (rot)."
    )


@pytest.mark.parametrize(
    ("language", "said", "of"),
    [
        ("fr", "est-ce qu'il pleut ?", "weather"), ("de", "wie ist das Wetter?", "weather"),
        ("es", "¿es de noche?", "time"), ("ru", "какая погода?", "weather"),
        ("ja", "天気はどうですか", "weather"), ("zh", "天气怎么样？", "weather"),
        ("hi", "मौसम कैसा है?", "weather"), ("ar", "كيف الطقس؟", "weather"),
        ("en", "is it night?", "time"), ("en", "what's the weather like?", "weather"),
    ],
)  # fmt: skip
def test_time_and_weather_are_told(planner, language, said, of):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=[language])
    talk.say(WISHES[language])
    assert [(each.kind, each.of) for each in talk.say(said).remarks] == [("around", of)]


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "加几只狗"), ("zh", "能加一只狗吗？"), ("ja", "犬を加えてくれますか"),
     ("fr", "tu peux ajouter un chien ?"),
     ("de", "kannst du einen Hund hinzufügen?")],
)  # fmt: skip
def test_a_wish_that_sounds_like_a_question_is_one(planner, language, said):
    talk = Conversation(planner, laid_out, Glossary.load(), speaks=[language])
    talk.say(WISHES[language])
    assert talk.say(said).action == "add"
