"""Speech synthesis: one `Voice` protocol, an offline neural engine (Kokoro) and gTTS.

Another language is one more line in `KOKORO_LANGUAGES` (its voices and espeak-ng's name for it);
gTTS speaks every language it knows without one, and a line in `GTTS_ACCENTS` adds accents.
"""

# S samples.

from __future__ import annotations

import os
from pathlib import Path

from polyvoice.tts.base import ENGINES, Engine, Voice, VoiceError
from polyvoice.tts.gtts import GTTS_ACCENTS, GttsVoice, gtts_accents
from polyvoice.tts.kokoro_voices import KOKORO_LANGUAGES


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
    elif accents := gtts_accents(language):
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
