"""Drafts: initial tokens and drawings of a scene's layout, for inference and training."""
