"""gTTS as a voice: Google's speech synthesis, over the network."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field

import numpy as np

from maskgil.utils.command_line import first_line
from polyvoice.tts.audio import decode, normalise_loudness, trim_silence
from polyvoice.tts.base import Engine, VoiceError

# gTTS' accents: the code of the language and the site that speaks so.
GTTS_ACCENTS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {"gtts-us": ("en", "com"), "gtts-uk": ("en", "co.uk"), "gtts-au": ("en", "com.au")},
    "fr": {"gtts-fr": ("fr", "fr"), "gtts-ca": ("fr", "ca")},
    "es": {"gtts-es": ("es", "es"), "gtts-mx": ("es", "com.mx"), "gtts-us": ("es", "com")},
    "pt": {"gtts-br": ("pt", "com.br"), "gtts-pt": ("pt", "pt")},
    "zh": {"gtts-cn": ("zh-CN", "com"), "gtts-tw": ("zh-TW", "com")},
}


def gtts_accents(language: str) -> dict[str, tuple[str, str]]:
    """gTTS' accents of a language by name; empty when it does not speak it."""
    if language in GTTS_ACCENTS:
        return GTTS_ACCENTS[language]
    try:
        from gtts.lang import tts_langs
    except ImportError:
        return {}
    return {"gtts": (language, "com")} if language in tts_langs() else {}


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
        code, site = gtts_accents(self.language)[self.name]
        for attempt in range(self.tries):
            stream = io.BytesIO()
            try:
                gTTS(text, lang=code, tld=site, slow=speed < 0.75).write_to_fp(stream)
                break
            except Exception as error:
                if attempt == self.tries - 1 or not _worth_another_try(error):
                    line = f"gTTS failed (it needs the internet): {first_line(error)}"
                    raise VoiceError(line) from None
                time.sleep(self.wait * 2**attempt)
        stream.seek(0)
        samples = decode(stream, self.sample_rate)
        return normalise_loudness(trim_silence(samples, self.sample_rate))


def _worth_another_try(error: Exception) -> bool:
    """Rate limits (429) and server errors pass with time; no connection at all does not."""
    status = getattr(getattr(error, "rsp", None), "status_code", None)
    return status is not None and (status == 429 or status >= 500)
