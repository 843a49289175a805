"""Who hugs, holds hands, pets: read as a relation, drawn so close that they touch."""

import random
from itertools import pairwise

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.touching import without_arms
from maskgil.nano.world.arranging.stances import UPRIGHT, stances_of
from maskgil.nano.world.arranging.touching import is_mutual, pairs, shouldered
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.scene import TOUCHING, Relation, Scene, Thing
from maskgil.presets.load import load_collage

SEEDS = range(30)


@pytest.fixture(scope="module")
def collage():
    return load_collage()


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a mother hugging her son", "a woman hugging a boy"),
        ("a girl hugs her dog", "a girl hugging a dog"),
        ("a woman giving her son a hug", "a woman hugging a boy"),
        ("a girl cuddling a teddy bear", "a girl hugging a teddy bear"),
        ("a man and a woman hugging each other", "a man hugging a woman"),
        ("two bears hugging", "two bears hugging"),
        ("two friends hugging", "two people hugging"),
        ("a family hugging", "a man hugging a woman and the woman hugging a child"),
        ("a couple hugging", "a man hugging a woman"),
        ("a couple kissing", "a man kissing a woman"),
        ("people hugging", "two people hugging"),
        ("two women hugging on a bench", "two women on a bench and the women hugging in the park"),
        ("a man hugging a tree in a field", "a man hugging a tree in a field"),
        ("a grandmother kissing a baby", "an old woman kissing a baby"),
        ("a girl giving the dog a kiss", "a girl kissing a dog"),
        ("a frog and a princess kissing", "a frog kissing a princess"),
        ("two children holding hands", "two children holding hands"),
        ("children holding hands in a circle", "five children holding hands"),
        ("a boy and a girl holding hands", "a boy holding hands with a girl"),
        ("a couple holding hands on the beach", "a couple on the beach"),
        ("a boy hand in hand with a girl", "a boy holding hands with a girl"),
        ("two girls walking hand in hand", "two walking girls holding hands"),
        ("two men shaking hands", "two men shaking hands"),
        ("a king shakes hands with a knight", "a king shaking hands with a knight"),
        ("a boy and a girl giving each other a high five", "a boy high fiving a girl"),
        ("a boy giving his sister a high five", "a boy high fiving a girl"),
        ("an old man and an old woman arm in arm", "an old man arm in arm with an old woman"),
        ("a girl petting a cat", "a girl petting a cat"),
        ("a man patting a dog on the head", "a man petting a dog"),
        ("a boy and a girl hugging a dog", "a girl hugging a dog and a boy hugging the dog"),
        ("two women holding hands", "two women holding hands"),
        ("a man and a woman dancing together", "a man dancing with a woman"),
        ("a man dancing with a woman", "a man dancing with a woman"),
        ("a boy and a girl dance with each other", "a boy dancing with a girl"),
        ("two girls dancing together", "two girls dancing together"),
        ("a father holding his daughter's hand", "a man holding hands with a girl"),
        ("a man shaking the king's hand", "a man shaking hands with a king"),
        ("a man with his arm around a woman", "a man hugging a woman"),
        ("a woman leaning on a man", "a woman leaning on a man"),
        ("a girl leaning against her brother", "a girl leaning on a boy"),
        ("a girl whispering in her friend's ear", "a girl whispering to a person"),
        ("a boy whispering to a girl", "a boy whispering to a girl"),
        ("two girls whispering to each other", "two girls whispering"),
        ("a father carrying his daughter on his shoulders", "a girl on the shoulders of a man"),
        ("a boy giving his sister a piggyback ride", "a girl on the shoulders of a boy"),
        ("a girl on her father's shoulders", "a girl on the shoulders of a man"),
        ("a parrot on a pirate", "a parrot on a pirate on the beach"),
        ("a father carrying his daughter", "a man holding a girl"),
        ("a baby on a woman's lap", "a woman holding a baby"),
        ("a boy stroking a horse in a field", "a boy petting a horse in a field"),
        ("two men wrestling on the beach", "two men fighting on the beach"),
        ("a knight fights a dragon", "a knight fighting with a dragon in front of a castle"),
        ("a bear and a wolf fighting in the forest", "a bear fighting with a wolf in the forest"),
        (
            "two boxers fighting in a ring",
            "two boxers in a boxing ring and the boxers fighting in the gym",
        ),
        (
            "two knights fighting with swords",
            "two knights holding two swords and the knights fighting",
        ),
        ("a man and a woman arguing in the street", "a man arguing with a woman in the street"),
        ("a boy quarreling with his sister", "a boy arguing with a girl"),
        ("two wrestlers fighting", "wrestlers"),
        (
            "a pirate and a sailor fighting with swords",
            "a sailor holding a sword, a pirate holding a sword and the pirate fighting with "
            "the sailor",
        ),
        ("two girls yelling at each other", "two girls arguing"),
    ],
)
def test_a_touch_is_read_and_said_and_nothing_is_left_out(text, caption):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (caption, ())


