"""Relative clauses that begin with a preposition, whose something is, what is at whose feet."""

import pytest

from maskgil.nano.reader.reader import read_scene


@pytest.mark.parametrize(
    ("text", "plainly"),
    [
        ("a basket in which a dog sleeps", "a basket with a dog sleeping in it"),
        ("a bridge, on which two women stand", "a bridge with two women standing on it"),
        ("a barn in front of which there is a cow and next to it a tree",
         "a barn with a cow in front of it and next to it a tree"),
        ("a plate on which lies a pear", "a plate with a pear on it"),
        ("a sofa where a dog is sleeping", "a sofa with a dog sleeping on it"),
        ("a canoe where a dog is sleeping", "a canoe with a dog sleeping in it"),
        ("a witch whose hat is red", "a witch with a red hat"),
        ("a hut with a cow and a pig in front of it", "a hut, in front of it a cow and a pig"),
        ("a queen with a frog at her feet", "a queen with a frog in front of it"),
        ("the pig of the farmer", "the farmer's pig"),
        ("the boots of a clown", "a clown wearing boots"),
    ],
)  # fmt: skip
def test_what_a_clause_is_about_stands_where_it_says(text, plainly):
    found, wanted = read_scene(text), read_scene(plainly)

    def stand(scene):
        names = [thing.noun for thing in scene.things]
        return {(names[r.subject], r.name, tuple(names[o] for o in r.objects))
                for r in scene.relations}  # fmt: skip

    assert stand(found.scene) == stand(wanted.scene) and found.left_out == ()
    assert stand(found.scene) or found.scene.things[0].state


def test_things_in_a_place_are_not_in_each_other():
    scene = read_scene("a farm where there are three pigs and two goats").scene
    assert (scene.relations, scene.setting) == ((), "farm")
    assert [(thing.noun, thing.count) for thing in scene.things] == [("pig", 3), ("goat", 2)]
