"""Recordings that were once heard wrong: the things, counts and languages that must be heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.imaging.settings import DrawSettings
from app.types import Result, Seconds

CASES = Path(__file__).parents[2] / "fixtures" / "cases"


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


@pytest.mark.parametrize(
    ("clip", "languages"), [("fr-then-en", ("fr", "en")), ("zh-then-en", ("zh", "en"))]
)
def test_each_language_of_a_recording_is_heard_as_itself(
    pipeline, clip: str, languages: tuple[str, str]
):
    heard = pipeline.listen(CASES / f"{clip}.flac")
    assert tuple(part.language for part in heard.transcript.parts) == languages
    assert heard.transcript.language in languages
    prompt = heard.prompt.lower()
    assert "three yellow stars" in prompt
    assert "blue car" in prompt and "yellow house" in prompt
    first = {"fr": "three", "zh": "blue"}[languages[0]]
    assert prompt.removeprefix("a ").startswith(first), "in the order it was said"
    names = {"fr": "French", "zh": "Chinese"}
    assert heard.notes == (f"heard in turn: {names[languages[0]]}, English",)
