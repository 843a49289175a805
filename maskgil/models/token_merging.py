"""Token merging: square groups of neighbouring tokens share one position of the blocks.

aMUSEd's U-ViT and Meissonic halve the grid inside the network; here groups are folded before the
blocks and unfolded before a head that all their tokens share.
"""

# B batch, N image tokens, n = N / side² groups, C width, M picked tokens, K groups with one.

from __future__ import annotations

import torch
from torch import Tensor, nn


def folded(x: Tensor, grid_size: tuple[int, int], side: int) -> Tensor:
    """Raster order (B, N, …) to groups in raster order, (B, n, side², …)."""
    rows, columns = grid_size[0] // side, grid_size[1] // side
    parts = x.unflatten(1, (rows, side, columns, side)).movedim(3, 2)
    result: Tensor = parts.flatten(3, 4).flatten(1, 2)
    return result


def unfolded(x: Tensor, grid_size: tuple[int, int], side: int) -> Tensor:
    """What `folded` made (B, n, side², …) back to raster order (B, N, …)."""
    rows, columns = grid_size[0] // side, grid_size[1] // side
    parts = x.unflatten(2, (side, side)).unflatten(1, (rows, columns))
    result: Tensor = parts.movedim(3, 2).flatten(1, 4)
    return result


class TokenMerging(nn.Module):
    """Groups of `side` × `side` tokens to one vector and back, a linear layer each way."""

    def __init__(self, side: int, dim: int) -> None:
        super().__init__()
        self.side = side
        self.join = nn.Linear(side**2 * dim, dim, bias=False)
        self.split = nn.Linear(dim, side**2 * dim, bias=False)

    def reset_parameters(self) -> None:
        """Initialise both layers to preserve the norm."""
        for layer in (self.join, self.split):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5)

    def merged(self, grid_size: tuple[int, int]) -> tuple[int, int]:
        """The grid of groups."""
        return grid_size[0] // self.side, grid_size[1] // self.side

    def merge(self, x: Tensor, grid_size: tuple[int, int]) -> Tensor:
        """Embeddings of tokens (B, N, C) to those of groups (B, n, C)."""
        result: Tensor = self.join(folded(x, grid_size, self.side).flatten(2))
        return result

    def unmerge(self, x: Tensor, grid_size: tuple[int, int]) -> Tensor:
        """Outputs of groups (B, n, C) to those of tokens (B, N, C)."""
        return unfolded(self.split(x).unflatten(-1, (self.side**2, -1)), grid_size, self.side)

    def unmerge_at(self, x: Tensor, where: Tensor, grid_size: tuple[int, int]) -> Tensor:
        """Outputs (K, C) of the groups in which `where` (B, N) is True anywhere, in their order,
        to those of the tokens where it is True: (M, C) in raster order.
        """
        groups = folded(where, grid_size, self.side)  # (B, n, side²)
        picked = groups[groups.any(-1)]  # (K, side²)
        places = torch.arange(where.numel(), device=where.device).view_as(where)
        order = folded(places, grid_size, self.side)[groups].argsort()  # (M,)
        result: Tensor = self.split(x).unflatten(-1, (self.side**2, -1))[picked][order]
        return result
