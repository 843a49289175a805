"""Caption templates, from captions.tsv: times, relations, requests, small talk."""

from __future__ import annotations

from pathlib import Path

from maskgil.utils.assets import table_of_ways

WAYS = table_of_ways(Path(__file__).with_name("captions.tsv"))
WORDS = WAYS["words"]
"""What is said around a scene: requests, statements, leads and tails of long captions …"""
