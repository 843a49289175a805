"""The Transformer: shapes, padding, null condition, `where`, causality, cache, sizes."""

import pytest
import torch

from maskgil.config import SIZES, TransformerConfig
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.transformer import Transformer
from maskgil.train.tasks.losses import causal_cross_entropy, masked_cross_entropy, random_mask

TINY = TransformerConfig(
    num_layers=2,
    num_heads=2,
    dim=16,
    codebook_size=11,
    max_grid_size=(3, 4),
    condition="caption",
    caption_dim=6,
    max_caption_length=9,
    hidden_multiple_of=8,
    qk_norm=True,
    learned_positions=True,
)
VARIANTS = {
    "plain": TINY.replace(qk_norm=False, learned_positions=False),
    "nano": TINY,
    "post-norm": TINY.replace(post_norm=True),
    "long null": TINY.replace(null_length=4),
    "causal": TINY.replace(causal=True),
    "causal post-norm": TINY.replace(causal=True, post_norm=True, null_length=3),
}


def build(config: TransformerConfig) -> Transformer:
    torch.manual_seed(0)
    model = Transformer(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # so that effects are visible
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS.keys())
def model(request) -> Transformer:
    return build(request.param)


def captions(lengths: tuple[int, ...], total: int = 9) -> CaptionCondition:
    generator = torch.Generator().manual_seed(1)
    embeds = torch.randn(len(lengths), total, TINY.caption_dim, generator=generator)
    return CaptionCondition(embeds, torch.arange(total) < torch.tensor(lengths)[:, None])


