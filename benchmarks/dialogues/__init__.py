"""Benchmark of dialogues with a picture: forty of them, in five languages."""
