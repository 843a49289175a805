"""Lettering is drawn within its writing area, as large as it may be, and large enough."""

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.lettering import lettered, set_lines
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.drawn.lettering import WritingArea, least_side, writing_areas
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Thing
from maskgil.presets.load import load_collage

BOX = (0.1, 0.2, 0.9, 0.6)


def board(shade=1.0):
    drawing = np.full((80, 120, 4), shade, np.float32)
    drawing[..., 3] = 1
    return drawing


@pytest.fixture(scope="module")
def collage():
    return load_collage()


def test_letters_stay_within_the_area():
    changed = np.abs(lettered(board(), "HI THERE", WritingArea(BOX)) - board()).max(-1) > 0.02
    rows, columns = np.nonzero(changed)
    assert changed.sum() > 100
    assert 0.2 * 80 - 1 <= rows.min() <= rows.max() <= 0.6 * 80 + 1
    assert 0.1 * 120 - 1 <= columns.min() <= columns.max() <= 0.9 * 120 + 1


@pytest.mark.parametrize(("shade", "dark"), [(1.0, True), (0.1, False)])
def test_ink_is_on_light_chalk_on_dark_ground(shade, dark):
    change = lettered(board(shade), "HI", WritingArea(BOX)) - board(shade)
    assert (change[..., 0].sum() < 0) == dark


def test_a_plate_hides_what_is_below():
    drawing = board()
    drawing[20:40, 40:60, 1:3] = 0
    area = WritingArea(BOX, "#ffffff")
    assert np.array_equal(
        lettered(drawing, "I", area)[30, 12:50], lettered(board(), "I", area)[30, 12:50]
    )


def test_other_words_are_other_pixels():
    one, other = (lettered(board(), text, WritingArea(BOX)) for text in ("CAT", "DOG"))
    assert np.abs(one - other).max() > 0.5


@pytest.mark.parametrize(
    ("text", "aspect", "lines"),
    [("HI", 2, 1), ("HAPPY BIRTHDAY", 1, 2), ("I LOVE YOU", 0.8, 3), ("LONGWORD", 0.5, 1)],
)
def test_lines_are_as_many_as_make_letters_large(text, aspect, lines):
    found, size = set_lines(text, aspect)
    assert (len(found), " ".join(found)) == (lines, text)
    assert size > 0


def test_areas_are_on_drawings_that_there_are(collage):
    art = collage.renderer.art
    for name, area in writing_areas().items():
        left, top, right, bottom = area.box
        assert 0 <= left < right <= 1, name
        assert 0 <= top < bottom <= 1, name
        drawing = art.drawing(noun(name).art[0])
        height, width = drawing.shape[:2]
        part = drawing[round(top * height) : round(bottom * height),
                       round(left * width) : round(right * width), 3]  # fmt: skip
        assert part.mean() > 0.7, name


@pytest.mark.parametrize(
    "text",
    ["a sign that says WELCOME HOME in front of a house", "a cat that says good morning",
     "a girl holding a sign that says peace", "a mug that says TEA on a table"],
)  # fmt: skip
def test_what_is_written_is_large_enough(collage, text):
    scene = read_scene(text).scene
    index = next(at for at, thing in enumerate(scene.things) if thing.lettering)
    thing = scene.things[index]
    for seed in range(4):
        sprite = next(s for s in collage.layout.arranged(scene, seed)[1] if s.thing == index)
        aspect = collage.renderer.aspect(sprite.code)
        least = least_side(thing.noun, thing.lettering, aspect)
        assert max(sprite.width, sprite.height) >= round(0.8 * least)


@pytest.mark.parametrize(
    ("text", "bare"),
    [("a boy wearing a red shirt with the number 10 on it", "a boy wearing a red shirt"),
     ("a placard that says NO", "a placard")],
)  # fmt: skip
def test_pictures_show_it(collage, text, bare):
    shown = [collage.of(read_scene(each).scene, 0) for each in (text, bare)]
    assert np.abs(shown[0].astype(int) - shown[1]).max() > 100


def test_a_stop_sign_says_so(collage):
    scene = read_scene("a stop sign").scene
    assert writing_areas()["stop sign"].own == "STOP"
    red, green, blue, seen = (collage.of(scene, 0)[..., plane].astype(int) for plane in range(4))
    assert ((seen > 250) & (np.minimum(green, blue) > 230) & (red > 230)).sum() > 300


def test_what_is_said_is_beside_who_says_it(collage):
    scene = read_scene("a cat that says good morning").scene
    for seed in range(4):
        sprites = collage.layout.arranged(scene, seed)[1]
        cat, bubble = (next(s for s in sprites if s.thing == n) for n in (0, 1))
        assert abs(bubble.middle - cat.middle) > 0.5 * cat.width


@pytest.mark.parametrize("mirrored", [False, True])
def test_letters_are_on_the_same_part_of_who_faces_the_other_way(collage, mirrored):
    code = noun("truck").art[0]
    sprite = Sprite(0, code, 0, 12, 12, 12, mirrored=mirrored)
    bare, shown = (
        collage.renderer.canvas(sprite, Thing("truck", lettering=text), "3d", shadow=False)
        for text in (None, "FISH")
    )
    columns = np.nonzero(np.abs(bare - shown).max((0, 2)) > 0.1)[0]
    assert (columns.mean() > shown.shape[1] / 2) != mirrored
