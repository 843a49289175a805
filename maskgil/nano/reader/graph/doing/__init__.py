"""Verbs: activities, their instruments and objects."""
