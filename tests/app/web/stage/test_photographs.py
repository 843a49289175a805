"""Photographs on the stage, talked to with the real models."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.web.controller import PageController
from app.web.sessions import Sessions
from tests.helpers.page import page_requests
from tests.helpers.page.page_requests import ONE_STEP, canvas_of, names, png, scenery, shown

begin = partial(page_requests.begin, knobs=ONE_STEP)


@pytest.fixture(scope="module")
def talk(request):
    pipeline = request.getfixturevalue(getattr(request, "param", "plain_pipeline"))
    return PageController(pipeline, Sessions())


details = pytest.mark.parametrize("talk", ["nano_pipeline"], indirect=True)  # with a second pass


@pytest.fixture
def photograph(talk, tmp_path):
    """The number of a photograph on the stage: light above, dark below, no two pixels alike."""
    path = tmp_path / "photograph.png"
    rows = np.linspace(210, 60, 384)[:, None, None] + np.array([0, 10, 25])
    noise = np.random.default_rng(3).normal(0, 12, (384, 384, 3))
    Image.fromarray((rows + noise).clip(0, 255).astype(np.uint8)).save(path)
    job, views = begin(talk, "restore", sent=path)
    assert names(shown(views)) == []
    return job.number


def pixels_of(talk, number) -> np.ndarray:
    original = canvas_of(talk, number).original
    return np.asarray(original.convert("RGB").resize((768, 768)), np.float32)


def test_a_photograph_is_talked_to(talk, tell, photograph):
    plain = pixels_of(talk, photograph)
    number, view = tell(photograph, "add a red balloon")
    assert names(view) == ["1 red balloon"]
    same = np.abs(pixels_of(talk, number) - plain).max(-1) <= 40
    assert 0.6 < same.mean() < 0.98, "all of the photograph stays but where the balloon is"
    assert same[:, :64].all() and same[-64:].all()
    number, view = tell(number, "make it green")
    assert names(view) == ["1 green balloon"]
    assert 0.6 < (np.abs(pixels_of(talk, number) - plain).max(-1) <= 40).mean() < 0.98
    number, view = tell(number, "remove the balloon")
    assert names(view) == [] and np.abs(pixels_of(talk, number) - plain).mean() < 2


def test_a_saved_photograph_is_one_when_it_is_opened_again(talk, tell, photograph, tmp_path):
    plain = pixels_of(talk, photograph)
    number, _ = tell(photograph, "add a red balloon")
    _, view = tell(number, "make it night")
    again, view = tell(None, kind="restore", sent=png(view["stage"], 0, tmp_path))
    assert names(view) == ["1 red balloon"] and scenery(view)["time"] == "night"
    day, view = tell(again, "make it day")
    assert np.abs(pixels_of(talk, day) - plain).mean() < 30, "noise is kept less well than pictures"
    bare, view = tell(day, "remove the balloon")
    assert names(view) == [] and np.abs(pixels_of(talk, bare) - plain).mean() < 12
    last, view = tell(None, kind="restore", sent=png(view["stage"], 0, tmp_path))
    assert "not made here" in view["status"]
    assert np.abs(pixels_of(talk, last) - plain).mean() < 12
    _, view = tell(last, kind="widen", knobs=replace(ONE_STEP, shape="24x32"))
    assert "keeps its shape" in view["status"]


@pytest.mark.parametrize("ground", ["", "x", "aGVsbG8=", "A" * 2_000_000])
def test_a_damaged_ground_is_refused_in_a_line(tell, tmp_path, ground):
    path, text = tmp_path / "forged.png", PngInfo()
    for key, value in {
        "prompt": "a cat",
        "preset": "nano",
        "version": "1",
        "ground": ground,
    }.items():
        text.add_text(key, value)
    Image.new("RGB", (96, 96)).save(path, pnginfo=text)
    _, view = tell(None, kind="restore", sent=path)
    assert "stage" not in view
    assert any(said in view["status"] for said in ("damaged", "too long", "not a readable"))


@pytest.mark.parametrize(("size", "cut"), [((300, 300), False), ((300, 500), True)])
def test_what_of_a_photograph_is_cut_is_told(tell, tmp_path, size, cut):
    path = tmp_path / "photograph.jpg"
    Image.new("RGB", size, "olive").save(path)
    _, view = tell(None, kind="restore", sent=path)
    assert ("a square" in view["status"]) is cut


def test_a_photograph_in_another_light_is_the_same_photograph(talk, tell, photograph):
    plain = pixels_of(talk, photograph)
    night, view = tell(photograph, "make it night")
    assert scenery(view)["time"] == "night"
    dark = pixels_of(talk, night)
    assert dark.mean() < 0.5 * plain.mean()
    assert np.corrcoef(dark.mean(-1).ravel(), plain.mean(-1).ravel())[0, 1] > 0.9
    snowy, view = tell(night, "add a dog and let it snow")
    assert names(view) == ["1 dog"] and scenery(view)["weather"] == "snow"
    drawn, _ = tell(snowy, "as a pencil drawing")
    grey = pixels_of(talk, drawn)
    assert np.abs(grey - grey.mean(-1, keepdims=True)).mean() < 6
    day, view = tell(drawn, "make it day")
    assert "time" not in scenery(view)
    _, view = tell(day, "clear weather")
    assert "weather" not in scenery(view)
    _, view = tell(day, "put it on a beach")
    assert "keeps its place" in view["status"] and "stage" not in view


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what is in the picture?", "cannot be seen here"),
        ("who is that?", "cannot be seen here"),
        ("where was this taken?", "cannot be seen here"),
        ("qui est-ce ?", "cannot be seen here"),
        ("remove the man", "cannot be seen here"),
        ("what can you do?", "Say what to add"),
    ],
)
def test_what_a_photograph_shows_nobody_is_told(tell, photograph, text, said):
    for kind, more in (("tell", {"text": text}), ("draw", {"prompt": text})):
        if kind == "draw" and text == "remove the man":
            continue
        _, view = tell(photograph, kind=kind, **more)
        assert said in view["status"] and "stage" not in view, (kind, view)


def test_what_was_drawn_on_a_photograph_is_known(tell, photograph):
    number, _ = tell(photograph, "add two red balloons")
    _, view = tell(number, "how many balloons are there?")
    assert "There are two balloons" in view["status"]


@details
def test_the_ground_of_a_photograph_is_that_picture(talk, tell, photograph):
    number, view = tell(photograph, "add a dog")
    chips = view["stage"]["graph"]["scenery"]
    assert [each["choices"] for each in chips] == [[["", "A picture from elsewhere"]]]
    _, view = tell(number, "make it night")
    chips = view["stage"]["graph"]["scenery"]
    assert [(each["kind"], len(each["choices"]) > 1) for each in chips] == [
        ("setting", False), ("time", True),
    ]  # fmt: skip
