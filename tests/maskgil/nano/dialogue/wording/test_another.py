"""Which descriptions are of another picture: the rule, of any scenes and any descriptions."""

import random

import pytest

from maskgil.nano.dialogue.editing.referents.kinds import is_same_kind
from maskgil.nano.dialogue.fragments import read_fragment
from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.wording.another import is_at_home
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere

WHO = ("a lion", "a knight", "two pigs", "a black horse", "an old man", "a robot", "a frog")
WHAT = ("a rock", "a table", "a wooden box", "a castle", "a tree", "a red car")
WAYS = ("on", "next to", "under", "behind", "in front of", "holding", "looking at")
WHERE = ("in the desert", "on the beach", "in a forest", "at sunset", "at night", "in the rain",
         "in the snow", "in the jungle at night")  # fmt: skip
DEEDS = ("sleeping", "running", "who is crying", "reading a book", "jumping")
STANDS = ("a dog", "a house by a lake", "a cat on a sofa", "a rocket in space",
          "a girl with a kite",
          "a crab and a palm tree on the beach", "three ducks on a pond at night",
          "a wizard in a cave")  # fmt: skip
PLACES = ("a city at night", "a forest in the rain", "a beach at sunset")


def told_anew(rng):
    """A description that is a scene: of who is how to what, where, or doing something."""
    who, what = rng.choice(WHO), rng.choice(WHAT)
    return rng.choice((
        f"{who} {rng.choice(WAYS)} {what}", f"{who} {rng.choice(WHERE)}",
        f"{who} {rng.choice(WAYS)} {what} {rng.choice(WHERE)}", f"{who} {rng.choice(DEEDS)}",
        rng.choice(PLACES),
    ))  # fmt: skip


def shares(text, scene):
    """Whether a description names something, or the place, that stands."""
    found = read_fragment(text)
    told = found.scenery
    same = any(is_same_kind(one.noun, each.thing.noun)
               for one in scene.things for each in found.mentions)  # fmt: skip
    told_new = {name for name, value in told.items() if value != getattr(scene, name)}
    return same or told.get("setting") == scene.setting is not None or (
        not found.relations and not told_new and bool(told)
    )  # fmt: skip


@pytest.mark.parametrize("wish", STANDS)
def test_a_scene_of_its_own_that_has_nothing_of_what_stands_is_another_picture(wish):
    rng, scene = random.Random(wish), somewhere(read_scene(wish).scene)
    said = {told_anew(rng) for _ in range(60)}
    new = [text for text in said if not shares(text, scene) and (
        read_fragment(text).relations or read_fragment(text).scenery
    ) and not comes_along(text, scene)]  # fmt: skip
    assert len(new) > 15
    assert {text: interpret(text, scene).action for text in new} == dict.fromkeys(new, "new")


def comes_along(text, scene):
    """Whether all that a description names is at home where the scene is, and told of no time."""
    found = read_fragment(text)
    return is_at_home(found, scene.setting) and not found.scenery


@pytest.mark.parametrize("wish", STANDS)
@pytest.mark.parametrize("said", [
    "a knight hides behind a rock", "two pigs are running", "there stands a robot",
    "a black horse jumps over a wooden box", "an old man reads a book", "a lion sleeps",
    "a frog sits under the tree", "a lion on the roof of the house",
])  # fmt: skip
def test_a_sentence_and_what_knows_what_it_names_go_on_with_what_stands(wish, said):
    scene = somewhere(read_scene(wish).scene)
    outcome = interpret(said, scene)
    assert outcome.action == "change", outcome
    assert {each.noun for each in scene.things} <= {
        each.noun for each in outcome.change.after.things
    }
    elsewhere = next(place for place in ("on the moon", "in the kitchen")
                     if read_fragment(f"a lion {place}").setting != scene.setting)  # fmt: skip
    assert scene.setting is None or interpret(f"a lion sleeps {elsewhere}", scene).action == "new"


@pytest.mark.parametrize(
    ("wish", "said"),
    [("a cow on a farm", "a goat next to a barn"), ("a crab on the beach", "a boy holding a ball"),
     ("a bus in the street", "a woman with an umbrella"),
     ("a barn", "a man with a cat on his head")],
)  # fmt: skip
def test_what_is_at_home_where_the_scene_is_comes_along(wish, said):
    scene = somewhere(read_scene(wish).scene)
    assert comes_along(said, scene) and interpret(said, scene).action == "change"


@pytest.mark.parametrize(
    ("wish", "said", "relation"),
    [("a mountain", "a hut on the mountain", "on"), ("a castle", "a knight in the castle", "in"),
     ("a tree and a pond", "a duck on the pond", "on"), ("a road", "a car on the road", "on")],
)  # fmt: skip
def test_what_stands_and_might_be_a_place_is_what_stands(wish, said, relation):
    scene = read_scene(wish).scene
    outcome = interpret(said, scene)
    assert outcome.action == "change" and outcome.change.after.setting == scene.setting
    assert [each.name for each in outcome.change.after.relations] == [relation]


@pytest.mark.parametrize(
    ("wish", "said"),
    [("a basket in the park", "a blanket on the grass"),
     ("a ship on the sea", "a whale in the water"), ("a camel in the desert", "a fox on the sand"),
     ("a tram in the city", "a bus on the road"), ("a boy in the bedroom", "a cat on the floor"),
     ("a frog on the lake", "a crocodile in the lake"),
     ("a boy in the bedroom", "a candle on the table")],
)  # fmt: skip
def test_the_ground_of_the_place_is_no_other_place(wish, said):
    scene = somewhere(read_scene(wish).scene)
    outcome = interpret(said, scene)
    assert outcome.action == "change" and outcome.change.after.setting == scene.setting


@pytest.mark.parametrize("wish", STANDS)
def test_what_has_something_of_what_stands_or_goes_on_is_not_another_picture(wish):
    rng, scene = random.Random(wish), somewhere(read_scene(wish).scene)
    there = [f"{told_anew(rng)} next to the {scene.things[0].noun}" for _ in range(9)]
    onward = [f"{lead} {text}" for lead in ("now", "add", "there is", "and also")
              for text in ("a lion on a rock", "a robot holding a box")]  # fmt: skip
    for text in [text for text in (*there, *onward) if not read_fragment(text).scenery]:
        assert interpret(text, scene).action != "new", text


@pytest.mark.parametrize("wish", STANDS)
@pytest.mark.parametrize("said", ["a boat", "a red boat", "a lion and a zebra", "a big broken car"])
def test_things_alone_are_no_other_picture(wish, said):
    assert interpret(said, somewhere(read_scene(wish).scene)).action in ("change", "question")
