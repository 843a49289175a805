"""Errors that several layers raise."""

from __future__ import annotations


class CheckpointError(ValueError):
    """Weights that are missing, damaged, not what their hash says, or of the wrong shape."""
