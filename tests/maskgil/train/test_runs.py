"""Runs that are killed, unstable or stopped, and what they log and export."""

import functools
import io
import json
import logging
import math
import random
import re
import resource
import signal
import sys
import time
from pathlib import Path

import pytest

from maskgil.train.checkpoints import (
    latest_checkpoint,
    newest_state,
    read_checkpoint,
)
from maskgil.train.loggers import Bar
from maskgil.train.loss_monitor import PATIENCE, LossMonitor, UnstableTrainingError
from maskgil.train.trainer import changes
from tests.helpers.tiny_training import (
    assert_same_state,
    config_file,
    losses,
    make_shards,
    run,
    start,
)


@pytest.mark.timeout(300)
def test_a_run_killed_at_a_random_step_ends_as_an_uninterrupted_one(folder):
    steps, at = 60, random.randint(5, 40)
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
