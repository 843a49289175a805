"""BERT as a frozen text encoder (Devlin et al. 2019): what MiniLM is.

transformers runs it too, but importing that library takes about as long as all else that happens
before nano's first picture; the large encoders, whose loading dwarfs the import, go through it.

Shapes: B captions, T tokens, C width.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from maskgil.models.bert import BertBlock, BertConfig
from maskgil.models.conditioning import CaptionCondition
from maskgil.utils.meta_device import build_empty

# A block's parts here, and the published ones they are made of (joined along the output).
BLOCK_KEYS = {
    "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "out": ("attention.output.dense",),
    "attention_norm": ("attention.output.LayerNorm",),
    "up": ("intermediate.dense",),
    "down": ("output.dense",),
    "mlp_norm": ("output.LayerNorm",),
}

WORDS = "embeddings.word_embeddings.weight"


class BertTextModel(nn.Module):
    """Token ids (B, T) and their mask to hidden states (B, T, C)."""

    def __init__(self, config: BertConfig, vocabulary: int, positions: int) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, config.dim)
        self.position_embedding = nn.Parameter(torch.zeros(positions, config.dim))
        self.norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.blocks = nn.ModuleList(BertBlock(config) for _ in range(config.num_layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.token_embedding(ids) + self.position_embedding[: ids.shape[1]]  # (B, T, C)
        x = self.norm(x)
        for block in self.blocks:
            x = block(x, mask)
        result: Tensor = x
        return result


class BertEncoder:
    """A frozen BERT and its word pieces; features are its last hidden states, one a token.

    Raises what the files raise when one is missing or malformed; `load_text_encoder` words it.
    """

    def __init__(self, folder: Path, *, max_length: int, device: str, dtype: torch.dtype) -> None:
        from tokenizers import Tokenizer

        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not is_plain_bert(settings):
            raise ValueError("only BERT with GELU and absolute positions is read here")
        config = BertConfig(
            num_layers=settings["num_hidden_layers"],
            num_heads=settings["num_attention_heads"],
            dim=settings["hidden_size"],
            norm_eps=settings["layer_norm_eps"],
            dropout=0.0,
        )
        sizes = settings["vocab_size"], settings["max_position_embeddings"]
        model = build_empty(lambda config: BertTextModel(config, *sizes), config)
        state = from_transformers(_read(folder / "model.safetensors"), config.num_layers)
        model.load_state_dict(state, assign=True)
        self.model = model.to(device, dtype).eval().requires_grad_(False)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(max_length)
        self.padding = settings["pad_token_id"]
        self.tokenizer.enable_padding(pad_id=self.padding)
        self.dim, self.max_length, self.device = config.dim, max_length, device

    @torch.no_grad()
    def encode(self, texts: list[str]) -> CaptionCondition:
        """Features (B, T, dim) and mask (B, T), T the longest caption, cut at `max_length`."""
        pieces = self.tokenizer.encode_batch(list(texts))
        return self.features(torch.tensor([one.ids for one in pieces], device=self.device))

    @torch.no_grad()
    def features(self, ids: Tensor) -> CaptionCondition:
        """Features (B, T, dim) and mask (B, T) of word pieces (B, T), padded behind their ends."""
        mask = ids != self.padding
        hidden = self.model(ids, mask).float()  # (B, T, dim)
        return CaptionCondition(hidden * mask[..., None], mask)


def is_plain_bert(settings: dict[str, Any]) -> bool:
    """Whether a transformers config (config.json) describes what `BertEncoder` runs."""
    return (
        settings.get("model_type") == "bert"
        and settings.get("hidden_act") == "gelu"
        and settings.get("position_embedding_type", "absolute") == "absolute"
    )


def _read(path: Path) -> dict[str, Tensor]:
    """The tensors of a file as views of it, those of the words of a map of their own.

    All others are copied into the model, so that the pages that they were read from are let go;
    of the words, half of the file, only those that are ever said come into memory.
    """
    from safetensors import safe_open
    from safetensors.torch import load_file

    with safe_open(path, "pt") as file:
        words = file.get_tensor(WORDS)
    return load_file(path) | {WORDS: words}


def from_transformers(state: dict[str, Tensor], num_layers: int) -> dict[str, Tensor]:
    """`BertTextModel`'s state from transformers' BertModel; KeyError names a missing tensor.

    Captions are one segment, so its embedding is the same everywhere and joins the positions'.
    All but the words' embeddings are copies.
    """
    segment = state["embeddings.token_type_embeddings.weight"][0]
    ours = {
        "token_embedding.weight": state[WORDS],
        "position_embedding": state["embeddings.position_embeddings.weight"] + segment,
    }
    for end in ("weight", "bias"):
        ours[f"norm.{end}"] = state[f"embeddings.LayerNorm.{end}"].clone()
        for layer in range(num_layers):
            for name, sources in BLOCK_KEYS.items():
                parts = [state[f"encoder.layer.{layer}.{source}.{end}"] for source in sources]
                ours[f"blocks.{layer}.{name}.{end}"] = torch.cat(parts)
    return ours
