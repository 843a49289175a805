"""Who is dressed as somebody has what tells them: their hat, their tools."""

import pytest

from maskgil.nano.reader.graph.costumes import costumes
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.nouns import noun

DRESSED = [
    ("a cat dressed as a detective",
     "a cat wearing a detective hat and the cat holding a magnifying glass"),
    ("two dogs dressed up as pirates",
     "two dogs wearing two pirate hats and the dogs wearing two eye patches"),
    ("a monkey in a pirate costume",
     "a monkey wearing a pirate hat and the monkey wearing an eye patch"),
    ("a pig as a chef", "a pig wearing a chef hat and the pig holding a spoon"),
    ("a detective dog", "a dog wearing a detective hat and the dog holding a magnifying glass"),
    ("a boy disguised as a cowboy", "a boy wearing a cowboy hat and the boy holding a rope"),
    ("a teddy bear dressed as a king",
     "a teddy bear wearing a crown and the teddy bear wearing a cape"),
    ("a boy in a spacesuit", "a boy wearing a white snowsuit"),
    ("two dogs in space suits", "two dogs wearing two white snowsuits"),
    ("a cat wearing an astronaut suit", "a cat wearing a white snowsuit"),
    ("a girl in an orange spacesuit", "a girl wearing an orange snowsuit"),
    ("an astronaut in a space suit", "an astronaut"),
    ("a cat in a clown suit", "a cat wearing a party hat and the cat wearing a bow tie"),
    ("a cat in a black suit", "a cat wearing a black suit"),
    ("a dog in a policeman's uniform", "a dog wearing a police cap"),
    ("a bear wearing a firefighter's uniform",
     "a bear wearing a rescue helmet and the bear holding a fire extinguisher"),
    ("a cat in a pirate's costume", "a cat wearing a pirate hat and the cat wearing an eye patch"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caption"), DRESSED)
def test_a_costume_is_a_hat_and_tools(text, caption):
    found = read_scene(text, imagine=False)
    assert canonical(found.scene).split(" in ")[0].split(" on ")[0] == caption
    assert found.left_out == ()


def test_animals_wear_what_is_worn_on_the_body():
    assert canonical(read_scene("a dog in a cape").scene) == "a dog wearing a cape"
    assert canonical(read_scene("a mouse in a boot").scene) == "a mouse in a boot"


def test_who_is_dressed_is_where_they_are_said_to_be():
    scene = read_scene("a mouse dressed as a wizard on a chair").scene
    assert ("on", "chair") in {(r.name, scene.things[r.objects[0]].noun) for r in scene.relations}


def test_a_costume_that_nothing_tells_is_left_out():
    found = read_scene("a cat dressed as a ghost")
    assert canonical(found.scene) == "a cat"
    assert found.left_out == ("dressed as ghost",)


def test_kinds_of_animals_are_in_no_costume():
    assert "crown" not in canonical(read_scene("a king penguin").scene)


def test_costumes_are_of_nouns():
    for who, things in costumes().items():
        assert noun(who)
        for way, name, _ in things:
            assert way in ("wearing", "holding") and noun(name)
