"""Read CTranslate2's `model.bin`, and turn its Whisper tensors into openai-whisper's.

The file (format version 6, written by ctranslate2's `ModelSpec.save`) is little-endian: version
(u32), name, revision (u32), number of variables (u32); then for each its name, rank (u8), sizes
(u32 each), type (u8), number of bytes (u32) and the bytes; then aliases as pairs of names. A name
is its length with the final zero (u16), UTF-8 bytes and that zero. Nothing in it is executed.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.errors import SpeechError

if TYPE_CHECKING:
    import torch

_VERSIONS = (5, 6)
_TYPES = ("float32", "int8", "int16", "int32", "float16", "bfloat16")
_ITEM_SIZES = (4, 1, 2, 4, 2, 2)


@dataclass(frozen=True)
class Variable:
    """One tensor of the file: its sizes, its type and where its bytes are."""

    shape: tuple[int, ...]
    dtype: str
    data: memoryview

    def numpy(self) -> np.ndarray:
        """The values as a read-only array over the file."""
        if self.dtype == "bfloat16":
            raise SpeechError("bfloat16 weights: convert the model to float16 or float32")
        return np.frombuffer(self.data, np.dtype(self.dtype).newbyteorder("<")).reshape(self.shape)


class _Reader:
    """A cursor over the file that refuses to read past its end."""

    def __init__(self, path: Path):
        self.path = path
        with path.open("rb") as file:
            empty = path.stat().st_size == 0
            whole = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.buffer, self.place = memoryview(whole), 0

    def take(self, count: int) -> memoryview:
        if self.place + count > len(self.buffer):
            raise SpeechError(
                f"damaged weights: {self.path} ends early, at {len(self.buffer)} bytes; "
                "copy or download it again"
            )
        piece = self.buffer[self.place : self.place + count]
        self.place += count
        return piece

    def number(self, kind: str) -> int:
        return int(struct.unpack("<" + kind, self.take(struct.calcsize(kind)))[0])

    def name(self) -> str:
        raw = bytes(self.take(self.number("H")))
        if not raw.endswith(b"\0"):
            raise self.wrong("a name without its end")
        try:
            return raw[:-1].decode()
        except UnicodeDecodeError as error:
            raise self.wrong("a name that is no text") from error

    def wrong(self, what: str) -> SpeechError:
        return SpeechError(f"damaged weights: {self.path} holds {what} near byte {self.place}")


def read_model(path: Path) -> dict[str, Variable]:
    """All variables of a CTranslate2 Whisper `model.bin`, aliases included, without copying.

    Raises SpeechError naming the file when it is no such model, is damaged or ends early.
    """
    reader = _Reader(path)
    version = reader.number("I")
    if version not in _VERSIONS:
        raise SpeechError(
            f"{path} is no CTranslate2 model: it starts with version {version}, "
            f"expected {' or '.join(map(str, _VERSIONS))}"
        )
    kind = reader.name()
    if kind != "WhisperSpec":
        raise SpeechError(f"{path} holds a {kind}, not a Whisper model")
    reader.number("I")
    variables: dict[str, Variable] = {}
    for _ in range(reader.number("I")):
        name = reader.name()
        shape = tuple(reader.number("I") for _ in range(reader.number("B")))
        dtype, size = reader.number("B"), reader.number("I")
        if dtype >= len(_TYPES) or size != int(np.prod(shape, dtype=object)) * _ITEM_SIZES[dtype]:
            raise reader.wrong(f"a wrong size for {name}")
        variables[name] = Variable(shape, _TYPES[dtype], reader.take(size))
    for _ in range(reader.number("I")):
        alias, name = reader.name(), reader.name()
        if name not in variables:
            raise reader.wrong(f"an alias of the missing {name}")
        variables[alias] = variables[name]
    return variables


def count_layers(variables: dict[str, Variable], side: str) -> int:
    """The number of blocks of the "encoder" or "decoder"."""
    prefix = f"{side}/layer_"
    numbers = {n[len(prefix) :].split("/")[0] for n in variables if n.startswith(prefix)}
    return len(numbers & {str(n) for n in range(len(numbers) + 1)})


# openai-whisper's name within a block -> CTranslate2's, and which third or half of it. CTranslate2
# stacks the linear maps that share an input: query, key and value; key and value across.
_SELF = {
    "attn.query": ("self_attention/linear_0", 0, 3),
    "attn.key": ("self_attention/linear_0", 1, 3),
    "attn.value": ("self_attention/linear_0", 2, 3),
    "attn.out": ("self_attention/linear_1", 0, 1),
    "attn_ln": ("self_attention/layer_norm", 0, 1),
    "mlp.0": ("ffn/linear_0", 0, 1),
    "mlp.2": ("ffn/linear_1", 0, 1),
    "mlp_ln": ("ffn/layer_norm", 0, 1),
}
_ACROSS = {
    "cross_attn.query": ("attention/linear_0", 0, 1),
    "cross_attn.key": ("attention/linear_1", 0, 2),
    "cross_attn.value": ("attention/linear_1", 1, 2),
    "cross_attn.out": ("attention/linear_2", 0, 1),
    "cross_attn_ln": ("attention/layer_norm", 0, 1),
}
_WHOLE = {
    "encoder.conv1.weight": "encoder/conv1/weight",
    "encoder.conv1.bias": "encoder/conv1/bias",
    "encoder.conv2.weight": "encoder/conv2/weight",
    "encoder.conv2.bias": "encoder/conv2/bias",
    "encoder.positional_embedding": "encoder/position_encodings/encodings",
    "encoder.ln_post.weight": "encoder/layer_norm/gamma",
    "encoder.ln_post.bias": "encoder/layer_norm/beta",
    "decoder.token_embedding.weight": "decoder/embeddings/weight",
    "decoder.positional_embedding": "decoder/position_encodings/encodings",
    "decoder.ln.weight": "decoder/layer_norm/gamma",
    "decoder.ln.bias": "decoder/layer_norm/beta",
}


def to_openai(variables: dict[str, Variable]) -> tuple[dict[str, int], dict[str, torch.Tensor]]:
    """openai-whisper's dimensions and state (float32) from a CTranslate2 model's variables.

    The output projection is the token embedding in both; the key has no bias in openai-whisper.
    """
    state = state_of(variables, "encoder") | state_of(variables, "decoder")
    num_vocab, width = state["decoder.token_embedding.weight"].shape
    dims = {
        "n_mels": state["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": len(state["encoder.positional_embedding"]),
        "n_audio_state": width,
        "n_audio_head": int(variables["encoder/num_heads"].numpy()),
        "n_audio_layer": count_layers(variables, "encoder"),
        "n_vocab": num_vocab,
        "n_text_ctx": len(state["decoder.positional_embedding"]),
        "n_text_state": width,
        "n_text_head": int(variables["decoder/num_heads"].numpy()),
        "n_text_layer": count_layers(variables, "decoder"),
    }
    return dims, state


def state_of(
    variables: dict[str, Variable], side: str, *, halves: bool = False
) -> dict[str, torch.Tensor]:
    """The tensors (float32) of the "encoder" or "decoder" by openai-whisper's names.

    Matrices that are stored in half precision stay so where `halves`. Raises SpeechError where a
    tensor is missing or stored in whole numbers.
    """
    import torch

    def tensor(name: str) -> torch.Tensor:
        if name not in variables:
            raise SpeechError(f"these weights lack {name}: not a Whisper model for openai-whisper")
        if variables[name].dtype not in ("float16", "float32"):
            raise SpeechError(
                f"{variables[name].dtype} weights cannot be read by openai-whisper: "
                "use the engine faster-whisper or float16 weights"
            )
        values = variables[name].numpy()
        stays = halves and values.ndim == 2
        return torch.from_numpy(values.astype(values.dtype if stays else np.float32))

    whole = {ours: theirs for ours, theirs in _WHOLE.items() if ours.startswith(side)}
    state = {ours: tensor(theirs) for ours, theirs in whole.items()}
    table = _SELF if side == "encoder" else _SELF | _ACROSS
    for layer in range(count_layers(variables, side)):
        for ours, (theirs, piece, pieces) in table.items():
            source, target = f"{side}/layer_{layer}/{theirs}", f"{side}.blocks.{layer}.{ours}"
            is_norm = theirs.endswith("layer_norm")
            weight = tensor(source + ("/gamma" if is_norm else "/weight"))
            bias = tensor(source + ("/beta" if is_norm else "/bias"))
            state[f"{target}.weight"] = weight.chunk(pieces)[piece].clone()
            if not ours.endswith(".key"):
                state[f"{target}.bias"] = bias.chunk(pieces)[piece].clone()
    return state
