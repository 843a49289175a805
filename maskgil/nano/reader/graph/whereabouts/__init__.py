"""Whereabouts: setting, time and weather of all that is told, and what is seen of them."""
