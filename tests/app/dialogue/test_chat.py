"""Chat in several languages: each line is answered in its own."""

from types import SimpleNamespace

import pytest

from app.config import load_config
from app.dialogue.chat import Chat
from app.glossary.repair import Glossary
from app.i18n import Translations, tables
from app.imaging.settings import DrawSettings
from tests.app.dialogue.answered import said


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["une maison au bord d'un lac"], "maison · lac"),
        (["ein Haus am See", "mach es Nacht"], "Tageszeit: Nacht"),
        (["ein Haus am See", "mach es Nacht", "rückgängig"], "Zurück zu: Haus · See"),
        (["una casa", "pinta la casa de rojo"], "Color nuevo: casa (rojo)"),
        (["un chat", "combien de chats ?"], "Dans l’image : chat ×1."),
        (["un chat", "enlève le zèbre"], "Pas dans l’image : zèbre."),
        (["公园里的一只猫", "现在是晚上"], "时间：夜晚"),
        (["uma casa", "desfaz", "desfaz"], "Não há nada para desfazer."),
        (["un chien", "le chien court"], "Changé : chien (court)"),
        (["ein Hund", "der Hund schläft"], "Verändert: Hund (schläft)"),
        (["un chat", "ajoute un enfant qui pleure"], "Ajouté : enfant (pleure)"),
        (["ein Haus", "mach es aus Holz"], "Neue Farbe: Haus (aus Holz)"),
        (["ein Haus aus Holz", "was ist das?"], "Im Bild: Haus (aus Holz)."),
    ],
)
def test_what_was_done_is_told_in_the_language_of_the_line(chat, lines, told):
    row, line = said(chat(), *lines)
    assert (row["changed"], line) == (told, told)


@pytest.mark.parametrize(
    ("lines", "text", "choices"),
    [
        (["un chat rouge et un chat noir", "le chat bleu"],
         "Lequel : chat (rouge) ou chat (noir) ?", ["chat (rouge)", "chat (noir)"]),
        (["дом у озера", "кот"], "ask.what", ["tell", "ask.new"]),
    ],
)  # fmt: skip
def test_questions_are_asked_in_the_language_of_the_line(chat, lines, text, choices):
    talk = chat()
    words = Translations("ru")
    keys = tables()["ru"]
    row, _ = said(talk, *lines)
    asked = row["question"]
    assert asked["text"] == row["changed"] == (words(text) if text in keys else text)
    assert asked["choices"] == [words(each) if each in keys else each for each in choices]
    row, _ = said(talk, asked["choices"][0])
    assert row["action"] not in ("none", "question")


@pytest.mark.parametrize("language", [code for code in tables() if code != "en"])
def test_what_cannot_be_drawn_is_refused_in_the_language_of_who_asks(chat, language):
    words = Translations(language)
    row, line = said(chat(language), "zxqv")
    names = Glossary.load().words.names_in(language)
    nearest = ", ".join((names["lion"], names["tree"]))
    assert row["error"] == row["changed"] == line
    assert line == words("status.unknown", wish="zxqv", nearest=nearest)
    _, line = said(chat(language), "nowhere.wav")
    assert line == words("status.no_clip", file="nowhere.wav")


def test_letters_tell_in_which_language_a_line_of_none_is_answered(chat):
    talk = chat()
    for text, language in (("ъхжщ", "ru"), ("ضظغخ", "ar"), ("ぬゑぢ", "ja")):
        _, line = said(talk, text)
        assert line == Translations(language)("status.unread", text=text)
    assert said(talk, "zxqv")[1].startswith("nothing in")


@pytest.mark.parametrize(
    ("said_before", "undo", "lines"),
    [
        (["a cat", "move the cat to the left", "move it up", "another one"], "undo",
         ["a cat (moved the cat up)", "a cat (moved the cat left)", "a cat (1)"]),
        (["un chat", "déplace le chat à gauche", "plus haut", "une autre"], "annule",
         ["chat (Déplacé : chat)", "chat (Déplacé : chat)", "chat (1)"]),
    ],
)  # fmt: skip
def test_pictures_that_show_the_same_are_told_apart_on_the_way_back(chat, said_before, undo, lines):
    talk = chat()
    said(talk, *said_before)
    rows = [row["changed"] for row, _ in talk.rows([undo] * 3)]
    assert all(row.endswith(line) for row, line in zip(rows, lines, strict=True)), rows


