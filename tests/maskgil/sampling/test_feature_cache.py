"""Fast mode: reused features, guidance in some steps only, the start every picture shares."""

import argparse
import dataclasses

import pytest
import torch

from maskgil.cli import add_sampling_arguments, sampling_changes
from maskgil.config import TransformerConfig
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_causal, decode_masked
from maskgil.sampling.feature_cache import FeatureCache, changed, drop_old_start, kept_start
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from maskgil.sampling.logits import guide, row_generators

BY_CLASS = TransformerConfig(
    num_layers=3, num_heads=2, dim=16, codebook_size=32, max_grid_size=(4, 5), num_classes=6,
    hidden_multiple_of=8,
)  # fmt: skip
LAYOUTS = {
    "class": BY_CLASS,
    "nano": BY_CLASS.replace(
        condition="caption", caption_dim=5, max_caption_length=8, null_length=2, qk_norm=True,
        learned_positions=True,
    ),
    "post-norm": BY_CLASS.replace(qk_norm=True, post_norm=True),
    "released": BY_CLASS.replace(rope_1d_shifted=True, condition_last=True),
}  # fmt: skip
N = 20


def null_start(model, grid_size):
    """The start of a picture with these weights."""
    drop_old_start(model)
    return kept_start(model, grid_size)


def build(config: TransformerConfig) -> Transformer:
    torch.manual_seed(0)
    model = Transformer(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # so that effects are visible
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def some_condition(config: TransformerConfig, rows: tuple[int, ...] = (0, 1)):
    """Class labels, or captions of different lengths."""
    if config.condition == "class":
        return torch.tensor([2, 5, 0])[list(rows)]
    embeds = torch.randn(3, 7, 5, generator=torch.Generator().manual_seed(1))
    caption = CaptionCondition(embeds, torch.arange(7) < torch.tensor([3, 7, 1])[:, None])
    return caption[list(rows)]


def grids(model, sampling, rows=(0, 1), given=None):
    """The grid after every step, one seed a row."""
    tokens = torch.full((len(rows), N), model.mask_id) if given is None else given
    condition = some_condition(model.config, rows)
    fn = GuidedLogits(model, condition, len(rows), sampling=sampling)
    return list(
        decode_masked(
            fn, tokens, mask_id=model.mask_id, num_steps=sampling.num_steps,
            generator=row_generators([7 + row for row in rows]),
        )
    )  # fmt: skip


def some_given(model, count: int) -> torch.Tensor:
    """(2, N): `count` tokens of the first row given, twice as many of the second."""
    tokens = torch.full((2, N), model.mask_id)
    for row in range(2):
        places = torch.randperm(N, generator=torch.Generator().manual_seed(row))
        tokens[row, places[: count * (row + 1)]] = 3 + row
    return tokens


class Widths:
    """Rows and tokens that the first block computed in every forward pass."""

    def __init__(self, model):
        self.shapes = []
        self.handle = model.blocks[0].register_forward_pre_hook(
            lambda module, inputs: self.shapes.append(tuple(inputs[0].shape[:2]))
        )

    def __enter__(self):
        return self.shapes

    def __exit__(self, *_):
        self.handle.remove()


@pytest.mark.parametrize("config", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("given", [0, 4])
def test_refreshing_in_every_step_draws_what_the_normal_mode_draws(config, given):
    model = build(config)
    normal = SamplingConfig(num_steps=6)
    exact = dataclasses.replace(normal, reuse_features=True, refresh_every=1)
    start = some_given(model, given)
    for a, b in zip(
        grids(model, normal, given=start), grids(model, exact, given=start), strict=True
    ):
        assert torch.equal(a, b)


@pytest.mark.parametrize("config", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_reuse_is_exact_in_one_layer_whose_keys_depend_on_their_own_token_alone(config):
    model = build(config.replace(num_layers=1))
    condition = some_condition(config)
    normal = SamplingConfig(num_steps=6, guidance_scale=2.0)
    reused = dataclasses.replace(normal, reuse_features=True)
    fns = [GuidedLogits(model, condition, 2, sampling=s) for s in (normal, reused)]
    tokens = torch.full((2, N), model.mask_id)
    generator = torch.Generator().manual_seed(3)
    for _ in range(6):
        torch.testing.assert_close(fns[1](tokens), fns[0](tokens), rtol=0, atol=1e-4)
        settled = torch.rand(2, N, generator=generator) < 0.2
        code = torch.randint(0, 32, (2, N), generator=generator)
        tokens = torch.where(settled & (tokens == model.mask_id), code, tokens)


def test_only_masked_and_newly_written_tokens_are_computed():
    model = build(BY_CLASS)
    sampling = SamplingConfig(num_steps=5, guidance_scale=1.0, reuse_features=True)
    with Widths(model) as shapes:
        steps = grids(model, sampling, rows=(0,))
    masked = [N, *(int((grid == model.mask_id).sum()) for grid in steps[:-1])]
    # Beside an empty grid nothing is kept; later steps compute what was masked one step before.
    assert shapes == [(1, N + 1), (1, N + 1), *((1, count) for count in masked[1:-1])]
    sampling = dataclasses.replace(sampling, refresh_every=3)
    with Widths(model) as shapes:
        steps = grids(model, sampling, rows=(0,))
    masked = [N, *(int((grid == model.mask_id).sum()) for grid in steps[:-1])]
    widths = [N + 1, N + 1, masked[1], N + 1, masked[3]]
    assert shapes == [(1, width) for width in widths]


def test_given_tokens_are_computed_once():
    model = build(BY_CLASS)
    tokens = torch.full((1, N), model.mask_id)
    tokens[:, :15] = 4
    sampling = SamplingConfig(num_steps=5, guidance_scale=1.0, reuse_features=True)
    with Widths(model) as shapes:
        *_, last = grids(model, sampling, rows=(0,), given=tokens)
    assert shapes[0] == (1, N + 1) and max(width for _, width in shapes[1:]) <= 5
    assert (last[:, :15] == 4).all()


def test_reuse_is_an_approximation_in_deeper_models():
    model = build(BY_CLASS)
    prefix = model.embed_condition(torch.tensor([2]), 1)
    features = FeatureCache(model, prefix, (4, 5))
    tokens = some_given(model, 6)[:1]
    masked = tokens == model.mask_id
    exact = model.logits(tokens, prefix, where=masked)
    torch.testing.assert_close(features.logits(tokens, 1), exact, rtol=0, atol=1e-5)
    tokens = tokens.masked_scatter(masked, torch.where(torch.arange(14) < 5, 1, model.mask_id))
    approximate = features.logits(tokens, 2)
    error = (approximate - model.logits(tokens, prefix)[tokens == model.mask_id]).abs()
    assert 1e-4 < error.mean() < 0.5 * exact.std()


@pytest.mark.parametrize("config", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_seed_draws_the_same_in_fast_mode_whatever_the_batch(config):
    model = build(config)
    for sampling in (SamplingConfig().fast(), SamplingConfig(reuse_features=True, num_steps=5)):
        *_, batch = grids(model, sampling, rows=(0, 1, 2))
        for row in range(3):
            *_, alone = grids(model, sampling, rows=(row,))
            assert torch.equal(alone[0], batch[row])


def test_rows_settle_at_their_own_pace():
    """Rows with fewer masked tokens repeat a position; nothing of theirs is disturbed."""
    model = build(BY_CLASS)
    sampling = SamplingConfig(num_steps=6, reuse_features=True)
    start = some_given(model, 6)
    start[0, 0] = start[1, 0] = 1
    *_, both = grids(model, sampling, given=start)
    for row in range(2):
        *_, alone = grids(model, sampling, rows=(row,), given=start[row : row + 1])
        assert torch.equal(alone[0], both[row])
    assert torch.equal(both[start != model.mask_id], start[start != model.mask_id])
    assert not (both == model.mask_id).any()


def test_changed_positions():
    which = torch.tensor([[0, 1, 1, 0], [0, 0, 0, 1], [1, 1, 1, 0]]).bool()
    positions, real = changed(which, 3)
    assert positions.tolist() == [[1, 2, 1], [3, 3, 3], [0, 1, 2]]
    assert real.tolist() == [[True, True, False], [True, False, False], [True, True, True]]


def test_guidance_every_keeps_the_last_difference():
    model = build(BY_CLASS)
    condition = some_condition(BY_CLASS)
    sampling = SamplingConfig(num_steps=6, guidance_scale=3.0, guidance_every=3)
    fn = GuidedLogits(model, condition, 2, sampling=sampling)
    tokens, difference = some_given(model, 3), None
    for step in range(6):
        conditional = model.logits(tokens, condition)
        if step % 3 == 0:
            difference = conditional - model.logits(tokens, None)
        expected = guide(conditional, conditional - difference, 3.0)
        masked = tokens == model.mask_id
        torch.testing.assert_close(fn(tokens), expected[masked], rtol=0, atol=1e-4)
        first = masked & (masked.cumsum(-1) <= 2)
        tokens = tokens.masked_fill(first, step)


def test_the_unconditional_rows_run_only_where_they_count():
    model = build(BY_CLASS)
    null_start(model, (4, 5))
    expected = {
        (1, (0.0, 1.0)): [1, 2, 2, 2, 2, 2],
        (2, (0.0, 1.0)): [1, 1, 2, 1, 2, 1],
        (3, (0.0, 1.0)): [1, 1, 1, 2, 1, 1],
        (2, (0.25, 1.0)): [1, 1, 2, 1, 2, 1],
        (1, (0.3, 0.7)): [1, 1, 2, 2, 2, 1],
        (1, (0.5, 0.5)): [1] * 6,
    }
    for (every, interval), rows in expected.items():
        sampling = SamplingConfig(num_steps=6, guidance_every=every, guidance_interval=interval)
        with Widths(model) as shapes:
            grids(model, sampling, rows=(0,))
        assert [shape[0] for shape in shapes] == rows, (every, interval)


def test_fast_mode_computes_less_than_half():
    model = build(BY_CLASS.replace(max_grid_size=(16, 16)))
    null_start(model, (16, 16))
    work = {}
    for name, sampling in (("normal", SamplingConfig()), ("fast", SamplingConfig().fast())):
        fn = GuidedLogits(model, torch.tensor([2]), 1, sampling=sampling)
        tokens = torch.full((1, 256), model.mask_id)
        with Widths(model) as shapes:
            list(decode_masked(fn, tokens, mask_id=model.mask_id))
        work[name] = sum(rows * width for rows, width in shapes)
    assert work["normal"] == 15 * 257
    assert work["fast"] < 8 * 257


@pytest.mark.parametrize("config", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_start_is_the_null_conditions_and_follows_the_weights(config):
    model = build(config)
    tokens = torch.full((1, N), model.mask_id)
    with torch.inference_mode():
        start = null_start(model, (4, 5))
    with Widths(model) as shapes:
        again = null_start(model, (4, 5))
    assert again is start and not shapes
    torch.testing.assert_close(start, model.logits(tokens, None)[0])
    other = null_start(model, (2, 3))
    torch.testing.assert_close(other, model.logits(tokens[:, :6], None, grid_size=(2, 3))[0])
    with torch.no_grad():
        model.blocks[1].mlp.down.weight[0] += 1.0
    edited = null_start(model, (4, 5))
    assert not torch.allclose(edited, start)
    torch.testing.assert_close(edited, model.logits(tokens, None)[0])


@pytest.mark.parametrize("fused", [False, True])
def test_the_start_follows_every_step_of_training(fused):
    model = build(BY_CLASS)
    before = null_start(model, (4, 5))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, fused=fused)
    tokens = some_given(model, 4)
    model.logits(tokens, some_condition(BY_CLASS)).logsumexp(-1).sum().backward()
    optimizer.step()
    empty = torch.full((1, N), model.mask_id)
    after = null_start(model, (4, 5))
    torch.testing.assert_close(after, model.logits(empty, None)[0])
    assert not torch.allclose(after, before)
    assert not after.requires_grad


def test_weights_loaded_in_inference_mode_keep_no_start():
    with torch.inference_mode():
        model = build(BY_CLASS)
        first = null_start(model, (4, 5))
        model.head.weight.mul_(2.0)
        torch.testing.assert_close(null_start(model, (4, 5)), first * 2)


@pytest.mark.parametrize("config", [LAYOUTS["class"], LAYOUTS["nano"]], ids=["class", "caption"])
@pytest.mark.parametrize("interval", [(0.0, 1.0), (0.3, 0.7), (0.0, 0.4), (0.5, 1.0), (0.6, 0.6)])
def test_causal_guidance_in_an_interval_equals_two_plain_passes(config, interval):
    """Cached decoding, token for token, against both passes of the whole sequence every time."""
    model = build(config.replace(causal=True))
    condition = some_condition(config)
    sampling = SamplingConfig(guidance_scale=3.0, guidance_interval=interval)
    written = torch.zeros(2, 0, dtype=torch.long)

    def uncached(tokens):
        nonlocal written
        written = torch.cat([written, tokens], dim=1)
        length = written.shape[1]
        padded = torch.zeros(2, N, dtype=torch.long)
        padded[:, :length] = written
        conditional = model.logits(padded, condition)[:, length]
        inside = interval[0] <= length / N and (length / N < interval[1] or interval[1] == 1.0)
        if not inside:
            return conditional
        return guide(conditional, model.logits(padded, None)[:, length], 3.0)

    start = torch.full((2, N), model.mask_id)
    start[:, 2], start[0, 9], start[:, 12:14] = 5, 6, 7
    drawn = []
    with Widths(model) as shapes:
        cached = GuidedNext(model, condition, 2, sampling=sampling, num_tokens=N)
        for fn in (cached, uncached):
            steps = decode_causal(
                fn, start, mask_id=model.mask_id, generator=row_generators([3, 4])
            )
            drawn.append(list(steps))
            if fn is cached:
                seen = list(shapes)
    assert all(map(torch.equal, *drawn)) and len(drawn[0]) == len(drawn[1])
    if interval == (0.6, 0.6):
        assert {rows for rows, _ in seen} == {2}  # the unconditional pass is not run at all
    if interval == (0.0, 1.0):
        assert {rows for rows, _ in seen} == {4}


@pytest.mark.parametrize(("name", "value"), [("refresh_every", 0), ("guidance_every", -1)])
def test_bad_settings_are_named(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        SamplingConfig(**{name: value})


def test_commands_take_fast_mode_and_the_settings_of_guidance():
    parser = argparse.ArgumentParser()
    add_sampling_arguments(parser)

    def asked(line: str) -> SamplingConfig:
        return SamplingConfig(**sampling_changes(parser.parse_args(line.split())))

    assert asked("") == SamplingConfig()
    assert asked("--fast --steps 12") == SamplingConfig(num_steps=12).fast()
    expected = SamplingConfig(guidance_schedule="linear", guidance_interval=(0.25, 0.75))
    assert asked("--guidance-schedule linear --guidance-interval .25 .75") == expected
    preset = SamplingConfig(guidance_scale=1.0, ar_guidance_scale=2.0)
    changes = sampling_changes(parser.parse_args(["--guidance", "3"]))
    assert dataclasses.replace(preset, **changes).autoregressive().guidance_scale == 3.0
    both = asked("--guidance 3 --ar-guidance 1.5")
    assert (both.guidance_scale, both.autoregressive().guidance_scale) == (3.0, 1.5)
    with pytest.raises(ValueError, match=r"guidance_interval is \(0\.8, 0\.2\)"):
        asked("--guidance-interval .8 .2")


class Wrapped:
    """A masked model that is no Transformer of ours, with the parts of one."""

    def __init__(self, model: Transformer, *, supports_feature_cache: bool) -> None:
        self.model, self.supports_feature_cache = model, supports_feature_cache

    def __getattr__(self, name: str):
        return getattr(self.model, name)


def test_the_protocol_says_whether_features_are_kept():
    model = build(LAYOUTS["nano"])
    condition, tokens = some_condition(model.config), torch.full((2, N), model.mask_id)
    tokens[:, 0] = 1
    sampling = SamplingConfig(guidance_scale=3.0).fast()
    able, unable = (Wrapped(model, supports_feature_cache=able) for able in (True, False))
    with torch.inference_mode():
        wanted = GuidedLogits(model, condition, 2, sampling=sampling, grid_size=(4, 5))(tokens)
        found = GuidedLogits(able, condition, 2, sampling=sampling, grid_size=(4, 5))(tokens)
    torch.testing.assert_close(found, wanted)
    with pytest.raises(ValueError, match="--fast"):
        GuidedLogits(unable, condition, 2, sampling=sampling)
