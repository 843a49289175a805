"""Drafts of whole pictures and of parts of them, from the prompt to the tokens that are written."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("resvg_py")

from maskgil.config import TransformerConfig
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.nano.drafts.collage import Collage
from maskgil.nano.drafts.places import StoredPlaces
from maskgil.nano.nearest_nouns import NearestNouns
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.scene_prompts import ScenePromptReader
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.settings import VARIANTS
from maskgil.pipelines.drafting import Behind, drafts_of, in_context, seen
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.request import DrawRequest
from maskgil.sampling.config import SamplingConfig
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

ART = Path(__file__).parents[2] / "fixtures" / "art"
NOUNS = ("bench", "bowl", "lamp", "mug", "lighthouse")
SAMPLING = SamplingConfig(num_steps=2, guidance_scale=1.0, ar_ratio=1.0)
GRID = (12, 12)


@pytest.fixture(scope="module")
def generator() -> ImageGenerator:
    """Untrained, but for the twin's gate: what is drafted is written, whatever else is likely."""
    torch.manual_seed(0)
    shape = CompactVQConfig(codebook_size=64, image_size=96, decoder_coarse=8, decoder_fine=8)
    tokenizer, encoder = CompactVQ(shape).eval(), load_text_encoder("minilm")
    config = TransformerConfig(
        num_layers=1, num_heads=2, dim=16, codebook_size=64, max_grid_size=GRID,
        condition="caption", caption_dim=encoder.dim, max_caption_length=64, drafts=True,
    )  # fmt: skip
    masked, causal = Transformer(config).eval(), Transformer(config.replace(causal=True)).eval()
    with torch.no_grad():
        causal.draft_gate.bias.fill_(1000.0)
    nearest = NearestNouns([noun(name) for name in NOUNS], encoder)
    reader = ScenePromptReader(nearest, Collage(Renderer(Art(ART))))
    return ImageGenerator(
        tokenizer, masked, causal, encoder, sampling=SAMPLING, reader=reader, drafter=reader
    )


def written(generator: ImageGenerator, prompts, seed=0, **options) -> torch.Tensor:
    """The tokens (B, N) of the pictures."""
    *_, last = generator.stream(DrawRequest(prompts, seed, previews=False, **options))
    return last.tokens


def draft(generator: ImageGenerator, prompt: str, seed: int, hole: torch.Tensor) -> torch.Tensor:
    found = generator.drafter.draft(prompt, seed, hole)
    assert found.shape == (*hole.shape, 8, 8, 4) and found.dtype == torch.uint8
    assert seen(found).any() and not found[~hole].any()
    return found


def codes_over(tokenizer: CompactVQ, tokens: torch.Tensor, sheet: torch.Tensor) -> torch.Tensor:
    """The codes (N,) of a draft over the picture of tokens (N,)."""
    picture = tokenizer.decode(tokens.view(1, *sheet.shape[:2]))
    return in_context(tokenizer, Behind(tokens, picture), sheet)


def drawn(generator: ImageGenerator, prompts, seed=0, **options) -> tuple[torch.Tensor, ...]:
    """Tokens (B, N): of what is behind the things, when it is drawn, and of the pictures."""
    request = DrawRequest(prompts, seed, previews=False, preview_every=1, **options)
    steps = list(generator.stream(request))
    behind = [step.tokens for step in steps if not (step.tokens == generator.mask_id).any()]
    return behind[0], steps[-1].tokens


def everywhere(grid: tuple[int, int]) -> torch.Tensor:
    return torch.ones(grid, dtype=torch.bool)


def lower_right(grid: tuple[int, int]) -> torch.Tensor:
    hole = torch.zeros(grid, dtype=torch.bool)
    hole[5:, 4:] = True
    return hole


@pytest.mark.parametrize("grid", [(12, 12), (8, 12), (12, 6)])
def test_pictures_of_every_grid_show_their_drawings_over_what_is_behind(generator, grid):
    for prompt, seed in (("two mugs", 3), ("a bench in the snow", 4)):
        behind, tokens = (row[0] for row in drawn(generator, prompt, seed, grid_size=grid))
        sheet = draft(generator, prompt, seed, everywhere(grid))
        codes = codes_over(generator.tokenizer, behind, sheet)
        assert torch.equal(tokens, codes), "the twin writes what is drafted, everywhere"
        assert not torch.equal(codes[seen(sheet)], behind[seen(sheet)])


def test_a_masked_model_draws_what_is_behind_and_then_the_things_alone(generator):
    sampling = SamplingConfig(num_steps=4, guidance_scale=1.0)
    behind, tokens = drawn(generator, "two mugs", 3, sampling=sampling)
    covered = seen(draft(generator, "two mugs", 3, everywhere(GRID)))
    assert torch.equal(tokens[0][~covered], behind[0][~covered])
    bare = written(
        generator, "on a white background", 3,
        sampling=SamplingConfig(num_steps=3, guidance_scale=1.0),
    )  # fmt: skip
    assert torch.equal(behind, bare)


