"""Sound in: every kind of recording becomes the same samples, every bad one a single clear line."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from app.speech.audio import SAMPLE_RATE, AudioError, load_audio

CLIPS = Path(__file__).parents[2] / "fixtures" / "clips"


def tone(rate: int = SAMPLE_RATE, seconds: float = 0.5, hertz: float = 440.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)


def pitch(audio: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio))))
    return float(np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)[spectrum.argmax()])


def write_wav(path: Path, samples: np.ndarray, rate: int = SAMPLE_RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def write_sound(path: Path, samples: np.ndarray, codec: str) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
        data = (samples * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(data, format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def test_clip_is_16_khz_mono():
    audio = load_audio(CLIPS / "fr_stars.ogg")
    assert audio.dtype == np.float32 and audio.ndim == 1
    assert len(audio) / SAMPLE_RATE == pytest.approx(2.53, abs=0.1)
    assert 0.1 < np.abs(audio).max() <= 1.0


@pytest.mark.parametrize(
    ("kind", "scale", "offset"),
    [("int16", 2**15, 0), ("int32", 2**31, 0), ("uint8", 128, 128), ("float64", 1, 0)],
)
def test_every_number_type_is_scaled_alike(kind: str, scale: float, offset: float):
    samples = (tone() * scale + offset).astype(kind)
    np.testing.assert_allclose(load_audio((SAMPLE_RATE, samples)), tone(), atol=1.1 / 128)


def test_channels_are_averaged_whichever_axis_they_are_on():
    both = np.stack([tone(), 0.5 * tone()], axis=1)
    for samples in (both, both.T):
        np.testing.assert_allclose(load_audio((SAMPLE_RATE, samples)), 0.75 * tone(), atol=1e-6)


def test_channels_that_cancel_are_not_lost():
    samples = np.stack([tone(), -tone()], axis=1)
    np.testing.assert_allclose(load_audio((SAMPLE_RATE, samples)), tone(), atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_resampling_keeps_pitch_and_length(rate: int):
    audio = load_audio((rate, tone(rate)))
    assert len(audio) == pytest.approx(SAMPLE_RATE / 2, abs=16)
    assert pitch(audio) == pytest.approx(440, abs=3)


def test_stereo_file_at_44_khz(tmp_path: Path):
    sides = np.stack([tone(44100), tone(44100)], axis=1)
    audio = load_audio(write_wav(tmp_path / "two.wav", sides, 44100, channels=2))
    assert pitch(audio) == pytest.approx(440, abs=3)
    assert np.abs(audio).max() == pytest.approx(0.5, abs=0.02)


def test_numbers_that_are_none_become_silence_and_loud_ones_fit():
    samples = tone().astype(np.float32) * 4
    samples[100:200] = np.nan
    samples[300] = np.inf
    audio = load_audio((SAMPLE_RATE, samples))
    assert np.isfinite(audio).all() and not audio[100:200].any()
    assert np.abs(audio).max() == pytest.approx(1.0)


def one_line(error: pytest.ExceptionInfo[AudioError]) -> str:
    message = str(error.value)
    assert message and "\n" not in message and len(message) < 200
    return message


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (None, "no recording given"),
        ((SAMPLE_RATE, np.zeros(0, np.int16)), "empty"),
        ((SAMPLE_RATE, np.zeros((0, 2), np.int16)), "empty"),
        ((0, np.zeros(10)), "not a sample rate"),
        ((SAMPLE_RATE, np.zeros((2, 2, 2))), "shape"),
        ((SAMPLE_RATE, np.zeros(10, complex)), "complex"),
        ((SAMPLE_RATE, np.array(["a", "b"])), "type"),
        ((8000, np.zeros(8000 * 3)), "longer than 2 s"),
        (42, "int"),
    ],
)
def test_bad_samples_are_one_line(source, says: str):
    with pytest.raises(AudioError) as error:
        load_audio(source, max_seconds=2)
    assert says in one_line(error)


def test_bad_files_are_one_line(tmp_path: Path):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("This is a letter, not a sound.\n" * 50)
    (tmp_path / "noise.mp3").write_bytes(np.random.default_rng(0).bytes(3000))
    write_wav(tmp_path / "header.wav", np.zeros(0))
    cases = {
        "absent.wav": "does not exist",
        "empty.wav": "empty (0 bytes)",
        "text.wav": "not an audio file",
        "noise.mp3": "",
        "header.wav": "no sound in it",
        "": "folder",
    }
    for name, says in cases.items():
        with pytest.raises(AudioError) as error:
            load_audio(tmp_path / name)
        assert name in one_line(error) and says in one_line(error)


def test_video_without_sound_is_one_line(tmp_path: Path):
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(AudioError, match=r"silent\.mp4 has no sound in it"):
        load_audio(path)


def test_an_hour_is_refused_without_reading_it(tmp_path: Path):
    path = write_wav(tmp_path / "hour.wav", np.zeros(0), 8000)
    size = 3600 * 8000 * 2
    with path.open("r+b") as file:  # a real header over an hour of zeros, sparse on the disk
        file.seek(4)
        file.write((size + 36).to_bytes(4, "little"))
        file.seek(40)
        file.write(size.to_bytes(4, "little"))
        file.truncate(44 + size)
    started = time.process_time()
    with pytest.raises(AudioError, match=r"hour\.wav is longer than 120 s"):
        load_audio(path)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("suffix", "codec"), [("wav", "pcm_s16le"), ("flac", "flac")])
def test_a_file_cut_short_says_so(tmp_path: Path, suffix: str, codec: str):
    sound = np.random.default_rng(0).normal(0, 0.1, 4 * SAMPLE_RATE)
    path = write_sound(tmp_path / f"cut.{suffix}", sound, codec)
    assert len(load_audio(path)) == pytest.approx(4 * SAMPLE_RATE, abs=200)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(AudioError, match=r"ends early: 1\.\d s of 4\.0 s"):
        load_audio(path)


def test_an_m4a_cut_short_is_one_line(tmp_path: Path):
    path = write_sound(tmp_path / "cut.m4a", tone(seconds=4), "aac")
    assert pitch(load_audio(path)) == pytest.approx(440, abs=3)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError) as error:
        load_audio(path)
    assert "cut.m4a" in one_line(error)
