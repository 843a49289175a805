"""People and animals: anatomy, poses, families, belongings."""
