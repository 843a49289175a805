"""Animals in action: the drawing that shows it, and where it is."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.presets.load import load_collage


def arranged(text, seed):
    scene = read_scene(text).scene
    _, sprites = load_collage().renderer.layout.arranged(scene, seed)
    return [next((s for s in sprites if s.thing == n), None) for n in (0, 1)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a fox running through the snow", "svg:fox-2"),
        ("a lion walking in the savanna", "svg:lion"),
        ("a puppy running", "🐕"),
        ("a dog running with a stick in its mouth", "🐕"),
        ("a cat stretching on the carpet", "svg:cat-3"),
        ("a kitten playing with a ball of wool", "svg:cat-3"),
        ("a monkey hanging from a branch", "svg:monkey"),
        ("a koala hugging a tree", "svg:koala"),
        ("a dog lying on its back", "🐕"),
        ("a puppy digging in the sand", "svg:dog-3"),
        ("a bear sitting on a rock", "svg:bear"),
    ],
)
def test_who_does_something_is_drawn_doing_it(text, code):
    assert arranged(text, 0)[0].code == code


@pytest.mark.parametrize("seed", range(4))
def test_a_ball_is_balanced_on_a_nose_that_is_up(seed):
    seal, ball = arranged("a seal balancing a ball on its nose", seed)
    ball, seal = sorted((seal, ball), key=lambda s: s.bottom)
    assert seal.code == "svg:seal" and abs(ball.bottom - seal.box[1]) <= 2


@pytest.mark.parametrize("seed", range(4))
def test_who_flies_out_of_a_cave_is_over_it_and_who_walks_is_in_it(seed):
    bat, cave = arranged("a bat flying out of a cave", seed)
    assert bat.bottom <= cave.box[1] + cave.height / 3
    bear, cave = arranged("a bear coming out of a cave", seed)
    assert bear.bottom == cave.bottom


@pytest.mark.parametrize("seed", range(4))
def test_a_mouth_is_at_the_trunk_that_it_gnaws_at(seed):
    beaver, tree = arranged("a beaver gnawing at a tree", seed)
    ahead = beaver.left + beaver.width if beaver.mirrored else beaver.left
    assert abs(ahead - tree.middle) < 0.2 * tree.width


@pytest.mark.parametrize("seed", range(4))
def test_who_runs_away_is_before_who_runs_after_them(seed):
    deer, lion = arranged("a deer escaping from a lion", seed)
    assert deer.mirrored == lion.mirrored == (deer.middle > lion.middle)


@pytest.mark.parametrize("seed", range(4))
def test_who_stands_in_the_sky_is_on_its_clouds(seed):
    unicorn, _ = arranged("a unicorn running over the clouds", seed)
    assert unicorn.code == "svg:unicorn-2" and unicorn.bottom >= 22


@pytest.mark.parametrize("seed", range(4))
def test_eggs_are_smaller_than_the_hen_on_them(seed):
    hen, egg = arranged("a hen sitting on her eggs", seed)
    assert egg.height < 0.6 * hen.height


@pytest.mark.parametrize("seed", range(4))
def test_who_leaps_through_a_hoop_is_in_it_and_a_hole_is_on_the_ground(seed):
    lion, ring = arranged("a lion leaping through a burning hoop", seed)
    assert abs(lion.middle - ring.middle) <= 2 and ring.box[1] <= lion.box[1]
    _, hole = arranged("a fox peeking out of a hole in a field", seed)
    assert hole.box[1] >= 9


@pytest.mark.parametrize("seed", range(4))
def test_what_a_bird_carries_hangs_from_its_beak(seed):
    stork, baby = arranged("a stork carrying a baby in its beak", seed)
    tip = stork.left + stork.width if stork.mirrored else stork.left
    assert baby.left <= tip <= baby.left + baby.width
    assert abs(baby.box[1] - (stork.box[1] + 0.2 * stork.height)) <= 2
