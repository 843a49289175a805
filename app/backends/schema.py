"""Wire schema between pages and replicas: plain JSON, no pickles.

Shapes: B batch, N image tokens, h w grid.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from app.imaging.settings import MAX_STEPS

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from app.speech.transcriber import Transcript
    from maskgil.pipelines.previews import Preview
    from maskgil.pipelines.request import DrawRequest
    from maskgil.prompts import Reading

VERSION = 5
MAX_PICTURES = 16  # of one request
MAX_CHARACTERS = 10_000  # of a prompt with its surroundings
MAX_SIDE = 256  # rows or columns of a grid of tokens
Json = dict[str, Any]
_KINDS = {"uint8": ("u1", np.uint8), "int32": ("<i4", np.int64)}  # wire type, tensor type


def pack_request(request: DrawRequest) -> Json:
    """A drawing request with explicit `sampling`, as JSON."""
    assert request.sampling is not None
    return {
        "prompts": [str(prompt) for prompt in request.rows],
        "seeds": request.seeds,
        "sampling": asdict(request.sampling),
        "given": None if request.given is None else pack(request.given.cpu().numpy()),
        "grid_size": request.grid_size,
        "previews": request.previews,
        "preview_every": request.preview_every,
        "part": request.part,
        "arrangement": request.arrangement,
        "draft": None if request.draft is None else pack(request.draft.cpu().numpy()),
        "pictures": request.pictures,
        "behind": None if request.behind is None else pack(request.behind.cpu().numpy()),
        "detailed": request.detailed,
        "given_details": None
        if request.given_details is None
        else pack(request.given_details.cpu().numpy()),
    }


def unpack_request(value: Mapping[str, Any]) -> DrawRequest:
    """Inverse of `pack_request`. Raises ValueError in one line."""
    from maskgil.pipelines.request import DrawRequest
    from maskgil.sampling.config import SamplingConfig

    try:
        prompts = tuple(str(prompt) for prompt in value["prompts"])
        if len(prompts) > MAX_PICTURES:
            raise ValueError(f"{len(prompts)} pictures asked for; at most {MAX_PICTURES} can be")
        _check_size(prompts, value)
        return DrawRequest(
            prompts,
            tuple(int(seed) for seed in value["seeds"]),
            SamplingConfig(**value["sampling"]),
            None if value["given"] is None else tensor(value["given"]),
            grid_of(value["grid_size"]),
            bool(value["previews"]),
            int(value["preview_every"]),
            None if value["part"] is None else str(value["part"]),
            None if value["arrangement"] is None else int(value["arrangement"]),
            None if value["draft"] is None else tensor(value["draft"]),
            bool(value.get("pictures", True)),
            None if value.get("behind") is None else tensor(value["behind"]),
            bool(value.get("detailed", True)),
            None if value.get("given_details") is None else tensor(value["given_details"]),
        )
    except (KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise ValueError(f"that is no request to draw: {error!r}") from error


def _check_size(prompts: Sequence[str], value: Mapping[str, Any]) -> None:
    """Raise ValueError for a request that would exhaust time or memory."""
    sizes = {
        "characters": (max(map(len, prompts), default=0), MAX_CHARACTERS),
        "steps": (int(value["sampling"]["num_steps"]), MAX_STEPS),
        "rows or columns": (max(grid_of(value["grid_size"]) or (0,)), MAX_SIDE),
    }
    for name, (size, most) in sizes.items():
        if size > most:
            raise ValueError(f"{size} {name} asked for; at most {most} can be")


def grid_of(value: Any) -> tuple[int, int] | None:
    """Parse a grid from JSON, None for the usual one."""
    return None if value is None else (int(value[0]), int(value[1]))


def pack(array: np.ndarray) -> Json:
    """An integer array as JSON: its shape, and its bytes as uint8 or int32 in base 64."""
    kind = "uint8" if array.dtype == np.uint8 else "int32"
    data = np.ascontiguousarray(array, dtype=_KINDS[kind][0]).tobytes()
    return {"shape": list(array.shape), kind: base64.b64encode(data).decode()}


def unpack(value: Mapping[str, Any]) -> np.ndarray:
    """Inverse of `pack`, as uint8 or int64. Raises ValueError."""
    try:
        kind = "uint8" if "uint8" in value else "int32"
        stored, read = _KINDS[kind]
        data = np.frombuffer(base64.b64decode(value[kind], validate=True), dtype=stored)
        return data.reshape([int(side) for side in value["shape"]]).astype(read)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"broken numbers: {error}") from error


def pack_image(image: Image) -> str:
    """A picture as PNG in base 64."""
    file = io.BytesIO()
    image.save(file, format="PNG", compress_level=1)
    return base64.b64encode(file.getvalue()).decode()


def unpack_image(text: str) -> Image:
    """Inverse of `pack_image`."""
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
        "details": None if preview.details is None else pack(preview.details.cpu().numpy()),
    }


def unpack_preview(value: Mapping[str, Any]) -> Preview:
    """Inverse of `pack_preview`, the tokens on the CPU."""
    from maskgil.pipelines.previews import Preview

    return Preview(
        int(value["step"]),
        int(value["num_steps"]),
        tensor(value["tokens"]),
        value["stage"],
        [unpack_image(text) for text in value["images"]],
        None if value.get("details") is None else tensor(value["details"]),
    )


def pack_reading(read: Callable[[str], Reading], prompt: str) -> Json:
    """The result of `read(prompt)`, or the nearest things of a NothingKnownError, as JSON."""
    from maskgil.prompts import NothingKnownError

    try:
        reading = read(prompt)
    except NothingKnownError as error:
        return {"unknown": prompt, "nearest": list(error.nearest)}
    replaced = [list(pair) for pair in reading.replaced]
    return {"drawn": reading.drawn, "left_out": list(reading.left_out), "replaced": replaced}


def unpack_reading(value: Mapping[str, Any]) -> Reading:
    """Inverse of `pack_reading`. Raises the NothingKnownError if that was packed."""
    from maskgil.prompts import NothingKnownError, Reading

    if "unknown" in value:
        raise NothingKnownError(value["unknown"], value["nearest"])
    replaced = tuple((said, shown) for said, shown in value["replaced"])
    return Reading(value["drawn"], tuple(value["left_out"]), replaced)


def tensor(value: Mapping[str, Any]) -> Tensor:
    """Inverse of `pack`, as a tensor."""
    import torch

    return torch.from_numpy(unpack(value))


def pack_transcript(transcript: Transcript | None) -> Json | None:
    """A transcript as JSON; None stays None."""
    return None if transcript is None else asdict(transcript)


def unpack_transcript(value: Mapping[str, Any] | None) -> Transcript | None:
    """Inverse of `pack_transcript`."""
    from app.speech.transcripts import LanguagePart, Transcript

    if value is None:
        return None
    guesses: Sequence[Sequence[Any]] = value["alternatives"]
    pairs = tuple((str(code), float(share)) for code, share in guesses)
    parts = tuple(LanguagePart(**part) for part in value["parts"])
    more = {"alternatives": pairs, "parts": parts, "notes": tuple(value["notes"])}
    return Transcript(**{**value, **more})
