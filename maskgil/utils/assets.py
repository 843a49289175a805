"""Shipped data and weights: assets/ of a checkout, or of the installed package."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_CHECKOUT = _ROOT / "assets"
ASSETS = _CHECKOUT if (_CHECKOUT / "nano").is_dir() else _ROOT / "maskgil" / "assets"
