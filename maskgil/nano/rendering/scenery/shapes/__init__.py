"""Shapes that several settings draw: plants, lights, furniture, buildings, the sky."""