def some_tokens(config: TransformerConfig, batch: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(2)
    top = config.codebook_size + (0 if config.causal else 1)
    return torch.randint(0, top, (batch, config.max_tokens), generator=generator)


def test_a_caption_alone_and_padded_in_a_batch_give_the_same_logits(model):
    condition, tokens = captions((3, 7, 5)), some_tokens(model.config, 3)
    together = model.logits(tokens, condition)
    assert together.shape == (3, 12, 11)
    for row, length in enumerate((3, 7, 5)):
        alone = CaptionCondition(condition.embeds[row : row + 1, :length])
        torch.testing.assert_close(
            model.logits(tokens[row : row + 1], alone)[0], together[row], rtol=0, atol=2e-5
        )


def test_the_side_and_the_values_of_padding_do_not_matter(model):
    condition, tokens = captions((3, 7, 5)), some_tokens(model.config, 3)
    moved, mask = torch.full_like(condition.embeds, 7.0), torch.zeros_like(condition.mask)
    for row, length in enumerate((3, 7, 5)):
        moved[row, -length:] = condition.embeds[row, :length]
        mask[row, -length:] = True
    torch.testing.assert_close(
        model.logits(tokens, CaptionCondition(moved, mask)),
        model.logits(tokens, condition),
        rtol=0,
        atol=2e-5,
    )


def test_dropped_rows_get_the_null_condition_and_the_others_stay(model):
    condition, tokens = captions((3, 7, 5)), some_tokens(model.config, 3)
    mixed = model.logits(tokens, condition, drop=torch.tensor([True, False, True]))
    null, plain = model.logits(tokens, None), model.logits(tokens, condition)
    torch.testing.assert_close(mixed[[0, 2]], null[[0, 2]], rtol=0, atol=2e-5)
    torch.testing.assert_close(mixed[1], plain[1], rtol=0, atol=2e-5)
    assert (null - plain).abs().max() > 1e-2


def test_dropping_a_caption_shorter_than_the_null_condition():
    model = build(VARIANTS["long null"])
    tokens = some_tokens(model.config, 1)
    short = CaptionCondition(torch.randn(1, 2, TINY.caption_dim))
    torch.testing.assert_close(
        model.logits(tokens, short, drop=torch.tensor([True])), model.logits(tokens, None)
    )


def test_logits_where_asked_equal_the_full_ones_there(model):
    condition, tokens = captions((3, 7, 5)), some_tokens(model.config, 3)
    where = torch.rand(tokens.shape, generator=torch.Generator().manual_seed(3)) < 0.4
    picked = model.logits(tokens, condition, where=where)
    torch.testing.assert_close(picked, model.logits(tokens, condition)[where], rtol=0, atol=2e-5)


def test_an_embedded_condition_can_be_reused(model):
    condition, tokens = captions((3, 7, 5)), some_tokens(model.config, 3)
    prefix = model.embed_condition(condition, 3)
    assert torch.equal(model.logits(tokens, prefix), model.logits(tokens, condition))


def test_the_caption_and_every_token_are_used_by_a_bidirectional_model():
    model = build(VARIANTS["nano"])
    condition, tokens = captions((3,)), some_tokens(model.config, 1)
    plain = model.logits(tokens, condition)
    changed = tokens.clone()
    changed[0, -1] = (changed[0, -1] + 1) % 11
    assert (model.logits(changed, condition)[0, 0] - plain[0, 0]).abs().max() > 1e-4
    assert (model.logits(tokens, captions((4,)))[0, 0] - plain[0, 0]).abs().max() > 1e-4


def test_a_causal_model_never_looks_ahead():
    model = build(VARIANTS["causal"])
    condition, tokens = captions((3, 7)), some_tokens(model.config, 2)
    plain = model.logits(tokens, condition)
    for position in range(12):
        changed = tokens.clone()
        changed[:, position] = (changed[:, position] + 1) % 11
        new = model.logits(changed, condition)
        assert torch.equal(new[:, : position + 1], plain[:, : position + 1])
        if position < 11:
            assert (new[:, position + 1] - plain[:, position + 1]).abs().max() > 1e-5


@pytest.mark.parametrize("name", ["causal", "causal post-norm"])
@pytest.mark.parametrize("chunk", [1, 5])
def test_cached_decoding_equals_teacher_forcing(name, chunk):
    model = build(VARIANTS[name])
    condition, tokens = captions((3, 7)), some_tokens(model.config, 2)
    full = model.logits(tokens, condition)
    logits, cache = model.start(condition, 2)
    torch.testing.assert_close(logits, full[:, 0], rtol=0, atol=2e-5)
    for start in range(0, 11, chunk):
        end = min(start + chunk, 11)
        logits = model.step(tokens[:, start:end], cache)
        torch.testing.assert_close(logits, full[:, end], rtol=0, atol=2e-5)


def test_a_full_cache_refuses_more():
    model = build(VARIANTS["causal"])
    _, cache = model.start(None, 1)
    model.step(torch.zeros(1, 12, dtype=torch.long), cache)
    with pytest.raises(ValueError, match="full"):
        model.step(torch.zeros(1, 1, dtype=torch.long), cache)


def test_2d_rope_sees_rows_and_columns():
    config = VARIANTS["plain"]
    model = build(config)
    tokens = torch.arange(12)[None] % 11
    tall = model.logits(tokens, None, grid_size=(3, 4))
    with pytest.raises(ValueError, match="larger"):
        model.logits(tokens, None, grid_size=(4, 3))
    wide = build(config.replace(max_grid_size=(4, 4))).logits(tokens, None, grid_size=(4, 3))
    assert (tall - wide).abs().max() > 1e-3


def test_scores_depend_on_relative_position_only():
    """Shifting a pair of tokens over the grid leaves the score between them as it was."""
    from maskgil.models.layers import apply_rope, rope_table

    config = TINY.replace(max_grid_size=(8, 8))
    cos, sin = rope_table(config, (8, 8), 0, torch.device("cpu"))
    vector = torch.randn(1, 1, 2, config.num_heads, config.head_dim)
    turned = apply_rope(vector.expand(1, 64, -1, -1, -1), cos, sin)  # (1, 64, 2, H, D)
    score = torch.einsum("shd,thd->hst", turned[0, :, 0], turned[0, :, 1]).view(-1, 8, 8, 8, 8)
    torch.testing.assert_close(score[:, 1, 2, 3, 5], score[:, 4, 0, 6, 3], rtol=1e-4, atol=1e-5)
    assert (score[:, 1, 2, 3, 5] - score[:, 1, 2, 5, 3]).abs().max() > 1e-3


def test_a_grid_of_tokens_gives_its_own_size():
    model = build(VARIANTS["plain"])
    tokens = torch.arange(6).view(1, 2, 3)
    expected = model.logits(tokens.flatten(1), None, grid_size=(2, 3))
    assert torch.equal(model.logits(tokens, None), expected)
    with pytest.raises(ValueError, match="do not fill"):
        model.logits(tokens.flatten(1), None, grid_size=(2, 2))


def test_class_labels_and_their_null():
    config = TINY.replace(condition="class", num_classes=5)
    model = build(config)
    tokens = some_tokens(config, 2)
    labels = torch.tensor([0, 4])
    drop = torch.tensor([False, True])
    mixed = model.logits(tokens, labels, drop=drop)
    torch.testing.assert_close(mixed[0], model.logits(tokens, labels)[0])
    torch.testing.assert_close(mixed[1], model.logits(tokens, None)[1])
    with pytest.raises(ValueError, match="class labels"):
        model.logits(tokens, torch.tensor([1]))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (CaptionCondition(torch.zeros(1, 3, 5)), "expected"),
        (CaptionCondition(torch.zeros(1, 10, 6)), "1 to 9"),
        (CaptionCondition(torch.zeros(1, 3, 6), torch.zeros(1, 3, dtype=torch.bool)), "no real"),
        (CaptionCondition(torch.zeros(1, 3, 6), torch.ones(1, 4, dtype=torch.bool)), "mask"),
    ],
)
def test_bad_captions_are_named(condition, message):
    with pytest.raises(ValueError, match=message):
        build(TINY).logits(some_tokens(TINY, 1), condition)


