"""What models cost: every part of a preset is counted, and the numbers agree with what is built."""

import json
from pathlib import Path

import pytest
import torch

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.profiling.command import describe_preset
from maskgil.profiling.components import causal_attention, linear_weights, lumina, minilm, whisper
from tests.helpers.tiny_paper import chameleon_config, vocabulary

README = Path(__file__).parents[3] / "README.md"


@pytest.fixture(scope="module")
def paper():
    return describe_preset("paper", tflops=100.0)


def component(costs, name):
    (found,) = (part for part in costs["components"] if part["name"].startswith(name))
    return found


@pytest.mark.parametrize(("size", "millions"), [("b", 111), ("l", 343), ("xl", 775), ("xxl", 1400)])
def test_sizes_are_the_papers_with_the_reading_said(size, millions, capsys):
    assert main(["describe", "--size", size, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    costs = json.loads(line)
    assert costs["parameters"] == pytest.approx(millions * 1e6, rel=0.02)
    assert sum(costs["parts"].values()) == costs["parameters"]
    assert costs["paper_parameters"] == millions * 1e6 and "16,384" in costs["interpretation"]
    assert costs["weights_gb"]["bfloat16"] == pytest.approx(2 * costs["parameters"] / 1e9)
    assert costs["seconds_per_image"] == pytest.approx(costs["flops_per_image"] / 0.06e12)
    assert sum(costs["seconds_per_step"]) == pytest.approx(costs["seconds_per_image"])


def test_all_parts_of_the_paper_preset_are_counted(paper):
    """Against counts published elsewhere, each within 2%."""
    known = {
        "MaskGIL-XL text": 756.7e6, "Lumina-mGPT 7B": 7.01e9, "Gemma-2B": 2.51e9,
        "Whisper medium": 764e6,
    }  # fmt: skip
    for name, count in known.items():
        part = component(paper, name)
        assert part["parameters"] == pytest.approx(count, rel=0.02)
        assert sum(part["parts"].values()) == part["parameters"]
        assert part["seconds"] == pytest.approx(part["flops"] / 1e14) and part["flops"] > 0
        assert part["weights_gb"]["bfloat16"] == pytest.approx(2 * part["parameters"] / 1e9)
        assert part["weights"] and part["counted"]
    assert {part["role"] for part in paper["components"]} == {
        "masked", "autoregressive", "text encoder", "tokenizer", "speech",
    }  # fmt: skip
    total = sum(part["parameters"] for part in paper["components"])
    assert paper["parameters_total"] == total
    assert paper["parameters"] == component(paper, "MaskGIL")["parameters"]


def test_evaluations_of_every_ratio(paper):
    """As in the paper's Table 5, here for 1,024 tokens in 8 steps."""
    rows = {row["ar_ratio"]: row for row in paper["ratios"]}
    assert [row["evaluations"] for row in rows.values()] == [8, 264, 520, 776, 1024]
    assert rows[0.0]["flops"] == paper["flops_per_image"]
    assert rows[1.0]["flops"] == component(paper, "Lumina")["flops"]
    assert rows[1.0]["weights_read_gb"] == pytest.approx(1024 * 14.03, rel=0.01)
    assert rows[0.0]["weights_read_gb"] == pytest.approx(8 * 1.513, rel=0.01)


def test_json_and_text_of_a_preset(capsys):
    assert main(["describe", "--preset", "nano", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    costs = json.loads(line)
    assert (costs["tokens"], costs["guidance_scale"]) == (576, 1.0)
    assert [row["evaluations"] for row in costs["ratios"]][::4] == [8, 576]
    assert costs["ratios"][0]["flops"] == costs["flops_per_image"]
    assert main(["describe", "--preset", "nano"]) == 0
    text = capsys.readouterr().out
    for name in ("MaskGIL-nano", "AR-nano", "MiniLM", "CompactVQ", "Whisper base", "ar_ratio"):
        assert name in text


@pytest.mark.parametrize(
    ("name", "file"), [("MaskGIL-nano", "maskgil-nano"), ("AR-nano", "ar-nano")]
)
def test_nano_is_counted_as_it_is_shipped(name, file):
    """Not as the size `nano`, of which nothing is shipped any more; as the README's table says."""
    costs = component(describe_preset("nano", tflops=1.0), name)
    model = checkpoints.load(file)
    assert costs["parameters"] == sum(p.numel() for p in model.parameters())
    assert f"{costs['parameters']:,}" in README.read_text(encoding="utf-8")


def test_counts_are_those_of_the_real_weights():
    encoder = load_text_encoder("minilm")
    assert minilm().parameters == sum(p.numel() for p in encoder.model.parameters())
    assert whisper("base").parameters == pytest.approx(72.6e6, rel=0.01)


def test_lumina_without_guidance_costs_less_than_half():
    assert lumina((32, 32), guided=False).flops < 0.55 * lumina((32, 32)).flops
    assert lumina((16, 16)).flops < 0.3 * lumina((32, 32)).flops


def test_flops_agree_with_torchs_own_counter():
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import ChameleonForConditionalGeneration

    model = ChameleonForConditionalGeneration(chameleon_config(vocabulary())).model
    with (
        sdpa_kernel(SDPBackend.MATH),
        FlopCounterMode(display=False) as counter,
        torch.no_grad(),
    ):
        model(input_ids=torch.zeros(1, 50, dtype=torch.long))
    # torch counts the whole square of scores, of which a causal model needs the lower half.
    square = 2 * causal_attention(2, 32, 50) * 50 / 51
    ours = 2 * linear_weights(model.layers) * 50 + square
    assert ours == pytest.approx(counter.get_total_flops(), rel=0.01)


def test_a_rate_that_makes_no_sense_is_named(capsys):
    assert main(["describe", "--preset", "paper", "--tflops", "0"]) == 2
    assert "tflops is 0" in capsys.readouterr().err
