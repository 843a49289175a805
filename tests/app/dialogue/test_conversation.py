"""Conversations in several languages, without pictures and with them."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest

from app.__main__ import main
from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.glossary.repair import Glossary
from benchmarks.dialogues.__main__ import replies
from benchmarks.dialogues.judging import is_right
from benchmarks.dialogues.turns import read_turns
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage
from maskgil.prompts import NothingKnownError


@pytest.fixture(scope="module")
def planner():
    return Planner(load_collage())


@pytest.fixture
def conversation(planner):
    return Conversation(planner, laid_out, Glossary.load())


@pytest.mark.parametrize(
    ("wish", "orders"),
    [
        ("trois chats", ["enlève le chat tout à gauche", "enlève celui du milieu",
                         "enlève le chat le plus à droite"]),
        ("trois chats", ["enlève celui de gauche", "enlève le chat du milieu",
                         "enlève le dernier chat"]),
        ("tres gatos", ["quita el gato izquierdo", "quita el gato del medio",
                        "quita el de la derecha"]),
        ("três gatos", ["remove o da esquerda", "remove o gato do meio", "remove o gato direito"]),
        ("drei Katzen", ["entferne die Katze ganz links", "entferne die Katze in der Mitte",
                         "entferne die rechte"]),
        ("三只猫", ["去掉左边那只", "去掉中间的猫", "去掉最右边的猫"]),
    ],
)  # fmt: skip
def test_one_of_three_is_told_by_where_it_is(planner, wish, orders):
    for place, order in enumerate(orders):
        conversation = Conversation(planner, laid_out, Glossary.load())
        conversation.say(wish)
        before = [middle for _, middle in conversation.moment.arrangement.row()]
        reply = conversation.say(order)
        after = [middle for _, middle in conversation.moment.arrangement.row()]
        gone = [min(abs(each - middle) for middle in after) for each in before]
        assert (len(after), gone.index(max(gone)), reply.left_out) == (2, place, ()), order


def test_undo_is_exact_and_redo_goes_on(conversation):
    first = conversation.say("a house by a lake").moment
    second = conversation.say("add a boat").moment
    assert conversation.say("undo").moment is first
    assert conversation.say("redo").moment is second
    assert conversation.say("redo").action == "none"
    conversation.say("start over")
    assert conversation.moment is None and conversation.say("back").moment is second
    assert conversation.say("make it night").action == "time"
    assert conversation.say("redo").action == "none", "what had been undone is gone"


def test_a_question_is_answered_in_the_language_it_came_in(conversation):
    conversation.say("une maison dans la forêt")
    asked = conversation.say("un chien")
    assert asked.action == "question" and asked.language == "fr"
    added = conversation.say("change cette image")
    assert added.action == "add" and "dog" in added.moment.caption
    conversation.say("un chat")
    assert conversation.say("qu'il fasse nuit").action == "time", "another wish drops the question"


@pytest.mark.parametrize(
    ("wish", "said", "asked", "answers"),
    [
        ("a house in a forest", "a dog", "change this picture, or draw a new picture?",
         ["the first one", "add it", "change this picture", "new picture", "the second one"]),
        ("une maison dans la forêt", "un chien",
         "Changer cette image, ou en dessiner une nouvelle ?",
         ["la première", "ajoute-le", "changer cette image", "nouvelle image", "la deuxième"]),
        ("una casa en el bosque", "un perro", "¿Cambiar esta imagen o hacer una imagen nueva?",
         ["la primera", "añádelo", "cambiar esta imagen", "imagen nueva", "la segunda"]),
        ("uma casa na floresta", "um cachorro", "Mudar esta imagem ou fazer uma nova imagem?",
         ["a primeira", "adiciona ele", "mudar esta imagem", "imagem nova", "a segunda"]),
        ("森林里的房子", "一只狗", "修改这张图片，还是画一张新的图片？",
         ["第一个", "加上去", "修改这张图片", "新的图片", "第二个"]),
    ],
)  # fmt: skip
def test_a_question_is_asked_and_answered_in_every_language(
    conversation, wish, said, asked, answers
):
    for at, answer in enumerate(answers):
        conversation.say(wish)
        reply = conversation.say(said)
        assert (reply.action, reply.line) == ("question", asked)
        assert conversation.say(answer).action == ("new" if at > 2 else "add"), answer
        conversation.say("start over")


@pytest.mark.parametrize(
    ("wish", "said", "choices", "answer"),
    [
        ("a black cat and a white cat", "remove the cat", ("the black cat", "the white cat"),
         "the second one"),
        ("un chat noir et un chat blanc", "enlève le chat", ("chat (noir)", "chat (blanc)"),
         "chat (blanc)"),
        ("un gato negro y un gato blanco", "quita el gato", ("gato (negro)", "gato (blanco)"),
         "el segundo"),
    ],
)  # fmt: skip
def test_which_one_is_asked_in_the_language(conversation, wish, said, choices, answer):
    conversation.say(wish)
    asked = conversation.say(said).question
    assert asked.choices == choices and all(each in asked.text for each in choices)
    left = conversation.say(answer).moment.arrangement.scene.things
    assert [thing.colour for thing in left] == ["black"]


@pytest.mark.parametrize(
    ("wish", "said", "choices", "answer"),
    [
        ("a black dog and a sleeping dog", "remove the dog", ("the black dog", "the sleeping dog"),
         "the sleeping one"),
        ("a black dog and a running dog", "remove the dog", ("the black dog", "the running dog"),
         "the running one"),
        ("a black dog and a broken dog", "remove the dog", ("the black dog", "the broken dog"),
         "the broken one"),
        ("ein schwarzer Hund und ein schlafender Hund", "entferne den Hund",
         ("Hund (schwarz)", "Hund (schläft)"), "Hund (schläft)"),
        ("un chien noir et un chien triste", "enlève le chien",
         ("chien (noir)", "chien (pleure)"), "le deuxième"),
    ],
)  # fmt: skip
def test_which_one_is_asked_by_what_it_does(conversation, wish, said, choices, answer):
    conversation.say(wish)
    asked = conversation.say(said).question
    assert asked.choices == choices and all(each in asked.text for each in choices)
    left = conversation.say(answer).moment.arrangement.scene.things
    assert [(thing.noun, thing.colour) for thing in left] == [("dog", "black")]


@pytest.mark.parametrize(
    "said",
    ["est-ce qu'il y a un chien ?", "y a-t-il un chien ?", "combien de chats y a-t-il ?",
     "¿hay un perro?", "¿dónde está el gato?", "tem algum cachorro?", "quantos gatos tem?",
     "gibt es einen Hund?", "wo ist die Katze?",
     "有狗吗？", "有狗吗", "图里有几只猫？", "is there a dog?", "can you see a dog?"],
)  # fmt: skip
def test_questions_are_no_wishes(conversation, said):
    conversation.say("a cat in the garden")
    stood = conversation.moment
    assert conversation.say(said).action == "none" and conversation.moment is stood


@pytest.mark.parametrize(
    "said",
    ["tu peux ajouter un chien ?", "est-ce que tu peux ajouter un chien ?",
     "¿puedes añadir un perro?",
     "¿me pones un perro?", "dá pra colocar um cachorro?", "能不能加一只狗？", "加一只狗好吗？",
     "kannst du einen Hund hinzufügen?", "how about a dog?", "could we have a dog?"],
)  # fmt: skip
def test_wishes_with_a_question_mark_are_wishes(conversation, said):
    conversation.say("a cat in the garden")
    assert conversation.say(said).action == "add"
    assert [thing.noun for thing in conversation.moment.arrangement.scene.things] == ["cat", "dog"]


@pytest.mark.parametrize(
    ("said", "action", "colours"),
    [
        (["peins les deux en vert"], "recolour", ["green", "green"]),
        (["pinta los dos de verde"], "recolour", ["green", "green"]),
        (["pinta os dois de verde"], "recolour", ["green", "green"]),
        (["两只都变成绿色"], "recolour", ["green", "green"]),
        (["peins le chat en vert", "l'autre aussi"], "recolour", ["green", "green"]),
        (["pinta el gato de verde", "no, el otro"], "recolour", [None, "green"]),
        (["le chat en vert", "non, le chien"], "recolour", [None, "green"]),
        (["mets un fond rose"], "setting", [None, None]),
        (["pon el fondo rosa"], "setting", [None, None]),
        (["muda o fundo para rosa"], "setting", [None, None]),
        (["背景变成粉色"], "setting", [None, None]),
    ],
)  # fmt: skip
def test_both_the_other_and_the_background_in_every_language(conversation, said, action, colours):
    conversation.say("a cat and a dog in the garden")
    for text in said:
        reply = conversation.say(text)
    scene = conversation.moment.arrangement.scene
    assert reply.action.split("+")[0] == action
    assert [thing.colour for thing in scene.things] == colours
    assert (scene.setting == "pink background") == (action == "setting")


def test_back_to_the_beginning_is_the_picture_that_all_was_made_of(conversation):
    conversation.say("a cat")
    first = conversation.say("start over with a house by a lake").moment
    for said in ("add a boat", "another version", "make it night"):
        conversation.say(said)
    assert conversation.say("back to the start").moment is first
    assert conversation.say("redo").moment is not first


def test_the_language_of_the_person_counts(planner):
    french = Conversation(planner, laid_out, Glossary.load(), speaks=["fr"])
    assert "cat" in french.say("chat").moment.caption
    assert french.say("undo").action == "undo"


def test_another_whole_picture_is_drawn_without_asking(conversation):
    conversation.say("a house by a lake")
    assert conversation.say("a dog on the beach").action == "new"
    assert conversation.say("a cat and a red apple").action == "question", "or come along"
    assert conversation.say("an owl").action == "question", "one thing may be meant to come along"
    conversation.say("start over with a boat on the sea")
    assert conversation.say("a boat on the sea").action == "new", "said once more"
    assert conversation.say("a dolphin in the sea").action == "add", "the same place"


def test_what_is_not_known_is_said_and_changes_nothing(conversation):
    with pytest.raises(NothingKnownError):
        conversation.say("democracy")
    conversation.say("a cat")
    stood = conversation.moment
    reply = conversation.say("add a zorblax")
    assert (reply.action, reply.left_out) == ("none", ("zorblax",))
    assert conversation.moment is stood


def test_dialogues_of_every_language(planner):
    """One dialogue a language; `python -m benchmarks.dialogues` plays all."""
    turns = [turn for turn in read_turns() if turn.dialogue[2:] == "1"]
    wrong = [
        (turn.dialogue, turn.said, reply.line)
        for turn, reply, before in replies(turns, planner)
        if not is_right(turn.expected, reply, before)
    ]
    assert len(turns) == 36 and not wrong


def test_lines_are_answered_by_lines_of_json(monkeypatch, capfd):
    lines = "a house by a lake\n\nadd a boat\ndemocracy is great\nback\nsave\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["--chat", "--json"]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [row["action"] for row in rows] == ["new", "add", "none", "undo", "save"]
    assert [thing["noun"] for thing in rows[1]["graph"]["things"]] == ["house", "boat"]
    assert rows[1]["drawn"] == "a house and a boat on the lake" and rows[1]["image"] is None


def test_lines_that_are_no_text_do_not_end_a_conversation(monkeypatch, capfd):
    lines = io.BytesIO(b"a cat\n\xff\xff\n\xfe a tree\nadd a dog\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(lines, encoding="utf-8"))
    assert main(["--chat", "--json"]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [row["action"] for row in rows][:2] == ["new", "none"]
    assert [thing["noun"] for thing in rows[-1]["graph"]["things"]][-1] == "dog"


def test_pictures_keep_every_token_that_is_not_redrawn(nano_pipeline, tmp_path):
    from app.dialogue.chat import Chat
    from app.imaging.png import read_settings
    from app.imaging.settings import DrawSettings

    chat = Chat(nano_pipeline, DrawSettings(steps=2), tmp_path / "pictures")
    rows = [row for row, _ in chat.rows(["a cat in a field", "add a tree", "undo", "save it"])]
    first, second = (chat.conversation.history[at] for at in (1, 2))
    same = first.picture.tokens == second.picture.tokens
    plan = chat.conversation.planner.next(_change(first, second), first.arrangement)
    assert same[~plan.hole].all() and not same[plan.hole].all()
    assert rows[2]["image"] == rows[0]["image"] != rows[3]["image"]
    assert read_settings(tmp_path / "pictures" / "picture-002.png")["prompt"] == rows[1]["drawn"]
    assert np.array_equal(chat.conversation.moment.picture.tokens, first.picture.tokens)


def test_each_picture_that_stands_has_a_file_of_its_own(chat, tmp_path):
    """Moments are forgotten when they are undone; a new one at the same address is another."""
    from PIL import Image

    from app.imaging.png import read_settings

    talk = chat()
    talk.folder = tmp_path
    paint = talk.conversation.painter

    def painted(*words):
        return replace(paint(*words), image=Image.new("RGB", (8, 8)))

    talk.conversation.painter = painted
    said = ["a cat"] + ["make it red", "undo", "make it blue", "undo", "add a dog", "undo"] * 6
    for row, _ in talk.rows(said):
        assert read_settings(row["image"])["prompt"] == row["drawn"]


def test_a_chat_outlives_what_nobody_expected(chat, monkeypatch, caplog):
    talk = chat()
    rows = talk.rows(["a cat", "add a dog", "add a tree"])
    next(rows)
    with monkeypatch.context() as patch:
        patch.setattr(talk.conversation, "say", lambda _: [][0])
        row, told = next(rows)
    assert row["error"] == told == "Something went wrong here. Please try again."
    assert row["drawn"] == "a cat" and "IndexError" in caplog.text
    assert next(rows)[0]["action"] == "add"


def test_a_clip_that_is_not_there_is_said_in_one_line(pipeline):
    from app.dialogue.chat import Chat
    from app.imaging.settings import DrawSettings

    chat = Chat(pipeline, DrawSettings(), None)
    rows = list(chat.rows(["a cat in a field", "nowhere.wav", "add a tree"]))
    assert rows[1][1] == "there is no clip nowhere.wav"
    assert rows[1][0]["action"] == "none" and rows[1][0]["drawn"] == rows[0][0]["drawn"]
    assert rows[2][0]["action"] == "add"


def _change(first, second):
    from maskgil.nano.dialogue.changes import Change

    return Change(first.arrangement.scene, second.arrangement.scene, (0, None))


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("add un caballo", "add a horse"),
        ("enlève the horse", "remove the horse"),
        ("añade un bird y un boat", "add a bird and a boat"),
        ("un caballo rojo and a boat", "a red horse and a boat"),
    ],
)
def test_commands_in_two_languages(conversation, said, english):
    told = conversation.in_english(said)
    assert (told.english, told.unknown) == (english, ())


@pytest.mark.parametrize(
    "said",
    ["añade un gato negro", "adicione um gato preto", "ajoute un chat noir",
     "füge eine schwarze Katze hinzu", "添加一只黑猫", "aggiungi un gatto nero",
     "voeg een zwarte kat toe", "dodaj czarnego kota", "please añade un gato negro",
     "now everything in Spanish: añade un gato negro"],
)  # fmt: skip
def test_one_more_thing_in_any_language_is_one(conversation, said):
    conversation.say("a house by a lake")
    conversation.say("add a boat")
    reply = conversation.say(said)
    assert reply.moment.caption == "a house, a boat and a black cat on the lake"
    assert not reply.left_out


@pytest.mark.parametrize(
    "said",
    ["undo two steps", "move it two steps back", "two steps ago", "go back twice",
     "undo the last 2 changes, please", "annule deux fois", "reviens deux étapes en arrière",
     "vuelve dos pasos atrás", "desfaz duas vezes", "zwei Schritte zurück", "zweimal rückgängig",
     "撤销两次"],
)  # fmt: skip
def test_several_steps_are_undone_at_once(conversation, said):
    for text in ("a cat", "add a dog", "make it night", "the cat red"):
        conversation.say(text)
    reply = conversation.say(said)
    assert reply.action == "undo" and reply.moment.caption == "a cat and a dog"
    assert conversation.say("redo twice").moment.caption.startswith("a red cat and a dog")
    assert conversation.say("undo nine times").moment is None
    assert conversation.say("undo twice").action == "none"


@pytest.mark.parametrize(
    "said",
    ["give him a friend", "põe um amigo pra ele", "ponle un amigo", "donne-lui un ami",
     "gib ihm einen Freund", "给它一个朋友"],
)  # fmt: skip
def test_a_friend_is_another_of_the_kind(conversation, said):
    conversation.say("a cat in the garden")
    assert conversation.say(said).moment.caption == "two cats in the garden"


def test_two_words_that_english_has_too_are_no_english(conversation):
    assert conversation.say("trois chats").line == "three cats"


def test_a_folder_that_cannot_be_is_told_in_one_line(capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr("sys.stdin", io.StringIO("a cat\n"))
    assert main(["--chat", "-o", str(tmp_path / "file" / "pictures")]) == 2
    told = capsys.readouterr().err
    assert "cannot write into" in told and "Errno" not in told
    assert len(told.strip().splitlines()) == 1
