"""Drafts: the tokens of a scene's drawings, retrieved and laid where its things stand."""
