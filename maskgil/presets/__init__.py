"""Presets: named generators, from their weights to a whole that draws."""

from maskgil.presets.load import load_generator
from maskgil.presets.table import PRESETS

__all__ = ["PRESETS", "load_generator"]
