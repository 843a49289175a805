"""Placement of worn and held things on figures."""
