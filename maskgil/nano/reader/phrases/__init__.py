"""Phrases: what nouns that stand together name, and what is said of them."""
