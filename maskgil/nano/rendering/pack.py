"""Pack of the world's art: every drawing with its body, and every scenery, in one file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from maskgil.nano.rendering import bodies
from maskgil.nano.rendering.art import PACK, Art
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.settings import PLACES, VARIANTS, place
from maskgil.utils.files import written_whole

SHOWN = 128  # pixels of the longer side of the largest drawing in a picture of 192


def _webp(pixels: np.ndarray, quality: int) -> bytes:
    """Premultiplied (H, W, 4) in 0..1 as WebP."""
    alpha = pixels[..., 3:]
    plain = np.concatenate([pixels[..., :3] / np.maximum(alpha, 1e-3), alpha], -1)
    image = Image.fromarray((plain * 255).round().clip(0, 255).astype(np.uint8))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, alpha_quality=90, method=4)
    return out.getvalue()


def write_drawings(source: str | Path, path: Path, codes: Iterable[str]) -> str:
    """Write drawings at display size to a file; returns a summary line."""
    art, sizes = Art(source), {}
    with written_whole(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as pack:
        for code in dict.fromkeys(codes):
            drawing = art.drawing(code)
            height, width = drawing.shape[:2]
            sizes[code] = (width, height)
            scale = min(1.0, SHOWN / max(height, width))
            small = bodies.resized(
                drawing, max(1, round(width * scale)), max(1, round(height * scale))
            )
            pack.writestr(zipfile.ZipInfo(f"{code}.webp"), _webp(small, 80))
        pack.writestr(zipfile.ZipInfo("sizes.json"), json.dumps(sizes, ensure_ascii=False))
    return f"{path}: {len(sizes)} drawings, {path.stat().st_size / 1e6:.1f} MB"


def write_pack(source: str, folder: str | Path) -> str:
    """Write `folder`/drawings.zip from the npm packages in `source`; returns a summary line."""
    art, target = Art(source), Path(folder)
    if art.packed:
        raise ValueError(f"{source!r} is a pack already; give the folder of the npm packages")
    target.mkdir(parents=True, exist_ok=True)
    sizes, part = {}, target / f"{PACK}.part"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as pack:
        for code in dict.fromkeys(code for noun in load_nouns() for code in noun.art):
            drawing = art.drawing(code)
            sizes[code] = (drawing.shape[1], drawing.shape[0])
            pack.writestr(f"{code}.webp", _webp(drawing, 88))
        for name in (None, *PLACES):
            for time in place(name).times:
                for variant in range(VARIANTS):
                    image = art.scenery(name, time, variant)
                    out = io.BytesIO()
                    image.save(out, "WEBP", quality=84, method=4)
                    pack.writestr(f"{name or 'paper'}/{time}/{variant}.webp", out.getvalue())
        pack.writestr("sizes.json", json.dumps(sizes, ensure_ascii=False))
    part.replace(target / PACK)
    return f"{target / PACK}: {len(sizes)} drawings, {(target / PACK).stat().st_size / 1e6:.1f} MB"
