"""The nano corpus: deterministic, truthful captions, clean edges, nothing held out leaks."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from maskgil.nano.emoji.dataset import example
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import GRID, PLACES, SINGLE_CELLS, SLOTS, Scene, Thing, is_held_out
from maskgil.nano.emoji.sprites import STYLES, ArtFolder, cut_out, load_nouns
from maskgil.nano.rendering.painting import paint
from maskgil.nano.world.paints import PAINTS
from maskgil.train.config import ConfigError
from maskgil.train.nano_config import SceneSettings, open_scenes

ART = Path(__file__).parents[2] / "fixtures" / "art"
NAMES = ("apple", "cat", "car", "star", "egg", "sun", "snowman", "spider")
NOUNS = {noun.name: noun for noun in load_nouns()}
SOME = tuple(NOUNS[name] for name in NAMES)


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter(ArtFolder(ART), size=96)


def test_vocabulary_is_large_and_has_no_doubles():
    assert len(NOUNS) == len(load_nouns()) >= 405
    assert len({noun.emoji for noun in load_nouns()}) == len(NOUNS)
    assert all(noun.colour is None or noun.colour in PAINTS for noun in load_nouns())


@pytest.mark.parametrize("style", STYLES)
def test_every_style_draws_every_noun(style):
    for noun in SOME:
        sprite = cut_out(ArtFolder(ART).read(noun.emoji, style), 48)
        assert sprite.shape == (48, 48, 4)
        assert 0.15 < sprite[..., 3].mean() < 0.95
        assert (sprite[..., :3] <= sprite[..., 3:] + 1e-6).all()


def test_no_halo_on_a_dark_background(painter):
    """Half-covered edge pixels must lie between the object and the background."""
    scene = Scene((Thing(NOUNS["apple"], "red"),), "single", "black")
    picture = painter.draw(scene).astype(int)
    sprite = painter.sprite(NOUNS["apple"], "3d", "red", SINGLE_CELLS)
    start, end = (edge * painter.cell for edge in (SLOTS["single"][0][0], 1 + SINGLE_CELLS))
    edge = (sprite[..., 3] > 20) & (sprite[..., 3] < 120)
    assert edge.sum() > 40
    assert picture[start:end, start:end][edge].mean() < 130


@pytest.mark.parametrize("colour", PAINTS)
def test_painting_moves_the_main_colour_to_what_was_asked(colour):
    sprite = cut_out(ArtFolder(ART).read(NOUNS["car"].emoji, "3d"), 80)
    painted = paint(sprite, colour)
    changed = np.abs(painted - sprite).sum(-1) > 0.08
    assert changed.sum() / (sprite[..., 3] > 0.5).sum() > 0.15
    mean = painted[changed][:, :3].mean(0) * 255
    nearest = min(PAINTS, key=lambda name: np.abs(np.array(PAINTS[name]) - mean).sum())
    assert nearest == colour
    assert (painted[..., 3] == sprite[..., 3]).all()


@pytest.mark.parametrize("colour", ["pink", "blue", "yellow"])
def test_a_painted_plant_keeps_its_leaves_and_its_middle(colour):
    flower = np.zeros((40, 30, 4), np.float32)
    flower[2:26, 3:27] = (0.86, 0.82, 0.94, 1)  # petals
    flower[10:18, 11:19] = middle = (0.95, 0.6, 0.15, 1)
    flower[28:38, 8:22] = leaves = (0.3, 0.6, 0.25, 1)
    painted = paint(flower, colour, leafy=True)
    assert np.allclose(painted[12:16, 13:17], middle) and np.allclose(painted[30:36, 10:20], leaves)
    petals = painted[3:9, 4:26, :3].mean((0, 1)) * 255
    assert min(PAINTS, key=lambda name: np.abs(np.array(PAINTS[name]) - petals).sum()) == colour


def test_examples_repeat_by_seed_and_number(painter):
    sampler = SceneSampler(nouns=SOME)
    first = example(5, painter, sampler, seed=3)
    for number in range(3):
        example(number, painter, sampler, seed=3)
    again = example(5, Painter(ArtFolder(ART), size=96), sampler, seed=3)
    assert first.caption == again.caption
    assert (first.pixels == again.pixels).all()
    assert example(5, painter, sampler, seed=4).caption != first.caption


def test_held_out_scenes_are_a_tenth_and_never_sampled():
    rng = random.Random(0)
    scenes = [SceneSampler().sample(rng) for _ in range(2000)]
    assert not any(map(is_held_out, scenes))
    assert all(is_held_out(SceneSampler(held_out=True).sample(rng)) for _ in range(50))
    pairs = [
        is_held_out(Scene((Thing(a), Thing(b)), "beside"))
        for a in load_nouns()[:40]
        for b in load_nouns()[40:80]
    ]
    assert 0.07 < np.mean(pairs) < 0.13


def test_white_is_two_and_a_half_times_as_frequent_as_another_paint():
    rng = random.Random(0)
    things = [thing for _ in range(6000) for thing in SceneSampler().sample(rng).things]
    painted = Counter(thing.paint for thing in things if thing.paint)
    others = [count for colour, count in painted.items() if colour not in ("white", "gray")]
    assert 1.8 < painted["white"] / np.mean(others) < 3.2


def test_held_out_does_not_depend_on_the_order_of_two_things():
    for a, b in zip(load_nouns(), load_nouns()[1:], strict=False):
        there, back = Scene((Thing(a), Thing(b)), "beside"), Scene((Thing(b), Thing(a)), "stacked")
        assert is_held_out(there) == is_held_out(back)


def test_positions_are_drawn_where_the_caption_says(painter):
    left = painter.draw(Scene((Thing(NOUNS["star"]), Thing(NOUNS["spider"])), "beside")).astype(int)
    yellow = (left[..., 0] > 200) & (left[..., 2] < 120)
    assert yellow[:, :48].mean() > 5 * yellow[:, 48:].mean()
    top = painter.draw(Scene((Thing(NOUNS["star"]), Thing(NOUNS["spider"])), "stacked")).astype(int)
    yellow = (top[..., 0] > 200) & (top[..., 2] < 120)
    assert yellow[:48].mean() > 5 * yellow[48:].mean()


def test_same_object_in_another_slot_has_the_same_pixels(painter):
    picture = painter.draw(Scene((Thing(NOUNS["cat"], None, 4),), "square"))
    half = GRID // 2 * painter.cell
    assert (picture[:half, :half] == picture[half:, half:]).all()


@pytest.mark.parametrize("place", PLACES)
def test_places_differ_from_plain_paper(painter, place):
    picture = painter.draw(Scene((Thing(NOUNS["apple"]),), "single", place))
    assert (picture[0, 0] != 255).any()


def test_missing_art_is_one_clear_line(tmp_path):
    with pytest.raises(ValueError, match="npm install") as caught:
        ArtFolder(tmp_path)
    assert "\n" not in str(caught.value)


def test_kinds_of_scenes_come_in_the_shares_asked_for():
    shares = (("single", 0.75), ("count", 0.0), ("pair", 0.25))
    rng = random.Random(3)
    scenes = [SceneSampler(kinds=shares).sample(rng) for _ in range(1000)]
    pairs = sum(len(scene.things) == 2 for scene in scenes)
    assert 150 < pairs < 300  # pairs are held out more often
    assert sum(scene.layout == "single" for scene in scenes) == 1000 - pairs


@pytest.mark.parametrize(
    "kinds",
    [
        {"single": 1.0},
        {"single": 1, "count": -1, "pair": 1},
        {"single": 0, "count": 0, "pair": 0},
        {"single": "half", "count": 1, "pair": 1},
    ],
)
def test_shares_of_kinds_that_make_no_sense_are_refused(kinds, tmp_path):
    with pytest.raises(ConfigError, match=r"scenes\.kinds wants a share from 0 on for each of"):
        open_scenes(SceneSettings(kinds=kinds), str(tmp_path))


def test_a_configs_shares_reach_the_scenes_in_whatever_order():
    two = [
        open_scenes(SceneSettings(kinds=dict(shares)), str(ART))
        for shares in (
            [("single", 0.2), ("count", 0.3), ("pair", 0.5)],
            [("pair", 0.5), ("single", 0.2), ("count", 0.3)],
        )
    ]
    assert two[0].sampler == two[1].sampler
    assert dict(two[0].sampler.kinds) == {"single": 0.2, "count": 0.3, "pair": 0.5}
