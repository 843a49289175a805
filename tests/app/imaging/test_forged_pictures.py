"""Pictures whose stored settings lie, or that would fill the memory."""

import contextlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.imaging.png import read_settings
from app.imaging.settings import restore
from app.web import markup

psutil = pytest.importorskip("psutil")
MIB = 2**20


def forged(path: Path, **text: str) -> Path:
    info = PngInfo()
    for key, value in ({"preset": "nano", "version": "0.1.0"} | text).items():
        info.add_text(key, value, zip=len(value) > 1000)
    Image.new("RGB", (8, 8)).save(path, pnginfo=info)
    return path


FORGERIES = {
    "no number": {"prompt": "a cat", "steps": "many"},
    "absurd": {"prompt": "a cat", "steps": "1000000000"},
    "negative": {"prompt": "a cat", "guidance": "-5"},
    "nan": {"prompt": "a cat", "ar_ratio": "nan"},
    "huge number": {"prompt": "a cat", "seed": "9" * 5000},
    "long": {"prompt": "x" * 200_000},
    "bomb": {"prompt": "x" * 30_000_000},
    "empty": {"prompt": "\x01\x02"},
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_settings_are_refused_in_one_line(tmp_path, name):
    path = forged(tmp_path / "forged.png", **FORGERIES[name])
    with pytest.raises(ValueError) as caught:
        restore(read_settings(path))
    assert len(str(caught.value)) < 300 and "\n" not in str(caught.value)


def test_forged_markup_is_shown_as_text(tmp_path):
    wild = "<img src=x onerror=alert(1)>"
    path = forged(tmp_path / "forged.png", prompt=wild, language=wild, transcript=wild)
    text = read_settings(path)
    assert restore(text)[0] == wild, "a text box shows it as text"
    card = markup.restored_card(text["language"], text["transcript"])
    assert "<img" not in card and "&lt;img" in card


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_a_million_by_a_million_is_not_opened(tmp_path, size):
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    text = b"".join(chunk(b"tEXt", key + b"\0a cat") for key in (b"prompt", b"preset", b"version"))
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + text + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    process = psutil.Process()
    before = process.memory_info().rss
    with contextlib.suppress(ValueError):
        read_settings(path)
    assert process.memory_info().rss - before < 64 * MIB
