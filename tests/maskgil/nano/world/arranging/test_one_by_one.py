"""As many in or on as many, and things side by side on what they fit on."""

import random

import pytest

from maskgil.nano.reader.reader import KINDS, read_scene
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.layout import Layout
from tests.helpers.arranged_scenes import aspect


def _sprites(text: str) -> dict[int, list[Sprite]]:
    found: dict[int, list[Sprite]] = {}
    for sprite in Layout(aspect).arrange(read_scene(text).scene, random.Random(0)):
        found.setdefault(sprite.thing, []).append(sprite)
    return found


@pytest.mark.parametrize(
    "text", ["three cats in three baskets", "five dogs on five chairs", "four eggs in four nests"]
)
def test_each_has_its_own(text: str) -> None:
    found = _sprites(text)
    for one in found[0]:
        under = {
            (each.left, each.bottom) for each in found[1]
            if each.left < one.middle < each.left + each.width
            and each.bottom - each.height <= one.bottom <= each.bottom
        }  # fmt: skip
        assert len(under) == 1
    assert len({(one.left, one.bottom) for one in found[0]}) == len(found[0])


def test_what_lies_on_a_desk_is_no_wider() -> None:
    found = _sprites("a desk with a laptop, a lamp, a cup of coffee, a book and an apple")
    desk = found.pop(0)[0]
    laid = [sprite for several in found.values() for sprite in several]
    assert min(s.left for s in laid) >= desk.left - 1
    assert max(s.left + s.width for s in laid) <= desk.left + desk.width + 1


def test_eight_kinds_of_things_are_drawn() -> None:
    reading = read_scene("a cat, a dog, a cow, a pig, a duck, a horse, a goat, a hen and a sheep")
    assert len(reading.scene.things) == KINDS == 8
    assert reading.left_out == ("sheep",)
