"""No step of decoding waits for the device: every way to draw, under a guard that raises."""

import dataclasses
from contextlib import nullcontext
from functools import partial

import pytest
import torch

from maskgil.config import TransformerConfig
from maskgil.models import (
    adaln_transformer,
    bert,
    mask_transformer,
    multimodal_layers,
    multimodal_transformer,
    transformer,
)
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Drafted
from maskgil.models.masked_model import Places
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_masked, hybrid_stages
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from maskgil.sampling.logits import Noise, row_generators, uniform
from tests.helpers.no_waiting import NoWaiting, WaitedError

GRID, N = (4, 4), 16
BY_CLASS = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=32, max_grid_size=GRID, num_classes=6,
    hidden_multiple_of=8,
)  # fmt: skip
BY_CAPTION = BY_CLASS.replace(
    condition="caption", caption_dim=5, max_caption_length=8, null_length=2, qk_norm=True,
    learned_positions=True, drafts=True,
)  # fmt: skip


def condition_of(config):
    """Class labels, or captions of different lengths with drafts."""
    if config.condition == "class":
        return torch.tensor([2, 5])
    torch.manual_seed(1)
    mask = torch.arange(7) < torch.tensor([3, 7])[:, None]
    caption = CaptionCondition(torch.randn(2, 7, config.caption_dim), mask)
    if not getattr(config, "drafts", False):
        return caption
    draft = torch.randint(0, 32, (2, N))
    return Drafted(caption, draft.masked_fill(torch.rand(2, N) < 0.5, NO_CODE))


def some_given(mask_id: int) -> torch.Tensor:
    tokens = torch.full((2, N), mask_id)
    tokens[0, :3], tokens[1, 5] = 3, 4
    return tokens


def drawn(config, sampling: SamplingConfig, given, *, guard: NoWaiting) -> list[torch.Tensor]:
    """The grids of both stages, each watched from its model's first call on."""
    torch.manual_seed(0)
    masked = Transformer(config).eval()
    causal = Transformer(config.replace(causal=True, merge=1)).eval()
    condition = condition_of(config)
    tokens = torch.full((2, N), masked.mask_id) if given is None else given
    count = round(sampling.ar_ratio * N)
    next_fn = GuidedNext(causal, condition, 2, sampling=sampling, num_tokens=count, grid_size=GRID)
    logits_fn = GuidedLogits(masked, condition, 2, sampling=sampling, grid_size=GRID)
    stages = hybrid_stages(
        guard.watched(next_fn), guard.watched(logits_fn), tokens, sampling, grid_size=GRID,
        mask_id=masked.mask_id, generator=row_generators([7, 8]),
    )  # fmt: skip
    grids = []
    for stage in stages:
        with guard.watching():
            for tokens in stage.decode(tokens):  # noqa: B020
                grids.append(tokens)
    return grids


WAYS = {
    "masked": SamplingConfig(guidance_scale=1.0),
    "greedy": SamplingConfig(guidance_scale=1.0, temperature=0.0),
    "guided": SamplingConfig(guidance_scale=3.0),
    "released guidance": SamplingConfig(guidance_scale=3.0, guidance_schedule="released"),
    "guidance in an interval": SamplingConfig(guidance_interval=(0.2, 0.6), ar_ratio=0.5),
    "fast": SamplingConfig().fast(),
    "halton": SamplingConfig(order="halton"),
    "filtered": SamplingConfig(top_k=9, top_p=0.8, temperature=1.3),
    "hybrid": SamplingConfig(ar_ratio=0.5),
    "hybrid, greedy": SamplingConfig(ar_ratio=0.5, temperature=0.0),
    "one by one": SamplingConfig(ar_ratio=1.0),
    "one by one, no guidance": SamplingConfig(ar_ratio=1.0, guidance_scale=1.0),
}


@pytest.mark.parametrize("given", [False, True], ids=["empty", "given"])
@pytest.mark.parametrize("config", [BY_CLASS, BY_CAPTION], ids=["class", "caption"])
@pytest.mark.parametrize("sampling", WAYS.values(), ids=WAYS.keys())
def test_no_step_waits_for_the_device(sampling, config, given):
    start = some_given(config.mask_id) if given else None
    guard = NoWaiting()
    grids = drawn(config, sampling, start, guard=guard)
    assert guard.calls == len(grids) >= 8 and not (grids[-1] == config.mask_id).any()


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: bool((x == 0).any()), lambda x: x.sum().item(), lambda x: x[x > 1],
        lambda x: x.nonzero(), lambda x: x.tolist(), lambda x: x.cpu(), lambda x: x.numpy(),
        lambda x: torch.tensor([1, 2]), lambda x: x.masked_select(x > 0), torch.unique,
        lambda x: x.clone().index_put_((x > 1,), x[0, 0]), lambda x: torch.equal(x, x),
    ],
)  # fmt: skip
def test_the_guard_sees_what_waits(ask):
    def favourite(tokens):
        ask(tokens)
        return torch.zeros(*tokens.shape, 32)

    guard = NoWaiting()
    decode = partial(
        decode_masked, guard.watched(favourite), torch.full((1, 8), 32), mask_id=32, num_steps=4
    )
    with pytest.raises(WaitedError):
        guard.last(decode)


