"""ImageGenerator end to end: real parts, small or untrained."""

import pytest
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.config import TransformerConfig
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.transformer import Transformer
from maskgil.pipelines import previews
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.request import DrawRequest
from maskgil.presets import load_generator
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from maskgil.sampling.logits import guide
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

CONFIG = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=32, max_grid_size=(4, 4), num_classes=6,
    hidden_multiple_of=8, qk_norm=True,
)  # fmt: skip
CAPTIONED = CONFIG.replace(condition="caption", caption_dim=5, max_caption_length=8)


class LetterEncoder:
    """Captions as one feature vector a letter: real features of real text, without weights."""

    dim, max_length = 5, 8

    def encode(self, texts):
        length = max(1, *(min(len(text), 8) for text in texts))
        embeds, mask = torch.zeros(len(texts), length, 5), torch.zeros(len(texts), length).bool()
        mask[:, 0] = True
        for row, text in enumerate(texts):
            for column, letter in enumerate(text[:8]):
                embeds[row, column] = torch.sin(ord(letter) * torch.arange(1, 6) * 0.7)
                mask[row, column] = True
        return CaptionCondition(embeds, mask)


def spread(model: torch.nn.Module) -> torch.nn.Module:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model.eval()


def tokenizer(scale: int = 1) -> CompactVQ:
    return spread(
        CompactVQ(
            CompactVQConfig(
                codebook_size=32,
                image_size=32,
                encoder_width=8,
                decoder_fine=4,
                decoder_coarse=8,
                output_scale=scale,
            )
        )
    )


@pytest.fixture(scope="module")
def by_class() -> ImageGenerator:
    torch.manual_seed(0)
    masked, causal = spread(Transformer(CONFIG)), spread(Transformer(CONFIG.replace(causal=True)))
    return ImageGenerator(tokenizer(), masked, causal)


@pytest.fixture(scope="module")
def by_caption() -> ImageGenerator:
    torch.manual_seed(0)
    masked = spread(Transformer(CAPTIONED))
    causal = spread(Transformer(CAPTIONED.replace(causal=True)))
    return ImageGenerator(tokenizer(scale=2), masked, causal, LetterEncoder())


def test_previews_come_after_every_step_and_the_last_is_done(by_class):
    previews = list(by_class.stream(DrawRequest([2, 5], seed=3)))
    assert [preview.step for preview in previews] == list(range(1, 9))
    assert [preview.stage for preview in previews] == ["masked"] * 7 + ["done"]
    assert all(len(p.images) == 2 and p.images[0].size == (32, 32) for p in previews)
    left = [int((preview.tokens == by_class.mask_id).sum()) for preview in previews]
    assert left == sorted(left, reverse=True) and left[0] > 0 and left[-1] == 0
    thinned = list(by_class.stream(DrawRequest([2, 5], seed=3, preview_every=3)))
    assert [preview.step for preview in thinned] == [3, 6, 8]
    bare = list(by_class.stream(DrawRequest([2, 5], seed=3, previews=False)))
    *_, blind = by_class.stream(DrawRequest([2, 5], seed=3, previews=False, pictures=False))
    assert blind.images == [] and torch.equal(blind.tokens, bare[-1].tokens)
    assert len(bare) == 8 and not bare[0].images and bare[-1].images
    assert torch.equal(bare[-1].tokens, previews[-1].tokens)


@pytest.mark.parametrize("ratio", [0.0, 0.5])
def test_on_a_gpu_no_two_masked_steps_in_turn_are_shown(by_class, ratio, monkeypatch):
    assert by_class.preview_gap == 1 and previews.GAPS == {"cuda": 2}
    request = DrawRequest([2], sampling=SamplingConfig(ar_ratio=ratio))
    usual = list(by_class.stream(request))
    monkeypatch.setattr(by_class, "preview_gap", 2)
    thinned = list(by_class.stream(request))
    assert [p.step for p in thinned] == [p.step for p in usual]
    masked = [bool(p.images) for p in thinned if p.stage == "masked"]
    assert masked == [False, True] * 3 + [False]
    assert all(p.images for p in thinned if p.stage != "masked")
    assert torch.equal(thinned[-1].tokens, usual[-1].tokens)


