"""Editing: readings of an utterance as edits of the current scene."""
