"""Evaluation: set distances (FID), reconstruction, GenEval, and their reports."""
