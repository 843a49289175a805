"""Preset photo: aMUSEd's real parts from diffusers, tiny, behind the ImageGenerator protocol."""

import json
import string
from dataclasses import replace

import pytest
import torch
from PIL import Image

from maskgil.checkpoints import CheckpointError
from maskgil.pipelines.amused import AESTHETIC_SCORE, check_photo, load_photo
from maskgil.pipelines.request import DrawRequest
from maskgil.prompts import Reading

diffusers = pytest.importorskip("diffusers", reason="diffusers is not installed")
GRID, MASK, CODES = 4, 39, 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny aMUSEd with random weights in diffusers' own layout."""
    from tokenizers import pre_tokenizers
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

    path = tmp_path_factory.mktemp("amused")
    torch.manual_seed(0)
    diffusers.UVit2DModel(
        hidden_size=32, cond_embed_dim=32, micro_cond_encode_dim=2, micro_cond_embed_dim=10,
        encoder_hidden_size=32, vocab_size=MASK + 1, codebook_size=CODES, in_channels=32,
        block_out_channels=32, num_res_blocks=1, block_num_heads=1, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32, sample_size=GRID,
    ).save_pretrained(path / "transformer")  # fmt: skip
    diffusers.VQModel(
        act_fn="silu", block_out_channels=[8, 8], down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2, in_channels=3, out_channels=3, latent_channels=8,
        layers_per_block=1, norm_num_groups=8, num_vq_embeddings=CODES, sample_size=2 * GRID,
        mid_block_add_attention=False, lookup_from_codebook=True,
    ).save_pretrained(path / "vqvae")  # fmt: skip
    config = CLIPTextConfig(
        hidden_size=32, projection_dim=32, intermediate_size=8, num_attention_heads=4,
        num_hidden_layers=2, vocab_size=300, max_position_embeddings=16,
        bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    CLIPTextModelWithProjection(config).save_pretrained(path / "text_encoder")
    diffusers.AmusedScheduler(mask_token_id=MASK).save_pretrained(path / "scheduler")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = ["<|startoftext|>", "<pad>", "<|endoftext|>", *letters]
    words += [letter + "</w>" for letter in string.ascii_lowercase]
    vocabulary = {word: index for index, word in enumerate(dict.fromkeys(words))}
    (path / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (path / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    CLIPTokenizer(
        vocab=str(path / "vocab.json"), merges=str(path / "merges.txt"), model_max_length=16
    ).save_pretrained(path / "tokenizer")
    return path


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

    from maskgil.pipelines.amused import SAMPLING
    from maskgil.sampling.mask_schedules import masked_counts

    counts = masked_counts(SAMPLING.schedule, 12, 1024)
    for done, ours in enumerate(counts[:-1], start=1):
        assert 0 <= ours - math.floor(1024 * math.cos(done / 12 * math.pi / 2)) <= 1
    assert SAMPLING.choice_temperature == 2.0


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


def test_missing_parts_end_in_one_line(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (tmp_path / "vqvae").mkdir()
    with pytest.raises(CheckpointError, match="lacks transformer, text_encoder"):
        check_photo(tmp_path)
    with pytest.raises(CheckpointError, match="no aMUSEd weights in nobody/nothing: "):
        load_photo("nobody/nothing")
    with pytest.raises(CheckpointError, match=r"none in the cache.*offline mode"):
        check_photo()
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match="needs diffusers: pip install"):
        check_photo()
