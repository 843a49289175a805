"""Class labels and captions as prefix tokens, and the learned null condition of guidance.

Shapes: B batch, T caption tokens, P prefix tokens, C model width.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.config import TransformerConfig
from maskgil.models.conditioning import CaptionCondition, Prefix


class ClassEmbedder(nn.Module):
    """One learned token a class; row `num_classes` is the null condition."""

    def __init__(self, num_classes: int, dim: int) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.table = nn.Embedding(num_classes + 1, dim)

    def forward(self, labels: Tensor | None, batch_size: int, drop: Tensor | None) -> Prefix:
        """labels (B,) int64 or None -> prefix (B, 1, C); rows of `drop` (B,) become null."""
        device = self.table.weight.device
        if labels is None:
            labels = torch.full((batch_size,), self.num_classes, device=device)
        labels = torch.as_tensor(labels, device=device)
        if labels.shape != (batch_size,):
            raise ValueError(
                f"class labels have shape {tuple(labels.shape)}; expected ({batch_size},)"
            )
        if drop is not None:
            labels = labels.masked_fill(drop.to(device), self.num_classes)
        return Prefix(self.table(labels)[:, None], None)  # (B, 1, C)


class CaptionEmbedder(nn.Module):
    """Text features through an MLP; the null caption is `null_length` learned features.

    `trims`: columns that are padding in every row are left out. Off for compiled training, where
    shapes should stay and nothing be read back from the device; what comes in has to be right.
    """

    trims = True

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.caption_dim, self.max_length = config.caption_dim, config.max_caption_length
        self.null_keeps_mask = config.null_keeps_mask
        self.right_aligned = config.causal
        self.null_features = nn.Parameter(torch.empty(config.null_length, config.caption_dim))
        nn.init.normal_(self.null_features, std=0.02)
        self.fc1 = nn.Linear(config.caption_dim, config.dim, bias=False)
        self.fc2 = nn.Linear(config.dim, config.dim, bias=False)

    def _null(self, like: CaptionCondition) -> CaptionCondition:
        """The null caption in the shape of `like`, all rows the same."""
        batch, length, _ = like.embeds.shape
        null = self.null_features.to(like.embeds.dtype)
        # With the caption's mask, null features belong to places counted from the right end.
        null = null[-length:] if self.null_keeps_mask else null[:length]
        embeds = F.pad(null, (0, 0, 0, length - len(null))).expand(batch, -1, -1)
        if self.null_keeps_mask:
            return CaptionCondition(embeds, like.mask)
        real = torch.arange(length, device=embeds.device) < len(null)
        return CaptionCondition(embeds, real.expand(batch, -1))

    def _drop(self, caption: CaptionCondition, drop: Tensor) -> CaptionCondition:
        """Replace the rows of `drop` (B,) bool by the null caption."""
        short = len(self.null_features) - caption.embeds.shape[1]
        if short > 0 and not self.null_keeps_mask:
            mask = caption.mask
            if mask is None:
                mask = torch.ones(caption.embeds.shape[:2], dtype=torch.bool, device=drop.device)
            embeds, mask = F.pad(caption.embeds, (0, 0, 0, short)), F.pad(mask, (0, short))
            caption = CaptionCondition(embeds, mask)
        null = self._null(caption)
        embeds = torch.where(drop[:, None, None], null.embeds, caption.embeds)
        if caption.mask is None and null.mask is None:
            return CaptionCondition(embeds, None)
        real = torch.ones(embeds.shape[:2], dtype=torch.bool, device=embeds.device)
        ours = real if caption.mask is None else caption.mask
        theirs = real if null.mask is None else null.mask
        return CaptionCondition(embeds, torch.where(drop[:, None], theirs, ours))

    def forward(
        self, caption: CaptionCondition | None, batch_size: int, drop: Tensor | None
    ) -> Prefix:
        """Features (B, T, caption_dim) -> prefix (B, P, C), P the batch's longest caption.

        Rows of `drop` (B,) bool, or all rows when `caption` is None, become the null caption. For a
        causal model real tokens are moved to the right end: the last one predicts the first
        image token.
        """
        if caption is None:
            embeds = self.null_features.expand(batch_size, -1, -1)
            caption = CaptionCondition(embeds, None)
        else:
            caption = self._checked(caption, batch_size)
            if self.right_aligned:
                caption = caption.right_aligned()
            if drop is not None:
                caption = self._drop(caption, drop.to(caption.embeds.device))
            caption = caption.trimmed() if self.trims else caption
        embeds, mask = caption.right_aligned() if self.right_aligned else caption
        hidden = F.gelu(self.fc1(embeds), approximate="tanh")  # (B, P, C)
        return Prefix(self.fc2(hidden), mask)

    def _checked(self, caption: CaptionCondition, batch_size: int) -> CaptionCondition:
        embeds, mask = caption if isinstance(caption, tuple) else (caption, None)
        if embeds.ndim != 3 or embeds.shape[0] != batch_size or embeds.shape[2] != self.caption_dim:
            raise ValueError(
                f"caption features have shape {tuple(embeds.shape)}; "
                f"expected ({batch_size}, T, {self.caption_dim})"
            )
        if not 1 <= embeds.shape[1] <= self.max_length:
            raise ValueError(
                f"caption of {embeds.shape[1]} tokens; expected 1 to {self.max_length}"
            )
        if mask is not None:
            mask = mask.bool()
            if mask.shape != embeds.shape[:2]:
                found, expected = tuple(mask.shape), tuple(embeds.shape[:2])
                raise ValueError(f"caption mask has shape {found}; expected {expected}")
            if self.trims and not bool(mask.any(dim=1).all()):
                raise ValueError("a caption has no real token; pass None for the null condition")
        return CaptionCondition(embeds.to(self.fc1.weight.dtype), mask)
