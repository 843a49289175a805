"""Token merging: folding, `where`, what a model that merges cannot do, and no trace when off."""

import pytest
import torch

from maskgil.models.conditioning import CaptionCondition
from maskgil.models.token_merging import folded, unfolded
from maskgil.models.transformer import Transformer
from maskgil.sampling.feature_cache import FeatureCache
from maskgil.train.tasks.losses import masked_cross_entropy
from tests.maskgil.models.test_transformer import TINY, build

MERGED = TINY.replace(max_grid_size=(4, 6), merge=2)
GRID = (4, 6)


def caption(batch: int) -> CaptionCondition:
    real = torch.ones(batch, 5, dtype=torch.bool)
    real[0, 3:] = False
    return CaptionCondition(torch.randn(batch, 5, 6), real)


def test_a_group_holds_neighbours_and_unfolding_puts_them_back():
    places = torch.arange(24)[None]
    groups = folded(places, GRID, 2)
    assert groups[0, 0].tolist() == [0, 1, 6, 7] and groups[0, 4].tolist() == [14, 15, 20, 21]
    assert torch.equal(unfolded(groups[..., None], GRID, 2)[..., 0], places)


def test_where_gives_the_same_scores_as_the_whole_grid_in_raster_order():
    model = build(MERGED)
    tokens = torch.randint(0, 12, (3, 24))
    where = torch.rand(3, 24) < 0.3
    condition = caption(3)
    whole = model(tokens, condition, grid_size=GRID)
    assert whole.shape == (3, 24, 11)
    assert torch.allclose(
        model(tokens, condition, grid_size=GRID, where=where), whole[where], atol=1e-5
    )
    assert torch.allclose(model(tokens.view(3, *GRID), condition), whole, atol=1e-5)


def test_smaller_grids_and_every_token_of_a_group_count():
    model = build(MERGED)
    tokens = torch.randint(0, 11, (1, 8))
    first = model(tokens, None, grid_size=(2, 4))
    assert first.shape == (1, 8, 11)
    for place in range(8):
        other = tokens.clone()
        other[0, place] = (other[0, place] + 1) % 11
        assert not torch.allclose(model(other, None, grid_size=(2, 4)), first, atol=1e-4)


def test_gradients_reach_every_weight():
    model = build(MERGED).train()
    tokens = torch.randint(0, 11, (4, 24))
    where = torch.rand(4, 24) < 0.6
    drop = torch.tensor([True, False, False, False])
    logits = model(
        tokens.masked_fill(where, 11), caption(4), grid_size=GRID, drop=drop, where=where
    )
    masked_cross_entropy(logits, tokens, where).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_without_merging_nothing_is_added():
    names = Transformer(TINY).state_dict()
    assert not [name for name in names if "merging" in name]
    assert Transformer(TINY.replace(merge=1)).state_dict().keys() == names.keys()


def test_what_does_not_go_with_merging_is_said():
    with pytest.raises(ValueError, match="merge is 2; it must divide max_grid_size \\[3, 4\\]"):
        TINY.replace(merge=2)
    with pytest.raises(ValueError, match="causal"):
        MERGED.replace(causal=True)
    model = build(MERGED)
    with pytest.raises(ValueError, match="merges 2 x 2"):
        model(torch.zeros(1, 15, dtype=torch.long), None, grid_size=(3, 5))
    with pytest.raises(ValueError, match="merges"):
        FeatureCache(model, model.embed_condition(None, 1), GRID)
