"""Tiny weights of class-driven models, in the layout of a folder of weights."""

from pathlib import Path

import torch

from maskgil import checkpoints
from maskgil.config import TransformerConfig
from maskgil.models.adaln_transformer import AdaLNConfig, AdaLNTransformer
from maskgil.models.transformer import Transformer
from maskgil.presets.table import CAUSAL, MASKED, TOKENIZER
from maskgil.tokenizers.llamagen import LlamaGenVQ, LlamaGenVQConfig

CODES, GRID = 30, (4, 4)
VQ = LlamaGenVQConfig(
    stem_width=32, encoder_widths=(32, 32), decoder_widths=(32, 32), encoder_attention=(1,),
    decoder_attention=(1,), num_blocks=1, latent_channels=20, in_channels=3, out_channels=3,
    codebook_size=CODES, code_dim=6, unit_codes=True,
)  # fmt: skip
HALTON = AdaLNConfig(2, 2, 24, 64, codebook_size=CODES, max_grid_size=GRID, num_classes=1000)
TWIN = TransformerConfig(
    num_layers=3, num_heads=4, dim=32, codebook_size=CODES, max_grid_size=GRID, causal=True
)


def louder(model: torch.nn.Module) -> torch.nn.Module:
    """Weights with which classes and earlier tokens matter."""
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model.eval()


def write_imagenet(path: Path) -> Path:
    """A tokenizer, a masked model and its causal twin on 4 x 4 tokens, in the folder `path`."""
    torch.manual_seed(0)
    for name, model in (
        (TOKENIZER, LlamaGenVQ(VQ)), (MASKED, louder(AdaLNTransformer(HALTON))),
        (CAUSAL, louder(Transformer(TWIN))),
    ):  # fmt: skip
        checkpoints.save(model, path / name, dtype=None)
    return path
