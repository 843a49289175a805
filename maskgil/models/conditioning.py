"""Conditions as tensors: captions, drafts, prefix tokens.

Shapes: B batch, T caption tokens, P prefix tokens, N image tokens, C model width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class CaptionCondition(NamedTuple):
    """A text encoder's token features and their padding mask.

    `embeds` (B, T, caption_dim); `mask` (B, T) bool, True where a token is real, or None when
    all are. Padding may stand on either side.
    """

    embeds: Tensor
    mask: Tensor | None = None

    def to(self, device: torch.device | str) -> CaptionCondition:
        mask = None if self.mask is None else self.mask.to(device)
        return CaptionCondition(self.embeds.to(device), mask)

    def __getitem__(self, index: Any) -> Any:
        """Rows by slice, list or tensor; integers keep the tuple's own meaning."""
        if isinstance(index, int):
            return tuple.__getitem__(self, index)
        mask = None if self.mask is None else self.mask[index]
        return CaptionCondition(self.embeds[index], mask)

    def trimmed(self) -> CaptionCondition:
        """Without columns that are padding in every row; the mask is dropped if it hides nothing.

        Every row must hold at least one real token.
        """
        if self.mask is None:
            return self
        embeds, mask = self.embeds, self.mask
        used = mask.any(dim=0)
        if not bool(used.all()):
            embeds, mask = embeds[:, used], mask[:, used]
        return CaptionCondition(embeds, None if bool(mask.all()) else mask)

    def right_aligned(self) -> CaptionCondition:
        """Padding first, then the real tokens in their order."""
        if self.mask is None:
            return self
        order = self.mask.long().argsort(dim=1, stable=True)  # (B, T)
        embeds = self.embeds.take_along_dim(order[..., None], dim=1)
        return CaptionCondition(embeds, self.mask.take_along_dim(order, dim=1))


class Prefix(NamedTuple):
    """Embedded condition: `tokens` (B, P, C) and `mask` (B, P) bool or None (all real).

    `draft` (B, N): as of `Drafted`.
    """

    tokens: Tensor
    mask: Tensor | None
    draft: Tensor | None = None

    def trimmed(self) -> Prefix:
        """Without the columns that are padding in every row, as of `CaptionCondition`."""
        return Prefix(*CaptionCondition(self.tokens, self.mask).trimmed(), self.draft)


def kept_prefix(condition: Condition, drop: Tensor | None) -> Prefix | None:
    """An already embedded condition, else None. ValueError with a `drop`."""
    if not isinstance(condition, Prefix):
        return None
    if drop is not None:
        raise ValueError("drop acts before embedding; give it to embed_condition")
    return condition


NO_CODE = -1  # an unspecified cell of a draft


class Drafted(NamedTuple):
    """A caption and a draft of its picture, for models whose config says `drafts`.

    `draft` (B, N) int64: suggested codes, NO_CODE where there is none. The null condition keeps the
    draft, so guidance is towards the caption alone.
    """

    caption: CaptionCondition
    draft: Tensor

    def to(self, device: torch.device | str) -> Drafted:
        return Drafted(self.caption.to(device), self.draft.to(device))

    def __getitem__(self, index: Any) -> Any:
        """Rows by slice, list or tensor; integers keep the tuple's own meaning."""
        if isinstance(index, int):
            return tuple.__getitem__(self, index)
        caption: Any = self.caption[index]
        return Drafted(caption, self.draft[index])


def copied(logits: Tensor, draft: Tensor | None, strength: Tensor | float) -> Tensor:
    """Logits (..., V) with the scores of the codes of `draft` (...) raised by `strength` (..., 1).

    In place if no gradients are needed, as a copy takes time.
    """
    if draft is None:
        return logits
    raised = ((draft != NO_CODE)[..., None] * strength).to(logits.dtype)  # (..., 1)
    place = draft.clamp(min=0)[..., None]
    if logits.requires_grad:
        return logits.scatter_add(-1, place, raised)
    return logits.scatter_add_(-1, place, raised)


Condition: TypeAlias = "Tensor | CaptionCondition | Drafted | Prefix | None"
