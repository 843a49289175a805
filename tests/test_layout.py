"""docs/architecture.md lists every module; imports go one way; no file outgrows a sitting."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    path.relative_to(ROOT)
    for folder in ("app", "maskgil", "polyvoice", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if path.read_text(encoding="utf-8").strip()
)


def imported(path: Path) -> set[str]:
    """Top-level packages that a module imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_says_what_it_is_for_and_is_listed(path: Path):
    docstring = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert docstring, "no docstring"
    listed = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    assert any(line.split()[:1] == [path.as_posix()] for line in listed), "not in architecture.md"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_one_way(path: Path):
    names = imported(path)
    if path.parts[0] == "maskgil":
        assert not names & {"app", "polyvoice", "gradio"}
    if path.parts[0] == "polyvoice":
        assert "gradio" not in names
    if path.parts[0] == "app" and path.name != "ui.py" and not path.name.startswith("page_"):
        assert "gradio" not in names
