"""Registry of model kinds in checkpoints.

Models and tokenizers of the paper are registered here; higher packages register theirs where they
are defined (`maskgil.evaluation.detector`, `polyvoice.clip_nano`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import nn

from maskgil.config import TransformerConfig
from maskgil.models.adaln_transformer import AdaLNConfig, AdaLNTransformer
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.models.mask_transformer import MaskTransformer, MaskTransformerConfig
from maskgil.models.multimodal_layers import MultimodalConfig
from maskgil.models.multimodal_transformer import MultimodalTransformer
from maskgil.models.transformer import Transformer
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.tokenizers.llamagen import LlamaGenVQ, LlamaGenVQConfig
from maskgil.tokenizers.magvit2 import OpenMagvit2, OpenMagvit2Config
from maskgil.tokenizers.vqgan import TamingVQ, TamingVQConfig


@dataclass(frozen=True)
class Kind:
    """A model class and its config class.

    `on_meta`: every tensor of the model is in its state dict, so it can be built without memory.
    """

    model: type[Any]
    config: type[Any]
    on_meta: bool = False


KINDS: dict[str, Kind] = {}


def register(name: str, model: type[nn.Module], config: type, *, on_meta: bool = False) -> None:
    """Make checkpoints of the kind `name` loadable: `model(config)` takes their tensors."""
    KINDS[name] = Kind(model, config, on_meta)


def kind_of(model: nn.Module) -> str:
    """The kind under which the class of `model` is registered. Raises ValueError for another."""
    for name, kind in KINDS.items():
        if type(model) is kind.model:
            return name
    raise ValueError(f"{type(model).__name__} is no kind of checkpoint; known: {', '.join(KINDS)}")


register("transformer", Transformer, TransformerConfig, on_meta=True)
register("bert", BidirectionalTransformer, BertConfig, on_meta=True)
register("halton-maskgit", AdaLNTransformer, AdaLNConfig, on_meta=True)
register("mask-transformer", MaskTransformer, MaskTransformerConfig, on_meta=True)
register("meissonic", MultimodalTransformer, MultimodalConfig, on_meta=True)
register("compact-vq", CompactVQ, CompactVQConfig)
register("taming-vq", TamingVQ, TamingVQConfig, on_meta=True)
register("llamagen-vq", LlamaGenVQ, LlamaGenVQConfig, on_meta=True)
register("open-magvit2", OpenMagvit2, OpenMagvit2Config, on_meta=True)
