"""Build the glossary's data from Unicode CLDR: `python -m app.glossary.build --cldr DIR`.

DIR holds the npm packages `cldr-annotations-full` and `cldr-rbnf` (`npm install
cldr-annotations-full cldr-rbnf` makes it: node_modules). Written: assets/glossary/cldr.json.gz with

- `concepts`: [English noun, its further English words, whether the picture model knows it, the
  keywords that CLDR has for it in English];
- `languages`: code -> {"nouns": {words: concept}, "colours": {word: colour},
  "numbers": {word: 1..10}, "written": {words: as CLDR writes them, where folding changed them}}.

Nouns and colours are aligned by the emoji they name (`app.glossary.alignment`); numbers come from
the spell-out rules.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.glossary.alignment import (
    ENGLISH_COLOURS,
    Annotations,
    Concept,
    align_nouns,
    find_colours,
)
from app.glossary.normalize import fold
from app.languages import LANGUAGES
from maskgil.utils.assets import ASSETS, table_rows
from maskgil.utils.command_line import status_of

SYLLABLES = ASSETS / "glossary" / "syllables.json.gz"
OUTPUT = ASSETS / "glossary" / "cldr.json.gz"
EMOJI = ASSETS / "glossary" / "emoji.tsv"

# Whisper's code -> CLDR locales, where it is not the one of the same name.
LOCALES = {
    "zh": ("zh", "zh-Hant", "zh-Hant-HK"),
    "yue": ("yue", "yue-Hans", "zh-Hant-HK", "zh-Hant", "zh"),
    "no": ("no", "nn"),
    "tl": ("fil",),
    "jw": ("jv",),
    "pt": ("pt", "pt-PT"),
    "es": ("es", "es-419", "es-MX", "es-US"),
    "fr": ("fr", "fr-CA"),
    "de": ("de", "de-CH"),
    "sr": ("sr", "sr-Latn"),
    "sv": ("sv", "sv-FI"),
    "pa": ("pa", "pa-Arab"),
    "kk": ("kk", "kk-Arab"),
    "sw": ("sw", "sw-KE"),
    "ca": ("ca", "ca-ES-valencia"),
}
# English names of emoji that are no things to be drawn.
NO_THING = re.compile(
    r"face|hand|button|sign\b|symbol|arrow|o’clock|thirty|square|circle|heart|person|people|mark\b"
    r"|selector|keycap|flag|triangle|finger|^no |^non-|zodiac|letter|input|skin tone|hair|date"
    r"|points|zzz|warning|customs|emblem|prohibited|vibration|closet|claim|control|passport|off$"
    r"|baggage|accent|quote|^\w*\d|^(?:man|woman|men|women|boy|girl)\b.*\b\w+ing\b|^[^a-z]*$",
    re.IGNORECASE,
)
MIN_WORDS = 50  # languages with fewer nouns are left out


def read_annotations(cldr: Path, locale: str) -> Annotations:
    """Names and keywords of one locale; empty where CLDR has none."""
    path = cldr / "cldr-annotations-full" / "annotations" / locale / "annotations.json"
    if not path.is_file():
        return {}
    table = json.loads(path.read_text(encoding="utf-8"))["annotations"].get("annotations", {})
    return {
        emoji: (entry.get("tts", [""])[0], tuple(entry.get("default", ())))
        for emoji, entry in table.items()
        if "\u200d" not in emoji
    }


def read_concepts(english: Annotations) -> list[Concept]:
    """The nouns of emoji.tsv first, then further emoji that are things."""
    concepts = []
    for drawn, noun, others in table_rows(EMOJI):
        emoji, synonyms = drawn.replace("\ufe0f", ""), [*filter(None, others.split(","))]
        name = english.get(emoji, ("", ()))[0]
        if name and not NO_THING.search(name) and not ENGLISH_COLOURS & {*name.split()}:
            synonyms.append(name)
        concepts.append(Concept(noun, tuple(dict.fromkeys(synonyms)), True, emoji))
    known = {c.emoji for c in concepts}
    named = {w for c in concepts for w in (c.english, *c.synonyms)}
    for emoji, (name, keywords) in english.items():
        thing = ord(emoji[0]) >= 0x1F300 or 0x2600 <= ord(emoji[0]) <= 0x26FF
        thing = thing and not 0x2648 <= ord(emoji[0]) <= 0x2653 and emoji != "⛎"  # the zodiac
        new = thing and emoji not in known and name not in named
        if new and len(name.split()) <= 2 and not NO_THING.search(name):
            concepts.append(Concept(name, tuple(k for k in keywords if k != name), False, emoji))
            named.add(name)
    return concepts


_CALL = re.compile(r"=(%%?[\w-]+)=")


def spell_numbers(cldr: Path, locale: str) -> dict[str, int]:
    """The words for 1 to 10, every gender and case the spell-out rules know."""
    path = cldr / "cldr-rbnf" / "rbnf" / f"{locale}.json"
    if not path.is_file():
        return {}
    rules = json.loads(path.read_text(encoding="utf-8"))["rbnf"]["rbnf"].get("SpelloutRules", {})
    tables = {name: {e[0]: e[1] for e in entries if len(e) == 2} for name, entries in rules.items()}

    def spell(table: str, number: int, depth: int = 0) -> str:
        entries = tables.get(table, {})
        keys = [int(k) for k in entries if k.isdigit() and int(k) <= number]
        if not keys or depth > 5:
            return ""
        text = entries[str(max(keys))].rstrip(";").strip("'")
        call = _CALL.fullmatch(text)
        if call:
            return spell(call.group(1), number, depth + 1)
        return "" if re.search(r"[=←→<>#%]", text) else text.replace("\u00ad", "")

    words: dict[str, int] = {}
    for table in tables:
        if ("cardinal" in table or "numbering" in table) and not re.search(
            "year|verbose|ordinal|financial|%%", table
        ):
            for number in range(1, 11):
                word = fold(spell(table, number), locale)
                if word:
                    words.setdefault(word, number)
    return words


def written(code: str, words: Iterable[str], tables: Iterable[Annotations]) -> dict[str, str]:
    """Folded `words` of a language with the accents, hyphens and capitals that CLDR gives them."""
    known: dict[str, str] = {}
    for table in tables:
        for name, keywords in table.values():
            for each in (name, *keywords):
                known.setdefault(fold(each, code), each)
    return {each: known[each] for each in words if known.get(each, each) != each}


def locales_of(code: str) -> tuple[str, ...]:
    return LOCALES.get(code, (code,))


def merge(tables: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Join dictionaries; the first one that knows a key wins."""
    joined: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            joined.setdefault(key, value)
    return dict(sorted(joined.items()))


