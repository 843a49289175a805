"""Published tokenizers: small reference files reproduced, other sizes against a plain reading."""

import pytest
import torch

from maskgil.checkpoints import (
    CheckpointError,
    from_llamagen_vq,
    from_open_magvit2,
    from_taming_vq,
)
from maskgil.checkpoints.tokenizer_layouts import infer_config
from tests.helpers.plain import tokenizers as plain
from tests.helpers.plain.reference_files import read_reference

LAYOUTS = {  # fixture -> its converter and its plain reading
    "chameleon_vq": (from_taming_vq, plain.taming),
    "llamagen_vq": (from_llamagen_vq, plain.llamagen),
    "open_magvit2_lfq": (from_open_magvit2, plain.open_magvit2),
}


def close(made, expected):
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", LAYOUTS)
def test_fixtures_are_reproduced(name):
    state, config, reference = read_reference(name)
    model = LAYOUTS[name][0](state, config)
    assert torch.equal(model.encode(reference["pixels"]), reference["indices"])
    close(model.decode(reference["indices"]), reference["reconstruction"])


@pytest.mark.parametrize("name", LAYOUTS)
def test_plain_readings_agree_with_the_references(name):
    state, config, reference = read_reference(name)
    indices, pixels = LAYOUTS[name][1](plain.Weights(state), config, reference["pixels"])
    assert torch.equal(indices, reference["indices"])
    close(pixels, reference["reconstruction"])


def taming_config(**changes):
    dd = {
        "double_z": False, "z_channels": 24, "resolution": 64, "in_channels": 3, "out_ch": 3,
        "ch": 32, "ch_mult": [1, 2], "num_res_blocks": 1, "attn_resolutions": [], "dropout": 0.1,
    }  # fmt: skip
    outer = {key: changes.pop(key) for key in ("n_embed", "embed_dim") if key in changes}
    return {"n_embed": 50, "embed_dim": 12, **outer, "ddconfig": {**dd, **changes}}


def llamagen_config(**changes):
    return {
        "codebook_size": 40, "codebook_embed_dim": 6, "ch": 32, "z_channels": 20,
        "num_res_blocks": 1, "encoder_ch_mult": [1, 2], "decoder_ch_mult": [1, 2], **changes,
    }  # fmt: skip


def magvit2_config(**changes):
    dd = {
        "double_z": False, "z_channels": 7, "resolution": 64, "in_channels": 3, "out_ch": 3,
        "ch": 32, "ch_mult": [1, 2], "num_res_blocks": 2,
    }  # fmt: skip
    dd |= changes
    return {"ddconfig": dd, "embed_dim": dd["z_channels"], "n_embed": 2 ** dd["z_channels"]}


OTHERS = [
    ("chameleon_vq", taming_config(attn_resolutions=[32]), (24, 40)),
    ("chameleon_vq", taming_config(ch=64, attn_resolutions=[64, 16], ch_mult=[2, 1, 1]), (8, 28)),
    # Halved downwards 50, 25, 12 and doubled upwards 12, 24, 48: attention in the encoder alone.
    ("chameleon_vq", taming_config(resolution=50, attn_resolutions=[25], ch_mult=[1, 1, 1]),
     (8, 8)),
    ("chameleon_vq", taming_config(resolution=50, attn_resolutions=[48, 12], ch_mult=[1, 1, 1]),
     (8, 8)),
    ("chameleon_vq", taming_config(ch_mult=[1], num_res_blocks=3, embed_dim=24), (9, 7)),
    ("chameleon_vq", taming_config(in_channels=1, out_ch=1, n_embed=1024, embed_dim=4), (16, 6)),
    ("llamagen_vq", llamagen_config(), (10, 22)),
    ("llamagen_vq", llamagen_config(codebook_l2_norm=False), (8, 8)),
    ("llamagen_vq", llamagen_config(l2_norm=False, num_res_blocks=3), (4, 16)),
    ("llamagen_vq", llamagen_config(encoder_ch_mult=[1, 1, 2], decoder_ch_mult=[2, 1, 4]), (12, 4)),
    ("llamagen_vq", llamagen_config(ch=64, codebook_size=300, codebook_embed_dim=32), (6, 6)),
    ("open_magvit2_lfq", magvit2_config(), (10, 22)),
    ("open_magvit2_lfq", magvit2_config(z_channels=18, ch_mult=[1, 3, 2], num_res_blocks=1),
     (8, 20)),
    ("open_magvit2_lfq", magvit2_config(ch=64, ch_mult=[1], num_res_blocks=3), (5, 6)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "config", "size"), OTHERS)
