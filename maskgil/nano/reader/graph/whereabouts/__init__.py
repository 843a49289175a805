"""Whereabouts: setting, time and weather, and their visible effects."""
