"""Pictures from elsewhere in the light, the weather and the styles of nano's world."""

from dataclasses import replace

import numpy as np
import pytest

from maskgil.nano.rendering.pictures import relit
from maskgil.nano.world.scene import STYLES, Scene, Thing
from maskgil.presets.load import load_collage

SIDE = 192
PICTURE = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def test_by_day_in_clear_weather_nothing_changes():
    assert (relit(PICTURE, Scene()) == PICTURE).all()


def test_times_weathers_and_styles_each_change_all_of_it():
    seen = [PICTURE]
    for more in (
        {"time": "dawn"}, {"time": "sunset"}, {"time": "night"}, {"weather": "rain"},
        {"weather": "snow"}, {"weather": "fog"}, {"weather": "storm"},
        *({"style": style} for style in STYLES[1:]),
        {"time": "night", "weather": "snow", "style": "pixel art"},
    ):  # fmt: skip
        made = relit(PICTURE, Scene(**more))
        assert made.shape == PICTURE.shape and made.dtype == np.uint8
        assert all((made != other).any(-1).mean() > 0.5 for other in seen), more
        seen.append(made)


def test_a_night_is_dark_and_blue_and_a_sunset_warm():
    red, green, blue = relit(PICTURE, Scene(time="night")).mean((0, 1))
    assert blue > green > red and blue < 0.7 * PICTURE.mean()
    red, green, blue = relit(PICTURE, Scene(time="sunset")).mean((0, 1))
    assert red > green and red > blue
    pale, cool = (relit(PICTURE, Scene(time="dawn")).mean(axis) for axis in (None, (0, 1)))
    assert pale > (red + green + blue) / 3 and cool[2] / cool[0] > blue / red


def test_a_picture_of_no_whole_cells_is_refused():
    with pytest.raises(ValueError, match="multiple of 24"):
        relit(PICTURE[:100, :100], Scene())


@pytest.mark.parametrize("time", ["day", "sunset", "night"])
def test_fog_is_before_the_feet_of_things_and_not_before_their_heads(time):
    renderer = load_collage().renderer
    foggy = Scene((Thing("man"),), (), "field", time, "fog")
    sprites = renderer.layout.arranged(foggy, 0)[1]
    clear, veiled = (
        renderer.drawings(scene, sprites, (24, 24)).astype(int)
        for scene in (replace(foggy, weather="clear"), foggy)
    )
    _, top, _, bottom = (round(edge * renderer.cell) for edge in sprites[0].box)
    changed = np.abs(veiled - clear).max(-1) > 20
    assert not changed[: top + (bottom - top) // 5].any()
    assert changed[-6 * renderer.cell : -2 * renderer.cell].mean() > 0.9, "the ground, too"
    feet = clear[bottom - renderer.cell : bottom, :, 3] > 250
    lost = np.abs(veiled - clear)[bottom - renderer.cell : bottom][feet][:, :3].mean()
    assert 15 < lost < 140, "they are pale, and still there"
