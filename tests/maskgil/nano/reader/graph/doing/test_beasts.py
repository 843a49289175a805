"""What animals do to each other and to things is read as a picture shows it."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a unicorn running over the clouds", "a running unicorn in the sky"),
        ("a plane flying over the clouds", "an airplane above two clouds"),
        ("a snail crawling over a leaf", "a walking snail on a leaf"),
        ("a puppy chewing on a slipper", "a puppy eating a slipper"),
        ("a beaver gnawing at a tree", "a bending beaver next to a tree"),
        ("a cat racing a dog", "a running cat next to a running dog"),
        ("a mouse running away from a cat", "a running cat next to a mouse"),
        ("a deer escaping from a lion", "a running lion next to a deer"),
        ("a cat stretching", "a stretching cat"),
        ("a dog lying on its back", "an upside down dog"),
        ("a bird feeding its chicks in a nest",
         "a bird next to two chicks, the chicks in a nest and the bird holding a worm"),
        ("a shark swimming under a surfboard", "a shark under a surfboard underwater"),
        ("a swan gliding on the lake", "a swan on the lake"),
        ("penguins sliding down a hill", "two lying penguins on a hill"),
        ("a cat sitting on a woman's lap", "a sitting woman holding a cat"),
        ("a bull charging at a cape", "a running ox next to a cape"),
        ("a camel carrying a man", "a man riding a camel"),
        ("a bee flying to a flower", "a bee next to a flower"),
        ("a dragon flying over the village", "a flying dragon in a village"),
    ],
)  # fmt: skip
def test_what_animals_do_is_read_and_nothing_is_left_out(text, caption):
    found = read_scene(text)
    assert canonical(found.scene).startswith(caption) and found.left_out == ()
