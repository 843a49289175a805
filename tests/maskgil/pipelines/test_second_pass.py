"""The second pass: drawings on a finer grid, over what is behind them."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from maskgil.models.conditioning import NO_CODE
from maskgil.pipelines.drafting import Behind, mixed, seen, sheet_of
from maskgil.pipelines.request import DrawRequest
from maskgil.pipelines.second_pass import (
    BUDGET,
    MARGIN,
    SecondPass,
    as_details,
    coarse_grid,
    parts_of,
    variance_of,
)
from maskgil.presets.load import load_generator
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

GRID = (6, 8)
CODES = 64


@pytest.fixture(scope="module")
def second() -> SecondPass:
    torch.manual_seed(0)
    stages = ((8, 1), (8, 1), (8, 1))
    shape = CompactVQConfig(
        codebook_size=CODES, image_size=96, output_scale=2, decoder_stages=stages
    )
    return SecondPass(CompactVQ(shape).eval(), GRID, 2)


@pytest.fixture(scope="module")
def tokens() -> torch.Tensor:
    return torch.randint(CODES, (48,), generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def draft() -> torch.Tensor:
    """A blue drawing in six cells, half of one of them."""
    sheet = torch.zeros((*GRID, 16, 16, 4), dtype=torch.uint8)
    sheet[1:3, 2:5] = torch.tensor([20, 60, 200, 255], dtype=torch.uint8)
    sheet[1, 2, :, :8] = 0
    return sheet


def finer(cells: torch.Tensor) -> torch.Tensor:
    """Cells (N,) as finer ones (4 · N,)."""
    whole = cells.view(GRID).float()[None, None]
    return F.interpolate(whole, scale_factor=2.0)[0, 0].flatten().bool()


def test_details_are_the_codes_of_drawings_over_what_is_behind_them(second, tokens, draft):
    behind = Behind(tokens, second.tokenizer.decode(tokens.view(1, *GRID)))
    (details,) = second.details(tokens[None], [draft], [behind])
    there = finer(seen(draft))
    assert (details[~there] == NO_CODE).all() and (details[there] != NO_CODE).all()
    picture = mixed((behind.picture + 1) / 2, sheet_of(draft))
    wanted = second.tokenizer.encode(picture * 2 - 1).flatten()
    assert torch.equal(details[there], wanted[there])
    blue = torch.tensor([20, 60, 200]).view(1, 3, 1, 1).expand(1, 3, 16, 16) / 127.5 - 1
    inside = finer(torch.zeros(GRID).index_put((torch.tensor(2), torch.tensor(3)), torch.ones(())))
    assert torch.equal(details[inside], second.tokenizer.encode(blue).flatten())


def test_what_is_behind_may_be_unknown_and_is_then_as_it_is_beside(second, tokens, draft):
    covered, flat = seen(draft), torch.full_like(tokens, 7)
    things = torch.where(covered, tokens, flat)
    (unknown,) = second.details(things[None], [draft], [None])
    behind = Behind(flat, second.tokenizer.decode(flat.view(1, *GRID)))
    (known,) = second.details(things[None], [draft], [behind])
    assert torch.equal(unknown, known)


def test_without_drawings_a_picture_is_what_its_tokens_show(second, tokens):
    (details,) = second.details(tokens[None], [None], [None])
    assert (details == NO_CODE).all()
    (picture,) = second.pictures(tokens[None], details[None])
    assert picture.shape == (3, 192, 256)
    shown = second.tokenizer.decode(tokens.view(1, *GRID))
    small = F.avg_pool2d(picture[None], 2)
    assert torch.corrcoef(torch.stack([small.flatten(), shown.flatten()]))[0, 1] > 0.75


def test_drawings_are_seen_where_they_are_and_change_nothing_far_away(second, tokens, draft):
    details = second.details(tokens[None], [draft], [None])
    bare = second.pictures(tokens[None], torch.full_like(details, NO_CODE))[0]
    picture = second.pictures(tokens[None], details)[0]
    there = (slice(None), slice(2 * 16, 6 * 16), slice(4 * 16, 10 * 16))
    assert (picture[there] - bare[there]).abs().mean() > 0.01
    far = torch.ones_like(picture, dtype=torch.bool)
    far[:, 16 : 7 * 16, 3 * 16 : 11 * 16] = False
    changed = (picture - bare).abs()[far]  # but for what is behind them, as it is beside
    assert changed.mean() < 0.3 * (picture - bare).abs()[there].mean()


def test_the_details_of_what_stays_stay(second):
    stays = torch.zeros(48, dtype=torch.bool)
    stays[5] = stays[30] = True
    new, old = torch.full((2, 192), 3), torch.full((192,), 4)
    kept = second.kept(new, stays.expand(2, -1), old)
    assert torch.equal(kept == 4, finer(stays).expand(2, -1))


def test_details_that_are_none_are_refused_in_one_line(second):
    second.check(None, 1, CODES)
    second.check(torch.full((192,), NO_CODE), 3, CODES)
    for wrong, said in (
        (torch.zeros(48), "given details have shape (48,); expected (1, 192)"),
        (torch.zeros(2, 192), "given details have shape (2, 192); expected (1, 192)"),
        (torch.full((192,), CODES), "given details must be -1 to 63"),
    ):
        with pytest.raises(ValueError, match=re.escape(said)):
            second.check(wrong, 1, CODES)


@pytest.fixture(scope="module")
def nano():
    return load_generator("nano")


def last_of(nano, prompt: str, **options):
    sampling = replace(nano.sampling, num_steps=2, guidance_scale=1.0)
    request = DrawRequest(prompt, 3, sampling, previews=False, **options)
    *_, last = nano.stream(request)
    return last


def drawn_cells(details: torch.Tensor) -> torch.Tensor:
    """The cells (24, 24) of one picture of nano's that have details."""
    return details.view(96, 96)[::4, ::4] != NO_CODE


