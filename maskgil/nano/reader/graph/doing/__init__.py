"""Doings: verbs and what is done, with what, to what."""
