"""People and animals: their poses, their families, what they have."""
