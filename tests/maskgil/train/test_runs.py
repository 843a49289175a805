"""Runs that are killed, short of disk, unstable, stopped, or spread over processes."""

import argparse
import contextlib
import functools
import io
import json
import logging
import math
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from PIL import Image

from maskgil import __main__ as command
from maskgil import train
from maskgil.train.checkpoints import (
    CheckpointWriteError,
    DamagedCheckpointError,
    latest_checkpoint,
    newest_state,
    read_checkpoint,
    save_run,
)
from maskgil.train.distributed import start_engine
from maskgil.train.loggers import Bar, TensorBoard
from maskgil.train.loss_monitor import PATIENCE, LossMonitor, UnstableTrainingError
from maskgil.train.trainer import changes, fit
from tests.helpers.tiny_training import ROOT, config_file, environment, make_shards, start


def run(config: Path, *more: object) -> None:
    """The command, in this process."""
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    train.run(parser.parse_args([str(config), *map(str, more)]))


def losses(folder: Path) -> list[float]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["loss"] for line in lines]


def assert_same_state(one, other, name="") -> None:
    """Two nested states are equal, tensors bit for bit."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), name
        for key in one:
            assert_same_state(one[key], other[key], f"{name}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), name
        for index, (first, second) in enumerate(zip(one, other, strict=True)):
            assert_same_state(first, second, f"{name}.{index}")
    elif isinstance(one, torch.Tensor):
        assert torch.equal(one, other), name
    else:
        assert one == other, name


@pytest.fixture
def folder(tmp_path):
    make_shards(tmp_path / "shards", grids=((4, 4), (2, 6)))
    return tmp_path


@pytest.mark.timeout(300)
def test_a_run_killed_at_a_random_step_ends_as_an_uninterrupted_one(folder):
    steps, at = 150, random.randint(5, 120)
    config = config_file(folder, training={"steps": steps}, save_every=4)
    run(config, "--out", folder / "whole")
    log = folder / "killed" / "log.jsonl"
    process = start(config, "--out", folder / "killed")
    while process.poll() is None and not (log.is_file() and log.read_bytes().count(b"\n") >= at):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    process.stdout.close()
    reached = read_checkpoint(latest_checkpoint(folder / "killed"))["step"]
    assert 0 < reached < steps, f"killed at step {at}"
    run(config, "--out", folder / "killed")
    whole, killed = (
        read_checkpoint(latest_checkpoint(folder / name)) for name in ("whole", "killed")
    )
    assert_same_state(whole, killed, f"killed at step {at}")
    assert losses(folder / "whole") == losses(folder / "killed")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_interrupted_ten_times_ends_as_an_uninterrupted_one(folder):
    """Killed, short of disk, or with its newest checkpoint damaged, in an order drawn anew."""
    config = config_file(folder, training={"steps": 400}, save_every=4, log_every=4, keep=3)
    run(config, "--out", folder / "whole")
    size = latest_checkpoint(folder / "whole").stat().st_size
    log, happened = folder / "broken" / "log.jsonl", []
    for number in range(10):
        kind = ("killed", "full", "damaged")[number % 3 if number < 3 else random.randrange(3)]
        at = number and newest_state(folder / "broken")["step"] + random.randint(5, 25)
        limit = random.randrange(size // 2, size) if kind == "full" else resource.RLIM_INFINITY
        most = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit))
        process = start(config, "--out", folder / "broken", preexec_fn=most)
        while process.poll() is None and (kind == "full" or not _logged(log, at)):
            time.sleep(0.002)
        process.kill()
        said = process.communicate()[1].strip().splitlines()
        if kind == "full":
            assert process.returncode == 2 and "cannot write checkpoint" in said[-1], said[-3:]
        newest = latest_checkpoint(folder / "broken")
        if kind == "damaged":
            newest.write_bytes(newest.read_bytes()[: size // 2] + bytes(size // 2))
        happened.append((kind, at))
    run(config, "--out", folder / "broken")
    whole, broken = (
        read_checkpoint(latest_checkpoint(folder / name)) for name in ("whole", "broken")
    )
    assert_same_state(whole, broken, str(happened))
    assert losses(folder / "whole") == losses(folder / "broken")


def _logged(log: Path, step: int) -> bool:
    """Whether the log holds `step` or a later one."""
    lines = log.read_text().splitlines() if log.is_file() else []
    return len(lines) > 1 and json.loads(lines[-2])["step"] >= step


def test_checkpoints_are_whole_and_the_last_are_kept(tmp_path):
    for step in range(1, 6):
        save_run(tmp_path, step, {"task": {}, "step": step}, keep=2)
    (tmp_path / "step_00000009.part").write_bytes(b"half")
    names = sorted(path.name for path in tmp_path.glob("step_*.pt"))
    assert names == ["step_00000004.pt", "step_00000005.pt"]
    assert latest_checkpoint(tmp_path).name == "step_00000005.pt"


@pytest.mark.parametrize("parts", [0, 1])
@pytest.mark.parametrize("damage", ["cut", "zeros", "random", "empty"])
def test_a_damaged_checkpoint_is_passed_over(tmp_path, caplog, damage, parts):
    for step in (1, 2):
        state = {"task": {"a": torch.full((1000,), float(step))}, "step": step}
        path = save_run(tmp_path, step, state, keep=2, parts=parts)
    file = path / "001_of_001" if parts else path
    whole = bytearray(file.read_bytes())
    middle = slice(len(whole) // 2, len(whole) // 2 + 16)
    if damage == "cut":
        del whole[-500:]
    elif damage == "empty":
        whole.clear()
    else:
        whole[middle] = bytes(16) if damage == "zeros" else random.randbytes(16)
    file.write_bytes(whole)
    with pytest.raises(DamagedCheckpointError, match=rf"{path.name} is damaged"):
        read_checkpoint(path)
    assert newest_state(tmp_path)["step"] == 1
    assert f"{path.name} is damaged" in caplog.text and "taking step_00000001" in caplog.text
    again = save_run(tmp_path, 1, newest_state(tmp_path), keep=2, parts=parts)
    assert list(tmp_path.glob("step_*")) == [again]  # the damaged one, which came later, is gone
    (again / "001_of_001" if parts else again).write_bytes(whole)
    with pytest.raises(DamagedCheckpointError, match="there is no other: remove it to begin anew"):
        newest_state(tmp_path)


def test_what_a_killed_run_left_half_written_is_removed(folder):
    config = config_file(folder, training={"steps": 1})
    (folder / "run").mkdir()
    (folder / "run" / "step_00000009.pt.1.part").write_bytes(b"half")
    (folder / "run" / "maskgil.safetensors.1.part").write_bytes(b"half")
    run(config, "--out", folder / "run")
    assert not list((folder / "run").glob("*.part"))


@contextlib.contextmanager
def small_files(size: int = 1 << 16):
    """Inside, this process writes files of `size` bytes at most, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(tmp_path):
    save_run(tmp_path, 1, {"task": {}, "step": 1}, keep=1)
    with (
        small_files(),
        pytest.raises(CheckpointWriteError, match=r"step_00000001.pt is intact") as caught,
    ):
        save_run(tmp_path, 2, {"task": {"a": torch.zeros(1 << 20)}, "step": 2}, keep=1)
    assert "File too large" in str(caught.value) and "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["step_00000001.pt"]
    assert read_checkpoint(tmp_path / "step_00000001.pt")["step"] == 1


