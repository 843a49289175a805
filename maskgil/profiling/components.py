"""The other models of a preset: speech, text encoder, tokenizer, Lumina; counted without memory.

FLOPs as in `command`: 2 a weight and token, and 4 · keys · width a layer and query.
"""

# T tokens of a sequence, C width, V codes.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from maskgil.checkpoints import build_empty
from maskgil.config import TransformerConfig

PROMPT_TOKENS = 64  # a typical caption, with Lumina's request around it
SPOKEN_TOKENS = 32  # of a transcript and of its translation
FRAMES = 1500  # Whisper's encoder positions of 30 s


@dataclass(frozen=True)
class Component:
    """One model: what it does, its parameters in all and by part, FLOPs of one picture."""

    name: str
    role: str
    parameters: int
    parts: dict[str, int]
    flops: int
    counted: str  # what `flops` stands for
    weights: str  # whether anyone can download them
    flops_per_step: float = 0.0  # where there are steps: a token of an autoregressive model


def parameter_counts(model: nn.Module) -> dict[str, int]:
    """Parameters by top-level part; a tensor shared by two parts counts once."""
    return {
        name: count
        for name, child in model.named_children()
        if (count := sum(p.numel() for p in child.parameters()))
    }


def linear_weights(modules: Iterable[nn.Module]) -> int:
    """Weights of all matrix products in these modules."""
    return sum(
        layer.weight.numel()
        for module in modules
        for layer in module.modules()
        if isinstance(layer, nn.Linear)
    )


def causal_attention(layers: int, width: int, tokens: int) -> int:
    """FLOPs of attention over a growing sequence: 4 · C a layer and pair (query, earlier key)."""
    return 4 * layers * width * tokens * (tokens + 1) // 2


def lumina(grid: tuple[int, int], *, guided: bool = True) -> Component:
    """Lumina-mGPT 7B writing all of a picture with its cache; both contexts when `guided`."""
    from transformers import ChameleonConfig, ChameleonForConditionalGeneration

    config = ChameleonConfig(vocabulary_map={"<image>": 0})  # the defaults are the 7B's
    model: Any = build_empty(ChameleonForConditionalGeneration, config)
    del model.model.vqmodel
    weights, count = linear_weights(model.model.layers), grid[0] * grid[1]
    block = 3 + grid[0] * (grid[1] + 1)
    flops = 2 * config.hidden_size * 8192 * count * (1 + guided)  # the head: image codes only
    for tokens in (PROMPT_TOKENS + block, block)[: 1 + guided]:
        attention = causal_attention(config.num_hidden_layers, config.hidden_size, tokens)
        flops += 2 * weights * tokens + attention
    parts = {
        "embedding": model.model.embed_tokens.weight.numel(),
        "layers": sum(p.numel() for p in model.model.layers.parameters()),
        "norm": model.model.norm.weight.numel(),
        "head": model.lm_head.weight.numel(),
    }
    return Component(
        "Lumina-mGPT 7B", "autoregressive", sum(parts.values()), parts, flops,
        f"all {count} tokens, cached, {'two contexts' if guided else 'one context'}",
        "Alpha-VLLM/Lumina-mGPT-7B-512", flops / count,
    )  # fmt: skip


def gemma(tokens: int = PROMPT_TOKENS) -> Component:
    """Gemma-2B reading a caption once; its head is not used."""
    from transformers import GemmaConfig, GemmaModel

    config = GemmaConfig(
        vocab_size=256000, hidden_size=2048, intermediate_size=16384, num_hidden_layers=18,
        num_attention_heads=8, num_key_value_heads=1, head_dim=256,
    )  # fmt: skip
    model: Any = build_empty(GemmaModel, config)
    flops = 2 * linear_weights([model]) * tokens + causal_attention(18, 2048, tokens)
    parts, told = parameter_counts(model), f"a caption of {tokens} tokens, once"
    source = "google/gemma-2b, after accepting its terms"
    return Component("Gemma-2B", "text encoder", sum(parts.values()), parts, flops, told, source)


def minilm(tokens: int = 12) -> Component:
    """all-MiniLM-L6-v2 reading a caption."""
    from maskgil.models.bert import BertConfig
    from maskgil.models.text_encoders.minilm import BertTextModel

    config = BertConfig(num_layers=6, num_heads=12, dim=384)
    model = build_empty(lambda settings: BertTextModel(settings, 30522, 512), config)
    own = sum(p.numel() for p in model.parameters(recurse=False))
    parts = {**parameter_counts(model), **({"positions": own} if own else {})}
    flops = 2 * linear_weights([model]) * tokens + 4 * 6 * 384 * tokens**2
    return Component(
        "all-MiniLM-L6-v2", "text encoder", sum(parts.values()), parts, flops,
        f"a caption of {tokens} tokens, once", "a pip package, or the hub",
    )  # fmt: skip


