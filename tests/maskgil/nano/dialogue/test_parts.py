"""Parts and cuts told of what stands: "make its shell purple", "cut it in half"."""

import pytest

from maskgil.nano.dialogue.stage import Arrangement
from maskgil.nano.world.scene import Scene, Thing
from tests.maskgil.nano.dialogue.stands import check, outcome_of


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a turtle", "make its shell purple", "a purple turtle"),
        ("a turtle", "the turtle's shell should be red", "a red turtle"),
        ("a butterfly and a rose", "give it blue wings", "a blue butterfly and a rose"),
        ("a dog", "change its fur to black", "a black dog"),
        ("a dog and a cat", "make the dog's fur black", "a black dog and a cat"),
        ("a tree", "make its leaves orange", "an orange tree"),
        ("a tree", "make the leaves golden", "a yellow tree"),
        ("a dragon", "give the dragon golden scales", "a golden dragon"),
        ("a man", "give him red hair", "a red haired man"),
        ("a turtle and a seashell", "make the shell purple", "a turtle and a purple seashell"),
        ("a turtle", "add a purple shell", "a turtle and a purple seashell"),
        ("a house", "make the roof blue", "a blue roofed house"),
        ("a house", "make the door red", "a red doored house"),
        ("a dog", "give it black ears", "a black eared dog"),
        ("a black eared dog", "make its ears brown", "a brown eared dog"),
        ("a black eared dog", "make its tail white", "a black eared white tailed dog"),
        ("an apple", "cut it in half", "a cut open apple"),
        ("an apple and a pear", "cut the apple in half", "a cut open apple and a pear"),
        ("two apples", "cut them in half", "two cut open apples"),
        ("bread", "slice the bread", "sliced bread"),
        ("an apple", "take a bite of it", "a bitten apple"),
        ("an apple", "can you take a bite out of the apple please", "a bitten apple"),
        ("a vase", "break it", "a broken vase"),
        ("a car", "cover it in mud", "a muddy car"),
        ("a snowman", "melt it", "a melting snowman"),
        ("a cut open apple", "put it back together", "an apple"),
        ("a bitten apple", "make it whole again", "an apple"),
        (
            "a house and a dog",
            "paint the roof and the door blue",
            "a blue roofed blue doored house and a dog",
        ),
        ("a man", "make him old", "an old man"),
    ],
)
def test_parts_are_painted_and_things_cut(wish, said, stands):
    check(wish, [said], stands)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("a horse", "give it a horn"),
        ("a horse", "paint its legs black"),
        ("a horse", "make its head bigger"),
        ("a horse", "the horse's head is red"),
        ("a horse", "make the horse's eyes green"),
        ("a horse", "the horse has a long mane"),
        ("a cow", "add wings to the cow"),
        ("a cat", "the cat has no tail"),
        ("a man and a cat", "take off the man's head"),
        ("a king and a cat", "change the color of his eyes to blue"),
        ("a king", "give the king a moustache"),
        ("a king", "remove his beard"),
        ("a king", "make his crown silver"),
        ("a witch and a cat", "make her hat purple"),
        ("a witch and a cat", "put the hat on the cat"),
        ("a pirate", "take off his hat"),
        ("a house", "make the windows bigger"),
        ("a house", "remove the roof"),
        ("a castle", "make the towers blue"),
    ],
)
def test_a_remark_tells_that_a_part_stays_as_it_is_drawn(wish, said):
    outcome, _ = outcome_of(wish, said)
    assert (outcome.action, [each.kind for each in outcome.remarks]) == ("none", ["part"])
    assert outcome.left_out == (outcome.remarks[0].said,)


def test_what_a_drawing_shows_is_not_given_twice():
    outcome, _ = outcome_of("an elephant", "give it a trunk")
    assert [each.kind for each in outcome.remarks] == ["already"]


@pytest.mark.parametrize(
    ("wish", "said", "relation"),
    [
        ("a castle", "add flags on its towers", "on the towers of"),
        ("a castle", "put a dragon on the tower", "on the towers of"),
        ("a house", "a cat on the chimney", "on the chimney of"),
        ("a horse", "put a bird on its back", "on"),
        ("a man", "a parrot on his shoulder", "on the shoulder of"),
        ("a dog, a ball and a hat", "put the ball in its mouth", "holding"),
        ("a house and a dog", "the dog sits on the roof", "on"),
    ],
)
def test_something_is_put_to_a_part_of_what_stands(wish, said, relation):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change" and outcome.left_out == ()
    assert [each.name for each in scene.relations] == [relation]
    names = [thing.noun for thing in scene.things]
    assert not {"tower", "chimney", "mouth", "branch"} & set(names)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("a butterfly and a bird", "make the wings red"),
        ("a car", "cut it in half"),
    ],
)
def test_what_cannot_be_so_stays_as_it_is(wish, said):
    outcome, _ = outcome_of(wish, said)
    assert outcome.left_out and (outcome.change is None or outcome.change.is_none)


def test_a_picture_of_a_coloured_part_is_kept():
    stood = Arrangement(Scene((Thing("house", state="red doored blue roofed"),)), (), 0)
    assert Arrangement.read(stood.text()) == stood
    with pytest.raises(ValueError, match="no state"):
        Arrangement.read(stood.text().replace("red doored", "red gizmoed"))


@pytest.mark.parametrize(
    ("wish", "said", "lost"),
    [
        ("a black eared dog", "it runs", ("black eared",)),
        ("a running dog", "make its ears black", ("running",)),
        ("a muddy car", "make it rusty", ("muddy",)),
        ("a running dog", "it lies down", ()),
        ("a black eared dog", "make its tail white", ()),
        ("a wet dog", "it is dry again", ()),
    ],
)
def test_what_one_drawing_cannot_show_at_once_is_told(wish, said, lost):
    outcome, _ = outcome_of(wish, said)
    assert (outcome.action, outcome.left_out) == ("change", lost)


def test_what_others_are_drawn_with_may_be_given():
    for who in ("snowman", "penguin"):
        _, scene = outcome_of("a snowman and a penguin", f"give the {who} a scarf")
        assert [thing.noun for thing in scene.things] == ["snowman", "penguin", "scarf"]


@pytest.mark.parametrize(
    ("wish", "said", "action", "owner"),
    [
        ("a witch", "take the broom away", "none", "witch"),
        ("a baker and a dog", "remove the baguette", "none", "baker"),
        ("a witch riding a broom", "remove the broom", "change", "witch"),
        ("a cowboy and a horse", "remove the rope", "none", "cowboy"),
    ],
)
def test_what_a_drawing_shows_and_cannot_go_is_told(wish, said, action, owner):
    outcome, _ = outcome_of(wish, said)
    assert outcome.action == action
    assert [(each.kind, each.what) for each in outcome.remarks] == [("part", owner)]