def test_a_full_disk_ends_a_run_with_one_line(folder, capfd):
    """Each checkpoint is larger than the limit, which falls after the first."""
    config = config_file(folder, training={"steps": 4}, model={"dim": 32})
    run(config, "--out", folder / "run")
    size = latest_checkpoint(folder / "run").stat().st_size
    capfd.readouterr()
    with small_files(size // 2):
        code = command.main(["train", str(config), "--out", f"{folder}/run", "--steps", "8"])
    said = capfd.readouterr().err.strip().splitlines()[-1]
    assert code == 2
    assert "cannot write checkpoint step_00000006.pt" in said
    assert "step_00000004.pt is intact" in said
    assert read_checkpoint(latest_checkpoint(folder / "run"))["step"] == 4
    assert not list((folder / "run").glob("*.part"))


def test_a_full_disk_at_the_log_is_one_line(folder, capfd):
    config = config_file(folder, training={"steps": 2000}, save_every=0)
    with small_files(2000):
        assert command.main(["train", str(config), "--out", f"{folder}/run"]) == 2
    said = capfd.readouterr().err.strip().splitlines()[-1]
    assert "File too large" in said and f"{folder}/run/log.jsonl" in said


def test_a_full_disk_at_tensorboard_is_one_error(tmp_path, capfd):
    pytest.importorskip("tensorboard")
    board = TensorBoard(tmp_path, 0)
    picture = Image.frombytes("RGB", (256, 256), random.randbytes(3 << 16))
    with (
        small_files(),
        pytest.raises(OSError, match=f"File too large: '{tmp_path}/tensorboard'"),
    ):
        for step in range(1000):  # the writer's own thread fails: the next call says so
            board.pictures(step, "samples", picture)
            time.sleep(0.01)
    with small_files(), pytest.raises(OSError, match="File too large"):
        board.close()
    assert "Traceback" not in capfd.readouterr().err


def test_a_full_disk_at_samples_leaves_no_half_picture(tmp_path):
    class Noise:
        """A task that learns nothing and shows what takes many bytes."""

        batch_size = 1

        def step(self, index: int) -> dict[str, float]:
            return {"loss": 1.0}

        def norms(self) -> dict[str, float]:
            return {}

        def show(self) -> dict[str, Image.Image]:
            return {"samples": Image.frombytes("RGB", (256, 256), random.randbytes(3 << 16))}

    with (
        small_files(),
        pytest.raises(OSError, match=r"File too large: '.*/samples_000001.png'"),
    ):
        fit(Noise(), tmp_path / "run", steps=2, show_every=1)
    assert not list((tmp_path / "run").glob("samples*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_is_really_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        save_run(disk, 1, {"task": {"a": torch.zeros(1 << 16)}, "step": 1}, keep=1)
        with pytest.raises(CheckpointWriteError, match=r"No space left on device.*intact"):
            save_run(disk, 2, {"task": {"a": torch.zeros(1 << 20)}, "step": 2}, keep=1)
        assert [path.name for path in disk.iterdir()] == ["step_00000001.pt"]
        assert read_checkpoint(disk / "step_00000001.pt")["step"] == 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_loss_that_is_no_number_ends_a_run_with_a_report(folder):
    config = config_file(
        folder, training={"adam_rate": 1e30, "warmup": 1, "steps": 30}, save_every=0
    )
    with pytest.raises(UnstableTrainingError, match=r"loss is (nan|inf)|gradient_norm is"):
        run(config, "--out", folder / "run")
    report = json.loads((folder / "run" / "stopped.json").read_text())
    assert report["steps"] and report["pictures"] and report["norms"]
    assert report["last_checkpoint"] is None
    assert latest_checkpoint(folder / "run") is None


def test_an_exploding_loss_is_told_from_a_noisy_one():
    noisy, exploding = LossMonitor(3.0), LossMonitor(3.0)
    noise = random.Random(0)
    for step in range(200):
        noisy.check(step, {"loss": 5.0 * noise.uniform(0.2, 2.5)})
        if step < 100:
            exploding.check(step, {"loss": 5.0})
    with pytest.raises(UnstableTrainingError, match="above 3 times") as caught:
        for step in range(100, 200):
            exploding.check(step, {"loss": 16.0})
    assert f"step {100 + PATIENCE - 1}" in str(caught.value)


def test_a_guard_that_is_resumed_goes_on_where_it_was():
    guard, resumed = LossMonitor(2.0), LossMonitor(2.0)
    for step in range(20):
        guard.check(step, {"loss": 1.0})
    resumed.load_state_dict(guard.state_dict())
    assert resumed.state_dict() == guard.state_dict()
    with pytest.raises(UnstableTrainingError, match="gradient_norm"):
        resumed.check(20, {"loss": 1.0, "gradient_norm": math.inf})


def test_changed_settings_are_named_on_resuming(folder, caplog):
    run(config_file(folder, training={"steps": 2}), "--out", folder / "run")
    with caplog.at_level(logging.WARNING):
        run(config_file(folder, training={"steps": 4, "adam_rate": 5e-4}), "--out", folder / "run")
    assert "training.steps was 2, is 4" in caplog.text
    assert "training.adam_rate was 0.001, is 0.0005" in caplog.text
    assert changes({"a": {"b": 1}}, {"a": {"b": 1}}) == []


@pytest.mark.timeout(300)
def test_a_run_asked_to_stop_saves_and_goes_on_later(folder):
    config = config_file(folder, training={"steps": 2000}, save_every=0)
    process = start(config, "--out", folder / "run")
    log = folder / "run" / "log.jsonl"
    while process.poll() is None and not (log.is_file() and log.read_bytes().count(b"\n") > 5):
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0 and "stopped after step" in said
    done = read_checkpoint(latest_checkpoint(folder / "run"))["step"]
    assert len(losses(folder / "run")) == done
    assert not (folder / "run" / "maskgil.safetensors").exists()


def launched(*arguments: object, launcher: tuple[str, ...] = (), **more: str) -> None:
    """`python -m maskgil train ...` in two processes of this machine."""
    launcher = launcher or ("torch.distributed.run", "--nproc_per_node", "2")
    done = subprocess.run(
        [sys.executable, "-m", *launcher, "-m", "maskgil", "train", *map(str, arguments)],
        env=environment(**more), capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


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


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_compiled_blocks_follow_plain_ones(folder):
    make_shards(folder / "shards")
    config = config_file(folder, training={"steps": 4})
    run(config, "--out", folder / "plain")
    run(config, "--out", folder / "compiled", "--compile")
    assert losses(folder / "compiled") == pytest.approx(losses(folder / "plain"), abs=1e-4)


def test_uneven_batches_are_refused(folder):
    from maskgil.train.batches import part_of
    from maskgil.train.distributed import Runtime

    engine = Runtime()
    engine.world_size, engine.rank = 3, 1
    with pytest.raises(ValueError, match="8 pictures cannot be split evenly over 3"):
        part_of(8, engine)
    assert part_of(9, engine) == slice(3, 6)


def test_tensorboard_holds_losses_norms_and_samples(folder, caplog):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from maskgil.checkpoints import save
    from tests.maskgil.train.test_training import small_tokenizer

    save(small_tokenizer(32), folder / "tokenizer.safetensors")
    config = config_file(
        folder, training={"steps": 4}, tensorboard=True, show_every=4,
        tokenizer=str(folder / "tokenizer.safetensors"),
    )  # fmt: skip
    run(config, "--out", folder / "run")
    events = EventAccumulator(str(folder / "run" / "tensorboard"))
    events.Reload()
    names = {
        "loss", "learning_rate", "gradient_norm", "output_norm/layer_00", "output_norm/layer_01",
        "samples_per_second",
    }  # fmt: skip
    assert names <= set(events.Tags()["scalars"])
    assert events.Tags()["images"] == ["samples"]
    assert [event.step for event in events.Scalars("loss")] == [1, 2, 3, 4]


def test_a_terminal_shows_the_time_left_and_samples_a_second(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = Bar(4, 10, shown=True)
    for _ in range(3):
        bar.step()
        time.sleep(0.12)
    bar.say({"loss": 2.5, "samples_per_second": 31.0, "gradient_norm": 1.0})
    bar.close()
    said = terminal.getvalue()
    assert "7/10" in said and "loss=2.5" in said and "samples_per_second=31" in said
    assert re.search(r"\[\d\d:\d\d<\d\d:\d\d", said), "time taken < time left"


def test_a_log_file_shows_steps_and_the_time_left(caplog):
    bar = Bar(4, 10, shown=True)
    bar.begun -= 60  # as if two steps had taken a minute
    with caplog.at_level(logging.INFO):
        bar.say({"step": 6, "loss": 2.5, "learning_rate": 1e-3})
        Bar(0, None, shown=True).say({"step": 6, "loss": 2.5})
    assert caplog.messages[0].startswith("step 6 of 10, 0:02:00 left: loss 2.5, learning_rate")
    assert caplog.messages[1] == "step 6: loss 2.5"


def test_wandb_is_asked_for_in_one_line_when_it_is_missing(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(ValueError, match="wandb is asked for but not installed"):
        run(config_file(folder, wandb="project"), "--out", folder / "run")


@pytest.mark.slow
def test_wandb_gets_the_numbers_under_one_id(folder, monkeypatch):
    """Runs where the package is installed; W&B's offline mode."""
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    config = config_file(folder, wandb="project", training={"steps": 2})
    run(config, "--out", folder / "run")
    known = (folder / "run" / "wandb_id.txt").read_text(encoding="ascii")
    run(config, "--out", folder / "run", "--steps", 4)
    written = list((folder / "run" / "wandb").glob(f"offline-run-*-{known}"))
    assert len(written) == 2 and all(any(one.glob("*.wandb")) for one in written)


def test_what_a_run_exports_can_be_loaded(folder):
    from maskgil.checkpoints import load

    config = config_file(folder, training={"steps": 2}, model={"causal": True})
    run(config, "--out", folder / "run")
    model = load(folder / "run" / "ar.safetensors")
    assert model.config.causal and model.config.dim == 16