def test_a_hole_beside_a_thing_is_filled_as_if_that_were_not_there(generator):
    sampling = SamplingConfig(num_steps=4, guidance_scale=1.0)
    sheet = draft(generator, "a lamp", 3, everywhere(GRID))
    covered, filled = seen(sheet), []
    for code in (5, 6):
        given = torch.full_like(covered, generator.mask_id, dtype=torch.long)
        given[covered] = code
        filled.append(written(generator, "a lamp", 3, given=given, draft=sheet, sampling=sampling))
        assert (filled[-1][0][covered] == code).all(), "and it stays"
    assert torch.equal(filled[0][0][~covered], filled[1][0][~covered])


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_a_picture_that_is_behind_stays_where_no_drawing_is_seen(generator, ratio):
    picture = torch.randint(64, (144,), generator=torch.Generator().manual_seed(1))
    sheet = draft(generator, "two mugs", 3, everywhere(GRID))
    sampling = SamplingConfig(num_steps=4, guidance_scale=1.0, ar_ratio=ratio)
    covered, options = seen(sheet), {"sampling": sampling, "draft": sheet, "behind": picture}
    tokens = written(generator, ["two mugs"] * 2, 3, **options)
    assert (tokens[:, ~covered] == picture[~covered]).all()
    if ratio:
        codes = codes_over(generator.tokenizer, picture, sheet)
        assert (tokens[:, covered] == codes[covered]).all(), "as they look over it"
    half = torch.where(torch.arange(144) < 72, picture, generator.mask_id)
    again = written(generator, "two mugs", 3, given=half, **options)[0]
    assert torch.equal(again[:72], picture[:72]), "what is given stays, drawing or not"
    assert torch.equal(again[72:][~covered[72:]], picture[72:][~covered[72:]])
    for wrong, said in ((picture[:9], "expected (144,)"), (picture + 64, "must be 0 to 63")):
        with pytest.raises(ValueError, match=re.escape(said)):
            written(generator, "two mugs", behind=wrong)


@pytest.mark.parametrize(("steps", "last"), [(8, 1), (16, 2)])
def test_what_is_drawn_over_a_picture_takes_the_steps_of_the_drawings(generator, steps, last):
    sheet = draft(generator, "two mugs", 3, everywhere(GRID))
    request = DrawRequest(
        "two mugs", 3, previews=False, draft=sheet,
        sampling=replace(SAMPLING, num_steps=steps, ar_ratio=0.0),
        behind=torch.zeros(144, dtype=torch.long),
    )  # fmt: skip
    *_, done = generator.stream(request)
    assert done.num_steps == last
    *_, done = generator.stream(replace(request, behind=None))
    assert done.num_steps == steps


def test_one_step_and_a_model_that_writes_token_by_token_draw_on_paper(generator):
    alone = ImageGenerator(
        generator.tokenizer, None, generator.causal, generator.encoder, sampling=SAMPLING,
        reader=generator.reader, drafter=generator.drafter,
    )  # fmt: skip
    sheet = draft(generator, "two mugs", 3, everywhere(GRID))
    codes, covered = in_context(generator.tokenizer, None, sheet), seen(sheet)
    once = SamplingConfig(num_steps=1, guidance_scale=1.0, ar_ratio=1.0)
    for tokens in (written(alone, "two mugs", 3), written(generator, "two mugs", 3, sampling=once)):
        assert torch.equal(tokens[0][covered], codes[covered])


def test_a_marked_part_shows_what_is_asked_for_there_and_the_rest_stays(generator):
    before = written(generator, "a lamp")
    hole = lower_right(GRID)
    given = before.masked_fill(hole.flatten(), generator.mask_id)
    sheet = draft(generator, "a red mug", 5, hole)
    for prompt, part in (("a red mug below a lamp", "a red mug"), ("a red mug", None)):
        behind, after = drawn(generator, prompt, 5, given=given, part=part)
        codes = codes_over(generator.tokenizer, behind[0], sheet)
        assert torch.equal(after[0][hole.flatten()], codes[hole.flatten()])
        assert torch.equal(after[0][~hole.flatten()], before[0][~hole.flatten()])
    request = DrawRequest("a lamp", grid_size=GRID, part="")
    masked = generator._start(given, 1, GRID) == generator.mask_id
    assert not drafts_of(generator.drafter, request, masked, 8)


def test_a_picture_may_keep_the_arrangement_of_another(generator):
    behind, tokens = drawn(generator, "two mugs on a bench", 9, arrangement=8)
    sheet = draft(generator, "two mugs on a bench", 8, everywhere(GRID))
    assert torch.equal(tokens[0], codes_over(generator.tokenizer, behind[0], sheet))
    assert not torch.equal(draft(generator, "two mugs on a bench", 9, everywhere(GRID)), sheet)


def test_a_picture_may_be_given_its_draft(generator):
    sheet = draft(generator, "a bench", 2, everywhere(GRID))
    behind, tokens = drawn(generator, "a mug", draft=sheet)
    assert torch.equal(tokens[0], codes_over(generator.tokenizer, behind[0], sheet))
    for wrong in (sheet[:-1], sheet.flatten(), sheet.float(), sheet[..., :3]):
        with pytest.raises(ValueError, match="a draft has shape"):
            written(generator, "a mug", draft=wrong)


