"""Presets: named generators, from their weights to a whole that draws."""

from typing import TYPE_CHECKING

from maskgil.presets.table import PRESETS
from maskgil.utils.lazy import attributes_of

if TYPE_CHECKING:
    from maskgil.presets.load import load_generator

__all__ = ["PRESETS", "load_generator"]
__getattr__ = attributes_of(__name__, {"maskgil.presets.load": "load_generator"})
