"""Drafts: a scene's drawings laid where its things stand, for pictures and for training."""