def others():
    """The other masked models at toy size: (model, condition)."""
    torch.manual_seed(0)
    labels = torch.tensor([2, 5])
    shape = {"num_layers": 2, "num_heads": 2, "dim": 16, "codebook_size": 32}
    shape |= {"max_grid_size": GRID, "num_classes": 6}
    yield (
        "halton",
        adaln_transformer.AdaLNTransformer(
            adaln_transformer.AdaLNConfig(**shape, hidden_dim=24, num_registers=3)
        ),
        labels,
    )
    yield (
        "mask transformer",
        mask_transformer.MaskTransformer(
            mask_transformer.MaskTransformerConfig(**shape, hidden_dim=24)
        ),
        labels,
    )
    yield "bert", bert.BidirectionalTransformer(bert.BertConfig(**shape)), labels
    for compress in (False, True):
        config = multimodal_layers.MultimodalConfig(
            1, 1, 2, 8, codebook_size=32, vocab_size=34, caption_dim=6, pooled_dim=6,
            rope_dims=(4, 2, 2), compress=compress, max_grid_size=GRID,
        )  # fmt: skip
        model = multimodal_transformer.MultimodalTransformer(config)
        model.null_features = torch.randn(1, 4, 6)
        yield f"meissonic {compress}", model, CaptionCondition(torch.randn(2, 4, 6))


@pytest.mark.parametrize(("model", "condition"), [
    pytest.param(model.eval(), condition, id=name) for name, model, condition in others()
])  # fmt: skip
def test_no_other_model_waits(model, condition):
    sampling = SamplingConfig(num_steps=5, guidance_scale=3.0)
    tokens = some_given(model.mask_id)
    with torch.inference_mode():
        # Tables of positions are made once, and kept for all pictures of a size.
        GuidedLogits(model, condition, 2, sampling=sampling, grid_size=GRID)(tokens)
    guard = NoWaiting()
    logits_fn = guard.watched(GuidedLogits(model, condition, 2, sampling=sampling, grid_size=GRID))
    last = guard.last(partial(decode_masked, logits_fn, tokens, mask_id=model.mask_id, num_steps=5))
    assert guard.calls == 5 and not (last == model.mask_id).any()


@pytest.fixture
def merging(monkeypatch):
    """A model as nano's, which merges tokens, as it is where a number has to be waited for."""
    monkeypatch.setattr(transformer, "answers_at_once", lambda device: False)
    return BY_CAPTION.replace(merge=2)


@pytest.mark.parametrize("name", ["masked", "greedy", "guided", "halton", "hybrid"])
def test_no_step_of_a_model_that_merges_waits(name, merging, monkeypatch):
    """It computes all groups in its last layer then, and draws the same."""
    guard, start = NoWaiting(), some_given(merging.mask_id)
    there = drawn(merging, WAYS[name], start, guard=guard)
    assert guard.calls == len(there)
    monkeypatch.undo()
    guard = NoWaiting()
    with pytest.raises(WaitedError):
        drawn(merging, WAYS[name], start, guard=guard)
    monkeypatch.setattr(guard, "watching", nullcontext)
    assert all(map(torch.equal, there, drawn(merging, WAYS[name], start, guard=guard)))


def test_a_model_that_merges_gives_the_same_logits_there(merging):
    model, condition = Transformer(merging).eval(), condition_of(merging)
    tokens = some_given(model.mask_id)
    which = tokens == model.mask_id
    exact = model.logits(tokens, condition, where=which)
    flat = model.logits(tokens, condition, where=Places.of(which).flat)
    torch.testing.assert_close(flat, exact, rtol=0, atol=1e-6)


def test_places():
    which = torch.tensor([[0, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 1]]).bool()
    for places in (Places.of(which), Places.of(which, [2, 0, 2])):
        assert places.flat.tolist() == [1, 2, 8, 11] and places.counts == (2, 0, 2)
    assert places.twice(12).flat.tolist() == [1, 2, 8, 11, 13, 14, 20, 23]
    assert not len(Places.of(which[1:2]).flat)


def test_noise_that_is_drawn_ahead_is_the_noise_of_every_step():
    cpu = torch.device("cpu")
    generators, again = row_generators([3, 4]), row_generators([3, 4])
    noise = Noise((2, 5), 4, generators, torch.device("meta"))
    states = [generator.get_state() for generator in generators]
    assert noise().is_meta and noise().shape == (2, 5)
    assert all(map(torch.equal, states, (each.get_state() for each in generators)))
    here = Noise((2, 5), 4, row_generators([3, 4]), cpu)
    for _ in range(4):
        assert torch.equal(here(), uniform((2, 5), again, cpu))
    assert all(map(torch.equal, states, (each.get_state() for each in again)))


@pytest.mark.parametrize("order", ["confidence", "halton"])
def test_no_more_noise_is_drawn_than_is_used(order, monkeypatch):
    """The number of draws is planned: a grid with few gaps ends early, its last step draws less."""
    asked = []

    class Counted(Noise):
        def __init__(self, shape, draws, generator, device):
            super().__init__(shape, draws, generator, device)
            asked.append(draws)

        def __call__(self):
            asked[-1] -= 1
            return super().__call__()

    monkeypatch.setattr("maskgil.sampling.decoding.Noise", Counted)
    sampling = SamplingConfig(num_steps=6, order=order, ar_ratio=0.25)
    few = torch.zeros(2, N, dtype=torch.long)
    few[0, 1:3], few[:, 8:11] = BY_CLASS.mask_id, BY_CLASS.mask_id
    for given in (None, few):
        drawn(BY_CLASS, dataclasses.replace(sampling), given, guard=NoWaiting())
    assert asked == [0, 0, 0, 0]