def whisper(size: str) -> Component:
    """Whisper hearing 30 s: one encoding, a transcript and a translation decoded from it."""
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    width, layers, heads = {"base": (512, 6, 8), "medium": (1024, 24, 16)}[size]
    config = WhisperConfig(
        vocab_size=51865, d_model=width, encoder_layers=layers, decoder_layers=layers,
        encoder_attention_heads=heads, decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width,
    )  # fmt: skip
    model: Any = build_empty(WhisperForConditionalGeneration, config)
    encoder, decoder = model.model.encoder, model.model.decoder
    listen = 2 * linear_weights([encoder]) * FRAMES + 4 * layers * width * FRAMES**2
    # Cross-attention's keys and values come from the frames, once a decoding; the rest a token.
    crossing = 2 * layers * width**2
    a_token = 2 * (linear_weights([decoder]) - crossing + decoder.embed_tokens.weight.numel())
    a_token += 4 * layers * width * (FRAMES + SPOKEN_TOKENS)
    write = 2 * (SPOKEN_TOKENS * a_token + 2 * crossing * FRAMES)
    parts = parameter_counts(model.model)
    return Component(
        f"Whisper {size}", "speech", sum(parts.values()), parts, listen + write,
        f"30 s encoded once, two texts of {SPOKEN_TOKENS} tokens", "public (MIT)",
    )  # fmt: skip


def _tokenizer(name: str, model: Any, codes: Tensor, decoder: nn.Module, weights: str) -> Component:
    """A tokenizer decoding one picture, from what `decoder` reads on the meta device.

    That is code vectors (1, C, h, w) or indices (1, h, w).
    FLOPs as torch counts its convolutions and products.
    """
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        decoder(codes)
    parts = parameter_counts(model)
    kept = sum(buffer.numel() for buffer in model.buffers() if buffer.ndim == 2)
    parts |= {"codebook": kept} if kept else {}  # nano's codebook is a buffer
    rows, columns = codes.shape[-2:]
    return Component(
        name, "tokenizer", sum(parts.values()), parts, counter.get_total_flops(),
        f"{rows} x {columns} tokens to pixels, once", weights,
    )  # fmt: skip


def compact_vq(grid: tuple[int, int]) -> Component:
    """nano's tokenizer, in the shape that is shipped."""
    import json

    from maskgil import checkpoints
    from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

    shipped = checkpoints.read_metadata(checkpoints.resolve("nano-tokenizer")[0])
    settings = json.loads(shipped["config"])
    settings["decoder_blocks"] = tuple(settings["decoder_blocks"])
    config = CompactVQConfig(**settings)
    model: Any = build_empty(CompactVQ, config)
    if config.attending_layers:
        codes = torch.zeros(1, *grid, dtype=torch.long, device="meta")
    else:
        codes = torch.zeros(1, config.code_dim, *grid, device="meta")
    return _tokenizer("CompactVQ", model, codes, model.decoder, "shipped")


def chameleon_vq(grid: tuple[int, int]) -> Component:
    """Chameleon-VQ, f16, 8,192 codes."""
    from maskgil.tokenizers.vqgan import SIZES, TamingVQ

    config = SIZES["chameleon-vq"]
    model: Any = build_empty(TamingVQ, config)
    codes = torch.zeros(1, config.code_dim, *grid, device="meta")
    decoder = nn.Sequential(model.from_code, model.decoder)
    weights = "copies of Meta's vqgan.ckpt, such as GAIR/Anole-7b-v0.1's"
    return _tokenizer("Chameleon-VQ", model, codes, decoder, weights)


def shipped(name: str) -> TransformerConfig:
    """The shape of a Transformer that is shipped, as its file states it."""
    from maskgil import checkpoints

    path, _ = checkpoints.resolve(name)
    settings = checkpoints.stored_config(checkpoints.read_metadata(path), path)
    config: TransformerConfig = checkpoints.build_config(TransformerConfig, settings, {}, path)
    return config


def nano_twin(grid: tuple[int, int], *, guided: bool) -> Component:
    """AR-nano: the causal Transformer that is shipped."""
    from maskgil.profiling.flops import CAPTION_TOKENS, causal_flops, count_parameters

    config = shipped("ar-nano")
    parts = count_parameters(config)
    flops = causal_flops(config, grid, CAPTION_TOKENS["nano"]) // (1 if guided else 2)
    count = grid[0] * grid[1]
    return Component(
        "AR-nano", "autoregressive", sum(parts.values()), parts, flops,
        f"all {count} tokens, cached", "shipped", flops / count,
    )  # fmt: skip


def parts_of(preset: str, grid: tuple[int, int], *, guided: bool) -> list[Component]:
    """Everything beside the masked model: autoregressive, text encoder, tokenizer, speech."""
    if preset == "nano":
        return [nano_twin(grid, guided=guided), minilm(), compact_vq(grid), whisper("base")]
    return [lumina(grid, guided=guided), gemma(), chameleon_vq(grid), whisper("medium")]
