"""Published Transformer layouts -> this project's, each by an explicit key table.

`state` holds the published tensors (any prefix stripped), `config` the published settings. Every
source key must be used and every key of ours filled; anything else is an error that names it.

Shapes: C model width, H heads, D head width, F SwiGLU width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from maskgil.checkpoints.core import check_state, unexpected_key
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.utils.errors import CheckpointError

Config = Mapping[str, Any]
HEADS_OF_WIDTH = {  # LlamaGen's named sizes; MaskGIL's are the first four
    768: 12, 1024: 16, 1280: 20, 1536: 24, 2560: 40, 2048: 32, 3200: 32, 4096: 32,
}  # fmt: skip
FRACTIONS = {  # settings that need not be whole -> their published defaults
    "norm_eps": 1e-5,
    "rope_base": 10000.0,
    "class_dropout_prob": 0.1,
    "ffn_dim_multiplier": None,
}


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
        self.taken: list[str] = []

    def take(self, key: str, shape: tuple[int, ...] | None = None) -> Tensor:
        if key not in self.left:
            expected = "" if shape is None else f", expected of shape {tuple(shape)}"
            raise CheckpointError(f"missing key {key!r}{expected}")
        tensor = self.left.pop(key)
        self.taken.append(key)
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
            raise unexpected_key(key, tensor.shape, self.taken)


def check_whole(name: str, value: Any) -> int:
    """`value` if it is a whole number; CheckpointError names the setting otherwise."""
    if type(value) is not int:
        raise CheckpointError(f"{name} is {value!r} in the config; expected a whole number")
    return value


def size_of(state: Mapping[str, Tensor], key: str, axis: int) -> int:
    """Length of an axis of a published tensor, 0 without it; CheckpointError without the tensor."""
    if key not in state:
        raise CheckpointError(f"missing key {key!r}")
    return state[key].shape[axis] if axis < state[key].ndim else 0


def infer_config(
    state: Mapping[str, Tensor],
    layout: str,
    *,
    heads: int | None = None,
    grid: int = 16,
    told: Config | None = None,
) -> dict[str, Any]:
    """The published settings that shapes reveal; `heads` and `grid` (tokens a side) they do not.

    `told`: settings that are known, and go before.
    """
    stated = {"n_head": heads, "block_size": grid * grid, **(told or {})}
    return _settings(state, stated, released=layout == "from_maskgil_released")


def _settings(state: Mapping[str, Tensor], config: Config, *, released: bool) -> dict[str, Any]:
    """The published settings: each as the config states it, else read from the shapes.

    `n_head` follows from LlamaGen's named sizes where no one states it, `block_size` is 16 x 16.
    """
    table = "tok_emb.weight" if released else "tok_embeddings.weight"
    null = "cls_embedding.uncond_embedding"
    captions = not released and null in state
    found: dict[str, Any] = {}

    def heads() -> int:
        if found["dim"] not in HEADS_OF_WIDTH:
            raise CheckpointError(
                f"the number of heads of a model {found['dim']} wide is not known; state n_head "
                "(--heads)"
            )
        return HEADS_OF_WIDTH[found["dim"]]

    def classes() -> int:
        if released:  # codes, the mask, classes and the null class in one table
            result: int = size_of(state, table, 0) - found["vocab_size"] - 2
            return result
        return size_of(state, "cls_embedding.embedding_table.weight", 0) - 1

    readers: dict[str, Callable[[], Any]] = {
        "model_type": lambda: "t2i" if captions else "c2i",
        "dim": lambda: size_of(state, table, 1),
        "n_layer": lambda: count_of(state, "layers"),
        "multiple_of": lambda: _multiple_of(
            size_of(state, "layers.0.feed_forward.w1.weight", 0), found["dim"]
        ),
        "vocab_size": lambda: (
            size_of(state, "output.weight", 0) - 1 if released else size_of(state, table, 0)
        ),
        "block_size": lambda: 256,
        "cls_token_num": lambda: size_of(state, null, 0) if captions else 1,
        "caption_dim": lambda: size_of(state, null, 1) if captions else 0,
        "num_classes": lambda: 0 if captions else classes(),
        "n_head": heads,
        "n_kv_head": lambda: _key_heads(state, found),
    }
    for name, read in readers.items():
        stated = config.get(name)
        found[name] = read() if stated is None else stated
        if name != "model_type":
            check_whole(name, found[name])
    for name, usual in FRACTIONS.items():
        stated = config.get(name)
        found[name] = usual if stated is None else stated
        if found[name] is not None and type(found[name]) not in (int, float):
            raise CheckpointError(f"{name} is {stated!r} in the config; expected a number")
    return found


def _key_heads(state: Mapping[str, Tensor], found: Mapping[str, Any]) -> int:
    """Key and value heads: the rows of wqkv are those of the query heads and twice these."""
    rows = size_of(state, "layers.0.attention.wqkv.weight", 0)
    width = found["dim"] // found["n_head"]
    left = rows - found["dim"]
    if left < 2 * width or left % (2 * width):
        raise CheckpointError(
            f"key 'layers.0.attention.wqkv.weight' has {rows} rows, which no number of key heads "
            f"{width} wide gives beside {found['n_head']} query heads"
        )
    return int(left // (2 * width))


def count_of(state: Mapping[str, Tensor], prefix: str) -> int:
    """How many of prefix.0, prefix.1, ... hold any tensor, until one does not."""
    below = f"{prefix}."
    numbers = {key[len(below) :].split(".")[0] for key in state if key.startswith(below)}
    count = 0
    while str(count) in numbers:
        count += 1
    return count


def _swiglu(width: int) -> int:
    """2/3 · 4 · width, before it is rounded up."""
    return int(2 * 4 * width / 3)


def _multiple_of(hidden: int, width: int) -> int:
    """The published rounding that gives a SwiGLU of `hidden` for a model `width` wide."""
    for multiple in (256, 128, 64, 32, 16, 8, 4, 2, 1):
        if -(-_swiglu(width) // multiple) * multiple == hidden:
            return multiple
    raise CheckpointError(
        "key 'layers.0.feed_forward.w1.weight' has "
        f"{hidden} rows, which no rounding of 8/3 · {width} gives"
    )


def _hidden_multiple_of(found: Mapping[str, Any]) -> int:
    """`hidden_multiple_of` of ours; a stated ffn_dim_multiplier widens SwiGLU before rounding."""
    multiple, factor = found["multiple_of"], found["ffn_dim_multiplier"]
    if factor is None:
        return int(multiple)
    hidden = -(-int(factor * _swiglu(found["dim"])) // multiple) * multiple
    if hidden < _swiglu(found["dim"]):
        raise CheckpointError(f"ffn_dim_multiplier is {factor}; only 1 and more is supported")
    return int(hidden)


def _llama_blocks(source: Source, config: TransformerConfig, key_heads: int) -> dict[str, Tensor]:
    """The blocks that LlamaGen and the released MaskGIL have in common.

    layers.i.attention.wqkv → blocks.i.attention.qkv (q and k reordered for our RoPE; `key_heads`
    grouped key and value heads repeated, one for each query head);
    .attention.wo → .attention.out; .feed_forward.w1 and .w3 → .mlp.gate_up; .w2 → .mlp.down;
    .attention_norm and .ffn_norm → .attention_norm and .mlp_norm.
    """
    width, hidden, heads = config.dim, config.hidden_dim, config.num_heads
    if key_heads < 1 or heads % key_heads:
        raise CheckpointError(f"n_kv_head is {key_heads}; it must divide n_head, {heads}")
    narrow = key_heads * config.head_dim
    ours: dict[str, Tensor] = {}
    for index in range(config.num_layers):
        theirs, block = f"layers.{index}", f"blocks.{index}"
        qkv = source.take(f"{theirs}.attention.wqkv.weight", (width + 2 * narrow, width))
        query, key, value = qkv.split([width, narrow, narrow])
        if key_heads != heads:
            key, value = (
                part.view(key_heads, -1, width)
                .repeat_interleave(heads // key_heads, 0)
                .flatten(0, 1)
                for part in (key, value)
            )
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


def _common(found: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of ours that both layouts state alike."""
    return {
        "num_layers": found["n_layer"],
        "num_heads": found["n_head"],
        "dim": found["dim"],
        "codebook_size": found["vocab_size"],
        "max_grid_size": square(found["block_size"]),
        "hidden_multiple_of": _hidden_multiple_of(found),
        "norm_eps": found["norm_eps"],
        "rope_base": float(found["rope_base"]),
    }


