"""Published class-driven MaskGITs: their fixtures, other sizes, published sizes by shape."""

import pytest
import torch

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError, from_halton_maskgit, from_mask_transformer
from maskgil.checkpoints.convert import infer_config, layout_of
from maskgil.models.adaln_transformer import SIZES
from maskgil.models.mask_transformer import MaskTransformerConfig
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_hybrid
from maskgil.sampling.guidance import GuidedLogits
from tests.helpers.plain.maskgits import halton_maskgit, mask_transformer
from tests.helpers.plain.reference_files import read_reference
from tests.helpers.plain.tokenizers import Weights

HALTON = ["halton_maskgit", "halton_maskgit_registers"]
CONVERTERS = {"halton": from_halton_maskgit, "mask": from_mask_transformer}
READINGS = {"halton": halton_maskgit, "mask": mask_transformer}
SMALL = {"hidden_dim": 24, "depth": 2, "heads": 2, "mlp_dim": 300, "nclass": 5, "codebook_size": 30}
OTHERS = {
    "two heads": ("halton", {**SMALL, "input_size": 4, "register": 1}),
    "no register, one layer": ("halton", {**SMALL, "input_size": 3, "register": 0, "depth": 1}),
    "heads that leave a rest": ("halton", {**SMALL, "input_size": 5, "register": 7, "heads": 5}),
    "one class, one code": (
        "halton", {**SMALL, "input_size": 2, "register": 2, "nclass": 1, "codebook_size": 1},
    ),
    "pre-norm, one head": ("mask", {**SMALL, "img_size": 48, "heads": 1}),
    "pre-norm, many heads": ("mask", {**SMALL, "img_size": 80, "heads": 8, "depth": 3}),
}  # fmt: skip


def converter(name: str):
    return CONVERTERS[name.split("_")[0]]


def close(made: torch.Tensor, expected: torch.Tensor) -> None:
    assert expected.std() > 0.1  # a reference that shows something
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", [*HALTON, "mask_transformer"])
def test_logits_are_the_references(name):
    state, config, reference = read_reference(name)
    model = converter(name)(state, config)
    tokens, labels, drop = (reference[key] for key in ("tokens", "labels", "drop"))
    with torch.no_grad():
        logits = model.logits(tokens, labels, drop=drop)
        close(logits, reference["logits"][..., : config["codebook_size"]])
        where = tokens.flatten(1) == model.mask_id
        close(model.logits(tokens, labels, drop=drop, where=where), logits[where])
        close(model.logits(tokens[drop], None), logits[drop])


@pytest.mark.parametrize("steps", [8, 16])
@pytest.mark.parametrize("name", HALTON)
def test_greedy_tokens_are_those_of_the_authors_sampler(name, steps):
    state, config, reference = read_reference(name)
    model = from_halton_maskgit(state, config)
    expected = reference[f"greedy_{steps}"]
    sampling = SamplingConfig(
        num_steps=steps, guidance_scale=1 + config["guidance_w"], order="halton", temperature=0.0,
    )  # fmt: skip
    labels = reference["labels"][: len(expected)]
    logits_fn = GuidedLogits(model, labels, len(expected), sampling=sampling)
    empty, grid = torch.full_like(expected, model.mask_id), model.config.max_grid_size
    *_, tokens = decode_hybrid(
        None, logits_fn, empty, sampling, mask_id=model.mask_id, grid_size=grid
    )
    assert torch.equal(tokens, expected)


