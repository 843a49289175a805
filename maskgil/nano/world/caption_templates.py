"""The words of captions, from captions.tsv: times, relations, requests, small talk."""

from __future__ import annotations

from pathlib import Path

from maskgil.utils.assets import table_rows

Ways = dict[str, tuple[str, ...]]


def _read() -> dict[str, Ways]:
    """Kind -> of what -> the ways to say it."""
    found: dict[str, Ways] = {}
    for kind, what, ways in table_rows(Path(__file__).with_name("captions.tsv")):
        told = found.setdefault(kind, {})
        told[what] = (*told.get(what, ()), *ways.split("|"))
    return found


WAYS = _read()
WORDS = WAYS["words"]
"""What is said around a scene: requests, statements, leads and tails of long captions …"""
