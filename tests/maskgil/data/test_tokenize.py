"""`python -m maskgil tokenize`: real images, the shipped tokenizer, kills and restarts."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.data.aspect_buckets import buckets
from maskgil.data.image_datasets.open import open_source
from maskgil.data.image_loader import cut_of, cut_out, decode, decode_for, views_of
from maskgil.data.token_shards import TokenShards
from maskgil.utils.images import stack_pixels
from tests.helpers.painted_images import command, make_folder, png

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    """30 images of four shapes in three classes, and four that are none."""
    root = make_folder(tmp_path_factory.mktemp("photos"), 30)
    jpeg = io.BytesIO()
    Image.open(io.BytesIO(png(1))).resize((300, 300)).save(jpeg, "JPEG")
    (root / "blue/half.jpg").write_bytes(jpeg.getvalue()[: len(jpeg.getvalue()) // 2])
    (root / "green/letter.png").write_text("renamed\n" * 50)
    (root / "red/000.jpg").write_bytes(b"")
    (root / "red/999.jpg").write_bytes(b"")
    return root


def files_of(folder: Path) -> dict[str, bytes]:
    """All that a finished run leaves but its report, which holds times."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "report.json"}


AREA = ("--area", 64, "--flip", "--crops", 2, "--shard-size", 8, "--batch-size", 4)


