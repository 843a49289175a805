"""aMUSEd (Patil et al. 2024), a public masked-token model of photographs, as a masked model.

Its Transformer comes from diffusers, an optional dependency; how tokens are drawn is ours, so
previews, editing and equal pictures for equal seeds hold here too.

Shapes: B batch, N = h · w image tokens, V codebook size, M masked tokens of the batch, L caption
tokens, D width of the caption's features.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from maskgil.models.conditioning import CaptionCondition, Condition, Prefix
from maskgil.models.masked_model import Step, flat_positions
from maskgil.models.multimodal_layers import micro_conditions
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.photo_parts import load_ends, load_part
from maskgil.sampling.config import SamplingConfig


@dataclass(frozen=True)
class AmusedConfig:
    """What the rest of the code asks of a model's configuration."""

    mask_id: int
    codebook_size: int
    max_grid_size: tuple[int, int]
    caption_dim: int
    condition: Literal["caption"] = "caption"
    null_keeps_mask: bool = True  # the empty caption is a caption like any other


class AmusedModel:
    """diffusers' UVit2DModel, answering as our bidirectional Transformer does."""

    supports_feature_cache = False

    def __init__(self, transformer: Any, mask_id: int, null: Tensor, factor: int) -> None:
        self.transformer = transformer.eval()
        size = transformer.config.sample_size
        self.config = AmusedConfig(
            mask_id, transformer.config.codebook_size, (size, size), null.shape[-1]
        )
        self.token_embedding = transformer.embed.embeddings
        self._null = null  # (1, L + 1, D), the empty caption
        self._factor = factor

    @property
    def mask_id(self) -> int:
        return self.config.mask_id

    def parameters(self) -> Iterator[nn.Parameter]:
        """Those of the Transformer."""
        found: Iterator[nn.Parameter] = self.transformer.parameters()
        return found

    def check_grid(self, grid_size: tuple[int, int] | None, count: int) -> tuple[int, int]:
        """The grid of `count` tokens; ValueError when it does not fit."""
        rows, columns = grid_size or self.config.max_grid_size
        limit = self.config.max_grid_size
        if rows * columns != count or rows > limit[0] or columns > limit[1]:
            raise ValueError(
                f"{count} tokens on a grid of {rows} x {columns}; this model draws up to "
                f"{limit[0]} x {limit[1]}"
            )
        return rows, columns

    def embed_condition(
        self, condition: Condition, batch_size: int, *, drop: Tensor | None = None
    ) -> Prefix:
        """The captions' features (B, L + 1, D); rows of `drop` (B,) become the empty caption's."""
        if isinstance(condition, Prefix):
            return condition
        if condition is None:
            return Prefix(self._null.expand(batch_size, -1, -1), None)
        assert isinstance(condition, CaptionCondition)
        embeds = condition.embeds
        assert len(embeds) == batch_size
        if drop is not None:
            embeds = torch.where(drop[:, None, None], self._null.to(embeds), embeds)
        return Prefix(embeds, None)

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
        """Logits (B, N, V), or (M, V) of the tokens at `where`; no `step` is read."""
        rows, columns = grid_size or self.config.max_grid_size
        prefix = self.embed_condition(condition, len(tokens), drop=drop)
        features = prefix.tokens.to(self.transformer.dtype)
        conditions = micro_conditions((rows, columns), self._factor, tokens.device)
        logits = self.transformer(
            tokens.view(-1, rows, columns),
            encoder_hidden_states=features[:, :-1],
            pooled_text_emb=features[:, -1],
            micro_conds=conditions.to(features.dtype).expand(len(tokens), -1),
        )  # (B, V, h, w)
        logits = logits.flatten(2).movedim(1, -1).float()  # (B, N, V)
        return logits if where is None else logits.flatten(0, 1)[flat_positions(where)]


def load_amused(folder: Path, *, device: str, sampling: SamplingConfig) -> ImageGenerator:
    """aMUSEd from a folder in diffusers' layout: float16 on a GPU, float32 on a CPU."""
    from diffusers import AmusedScheduler, UVit2DModel

    dtype = torch.float32 if torch.device(device).type == "cpu" else torch.float16
    tokenizer, encoder = load_ends(folder, dtype=dtype, device=device)
    scheduler = AmusedScheduler.from_pretrained(folder / "scheduler")
    null = encoder.encode([""]).embeds
    transformer = load_part(UVit2DModel, folder / "transformer", dtype, device)
    masked = AmusedModel(
        transformer, scheduler.config.mask_token_id, null, tokenizer.downsample_factor
    )
    return ImageGenerator(tokenizer, masked, None, encoder, sampling=sampling)
