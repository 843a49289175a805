"""The glossary's data: built from CLDR and tables, damaged files told in a line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.glossary import build
from app.glossary.parts.rows import read_nouns, read_supplement
from app.glossary.vocabulary import GlossaryError, load_words


def write_cldr(folder: Path, names: dict[str, dict[str, tuple[str, list[str]]]]) -> None:
    for locale, table in names.items():
        path = folder / "cldr-annotations-full" / "annotations" / locale / "annotations.json"
        path.parent.mkdir(parents=True)
        entries = {e: {"tts": [name], "default": words} for e, (name, words) in table.items()}
        path.write_text(json.dumps({"annotations": {"annotations": entries}}), encoding="utf-8")
    (folder / "cldr-annotations-full" / "package.json").write_text('{"version": "0"}')
    rules = {"%spellout-cardinal-masculine": [["1", "un;"], ["2", "deux;"], ["x.x", "y;"]],
             "%spellout-cardinal-feminine": [["1", "une;"],
                                             ["2", "=%spellout-cardinal-masculine=;"]]}  # fmt: skip
    path = folder / "cldr-rbnf" / "rbnf" / "fr.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"rbnf": {"rbnf": {"SpelloutRules": rules}}}), encoding="utf-8")


def test_building_from_cldr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    circles = {"🔴": "rouge", "🟡": "jaune", "🟢": "vert", "🔵": "bleu"}
    english = {"🔴": "red", "🟡": "yellow", "🟢": "green", "🔵": "blue"}
    write_cldr(tmp_path, {
        "en": {"🍎": ("red apple", ["apple", "fruit", "red"]),
               "🍏": ("green apple", ["apple", "fruit", "green"]), "🐈": ("cat", ["pet"]),
               "🏝": ("island", ["sea"]),
               "🥝": ("kiwi fruit", ["fruit", "kiwi"]), "😀": ("grinning face", ["face"]),
               **{e: (f"{c} circle", ["circle"]) for e, c in english.items()}},
        "fr": {"🍎": ("pomme rouge", ["fruit", "pomme"]), "🍏": ("pomme verte", ["fruit", "pomme"]),
               "🐈": ("chat", ["animal"]), "🏝": ("Île", ["mer"]), "🥝": ("kiwi", ["fruit"]),
               "😀": ("visage", []),
               **{e: (f"disque {c}", ["disque"]) for e, c in circles.items()}},
    })  # fmt: skip
    monkeypatch.setattr(build, "MIN_WORDS", 1)
    data = build.build(tmp_path)
    table = data["languages"]["fr"]
    names = {words: data["concepts"][i][0] for words, i in table["nouns"].items()}
    names.pop("visage", None)
    assert names == {"pomme": "apple", "chat": "cat", "kiwi": "kiwi fruit", "ile": "island"}
    assert table["written"] == {"ile": "Île"}
    assert table["colours"] == {"rouge": "red", "jaune": "yellow", "vert": "green", "bleu": "blue"}
    assert table["numbers"] == {"un": 1, "une": 1, "deux": 2}
    output = tmp_path / "out.json.gz"
    monkeypatch.setattr(build, "SYLLABLES", tmp_path / "syllables.json.gz")
    arguments = ["--cldr", str(tmp_path), "--output", str(output)]
    assert build.main(arguments) == 0
    first = output.read_bytes()
    assert build.main(arguments) == 0
    assert output.read_bytes() == first
    assert json.loads(gzip.decompress(first))["languages"]["fr"] == table


def test_building_without_cldr_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main(["--cldr", str(tmp_path)]) == 2
    assert "npm install cldr-annotations-full" in capsys.readouterr().err


def test_damaged_data_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "cldr.json.gz").write_bytes(b"\x1f\x8bnot gzip")
    with pytest.raises(GlossaryError, match="cannot read the glossary"):
        load_words(tmp_path)
    with pytest.raises(ValueError, match=r"supplement\.tsv line 1: 4 columns wanted, 2 found"):
        read_supplement("fr\tnoun")
    with pytest.raises(ValueError, match=r"nouns\.tsv line 2: 3 columns wanted, 2 found"):
        read_nouns("# English\tfr\tes\napple\tpomme")
    with pytest.raises(ValueError, match=r"nouns\.tsv has no line"):
        read_nouns("apple\tpomme")
