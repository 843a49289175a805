"""Drafts of whole pictures and of parts of them, from the prompt to the tokens that are written."""

from pathlib import Path

import pytest
import torch

pytest.importorskip("resvg_py")

from maskgil.config import TransformerConfig
from maskgil.models.conditioning import NO_CODE
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.nano.drafts.draft import Drafts
from maskgil.nano.drafts.references import DrawnReferences
from maskgil.nano.nearest_nouns import NearestNouns
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.scene_prompts import ScenePromptReader
from maskgil.nano.world.nouns import noun
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
    drafts = Drafts(DrawnReferences(Renderer(Art(ART)), tokenizer.encode))
    nearest = NearestNouns([noun(name) for name in NOUNS], encoder)
    reader = ScenePromptReader(nearest, drafts)
    return ImageGenerator(
        tokenizer, masked, causal, encoder, sampling=SAMPLING, reader=reader, drafter=reader
    )


def written(generator: ImageGenerator, prompts, seed=0, **options) -> torch.Tensor:
    """The tokens (B, N) of the pictures."""
    *_, last = generator.stream(DrawRequest(prompts, seed, previews=False, **options))
    return last.tokens


def draft(generator: ImageGenerator, prompt: str, seed: int, hole: torch.Tensor) -> torch.Tensor:
    found = generator.drafter.draft(prompt, seed, hole)
    assert found.shape == hole.shape and (found != NO_CODE).any()
    return found.flatten()


def everywhere(grid: tuple[int, int]) -> torch.Tensor:
    return torch.ones(grid, dtype=torch.bool)


def lower_right(grid: tuple[int, int]) -> torch.Tensor:
    hole = torch.zeros(grid, dtype=torch.bool)
    hole[5:, 4:] = True
    return hole


@pytest.mark.parametrize("grid", [(12, 12), (8, 12), (12, 6)])
def test_pictures_of_every_grid_begin_from_their_drafts(generator, grid):
    tokens = written(generator, ["two mugs", "a bench"], [3, 4], grid_size=grid)
    for row, prompt, seed in zip(tokens, ("two mugs", "a bench"), (3, 4), strict=True):
        codes = draft(generator, prompt, seed, everywhere(grid))
        assert torch.equal(row[codes != NO_CODE], codes[codes != NO_CODE])


def test_a_marked_part_shows_what_is_asked_for_there_and_the_rest_stays(generator):
    before = written(generator, "a lamp")
    hole = lower_right(GRID)
    given = before.masked_fill(hole.flatten(), generator.mask_id)
    after = written(generator, "a red mug below a lamp", 5, given=given, part="a red mug")
    codes = draft(generator, "a red mug", 5, hole)
    drafted = codes != NO_CODE
    assert not drafted[~hole.flatten()].any() and drafted.sum() >= 9
    assert torch.equal(after[0][drafted], codes[drafted])
    assert torch.equal(after[0][~hole.flatten()], before[0][~hole.flatten()])
    whole = written(generator, "a red mug", 5, given=given)
    assert torch.equal(whole[0][drafted], codes[drafted]), "without a part it is the prompt"
    nothing = generator._drafted(
        DrawRequest("a lamp", grid_size=GRID, part=""), generator._start(given, 1, GRID)
    )
    assert (nothing.draft == NO_CODE).all()


def test_a_picture_may_keep_the_arrangement_of_another(generator):
    codes = draft(generator, "two mugs on a bench", 8, everywhere(GRID))
    tokens = written(generator, "two mugs on a bench", 9, arrangement=8)
    assert torch.equal(tokens[0][codes != NO_CODE], codes[codes != NO_CODE])
    own = draft(generator, "two mugs on a bench", 9, everywhere(GRID))
    assert not torch.equal(own, codes)


def test_a_picture_may_be_given_its_draft(generator):
    codes = torch.full((GRID[0] * GRID[1],), NO_CODE)
    codes[:20] = torch.arange(20)
    tokens = written(generator, "a mug", draft=codes)
    assert torch.equal(tokens[0][:20], codes[:20])
    given = torch.full_like(codes, generator.mask_id)
    given[:10] = 63
    kept = written(generator, "a mug", draft=codes, given=given)
    assert torch.equal(kept[0][:20], torch.cat((given[:10], codes[10:20])))
    for wrong in (codes[:-1], codes + generator.mask_id):
        with pytest.raises(ValueError, match="a draft has shape"):
            written(generator, "a mug", draft=wrong)


@pytest.mark.parametrize("ratio", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_batch_draws_what_its_rows_draw_alone(generator, ratio, scale):
    sampling = SamplingConfig(
        num_steps=2, guidance_scale=scale, ar_guidance_scale=scale, ar_ratio=ratio
    )
    prompts = ["a mug", "", "in the snow", "ten bowls", "a lighthouse and a qwertz"]
    batch = written(generator, prompts, [1, 2, 3, 4, 5], sampling=sampling)
    for row, (prompt, seed) in enumerate(zip(prompts, range(1, 6), strict=True)):
        assert torch.equal(written(generator, prompt, seed, sampling=sampling)[0], batch[row])


def test_a_drafter_places_no_things_where_none_are_named(generator):
    assert generator.drafts
    for prompt in ("", "in the snow", "bureaucracy"):
        assert generator.drafter.draft(prompt, 0, everywhere(GRID)) is None
