"""Runs that torchrun and accelerate spread over processes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from maskgil.train.checkpoints import (
    latest_checkpoint,
    read_checkpoint,
)
from maskgil.train.distributed import start_engine
from tests.helpers.tiny_training import (
    ROOT,
    config_file,
    environment,
    launched,
    losses,
    make_shards,
    run,
)

ACCELERATE = ("accelerate.commands.launch", "--num_processes", "2", "--mixed_precision", "no")


@pytest.mark.timeout(300)
def test_two_processes_equal_one(folder):
    """DDP over gloo, captions of unequal length, two grids."""
    pytest.importorskip("accelerate")
    model = {"condition": "caption", "caption_dim": 6, "max_caption_length": 8}
    make_shards(folder / "shards", grids=((4, 4), (2, 6)), captions=True)
    config = config_file(folder, model=model, training={"steps": 20})
    run(config, "--out", folder / "one")
    launched(config, "--out", folder / "two")
    one, two = losses(folder / "one"), losses(folder / "two")
    assert len(one) == len(two) == 20
    assert max(abs(a - b) for a, b in zip(one, two, strict=True)) < 1e-5


def test_one_process_of_accelerate_is_one_without_it(folder, monkeypatch, caplog):
    """What `accelerate launch --cpu --num_processes 2` sets: it starts one process all the same."""
    config = config_file(folder, training={"steps": 2})
    run(config, "--out", folder / "plain")
    said = {
        "ACCELERATE_MIXED_PRECISION": "no", "ACCELERATE_USE_CPU": "True",
        "ACCELERATE_GRADIENT_ACCUMULATION_STEPS": "2", "MASTER_ADDR": "127.0.0.1",
    }  # fmt: skip
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    run(config, "--out", folder / "launched")
    assert "starts no other" in caplog.text
    assert losses(folder / "launched") == pytest.approx(losses(folder / "plain"), abs=1e-5)
    assert start_engine().accumulate == 2
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "bf16")
    assert start_engine().precision == "bf16"
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "fp16")
    with pytest.raises(ValueError, match="mixed_precision is 'fp16'"):
        start_engine()


def launch_lines() -> list[str]:
    """The launch lines of docs/training.md that begin a training on all processes of a machine."""
    text = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    found = re.findall(r"^((?:accelerate|torchrun) .*? -m maskgil train) ", text, re.MULTILINE)
    assert len(found) >= 5
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("line", launch_lines())
def test_every_launch_line_of_the_docs_trains(folder, line):
    """As written, but for eight GPUs: those become two processes."""
    pytest.importorskip("accelerate")
    model = {"condition": "caption", "caption_dim": 6, "max_caption_length": 8}
    make_shards(folder / "shards", captions=True)
    config = config_file(folder, model=model, training={"steps": 2, "precision": "auto"})
    eight = "--config_file configs/accelerate/"
    line = line.replace(eight, f"--num_processes 2 --main_process_port 0 {eight}")
    done = subprocess.run(
        [*line.split(), config, "--out", folder / "run"], cwd=ROOT, capture_output=True,
        text=True, timeout=280, env=environment(PATH=f"{Path(sys.executable).parent}:/usr/bin"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(losses(folder / "run")) == 2
    assert done.stderr.count("precision auto: ") == 1


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["ddp", "fsdp2"])
def test_accelerate_launch_equals_one_process_and_is_resumed_by_one(folder, kind):
    """With gradients accumulated over two parts; the checkpoint fits any number of processes."""
    pytest.importorskip("accelerate")
    config = config_file(folder, training={"steps": 16})
    run(config, "--out", folder / "one")
    how = ("--multi_gpu",) if kind == "ddp" else ("--use_fsdp", "--fsdp_version", "2")
    parts = ("--gradient_accumulation_steps", "2")
    launched(
        config, "--out", folder / "two", "--steps", 8,
        launcher=(*ACCELERATE, *how, *parts), ACCELERATE_USE_CPU="true",
    )  # fmt: skip
    saved = read_checkpoint(latest_checkpoint(folder / "two"))["task"]
    assert saved["model"]["head.weight"].shape == (32, 16)
    assert len(saved["optimizers"][0]["state"]) == len(saved["model"])
    run(config, "--out", folder / "two")
    one, two = losses(folder / "one"), losses(folder / "two")
    assert max(abs(a - b) for a, b in zip(one, two, strict=True)) < 1e-5
    launched(
        config, "--out", folder / "two", "--steps", 18,
        launcher=(*ACCELERATE, *how), ACCELERATE_USE_CPU="true",
    )  # fmt: skip
    assert len(losses(folder / "two")) == 18


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_bf16_follows_float32(folder):
    config = config_file(folder, training={"steps": 6})
    run(config, "--out", folder / "float32")
    launched(
        config, "--out", folder / "bf16",
        launcher=(*ACCELERATE[:3], "--multi_gpu", "--mixed_precision", "bf16"),
        ACCELERATE_USE_CPU="true",
    )  # fmt: skip
    wanted = losses(folder / "float32")
    assert losses(folder / "bf16") == pytest.approx(wanted, abs=2e-2)
    assert losses(folder / "bf16") != wanted
