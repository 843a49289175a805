"""Kokoro's voices by language."""

from __future__ import annotations

from dataclasses import dataclass


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
