"""Grapheme to phoneme for Kokoro: by the espeak-ng program, or by misaki for Chinese."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from maskgil.utils.assets import table_rows
from polyvoice.tts.base import VoiceError
from polyvoice.tts.kokoro_voices import KOKORO_LANGUAGES

_PUNCTUATION = re.compile(r"([;:,.!?¡¿—…]+)")
_FULL_WIDTH = str.maketrans("，。！？；：、", ",.!?;:,")


@lru_cache
def _letters(kind: str) -> dict[str, str]:
    """Those of one kind in letters.tsv: what is written -> what is read."""
    rows = table_rows(Path(__file__).with_name("letters.tsv"))
    return {old: new for name, old, new in rows if name == kind}


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
        respelled = _letters("fr")
        words = re.compile(rf"\b({'|'.join(respelled)})\b", re.IGNORECASE)
        text = words.sub(lambda match: respelled[match[0].lower()], text)
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
    more = _letters(language[:2]) if language[:2] in ("en", "pt") else {}
    for old, new in (*_letters("tied").items(), *more.items()):
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
