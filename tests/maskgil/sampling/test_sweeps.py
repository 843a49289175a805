"""Sweeps: each half of a filled grid drawn anew beside the other, from the model's conditionals."""

import itertools

import pytest
import torch

from maskgil.models.masked_model import Places
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_hybrid, hybrid_stages, masked_steps
from maskgil.sampling.logits import row_generators
from maskgil.sampling.sweeps import chess_board, sweep

PULL = 0.5  # how much two neighbours like to be alike
GRID = 2, 3


def neighbours(rows: int, columns: int) -> torch.Tensor:
    """(N, N) bool: which cells of a grid share a side."""
    down, along = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    places = torch.stack([down.flatten(), along.flatten()], 1).float()
    return torch.cdist(places, places, p=1) == 1


BESIDE = neighbours(*GRID)


def ising(tokens: torch.Tensor, masked: Places) -> torch.Tensor:
    """Logits (M, 2) of an Ising model with a field on its first cell, none of a masked cell."""
    spins = (2 * tokens - 1).float().masked_fill(tokens == 2, 0)  # (B, N)
    pull = PULL * spins @ BESIDE.float()
    pull[:, 0] += 0.5
    energy = pull.flatten()[masked.flat]
    return torch.stack([-energy, energy], 1)


def exact_marginals() -> tuple[torch.Tensor, torch.Tensor]:
    """Mean spins (N,) and mean products (N, N) of the model, by summing over all grids."""
    grids = torch.tensor(list(itertools.product([-1.0, 1.0], repeat=GRID[0] * GRID[1])))
    pairs = torch.einsum("gi,ij,gj->g", grids, BESIDE.float(), grids) / 2
    weight = (PULL * pairs + 0.5 * grids[:, 0]).double().softmax(0).float()
    return weight @ grids, torch.einsum("g,gi,gj->ij", weight, grids, grids)


def test_sweeps_draw_from_the_joint_distribution_of_the_conditionals():
    rows = 4000
    tokens = torch.randint(2, (rows, 6), generator=torch.Generator().manual_seed(0))
    everything = torch.ones(rows, 6, dtype=torch.bool)
    *_, last = sweep(
        ising, tokens, everything, mask_id=2, grid_size=GRID, sweeps=25,
        generator=torch.Generator().manual_seed(1),
    )  # fmt: skip
    spins = (2 * last - 1).float()
    mean, products = exact_marginals()
    assert spins.mean(0) == pytest.approx(mean, abs=0.06)
    assert (spins.T @ spins / rows - products).abs().max() < 0.06


def test_a_half_is_drawn_beside_the_other_and_never_beside_itself():
    seen = []

    def watched(tokens: torch.Tensor, masked: Places) -> torch.Tensor:
        seen.append(tokens == 2)
        return ising(tokens, masked)

    tokens = torch.zeros(2, 6, dtype=torch.long)
    every = torch.ones(2, 6, dtype=torch.bool)
    steps = [*sweep(watched, tokens, every, mask_id=2, grid_size=GRID, sweeps=2)]
    assert len(steps) == len(seen) == 4
    for masked in seen:
        assert not (BESIDE[masked[0]][:, masked[0]]).any()
    assert (seen[0] ^ seen[1]).all() and torch.equal(seen[0], seen[2])


def test_cells_that_were_given_stay_in_every_half_step():
    tokens = torch.randint(2, (3, 6), generator=torch.Generator().manual_seed(4))
    written = torch.tensor([[True] * 3 + [False] * 3, [False] * 6, [False] * 5 + [True]])
    for step in sweep(ising, tokens, written, mask_id=2, grid_size=GRID, sweeps=3):
        assert torch.equal(step[~written], tokens[~written])
        assert (step < 2).all()


def test_a_seed_gives_the_same_row_whatever_the_batch():
    tokens = torch.randint(2, (3, 6), generator=torch.Generator().manual_seed(4))
    every = torch.ones(3, 6, dtype=torch.bool)

    def last(rows: list[int]) -> torch.Tensor:
        *_, end = sweep(
            ising, tokens[rows], every[rows], mask_id=2, grid_size=GRID, sweeps=2,
            generator=row_generators([7 + row for row in rows]),
        )  # fmt: skip
        return end

    assert torch.equal(last([0, 1, 2])[2:], last([2]))


@pytest.mark.parametrize(
    ("asked", "steps", "filling", "made"),
    [(2, 8, 4, 2), (2, 7, 3, 2), (2, 12, 8, 2), (2, 4, 2, 1), (2, 3, 3, 0), (2, 1, 1, 0),
     (5, 8, 4, 2), (0, 8, 8, 0)],
)  # fmt: skip
def test_sweeps_are_taken_out_of_the_steps(asked, steps, filling, made):
    sampling = SamplingConfig(num_steps=steps, sweeps=asked)
    assert (sampling.filling_steps, sampling.sweeping) == (filling, made)
    assert masked_steps(sampling, 1000) == steps


def test_beside_kept_features_nothing_is_drawn_again():
    assert SamplingConfig(sweeps=2).fast().sweeping == 0


def test_negative_sweeps_are_refused():
    with pytest.raises(ValueError, match="sweeps is -1"):
        SamplingConfig(sweeps=-1)


@pytest.mark.parametrize("empty", [1, 3, 6])
def test_a_stage_has_as_many_steps_as_it_says(empty):
    tokens = torch.zeros(1, 6, dtype=torch.long)
    tokens[0, :empty] = 2
    sampling = SamplingConfig(num_steps=8, sweeps=2, guidance_scale=1.0)

    def logits(tokens: torch.Tensor) -> torch.Tensor:
        return ising(tokens, Places.of(tokens == 2))

    [stage] = hybrid_stages(None, logits, tokens, sampling, mask_id=2, grid_size=GRID)
    steps = [*stage.decode(tokens)]
    assert len(steps) == stage.num_steps == masked_steps(sampling, empty)
    assert torch.equal(steps[-1][0, empty:], tokens[0, empty:])


def test_the_causal_share_is_left_alone():
    tokens = torch.full((1, 6), 2)
    sampling = SamplingConfig(num_steps=8, sweeps=2, guidance_scale=1.0, ar_ratio=0.5)

    def logits(tokens: torch.Tensor) -> torch.Tensor:
        return ising(tokens, Places.of(tokens == 2))

    steps = [
        *decode_hybrid(
            lambda _: torch.tensor([[0.0, 9.0]]), logits, tokens, sampling,
            mask_id=2, grid_size=GRID, generator=torch.Generator().manual_seed(0),
        )
    ]  # fmt: skip
    assert len(steps) == 3 + 3 + 4
    assert all(torch.equal(step[:, :3], steps[2][:, :3]) for step in steps[2:])


def test_neighbours_on_the_board_never_have_one_colour():
    white = chess_board(5, 4)
    assert white[0] and not (neighbours(5, 4) & (white[:, None] == white)).any()