@pytest.mark.parametrize("ratio", [0.0, 0.25, 0.5, 1.0])
def test_the_same_seed_draws_the_same_picture_whatever_the_batch(by_caption, ratio):
    sampling = SamplingConfig(ar_ratio=ratio)
    prompts, seeds = ["a cat", "two dogs in snow", "a"], [4, 5, 6]
    batch = by_caption.generate(prompts, seed=seeds, sampling=sampling)
    for prompt, seed, image in zip(prompts, seeds, batch, strict=True):
        alone = by_caption.generate(prompt, seed=seed, sampling=sampling)[0]
        assert alone.tobytes() == image.tobytes()
    again = by_caption.generate(prompts, seed=[4, 7, 6], sampling=sampling)
    assert [a.tobytes() == b.tobytes() for a, b in zip(batch, again, strict=True)] == [
        True, False, True,
    ]  # fmt: skip


def test_one_seed_serves_every_row(by_class):
    both = by_class.generate([1, 3], seed=9)
    assert by_class.generate([3], seed=9)[0].tobytes() == both[1].tobytes()


def test_prompts_and_guidance_matter(by_caption):
    pictures = {
        by_caption.generate(prompt, sampling=SamplingConfig(guidance_scale=scale))[0].tobytes()
        for prompt in ("a cat", "a dog")
        for scale in (1.0, 6.0)
    }
    assert len(pictures) == 4


def test_ar_previews_come_at_the_end_of_each_row(by_class):
    previews = list(
        by_class.stream(DrawRequest([1], sampling=SamplingConfig(ar_ratio=0.5, num_steps=4)))
    )
    assert [(preview.step, preview.stage) for preview in previews] == [
        (4, "ar"), (8, "ar"), (9, "masked"), (10, "masked"), (11, "masked"), (12, "done"),
    ]  # fmt: skip
    assert {preview.num_steps for preview in previews} == {12}
    written = previews[1].tokens[0] != by_class.mask_id
    assert written.tolist() == [True] * 8 + [False] * 8


def test_guided_logits_are_two_plain_passes(by_caption):
    model = by_caption.masked
    caption = LetterEncoder().encode(["a cat", "two dogs"])
    tokens = torch.full((2, 16), model.mask_id)
    tokens[:, ::3] = 7
    masked = tokens == model.mask_id
    fn = GuidedLogits(model, caption, 2, sampling=SamplingConfig(guidance_scale=3.0))
    expected = guide(model.logits(tokens, caption), model.logits(tokens, None), 3.0)[masked]
    torch.testing.assert_close(fn(tokens), expected, rtol=0, atol=1e-4)


def test_the_unconditional_pass_is_not_run_outside_the_interval(by_class):
    sizes = []
    handle = by_class.masked.blocks[0].register_forward_pre_hook(
        lambda module, inputs: sizes.append(len(inputs[0]))
    )
    try:
        for interval in ((0.25, 0.75), (0.5, 1.0), (0.25, 0.25)):
            sampling = SamplingConfig(num_steps=4, guidance_interval=interval)
            by_class.generate([1], sampling=sampling)
    finally:
        handle.remove()
    assert sizes == [1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1]


def test_the_head_sees_masked_tokens_only(by_class):
    rows = []
    by_class.generate([1])  # an empty grid's unconditional logits are kept from here on
    handle = by_class.masked.head.register_forward_pre_hook(
        lambda module, inputs: rows.append(inputs[0].shape[0])
    )
    try:
        last = list(
            by_class.stream(DrawRequest([1], sampling=SamplingConfig(num_steps=4), previews=False))
        )
    finally:
        handle.remove()
    left = [16, *(int((p.tokens == by_class.mask_id).sum()) for p in last[:-1])]
    assert rows == [16, *(2 * count for count in left[1:])]


