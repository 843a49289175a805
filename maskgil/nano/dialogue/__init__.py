"""Dialogue with a picture: utterances as changes of the current scene graph."""
