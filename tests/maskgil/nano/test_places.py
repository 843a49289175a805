"""Sketches of places: stored codes of which a picture begins from a part."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch

pytest.importorskip("resvg_py")

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.drafts.places import StoredPlaces, name_of, sketch_cells, write
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world import settings
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import VARIANTS, view_of
from tests.helpers.tiny_training import ROOT

PAINTED = Scene(setting="lake", style="watercolour")
LAKE = Scene(setting="lake", time="night", weather="rain")


def brightness(pixels: torch.Tensor) -> torch.Tensor:
    """A tokenizer of sorts: the mean of each 8 x 8 pixels in 200 steps."""
    means = torch.nn.functional.avg_pool2d(pixels.mean(1, keepdim=True), 8)[:, 0]
    return ((means + 1) * 100).round().long()


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> tuple[StoredPlaces, Renderer]:
    renderer = Renderer(Art(ROOT / "tests" / "fixtures" / "art"))
    path = tmp_path_factory.mktemp("places") / "places.npz"
    some = {name: settings.PLACES[name] for name in ("lake", "kitchen", "red background")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("maskgil.nano.drafts.places.PLACES", some)
        line = write(renderer, brightness, path)
    assert line.startswith("50 places in their light, 4 views each")
    return StoredPlaces.read(path), renderer


@pytest.mark.parametrize("scene", [LAKE, PAINTED])
def test_a_sketch_has_a_share_of_the_codes_of_the_view_that_training_shows(stored, scene):
    places, renderer = stored
    for seed in range(6):
        pixels = torch.from_numpy(renderer.draw(scene, seed)).permute(2, 0, 1)[None] / 127.5 - 1
        whole = places.sketch(scene, seed, 1.0)
        assert np.array_equal(whole, brightness(pixels)[0].numpy())
        half = places.sketch(scene, seed, 0.5)
        assert (half != NO_CODE).sum() == whole.size // 2
        assert np.array_equal(half[half != NO_CODE], whole[half != NO_CODE])
        assert np.array_equal(half, places.sketch(scene, seed, 0.5))


def test_seeds_show_all_views_and_other_cells_of_each(stored):
    places, _ = stored
    sketches = [places.sketch(LAKE, seed, 0.5) for seed in range(24)]
    assert {view_of(seed) for seed in range(24)} == set(range(VARIANTS))
    assert len({(sketch != NO_CODE).tobytes() for sketch in sketches}) == 24
    views = {places.sketch(LAKE, seed, 1.0).tobytes() for seed in range(24)}
    assert len(views) == VARIANTS


@pytest.mark.parametrize(
    "scene", [Scene(), Scene(setting="park"), replace(LAKE, style="watercolour")]
)
def test_of_other_places_and_styles_in_the_rain_there_is_no_sketch(stored, scene):
    assert stored[0].sketch(scene, 1, 0.5) is None


def test_dawn_is_stored_in_clear_weather_and_fog_and_is_sunset_else(stored):
    places, _ = stored
    dawn, sunset = (Scene(setting="lake", time=time) for time in ("dawn", "sunset"))
    for weather in ("clear", "fog", "rain"):
        first, second = (
            places.sketch(replace(each, weather=weather), 1, 1.0) for each in (dawn, sunset)
        )
        assert np.array_equal(first, second) == (weather == "rain")
    painted = (replace(each, style="watercolour") for each in (dawn, sunset))
    assert np.array_equal(*(places.sketch(each, 1, 1.0) for each in painted))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_cells_are_drawn_by_chance_and_as_many_as_asked(share):
    cells = sketch_cells(share, random.Random(1))
    assert cells.shape == (24, 24) and cells.sum() == round(share * 576)


@pytest.mark.parametrize("kept", [0, 20, 2000])
def test_a_file_that_holds_no_places_is_told_in_one_line(tmp_path, kept):
    path = tmp_path / "places.npz"
    path.write_bytes((ROOT / "assets" / "nano" / "places.npz").read_bytes()[:kept] or b"nothing")
    with pytest.raises(ValueError, match=r"places.npz holds no places: .+"):
        StoredPlaces.read(path)


def test_every_place_that_nano_draws_is_stored_with_the_shipped_weights():
    places = StoredPlaces.read(ROOT / "assets" / "nano" / "places.npz")
    for name, where in settings.PLACES.items():
        for time in where.times:
            for weather in ("clear", "snow") if settings.has_weather(name) else ("clear",):
                scene = Scene(setting=name, time=time, weather=weather)
                assert places.sketch(scene, 0, 0.5) is not None, name_of(scene)
