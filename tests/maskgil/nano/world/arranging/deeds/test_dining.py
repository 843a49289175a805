"""Two at a table sit face to face, and what they have is on it."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.presets.load import load_collage

TEXTS = (
    "two women drinking tea at a table",
    "a man and a robot playing chess",
    "a boy and a girl eating pizza at a table",
)


@pytest.mark.parametrize("text", TEXTS)
def test_two_at_a_table_face_each_other_over_what_is_on_it(text):
    scene = read_scene(text).scene
    table = next(n for n, thing in enumerate(scene.things) if thing.noun == "table")
    for seed in range(4):
        sprites = load_collage().layout.arranged(scene, seed)[1]
        left, right = sorted(
            (s for s in sprites if s.code.endswith("|at table")), key=lambda s: s.left
        )
        top = next(s for s in sprites if s.thing == table)
        assert left.mirrored and not right.mirrored
        assert left.middle < top.left < top.box[2] < right.middle
        assert left.box[2] > top.left and right.left < top.box[2], "their hands are on it"
        for each in sprites:
            if each.thing not in (table, left.thing, right.thing):
                assert top.left <= each.middle <= top.box[2] and each.bottom < top.bottom
                assert max(each.width, each.height) <= top.width / 2 + 1


def test_one_who_eats_at_a_table_has_the_food_before_them():
    sprites = load_collage().layout.arranged(read_scene("a man eating soup at a table").scene, 0)[1]
    man, soup, table = (next(s for s in sprites if s.thing == n) for n in (0, 1, 2))
    assert man.left <= soup.left <= man.box[2] and table.box[1] <= soup.bottom < table.bottom


def test_a_table_between_two_animals_has_no_chairs():
    sprites = load_collage().layout.arranged(read_scene("a table between two cats").scene, 0)[1]
    assert not any("|" in each.code for each in sprites)
