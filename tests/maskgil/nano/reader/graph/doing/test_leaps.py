"""Who jumps over something is in the air over it, and is seen to jump."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a cat jumping over a puddle", "a jumping cat above a puddle"),
        ("a frog leaps over a stone", "a jumping frog above a rock"),
        ("a horse leaping over a fence", "a jumping horse above a fence in a field"),
        ("three sheep jumping over a fence", "three jumping sheep above a fence on a farm"),
        ("a bird flying over a house", "a flying bird above a house"),
    ],
)
def test_an_animal_that_jumps_over_something_is_seen_to_jump(said, drawn):
    assert canonical(read_scene(said).scene) == drawn


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("what", ["puddle", "fence", "rock", "cactus", "log"])
def test_it_is_close_above_what_is_lower_than_it_is_long(what, seed):
    sprites = Layout(lambda code: 1.0).arranged(read_scene(f"a dog jumping over a {what}").scene,
                                               seed)[1]  # fmt: skip
    dog, other = sorted(sprites, key=lambda sprite: sprite.thing)
    assert dog.bottom == other.bottom - other.height
    assert other.height < dog.height
