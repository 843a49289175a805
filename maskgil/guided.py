"""Models with guidance as the callables that decoders take.

Shapes: B batch, N image tokens, V codebook size, M masked tokens of the batch.
"""

from __future__ import annotations

import torch
from torch import Tensor

from maskgil.conditioning import CaptionCondition, Condition, Prefix
from maskgil.config import SamplingConfig
from maskgil.sampling import guidance_at, guide
from maskgil.transformer import KVCache, Transformer


def _twice(condition: Condition) -> Condition:
    """The condition's rows, and the same rows again."""
    if condition is None or isinstance(condition, Prefix):
        return condition
    if isinstance(condition, CaptionCondition):
        mask = condition.mask
        return CaptionCondition(
            condition.embeds.repeat(2, 1, 1), None if mask is None else mask.repeat(2, 1)
        )
    return condition.repeat(2)


def _both(model: Transformer, condition: Condition, batch_size: int) -> Prefix:
    """Prefix (2B, P, C): the conditional rows, then the same rows with the null condition."""
    drop = torch.zeros(2 * batch_size, dtype=torch.bool, device=model.token_embedding.weight.device)
    drop[batch_size:] = True
    return model.embed_condition(_twice(condition), 2 * batch_size, drop=drop)


class GuidedLogits:
    """A bidirectional model as `LogitsFn`: logits (M, V) of the masked tokens, one call a step.

    The condition is embedded once. Conditional and unconditional rows share a forward pass; in
    steps whose guidance is off the unconditional rows are not run. The head sees masked tokens
    only.
    """

    def __init__(
        self,
        model: Transformer,
        condition: Condition,
        batch_size: int,
        *,
        sampling: SamplingConfig,
        grid_size: tuple[int, int] | None = None,
    ) -> None:
        self.model, self.sampling, self.grid_size = model, sampling, grid_size
        self.batch_size, self.calls = batch_size, 0
        self.alone = model.embed_condition(condition, batch_size)
        self.both = (
            _both(model, condition, batch_size)
            if condition is not None and sampling.guidance_scale != 1.0
            else None
        )

    def __call__(self, tokens: Tensor) -> Tensor:
        self.calls += 1
        steps = self.sampling.num_steps
        scale = guidance_at(self.sampling, min(self.calls, steps), steps)
        masked = tokens == self.model.mask_id  # (B, N)
        if self.both is None or scale == 1.0:
            return self.model.logits(tokens, self.alone, grid_size=self.grid_size, where=masked)
        logits = self.model.logits(
            tokens.repeat(2, 1), self.both, grid_size=self.grid_size, where=masked.repeat(2, 1)
        )
        conditional, unconditional = logits.chunk(2)  # (M, V) each
        return guide(conditional, unconditional, scale)


class GuidedNext:
    """A causal model with its cache as `NextFn`: the tokens just settled -> logits (B, V).

    `num_tokens` is how many it will be asked for; guidance schedules run over them.
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
        self.model, self.sampling, self.grid_size = model, sampling, grid_size
        self.batch_size, self.num_tokens, self.written = batch_size, num_tokens, 0
        self.guided = condition is not None and sampling.guidance_scale != 1.0
        self.prefix = (
            _both(model, condition, batch_size)
            if self.guided
            else model.embed_condition(condition, batch_size)
        )
        self.cache: KVCache | None = None

    def __call__(self, tokens: Tensor) -> Tensor:
        rows = tokens.repeat(2, 1) if self.guided else tokens
        self.written += tokens.shape[1]
        if self.cache is None:
            logits, self.cache = self.model.start(self.prefix, len(rows), grid_size=self.grid_size)
            if tokens.shape[1]:
                logits = self.model.step(rows, self.cache)
        else:
            logits = self.model.step(rows, self.cache)
        if not self.guided:
            return logits
        total = max(1, self.num_tokens)
        scale = guidance_at(self.sampling, min(self.written + 1, total), total)
        conditional, unconditional = logits.chunk(2)  # (B, V) each
        return guide(conditional, unconditional, scale)
