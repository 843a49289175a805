"""Pictures that older versions and other presets drew, put on the page."""

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.config import VERSION
from app.web.controller import PageController
from app.web.forms import FormValues
from app.web.sessions import Sessions
from tests.helpers.page.page_requests import begin, canvas_of, draw, mark, shown


@pytest.fixture
def talk(pipeline):
    return PageController(pipeline, Sessions())


@pytest.mark.parametrize(
    ("size", "preset", "version"), [((480, 480), "nano", "0.1.0"), ((512, 288), "photo", VERSION)]
)
def test_pictures_of_other_models_come_back_and_can_be_changed(
    talk, tmp_path, size, preset, version
):
    """What an older version or another preset drew, in whatever grid: the settings and pixels."""
    path, text = tmp_path / "old.png", PngInfo()
    wish = {"prompt": "six red apples", "seed": "41", "steps": "12", "guidance": "1.0"}
    for key, value in (wish | {"preset": preset, "version": version, "ar_ratio": "0.25"}).items():
        text.add_text(key, value)
    Image.effect_noise(size, 40).convert("RGB").save(path, pnginfo=text)
    job, views = begin(talk, "restore", sent=path)
    end = shown(views)
    assert (end["prompt"], end["seed"], end["steps"], end["percent"]) == (
        "six red apples",
        41,
        12,
        25,
    )
    assert "drawn again, its prompt becomes another one" in end["status"]
    grid = canvas_of(talk, job.number).grid
    assert grid[1] / grid[0] == pytest.approx(size[0] / size[1], rel=0.05)
    before = canvas_of(talk, job.number).tokens.reshape(grid)
    marks = mark(grid, lambda cells: cells.__setitem__((slice(0, 3), slice(0, 3)), True))
    end = shown(
        draw(talk, "a mug", marks=marks, picture=job.number, knobs=FormValues(0, 1, 1.0, 0))
    )
    assert end["stage"]["kind"] == "final"
    after = canvas_of(talk, job.number + 1).tokens.reshape(grid)
    assert (after[3:] == before[3:]).all() and (after[:3, 3:] == before[:3, 3:]).all()
