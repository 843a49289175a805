"""The benchmarks of the glossary's harm and of human voices: what is counted and refused."""

import json
import shutil
from pathlib import Path

import pytest

from benchmarks import glossary_harm, voices


def write(path: Path, *rows: dict) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def pair(said: str, english: str, kind: str = "caption", language: str = "fr") -> dict:
    return {"kind": kind, "language": language, "said": said, "english": english}


def test_harm_is_counted_by_kind_and_language(tmp_path, capsys):
    pairs = write(
        tmp_path / "pairs.jsonl",
        pair("une pomme rouge", "a red apple"),
        pair("une pomme rouge", "a red thumb"),
        pair("der Hund", "a dog", language="de"),
        pair("Il est tard.", "It is late.", "phone prompt"),
    )
    assert glossary_harm.main([str(pairs), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    counted = {(r["kind"], r["language"]): (r["pairs"], r["changed"]) for r in rows
               if r["part"] == "all"}  # fmt: skip
    assert counted == {
        ("caption", "all"): (3, 1), ("caption", "fr"): (2, 1), ("caption", "de"): (1, 0),
        ("phone prompt", "all"): (1, 0), ("phone prompt", "fr"): (1, 0),
    }  # fmt: skip
    parts = [r for r in rows if (r["kind"], r["language"]) == ("caption", "all")]
    assert sum(r["pairs"] for r in parts[1:]) == 3
    assert glossary_harm.main([str(pairs), "--show", "5"]) == 0
    assert "| caption | fr | all | 2 | 1 | 50.0% |" in capsys.readouterr().out


def test_damaged_pairs_are_one_line(tmp_path, capsys):
    pairs = write(tmp_path / "pairs.jsonl", pair("un chat", "a cat"), {"said": "un chien"})
    assert glossary_harm.main([str(pairs)]) == 2
    assert "line 2: not a kind, language, said, english" in capsys.readouterr().err


@pytest.fixture
def data(tmp_path, clips) -> Path:
    rows = []
    for name, said, english in (
        ("es_flower", "una flor rosa sobre la hierba", "a pink flower on the grass"),
        ("zh_stars", "夜空中有三颗黄色的星星", "three yellow stars in the night sky"),
    ):
        shutil.copy(clips[name]["path"], tmp_path / f"{name}.ogg")
        rows.append({"file": f"{name}.ogg", "language": name[:2], "transcript": said,
                     "english": english, "kind": "sentence"})  # fmt: skip
    write(tmp_path / "manifest.jsonl", *rows)
    return tmp_path


def test_voices_are_heard_once_and_counted(data, capsys):
    heard = data / "heard.jsonl"
    asked = ["--data", str(data), "--heard", str(heard), "--json"]
    assert voices.main([*asked, "--lang", "es", "--limit", "1"]) == 0
    whole, sentences, spanish = json.loads(capsys.readouterr().out)
    assert [row["voices"] for row in (whole, sentences, spanish)] == ["all", "sentence", "es"]
    assert spanish["clips"] == 1 and spanish["language"] == 1.0 and spanish["silence"] == 0
    assert spanish["prior"] == 1.0
    assert spanish["wer"] <= 0.2 and spanish["seconds"] > 0
    assert spanish["nouns"][0] == 1 and spanish["nouns"][2] == 1
    assert spanish["colours"] == [1, 0, 1, 1], "Whisper's English calls it red"
    # what was heard is taken from the file, the other clip from its sound
    row = json.loads(heard.read_text(encoding="utf-8"))
    told = {"text": "una casa azul", "translation": "a blue house", "prior_language": "pt"}
    write(heard, row | told)
    assert voices.main(asked) == 0
    whole, _, spanish, chinese = json.loads(capsys.readouterr().out)
    assert spanish["wer"] > 0.5 and spanish["nouns"][2:] == [0, 1] and spanish["prior"] == 0
    assert chinese["numbers"][2] == 1
    assert whole["clips"] == 2 and len(heard.read_text(encoding="utf-8").splitlines()) == 2


def test_a_damaged_manifest_is_one_line(tmp_path, capsys):
    write(tmp_path / "manifest.jsonl", {"file": "a.ogg"})
    assert voices.main(["--data", str(tmp_path)]) == 2
    assert "line 1: not a file and its language" in capsys.readouterr().err
    assert voices.main(["--data", str(tmp_path / "nowhere")]) == 2
    assert "No such file" in capsys.readouterr().err
