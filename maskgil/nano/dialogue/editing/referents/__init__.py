"""Referents: which things of the scene words mean, by name, class, order, or a pronoun."""
