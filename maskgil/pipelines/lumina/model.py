"""Lumina-mGPT 7B as the autoregressive half of hybrid decoding, on transformers' Chameleon model.

Prompt and guidance follow the authors' sampler: the context with the caption against a context that
holds the image block alone, u + s(c − u), then the 2,000 likeliest codes (Liu et al. 2024).
"""

# B batch, R rows of the batch (2B with guidance), T ids of the context, n new tokens, V codebook
# size, C model width, N image tokens.

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from maskgil.models.conditioning import Condition
from maskgil.pipelines.lumina.vocabulary import UNIT_TOKENS, GrammarError, LuminaVocabulary
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import NextFn
from maskgil.sampling.logits import filter_logits, guidance_at, guide

if TYPE_CHECKING:
    from tokenizers import Tokenizer as TextTokenizer

TOP_K = 2000
UNIT_PIXELS = 32
PROMPT = "Generate an image of {width}x{height} according to the following prompt:\n{prompt}"


class Context:
    """Left-padded ids (R, T) of a batch, which of them are real, and their positions."""

    def __init__(self, rows: Sequence[Sequence[int]], device: torch.device) -> None:
        length = max(len(row) for row in rows)
        self.ids = torch.tensor([[0] * (length - len(row)) + list(row) for row in rows]).to(device)
        real = torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in rows])
        self.mask = real.to(device)
        self.positions = (self.mask.cumsum(-1) - 1).clamp(min=0)

    def append(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Add ids (R, n), all real; give them back with their positions (R, n)."""
        after = torch.arange(1, ids.shape[1] + 1, device=ids.device)
        positions = self.positions[:, -1:] + after  # (R, n)
        self.ids = torch.cat([self.ids, ids], dim=1)
        self.mask = torch.cat([self.mask, torch.ones_like(ids)], dim=1)
        self.positions = torch.cat([self.positions, positions], dim=1)
        return ids, positions


class LuminaSource:
    """Chameleon's language model as a `CausalSource`.

    `model`: transformers' ChameleonForConditionalGeneration; its own forward bans image tokens, so
    the trunk is run and the head applied here, to the V rows of image codes only.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: TextTokenizer,
        *,
        vocabulary: LuminaVocabulary | None = None,
        top_k: int | None = TOP_K,
    ) -> None:
        self.trunk = model.model.eval().requires_grad_(False)
        self.tokenizer, self.top_k = tokenizer, top_k
        self.vocabulary = vocabulary or LuminaVocabulary(
            model.config.vocabulary_map or tokenizer.get_vocab()
        )
        self.vocabulary.codes = self.vocabulary.codes.to(self.device)  # else copied for every token
        self.codebook_size = self.vocabulary.codebook_size
        self.max_length = int(model.config.max_position_embeddings)
        known = inspect.signature(self.trunk.forward).parameters
        self.cache_argument = "cache" if "cache" in known else "past_key_values"  # its older name
        self.head = model.lm_head.weight.detach()[self.vocabulary.codes]  # (V, C)

    @property
    def device(self) -> torch.device:
        return self.trunk.embed_tokens.weight.device

    def check_grid(self, grid_size: tuple[int, int]) -> None:
        """GrammarError for a grid that no block can state."""
        self.vocabulary.start_block(grid_size)

    def prompt_ids(self, prompt: str, grid_size: tuple[int, int]) -> list[int]:
        """Ids of one row's context: the request for a picture, the end of the turn, the block's
        beginning."""
        height, width = (side // UNIT_TOKENS * UNIT_PIXELS for side in grid_size)
        text = PROMPT.format(width=width, height=height, prompt=prompt)
        words = self.tokenizer.encode(text, add_special_tokens=False).ids
        vocabulary = self.vocabulary
        return [
            vocabulary.begin_text,
            *words,
            vocabulary.end_turn,
            *vocabulary.start_block(grid_size),
        ]

    def contexts(
        self, prompts: Sequence[str], grid_size: tuple[int, int], *, guided: bool
    ) -> Context:
        """The captions' contexts, followed by as many image-only ones when `guided`."""
        rows = [self.prompt_ids(prompt, grid_size) for prompt in prompts]
        total = max(map(len, rows)) + grid_size[0] * (grid_size[1] + 1)
        if total > self.max_length:
            raise GrammarError(
                f"the longest prompt and its picture take {total} tokens; this model reads "
                f"{self.max_length}"
            )
        if guided:
            rows += [self.vocabulary.start_block(grid_size)] * len(prompts)
        return Context(rows, self.device)

    def hidden(self, ids: Tensor, mask: Tensor, positions: Tensor, cache: Any = None) -> Tensor:
        """The trunk on ids (R, n) behind what `cache` holds: (R, n, C)."""
        return self.trunk(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            use_cache=cache is not None,
            **{self.cache_argument: cache},
        ).last_hidden_state

    def code_logits(self, hidden: Tensor) -> Tensor:
        """Scores of the image codes: (..., C) -> (..., V) float32."""
        return F.linear(hidden, self.head).float()

    def next_fn(
        self,
        prompts: Sequence[str] | Sequence[int],
        condition: Condition,
        *,
        sampling: SamplingConfig,
        num_tokens: int,
        grid_size: tuple[int, int],
    ) -> NextFn:
        """See `CausalSource`; `condition` is not used, captions are read as text."""
        texts = [str(prompt) for prompt in prompts]
        return LuminaNext(
            self, texts, sampling=sampling, num_tokens=num_tokens, grid_size=grid_size
        )

    @torch.inference_mode()
    def logits(
        self, prompts: Sequence[str] | None, tokens: Tensor, grid_size: tuple[int, int]
    ) -> Tensor:
        """Teacher-forced scores, without a cache: tokens (B, N) -> (B, N, V).

        Entry i is the prediction of tokens[:, i] from the caption and tokens[:, :i]; `prompts` None
        is the image-only context.
        """
        rows, columns = grid_size
        if tokens.shape[1] != rows * columns:
            raise GrammarError(f"{tokens.shape[1]} tokens do not fill {rows} x {columns}")
        if prompts is None:
            context = Context([self.vocabulary.start_block(grid_size)] * len(tokens), self.device)
        else:
            context = self.contexts(prompts, grid_size, guided=False)
        before = context.ids.shape[1]
        context.append(self.vocabulary.continue_block(tokens.to(self.device), 0, columns))
        hidden = self.hidden(context.ids, context.mask, context.positions)
        place = torch.arange(rows * columns, device=self.device)
        place = before - 1 + place + place // columns  # the id just before each token
        return self.code_logits(hidden[:, place]).to(tokens.device)


class LuminaNext:
    """A running batch as `NextFn`: the codes just settled (B, n) -> logits (B, V) of the next.

    Line ends are written between the rows of codes; the decoder never sees them.
    """

    def __init__(
        self,
        source: LuminaSource,
        prompts: Sequence[str],
        *,
        sampling: SamplingConfig,
        num_tokens: int,
        grid_size: tuple[int, int],
    ) -> None:
        from transformers import StaticCache

        sampling = sampling.autoregressive()
        self.source, self.sampling = source, sampling
        self.columns, self.num_tokens, self.written = grid_size[1], num_tokens, 0
        self.guided = sampling.guidance_scale != 1.0
        self.context = source.contexts(prompts, grid_size, guided=self.guided)
        self.started = False
        room = self.context.ids.shape[1] + num_tokens + num_tokens // self.columns
        self.cache = StaticCache(config=source.trunk.config, max_cache_len=room)

    @torch.inference_mode()
    def __call__(self, tokens: Tensor) -> Tensor:
        ids = self.source.vocabulary.continue_block(
            tokens.to(self.source.device), self.written, self.columns
        )
        self.written += tokens.shape[1]
        ids, positions = self.context.append(ids.repeat(2, 1) if self.guided else ids)
        if not self.started:
            self.started = True
            ids, positions = self.context.ids, self.context.positions
        hidden = self.source.hidden(ids, self.context.mask, positions, self.cache)
        logits = self.source.code_logits(hidden[:, -1]).to(tokens.device)  # (R, V)
        if self.guided:
            total = max(1, self.num_tokens)
            scale = guidance_at(self.sampling, min(self.written + 1, total), total)
            conditional, unconditional = logits.chunk(2)  # (B, V) each
            logits = guide(conditional, unconditional, scale)
        return filter_logits(logits, top_k=self.source.top_k)
