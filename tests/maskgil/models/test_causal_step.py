"""The causal step on memory of one size: the logits of a whole pass, one graph for all places."""

import gc
import logging

import pytest
import torch

from maskgil.checkpoints import from_llamagen_gpt
from maskgil.config import TransformerConfig
from maskgil.models import causal_step
from maskgil.models.causal_step import FixedStep, fixed_step, prepare, step_of, wants_compiling
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Drafted
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_causal
from maskgil.sampling.guidance import GuidedNext
from maskgil.sampling.logits import guide, row_generators
from tests.helpers.plain.tokenizers import Weights
from tests.helpers.plain.transformers import llamagen_gpt
from tests.maskgil.checkpoints.test_parity_other_sizes import LLAMAGEN, inputs

N = 9
BY_CLASS = TransformerConfig(
    num_layers=3, num_heads=2, dim=16, codebook_size=32, max_grid_size=(3, 3), num_classes=6,
    hidden_multiple_of=8, causal=True,
)  # fmt: skip
BY_CAPTION = BY_CLASS.replace(
    condition="caption", caption_dim=5, max_caption_length=8, null_length=2, qk_norm=True,
    learned_positions=True,
)  # fmt: skip
CONFIGS = {
    "class": BY_CLASS,
    "caption": BY_CAPTION,
    "post-norm": BY_CAPTION.replace(post_norm=True, null_length=4),
    "drafts": BY_CAPTION.replace(drafts=True),
    "LlamaGen's captions": BY_CAPTION.replace(
        null_length=8, null_keeps_mask=True, zero_condition_rope=True, qk_norm=False
    ),
}
CASES = [*CONFIGS, "grouped heads", "one key head", "captions of 7"]


def case(name):
    """A model whose every token matters, two rows of tokens and their condition."""
    torch.manual_seed(0)
    if name in CONFIGS:
        config = CONFIGS[name]
        model = Transformer(config).eval().requires_grad_(False)
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
        tokens = torch.randint(0, 32, (2, N))
        if config.condition == "class":
            return model, tokens, torch.tensor([2, 5])
        mask = torch.arange(7) < torch.tensor([3, 7])[:, None]
        caption = CaptionCondition(torch.randn(2, 7, 5), mask)
        draft = torch.randint(0, 32, (2, N)).masked_fill(torch.rand(2, N) < 0.5, NO_CODE)
        return model, tokens, Drafted(caption, draft) if config.drafts else caption
    weights = Weights(seed=2)
    tokens, condition = inputs(LLAMAGEN[name])
    llamagen_gpt(weights, LLAMAGEN[name], tokens, condition)  # makes up the weights
    model = from_llamagen_gpt(weights.state, LLAMAGEN[name]).eval().requires_grad_(False)
    if name == "captions of 7":
        condition = CaptionCondition(condition, torch.arange(7) >= torch.tensor([3, 1])[:, None])
    return model, tokens, condition


@pytest.fixture
def ran(monkeypatch):
    """Models as they are on a GPU, but not compiled; how many steps ran so."""
    count = [0]

    def run(*given):
        count[0] += 1
        return fixed_step(*given)

    def use(model, run=run):
        monkeypatch.setitem(causal_step._steps, model, FixedStep(run))
        return count

    return use


@pytest.mark.parametrize("name", CASES)
def test_every_place_has_the_logits_of_the_whole_pass(name, ran):
    model, tokens, condition = case(name)
    full, count = model.logits(tokens, condition), ran(model)
    with torch.inference_mode():
        logits, cache = model.start(condition, 2)
        for place in range(N):
            assert (full[:, place] - logits).abs().max() < 1e-5 * max(1.0, float(full.abs().max()))
            if place < N - 1:
                logits = model.step(tokens[:, place : place + 1], cache)
    assert count == [N - 1] and full.std() > 0.1


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("interval", [(0.0, 1.0), (0.3, 0.7)])
def test_guided_logits_are_those_of_two_whole_passes(name, interval, ran):
    model, tokens, condition = case(name)
    keeps = model.config.condition == "caption" and model.config.null_keeps_mask
    dropped = model.embed_condition(condition, 2, drop=torch.tensor([True, True]))
    null = dropped if keeps or isinstance(condition, Drafted) else None
    conditional, unconditional = model.logits(tokens, condition), model.logits(tokens, null)
    count = ran(model)
    sampling = SamplingConfig(guidance_scale=3.0, guidance_interval=interval)
    with torch.inference_mode():
        fn = GuidedNext(model, condition, 2, sampling=sampling, num_tokens=N)
        for place in range(N):
            made = fn(tokens[:, max(0, place - 1) : place])
            inside = interval[0] <= place / N and (place / N < interval[1] or interval[1] == 1.0)
            expected = conditional[:, place]
            if inside:
                expected = guide(expected, unconditional[:, place], 3.0)
            assert (made - expected).abs().max() < 2e-5 * max(1.0, float(expected.abs().max()))
    assert count[0] >= N - 1


