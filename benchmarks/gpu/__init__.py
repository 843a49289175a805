"""Measurements on an accelerator, beside what it could do at most."""
