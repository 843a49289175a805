"""People in poses: whose heads are put on other bodies, how they ride, dive and climb."""

import random

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.figures import in_pose
from maskgil.nano.world.arranging.drawn_by import code_of
from maskgil.nano.world.arranging.people.anatomy import rows_of
from maskgil.nano.world.arranging.people.poses import pose_of, posed
from maskgil.nano.world.arranging.people.posing import may_pose
from maskgil.nano.world.clusters import UP
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import facing, noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage

PEOPLE = ("man", "girl", "firefighter", "cowboy", "goalkeeper", "postman", "butcher", "princess")


def arranged(text, seed=0):
    scene = read_scene(text).scene
    sprites = Layout(lambda _: 1.0).arrange(scene, random.Random(seed))
    return scene, {scene.things[each.thing].noun: each for each in sprites}


def test_who_is_drawn_with_a_broom_sweeps_with_no_other():
    assert arranged("a witch with a broom")[1]["witch"].code == "svg:witch"
    assert arranged("a gardener with a rake")[1]["gardener"].code.endswith("|digging")


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("pose", ["running", "diving", "astride"])
def test_a_pose_keeps_the_head_and_turns_the_body(name, pose):
    code = noun(name).art[0]
    drawing = load_collage().renderer.art.drawing(code)
    found = in_pose(drawing, rows_of(code), pose_of(posed(code, pose)))
    assert max(found.shape[:2]) == max(drawing.shape[:2])
    assert (found[..., :3] <= found[..., 3:] + 1e-3).all()
    solid = found[..., 3] > 0.9
    assert 0.15 < solid.mean() < 0.8
    if pose == "diving":
        assert found.shape[1] > 1.4 * found.shape[0], "lies in the air"
        assert solid[:, : found.shape[1] // 2].mean() > 0.2, "head and arms go first"


def test_the_face_of_somebody_in_a_pose_is_their_own():
    code = noun("postman").art[0]
    drawing = load_collage().renderer.art.drawing(code)
    found = in_pose(drawing, rows_of(code), pose_of(posed(code, "balancing")))
    middle = found.shape[1] // 2
    face = found[round(0.2 * len(found)) : round(0.34 * len(found)), middle - 6 : middle + 6]
    red, green, blue = (face[..., n][face[..., 3] > 0.9].mean() for n in range(3))
    assert red > green > blue > 0.3, "no letter, no cap: skin"


@pytest.mark.parametrize(
    ("text", "pose"),
    [
        ("an old woman knitting in a rocking chair", "seated"),
        ("a girl reading a book on a bench", "seated"),
        ("a woman on a picnic blanket", "cross-legged"),
        ("a woman playing the piano", "at table"),
        ("a witch stirring a cauldron", "stirring"),
        ("a skeleton playing the drums", "drumming"),
        ("a robot carrying a box", "carrying"),
        ("a worker carrying a ladder", "shouldering"),
        ("a boy skipping rope", "skipping"),
        ("a man mowing the lawn", "pushing"),
        ("a woman cutting bread", "working"),
        ("a boy waving from a bench", ""),
    ],
)
def test_hands_and_legs_show_what_is_done(text, pose):
    scene = read_scene(text).scene
    sprites = load_collage().layout.arranged(scene, 0)[1]
    assert next(s for s in sprites if s.thing == 0).code.partition("|")[2] in (pose, "sitting")


def test_who_sits_is_on_the_seat_with_what_they_knit_in_the_lap():
    sprites = load_collage().layout.arranged(read_scene("a girl knitting in a chair").scene, 0)[1]
    chair, girl, wool = (next(s for s in sprites if s.thing == n) for n in (1, 0, 2))
    seat = girl.bottom - girl.height * (1 - pose_of(girl.code).seat[1])
    assert abs(seat - (chair.bottom - chair.height * 0.4)) <= 1.5
    assert (
        abs(wool.middle - girl.middle) <= 1 and girl.box[1] < wool.box[1] < wool.bottom <= seat + 1
    )


def test_a_skeleton_in_a_pose_is_of_bones():
    drawing = load_collage().renderer.art.drawing("svg:skeleton")
    rows, pose = rows_of("svg:skeleton"), pose_of("svg:skeleton|cycling")
    bones, flesh = (
        in_pose(drawing, rows, pose, bony=bony)[..., 3].mean() for bony in (True, False)
    )
    assert bones < 0.8 * flesh


def test_an_unknown_pose_is_refused():
    with pytest.raises(ValueError, match="unknown pose 'sneezing'"):
        posed("👨~", "sneezing")


@pytest.mark.parametrize(
    ("text", "pose"),
    [
        ("a goalkeeper diving for the ball", "diving"),
        ("a woman diving into the sea", "plunging"),
        ("a swimmer jumping into a pool", "plunging"),
        ("a girl jumping over a puddle", "jumping"),
        ("a firefighter climbing a ladder", "climbing"),
        ("a boy climbing up a tree", "climbing"),
        ("a girl riding a pony", "astride"),
        ("a policeman on a motorcycle", "astride"),
        ("a postman on a yellow bicycle", "cycling"),
        ("a boy on a flying carpet", "cross-legged"),
        ("a nurse pushing a wheelchair", "pushing"),
        ("a boy kicking a ball", "kicking"),
        ("a superhero flying over a city", "flying"),
        ("an astronaut floating in space", "floating"),
        ("a girl brushing her horse", "working"),
        ("a gardener watering a plant", "working"),
        ("a woman sweeping the floor", "digging"),
        ("a lumberjack cutting down a tree", "lunging"),
        ("a player lifting a golden cup", "lifting"),
        ("a girl playing the guitar", "playing"),
        ("a hiker climbing a mountain", "climbing"),
        ("a boy running in the park", "running"),
        ("a woman hugging a walking man", ""),
        ("a man", ""),
    ],
)
def test_who_does_something_is_drawn_doing_it(text, pose):
    found = read_scene(text)
    codes = [code_of(each, found.scene, n) for n, each in enumerate(found.scene.things)]
    shown = [pose_of(code).name for code in codes if pose_of(code)]
    assert shown == ([pose] if pose else [])
    assert not found.left_out


def test_animals_and_who_lies_are_in_no_pose():
    assert not any(map(may_pose, map(noun, ("dog", "baby", "gnome", "couple", "jockey"))))
    assert all(map(may_pose, map(noun, PEOPLE)))
    scene, each = arranged("a cat climbing a tree", 0)
    assert scene.things[0].state == "climbing" and each["cat"].code.endswith(UP)


@pytest.mark.parametrize("seed", range(4))
def test_a_rider_sits_before_the_horse_and_looks_where_it_goes(seed):
    scene, each = arranged("a cowboy riding a horse", seed)
    cowboy, horse = each["cowboy"], each["horse"]
    assert cowboy.code in facing() and cowboy.mirrored == horse.mirrored
    sprites = Layout(lambda _: 1.0).arrange(scene, random.Random(seed))
    assert [scene.things[s.thing].noun for s in sprites] == ["horse", "cowboy"]
    assert horse.bottom - horse.height < cowboy.bottom < horse.bottom, "a leg is at its side"
    assert abs(cowboy.middle - horse.middle) < horse.width / 4


@pytest.mark.parametrize("seed", range(4))
def test_two_on_a_scooter_sit_one_behind_the_other(seed):
    scene = read_scene("two people on a red scooter").scene
    sprites = Layout(lambda _: 1.0).arrange(scene, random.Random(seed))
    first, last = (s for s in sprites if pose_of(s.code))
    assert 0 < abs(first.middle - last.middle) < 0.7 * max(s.width for s in sprites)
    assert first.bottom == last.bottom


@pytest.mark.parametrize("seed", range(4))
def test_who_climbs_is_before_the_ladder_not_on_its_top(seed):
    _, each = arranged("a firefighter climbing a ladder", seed)
    climber, ladder = each["firefighter"], each["ladder"]
    assert climber.bottom > ladder.bottom - ladder.height + climber.height
    assert climber.bottom <= ladder.bottom


@pytest.mark.parametrize("seed", range(4))
def test_who_dives_goes_towards_the_ball(seed):
    _, each = arranged("a goalkeeper diving for the ball", seed)
    keeper, ball = each["goalkeeper"], each["soccer ball"]
    assert keeper.mirrored == (ball.middle > keeper.middle)


def test_a_hat_sits_where_the_head_of_who_runs_is():
    scene = Scene((Thing("man", state="running"), Thing("hat")), (Relation(0, "wearing", (1,)),))
    layout = Layout(load_collage().renderer.aspect)
    man, hat = layout.arrange(scene, random.Random(1))
    pose = pose_of(man.code)
    assert pose is not None and pose.name == "running"
    across = pose.rows["middle"]
    at = man.left + man.width * (1 - across if man.mirrored else across)
    assert abs(hat.middle - at) <= 1.5
    assert hat.bottom < man.bottom - 0.6 * man.height


def test_joints_are_within_what_is_drawn():
    for code in ("👨~|running", "👨~|plunging", "👨~|hanging"):
        pose = pose_of(code)
        spots = [each.end for each in (*pose.arms, *pose.legs) if each]
        assert all(0 <= share <= 1 for spot in spots for share in pose.share(spot))
        assert np.isclose(pose.share((pose.box[0], pose.box[1])), 0).all()
