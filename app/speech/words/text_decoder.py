"""Whisper's text decoder in torch, for many continuations of one encoding.

All rows share the encoding's keys and values, so that a row costs no more than its own token.
Weights in half precision become float32 a piece at a time, in a room that the processor's cache
holds: the same numbers as of weights kept in float32, in half their memory and no more time.
"""

# B rows, n tokens, T positions of the encoding, D width, H heads, V vocabulary, L layers.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

PIECE = 2**19  # weights that are made float32 at once: 2 MB
KeysValues: TypeAlias = list[tuple[Tensor, Tensor]]  # one a layer


@dataclass(frozen=True)
class DecoderState:
    """Rows on their way: what they attend to, how long they are, and where they stand."""

    memory: KeysValues  # of the encoding, (1, T, D)
    past: KeysValues  # of the tokens so far, (B, n, D)
    length: int
    last: Tensor  # behind the last token, (B, D)


class TextDecoder:
    """Reads a decoder's tensors as openai-whisper names them; computes in float32."""

    def __init__(self, state: Mapping[str, Tensor], num_heads: int) -> None:
        self._state = {name.removeprefix("decoder."): tensor for name, tensor in state.items()}
        self._num_heads = num_heads
        self._num_layers = len(
            {name.split(".")[1] for name in self._state if name.startswith("blocks.")}
        )

    @torch.inference_mode()
    def begin(self, encoding: np.ndarray, *prompts: Sequence[int]) -> DecoderState:
        """A row after each of `prompts`, tokens of one length, over `encoding` (1, T, D)."""
        heard = torch.from_numpy(np.asarray(encoding, np.float32))
        memory = [
            (self._map(f"{block}.key", heard), self._map(f"{block}.value", heard))
            for block in (f"{block}.cross_attn" for block in self._blocks())
        ]
        nothing = heard.new_zeros(len(prompts), 0, heard.shape[-1])
        past = [(nothing, nothing)] * self._num_layers
        return self._step(memory, past, 0, torch.tensor([list(prompt) for prompt in prompts]))

    @torch.inference_mode()
    def extend(
        self, state: DecoderState, rows: Sequence[int], tokens: Sequence[int]
    ) -> DecoderState:
        """New rows: `rows` of `state`, each (once, often or never) with one of `tokens` more."""
        chosen = torch.tensor(rows)
        past = [(keys[chosen], values[chosen]) for keys, values in state.past]
        return self._step(state.memory, past, state.length, torch.tensor(tokens)[:, None])

    @torch.inference_mode()
    def logprobs(self, state: DecoderState) -> np.ndarray:
        """Of the token that comes next in each row: (B, V) float32."""
        logits = linear(state.last, self._state["token_embedding.weight"])  # (B, V)
        return logits.log_softmax(-1).numpy()

    def _step(
        self, memory: KeysValues, past: KeysValues, length: int, tokens: Tensor
    ) -> DecoderState:
        state, end = self._state, length + tokens.shape[1]
        x = state["token_embedding.weight"][tokens].float()  # (B, n, D)
        x = x + state["positional_embedding"][length:end]
        grown: KeysValues = []
        for block, (keys, values), (their_keys, their_values) in zip(
            self._blocks(), past, memory, strict=True
        ):
            h = self._norm(f"{block}.attn_ln", x)
            keys = torch.cat([keys, self._map(f"{block}.attn.key", h)], 1)
            values = torch.cat([values, self._map(f"{block}.attn.value", h)], 1)
            grown.append((keys, values))
            asked = self._map(f"{block}.attn.query", h)
            seen = self._attend(asked, keys, values, causal=not length)
            x = x + self._map(f"{block}.attn.out", seen)
            h = self._norm(f"{block}.cross_attn_ln", x)
            asked = self._map(f"{block}.cross_attn.query", h).flatten(0, 1)[None]  # (1, B n, D)
            seen = self._attend(asked, their_keys, their_values).view_as(x)
            x = x + self._map(f"{block}.cross_attn.out", seen)
            h = functional.gelu(self._map(f"{block}.mlp.0", self._norm(f"{block}.mlp_ln", x)))
            x = x + self._map(f"{block}.mlp.2", h)
        return DecoderState(memory, grown, end, self._norm("ln", x[:, -1]))

    def _blocks(self) -> list[str]:
        return [f"blocks.{layer}" for layer in range(self._num_layers)]

    def _map(self, name: str, x: Tensor) -> Tensor:
        return linear(x, self._state[f"{name}.weight"], self._state.get(f"{name}.bias"))

    def _norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self._state[f"{name}.weight"], self._state[f"{name}.bias"]
        return functional.layer_norm(x, weight.shape, weight, bias)

    def _attend(
        self, queries: Tensor, keys: Tensor, values: Tensor, *, causal: bool = False
    ) -> Tensor:
        def apart(x: Tensor) -> Tensor:
            parted: Tensor = x.unflatten(-1, (self._num_heads, -1))  # (B, n, H, D / H)
            return parted.transpose(1, 2)

        mixed: Tensor = functional.scaled_dot_product_attention(
            apart(queries), apart(keys), apart(values), is_causal=causal
        )
        mixed = mixed.transpose(1, 2).flatten(2)
        return mixed  # (B, n, D)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`x` (…, K) mapped by `weight` (R, K) and `bias` (R,): (…, R), all but the weight float32."""
    if weight.dtype == x.dtype:
        return functional.linear(x, weight, bias)
    size, width = weight.shape
    rows = min(size, max(1, PIECE // width))
    room = x.new_empty(rows, width)
    mapped = x.new_empty(*x.shape[:-1], size)
    for start in range(0, size, rows):
        stored = weight[start : start + rows]
        piece = room[: len(stored)].copy_(stored)
        part = None if bias is None else bias[start : start + rows]
        mapped[..., start : start + rows] = functional.linear(x, piece, part)
    return mapped
