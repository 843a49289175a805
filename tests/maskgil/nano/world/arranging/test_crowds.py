"""Many things in one picture: each is seen."""

import numpy as np
import pytest

from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.presets.load import load_collage

OPAQUE = 128


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(load_collage())


def least_seen(planner: Planner, wish: str, seed: int) -> dict[str, float]:
    """Of each thing the share that is seen of the copy of which least is."""
    scene = somewhere(read_scene(wish).scene)
    sprites = planner.arranged(scene, seed).sprites
    drawn = [planner.collage.lay(scene, (sprite,))[..., 3] > OPAQUE for sprite in sprites]
    seen: dict[str, float] = {}
    for at, sprite in enumerate(sprites):
        over = np.any([np.zeros_like(drawn[at]), *drawn[at + 1 :]], axis=0)
        share = 1 - (drawn[at] & over).sum() / drawn[at].sum()
        name = scene.things[sprite.thing].noun
        seen[name] = min(share, seen.get(name, 1.0))
    return seen


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "wish",
    [
        "a busy farm with two pigs, a rooster, two goats, a tractor and a barn",
        "a clown, a queen, a pirate, a camel and an elephant in front of a castle",
        "a street with a bus, two taxis, three people, a bench and a bicycle",
        "a garden with a swing, two ducks, a boy, a fountain and a beehive",
    ],
)
def test_each_of_many_things_is_seen(planner, wish, seed):
    seen = least_seen(planner, wish, seed)
    assert len(seen) == 5
    assert min(seen.values()) >= 0.7, seen


def test_two_things_are_held_in_two_hands(planner):
    seen = least_seen(planner, "a sailor with a sword and a bottle", 0)
    assert seen["bottle"] > 0.9 and seen["sword"] > 0.9


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("wish", "driven", "most"),
    [
        ("a busy street with cars and people", "car", 1.2),
        ("a tram on a busy street with people", "tram", 0.8),
        ("people crossing the street in front of a taxi", "taxi", 1.2),
    ],
)
def test_who_walks_is_before_what_drives_and_no_giant(planner, wish, driven, most, seed):
    scene = somewhere(read_scene(wish).scene)
    sprites = planner.arranged(scene, seed).sprites
    vehicles = [s for s in sprites if scene.things[s.thing].noun == driven]
    people = [s for s in sprites if scene.things[s.thing].noun in ("man", "woman", "person")]
    assert min(map(sprites.index, people)) > max(map(sprites.index, vehicles))
    assert max(s.height for s in people) <= most * min(s.height for s in vehicles)
    assert min(s.bottom for s in vehicles) >= 17  # on the road
