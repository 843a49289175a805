"""`--preset`, `--device` and `--whisper`: what they choose, and one line where they cannot."""

import json

import pytest
from PIL import Image

from app.__main__ import main
from app.config import PRESETS, WEIGHTS_VARIABLE, WHISPER_VARIABLE, largest_whisper, load_config
from app.pipeline import SpeechToImage
from app.speech.transcripts import Transcript
from tests.helpers.tiny_imagenet import write_imagenet
from tests.helpers.tiny_paper import write_paper


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_devices(monkeypatch):
    import torch

    assert load_config("nano").device == load_config("nano", device="cpu").device == "cpu"
    assert load_config("paper").device == "cuda", "the preset's own is checked when it loads"
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert load_config("nano", device="auto").device == "cuda"
    assert load_config("nano", device="cuda:1").device == "cuda:1"
    with pytest.raises(ValueError, match="no such GPU here as 'cuda:2'; choose cpu or auto"):
        load_config("nano", device="cuda:2")


@pytest.mark.parametrize(
    ("preset", "whisper", "asked", "repairs"),
    [
        ("nano", None, None, True),
        ("nano", "/models/faster-whisper-tiny", None, True),
        ("nano", "small", None, False),
        ("nano", "/base/of/models/large-v3", None, False),
        ("nano", "small", True, True),
        ("nano", None, False, False),
        ("photo", None, None, False),
        ("paper", None, None, False),
    ],
)
def test_translations_are_repaired_where_that_helps(monkeypatch, preset, whisper, asked, repairs):
    monkeypatch.delenv(WHISPER_VARIABLE, raising=False)
    config = load_config(preset, device="cpu", whisper=whisper, glossary=asked)
    assert config.repairs is repairs
    heard = Transcript("fr", 1.0, (), "une pomme rouge", "A red thumb.", 0.1)
    prompt = SpeechToImage(config)._repaired(heard).prompt
    assert prompt == ("a red apple" if repairs else "A red thumb.")


@pytest.mark.parametrize("device", ["gpu", "", "cpu:1", "cuda:x", "auto:0", "CUDA 0"])
def test_unknown_devices_are_quoted(device):
    with pytest.raises(ValueError, match=f"unknown device '{device}'; choose cpu, cuda or auto"):
        load_config("nano", device=device)


def test_the_speech_model_is_the_argument_else_the_variable_else_the_presets(monkeypatch):
    monkeypatch.delenv(WHISPER_VARIABLE, raising=False)
    assert load_config("paper").whisper == PRESETS["paper"].whisper
    monkeypatch.setenv(WHISPER_VARIABLE, "small")
    assert load_config("paper").whisper == "small"
    assert load_config("paper", whisper="base").whisper == "base"


@pytest.mark.parametrize(
    ("device", "here", "wanted"),
    [
        ("cpu", (), "base"),
        ("cpu", ("tiny", "small"), "small"),
        ("cpu", ("small", "medium", "large-v3"), "medium"),
        ("cuda", ("small", "large-v2", "large-v3"), "large-v3"),
        ("cuda", ("large-v3-turbo", "distil-large-v3"), "base"),
    ],
)
def test_auto_is_the_largest_speech_model_that_is_here(monkeypatch, tmp_path, device, here, wanted):
    for variable in (WHISPER_VARIABLE, "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in here:
        folder = tmp_path / "huggingface/hub" / f"models--Systran--faster-whisper-{name}"
        (folder / "snapshots/1").mkdir(parents=True)
        (folder / "snapshots/1/model.bin").touch()
    assert PRESETS["nano"].whisper == "auto" and largest_whisper(device) == wanted
    if device == "cpu":
        assert load_config("nano").whisper == load_config(whisper="auto").whisper == wanted


def test_auto_knows_what_openai_whisper_downloaded(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper/small.pt").touch()
    assert largest_whisper("cpu") == "small"


def test_languages_are_checked_by_the_command_line(capsys, tmp_path):
    arguments = ("clip.wav", "-o", tmp_path / "cat.png", "--languages")
    with pytest.raises(SystemExit) as ended:
        call(capsys, *arguments, "fr,klingon")
    error = capsys.readouterr().err
    assert ended.value.code == 2 and "'klingon'" in error and error.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("turbo", "not trained to translate"),
        ("small.en", "English-only"),
        ("nonsense", "unknown Whisper model 'nonsense'"),
        ("/nowhere/model.bin", "no Whisper weights at /nowhere/model.bin"),
    ],
)
def test_a_speech_model_that_cannot_be_is_refused_before_anything_is_drawn(
    capsys, tmp_path, name, said
):
    picture = tmp_path / "cat.png"
    status, _, error = call(capsys, "--text", "a cat", "-o", picture, "--whisper", name)
    assert status == 2 and said in error and error.count("\n") == 1
    assert not picture.exists()


def test_preset_paper_with_small_weights_draws_on_a_cpu(capsys, tmp_path, monkeypatch):
    weights = tmp_path / "weights"
    weights.mkdir()
    write_paper(weights)
    monkeypatch.setenv("MASKGIL_WEIGHTS", str(weights))
    picture = tmp_path / "apple.png"
    arguments = ["--text", "a red apple", "-o", picture, "--preset", "paper", "--steps", "2"]
    status, out, error = call(capsys, *arguments, "--device", "cpu", "--whisper", "base", "--json")
    assert status == 0, error
    summary = json.loads(out)
    assert summary["drawn"] == "a red apple" and summary["left_out"] == []
    assert Image.open(picture).text["preset"] == "paper"


def test_every_class_driven_preset_draws_as_published():
    from maskgil.presets import PRESETS as GENERATORS

    by_class = {name for name, each in GENERATORS.items() if each.class_driven}
    assert by_class == {"imagenet", "imagenet-tiny", "imagenet-base", "imagenet-large"}
    for name in by_class:
        config, sampling = (
            load_config(name, device="cpu", whisper="base"),
            GENERATORS[name].sampling,
        )
        assert config.generator == name and config.repairs
        assert (config.steps, config.guidance) == (sampling.num_steps, sampling.guidance_scale)


def test_the_app_takes_a_size_and_draws_the_class_that_is_named(capsys, tmp_path, monkeypatch):
    write_imagenet(tmp_path)
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(tmp_path))
    words = [
        "--text",
        "un chat orange et une pomme rouge",
        "--lang",
        "fr",
        "--steps",
        "2",
        "--json",
    ]
    status, out, err = call(
        capsys,
        *words,
        "--json",
        "--preset",
        "imagenet-tiny",
        "-o",
        tmp_path / "x.png",
        "--whisper",
        "base",
    )
    assert status == 0, err
    assert json.loads(out)["drawn"].startswith("tiger cat (class 282; next: ")
