"""Recordings that were once heard wrong: the things, counts and languages that must be heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.pipeline import DrawSettings
from app.results import Result, Seconds

CASES = Path(__file__).parent / "fixtures" / "cases"


def test_the_default_track_is_heard_and_said(pipeline):
    heard = pipeline.listen(CASES / "two-audio-tracks.mp4")
    assert heard.notes == ("of 2 audio tracks, track 2 was heard",)
    words = set(heard.prompt.lower().strip(".").split())
    assert {"blue", "car", "yellow", "house"} <= words
    result = Result(
        "a", Image.new("RGB", (1, 1)), DrawSettings(), Seconds(0, 0, 0), "nano", "a", heard=heard
    )
    assert result.summary("a.png")["notes"] == list(heard.notes)


@pytest.mark.parametrize(
    ("clip", "language"), [("six-pommes-rouges-fr", "fr"), ("short-word-en", "zh")]
)
def test_short_clips_are_heard_to_the_end(pipeline, clip: str, language: str):
    """In the languages whose sounds are cut anew, which ended in an error."""
    heard = pipeline.listen(CASES / f"{clip}.flac", language=language)
    assert heard.prompt and heard.transcript.language == language
