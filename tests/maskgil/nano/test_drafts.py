"""Drafts of scenes: references looked up, stored, and laid where things stand."""

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("resvg_py")

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.drafts.draft import Drafts, frame_in
from maskgil.nano.drafts.references import (
    OWN,
    DrawnReferences,
    StoredReferences,
    drawings_of,
    looks_of,
    write,
)
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.arranging.sizes.cell_sizes import SIZES
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.nouns import facing, noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

ART = Path(__file__).parents[2] / "fixtures" / "art"
NAMES = ("bench", "bowl", "lamp", "mug", "lighthouse")


@pytest.fixture(scope="module")
def drawn() -> DrawnReferences:
    torch.manual_seed(0)
    config = CompactVQConfig(codebook_size=64, image_size=192, decoder_coarse=8, decoder_fine=8)
    return DrawnReferences(Renderer(Art(ART)), CompactVQ(config).eval().encode)


@pytest.fixture(scope="module")
def stored(drawn, tmp_path_factory) -> StoredReferences:
    path = tmp_path_factory.mktemp("references") / "references.npz"
    line = write(drawn, path, [noun(name) for name in NAMES])
    assert line.startswith(f"{len(NAMES)} drawings in ")
    return StoredReferences(path)


def test_stored_references_are_those_that_were_drawn(drawn, stored):
    layout = Drafts(drawn).layout
    for name in NAMES:
        for code in drawings_of(noun(name)):
            assert stored.aspect(code) == drawn.aspect(code)
            for look in looks_of(noun(name)):
                size = layout.cells(code, random.Random(name + look).choice(SIZES))
                tokens = stored.tokens(code, size, look)
                assert np.array_equal(tokens, drawn.tokens(code, size, look))
                assert (tokens != NO_CODE).any()


def test_what_faces_a_side_is_stored_mirrored_too(drawn, stored):
    turned = [code for name in NAMES for code in drawings_of(noun(name)) if code in facing()]
    assert turned, "one of them faces a side"
    for code in turned:
        size = Drafts(stored).layout.cells(code, 12)
        plain, mirrored = (stored.tokens(code, size, OWN, way) for way in (False, True))
        assert np.array_equal(mirrored, drawn.tokens(code, size, OWN, True))
        assert not np.array_equal(plain, mirrored)
    still = noun("lighthouse").art[0]
    size = Drafts(stored).layout.cells(still, 12)
    assert np.array_equal(*(stored.tokens(still, size, OWN, way) for way in (False, True)))


def test_the_paper_beside_a_drawing_covers_nothing_that_stands_behind_it(stored):
    drafts, bench = Drafts(stored), noun("bench").art[0]
    scene = Scene((Thing("bench"), Thing("lamp")))
    behind = Sprite(0, bench, 4, 20, *drafts.layout.cells(bench, 16))
    before = [
        Sprite(1, noun(name).art[0], left, low, *drafts.layout.cells(noun(name).art[0], side))
        for name, left, low, side in product(NAMES, range(2, 16, 2), (16, 18), (6, 8, 12))
    ]
    alone = drafts.lay(scene, [behind])
    hidden = kept = 0
    for sprite in before:
        over, both = drafts.lay(scene, [sprite]), drafts.lay(scene, [behind, sprite])
        shared = (alone != NO_CODE) & (over != NO_CODE)
        paper = shared & stored.thin[over]
        assert np.array_equal(both[paper], alone[paper])
        assert np.array_equal(both[~paper & (over != NO_CODE)], over[~paper & (over != NO_CODE)])
        kept, hidden = kept + paper.sum(), hidden + (shared & ~paper).sum()
    assert kept and hidden


def test_a_look_that_is_not_stored_is_the_drawings_own(stored):
    code = noun("mug").art[0]
    size = Drafts(stored).layout.cells(code, 12)
    assert np.array_equal(stored.tokens(code, size, "plaid"), stored.tokens(code, size, OWN))
    assert not np.array_equal(stored.tokens(code, size, "red"), stored.tokens(code, size, OWN))
    assert (stored.tokens(code, (5, 5), OWN) == NO_CODE).all()


def test_a_draft_lies_where_the_renderer_draws(drawn, stored):
    scene = Scene((Thing("mug"), Thing("bench", 2)), (Relation(0, "on", (1,)),), "park")
    for seed in range(6):
        draft = Drafts(stored).of(scene, seed)
        picture = drawn.renderer.draw(scene, seed).astype(int)
        empty = drawn.renderer.draw(Scene((), (), "park"), seed).astype(int)
        changed = abs(picture - empty).max(-1).reshape(24, 8, 24, 8).max((1, 3)) > 8  # (24, 24)
        assert draft.shape == (24, 24) and (draft != NO_CODE).any()
        assert not ((draft != NO_CODE) & ~changed).any()
    layouts = {Drafts(stored).of(scene, seed).tobytes() for seed in range(6)}
    assert len(layouts) > 1, "another seed stands them elsewhere"


def test_what_is_nearer_covers_what_is_behind(stored):
    scene = Scene((Thing("mug"), Thing("lighthouse")), (Relation(0, "in front of", (1,)),))
    drafts = Drafts(stored)
    sprites = drafts.layout.arranged(scene, 1)[1]
    whole, front = drafts.lay(scene, sprites), drafts.lay(scene, sprites[-1:])
    assert sprites[-1].thing == 0
    assert np.array_equal(whole[front != NO_CODE], front[front != NO_CODE])


def hole(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Cells (24, 24) of boxes of left, top, width, height."""
    cells = np.zeros((24, 24), bool)
    for left, top, width, height in boxes:
        cells[top : top + height, left : left + width] = True
    return cells


@pytest.mark.parametrize(
    ("cells", "frame"),
    [
        (np.ones((16, 24), bool), (0, 0, 24, 16)),
        (hole((5, 3, 9, 7)), (5, 3, 9, 7)),
        (hole((4, 4, 1, 1)), (4, 4, 1, 1)),
        (hole((0, 0, 5, 5), (12, 10, 8, 6)), (12, 10, 8, 6)),  # the larger part
        (hole((6, 4, 8, 10), (5, 5, 10, 8), (4, 6, 12, 6)), (5, 4, 10, 10)),  # rounded corners
    ],
)
def test_the_frame_of_a_hole_is_most_of_it_and_little_else(cells, frame):
    assert frame_in(cells) == frame


def test_a_draft_fits_into_the_part_that_is_drawn(stored):
    """A thing is as large as its part allows, in the middle of a picture or at its edge."""
    mug, sizes = Scene((Thing("mug"),)), []
    for side in (4, 6, 8, 12):
        for left, top in ((0, 0), (7, 9), (24 - side, 24 - side)):
            part = hole((left, top, side, side))
            cells = np.argwhere(Drafts(stored).of(mug, 2, part) != NO_CODE)
            assert part[tuple(cells.T)].all()
        (top, left), (bottom, right) = cells.min(0), cells.max(0)
        sizes.append(max(bottom - top, right - left) + 1)
        assert sizes[-1] >= 0.6 * side
    assert len(set(sizes)) == 4
    assert (Drafts(stored).of(mug, 2, hole((3, 3, 1, 1))) != NO_CODE).sum() <= 1


def test_a_file_without_references_is_told_in_one_line(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "other.npz").read_bytes()[:100])
    (tmp_path / "empty.npz").touch()
    for name in ("other.npz", "cut.npz", "empty.npz", "missing.npz"):
        with pytest.raises(ValueError, match="holds no references"):
            StoredReferences(tmp_path / name)
