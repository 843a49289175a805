"""Phrases: adjacent nouns and their modifiers."""
