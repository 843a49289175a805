"""Scoring clips end to end with the shipped nano models: resuming, sharing, damage, reports."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from app.config import AppConfig, load_config
from maskgil.checkpoints import save
from maskgil.utils.hashing import sha256_of
from polyvoice import evaluate
from polyvoice.clip_nano.model import ClipNano, ClipNanoConfig
from polyvoice.dataset.clips import Clip, read_metadata, write_metadata
from polyvoice.evaluate import ProcessShare, find_share
from polyvoice.scoring import runner
from polyvoice.scoring.runner import Settings, System
from tests.helpers.small_pictures import with_small_pictures, without_details

ROOT = Path(__file__).parents[2]
SPOKEN = ("fr_stars", "es_flower", "fr_flower")
STABLE = ("prompt", "transcript", "detected", "text_score", "image_score", "similarity", "seed")


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip-nano with random weights: enough to score with."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("judge") / "toy.safetensors"
    config = ClipNanoConfig(width=32, mixer_layers=1, text_width=32, dim=16)
    save(ClipNano(config), path)
    return path


@pytest.fixture(scope="module", autouse=True)
def _loaded_once() -> Iterator[None]:
    """Runs with the same settings share their models, which a command loads anew.

    The pictures are small and without the second pass.
    """

    def small(settings: Settings, config: AppConfig) -> System:
        system = System(settings, config)
        system.pipeline = without_details(with_small_pictures(system.pipeline))
        return system

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(System, "load", functools.cache(System.load))
        patch.setattr(runner, "System", functools.cache(small))
        yield


def benchmark_of(clips: dict[str, dict], folder: Path) -> Path:
    """A benchmark of three clips that this project ships."""
    rows = []
    for number, stem in enumerate(SPOKEN, 1):
        clip, language = clips[stem], clips[stem]["language"]
        target = folder / "nano" / language / f"nano-{number:03}.ogg"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip["path"], target)
        rows.append(
            Clip(
                file_name=f"{language}/{target.name}",
                id=target.stem,
                split="nano",
                language=language,
                english=clip["english"],
                text=clip["text"],
                voice="v",
                engine="kokoro",
                duration=clip["seconds"],
                sha256=sha256_of(target),
                seed=number,
            )
        )
    write_metadata(folder, "nano", rows)
    return folder


@pytest.fixture
def data(tmp_path: Path, clips: dict[str, dict]) -> Path:
    return benchmark_of(clips, tmp_path / "data")


@pytest.fixture(scope="module")
def finished(
    clips: dict[str, dict], judge: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, str]:
    """A run of all clips, one at a time: its benchmark, its folder and what it printed."""
    folder = tmp_path_factory.mktemp("finished")
    data, said = benchmark_of(clips, folder / "data"), io.StringIO()
    with redirect_stdout(said):
        assert score(data, folder / "run", judge, "--json") == 0
    return data, folder / "run", said.getvalue()


def score(data: Path, out: Path, judge: Path, *more: str, lang: str = "fr,es") -> int:
    arguments = ["--lang", lang, "--data", str(data), "--out", str(out), "--clip", str(judge)]
    return evaluate.main([*arguments, "--steps", "1", *more])


def stable(out: Path) -> dict[str, dict]:
    """What may not change between runs, by clip."""
    rows = [json.loads(path.read_text()) for path in (out / "rows").glob("??/*.json")]
    return {row["key"]: {name: row[name] for name in STABLE} for row in rows}


def test_a_run_its_files_and_resuming(
    finished: tuple[Path, Path, str], judge: Path, capsys: pytest.CaptureFixture, monkeypatch
) -> None:
    data, out, printed = finished
    assert printed.count("\n") == 1
    answer = json.loads(printed)
    assert answer["comparable_with_the_paper"] is False
    assert list(answer["languages"]) == ["fr", "es"]
    french = answer["languages"]["fr"]
    assert (french["clips"], french["failed"], french["unheard"]) == (2, 0, 0)
    assert french["language_right"]["value"] == 1.0
    assert french["similarity"]["value"] > 0.6
    assert 0 <= french["word_errors"]["value"] < 0.6
    assert french["image"]["low"] <= french["image"]["value"] <= french["image"]["high"]
    assert french["real_time"]["value"] > 0
    assert answer["english_text"]["texts"] == 3
    assert {row["key"] for row in answer["worst"]} == {"fr/nano-001", "fr/nano-003", "es/nano-002"}
    for name in ("scores.md", "scores.json", "report.html"):
        assert (out / name).stat().st_size > 500
    assert len(list((out / "pictures").rglob("*.png"))) == 6
    first = stable(out)

    def refuse(_self: object) -> None:
        raise AssertionError("a finished run needs no model")

    monkeypatch.setattr(System, "load", refuse)
    assert score(data, out, judge) == 0
    table = capsys.readouterr().out
    assert "| French speech | 2 |" in table
    assert "not comparable with scores of any other CLIP" in table
    assert stable(out) == first


def test_neither_shares_nor_batches_change_a_score(
    finished: tuple[Path, Path, str], tmp_path: Path, judge: Path, capsys: pytest.CaptureFixture
) -> None:
    data, whole, printed = finished
    shared = tmp_path / "shared"
    assert score(data, shared, judge, "--shard", "1/2") == 0
    assert list(stable(shared)) == ["es/nano-002"]
    assert not (shared / "scores.json").exists()
    assert score(data, shared, judge, "--shard", "0/2", "--batch-size", "2") == 0
    capsys.readouterr()
    assert score(data, shared, judge, "--json") == 0
    one, other = json.loads(printed), json.loads(capsys.readouterr().out)
    rounded = 0.02  # sums of several rows are rounded otherwise, which may change a token
    assert _alike(stable(whole), stable(shared), rounded)
    for line in ("fr", "es"):
        for name in ("text", "text_shuffled", "prompt", "word_errors"):
            assert one["languages"][line][name] == other["languages"][line][name]
        scores = [run["languages"][line]["image"]["value"] for run in (one, other)]
        assert scores[0] == pytest.approx(scores[1], abs=rounded)
    for path in (whole / "pictures").rglob("*.png"):
        files = (path, shared / path.relative_to(whole))
        first, second = (np.asarray(Image.open(file), np.float32) for file in files)
        assert abs(first - second).mean() < 1


def test_a_damaged_clip_costs_its_row_alone(
    data: Path, tmp_path: Path, judge: Path, capsys: pytest.CaptureFixture
) -> None:
    clips = read_metadata(data, "nano")
    broken = next(clip for clip in clips if clip.key == "fr/nano-001")
    broken.path(data).write_bytes(b"OggS, once")
    other = next(clip for clip in clips if clip.key == "es/nano-002")
    other.path(data).write_bytes(b"no sound")
    kept = [clip for clip in clips if clip is not other]
    changed = Clip(**{**vars(other), "sha256": sha256_of(other.path(data))})
    write_metadata(data, "nano", [*kept, changed])  # the file is as listed, but no sound
    assert score(data, tmp_path / "run", judge) == 2
    caught = capsys.readouterr()
    errors = [line for line in caught.err.replace("\r", "\n").split("\n") if "left out" in line]
    assert len(errors) == 2
    assert "fr/nano-001 is left out" in errors[0] and "is damaged" in errors[0]
    assert "es/nano-002 is left out" in errors[1] and "not an audio file" in errors[1]
    assert "| French speech | 1 |" in caught.out
    assert "Left out, 2:" in caught.out
    answer = json.loads((tmp_path / "run" / "scores.json").read_text())
    assert [row["key"] for row in answer["failed"]] == ["fr/nano-001", "es/nano-002"]
    assert answer["languages"]["es"]["text"] is None


@pytest.fixture
def recordings(tmp_path: Path, clips: dict[str, dict]) -> Path:
    """A folder as of people's recordings: of one it is not known what was said, of one nothing."""
    folder = tmp_path / "recordings"
    (folder / "fr").mkdir(parents=True)
    rows = []
    for stem, known in (("fr_stars", True), ("fr_flower", False), ("fr_cat_apple", None)):
        shutil.copy(clips[stem]["path"], folder / "fr" / f"{stem}.ogg")
        rows.append({
            "file": f"fr/{stem}.ogg", "language": "fr", "kind": "sentence",
            "transcript": clips[stem]["text"] if known else None,
            "english": clips[stem]["english"] if known is not None else None,
        })  # fmt: skip
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "manifest.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_recordings_of_people_are_a_split(
    recordings: Path, tmp_path: Path, judge: Path, capsys: pytest.CaptureFixture
) -> None:
    asked = ("--split", "voices", "--json")
    assert score(recordings, tmp_path / "run", judge, *asked, lang="fr") == 0
    answer = json.loads(capsys.readouterr().out)
    french = answer["languages"]["fr"]
    assert (answer["split"], french["clips"], french["failed"]) == ("voices", 2, 0)
    rows = {
        path.stem: json.loads(path.read_text())
        for path in (tmp_path / "run" / "rows" / "fr").iterdir()
    }
    assert set(rows) == {"fr-fr_stars", "fr-fr_flower"}, "of the third no English is known"
    told, untold = rows["fr-fr_stars"], rows["fr-fr_flower"]
    assert told["words"] and told["told_lost"] == []
    assert not (untold["words"] or untold["wrong_words"]) and untold["told_lost"] is None
    assert french["stages"]["clips"] == 1, "where nobody knows what was said nothing is blamed"
    assert told["seed"] != untold["seed"] and told["duration"] > 1
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert page.count("data:audio/ogg") == 2 and "not written down" in page