def square(block_size: int) -> tuple[int, int]:
    """The square grid of so many tokens. Raises CheckpointError."""
    side = math.isqrt(block_size)
    if side * side != block_size:
        raise CheckpointError(f"block_size {block_size} is not a square grid of tokens")
    return side, side


def from_llamagen_gpt(state: Mapping[str, Tensor], config: Config) -> Transformer:
    """LlamaGen's GPT (class- or text-driven), published as c2i_*.pt and t2i_*.pt.

    Quirks kept behind flags: RoPE's cos = sin = 0 at condition positions, and the null caption
    taking the caption's padding mask.
    tok_embeddings → token_embedding; cls_embedding.embedding_table → condition.table;
    cls_embedding.cap_proj.fc1, fc2 → condition.fc1, fc2; cls_embedding.uncond_embedding →
    condition.null_features; output → head; the rest as in `_llama_blocks`.
    """
    found = _settings(state, config, released=False)
    kind, prefix = found["model_type"], found["cls_token_num"]
    if kind not in ("c2i", "t2i"):
        raise CheckpointError(f"model_type is {kind!r}; expected 'c2i' or 't2i'")
    captions = kind == "t2i"
    if not captions and prefix != 1:
        raise CheckpointError(f"cls_token_num is {prefix}; a class-driven model has 1")
    shape = TransformerConfig(
        **_common(found),
        causal=True,
        condition="caption" if captions else "class",
        num_classes=1000 if captions else found["num_classes"],
        caption_dim=found["caption_dim"] if captions else 0,
        max_caption_length=prefix if captions else 120,
        null_length=prefix if captions else 1,
        condition_dropout=found["class_dropout_prob"],
        zero_condition_rope=True,
        null_keeps_mask=captions,
    )
    source = Source(state)
    source.drop("freqs_cis", "causal_mask")
    ours = _llama_blocks(source, shape, found["n_kv_head"])
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
    found = _settings(state, config, released=True)
    if found["model_type"] != "c2i":
        raise CheckpointError(
            f"model_type is {found['model_type']!r}; only class-driven weights were released"
        )
    shape = TransformerConfig(
        **_common(found),
        num_classes=found["num_classes"],
        rope_1d_shifted=True,
        condition_last=True,
    )
    source = Source(state)
    source.drop("freqs_cis")
    ours = _llama_blocks(source, shape, found["n_kv_head"])
    codes = shape.codebook_size + 1
    table = source.take("tok_emb.weight", (codes + shape.num_classes + 1, shape.dim))
    ours["token_embedding.weight"] = table[:codes].clone()
    ours["condition.table.weight"] = table[codes:].clone()
    ours["head.weight"] = source.take("output.weight", (codes, shape.dim))[:-1].clone()
    return _build(shape, ours, source)
