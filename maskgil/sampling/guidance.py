"""Classifier-free guidance (CFG): models as the logit callables of decoders.

Shapes: B batch, N image tokens, V codebook size, M masked tokens of the batch.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor

from maskgil.models.conditioning import CaptionCondition, Condition, Drafted, Prefix, copied
from maskgil.models.kv_cache import KVCache
from maskgil.models.masked_model import MaskedModel, Places, Step, null_is_constant
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.feature_cache import CachedModel, FeatureCache, drop_old_start, kept_start
from maskgil.sampling.logits import guidance_at, guide


def _twice(condition: Condition) -> Condition:
    """The condition's rows, and the same rows again."""
    if condition is None or isinstance(condition, Prefix):
        return condition
    if isinstance(condition, CaptionCondition):
        mask = condition.mask
        return CaptionCondition(
            condition.embeds.repeat(2, 1, 1), None if mask is None else mask.repeat(2, 1)
        )
    if isinstance(condition, Drafted):
        caption = _twice(condition.caption)
        assert isinstance(caption, CaptionCondition)
        return Drafted(caption, condition.draft.repeat(2, 1))
    return condition.repeat(2)


def _both(model: MaskedModel, condition: Condition, batch_size: int) -> Prefix:
    """Prefix (2B, P, C): the conditional rows, then the same rows with the null condition."""
    drop = torch.zeros(2 * batch_size, dtype=torch.bool, device=model.token_embedding.weight.device)
    drop[batch_size:] = True
    return model.embed_condition(_twice(condition), 2 * batch_size, drop=drop)


def _rows(prefix: Prefix, rows: slice) -> Prefix:
    """Some rows of an embedded condition."""
    mask, draft = (None if x is None else x[rows] for x in prefix[1:])
    return Prefix(prefix.tokens[rows], mask, draft)


def passes_apart(device: torch.device) -> bool:
    """Whether two passes without padding mask are preferred to one with it.

    On CUDA attention without a mask is faster; on a CPU two passes are 15 to 20% slower.
    """
    return device.type == "cuda"


class GuidedLogits:
    """A masked model as `LogitsFn`: logits (M, V) of the masked tokens, one call a step.

    The condition is embedded once, the head sees masked tokens only, and conditional and
    unconditional rows share a forward pass or have one each (`passes_apart`). Unconditional rows
    are skipped where guidance is off, for an empty grid, whose unconditional logits are memoised,
    and in steps left out by `guidance_every`, which reuse the last c - u.
    """

    def __init__(
        self,
        model: MaskedModel,
        condition: Condition,
        batch_size: int,
        *,
        sampling: SamplingConfig,
        grid_size: tuple[int, int] | None = None,
    ) -> None:
        self.model, self.sampling = model, sampling
        self.grid_size = model.config.max_grid_size if grid_size is None else grid_size
        self.guided = condition is not None and sampling.guidance_scale != 1.0
        self.null: Prefix | None = None  # for separate passes
        if self.guided:
            self.both = _both(model, condition, batch_size)
            self.alone = _rows(self.both, slice(0, batch_size)).trimmed()
            self.null = self._null_alone(batch_size)
            drop_old_start(model)
        else:
            self.alone = model.embed_condition(condition, batch_size)
        self.features: tuple[FeatureCache, ...] = ()  # of c and, if guided, of u
        if sampling.reuse_features:
            if not model.supports_feature_cache:
                raise ValueError(
                    "reuse_features (--fast) keeps single tokens' keys and values; "
                    f"this model ({type(model).__name__}) cannot"
                )
            prefixes = [self.alone]
            if self.guided:
                prefixes.append(_rows(self.both, slice(batch_size, None)).trimmed())
            every = sampling.refresh_every
            self.features = tuple(
                FeatureCache(cast(CachedModel, model), prefix, self.grid_size, refresh_every=every)
                for prefix in prefixes
            )
        self.calls = self.guided_calls = 0
        # c - u (M, V) of the last step that ran the unconditional rows, and its masked places (M,).
        self.difference: tuple[Tensor, Tensor] | None = None

    def __call__(self, tokens: Tensor) -> Tensor:
        return self.at(tokens, Places.of(tokens == self.model.mask_id))

    def at(self, tokens: Tensor, masked: Places) -> Tensor:
        """Logits (M, V) of the `masked` places of tokens (B, N); waits for no device."""
        self.calls += 1
        draft = self.alone.draft
        draft = None if draft is None else draft.flatten()[masked.flat]  # (M,)
        return copied(self._guided(tokens, masked), draft, self.sampling.draft_strength)

    def _guided(self, tokens: Tensor, masked: Places) -> Tensor:
        steps, every = self.sampling.num_steps, self.sampling.guidance_every
        scale = guidance_at(self.sampling, min(self.calls, steps), steps)
        if not self.guided or scale == 1.0:
            return self._conditional(tokens, masked)
        if self.difference is not None and self.guided_calls % every:
            conditional = self._conditional(tokens, masked)
            difference, before = self.difference  # cells masked now were masked then
            unconditional = conditional - difference[torch.searchsorted(before, masked.flat)]
        else:
            conditional, unconditional = self._pair(tokens, masked)  # (M, V) each
            if every > 1:
                self.difference = conditional.float() - unconditional.float(), masked.flat
        self.guided_calls += 1
        return guide(conditional, unconditional, scale)

    def _conditional(self, tokens: Tensor, masked: Places) -> Tensor:
        if self.features:
            return self.features[0].logits(tokens, self.calls, masked)
        return self.model.logits(
            tokens, self.alone, grid_size=self.grid_size, where=masked.flat, step=self._step
        )

    def _null_alone(self, batch_size: int) -> Prefix | None:
        """The null condition for separate passes without padding mask; None: shared passes."""
        if self.both.mask is None or not passes_apart(self.both.tokens.device):
            return None
        null = _rows(self.both, slice(batch_size, None)).trimmed()
        return null if null.mask is None and self.alone.mask is None else None

    @property
    def _step(self) -> Step:
        total = self.sampling.num_steps
        return Step(min(self.calls, total), total)

    def _pair(self, tokens: Tensor, masked: Places) -> tuple[Tensor, Tensor]:
        """Conditional and unconditional logits, (M, V) each."""
        alike = null_is_constant(self.model.config) and self.alone.draft is None
        if alike and sum(masked.counts) == tokens.numel():
            start = kept_start(self.model, self.grid_size)  # (N, V)
            return self._conditional(tokens, masked), start.repeat(len(tokens), 1)
        if self.features:
            return self._conditional(tokens, masked), self.features[1].logits(
                tokens, self.calls, masked
            )
        if self.null is not None:
            unconditional = self.model.logits(
                tokens, self.null, grid_size=self.grid_size, where=masked.flat, step=self._step
            )
            return self._conditional(tokens, masked), unconditional
        logits = self.model.logits(
            tokens.repeat(2, 1), self.both, grid_size=self.grid_size,
            where=masked.twice(tokens.numel()).flat, step=self._step,
        )  # fmt: skip
        conditional, unconditional = logits.chunk(2)
        return conditional, unconditional


