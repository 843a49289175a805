"""The benchmark on disk: reading and writing a Hugging Face audio folder.

FOLDER/README.md                      the dataset card
FOLDER/nano/metadata.jsonl            one `Clip` a line
FOLDER/nano/fr/nano-001.ogg
FOLDER/scenes/...

Recordings of people are a split of another form, read by `polyvoice.dataset.recordings`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from maskgil.utils.assets import ASSETS
from maskgil.utils.files import written_whole
from polyvoice.dataset.texts import SPLITS, check_split, language_code

SHIPPED = ASSETS / "polyvoice"
METADATA = "metadata.jsonl"
VOICES = "voices"  # the split of human recordings, stored directly in the folder


class DatasetError(ValueError):
    """An unusable benchmark folder; the message is one line for the user."""


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
        return folder / ("" if self.split == VOICES else self.split) / self.file_name

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


_TYPES = {"duration": (int, float), "seed": (int,)}


def parse_clip(line: str) -> Clip:
    """Parse a clip from its line of JSON, ignoring further keys.

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
    """The clips of a split in file order; none if the split does not exist yet.

    `unfinished`: drop a truncated last line.

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
    chosen = clips_in(clips, languages, folder, limit=limit)
    for clip in chosen:
        if not clip.path(folder).is_file():
            raise DatasetError(
                f"the clip {clip.path(folder)} is missing; make it again: python -m polyvoice.build"
                f" --split {split} --langs {clip.language} --out {folder}"
            )
    return chosen


def clips_in(
    clips: Sequence[Clip], languages: Iterable[str], folder: Path, *, limit: int | None = None
) -> list[Clip]:
    """Those of a split's `clips`, at least one, in `languages`, at most `limit` of each.

    Raises:
        DatasetError: `folder` has none in a language.
    """
    chosen: list[Clip] = []
    there = sorted({clip.language for clip in clips})
    for language in languages:
        code = language_code(language)
        own = [clip for clip in clips if clip.language == code]
        if not own:
            raise DatasetError(
                f"{folder} has no clips in {language!r}; {clips[0].split} has {', '.join(there)}"
            )
        chosen += own[:limit]
    return chosen


def write_card(folder: Path) -> None:
    """Write README.md, the dataset card, from what the folder holds."""
    from jinja2 import Environment

    rows = {split: read_metadata(folder, split) for split in SPLITS}
    rows = {split: clips for split, clips in rows.items() if clips}
    every = [clip for clips in rows.values() for clip in clips]
    languages = sorted({clip.language for clip in every})
    environment = Environment(trim_blocks=True, keep_trailing_newline=True)
    template = Path(__file__).with_name("card.md").read_text(encoding="utf-8")
    card = environment.from_string(template).render(
        languages=languages,
        rows=rows,
        table=[
            (split, code, own)
            for split, clips in rows.items()
            for code in languages
            if (own := [clip for clip in clips if clip.language == code])
        ],
        speech=" and ".join(_ENGINES[engine] for engine in sorted({clip.engine for clip in every})),
        # the default split of the evaluation stands in the example
        first="nano" if "nano" in rows else next(iter(rows)),
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


_ENGINES = {
    "kokoro": (
        "Kokoro-82M (hexgrad, Apache-2.0), run offline; a voice named `a+b` lies between the "
        "voices a and b"
    ),
    "gtts": "gTTS (Google Translate's voice; its terms of use apply to the sound)",
}
