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
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.data.aspect_buckets import buckets
from maskgil.data.image_datasets.open import open_source
from maskgil.data.image_loader import cut_of, cut_out, decode, decode_for, views_of
from maskgil.data.token_shards import TokenShards
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.utils.images import stack_pixels

ROOT = Path(__file__).parents[3]
SHAPES = [(64, 64), (120, 50), (50, 130), (70, 60)]
COLOURS = ("red", "green", "blue")


def png(number: int) -> bytes:
    coarse = np.random.default_rng(number).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize(SHAPES[number % len(SHAPES)]).save(file, "PNG")
    return file.getvalue()


def make_folder(root: Path, count: int, *, captions: bool = False) -> Path:
    for number in range(count):
        path = root / COLOURS[number % 3] / f"{number:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(number))
        if captions:
            path.with_suffix(".txt").write_text(
                f"a {COLOURS[number % 3]} thing " * (number % 4 + 1)
            )
    return root


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


def command(source, target, *words) -> list[str]:
    return [
        "tokenize", str(source), str(target), "--tokenizer", "nano-tokenizer", "--workers", "1",
        *map(str, words),
    ]  # fmt: skip


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


def test_captions_and_their_features(tmp_path):
    source = make_folder(tmp_path / "source", 7, captions=True)
    target = tmp_path / "out"
    words = ("--size", 32, "--caption-features", "minilm", "--shard-size", 4)
    assert main(command(source, target, *words)) == 0
    shards, encoder = TokenShards(target), load_text_encoder("minilm")
    assert shards.holds == ("caption", "caption_embeds") and shards.caption_dim == 384
    images = open_source(source)
    for index in range(7):
        item = shards[index]
        assert item["caption"] == images.read(item["source"]).caption
        alone = encoder.encode([item["caption"]]).embeds[0]
        assert item["caption_embeds"].shape == alone.shape
        torch.testing.assert_close(item["caption_embeds"].float(), alone, rtol=1e-2, atol=2e-3)
    batch = next(shards.batches(7))
    lengths = batch["caption_mask"].sum(1).tolist()
    assert len(set(lengths)) > 1 and max(lengths) == batch["caption_embeds"].shape[1]


def test_tars_and_datasets_give_the_same_tokens_as_a_folder(tmp_path):
    datasets, webdataset = (pytest.importorskip(name) for name in ("datasets", "webdataset"))
    source = open_source(make_folder(tmp_path / "folder", 6))
    with webdataset.TarWriter(str(tmp_path / "a.tar")) as sink:
        for index in range(6):
            raw = source.read(index)
            sink.write({"__key__": f"{index:03d}", "png": raw.data, "cls": raw.label})
    rows = [source.read(index) for index in range(6)]
    features = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(source.classes))}
    )
    datasets.Dataset.from_dict(
        {
            "image": [{"bytes": raw.data, "path": None} for raw in rows],
            "label": [raw.label for raw in rows],
        },
        features=features,
    ).save_to_disk(tmp_path / "saved")
    made = []
    for name in ("folder", "a.tar", "saved"):
        assert main(command(tmp_path / name, tmp_path / "out" / name, "--size", 32)) == 0
        made.append(TokenShards(tmp_path / "out" / name))
    for index in range(6):
        first, *others = (shards[index] for shards in made)
        for other in others:
            assert torch.equal(first["tokens"], other["tokens"])
            assert first["label"] == other["label"]
    assert made[0].classes == made[2].classes and made[1].classes is None
    assert all(shards.num_classes == 3 for shards in made)


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


def test_changed_pictures_and_captions_are_named_and_made_again(tmp_path, caplog, capsys):
    """By size and time of their files, with --verify by their contents."""
    source, target = make_folder(tmp_path / "source", 8, captions=True), tmp_path / "out"
    words = command(source, target, "--size", 32, "--shard-size", 2)
    assert main(words) == 0
    made = {path: path.stat().st_mtime_ns for path in target.glob("shard-*.safetensors")}
    assert main(words) == 0 and not caplog.text
    caption = source / "red/003.txt"
    caption.write_text("a new thing")
    (source / "blue/002.png").write_bytes(png(77))
    assert main(words) == 0
    assert "2 images or captions have changed since (blue/002.png, red/003.png)" in caplog.text
    assert "4 images in this run" in capsys.readouterr().out
    shards = TokenShards(target)
    shards.verify()
    assert "a new thing" in {shards[index]["caption"] for index in range(8)}
    kept = [path for path, time in made.items() if path.stat().st_mtime_ns == time]
    assert len(kept) == 2 and len(made) == 4
    caplog.clear()
    about = caption.stat()
    caption.write_text("a sad thing")  # as long, and at the same time: its contents alone tell
    os.utime(caption, ns=(about.st_atime_ns, about.st_mtime_ns))
    os.utime(source / "green/001.png")  # only touched
    assert main([*words, "--verify"]) == 0
    assert "1 images or captions have changed since (red/003.png)" in caplog.text
    shards = TokenShards(target)
    assert "a sad thing" in {shards[index]["caption"] for index in range(8)}


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
        (command(photos, finished, *AREA, "--limit", 3), "images was 34, now 3"),
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
