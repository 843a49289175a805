"""Speech synthesis: one `Voice` protocol, an offline neural engine (Kokoro) and gTTS.

Another language is one more line in `KOKORO_LANGUAGES` (its voices and espeak-ng's name for it);
gTTS speaks every language it knows without one, and a line in `GTTS_ACCENTS` adds accents.
"""

# S samples.

from __future__ import annotations

import io
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from polyvoice.tts.audio import decode, normalise_loudness, trim_silence

Engine = Literal["kokoro", "gtts"]
ENGINES: tuple[Engine, ...] = ("kokoro", "gtts")


class VoiceError(ValueError):
    """A voice cannot be had or cannot speak; the message is one line for the user."""


class Voice(Protocol):
    """Something that reads a text of one language aloud."""

    @property
    def engine(self) -> Engine: ...

    @property
    def language(self) -> str:
        """ISO 639-1."""

    @property
    def name(self) -> str: ...

    @property
    def sample_rate(self) -> int:
        """Hz."""

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        """Return mono float32 (S,) in [-1, 1] at `sample_rate`, silence trimmed, loudness level.

        Raises:
            VoiceError: nothing to say, or a part the engine needs is missing.
        """


@dataclass(frozen=True)
class KokoroLanguage:
    """How Kokoro speaks a language: its voices, and espeak-ng's name for it (None: misaki).

    "a+b" is a voice between the voices a and b.
    """

    voices: tuple[str, ...]
    espeak: str | None = None


KOKORO_LANGUAGES: dict[str, KokoroLanguage] = {
    "en": KokoroLanguage(("af_heart", "am_michael", "af_heart+am_michael"), espeak="en-us"),
    "fr": KokoroLanguage(("ff_siwis", "ff_siwis+pm_alex", "ff_siwis+pf_dora"), espeak="fr-fr"),
    "es": KokoroLanguage(("ef_dora", "em_alex", "ef_dora+em_alex"), espeak="es"),
    "pt": KokoroLanguage(("pf_dora", "pm_alex", "pf_dora+pm_alex"), espeak="pt-br"),
    "zh": KokoroLanguage(("zf_xiaoxiao", "zm_yunxi", "zf_xiaoyi")),
}

# gTTS' accents: the code of the language and the site that speaks so.
GTTS_ACCENTS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {"gtts-us": ("en", "com"), "gtts-uk": ("en", "co.uk"), "gtts-au": ("en", "com.au")},
    "fr": {"gtts-fr": ("fr", "fr"), "gtts-ca": ("fr", "ca")},
    "es": {"gtts-es": ("es", "es"), "gtts-mx": ("es", "com.mx"), "gtts-us": ("es", "com")},
    "pt": {"gtts-br": ("pt", "com.br"), "gtts-pt": ("pt", "pt")},
    "zh": {"gtts-cn": ("zh-CN", "com"), "gtts-tw": ("zh-TW", "com")},
}


def _gtts_accents(language: str) -> dict[str, tuple[str, str]]:
    """gTTS' accents of a language by name; empty when it does not speak it."""
    if language in GTTS_ACCENTS:
        return GTTS_ACCENTS[language]
    try:
        from gtts.lang import tts_langs
    except ImportError:
        return {}
    return {"gtts": (language, "com")} if language in tts_langs() else {}


def voice_names(language: str, *, engine: Engine = "kokoro") -> tuple[str, ...]:
    """The voices of a language, the default first.

    Raises:
        VoiceError: unknown engine, or a language the engine does not speak.
    """
    if engine not in ENGINES:
        raise VoiceError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    if engine == "kokoro":
        if language in KOKORO_LANGUAGES:
            return KOKORO_LANGUAGES[language].voices
    elif accents := _gtts_accents(language):
        return tuple(accents)
    known = ", ".join(KOKORO_LANGUAGES if engine == "kokoro" else GTTS_ACCENTS)
    raise VoiceError(f"{engine} has no voice for {language!r}; it speaks {known}")


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
    directory = voices_dir or os.environ.get("POLYVOICE_KOKORO_VOICES")
    name = name or names[0]
    found = engine == "kokoro" and directory and (Path(directory) / f"{name}.bin").is_file()
    if name not in names and not found:
        raise VoiceError(f"{language!r} has no voice {name!r}; it has {', '.join(names)}")
    if engine == "gtts":
        return GttsVoice(language, name)
    from polyvoice.tts.kokoro import KokoroVoice

    return KokoroVoice(
        language, name, voices_dir=Path(directory) if directory else None, num_threads=num_threads
    )


@dataclass
class GttsVoice:
    """Google Translate's voice; needs the internet. Waits and tries again when rate-limited."""

    language: str
    name: str
    tries: int = 5
    wait: float = 2.0  # seconds before the second try, doubled for each further one
    engine: Engine = field(default="gtts", init=False)
    sample_rate: int = field(default=24000, init=False)

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        if not 0.5 <= speed <= 1.0:
            raise VoiceError(f"gTTS speaks at speed 1.0, or slowly below 0.75; got {speed}")
        try:
            from gtts import gTTS
        except ImportError:
            raise VoiceError("the engine gtts needs the package gTTS: pip install gTTS") from None
        if not text.strip():
            raise VoiceError(f"nothing to say in {text!r}")
        code, site = _gtts_accents(self.language)[self.name]
        for attempt in range(self.tries):
            stream = io.BytesIO()
            try:
                gTTS(text, lang=code, tld=site, slow=speed < 0.75).write_to_fp(stream)
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
