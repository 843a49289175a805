"""The decode benchmarks' own claims, at a tiny size."""

import json
import time

import pytest
import torch
from PIL import Image

from benchmarks import decode, decode_quality
from maskgil.config import SIZES, TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.presets import load_generator
from maskgil.profiling.flops import forward_flops
from maskgil.sampling.config import SamplingConfig

TINY = SIZES["b"].replace(num_layers=2, dim=32, num_heads=2, codebook_size=64, max_grid_size=(4, 4))


@pytest.fixture
def tiny(monkeypatch):
    """Size b at toy size, and a peak that takes no time."""
    monkeypatch.setitem(SIZES, "b", TINY)
    monkeypatch.setattr(decode, "gemm_peak", lambda clock: 1e9)


@pytest.fixture(scope="module")
def bench():
    return decode.Bench(TINY, SamplingConfig(num_steps=6))


@pytest.mark.parametrize("schedule", ["arccos", "cosine", "root", "linear", "square"])
def test_the_plain_reading_draws_what_ours_draws(schedule):
    bench = decode.Bench(TINY, SamplingConfig(num_steps=4, schedule=schedule))
    drawn = set()
    for seed in range(10):
        plain, ours = bench.modes["plain"](seed), bench.modes["ours"](seed)
        assert torch.equal(plain, ours)
        assert not (plain == TINY.mask_id).any()
        drawn.add(tuple(plain.flatten().tolist()))
    assert len(drawn) == 10


def test_the_plain_reading_computes_everything_in_every_step(bench):
    steps = 6
    plain = decode.flops_of(lambda: bench.modes["plain"](0))
    assert plain == 2 * steps * forward_flops(TINY, 17, 16)
    bench.modes["ours"](0)
    ours = decode.flops_of(lambda: bench.modes["ours"](0))
    fast = decode.flops_of(lambda: bench.modes["fast"](0))
    assert fast < ours < plain


def test_counted_flops_are_those_of_describe():
    config = TransformerConfig.named("nano", condition="class")
    model = Transformer(config).eval()
    tokens = torch.zeros(1, 144, dtype=torch.long)
    with torch.inference_mode():
        counted = decode.flops_of(lambda: model.logits(tokens, torch.tensor([3])))
    assert counted == forward_flops(config, 145, 144)


def test_what_is_measured(tiny, tmp_path):
    numbers = decode.measure("b", repeats=2, steps=4)
    assert numbers["identical_pictures"] == "2 of 2"
    assert numbers["cached_against_uncached_logits"] < 1e-4
    assert [row["evaluations"] for row in numbers["ratios"].values()] == [4, 8, 12, 16, 16]
    assert numbers["modes"]["plain"]["speedup"] == 1.0
    assert all(row["ms"] > 0 and row["gflop"] > 0 for row in numbers["modes"].values())
    text = decode.table(numbers)
    assert numbers["machine"]["cpu"] in text and "| fast |" in text and "| 0.75 | 16 |" in text
    decode.plot([numbers, numbers], tmp_path / "ratio.png")
    assert Image.open(tmp_path / "ratio.png").width == 990


def test_the_command_prints_one_line_of_json(tiny, tmp_path, monkeypatch, capsys):
    target = tmp_path / "b.png"
    arguments = ["decode", "--quick", "--json", "--plot", str(target)]
    monkeypatch.setattr("sys.argv", arguments)
    decode.main()
    numbers = json.loads(capsys.readouterr().out)
    assert numbers["size"] == "b" and list(numbers["ratios"]) == ["0.0", "0.5", "1.0"]
    assert Image.open(target).format == "PNG"
    monkeypatch.setattr("sys.argv", [*arguments[:-1], str(tmp_path / "none" / "b.png")])
    with pytest.raises(SystemExit):
        decode.main()
    assert "there is no folder" in capsys.readouterr().err


def test_the_peak_of_matrix_products_is_a_rate():
    peak = decode.gemm_peak(time.perf_counter, seconds=0.03)
    assert 1e8 < peak < 1e14


@pytest.mark.slow
def test_quality_of_fast_mode_on_nano():
    """The shipped weights, two prompts: every number is there, and the normal mode is its own."""
    pytest.importorskip("efficientnet_lite_pytorch")
    numbers = decode_quality.measure(
        load_generator("nano"), ["a white dolphin", "a yellow shoe"], 2
    )
    rows = numbers["modes"]
    assert next(iter(rows)) == "normal" and {"fast", decode_quality.OTHER} < set(rows)
    normal, fast, other = rows["normal"], rows["fast"], rows[decode_quality.OTHER]
    assert normal["agreement"] == 1.0 and abs(normal["distance"]) < 1e-5
    assert normal["nats_error"] == 0.0
    assert 0.0 < fast["agreement"] < 1.0 and fast["distance"] > 0.0
    assert other["agreement"] < 1.0 and 0.0 < normal["nats"] < 8.3  # log of 4,096 codes
    assert "| fast |" in decode_quality.table(numbers)
