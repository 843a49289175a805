"""Draws from a distribution, their scores, and what filters keep of it."""

import pytest
import torch

from maskgil.sampling.logits import (
    _weights,
    draw,
    draw_scored,
    filter_logits,
    gumbel,
    invert,
    log_probability,
    row_generators,
    uniform,
)


def test_draws_follow_the_distribution():
    logits = torch.tensor([0.5, 0.0, -torch.inf, 1.0]).log_softmax(-1)
    noise = torch.rand(40000, generator=torch.Generator().manual_seed(0))
    drawn = draw(logits.expand(40000, -1), noise)
    share = torch.bincount(drawn, minlength=4) / 40000
    torch.testing.assert_close(share, logits.exp(), rtol=0, atol=0.01)
    assert share[2] == 0
    colder = torch.bincount(draw(logits.expand(40000, -1), noise, temperature=0.5), minlength=4)
    torch.testing.assert_close(colder / 40000, (logits * 2).softmax(-1), rtol=0, atol=0.01)
    assert (draw(logits.expand(8, -1), noise[:8], temperature=0.0) == 3).all()


def test_draws_invert_the_cumulative_distribution():
    generator = torch.Generator().manual_seed(0)
    for size in (1, 2, 3, 5, 16, 17, 255, 1000):
        weights = torch.rand(200, size, generator=generator) ** 4
        weights[torch.rand(200, size, generator=generator) < 0.3] = 0.0
        weights[:, size // 2] += 0.01
        noise = torch.rand(200, generator=generator)
        noise[:3] = torch.tensor([0.0, 2**-24, 1 - 2**-24])
        cumulative = weights.double().cumsum(-1)
        point = noise.double()[:, None] * cumulative[:, -1:]
        expected = torch.searchsorted(cumulative, point, right=True).squeeze(-1)
        drawn = invert(weights, noise)
        assert torch.equal(drawn, expected)
        assert (weights.gather(-1, drawn[:, None]) > 0).all()


@pytest.mark.parametrize("ways", [{}, {"temperature": 0.7}, {"top_k": 3}, {"top_p": 0.8}])
def test_a_draw_and_its_score_are_those_of_the_single_functions(ways):
    logits = 3 * torch.randn(40, 130)
    logits[0, 5] = -torch.inf
    noise = torch.rand(40)
    codes, score = draw_scored(logits, noise, **ways)
    assert torch.equal(codes, draw(logits, noise, **ways))
    torch.testing.assert_close(score, log_probability(logits, codes))


def test_log_probability_is_that_of_the_softmax():
    logits = torch.randn(20, 50, generator=torch.Generator().manual_seed(0)) * 5
    codes = torch.arange(20)
    expected = logits.log_softmax(-1)[torch.arange(20), codes]
    torch.testing.assert_close(log_probability(logits, codes), expected)


def test_draws_at_the_edges_stay_inside_the_distribution():
    logits = torch.tensor([[-torch.inf, 0.0, 0.0, -torch.inf]])
    assert draw(logits, torch.tensor([0.0])).item() == 1
    assert draw(logits, torch.tensor([1 - 2**-24])).item() == 2


def test_top_k_and_top_p_keep_the_smallest_sufficient_set():
    logits = torch.tensor([[0.5, 0.2, 0.2, 0.1]]).log()[:, torch.tensor([2, 0, 3, 1])]
    kept = filter_logits(logits, top_k=1).isfinite()
    assert kept.tolist() == [[False, True, False, False]]
    assert filter_logits(logits, top_p=0.5).isfinite().sum() == 1
    assert filter_logits(logits, top_p=0.6).isfinite().sum() == 2
    assert filter_logits(logits, top_p=0.95).isfinite().all()
    assert filter_logits(logits, top_p=1e-6).isfinite().sum() == 1
    assert filter_logits(logits, top_k=9, top_p=1.0).equal(logits)


def test_gumbel_noise_makes_arg_max_a_draw():
    noise = gumbel(torch.rand(20000, 3, generator=torch.Generator().manual_seed(0)))
    logits = torch.tensor([0.2, 0.3, 0.5]).log()
    share = torch.bincount((logits + noise).argmax(-1)) / 20000
    torch.testing.assert_close(share, logits.exp(), rtol=0, atol=0.015)
    assert noise.isfinite().all()


def test_every_row_draws_from_its_own_generator():
    rows = uniform((2, 5), row_generators([1, 2]), torch.device("cpu"))
    assert torch.equal(rows[1], torch.rand(5, generator=torch.Generator().manual_seed(2)))
    with pytest.raises(ValueError, match="2 generators for 3 rows"):
        uniform((3, 5), row_generators([1, 2]), torch.device("cpu"))


def test_no_weight_is_a_subnormal_number():
    """Far below the largest logit: what is next to nothing is nothing, and the rest as it was."""
    logits = torch.linspace(-120, 0, 4096).expand(3, -1) + torch.tensor([[0.0], [50.0], [-300.0]])
    weights, most = _weights(logits)
    assert torch.equal(most.squeeze(-1), torch.tensor([0.0, 50.0, -300.0]))
    least = torch.finfo(torch.float32).tiny
    assert ((weights == 0) | (weights >= least)).all() and (weights == 0).any()
    kept = weights > 0
    torch.testing.assert_close(weights[kept], (logits - most).exp()[kept])
    torch.testing.assert_close(weights.double().sum(-1), (logits - most).double().exp().sum(-1))
