"""Utterances of who hugs whom, and no more; where they stand then."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.touching import pairs
from maskgil.nano.world.captions import canonical
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import change_of

TWO, HUG = "a boy and a girl", "a boy hugging a girl"


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(load_collage())


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (TWO, "they hug", HUG),
        (TWO, "they are hugging each other", HUG),
        (TWO, "let them hold hands", "a boy holding hands with a girl"),
        (TWO, "they are holding hands", "a boy holding hands with a girl"),
        (TWO, "make them kiss", "a boy kissing a girl"),
        (TWO, "I want them to hug", HUG),
        (TWO, "let the boy hug the girl", HUG),
        (TWO, "the girl hugs the boy", "a girl hugging a boy"),
        ("a girl and a dog", "the girl hugs the dog", "a girl hugging a dog"),
        ("a boy and a dog", "he pets the dog", "a boy petting a dog"),
        ("a girl", "she hugs a dog", "a girl hugging a dog"),
        ("a girl", "a dog hugs her", "a dog hugging a girl"),
        ("a girl", "add a boy hugging her", HUG),
        ("two bears", "they hug", "two bears hugging"),
        ("two bears", "let the bears hold hands", "two bears holding hands"),
        ("two bears hugging", "make them hold hands", "two bears holding hands"),
        ("two bears hugging", "one more bear", "three bears hugging"),
        ("two bears hugging", "remove one bear", "a bear"),
        ("two bears hugging", "they let go", "two bears"),
        (HUG, "let them kiss instead", "a boy kissing a girl"),
        (HUG, "they let go", TWO),
        (HUG, "he lets go of her", TWO),
        (HUG, "stop hugging", TWO),
        (HUG, "they no longer hug", TWO),
        (HUG, "they are not hugging anymore", TWO),
        (HUG, "remove the girl", "a boy"),
    ],
)
def test_who_touches_whom_behind_an_utterance(wish, said, stands):
    assert canonical(change_of(wish, said).after) == stands


@pytest.mark.parametrize(
    ("wish", "said", "line"),
    [
        (TWO, "they hug", "the boy is hugging the girl now"),
        ("two bears", "they hold hands", "the two bears are holding hands now"),
        (HUG, "they let go", "the boy and the girl let go"),
    ],
)
def test_a_touch_is_told_of_as_what_somebody_does(wish, said, line):
    change = change_of(wish, said)
    assert (line_of(change), actions_of(change)) == (line, ["pose"])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("wish", "said", "met"),
    [
        ("a boy, a girl and a car", "the boy and the girl hug", 1),
        ("a girl and a dog in the park", "the girl hugs the dog", 1),
        ("two bears", "they hug", 1),
        ("three girls", "they hold hands", 2),
        ("two bears hugging", "three bears", 2),
        ("a boy hugging a girl", "they let go", 0),
        ("two bears hugging", "they let go", 0),
        ("a girl", "she hugs a dog", 1),
    ],
)
def test_they_touch_then_and_nobody_else_moves(planner, wish, said, met, seed):
    first = planner.first(read_scene(wish).scene, seed).arrangement
    outcome = interpret(said, first.scene)
    then = planner.next(outcome.change, first).arrangement
    assert len(pairs(then.scene, then.sprites)) == met
    if not met:
        one, other = sorted(then.sprites, key=lambda sprite: sprite.left)
        assert one.left + one.width <= other.left + 1
    stay = [("car", "girl")] * ("car" in wish) + [("dog",)] * ("park" in wish)
    for names in stay:
        stood, stand = (
            sorted(s.box for s in each.sprites if each.scene.things[s.thing].noun in names)
            for each in (first, then)
        )
        assert stood == stand


@pytest.mark.parametrize("wish", ["a girl on the shoulders of a man", "a woman hugging a child"])
@pytest.mark.parametrize("seed", range(4))
def test_who_was_carried_stands_on_the_ground_then(planner, wish, seed):
    first = planner.first(read_scene(wish).scene, seed).arrangement
    then = planner.next(interpret("they dance together", first.scene).change, first).arrangement
    one, other = then.sprites
    assert one.bottom == other.bottom and len(pairs(then.scene, then.sprites)) == 1
    assert min(one.height, other.height) >= 8


def test_those_who_hug_are_moved_together(planner):
    for seed in range(4):
        first = planner.first(read_scene(HUG).scene, seed).arrangement
        change = interpret("move the boy to the left", first.scene).change
        then = planner.next(change, first).arrangement
        assert len(pairs(then.scene, then.sprites)) == 1
