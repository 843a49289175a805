"""Human recordings as a split: a folder with a manifest.

FOLDER/manifest.jsonl holds a recording a line: "file" (relative to the folder), "language"
(Whisper's code), "transcript" and "english" (null where they are not known), "kind". Nothing of it
ships; recordings whose English is known can be scored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from maskgil.utils.hashing import sha256_of
from polyvoice.dataset.clips import VOICES, Clip, DatasetError, clips_in

MANIFEST = "manifest.jsonl"
_LARGEST_SEED = 2**31


@dataclass(frozen=True)
class Recording:
    """A recording, and what is said in it as far as that is known."""

    file: str
    language: str
    transcript: str | None
    english: str | None
    kind: str | None = None


def read_manifest(folder: Path) -> list[Recording]:
    """The recordings of a folder, in the manifest's order.

    Raises:
        DatasetError: there is no manifest, or a line is none that names a file and its language.
    """
    path = folder / MANIFEST
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DatasetError(f"cannot read the manifest {path}: {error.strerror}") from None
    recordings = []
    for number, line in enumerate(lines, 1):
        try:
            row: dict[str, Any] = json.loads(line)
            known = (row.get(key) for key in ("transcript", "english", "kind"))
            recordings.append(Recording(row["file"], row["language"], *known))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DatasetError(f"{path} line {number}: not a file and its language") from None
        if Path(row["file"]).is_absolute() or ".." in Path(row["file"]).parts:
            raise DatasetError(f"{path} line {number}: {row['file']!r} leads out of the folder")
    return recordings


def load_recordings(
    folder: Path, languages: Iterable[str], *, limit: int | None = None
) -> list[Clip]:
    """The recordings of `languages` whose English is known as clips, at most `limit` of each.

    What is said alike in English is drawn from the same seed. `text` is empty where the manifest
    has no transcript, and `duration` 0 where there is no sound to be read.

    Raises:
        DatasetError: no manifest, no such language in it, or a recording's file is missing.
    """
    told = [recording for recording in read_manifest(folder) if recording.english]
    if not told:
        raise DatasetError(f"{folder / MANIFEST} names no recording whose English is known")
    clips = [
        Clip(
            file_name=recording.file,
            id=Path(recording.file).with_suffix("").as_posix().replace("/", "-"),
            split=VOICES,
            language=recording.language,
            english=recording.english or "",
            text=recording.transcript or "",
            voice=recording.kind or "",
            engine="human",
            duration=0.0,
            sha256="",
            seed=_seed(recording.english or ""),
        )
        for recording in told
    ]
    chosen = clips_in(clips, languages, folder, limit=limit)
    return [_measured(clip, folder) for clip in chosen]


def _seed(english: str) -> int:
    return int(hashlib.sha256(english.encode()).hexdigest(), 16) % _LARGEST_SEED


def _measured(clip: Clip, folder: Path) -> Clip:
    """A clip with its file's hash and its length in seconds."""
    from app.speech.audio import SAMPLE_RATE, AudioError, load_audio

    path = clip.path(folder)
    if not path.is_file():
        raise DatasetError(f"the recording {path} is missing")
    try:
        seconds = len(load_audio(path)) / SAMPLE_RATE
    except AudioError:
        seconds = 0.0
    return replace(clip, duration=seconds, sha256=sha256_of(path))
