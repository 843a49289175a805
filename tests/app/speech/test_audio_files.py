"""Recordings of every kind and in every state of ruin: heard, or refused in one line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest

from app.speech.audio import SAMPLE_RATE, AudioError, load_audio
from app.types import SilenceError

ROOT = Path(__file__).parents[3]
CLIPS = ROOT / "tests" / "fixtures" / "clips"
# name, codec, samples a second, channels
KINDS = [
    ("voice.mp3", "mp3", 44_100, "stereo"),
    ("voice.m4a", "aac", 48_000, "mono"),
    ("voice.aac", "aac", 44_100, "mono"),
    ("opus.ogg", "libopus", 48_000, "mono"),
    ("phone.opus", "libopus", 16_000, "mono"),
    ("browser.webm", "libopus", 48_000, "stereo"),
    ("studio.flac", "flac", 96_000, "stereo"),
    ("8 bit.wav", "pcm_u8", 8_000, "mono"),
    ("telephone.wav", "pcm_mulaw", 8_000, "mono"),
    ("24 bit.wav", "pcm_s24le", 96_000, "stereo"),
    ("floats.wav", "pcm_f32le", 44_100, "mono"),
    ("surround.wav", "pcm_s16le", 48_000, "5.1"),
    ("cinema.ac3", "ac3", 48_000, "5.1"),
    ("mac.aiff", "pcm_s16be", 44_100, "mono"),
    ("lossless.m4a", "alac", 44_100, "stereo"),
    ("windows.wma", "wmav2", 44_100, "stereo"),
    ("a film.mkv", "libopus", 48_000, "mono"),
    ("a film.mp4", "aac", 44_100, "stereo"),
    ("12:30 note.wav", "pcm_s16le", 22_050, "mono"),
    ("猫🐈.wav", "pcm_s16le", 16_000, "mono"),
]
NAMES = [name for name, *_ in KINDS]


def tone(rate: int, seconds: float) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * 440.0 * np.arange(round(rate * seconds)) / rate)


def write(path: Path, codec: str, rate: int, layout: str, *, seconds: float = 2.0) -> Path:
    """A file with a tone of 440 Hz in every channel, and moving pictures if it is a film."""
    with av.open(f"file:{path}", "w", format="adts" if path.suffix == ".aac" else None) as file:
        sound = file.add_stream(codec, rate=rate, layout=layout)
        if codec == "wmav2":
            sound.bit_rate = 96_000
        if path.name.startswith("a film"):
            film = file.add_stream("mpeg4", rate=10)
            film.width = film.height = 64
            film.pix_fmt = "yuv420p"
            for number in range(round(10 * seconds)):
                pixels = np.full((64, 64, 3), 10 * number % 255, np.uint8)
                file.mux(film.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            file.mux(film.encode(None))
        channels = av.AudioLayout(layout).nb_channels
        samples = np.tile(tone(rate, seconds).astype(np.float32), (channels, 1))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            sound.codec_context.format, layout, rate, sound.codec_context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.time_base = Fraction(1, rate)
            file.mux(sound.encode(piece))
        file.mux(sound.encode(None))
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("recordings")
    return {name: write(folder / name, *rest) for name, *rest in KINDS}


def heard_or_refused(path: Path) -> str | None:
    """None if `path` is decoded, to finite samples; the line that refuses it otherwise."""
    try:
        audio = load_audio(path)
    except AudioError as error:
        message = str(error)
        assert message and "\n" not in message and len(message) < 250
        assert path.name in message or "sample rate" in message
        return message
    assert audio.dtype == np.float32 and audio.ndim == 1 and len(audio)
    assert np.isfinite(audio).all() and np.abs(audio).max() <= 1.0
    return None


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_heard(files: dict[str, Path], name: str):
    audio = load_audio(files[name])
    assert len(audio) / SAMPLE_RATE == pytest.approx(2.0, abs=0.2)
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio))))
    assert np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)[spectrum.argmax()] == pytest.approx(
        440, abs=2
    )
    assert 0.05 < np.abs(audio).max() <= 1.0


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_anywhere_is_heard_or_refused(files: dict[str, Path], tmp_path: Path, name: str):
    whole = files[name].read_bytes()
    answers = []
    for share in (0.02, 0.1, 0.3, 0.6, 0.9):
        cut = tmp_path / name
        cut.write_bytes(whole[: max(1, int(share * len(whole)))])
        answers.append(heard_or_refused(cut))
    assert answers[0] is not None or name.endswith((".mp3", ".aac", ".ac3"))


@pytest.mark.parametrize("name", NAMES)
def test_damaged_bytes_are_heard_or_refused(files: dict[str, Path], tmp_path: Path, name: str):
    random = np.random.default_rng(len(name))
    whole = np.frombuffer(files[name].read_bytes(), np.uint8)
    for number in range(8):
        damaged = whole.copy()
        near = 200 if number % 2 else len(whole)  # the header, or anywhere
        places = random.integers(0, min(near, len(whole)), 1 + number * 3)
        damaged[places] = random.integers(0, 256, len(places))
        path = tmp_path / name
        path.write_bytes(damaged.tobytes())
        heard_or_refused(path)


def test_a_damaged_stretch_does_not_end_the_recording(files: dict[str, Path], tmp_path: Path):
    whole = bytearray(files["voice.mp3"].read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 1500] = bytes(1500)
    path = tmp_path / "scratched.mp3"
    path.write_bytes(whole)
    assert len(load_audio(path)) > 1.7 * SAMPLE_RATE


def wav(
    path: Path,
    *,
    rate: int,
    channels: int = 1,
    bits: int = 16,
    kind: int = 1,
    data: bytes,
    order: Literal["little", "big"] = "little",
    chunks: bytes = b"",
    **sizes: int,
):
    """A wav file whose header says what it is told to say; `riff_size` and `data_size` may lie."""
    block = channels * bits // 8
    fields = [
        (kind, 2),
        (channels, 2),
        (rate, 4),
        (rate * block % 2**32, 4),
        (block % 2**16, 2),
        (bits, 2),
    ]
    fmt = b"".join(value.to_bytes(size, order) for value, size in fields)
    body = b"WAVEfmt " + len(fmt).to_bytes(4, order) + fmt + chunks
    body += b"data" + sizes.get("data_size", len(data)).to_bytes(4, order) + data
    name = b"RIFF" if order == "little" else b"RIFX"
    path.write_bytes(name + sizes.get("riff_size", len(body)).to_bytes(4, order) + body)
    return path


def pcm(seconds: float, kind: str = "<i2") -> bytes:
    """A tone of 440 Hz at 16 kHz, as samples of a numpy type; "i3": of 24 bits."""
    order, width = kind[0], kind[1:]
    if width == "f4":
        return tone(16_000, seconds).astype(kind).tobytes()
    if width == "u1":
        return (128 + 127 * tone(16_000, seconds)).astype(np.uint8).tobytes()
    bits = 8 * int(width[1])
    whole = (tone(16_000, seconds) * 2 ** (bits - 1)).astype(f"{order}i{4 if bits > 16 else 2}")
    if bits != 24:
        return whole.tobytes()
    parts = whole.view(np.uint8).reshape(-1, 4)
    return (parts[:, 1:] if order == ">" else parts[:, :3]).tobytes()


@pytest.mark.parametrize("riff_size", [0, 1, 36, 20_000, 128_072, 2**31, 2**32 - 1])
def test_a_wav_file_is_as_long_as_its_data_chunk(tmp_path: Path, riff_size: int):
    data = pcm(2.0)
    path = wav(tmp_path / "size.wav", rate=16_000, data=data, riff_size=riff_size)
    assert len(load_audio(path)) == 32_000
    long = {"riff_size": riff_size, "data_size": 2 * len(data)}
    path = wav(tmp_path / "cut.wav", rate=16_000, data=data, **long)
    with pytest.raises(AudioError, match=r"cut\.wav ends early: 2\.0 s of 4\.0 s are there"):
        load_audio(path)


@pytest.mark.parametrize("data_size", [0, 2**32 - 1])
def test_a_wav_file_of_a_program_that_did_not_know_its_length_is_heard(
    tmp_path: Path, data_size: int
):
    path = wav(tmp_path / "open.wav", rate=16_000, data=pcm(2.0), data_size=data_size)
    assert len(load_audio(path)) == 32_000


def test_other_chunks_before_the_sound_change_nothing(tmp_path: Path):
    note = b"LIST" + (5).to_bytes(4, "little") + b"INFO!" + b"\0"  # of odd length, and padded
    path = wav(tmp_path / "note.wav", rate=16_000, data=pcm(2.0), chunks=note * 3, riff_size=9)
    assert len(load_audio(path)) == 32_000


@pytest.mark.parametrize(
    ("samples", "bits", "kind"), [("u1", 8, 1), ("i2", 16, 1), ("i3", 24, 1), ("i4", 32, 1),
                                  ("f4", 32, 3)],
)  # fmt: skip
def test_rifx_is_heard_like_riff(tmp_path: Path, samples: str, bits: int, kind: int):
    said = {"rate": 16_000, "bits": bits, "kind": kind}
    big = wav(tmp_path / "big.wav", data=pcm(2.0, f">{samples}"), order="big", **said)
    little = wav(tmp_path / "little.wav", data=pcm(2.0, f"<{samples}"), **said)
    np.testing.assert_allclose(load_audio(big), load_audio(little), atol=1e-6)
    assert np.abs(load_audio(big)).max() == pytest.approx(0.4, abs=0.02)
    with pytest.raises(AudioError, match=r"little\.wav is longer than 1 s"):
        load_audio(little, max_seconds=1)
    with pytest.raises(AudioError, match=r"big\.wav is longer than 1 s"):
        load_audio(big, max_seconds=1)
    big.write_bytes(big.read_bytes()[: big.stat().st_size // 2])
    with pytest.raises(AudioError, match=r"big\.wav ends early"):
        load_audio(big)


@pytest.mark.parametrize("rate", [0, 1, 999, 2**31 - 1, 2**32 - 1])
def test_absurd_sample_rates_are_refused(tmp_path: Path, rate: int):
    path = wav(tmp_path / "rate.wav", rate=rate, data=bytes(8000))
    assert heard_or_refused(path) is not None


@pytest.mark.parametrize(("channels", "bits"), [(0, 16), (65535, 16), (1, 0), (2, 7), (1, 64)])
def test_absurd_headers_are_heard_or_refused(tmp_path: Path, channels: int, bits: int):
    heard_or_refused(
        wav(tmp_path / "head.wav", rate=8000, channels=channels, bits=bits, data=bytes(8000))
    )


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_floats_that_are_no_numbers_become_silence(tmp_path: Path, rate: int):
    samples = tone(rate, 1.0).astype("<f4")
    samples[rate // 2 : rate // 2 + 50] = np.nan
    samples[rate // 4] = np.inf
    samples[rate // 3] = -np.inf
    path = wav(tmp_path / "nan.wav", rate=rate, bits=32, kind=3, data=samples.tobytes())
    audio = load_audio(path)
    assert np.isfinite(audio).all()
    assert np.abs(audio[: SAMPLE_RATE // 5]).max() == pytest.approx(0.4, abs=0.02)


def test_a_tenth_of_a_second_and_a_single_sample_are_read(tmp_path: Path):
    for samples in (1, 1600):
        path = wav(tmp_path / "short.wav", rate=16_000, data=bytes(2 * samples))
        assert len(load_audio(path)) == samples


@pytest.mark.parametrize("channels", [8, 9, 16, 50, 64])
def test_many_channels_are_mixed_down(tmp_path: Path, channels: int):
    samples = np.zeros((4800, channels), np.int16)
    samples[:, channels // 2] = 9000 * np.sin(np.arange(4800) / 20)
    path = tmp_path / "many.wav"
    audio = load_audio(wav(path, rate=16_000, channels=channels, data=samples.tobytes()))
    loudest = 9000 / 32768 / (channels if channels < 10 else 1)  # or their mean
    assert len(audio) == 4800 and np.abs(audio).max() == pytest.approx(loudest, rel=0.02)


def test_more_channels_than_can_be_read_are_refused(tmp_path: Path):
    path = wav(tmp_path / "many.wav", rate=16_000, channels=100, data=bytes(200 * 4800))
    with pytest.raises(AudioError, match=r"many\.wav is not an audio file that can be decoded"):
        load_audio(path)


def test_an_hour_of_aac_is_refused_early(files: dict[str, Path], tmp_path: Path):
    path = tmp_path / "hour.aac"
    path.write_bytes(files["voice.aac"].read_bytes() * 1800)
    started = time.process_time()
    with pytest.raises(AudioError, match=r"hour\.aac is longer than 120 s"):
        load_audio(path)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a", "flac", "ogg", "txt"])
def test_a_large_file_of_nothing_is_refused(tmp_path: Path, suffix: str):
    path = tmp_path / f"nothing.{suffix}"
    with path.open("wb") as file:
        file.truncate(2**26)  # sparse: it takes no room on the disk
    refused = heard_or_refused(path) or ""
    assert "not an audio file" in refused or "no sound in it" in refused


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile '{}'\n"),
        ("list.wav", "#EXTM3U\n#EXTINF:2,\n{}\n"),
        ("list.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0"),
    ],
)
def test_a_playlist_reads_no_other_file(
    files: dict[str, Path], tmp_path: Path, name: str, text: str
):
    path = tmp_path / name
    path.write_text(text.format(files["voice.mp3"]))
    assert "not an audio file" in (heard_or_refused(path) or "")


def test_what_is_no_file_is_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path / "pipe.wav", Path("/dev/zero")):
        with pytest.raises(AudioError, match="no regular file"):
            load_audio(path)
    for path in (tmp_path / ("n" * 300 + ".wav"), tmp_path / "null\0byte.wav"):
        with pytest.raises(AudioError):
            load_audio(path)


def test_the_app_hears_on_after_every_bad_file(pipeline, files: dict[str, Path], tmp_path: Path):
    (tmp_path / "letter.mp3").write_text("This is a letter, not a sound.\n" * 50)
    (tmp_path / "empty.webm").touch()
    (tmp_path / "cut.m4a").write_bytes(files["voice.m4a"].read_bytes()[:500])
    wav(tmp_path / "short.wav", rate=16_000, data=bytes(3200))
    wav(tmp_path / "silent.wav", rate=44_100, data=bytes(200_000))
    bad = sorted(tmp_path.iterdir())
    assert len(bad) == 5
    for path in bad:
        with pytest.raises((AudioError, SilenceError)):
            pipeline.listen(path)
    assert "star" in pipeline.listen(CLIPS / "en_stars.ogg").prompt.lower()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
def test_the_terminal_never_loads_a_huge_recording_whole(tmp_path: Path):
    path = wav(tmp_path / "days.wav", rate=16_000, data=b"")
    size = 2**31 - 2**20
    with path.open("r+b") as file:
        for place, value in ((4, size + 36), (40, size)):
            file.seek(place)
            file.write(value.to_bytes(4, "little"))
        file.truncate(44 + size)
    code = (  # ru_maxrss would count the parent's memory too
        "import atexit, runpy, shutil\n"
        f"atexit.register(shutil.copyfile, '/proc/self/status', {str(tmp_path / 'status')!r})\n"
        "runpy.run_module('app', run_name='__main__')"
    )
    words = [sys.executable, "-c", code, str(path), "-o", str(tmp_path / "o.png")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "days.wav is longer than 120 s" in done.stderr and len(done.stderr.splitlines()) == 1
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", (tmp_path / "status").read_text())
    assert int(peak) * 1024 < 1_000_000_000
