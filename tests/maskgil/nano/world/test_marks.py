"""What comics show beside a head: Zs of who sleeps, tears; how it is read, where it is."""

import pytest

from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.words import marked_with
from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.marks import DOINGS, as_told
from maskgil.nano.world.nouns import load_nouns
from tests.maskgil.nano.dialogue.test_remarks import line_of as remark_of
from tests.maskgil.nano.dialogue.test_remarks import outcome_of


def square(code: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a sleeping dog", "a lying dog with a sleep symbol"),
        ("the horse is asleep", "a lying horse with a sleep symbol"),
        ("a tired old man", "an old man with a sleep symbol"),
        ("the baby is crying", "a baby with a water drop"),
        ("a sad cat next to a dog", "a cat next to a dog and the cat with a water drop"),
        ("two angry bears", "two bears with a storm cloud"),
        ("a girl is whistling", "a girl with musical notes"),
        ("a bear dreaming", "a bear with a thought bubble"),
        ("a boy with a heart", "a boy with a heart"),
    ],
)  # fmt: skip
def test_what_somebody_feels_or_does_is_shown_as_in_comics(text, drawn):
    reading = read_scene(text)
    assert (canonical(reading.scene), reading.left_out) == (drawn, ())
    assert canonical(read_scene(drawn).scene) == drawn


@pytest.mark.parametrize(
    ("text", "left_out"),
    [("a sleeping village", ("sleeping",)), ("an angry sea", ("angry",))],
)
def test_only_who_lives_has_one(text, left_out):
    reading = read_scene(text)
    assert not any(thing.noun in MARKS for thing in reading.scene.things)
    assert set(left_out) >= set(reading.left_out)


def test_a_wish_without_it_has_none():
    assert not any(t.noun in MARKS for t in read_scene("a dog and a cat on a sofa").scene.things)


def test_every_mark_that_a_word_stands_for_has_a_place_and_a_drawing():
    names = {noun.name for noun in load_nouns()}
    assert set(marked_with().values()) <= set(MARKS) <= names


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("a lying dog with a sleep symbol", "a sleeping dog"),
        ("a child with a water drop and a dog", "a crying child and a dog"),
        ("a jumping girl with a water drop", "a jumping and crying girl"),
        ("a dancing girl with musical notes", "a dancing girl"),
        ("two bears with a storm cloud next to a heart", "two angry bears next to a heart"),
    ],
)
def test_it_is_told_as_what_somebody_does(wish, told):
    scene, left = as_told(read_scene(wish).scene)
    assert canonical(scene) == told and len(left) == len(scene.things)


def test_every_mark_is_told_as_a_doing():
    assert DOINGS.keys() == {*MARKS}


@pytest.mark.parametrize(
    ("wish", "said", "actions", "line"),
    [
        ("a dog", "the dog sleeps", "pose+add", "the dog is sleeping now"),
        ("a sleeping dog", "wake it up", "remove+pose", "the dog is as usual now"),
        ("a sleeping dog and a cat", "remove the dog", "remove", "removed the sleeping dog"),
        ("a dog", "add a crying child", "add", "added a crying child"),
        ("a jumping girl", "she cries", "add", "the girl is jumping and crying now"),
        ("two children", "one is crying", "add",
         "one of the two children: the child is crying now"),
    ],
)  # fmt: skip
def test_a_change_of_it_is_told_as_what_somebody_does(wish, said, actions, line):
    change = outcome_of(wish, said)[0].change
    assert ("+".join(actions_of(change)), line_of(change)) == (actions, line)


def test_a_picture_is_told_with_what_somebody_does():
    assert remark_of("a sleeping dog", "what is this?") == "it is a picture of a sleeping dog"


@pytest.mark.parametrize("who", ["baby", "dog", "horse", "woman", "bird"])
@pytest.mark.parametrize("mark", MARKS)
def test_it_is_beside_each_head_and_within_the_picture(who, mark):
    scene = read_scene(f"two {load_plural(who)} with a {mark}").scene
    [relation] = [each for each in scene.relations if each.name == "with"]
    for seed in range(4):
        sprites = Layout(square).arranged(scene, seed)[1]
        heads = [s for s in sprites if s.thing == relation.subject]
        marks = [s for s in sprites if s.thing == relation.objects[0]]
        assert len(heads) == len(marks) == 2
        for head, beside in zip(heads, marks, strict=True):
            assert beside.height < head.height and beside.width < head.width
            top = head.bottom - head.height
            assert top - beside.height <= beside.bottom <= head.bottom - head.height / 3
            assert beside.left >= 0 and beside.left + beside.width <= 24


@pytest.mark.parametrize("who", ["baby", "dog"])
@pytest.mark.parametrize("mark", sorted({*MARKS} - {"storm cloud"}))
def test_it_hides_no_face(who, mark):
    for seed in range(4):
        sprites = Layout(square).arranged(read_scene(f"a {who} with a {mark}").scene, seed)[1]
        head, beside = (next(s for s in sprites if s.thing == thing) for thing in (0, 1))
        middle = abs(beside.left + beside.width / 2 - head.left - head.width / 2)
        assert middle >= head.width / 5


def load_plural(name: str) -> str:
    return next(noun.plural for noun in load_nouns() if noun.name == name)
