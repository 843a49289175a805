"""Grips: hands on what is held, eaten and read; handles in hands."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.carried.grips import grips
from maskgil.nano.world.arranging.stances import stances_of
from maskgil.presets.load import load_collage


def arranged(text: str, seed: int):
    scene = read_scene(text).scene
    return scene, load_collage().layout.arrange(scene, random.Random(seed))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("text", "hands"),
    [("a boy holding a cup", 1), ("a girl holding a doll", 1), ("a man eating an apple", 1),
     ("a woman reading a book", 2), ("two boys eating bananas", 2), ("a man with an umbrella", 1),
     ("a boy playing the trumpet", 1), ("a woman holding a baby", 0),
     ("two men carrying a sofa", 2), ("a boy and a girl carrying a box", 2),
     ("a man holding a handbag", 0),
     ("a girl holding a balloon", 0)],
)  # fmt: skip
def test_hands_are_on_what_is_held(text, hands, seed):
    scene, sprites = arranged(text, seed)
    found = grips(scene, sprites)
    assert len(found) == hands
    stances = stances_of(scene, sprites)
    for grip in found:
        assert grip.side(sprites) in stances[grip.holder].reaches
        holder, item = sprites[grip.holder], sprites[grip.item]
        assert item.box[0] < holder.box[2] + 1 and item.box[2] > holder.box[0] - 1


@pytest.mark.parametrize("seed", range(3))
def test_what_two_carry_is_level_and_off_the_ground(seed):
    scene, sprites = arranged("two workers carrying a plank", seed)
    plank = next(s for s in sprites if scene.things[s.thing].noun == "plank")
    assert plank.code == "svg:plank-2" and not plank.stands
    assert all(plank.bottom < s.bottom - 1 for s in sprites if s is not plank)


@pytest.mark.parametrize("text", ["a woman with a handbag", "a woman in a coat holding a handbag"])
def test_a_bag_hangs_from_a_hand(text):
    scene, sprites = arranged(text, 0)
    bag = next(s for s in sprites if scene.things[s.thing].noun == "handbag")
    woman = next(s for s in sprites if scene.things[s.thing].noun == "woman")
    assert woman.box[1] + woman.height / 2 <= bag.box[1] <= woman.bottom
    assert bag.box[0] < woman.box[2] and bag.box[2] > woman.box[0]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_eaten_is_at_the_mouth(seed):
    _, sprites = arranged("a boy eating a banana", seed)
    boy, banana = sprites
    middle = banana.bottom - banana.height / 2
    assert boy.box[1] + 0.25 * boy.height < middle < boy.box[1] + 0.5 * boy.height
    assert abs(banana.middle - boy.middle) < boy.width / 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("tool", "turned"), [("hammer", ""), ("sword", "|turned")])
def test_a_tool_is_held_by_its_handle_with_its_head_away(tool, turned, seed):
    _, (man, held) = arranged(f"a man holding a {tool}", seed)
    assert held.code.endswith(turned)
    assert held.mirrored == (held.middle > man.middle) if tool == "hammer" else True


def test_bags_hang_beside_who_stands_on_the_ground():
    _, (boy, case) = arranged("a boy with a suitcase", 0)
    assert case.bottom <= boy.bottom and case.box[1] > boy.box[1] + boy.height / 3


@pytest.mark.parametrize("load", ["ladder", "plank"])
def test_what_is_carried_on_a_shoulder_is_behind_who_walks(load):
    _, sprites = arranged(f"a man carrying a {load} on his shoulder", 0)
    carried, man = sprites
    assert man.code.endswith("|shouldering") and load in carried.code


@pytest.mark.parametrize("seed", range(3))
def test_a_cone_is_held_by_its_end_and_its_scoops_are_beside_the_mouth(seed):
    scene, (boy, cone) = arranged("a boy eating an ice cream", seed)
    assert cone.code == "svg:ice-cream-with-two-scoops"
    (grip,) = grips(scene, [boy, cone])
    assert grip.down > 1
    assert cone.box[1] > boy.box[1] + 0.2 * boy.height  # below the eyes
    assert cone.middle < boy.left + 0.3 * boy.width or cone.middle > boy.left + 0.7 * boy.width
