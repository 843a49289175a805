"""Published layouts of class-driven MaskGITs -> this project's, each by an explicit key table.

`state` holds the published tensors (any prefix stripped), `config` the published settings; what it
leaves out is read from the shapes. Both tie their head to the token embedding and score the mask
too, which is never drawn: that row is left out.

Shapes: C model width, I attention width, F MLP width, N tokens, V codebook size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from maskgil.checkpoints.core import check_state
from maskgil.checkpoints.transformer_layouts import (
    Config,
    Source,
    check_whole,
    count_of,
    size_of,
    square,
)
from maskgil.models.adaln_transformer import AdaLNConfig, AdaLNTransformer
from maskgil.models.mask_transformer import MaskTransformer, MaskTransformerConfig
from maskgil.utils.errors import CheckpointError
from maskgil.utils.meta_device import build_empty

State = Mapping[str, Tensor]
HEADS = {  # attention width -> heads of the published sizes
    "from_halton_maskgit": {384: 6, 510: 6, 768: 12, 1024: 16, 1152: 16},
    "from_mask_transformer": {768: 16},
}


def infer_config(state: State, layout: str, *, heads: int | None = None) -> dict[str, Any]:
    """The published settings that shapes reveal; `heads` they do not, but for published sizes."""
    return _settings(state, {"heads": heads}, layout)


def _settings(state: State, config: Config, layout: str) -> dict[str, Any]:
    """The published settings: each as the config states it, else read from the shapes."""
    found: dict[str, Any] = {}
    halton = layout == "from_halton_maskgit"
    block = "transformer.layers.0"
    table, grid, axis, wide, up = (
        ("cls_emb.weight", "pos_emb.weight", 0, "attn.wq.weight", "ff.w1.weight")
        if halton
        else ("tok_emb.weight", "pos_emb", 1, "0.fn.mha.out_proj.weight", "1.fn.net.0.weight")
    )

    def heads() -> int:
        width, known = found["attention_dim"], HEADS[layout]
        if width not in known:
            raise CheckpointError(
                f"the number of heads of attention {width} wide is not known; state heads (--heads)"
            )
        return known[width]

    def codes() -> int:  # in the other layout codes, mask, classes and null class share a table
        rows = size_of(state, "tok_emb.weight", 0) - 1
        left: int = rows if halton else rows - 1 - found["nclass"]
        if left < 1:
            raise CheckpointError(
                f"key 'tok_emb.weight' has {rows + 1} rows, too few beside {found['nclass']:,} "
                "classes; state nclass"
            )
        return left

    readers: dict[str, Callable[[], int]] = {
        "hidden_dim": lambda: size_of(state, "tok_emb.weight", 1),
        "depth": lambda: count_of(state, "transformer.layers"),
        "attention_dim": lambda: size_of(state, f"{block}.{wide}", 0 if halton else 1),
        "feed_forward": lambda: size_of(state, f"{block}.{up}", 0),
        "heads": heads,
        "nclass": lambda: size_of(state, table, 0) - 1 if halton else 1000,
        "codebook_size": codes,
        "tokens": lambda: size_of(state, grid, axis) - (0 if halton else 1),
        "register": lambda: (
            size_of(state, "reg_tokens.weight", 0) if "reg_tokens.weight" in state else 0
        ),
    }
    for name, read in readers.items():
        stated = config.get(name)
        found[name] = check_whole(name, read() if stated is None else stated)
    if config.get("proj") not in (None, 1):
        raise CheckpointError(f"proj is {config['proj']!r}; only models without merging (1) exist")
    return found


def _built(model: nn.Module, ours: dict[str, Tensor], source: Source) -> Any:
    source.finish()
    check_state(model.state_dict(), {key: tuple(value.shape) for key, value in ours.items()})
    model.load_state_dict(ours, strict=True, assign=True)
    return model.eval()


def from_halton_maskgit(state: State, config: Config) -> AdaLNTransformer:
    """Halton-MaskGIT, published as ImageNet_256_*.pth and ImageNet_384_*.pth.

    tok_emb → token_embedding; cls_emb → condition.table; pos_emb → position_embedding; reg_tokens →
    registers; layers.i.mlp.1 → blocks.i.modulation; attn.wq, wk, wv, stacked → qkv, wo → out; ln1,
    ln2 → attention_norm, mlp_norm; ff.w1 and w3, stacked → mlp.gate_up, w2 → mlp.down;
    last_norm.norm_final → norm and norm_bias, last_norm.mlp.1 → norm_modulation; head.bias →
    head_bias, without the mask's. head.weight has to be tok_emb's.
    """
    found = _settings(state, config, "from_halton_maskgit")
    width, inner, hidden = (found[name] for name in ("hidden_dim", "attention_dim", "feed_forward"))
    shape = AdaLNConfig(
        num_layers=found["depth"],
        num_heads=found["heads"],
        dim=width,
        hidden_dim=hidden,
        codebook_size=found["codebook_size"],
        max_grid_size=square(found["tokens"]),
        num_classes=found["nclass"],
        attention_dim=None if inner == width else inner,
        num_registers=found["register"],
    )
    source, ours = Source(state), {}
    codes = (shape.codebook_size + 1, width)
    ours["token_embedding.weight"] = source.take("tok_emb.weight", codes)
    if "head.weight" in state:  # a safetensors file may hold what is tied once
        head, table = source.take("head.weight", codes), ours["token_embedding.weight"]
        if head.data_ptr() != table.data_ptr() and not torch.equal(head, table):
            raise CheckpointError("key 'head.weight' differs from 'tok_emb.weight'; they are tied")
    ours["head_bias"] = source.take("head.bias", codes[:1])[:-1].clone()
    classes = (shape.num_classes + 1, width)
    ours["condition.table.weight"] = source.take("cls_emb.weight", classes)
    ours["position_embedding"] = source.take("pos_emb.weight", (shape.max_tokens, width))
    registers = (shape.num_registers, width)
    ours["registers"] = (
        source.take("reg_tokens.weight", registers)
        if shape.num_registers
        else ours["position_embedding"].new_zeros(registers)
    )
    for index in range(shape.num_layers):
        theirs, block = f"transformer.layers.{index}", f"blocks.{index}"
        _linear(source, ours, f"{theirs}.mlp.1", f"{block}.modulation", (6 * width, width))
        qkv = [source.take(f"{theirs}.attn.w{part}.weight", (inner, width)) for part in "qkv"]
        ours[f"{block}.qkv.weight"] = torch.cat(qkv)
        ours[f"{block}.out.weight"] = source.take(f"{theirs}.attn.wo.weight", (width, inner))
        gate_up = [source.take(f"{theirs}.ff.w{part}.weight", (hidden, width)) for part in "13"]
        ours[f"{block}.mlp.gate_up.weight"] = torch.cat(gate_up)
        ours[f"{block}.mlp.down.weight"] = source.take(f"{theirs}.ff.w2.weight", (width, hidden))
        for norm, name in (("attention_norm", "ln1"), ("mlp_norm", "ln2")):
            ours[f"{block}.{norm}.weight"] = source.take(f"{theirs}.{name}.weight", (width,))
    ours["norm.weight"] = source.take("last_norm.norm_final.weight", (width,))
    ours["norm_bias"] = source.take("last_norm.norm_final.bias", (width,))
    _linear(source, ours, "last_norm.mlp.1", "norm_modulation", (2 * width, width))
    model: AdaLNTransformer = _built(build_empty(AdaLNTransformer, shape), ours, source)
    return model


def _linear(
    source: Source, ours: dict[str, Tensor], theirs: str, name: str, shape: tuple[int, ...]
) -> None:
    """Weight and bias of a matrix, or of a norm with one axis in `shape`."""
    ours[f"{name}.weight"] = source.take(f"{theirs}.weight", shape)
    ours[f"{name}.bias"] = source.take(f"{theirs}.bias", shape[:1])


def from_mask_transformer(state: State, config: Config) -> MaskTransformer:
    """Maskgit-pytorch's MaskTransformer, published as MaskGIT_ImageNet_256.pth and _512.pth.

    MaskGIL's authors' own Bidirectional Transformer has this layout too. tok_emb holds codes, the
    mask, classes and the null class and is split into token_embedding and condition.table; pos_emb
    → position_embedding; first_layer and last_layer → before and after; layers.i.0.norm, .1.norm →
    blocks.i.attention_norm, .mlp_norm; .0.fn.mha.in_proj, out_proj → .qkv, .out; .1.fn.net.0, .3 →
    .up, .down; bias → head_bias, of the image's positions and the codes alone.
    """
    found = _settings(state, config, "from_mask_transformer")
    width, hidden = found["hidden_dim"], found["feed_forward"]
    shape = MaskTransformerConfig(
        num_layers=found["depth"],
        num_heads=found["heads"],
        dim=width,
        hidden_dim=hidden,
        codebook_size=found["codebook_size"],
        max_grid_size=square(found["tokens"]),
        num_classes=found["nclass"],
    )
    source, ours = Source(state), {}
    codes, tokens = shape.codebook_size + 1, shape.max_tokens
    rows = codes + shape.num_classes + 1
    table = source.take("tok_emb.weight", (rows, width))
    ours["token_embedding.weight"] = table[:codes].clone()
    ours["condition.table.weight"] = table[codes:].clone()
    ours["position_embedding"] = source.take("pos_emb", (1, tokens + 1, width))[0]
    bias = source.take("bias", (tokens + 1, rows))
    ours["head_bias"] = bias[:-1, : shape.codebook_size].clone()
    for theirs, name, layers in (
        ("first_layer", "before", (0, 2, 4, 6)),
        ("last_layer", "after", (0, 2, 4)),
    ):
        for layer in layers:
            size = (width, width) if layer in (2, 6) else (width,)
            _linear(source, ours, f"{theirs}.{layer}", f"{name}.{layer}", size)
    for index in range(shape.num_layers):
        theirs, block = f"transformer.layers.{index}", f"blocks.{index}"
        for part, norm in enumerate(("attention_norm", "mlp_norm")):
            _linear(source, ours, f"{theirs}.{part}.norm", f"{block}.{norm}", (width,))
        heads = f"{theirs}.0.fn.mha"
        ours[f"{block}.qkv.weight"] = source.take(f"{heads}.in_proj_weight", (3 * width, width))
        ours[f"{block}.qkv.bias"] = source.take(f"{heads}.in_proj_bias", (3 * width,))
        _linear(source, ours, f"{heads}.out_proj", f"{block}.out", (width, width))
        _linear(source, ours, f"{theirs}.1.fn.net.0", f"{block}.up", (hidden, width))
        _linear(source, ours, f"{theirs}.1.fn.net.3", f"{block}.down", (width, hidden))
    model: MaskTransformer = _built(build_empty(MaskTransformer, shape), ours, source)
    return model
