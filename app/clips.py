"""Listening without drawing: one row for each of several clips, from models loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.types import Heard, UnclearLanguageError
from maskgil.utils.command_line import one_line, printable

if TYPE_CHECKING:
    from app.pipeline import SpeechToImage


def heard_rows(
    pipeline: SpeechToImage, clips: Sequence[Path], *, language: str | None = None
) -> Iterator[dict[str, object]]:
    """A row for each clip heard; a failed clip gives a row with "error".

    `language` is Whisper's code, None to detect it.
    """
    for clip in clips:
        try:
            row = heard_row(pipeline.listen(clip, language=language, ahead=False))
        except UnclearLanguageError as error:
            row = heard_row(error.heard) | {"error": one_line(error)}
        except (ValueError, OSError) as error:
            row = {"error": one_line(error)}
        yield {"file": str(clip), **row}


def heard_row(heard: Heard) -> dict[str, object]:
    """What was heard, as JSON."""
    said = heard.transcript
    return {
        "language": said.language,
        "language_probability": round(said.language_probability, 4),
        "guesses": [[code, round(probability, 4)] for code, probability in said.guesses],
        "transcript": said.text,
        "translation": said.translation,
        "prompt": heard.prompt,
        "seconds": round(said.seconds, 3),
        **({"notes": list(heard.notes)} if heard.notes else {}),
    }


def as_line(row: dict[str, object]) -> str:
    """A row as text."""
    file = printable(str(row["file"]))
    if "transcript" not in row:
        return f"{file}: {row['error']}"
    sure = f"{row['language']}, {row['language_probability']:.0%}"
    note = f" ({row['error']})" if "error" in row else ""
    return f"{file}: heard ({sure}): {row['transcript']} → {row['prompt']}{note}"