def test_the_condition_is_embedded_once_a_picture(by_caption):
    by_caption.generate("a")
    for ratio, embeddings in ((0.0, (1, 0)), (0.5, (1, 1)), (1.0, (0, 1))):
        models, counts = (by_caption.masked, by_caption.causal), [0, 0]

        def count(index, counts=counts):
            counts[index] += 1

        handles = [
            model.condition.register_forward_pre_hook(lambda *_, index=index: count(index))
            for index, model in enumerate(models)
        ]
        for sampling in (SamplingConfig(ar_ratio=ratio), SamplingConfig(ar_ratio=ratio).fast()):
            counts[:] = [0, 0]
            by_caption.generate(["a cat", "a dog"], sampling=sampling)
            assert tuple(counts) == embeddings
        for handle in handles:
            handle.remove()


def test_ratios_0_and_1_are_the_models_alone_token_for_token(by_class):
    def tokens(generator, ratio):
        *_, last = generator.stream(
            DrawRequest(
                [1, 5], seed=[3, 4], sampling=SamplingConfig(ar_ratio=ratio), previews=False
            )
        )
        return last.tokens

    masked = ImageGenerator(by_class.tokenizer, by_class.masked)
    causal = ImageGenerator(by_class.tokenizer, None, by_class.causal)
    assert torch.equal(tokens(by_class, 0.0), tokens(masked, 0.0))
    assert torch.equal(tokens(by_class, 1.0), tokens(causal, 1.0))
    assert not torch.equal(tokens(masked, 0.0), tokens(causal, 1.0))


def test_guided_next_is_teacher_forcing_with_guidance(by_caption):
    model = by_caption.causal
    caption = LetterEncoder().encode(["a cat", "two dogs"])
    tokens = torch.arange(32).view(2, 16)
    sampling = SamplingConfig(guidance_scale=3.0)
    fn = GuidedNext(model, caption, 2, sampling=sampling, num_tokens=16)
    expected = guide(model.logits(tokens, caption), model.logits(tokens, None), 3.0)
    torch.testing.assert_close(fn(tokens[:, :3]), expected[:, 3], rtol=0, atol=1e-4)
    torch.testing.assert_close(fn(tokens[:, 3:4]), expected[:, 4], rtol=0, atol=1e-4)


def test_the_twin_may_have_guidance_of_its_own(by_caption):
    def tokens(ratio: float, **settings) -> torch.Tensor:
        sampling = SamplingConfig(ar_ratio=ratio, **settings)
        *_, last = by_caption.stream(
            DrawRequest(["a cat"], seed=3, sampling=sampling, previews=False)
        )
        return last.tokens

    own = {"guidance_scale": 1.0, "ar_guidance_scale": 6.0}
    assert torch.equal(tokens(1.0, **own), tokens(1.0, guidance_scale=6.0))
    assert torch.equal(tokens(0.0, **own), tokens(0.0, guidance_scale=1.0))
    assert not torch.equal(tokens(1.0, **own), tokens(1.0, guidance_scale=1.0))
    preset = SamplingConfig(**own)
    assert preset.with_guidance(1.0) == preset  # as it was: nothing was asked for
    assert preset.with_guidance(2.0).autoregressive().guidance_scale == 2.0


def test_given_tokens_stay_in_every_mode(by_class):
    given = torch.full((16,), by_class.mask_id)
    given[[0, 5, 6, 15]] = torch.tensor([3, 0, 31, 8])
    modes = [SamplingConfig(ar_ratio=ratio) for ratio in (0.0, 0.5, 1.0)]
    modes += [mode.fast() for mode in modes]
    modes += [
        SamplingConfig(order="halton"),
        SamplingConfig(temperature=0.0, choice_temperature=0.0),
        SamplingConfig(guidance_scale=1.0, top_k=3, top_p=0.5),
        SamplingConfig(num_steps=50, schedule="released-cosine"),
        SamplingConfig(ar_ratio=0.75, guidance_interval=(0.3, 0.6)),
    ]
    for sampling in modes:
        *_, last = by_class.stream(DrawRequest([1, 2], given=given, sampling=sampling))
        assert (last.tokens[:, [0, 5, 6, 15]] == given[[0, 5, 6, 15]]).all()
        assert not (last.tokens == by_class.mask_id).any()
    full = torch.arange(16)
    (only,) = by_class.stream(DrawRequest([1], given=full))
    assert only.stage == "done" and torch.equal(only.tokens[0], full)