@pytest.mark.parametrize(
    ("language", "lines", "noun"),
    [
        ("ar", ["بيت في الغابة", "أضف كلبًا"], "dog"),
        ("hi", ["एक घर", "बिल्ली जोड़ो"], "cat"),
        ("ja", ["家", "犬を追加してください"], "dog"),
        ("ru", ["дом у озера", "добавь лодку"], "boat"),
        ("de", ["ein Haus am See", "füg ein Boot hinzu"], "boat"),
    ],
)
def test_one_more_thing_is_added_and_all_of_it_understood(chat, language, lines, noun):
    row, line = said(chat(language), *lines)
    assert row["action"] == "add" and not row["left_out"]
    words, names = Translations(language), Glossary.load().words.names_in(language)
    assert line == words("did.what", did=words("did.add"), what=names[noun])


@pytest.mark.parametrize("at", [0, 1])
def test_an_answer_is_taken_as_it_was_written(chat, at):
    talk = chat()
    row, _ = said(talk, "дом у озера", "ракета")
    row, _ = said(talk, row["question"]["choices"][at])
    things = [thing["noun"] for thing in row["graph"]["things"]]
    assert things == (["rocket"] if at else ["house", "rocket"])


def test_what_is_not_understood_is_told_as_it_was_written(chat):
    _, line = said(chat("de"), "ein Haus", "füge einen Zörblax hinzu")
    assert line == "Nichts wurde geändert. | Nicht verstanden: Zörblax"


def test_photographs_cannot_be_talked_to_line_by_line():
    pipeline = SimpleNamespace(config=load_config("photo"), glossary=Glossary.load())
    with pytest.raises(ValueError, match="preset 'photo' lays out no scenes"):
        Chat(pipeline, DrawSettings(), None)


@pytest.mark.parametrize("line", ["12345", "2", '{"a":1}', "[31mred", "<script>alert(1)</script>",
                                  "a", "?!", "the", "change"])  # fmt: skip
@pytest.mark.parametrize("wish", ["a boat and a cat", "ein Boot und eine Katze"])
def test_what_is_of_no_language_changes_nothing_and_no_language(chat, wish, line):
    words = {"a boat and a cat": "en", "ein Boot und eine Katze": "de"}
    talk = chat()
    before, _ = said(talk, wish)
    row, _ = said(talk, line)
    language = "en" if line in ("the", "change") else words[wish]
    assert (row["action"], row["language"]) == ("none", language)
    assert row["graph"] == before["graph"] and row["question"] is None


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "thank you"), ("fr", "merci"), ("fr", "merci beaucoup !"), ("es", "muchas gracias"),
     ("pt", "obrigado"), ("de", "vielen Dank"), ("zh", "谢谢"), ("ru", "спасибо большое"),
     ("ar", "شكرا"), ("hi", "धन्यवाद"), ("ja", "ありがとうございます")],
)  # fmt: skip
def test_thanks_are_of_their_language_and_change_nothing(chat, language, line):
    talk, words = chat(), Translations(language)
    for first in ((), ("a boat and a cat",)):
        row, told = said(talk, *first, line)
        assert (row["action"], row["language"], row["left_out"]) == ("none", language, [])
        key = "status.unchanged" if first else "picture.ask"
        nothing = f"none: {'nothing was changed' if first else words(key)}"
        assert told == (nothing if language == "en" else words(key))


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "what can you draw?"), ("fr", "que peux-tu dessiner ?"), ("es", "¿qué sabes dibujar?"),
     ("pt", "o que você sabe desenhar?"), ("de", "was kannst du alles malen?"),
     ("zh", "你会画什么？")],
)  # fmt: skip
def test_what_can_be_drawn_is_told_whatever_stands(chat, language, line):
    words, talk = Translations(language), chat()
    castle = Glossary.load().words.names_in(language)["castle"] if language != "en" else "castle"
    for first in ((), ("une maison",)):
        row, _ = said(talk, *first, line)
        assert (row["action"], row["language"], row["left_out"]) == ("none", language, [])
        assert castle in row["changed"]
        assert language == "en" or words("book") in row["changed"]


