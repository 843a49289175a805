"""Attention written out for training on a CPU gives what the fused kernel gives, gradients too."""

import pytest
import torch
from torch.nn import functional as F

from maskgil.models.layers import attention


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
