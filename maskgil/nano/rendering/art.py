"""Loading of drawings: from the artists' npm packages and our SVGs, or from a pack."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from maskgil.nano.rendering import bodies, scenery
from maskgil.nano.world.nouns import DRAWINGS

MASTER = 256  # pixels of a drawing's longer side
PACKAGE = "@lobehub/fluent-emoji-3d"
PACK = "drawings.zip"
KINDS = "^<~_="


def _cropped(drawing: np.ndarray) -> np.ndarray:
    rows, columns = np.where(drawing[..., 3] > 0.06)
    drawing = drawing[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = MASTER / max(drawing.shape[:2])
    if abs(scale - 1) < 0.01:
        return np.ascontiguousarray(drawing)
    return bodies.resized(
        drawing,
        max(1, round(drawing.shape[1] * scale)),
        max(1, round(drawing.shape[0] * scale)),
    )


def _whole(code: str, drawing: np.ndarray) -> np.ndarray:
    """The drawing with the body that its code asks for."""
    kind, base = code[-1], _cropped(drawing)
    number = zlib.crc32(code.encode())
    if kind == "^":
        return bodies.sitting(base)
    if kind == "<":
        return bodies.on_four_legs(base)
    if kind == "~":
        robe = {"🤖": "#9aa3b8", "👽": "#5fc26b", "😈": "#9a5fd0", "👺": "#d8433f"}.get(code[0])
        return bodies.dressed(base, number, robe)
    if kind == "_":
        return bodies.on_legs(base, number)
    return bodies.in_gown(base)


class Art:
    """Drawings by the codes of `Noun.art`, cropped, `MASTER` pixels at their longer side.

    `folder` is a `node_modules` with the package in it, or a pack. Raises ValueError for neither.
    """

    def __init__(self, folder: str | Path) -> None:
        self.root = Path(folder)
        self._pack = self.root / PACK
        self._zip: zipfile.ZipFile | None = None
        self.packed = self._pack.is_file()
        if not self.packed and not (self.root / PACKAGE).is_dir():
            raise ValueError(f"no art in {str(self.root)!r}; run: npm install {PACKAGE}")

    def drawing(self, code: str) -> np.ndarray:
        """(H, W, 4) premultiplied. Raises ValueError for a code without a drawing."""
        if self.packed:
            return self.from_pack(f"{code}.webp")
        if code.startswith("svg:"):
            path = DRAWINGS / f"{code[4:]}.svg"
            if not path.is_file():
                raise ValueError(f"no drawing {code!r} in {str(DRAWINGS)!r}")
            import resvg_py

            png = resvg_py.svg_to_bytes(svg_path=str(path), skip_system_fonts=True)
            return _cropped(bodies.premultiplied(Image.open(io.BytesIO(bytes(png)))))
        emoji = code.rstrip(KINDS)
        drawing = bodies.premultiplied(Image.open(self._emoji(emoji)))
        return _cropped(drawing if emoji == code else _whole(code, drawing))

    def _emoji(self, emoji: str) -> Path:
        name = "-".join(f"{ord(char):04x}" for char in emoji)
        bare = name.replace("-fe0f", "")
        for stem in (name, bare, bare + "-fe0f"):
            path = self.root / PACKAGE / "assets" / f"{stem}.webp"
            if path.is_file():
                return path
        raise ValueError(f"{PACKAGE} has no drawing of {emoji!r}")

    def from_pack(self, name: str) -> np.ndarray:
        """A drawing of the pack by its file name, premultiplied."""
        return bodies.premultiplied(self._packed_image(name))

    def _packed_image(self, name: str) -> Image.Image:
        if self._zip is None:
            self._zip = zipfile.ZipFile(self._pack)
        try:
            return Image.open(io.BytesIO(self._zip.read(name)))
        except KeyError:
            raise ValueError(f"the pack {str(self._pack)!r} has no {name!r}") from None

    def scenery(self, setting: str | None, time: str, variant: int) -> Image.Image:
        """A setting's scenery, RGB, 384 pixels a side."""
        if self.packed:
            name = f"{setting or 'paper'}/{time}/{variant}.webp"
            return self._packed_image(name).convert("RGB")
        import resvg_py

        png = resvg_py.svg_to_bytes(
            svg_string=scenery.svg(setting, time, variant),
            width=scenery.S,
            height=scenery.S,
        )
        return Image.open(io.BytesIO(bytes(png))).convert("RGB")

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height of the pack's drawings by code. Raises ValueError for no such pack."""
        try:
            with zipfile.ZipFile(self._pack) as pack:
                sizes = json.loads(pack.read("sizes.json"))
                return {code: (int(w), int(h)) for code, (w, h) in sizes.items()}
        except (OSError, EOFError, KeyError, ValueError, TypeError, AttributeError,
                zipfile.BadZipFile, zlib.error) as error:  # fmt: skip
            raise ValueError(f"{self._pack} holds no drawings: {error}") from error
