"""MaskGIL's bidirectional LLaMA and, with `config.causal`, its autoregressive twin.

Shapes: B batch, P condition tokens, N image tokens, S = P + N, C width, V codebook size,
M positions picked by `where`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil.config import TransformerConfig
from maskgil.models.causal_step import FixedStep, step_of
from maskgil.models.conditioning import NO_CODE, Condition, Drafted, Prefix, copied, kept_prefix
from maskgil.models.embedders import CaptionEmbedder, ClassEmbedder
from maskgil.models.kv_cache import KVCache
from maskgil.models.layers import Block, LayerCache, Linear, RMSNorm, rope_table
from maskgil.models.masked_model import Step, flat_positions
from maskgil.models.token_merging import TokenMerging, folded


def answers_at_once(device: torch.device) -> bool:
    """Whether reading a number from `device` is free of synchronisation: only on a CPU."""
    return device.type == "cpu"


class Transformer(nn.Module):
    """Condition prefix first, then image tokens in raster order, 2D RoPE in every layer.

    Bidirectional: reads tokens with `mask_id` where unknown, predicts every position.
    Causal: position i predicts the token after it; the last condition token predicts the first.
    With `config.merge` the blocks see squares of tokens as one position each. With `config.drafts`
    the condition may bring a draft: bidirectional, its codes stand in for masked tokens, marked by
    a learned vector; causal, a convolution of its codes round the token to be predicted is added
    to what is read. The draft's code is raised by a gate, as a pointer-generator copies words (See
    et al. 2017).
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        vocabulary = config.codebook_size + (0 if config.causal else 1)
        self.token_embedding = nn.Embedding(vocabulary, config.dim)
        self.condition = (
            ClassEmbedder(config.num_classes, config.dim)
            if config.condition == "class"
            else CaptionEmbedder(config)
        )
        self.merging = TokenMerging(config.merge, config.dim) if config.merge > 1 else None
        rows, columns = (side // config.merge for side in config.max_grid_size)
        self.position_embedding = (
            nn.Parameter(torch.zeros(rows, columns, config.dim))
            if config.learned_positions
            else None
        )
        self.draft_mark = self.draft_projection = self.draft_gate = None
        if config.drafts:
            self.draft_gate = nn.Linear(config.dim, 1)
            if config.causal:
                self.draft_projection = nn.Conv2d(config.dim, config.dim, 3, padding=1, bias=False)
            else:
                self.draft_mark = nn.Parameter(torch.zeros(config.dim))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.norm = RMSNorm(config.dim, config.norm_eps)
        self.head = Linear(config.dim, config.codebook_size)
        self.reset_parameters()

    @property
    def mask_id(self) -> int:
        return self.config.mask_id

    @property
    def supports_feature_cache(self) -> bool:
        """Not where tokens are merged: single ones are kept."""
        return self.merging is None

    def reset_parameters(self) -> None:
        """Normal(0, 0.02), residual outputs scaled down by sqrt(2 · layers) as in GPT-2."""
        for name, parameter in self.named_parameters():
            if parameter.ndim < 2 or name.endswith("qk_weight"):
                continue
            residual = name.endswith(("attention.out.weight", "mlp.down.weight"))
            scale = 0.02 / math.sqrt(2 * self.config.num_layers) if residual else 0.02
            nn.init.normal_(parameter, std=scale)
        if self.merging is not None:
            self.merging.reset_parameters()

    def embed_condition(
        self, condition: Condition, batch_size: int, *, drop: Tensor | None = None
    ) -> Prefix:
        """Condition -> prefix (B, P, C); embed once, then pass the result as `condition`.

        `condition`: class labels (B,), CaptionCondition, Drafted, or None for the null condition.
        `drop`: (B,) bool, rows that get the null condition instead.
        """
        if embedded := kept_prefix(condition, drop):
            return embedded
        if isinstance(condition, Drafted):
            prefix = self.embed_condition(condition.caption, batch_size, drop=drop)
            return prefix._replace(draft=condition.draft if self.config.drafts else None)
        result: Prefix = self.condition(condition, batch_size, drop)
        return result

    def embed_tokens(
        self,
        tokens: Tensor,
        grid_size: tuple[int, int],
        start: int = 0,
        draft: Tensor | None = None,
    ) -> Tensor:
        """tokens (B, n) at raster positions start … start + n - 1 of the grid -> (B, n, C).

        Of a model that merges: all tokens (B, N) of the grid -> its positions (B, n, C). `draft`
        (B, N), for a bidirectional model: its codes are read, marked, where tokens are masked.
        """
        if draft is not None and self.draft_mark is not None:
            drafted = (tokens == self.mask_id) & (draft != NO_CODE)  # (B, N)
            x = self.token_embedding(torch.where(drafted, draft, tokens))
            x = x + self.draft_mark * drafted[..., None]
        else:
            x = self.token_embedding(tokens)
        if self.merging is not None:
            x = self.merging.merge(x, grid_size)  # (B, n, C)
            grid_size = self.merging.merged(grid_size)
        if self.position_embedding is not None:
            table = self.position_embedding[: grid_size[0], : grid_size[1]].flatten(0, 1)
            x = x + table[start : start + x.shape[1]]
        result: Tensor = x
        return result

    def logits(
        self,
        tokens: Tensor,
        condition: Condition,
        *,
        grid_size: tuple[int, int] | None = None,
        drop: Tensor | None = None,
        where: Tensor | None = None,
        step: Step | None = None,
    ) -> Tensor:
        """Scores of every code: tokens (B, N) -> (B, N, V), or (M, V) at `where`.

        Bidirectional: `tokens` hold `mask_id` where unknown. Causal: teacher-forced, entry i is
        the prediction of tokens[:, i] from the condition and tokens[:, :i]. No `step` is read.
        `where`: (B, N) bool, or the flat positions (M,) of these places.
        `tokens` may also come as a grid (B, h, w), which then gives `grid_size`; by default a
        square of N tokens or the configured grid.
        """
        x, draft = self.outputs(tokens, condition, grid_size=grid_size, drop=drop, where=where)
        return self.scores(x, draft)

    forward = logits

    def outputs(
        self,
        tokens: Tensor,
        condition: Condition,
        *,
        grid_size: tuple[int, int] | None = None,
        drop: Tensor | None = None,
        where: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        """What `scores` makes `logits` of: x (B, N, C) or (M, C), and the draft (B, N) or (M,)."""
        if tokens.ndim == 3:
            grid_size, tokens = (tokens.shape[1], tokens.shape[2]), tokens.flatten(1)
        batch, count = tokens.shape
        grid_size = self.check_grid(grid_size, count)
        prefix = self.embed_condition(condition, batch, drop=drop)
        length = prefix.tokens.shape[1]
        inputs = tokens[:, :-1] if self.config.causal else tokens
        x, first = self.sequence(prefix, inputs, grid_size)  # (B, S, C)
        merging, positions = self.merging, grid_size
        if merging is not None:
            positions = merging.merged(grid_size)
            count = positions[0] * positions[1]
        cos, sin = rope_table(self.config, positions, length, x.device)
        size = x.shape[1]
        first -= int(self.config.causal)  # each token is predicted one before its own place
        place = keep = picked = None
        if where is not None:
            place = flat_positions(where)  # (M,) of B · N
            if merging is None:
                keep = place + place // count * (size - count) + first  # of B · S
            elif where.dtype == torch.bool or answers_at_once(x.device):
                picked = place.new_zeros(batch * tokens.shape[1], dtype=torch.bool)
                picked = picked.index_fill_(0, place, True).view_as(tokens)
                read = folded(picked, grid_size, merging.side).any(-1)  # (B, n)
                keep = flat_positions(F.pad(read, (first, size - count - first)))
            # Else how many groups are read is unknown to the host: all are, without waiting.
        mask = self.attention_mask(prefix.mask, size)
        x = self.trunk(x, (cos[:size], sin[:size]), mask, keep)
        if keep is None:
            x = x[:, first : first + count]  # (B, N, C)
        if merging is not None and picked is not None:
            x = merging.unmerge_at(x, picked, grid_size)  # (M, C)
        elif merging is not None:
            x = merging.unmerge(x, grid_size)  # (B, N, C)
            x = x if place is None else x.flatten(0, 1)[place]  # (M, C)
        draft = prefix.draft
        if draft is not None and not self.config.causal:
            draft = draft.masked_fill(tokens != self.mask_id, NO_CODE)
        if draft is not None and place is not None:
            draft = draft.flatten()[place]  # (M,)
        return x, draft

    def scores(self, x: Tensor, draft: Tensor | None = None) -> Tensor:
        """Logits (..., V) of the blocks' output x (..., C), those of `draft` (...) raised."""
        hidden = self.norm(x)
        result: Tensor = self.head(hidden)
        return result if self.draft_gate is None else copied(result, draft, self.draft_gate(hidden))

    def sequence(
        self, prefix: Prefix, tokens: Tensor, grid_size: tuple[int, int]
    ) -> tuple[Tensor, int]:
        """The condition's and the image's embeddings (B, S, C), and where the image begins."""
        image = self.embed_tokens(tokens, grid_size, draft=prefix.draft)  # (B, N, C)
        if self.config.condition_last:
            return torch.cat([image, prefix.tokens], dim=1), 0
        length = prefix.tokens.shape[1]
        x = torch.cat([prefix.tokens.to(image.dtype), image], dim=1)  # (B, S, C)
        told = self._sketch(prefix.draft, grid_size)
        return self._told(x, told, 1 - length), length

    def _sketch(self, draft: Tensor | None, grid_size: tuple[int, int]) -> Tensor | None:
        """What a causal model is told of a draft (B, N) at each token: (B, N, C)."""
        if draft is None or self.draft_projection is None:
            return None
        known = (draft != NO_CODE)[..., None]
        codes = self.token_embedding(draft.clamp(min=0)) * known  # (B, N, C)
        grid = codes.transpose(1, 2).unflatten(2, grid_size)  # (B, C, h, w)
        result: Tensor = self.draft_projection(grid).flatten(2).transpose(1, 2)
        return result

    @staticmethod
    def _told(x: Tensor, told: Tensor | None, start: int) -> Tensor:
        """x (B, n, C) with what is `told` (B, N, C) of the tokens that it predicts.

        Its first entry predicts token `start` of the grid, a negative one none.
        """
        if told is None:
            return x
        first, last = max(0, start), min(told.shape[1], start + x.shape[1])
        part = told[:, first:last]  # (B, m, C)
        return x + F.pad(part, (0, 0, first - start, start + x.shape[1] - last)).to(x.dtype)

    def trunk(
        self, x: Tensor, rope: tuple[Tensor, Tensor], mask: Tensor | None, keep: Tensor | None
    ) -> Tensor:
        """All blocks: x (B, S, C) -> (B, S, C), or (M, C) at the flat positions `keep` (M,)."""
        last = len(self.blocks) - 1
        for index, block in enumerate(self.blocks):
            x = block(x, rope, mask, self.config.causal, keep if index == last else None)
        return x

    def check_grid(self, grid_size: tuple[int, int] | None, count: int) -> tuple[int, int]:
        """The grid of `count` tokens; ValueError when it does not fit them or the model."""
        limit = self.config.max_grid_size
        if grid_size is None:
            side = math.isqrt(count)
            if count == limit[0] * limit[1] or side * side != count:
                grid_size = limit
            else:
                grid_size = (side, side)
        rows, columns = grid_size
        if rows * columns != count:
            raise ValueError(f"{count} tokens do not fill a grid of {rows} x {columns}")
        if rows > limit[0] or columns > limit[1]:
            raise ValueError(
                f"a grid of {rows} x {columns} tokens is larger than this model's "
                f"{limit[0]} x {limit[1]}"
            )
        if rows % self.config.merge or columns % self.config.merge:
            raise ValueError(
                f"a grid of {rows} x {columns} tokens; this model merges {self.config.merge} x "
                f"{self.config.merge} of them, so both sides must be multiples of that"
            )
        return rows, columns

    def attention_mask(self, real: Tensor | None, size: int) -> Tensor | None:
        """(B, 1, S or 1, S) bool, True where attention is allowed; None when the kernel knows.

        Padding may attend to itself in a causal model, so that no row is empty.
        """
        if real is None:
            return None
        batch, length = real.shape
        keys = torch.ones(batch, size, dtype=torch.bool, device=real.device)
        if self.config.condition_last:
            keys[:, size - length :] = real
        else:
            keys[:, :length] = real
        if not self.config.causal:
            return keys[:, None, None]  # (B, 1, 1, S)
        lower = torch.ones(size, size, dtype=torch.bool, device=real.device).tril()
        itself = torch.eye(size, dtype=torch.bool, device=real.device)
        return ((keys[:, None] & lower) | itself)[:, None]  # (B, 1, S, S)

    def start(
        self,
        condition: Condition,
        batch_size: int,
        *,
        grid_size: tuple[int, int] | None = None,
        drop: Tensor | None = None,
    ) -> tuple[Tensor, KVCache]:
        """Begin cached causal decoding: logits (B, V) of the first token, and the cache."""
        prefix = self.embed_condition(condition, batch_size, drop=drop)
        cache = self.new_cache(prefix, grid_size)
        return self.begin(prefix, cache), cache

    def new_cache(self, prefix: Prefix, grid_size: tuple[int, int] | None = None) -> KVCache:
        """An empty cache for the rows of `prefix` and a whole grid behind it."""
        config = self.config
        if not config.causal:
            raise ValueError("cached decoding needs a causal model; this one is bidirectional")
        grid_size = config.max_grid_size if grid_size is None else grid_size
        self.check_grid(grid_size, grid_size[0] * grid_size[1])
        batch, length, _ = prefix.tokens.shape
        room, step, like = length + grid_size[0] * grid_size[1], step_of(self), prefix.tokens
        real = prefix.mask
        if step is not None and config.condition == "caption":  # one graph for all captions
            room += max(config.max_caption_length, config.null_length) - length
            real = like.new_ones(batch, length, dtype=torch.bool) if real is None else real
        shape = (batch, config.num_heads, room, config.head_dim)
        if step is None:
            layers = [
                LayerCache(like.new_zeros(shape), like.new_zeros(shape))
                for _ in range(config.num_layers)
            ]
        else:
            layers = step.memory(like, config.num_layers, shape)
        told = self._sketch(prefix.draft, grid_size)
        cache = KVCache(layers, real, grid_size, length, prefix.draft, told, step)
        if step is not None:
            step.lend(cache)
        return cache

    def begin(self, prefix: Prefix, cache: KVCache) -> Tensor:
        """Read the condition into an empty cache: logits (B, V) of the first token."""
        mask = self.attention_mask(prefix.mask, cache.prefix)
        x = self._told(prefix.tokens, cache.told, 1 - cache.prefix)
        return self._advance(x, cache, mask)

    def step(self, tokens: Tensor, cache: KVCache) -> Tensor:
        """Append tokens (B, n), n >= 1, to the cache: logits (B, V) of the one that follows."""
        written = cache.length - cache.prefix
        count = cache.grid_size[0] * cache.grid_size[1]
        if written + tokens.shape[1] > count:
            raise ValueError(f"the grid of {count} tokens is full; nothing can be appended")
        x = self.embed_tokens(tokens, cache.grid_size, written)
        x = self._told(x, cache.told, written + 1)
        if x.shape[1] == 1 and cache.step is not None:
            return self._fixed(x, cache, cache.step)
        return self._advance(x, cache, cache.mask_of(len(x), x.shape[1]))

    def _fixed(self, x: Tensor, cache: KVCache, step: FixedStep) -> Tensor:
        """`_advance` of one token through `step`."""
        start, end = cache.length, cache.length + 1
        cos, sin = rope_table(self.config, cache.grid_size, cache.prefix, x.device)
        rope = cos[start:end], sin[start:end]
        # Copies lie at even addresses, as compiled kernels like them, and slices do not.
        place, draft = cache.places[start:end].clone(), cache.draft_at(end)
        draft = None if draft is None else draft.clone()
        logits = step(self, x, rope, place, cache.real, cache.layers, draft)
        cache.length = end
        return logits

    def _advance(self, x: Tensor, cache: KVCache, mask: Tensor | None) -> Tensor:
        """Run x (B, n, C) through the blocks behind what is cached -> logits (B, V) at its end."""
        start, end = cache.length, cache.length + x.shape[1]
        cos, sin = rope_table(self.config, cache.grid_size, cache.prefix, x.device)
        rope = cos[start:end], sin[start:end]
        causal = x.shape[1] > 1
        for block, layer in zip(self.blocks, cache.layers, strict=True):
            x = block(x, rope, mask, causal, None, layer, start)
        cache.length = end
        return self.scores(x[:, -1], cache.draft_at(end))
