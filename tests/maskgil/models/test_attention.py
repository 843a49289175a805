"""Attention and products written out for a CPU give what the library's give, gradients too."""

import pytest
import torch
from torch.nn import functional as F

from maskgil.models.layers import FEW, LARGE, Linear, attention


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