@pytest.mark.parametrize("name", TOUCHING)
def test_a_caption_is_read_as_it_was_written(name):
    two, one = (Thing("boy"), Thing("girl")), (Thing("girl", 2),)
    scenes = [Scene(two, (Relation(0, name, (1,)),))]
    if name not in ("petting", "leaning on"):
        scenes.append(Scene(one, (Relation(0, name, (0,)),)))
    for scene in scenes:
        found = read_scene(canonical(scene))
        assert (found.scene, found.left_out) == (scene, ())


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("two fish holding hands", ("holding hands",)),
        ("a man hugging himself", ()),
        ("a car hugging a tree", ()),
    ],
)
def test_who_has_no_hands_holds_none(text, left_out):
    found = read_scene(text)
    assert found.left_out == left_out
    assert not any(each.name in TOUCHING for each in found.scene.relations)


PAIRS = [
    ("woman", "boy"), ("boy", "girl"), ("dog", "cat"), ("girl", "dog"), ("man", "horse"),
    ("farmer", "cow"), ("king", "robot"), ("bear", "penguin"),
]  # fmt: skip


def arranged(collage, scene, seed):
    return collage.layout.arrange(scene, random.Random(seed))


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("name", ["hugging", "kissing", "petting", "holding hands with"])
def test_two_touch_on_one_line_in_the_picture(collage, one, other, name):
    scene = Scene((Thing(one), Thing(other)), (Relation(0, name, (1,)),))
    for seed in SEEDS:
        sprites = arranged(collage, scene, seed)
        assert len(sprites) == 2 and len(pairs(scene, sprites)) == 1
        left, right = sorted(sprites, key=lambda sprite: sprite.left)
        shared = left.left + left.width - right.left
        narrow = min(left.width, right.width)
        assert left.bottom == right.bottom
        if name in ("hugging", "kissing"):
            headed = other in ("horse", "cow")  # whose head, in front, is to be seen
            assert (0.08 if headed else 0.2) * narrow <= shared <= 0.4 * narrow
        else:
            assert 0 <= shared <= 0.25 * narrow
        assert all(s.left >= 0 and s.left + s.width <= GRID for s in sprites)
        if right.height != left.height:
            assert sprites[1].height == min(left.height, right.height)  # in front


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_seen_from_the_side_looks_at_who_pets_it(collage, seed):
    scene = Scene((Thing("boy"), Thing("horse")), (Relation(0, "petting", (1,)),))
    boy, horse = (next(s for s in arranged(collage, scene, seed) if s.thing == n) for n in (0, 1))
    assert horse.mirrored == (boy.middle > horse.middle)


@pytest.mark.parametrize("held", ["baby", "cat", "teddy bear"])
@pytest.mark.parametrize("seed", range(4))
def test_who_is_small_is_hugged_in_both_arms(collage, held, seed):
    scene = Scene((Thing("woman"), Thing(held)), (Relation(0, "hugging", (1,)),))
    woman, other = arranged(collage, scene, seed)
    assert abs(woman.middle - other.middle) <= 1
    assert woman.box[1] + 0.3 * woman.height < other.box[1] and other.bottom < woman.bottom
    assert stances_of(scene, [woman, other])[0].reaches == (-1, 1)


@pytest.mark.parametrize("held", ["baby", "girl", "cat"])
def test_who_holds_somebody_has_both_arms_around_them_and_covers_no_face(collage, held):
    things = (Thing("man"), Thing(held))
    scene = Scene(things, (Relation(0, "holding", (1,)),))
    man, other = arranged(collage, scene, 0)
    assert stances_of(scene, [man, other])[0].reaches == (-1, 1)
    drawn, plain = (collage.lay(each, [man, other]) for each in (scene, Scene(things)))
    changed = (drawn != plain).any((2, 3, 4))  # by cell
    face = round(other.box[1]) + 1, round(other.middle)
    assert changed.any() and not changed[face]