@pytest.fixture(scope="module")
def finished(photos, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("shards") / "all"
    assert main(command(photos, target, *AREA)) == 0
    return target


def test_tokens_are_those_of_each_image(photos, finished):
    source, shards = open_source(photos), TokenShards(finished)
    tokenizer = checkpoints.load("nano-tokenizer")
    views = views_of(2, flip=True)
    assert len(shards) == 30 and shards.num_views == 4 and len(shards.grids) >= 3
    assert shards.classes == ["blue", "green", "red"] and shards.num_classes == 3
    assert (shards.codebook_size, shards.downsample_factor) == (8192, 8)
    shards.verify()
    same = total = 0
    for index in range(len(shards)):
        for place, view in enumerate(views):
            item = shards.view(index, place)
            raw = source.read(item["source"])
            image, bucket = decode_for(raw.data, buckets(64))
            cut = cut_of(view, seed=0, index=item["source"], max_scale=1.1)
            pixels = cut_out(image, bucket, cut, flip=view.flip)
            expected = tokenizer.encode(stack_pixels([pixels]))[0]
            assert item["tokens"].shape == expected.shape and item["label"] == raw.label
            same += int((item["tokens"] == expected).sum())
            total += expected.numel()
    assert same >= 0.999 * total  # a batch may round a tie of two codes otherwise


def test_tokens_decode_to_their_pictures(photos, finished):
    tokenizer, source, shards = (
        checkpoints.load("nano-tokenizer"), open_source(photos), TokenShards(finished)
    )  # fmt: skip
    for index in (0, 7, 29):
        item = shards[index]
        drawn = tokenizer.decode(item["tokens"][None])
        height, width = drawn.shape[-2:]  # nano's decoder writes larger than its encoder reads
        image = decode(source.read(item["source"]).data)
        pixels = stack_pixels([cut_out(image, (height, width))])
        other = stack_pixels([cut_out(decode(source.read(2).data), (height, width))])
        assert (drawn - pixels).abs().mean() < 0.6 * (drawn - other).abs().mean()


def test_damaged_images_are_counted_and_named(photos, tmp_path, capsys):
    assert main(command(photos, tmp_path / "out", "--size", 32)) == 0
    said = capsys.readouterr().out
    assert "30 pictures" in said and "4 images skipped: 2 empty file" in said
    assert "half.jpg" in said and "letter.png" in said
    lines = (tmp_path / "out/skipped.jsonl").read_text().splitlines()
    skipped = {row["name"]: row["reason"] for row in map(json.loads, lines)}
    assert skipped == {
        "blue/half.jpg": "damaged image",
        "green/letter.png": "not an image",
        "red/000.jpg": "empty file",
        "red/999.jpg": "empty file",
    }
    assert TokenShards(tmp_path / "out").manifest["skipped"]["empty file"] == 2


def test_the_report_says_where_the_time_went(finished, photos, capsys):
    before = (finished / "report.json").read_bytes()
    assert main(command(photos, finished, *AREA)) == 0  # all is there: nothing is done again
    assert (finished / "report.json").read_bytes() == before
    said = capsys.readouterr().out
    for word in ("read", "decode", "resize", "encode", "write", "images/s"):
        assert word in said
    seconds = json.loads(before)["seconds"]
    assert 0 < seconds.pop("processor") <= 1.1 * seconds["total"] + 0.1
    parts = sum(value for name, value in seconds.items() if name != "total")
    assert 0.5 * seconds["total"] < parts <= seconds["total"] + 0.01


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


MANY = ("--area", 64, "--crops", 12, "--shard-size", 1)  # 34 shards: time to be stopped within


@pytest.fixture(scope="module")
def uninterrupted(photos, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("shards") / "many"
    assert main(command(photos, target, *MANY)) == 0
    return target


def stopped_run(target: Path, words, signals, *, after: int) -> subprocess.Popen:
    """A run of its own that gets a signal once `after` shards are done; all its processes end."""
    run = subprocess.Popen(
        [sys.executable, "-m", "maskgil", *words],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # even if ours is ignored
    )  # fmt: skip
    try:
        until = time.monotonic() + 200
        while len(list(target.glob("shard-*.json"))) < after:
            assert run.poll() is None and time.monotonic() < until
            time.sleep(0.002)
    finally:
        run.send_signal(signals)  # the parent alone: its workers must notice
        run.wait(timeout=60)
    until = time.monotonic() + 30
    while alive(run.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(run.pid), "a worker outlived its parent"
    assert not (target / "manifest.json").exists()
    return run


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
@pytest.mark.parametrize(("workers", "after"), [(1, 5), pytest.param(2, 1, marks=pytest.mark.slow)])
def test_killed_and_started_again_it_makes_the_same_files(
    photos, uninterrupted, tmp_path, workers, after
):
    target = tmp_path / "out"
    words = [*command(photos, target, *MANY), "--workers", str(workers)]
    stopped_run(target, words, signal.SIGKILL, after=after)
    journaled = [path.stem for path in target.glob("shard-*.json")]
    kept = {name: (target / f"{name}.safetensors").stat().st_mtime_ns for name in journaled}
    assert after <= len(kept) < 34
    (target / "shard-000033.safetensors.123.part").write_bytes(b"half a shard")
    assert main(words) == 0
    assert files_of(target) == files_of(uninterrupted)
    for name, modified in kept.items():  # what was finished was not made again
        assert (target / f"{name}.safetensors").stat().st_mtime_ns == modified


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_ctrl_c_ends_in_one_line(photos, tmp_path):
    target = tmp_path / "out"
    words = [*command(photos, target, *MANY), "--workers", "2"]
    run = stopped_run(target, words, signal.SIGINT, after=1)
    assert run.returncode == 130
    assert run.stderr is not None
    assert run.stderr.read().splitlines()[-1] == "stopped; the same command goes on from here"


def test_a_shard_that_was_damaged_meanwhile_is_made_again(photos, finished, tmp_path):
    target = tmp_path / "out"
    assert main(command(photos, target, *AREA)) == 0
    manifest = json.loads((target / "manifest.json").read_text())
    for number, entry in enumerate(manifest["shards"]):  # as if the manifest were not yet written
        more = {
            "skipped": [],
            "num_classes": 3,
            "seconds": {"total": 1.0, "processor": 1.0},
            "begun": 0.0,
        }
        if number != 2:
            (target / f"shard-{number:06d}.json").write_text(json.dumps({**entry, **more}))
    settings = {
        key: manifest[key] for key in manifest if key not in ("shards", "skipped", "num_classes")
    }
    (target / "plan.json").write_text(json.dumps(settings))
    (target / "manifest.json").unlink()
    shard = target / "shard-000001.safetensors"
    shard.write_bytes(shard.read_bytes()[:-1] + b"x")
    assert main(command(photos, target, *AREA)) == 0
    found, expected = files_of(target), files_of(finished)
    for name in expected:
        if name.startswith("shard-"):
            assert found[name] == expected[name]
    TokenShards(target).verify()


def test_the_speed_benchmark_measures_every_kind_of_source(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    speed = pytest.importorskip("benchmarks.training.tokenize_speed")
    rows = speed.run(4, 0, [1])
    assert [row["source"] for row in rows][:2] == ["folder", "tar shards"]
    for row in rows:
        assert row["images"] == 4 and row["images_per_processor_second"] > 0
        assert 0.5 < sum(row["shares"].values()) < 1.1
    assert speed.table(rows).count("\n") == 1 + len(rows)
    one, other = (np.asarray(decode(speed.photo(seed))) for seed in (0, 1))
    assert one.shape == (375, 500, 3) and 20 < one.std() < 90 and (one != other).any()
    assert 40_000 < len(speed.photo(0)) < 250_000


def refused(words, capsys) -> str:
    capsys.readouterr()
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1, said.err
    return said.err


def test_wrong_input_ends_in_one_line(photos, finished, tmp_path, capsys):
    target = tmp_path / "out"
    for words, message in (
        (command(tmp_path / "nowhere", target, "--size", 32), "--format datasets"),
        (command(photos, target, "--size", 36), "multiples of 8"),
        (command(photos, target, "--size", "wide"), "WIDTHxHEIGHT"),
        (command(photos, target, "--area", 60), "multiple of 32"),
        (command(photos, target, "--size", 32, "--crops", 0), "crops is 0"),
        (command(photos, target, "--size", 32, "--workers", -1), "workers is -1"),
        (command(photos, target, "--size", 32, "--limit", 0), "limit is 0"),
        (command(photos, target, "--size", 32, "--shard-size", 0), "shard_size is 0"),
        (command(photos, target, "--size", 32, "--condition", "caption"), "no captions"),
        (command(photos, target, "--size", 32, "--caption-features", "minilm"), "needs captions"),
        (command(photos, target, "--size", 32, "--tokenizer", "nothing"), "'nothing'"),
        (command(photos, target, "--size", 32, "--tokenizer", "maskgil-nano"), "not a tokenizer"),
        (command(photos, finished, *AREA, "--seed", 1), "seed was 0, now 1"),
        (command(photos, finished, *AREA, "--limit", 3), "begun with 34 images, now there are 3"),
    ):
        assert message in refused(words, capsys)
    assert not target.exists()


def test_nothing_usable_is_an_error(tmp_path, capsys):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/a.png").write_bytes(b"")
    assert main(command(tmp_path / "source", tmp_path / "out", "--size", 32)) == 2
    said = capsys.readouterr()
    assert "1 empty file (a.png)" in said.err.splitlines()[-1] and said.out == ""
    assert not (tmp_path / "out/manifest.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="limits files by setrlimit")
def test_a_full_disk_is_one_line_and_leaves_nothing_half(photos, finished, tmp_path, capsys):
    import resource

    target = tmp_path / "out"
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, usual[1]))
    try:
        assert main(command(photos, target, *AREA)) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    said = capsys.readouterr()
    assert said.out == "" and "File too large" in said.err.splitlines()[-1]
    assert [path.name for path in target.glob("shard-*")] == []
    assert main(command(photos, target, *AREA)) == 0
    assert files_of(target) == files_of(finished)


@pytest.mark.skipif(os.name != "posix", reason="locks by fcntl")
def test_two_runs_do_not_share_a_folder(photos, tmp_path, capsys):
    import fcntl

    target = tmp_path / "out"
    target.mkdir()
    with (target / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "another run" in refused(command(photos, target, "--size", 32), capsys)
    assert main(command(photos, target, "--size", 32)) == 0


def test_a_worker_that_dies_is_reported(photos, finished, tmp_path, capsys):
    """The out-of-memory killer takes a worker: one line, no process left, and it goes on.

    Several processes make the files that one makes.
    """
    import multiprocessing
    import threading

    target = tmp_path / "out"
    words = [*command(photos, target, *AREA), "--workers", "2"]
    killed = []

    def kill_one():
        while not killed:
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)
                killed.append(child.pid)
                break
            time.sleep(0.05)

    thread = threading.Thread(target=kill_one, daemon=True)
    thread.start()
    assert main(words) == 2
    thread.join(timeout=10)
    until = time.monotonic() + 30
    while multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.05)
    assert killed and not multiprocessing.active_children()
    capsys.readouterr()
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "2 process(es)" in said and "30 pictures" in said
    assert files_of(target) == files_of(finished)
