"""Parameters, weights and FLOPs of the models, by formula."""

from __future__ import annotations

from maskgil.checkpoints import build_empty
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.logits import guidance_at
from maskgil.sampling.mask_schedules import masked_counts

CAPTION_TOKENS = {"nano": 12, "xl-text": 64}  # a typical caption
DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "int8": 1}


def count_parameters(config: TransformerConfig) -> dict[str, int]:
    """Parameters by part, counted on the meta device."""
    model = build_empty(Transformer, config)
    parts = {name: 0 for name, _ in model.named_children()}
    for name, parameter in model.named_parameters():
        part = name.split(".")[0]
        parts[part] = parts.get(part, 0) + parameter.numel()
    return {name: count for name, count in parts.items() if count}


def forward_flops(config: TransformerConfig, sequence: int, head_rows: int) -> int:
    """FLOPs of one row: `sequence` tokens through the blocks, the head on `head_rows` of them.

    Of a model that merges: `sequence` positions, see `positions`; its groups' layers not counted.
    """
    block = 4 * config.dim**2 + 3 * config.dim * config.hidden_dim
    blocks = config.num_layers * (2 * block * sequence + 4 * sequence**2 * config.dim)
    return blocks + 2 * config.dim * config.codebook_size * head_rows


def image_flops(
    config: TransformerConfig, sampling: SamplingConfig, grid: tuple[int, int], prefix: int
) -> list[int]:
    """FLOPs of every step of one picture by masked decoding, guidance included."""
    count = grid[0] * grid[1]
    return [
        (2 if guidance_at(sampling, step, sampling.num_steps) != 1.0 else 1)
        * forward_flops(config, prefix + positions(config, count), rows)
        for step, rows in enumerate(rows_scored(sampling, count), 1)
    ]


def rows_scored(sampling: SamplingConfig, empty: int) -> list[int]:
    """Of how many tokens the head gives logits in each step in which so many `empty` are filled."""
    if not empty:
        return []
    steps = min(sampling.filling_steps, empty)
    filled = [empty, *masked_counts(sampling.schedule, steps, empty)][:steps]
    return filled + [empty - empty // 2, empty // 2] * sampling.sweeping


def causal_flops(config: TransformerConfig, grid: tuple[int, int], prefix: int) -> int:
    """FLOPs of one picture by cached autoregressive decoding, guidance included."""
    total = prefix + grid[0] * grid[1]
    block = 4 * config.dim**2 + 3 * config.dim * config.hidden_dim
    blocks = config.num_layers * (2 * block * total + 2 * total * (total + 1) * config.dim)
    return 2 * (blocks + 2 * config.dim * config.codebook_size * grid[0] * grid[1])


def weights_gb(parameters: int) -> dict[str, float]:
    """Size of the weights in GB (10⁹ bytes) for each dtype."""
    return {name: parameters * width / 1e9 for name, width in DTYPE_BYTES.items()}


def positions(config: TransformerConfig, tokens: int) -> int:
    """Positions of the blocks that `tokens` of a picture take."""
    return tokens // config.merge**2
