"""Sounds with nobody in them, made on the spot: noise, hum, tones, music, clicks, breath.

Each is float32 (n,) at 16 kHz within [-1, 1], the same on every machine.
"""

# n samples at 16 kHz, F frequencies.

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

RATE = 16_000


def sounds(seconds: float = 3.0, seed: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """Every sound by name, each `seconds` long, noises drawn from `seed`."""
    for name, make in _SOUNDS.items():
        random = np.random.default_rng([seed, *name.encode()])
        sound = make(np.arange(round(seconds * RATE)) / RATE, random)
        yield name, np.clip(sound, -1.0, 1.0).astype(np.float32)


def _coloured(random: np.random.Generator, count: int, slope: float) -> np.ndarray:
    """Noise (count,) of standard deviation 1 whose amplitude falls with frequency^slope."""
    spectrum = np.fft.rfft(random.normal(size=count))
    bins = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    noise = np.fft.irfft(spectrum * bins**-slope, count)
    return noise / max(noise.std(), 1e-12)


def _band(random: np.random.Generator, count: int, low: float, high: float) -> np.ndarray:
    """Noise (count,) of standard deviation 1 between `low` and `high` Hz, with soft edges."""
    spectrum = np.fft.rfft(random.normal(size=count))
    bins = np.fft.rfftfreq(count, 1 / RATE)
    gain = 1 / (1 + (low / np.maximum(bins, 1.0)) ** 4) / (1 + (bins / high) ** 4)
    noise = np.fft.irfft(spectrum * gain, count)
    return noise / max(noise.std(), 1e-12)


def _swell(time: np.ndarray, period: float, sharpness: float = 2.0) -> np.ndarray:
    """An envelope (n,) from 0 to 1 that comes and goes once a `period` of seconds."""
    return np.sin(np.pi * time / period) ** (2 * sharpness)


def _hum(time: np.ndarray, hertz: float) -> np.ndarray:
    """A mains hum with odd and even harmonics."""
    parts = [np.sin(2 * np.pi * hertz * k * time + k) / k for k in (1, 2, 3, 5, 7)]
    return np.sum(parts, axis=0)


def _notes(time: np.ndarray, chords: list[tuple[float, ...]], beat: float) -> np.ndarray:
    """Chords of plucked strings, one a `beat` of seconds: decaying harmonics."""
    sound = np.zeros_like(time)
    for start in np.arange(0, time[-1] if len(time) else 0, beat):
        since = time - start
        ringing = np.where(since >= 0, np.exp(-3 * np.maximum(since, 0)), 0.0)
        for hertz in chords[round(start / beat) % len(chords)]:
            for k in range(1, 6):
                sound += ringing * np.sin(2 * np.pi * hertz * k * since) / k**1.5
    return sound


_C, _D, _E, _F, _G, _A, _B = 261.6, 293.7, 329.6, 349.2, 392.0, 440.0, 493.9
_CADENCE = [(_C, _E, _G), (_F, _A, 2 * _C), (_G, _B, 2 * _D), (_C, _E, _G, 2 * _C)]
_MELODY = [(note,) for note in (_E, _E, _F, _G, _G, _F, _E, _D, _C, _C, _D, _E)]


def _drums(time: np.ndarray, random: np.random.Generator) -> np.ndarray:
    since = time % 0.25
    hits = random.normal(size=len(time)) * np.exp(-30 * since)
    kick = np.sin(2 * np.pi * 60 * (time % 0.5)) * np.exp(-12 * (time % 0.5))
    return 0.3 * hits + 0.6 * kick


def _clicks(time: np.ndarray, random: np.random.Generator, per_second: float) -> np.ndarray:
    """Short dull clicks at random moments, like keys or a mouse."""
    struck = (random.random(len(time)) < per_second / RATE) * random.uniform(0.5, 1, len(time))
    ring = np.exp(-np.arange(200) / 25) * np.sin(2 * np.pi * 2200 * np.arange(200) / RATE)
    return np.convolve(struck, ring)[: len(time)]


def _violin(time: np.ndarray) -> np.ndarray:
    """One bowed note with vibrato: rich harmonics, nearest of all these to a voice."""
    phase = 2 * np.pi * _A * time + 6 * np.sin(2 * np.pi * 5.5 * time)
    return np.sum([np.sin(k * phase) / k for k in range(1, 12)], axis=0)


Sound = Callable[[np.ndarray, np.random.Generator], np.ndarray]
_SOUNDS: dict[str, Sound] = {
    "zeros": lambda t, r: np.zeros_like(t),
    "constant offset": lambda t, r: np.full_like(t, 0.3),
    "last bit": lambda t, r: r.integers(-1, 2, len(t)) / 32768,
    "quiet room": lambda t, r: 1e-3 * _coloured(r, len(t), 0.5),
    "white noise, soft": lambda t, r: 0.01 * r.normal(size=len(t)),
    "white noise": lambda t, r: 0.1 * r.normal(size=len(t)),
    "white noise, clipped": lambda t, r: 2.0 * r.normal(size=len(t)),
    "pink noise, soft": lambda t, r: 0.01 * _coloured(r, len(t), 0.5),
    "pink noise": lambda t, r: 0.1 * _coloured(r, len(t), 0.5),
    "brown noise": lambda t, r: 0.2 * _coloured(r, len(t), 1.0),
    "noise in bursts": lambda t, r: 0.1 * _swell(t, 0.25) * _coloured(r, len(t), 0.5),
    "radio between stations": lambda t, r: 0.1 * _swell(t, 1.3) * _band(r, len(t), 300, 3000),
    "wind": lambda t, r: 0.3 * (0.3 + _swell(t, 2.1, 1.0)) * _band(r, len(t), 30, 250),
    "rain": lambda t, r: 0.02 * r.normal(size=len(t)) + 0.1 * _clicks(t, r, 120),
    "breath": lambda t, r: 0.03 * _swell(t, 1.7) * _band(r, len(t), 400, 2500),
    "breath into the microphone": lambda t, r: 0.2 * _swell(t, 1.2) * _band(r, len(t), 80, 1200),
    "hum 50 Hz": lambda t, r: 0.2 * _hum(t, 50),
    "hum 60 Hz, soft": lambda t, r: 0.01 * _hum(t, 60) + 1e-3 * r.normal(size=len(t)),
    "fan": lambda t, r: 0.03 * _hum(t, 117) + 0.03 * _coloured(r, len(t), 0.8),
    "tone 220 Hz": lambda t, r: 0.4 * np.sin(2 * np.pi * 220 * t),
    "tone 1 kHz": lambda t, r: 0.4 * np.sin(2 * np.pi * 1000 * t),
    "beeps": lambda t, r: 0.4 * np.sin(2 * np.pi * 880 * t) * (t % 0.5 < 0.2),
    "square wave": lambda t, r: 0.3 * np.sign(np.sin(2 * np.pi * 150 * t)),
    "rising sweep": lambda t, r: 0.3 * np.sin(2 * np.pi * (100 * t + 200 * t**2)),
    "siren": lambda t, r: 0.3 * np.sin(2 * np.pi * 700 * t + 150 * np.sin(2 * np.pi * 0.5 * t)),
    "dialling": lambda t, r: (
        0.2 * (np.sin(2 * np.pi * 697 * t) + np.sin(2 * np.pi * 1336 * t)) * (t % 0.3 < 0.15)
    ),
    "chords": lambda t, r: 0.12 * _notes(t, _CADENCE, 0.6),
    "melody": lambda t, r: 0.25 * _notes(t, _MELODY, 0.3),
    "low melody": lambda t, r: 0.25 * _notes(t / 2, _MELODY, 0.25),
    "violin": lambda t, r: 0.12 * _violin(t),
    "drums": _drums,
    "drums and chords": lambda t, r: 0.5 * _drums(t, r) + 0.06 * _notes(t, _CADENCE, 0.5),
    "clicks": lambda t, r: 0.6 * _clicks(t, r, 4),
    "typing": lambda t, r: 0.3 * _clicks(t, r, 15) + 2e-3 * r.normal(size=len(t)),
    "one click": lambda t, r: 0.9 * (np.arange(len(t)) == len(t) // 2),
    "loose contact": lambda t, r: 0.5 * np.repeat(r.random(len(t) // 80 + 1) < 0.05, 80)[: len(t)],
}
