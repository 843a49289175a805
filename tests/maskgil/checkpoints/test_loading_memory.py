"""Loading weights takes about their file's size in memory, measured in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from maskgil import checkpoints
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="peak memory is read from Linux' /proc"
)

LOAD = """
import json, sys
import torch
from maskgil import checkpoints
from maskgil.models.transformer import Transformer

torch.set_num_threads(1)

def peak():
    with open("/proc/self/status") as file:
        (line,) = [line for line in file if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024

heard = []
start = peak()
model = checkpoints.load(
    sys.argv[1], dtype=torch.bfloat16, progress=lambda done, total: heard.append(done / total)
)
loaded = peak()
with torch.inference_mode():  # every weight is read
    logits = model.logits(torch.zeros(1, 2, dtype=torch.long), torch.tensor([1]), grid_size=(1, 2))
size = sum(p.numel() * p.element_size() for p in model.parameters())
print(json.dumps({
    "start": start, "loaded": loaded, "used": peak(), "heard": heard, "size": size,
    "finite": bool(torch.isfinite(logits).all()), "dtype": str(logits.dtype),
}))
"""


def write(path: Path, config: TransformerConfig) -> None:
    """Random weights as bfloat16, without ever holding them in float32."""
    with torch.device("meta"):
        model = Transformer(config)
    state = {
        key: torch.empty(value.shape, dtype=torch.bfloat16).normal_(std=0.02)
        for key, value in model.state_dict().items()
    }
    checkpoints.save(model, path, dtype=torch.bfloat16, state=state)


def check(path: Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(path)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["dtype"] == "torch.bfloat16" and found["finite"]
    assert found["heard"] == sorted(found["heard"]) and found["heard"][-1] > 0.99
    return found


def test_a_model_of_200_megabytes(tmp_path):
    config = TransformerConfig.named("b", num_layers=10)
    write(tmp_path / "b.safetensors", config)
    found = check(tmp_path / "b.safetensors")
    size = (tmp_path / "b.safetensors").stat().st_size
    assert size == pytest.approx(found["size"], rel=0.01) and size > 1.9e8
    assert found["loaded"] - found["start"] <= 1.3 * size
    assert found["used"] - found["start"] <= 1.3 * size


@pytest.mark.slow
def test_xl_at_its_real_size(tmp_path):
    """775M parameters: the whole process, torch included, stays below 1.3 times the file."""
    path = tmp_path / "xl.safetensors"
    write(path, TransformerConfig.named("xl"))
    found = check(path)
    size = path.stat().st_size
    assert size == pytest.approx(1.55e9, rel=0.01) and len(found["heard"]) > 200
    assert found["loaded"] <= 1.3 * size
    assert found["used"] <= 1.3 * size
    print(json.dumps({name: found[name] for name in ("start", "loaded", "used", "size")}))
