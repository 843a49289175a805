"""`python -m app` and `python app.py` as a person calls them."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.__main__ import main
from app.imaging.png import read_settings
from app.pipeline import SpeechToImage

ROOT = Path(__file__).parents[2]


def call(*words, **variables) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def app(*words, **variables) -> subprocess.CompletedProcess:
    return call("-m", "app", *words, **variables)


def refused(done: subprocess.CompletedProcess) -> str:
    """The one line on stderr of a call that ended with status 2 and said nothing else."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture
def here(capfd, monkeypatch, pipeline):
    """Runs `python -m app` in this process, with the models of all tests: nothing starts."""
    for name in ("OMP_WAIT_POLICY", "TRANSFORMERS_VERBOSITY", "HF_HUB_DISABLE_PROGRESS_BARS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # the program sets them

    class Loaded(SpeechToImage):
        def __init__(self, config):
            super().__init__(config)
            for model in ("_translator", "_glossary", "_generator"):
                setattr(self, model, getattr(pipeline, model))

    monkeypatch.setattr("app.pipeline.SpeechToImage", Loaded)

    def run(*words) -> subprocess.CompletedProcess:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:  # argparse
            code = end.code
        return subprocess.CompletedProcess(words, code, *capfd.readouterr())

    return run


@pytest.fixture
def refusal(here):
    """The line with which `python -m app` refuses some words."""
    return lambda *words: refused(here(*words))


@pytest.mark.parametrize(
    ("wish", "drawn", "left_out"),
    [
        ("une maison et -2 chiens", "a house", ["chiens"]),
        ("un zinzin et un chat", "a cat", ["zinzin"]),
        ("un pájaro and a red boat", "a bird and a red boat", []),
    ],
)
def test_what_a_typed_wish_lacks_is_left_out(here, tmp_path, wish, drawn, left_out):
    done = here("--text", wish, "-o", tmp_path / "x.png", "--json", "--steps", 1)
    answer = json.loads(done.stdout)
    assert (answer["drawn"], answer["left_out"]) == (drawn, left_out)


def test_speech_to_picture_as_json(clips, tmp_path):
    target = tmp_path / "out.png"
    done = app(clips["fr_cat_apple"]["path"], "-o", target, "--seed", 4, "--steps", 4, "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    answer = json.loads(line)
    assert list(answer) == [
        "language", "language_probability", "transcript", "translation", "prompt", "drawn",
        "left_out", "replaced", "image", "seed", "seconds",
    ]  # fmt: skip
    assert answer["language"] == "fr" and 0.5 < answer["language_probability"] <= 1
    assert "pomme rouge" in answer["transcript"].lower()
    assert "orange cat" in answer["drawn"] and isinstance(answer["left_out"], list)
    assert "cat" in answer["prompt"].lower() and "apple" in answer["prompt"].lower()
    assert answer["image"] == str(target) and answer["seed"] == 4
    assert list(answer["seconds"]) == ["listen", "draw", "total", "load"]
    assert answer["seconds"]["total"] >= answer["seconds"]["listen"] > 0
    assert Image.open(target).size == (768, 768)
    text = read_settings(target)
    assert text["prompt"] == answer["prompt"] and text["transcript"] == answer["transcript"]
    assert (text["seed"], text["steps"], text["preset"]) == ("4", "4", "nano")


def test_text_to_picture_for_people(here, tmp_path):
    target = tmp_path / "out.png"
    wish = "five scarlet apples on a table"
    done = here("--text", wish, "-o", target, "--steps", 2, "--ar-ratio", 0.25)
    assert done.returncode == 0, done.stderr
    assert f"prompt: {wish}" in done.stdout and str(target) in done.stdout
    assert "drawn as: five red apples on a table" in done.stdout
    assert read_settings(target)["ar_ratio"] == "0.25"


@pytest.mark.parametrize(
    ("words", "told"),
    [(("-m", "app"), "--preset"), (("app.py",), "--preset"), (("-m", "maskgil"), "describe")],
)
def test_help_loads_nothing_heavy(words, told):
    done = call("-X", "importtime", *words, "--help")
    assert done.returncode == 0 and told in done.stdout
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "argparse" in loaded and not loaded & {"torch", "gradio", "ctranslate2", "transformers"}


def test_text_in_another_language_is_drawn(here, tmp_path):
    target = tmp_path / "out.png"
    done = here("--text", "zwei schwarze Katzen", "-o", target, "--steps", 1, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["prompt"], answer["drawn"]) == ("two black cats", "two black cats")
    assert (answer["language"], answer["transcript"]) == ("de", "zwei schwarze Katzen")
    assert read_settings(target)["transcript"] == "zwei schwarze Katzen"


def test_several_clips_are_heard_and_not_drawn(here, clips, tmp_path):
    missing = tmp_path / "missing.ogg"
    names = [clips["es_flower"]["path"], missing, clips["zh_stars"]["path"]]
    done = here(*names, "--listen-only", "--json")
    assert done.returncode == 2 and done.stderr == ""
    flower, nothing, stars = map(json.loads, done.stdout.splitlines())
    assert list(flower) == ["file", "language", "language_probability", "guesses", "transcript",
                            "translation", "prompt", "seconds"]  # fmt: skip
    assert (flower["language"], stars["language"]) == ("es", "zh")
    assert "pink flower" in flower["prompt"] and "three yellow stars" in stars["prompt"]
    assert flower["guesses"][0] == ["es", flower["language_probability"]]
    assert list(nothing) == ["file", "error"] and "does not exist" in nothing["error"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("silence", "no speech heard"),
        ("empty", "empty"),
        ("text", "not an audio file"),
        ("hour", "longer than 120 s"),
        ("missing", "does not exist"),
    ],
)
def test_bad_recordings(refusal, bad_audio, tmp_path, kind, said):
    assert said in refusal(bad_audio(kind), "-o", tmp_path / "out.png", "--json")
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--text", "a cat"), "--output"),
        (("", "-o", "{}/x.png"), "the audio file is empty"),
        (("-o", "{}/o.png"), "either an audio file or --text"),
        (("a.wav", "--text", "a cat", "-o", "{}/o.png"), "either an audio file or --text"),
        (("a.wav", "b.wav", "-o", "{}/o.png"), "several files take --listen-only"),
        (("a.wav", "--listen-only", "-o", "{}/o.png"), "neither --text nor -o"),
        (("--listen-only",), "takes audio files"),
        (("--text", "ⵣⵣⵣⵣ", "-o", "{}/o.png"), "nothing of “ⵣⵣⵣⵣ” is understood"),
        (("--text", "Oui.", "-o", "{}/o.png"), "Ce modèle ne connaît rien de « Oui. »"),
        (("--text", " "), "prompt is empty"),
        (("--text", "?!?!", "-o", "{}/o.png"), "name one that is to be there"),
        (("--text", "not a dog", "-o", "{}/o.png"), "name one that is to be there"),
        (("--text", "a cat", "-o", "{}/o.png", "--seed", "2**70"), "0 to 4294967295, not '2**70'"),
        (("--text", "a cat", "-o", "{}/o.png", "--seed", "9" * 5000), "0 to 4294967295, not"),
        (("--text", "democracy", "-o", "{}/o.png"), "nearest things that it can draw: "),
        (("--text", "a cat", "-o", "{}/o.png", "--ar-ratio", "1.5"), "from 0.0 to 1.0, not 1.5"),
        (("--text", "a cat", "-o", "{}/o.png", "--ar-ratio", "nan"), "ar_ratio"),
        (("--text", "a cat", "-o", "{}/o.png", "--ar-ratio", "much"), "--ar-ratio"),
        (("--text", "a cat", "-o", "{}/o.png", "--steps", "0"), "steps"),
        (("--text", "a cat", "-o", "{}/o.png", "--preset", "mega"), "nano, paper"),
        (("--text", "a cat", "-o", "{}/nowhere/o.png"), "nowhere"),
        (("--text", "a cat", "-o", "{}"), "png"),
        (("--text", "a cat", "-o", "{}/o.png", "--colour"), "--colour"),
    ],
)
def test_bad_arguments(refusal, tmp_path, words, said):
    assert said in refusal(*[word.format(tmp_path) for word in words])


