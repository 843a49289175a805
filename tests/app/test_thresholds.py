"""One table of thresholds: the documentation has all of them, and no module keeps its own."""

import ast
import re
from pathlib import Path

import app.thresholds

ROOT = Path(__file__).parents[2]
# Numbers that decide nothing: of Whisper, sound, logarithms, letters, caches.
FACTS = {"HOP", "FULL_WINDOW", "MAX_TOKENS", "PARTIAL_SECONDS", "MAX_SPAN_SECONDS", "NUM_TEXTS",
         "UNHEARD", "PIECE", "_CEDILLA", "_NUKTA",
         "_ALPHABET", "KEPT"}  # fmt: skip
# Modules of files' formats, and of the glossary's words and sounds.
DATA = {"audio.py", "wav.py", "ctranslate2_reader.py",
        "alignment.py", "build.py", "candidates.py", "phonetics.py"}  # fmt: skip


def test_the_documentation_has_every_threshold() -> None:
    known = {name: value for name, value in vars(app.thresholds).items() if name.isupper()}
    text = (ROOT / "docs" / "hearing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\S.*?) \| (.*?) \|$", text, re.MULTILINE)
    assert {name: ast.literal_eval(value) for name, value, _ in rows} == known
    assert all(reason.strip() for *_, reason in rows)


def test_no_module_keeps_a_threshold_of_its_own() -> None:
    own = set()
    for folder in ("speech", "glossary"):
        for path in (ROOT / "app" / folder).rglob("*.py"):
            if path.name in DATA:
                continue
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.Assign) and _is_number(node.value):
                    own |= {
                        name.id
                        for t in node.targets
                        for name in ast.walk(t)
                        if isinstance(name, ast.Name)
                    }
    assert own <= FACTS


def _is_number(value: ast.expr) -> bool:
    """Whether an expression is a number or some numbers, and nothing else."""
    leaves = [node for node in ast.walk(value) if isinstance(node, ast.Constant)]
    names = any(isinstance(node, (ast.Name, ast.Call)) for node in ast.walk(value))
    return bool(leaves) and not names and all(type(leaf.value) in (int, float) for leaf in leaves)
