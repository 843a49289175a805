"""Benchmark of dialogues with a picture: sixty of them, in six languages, and utterances."""
