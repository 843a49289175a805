"""Published Transformer layouts -> this project's, each by an explicit key table.

`state` holds the published tensors (any prefix stripped), `config` the published settings. Every
source key must be used and every key of ours filled; anything else is an error that names it.

Shapes: C model width, H heads, D head width, F SwiGLU width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from maskgil.checkpoints import CheckpointError, check_state
from maskgil.config import TransformerConfig
from maskgil.transformer import Transformer

Config = Mapping[str, Any]


def halves_from_pairs(weight: Tensor, num_heads: int) -> Tensor:
    """Reorder the rows of q or k (C, C) from RoPE on pairs (2i, 2i + 1) to pairs (i, i + D/2).

    The same permutation on q and k leaves every attention score as it was.
    """
    width = weight.shape[0] // num_heads
    rows = weight.view(num_heads, width // 2, 2, -1)  # (H, D/2, 2, C)
    return rows.transpose(1, 2).reshape(weight.shape)


class Source:
    """Published tensors that are taken one by one, so that none is missed or left over."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        self.left = dict(state)

    def take(self, key: str, shape: tuple[int, ...] | None = None) -> Tensor:
        if key not in self.left:
            expected = "" if shape is None else f", expected of shape {tuple(shape)}"
            raise CheckpointError(f"missing key {key!r}{expected}")
        tensor = self.left.pop(key)
        if shape is not None and tuple(tensor.shape) != shape:
            raise CheckpointError(
                f"key {key!r} has shape {tuple(tensor.shape)}, expected {tuple(shape)}"
            )
        return tensor

    def drop(self, *keys: str) -> None:
        """Leave out buffers that this project computes itself."""
        for key in keys:
            self.left.pop(key, None)

    def drop_prefixed(self, *prefixes: str) -> None:
        """Leave out what a training checkpoint holds besides the model."""
        for key in [key for key in self.left if key.startswith(prefixes)]:
            del self.left[key]

    def finish(self) -> None:
        for key, tensor in self.left.items():
            raise CheckpointError(f"unexpected key {key!r} of shape {tuple(tensor.shape)}")


def _setting(config: Config, key: str, default: Any = None) -> Any:
    value = config.get(key, default)
    if value is None:
        raise CheckpointError(f"the published config lacks {key!r}")
    return value


def _llama_blocks(source: Source, config: TransformerConfig) -> dict[str, Tensor]:
    """The blocks that LlamaGen and the released MaskGIL have in common.

    layers.i.attention.wqkv → blocks.i.attention.qkv (q and k reordered for our RoPE);
    .attention.wo → .attention.out; .feed_forward.w1 and .w3 → .mlp.gate_up; .w2 → .mlp.down;
    .attention_norm and .ffn_norm → .attention_norm and .mlp_norm.
    """
    width, hidden, heads = config.dim, config.hidden_dim, config.num_heads
    ours: dict[str, Tensor] = {}
    for index in range(config.num_layers):
        theirs, block = f"layers.{index}", f"blocks.{index}"
        qkv = source.take(f"{theirs}.attention.wqkv.weight", (3 * width, width))
        query, key, value = qkv.chunk(3)
        ours[f"{block}.attention.qkv.weight"] = torch.cat(
            [halves_from_pairs(query, heads), halves_from_pairs(key, heads), value]
        )
        ours[f"{block}.attention.out.weight"] = source.take(
            f"{theirs}.attention.wo.weight", (width, width)
        )
        gate = source.take(f"{theirs}.feed_forward.w1.weight", (hidden, width))
        up = source.take(f"{theirs}.feed_forward.w3.weight", (hidden, width))
        ours[f"{block}.mlp.gate_up.weight"] = torch.cat([gate, up])
        ours[f"{block}.mlp.down.weight"] = source.take(
            f"{theirs}.feed_forward.w2.weight", (width, hidden)
        )
        ours[f"{block}.attention_norm.weight"] = source.take(
            f"{theirs}.attention_norm.weight", (width,)
        )
        ours[f"{block}.mlp_norm.weight"] = source.take(f"{theirs}.ffn_norm.weight", (width,))
    ours["norm.weight"] = source.take("norm.weight", (width,))
    return ours


def _build(config: TransformerConfig, ours: dict[str, Tensor], source: Source) -> Transformer:
    source.finish()
    with torch.device("meta"):
        model = Transformer(config)
    check_state(model.state_dict(), {key: tuple(value.shape) for key, value in ours.items()})
    model.load_state_dict(ours, strict=True, assign=True)
    return model.eval()


def _square(block_size: int) -> tuple[int, int]:
    side = math.isqrt(block_size)
    if side * side != block_size:
        raise CheckpointError(f"block_size {block_size} is not a square grid of tokens")
    return side, side


def _check_heads(config: Config) -> None:
    heads, key_heads = _setting(config, "n_head"), config.get("n_kv_head")
    if key_heads not in (None, heads):
        raise CheckpointError(
            f"n_kv_head is {key_heads}: grouped key and value heads are not supported, "
            f"only n_head = {heads}"
        )


