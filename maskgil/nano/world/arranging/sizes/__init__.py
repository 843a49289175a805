"""Sizes: true to life, and as there is room in a frame."""
