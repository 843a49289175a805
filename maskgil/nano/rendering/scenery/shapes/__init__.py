"""Shapes shared by settings: plants, lights, furniture, buildings, the sky."""
