"""Transformers of other widths, heads, grids and depths against plain readings of the layouts."""

import argparse

import pytest
import torch

from maskgil.checkpoints import CheckpointError, from_llamagen_gpt, from_maskgil_released
from maskgil.checkpoints.convert import load_published
from maskgil.checkpoints.transformer_layouts import infer_config
from maskgil.config import TransformerConfig
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_causal
from maskgil.sampling.guidance import GuidedNext
from tests.helpers.plain.reference_files import read_reference
from tests.helpers.plain.tokenizers import Weights
from tests.helpers.plain.transformers import bert, llamagen_gpt, maskgil_released, ours

C2I = {
    "dim": 48, "n_layer": 3, "n_head": 6, "n_kv_head": None, "multiple_of": 16, "vocab_size": 30,
    "block_size": 9, "num_classes": 5, "cls_token_num": 1, "model_type": "c2i",
}  # fmt: skip
T2I = {**C2I, "model_type": "t2i", "cls_token_num": 7, "caption_dim": 10}
LLAMAGEN = {
    "three layers, 6 heads": C2I,
    "one head, one layer, 8 x 8": {
        **C2I, "n_head": 1, "dim": 32, "block_size": 64, "n_layer": 1, "multiple_of": 256,
    },
    "wide heads, one class": {**C2I, "n_head": 2, "dim": 96, "num_classes": 1, "vocab_size": 257},
    "other eps and RoPE base": {**C2I, "norm_eps": 1e-2, "rope_base": 50},
    "grouped heads": {**C2I, "n_kv_head": 2},
    "one key head": {**C2I, "n_kv_head": 1, "n_layer": 1},
    "wider SwiGLU": {**C2I, "ffn_dim_multiplier": 1.3},
    "captions of 7": T2I,
    "captions of 1, 5 x 5": {**T2I, "cls_token_num": 1, "block_size": 25, "n_head": 3},
    "captions of 40, one token": {**T2I, "cls_token_num": 40, "caption_dim": 3, "block_size": 1},
}  # fmt: skip
RELEASED = {
    "three layers, 6 heads": C2I,
    "one head, 16 x 16": {**C2I, "n_head": 1, "dim": 32, "block_size": 256, "n_layer": 1},
    "wide heads, one class": {**C2I, "n_head": 2, "dim": 96, "num_classes": 1, "block_size": 4},
    "other eps and RoPE base": {**C2I, "norm_eps": 1e-2, "rope_base": 50, "block_size": 25},
    "grouped heads": {**C2I, "n_kv_head": 3},
}


