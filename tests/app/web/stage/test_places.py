"""Where things of a picture stand: painted, varied, restored, on pictures of other shapes."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from app.imaging.outpaint import middle_window
from app.imaging.png import png_bytes, read_picture
from tests.app.web.stage.conftest import details
from tests.helpers.page import page_requests
from tests.helpers.page.page_requests import (
    ONE_STEP,
    canvas_of,
    mark,
    names,
    png,
    scenery,
    shown,
)

begin, drawn = (
    partial(each, knobs=ONE_STEP) for each in (page_requests.begin, page_requests.drawn)
)


@pytest.fixture(scope="module")
def changed(plain):
    """What the page shows of a picture that was changed: its file holds where its things stand."""
    house, _ = drawn(plain, "a house by a lake")
    return shown(begin(plain, "tell", picture=house, text="add a boat")[1])["stage"]


def view_of(talk, number, index):
    """The box of a thing of a picture, in shares of it."""
    moment = talk.sessions.get("ann").pictures[number].moment
    return moment.arrangement.boxes()[index]


@details
def test_painting_puts_things_there_and_into_the_graph(talk, tell, house):
    grid = talk.pipeline.generator.grid_size

    def corner(marked):
        marked[16:, :8] = True

    number, view = tell(house, kind="draw", prompt="a red apple", marks=mark(grid, corner))
    assert names(view) == ["1 house", "1 red apple"]
    marked = np.array([bit == "1" for bit in mark(grid, corner)])
    before, after = canvas_of(talk, house).tokens, canvas_of(talk, number).tokens
    assert (before == after)[~marked].all() and (before != after)[marked].any()
    _, _, right, bottom = view_of(talk, number, 1)
    assert right <= 0.4 and bottom >= 0.7, "it stands where it was painted"

    def other(marked):
        marked[16:, 17:] = True

    number, view = tell(number, kind="draw", prompt="two mushrooms", marks=mark(grid, other))
    assert view["prompt"] == "a house, a red apple and two mushrooms on the lake"
    _, view = tell(number, kind="draw", prompt="a cat", marks=mark(grid, corner))
    assert names(view) == ["1 house", "2 mushroom", "1 cat"], "the apple was painted over"


def test_a_variation_shows_the_same_scene_elsewhere(talk, tell, house):
    number, before = tell(house, "add a red boat")
    for _ in range(3):
        places = [view_of(talk, number, each) for each in (0, 1)]
        number, view = tell(number, kind="vary")
        assert names(view) == names(before) and scenery(view) == scenery(before)
        assert [view_of(talk, number, each) for each in (0, 1)] != places


@details
def test_a_restored_picture_is_talked_to_where_its_things_are(talk, tell, house, tmp_path):
    moved, _ = tell(house, "move the house to the right")
    number, view = tell(moved, "add a boat")
    job, views = begin(talk, "restore", sent=png(view["stage"], 0, tmp_path))
    restored = shown(views)
    assert names(restored) == ["1 house", "1 boat"]
    assert [view_of(talk, job.number, each) for each in (0, 1)] == [
        view_of(talk, number, each) for each in (0, 1)
    ]
    _, view = tell(job.number, "without the boat")
    assert names(view) == ["1 house"]


@pytest.mark.parametrize(
    "scene",
    ["", "{}", "[]", '{"scene":{"things":[{"noun":"zorblax"}]},"sprites":[],"seed":1}',
     '{"scene":{},"sprites":[{"thing":0,"code":"x","left":0,"bottom":0,"width":1,"height":1}],"seed":1}',
     '{"scene":{"things":[{"noun":"house","count":1e9}]},"sprites":[],"seed":1}',
     '{"scene":{"things":[{"noun":"house","state":"zorblax"}]},"sprites":[],"seed":1}',
     '{"scene":{"things":[{"noun":"house","colour":"red","texture":"zorblax"}]},"sprites":[],"seed":1}',
     '{"scene":{"things":[{"noun":"house"}]},"sprites":[{"thing":0,"code":"x","left":NaN,"bottom":0,"width":1,"height":1}],"seed":1}',
     "[" * 5000],
)  # fmt: skip
def test_a_damaged_scene_is_refused_in_a_line(tell, changed, tmp_path, scene):
    path = png(changed, 0, tmp_path)
    image, text = read_picture(path)
    assert "scene" in text
    path.write_bytes(png_bytes(image, {**text, "scene": scene}))
    _, end = tell(None, kind="restore", sent=path)
    assert "damaged" in end["status"] or not scene


@pytest.mark.parametrize("shape", ["24x32", "43x24"])
def test_a_picture_that_is_no_square_is_talked_to(talk, tell, shape):
    grid = tuple(int(side) for side in shape.split("x"))
    knobs = replace(ONE_STEP, shape=shape)
    middle = np.zeros(grid, bool)
    middle[middle_window(grid, talk.pipeline.generator.grid_size)] = True

    def said(picture, text=None, **more):
        number, view = tell(picture, text, knobs=knobs, **more)
        now, then = canvas_of(talk, number), canvas_of(talk, picture)
        assert now.grid == tuple(view["stage"]["grid"]) == grid
        return number, view, (now.tokens != then.tokens).reshape(grid)

    first, view = drawn(talk, "a cat and a dog in a field", knobs=knobs)
    assert names(view) == ["1 cat", "1 dog"]
    number, view, changed = said(first, "add a tree")
    assert names(view) == ["1 cat", "1 dog", "1 tree"]
    assert 0 < changed.sum() < changed.size / 2 and not changed[~middle].any()
    number, view, changed = said(number, edit={"thing": 0, "do": "colour", "value": "blue"})
    assert names(view)[0] == "1 blue cat" and not changed[~middle].any()
    places = [view_of(talk, number, each) for each in range(3)]
    way = "left" if places[0][0] > 0.2 else "right"
    moved, view, changed = said(number, f"move the cat to the {way}")
    assert (view_of(talk, moved, 0)[0] < places[0][0]) == (way == "left") and changed.any()
    assert [view_of(talk, moved, each) for each in (1, 2)] == places[1:]
    number, view, changed = said(moved, "remove the dog and make it night")
    assert names(view) == ["1 blue cat", "1 tree"] and scenery(view)["time"] == "night"
    assert changed[~middle].mean() > 0.5, "it is night beside them, too"


@details
def test_a_picture_that_is_extended_keeps_where_its_things_stand(talk, tell, house):
    number, _ = tell(house, "move the house to the right")
    wide, _ = tell(number, kind="widen", knobs=replace(ONE_STEP, shape="24x32"))
    assert view_of(talk, wide, 0) == view_of(talk, number, 0)
    _, view = tell(wide, "add a boat", knobs=replace(ONE_STEP, shape="24x32"))
    assert names(view) == ["1 house", "1 boat"]
