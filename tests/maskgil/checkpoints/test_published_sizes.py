"""Files of the published sizes, as shapes alone: converters build the models named after them.

The layouts are written down by the plain readings, on the meta device: no weights, no memory.
"""

import pytest
import torch

from maskgil import checkpoints
from maskgil.checkpoints.convert import infer_config, layout_of
from maskgil.checkpoints.registry import REGISTRY
from maskgil.config import SIZES
from maskgil.models.transformer import Transformer
from maskgil.profiling.flops import forward_flops
from maskgil.tokenizers import llamagen, magvit2, vqgan
from tests.helpers.plain import tokenizers, transformers
from tests.helpers.tiny_paper import MASKED

NAMES = {"b": "B", "l": "L", "xl": "XL", "xxl": "XXL"}


def published(size: str, **changes) -> dict:
    """LlamaGen's settings for a named size of ours."""
    ours = SIZES[size]
    return {
        "dim": ours.dim, "n_layer": ours.num_layers, "n_head": ours.num_heads, "multiple_of": 256,
        "vocab_size": 16384, "block_size": 256, "num_classes": 1000, "cls_token_num": 1,
        "model_type": "c2i", **changes,
    }  # fmt: skip


def converted(state: dict, layout: str, **settings):
    """The model from nothing but its keys and shapes."""
    assert layout_of(state) == layout
    return getattr(checkpoints, layout)(state, infer_config(state, layout, **settings))


def count(model) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(("size", "side"), [("b", 16), ("l", 24), ("xl", 24), ("xxl", 24)])
def test_llamagens_class_driven_sizes(size, side):
    config = published(size, block_size=side * side)
    weights = tokenizers.Weights(empty=True)
    with torch.device("meta"):
        tokens = torch.zeros(1, side * side, dtype=torch.long)
        transformers.llamagen_gpt(weights, config, tokens, None)
    model = converted(weights.state, "from_llamagen_gpt", grid=side)
    assert model.config.causal and model.config.max_grid_size == (side, side)
    same = {"qk_norm": False, "post_norm": False, "max_grid_size": (side, side), "causal": True}
    assert model.config == SIZES[size].replace(**same, zero_condition_rope=True)
    assert count(model) == sum(value.numel() for value in weights.state.values())
    assert count(model) == {
        "b": 110_888_448, "l": 342_910_976, "xl": 774_699_520, "xxl": 1_410_972_672,
    }[size]  # fmt: skip
    file = f"c2i_{NAMES[size]}_{side * 16}.pt"
    assert [entry.grid for entry in REGISTRY.values() if entry.file == file] == [side]


@pytest.mark.parametrize(("file", "side"), [("stage1_256", 16), ("stage2_512", 32)])
def test_llamagens_text_driven_xl(file, side):
    config = published(
        "xl", block_size=side * side, model_type="t2i", cls_token_num=120, caption_dim=2048
    )
    weights = tokenizers.Weights(empty=True)
    with torch.device("meta"):
        tokens = torch.zeros(1, 4, dtype=torch.long)
        transformers.llamagen_gpt(weights, config, tokens, None)
    model = converted(weights.state, "from_llamagen_gpt", grid=side)
    assert model.config.condition == "caption" and model.config.max_caption_length == 120
    assert model.config.caption_dim == 2048 and model.config.max_grid_size == (side, side)
    assert count(model) == 777_923_840
    assert model.condition.null_features.shape == (120, 2048)
    (entry,) = (e for e in REGISTRY.values() if e.file == f"t2i_XL_{file}.pt")
    assert entry.grid == side


@pytest.mark.parametrize("size", NAMES)
def test_the_released_maskgils_sizes(size):
    config, weights = published(size), tokenizers.Weights(empty=True)
    with torch.device("meta"):
        tokens = torch.zeros(1, 256, dtype=torch.long)
        transformers.maskgil_released(weights, config, tokens, None)
    model = converted(weights.state, "from_maskgil_released")
    same = {"qk_norm": False, "post_norm": False}
    flags = {"rope_1d_shifted": True, "condition_last": True}
    assert model.config == SIZES[size].replace(**same, **flags)
    assert count(model) == count(checkpoints.build_empty(type(model), SIZES[size].replace(**same)))


@pytest.mark.parametrize(
    ("size", "layers", "heads", "width", "hidden", "norms"),
    [
        ("b", 12, 12, 768, 2048, False),
        ("l", 24, 16, 1024, 2816, False),
        ("xl", 36, 20, 1280, 3584, False),
        ("xxl", 48, 24, 1536, 4096, True),
        ("xl-text", 36, 20, 1280, 3584, True),
    ],
)
def test_our_sizes_are_the_papers(size, layers, heads, width, hidden, norms):
    """SwiGLU: 2/3 · 4 · width, rounded up to a multiple of 256."""
    ours = SIZES[size]
    assert (ours.num_layers, ours.num_heads, ours.dim, ours.hidden_dim) == (
        layers, heads, width, hidden,
    )  # fmt: skip
    assert ours.qk_norm == ours.post_norm == norms
    text = size == "xl-text"
    assert ours.condition == ("caption" if text else "class") and not ours.causal
    assert ours.codebook_size == (8192 if text else 16384)
    assert not any(
        (ours.zero_condition_rope, ours.null_keeps_mask, ours.rope_1d_shifted, ours.condition_last)
    )


