"""`evaluate tokens`: its numbers against the plain formulas, its sheet's order, what it refuses."""

import argparse
from pathlib import Path

import pytest
import torch

from maskgil.evaluation.commands import scene_tokens
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig


class Noise:
    """Pictures by number, at both sizes."""

    def pictures(self, batch, size):
        generator = torch.Generator().manual_seed(batch)
        small = torch.rand(size, 3, 16, 16, generator=generator) * 2 - 1
        return small, small.repeat_interleave(2, 2).repeat_interleave(2, 3)


def test_numbers_are_means_over_scenes_and_rows_keep_their_order():
    torch.manual_seed(0)
    shape = CompactVQConfig(
        codebook_size=64, encoder_width=8, output_scale=2, decoder_stages=((8, 1), (8, 0))
    )
    model = CompactVQ(shape).eval()
    report, (originals, made) = scene_tokens.measured(model, Noise(), 9, 3)
    read, wanted = (
        torch.cat(parts)[:9]
        for parts in zip(*(Noise().pictures(i, 8) for i in (0, 1)), strict=True)
    )
    tokens = model.encode(read)
    error = ((model.decode(tokens) - wanted) / 2).square().mean((1, 2, 3))
    assert report["psnr"] == pytest.approx(float((-10 * error.log10()).mean()), abs=1e-2)
    assert report["codes_used"] == pytest.approx(len(tokens.unique()) / 64, abs=1e-4)
    assert report["scenes"] == 9 and report["decode_seconds"] > 0
    assert torch.equal(originals, wanted[:3])
    assert torch.allclose(made, model.decode(tokens[:3]), atol=1e-4)


def test_a_sheet_of_more_than_is_measured_is_refused():
    options = argparse.Namespace(shown=9, count=8, config=Path("none.yaml"))
    with pytest.raises(ValueError, match="--shown is 9; it must be 1 to 8"):
        scene_tokens.run(options)


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(ValueError, match="holds no checkpoint"):
        scene_tokens.tokenizer_of(None, str(tmp_path))