@pytest.mark.parametrize(
    ("lines", "action", "things"),
    [
        (["mach das Sofa grün"], "add",
         [("house", 1, None), ("dog", 1, None), ("sofa", 1, "green")]),
        (["noch einen Hund"], "add", [("house", 1, None), ("dog", 2, None), ("sofa", 1, None)]),
        (["noch ein Boot"], "add", [("house", 1, None), ("boat", 1, None)]),
        (["mach es Nacht", "noch einen Hund"], "add", [("house", 1, None), ("dog", 1, None)]),
        (["der Hund soll zxqven"], "none", [("house", 1, None)]),
        (["ein Boot im Schnee"], "new", [("boat", 1, None)]),
        (["make it bigger"], "add", [("house", 1, None), ("dog", 1, None), ("sofa", 1, None)]),
    ],
)  # fmt: skip
def test_a_question_is_not_asked_again_where_the_next_line_is_clear(chat, lines, action, things):
    talk = chat()
    row, _ = said(talk, "ein Haus am See", "ein Hund und ein Sofa")
    assert row["question"]
    row, _ = said(talk, *lines)
    assert (row["action"], row["question"]) == (action, None)
    found = [(each["noun"], each["count"], each["colour"]) for each in row["graph"]["things"]]
    assert sorted(found, key=str) == sorted(things, key=str)


@pytest.mark.parametrize("line", ["the dog should be", "der Hund soll zxqven"])
def test_nobody_goes_of_whom_it_is_not_understood_what_they_should_be(chat, line):
    talk = chat()
    before, _ = said(talk, "a dog on a sofa")
    row, _ = said(talk, line)
    assert (row["action"], row["graph"]) == ("none", before["graph"])


@pytest.mark.parametrize(
    ("lines", "replaced"),
    [
        (["a lion in a cage"], [["cage", "birdcage"]]),
        (["a lion", "add a mat"], [["mat", "rug"]]),
        (["a lion", "replace it with a hawk"], [["hawk", "eagle"]]),
        (["a dog", "a dwarf", "change this picture"], [["dwarf", "gnome"]]),
        (["a dog", "a dwarf", "new picture"], [["dwarf", "gnome"]]),
        (["a lion in a cage", "make it night"], []),
        (["a lion", "add a mat", "undo"], []),
        (["a lion", "add a rug"], []),
    ],
)
def test_what_is_drawn_in_place_of_a_word_is_told(chat, lines, replaced):
    row, line = said(chat(), *lines)
    assert row["replaced"] == replaced
    told = [" → ".join(pair) for pair in replaced]
    assert [f"drawn instead: {pair}" for pair in told] == line.split(" | ")[1:]


def test_letters_that_are_lost_are_told_and_nothing_is_guessed(chat):
    row, line = said(chat("de"), "ein Bad", "ba\ufffdo")
    assert (row["action"], row["graph"]["things"]) == ("none", [])
    assert "ba\ufffdo" in line and "Badezimmer" not in line
    _, line = said(chat(), "a cat", "caf\ufffd")
    assert line == "“caf\ufffd” cannot be read: it is not UTF-8"


def test_english_with_a_costume_and_a_name_is_english(chat):
    row, _ = said(chat(), "i want my dog max in a superman costume")
    assert row["language"] == "en"
    assert [each["noun"] for each in row["graph"]["things"]] == ["dog"]


def test_lines_of_english_are_answered_in_english(chat):
    row, line = said(chat(speaks=("de", "en")), "a cat", "add a zorblax")
    assert line == "none: nothing was changed | not understood: zorblax"
    assert row["language"] == "en"
