"""Meissonic's published layout -> this project's, by an explicit key table.

`state` holds the published tensors, `config` the published settings; what it leaves out is read
from the shapes.

Shapes: C model width, H heads, D head width, K width of the pooled caption, V codebook size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from maskgil.checkpoints.core import check_state
from maskgil.checkpoints.transformer_layouts import (
    Config,
    Source,
    check_whole,
    count_of,
    halves_from_pairs,
    size_of,
)
from maskgil.models.multimodal_layers import MICRO_CONDITIONS, WAVES, MultimodalConfig
from maskgil.models.multimodal_transformer import MultimodalTransformer
from maskgil.utils.errors import CheckpointError
from maskgil.utils.meta_device import build_empty

ROPE_DIMS = {128: (16, 56, 56)}  # head width -> channels an axis, as published
FIXED = {"patch_size": (1,), "guidance_embeds": (False,)}  # settings of which one is published
State = Mapping[str, Tensor]


def infer_config(state: State) -> dict[str, Any]:
    """The published settings, as shapes reveal them."""
    return _settings(state, {})


def _settings(state: State, config: Config) -> dict[str, Any]:
    """The published settings: each as the config states it, else read from the shapes."""
    for name, known in FIXED.items():
        if config.get(name, known[0]) not in known:
            raise CheckpointError(f"{name} is {config[name]!r}; only {known[0]!r} was published")
    compress = any(key.startswith("down_block.") for key in state)
    block = "transformer_blocks.0.attn.norm_q.weight"
    if block not in state:
        block = f"single_{block}"
    found: dict[str, Any] = {}
    readers = {
        "num_layers": lambda: count_of(state, "transformer_blocks"),
        "num_single_layers": lambda: count_of(state, "single_transformer_blocks"),
        "attention_head_dim": lambda: size_of(state, block, 0),
        "num_attention_heads": lambda: (
            size_of(state, "context_embedder.weight", 0) // max(1, found["attention_head_dim"])
        ),
        "joint_attention_dim": lambda: size_of(state, "context_embedder.weight", 1),
        "pooled_projection_dim": lambda: size_of(state, "cond_embed.linear_2.weight", 0),
        "vocab_size": lambda: size_of(state, "embed.embeddings.weight", 0),
        "codebook_size": lambda: size_of(state, "mlm_layer.conv2.weight", 0),
    }
    for name, read in readers.items():
        stated = config.get(name)
        found[name] = check_whole(name, read() if stated is None else stated)
    for name in ("downsample", "upsample"):
        found[name] = config.get(name, compress)
    if found["downsample"] is not found["upsample"]:
        raise CheckpointError(
            f"downsample is {found['downsample']!r} and upsample {found['upsample']!r}; they must "
            "be the same"
        )
    axes = config.get("axes_dims_rope", ROPE_DIMS.get(found["attention_head_dim"]))
    if axes is None:
        raise CheckpointError(
            f"axes_dims_rope of heads {found['attention_head_dim']} wide is not known; state it"
        )
    return {**found, "axes_dims_rope": tuple(axes)}


def _linear(
    source: Source, ours: dict[str, Tensor], theirs: str, name: str, shape: tuple[int, ...]
) -> None:
    """A linear layer; `shape` of its weight, one axis more or less where it is a norm's."""
    ours[f"{name}.weight"] = source.take(f"{theirs}.weight", shape)
    if f"{theirs}.bias" in source.left:
        ours[f"{name}.bias"] = source.take(f"{theirs}.bias", shape[:1])


def _turned(weight: Tensor, heads: int) -> Tensor:
    """A query's or key's weight (C, …) or bias (C,), from RoPE on pairs to RoPE on halves."""
    return halves_from_pairs(weight.view(len(weight), -1), heads).view(weight.shape)