@pytest.mark.parametrize(
    "words",
    [("{}/{evil}.wav", "-o", "{}/o.png"), ("--text", "a cat", "-o", "{}/no/{evil}.png"),
     ("--text", "a cat", "-o", "{}/o.png", "--{evil}")],
)  # fmt: skip
def test_no_name_commands_the_terminal(refusal, tmp_path, words):
    evil = "evil\x1b]0;pwned\x07\x9b31m\u202egnp.exe\u2066"
    line = refusal(*[word.format(tmp_path, evil=evil) for word in words])
    assert "evil" in line and not set(line) & set("\x1b\x07\x9b\u202e\u2066"), repr(line)


def test_a_picture_is_told_without_commands_to_the_terminal(here, tmp_path):
    done = here("--text", "a red apple", "-o", tmp_path / "o\x1b]0;x\x07.png", "--steps", 1)
    assert done.returncode == 0 and "o\\x1b]0;x\\x07.png" in done.stdout + done.stderr
    assert not set(done.stdout + done.stderr) & set("\x1b\x07")


def test_unknown_language_names_near_ones(refusal, clips, tmp_path):
    clip = clips["fr_stars"]["path"]
    line = refusal(clip, "-o", tmp_path / "o.png", "--lang", "frenh")
    assert "frenh" in line and "French" in line
    assert "frenh" in refusal("--text", "a", "-o", tmp_path / "o.png", "--lang", "frenh")


