"""Results of a run on disk: one atomically written file per clip.

RUN/rows/fr/nano-001.json      RUN/pictures/fr/nano-001.png
RUN/rows/english/nano-001.json RUN/pictures/english/nano-001.png
"""

# D width of the scorer's space.

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from maskgil.utils.files import written_whole
from polyvoice.dataset.clips import Clip

if TYPE_CHECKING:
    from PIL.Image import Image

ENGLISH_ROWS = "english"  # folder of pictures of the English texts


@dataclass
class ClipRow:
    """The result of one clip. On failure scores are None and `error` is set.

    `similarity`: cosine of the prompt's and the English text's sentence vectors. `wrong_words` and
    `words` make the word error rate (characters in Chinese), the next two the character error rate.
    Features are unit vectors of the scorer's space.
    """

    key: str
    id: str
    split: str
    language: str
    english: str
    text: str
    voice: str
    engine: str
    seed: int
    duration: float
    fingerprint: str
    error: str = ""
    heard: bool = False  # false: the system found nobody speaking, and drew an empty prompt
    detected: str = ""
    probability: float = 0.0
    transcript: str = ""
    translation: str = ""
    prompt: str = ""
    caption: str = ""  # the generator's caption of the prompt
    translation_lost: list[str] | None = None  # aspects; None: outside of nano's vocabulary
    prompt_lost: list[str] | None = None
    told_lost: list[str] | None = None  # with a perfect transcript
    similarity: float | None = None
    wrong_words: int = 0
    words: int = 0
    wrong_characters: int = 0
    characters: int = 0
    listen_seconds: float = 0.0
    draw_seconds: float = 0.0
    text_score: float | None = None
    image_score: float | None = None
    picture: str = ""  # relative to the run's folder
    features: np.ndarray | None = field(default=None, repr=False)  # (D,) of the picture


@dataclass
class EnglishRow:
    """The result of an English text, shared by all languages."""

    id: str
    english: str
    seed: int
    fingerprint: str
    text_score: float
    picture: str
    features: np.ndarray = field(repr=False)  # (D,) of the picture
    text_features: np.ndarray = field(repr=False)  # (D,)


class RunFolder:
    """Rows and pictures of a run on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, group: str, name: str) -> Path:
        return self.folder / "rows" / group / f"{name}.json"

    def read(self, clip: Clip, fingerprint: str, *, failed: bool = False) -> ClipRow | None:
        """A clip's row if it matches clip and settings; failed ones only with `failed`."""
        values = self._read(self._path(clip.language, clip.id))
        want = {"english": clip.english, "text": clip.text, "seed": clip.seed}
        want["fingerprint"] = f"{fingerprint} {clip.sha256[:16]}"
        if not _agree(values, want) or (values.get("error") and not failed):
            return None
        return _as(ClipRow, values)

    def read_english(self, clip: Clip, fingerprint: str) -> EnglishRow | None:
        values = self._read(self._path(ENGLISH_ROWS, clip.id))
        want = {"english": clip.english, "seed": clip.seed, "fingerprint": fingerprint}
        return _as(EnglishRow, values) if _agree(values, want) else None

    def write(self, row: ClipRow | EnglishRow, picture: Image | None = None) -> None:
        group = ENGLISH_ROWS if isinstance(row, EnglishRow) else row.language
        if picture is not None:
            row.picture = f"pictures/{group}/{row.id}.png"
            with written_whole(self.folder / row.picture) as draft:
                picture.save(draft, "PNG")
        values = {
            name: _pack(value) if isinstance(value, np.ndarray) else value
            for name, value in vars(row).items()
        }
        text = json.dumps(values, ensure_ascii=False)
        with written_whole(self._path(group, row.id)) as draft:
            draft.write_text(text, encoding="utf-8")

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}


def _agree(values: dict[str, Any], want: dict[str, Any]) -> bool:
    return bool(values) and all(values.get(name) == value for name, value in want.items())


def _as(kind: type, values: dict[str, Any]) -> Any:
    arrays = {name: _unpack(v) for name, v in values.items() if name.endswith("features") and v}
    try:
        return kind(**{**values, **arrays})
    except TypeError:
        return None


def _pack(vector: np.ndarray) -> str:
    return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode("ascii")


def _unpack(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float32)
