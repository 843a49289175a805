"""Reference implementation of the paper's decoding, the baseline of `benchmarks.decode`."""

# N image tokens, V codebook size.

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.logits import row_generators
from maskgil.sampling.mask_schedules import SCHEDULES


def plain_decode(
    model: Transformer, label: Tensor, sampling: SamplingConfig, seed: int
) -> Iterator[Tensor]:
    """Sec. 4.2 of the paper, word for word: tokens (1, N) after every step.

    Both passes in every step, logits and probabilities of every token, settled or not.
    """
    mask_id, count = model.mask_id, model.config.max_tokens
    (generator,) = row_generators([seed])
    gamma = SCHEDULES[sampling.schedule]
    tokens = torch.full((1, count), mask_id)
    for step in range(1, sampling.num_steps + 1):
        conditional = model.logits(tokens, label)  # (1, N, V)
        unconditional = model.logits(tokens, None)
        logits = unconditional + sampling.guidance_scale * (conditional - unconditional)
        probabilities = logits.softmax(-1)
        cumulative = probabilities.double().cumsum(-1)
        noise = torch.rand(1, count, generator=generator).double()[..., None]
        drawn = torch.searchsorted(
            cumulative, noise * cumulative[..., -1:], right=True
        )  # (1, N, 1)
        confidence = probabilities.gather(-1, drawn).squeeze(-1).log()  # (1, N)
        progress = step / sampling.num_steps
        gumbel = -(-torch.rand(1, count, generator=generator).log()).log()
        confidence += sampling.choice_temperature * (1 - progress) * gumbel
        masked = tokens == mask_id
        confidence[~masked] = torch.inf
        tokens = torch.where(masked, drawn.squeeze(-1), tokens)
        hidden = math.ceil(gamma(progress) * count - 1e-9)
        tokens[0, confidence[0].argsort()[:hidden]] = mask_id
        yield tokens
