"""Localisation: translations into ten languages, and the choice for a visitor.

One table (words.json) serves the page's labels, its script, what the server writes, and `--chat`.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent / "words.json"
FALLBACK = "en"
REGIONS = {"zh": ("zh-CN", "zh-TW", "zh-HK"), "pt": ("pt-BR", "pt-PT")}
COMMA = ("de", "es", "fr", "pt", "ru")  # languages that write 1,5
SPACED = ("de", "es", "fr", "ru")  # those that write 50 %
# Regions of these languages that write 1.5, by Unicode CLDR.
POINTED = {
    "de": {"ch", "li"},
    "es": {"419", "bz", "cu", "do", "gt", "hn", "mx", "ni", "pa", "pe", "pr", "sv", "us"},
}


@functools.lru_cache(maxsize=1)
def tables() -> dict[str, dict[str, str]]:
    """Words by key, by language code."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def tables_with_regions() -> dict[str, dict[str, str]]:
    """`tables`, for Chinese and Portuguese also by region, as in browsers' headers."""
    found = dict(tables())
    for language, tags in REGIONS.items():
        found |= {tag: found[language] for tag in tags}
    return found


@dataclass(frozen=True)
class Translations:
    """Translations into one language: `words("steps")`, with values for placeholders in braces.

    `region`: the visitor's, lower case, empty if unknown.
    """

    language: str = FALLBACK
    region: str = ""

    def __call__(self, key: str, **values: object) -> str:
        return tables()[self.language][key].format(**values)

    def number(self, value: float, digits: int = 1) -> str:
        """`value` with `digits` decimals and the visitor's decimal sign."""
        shown = f"{value:.{digits}f}"
        has_comma = self.language in COMMA and self.region not in POINTED.get(self.language, ())
        return shown.replace(".", ",") if has_comma else shown

    def percent(self, share: float) -> str:
        """A `share` in whole percent."""
        space = "\N{NO-BREAK SPACE}" if self.language in SPACED else ""
        return f"{100 * share:.0f}{space}%"


def words_in(language: str) -> Translations:
    """Translations by Whisper's language code, English if missing."""
    language = "zh" if language == "yue" else language
    return Translations(language if language in tables() else FALLBACK)


def words_for(accepted: str | None) -> Translations:
    """Translations by an Accept-Language header such as "pt-BR,pt;q=0.9,en;q=0.8"; else English."""
    wished: list[tuple[float, int, str, str]] = []
    for place, part in enumerate((accepted or "")[:1000].split(",")):
        tag, _, rest = part.strip().partition(";")
        language, *more = tag.lower().split("-")
        if language in tables():
            region = next((each for each in more if 2 <= len(each) <= 3), "")
            wished.append((-_quality(rest), place, language, region))
    return Translations(*min(wished)[2:]) if wished else Translations()


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
