"""`python -m maskgil convert SRC DST`: published weights to this project's safetensors.

Nothing in a published file is executed: pickles are read with `weights_only=True`.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError

# A key that only one layout has -> its converter.
LAYOUT_MARKS = {
    "cls_embedding.embedding_table.weight": "from_llamagen_gpt",
    "cls_embedding.uncond_embedding": "from_llamagen_gpt",
    "tok_emb.weight": "from_maskgil_released",
    "encoder.mid.block_1.norm1.weight": "from_taming_vq",
    "encoder.mid.0.norm1.weight": "from_llamagen_vq",
    "encoder.mid_block.0.norm1.weight": "from_open_magvit2",
}
TOKENIZERS = ("from_taming_vq", "from_llamagen_vq", "from_open_magvit2")
HEADS_OF_WIDTH = {768: 12, 1024: 16, 1280: 20, 1536: 24, 3200: 32}  # LlamaGen's B, L, XL, XXL, 3B
WRAPPERS = ("ema", "model", "state_dict", "module")


def read_published(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and, where the file states it, the config of a published file.

    A pickle that holds more than tensors and plain containers is refused.
    """
    if not path.is_file():
        raise CheckpointError(f"no file at {path}")
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        metadata = checkpoints.read_metadata(path)
        tensors = load_file(path)
        config = json.loads(metadata.get("config", "{}"))
        return _stripped(tensors), config
    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=_is_zip(path))
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} holds code or objects beside tensors and was not read; "
            "ask its publisher for plain weights or safetensors"
        ) from error
    except Exception as error:  # damaged pickles fail in every way there is
        raise CheckpointError(
            f"{path} is not a readable PyTorch file: {type(error).__name__}"
        ) from error
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path} holds a {type(content).__name__}, expected named tensors")
    for wrapper in WRAPPERS:
        inner = content.get(wrapper)
        if isinstance(inner, Mapping) and inner:
            content = inner
            break
    tensors = {key: value for key, value in content.items() if isinstance(value, Tensor)}
    if not tensors:
        raise CheckpointError(f"{path} holds no tensors under {', '.join(WRAPPERS)} or at its top")
    return _stripped(tensors), {}


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _stripped(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Without wrappers' prefixes (`model.`, `module.`, `_orig_mod.`) that all keys share.

    Where some keys start with `model.` and others with `io.`, only the first are weights.
    """
    names = dict(tensors)
    if any(key.startswith("io.") for key in names):
        names = {key: value for key, value in names.items() if not key.startswith("io.")}
    for prefix in ("module.", "_orig_mod.", "model."):
        if names and all(key.startswith(prefix) for key in names):
            names = {key.removeprefix(prefix): value for key, value in names.items()}
    return names


def layout_of(state: Mapping[str, Tensor]) -> str:
    """The converter's name for these tensors; CheckpointError when none fits."""
    for key, name in LAYOUT_MARKS.items():
        if key in state:
            return name
    some = ", ".join(list(state)[:3])
    raise CheckpointError(f"no known layout has keys such as {some}; known: {', '.join(layouts())}")


def layouts() -> list[str]:
    return sorted(set(LAYOUT_MARKS.values()))


def infer_config(
    state: Mapping[str, Tensor], layout: str, *, heads: int | None = None, grid: int = 16
) -> dict[str, Any]:
    """The published settings that shapes reveal; `heads` and `grid` (tokens a side) they do not.

    Tokenizers take neither.
    """
    if layout in TOKENIZERS:
        from maskgil import tokenizer_converters

        return tokenizer_converters.infer_config(state, layout)
    released = layout == "from_maskgil_released"
    key = "tok_emb.weight" if released else "tok_embeddings.weight"
    if key not in state or "layers.0.feed_forward.w1.weight" not in state:
        raise CheckpointError(f"missing key {key!r} or 'layers.0.feed_forward.w1.weight'")
    width = state[key].shape[1]
    hidden = state["layers.0.feed_forward.w1.weight"].shape[0]
    if heads is None:
        if width not in HEADS_OF_WIDTH:
            raise CheckpointError(
                f"the number of heads of a model {width} wide is not known; give --heads"
            )
        heads = HEADS_OF_WIDTH[width]
    base = int(8 * width / 3)
    multiple = next(
        (m for m in (256, 128, 64, 32, 16, 8, 4, 2, 1) if -(-base // m) * m == hidden), 0
    )
    if not multiple:
        raise CheckpointError(f"SwiGLU is {hidden} wide, which no rounding of 8/3 · {width} gives")
    config: dict[str, Any] = {
        "dim": width,
        "n_layer": 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers.")),
        "n_head": heads,
        "multiple_of": multiple,
        "block_size": grid * grid,
        "model_type": "c2i",
        "cls_token_num": 1,
    }
    if released:
        config["vocab_size"] = state["output.weight"].shape[0] - 1
        config["num_classes"] = state[key].shape[0] - config["vocab_size"] - 2
    else:
        config["vocab_size"] = state[key].shape[0]
        null = state.get("cls_embedding.uncond_embedding")
        if null is not None:
            config |= {
                "model_type": "t2i", "cls_token_num": null.shape[0], "caption_dim": null.shape[1]
            }  # fmt: skip
        else:
            config["num_classes"] = state["cls_embedding.embedding_table.weight"].shape[0] - 1
    return config


def load_published(path: Path, *, heads: int | None = None, grid: int = 16) -> nn.Module:
    """A model from a published file, its layout and settings found from what it holds."""
    state, config = read_published(path)
    layout = layout_of(state)
    if not config:
        config = infer_config(state, layout, heads=heads, grid=grid)
    return getattr(checkpoints, layout)(state, config)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="published .pt or .safetensors file")
    parser.add_argument("target", type=Path, help="safetensors file to write")
    parser.add_argument("--heads", type=int, help="attention heads, where the width does not tell")
    parser.add_argument("--grid", type=int, default=16, help="tokens a side (default 16)")
    parser.add_argument("--dtype", choices=("float16", "bfloat16", "float32"), default="float16")


def run(options: argparse.Namespace) -> None:
    """Convert a published file."""
    if options.target.suffix != ".safetensors":
        raise ValueError(f"the target is {options.target}; it must end in .safetensors")
    model = load_published(options.source, heads=options.heads, grid=options.grid)
    note = {"source": options.source.name, "source_sha256": checkpoints.sha256_of(options.source)}
    checkpoints.save(model, options.target, note, dtype=getattr(torch, options.dtype))