@pytest.mark.parametrize(
    "sampling",
    [
        SamplingConfig(),
        SamplingConfig().fast(),
        SamplingConfig(order="halton", guidance_interval=(0.2, 0.5)),
        SamplingConfig(ar_ratio=0.5),
        SamplingConfig(ar_ratio=1.0),
    ],
    ids=["normal", "fast", "halton", "hybrid", "causal"],
)
def test_edit_changes_only_what_the_mask_touches(by_class, sampling):
    picture = by_class.generate([1], seed=1)[0]
    mask = Image.new("L", (8, 8))
    mask.putpixel((5, 2), 255)  # column 2, row 1 of the 4 x 4 tokens
    edited = by_class.edit(picture, mask, 4, seed=2, sampling=sampling)
    box = (16, 8, 24, 16)
    assert edited.crop(box).tobytes() != picture.crop(box).tobytes()
    blank = Image.new("RGB", (8, 8))
    kept = picture.copy()
    for image in (edited, kept):
        image.paste(blank, box)
    assert edited.tobytes() == kept.tobytes()
    nothing = by_class.edit(picture, Image.new("L", (8, 8)), 4, sampling=sampling)
    assert nothing.tobytes() == picture.tobytes()


def test_sizes_follow_grid_and_tokenizer(by_caption):
    assert by_caption.num_tokens == 16 and by_caption.image_size == (64, 64)
    assert by_caption.generate("a cat")[0].size == (64, 64)
    assert by_caption.generate("a cat", grid_size=(2, 3))[0].size == (48, 32)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"prompts": []}, "nothing to draw"),
        ({"prompts": [6]}, "0 to 5"),
        ({"prompts": [1, 2], "seed": [1]}, "1 seeds for 2 prompts"),
        ({"prompts": [1], "given": torch.zeros(7)}, "given tokens"),
        ({"prompts": [1], "given": torch.full((16,), 40)}, "0 to 32"),
        ({"prompts": [1], "preview_every": 0}, "preview_every"),
        ({"prompts": [1], "grid_size": (5, 4)}, "larger"),
    ],
)
def test_bad_requests_are_named(by_class, arguments, message):
    with pytest.raises(ValueError, match=message):
        list(by_class.stream(DrawRequest(**arguments)))


def test_missing_models_are_named_when_asked_for(by_class):
    alone = ImageGenerator(by_class.tokenizer, by_class.masked)
    with pytest.raises(ValueError, match="no autoregressive model"):
        alone.generate([1], sampling=SamplingConfig(ar_ratio=0.5))
    with pytest.raises(ValueError, match="codebook"):
        ImageGenerator(by_class.tokenizer, Transformer(CONFIG.replace(codebook_size=9)))
    with pytest.raises(ValueError, match="text encoder"):
        ImageGenerator(by_class.tokenizer, Transformer(CAPTIONED))
    with pytest.raises(ValueError, match="unknown preset 'mini'"):
        load_generator("mini")


def test_loading_a_folder_of_weights(tmp_path):
    """The nano preset at its real size with the real text encoder, untrained."""
    torch.manual_seed(0)
    config = TransformerConfig.named("nano", num_layers=1)
    checkpoints.save(CompactVQ(CompactVQConfig()), tmp_path / "tokenizer.safetensors")
    checkpoints.save(Transformer(config), tmp_path / "maskgil.safetensors")
    generator = load_generator("nano", weights=tmp_path)
    assert generator.causal is None
    image = generator.generate("a red apple", sampling=SamplingConfig(num_steps=2))[0]
    assert image.size == (96, 96)
    with pytest.raises(ValueError, match="no weights at"):
        load_generator("nano", weights=tmp_path / "none")