@pytest.mark.parametrize(
    "change",
    [
        {"num_heads": 3},
        {"condition": "text"},
        {"caption_dim": 0},
        {"dropout": 1.0},
        {"max_grid_size": (0, 4)},
        {"null_length": 10},
        {"num_layers": 0},
        {"causal": True, "condition_last": True},
    ],
)
def test_bad_configs_are_refused(change):
    with pytest.raises(ValueError):
        TINY.replace(**change)


def test_config_round_trip_and_unknown_keys():
    assert TransformerConfig.from_dict(TINY.to_dict()) == TINY
    with pytest.raises(ValueError, match="depth"):
        TransformerConfig.from_dict({**TINY.to_dict(), "depth": 3})
    with pytest.raises(ValueError, match="nano"):
        TransformerConfig.named("huge")


@pytest.mark.parametrize(("size", "millions"), [("b", 111), ("l", 343), ("xl", 775), ("xxl", 1400)])
def test_named_sizes_have_the_papers_parameter_counts(size, millions):
    with torch.device("meta"):
        model = Transformer(SIZES[size])
    count = sum(parameter.numel() for parameter in model.parameters()) / 1e6
    assert count == pytest.approx(millions, rel=0.02)


def test_nano_is_what_ships():
    with torch.device("meta"):
        model = Transformer(SIZES["nano"])
    assert sum(parameter.numel() for parameter in model.parameters()) < 7e6
    assert model.config.max_tokens == 144 and model.mask_id == 4096


def test_losses_score_what_they_say_and_train():
    config = TINY
    model = build(config).train()
    tokens = some_tokens(config, 4) % 11
    where = random_mask(4, 12, generator=torch.Generator().manual_seed(0))
    hidden = tokens.masked_fill(where, model.mask_id)
    full = model.logits(hidden, captions((3, 7, 5, 2)))
    picked = model.logits(hidden, captions((3, 7, 5, 2)), where=where)
    loss = masked_cross_entropy(picked, tokens, where)
    torch.testing.assert_close(loss, masked_cross_entropy(full, tokens, where))
    manual = -full.log_softmax(-1).gather(-1, tokens[..., None])[..., 0][where].mean()
    torch.testing.assert_close(loss, manual)
    smoothed = masked_cross_entropy(picked, tokens, where, label_smoothing=0.1)
    assert smoothed != loss
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    for _ in range(30):
        logits = model.logits(hidden, captions((3, 7, 5, 2)), where=where)
        last = masked_cross_entropy(logits, tokens, where)
        optimizer.zero_grad()
        last.backward()
        optimizer.step()
    assert last < 0.3 * loss


def test_every_parameter_gets_a_gradient():
    for config in (TINY, VARIANTS["causal post-norm"]):
        model = build(config).train()
        tokens = some_tokens(config, 2) % 11
        drop = torch.tensor([True, False])
        logits = model.logits(tokens, captions((3, 7)), drop=drop)
        causal_cross_entropy(logits, tokens).backward()
        for name, parameter in model.named_parameters():
            assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


def test_random_masks_hide_at_least_one_token_and_follow_the_schedule():
    generator = torch.Generator().manual_seed(0)
    mask = random_mask(4000, 16, generator=generator)
    counts = mask.sum(-1)
    assert counts.min() >= 1 and counts.max() == 16
    # E[ceil(16 cos(πt/2))] is 16 · 2/π and half a token of rounding
    assert counts.float().mean() == pytest.approx(16 * 2 / torch.pi + 0.5, abs=0.3)
    half = random_mask(100, 16, generator=generator, schedule=lambda t: 0.5)
    assert (half.sum(-1) == 8).all()
    again = random_mask(4000, 16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(mask, again)
