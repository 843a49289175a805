"""Wording: what is said in short, or around a wish, in words that the clauses know."""