def test_it_writes_the_tokens_of_the_usual_step(ran):
    model, tokens, condition = case("caption")
    empty = torch.full_like(tokens, model.mask_id)
    empty[0, 4] = 3

    def written():
        fn = GuidedNext(model, condition, 2, sampling=SamplingConfig(), num_tokens=N)
        *_, last = decode_causal(fn, empty, mask_id=model.mask_id, generator=row_generators([1, 2]))
        return last

    usual, count = written(), ran(model)
    assert torch.equal(written(), usual) and count == [N - 1]


def test_memory_is_used_again_when_a_drawing_is_over_and_not_before(ran):
    model, tokens, condition = case("caption")
    ran(model)

    def begun():
        with torch.inference_mode():
            _, cache = model.start(condition, 2)
            return model.step(tokens[:, :1], cache), cache

    def address(cache):
        return cache.layers[0].keys.data_ptr()

    first, one = begun()
    _, other = begun()
    assert address(one) != address(other)
    before, part = address(one), one.rows(0, 1)
    one.layers[0].keys.fill_(torch.nan)
    del one
    gc.collect()
    assert address(begun()[1]) not in (before, address(other))  # a part is still there
    del part
    again, cache = begun()
    assert address(cache) == before and torch.equal(again, first)


def test_one_graph_serves_every_place_and_every_length(ran):
    """Traced whole, as compiling for a GPU traces it: no break, no second shape."""
    model, tokens, condition = case("caption")
    full = model.logits(tokens, condition)
    shorter = CaptionCondition(condition.embeds[:, :5], condition.mask[:, :5])
    torch.compiler.reset()
    traced = []

    def backend(graph, given):
        traced.append(graph)
        return torch._dynamo.lookup_backend("aot_eager")(graph, given)

    compiled = torch.compile(fixed_step, fullgraph=True, dynamic=False, backend=backend)
    ran(model, compiled)
    with torch.inference_mode():
        for _ in range(2):
            _, cache = model.start(condition, 2)
            for place in range(N - 1):
                logits = model.step(tokens[:, place : place + 1], cache)
                torch.testing.assert_close(logits, full[:, place + 1], rtol=0, atol=2e-5)
        _, cache = model.start(shorter, 2)
        model.step(tokens[:, :1], cache)
    assert len(traced) == 1
    torch.compiler.reset()


@pytest.mark.parametrize("name", ["class", "drafts", "LlamaGen's captions"])
def test_what_is_warmed_up_is_what_a_picture_with_guidance_needs(name, monkeypatch):
    model, _, condition = case(name)
    torch.compiler.reset()
    traced, compile = [], torch.compile

    def backend(graph, given):
        traced.append(graph)
        return graph.forward

    monkeypatch.setattr(
        torch, "compile", lambda fn, **_: compile(fn, backend=backend, dynamic=False)
    )
    assert prepare(model, (3, 3), device=torch.device("cuda")) and len(traced) == 1
    with torch.inference_mode():
        for row in range(2):  # captions of different lengths
            one = condition[row : row + 1]
            fn = GuidedNext(model, one, 1, sampling=SamplingConfig(), num_tokens=N)
            list(decode_causal(fn, torch.full((1, N), model.mask_id), mask_id=model.mask_id))
    assert len(traced) == 1
    causal_step._steps.pop(model)
    torch.compiler.reset()


def test_only_cuda_is_compiled_for_and_it_can_be_turned_off(monkeypatch):
    model, *_ = case("caption")
    asked = []

    def compile(fn, **options):
        asked.append(options)
        return fn

    monkeypatch.setattr(torch, "compile", compile)
    cuda = torch.device("cuda")
    assert not prepare(model, (3, 3)) and not asked and step_of(model) is None
    monkeypatch.setenv("MASKGIL_COMPILE", "0")
    assert not wants_compiling(cuda) and not prepare(model, (3, 3), device=cuda) and not asked
    monkeypatch.delenv("MASKGIL_COMPILE")
    assert prepare(model, (3, 3), device=cuda) and step_of(model) is not None
    assert asked == [{"mode": "reduce-overhead", "dynamic": False}]
    causal_step._steps.pop(model)


def test_what_cannot_be_compiled_draws_as_usual(monkeypatch, caplog):
    model, tokens, condition = case("class")

    def broken(*_):
        raise RuntimeError("no triton\nand more")

    monkeypatch.setattr(torch, "compile", lambda fn, **_: broken)
    with caplog.at_level(logging.WARNING):
        assert not prepare(model, (3, 3), device=torch.device("cuda"))
    assert caplog.messages == ["tokens are written by the uncompiled step: no triton"]
    _, cache = model.start(condition, 2)
    assert cache.step is None and model.step(tokens[:, :1], cache).shape == (2, 32)


def test_rows_that_cannot_be_compiled_go_on_uncompiled(ran, caplog):
    model, tokens, condition = case("class")
    full = model.logits(tokens, condition)

    def only_one(model, x, *given):
        if len(x) > 1:
            raise RuntimeError("no room for more")
        return fixed_step(model, x, *given)

    ran(model, only_one)
    with torch.inference_mode():
        for rows in (1, 2):
            _, cache = model.start(condition[:rows], rows)
            for place in range(N - 1):
                logits = model.step(tokens[:rows, place : place + 1], cache)
                torch.testing.assert_close(logits, full[:rows, place + 1], rtol=0, atol=2e-5)
    assert caplog.messages == ["tokens are written by the uncompiled step: no room for more"]
