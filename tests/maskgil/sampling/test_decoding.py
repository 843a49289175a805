"""Draws, guidance and the three decoders, on callables without a model."""

import itertools

import pytest
import torch

from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import (
    causal_share,
    count_evaluations,
    decode_causal,
    decode_hybrid,
    decode_masked,
    halton_order,
)
from maskgil.sampling.logits import (
    guidance_at,
    guide,
    row_generators,
)
from maskgil.sampling.mask_schedules import masked_counts, schedule_names

V, MASK = 13, 13


def favourite(tokens: torch.Tensor) -> torch.Tensor:
    """Logits (B, N, V) that depend on the position and on every token already there."""
    seen = (tokens + 1).cumsum(-1)[:, -1:] % 7
    base = torch.arange(tokens.shape[1])[None, :, None] * 3 + torch.arange(V) * 5 + seen[..., None]
    return torch.sin(base.double()).float() * 3


class CountedNext:
    """A `NextFn` that remembers what it was fed."""

    def __init__(self, batch: int) -> None:
        self.fed, self.calls = torch.zeros(batch, 0, dtype=torch.long), 0

    def __call__(self, tokens: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        self.fed = torch.cat([self.fed, tokens], dim=1)
        assert not (self.fed == MASK).any()
        length = self.fed.shape[1]
        total = self.fed.sum(-1, keepdim=True) + length
        return torch.sin((torch.arange(V) * 5 + total).double()).float() * 3


def empty(batch: int, count: int) -> torch.Tensor:
    return torch.full((batch, count), MASK)


@pytest.mark.parametrize("schedule", schedule_names())
def test_masked_decoding_fills_everything_in_exactly_the_steps(schedule):
    every = [(count, steps) for count in (1, 2, 7) for steps in range(1, count + 1)]
    for count, steps in [*every, (30, 8), (30, 29), (30, 30)]:
        generator = row_generators([0, 1])
        grids = list(
            decode_masked(
                favourite, empty(2, count), mask_id=MASK, num_steps=steps,
                schedule=schedule, generator=generator,
            )
        )  # fmt: skip
        assert len(grids) == steps and not (grids[-1] == MASK).any()
        left = [count, *((grid == MASK).sum(-1).max().item() for grid in grids)]
        assert all(a > b for a, b in itertools.pairwise(left))
        assert all((grid <= MASK).all() and (grid >= 0).all() for grid in grids)


def test_settled_and_given_tokens_never_change():
    tokens = empty(2, 20)
    tokens[0, 3], tokens[0, 7], tokens[1, :15] = 5, 0, 2
    last = tokens
    for grid in decode_masked(
        favourite, tokens, mask_id=MASK, num_steps=5, generator=row_generators([0, 1])
    ):
        known = last != MASK
        assert torch.equal(grid[known], last[known])
        last = grid
    assert not (last == MASK).any()
    assert (tokens == MASK).sum() == 18 + 5  # the caller's grid is untouched


def test_rows_with_fewer_gaps_than_steps_end_early_and_full_ones_stay():
    tokens = empty(2, 20)
    tokens[0, 2:], tokens[1] = 1, 4
    grids = list(decode_masked(favourite, tokens, mask_id=MASK, num_steps=8, generator=None))
    assert len(grids) == 2
    assert (grids[-1][1] == 4).all()
    assert not list(decode_masked(favourite, tokens[1:], mask_id=MASK, num_steps=8))


def test_compact_logits_give_the_same_grids():
    def compact(tokens):
        return favourite(tokens)[tokens == MASK]

    for a, b in zip(
        decode_masked(favourite, empty(3, 20), mask_id=MASK, generator=row_generators([1, 2, 3])),
        decode_masked(compact, empty(3, 20), mask_id=MASK, generator=row_generators([1, 2, 3])),
        strict=True,
    ):
        assert torch.equal(a, b)


def test_a_seed_gives_the_same_row_whatever_the_batch():
    def last(seeds):
        *_, grid = decode_masked(
            favourite, empty(len(seeds), 20), mask_id=MASK, generator=row_generators(seeds)
        )
        return grid

    batch = last([5, 6, 7])
    for row, seed in enumerate((5, 6, 7)):
        assert torch.equal(last([seed])[0], batch[row])
    assert not torch.equal(batch[0], batch[1])


def test_the_most_confident_tokens_settle_first_without_choice_noise():
    scale = torch.tensor([0.0, 9.0, 3.0, 6.0])
    logits = scale[None, :, None] * torch.nn.functional.one_hot(torch.arange(4), V)
    grids = list(
        decode_masked(
            lambda tokens: logits.float(), empty(1, 4), mask_id=MASK, num_steps=4,
            schedule="linear", choice_temperature=0.0, temperature=0.0,
        )
    )  # fmt: skip
    order = [int(((a == MASK) & (b != MASK)).nonzero()[0, 1]) for a, b in
             itertools.pairwise([empty(1, 4), *grids])]  # fmt: skip
    assert order == [1, 3, 2, 0]
    assert grids[-1].tolist() == [[0, 1, 2, 3]]


def test_choice_noise_shuffles_the_order():
    def first(temperature, seed):
        grid = next(
            decode_masked(
                lambda tokens: favourite(tokens), empty(1, 30), mask_id=MASK, num_steps=10,
                schedule="linear", choice_temperature=temperature, temperature=0.0,
                generator=row_generators([seed]),
            )
        )  # fmt: skip
        return tuple((grid[0] != MASK).nonzero().flatten().tolist())

    assert len({first(0.0, seed) for seed in range(5)}) == 1
    assert len({first(10.0, seed) for seed in range(5)}) == 5


def test_halton_order_is_a_permutation_that_spreads():
    for rows, columns in ((4, 4), (12, 12), (5, 9)):
        rank = halton_order(rows, columns)
        assert sorted(rank.tolist()) == list(range(rows * columns))
    first = (halton_order(16, 16) < 16).view(4, 4, 4, 4).sum(dim=(1, 3))  # 4 x 4 quarters
    assert first.min() >= 0 and first.max() <= 2 and (first > 0).sum() >= 12
    grids = list(
        decode_masked(favourite, empty(1, 16), mask_id=MASK, num_steps=16, order=halton_order(4, 4))
    )
    for step, grid in enumerate(grids, start=1):
        assert torch.equal((grid[0] != MASK), halton_order(4, 4) < step)


def test_halton_order_walks_the_sequence_of_bases_2_and_3():
    # (1/2, 1/3), (1/4, 2/3), (3/4, 1/9), (1/8, 4/9), (5/8, 7/9), (3/8, 2/9) of 16 x 16
    walk = [(8, 5), (4, 10), (12, 1), (2, 7), (10, 12), (6, 3)]
    rank = halton_order(16, 16).view(16, 16)
    assert [int(rank[cell]) for cell in walk] == list(range(6))


def test_halton_order_serves_every_schedule_and_step_count():
    rank = halton_order(3, 4)
    for name, steps in itertools.product(schedule_names(), range(1, 13)):
        grids = list(
            decode_masked(
                favourite, empty(1, 12), mask_id=MASK, num_steps=steps, schedule=name, order=rank
            )
        )
        assert len(grids) == steps
        for grid, left in zip(grids, masked_counts(name, steps, 12), strict=True):
            assert torch.equal(grid[0] == MASK, rank >= 12 - left)


@pytest.mark.parametrize(
    ("options", "allowed"),
    [({"top_k": 1}, 1), ({"top_k": 4}, 4), ({"top_p": 1e-9}, 1), ({"temperature": 0.0}, 1)],
)
def test_decoders_draw_only_what_the_filters_leave(options, allowed):
    """With logits that never change, every token is among the most probable of its place."""
    logits = favourite(torch.zeros(1, 12, dtype=torch.long))[0]  # (12, V)
    best = logits.argsort(-1, descending=True)[:, :allowed]
    for seed in range(5):
        *_, masked = decode_masked(
            lambda tokens: logits[None], empty(1, 12), mask_id=MASK, num_steps=4,
            generator=row_generators([seed]), **options,
        )  # fmt: skip
        fed = 0

        def next_fn(tokens):
            nonlocal fed
            fed += tokens.shape[1]
            return logits[fed][None]

        *_, causal = decode_causal(
            next_fn, empty(1, 12), mask_id=MASK, generator=row_generators([seed]), **options
        )
        for grid in (masked, causal):
            assert (grid[0, :, None] == best).any(-1).all()


@pytest.mark.parametrize("ratio", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("order", ["confidence", "halton"])
def test_given_tokens_stay_in_every_mode_at_every_step(ratio, order):
    tokens = empty(2, 20)
    tokens[0, [0, 3, 9, 12, 19]], tokens[1, 5:18] = 4, 7
    known = tokens != MASK
    for options in ({}, {"temperature": 0.0}, {"top_k": 2}, {"top_p": 0.3, "num_steps": 20}):
        grids = list(
            decode_hybrid(
                CountedNext(2), favourite, tokens,
                SamplingConfig(ar_ratio=ratio, order=order, **options),
                mask_id=MASK, grid_size=(4, 5), generator=row_generators([0, 1]),
            )
        )  # fmt: skip
        assert all(torch.equal(grid[known], tokens[known]) for grid in grids)
        assert not (grids[-1] == MASK).any()


def test_causal_decoding_writes_in_raster_order_and_feeds_what_it_wrote():
    next_fn = CountedNext(2)
    grids = list(
        decode_causal(next_fn, empty(2, 10), mask_id=MASK, generator=row_generators([0, 1]))
    )
    assert len(grids) == next_fn.calls == 10
    for step, grid in enumerate(grids, start=1):
        assert ((grid != MASK).sum(-1) == step).all() and not (grid[:, :step] == MASK).any()
    assert torch.equal(next_fn.fed, grids[-1][:, :-1])


def test_causal_decoding_reads_given_tokens_and_asks_only_for_missing_ones():
    tokens = empty(2, 10)
    tokens[:, :4], tokens[0, 6], tokens[:, 8] = 3, 1, 2
    next_fn = CountedNext(2)
    *_, grid = decode_causal(next_fn, tokens, mask_id=MASK, generator=row_generators([0, 1]))
    assert next_fn.calls == 5  # positions 4, 5, 6 (row 1), 7, 9
    assert torch.equal(grid[tokens != MASK], tokens[tokens != MASK])
    assert torch.equal(next_fn.fed, grid[:, :9])


@pytest.mark.parametrize(
    ("ratio", "evaluations"), [(1.0, 256), (0.75, 200), (0.5, 136), (0.25, 72), (0.0, 8)]
)
def test_hybrid_evaluations_are_the_papers_table_5(ratio, evaluations):
    assert count_evaluations(ratio, 256, 8) == evaluations
    calls = 0

    def logits_fn(tokens):
        nonlocal calls
        calls += 1
        return favourite(tokens)

    next_fn = CountedNext(1)
    grids = list(
        decode_hybrid(
            next_fn, logits_fn, empty(1, 256), SamplingConfig(ar_ratio=ratio), mask_id=MASK
        )
    )
    assert len(grids) == calls + next_fn.calls == evaluations
    assert next_fn.calls == causal_share(ratio, 256)
    assert not (grids[-1] == MASK).any()


def test_hybrid_ends_are_the_pure_decoders_token_for_token():
    seeds = [3, 4]
    masked = list(
        decode_masked(favourite, empty(2, 20), mask_id=MASK, generator=row_generators(seeds))
    )
    hybrid = list(
        decode_hybrid(
            None,
            favourite,
            empty(2, 20),
            SamplingConfig(ar_ratio=0.0),
            mask_id=MASK,
            generator=row_generators(seeds),
        )
    )
    assert len(masked) == len(hybrid) and all(map(torch.equal, masked, hybrid))
    causal = list(
        decode_causal(CountedNext(2), empty(2, 20), mask_id=MASK, generator=row_generators(seeds))
    )
    hybrid = list(
        decode_hybrid(
            CountedNext(2), None, empty(2, 20), SamplingConfig(ar_ratio=1.0), mask_id=MASK,
            generator=row_generators(seeds),
        )
    )  # fmt: skip
    assert len(causal) == len(hybrid) and all(map(torch.equal, causal, hybrid))


def test_hybrid_starts_as_the_causal_decoder_and_names_what_is_missing():
    *_, causal = decode_causal(
        CountedNext(1), empty(1, 20), mask_id=MASK, num_tokens=10, generator=row_generators([1])
    )
    *_, hybrid = decode_hybrid(
        CountedNext(1), favourite, empty(1, 20), SamplingConfig(ar_ratio=0.5), mask_id=MASK,
        generator=row_generators([1]),
    )  # fmt: skip
    assert torch.equal(causal[:, :10], hybrid[:, :10])
    with pytest.raises(ValueError, match="no autoregressive model"):
        list(
            decode_hybrid(None, favourite, empty(1, 20), SamplingConfig(ar_ratio=0.5), mask_id=MASK)
        )
    with pytest.raises(ValueError, match="no masked model"):
        list(
            decode_hybrid(
                CountedNext(1), None, empty(1, 20), SamplingConfig(ar_ratio=0.5), mask_id=MASK
            )
        )
    with pytest.raises(ValueError, match=r"1\.5"):
        causal_share(1.5, 20)


def test_guidance_formula_and_schedules():
    c, u = torch.tensor([2.0]), torch.tensor([1.0])
    assert guide(c, u, 1.0) == c and guide(c, u, 0.0) == u and guide(c, u, 4.0) == 5.0
    constant = SamplingConfig(guidance_scale=5.0)
    assert [guidance_at(constant, step, 4) for step in (1, 4)] == [5.0, 5.0]
    ramp = SamplingConfig(guidance_scale=5.0, guidance_schedule="linear")
    assert [guidance_at(ramp, step, 4) for step in (1, 2, 3, 4)] == [2.0, 3.0, 4.0, 5.0]
    part = SamplingConfig(guidance_scale=5.0, guidance_interval=(0.25, 0.75))
    assert [guidance_at(part, step, 4) for step in (1, 2, 3, 4)] == [1.0, 5.0, 5.0, 1.0]
    whole = SamplingConfig(guidance_scale=5.0, guidance_interval=(0.0, 1.0))
    assert guidance_at(whole, 4, 4) == 5.0
