"""Positions on drawings: writing areas."""
