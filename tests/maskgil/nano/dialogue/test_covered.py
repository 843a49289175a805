"""Who is in something, and what is in the sky, as a picture changes."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.spots import covered
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.reader.reader import read_scene
from maskgil.presets.load import load_collage


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(load_collage())


def sprites_of(planner: Planner, wish: str, said: str, seed: int):
    """Sprites before and after, and what changed."""
    scene = read_scene(wish).scene
    change = interpret(said, scene, ()).change
    before = planner.first(scene, seed)
    return before.arrangement.sprites, planner.next(change, before.arrangement).arrangement.sprites


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("wish", "said"),
    [("a girl in a bed", "remove the bed"), ("a cat behind a fence", "remove the fence")],
)
def test_who_was_in_or_behind_what_is_removed_is_whole(planner, wish, said, seed):
    before, after = sprites_of(planner, wish, said, seed)
    assert min(sprite.part[1] for sprite in before) < 1
    assert [sprite.part for sprite in after] == [(0.0, 1.0)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("said", ["make it night", "add a duck"])
def test_who_is_in_a_boat_stays_in_it(planner, said, seed):
    before, after = sprites_of(planner, "a sailor on a boat on the lake", said, seed)
    stood = {(s.code, s.box, s.part) for s in before}
    assert len(before) == 3 and stood <= {(s.code, s.box, s.part) for s in after}


@pytest.mark.parametrize("seed", range(3))
def test_stars_that_are_added_are_small_and_seen_beside_what_stands(planner, seed):
    _, after = sprites_of(planner, "a house in a field", "add three stars", seed)
    stars = [sprite for sprite in after if sprite.thing == 1]
    assert len(stars) == 3 and all(max(s.width, s.height) <= 8 for s in stars)
    seen = [1 - sum(covered(star, s) for s in after if s is not star) for star in stars]
    assert sum(seen) >= 1.5, "a house is nearly as high as the picture"


@pytest.mark.parametrize("seed", range(4))
def test_a_boat_on_the_lake_is_behind_the_house_on_its_shore(planner, seed):
    _, after = sprites_of(planner, "a house by a lake", "add a boat", seed)
    at = {sprite.thing: place for place, sprite in enumerate(after)}
    house, boat = after[at[0]], after[at[1]]
    assert boat.bottom < house.bottom and at[1] < at[0]
