"""Checkpoints of runs that are damaged or do not fit on the disk."""

import contextlib
import os
import random
import resource
import subprocess
import time

import pytest
import torch
from PIL import Image

from maskgil import __main__ as command
from maskgil.train.checkpoints import (
    CheckpointWriteError,
    DamagedCheckpointError,
    latest_checkpoint,
    newest_state,
    read_checkpoint,
    save_run,
)
from maskgil.train.loggers import TensorBoard
from maskgil.train.trainer import fit
from maskgil.utils.files import only_run_in
from tests.helpers.tiny_training import (
    config_file,
    run,
)


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


def test_two_runs_do_not_share_a_folder(folder, capsys):
    """The one that has it goes on; what it left half written is not touched."""
    config = config_file(folder, training={"steps": 1})
    (folder / "run").mkdir()
    half = folder / "run" / "step_00000009.pt.1.part"
    half.write_bytes(b"half")
    with only_run_in(folder / "run"):
        assert command.main(["train", str(config), "--out", f"{folder}/run"]) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert f"another run is writing {folder}/run" in said and half.is_file()
    run(config, "--out", folder / "run")


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
    with small_files(0), pytest.raises(OSError, match=f"File too large: '{tmp_path}/other/ten"):
        TensorBoard(tmp_path / "other", 0).close()
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
