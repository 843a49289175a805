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
        ("a man", "give him red hair", "a red-haired man"),
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
    ],
)
def test_parts_are_painted_and_things_cut(wish, said, stands):
    check(wish, [said], stands)


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
