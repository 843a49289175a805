"""Text to the phonemes Kokoro reads: by the espeak-ng program, or by misaki for Chinese."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import lru_cache

from polyvoice.tts.base import VoiceError
from polyvoice.tts.kokoro_voices import KOKORO_LANGUAGES

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
# French words that espeak-ng takes for English or reads wrongly, spelled as they are said.
_FRENCH_RESPELLED = {
    "bruns": "brun",
    "chromés": "cromés",
    "donut": "donatte",
    "donuts": "donattes",
    "dos": "dau",
    "ferry": "féri",
    "fjord": "fiorde",
    "fjords": "fiordes",
    "football": "foutebolle",
    "hot-dog": "otte dogue",
    "hot-dogs": "otte dogues",
    "menthe": "mante",
}
_RESPELLED = re.compile(rf"\b({'|'.join(_FRENCH_RESPELLED)})\b", re.IGNORECASE)
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
    if language.startswith("fr"):
        text = _RESPELLED.sub(lambda match: _FRENCH_RESPELLED[match[0].lower()], text)
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
    phonemes = re.sub(r"\([a-z^-]+\)", "", "".join(pieces)).strip()  # language switch marks
    for old, new in _TIED.items():
        phonemes = phonemes.replace(old, new)
    more = {"en": _ENGLISH, "pt": _PORTUGUESE}.get(language[:2], {})
    for old, new in more.items():
        phonemes = phonemes.replace(old, new)
    return phonemes.replace("^", "").replace("-", "")


# 只 is zhī where it counts and zhǐ where it means "only"; misaki says zhǐ after most numbers. The
# traditional character has the first reading alone.
_MEASURE_ZHI = re.compile("(?<=[一二两三四五六七八九十几每这那])只")


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
        return _chinese_reader()(_MEASURE_ZHI.sub("隻", text))[0]
    return espeak_phonemes(text.translate(_FULL_WIDTH), espeak)


def split_phonemes(phonemes: str, limit: int) -> list[str]:
    """Cut `phonemes` into pieces of at most `limit`: after punctuation, else at a space."""
    pieces = []
    while len(phonemes) > limit:
        head = phonemes[:limit]
        cut = max(head.rfind(mark) for mark in ".!?;:,…") + 1 or head.rfind(" ") + 1 or limit
        pieces.append(phonemes[:cut].strip())
        phonemes = phonemes[cut:].strip()
    return [piece for piece in [*pieces, phonemes] if piece]
