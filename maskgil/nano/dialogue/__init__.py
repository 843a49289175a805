"""Dialogue with a picture: utterances change the scene graph that stands, and no more of it."""
