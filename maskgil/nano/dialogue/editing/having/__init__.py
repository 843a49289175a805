"""Possession: giving, passing on, dropping, picking up, putting on, taking off."""
