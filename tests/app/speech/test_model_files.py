"""Whisper's files: what is in them, damaged, missing or of no use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.speech.ctranslate2_reader import read_model
from app.speech.transcriber import (
    SpeechError,
    load_translator,
)
from maskgil.utils.files import join_files


def one_line(error: pytest.ExceptionInfo[SpeechError]) -> str:
    message = str(error.value)
    assert message and "\n" not in message
    return message


def test_table_of_contents(whisper_base: Path):
    variables = read_model(whisper_base / "model.bin")
    embedding = variables["decoder/embeddings/weight"]
    assert (embedding.shape, embedding.dtype) == ((51865, 512), "float16")
    assert variables["decoder/projection/weight"] == embedding
    assert int(variables["encoder/num_heads"].numpy()) == 8


def test_damaged_model_files_are_one_line(whisper_base: Path, tmp_path: Path):
    for name in ("config.json", "vocabulary.txt"):
        shutil.copy(whisper_base / name, tmp_path)
    whole = (whisper_base / "model.bin").read_bytes()
    damaged = {
        b"": "ends early",
        whole[:1_000_000]: "ends early, at 1000000 bytes",
        b"\x07" + whole[1:]: "expected 5 or 6",
        b"\x06\0\0\0" + b"\x0c\0TransformerX"[:13] + b"\0": "holds a",
        whole[:40] + b"\xff" * 40 + whole[80:200]: "damaged weights",
    }
    for content, says in damaged.items():
        (tmp_path / "model.bin").write_bytes(content)
        for engine in ("faster-whisper", "openai-whisper"):
            with pytest.raises(SpeechError) as error:
                load_translator(tmp_path, engine=engine)
            assert says in one_line(error) and "model.bin" in one_line(error)


def test_joined_parts_appear_whole_or_not_at_all(tmp_path: Path):
    parts = [tmp_path / "one", tmp_path / "two"]
    for part in parts:
        part.write_bytes(part.name.encode() * 1000)
    expected = "d6a8e0"  # wrong on purpose
    with pytest.raises(ValueError) as error:
        join_files(parts, tmp_path / "out" / "model.bin", expected)
    line = one_line(error)
    assert str(parts[0]) in line and f"expected {expected}" in line
    assert list((tmp_path / "out").iterdir()) == []
    actual = line.split("sha256 ")[1].split(",")[0]
    join_files(parts, tmp_path / "out" / "model.bin", actual)
    assert (tmp_path / "out" / "model.bin").read_bytes() == b"one" * 1000 + b"two" * 1000
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["model.bin"]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("turbo", "not trained to translate"),
        ("large-v3-turbo", "not trained to translate"),
        ("deepdml/faster-whisper-large-v3-turbo-ct2", "not trained to translate"),
        ("base.en", "English-only"),
        ("models/small.en.pt", "English-only"),
        ("distil-large-v3", "distil models do not translate"),
        ("enormous", "choose one of tiny, base, small, medium"),
        ("./nowhere", "no Whisper weights at ./nowhere"),
        ("nowhere.pt", "no Whisper weights at nowhere.pt"),
    ],
)
def test_models_that_cannot_be_used_are_one_line(model: str, says: str):
    with pytest.raises(SpeechError) as error:
        load_translator(model)
    assert says in one_line(error)


def test_folder_without_weights_and_unknown_engine_are_one_line(tmp_path: Path):
    with pytest.raises(SpeechError, match=r"model\.bin is missing"):
        load_translator(tmp_path)
    with pytest.raises(SpeechError, match="choose auto, faster-whisper, openai-whisper"):
        load_translator(engine="whisper.cpp")  # type: ignore[arg-type]


def test_missing_weights_without_a_hub_are_one_line(tmp_path: Path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(SpeechError) as error:
        load_translator("small")
    assert "Whisper 'small' is not on this machine" in one_line(error)