def test_other_sizes_agree_with_the_plain_reading(name, config, size):
    convert, reading = LAYOUTS[name]
    channels = config.get("ddconfig", {}).get("in_channels", 3)
    pixels = 2 * torch.rand(2, channels, *size, generator=torch.Generator().manual_seed(1)) - 1
    weights = plain.Weights()
    indices, expected = reading(weights, config, pixels)
    assert len(indices.unique()) > 3  # a reference that shows something
    model = convert(weights.state, config)
    found = model.encode(pixels)
    assert found.dtype == torch.int64 and torch.equal(found, indices)
    made = model.decode(indices)
    assert made.shape == pixels.shape
    close(made, expected)


@pytest.mark.parametrize(("name", "config", "size"), OTHERS)
def test_settings_are_read_from_the_shapes(name, config, size):
    convert, reading = LAYOUTS[name]
    channels = config.get("ddconfig", {}).get("in_channels", 3)
    weights = plain.Weights()
    reading(weights, config, torch.zeros(1, channels, *size))
    expected = convert(weights.state, config).config
    if config.get("l2_norm", config.get("codebook_l2_norm", True)) is False:
        inferred = infer_config(weights.state, convert.__name__) | {"codebook_l2_norm": False}
        assert convert(weights.state, inferred).config == expected
    elif config.get("ddconfig", {}).get("resolution") == 50:
        with pytest.raises(CheckpointError, match=r"attn"):  # two halves that no resolution joins
            convert(weights.state, {})
    else:
        assert convert(weights.state, {}).config == expected
        assert convert(weights.state, infer_config(weights.state, convert.__name__)).config == (
            expected
        )


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("stated", [True, False])
def test_a_missing_or_misshaped_key_is_named(name, stated):
    """Keys all over, with the published settings and with those read from the shapes."""
    state, config, _ = read_reference(name)
    convert = LAYOUTS[name][0]
    keys = sorted(state)[::11] if stated else ["decoder.conv_out.bias", "encoder.norm_out.weight"]
    for key in keys:
        rest = {other: value for other, value in state.items() if other != key}
        with pytest.raises(CheckpointError, match="missing key") as caught:
            convert(rest, config if stated else {})
        shape = tuple(state[key].shape)
        lacks_shape = name == "llamagen_vq" and key in (  # read for what LlamaGen does not state
            "encoder.conv_in.weight", "decoder.conv_out.weight",
        )  # fmt: skip
        assert repr(key) in str(caught.value)
        assert lacks_shape or f"expected of shape {shape}" in str(caught.value)
        wrong = torch.cat([state[key], state[key]])
        if name == "llamagen_vq" and key == "decoder.conv_out.weight":
            continue  # six output channels: the bias is wrong then
        with pytest.raises(CheckpointError, match="has shape") as caught:
            convert({**state, key: wrong}, config if stated else {})
        assert repr(key) in str(caught.value) and str(tuple(wrong.shape)) in str(caught.value)
        assert "expected" in str(caught.value)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("extra", ["encoder.down.9.extra", "quantize.other", "loose"])
def test_unexpected_keys_are_named(name, extra):
    state, config, _ = read_reference(name)
    with pytest.raises(CheckpointError, match=f"unexpected key '{extra}' of shape \\(3,\\)"):
        LAYOUTS[name][0]({**state, extra: torch.zeros(3)}, config)


