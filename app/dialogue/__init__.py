"""Dialogue of a person with a picture, typed or spoken in many languages."""