@pytest.mark.parametrize(
    ("text", "pose", "where"),
    [("two men fighting", "boxing", "between"), ("two men arguing", "arguing", "over"),
     ("two boxers fighting", "", "between"), ("a soldier fighting a robot", "boxing", "between")],
)  # fmt: skip
def test_who_fights_or_argues_turns_to_the_other_and_a_sign_shows_it(collage, text, pose, where):
    scene = read_scene(text).scene
    left, right = sorted(arranged(collage, scene, 0), key=lambda sprite: sprite.left)
    person = left if scene.things[left.thing].noun != "robot" else right
    assert person.mirrored == (person is left) and person.code.partition("|")[2] == pose
    assert {each.face for each in stances_of(scene, [left, right])} == {"open mouthed"}
    apart = Scene(scene.things, (Relation(0, "next to", scene.relations[0].objects),))
    drawn, plain = (collage.lay(each, [left, right]) for each in (scene, apart))
    rows, columns = np.nonzero((drawn != plain).any((2, 3, 4)))
    middle = (left.left + left.width + right.left) / 2
    sign = rows[abs(columns + 0.5 - middle) < 1]
    assert len(sign) and (sign.min() >= left.box[1] if where == "between" else
                          sign.min() <= left.box[1])  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("name", ["hugging", "holding hands with"])
@pytest.mark.parametrize("noun", ["girl", "bear", "horse"])
def test_several_alike_stand_in_a_row_each_touching_the_next(collage, noun, name, count):
    scene = Scene((Thing(noun, count),), (Relation(0, name, (0,)),))
    assert is_mutual(scene.relations[0])
    for seed in SEEDS:
        row = sorted(arranged(collage, scene, seed), key=lambda sprite: sprite.left)
        assert len(row) == count and len({sprite.bottom for sprite in row}) == 1
        for left, right in pairwise(row):
            assert 0 <= left.left + left.width - right.left <= 0.4 * left.width


@pytest.mark.parametrize("seed", SEEDS)
def test_a_child_is_smaller_than_who_hugs_it_and_a_tree_is_hugged_at_its_trunk(collage, seed):
    woman, boy = Thing("woman"), Thing("boy")
    scene = Scene((boy, woman), (Relation(0, "hugging", (1,)),))
    child, grown = (next(s for s in arranged(collage, scene, seed) if s.thing == n) for n in (0, 1))
    assert 0.6 * grown.height <= child.height < grown.height
    scene = Scene((Thing("man"), Thing("tree")), (Relation(0, "hugging", (1,)),), "park")
    tree, man = arranged(collage, scene, seed)
    near = man.left if man.middle > tree.middle else man.left + man.width
    assert tree.thing == 1 and abs(near - tree.middle) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_on_shoulders_is_behind_the_head_that_no_face_hides(collage, seed):
    scene = Scene((Thing("girl"), Thing("man")), (Relation(0, "on the shoulders of", (1,)),))
    girl, man = arranged(collage, scene, seed)
    assert (girl.thing, man.thing) == (0, 1)  # the man before her
    assert abs(girl.middle - man.middle) <= 1 and girl.box[1] >= 0
    assert girl.box[1] + 0.42 * girl.height <= man.box[1] < girl.bottom < man.bottom
    assert shouldered(scene, [girl, man]) == [(0, 1)]
    legs = collage.lay(scene, [girl, man]) != collage.lay(Scene(scene.things), [girl, man])
    assert legs.any(-1).sum() > 200


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_touched_by_two_is_between_them(collage, seed):
    scene = read_scene("a man and a woman holding hands with a child").scene
    row = sorted(arranged(collage, scene, seed), key=lambda sprite: sprite.left)
    assert scene.things[row[1].thing].noun == "child" and len(pairs(scene, row)) == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_two_on_one_sofa_touch_there(collage, seed):
    scene = read_scene("a cat and a dog cuddling on a sofa").scene
    sprites = arranged(collage, scene, seed)
    ((_, left, right),) = pairs(scene, sprites)
    assert sprites[left].left + sprites[left].width > sprites[right].left


