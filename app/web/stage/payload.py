"""Preview payloads: forming and finished pictures as JSON with data URLs.

A frame is one picture: `src` and `alt` (omitted if unchanged), `label`, and `written`, "1" or "0"
for each cell, None when complete. It refers to no file on the server.
"""

# n pictures side by side; h, w token grid; N = h · w.

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from app.imaging.png import ground_text, png_bytes
from app.types import Result, Update

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from app.imaging.canvas import Grid

Frame = dict[str, Any]
Kind = Literal["rest", "empty", "begin", "preview", "live", "stopped", "final"]
PREVIEW_QUALITY = 88


def stage(kind: Kind, frames: Sequence[Frame], grid: Grid, entries: Sequence[Frame] = ()) -> Frame:
    """The stage's payload; `entries` are finished pictures for the gallery."""
    return {"kind": kind, "frames": list(frames), "grid": list(grid), "entries": list(entries)}


def empty(grid: Grid, label: str = "") -> Frame:
    """A frame with every cell masked."""
    return {"written": "0" * (grid[0] * grid[1]), "label": label}


def rest(grid: Grid, *, scenes: bool = False) -> Frame:
    """The empty stage, with the grid of the pictures to come.

    `scenes`: the generator draws nano's world, so samples and the picture book are shown.
    """
    return stage("rest", [], grid) | {"scenes": scenes}


def covered(marked: np.ndarray) -> Frame:
    """The current picture with the cells `marked` (h, w) masked."""
    return {"written": bits(~marked)}


def forming(update: Update, prompt: str, label: str = "") -> list[Frame]:
    """The frames (n) of a preview of `prompt`."""
    assert update.written is not None
    return [
        {"src": sketch_url(image), "alt": prompt, "written": bits(written), "label": label}
        for image, written in zip(update.images, update.written, strict=True)
    ]


def finished(
    result: Result, label: str = "", scene: str | None = None, *, alt: str | None = None
) -> Frame:
    """The frame of a finished picture: its PNG, and its `scene` if that was edited.

    `alt`: its prompt in the visitor's words.
    """
    text = result.png_text() | ({} if scene is None else {"scene": scene})
    if result.canvas is not None and result.canvas.ground is not None:
        text["ground"] = ground_text(result.canvas.ground)
    source = png_url(png_bytes(result.image, text))
    return {"src": source, "alt": alt or result.prompt, "label": label, "written": None}


def entry(source: str, text: dict[str, object]) -> Frame:
    """The gallery's entry of a picture: the PNG and the settings shown with it."""
    ratio = float(str(text.get("ar_ratio") or 0))
    return {
        "src": source,
        "prompt": text.get("prompt"),
        "language": text.get("language"),
        "said": text.get("transcript"),
        "seed": text.get("seed"),
        "steps": text.get("steps"),
        "percent": round(100 * ratio),
    }


def live(image: Image, prompt: str) -> Frame:
    """The frame of a live preview."""
    return {"src": sketch_url(image), "alt": prompt, "label": "", "written": None}


def bits(written: np.ndarray) -> str:
    """Cells (h, w) bool as "1" and "0"."""
    return "".join("1" if cell else "0" for cell in written.ravel())


def sketch_url(image: Image) -> str:
    """A preview as a small WebP."""
    data = io.BytesIO()
    image.convert("RGB").save(data, format="WEBP", quality=PREVIEW_QUALITY, method=0)
    return f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode()}"


def png_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"