def tokens_of(part, side: int) -> int:
    """The tokens decoded for a part, with those around it."""
    high, wide = (side * (at.stop - at.start) + 2 * MARGIN for at in part)
    return high * wide


@given(st.integers(0, 2**63 - 1), st.integers(1, 4), st.floats(0.02, 0.4))
def test_parts_are_boxes_around_all_that_is_there(seed, side, share):
    there = torch.rand((9, 12), generator=torch.Generator().manual_seed(seed)) < share
    parts = parts_of(there, side)
    boxes = torch.zeros_like(there, dtype=torch.int)
    for part in parts:
        boxes[part] += 1
        inside = there[part]
        assert all(inside.select(axis, end).any() for axis in (0, 1) for end in (0, -1)), "tight"
    assert (boxes[there] == 1).all() and int(boxes.max()) <= 1
    rows, columns = (torch.nonzero(there.any(axis)).flatten() for axis in (1, 0))
    if len(rows):
        box = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        assert sum(tokens_of(part, side) for part in parts) <= tokens_of(box, side)


def test_what_is_apart_is_decoded_apart_and_what_is_close_together():
    there = torch.zeros(24, 24, dtype=torch.bool)
    there[2:5, 2:5] = there[2:5, 6:9] = there[18:22, 18:22] = True
    assert parts_of(there, 4) == [(slice(2, 5), slice(2, 9)), (slice(18, 22), slice(18, 22))]


def test_faces_are_fine_and_the_rest_coarse_within_the_budget(nano):
    last = last_of(nano, "a bride and groom in front of a church")
    draft = nano.drafter.draft(
        "a bride and groom in front of a church", 3, torch.ones(24, 24, dtype=torch.bool)
    )
    cells = drawn_cells(last.details)
    fine = last.details.view(96, 96)[1::4, 1::4] != NO_CODE
    assert torch.equal(cells.flatten(), seen(draft)) and 0 < fine.sum() < 0.4 * cells.sum()
    busy = variance_of(draft, nano.detail)
    assert busy[fine].mean() > 3 * busy[cells & ~fine].mean()
    assert sum(tokens_of(part, 4) for part in parts_of(fine, 4)) <= BUDGET
    halves = SecondPass(nano.tokenizer, nano.grid_size, 2)
    with torch.inference_mode():
        second = SecondPass(nano.tokenizer, nano.grid_size, nano.detail)
        shown = second.pictures(last.tokens, last.details)[0]
        coarse = halves.pictures(last.tokens, halves.details(last.tokens, [draft], [None]))[0]
    art = sheet_of(draft)[0]
    inside = F.interpolate(fine[None, None].float(), scale_factor=32.0)[0, 0].bool() & (art[3] == 1)
    error, before = (
        float(((each + 1) / 2 - art[:3]).abs()[:, inside].mean()) for each in (shown, coarse)
    )
    assert error < 0.8 * before


