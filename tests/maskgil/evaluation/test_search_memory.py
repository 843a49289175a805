"""Peak memory of tokenizers' search for codes, each measurement in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="peak memory is read from Linux' /proc"
)

MEASURE = """
import json, os
import torch
from maskgil.tokenizers import magvit2, vqgan
from maskgil.tokenizers.base import nearest_codes

torch.set_num_threads(1)

def peak():
    with open("/proc/self/status") as file:
        (line,) = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024

def grown(work):
    before = peak()
    result = work()
    return peak() - before, result

generator = torch.Generator().manual_seed(0)
"""

ALL = (
    MEASURE
    + """
def search(chunk, *sizes):
    few = torch.randn(64, 8, generator=generator)
    nearest_codes(few, few)  # the libraries' own buffers
    found = {}
    for vectors, size in sizes:
        points = torch.randn(vectors, 8, generator=generator)
        book = torch.randn(size, 8, generator=generator)
        key = f"{vectors}x{size}"
        found[key], indices = grown(lambda: nearest_codes(points, book, chunk=chunk))
        picked = torch.randint(vectors, (8,), generator=generator)
        assert indices[picked].equal(torch.cdist(points[picked], book).argmin(-1))
    return found

def signs():
    config = magvit2.OpenMagvit2Config(stem_width=32, widths=(32,) * 5, num_blocks=1)
    model = magvit2.OpenMagvit2(config).eval()
    pixels = torch.rand(1, 3, 256, 256, generator=generator) * 2 - 1
    model.encode(pixels[..., :64, :64])
    bytes_grown, indices = grown(lambda: model.encode(pixels))
    assert indices.shape == (1, 16, 16) and model.codebook_size == 2**18
    return {"signs": bytes_grown}

def apart(work, *given):
    reading, writing = os.pipe()
    if not os.fork():
        try:
            os.write(writing, json.dumps(work(*given)).encode())
            os._exit(0)
        finally:
            os._exit(1)
    assert os.wait()[1] == 0
    return json.loads(os.read(reading, 10_000))

print(json.dumps({
    "chunks": apart(search, None, (4096, 16384), (1024, 262144)),
    "whole": apart(search, 10**9, (4096, 16384), (512, 262144)),
    "signs": apart(signs),
}))
"""
)

PICTURE = (
    MEASURE
    + """
config = vqgan.TamingVQConfig(
    stem_width=32, encoder_widths=(32,) * 5, decoder_widths=(32,) * 5, encoder_attention=(4,),
    decoder_attention=(), num_blocks=1, codebook_size=2**18, code_dim=8,
)
model = vqgan.TamingVQ(config).eval()
pixels = torch.rand(1, 3, 1024, 1024, generator=generator) * 2 - 1
model.encode(pixels[..., :64, :64])
with torch.no_grad():
    layers, _ = grown(lambda: model.to_code(model.encoder(pixels)))
search, indices = grown(lambda: model.encode(pixels))
assert indices.shape == (1, 64, 64)
print(json.dumps({"layers": layers, "search": search}))
"""
)


def measure(program: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def found() -> dict:
    """How far each measurement's own process rose above its peak before."""
    return measure(ALL)


def test_the_search_takes_little_memory(found):
    """1,024 x 1,024 pixels are 4,096 tokens at f16. All distances at once would be 268 MB with
    LlamaGen's 16,384 codes, and with 262,144 1.1 GB for a quarter of the tokens.
    """
    assert sum(found["chunks"].values()) < 100e6


def test_the_measurement_sees_what_it_is_to_see(found):
    assert found["whole"]["4096x16384"] > 260e6
    assert sum(found["whole"].values()) > 530e6


def test_signs_are_not_searched_for(found):
    """256 tokens against 2^18 codes: 268 MB, were there a search or a table of codes."""
    assert found["signs"]["signs"] < 100e6


@pytest.mark.slow
def test_a_large_picture_with_a_large_book_end_to_end():
    """A picture of 1,024 x 1,024 pixels against 262,144 codes: beyond what the layers take, the
    search adds nothing like the 4.3 GB of all distances."""
    found = measure(PICTURE)
    assert found["layers"] < 1e9
    assert found["search"] < 100e6
