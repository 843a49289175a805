"""Autoregressive models for the first share of the tokens: the protocol and our causal twin."""

# B batch, N image tokens, V codebook size.

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from maskgil.models.conditioning import Condition
from maskgil.models.text_encoders.load import TextEncoder
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import NextFn
from maskgil.sampling.guidance import GuidedNext


@runtime_checkable
class AutoregressiveModel(Protocol):
    """A model that writes image tokens in raster order.

    `decode_hybrid` takes the first round(ar_ratio · N) tokens from its `NextFn`, the rest from the
    masked model. Given tokens are read, never drawn. The model applies guidance and limits of its
    own, such as Lumina's top-k; the decoder applies temperature, top-k and top-p.
    """

    codebook_size: int

    def check_grid(self, grid_size: tuple[int, int]) -> None:
        """ValueError for an unsupported grid (rows, columns)."""

    def next_fn(
        self,
        prompts: Sequence[str] | Sequence[int],
        condition: Condition,
        *,
        sampling: SamplingConfig,
        num_tokens: int,
        grid_size: tuple[int, int],
    ) -> NextFn:
        """Start a batch of `prompts`, as given; `condition` is what the masked model reads.

        The result maps the codes (B, n) settled since its last call to the logits (B, V) of the
        next token; it is called for at most `num_tokens`.
        """


class TransformerSource:
    """Our causal Transformer, on the masked model's condition or through its own `encoder`."""

    def __init__(self, model: Transformer, encoder: TextEncoder | None = None) -> None:
        if not model.config.causal:
            raise ValueError("an autoregressive source needs a causal model; this one is not")
        if encoder is not None and encoder.dim != model.config.caption_dim:
            raise ValueError(
                f"the text encoder's features are {encoder.dim} wide, "
                f"the autoregressive model expects {model.config.caption_dim}"
            )
        self.model, self.encoder = model, encoder
        self.codebook_size = model.config.codebook_size

    def check_grid(self, grid_size: tuple[int, int]) -> None:
        self.model.check_grid(grid_size, grid_size[0] * grid_size[1])

    def next_fn(
        self,
        prompts: Sequence[str] | Sequence[int],
        condition: Condition,
        *,
        sampling: SamplingConfig,
        num_tokens: int,
        grid_size: tuple[int, int],
    ) -> NextFn:
        if self.encoder is not None:
            device = self.model.token_embedding.weight.device
            condition = self.encoder.encode([str(prompt) for prompt in prompts]).to(device)
        return GuidedNext(
            self.model, condition, len(prompts),
            sampling=sampling, num_tokens=num_tokens, grid_size=grid_size,
        )  # fmt: skip


def as_source(model: Transformer | AutoregressiveModel) -> AutoregressiveModel:
    """A causal Transformer wrapped, anything else as it is."""
    return TransformerSource(model) if isinstance(model, Transformer) else model
