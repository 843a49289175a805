"""Lettering that a text asks for stands on what bears it, or in the bubble of who says it."""

import pytest

from maskgil.nano.reader.phrases.lettering import without_lettering
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.drawn.lettering import LONGEST, writable


def lettering_in(text):
    found = read_scene(text)
    return {each.noun: each.lettering for each in found.scene.things if each.lettering}, found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a sign that says OPEN", {"placard": "OPEN"}),
        ("a sign that says open in the park", {"placard": "OPEN"}),
        ("a billboard which reads “Eat here” by the road", {"billboard": "Eat here"}),
        ("a door with the number 10 on it", {"door": "10"}),
        ("a bus with number twelve", {}),  # no more than ten is a word
        ("a bus with number 12", {"bus": "12"}),
        ("a cake with 'Happy Birthday' written on it", {"cake": "Happy Birthday"}),
        ("a mug with the word love on it", {"mug": "LOVE"}),
        ("the word FISH painted on a truck", {"truck": "FISH"}),
        ("the words GO HOME on a brick wall", {"brick wall": "GO HOME"}),
        ("HELLO written on a wall", {"brick wall": "HELLO"}),
        ("a green book titled Dragons on a table", {"book": "Dragons"}),
        ("the word GO on a street surface", {"placard": "GO"}),
        ("a gizmo with 'Grassy Meadow' written on it", {"placard": "Grassy Meadow"}),
        ("the letter B", {"placard": "B"}),
        ("the number seven", {"placard": "7"}),
        ("a boy with the number 4 on his shirt", {"boy": "4"}),
        ("a man wearing a red shirt that says BOSS", {"shirt": "BOSS"}),
        ("a robot with the letter R on it", {"robot": "R"}),
        ("a cat that says meow", {"speech bubble": "MEOW"}),
        ("a farmer saying 'Good morning'", {"speech bubble": "Good morning"}),
        ("a sign that says café", {"placard": "CAFE"}),
    ],
)
def test_words_are_written_where_they_are_told_to_be(text, written):
    found, reading = lettering_in(text)
    assert found == written
    assert not {*reading.left_out} & {text, *written.values()}
    caption = canonical(reading.scene)
    assert read_scene(caption).scene == reading.scene, caption


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("a sign that says Привет", "that says Привет"),
        (f"a sign that says {'long' * LONGEST}", f"that says {'long' * LONGEST}"),
        ("a spoon with the word SOUP on it", "with the word SOUP on it"),
    ],
)
def test_what_cannot_be_written_is_told(text, lost):
    found, reading = lettering_in(text)
    assert not found
    assert reading.left_out == (lost,)


@pytest.mark.parametrize(
    "text",
    ["a boy reading a book", "a dog with the letter in its mouth", "a letter from my mother",
     "a sign with an arrow", "Mrs. O'Neil's dog and the boys' ball", "a cat with a hat on it",
     "a cake with three candles on it", "I'm the king's dog 'n' cat"],
)  # fmt: skip
def test_other_words_ask_for_nothing_to_be_written(text):
    assert without_lettering(text) == (text, {})


def test_several_have_each_their_own():
    found, _ = lettering_in("a red door that says IN and a blue door that says OUT")
    assert found == {"door": "OUT"}  # of two alike the last one is in the table
    scene = read_scene("a red door that says IN and a blue door that says OUT").scene
    assert [(each.colour, each.lettering) for each in scene.things] == [
        ("red", "IN"),
        ("blue", "OUT"),
    ]


def test_small_letters_alone_become_capitals():
    assert [writable(text) for text in ("stop it", "Stop it", "A1", "ça", "猫")] == [
        "STOP IT", "Stop it", "A1", "CA", ""]  # fmt: skip