def inputs(config: dict, *, masks: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Two rows of tokens, and their labels or caption features."""
    generator = torch.Generator().manual_seed(1)
    top = config["vocab_size"] + (1 if masks else 0)
    tokens = torch.randint(top, (2, config["block_size"]), generator=generator)
    if config["model_type"] == "t2i":
        shape = (2, config["cls_token_num"], config["caption_dim"])
        return tokens, torch.randn(shape, generator=generator)
    return tokens, torch.randint(config["num_classes"], (2,), generator=generator)


def close(made: torch.Tensor, expected: torch.Tensor) -> None:
    assert expected.std() > 0.1  # a reference that shows something
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["llamagen_gpt_c2i", "llamagen_gpt_t2i", "maskgil_released_c2i"])
def test_plain_readings_agree_with_the_references(name):
    state, config, reference = read_reference(name)
    weights = Weights(state)
    if "released" in name:
        code = reference["code"].flatten(1)
        close(
            maskgil_released(weights, config, code, reference["label"]),
            reference["logits_cond"][..., : config["vocab_size"]],
        )
        close(
            maskgil_released(weights, config, code, None),
            reference["logits_uncond"][..., : config["vocab_size"]],
        )
        return
    logits = llamagen_gpt(weights, config, reference["tokens"], reference["cond"])
    close(logits, reference["teacher_forced_logits"])


@pytest.mark.parametrize("name", LLAMAGEN)
def test_llamagen_at_other_sizes(name):
    config, weights = LLAMAGEN[name], Weights()
    tokens, condition = inputs(config)
    expected = llamagen_gpt(weights, config, tokens, condition)
    model = from_llamagen_gpt(weights.state, config)
    close(model.logits(tokens, condition), expected)
    close(model.logits(tokens, None), llamagen_gpt(weights, config, tokens, None))


def greedy(weights, config, condition, scale, mask=None):
    """Token after token, a whole pass each, with and without the condition."""
    tokens = torch.zeros(2, config["block_size"], dtype=torch.long)
    for place in range(config["block_size"]):
        logits = llamagen_gpt(weights, config, tokens, condition, mask)
        null = llamagen_gpt(weights, config, tokens, None, mask)
        guided = null + scale * (logits - null)
        tokens[:, place] = guided[:, place].argmax(-1)
    return tokens


@pytest.mark.parametrize("name", ["three layers, 6 heads", "grouped heads", "captions of 7"])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_llamagen_writes_the_same_tokens(name, scale):
    config, weights = LLAMAGEN[name], Weights(seed=2)
    tokens, condition = inputs(config)
    llamagen_gpt(weights, config, tokens, condition)  # makes up the weights
    for key in weights.state:  # so that earlier tokens matter
        if key.endswith(("wqkv.weight", "wo.weight", "w2.weight")):
            weights.state[key] *= 3 if "wqkv" in key else 4
    model, given, mask = from_llamagen_gpt(weights.state, config), condition, None
    if config["model_type"] == "t2i":
        mask = torch.tensor([[0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1, 1]])  # padded on the left
        given = CaptionCondition(condition, mask.bool())
    sampling = SamplingConfig(guidance_scale=scale)
    next_fn = GuidedNext(model, given, 2, sampling=sampling, num_tokens=config["block_size"])
    empty = torch.full_like(tokens, model.mask_id)
    *_, written = decode_causal(next_fn, empty, mask_id=model.mask_id, temperature=0.0)
    expected = greedy(weights, config, condition, scale, mask)
    assert torch.equal(written, expected) and len(expected.unique()) > 3


@pytest.mark.parametrize("name", RELEASED)
def test_released_maskgil_at_other_sizes(name):
    config, weights = RELEASED[name], Weights()
    tokens, labels = inputs(config, masks=True)
    expected = maskgil_released(weights, config, tokens, labels)
    model = from_maskgil_released(weights.state, config)
    side = round(config["block_size"] ** 0.5)
    close(model.logits(tokens, labels), expected)
    close(model.logits(tokens.view(2, side, side), labels), expected)
    close(model.logits(tokens, None), maskgil_released(weights, config, tokens, None))


@pytest.mark.parametrize(
    ("name", "layout"),
    [(name, "from_llamagen_gpt") for name in LLAMAGEN]
    + [(name, "from_maskgil_released") for name in RELEASED],
)
def test_settings_are_completed_from_the_shapes(name, layout):
    """All that shapes tell may be left unsaid; heads and the grid they do not tell."""
    released = layout == "from_maskgil_released"
    config = (RELEASED if released else LLAMAGEN)[name]
    convert = from_maskgil_released if released else from_llamagen_gpt
    weights = Weights()
    (maskgil_released if released else llamagen_gpt)(weights, config, *inputs(config))
    unsaid = ("n_head", "block_size", "norm_eps", "rope_base", "ffn_dim_multiplier")
    stated = {key: config[key] for key in unsaid if key in config}
    if "ffn_dim_multiplier" in config:
        stated["multiple_of"] = config["multiple_of"]
    expected = convert(weights.state, config)
    found = convert(weights.state, stated)
    assert found.config.hidden_dim == expected.config.hidden_dim
    same = {"hidden_multiple_of": 1}
    assert found.config.replace(**same) == expected.config.replace(**same)
    for key, value in expected.state_dict().items():
        assert torch.equal(found.state_dict()[key], value), key
    if not {"norm_eps", "ffn_dim_multiplier"} & {key for key in stated if stated[key] is not None}:
        side = round(config["block_size"] ** 0.5)
        inferred = infer_config(weights.state, layout, heads=config["n_head"], grid=side)
        assert convert(weights.state, inferred).config == found.config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dim": "48"}, "dim is '48' in the config; expected a whole number"),
        ({"n_layer": 3.0}, "n_layer is 3.0"),
        ({"norm_eps": "small"}, "norm_eps is 'small'.*expected a number"),
        ({"n_kv_head": 4}, "n_kv_head is 4; it must divide n_head, 6"),
        ({"ffn_dim_multiplier": 0.5}, "ffn_dim_multiplier is 0.5; only 1 and more"),
        ({"n_head": None}, "heads of a model 48 wide is not known; state n_head"),
        ({"n_layer": 4}, "missing key 'layers.3.attention.wqkv.weight'.*\\(144, 48\\)"),
        ({"n_layer": 2}, "unexpected key 'layers.2.*expected 18 others, the nearest 'layers.1."),
        ({"multiple_of": 256}, "'layers.0.feed_forward.w1.weight' has shape .*expected"),
        ({"vocab_size": 31}, "'tok_embeddings.weight' has shape \\(30, 48\\), expected \\(31, 48"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_named(change, message):
    weights = Weights()
    llamagen_gpt(weights, C2I, *inputs(C2I))
    with pytest.raises(CheckpointError, match=message) as caught:
        from_llamagen_gpt(weights.state, {**C2I, **change})
    assert "\n" not in str(caught.value)


def test_a_swiglu_that_no_rounding_gives_is_named():
    weights = Weights()
    llamagen_gpt(weights, C2I, *inputs(C2I))
    weights.state["layers.0.feed_forward.w1.weight"] = torch.zeros(131, 48)
    with pytest.raises(CheckpointError, match=r"w1\.weight' has 131 rows, which no rounding"):
        from_llamagen_gpt(weights.state, {**C2I, "multiple_of": None})


# Our own design

OURS = TransformerConfig(
    num_layers=3, num_heads=2, dim=24, codebook_size=17, max_grid_size=(5, 7), num_classes=4,
    hidden_multiple_of=8,
)  # fmt: skip
CAPTION = OURS.replace(condition="caption", caption_dim=6, max_caption_length=9, null_length=2)
DESIGNS = {
    "class": OURS,
    "class, QK-norm, post-norm (as XXL)": OURS.replace(qk_norm=True, post_norm=True),
    "post-norm alone": OURS.replace(post_norm=True, num_heads=3),
    "caption, QK-norm, post-norm (as XL text)": CAPTION.replace(qk_norm=True, post_norm=True),
    "caption, QK-norm, learned positions (as nano)": CAPTION.replace(
        qk_norm=True, learned_positions=True, rope_base=100.0
    ),
    "one layer, one head": OURS.replace(num_layers=1, num_heads=1, norm_eps=1e-2),
}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("name", DESIGNS)
def test_our_design_is_what_it_is_said_to_be(name, causal):
    config = DESIGNS[name].replace(causal=causal)
    torch.manual_seed(0)
    model = Transformer(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    state = model.state_dict()
    generator = torch.Generator().manual_seed(1)
    for grid in ((5, 7), (2, 6), (5, 1)):
        top = config.codebook_size + (0 if causal else 1)
        tokens = torch.randint(top, (2, grid[0] * grid[1]), generator=generator)
        condition = torch.tensor([0, 3])
        if config.condition == "caption":
            condition = torch.randn(2, 4, config.caption_dim, generator=generator)
        for given in (condition, None):
            expected = ours(state, config, tokens, grid, given)
            with torch.no_grad():
                close(model.logits(tokens, given, grid_size=grid), expected)


def test_the_baseline_is_what_it_is_said_to_be():
    config = BertConfig(
        num_layers=2, num_heads=3, dim=24, codebook_size=13, max_grid_size=(3, 5), num_classes=4
    )
    torch.manual_seed(0)
    model = BidirectionalTransformer(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    tokens = torch.randint(14, (2, 15), generator=torch.Generator().manual_seed(1))
    for labels in (torch.tensor([1, 3]), None):
        expected = bert(model.state_dict(), config, tokens, labels)
        with torch.no_grad():
            close(model.logits(tokens, labels), expected)


def test_arguments_of_a_training_file_are_honoured(tmp_path):
    """LlamaGen's training files hold the run's arguments beside the weights."""
    config = {**C2I, "norm_eps": 1e-2, "rope_base": 50.0, "n_kv_head": 2}
    weights, (tokens, labels) = Weights(seed=5), inputs(config)
    expected = llamagen_gpt(weights, config, tokens, labels)
    told = argparse.Namespace(norm_eps=1e-2, rope_base=50.0, n_head=6, lr="1e-4", n_layer=7)
    torch.save({"model": weights.state, "args": told}, tmp_path / "x.pt")
    model = load_published(tmp_path / "x.pt", grid=3)
    with torch.no_grad():
        close(model.logits(tokens, labels), expected)
    torch.save({"model": weights.state}, tmp_path / "y.pt")
    with torch.no_grad():
        other = load_published(tmp_path / "y.pt", heads=6, grid=3).logits(tokens, labels)
    assert (other - expected).abs().max() > 1e-2


def test_rows_that_no_number_of_key_heads_gives_are_told():
    weights = Weights(seed=5)
    llamagen_gpt(weights, C2I, *inputs(C2I))
    weights.state["layers.0.attention.wqkv.weight"] = torch.zeros(48 + 8, 48)
    with pytest.raises(CheckpointError, match="56 rows, which no number of key heads 8 wide"):
        from_llamagen_gpt(weights.state, C2I)
