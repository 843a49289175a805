"""Tokenizers of scenes: Muon on kernels, busy crops, and the precision that is measured."""

import pytest
import torch

from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.train import distributed, precision
from maskgil.train.batches import busy_crops
from maskgil.train.config import ConfigError
from maskgil.train.nano_config import SceneSettings
from maskgil.train.optim.muon import Muon, orthogonalise
from maskgil.train.tasks.tokenizer import TokenizerTask, TokenizerTraining, decoder_matrices


def test_muon_takes_a_kernel_for_a_matrix_of_one_row_an_output_channel():
    torch.manual_seed(0)
    kernel = torch.nn.Parameter(torch.randn(4, 3, 3, 3))
    before = kernel.detach().clone()
    kernel.grad = torch.randn_like(kernel)
    gradient = kernel.grad.flatten(1)[None]
    Muon([kernel], lr=0.1).step()
    update = orthogonalise(gradient)[0].view_as(kernel)
    assert torch.allclose(kernel, before - 0.1 * update, atol=1e-5)


def test_a_staged_decoders_blocks_are_muons_and_nothing_else():
    shape = CompactVQConfig(
        codebook_size=16, encoder_width=8, output_scale=2, decoder_stages=((8, 2), (8, 1))
    )
    model = CompactVQ(shape)
    task = TokenizerTask(model, None, TokenizerTraining(steps=1, muon_rate=0.01))
    chosen = decoder_matrices(model.decoder)
    assert len(chosen) == 6 and all(one.shape == (8, 8, 3, 3) for one in chosen)
    adam = {p for group in task.optimizers["optimizer"].param_groups for p in group["params"]}
    assert not adam & chosen and adam | chosen == set(model.parameters())


def test_crops_show_the_same_patches_at_both_sizes_and_the_busier_place():
    torch.manual_seed(0)
    small = torch.zeros(24, 3, 64, 64)
    small[:, :, :, 32:] = torch.randn(24, 3, 64, 32)  # the right half is busy
    large = small.repeat_interleave(2, 2).repeat_interleave(2, 3)
    near, far = busy_crops(small, large, 3, 7)
    assert near.shape == (24, 3, 24, 24) and far.shape == (24, 3, 48, 48)
    assert torch.equal(far[..., ::2, ::2], near)
    assert (near.flatten(1).var(1) > 0).float().mean() > 0.75  # one draw alone: 0.67
    again = busy_crops(small, large, 3, 7)[0]
    other = busy_crops(small, large, 3, 8)[0]
    assert torch.equal(again, near) and not torch.equal(other, near)


@pytest.mark.parametrize(("half", "expected"), [(0.5, "bf16"), (0.95, "float32"), (9.0, "float32")])
def test_bf16_has_to_be_faster_by_more_than_a_little(monkeypatch, half, expected):
    seconds = {torch.float32: 1.0, torch.bfloat16: half}
    monkeypatch.setattr(precision, "step_seconds", lambda device, dtype: seconds[dtype])
    assert distributed.start_engine("auto", "cpu").precision == expected


def test_the_measurement_runs_in_both_precisions():
    for dtype in (torch.float32, torch.bfloat16):
        assert 0 < precision.step_seconds("cpu", dtype) < float("inf")


@pytest.mark.parametrize("factor", [0.5, 8.0])
def test_a_processor_that_is_slow_in_bf16_is_said_to_be(monkeypatch, caplog, factor):
    seconds = {torch.float32: 1.0, torch.bfloat16: factor}
    monkeypatch.setattr(precision, "step_seconds", lambda device, dtype: seconds[dtype])
    assert distributed.start_engine("bf16", "cpu").precision == "bf16"
    assert ("bf16 is 8.0 times slower" in caplog.text) == (factor > 1)


@pytest.mark.parametrize(("key", "value"), [("side", 100), ("side", 0), ("crop", 25), ("crop", -1)])
def test_sides_and_crops_that_do_not_fit_are_named(key, value):
    with pytest.raises(ConfigError, match=f"scenes.{key} is {value}"):
        SceneSettings(**{"side": 192, key: value})
