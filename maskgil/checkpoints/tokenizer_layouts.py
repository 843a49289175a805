"""Published tokenizer layouts -> this project's, each by an explicit key table.

A table maps a module of ours to the published module (or modules, stacked) that holds its weight
and bias. `state` holds the published tensors (prefix stripped), `config` the published settings;
settings it lacks are read from the shapes. Every key must be used, anything else is an error that
names it; what a training checkpoint holds besides the tokenizer is dropped by the prefixes below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from maskgil.checkpoints.transformer_layouts import Config, Source, check_whole, count_of, size_of
from maskgil.tokenizers.llamagen import LlamaGenVQ, LlamaGenVQConfig
from maskgil.tokenizers.magvit2 import OpenMagvit2, OpenMagvit2Config
from maskgil.tokenizers.vqgan import TamingVQ, TamingVQConfig
from maskgil.utils.errors import CheckpointError
from maskgil.utils.meta_device import build_empty

State = Mapping[str, Tensor]
Table = dict[str, tuple[str, ...]]

TRAINING_ONLY = ("loss.",)  # discriminator and perceptual network of VQGAN's training
AVERAGE = "model_ema."  # moving averages, their names without dots
AVERAGE_ONLY = ("model_ema.loss", "model_ema.decay", "model_ema.num_updates")
NOMINAL = 1 << 12  # stands for an unknown resolution: only its ratio to attention's matters
DEFAULTS = {"attn_type": "vanilla", "resamp_with_conv": True}
SYNONYMS = {  # setting -> where else it may stand
    "from_taming_vq": (),
    "from_llamagen_vq": (
        ("encoder_ch_mult", "ch_mult"),
        ("decoder_ch_mult", "ch_mult"),
        ("codebook_l2_norm", "l2_norm"),
    ),
    "from_open_magvit2": (("n_embed", "codebook_size"),),
}


def _residual(ours: str, theirs: str) -> Table:
    return {
        f"{ours}.norm1": (f"{theirs}.norm1",),
        f"{ours}.conv1": (f"{theirs}.conv1",),
        f"{ours}.norm2": (f"{theirs}.norm2",),
        f"{ours}.conv2": (f"{theirs}.conv2",),
        f"{ours}.skip": (f"{theirs}.nin_shortcut",),
    }


def _attention(ours: str, theirs: str) -> Table:
    return {
        f"{ours}.norm": (f"{theirs}.norm",),
        f"{ours}.qkv": (f"{theirs}.q", f"{theirs}.k", f"{theirs}.v"),
        f"{ours}.out": (f"{theirs}.proj_out",),
    }


def _frame(side: str) -> Table:
    """The first and last layers of an encoder or decoder."""
    return {
        f"{side}.stem": (f"{side}.conv_in",),
        f"{side}.norm": (f"{side}.norm_out",),
        f"{side}.head": (f"{side}.conv_out",),
    }


def _level(ours: str, theirs: str, *, blocks: str, attention: str, count: int) -> Table:
    table: Table = {}
    for index in range(count):
        table |= _residual(f"{ours}.blocks.{index}", f"{theirs}.{blocks}.{index}")
        table |= _attention(f"{ours}.attention.{index}", f"{theirs}.{attention}.{index}")
    return table


def _vq_table(
    config: TamingVQConfig,
    level: Callable[[str, int], str],
    middle: tuple[str, str, str],
    *,
    blocks: str,
) -> Table:
    """VQGAN's layers. `level` names the published one of a side and our index; `middle` its parts;
    `blocks` its list of residual blocks."""
    table: Table = {
        "to_code": ("quant_conv",),
        "from_code": ("post_quant_conv",),
        "codebook": ("quantize.embedding",),
    }
    for side, widths, extra in (
        ("encoder", config.encoder_widths, 0),
        ("decoder", config.decoder_widths, 1),
    ):
        table |= _frame(side)
        for name, theirs in zip(("block1", "attention", "block2"), middle, strict=True):
            part = _attention if name == "attention" else _residual
            table |= part(f"{side}.middle.{name}", f"{side}.mid{theirs}")
        resample = "downsample" if side == "encoder" else "upsample"
        for index in range(len(widths)):
            ours, theirs = f"{side}.levels.{index}", f"{side}.{level(side, index)}"
            count = config.num_blocks + extra
            table |= _level(ours, theirs, blocks=blocks, attention="attn", count=count)
            table[f"{ours}.resample.conv"] = (f"{theirs}.{resample}.conv",)
    return table


def _magvit2_table(config: OpenMagvit2Config) -> Table:
    last = len(config.widths) - 1
    table: Table = {}
    for side in ("encoder", "decoder"):
        table |= _frame(side)
        for index in range(config.num_blocks):
            table |= _residual(f"{side}.middle.{index}", f"{side}.mid_block.{index}")
        for level in range(last + 1):
            theirs = f"encoder.down.{level}" if side == "encoder" else f"decoder.up.{last - level}"
            for index in range(config.num_blocks):
                table |= _residual(f"{side}.levels.{level}.{index}", f"{theirs}.block.{index}")
            if side == "encoder":
                table[f"encoder.downsample.{level}"] = (f"{theirs}.downsample",)
                continue
            table[f"decoder.upsample.{level}"] = (f"{theirs}.upsample.conv1",)
            for ours, name in (("scale", "gamma"), ("shift", "beta")):
                table[f"decoder.adaptive.{level}.{ours}"] = (
                    f"decoder.adaptive.{last - level}.{name}",
                )
    return table


def _fill(model: nn.Module, table: Table, source: Source) -> nn.Module:
    """Give `model` the published tensors its table names, each of exactly the shape it needs."""
    ours: dict[str, Tensor] = {}
    for key, tensor in model.state_dict().items():
        module, _, leaf = key.rpartition(".")
        names = table[module]
        shape = (tensor.shape[0] // len(names), *tensor.shape[1:])
        parts = [source.take(f"{name}.{leaf}", shape) for name in names]
        ours[key] = parts[0] if len(parts) == 1 else torch.cat(parts)
    source.finish()
    model.load_state_dict(ours, strict=True, assign=True)
    return model.eval()


def from_taming_vq(state: State, config: Config) -> TamingVQ:
    """VQGAN of the taming transformers: MaskGIT-VQ and Chameleon-VQ.

    encoder.down.i and decoder.up.i (i = 0 the finest) → encoder.levels and, in reverse,
    decoder.levels; mid.block_1, attn_1, block_2 → middle; q, k and v stacked → qkv; nin_shortcut →
    skip; quant_conv → to_code; quantize.embedding → codebook; post_quant_conv → from_code.
    Dropped: loss.*. Which levels attend follows from `resolution` and `attn_resolutions`.
    """
    found = _settings(state, config, "from_taming_vq")
    kind = found["attn_type"]
    if kind not in ("vanilla", "none"):
        raise CheckpointError(f"attn_type is {kind!r}; supported: 'vanilla', 'none'")
    for key in ("double_z", "give_pre_end", "use_linear_attn"):
        if found.get(key):
            raise CheckpointError(f"{key} is {found[key]!r}; VQ tokenizers have it off")
    levels = len(found["ch_mult"])
    attended = set(found["attn_resolutions"]) if kind == "vanilla" else set()
    down = [found["resolution"] // 2**level for level in range(levels)]
    up = [down[-1] * 2 ** (levels - 1 - level) for level in range(levels)]  # odd sizes differ
    widths = _widths(found, "ch_mult")
    shape = TamingVQConfig(
        stem_width=found["ch"],
        encoder_widths=widths,
        decoder_widths=widths,
        encoder_attention=tuple(i for i, size in enumerate(down) if size in attended),
        decoder_attention=tuple(i for i, size in enumerate(up) if size in attended),
        num_blocks=found["num_res_blocks"],
        latent_channels=found["z_channels"],
        in_channels=found["in_channels"],
        out_channels=found["out_ch"],
        middle_attention=kind == "vanilla",
        resample_convolution=bool(found["resamp_with_conv"]),
        tanh_output=bool(found.get("tanh_out", False)),
        codebook_size=found["n_embed"],
        code_dim=found["embed_dim"],
    )

    def level(side: str, index: int) -> str:
        return f"down.{index}" if side == "encoder" else f"up.{levels - 1 - index}"

    source = Source(state)
    source.drop_prefixed(*TRAINING_ONLY)
    table = _vq_table(shape, level, (".block_1", ".attn_1", ".block_2"), blocks="block")
    model = _fill(build_empty(TamingVQ, shape), table, source)
    assert isinstance(model, TamingVQ)
    return model


def _widths(found: Mapping[str, Any], key: str) -> tuple[int, ...]:
    return tuple(found["ch"] * factor for factor in found[key])


def from_llamagen_vq(state: State, config: Config) -> LlamaGenVQ:
    """LlamaGen's tokenizer, published as vq_ds16_c2i.pt, vq_ds8_c2i.pt and vq_ds16_t2i.pt.

    encoder.conv_blocks.i and decoder.conv_blocks.i (both in the order they run) → levels, their
    res and attn → blocks and attention; mid.0, 1, 2 → middle; the rest as in `from_taming_vq`.
    Dropped: quantize.codebook_used, a log of training. The coarsest level attends, always.
    """
    found = _settings(state, config, "from_llamagen_vq")
    encoder, decoder = _widths(found, "encoder_ch_mult"), _widths(found, "decoder_ch_mult")
    shape = LlamaGenVQConfig(
        stem_width=found["ch"],
        encoder_widths=encoder,
        decoder_widths=decoder,
        encoder_attention=(len(encoder) - 1,),
        decoder_attention=(len(decoder) - 1,),
        num_blocks=found["num_res_blocks"],
        latent_channels=found["z_channels"],
        in_channels=found["in_channels"],
        out_channels=found["out_ch"],
        codebook_size=found["codebook_size"],
        code_dim=found["codebook_embed_dim"],
        unit_codes=bool(found.get("codebook_l2_norm", True)),
    )
    source = Source(state)
    source.drop("quantize.codebook_used")
    table = _vq_table(
        shape, lambda side, index: f"conv_blocks.{index}", (".0", ".1", ".2"), blocks="res"
    )
    model = _fill(build_empty(LlamaGenVQ, shape), table, source)
    assert isinstance(model, LlamaGenVQ)
    return model


def from_open_magvit2(state: State, config: Config) -> OpenMagvit2:
    """Open-MAGVIT2's lookup-free tokenizer.

    encoder.down.i and decoder.up.i (i = 0 the finest) → levels; mid_block → middle;
    decoder.adaptive.i.gamma and beta → adaptive.scale and shift; upsample.conv1 → upsample, its
    rows reordered from (2, 2, C) to (C, 2, 2) for pixel shuffling. Where the file holds moving
    averages (model_ema.*, names without dots) they replace the weights, as in its authors'
    evaluation. Dropped: loss.* and the averages of it.
    """
    found = _settings(state, config, "from_open_magvit2")
    bits, codes = found["z_channels"], found["n_embed"]
    if found["embed_dim"] != bits or codes != 2**bits:
        raise CheckpointError(
            f"z_channels is {bits}, embed_dim {found['embed_dim']}, n_embed {codes}; expected K, K "
            "and 2 to the power of K"
        )
    shape = OpenMagvit2Config(
        bits=bits,
        stem_width=found["ch"],
        widths=_widths(found, "ch_mult"),
        num_blocks=found["num_res_blocks"],
        in_channels=found["in_channels"],
        out_channels=found["out_ch"],
    )
    source = Source(_averaged(state))
    source.drop_prefixed(*TRAINING_ONLY)
    model = _fill(build_empty(OpenMagvit2, shape), _magvit2_table(shape), source)
    assert isinstance(model, OpenMagvit2)
    for conv in model.decoder.upsample:
        assert isinstance(conv, nn.Conv2d) and conv.bias is not None
        conv.weight = nn.Parameter(_rows_for_shuffling(conv.weight.detach()))
        conv.bias = nn.Parameter(_rows_for_shuffling(conv.bias.detach()))
    return model


def _rows_for_shuffling(tensor: Tensor) -> Tensor:
    """Output rows (4 C, ...) from the order (2, 2, C) to (C, 2, 2)."""
    result: Tensor = tensor.unflatten(0, (4, -1)).transpose(0, 1).flatten(0, 1).contiguous()
    return result


def _averaged(state: State) -> dict[str, Tensor]:
    """The state with moving averages in the place of the weights they belong to, if it has any."""
    averages = {
        key: value
        for key, value in state.items()
        if key.startswith(AVERAGE) and not key.startswith(AVERAGE_ONLY)
    }
    plain = {key: value for key, value in state.items() if not key.startswith(AVERAGE)}
    if not averages:
        return plain
    for key in plain:
        if key.startswith(("encoder.", "decoder.")):
            average = AVERAGE + key.replace(".", "")
            if average not in averages:
                raise CheckpointError(
                    f"missing key {average!r}, expected of shape {tuple(plain[key].shape)}"
                )
            plain[key] = averages.pop(average)
    return plain | averages  # what is left over belongs to no weight


def infer_config(state: State, layout: str) -> dict[str, Any]:
    """The published settings of a tokenizer as its shapes reveal them.

    l2-normalisation leaves no trace: LlamaGen's tokenizers are taken to have it.
    """
    return {name: read() for name, read in _readers(state, layout).items()}


def _readers(state: State, layout: str) -> dict[str, Callable[[], Any]]:
    """How each published setting is read from the shapes; CheckpointError names a missing key."""
    llamagen = layout == "from_llamagen_vq"
    down, up, blocks = (
        ("conv_blocks", "conv_blocks", "res") if llamagen else ("down", "up", "block")
    )

    def size(key: str, axis: int) -> int:
        return size_of(state, key, axis)

    def multipliers(side: str, levels: str) -> list[int]:
        stem, found = size("encoder.conv_in.weight", 0), []
        for level in range(count_of(state, f"{side}.{levels}")):
            key = f"{side}.{levels}.{level}.{blocks}.0.conv1.weight"
            width = size(key, 0)
            if not stem or width % stem:
                raise CheckpointError(
                    f"key {key!r} has {width} rows; expected a multiple of the {stem} of "
                    "'encoder.conv_in.weight'"
                )
            found.append(width // stem)
        return found

    def attended() -> list[int]:
        levels = range(count_of(state, f"encoder.{down}"))
        return [
            NOMINAL >> level for level in levels if count_of(state, f"encoder.down.{level}.attn")
        ]

    readers: dict[str, Callable[[], Any]] = {
        "ch": lambda: size("encoder.conv_in.weight", 0),
        "in_channels": lambda: size("encoder.conv_in.weight", 1),
        "out_ch": lambda: size("decoder.conv_out.weight", 0),
        "num_res_blocks": lambda: count_of(state, f"encoder.{down}.0.{blocks}"),
        "z_channels": lambda: size("decoder.conv_in.weight", 1),
    }
    if llamagen:
        return readers | {
            "encoder_ch_mult": lambda: multipliers("encoder", down),
            "decoder_ch_mult": lambda: multipliers("decoder", up)[::-1],
            "codebook_size": lambda: size("quantize.embedding.weight", 0),
            "codebook_embed_dim": lambda: size("quantize.embedding.weight", 1),
        }
    readers["ch_mult"] = lambda: multipliers("encoder", down)
    if layout == "from_open_magvit2":
        return readers | {
            "embed_dim": readers["z_channels"],
            "n_embed": lambda: 2 ** size("decoder.conv_in.weight", 1),
        }
    return readers | {
        "resolution": lambda: NOMINAL,
        "attn_resolutions": attended,
        "attn_type": lambda: "vanilla" if any(".attn_1." in key for key in state) else "none",
        "resamp_with_conv": lambda: (
            any(key.startswith("encoder.down.0.downsample") for key in state)
            or count_of(state, "encoder.down") == 1
        ),
        "n_embed": lambda: size("quantize.embedding.weight", 0),
        "embed_dim": lambda: size("quantize.embedding.weight", 1),
    }


def _settings(state: State, config: Config, layout: str) -> dict[str, Any]:
    """The published settings in one level, under one name each, completed from the shapes.

    Switches that a stated config leaves out are at the reference's default.
    """
    given = {**DEFAULTS, **config} if config else {}
    given |= given.pop("ddconfig", None) or {}
    for name, other in SYNONYMS[layout]:
        if given.get(name) is None and given.get(other) is not None:
            given[name] = given[other]
    given = {name: value for name, value in given.items() if value is not None}
    if not {"resolution", "attn_resolutions"} <= given.keys():
        for name in ("resolution", "attn_resolutions"):  # neither says anything alone
            given.pop(name, None)
    for name, read in _readers(state, layout).items():
        if name not in given:
            given[name] = read()
        if name not in DEFAULTS:
            _check_numbers(name, given[name])
    return given


def _check_numbers(name: str, value: Any) -> None:
    """CheckpointError unless a setting is a whole number, or several where it is one a level."""
    if name != "attn_resolutions" and not name.endswith("ch_mult"):
        check_whole(name, value)
        return
    right = isinstance(value, list | tuple) and all(type(item) is int for item in value)
    if not right or not (value or name == "attn_resolutions"):
        raise CheckpointError(f"{name} is {value!r} in the config; expected whole numbers")