def test_what_belongs_to_training_is_left_out():
    state, config, reference = read_reference("chameleon_vq")
    extra = {
        "loss.discriminator.main.0.weight": torch.zeros(2),
        "loss.perceptual_loss.x": torch.ones(1),
    }
    model = from_taming_vq({**state, **extra}, config)
    assert torch.equal(model.encode(reference["pixels"]), reference["indices"])
    state, config, reference = read_reference("llamagen_vq")
    model = from_llamagen_vq({**state, "quantize.codebook_used": torch.zeros(65536)}, config)
    assert torch.equal(model.encode(reference["pixels"]), reference["indices"])


def averaged(state):
    """The state as a training checkpoint holds it: noise, and the weights as moving averages."""
    noise = {key: torch.randn_like(value) for key, value in state.items()}
    averages = {f"model_ema.{key.replace('.', '')}": value for key, value in state.items()}
    return {
        **noise,
        **averages,
        "model_ema.decay": torch.tensor(0.999),
        "model_ema.num_updates": torch.tensor(-1),
        "model_ema.lossdiscriminatormain0weight": torch.zeros(2),
        "loss.discriminator.main.0.weight": torch.zeros(2),
    }


def test_open_magvit2_takes_the_moving_averages():
    state, config, reference = read_reference("open_magvit2_lfq")
    model = from_open_magvit2(averaged(state), config)
    assert torch.equal(model.encode(reference["pixels"]), reference["indices"])
    close(model.decode(reference["indices"]), reference["reconstruction"])


def test_moving_averages_are_taken_whole_or_not_at_all():
    state, config, _ = read_reference("open_magvit2_lfq")
    full = averaged(state)
    lacking = {key: value for key, value in full.items() if key != "model_ema.decoderconv_inbias"}
    with pytest.raises(
        CheckpointError, match=r"missing key 'model_ema.decoderconv_inbias'.*\(64,\)"
    ):
        from_open_magvit2(lacking, config)
    with pytest.raises(CheckpointError, match=r"unexpected key 'model_ema.encodernew'"):
        from_open_magvit2({**full, "model_ema.encodernew": torch.zeros(1)}, config)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("chameleon_vq", {"attn_type": "linear"}, "attn_type is 'linear'; supported: 'vanilla'"),
        ("chameleon_vq", {"double_z": True}, "double_z is True"),
        ("chameleon_vq", {"ch": "32"}, "ch is '32'.*a whole number"),
        ("chameleon_vq", {"ch_mult": []}, r"ch_mult is \[\]"),
        ("chameleon_vq", {"ch_mult": 2}, "ch_mult is 2 .*whole numbers"),
        ("chameleon_vq", {"ch": 20}, "holds 20; every width must be a multiple of 32"),
        ("chameleon_vq", {"n_embed": 0}, "codebook_size is 0"),
        ("llamagen_vq", {"num_res_blocks": None, "ch_mult": [1, 1, 2.5]}, "2.5"),
        ("open_magvit2_lfq", {"embed_dim": 9}, "embed_dim 9"),
        ("open_magvit2_lfq", {"codebook_size": 512}, "n_embed 512; expected"),
    ],
)
def test_settings_that_cannot_be_converted_are_named(name, change, message):
    state, config, _ = read_reference(name)
    with pytest.raises(ValueError, match=message):
        LAYOUTS[name][0](state, {**config, **change, "ddconfig": {
            **config.get("ddconfig", {}), **change,
        }})  # fmt: skip


def test_switches_of_taming_are_honoured():
    state, config, reference = read_reference("chameleon_vq")
    config["ddconfig"]["tanh_out"] = True
    made = from_taming_vq(state, config).decode(reference["indices"])
    close(made, reference["reconstruction"].tanh())
    config["ddconfig"] |= {"tanh_out": False, "attn_type": "none", "resamp_with_conv": False}
    fewer = {
        key: value
        for key, value in state.items()
        if ".attn_1." not in key and "sample.conv" not in key
    }
    model = from_taming_vq(fewer, config)
    assert not model.config.middle_attention and not model.config.resample_convolution
    assert from_taming_vq(fewer, {}).config == model.config
    assert model.decode(model.encode(reference["pixels"])).shape == reference["pixels"].shape