def build(cldr: Path) -> dict[str, Any]:
    """The whole glossary, ready for JSON.

    Raises:
        FileNotFoundError: `cldr` lacks one of the two packages.
    """
    for package in ("cldr-annotations-full", "cldr-rbnf"):
        if not (cldr / package).is_dir():
            raise FileNotFoundError(f"{cldr} has no {package}: npm install {package}")
    english = read_annotations(cldr, "en")
    concepts = read_concepts(english)
    languages = {}
    for code in LANGUAGES:
        if code == "en":
            continue
        nouns, colours, tables = [], [], []
        for locale in locales_of(code):
            local = read_annotations(cldr, locale)
            if local:
                tables.append(local)
                colours.append(find_colours(local, code))
                known = set(colours[-1])
                nouns.append(align_nouns(local, english, concepts, known, code))
        numbers = merge(spell_numbers(cldr, locale) for locale in locales_of(code))
        words = merge(nouns)
        if len(words) >= MIN_WORDS:
            languages[code] = {
                "nouns": words,
                "colours": merge(colours),
                "numbers": numbers,
                "written": written(code, words, tables),
            }
    version = json.loads((cldr / "cldr-annotations-full" / "package.json").read_text())["version"]
    return {
        "cldr": version,
        "unicode": unicodedata.unidata_version,
        "concepts": [
            [c.english, list(c.synonyms), c.drawn, list(english.get(c.emoji, ("", ()))[1])]
            for c in concepts
        ],
        "languages": languages,
    }


def read_syllables() -> dict[str, str]:
    """Toneless Mandarin syllable -> its characters (U+4E00 to U+9FFF), from pypinyin's table.

    Raises:
        ImportError: pypinyin is not installed.
    """
    from pypinyin.pinyin_dict import pinyin_dict

    table: dict[str, str] = defaultdict(str)
    for code, readings in sorted(pinyin_dict.items()):
        if 0x4E00 <= code <= 0x9FFF:
            letters = unicodedata.normalize("NFD", readings.split(",")[0].replace("ü", "v"))
            table["".join(c for c in letters if c.isascii())] += chr(code)
    return dict(sorted(table.items()))


def write(path: Path, data: Any) -> None:
    """Write compressed JSON, the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def main(arguments: list[str] | None = None) -> int:
    program = "python -m app.glossary.build"
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--cldr", type=Path, required=True, metavar="DIR", help="node_modules")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    return status_of(lambda: run(options), program)


def run(options: argparse.Namespace) -> None:
    """Write both files, and say what is in them."""
    data = build(options.cldr)
    write(options.output, data)
    try:
        write(SYLLABLES, read_syllables())
    except ImportError:
        print(f"{SYLLABLES.name} left as it is: needs pypinyin", file=sys.stderr)
    sizes = [len(entry["nouns"]) for entry in data["languages"].values()]
    print(
        f"{options.output}: {len(data['concepts'])} things, {len(sizes)} languages, "
        f"{min(sizes)} to {max(sizes)} nouns each, {options.output.stat().st_size} bytes"
    )


if __name__ == "__main__":
    raise SystemExit(main())