def test_a_folder_that_holds_no_recordings_is_one_line(
    recordings: Path, judge: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    def refused(folder: Path, lang: str = "fr") -> str:
        assert score(folder, tmp_path / "run", judge, "--split", "voices", lang=lang) == 2
        error: str = capsys.readouterr().err
        assert error.count("\n") == 1
        return error

    assert "has no clips in 'es'; voices has fr" in refused(recordings, "es")
    (recordings / "fr" / "fr_stars.ogg").unlink()
    assert "fr_stars.ogg is missing" in refused(recordings)
    manifest = recordings / "manifest.jsonl"
    manifest.write_text('{"file": "../a.ogg", "language": "fr", "english": "a cat"}\n')
    assert "line 1: '../a.ogg' leads out of the folder" in refused(recordings)
    manifest.write_text('{"file": "a.ogg", "language": "fr"}\n')
    assert "names no recording whose English is known" in refused(recordings)
    assert "cannot read the manifest" in refused(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say which language"),
        (["--lang", "fr", "--all"], "say which language"),
        (["--lang", "xx"], "unknown language 'xx'"),
        (["--lang", "de"], "has no clips in 'de'; nano has es, fr"),
        (["--lang", "fr", "--split", "other"], "unknown split 'other'"),
        (["--lang", "fr", "--split", "scenes"], "no clips of the split 'scenes'"),
        (["--lang", "fr", "--limit", "0"], "--limit and --batch-size start at 1"),
        (["--lang", "fr", "--preset", "giant"], "unknown preset 'giant'"),
        (["--lang", "fr", "--steps", "0"], "steps must be a whole number from 1"),
        (["--lang", "fr", "--shard", "2/2"], "it must be I/N"),
        (["--lang", "fr", "--clip", "nobody/none"], "no CLIP weights for 'nobody/none'"),
        (["--lang", "fr", "--limit", "many"], "invalid int value: 'many'"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], message: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    try:
        code = evaluate.main([*arguments, "--data", str(data), "--out", str(tmp_path / "run")])
    except SystemExit as stop:
        code = stop.code
    error = re.sub(r"[^\n]*\r", "", capsys.readouterr().err).strip()
    assert code == 2
    assert message in error.split("\n")[-1]
    assert "Traceback" not in error


def test_a_missing_clip_is_noticed_before_any_work(
    data: Path, tmp_path: Path, judge: Path, capsys: pytest.CaptureFixture
) -> None:
    read_metadata(data, "nano")[0].path(data).unlink()
    assert score(data, tmp_path / "run", judge) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "is missing; make it again: python -m polyvoice.build" in error


def test_settings_that_matter_make_another_run(judge: Path) -> None:
    marks = {
        Settings(clip=str(judge), **change).fingerprint(load_config("nano"))  # type: ignore[arg-type]
        for change in (
            {}, {"steps": 4}, {"guidance": 2.0}, {"ar_ratio": 0.5}, {"tell_language": True},
        )
    }  # fmt: skip
    assert len(marks) == 5
    assert Settings(clip=str(judge), device="cpu").fingerprint(load_config("nano")) in marks


def test_pictures_are_drawn_as_the_app_draws_them(judge: Path) -> None:
    def guidance(asked: float | None) -> tuple[float, float]:
        system = System(
            Settings(clip=str(judge), guidance=asked, ar_ratio=0.5), load_config("nano")
        )
        sampling = system.sampling()
        assert sampling.ar_ratio == 0.5
        return sampling.guidance_scale, sampling.autoregressive().guidance_scale

    assert guidance(None) == (1.0, 1.0)  # the preset's, the twin's its own
    assert guidance(4.0) == (4.0, 4.0)


def test_shares_keep_a_text_together_and_cover_everything() -> None:
    clips = [
        Clip("", f"nano-{i:03}", "nano", language, "", "", "", "", 1.0, "", i)
        for language in ("fr", "es")
        for i in range(7)
    ]
    parts = [ProcessShare(i, 3).of(clips) for i in range(3)]
    assert sorted(clip.key for part in parts for clip in part) == sorted(c.key for c in clips)
    for part in parts:
        assert {c.id for c in part if c.language == "fr"} == {
            c.id for c in part if c.language == "es"
        }


def test_shares_come_from_the_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("RANK", "3")
    assert find_share(None) == ProcessShare(3, 4, joined=True)
    assert find_share("1/5") == ProcessShare(1, 5)


@pytest.mark.slow
def test_two_launched_processes_make_one_table(data: Path, tmp_path: Path, judge: Path) -> None:
    out, alone = tmp_path / "run", tmp_path / "alone"
    arguments = ["--lang", "fr,es", "--data", str(data), "--clip", str(judge), "--steps", "1"]
    pytest.importorskip("accelerate")
    launcher = [
        "-m",
        "accelerate.commands.launch",
        "--multi_gpu",
        "--num_processes",
        "2",
        "--num_machines",
        "1",
        "--mixed_precision",
        "no",
        "--dynamo_backend",
        "no",
    ]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *launcher, "-m", "polyvoice.evaluate", *arguments, "--out", str(out)],
        capture_output=True, text=True, cwd=ROOT, env=environment, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("# PolyVoice, split nano") == 1
    assert score(data, alone, judge) == 0
    assert stable(out) == stable(alone)


def _alike(one: dict, other: dict, rounded: float) -> bool:
    """Whether rows are the same but for image scores that differ by less."""
    scores = [[row.pop("image_score") for row in rows.values()] for rows in (one, other)]
    return one == other and scores[0] == pytest.approx(scores[1], abs=rounded)
