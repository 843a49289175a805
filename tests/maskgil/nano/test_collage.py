"""Collages: a scene's drawings where its things stand, to be laid over any scenery."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("resvg_py")

from maskgil.nano.drafts.collage import Collage
from maskgil.nano.drafts.references import drawings_of, looks_of
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.pack import write_drawings
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.nouns import load_nouns, noun
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage

ART = Path(__file__).parents[2] / "fixtures" / "art"
SCENES = (
    Scene((Thing("mug"), Thing("bench", 2)), (Relation(0, "on", (1,)),), "park"),
    Scene((Thing("lighthouse"), Thing("lamp", 3)), (), "beach", "night"),
    Scene((Thing("bowl", colour="blue"),), (), "kitchen", style="watercolour"),
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Art(ART))


@pytest.fixture(scope="module")
def shipped() -> Collage:
    return load_collage()


def sheet_of(draft: np.ndarray) -> np.ndarray:
    """Drawings (h, w, P, P, 4) as one sheet (H, W, 4)."""
    rows, columns, side = draft.shape[:3]
    return draft.swapaxes(1, 2).reshape(rows * side, columns * side, 4)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("seed", range(3))
def test_a_collage_over_its_scenery_is_what_the_renderer_draws(renderer, scene, seed):
    sheet = sheet_of(Collage(renderer).of(scene, seed)).astype(float)
    variant = renderer.layout.arranged(scene, seed)[0]
    behind = renderer.scenery(scene, variant)
    laid = behind * (255 - sheet[..., 3:]) / 255 + sheet[..., :3]
    assert abs(laid - renderer.draw(scene, seed)).max() <= 6
    assert (sheet[..., 3] > 0).mean() > 0.02


def test_outside_the_part_that_is_drawn_there_is_nothing(renderer):
    hole = np.zeros((16, 24), bool)
    hole[5:13, 8:18] = True
    row, column = np.argwhere(Collage(renderer).of(SCENES[0], 1, hole).any((2, 3, 4)))[9]
    hole[row, column] = False  # a gap where a thing stands
    draft = Collage(renderer).of(SCENES[0], 1, hole)
    assert draft.shape == (16, 24, 8, 8, 4)
    assert not draft[~hole].any() and draft[hole].any()


def test_the_upper_part_of_a_drawing_stays_where_it_is(renderer):
    """Somebody in a tub: what is hidden is cut off below, and nothing sinks."""
    code = noun("lighthouse").art[0]
    scene, width = Scene((Thing("lighthouse"),)), renderer.layout.cells(code, 16)[0]
    collage = Collage(renderer)
    sprite = Sprite(0, code, 4, 20, width, 16)
    whole = collage.lay(scene, [sprite])
    part = collage.lay(scene, [Sprite(0, code, 4, 20, width, 16, part=(0.0, 0.5))])
    assert np.array_equal(part[4:12], whole[4:12]) and whole[12:20].any() and not part[12:].any()


def test_a_look_that_a_thing_never_has_is_its_own(shipped):
    doctor = [shipped.of(Scene((Thing("doctor", colour=colour),)), 0) for colour in (None, "blue")]
    assert np.array_equal(*doctor), "a painted face would be another one's"
    for name in ("cow", "clock", "pizza", "sink"):
        assert set(PAINTS) <= set(looks_of(noun(name))), name
        looks = (None, "blue", "green")
        drawn = {shipped.of(Scene((Thing(name, colour=look),)), 0).tobytes() for look in looks}
        assert len(drawn) == 3, name


def test_every_thing_has_its_drawing(shipped):
    sizes = shipped.renderer.art.sizes()
    missing = [code for each in load_nouns() for code in drawings_of(each) if code not in sizes]
    assert not missing


def test_drawings_are_written_alike_and_read_as_they_are(tmp_path, renderer):
    codes = [noun(name).art[0] for name in ("mug", "lighthouse")]
    for folder in ("a", "b"):
        line = write_drawings(ART, tmp_path / folder / "drawings.zip", codes)
        assert "2 drawings" in line
    first, second = ((tmp_path / name / "drawings.zip").read_bytes() for name in "ab")
    assert first == second
    small = Renderer(Art(tmp_path / "a"))
    for code in codes:
        assert small.aspect(code) == renderer.aspect(code)
        size = renderer.layout.cells(code, 10)
        scene = Scene((Thing("mug"),))
        ours, theirs = (
            sheet_of(Collage(each).lay(scene, [Sprite(0, code, 2, 14, *size)])).astype(float)
            for each in (small, renderer)
        )
        assert abs(ours - theirs).mean() < 2 and theirs.any()


def test_a_file_without_drawings_is_told_in_one_line(tmp_path):
    path = tmp_path / "drawings.zip"
    write_drawings(ART, path, [noun("mug").art[0]])
    whole = path.read_bytes()
    for broken in (b"", whole[:200], b"x" * 500, whole[:-40]):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="holds no drawings") as found:
            Renderer(Art(tmp_path))
        assert "\n" not in str(found.value)
