"""Sizes: realistic proportions, and available space."""
