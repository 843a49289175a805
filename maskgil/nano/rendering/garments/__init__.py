"""Garments drawn on their wearer: on people in poses, on animals."""
