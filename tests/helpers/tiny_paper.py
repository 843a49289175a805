"""The paper preset's models at toy size, random, in the very layout of the published ones."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from maskgil import checkpoints
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.pipelines.lumina.vocabulary import IMAGE_PREFIX, IMAGE_SUFFIX, grid_token
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.tokenizers.vqgan import TamingVQ, TamingVQConfig

CODES = 32
WORDS = "a red apple two cats in snow Generate an image of according to the following prompt :"
SPECIAL = ["<s>", "<pad>", "</s>", "<racm3:break>", "<eoss>", "<image>"]
MASKED = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=CODES, max_grid_size=(32, 64),
    condition="caption", caption_dim=12, max_caption_length=256, hidden_multiple_of=8,
    qk_norm=True, post_norm=True,
)  # fmt: skip


def spread(model: torch.nn.Module, scale: float = 0.3) -> torch.nn.Module:
    """Random weights large enough that everything the model reads matters."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * scale)
    return model.eval()


def image_token(code: int) -> str:
    """Name of the token of VQ index `code`."""
    return IMAGE_PREFIX + "".join(chr(ord("A") + int(digit)) for digit in str(code)) + IMAGE_SUFFIX


def vocabulary(codes: int = CODES) -> dict[str, int]:
    """Chameleon's kinds of names with ids in no particular order."""
    names = [*SPECIAL, "<reserved08706>", "<reserved08799>", "<unk>"]
    names += [grid_token(units) for units in range(1, 65)]
    names += [image_token(code) for code in range(codes)]
    names += WORDS.split() + [f"w{size}" for size in range(8)]
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(5)).tolist()
    return {name: order[index] for index, name in enumerate(names)}


def text_tokenizer(ids: dict[str, int], folder: Path) -> None:
    inner = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.add_special_tokens([AddedToken(name, special=True) for name in ids if name[0] == "<"])
    inner.save(str(folder / "tokenizer.json"))


def chameleon_config(ids: dict[str, int], **changes):
    from transformers import ChameleonConfig

    settings = {
        "vocab_size": len(ids), "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 4096,
        "vocabulary_map": ids,
        "vq_config": {
            "base_channels": 32, "resolution": 32, "num_embeddings": CODES, "embed_dim": 8,
            "latent_channels": 8, "channel_multiplier": [1, 1], "num_res_blocks": 1,
        },
    }  # fmt: skip
    return ChameleonConfig(**{**settings, **changes})


def write_lumina(folder: Path, *, seed: int = 0, **changes):
    """A random Chameleon saved as Lumina-mGPT is: head norms once, the VQ encoder beside."""
    from transformers import ChameleonForConditionalGeneration

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    ids = vocabulary()
    model = spread(ChameleonForConditionalGeneration(chameleon_config(ids, **changes)), 0.2)
    with torch.no_grad():
        for layer in model.model.layers:
            for norm in (layer.self_attn.q_norm, layer.self_attn.k_norm):
                norm.weight.copy_(norm.weight[:1].expand_as(norm.weight))
                norm.bias.copy_(norm.bias[:1].expand_as(norm.bias))
    model.save_pretrained(folder)
    path = folder / "model.safetensors"
    tensors = load_file(path)
    for key in tensors:
        if ".q_norm." in key or ".k_norm." in key:
            tensors[key] = tensors[key][:1].contiguous()
    save_file(tensors, path, {"format": "pt"})
    text_tokenizer(ids, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "z_loss_weight": 1e-5}))
    return model


def write_gemma(folder: Path) -> None:
    import transformers

    torch.manual_seed(1)
    config = transformers.GemmaConfig(
        vocab_size=32, hidden_size=12, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, head_dim=4,
    )  # fmt: skip
    spread(transformers.GemmaForCausalLM(config)).save_pretrained(folder)
    words = ["<pad>", "</s>", "<unk>", *WORDS.split()]
    inner = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder)


def compact_tokenizer() -> CompactVQ:
    torch.manual_seed(2)
    config = CompactVQConfig(
        codebook_size=CODES, image_size=32, encoder_width=8, decoder_fine=4, decoder_coarse=8
    )
    return spread(CompactVQ(config))


def chameleon_tokenizer() -> TamingVQ:
    """Chameleon-VQ's architecture, f16 and attention in the middle only, at its narrowest."""
    torch.manual_seed(2)
    widths = (32,) * 5
    config = TamingVQConfig(
        stem_width=32, encoder_widths=widths, decoder_widths=widths, encoder_attention=(),
        decoder_attention=(), num_blocks=1, latent_channels=8, code_dim=8, codebook_size=CODES,
    )  # fmt: skip
    return spread(TamingVQ(config), 0.05)


def write_paper(folder: Path, **changes) -> Path:
    """A whole folder for `load_generator("paper", weights=folder)`."""
    write_lumina(folder / "lumina")
    write_gemma(folder / "gemma-2b")
    checkpoints.save(compact_tokenizer(), folder / "tokenizer.safetensors", dtype=None)
    torch.manual_seed(3)
    model = spread(Transformer(MASKED.replace(**changes)))
    checkpoints.save(model, folder / "maskgil.safetensors", dtype=torch.bfloat16)
    return folder