def test_the_toy_text_model_is_xl_text_but_for_its_size():
    """What is exercised at toy size runs through the code of the full size."""
    sizes = (
        "num_layers", "num_heads", "dim", "codebook_size", "max_grid_size", "caption_dim",
        "hidden_multiple_of",
    )  # fmt: skip
    full = SIZES["xl-text"]
    assert MASKED.replace(**{name: getattr(full, name) for name in sizes}) == full


@pytest.mark.parametrize(("size", "grid", "prefix"), [("b", 16, 1), ("xl-text", 32, 64)])
def test_flops_at_full_size_are_those_that_torch_counts(size, grid, prefix):
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    config = SIZES[size]
    model = checkpoints.build_empty(Transformer, config)
    with torch.device("meta"):
        condition = torch.zeros(1, dtype=torch.long)
        if config.condition == "caption":
            condition = torch.zeros(1, prefix, config.caption_dim)
        tokens = torch.zeros(1, grid * grid, dtype=torch.long)
        # The counter knows the plain attention kernel only.
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            model.logits(tokens, condition)
    ours = forward_flops(config, prefix + grid * grid, grid * grid)
    assert ours == pytest.approx(counter.get_total_flops(), rel=0.002)


def ddconfig(sizes, **changes) -> dict:
    factors = [width // sizes.stem_width for width in getattr(sizes, "encoder_widths", ())]
    return {
        "double_z": False, "z_channels": 256, "resolution": 256, "in_channels": 3, "out_ch": 3,
        "ch": sizes.stem_width, "ch_mult": factors, "num_res_blocks": 2, "attn_resolutions": [16],
        **changes,
    }  # fmt: skip


TOKENIZERS = {
    "maskgit-vq": (
        vqgan.SIZES, "from_taming_vq", tokenizers.taming,
        {"n_embed": 1024, "embed_dim": 256, "ddconfig": ddconfig(vqgan.SIZES["maskgit-vq"])},
    ),
    "chameleon-vq": (
        vqgan.SIZES, "from_taming_vq", tokenizers.taming,
        {
            "n_embed": 8192, "embed_dim": 256,
            "ddconfig": ddconfig(
                vqgan.SIZES["chameleon-vq"], resolution=512, attn_resolutions=[]
            ),
        },
    ),
    "llamagen-vq-f16": (
        llamagen.SIZES, "from_llamagen_vq", tokenizers.llamagen,
        {
            "codebook_size": 16384, "codebook_embed_dim": 8, "ch": 128, "z_channels": 256,
            "num_res_blocks": 2, "ch_mult": [1, 1, 2, 2, 4],
        },
    ),
    "llamagen-vq-f8": (
        llamagen.SIZES, "from_llamagen_vq", tokenizers.llamagen,
        {
            "codebook_size": 16384, "codebook_embed_dim": 8, "ch": 128, "z_channels": 256,
            "num_res_blocks": 2, "ch_mult": [1, 2, 2, 4],
        },
    ),
    "open-magvit2-f16": (
        magvit2.SIZES, "from_open_magvit2", tokenizers.open_magvit2,
        {
            "n_embed": 2**18, "embed_dim": 18,
            "ddconfig": ddconfig(
                vqgan.SIZES["maskgit-vq"], z_channels=18, num_res_blocks=4, resolution=128
            ),
        },
    ),
    "open-magvit2-f8": (
        magvit2.SIZES, "from_open_magvit2", tokenizers.open_magvit2,
        {
            "n_embed": 2**18, "embed_dim": 18,
            "ddconfig": ddconfig(
                llamagen.SIZES["llamagen-vq-f8"], z_channels=18, num_res_blocks=4, resolution=128
            ),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOKENIZERS)
def test_published_tokenizers(name):
    sizes, layout, reading, config = TOKENIZERS[name]
    weights = tokenizers.Weights(empty=True)
    with torch.device("meta"):
        indices, pixels = reading(weights, config, torch.zeros(1, 3, 64, 64))
    assert pixels.shape == (1, 3, 64, 64)
    stated = getattr(checkpoints, layout)(weights.state, config)
    inferred = converted(weights.state, layout)
    assert stated.config == inferred.config == sizes[name]
    assert indices.shape[-1] * stated.downsample_factor == 64
    assert count(stated) == sum(value.numel() for value in weights.state.values())
