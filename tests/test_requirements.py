"""Requirements: none admits a version with a hole that is known."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {  # the oldest version that may be installed, and what is wrong with older ones
    "gradio": ("6.31", "CVE-2026-134825 is closed by 6.32, which no index has yet"),
    "pillow": ("12.3", "security fixes"),
    "ray": ("2.56", "CVE-2026-41486, CVE-2026-57516"),
}


def declared(name: str) -> list[Requirement]:
    """What all requirements files say of a package."""
    lines = [
        line.partition(" #")[0]
        for file in ROOT.glob("requirements*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.match(r"[A-Za-z]", line)
    ]
    return [each for each in map(Requirement, lines) if each.name == name]


def locked(name: str) -> list[str]:
    """The versions that CI installs: one, or none."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(rf"^{re.escape(name)}==(\S+)$", lock, re.MULTILINE)


@pytest.mark.parametrize("name", FLOORS)
def test_nothing_older_than_its_floor_is_admitted(name):
    floor, reason = FLOORS[name]
    found = declared(name)
    assert found
    for requirement in found:
        lowest = [Version(s.version) for s in requirement.specifier if s.operator in (">=", "==")]
        assert lowest and min(lowest) >= Version(floor), f"{requirement}: {reason}"
    assert all(Version(each) >= Version(floor) for each in locked(name)), reason
    try:
        assert Version(version(name)) >= Version(floor), reason
    except PackageNotFoundError:
        assert name == "ray", "all others are needed"
