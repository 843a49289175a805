"""Parts of things: the colour of a turtle's shell is the turtle's, red hair a red-haired man's."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    "text, drawn",
    [
        ("a turtle with a purple shell", "a purple turtle"),
        ("a snail with a yellow shell on a rock", "a yellow snail on a rock"),
        ("a dragon with golden scales", "a golden dragon"),
        ("a fish with orange scales", "an orange fish"),
        ("a butterfly with blue wings", "a blue butterfly"),
        ("a butterfly with spotted wings", "a spotted butterfly"),
        ("three butterflies with yellow wings", "three yellow butterflies"),
        ("a rose with black petals", "a black rose"),
        ("a tree with golden leaves", "a yellow tree"),
        ("a tree with leaves", "a tree"),
        ("a dog with long brown hair", "a brown dog"),
        ("a mushroom with a red cap", "a red mushroom"),
        # said behind, by whose they are, or in one word
        ("a dragon whose scales are golden", "a golden dragon"),
        ("the turtle's shell is purple", "a purple turtle"),
        ("a butterfly and its wings are blue", "a blue butterfly"),
        ("a purple-shelled turtle", "a purple turtle"),
        ("a blue winged butterfly", "a blue butterfly"),
        # what else is told goes on
        ("a turtle with a striped shell and a hat", "a striped turtle wearing a hat"),
        ("a rabbit with gray fur eating a carrot", "a gray rabbit eating a carrot"),
        ("a tree with red apples and green leaves",
         "two red apples in a green tree in the park"),
        ("a turtle in its shell", "a turtle"),
        ("a lamp with a blue shade", "a blue lamp"),
        ("a ship with red sails", "a red sailed sailing ship"),
        # a part that is painted alone
        ("a house with a blue roof", "a blue roofed house"),
        ("two houses with green roofs", "two green roofed houses"),
        ("a grey-roofed house by the sea", "a gray roofed house on the beach"),
        ("a house with a red roof", "a house"),
        ("a red-roofed house", "a red roofed house"),
        # people of whom there is a drawing
        ("a man with red hair", "a red haired man"),
        ("a woman with long blonde hair", "a blond woman"),
        ("a gray haired woman", "a white-haired woman"),
        ("an old man with white hair", "an old man"),
        ("two blond girls", "two yellow haired girls"),
        # others have them as things
        ("a boy holding a purple shell", "a boy holding a purple seashell"),
        ("a turtle and a purple shell", "a turtle and a purple seashell"),
        ("a boy with a red cap", "a boy wearing a red cap"),
    ],
)  # fmt: skip
def test_parts_that_are_most_of_a_thing_tell_how_it_looks(text: str, drawn: str) -> None:
    found = read_scene(text)
    assert canonical(found.scene) == drawn
    assert found.left_out == ()


@pytest.mark.parametrize(
    "text, drawn, left_out",
    [
        ("a turtle with a big shell", "a turtle", ("big shell",)),
        ("a green turtle with a purple shell", "a green turtle", ("purple shell",)),
        ("a dragon with red scales and blue wings", "a red dragon", ("blue wings",)),
        ("an airplane with striped wings", "an airplane", ("striped wings",)),
        ("a cactus with blue hair", "a cactus", ("blue hair",)),
    ],
)
def test_parts_that_no_drawing_shows_are_left_out(
    text: str, drawn: str, left_out: tuple[str, ...]
) -> None:
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (drawn, left_out)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("a cup with a broken handle", "broken handled"),
        ("a mug without a handle", "missing handled"),
        ("a clock with no hands", "missing handed"),
        ("a taxi with a missing wheel", "one wheeled"),
        ("a chair with three legs", "three legged"),
        ("a bench with one leg missing", "one legged"),
        ("a table with one leg missing", "three legged"),
        ("a stool with four legs", "four legged"),
        ("a door with a brass knob", "yellow handled"),
        ("a hammer with a wooden handle", "brown handled"),
        ("a church with a broken window", "broken windowed"),
        ("a boy without a shirt", None),
    ],
)
def test_parts_are_missing_broken_or_of_a_material(text: str, state: str | None) -> None:
    (thing, *others) = read_scene(text).scene.things
    assert (thing.state, others) == (state, [])
    assert read_scene(text).left_out == ()
