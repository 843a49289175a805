"""Wire schema of pages and replicas: JSON, nothing that can be run.

Shapes: B batch, N image tokens, h w grid.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from app.speech.transcriber import Transcript
    from maskgil.pipelines.image_generator import Preview
    from maskgil.prompts import Reading
    from maskgil.sampling.config import SamplingConfig

VERSION = 2
MAX_PICTURES = 16  # of one request
Json = dict[str, Any]


@dataclass(frozen=True)
class DrawRequest:
    """A request to draw: what `ImageGenerator.stream` takes."""

    prompts: tuple[str, ...]
    seeds: tuple[int, ...]
    sampling: SamplingConfig
    given: np.ndarray | None = None  # (B, N) or (N,) int64
    grid_size: tuple[int, int] | None = None
    previews: bool = True
    preview_every: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.prompts) <= MAX_PICTURES:
            raise ValueError(f"{len(self.prompts)} pictures asked for; 1 to {MAX_PICTURES} can be")

    def to_json(self) -> Json:
        """As a JSON value."""
        return {
            "prompts": list(self.prompts),
            "seeds": list(self.seeds),
            "sampling": asdict(self.sampling),
            "given": None if self.given is None else pack(self.given),
            "grid_size": self.grid_size,
            "previews": self.previews,
            "preview_every": self.preview_every,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> DrawRequest:
        """From `to_json`'s value; ValueError in one line for anything else."""
        from maskgil.sampling.config import SamplingConfig

        try:
            grid = value["grid_size"]
            return cls(
                tuple(str(prompt) for prompt in value["prompts"]),
                tuple(int(seed) for seed in value["seeds"]),
                SamplingConfig(**value["sampling"]),
                None if value["given"] is None else unpack(value["given"]),
                None if grid is None else (int(grid[0]), int(grid[1])),
                bool(value["previews"]),
                int(value["preview_every"]),
            )
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"that is no request to draw: {error!r}") from error


def pack(array: np.ndarray) -> Json:
    """Whole numbers as JSON: their shape, and their int32 bytes in base 64."""
    data = np.ascontiguousarray(array, dtype="<i4").tobytes()
    return {"shape": list(array.shape), "int32": base64.b64encode(data).decode()}


def unpack(value: Mapping[str, Any]) -> np.ndarray:
    """What `pack` packed, as int64. Raises ValueError."""
    try:
        data = np.frombuffer(base64.b64decode(value["int32"], validate=True), dtype="<i4")
        return data.reshape([int(side) for side in value["shape"]]).astype(np.int64)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"broken numbers: {error}") from error


def pack_image(image: Image) -> str:
    """A picture as PNG in base 64."""
    file = io.BytesIO()
    image.save(file, format="PNG", compress_level=1)
    return base64.b64encode(file.getvalue()).decode()


def unpack_image(text: str) -> Image:
    """What `pack_image` packed."""
    from PIL import Image as images

    image = images.open(io.BytesIO(base64.b64decode(text)), formats=["PNG"])
    image.load()
    return image


def pack_preview(preview: Preview) -> Json:
    """A preview as JSON."""
    return {
        "step": preview.step,
        "num_steps": preview.num_steps,
        "stage": preview.stage,
        "tokens": pack(preview.tokens.cpu().numpy()),
        "images": [pack_image(image) for image in preview.images],
    }


def unpack_preview(value: Mapping[str, Any]) -> Preview:
    """What `pack_preview` packed, the tokens on the CPU."""
    from maskgil.pipelines.image_generator import Preview

    return Preview(
        int(value["step"]),
        int(value["num_steps"]),
        tensor(value["tokens"]),
        value["stage"],
        [unpack_image(text) for text in value["images"]],
    )


def pack_reading(read: Callable[[str], Reading], prompt: str) -> Json:
    """What `read(prompt)` gives or, where nothing is known, the nearest things, as JSON."""
    from maskgil.prompts import NothingKnownError

    try:
        reading = read(prompt)
    except NothingKnownError as error:
        return {"unknown": prompt, "nearest": list(error.nearest)}
    return {"drawn": reading.drawn, "left_out": list(reading.left_out)}


def unpack_reading(value: Mapping[str, Any]) -> Reading:
    """What `pack_reading` packed. Raises NothingKnownError where that was it."""
    from maskgil.prompts import NothingKnownError, Reading

    if "unknown" in value:
        raise NothingKnownError(value["unknown"], value["nearest"])
    return Reading(value["drawn"], tuple(value["left_out"]))


def tensor(value: Mapping[str, Any]) -> Tensor:
    """What `pack` packed, as a tensor."""
    import torch

    return torch.from_numpy(unpack(value))


def pack_transcript(transcript: Transcript | None) -> Json | None:
    """What was heard, as JSON; None stays None."""
    return None if transcript is None else asdict(transcript)


def unpack_transcript(value: Mapping[str, Any] | None) -> Transcript | None:
    """What `pack_transcript` packed."""
    from app.speech.transcripts import LanguagePart, Transcript

    if value is None:
        return None
    guesses: Sequence[Sequence[Any]] = value["alternatives"]
    pairs = tuple((str(code), float(share)) for code, share in guesses)
    parts = tuple(LanguagePart(**part) for part in value["parts"])
    more = {"alternatives": pairs, "parts": parts, "notes": tuple(value["notes"])}
    return Transcript(**{**value, **more})
