"""The benchmark on disk: a Hugging Face audio folder, read and written.

FOLDER/README.md                      the dataset card
FOLDER/nano/metadata.jsonl            one `Clip` a line
FOLDER/nano/fr/nano-001.ogg
FOLDER/scenes/...
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from maskgil.utils.assets import ASSETS
from maskgil.utils.files import written_whole
from polyvoice.dataset.texts import SPLITS, check_split, language_code

SHIPPED = ASSETS / "polyvoice"
METADATA = "metadata.jsonl"


class DatasetError(ValueError):
    """A benchmark folder that cannot be used; the message is one line for the user."""


@dataclass(frozen=True)
class Clip:
    """One spoken text: a line of metadata.jsonl.

    `file_name` is relative to the split's folder, `english` what was said in English, `text` what
    is said in the clip, `seed` the one to draw with, `duration` in seconds, `sha256` the file's.
    """

    file_name: str
    id: str
    split: str
    language: str
    english: str
    text: str
    voice: str
    engine: str
    duration: float
    sha256: str
    seed: int

    @property
    def key(self) -> str:
        """Names the clip within the benchmark: "fr/nano-001"."""
        return f"{self.language}/{self.id}"

    def path(self, folder: Path) -> Path:
        return folder / self.split / self.file_name

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


_TYPES = {"duration": (int, float), "seed": (int,)}


def parse_clip(line: str) -> Clip:
    """A clip from its line of JSON; further keys are left alone.

    Raises:
        DatasetError: no JSON object, or a key missing or of another type.
    """
    try:
        values = json.loads(line)
    except ValueError as error:
        raise DatasetError(f"not JSON ({error})") from None
    if not isinstance(values, dict):
        raise DatasetError("not a JSON object")
    names = [field.name for field in fields(Clip)]
    for name in names:
        kinds = _TYPES.get(name, (str,))
        if not isinstance(values.get(name), kinds) or isinstance(values[name], bool):
            raise DatasetError(f"{name!r} is missing or of the wrong type")
    if Path(values["file_name"]).is_absolute() or ".." in Path(values["file_name"]).parts:
        raise DatasetError(f"file_name {values['file_name']!r} leads out of the folder")
    return Clip(**{name: values[name] for name in names})


def read_metadata(folder: Path, split: str, *, unfinished: bool = False) -> list[Clip]:
    """The clips of a split in file order; none when the split is not there yet.

    With `unfinished`, a last line cut off by an interruption is dropped.

    Raises:
        DatasetError: a line that is no clip.
    """
    path = folder / check_split(split) / METADATA
    if not path.is_file():
        return []
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    clips = []
    for number, line in enumerate(lines, 1):
        try:
            clips.append(parse_clip(line))
        except DatasetError as error:
            if unfinished and number == len(lines):
                break
            raise DatasetError(f"{path} line {number}: {error}") from None
    return clips


def write_metadata(folder: Path, split: str, clips: Iterable[Clip]) -> None:
    """Write the clips of a split, by language and id."""
    path = folder / split / METADATA
    ordered = sorted(clips, key=lambda clip: (clip.language, clip.id))
    with written_whole(path) as draft:
        draft.write_text("".join(clip.to_json() + "\n" for clip in ordered), encoding="utf-8")


def load_clips(
    folder: Path, split: str, languages: Iterable[str], *, limit: int | None = None
) -> list[Clip]:
    """The clips of `languages` in a split, `limit` of each at most; their files must be there.

    Raises:
        DatasetError: no such split or language in the folder, or a clip's file is missing.
    """
    clips = read_metadata(folder, split)
    if not clips:
        raise DatasetError(
            f"no clips of the split {split!r} in {folder}; make them: "
            f"python -m polyvoice.build --split {split} --out {folder}"
        )
    chosen = []
    there = sorted({clip.language for clip in clips})
    for language in languages:
        code = language_code(language)
        own = [clip for clip in clips if clip.language == code]
        if not own:
            raise DatasetError(
                f"{folder} has no clips in {language!r}; {split} has {', '.join(there)}"
            )
        chosen += own[:limit]
    for clip in chosen:
        if not clip.path(folder).is_file():
            raise DatasetError(
                f"the clip {clip.path(folder)} is missing; make it again: python -m polyvoice.build"
                f" --split {split} --langs {clip.language} --out {folder}"
            )
    return chosen


def write_card(folder: Path) -> None:
    """Write README.md, the dataset card, from what the folder holds."""
    rows = {split: read_metadata(folder, split) for split in SPLITS}
    rows = {split: clips for split, clips in rows.items() if clips}
    every = [clip for clips in rows.values() for clip in clips]
    languages = sorted({clip.language for clip in every})
    engines = sorted({clip.engine for clip in every})
    configs = "".join(
        f"- config_name: {split}\n  data_files:\n  - split: test\n    path: {split}/**\n"
        for split in rows
    )
    table = "".join(
        f"| {split} | {code} | {len(own)} | {sum(c.duration for c in own) / 60:.1f} "
        f"| {', '.join(f'`{voice}`' for voice in sorted({c.voice for c in own}))} |\n"
        for split, clips in rows.items()
        for code in languages
        if (own := [clip for clip in clips if clip.language == code])
    )
    # the default split of the evaluation stands in the example
    first = "nano" if "nano" in rows else next(iter(rows))
    speech = " and ".join(_ENGINES[engine] for engine in engines)
    (folder / "README.md").write_text(
        _CARD.format(
            languages="".join(f"- {code}\n" for code in languages),
            configs=configs,
            table=table,
            speech=speech,
            first=first,
        ),
        encoding="utf-8",
    )


_ENGINES = {
    "kokoro": (
        "Kokoro-82M (hexgrad, Apache-2.0), run offline; a voice named `a+b` lies between the "
        "voices a and b"
    ),
    "gtts": "gTTS (Google Translate's voice; its terms of use apply to the sound)",
}

_CARD = """\
---
license: mit
pretty_name: PolyVoice
language:
{languages}task_categories:
- text-to-image
- automatic-speech-recognition
- translation
size_categories:
- 1K<n<10K
configs:
{configs}---

# PolyVoice

Descriptions of pictures, spoken in several languages, with their English: made to measure what a
speech-to-image system loses between a voice and a picture. Built and read by `polyvoice`;
`python -m polyvoice.evaluate --lang fr` scores a system on it.

| split | language | clips | minutes | voices |
|---|---|---|---|---|
{table}
- `nano`: short descriptions within the vocabulary of the shipped nano model; `scenes`: general
  descriptions of 20 to 50 words, in the style of image prompts. The same texts in every language.
- Speech: {speech}. Synthetic voices only: no recording of a person. 16 kHz mono Opus in Ogg,
  about 24 kbit/s, silence trimmed, voiced parts at about -20 dBFS.
- `metadata.jsonl`, one line a clip: `file_name`, `id`, `split`, `language`, `english` (the English
  text), `text` (what is said), `voice`, `engine`, `duration` (seconds), `sha256`, `seed` (to draw
  with).

```python
from datasets import load_dataset  # sound needs torchcodec and FFmpeg's libraries beside it

load_dataset("audiofolder", data_dir="assets/polyvoice")["train"]  # every clip of every split
load_dataset("assets/polyvoice", "{first}")["test"]  # one split, as this card lays it out
```

Limits: read speech of few synthetic voices, without noise, accents or hesitation: a score here says
little of a noisy room.

Licence: MIT, texts and clips.
"""