def test_language_can_be_set(here, clips, tmp_path):
    clip = clips["es_flower"]["path"]
    done = here(clip, "-o", tmp_path / "o.png", "--lang", "es", "--steps", 1, "--json")
    assert json.loads(done.stdout)["language"] == "es", done.stderr


def test_an_output_that_knows_few_letters_is_no_error(here, tmp_path, monkeypatch):
    words = "--text", "zwei schwarze Kätzchen", "-o", tmp_path / "o.png", "--steps", 1
    said = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(said, "ascii"))
    assert here(*words, "--json").returncode == here(*words).returncode == 0
    line, read, *_ = said.getvalue().decode("ascii").splitlines()
    assert "Kätzchen" in json.loads(line)["transcript"]
    assert read == "read (de): zwei schwarze K?tzchen"


def test_missing_weights(tmp_path):
    nowhere = str(tmp_path / "nowhere")
    done = app("--text", "a cat", "-o", tmp_path / "o.png", MASKGIL_WEIGHTS=nowhere)
    assert nowhere in refused(done)
    assert nowhere in refused(call("app.py", MASKGIL_WEIGHTS=nowhere))


def test_corrupt_weights(tmp_path):
    for name in ("tokenizer", "maskgil", "ar"):
        (tmp_path / f"{name}.safetensors").write_bytes(os.urandom(4096))
    done = app("--text", "a cat", "-o", tmp_path / "o.png", MASKGIL_WEIGHTS=str(tmp_path))
    assert ".safetensors" in refused(done)


def test_app_refuses_bad_arguments():
    assert "1 to 65535" in refused(call("app.py", "--port", "0"))
    assert "nano, paper" in refused(call("app.py", "--preset", "mega"))
    assert "--volume" in refused(call("app.py", "--volume", "11"))


def test_app_names_a_taken_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = call("app.py", "--port", port)
    assert done.returncode == 2 and f"port {port} of 127.0.0.1" in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_numbers_out_of_range_name_their_argument():
    assert "--rate: must be at least 0, not -1" in refused(call("app.py", "--rate", "-1"))
    assert "--line: must be at least 1, not 0" in refused(call("app.py", "--line", "0"))
