"""The tree: every module says what it is for, no folder is crowded, imports go one way."""

import ast
import logging.config
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.suite_order import LONGEST

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    path.relative_to(ROOT)
    for folder in ("app", "maskgil", "polyvoice", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if path.read_text(encoding="utf-8").strip()
)
CROWD = 15  # modules of one folder


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_says_what_it_is_for(path: Path):
    docstring = ast.get_docstring(parsed(path))
    assert docstring, "no docstring"


def test_no_folder_is_crowded():
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    crowded = {str(folder): count for folder, count in folders.items() if count > CROWD}
    assert not crowded


def test_no_class_name_means_two_things():
    """Private names of a module excepted."""
    found: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(str(path))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


@pytest.mark.parametrize("start", LONGEST)
def test_the_order_of_the_suite_names_what_is_there(start: str):
    assert (ROOT / start).exists()


def test_imports_keep_their_contracts(monkeypatch):
    """The contracts of pyproject.toml, as `lint-imports` checks them."""
    pytest.importorskip("importlinter")
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    # Its own configuration would switch off every logger that there is, for all later tests.
    monkeypatch.setattr(logging.config, "dictConfig", lambda _: None)
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS
