"""Tiny models of photographs with random weights, as folders in diffusers' own layout."""

import json
import string
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.helpers.plain.meissonic import meissonic, told
from tests.helpers.plain.tokenizers import Weights

# Looked for, not imported: that takes seconds, in processes that run no such test as well.
needs_diffusers = pytest.mark.skipif(
    find_spec("diffusers") is None, reason="diffusers is not installed"
)
WIDTH, LENGTH = 24, 16  # of a caption's features, and its tokens


def write_clip(path: Path, width: int, heads: int) -> None:
    """CLIP's text model and its tokenizer over single letters."""
    from tokenizers import pre_tokenizers
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

    config = CLIPTextConfig(
        hidden_size=width, projection_dim=width, intermediate_size=8, num_attention_heads=heads,
        num_hidden_layers=2, vocab_size=300, max_position_embeddings=LENGTH,
        bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    CLIPTextModelWithProjection(config).save_pretrained(path / "text_encoder")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = ["<|startoftext|>", "<pad>", "<|endoftext|>", *letters]
    words += [letter + "</w>" for letter in string.ascii_lowercase]
    vocabulary = {word: index for index, word in enumerate(dict.fromkeys(words))}
    (path / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (path / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    CLIPTokenizer(
        vocab=str(path / "vocab.json"), merges=str(path / "merges.txt"), model_max_length=LENGTH
    ).save_pretrained(path / "tokenizer")


def write_vq(path: Path, codes: int, levels: int) -> None:
    """A VQ autoencoder whose token is 2^(levels - 1) pixels wide."""
    import diffusers

    diffusers.VQModel(
        act_fn="silu", block_out_channels=[8] * levels,
        down_block_types=["DownEncoderBlock2D"] * levels,
        up_block_types=["UpDecoderBlock2D"] * levels, in_channels=3, out_channels=3,
        latent_channels=8, layers_per_block=1, norm_num_groups=8, num_vq_embeddings=codes,
        sample_size=32, mid_block_add_attention=False, lookup_from_codebook=True,
    ).save_pretrained(path / "vqvae")  # fmt: skip


def write_amused(path: Path, *, grid: int, codes: int, mask: int) -> Path:
    """aMUSEd, a token 2 pixels wide."""
    import diffusers

    torch.manual_seed(0)
    diffusers.UVit2DModel(
        hidden_size=32, cond_embed_dim=32, micro_cond_encode_dim=2, micro_cond_embed_dim=10,
        encoder_hidden_size=32, vocab_size=mask + 1, codebook_size=codes, in_channels=32,
        block_out_channels=32, num_res_blocks=1, block_num_heads=1, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32, sample_size=grid,
    ).save_pretrained(path / "transformer")  # fmt: skip
    write_vq(path, codes, 2)
    diffusers.AmusedScheduler(mask_token_id=mask).save_pretrained(path / "scheduler")
    write_clip(path, 32, 4)
    return path


MEISSONIC = {  # settings that published files state, small
    "_class_name": "Transformer2DModel", "_diffusers_version": "0.30.0.dev0", "patch_size": 1,
    "in_channels": 64, "num_layers": 1, "num_single_layers": 1, "attention_head_dim": 12,
    "num_attention_heads": 2, "joint_attention_dim": WIDTH, "pooled_projection_dim": WIDTH,
    "guidance_embeds": False, "axes_dims_rope": [4, 4, 4], "vocab_size": 40, "codebook_size": 32,
    "downsample": True, "upsample": True,
}  # fmt: skip


def write_meissonic(path: Path) -> Path:
    """Meissonic, a token 16 pixels wide; the Transformer's keys are those of its plain reading."""
    torch.manual_seed(0)
    weights = Weights(seed=7)
    tokens = torch.zeros(1, 2, 2, dtype=torch.long)
    meissonic(weights, MEISSONIC, tokens, *told(MEISSONIC, 1), torch.zeros(1))
    weights.state["mlm_layer.conv2.weight"] *= 4  # sure of something, as trained models are
    folder = path / "transformer"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(MEISSONIC), encoding="utf-8")
    state = {key: value.contiguous() for key, value in weights.state.items()}
    save_file(state, folder / "diffusion_pytorch_model.safetensors", {"format": "pt"})
    write_vq(path, MEISSONIC["codebook_size"], 5)
    write_clip(path, WIDTH, 4)
    return path
