"""Published Transformers, reproduced from small reference files."""

import json
from pathlib import Path

import pytest
import torch

from maskgil.checkpoints import CheckpointError, from_llamagen_gpt, from_maskgil_released
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_causal, decode_hybrid
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from tests.helpers.plain.reference_files import read_reference
from tests.helpers.plain.tokenizers import Weights
from tests.helpers.plain.transformers import maskgil_released

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize("name", ["llamagen_gpt_c2i", "llamagen_gpt_t2i"])
def test_llamagen_logits(name):
    state, config, reference = read_reference(name)
    model = from_llamagen_gpt(state, config)
    logits = model.logits(reference["tokens"], reference["cond"])
    torch.testing.assert_close(logits, reference["teacher_forced_logits"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("scale", [1.0, 2.5])
@pytest.mark.parametrize("name", ["llamagen_gpt_c2i", "llamagen_gpt_t2i"])
def test_llamagen_greedy_tokens(name, scale):
    state, config, reference = read_reference(name)
    model = from_llamagen_gpt(state, config)
    condition = reference["cond"]
    if "cond_mask" in reference:
        condition = CaptionCondition(condition, reference["cond_mask"].bool())
    expected = reference[f"greedy_cfg{scale}"]
    batch, count = expected.shape
    next_fn = GuidedNext(
        model, condition, batch, sampling=SamplingConfig(guidance_scale=scale), num_tokens=count
    )
    empty = torch.full_like(expected, model.mask_id)
    *_, tokens = decode_causal(next_fn, empty, mask_id=model.mask_id, temperature=0.0)
    assert torch.equal(tokens, expected)


def test_llamagen_padding_mask_matters_and_trimming_does_not():
    state, config, reference = read_reference("llamagen_gpt_t2i")
    model = from_llamagen_gpt(state, config)
    mask = reference["cond_mask"].bool()
    assert not mask.all()
    full = model.logits(reference["tokens"], CaptionCondition(reference["cond"], mask))
    assert (full - reference["teacher_forced_logits"]).abs().max() > 1e-2
    for row in range(len(mask)):
        alone = CaptionCondition(reference["cond"][row : row + 1, mask[row]])
        logits = model.logits(reference["tokens"][row : row + 1], alone)
        torch.testing.assert_close(logits[0], full[row], rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", ["grid", "row"])
def test_released_maskgil_logits(shape):
    state, config, reference = read_reference("maskgil_released_c2i")
    model = from_maskgil_released(state, config)
    code = reference["code"] if shape == "grid" else reference["code"].flatten(1)
    codes = config["vocab_size"]  # their last column scores the mask id
    conditional = model.logits(code, reference["label"])
    assert conditional.shape[-1] == codes
    torch.testing.assert_close(
        conditional, reference["logits_cond"][..., :codes], rtol=0, atol=1e-4
    )
    torch.testing.assert_close(
        model.logits(code, None), reference["logits_uncond"][..., :codes], rtol=0, atol=1e-4
    )


@pytest.mark.parametrize("steps", [8, 12])
def test_the_released_sampler_is_reproduced_token_for_token(steps):
    """The authors' `Trainer/vit.py`, greedy and without noise, at w = 2; the mask's score barred.

    Their weight rises as w · i / (T - 1) with the step i = 0 … T - 1; `schedules.json` holds the
    tokens they settle in each step.
    """
    state, config, reference = read_reference("maskgil_released_c2i")
    weights, labels = Weights(state), reference["label"]
    settled = json.loads((FIXTURES / "schedules.json").read_text())[f"arccos/{steps}/256"]
    expected = torch.full((len(labels), 256), config["vocab_size"])
    for index, count in enumerate(settled):
        weight = 2 * index / (steps - 1)
        conditional = maskgil_released(weights, config, expected, labels)
        unconditional = maskgil_released(weights, config, expected, None)
        probs = ((1 + weight) * conditional - weight * unconditional).softmax(-1)
        confidence, codes = probs.max(-1)
        confidence[expected != config["vocab_size"]] = -torch.inf
        chosen = confidence.topk(count, dim=-1).indices
        expected.scatter_(1, chosen, codes.gather(1, chosen))
    model = from_maskgil_released(state, config)
    sampling = SamplingConfig(
        num_steps=steps, guidance_scale=3.0, guidance_schedule="released", temperature=0.0,
        choice_temperature=0.0, schedule="released-arccos",
    )  # fmt: skip
    logits_fn = GuidedLogits(model, labels, len(labels), sampling=sampling)
    empty = torch.full_like(expected, model.mask_id)
    *_, tokens = decode_hybrid(
        None, logits_fn, empty, sampling, mask_id=model.mask_id, grid_size=(16, 16)
    )
    assert torch.equal(tokens, expected)


def test_released_quirks_are_behind_flags():
    state, config, reference = read_reference("maskgil_released_c2i")
    model = from_maskgil_released(state, config)
    for flag in ("rope_1d_shifted", "condition_last"):
        other = from_maskgil_released(state, config)
        other.config = model.config.replace(**{flag: False})
        difference = other.logits(reference["code"], None) - model.logits(reference["code"], None)
        assert difference.abs().max() > 1e-3, flag


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("llamagen_gpt_c2i", "zero_condition_rope"),
        ("llamagen_gpt_t2i", "zero_condition_rope"),
        ("llamagen_gpt_t2i", "null_keeps_mask"),
    ],
)
def test_llamagens_quirks_are_behind_flags(name, flag):
    state, config, reference = read_reference(name)
    shape = from_llamagen_gpt(state, config).config
    assert getattr(shape, flag)
    condition, drop = reference["cond"], torch.ones(2, dtype=torch.bool)
    if flag == "null_keeps_mask":
        condition = CaptionCondition(condition, reference["cond_mask"].bool())
    else:
        drop = None
    logits = []
    for setting in (True, False):
        model = Transformer(shape.replace(**{flag: setting})).eval()
        model.load_state_dict(from_llamagen_gpt(state, config).state_dict())
        with torch.no_grad():
            logits.append(model.logits(reference["tokens"], condition, drop=drop))
    assert (logits[0] - logits[1]).abs().max() > 1e-3


@pytest.mark.parametrize("name", ["llamagen_gpt_c2i", "llamagen_gpt_t2i", "maskgil_released_c2i"])
@pytest.mark.parametrize("fault", ["missing", "unexpected", "misshaped"])
def test_converters_name_the_key_that_is_wrong(name, fault):
    state, config, _ = read_reference(name)
    convert = from_maskgil_released if name.startswith("maskgil") else from_llamagen_gpt
    key = "layers.1.feed_forward.w2.weight"
    if fault == "missing":
        del state[key]
    elif fault == "misshaped":
        state[key] = state[key][:, 1:]
    else:
        key = "layers.9.extra"
        state[key] = torch.zeros(3)
    with pytest.raises(CheckpointError, match=f"{fault[:7]}.*{key}|{key}.*shape.*expected"):
        convert(state, config)


def test_buffers_of_the_published_files_are_left_out():
    state, config, reference = read_reference("llamagen_gpt_c2i")
    model = from_llamagen_gpt({**state, "freqs_cis": torch.zeros(17, 8, 2)}, config)
    logits = model.logits(reference["tokens"], reference["cond"])
    torch.testing.assert_close(logits, reference["teacher_forced_logits"], rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "v2i"}, "model_type"),
        ({"n_kv_head": 3}, "n_kv_head"),
        ({"block_size": 15}, "block_size"),
        ({"n_head": None}, "n_head"),
    ],
)
def test_configs_that_cannot_be_converted_are_named(change, message):
    state, config, _ = read_reference("llamagen_gpt_c2i")
    with pytest.raises(ValueError, match=message):
        from_llamagen_gpt(state, {**config, **change})
