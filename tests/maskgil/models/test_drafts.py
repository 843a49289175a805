"""Drafts: codes that a condition brings for tokens that are not written yet."""

import pytest
import torch

from maskgil.config import TransformerConfig
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Condition, Drafted
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.guidance import GuidedLogits, GuidedNext


def model_of(causal: bool, merge: int = 1) -> Transformer:
    torch.manual_seed(0)
    config = TransformerConfig(
        num_layers=2, num_heads=2, dim=32, codebook_size=40, max_grid_size=(4, 4), causal=causal,
        condition="caption", caption_dim=6, max_caption_length=5, learned_positions=True,
        drafts=True, merge=merge,
    )  # fmt: skip
    model = Transformer(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


def caption(draft: torch.Tensor | None) -> Condition:
    torch.manual_seed(1)
    mask = torch.tensor([[True, True, True], [True, False, False]])
    words = CaptionCondition(torch.randn(2, 3, 6), mask)
    return words if draft is None else Drafted(words, draft)


@pytest.fixture
def draft() -> torch.Tensor:
    generator = torch.Generator().manual_seed(2)
    codes = torch.randint(40, (2, 16), generator=generator)
    return torch.where(torch.rand(2, 16, generator=generator) < 0.5, codes, NO_CODE)


@pytest.mark.parametrize("merge", [1, 2])
def test_a_draft_stands_in_for_masked_tokens_alone(draft, merge):
    model, grid = model_of(causal=False, merge=merge), (4, 4)
    tokens = torch.full((2, 16), model.mask_id)
    empty = torch.full_like(draft, NO_CODE)
    with torch.no_grad():
        plain = model.logits(tokens, caption(None), grid_size=grid)
        assert torch.equal(plain, model.logits(tokens, caption(empty), grid_size=grid))
        assert not torch.allclose(plain, model.logits(tokens, caption(draft), grid_size=grid))
        written = torch.arange(32).view(2, 16)
        known = model.logits(written, caption(draft), grid_size=grid)
        assert torch.equal(known, model.logits(written, caption(None), grid_size=grid))
        drop = torch.tensor([True, True])
        null = model.logits(tokens, caption(draft), grid_size=grid, drop=drop)
        assert not torch.allclose(
            null, model.logits(tokens, caption(empty), grid_size=grid, drop=drop)
        ), "the null caption keeps the draft"


@pytest.mark.parametrize("causal", [False, True])
def test_the_gate_raises_the_code_of_the_draft_alone(draft, causal):
    model = model_of(causal)
    tokens = torch.full((2, 16), 3 if causal else model.mask_id)
    with torch.no_grad():
        before = model.logits(tokens, caption(draft))
        model.draft_gate.bias.add_(2.0)
        raised = model.logits(tokens, caption(draft)) - before
        where = torch.rand(2, 16) < 0.5
        some = model.logits(tokens, caption(draft), where=where)
    expected = 2.0 * torch.nn.functional.one_hot(draft.clamp(min=0), 40) * (draft >= 0)[..., None]
    assert torch.allclose(raised, expected, atol=1e-5)
    assert torch.allclose(some, (before + expected)[where], atol=1e-5)


def test_a_causal_model_is_told_of_the_draft_round_what_it_predicts(draft):
    model, tokens = model_of(causal=True), torch.arange(32).view(2, 16)
    changed = draft.clone()
    changed[:, 7] = 3  # row 1, column 3: the first that has it beside it is row 0, column 2
    with torch.no_grad():
        before = model.logits(tokens, caption(draft))
        after = model.logits(tokens, caption(changed))
    assert torch.allclose(before[:, :2], after[:, :2], atol=1e-6)
    for place in (2, 3, 6, 7, 10, 11):
        assert not torch.allclose(before[:, place], after[:, place], atol=1e-4)


def test_cached_steps_are_told_as_teacher_forcing_is(draft):
    model, tokens = model_of(causal=True), torch.arange(32).view(2, 16)
    with torch.no_grad():
        whole = model.logits(tokens, caption(draft))  # (B, N, V)
        first, cache = model.start(caption(draft), 2)
        steps = [first, *(model.step(tokens[:, i : i + 1], cache) for i in range(15))]
        _, cache = model.start(caption(draft), 2)
        fifth = model.step(tokens[:, :5], cache)
    assert torch.allclose(torch.stack(steps, dim=1), whole, atol=1e-5)
    assert torch.allclose(fifth, whole[:, 5], atol=1e-5)


@pytest.mark.parametrize("guidance", [1.0, 2.0])
@pytest.mark.parametrize("causal", [False, True])
def test_draft_strength_makes_the_drafts_codes_the_likeliest(draft, causal, guidance):
    sampling = SamplingConfig(draft_strength=50.0, guidance_scale=guidance)
    model, drafted = model_of(causal), draft != NO_CODE
    with torch.no_grad():
        if causal:
            next_fn = GuidedNext(model, caption(draft), 2, sampling=sampling, num_tokens=16)
            tokens, rows = torch.zeros(2, 0, dtype=torch.long), []
            for _ in range(16):
                rows.append(next_fn(tokens).argmax(-1))
                tokens = rows[-1][:, None]
            chosen = torch.stack(rows, dim=1)
        else:
            masked = GuidedLogits(model, caption(draft), 2, sampling=sampling)
            tokens = torch.full((2, 16), model.mask_id)
            chosen = masked(tokens).argmax(-1).view(2, 16)
    assert torch.equal(chosen[drafted], draft[drafted])
    assert len(chosen[~drafted].unique()) > 1, "where there is none the model decides"