def from_llamagen_gpt(state: Mapping[str, Tensor], config: Config) -> Transformer:
    """LlamaGen's GPT (class- or text-driven), published as c2i_*.pt and t2i_*.pt.

    Quirks kept behind flags: RoPE's cos = sin = 0 at condition positions, and the null caption
    taking the caption's padding mask.
    tok_embeddings → token_embedding; cls_embedding.embedding_table → condition.table;
    cls_embedding.cap_proj.fc1, fc2 → condition.fc1, fc2; cls_embedding.uncond_embedding →
    condition.null_features; output → head; the rest as in `_llama_blocks`.
    """
    _check_heads(config)
    kind = _setting(config, "model_type", "c2i")
    if kind not in ("c2i", "t2i"):
        raise CheckpointError(f"model_type is {kind!r}; expected 'c2i' or 't2i'")
    captions = kind == "t2i"
    prefix = _setting(config, "cls_token_num", 1)
    if not captions and prefix != 1:
        raise CheckpointError(f"cls_token_num is {prefix}; a class-driven model has 1")
    shape = TransformerConfig(
        num_layers=_setting(config, "n_layer"),
        num_heads=_setting(config, "n_head"),
        dim=_setting(config, "dim"),
        codebook_size=_setting(config, "vocab_size"),
        max_grid_size=_square(_setting(config, "block_size")),
        causal=True,
        condition="caption" if captions else "class",
        num_classes=1000 if captions else _setting(config, "num_classes", 1000),
        caption_dim=_setting(config, "caption_dim", 2048) if captions else 0,
        max_caption_length=prefix if captions else 120,
        null_length=prefix if captions else 1,
        hidden_multiple_of=_setting(config, "multiple_of", 256),
        norm_eps=_setting(config, "norm_eps", 1e-5),
        rope_base=float(_setting(config, "rope_base", 10000)),
        condition_dropout=_setting(config, "class_dropout_prob", 0.1),
        zero_condition_rope=True,
        null_keeps_mask=captions,
    )
    source = Source(state)
    source.drop("freqs_cis", "causal_mask")
    ours = _llama_blocks(source, shape)
    vocabulary = (shape.codebook_size, shape.dim)
    ours["token_embedding.weight"] = source.take("tok_embeddings.weight", vocabulary)
    ours["head.weight"] = source.take("output.weight", vocabulary)
    if captions:
        ours["condition.fc1.weight"] = source.take(
            "cls_embedding.cap_proj.fc1.weight", (shape.dim, shape.caption_dim)
        )
        ours["condition.fc2.weight"] = source.take(
            "cls_embedding.cap_proj.fc2.weight", (shape.dim, shape.dim)
        )
        ours["condition.null_features"] = source.take(
            "cls_embedding.uncond_embedding", (prefix, shape.caption_dim)
        )
    else:
        ours["condition.table.weight"] = source.take(
            "cls_embedding.embedding_table.weight", (shape.num_classes + 1, shape.dim)
        )
    return _build(shape, ours, source)


def from_maskgil_released(state: Mapping[str, Tensor], config: Config) -> Transformer:
    """The MaskGIL authors' class-driven model.

    Quirks kept behind flags: the class token last, and 1D RoPE whose first row is zero. Their one
    embedding holds codes, the mask, classes and the null class in this order and is split here;
    their head scores the mask id too, which is never drawn, and that row is left out.
    tok_emb → token_embedding and condition.table; output → head; the rest as in `_llama_blocks`.
    """
    _check_heads(config)
    kind = _setting(config, "model_type", "c2i")
    if kind != "c2i":
        raise CheckpointError(f"model_type is {kind!r}; only class-driven weights were released")
    shape = TransformerConfig(
        num_layers=_setting(config, "n_layer"),
        num_heads=_setting(config, "n_head"),
        dim=_setting(config, "dim"),
        codebook_size=_setting(config, "vocab_size"),
        max_grid_size=_square(_setting(config, "block_size")),
        num_classes=_setting(config, "num_classes", 1000),
        hidden_multiple_of=_setting(config, "multiple_of", 256),
        norm_eps=_setting(config, "norm_eps", 1e-5),
        rope_base=float(_setting(config, "rope_base", 10000)),
        rope_1d_shifted=True,
        condition_last=True,
    )
    source = Source(state)
    source.drop("freqs_cis")
    ours = _llama_blocks(source, shape)
    codes = shape.codebook_size + 1
    table = source.take("tok_emb.weight", (codes + shape.num_classes + 1, shape.dim))
    ours["token_embedding.weight"] = table[:codes].clone()
    ours["condition.table.weight"] = table[codes:].clone()
    ours["head.weight"] = source.take("output.weight", (codes, shape.dim))[:-1].clone()
    return _build(shape, ours, source)
