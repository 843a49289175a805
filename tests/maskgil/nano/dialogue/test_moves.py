"""What is moved lands on nothing else; several are moved together."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.spots import covered
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.clusters import GRID
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import check


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(load_collage())


def arrangements(planner: Planner, wish: str, *texts: str, seed: int = 0):
    found, focus = [planner.first(somewhere(read_scene(wish).scene), seed).arrangement], ()
    for text in texts:
        outcome = interpret(text, found[-1].scene, focus)
        assert outcome.action == "change", text
        focus = outcome.focus
        found.append(planner.next(outcome.change, found[-1]).arrangement)
    return found


def most_hidden(arrangement) -> float:
    sprites = arrangement.sprites
    return max(
        sum(covered(behind, before) for before in sprites[at + 1 :])
        for at, behind in enumerate(sprites)
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("wish", "texts", "way"),
    [
        ("a hut by a lake", ["add a boat", "move the hut to the left"], -1),
        ("a hut by a lake", ["add a boat", "move the hut to the right"], 1),
        ("two goats and a pig on a farm", ["the goats on the far left"], -1),
        ("a goat and a pig on a farm", ["the pig on the right"], 1),
    ],
)
def test_what_is_moved_hides_nothing(planner, wish, texts, way, seed):
    *_, before, after = arrangements(planner, wish, *texts, seed=seed)
    mine = next(i for i, t in enumerate(after.scene.things) if t.noun in " ".join(texts))
    assert most_hidden(after) <= max(0.5, most_hidden(before))
    stood, stands = before.boxes()[mine], after.boxes()[mine]
    assert way * (stands[0] - stood[0]) >= 0
    for box in after.boxes():
        assert box[0] >= 0 and box[2] <= 1


@pytest.mark.parametrize(("side", "way"), [("left", -1), ("right", 1)])
def test_several_that_fill_the_picture_are_moved_closer_together(planner, side, way):
    before, after = arrangements(planner, "three dogs in a field", f"move the dogs to the {side}")
    assert extent_of(before) == (0, GRID)
    left, right = extent_of(after)
    assert (left, GRID - right)[way > 0] == 0 and right - left < GRID
    assert len({s.left for s in after.sprites}) == 3


def extent_of(arrangement) -> tuple[int, int]:
    sprites = arrangement.sprites
    return (int(min(s.left for s in sprites)), int(max(s.left + s.width for s in sprites)))


@pytest.mark.parametrize(
    ("wish", "said", "meant"),
    [
        ("a dog and a cat in the park", "hide the cat behind the dog",
         "a cat behind a dog in the park"),
        ("a cat and a box", "hide the cat in the box", "a cat in a box"),
        ("a dog and a cat in the park", "hide the cat", "a dog in the park"),
    ],
)  # fmt: skip
def test_who_hides_behind_somebody_stays_in_the_picture(wish, said, meant):
    check(wish, (said,), meant)
