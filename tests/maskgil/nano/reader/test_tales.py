"""What children tell of: who tales name, mummy, young ones that peep out, breath of fire, crews."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical

READ = {
    "Goldilocks and a bear": ("a girl and a bear", ()),
    "Cinderella hugging her cat": ("a princess hugging a cat", ()),
    "mummy hugging me": ("a woman hugging a child", ()),
    "my mummy holding a pan": ("a woman holding a pan", ()),
    "the mummy": ("a mummy", ()),
    "a mummy in a pyramid": ("a mummy in a pyramid in the desert", ()),
    "a lion brushing its teeth": ("a lion holding a toothbrush in the savanna", ()),
    "two fire-breathing dragons": ("two dragons breathing fire", ()),
    "a crocodile hatching from an egg": ("a crocodile in an egg in the swamp", ()),
    "a monster hiding under my bed": ("a monster under a bed in the bedroom", ()),
    "a spider spinning a web": ("a spider in a spider web", ()),
    "a spider and a web": ("a spider and a spider web", ()),
    "a spinning spider": ("a spinning spider", ()),
    "a purple monster with two horns": ("a purple monster", ()),
    "a monster with three horns": ("a monster next to three horns", ()),
    "an owl reading to the little owls": ("an owl next to two little owls", ("reading",)),
    "a rabbit with daisies": ("a rabbit and two daisies", ()),
    "a girl with daisies": ("a girl holding two daisies", ()),
    "daddy giving me a piggyback": ("a child on the shoulders of a man", ()),
    "grandma on a bench with a baby on her lap": (
        "an old woman on a bench and the old woman holding a baby in the park",
        (),
    ),
    "a sled with a boy": ("a boy riding a sled in the snow", ()),
    "a canoe with a man and a dog": ("a man in a canoe and a dog in the canoe on the lake", ()),
    "a cart with a donkey": ("a cart and a donkey", ()),
    "a car with a dog on the roof": ("a dog on the roof of a car in the street", ()),
    "a koala peeping out of its mother's pouch": ("a little koala in a koala", ()),
    "mummy kissing the baby goodnight": ("a woman kissing a baby", ()),
}


@pytest.mark.parametrize("text", READ)
def test_what_children_tell_is_read(text):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == READ[text]


def test_somebody_who_is_pushed_on_a_swing_is_on_it():
    found = read_scene("grandpa pushing me on the swing").scene
    nouns = [thing.noun for thing in found.things]
    assert any(
        relation.name == "on"
        and nouns[relation.subject] == "child"
        and nouns[relation.objects[0]] == "swing"
        for relation in found.relations
    )
