"""Meissonic: its fixtures, other sizes against a plain reading, the published size by shape."""

import pytest
import torch

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError, from_meissonic
from maskgil.checkpoints.convert import infer_config, layout_of
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.masked_model import Step
from maskgil.models.multimodal_layers import SIZES
from tests.helpers.plain.meissonic import logits_of, meissonic, told
from tests.helpers.plain.reference_files import read_reference
from tests.helpers.plain.tokenizers import Weights

FIXTURES = ["meissonic", "meissonic_1024"]
INPUTS = ("tokens", "caption", "pooled", "micro_conds", "timestep")
SMALL = {
    "num_layers": 1, "num_single_layers": 1, "attention_head_dim": 8, "num_attention_heads": 3,
    "joint_attention_dim": 24, "pooled_projection_dim": 24, "axes_dims_rope": [2, 4, 2],
    "vocab_size": 40, "codebook_size": 32, "downsample": True, "upsample": True,
}  # fmt: skip
OTHERS = {
    "wide picture, compressed": (SMALL, (4, 6)),
    "tall picture, one head, no compression": (
        {**SMALL, "downsample": False, "upsample": False, "num_attention_heads": 1,
         "attention_head_dim": 24, "axes_dims_rope": [8, 8, 8]}, (5, 3),
    ),
    "two streams only": ({**SMALL, "num_single_layers": 0, "num_layers": 2}, (2, 2)),
    "one stream only": ({**SMALL, "num_layers": 0, "num_single_layers": 2}, (2, 8)),
    "wider captions": ({**SMALL, "joint_attention_dim": 40}, (4, 4)),
}  # fmt: skip


def close(made: torch.Tensor, expected: torch.Tensor) -> None:
    assert expected.std() > 0.1  # a reference that shows something
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", FIXTURES)
def test_logits_are_the_references(name):
    state, config, reference = read_reference(name)
    model = from_meissonic(state, config)
    with torch.no_grad():
        logits = logits_of(model, *(reference[key] for key in INPUTS))
    assert logits.shape == reference["logits"].shape
    close(logits, reference["logits"])


@pytest.mark.parametrize("name", FIXTURES)
def test_logits_of_a_step_are_those_of_what_it_is_told(name):
    """Step 3 of 8 leaves 5 to come, the size follows from the grid, the score is 6."""
    state, config, reference = read_reference(name)
    model = from_meissonic(state, config)
    tokens, batch = reference["tokens"].flatten(1), len(reference["tokens"])
    assert reference["timestep"].tolist() == [5]
    condition = CaptionCondition(
        torch.cat([reference["caption"], reference["pooled"][:, None]], 1), None
    )
    with torch.no_grad():
        prefix = model.embed_condition(condition, batch)
        logits = model.logits(tokens, prefix, grid_size=(16, 16), step=Step(3, 8))
        close(logits, reference["logits"].flatten(2).mT)
        masked = tokens == model.mask_id
        close(model.logits(tokens, prefix, where=masked, step=Step(3, 8)), logits[masked])
        later = model.logits(tokens, prefix, step=Step(4, 8))
        null = torch.randn(1, *condition.embeds.shape[1:])
        model.null_features = null
        dropped = model.logits(tokens, condition, drop=torch.tensor([False, True]), step=Step(3, 8))
        alone = model.logits(tokens, None, step=Step(3, 8))
    assert (later - logits).abs().max() > 1e-2
    close(dropped[0], logits[0])
    close(dropped[1], alone[1])


@pytest.mark.parametrize("name", OTHERS)
def test_other_sizes_are_their_plain_readings(name):
    config, (rows, columns) = OTHERS[name]
    weights = Weights(seed=5)
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(config["vocab_size"], (2, rows, columns), generator=generator)
    inputs = (*told(config, 2, size=(16 * rows, 16 * columns), generator=generator),)
    timestep = torch.tensor([3, 11])
    expected = meissonic(weights, config, tokens, *inputs, timestep)
    rope = {"axes_dims_rope": config["axes_dims_rope"]}
    for settings in (config, rope):  # all stated, or the rest by shape
        model = from_meissonic(weights.state, settings)
        with torch.no_grad():
            close(logits_of(model, tokens, *inputs, timestep), expected)


def test_the_published_size_by_its_shapes():
    """4.03 GB in float32 and 2.01 GB in float16 on the hub."""
    config = {
        "num_layers": 14, "num_single_layers": 28, "attention_head_dim": 128,
        "num_attention_heads": 8, "joint_attention_dim": 1024, "pooled_projection_dim": 1024,
        "axes_dims_rope": [16, 56, 56], "vocab_size": 8256, "codebook_size": 8192,
        "downsample": True, "upsample": True,
    }  # fmt: skip
    weights = Weights(empty=True)
    with torch.device("meta"):
        tokens = torch.zeros(1, 4, 4, dtype=torch.long)
        meissonic(weights, config, tokens, *told(config, 1, 77), torch.zeros(1))
    assert layout_of(weights.state) == "from_meissonic"
    model = from_meissonic(weights.state, infer_config(weights.state, "from_meissonic"))
    assert model.config == SIZES["meissonic"]
    count = sum(value.numel() for value in weights.state.values())
    assert count == sum(parameter.numel() for parameter in model.parameters()) == 1_006_946_304
    assert round(4 * count / 1e9, 2) == 4.03 and round(2 * count / 1e9, 2) == 2.01


@pytest.mark.parametrize("fault", ["missing", "unexpected", "misshaped"])
def test_a_wrong_key_is_named(fault):
    state, config, _ = read_reference("meissonic_1024")
    key = "single_transformer_blocks.1.proj_mlp.weight"
    if fault == "missing":
        del state[key]
    elif fault == "misshaped":
        state[key] = state[key][1:]
    else:
        key = "single_transformer_blocks.9.extra"
        state[key] = torch.zeros(3)
    with pytest.raises(CheckpointError, match=f"{fault[:7]}.*{key}|{key}.*shape.*expected"):
        from_meissonic(state, config)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"axes_dims_rope": [4, 4, 2]}, r"rope_dims is \(4, 4, 2\)"),
        ({"axes_dims_rope": None}, "axes_dims_rope of heads 12 wide is not known"),
        ({"upsample": False}, "downsample is True and upsample False"),
        ({"guidance_embeds": True}, "guidance_embeds is True; only False"),
        ({"num_layers": 1.5}, "num_layers is 1.5"),
        ({"vocab_size": 64}, "vocab_size is 64; it must hold 64 codes and a mask"),
    ],
)
def test_settings_that_do_not_fit_end_in_one_line(changes, message):
    state, config, _ = read_reference("meissonic_1024")
    with pytest.raises(CheckpointError, match=message):
        from_meissonic(state, {**config, **changes})


def test_grids_that_do_not_fit_are_refused():
    state, config, _ = read_reference("meissonic_1024")
    model = from_meissonic(state, config)
    for grid, count, message in (
        ((3, 4), 12, "multiples of 2"), ((2, 130), 260, "up to 128 x 128"),
        ((4, 4), 15, "15 tokens do not fill"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            model.check_grid(grid, count)


def test_saved_and_loaded_again_it_is_the_same_model(tmp_path):
    state, config, _ = read_reference("meissonic_1024")
    model = from_meissonic(state, config)
    checkpoints.save(model, tmp_path / "x.safetensors", dtype=None)
    again = checkpoints.load(tmp_path / "x.safetensors")
    assert again.config == model.config
    for key, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[key], value), key
