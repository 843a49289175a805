"""Unfinished pictures, and the settings a finished PNG carries."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.config import VERSION
from app.imaging.png import (
    PictureError,
    check_destination,
    crop,
    png_bytes,
    read_picture,
    read_settings,
    save_png,
)  # fmt: skip
from app.imaging.settings import DrawSettings, SettingsError, restore

TEXT = {
    "prompt": "an orange cat", "seed": 7, "preset": "nano", "steps": 12, "guidance": 2.5,
    "ar_ratio": 0.25, "language": "zh", "transcript": "一只橙色的猫",
}  # fmt: skip


OWN = {"prompt": "a cat", "preset": "nano", "version": "0.1.0"}
GRAPH = Path(__file__).parents[2] / "fixtures" / "other-tools-graph.png"


def chunks(path: Path) -> list[tuple[bytes, bytes]]:
    data, at, found = path.read_bytes(), 8, []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def test_settings_come_back(tmp_path):
    path = tmp_path / "cat.png"
    save_png(Image.new("RGB", (8, 8), "orange"), path, TEXT)
    text = read_settings(path)
    assert text == {**{k: str(v) for k, v in TEXT.items()}, "version": VERSION}
    assert restore(text) == ("an orange cat", DrawSettings(12, 2.5, 0.25, 7))


def test_text_is_tEXt_where_latin_1_suffices(tmp_path):
    path = tmp_path / "cat.png"
    save_png(Image.new("RGB", (8, 8)), path, TEXT)
    text = [(kind, data) for kind, data in chunks(path) if kind in (b"tEXt", b"iTXt", b"zTXt")]
    kinds = {data.split(b"\0")[0].decode("latin-1"): kind for kind, data in text}
    found = {key: kinds[key] for key in (*TEXT, "version")}
    assert found.pop("transcript") == b"iTXt"
    assert set(found.values()) == {b"tEXt"}


def test_null_bytes_do_not_end_the_text(tmp_path):
    path = tmp_path / "cat.png"
    save_png(Image.new("RGB", (8, 8)), path, OWN | {"prompt": "a cat\0and a dog"})
    assert read_settings(path)["prompt"] == "a catand a dog"


def test_unknown_keys_are_refused(tmp_path):
    with pytest.raises(ValueError, match="colour"):
        save_png(Image.new("RGB", (8, 8)), tmp_path / "cat.png", {"colour": "red"})


def foreign(path: Path, **text: str) -> Path:
    info = PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    Image.new("RGB", (8, 8)).save(path, pnginfo=info)
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_text("not a picture"), "not a readable PNG"),
        (lambda path: path.write_bytes(b""), "not a readable PNG"),
        (lambda path: Image.new("RGB", (8, 8)).save(path, format="JPEG"), "not a readable PNG"),
        (lambda path: foreign(path, Software="paint"), "carries no settings"),
        (lambda path: foreign(path, prompt='{"5": {"inputs": {}}}', workflow="{}"), "no settings"),
        (lambda path: foreign(path, **OWN | {"prompt": "x" * 20_000}), "too long"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, make, said):
    path = tmp_path / "other.png"
    make(path)
    with pytest.raises(PictureError, match=said) as caught:
        read_settings(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "forged",
    [
        {"seed": "-1"}, {"seed": "1e9"}, {"steps": "1000000"}, {"steps": "0"},
        {"guidance": "nan"}, {"guidance": "inf"}, {"ar_ratio": "2"}, {"prompt": "  \n "},
        {"prompt": "x" * 5000},
    ],
)  # fmt: skip
def test_forged_settings_are_refused(forged):
    with pytest.raises(SettingsError):
        restore({"prompt": "a cat", **forged})


def test_pixels_come_back_and_huge_pictures_are_refused(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(png_bytes(Image.new("RGB", (8, 6), (200, 100, 50)), TEXT))
    picture, text = read_picture(path)
    assert picture.size == (8, 6) and picture.getpixel((7, 5)) == (200, 100, 50)
    assert text["prompt"] == "an orange cat"
    save_png(Image.new("L", (2049, 1)), path, TEXT)
    with pytest.raises(PictureError, match="2049 x 1 pixels; at most 2048"):
        read_picture(path)  # one of ours is not made smaller
    Image.new("L", (2049, 1)).save(tmp_path / "other.png")
    assert read_picture(tmp_path / "other.png")[0].width == 1024
    Image.new("L", (5000, 1)).save(tmp_path / "other.png")
    with pytest.raises(PictureError, match="5000 x 1 pixels; at most 4096"):
        read_picture(tmp_path / "other.png")
    assert read_settings(path)["seed"] == "7"


def test_pictures_of_other_tools_are_read_without_their_text():
    picture, text = read_picture(GRAPH)
    assert text is None and picture.size == (512, 512) and "prompt" in Image.open(GRAPH).info


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "BMP", "PNG"])
def test_other_pictures_are_read_upright_and_small(tmp_path, kind):
    path = tmp_path / "photo"
    Image.new("RGB", (3000, 1500), "orange").save(path, format=kind)
    picture, text = read_picture(path)
    assert text is None and picture.mode == "RGB" and picture.size == (1024, 512)


def test_a_photo_lies_as_it_was_taken_and_a_large_jpeg_is_read(tmp_path):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("L", (6000, 3000)).save(path, exif=exif)
    assert read_picture(path)[0].size == (512, 1024)


def test_what_is_transparent_is_white(tmp_path):
    path = tmp_path / "sticker.png"
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(path)
    assert read_picture(path)[0].getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"\x89PNG\r\n\x1a\n", b"GIF89a"]
)
def test_what_is_no_picture_is_told(tmp_path, data):
    path = tmp_path / "file.png"
    path.write_bytes(data)
    with pytest.raises(PictureError, match="readable"):
        read_picture(path)


def test_the_middle_is_cut_out_in_the_shape_of_a_grid():
    assert crop(Image.new("RGB", (300, 100)), (10, 10)).size == (100, 100)
    assert crop(Image.new("RGB", (481, 400)), (10, 12)).size == (481, 400), "but for rounding"


def test_a_folder_is_told_whatever_it_is_called(tmp_path):
    with pytest.raises(PictureError, match="it is a folder"):
        check_destination(tmp_path)


def test_destination_is_checked_without_a_trace(tmp_path):
    check_destination(tmp_path / "new.png")
    assert list(tmp_path.iterdir()) == []
    old = tmp_path / "old.png"
    old.write_bytes(b"kept")
    check_destination(old)
    assert old.read_bytes() == b"kept"


@pytest.mark.parametrize("name", ["folder.png", "missing/out.png", "out.jpg", "out"])
def test_unwritable_destinations_are_named(tmp_path, name):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(PictureError):
        check_destination(tmp_path / name)


def test_version_is_the_projects():
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{VERSION}"' in project


def test_grey_of_sixteen_bits_is_as_light_as_it_is(tmp_path):
    path = tmp_path / "grey.png"
    Image.fromarray(np.full((40, 40), 40_000, np.uint16)).save(path)
    image, text = read_picture(path)
    assert text is None and image.mode == "RGB"
    assert image.getpixel((20, 20)) == (156, 156, 156)
