"""Who bears what: on a back, on a truck, around a branch, in a pool; and counts that are none."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.words import done_with
from maskgil.nano.world.scene import Scene


def told(scene: Scene) -> tuple[list[str], set[tuple[str, ...]]]:
    """Its nouns and relations, in whatever order."""
    names = [thing.noun for thing in scene.things]
    return sorted(names), {
        (names[each.subject], each.name, *(names[n] for n in each.objects))
        for each in scene.relations
    }


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a truck carrying logs", "two logs in the back of a pickup truck in the street"),
        ("a donkey carrying a basket", "a basket on a donkey"),
        ("a boy carrying a box", "a boy holding a box"),
        ("a camel with a rug", "a rug on a camel"),
        ("a pool with two girls", "two girls in a swimming pool"),
        ("a worm around a branch", "a worm on a branch"),
        ("a hedgehog around a branch", "a hedgehog next to a branch"),
        ("a tie around a rabbit", "a rabbit wearing a tie"),
        ("a gate around a barn", "a gate in front of a barn"),
        ("a boy fishing from a dock", "a boy fishing on a dock on the lake"),
        ("lightning striking a church", "lightning above a church"),
        ("a mother carrying her son on her back", "a boy on a woman"),
        ("a robot with an owl on its arm", "an owl on a robot"),
        ("a boy with a duck on his lap", "a boy holding a duck"),
        ("a bear with a fish in its paw", "a bear holding a fish"),
        ("a monkey hanging from a branch with a pear",
         "a monkey hanging from a branch and the monkey holding a pear"),
        ("a goal and a ball", "a goal and a soccer ball"),
    ],
)  # fmt: skip
def test_what_is_borne_is_where_it_is_seen(said, meant):
    assert told(read_scene(said).scene) == told(read_scene(meant).scene)


def test_five_houses_are_not_five_villages():
    assert [thing.noun for thing in read_scene("five houses").scene.things] == ["house"]


@pytest.mark.parametrize(
    "said", ["a two headed dragon", "a three layer cake", "a six storey hotel"]
)
def test_a_count_of_parts_is_none_of_things(said):
    found = read_scene(said)
    assert [thing.count for thing in found.scene.things] == [1]
    assert said.split()[1] in found.left_out


@pytest.mark.parametrize("said", ["colorful houses", "a row of colourful houses"])
def test_houses_of_a_village_are_told_apart_by_their_colours(said):
    things = read_scene(said).scene.things
    assert {thing.noun for thing in things} == {"house"} and len({t.colour for t in things}) == 5


@pytest.mark.parametrize(
    ("said", "setting"),
    [("houses along the bay", "beach"), ("a ship in the bay", "sea"),
     ("houses along the harbour", "harbor"), ("a castle in the sea", "sea")],
)  # fmt: skip
def test_houses_of_a_bay_stand_ashore(said, setting):
    assert read_scene(said).scene.setting == setting


@pytest.mark.parametrize("who", ["a queen", "a goat", "two boys"])
def test_any_deed_anywhere_is_read(who):
    deeds = sorted(deed for deed in done_with() if deed.partition(" ")[0].endswith("ing"))
    assert len(deeds) > 60
    for deed in deeds:
        for place in ("the city", "over the city", "a cake", "across a lake"):
            scene = read_scene(f"{who} {deed} {place}").scene
            assert scene.things[0].count == (2 if who == "two boys" else 1)
