"""What a noun phrase is of is its last noun: what stands before it tells of that."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical

READ = {
    "a safe harbor": ("at the harbor", ("safe",)),
    "a dog in a safe park": ("a dog in the park", ("safe",)),
    "a key city": ("in the city", ("key",)),
    "a present village": ("in a village", ("present",)),
    "a safe at the harbor": ("a safe at the harbor", ()),
    "an orange grove": ("five oranges in the forest", ()),
    "a girl in an orange orchard": ("a girl and five oranges in the garden", ()),
    "an apple orchard": ("five apples in the garden", ()),
    "two lemons in a grove": ("two lemons in the forest", ()),
    "a ship harbor": ("a ship at the harbor", ()),
    "a rose garden": ("five roses in the garden", ()),
    "a dragon flies over a barn": ("a flying dragon above a barn", ()),
    "a big blue bus stops behind a truck": ("a big blue bus behind a truck in the street", ()),
    "the dragon flies over a barn": ("a flying dragon above a barn", ()),
    "two bus stops": ("two bus stops", ()),
}


@pytest.mark.parametrize("text", READ)
def test_the_head_of_a_phrase_is_drawn(text):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == READ[text]


@pytest.mark.parametrize(
    ("text", "caption", "left_out"),
    [
        ("a boat painting by rembrandt", "a boat", ("painting", "rembrandt")),
        ("a drawing by picasso of a cow", "a cow", ("drawing", "picasso")),
        ("a bridge in the style of monet", "a bridge", ("style", "monet")),
        ("a barn in the style of hockney", "a barn", ("style", "hockney")),
        ("a painting by the window", "a picture frame next to a window", ()),
    ],
)
def test_an_artist_is_no_thing_and_told(text, caption, left_out):
    found = read_scene(text, imagine=False)
    assert (canonical(found.scene), found.left_out) == (caption, left_out)


@pytest.mark.parametrize(
    ("text", "pair"),
    [("two lions in the zoo", ("zoo", "park")), ("a golf course", ("golf course", "field"))],
)  # fmt: skip
def test_a_place_that_is_drawn_as_another_is_told(text, pair):
    assert read_scene(text).replaced == (pair,)
    assert read_scene("two lions in the park").replaced == ()