def test_what_is_opaque_hides_what_is_behind_it_and_nothing_else_does(generator):
    torch.manual_seed(1)
    tokenizer, behind = generator.tokenizer, torch.randint(64, (GRID[0] * GRID[1],))
    sheet = torch.zeros((*GRID, 8, 8, 4), dtype=torch.uint8)
    sheet[:6] = torch.tensor([51, 102, 204, 255], dtype=torch.uint8)
    flat = torch.tensor([0.2, 0.4, 0.8])[:, None, None].expand(3, 96, 96)
    picture = torch.nn.functional.avg_pool2d(tokenizer.decode(behind.view(1, *GRID)), 1)
    codes = codes_over(tokenizer, behind, sheet)
    assert torch.equal(codes[:72], tokenizer.encode(flat[None] * 2 - 1).flatten()[:72])
    assert torch.equal(codes[72:], tokenizer.encode(picture).flatten()[72:])


def test_nothing_of_a_draft_beside_the_part_that_is_drawn_is_seen(generator):
    given = written(generator, "a lamp")[0].clone()
    given[:3] = generator.mask_id
    sheet = torch.zeros((*GRID, 8, 8, 4), dtype=torch.uint8)
    sheet[5:] = 255
    after = written(generator, "a mug", given=given, draft=sheet)[0]
    assert torch.equal(after[3:], given[3:])


@pytest.mark.parametrize("ratio", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_batch_draws_what_its_rows_draw_alone(generator, ratio, scale):
    sampling = SamplingConfig(
        num_steps=2, guidance_scale=scale, ar_guidance_scale=scale, ar_ratio=ratio
    )
    prompts = ["a mug", "", "in the snow", "ten bowls", "a lighthouse and a qwertz by the sea"]
    batch = written(generator, prompts, [1, 2, 3, 4, 5], sampling=sampling)
    for row, (prompt, seed) in enumerate(zip(prompts, range(1, 6), strict=True)):
        assert torch.equal(written(generator, prompt, seed, sampling=sampling)[0], batch[row])


def test_a_drafter_places_no_things_where_none_are_named(generator):
    assert generator.drafts
    for prompt in ("", "in the snow", "bureaucracy"):
        assert generator.drafter.draft(prompt, 0, everywhere(GRID)) is None


@pytest.fixture
def sketched(generator, monkeypatch):
    """Places that are stored for "in a field": every code is 7, and a gate that copies them."""
    names, codes = np.array(["field/day/clear/3d"]), np.full((1, VARIANTS, 24 * 24), 7, np.uint16)
    monkeypatch.setattr(generator.drafter, "places", StoredPlaces(names, codes))
    sketch = generator.drafter.sketch
    monkeypatch.setattr(generator.drafter, "sketch", partial(_of_twelve, sketch))
    with torch.no_grad():
        generator.masked.draft_gate.bias.fill_(1000.0)
    yield generator
    with torch.no_grad():
        generator.masked.draft_gate.bias.fill_(0.0)


def _of_twelve(sketch, *told):
    found = sketch(*told)
    return None if found is None else found[: GRID[0], : GRID[1]]


def test_what_is_behind_an_empty_picture_begins_from_a_sketch_of_its_place(sketched):
    sampling = replace(SAMPLING, ar_ratio=0.0, num_steps=4)
    for wish in ("a bench in a field", "a field"):
        behind, _ = drawn(sketched, [wish], sampling=sampling)
        assert (behind == 7).all(), wish
    other, _ = drawn(sketched, ["a bench in the desert"], sampling=sampling)
    assert (other == 7).float().mean() < 0.2
    whole, _ = drawn(sketched, ["a field"], sampling=replace(SAMPLING, ar_ratio=0.5))
    assert (whole == 7).all(), "the twin is told all of it"


def test_where_some_of_a_picture_stands_nothing_is_sketched(sketched):
    sampling = replace(SAMPLING, ar_ratio=0.0, num_steps=4)
    given = torch.full((GRID[0] * GRID[1],), sketched.mask_id)
    given[:24] = 3
    tokens = written(sketched, ["a field"], sampling=sampling, given=given)
    assert (tokens == 7).float().mean() < 0.2


@pytest.mark.parametrize("wish", ["a field", "a bench in a field"])
def test_each_row_is_sketched_for_itself(sketched, wish):
    sampling = replace(SAMPLING, ar_ratio=0.0, num_steps=4)
    given = torch.full((2, GRID[0] * GRID[1]), sketched.mask_id)
    given[1, :24] = 3
    both = written(sketched, [wish, wish], seed=4, sampling=sampling, given=given)
    alone = [
        written(sketched, [wish], seed=4, sampling=sampling, given=row[None])[0] for row in given
    ]
    shares = [(tokens == 7).float().mean() for tokens in both]
    assert shares[0] > 0.2 > 2 * shares[1]
    assert all(torch.equal(one, other) for one, other in zip(both, alone, strict=True))