def test_a_photograph_has_coarse_details_everywhere(nano):
    codes = torch.arange(48 * 48)[None]
    details = as_details(codes, nano.grid_size, nano.detail).view(96, 96)
    assert coarse_grid(nano.grid_size, nano.detail) == (48, 48)
    assert torch.equal(details[::2, ::2].flatten(), codes[0])
    assert (details[1::2] == NO_CODE).all() and (details[:, 1::2] == NO_CODE).all()
    assert drawn_cells(details).all()


def test_nano_draws_its_things_finer_than_its_tokens(nano):
    assert nano.detail == 4 and nano.image_size == (768, 768)
    plain, fine = (last_of(nano, "a crab on a beach", detailed=each) for each in (False, True))
    assert torch.equal(plain.tokens, fine.tokens), "the picture's own tokens are what they were"
    assert plain.details is None and plain.images[0].size == (384, 384)
    assert fine.images[0].size == (768, 768)
    draft = nano.drafter.draft("a crab on a beach", 3, torch.ones(24, 24, dtype=torch.bool))
    art = sheet_of(draft)[0].numpy()
    inside = art[3] == 1

    def error(image) -> float:
        pixels = np.asarray(image.resize((768, 768))).transpose(2, 0, 1) / 255
        return float(np.abs(pixels - art[:3])[:, inside].mean())

    assert error(fine.images[0]) < 0.85 * error(plain.images[0])


def test_what_is_given_to_nano_keeps_its_details(nano):
    first = last_of(nano, "a crab on a beach")
    hole = torch.zeros(24, 24, dtype=torch.bool)
    hole[:, 16:] = True
    given = first.tokens.masked_fill(hole.flatten(), nano.mask_id)
    nothing = torch.zeros((24, 24, 32, 32, 4), dtype=torch.uint8)
    options = {"given": given, "draft": nothing, "given_details": first.details}
    again = last_of(nano, "on a beach", **options).details.view(96, 96)
    assert torch.equal(again[:, :64], first.details.view(96, 96)[:, :64])
    assert (again[:, 64:] == NO_CODE).all(), "of what is drawn anew nothing is"
    with pytest.raises(ValueError, match="given details have shape"):
        last_of(nano, "on a beach", given=given, given_details=first.details[:, :9])


def test_around_drawings_is_what_is_behind_them(nano):
    last = last_of(nano, "a crab on a beach")
    second = SecondPass(nano.tokenizer, nano.grid_size, nano.detail)
    cells = drawn_cells(last.details)
    covered = cells.flatten()
    bare = second._bare(last.tokens[0], covered)[None]
    with torch.inference_mode():
        picture = second.pictures(last.tokens, last.details)[0]
        behind = second.pictures(bare, torch.full_like(last.details, NO_CODE))[0]
    inside = F.interpolate(cells[None, None].float(), scale_factor=32.0)
    ring = (F.max_pool2d(inside, 7, 1, 3) - inside).bool()[0, 0]  # three pixels beside the cells
    assert (picture - behind).abs()[:, ring].mean() < 0.05


def test_beside_drawings_the_picture_is_what_its_tokens_show(nano):
    """Clouds and trees that a drawing partly hides were steps where its cells had been filled."""
    last = last_of(nano, "a windmill in a field")
    second = SecondPass(nano.tokenizer, nano.grid_size, nano.detail)
    with torch.inference_mode():
        picture = second.pictures(last.tokens, last.details)[0]
        plain = second.pictures(last.tokens, torch.full_like(last.details, NO_CODE))[0]
    inside = F.interpolate(drawn_cells(last.details)[None, None].float(), scale_factor=32.0)
    beyond = ~F.max_pool2d(inside, 33, 1, 16).bool()[0, 0]
    assert 0.3 < beyond.float().mean() < 0.9
    assert (picture - plain).abs()[:, beyond].max() < 1e-3