def test_the_arms_of_who_hugs_are_drawn_over_both(collage):
    """Two scenes that differ in nothing but the relation, the sprites where they stand."""
    things = (Thing("woman"), Thing("boy"))
    hugging = Scene(things, (Relation(0, "hugging", (1,)),))
    sprites = arranged(collage, hugging, 0)
    drawn, plain = (collage.lay(scene, sprites) for scene in (hugging, Scene(things)))
    rows = slice(round(sprites[0].box[1]), round(sprites[0].bottom))
    assert (drawn[rows] != plain[rows]).any(-1).sum() > 500
    kiss = Scene(things, (Relation(0, "kissing", (1,)),))
    top = round(min(sprite.box[1] for sprite in sprites))
    assert collage.lay(kiss, sprites)[:top].any() and not drawn[:top].any()


def test_arms_that_are_reached_out_hang_down_no_more():
    drawing = np.ones((100, 50, 4), np.float32)
    for sides in ((-1,), (1,), (-1, 1)):
        found = without_arms(drawing, "👦~", sides)
        assert (found[60, 0] == 0).all() == (-1 in sides)
        assert (found[60, -1] == 0).all() == (1 in sides)
        assert found[60, 25].all() and found[10].all() and found[90].all()
    assert without_arms(drawing, "🐎", (1,)).all()


def test_who_touches_nobody_stands_as_ever(collage):
    scene = read_scene("a man, a woman next to a dog and a boy wearing a hat").scene
    sprites = arranged(collage, scene, 0)
    assert stances_of(scene, sprites) == [UPRIGHT] * len(sprites)


@pytest.mark.parametrize("text", ["a giraffe eating leaves from a tall tree",
                                  "a goat eating leaves from a tree"])  # fmt: skip
@pytest.mark.parametrize("seed", range(4))
def test_who_eats_from_a_tree_is_tall_with_the_mouth_among_its_leaves(collage, text, seed):
    scene = read_scene(text).scene
    sprites = {s.thing: s for s in collage.layout.arrange(scene, random.Random(seed))}
    beast, leaf, tree = (sprites[index] for index in range(3))
    assert beast.height >= 0.7 * tree.height
    assert min(leaf.box[2], tree.box[2]) > max(leaf.left, tree.left)
    assert abs(leaf.middle - beast.middle) < (leaf.width + beast.width) / 2
    assert abs(leaf.middle - tree.middle) < abs(beast.middle - tree.middle)


@pytest.mark.parametrize("text", ["a small shed with a ladder leaning against it",
                                  "a ladder leaning against a small house"])  # fmt: skip
@pytest.mark.parametrize("seed", range(4))
def test_what_leans_touches_the_wall_below_its_upper_end(collage, text, seed):
    scene = read_scene(text).scene
    ladder_at = next(n for n, thing in enumerate(scene.things) if thing.noun == "ladder")
    arranged = collage.layout.arrange(scene, random.Random(seed))
    ladder = next(s for s in arranged if s.thing == ladder_at)
    wall = next(s for s in arranged if s.thing != ladder_at)
    assert min(ladder.box[2], wall.box[2]) - max(ladder.left, wall.left) >= 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("text", "trunk"), [("a bicycle leaning against a tree", (0.42, 0.58)),
                        ("a ladder leaning against a tree house", (0.3, 0.7))],
)  # fmt: skip
def test_what_leans_against_a_tree_is_at_what_is_solid_of_it(collage, text, trunk, seed):
    arranged = collage.layout.arrange(read_scene(text).scene, random.Random(seed))
    leaning, tree = sorted(arranged, key=lambda sprite: sprite.thing)
    left, right = (tree.left + share * tree.width for share in trunk)
    assert min(leaning.box[2], right) > max(leaning.left, left)


def test_a_bicycle_that_leans_against_a_wall_has_its_side_to_it(collage):
    scene = read_scene("a bicycle leaning against a wall").scene
    assert scene.things[0].state == "leaning"
    sprites = arranged(collage, scene, 0)
    still = {
        s.thing: each.still for s, each in zip(sprites, stances_of(scene, sprites), strict=True)
    }
    assert still == {0: True, 1: False}


def test_a_horse_that_grazes_stands(collage):
    scene = read_scene("a horse drinking from a stream").scene
    assert scene.things[0].state == "bending"
    assert [sprite.code for sprite in arranged(collage, scene, 0)] == ["svg:horse-2"]
