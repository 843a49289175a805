"""The decode benchmarks' own claims, at a tiny size."""

import json
import time

import pytest
import torch
from PIL import Image

from benchmarks import decode, decode_quality
from benchmarks.gpu import decoding
from benchmarks.gpu.peaks import published
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


@pytest.fixture
def small_peaks(tiny, monkeypatch):
    """Peaks of a toy machine: what is measured in no time."""
    monkeypatch.setattr(decoding, "TRIAL_FLOPS", {"cpu": 1e8})
    monkeypatch.setattr(decoding, "TRIAL_BYTES", {"cpu": 1 << 20})


def test_the_table_beside_the_roofline(small_peaks, monkeypatch, capsys):
    line = "decode --device cpu --size b --tokens 6 --steps 3 --repeats 1"
    monkeypatch.setattr("sys.argv", line.split())
    decode.main()
    text = capsys.readouterr().out
    assert "in float32, 4 x 4 tokens, guidance; CPU" in text and "measured peaks" in text
    assert "| a picture in 3 steps" in text and "| one by one, the first 6 tokens |" in text
    monkeypatch.setattr("sys.argv", [*line.split(), "--json"])
    decode.main()
    numbers = json.loads(capsys.readouterr().out)
    assert not numbers["compiled"] and numbers["roofline"] == "measured"
    assert numbers["peak_tflops"] == numbers["measured_tflops"] > 0
    single, picture = numbers["one_by_one"], numbers["picture"]
    assert picture["of_roofline"] == pytest.approx(picture["least_seconds"] / picture["seconds"])
    assert 0 < single["tokens_per_second"] < single["most_tokens_per_second"]


def test_a_known_gpu_stands_beside_its_makers_numbers(small_peaks, monkeypatch):
    peaks = published("NVIDIA H100 80GB HBM3")
    monkeypatch.setattr(decoding, "published", lambda name: peaks)
    asked = {"device": "cpu", "dtype": "bfloat16", "steps": 2, "repeats": 1, "tokens": 4}
    numbers = decoding.measure("b", **asked)
    assert numbers["roofline"] == "published" and numbers["peak_tflops"] == pytest.approx(989)
    assert numbers["measured_tflops"] < 900
    assert "published peaks 989.00 TFLOP/s and 3350 GB/s" in decoding.table(numbers)


def test_without_cuda_one_line_says_so(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("sys.argv", ["decode", "--device", "cuda"])
    with pytest.raises(SystemExit, match=r"^benchmarks\.decode: torch finds no CUDA device; "):
        decode.main()


@pytest.mark.parametrize(("name", "half", "memory"), [
    ("NVIDIA A100-SXM4-80GB", 312, 2039), ("NVIDIA A100-PCIE-40GB", 312, 1555),
    ("NVIDIA A100 80GB PCIe", 312, 1935), ("NVIDIA H100 80GB HBM3", 989, 3350),
    ("NVIDIA H100 PCIe", 756, 2000), ("NVIDIA H200", 989, 4800), ("NVIDIA L4", 121, 300),
    ("NVIDIA GeForce RTX 4090", 165.2, 1008), ("Tesla T4", 65, 320),
    ("NVIDIA L40S", None, None), ("NVIDIA GeForce RTX 4090 Laptop GPU", None, None),
    ("NVIDIA H100 80GB HBM3 MIG 1g.10gb", None, None), ("CPU", None, None),
])  # fmt: skip
def test_peaks_by_the_devices_name(name, half, memory):
    peaks = published(name)
    assert (peaks is None) == (half is None)
    if peaks is not None:
        assert peaks.flops(torch.float16) == pytest.approx(half * 1e12)
        assert peaks.memory == pytest.approx(memory * 1e9)
        assert peaks.flops(torch.float32) < peaks.flops(torch.float16)
        assert (peaks.flops(torch.bfloat16) is None) == ("T4" in name)


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
