"""The decode benchmark's own claims, at a tiny size."""

import importlib.util
from pathlib import Path

import pytest
from PIL import Image

from maskgil.config import SIZES

PATH = Path(__file__).parent.parent / "benchmarks" / "decode.py"


@pytest.fixture(scope="module")
def decode():
    spec = importlib.util.spec_from_file_location("benchmarks_decode", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_readings_draw_the_same_tokens(decode, monkeypatch, tmp_path):
    tiny = SIZES["b"].replace(
        num_layers=2, dim=32, num_heads=2, codebook_size=64, max_grid_size=(4, 4)
    )
    monkeypatch.setitem(SIZES, "b", tiny)
    monkeypatch.setattr(decode, "gemm_peak", lambda: 1e9)
    numbers = decode.measure("b", repeats=1, steps=4, ar_tokens=6)
    assert numbers["same_tokens"] and numbers["cached_equals_uncached"]
    assert set(numbers["seconds_at_ar_ratio"]) == {"0.0", "0.25", "0.5", "0.75", "1.0"}
    assert "speedup" in decode.table(numbers)
    decode.plot([numbers, numbers], tmp_path / "ratio.png")
    assert Image.open(tmp_path / "ratio.png").size == (640, 640)
