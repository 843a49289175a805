"""The compact VQ tokenizer: shapes, nearest codes, the codebook's learning, the shipped weights."""

import dataclasses

import pytest
import torch
from torch.nn import functional as F

from maskgil.tokenizers.base import Codebook, Tokenizer, nearest_codes
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

SMALL = {
    "codebook_size": 32, "code_dim": 4, "encoder_width": 16,
    "decoder_fine": 8, "decoder_coarse": 16,
}  # fmt: skip


def test_nearest_codes_agree_with_plain_distances_whatever_the_chunk():
    generator = torch.Generator().manual_seed(0)
    vectors = torch.randn(97, 6, generator=generator)
    codebook = torch.randn(33, 6, generator=generator)
    wanted = torch.cdist(vectors, codebook).argmin(-1)
    for chunk in (1, 10, 97, 1000):
        assert nearest_codes(vectors, codebook, chunk=chunk).equal(wanted)


@pytest.mark.parametrize("scale", [1, 2])
def test_shapes_and_protocol(scale):
    model = CompactVQ(CompactVQConfig(**SMALL, output_scale=scale)).eval()
    assert isinstance(model, Tokenizer)
    pixels = torch.rand(2, 3, 48, 32) * 2 - 1
    indices = model.encode(pixels)
    assert indices.shape == (2, 6, 4) and indices.dtype == torch.int64
    made = model.decode(indices)
    assert made.shape == (2, 3, 48 * scale, 32 * scale)
    assert made.abs().max() <= 1


def test_a_token_depends_on_its_own_patch_alone():
    torch.manual_seed(0)
    model = CompactVQ(CompactVQConfig(**SMALL)).eval()
    pixels = torch.rand(1, 3, 48, 48) * 2 - 1
    other = pixels.clone()
    other[:, :, :24] = torch.rand(1, 3, 24, 48) * 2 - 1
    assert model.encode(pixels)[:, 3:].equal(model.encode(other)[:, 3:])
    assert not model.encode(pixels)[:, :3].equal(model.encode(other)[:, :3])


def test_codebook_starts_at_clusters_and_passes_gradients_straight_through():
    torch.manual_seed(0)
    centres = F.normalize(torch.randn(8, 4), dim=-1)
    points = F.normalize(centres.repeat(50, 1) + 0.02 * torch.randn(400, 4), dim=-1)
    codebook = Codebook(8, 4)
    codebook.start(points, iterations=20)
    found = (codebook.embedding @ centres.T).max(0).values
    assert (found > 0.99).sum() >= 6
    vectors = torch.randn(2, 4, 3, 3, requires_grad=True)
    quantised, indices, commitment = codebook(vectors)
    assert torch.allclose(quantised, codebook.lookup(indices), atol=1e-6)
    quantised.sum().backward()
    assert vectors.grad is not None and vectors.grad.abs().sum() > 0
    assert commitment > 0


def test_dead_codes_come_back_to_life():
    torch.manual_seed(0)
    codebook = Codebook(64, 4)
    codebook.start(F.normalize(torch.randn(256, 4), dim=-1))
    codebook.embedding[32:] = F.normalize(torch.tensor([-1.0, -1, -1, -1]), dim=0)
    codebook.total[32:] = codebook.embedding[32:]
    vectors = F.normalize(torch.rand(4, 4, 8, 8), dim=1)  # none near the dead corner
    for _ in range(400):
        codebook(vectors)
    _, indices, _ = codebook(vectors)
    assert indices.unique().numel() > 48


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="output_scale must be 1, 2, 3 or 4, got 5"):
        CompactVQConfig(output_scale=5)
    with pytest.raises(ValueError, match="at least 32 vectors, got 5"):
        Codebook(32, 4).start(torch.randn(5, 4))
    with pytest.raises(ValueError, match="5 decoder_stages double the grid 4 times"):
        CompactVQConfig(image_size=32, output_scale=1, decoder_stages=((8, 1),) * 5)


def test_a_decoder_in_stages_writes_larger_pictures():
    stages = ((12, 1), (8, 1), (6, 0), (4, 1))
    config = CompactVQConfig(**SMALL, output_scale=3, decoder_stages=stages)
    model = CompactVQ(config).eval()
    assert model.decode(torch.zeros(2, 4, 5, dtype=torch.long)).shape == (2, 3, 96, 120)
    assert CompactVQConfig(**dataclasses.asdict(config)) == config


def test_white_paper_comes_back_white_up_to_its_border():
    from maskgil.checkpoints import load

    tokenizer = load("nano-tokenizer")
    made = tokenizer.decode(tokenizer.encode(torch.ones(1, 3, 96, 96)))  # (1, 3, H, W)
    assert made.shape[-1] == 96 * tokenizer.config.output_scale
    assert float(made.min()) > 0.95


def test_an_attending_decoder_draws_any_grid_that_fits():
    torch.manual_seed(0)
    config = CompactVQConfig(
        codebook_size=32, code_dim=4, encoder_width=16, image_size=48, output_scale=3,
        attending_layers=2, attending_width=16, attending_heads=2, attending_fine=8,
    )  # fmt: skip
    model = CompactVQ(config).eval()
    grid = torch.randint(0, 32, (2, 4, 5))
    made = model.decode(grid)
    assert made.shape == (2, 3, 96, 120) and float(made.abs().max()) <= 1
    assert CompactVQConfig(**dataclasses.asdict(config)) == config
    other = grid.clone()
    other[:, -1, -1] = (grid[:, -1, -1] + 1) % 32
    assert not torch.equal(model.decode(other)[..., :24, :24], made[..., :24, :24]), "sees it all"
    with pytest.raises(ValueError, match="not both"):
        CompactVQConfig(attending_layers=2, decoder_stages=((8, 1),))


@pytest.mark.parametrize("shape", [(24, 32), (40, 24)])
def test_grids_larger_than_any_in_training_are_decoded(shape):
    from maskgil.checkpoints import load

    tokenizer = load("nano-tokenizer")
    side = 8 * tokenizer.config.output_scale
    paper = tokenizer.encode(torch.ones(1, 3, 96, 96))[0, 0, 0]
    made = tokenizer.decode(paper.expand(1, *shape))
    assert made.shape[-2:] == (shape[0] * side, shape[1] * side)
    assert float(made.min()) > 0.95, "white all over"