def _heads(
    source: Source, theirs: str, names: tuple[str, ...], heads: int, width: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Query, key and value stacked: weight (3C, C), bias (3C,), and the norms (2, 1, D).

    `names`: of the three projections and the two norms.
    """
    weights, biases = [], []
    for name in names[:3]:
        weights.append(source.take(f"{theirs}.{name}.weight", (width, width)))
        biases.append(source.take(f"{theirs}.{name}.bias", (width,)))
    for parts in (weights, biases):
        parts[:2] = [_turned(part, heads) for part in parts[:2]]
    norms = [
        _turned(source.take(f"{theirs}.{name}.weight", (width // heads,)), 1) for name in names[3:]
    ]
    return torch.cat(weights), torch.cat(biases), torch.stack(norms)[:, None]


STREAMS = {  # ours -> how their keys name its parts
    "image": ("", ("to_q", "to_k", "to_v", "norm_q", "norm_k"), "to_out.0"),
    "caption": (
        "_context",
        ("add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q", "norm_added_k"),
        "to_add_out",
    ),
}
PLAIN = (  # theirs, ours; weights (C, C) without a bias
    ("project_to_hidden", "into"),
    ("project_from_hidden", "out"),
)
NORMS = (
    ("embed.layer_norm", "token_norm"),
    ("project_to_hidden_norm", "into_norm"),
    ("encoder_proj_layer_norm", "caption_norm"),
    ("project_from_hidden_norm", "out_norm"),
    ("mlm_layer.layer_norm", "head_norm"),
)


def _blocks(source: Source, ours: dict[str, Tensor], shape: MultimodalConfig) -> None:
    """Blocks of two streams, then of one.

    transformer_blocks.i.norm1, norm1_context → double_blocks.i.image, .caption .modulation;
    .attn.* → .qkv (q and k reordered for our RoPE), .heads.qk_weight, .out; .ff, .ff_context →
    .up, .down. single_transformer_blocks.i.attn.to_q, to_k, to_v and .proj_mlp, stacked →
    single_blocks.i.qkv_up; .proj_out → .out; .norm → .modulation.
    """
    width, heads = shape.dim, shape.num_heads
    for index in range(shape.num_layers):
        theirs = f"transformer_blocks.{index}"
        for stream, (mark, names, out) in STREAMS.items():
            name = f"double_blocks.{index}.{stream}"
            _linear(
                source, ours, f"{theirs}.norm1{mark}.linear", f"{name}.modulation",
                (6 * width, width),
            )  # fmt: skip
            (
                ours[f"{name}.qkv.weight"],
                ours[f"{name}.qkv.bias"],
                ours[f"{name}.heads.qk_weight"],
            ) = _heads(source, f"{theirs}.attn", names, heads, width)
            _linear(source, ours, f"{theirs}.attn.{out}", f"{name}.out", (width, width))
            up, down = f"{theirs}.ff{mark}.net.0.proj", f"{theirs}.ff{mark}.net.2"
            _linear(source, ours, up, f"{name}.up", (4 * width, width))
            _linear(source, ours, down, f"{name}.down", (width, 4 * width))
    for index in range(shape.num_single_layers):
        theirs, name = f"single_transformer_blocks.{index}", f"single_blocks.{index}"
        _linear(source, ours, f"{theirs}.norm.linear", f"{name}.modulation", (3 * width, width))
        names = STREAMS["image"][1]
        weight, bias, norms = _heads(source, f"{theirs}.attn", names, heads, width)
        wider = source.take(f"{theirs}.proj_mlp.weight", (4 * width, width))
        ours[f"{name}.qkv_up.weight"] = torch.cat([weight, wider])
        wider = source.take(f"{theirs}.proj_mlp.bias", (4 * width,))
        ours[f"{name}.qkv_up.bias"] = torch.cat([bias, wider])
        ours[f"{name}.heads.qk_weight"] = norms
        _linear(source, ours, f"{theirs}.proj_out", f"{name}.out", (width, 5 * width))


def _ends(source: Source, ours: dict[str, Tensor], shape: MultimodalConfig) -> None:
    """Everything before and behind the blocks; convolutions become linear layers."""
    width, told = shape.dim, shape.pooled_dim + MICRO_CONDITIONS * WAVES
    ours["token_embedding.weight"] = source.take(
        "embed.embeddings.weight", (shape.vocab_size, width)
    )
    for theirs, name, rows in (
        ("embed.conv", "token_projection", width),
        ("mlm_layer.conv1", "head_projection", width),
        ("mlm_layer.conv2", "head", shape.codebook_size),
    ):
        ours[f"{name}.weight"] = source.take(f"{theirs}.weight", (rows, width, 1, 1))[..., 0, 0]
    for theirs, name in PLAIN:
        ours[f"{name}.weight"] = source.take(f"{theirs}.weight", (width, width))
    for theirs, name in NORMS:
        ours[f"{name}.weight"] = source.take(f"{theirs}.weight", (width,))
    _linear(source, ours, "context_embedder", "caption_projection", (width, shape.caption_dim))
    time = "time_text_embed"
    for theirs, name, inner, outer in (
        ("cond_embed", "told", told, shape.pooled_dim),
        (f"{time}.text_embedder", "told_embedding", shape.pooled_dim, width),
        (f"{time}.timestep_embedder", "time_embedding", WAVES, width),
    ):
        _linear(source, ours, f"{theirs}.linear_1", f"{name}.0", (width, inner))
        _linear(source, ours, f"{theirs}.linear_2", f"{name}.2", (outer, width))
    if shape.compress:
        square = (width, width, 2, 2)
        down, up = "down_block.downsample", "up_block.upsample"
        weight = source.take(f"{down}.conv.weight", square)  # (C out, C in, 2, 2)
        ours["merging.join.weight"] = weight.permute(0, 2, 3, 1).reshape(width, -1)
        weight = source.take(f"{up}.conv.weight", square)  # (C in, C out, 2, 2)
        ours["merging.split.weight"] = weight.permute(2, 3, 1, 0).reshape(-1, width)
        ours["merge_norm.weight"] = source.take(f"{down}.norm.weight", (width,))
        ours["unmerge_norm.weight"] = source.take(f"{up}.norm.weight", (width,))


def from_meissonic(state: State, config: Config) -> MultimodalTransformer:
    """Meissonic's Transformer, published as transformer/ of MeissonFlow/Meissonic.

    RoPE turns halves here, pairs there: queries, keys and their norms are reordered. 1 x 1
    convolutions, and those of 2 x 2 that change the resolution, become linear layers. The keys
    stand in `_blocks`, `_ends`, `PLAIN` and `NORMS`.
    """
    found = _settings(state, config)
    try:
        shape = MultimodalConfig(
            num_layers=found["num_layers"],
            num_single_layers=found["num_single_layers"],
            num_heads=found["num_attention_heads"],
            head_dim=found["attention_head_dim"],
            codebook_size=found["codebook_size"],
            vocab_size=found["vocab_size"],
            caption_dim=found["joint_attention_dim"],
            pooled_dim=found["pooled_projection_dim"],
            rope_dims=found["axes_dims_rope"],
            compress=found["downsample"],
        )
    except ValueError as error:
        raise CheckpointError(str(error)) from None
    source = Source(state)
    ours: dict[str, Tensor] = {}
    _ends(source, ours, shape)
    _blocks(source, ours, shape)
    source.finish()
    model = build_empty(MultimodalTransformer, shape)
    check_state(model.state_dict(), {key: tuple(value.shape) for key, value in ours.items()})
    model.load_state_dict(ours, strict=True, assign=True)
    assert isinstance(model, MultimodalTransformer)
    return model.eval()
