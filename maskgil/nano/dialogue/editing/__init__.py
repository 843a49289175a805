"""Editing: what is read in an utterance becomes edits of the scene that stands."""
