"""Who tells a picture is in it where they say so: "me and my dog"; not where they only ask."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("me and my dog on the beach", "a person and a dog on the beach"),
        (
            "my sister and I on a bike",
            "a child riding a bicycle and a girl riding the bicycle in the street",
        ),
        ("a picture of us at the lake", "two people on the lake"),
        (
            "my mum and dad holding hands with me in the middle",
            "a man holding hands with a child and a woman holding hands with the child",
        ),
        ("draw me and my dad in a boat", "a man in a boat and a child in the boat on the lake"),
        ("my wife and I dancing", "a woman dancing with a man"),
        ("me riding a unicorn", "a person riding a unicorn"),
        ("I am riding a horse on the beach", "a person riding a horse on the beach"),
        ("we are swimming in the sea", "two people in ripples on the sea"),
        ("a dragon next to me", "a dragon next to a person"),
        ("mum hugging me", "a woman hugging a child"),
        ("a drawing of me", "a person"),
        ("me with a balloon", "a person holding a balloon"),
    ],
)
def test_who_speaks_is_somebody(text, caption):
    assert canonical(read_scene(text).scene) == caption


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("draw me a cat", "a cat"),
        ("I want a dog and a cat", "a dog and a cat"),
        ("I'm thinking of a house", "a house"),
        ("a dog and I want it to be brown", "a dog"),
        ("can you draw a cat for me", "a cat"),
        ("give me a red car", "a red car"),
        ("paint me in a garden a tree", "a tree in the garden"),
        ("make me a cake with candles", "two candles on a whole cake"),
        ("let us see a castle", "a castle"),
        ("I see a boat and a house", "a boat and a house"),
        ("I am looking for a cat", "a cat"),
    ],
)
def test_who_only_asks_is_nobody(text, caption):
    assert canonical(read_scene(text).scene) == caption