@pytest.mark.parametrize("name", OTHERS)
def test_other_sizes_are_their_plain_readings(name):
    kind, config = OTHERS[name]
    weights = Weights(seed=3)
    side = config.get("input_size", config.get("img_size", 0) // 16)
    tokens = torch.randint(config["codebook_size"] + 1, (2, side * side))
    labels = torch.tensor([0, config["nclass"] - 1])
    expected = [READINGS[kind](weights, config, tokens, each) for each in (labels, None)]
    stated = CONVERTERS[kind](weights.state, config)
    told = {"heads": config["heads"]} | ({} if kind == "halton" else {"nclass": config["nclass"]})
    for model in (stated, CONVERTERS[kind](weights.state, told)):  # the rest by shape
        for label, logits in zip((labels, None), expected, strict=True):
            with torch.no_grad():
                close(model.logits(tokens, label), logits)
    if kind == "halton" and config["nclass"] > 1:
        assert (expected[0] - expected[1]).abs().max() > 1e-2


@pytest.mark.parametrize(
    ("size", "mlp", "side", "count"),
    [
        ("tiny", 4 * 384, 16, 23_000_000), ("small", 4 * 512, 16, 69_344_769),
        ("base", 4 * 768, 24, 142_000_000), ("large", 4 * 1024, 24, 480_000_000),
    ],
)  # fmt: skip
def test_published_halton_sizes_by_their_shapes(size, mlp, side, count):
    """69,344,769 is the count of the published small file; the paper gives 23, 142 and 480M."""
    ours, weights = SIZES[size], Weights(empty=True)
    config = {
        "hidden_dim": ours.dim, "depth": ours.num_layers, "heads": ours.num_heads, "mlp_dim": mlp,
        "nclass": 1000, "codebook_size": 16384, "input_size": side, "register": 1,
    }  # fmt: skip
    with torch.device("meta"):
        halton_maskgit(weights, config, torch.zeros(1, side * side, dtype=torch.long), None)
    assert layout_of(weights.state) == "from_halton_maskgit"
    found = infer_config(weights.state, "from_halton_maskgit")
    model = from_halton_maskgit(weights.state, found)
    assert model.config == ours.replace(max_grid_size=(side, side))
    theirs = sum(value.numel() for value in weights.state.values())
    assert theirs == pytest.approx(count, rel=0 if size == "small" else 0.01)
    assert sum(parameter.numel() for parameter in model.parameters()) == theirs - 1  # mask's bias


@pytest.mark.parametrize("side", [16, 32])
def test_maskgit_pytorchs_sizes_by_their_shapes(side):
    """Its README gives 174.161M parameters for 256 x 256 pixels."""
    weights = Weights(empty=True)
    config = {
        "hidden_dim": 768, "depth": 24, "heads": 16, "mlp_dim": 3072, "nclass": 1000,
        "codebook_size": 1024, "img_size": 16 * side,
    }  # fmt: skip
    with torch.device("meta"):
        mask_transformer(weights, config, torch.zeros(1, side * side, dtype=torch.long), None)
    assert layout_of(weights.state) == "from_mask_transformer"
    found = infer_config(weights.state, "from_mask_transformer")
    model = from_mask_transformer(weights.state, found)
    assert model.config == MaskTransformerConfig(max_grid_size=(side, side))
    if side == 16:
        count = sum(value.numel() for value in weights.state.values())
        assert count == pytest.approx(174_161_000, abs=1000)


@pytest.mark.parametrize("name", [*HALTON, "mask_transformer"])
@pytest.mark.parametrize("fault", ["missing", "unexpected", "misshaped"])
def test_converters_name_the_key_that_is_wrong(name, fault):
    state, config, _ = read_reference(name)
    key = next(key for key in state if key.startswith("transformer.layers.1.") and "weight" in key)
    if fault == "missing":
        del state[key]
    elif fault == "misshaped":
        state[key] = state[key][1:]
    else:
        key = "transformer.layers.9.extra"
        state[key] = torch.zeros(3)
    with pytest.raises(CheckpointError, match=f"{fault[:7]}.*{key}|{key}.*shape.*expected"):
        converter(name)(state, config)


def test_a_head_that_is_not_tied_is_refused_and_one_that_is_left_out_is_not():
    state, config, reference = read_reference("halton_maskgit")
    once = {key: value for key, value in state.items() if key != "head.weight"}
    with torch.no_grad():
        logits = from_halton_maskgit(once, config).logits(reference["tokens"], reference["labels"])
    assert logits.shape[-1] == config["codebook_size"]
    with pytest.raises(CheckpointError, match="tied"):
        from_halton_maskgit({**state, "head.weight": state["head.weight"] + 1}, config)


@pytest.mark.parametrize("name", [*HALTON, "mask_transformer"])
def test_saved_and_loaded_again_it_is_the_same_model(name, tmp_path):
    state, config, _ = read_reference(name)
    model = converter(name)(state, config)
    checkpoints.save(model, tmp_path / "x.safetensors", dtype=None)
    again = checkpoints.load(tmp_path / "x.safetensors")
    assert again.config == model.config
    for key, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
