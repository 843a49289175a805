"""Building the benchmark: plans, resuming, faulty clips, the folder's layout, the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from maskgil.utils.hashing import sha256_of
from polyvoice import build
from polyvoice.build import SLOWER, Speakers, build_split, is_made, plan
from polyvoice.dataset.clips import (
    METADATA,
    DatasetError,
    load_clips,
    parse_clip,
    read_metadata,
    write_card,
    write_metadata,
)
from polyvoice.dataset.texts import TextRow, load_texts
from polyvoice.tts.audio import CLIP_RATE, decode, expected_seconds
from polyvoice.tts.base import VoiceError
from polyvoice.tts.factory import voice_names

ROWS = [
    TextRow(
        f"nano-{i:03}", "nano", i, {"en": f"A {w} cat.", "fr": f"Un chat {v}.", "zh": f"{z}猫。"}
    )
    for i, (w, v, z) in enumerate([("red", "rouge", "红"), ("blue", "bleu", "蓝")], 1)
]


class Tone:
    """A voice that hums for as long as the text would take."""

    engine, sample_rate = "kokoro", 16000

    def __init__(self, language: str, name: str, said: list, unusable: dict) -> None:
        self.language, self.name, self.said, self.unusable = language, name, said, unusable

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        self.said.append((self.language, self.name, speed, text))
        fault = self.unusable.get((self.name, speed))
        if isinstance(fault, Exception):
            raise fault
        count = int(expected_seconds(text) / speed * self.sample_rate)
        t = np.arange(count) / self.sample_rate
        sound = 0.3 * np.sin(1400 * t) * np.sin(7 * t)
        return (sound * 0 if fault == "empty" else sound).astype(np.float32)


class Hummers(Speakers):
    def __init__(self, unusable: dict | None = None) -> None:
        super().__init__()
        self.said: list[tuple] = []
        self.unusable = unusable or {}

    def get(self, language: str, engine: str, name: str) -> Tone:
        return Tone(language, name, self.said, self.unusable)


def make(folder: Path, speakers: Hummers | None = None, languages=("fr", "zh")) -> list:
    return list(build_split(ROWS, languages, folder, speakers=speakers or Hummers()))


def test_voices_take_turns() -> None:
    rows = load_texts("nano")[:6]
    jobs = plan(rows, ["fr", "es"], "kokoro")
    assert [job.key for job in jobs[:2]] == ["fr/nano-001", "fr/nano-002"]
    names = voice_names("fr")
    assert [job.voices[0] for job in jobs[:6]] == [names[i % len(names)] for i in range(6)]
    assert all(set(job.voices) == set(voice_names(job.language)) for job in jobs)
    with pytest.raises(VoiceError, match="kokoro has no voice for 'de'"):
        plan(rows, ["de"], "kokoro")


def test_clips_and_metadata_agree(tmp_path: Path) -> None:
    made = make(tmp_path)
    clips = read_metadata(tmp_path, "nano")
    assert [clip.key for clip in clips] == [
        "fr/nano-001", "fr/nano-002", "zh/nano-001", "zh/nano-002",
    ]  # fmt: skip
    assert {clip.key: clip for _, clip, _ in made} == {clip.key: clip for clip in clips}
    for clip in clips:
        sound = decode(clip.path(tmp_path), CLIP_RATE)
        assert len(sound) / CLIP_RATE == pytest.approx(clip.duration, abs=0.05)
        assert sha256_of(clip.path(tmp_path)) == clip.sha256
    assert (clips[0].english, clips[0].text, clips[0].seed) == ("A red cat.", "Un chat rouge.", 1)
    assert load_clips(tmp_path, "nano", ["cn"], limit=1) == [clips[2]]


def test_a_second_run_makes_only_what_is_missing(tmp_path: Path) -> None:
    make(tmp_path)
    again = Hummers()
    make(tmp_path, again)
    assert again.said == []
    clips = read_metadata(tmp_path, "nano")
    clips[0].path(tmp_path).unlink()
    clips[2].path(tmp_path).write_bytes(b"damaged")
    make(tmp_path, again)
    assert [text for *_, text in again.said] == ["Un chat rouge.", "红猫。"]
    assert read_metadata(tmp_path, "nano") == clips


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    first = Hummers()
    steps = build_split(ROWS, ["fr", "zh"], tmp_path, speakers=first)
    next(steps)
    next(steps)
    del steps  # what a killed process leaves, but for a line cut off
    with (tmp_path / "nano" / METADATA).open("a", encoding="utf-8") as file:
        file.write('{"file_name": "zh/na')
    second = Hummers()
    make(tmp_path, second)
    assert [row[0] for row in second.said] == ["zh", "zh"]
    assert len(read_metadata(tmp_path, "nano")) == 4
    assert not list(tmp_path.rglob("*.part"))


def test_a_changed_text_is_spoken_again(tmp_path: Path) -> None:
    make(tmp_path)
    job = plan(ROWS, ["fr"], "kokoro")[0]
    clip = read_metadata(tmp_path, "nano")[0]
    assert is_made(job, clip, tmp_path)
    for key, value in (("text", "Un chien."), ("engine", "gtts"), ("voice", "nobody")):
        other = parse_clip(json.dumps({**json.loads(clip.to_json()), key: value}))
        assert not is_made(job, other, tmp_path), key


def test_a_faulty_clip_is_tried_again_and_then_left_out(tmp_path: Path) -> None:
    first, second, third = voice_names("fr")
    speakers = Hummers({(first, 1.0): "empty", (first, SLOWER): "empty"})
    (_, clip, _), _ = make(tmp_path, speakers, ["fr"])
    assert clip is not None and clip.voice == second
    assert [row[1:3] for row in speakers.said[:3]] == [(first, 1.0), (first, SLOWER), (second, 1.0)]

    every = {(name, speed): "empty" for name in (first, second, third) for speed in (1.0, SLOWER)}
    results = make(tmp_path / "none", Hummers(every), ["fr"])
    assert [(clip, fault) for _, clip, fault in results] == [(None, "it came out empty")] * 2
    assert read_metadata(tmp_path / "none", "nano") == []


def test_a_voice_that_cannot_be_had_stops_the_run_and_keeps_what_is_there(tmp_path: Path) -> None:
    second = voice_names("fr")[1]
    with pytest.raises(VoiceError, match="no internet"):
        make(tmp_path, Hummers({(second, 1.0): VoiceError("no internet")}), ["fr"])
    assert [clip.key for clip in read_metadata(tmp_path, "nano")] == ["fr/nano-001"]


def test_the_folder_loads_as_an_audio_folder(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    try:
        import torchcodec.encoders  # noqa: F401 - datasets asks for it; it wants FFmpeg's libraries
    except (ImportError, OSError, RuntimeError):
        pytest.skip("torchcodec cannot be used here")
    folder = tmp_path / "polyvoice"
    make(folder)
    write_card(folder)
    (folder / "texts").mkdir()
    (folder / "texts" / "nano.jsonl").write_text(ROWS[0].to_json() + "\n", encoding="utf-8")
    clips = read_metadata(folder, "nano")
    whole = datasets.load_dataset(
        "audiofolder", data_dir=str(folder), cache_dir=str(tmp_path / "cache")
    )["train"]
    named = datasets.load_dataset(str(folder), "nano", cache_dir=str(tmp_path / "cache"))["test"]
    for found in (whole, named):
        rows = found.cast_column("audio", datasets.Audio(decode=False))
        assert {row["sha256"] for row in rows} == {clip.sha256 for clip in clips}
        assert {row["language"] for row in rows} == {"fr", "zh"}


def test_the_card_says_what_is_there(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    make(tmp_path)
    write_card(tmp_path)
    _, head, body = (tmp_path / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    card = yaml.safe_load(head)
    assert card["language"] == ["fr", "zh"]
    assert card["configs"] == [
        {"config_name": "nano", "data_files": [{"split": "test", "path": "nano/**"}]}
    ]
    assert f"| nano | fr | 2 | 0.0 | `{voice_names('fr')[0]}`, `{voice_names('fr')[1]}` |" in body


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": None}, "'sha256' is missing or of the wrong type"),
        ({"seed": "1"}, "'seed' is missing or of the wrong type"),
        ({"file_name": "../../etc/x.ogg"}, "leads out of the folder"),
    ],
)
def test_bad_metadata_is_refused(tmp_path: Path, change: dict, message: str) -> None:
    make(tmp_path, languages=["fr"])
    clip = json.loads(read_metadata(tmp_path, "nano")[0].to_json())
    (tmp_path / "nano" / METADATA).write_text(json.dumps(clip | change) + "\n")
    with pytest.raises(DatasetError, match=message):
        read_metadata(tmp_path, "nano")


def test_missing_clips_languages_and_splits_are_named(tmp_path: Path) -> None:
    make(tmp_path, languages=["fr"])
    clips = read_metadata(tmp_path, "nano")
    write_metadata(tmp_path, "nano", clips)
    with pytest.raises(DatasetError, match=r"no clips in 'es'; nano has fr"):
        load_clips(tmp_path, "nano", ["es"])
    with pytest.raises(DatasetError, match=r"no clips of the split 'scenes'"):
        load_clips(tmp_path, "scenes", ["fr"])
    clips[1].path(tmp_path).unlink()
    with pytest.raises(DatasetError, match=r"nano-002\.ogg is missing; make it again"):
        load_clips(tmp_path, "nano", ["fr"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--langs", "xx"], "unknown language 'xx'"),
        (["--langs", "de"], "kokoro has no voice for 'de'"),
        (["--n", "201", "--split", "nano"], "there are 200 texts of the split 'nano'"),
        (["--n", "0"], "--n and --threads start at 1"),
        (["--split", "other"], "unknown split 'other'"),
        (["--engine", "piper"], "engine must be one of kokoro, gtts"),
        (["--texts", "none.jsonl", "--split", "nano"], "cannot read the texts none.jsonl"),
        (["--texts", "none.jsonl"], "say which with --split"),
        (["--bogus"], "unrecognized arguments"),
    ],
)
def test_the_command_refuses_in_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = build.main(arguments)
    except SystemExit as stop:
        code = stop.code
    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_no_network_for_gtts_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gtts")
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    arguments = ["--engine", "gtts", "--langs", "fr", "--n", "1", "--split", "nano"]
    assert build.main([*arguments, "--out", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.strip().split("\n")
    assert "gTTS failed (it needs the internet)" in lines[-1]
    assert not any("Traceback" in line for line in lines)
