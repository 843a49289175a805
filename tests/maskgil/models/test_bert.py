"""The Bidirectional Transformer baseline."""

import pytest
import torch

from maskgil import checkpoints
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_masked
from maskgil.sampling.guidance import GuidedLogits

TINY = BertConfig(
    num_layers=2, num_heads=2, dim=8, codebook_size=11, max_grid_size=(3, 4), num_classes=5
)


@pytest.fixture
def model() -> BidirectionalTransformer:
    torch.manual_seed(0)
    return BidirectionalTransformer(TINY).eval()


def test_output_is_tied_to_the_embedding_and_never_scores_the_mask(model):
    tokens = torch.full((2, 12), model.mask_id)
    labels = torch.tensor([1, 4])
    before = model.logits(tokens, labels)
    assert before.shape == (2, 12, 11)
    with torch.no_grad():
        model.head_bias[3] += 1
    after = model.logits(tokens, labels)
    torch.testing.assert_close(after[..., 3], before[..., 3] + 1)
    torch.testing.assert_close(after[..., :3], before[..., :3])
    assert "head.weight" not in model.state_dict()
    with torch.no_grad():
        model.token_embedding.weight[5] *= 2  # not among the inputs
    torch.testing.assert_close(
        model.logits(tokens, labels)[..., 5], after[..., 5] * 2, rtol=1e-4, atol=1e-6
    )


def test_class_null_where_and_context(model):
    tokens = torch.arange(24).view(2, 12) % 12
    labels = torch.tensor([1, 4])
    full = model.logits(tokens, labels)
    mixed = model.logits(tokens, labels, drop=torch.tensor([True, False]))
    torch.testing.assert_close(mixed[0], model.logits(tokens, None)[0])
    torch.testing.assert_close(mixed[1], full[1])
    where = tokens % 3 == 0
    torch.testing.assert_close(model.logits(tokens, labels, where=where), full[where])
    changed = tokens.clone()
    changed[:, -1] = 0
    assert (model.logits(changed, labels)[:, 0] - full[:, 0]).abs().max() > 1e-6


def test_it_decodes_and_saves_like_the_transformer(model, tmp_path):
    path = checkpoints.save(model, tmp_path / "bert.safetensors", dtype=None)
    loaded = checkpoints.load(path)
    fn = GuidedLogits(loaded, torch.tensor([2]), 1, sampling=SamplingConfig(num_steps=4))
    *_, tokens = decode_masked(
        fn, torch.full((1, 12), 11), mask_id=11, num_steps=4,
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    assert fn.calls == 4 and (tokens < 11).all()
    with torch.inference_mode():
        torch.testing.assert_close(loaded.logits(tokens, None), model.logits(tokens, None))


def test_the_papers_size():
    with torch.device("meta"):
        model = BidirectionalTransformer(BertConfig())
    assert sum(p.numel() for p in model.blocks.parameters()) / 1e6 == pytest.approx(85.05, abs=0.05)
    with pytest.raises(ValueError, match="16 x 16 only"):
        model.logits(torch.zeros(1, 4, dtype=torch.long, device="meta"), None)
    for bad in ({"dim": 10, "num_heads": 3}, {"dropout": 1.0}, {"max_grid_size": (0, 3)}):
        with pytest.raises(ValueError):
            TINY.replace(**bad)
