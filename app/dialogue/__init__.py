"""Dialogue about a picture, typed or spoken, in many languages."""
