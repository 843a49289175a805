"""Plain readings of published models, against which converted ones are held."""