class GuidedNext:
    """A causal model with its cache as `NextFn`: the tokens just settled -> logits (B, V).

    `num_tokens` is the number of calls to come; guidance schedules run over them. Unconditional
    rows are skipped while guidance is off, and catch up in one pass when it sets in. Guidance is
    that of `sampling.autoregressive()`.
    """

    def __init__(
        self,
        model: Transformer,
        condition: Condition,
        batch_size: int,
        *,
        sampling: SamplingConfig,
        num_tokens: int,
        grid_size: tuple[int, int] | None = None,
    ) -> None:
        sampling = sampling.autoregressive()
        self.model, self.sampling = model, sampling
        self.batch_size, self.num_tokens, self.written = batch_size, num_tokens, 0
        self.guided = condition is not None and sampling.guidance_scale != 1.0
        if self.guided:
            self.prefix = _both(model, condition, batch_size)
        else:
            self.prefix = model.embed_condition(condition, batch_size)
        self.cache = model.new_cache(self.prefix, grid_size)
        self.conditional = self.cache.rows(0, batch_size)
        self.unconditional = self.cache.rows(batch_size, 2 * batch_size)
        self.unread: list[Tensor] = []  # by the unconditional rows, (B, n) each

    def __call__(self, tokens: Tensor) -> Tensor:
        self.written += tokens.shape[1]
        draft, place = self.conditional.draft, self.written  # of the token that is predicted
        draft = None if draft is None or place >= draft.shape[1] else draft[:, place]  # (B,)
        return copied(self._guided(tokens), draft, self.sampling.draft_strength)

    def _guided(self, tokens: Tensor) -> Tensor:
        total = max(1, self.num_tokens)
        scale = guidance_at(self.sampling, min(self.written + 1, total), total)
        batch = self.batch_size
        if not self.guided or scale == 1.0:
            self.unread.append(tokens)
            return self._read(tokens, self.conditional, slice(0, batch))
        if self.unread:
            self.unread.append(tokens)
            missing, self.unread = torch.cat(self.unread, dim=1), []
            conditional = self._read(tokens, self.conditional, slice(0, batch))
            unconditional = self._read(missing, self.unconditional, slice(batch, None))
            return guide(conditional, unconditional, scale)
        self.cache.length = self.conditional.length
        logits = self._read(tokens.repeat(2, 1), self.cache, slice(None))
        self.conditional.length = self.unconditional.length = self.cache.length
        conditional, unconditional = logits.chunk(2)  # (B, V) each
        return guide(conditional, unconditional, scale)

    def _read(self, tokens: Tensor, cache: KVCache, rows: slice) -> Tensor:
        """Logits (B, V) after tokens (B, n), n = 0 before the first."""
        if cache.length == 0:
            logits = self.model.begin(_rows(self.prefix, rows), cache)
            if not tokens.shape[1]:
                return logits
        return self.model.step(tokens, cache)
