"""Frozen configurations: model shapes, decoding settings and the named sizes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from maskgil.utils.checks import at_least, below, one_of


@dataclass(frozen=True)
class TransformerConfig:
    """Shape of a Transformer; bidirectional (MaskGIL) or `causal` (its autoregressive twin).

    The last group reproduces oddities of published checkpoints and stays off for our own models.
    """

    num_layers: int
    num_heads: int
    dim: int
    codebook_size: int  # V; mask_id == V
    max_grid_size: tuple[int, int]  # rows, columns of tokens
    causal: bool = False
    condition: Literal["class", "caption"] = "class"
    num_classes: int = 1000
    caption_dim: int = 0  # width of the text features
    max_caption_length: int = 120
    null_length: int = 1  # prefix tokens of the learned null caption
    hidden_multiple_of: int = 256
    qk_norm: bool = False
    post_norm: bool = False
    learned_positions: bool = False  # absolute positions beside RoPE
    drafts: bool = False  # reads a draft of the tokens with its condition
    merge: int = 1  # merge x merge neighbouring tokens are one position of the blocks
    dropout: float = 0.0
    condition_dropout: float = 0.1  # share of rows trained on the null condition
    norm_eps: float = 1e-5
    rope_base: float = 10000.0
    # Published layouts only:
    zero_condition_rope: bool = False  # LlamaGen: cos = sin = 0 at condition positions
    null_keeps_mask: bool = False  # LlamaGen: the null caption takes the caption's padding mask
    rope_1d_shifted: bool = False  # released MaskGIL: 1D RoPE, row 0 zero, row i at position i - 1
    condition_last: bool = False  # released MaskGIL: the class token follows the image tokens

    def __post_init__(self) -> None:
        object.__setattr__(self, "max_grid_size", tuple(self.max_grid_size))
        at_least(self, 1, "num_layers", "num_heads", "dim", "codebook_size", "hidden_multiple_of")
        one_of(self, ("class", "caption"), "condition")
        if self.dim % self.num_heads or self.head_dim % 4:
            raise ValueError(
                f"dim {self.dim} with {self.num_heads} heads: each head must be a multiple of 4 "
                "wide for 2D RoPE"
            )
        if len(self.max_grid_size) != 2 or min(self.max_grid_size) < 1:
            raise ValueError(f"max_grid_size is {self.max_grid_size}; it must be (rows, columns)")
        if self.condition == "caption" and self.caption_dim < 1:
            raise ValueError("caption_dim must be the width of the text features, at least 1")
        if self.condition == "caption" and not 1 <= self.null_length <= self.max_caption_length:
            raise ValueError(
                f"null_length is {self.null_length}; it must be 1 to {self.max_caption_length}"
            )
        if self.condition == "class":
            at_least(self, 1, "num_classes")
        below(self, 0, 1, "dropout", "condition_dropout")
        if self.merge < 1 or any(side % self.merge for side in self.max_grid_size):
            raise ValueError(
                f"merge is {self.merge}; it must divide max_grid_size {list(self.max_grid_size)}"
            )
        if self.merge > 1 and self.causal:
            raise ValueError("merge needs a bidirectional model: a causal one goes token by token")
        if self.condition_last and self.causal:
            raise ValueError(
                "condition_last needs a bidirectional model: a causal one reads it first"
            )

    @property
    def head_dim(self) -> int:
        return self.dim // self.num_heads

    @property
    def hidden_dim(self) -> int:
        """SwiGLU width: 2/3 · 4 · dim, rounded up to `hidden_multiple_of`."""
        hidden = int(2 * 4 * self.dim / 3)
        return -(-hidden // self.hidden_multiple_of) * self.hidden_multiple_of

    @property
    def mask_id(self) -> int:
        return self.codebook_size

    @property
    def max_tokens(self) -> int:
        return self.max_grid_size[0] * self.max_grid_size[1]

    def replace(self, **changes: Any) -> TransformerConfig:
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TransformerConfig:
        """Rebuild from `to_dict`; an unknown key is an error, never ignored."""
        known = [field.name for field in dataclasses.fields(cls)]
        for key in values:
            if key not in known:
                raise ValueError(f"unknown model setting {key!r}; valid: {', '.join(known)}")
        return cls(**values)

    @classmethod
    def named(cls, size: str, **changes: Any) -> TransformerConfig:
        """One of `SIZES`, with changes: `TransformerConfig.named("nano", causal=True)`."""
        if size not in SIZES:
            raise ValueError(f"unknown size {size!r}; choose one of {', '.join(SIZES)}")
        return SIZES[size].replace(**changes)


def _class_driven(layers: int, heads: int, dim: int, **flags: Any) -> TransformerConfig:
    """The paper's class-driven sizes: 16 x 16 tokens of LlamaGen-VQ, 1,000 ImageNet classes."""
    return TransformerConfig(
        num_layers=layers, num_heads=heads, dim=dim,
        codebook_size=16384, max_grid_size=(16, 16), **flags,
    )  # fmt: skip


SIZES: dict[str, TransformerConfig] = {
    "nano": TransformerConfig(
        num_layers=6,
        num_heads=4,
        dim=192,
        codebook_size=4096,
        max_grid_size=(12, 12),
        condition="caption",
        caption_dim=384,
        max_caption_length=64,
        hidden_multiple_of=64,
        qk_norm=True,
        learned_positions=True,
    ),
    "b": _class_driven(12, 12, 768),
    "l": _class_driven(24, 16, 1024),
    "xl": _class_driven(36, 20, 1280),
    "xxl": _class_driven(48, 24, 1536, qk_norm=True, post_norm=True),
    "xl-text": TransformerConfig(
        num_layers=36,
        num_heads=20,
        dim=1280,
        codebook_size=8192,
        max_grid_size=(128, 128),  # any bucket of 512 x 512 or 1,024 x 1,024 pixels' area
        condition="caption",
        caption_dim=2048,
        max_caption_length=256,
        qk_norm=True,
        post_norm=True,
    ),
}
