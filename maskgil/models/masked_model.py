"""Masked models: the protocol, and the base of class-driven ones.

Shapes: B batch, N image tokens, C model width, V codebook size, M positions of `where`.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from maskgil.models.conditioning import Condition, Prefix, kept_prefix
from maskgil.models.embedders import ClassEmbedder
from maskgil.utils.checks import at_least, below


class Step(NamedTuple):
    """The number of a decoding step, from 1, and of all steps; input of some models."""

    number: int
    total: int


class Places(NamedTuple):
    """Positions in grids (B, N): sorted `flat` positions (M,) and the `counts` of each row.

    Counts are kept on the host, so that using them needs no synchronisation with a GPU.
    """

    flat: Tensor
    counts: tuple[int, ...]

    @classmethod
    def of(cls, which: Tensor, counts: Sequence[int] | None = None) -> Places:
        """The True entries of `which` (B, N); without `counts` these are read from the device."""
        if counts is None:
            counts = which.sum(-1).tolist()
        number = torch.arange(1, sum(counts) + 1, device=which.device)  # (M,)
        return cls(torch.searchsorted(which.flatten().cumsum(0), number), tuple(counts))

    def twice(self, size: int) -> Places:
        """The same places for the rows, of `size` tokens together, repeated twice."""
        return Places(torch.cat([self.flat, self.flat + size]), self.counts * 2)


def flat_positions(where: Tensor) -> Tensor:
    """`where` as models take it, (B, N) bool or positions already, as flat positions (M,).

    The number of True entries is read from the device.
    """
    return where.flatten().nonzero().squeeze(-1) if where.dtype == torch.bool else where


class MaskedModel(Protocol):
    """The interface of masked models: predicts all unknown tokens at once.

    `config` states `condition` ("class" or "caption"), `codebook_size` and `max_grid_size`.
    """

    token_embedding: nn.Embedding

    @property
    def supports_feature_cache(self) -> bool:
        """Whether `sampling.feature_cache` supports it (`--fast`)."""

    @property
    def config(self) -> Any: ...

    @property
    def mask_id(self) -> int: ...

    def parameters(self) -> Iterator[nn.Parameter]: ...

    def check_grid(self, grid_size: tuple[int, int] | None, count: int) -> tuple[int, int]:
        """The grid of `count` tokens; ValueError when it does not fit them or the model."""

    def embed_condition(
        self, condition: Condition, batch_size: int, *, drop: Tensor | None = None
    ) -> Prefix:
        """Embed a condition once for all steps, as the `condition` of `logits`."""

    def logits(
        self,
        tokens: Tensor,
        condition: Condition,
        *,
        grid_size: tuple[int, int] | None = None,
        drop: Tensor | None = None,
        where: Tensor | None = None,
        step: Step | None = None,
    ) -> Tensor:
        """tokens (B, N) with `mask_id` where unknown -> (B, N, V), or (M, V) at `where`.

        `where`: (B, N) bool, or sorted flat positions (M,) int64. `step` None is the last one.
        """


def is_masked_model(model: object) -> bool:
    """Whether `model` is a masked model: no tokenizer, no causal model."""
    config = getattr(model, "config", None)
    return hasattr(model, "supports_feature_cache") and not getattr(config, "causal", True)


def null_is_constant(config: Any) -> bool:
    """Whether the null condition does not depend on the caption.

    Only LlamaGen's null caption does, as it takes the caption's padding mask.
    """
    return config.condition == "class" or not config.null_keeps_mask


class ClassDrivenConfig:
    """Base of configs of class-driven models whose positions are learned one by one."""

    num_layers: int
    num_heads: int
    dim: int
    codebook_size: int  # V; mask_id == V
    max_grid_size: tuple[int, int]  # the one grid that is drawn
    num_classes: int
    condition_dropout: float

    def check(self) -> None:
        """ValueError naming the first setting that is out of range."""
        object.__setattr__(self, "max_grid_size", tuple(self.max_grid_size))
        at_least(self, 1, "num_layers", "num_heads", "dim", "codebook_size", "num_classes")
        if len(self.max_grid_size) != 2 or min(self.max_grid_size) < 1:
            raise ValueError(f"max_grid_size is {self.max_grid_size}; it must be (rows, columns)")
        if self.inner_dim % self.num_heads:
            raise ValueError(
                f"attention of width {self.inner_dim} cannot be split into {self.num_heads} heads"
            )
        below(self, 0, 1, "condition_dropout")

    @property
    def inner_dim(self) -> int:
        """The width of all heads together."""
        return self.dim

    @property
    def condition(self) -> str:
        return "class"

    @property
    def causal(self) -> bool:
        return False

    @property
    def mask_id(self) -> int:
        return self.codebook_size

    @property
    def max_tokens(self) -> int:
        return self.max_grid_size[0] * self.max_grid_size[1]

    def replace(self, **changes: Any) -> Any:
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]


class ClassDrivenModel(nn.Module):
    """Base of class-driven masked models on one grid, with `config` and `condition`."""

    supports_feature_cache = False

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.token_embedding = nn.Embedding(config.codebook_size + 1, config.dim)
        self.condition = ClassEmbedder(config.num_classes, config.dim)

    def reset_parameters(self) -> None:
        """Truncated normal(0, 0.02) weights and zero biases, as BERT starts."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif parameter.ndim >= 2:
                nn.init.trunc_normal_(parameter, std=0.02)

    @property
    def mask_id(self) -> int:
        result: int = self.config.mask_id
        return result

    def logits(
        self,
        tokens: Tensor,
        condition: Condition,
        *,
        grid_size: tuple[int, int] | None = None,
        drop: Tensor | None = None,
        where: Tensor | None = None,
        step: Step | None = None,
    ) -> Tensor:
        """tokens (B, N) with `mask_id` where unknown -> (B, N, V), or (M, V) at `where`."""
        tokens = tokens.flatten(1)
        batch, count = tokens.shape
        self.check_grid(grid_size, count)
        prefix = self.embed_condition(condition, batch, drop=drop)
        return self._scores(tokens, prefix.tokens, None if where is None else flat_positions(where))

    forward = logits

    @abstractmethod
    def _scores(self, tokens: Tensor, prefix: Tensor, place: Tensor | None) -> Tensor:
        """tokens (B, N), prefix (B, 1, C) -> (B, N, V), or (M, V) at the flat positions `place`."""

    def embed_condition(
        self, condition: Condition, batch_size: int, *, drop: Tensor | None = None
    ) -> Prefix:
        """Class labels (B,) or None for the null class -> prefix (B, 1, C)."""
        if embedded := kept_prefix(condition, drop):
            return embedded
        result: Prefix = self.condition(condition, batch_size, drop)
        return result

    def check_grid(self, grid_size: tuple[int, int] | None, count: int) -> tuple[int, int]:
        """The model's grid; ValueError for another."""
        rows, columns = self.config.max_grid_size
        if count != rows * columns or (
            grid_size is not None and tuple(grid_size) != (rows, columns)
        ):
            raise ValueError(
                f"{count} tokens on a grid of {grid_size}; this model's positions are learned for "
                f"{rows} x {columns} only"
            )
        return rows, columns
