"""RIFF and RIFX headers of WAV files: duration by the data chunk.

FFmpeg shortens a file's length to what is there, so that a missing end cannot be noticed, and
reads the samples of RIFX, RIFF's big-endian twin, as little-endian ones.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np

_OPEN_ENDED = 2**31 - 2**16  # sizes above: written by a program that could not know the size
_MAX_CHUNKS = 1000
_MOST_BYTES = 2**28  # of a RIFX file that are turned round
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
ByteOrder = Literal["little", "big"]


@dataclass(frozen=True)
class WavHeader:
    """What a WAV file says of itself; `num_bytes` of sound are promised, None where it is open."""

    byte_order: ByteOrder
    kind: int  # of coding, by Microsoft's numbers
    channels: int
    rate: int
    bytes_per_second: int
    block_bytes: int
    bits: int
    data_start: int
    num_bytes: int | None

    @classmethod
    def read(cls, path: Path) -> WavHeader | None:
        """The header of a file, None where it is none or lacks its format or its data."""
        with path.open("rb") as file:
            form, size, wave = file.read(4), file.read(4), file.read(4)
            if form not in (b"RIFF", b"RIFX", b"RF64", b"BW64") or wave != b"WAVE" or len(size) < 4:
                return None
            return _read_chunks(file, "big" if form == b"RIFX" else "little")

    def missing_share(self, path: Path) -> float:
        """How many times longer the promised sound is than what is there, at least 1."""
        there = path.stat().st_size - self.data_start
        return max(1.0, self.num_bytes / max(1, there)) if self.num_bytes else 1.0

    def as_riff(self, path: Path, max_seconds: float) -> io.BytesIO:
        """A RIFX file as RIFF, as much of its sound as lasts a little longer than `max_seconds`."""
        width = self.bits // 8 if self.kind in (_PCM, _FLOAT) else 1
        pace = max(self.bytes_per_second, self.rate * self.block_bytes)
        limit = min(int((max_seconds + 1) * pace), _MOST_BYTES)
        if self.num_bytes is not None:
            limit = min(limit, self.num_bytes)
        with path.open("rb") as file:
            file.seek(self.data_start)
            data = file.read(limit)
        if width in (2, 3, 4, 8):
            data = data[: len(data) // width * width]
            data = np.frombuffer(data, np.uint8).reshape(-1, width)[:, ::-1].tobytes()
        fields = (
            (self.kind, 2), (self.channels, 2), (self.rate, 4), (self.bytes_per_second, 4),
            (self.block_bytes, 2), (self.bits, 2),
        )  # fmt: skip
        head = b"WAVEfmt " + (16).to_bytes(4, "little")
        head += b"".join(value.to_bytes(size, "little") for value, size in fields)
        head += b"data" + len(data).to_bytes(4, "little")
        return io.BytesIO(b"RIFF" + (len(head) + len(data)).to_bytes(4, "little") + head + data)


def _read_chunks(file: BinaryIO, order: ByteOrder) -> WavHeader | None:
    """Walk from chunk to chunk, as far as the sound."""
    fmt, size = b"", 0
    long_size: int | None = None
    for _ in range(_MAX_CHUNKS):
        name, field = file.read(4), file.read(4)
        if len(field) < 4:
            return None
        size = int.from_bytes(field, order)
        if name == b"data":
            break
        body = file.read(min(size, 40))
        if name == b"fmt ":
            fmt = body
        elif name == b"ds64" and len(body) >= 16:  # of RF64, whose own sizes say nothing
            long_size = int.from_bytes(body[8:16], order)
        file.seek(size - len(body) + size % 2, io.SEEK_CUR)
    else:
        return None
    if len(fmt) < 16:
        return None
    is_open = long_size is None and (size == 0 or size > _OPEN_ENDED)
    promised = None if is_open else size if long_size is None else long_size

    def number(start: int, end: int) -> int:
        return int.from_bytes(fmt[start:end], order)

    kind = number(0, 2)
    if kind == _EXTENSIBLE and len(fmt) >= 28:
        kind = number(24, 28) & 0xFFFF
    return WavHeader(
        order, kind, number(2, 4), number(4, 8), number(8, 12), number(12, 14), number(14, 16),
        file.tell(), promised,
    )  # fmt: skip
