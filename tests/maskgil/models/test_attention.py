"""Attention and products written out for a CPU give what the library's give, gradients too."""

import pytest
import torch
from torch.nn import functional as F

from maskgil.config import TransformerConfig
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.layers import FEW, LARGE, Linear, attention
from maskgil.models.transformer import Transformer
from maskgil.sampling import guidance
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_causal, decode_masked
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from tests.maskgil.sampling.test_no_waiting import others

N = 9
BY_CLASS = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=N, max_grid_size=(3, 3), num_classes=6,
    hidden_multiple_of=8,
)  # fmt: skip
BY_CAPTION = BY_CLASS.replace(condition="caption", caption_dim=5, max_caption_length=8)


@pytest.mark.parametrize("masked", [False, True], ids=["all", "padded"])
def test_written_out_attention_equals_the_fused_kernel(masked):
    generator = torch.Generator().manual_seed(3)
    inputs = [torch.randn(2, 3, 17, 8, generator=generator, requires_grad=True) for _ in range(3)]
    mask = torch.rand(2, 1, 1, 17, generator=generator) < 0.7 if masked else None
    weights = torch.randn(2, 3, 17, 8, generator=generator)

    def results(out: torch.Tensor) -> list[torch.Tensor]:
        return [out, *torch.autograd.grad((out * weights).sum(), inputs)]

    ours = results(attention(*inputs, mask, causal=False))
    fused = results(F.scaled_dot_product_attention(*inputs, attn_mask=mask))
    for one, other in zip(ours, fused, strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    with torch.no_grad():
        assert torch.allclose(attention(*inputs, mask, causal=False), fused[0], atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (FEW, 1), (1, FEW), (FEW,), (FEW + 1,), (0, 1)])
@pytest.mark.parametrize("width", [24, LARGE // 512])
def test_a_product_of_few_rows_is_the_librarys(shape, width):
    torch.manual_seed(0)
    layer = Linear(width, 512)
    x = torch.randn(*shape, 2 * width)[..., ::2]  # strided, as parts of a larger tensor are
    expected = F.linear(x, layer.weight)
    with torch.inference_mode():
        made = layer(x)
    assert made.shape == expected.shape and made.is_contiguous()
    torch.testing.assert_close(made, expected.detach(), rtol=0, atol=1e-5)
    assert layer(x).requires_grad
    with torch.inference_mode():
        half = layer.bfloat16()(x.bfloat16())
    assert half.dtype == torch.bfloat16


@pytest.fixture
def seen(monkeypatch):
    """What attention's kernel is asked for: (mask's shape or None, causal, queries, keys)."""
    calls, kernel = [], F.scaled_dot_product_attention

    def recorded(query, key, value, attn_mask=None, is_causal=False, **options):
        shape = None if attn_mask is None else tuple(attn_mask.shape)
        calls.append((shape, is_causal, query.shape[2], key.shape[2]))
        return kernel(query, key, value, attn_mask=attn_mask, is_causal=is_causal, **options)

    monkeypatch.setattr(F, "scaled_dot_product_attention", recorded)
    return calls


def lengths(*real: int, total: int = 7) -> CaptionCondition:
    mask = torch.arange(total) < torch.tensor(real)[:, None]
    return CaptionCondition(torch.ones(len(real), total, 5), mask)


UNMASKED = {
    "class": (BY_CLASS, torch.tensor([2, 5])),
    "captions without a mask": (BY_CAPTION, CaptionCondition(torch.ones(2, 4, 5))),
    "captions of one length, padded": (BY_CAPTION, lengths(4, 4)),
    "LlamaGen's captions": (BY_CAPTION.replace(null_length=7), lengths(7, 7)),
}


@pytest.mark.parametrize(
    ("name", "scale"),
    [*((name, 1.0) for name in UNMASKED), ("class", 3.0), ("LlamaGen's captions", 3.0)],
)
def test_no_mask_where_nothing_is_padding(name, scale, seen):
    """So that a GPU's flash kernel may be taken, which knows no masks."""
    config, condition = UNMASKED[name]
    sampling = SamplingConfig(guidance_scale=scale, num_steps=3)
    masked, causal = (Transformer(config.replace(causal=causal)).eval() for causal in (False, True))
    tokens = torch.full((2, N), masked.mask_id)
    tokens[:, 0] = 3
    with torch.inference_mode():
        list(
            decode_masked(
                GuidedLogits(masked, condition, 2, sampling=sampling), tokens,
                mask_id=masked.mask_id, num_steps=3,
            )
        )  # fmt: skip
        assert len(seen) == 3 * config.num_layers
        assert {call[:2] for call in seen} == {(None, False)}
        seen.clear()
        next_fn = GuidedNext(causal, condition, 2, sampling=sampling, num_tokens=N)
        list(decode_causal(next_fn, torch.full_like(tokens, N), mask_id=N))
        prefix, *single = seen[:: config.num_layers]
    assert prefix[:2] == (None, prefix[2] > 1)  # the condition reads itself, no token the later
    assert [call[:3] for call in single] == [(None, False, 1)] * (N - 1)
    assert [call[3] for call in single] == list(range(prefix[3] + 1, prefix[3] + N))
    seen.clear()
    causal.logits(tokens.clamp(max=3), condition)
    assert {call[:2] for call in seen} == {(None, True)}


@torch.inference_mode()
def test_a_mask_where_something_is_padding(seen):
    """It says which keys are padding, a row for each picture: no square of queries and keys."""
    model = Transformer(BY_CAPTION).eval()
    tokens = torch.zeros(2, N, dtype=torch.long)
    model.logits(tokens, lengths(3, 6))
    assert set(seen) == {((2, 1, 1, 6 + N), False, 6 + N, 6 + N)}
    seen.clear()
    logits_fn = GuidedLogits(model, lengths(6, 6), 2, sampling=SamplingConfig(guidance_scale=3.0))
    logits_fn(torch.where(torch.arange(N) < 2, 1, model.mask_id).expand(2, N))
    assert set(seen) == {((4, 1, 1, 6 + N), False, 6 + N, 6 + N)}  # of 2 null captions, 1 long


@torch.inference_mode()
def test_passes_apart_on_cuda_give_the_same_without_a_mask(seen, monkeypatch):
    """On a CPU both are called; where there is a GPU it takes the second."""
    assert guidance.passes_apart(torch.device("cuda", 1))
    assert not guidance.passes_apart(torch.device("cpu"))
    model = Transformer(BY_CAPTION).eval()
    tokens = torch.where(torch.arange(N) < 2, 1, model.mask_id).expand(2, N)
    sampling, found = SamplingConfig(guidance_scale=3.0), {}
    for real in ((6, 6), (3, 6)):  # captions of several lengths need a mask on either path
        condition = lengths(*real)
        for apart in (False, True):
            monkeypatch.setattr(guidance, "passes_apart", lambda device, apart=apart: apart)
            seen.clear()
            found[apart] = GuidedLogits(model, condition, 2, sampling=sampling)(tokens)
            masked = not apart or real == (3, 6)
            assert all((call[0] is not None) == masked for call in seen)
        torch.testing.assert_close(found[True], found[False], rtol=0, atol=1e-4)


@pytest.mark.parametrize("case", list(others()), ids=lambda case: case[0])
@torch.inference_mode()
def test_other_models_never_mask(case, seen):
    _, model, condition = case
    model.eval().logits(torch.zeros(2, 16, dtype=torch.long), condition, grid_size=(4, 4))
    assert seen and {call[:2] for call in seen} == {(None, False)}
