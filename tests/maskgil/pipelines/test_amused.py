"""Preset photo with aMUSEd: its real parts from diffusers, tiny, as an ImageGenerator."""

from dataclasses import replace

import pytest
import torch
from PIL import Image

from maskgil.models.multimodal_layers import AESTHETIC_SCORE
from maskgil.pipelines.photo import AMUSED, load_photo
from maskgil.pipelines.request import DrawRequest
from maskgil.prompts import Reading
from tests.helpers.tiny_photo import needs_diffusers, write_amused

pytestmark = needs_diffusers
GRID, MASK, CODES = 4, 39, 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny aMUSEd with random weights in diffusers' own layout."""
    return write_amused(tmp_path_factory.mktemp("amused"), grid=GRID, codes=CODES, mask=MASK)


@pytest.fixture(scope="module")
def generator(folder):
    return load_photo(folder)


def test_previews_then_a_picture(generator):
    previews = list(generator.stream(DrawRequest("a red apple", seed=3)))
    assert [each.step for each in previews] == list(range(1, 13))
    assert previews[-1].stage == "done" and not (previews[-1].tokens == MASK).any()
    written = [int((each.tokens != MASK).sum()) for each in previews]
    assert written == sorted(written) and written[0] < GRID * GRID
    assert all(each.images[0].size == (2 * GRID, 2 * GRID) for each in previews)
    assert generator.image_size == (2 * GRID, 2 * GRID)


def test_a_model_that_reads_freely_leaves_nothing_out(generator):
    for wish in ("five forks on a wooden table", "🍎", "asdfghjkl", "(red:1.4) cat without a hat"):
        assert generator.read(wish) == Reading(wish, ())


def test_same_seed_same_picture_whatever_the_batch(generator):
    alone = list(generator.stream(DrawRequest("a red apple", seed=7, previews=False)))[-1].tokens
    prompts = ["a dog", "a red apple", "a tree"]
    batch = list(generator.stream(DrawRequest(prompts, seed=[1, 7, 9], previews=False)))[-1].tokens
    assert torch.equal(batch[1], alone[0]) and not torch.equal(batch[0], alone[0])


def test_logits_are_those_of_diffusers_own_pipeline(folder, generator, monkeypatch):
    """Same guided logits for the same tokens, at every step of its loop."""
    from diffusers import AmusedPipeline, AmusedScheduler

    seen = []
    step = AmusedScheduler.step

    def spy(self, model_output, timestep, sample, **given):
        seen.append((sample.clone(), model_output.clone()))
        return step(self, model_output, timestep, sample, **given)

    monkeypatch.setattr(AmusedScheduler, "step", spy)
    pipeline = AmusedPipeline(
        generator.tokenizer.vqvae, generator.encoder.tokenizer, generator.encoder.model,
        generator.masked.transformer, AmusedScheduler.from_pretrained(folder / "scheduler"),
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    latents = pipeline(
        "a red apple", num_inference_steps=3, guidance_scale=10.0, output_type="latent",
        generator=torch.Generator().manual_seed(0),
        micro_conditioning_aesthetic_score=AESTHETIC_SCORE,
    ).images  # fmt: skip
    from maskgil.sampling.guidance import GuidedLogits

    condition = generator._condition(["a red apple"])
    sampling = replace(generator.sampling, num_steps=3)
    ours = GuidedLogits(generator.masked, condition, 1, sampling=sampling)
    with torch.inference_mode():
        for tokens, expected in seen:
            flat = tokens.flatten(1)
            expected = expected.flatten(2).movedim(1, -1)[flat == MASK]
            torch.testing.assert_close(ours(flat), expected, rtol=1e-4, atol=1e-4)
    assert len(seen) == 3 and not (latents == MASK).any()
    theirs = pipeline.vqvae.decode(
        latents, force_not_quantize=True, shape=(1, GRID, GRID, 8)
    ).sample.clamp(0, 1)
    torch.testing.assert_close((generator.tokenizer.decode(latents) + 1) / 2, theirs)


def test_the_published_schedule_is_ours():
    """diffusers masks floor(cos(…) · N) again, ours the ceiling; temperatures fade alike."""
    import math

    from maskgil.sampling.mask_schedules import masked_counts

    sampling = AMUSED.sampling
    counts = masked_counts(sampling.schedule, 12, 1024)
    for done, ours in enumerate(counts[:-1], start=1):
        assert 0 <= ours - math.floor(1024 * math.cos(done / 12 * math.pi / 2)) <= 1
    assert sampling.choice_temperature == 2.0


def test_editing_keeps_what_is_not_marked(generator):
    picture = Image.effect_noise((2 * GRID, 2 * GRID), 80).convert("RGB")
    mask = Image.new("L", picture.size, 0)
    mask.paste(255, (0, 0, GRID, 2 * GRID))
    edited = generator.edit(picture, mask, "a dog", seed=2)
    right = (GRID, 0, 2 * GRID, 2 * GRID)
    assert edited.crop(right).tobytes() == picture.crop(right).tobytes()
    assert edited.tobytes() != picture.tobytes()


def test_it_has_no_autoregressive_half(generator):
    assert generator.source is None
    with pytest.raises(ValueError, match="no autoregressive model"):
        generator.generate("a cat", sampling=replace(generator.sampling, ar_ratio=0.5))
