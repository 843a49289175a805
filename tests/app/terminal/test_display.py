"""The terminal: keys without Enter, a level meter, pictures of half blocks."""

from __future__ import annotations

import io
import os
import sys

import numpy as np
import pytest
from PIL import Image

from app.terminal.display import Screen, half_blocks, meter
from app.terminal.keyboard import END, ENTER, ESCAPE, LineKeys, open_keys


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_meter_runs_from_silence_to_full_scale():
    assert [meter(rms, 6).count("█") for rms in (0.0, 1e-4, 1e-3, 0.1, 1.0, 3.0)] == [
        0, 0, 0, 4, 6, 6,
    ]  # fmt: skip
    assert {len(meter(rms)) for rms in (0.0, 0.01, 0.9)} == {24}


def test_half_blocks_are_two_pixels_each():
    image = Image.new("RGB", (8, 8), (255, 0, 0))
    image.paste((0, 0, 255), (0, 4, 8, 8))
    lines = half_blocks(image, columns=4)
    assert len(lines) == 2 and all(line.count("▀") == 4 for line in lines)
    assert "38;2;255;0;0;48;2;255;0;0m" in lines[0] and "255;0;0" not in lines[1]
    assert "38;5;21;48;5;21m" in half_blocks(image, columns=4, colours=256)[1]


def test_what_is_not_drawn_yet_is_shown_as_checks():
    image = Image.new("RGB", (16, 16), (255, 255, 255))
    written = np.zeros((2, 2), bool)
    written[0] = True
    lines = half_blocks(image, written, columns=16)
    assert "255;255;255" in lines[0] and "255;255;255" not in lines[-1]
    assert "38;38;38" in lines[-1] and "52;52;52" in lines[-1]


def test_wide_pictures_keep_their_shape():
    assert len(half_blocks(Image.new("RGB", (200, 100)), columns=40)) == 10
    assert len(half_blocks(Image.new("RGB", (100, 200)), columns=40)) == 40


def test_a_file_gets_plain_lines_only(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    out = io.StringIO()
    screen = Screen(out)
    screen.show("passing")
    screen.picture(Image.new("RGB", (8, 8)))
    screen.say("kept")
    assert out.getvalue() == "kept\n"


@pytest.mark.parametrize(
    ("term", "colorterm", "no_color", "shown"),
    [
        ("xterm-256color", "truecolor", "", ";2;"),
        ("screen-256color", "", "", ";5;"),
        ("dumb", "", "", None),
        ("vt100", "", "", None),
        ("xterm-256color", "truecolor", "1", None),
    ],
)
def test_pictures_come_in_the_colours_there_are(monkeypatch, term, colorterm, no_color, shown):
    for name, value in (("TERM", term), ("COLORTERM", colorterm), ("NO_COLOR", no_color)):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WT_SESSION", raising=False)
    out = Terminal()
    Screen(out).picture(Image.new("RGB", (8, 8), (255, 0, 0)))
    assert (shown in out.getvalue()) if shown else not out.getvalue()


def test_a_picture_takes_the_place_of_the_one_before(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    screen = Screen(out)
    screen.picture(Image.new("RGB", (8, 8)))
    screen.show("drawing 1/8")
    rows = out.getvalue().count("\n")
    assert "\x1b[22A" not in out.getvalue() and rows == 22
    screen.picture(Image.new("RGB", (8, 8)))
    assert "\x1b[22A" in out.getvalue()
    screen.say("picture: here")
    before = len(out.getvalue())
    screen.picture(Image.new("RGB", (8, 8)))
    assert "\x1b[22A" not in out.getvalue()[before:], "a new picture overwrites no text"


def test_a_terminal_that_knows_few_letters_is_no_error():
    raw = io.BytesIO()
    screen = Screen(io.TextIOWrapper(raw, encoding="ascii"))
    screen.say("heard (zh): 三颗星 …")
    assert raw.getvalue() == b"heard (zh): ??? ?\n"


def test_lines_stand_for_keys():
    keys = LineKeys(io.StringIO("\n q\nDevices\n"))
    assert keys.read(0) is None, "what cannot be waited for is not waited for"
    assert [keys.read() for _ in range(4)] == [ENTER, "q", "d", END]
    assert not keys.is_terminal


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
def test_keys_of_a_terminal_come_at_once_and_it_is_given_back():
    import pty
    import termios

    leader, follower = pty.openpty()
    before = termios.tcgetattr(follower)
    with os.fdopen(follower, "r") as stream:
        with open_keys(stream) as keys:
            assert keys.is_terminal and keys.read(0.01) is None
            for sent, key in ((b" ", " "), (b"\r", ENTER), (b"Q", "q"), (b"\x1b", ESCAPE)):
                os.write(leader, sent)
                assert keys.read(5) == key
            os.write(leader, b"\x1b[A")
            assert keys.read(0.2) is None, "an arrow is no Escape"
            os.write(leader, "é1".encode())
            assert [keys.read(5), keys.read(5)] == ["é", "1"]
            os.write(leader, b"\x04")
            assert keys.read(5) == END
        assert termios.tcgetattr(follower) == before
    os.close(leader)
