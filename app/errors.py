"""Errors whose message is one line for the person at the microphone."""


class SpeechError(ValueError):
    """A model, language or setting that cannot be used for listening."""
