"""What comics show beside a head: Zs of who sleeps, tears; how it is read, where it is."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.words import marked_with
from maskgil.nano.world.arranging.carrying import MARKS
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import load_nouns


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
