"""Positions on drawings: writing areas, separately colourable parts, faces."""
