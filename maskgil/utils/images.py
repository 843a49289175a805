"""Conversion between pixel tensors in [-1, 1] and PIL pictures; contact sheets.

Shapes: B batch, H W pixels, h w token grid, N = h · w.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from maskgil.utils.files import written_whole


def from_bytes(values: Tensor) -> Tensor:
    """uint8 to [-1, 1]."""
    return values.float() / 127.5 - 1


def to_bytes(pixels: Tensor) -> Tensor:
    """[-1, 1] to uint8, clipped."""
    return ((pixels.float().clamp(-1, 1) + 1) * 127.5).round().byte()


def to_pixels(image: Image.Image, size: tuple[int, int]) -> Tensor:
    """A picture as pixels (1, 3, H, W) in [-1, 1], fitted to `size` (height, width)."""
    height, width = size
    picture = image.convert("RGB")
    if picture.size != (width, height):
        picture = picture.resize((width, height), resample=3)  # bicubic
    return stack_pixels([np.array(picture)])


def from_pixels(pixels: Tensor) -> list[Image.Image]:
    """Pixels (B, 3, H, W) in [-1, 1] as pictures."""
    return [Image.fromarray(row.movedim(0, -1).cpu().numpy()) for row in to_bytes(pixels)]


def save_png(image: Image.Image, path: Path, *, optimize: bool = False) -> None:
    """Write a PNG atomically."""
    with written_whole(path) as draft:
        image.save(draft, format="PNG", optimize=optimize)


def cells_of(mask: Image.Image, grid_size: tuple[int, int]) -> Tensor:
    """The tokens (N,) bool touched by a mask: any pixel of the cell lighter than mid-grey."""
    rows, columns = grid_size
    light = torch.from_numpy(np.array(mask.convert("L"))) > 127  # (H, W)
    if min(light.shape) < 1:
        raise ValueError("the mask is empty")
    return F.adaptive_max_pool2d(light.float()[None], (rows, columns))[0].flatten() > 0


def paste_cells(drawn: Image.Image, original: Image.Image, hidden: Tensor) -> Image.Image:
    """`drawn` with the original's pixels in every cell not `hidden` (h, w) bool."""
    size = (drawn.height, drawn.width)
    keep = ~F.interpolate(hidden[None, None].float(), size=size).bool()  # (1, 1, H, W)
    pixels = torch.where(keep, to_pixels(original, size), to_pixels(drawn, size))
    return from_pixels(pixels)[0]


def fill_unknown(grid: Tensor, unknown: Tensor) -> Tensor:
    """Codes (B, h, w) with unknown cells replaced by the nearest known code, 0 if there is none."""
    batch, rows, columns = grid.shape
    index = torch.arange(rows * columns, device=grid.device)
    points = torch.stack([index // columns, index % columns], dim=-1).float()  # (N, 2)
    distance = torch.cdist(points, points)[None].expand(batch, -1, -1)  # (B, N, N)
    distance = distance.masked_fill(unknown.flatten(1)[:, None], torch.inf)
    nearest = distance.argmin(-1)  # (B, N)
    filled = grid.flatten(1).gather(1, nearest).view_as(grid)
    nothing = unknown.flatten(1).all(-1)[:, None, None]
    return filled.masked_fill(nothing, 0)


def window_starts(length: int, size: int, step: int) -> list[int]:
    """Where windows of `size` begin along `length`: the middle, then outward by `step`."""
    middle, last = (length - size) // 2, length - size
    found = [middle]
    for far in range(step, last + step, step):
        found += [min(last, middle + far), max(0, middle - far)]
    return list(dict.fromkeys(found))


def stack_pixels(pictures: Sequence[np.ndarray]) -> Tensor:
    """uint8 pictures (S, S, 3) to pixels (B, 3, S, S) in [-1, 1]."""
    return from_bytes(torch.from_numpy(np.stack(pictures)).movedim(-1, 1))


LINE, LINES = 13, 4  # line height of captions in pixels, maximal lines


def sheet(
    images: Sequence[Image.Image],
    *,
    columns: int = 8,
    gap: int = 0,
    captions: Sequence[str] | None = None,
) -> Image.Image:
    """A contact sheet of pictures of one size, in `columns`, with white gaps of `gap` pixels.

    `captions`: a text below each, in at most `LINES` lines.
    """
    lines = [] if captions is None else [_lines(text, images[0].width) for text in captions]
    room = LINE * max(map(len, lines), default=0)
    width, height = images[0].width + gap, images[0].height + room + gap
    columns, rows = min(columns, len(images)), -(-len(images) // columns)
    whole = Image.new("RGB", (columns * width - gap, rows * height - gap), "white")
    pen = ImageDraw.Draw(whole)
    for index, image in enumerate(images):
        left, top = index % columns * width, index // columns * height
        whole.paste(image, (left, top))
        for number, line in enumerate(lines[index] if lines else ()):
            place = (left + 1, top + image.height + number * LINE)
            pen.text(place, line, "black", ImageFont.load_default(10))
    return whole


def _lines(text: str, width: int) -> list[str]:
    """`text` wrapped to `width` pixels; longer words are cut off."""
    font, lines = ImageFont.load_default(10), [""]
    for word in text.split():
        while len(word) > 1 and font.getlength(word) > width - 2:
            word = word[:-1]
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width - 2:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]} …"]


def on_white(image: Image.Image) -> Image.Image:
    """A picture as RGB, composited on white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")
