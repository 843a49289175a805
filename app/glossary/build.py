"""Build the glossary's data from Unicode CLDR: `python -m app.glossary.build --cldr DIR`.

DIR holds the npm packages `cldr-annotations-full` and `cldr-rbnf` (`npm install
cldr-annotations-full cldr-rbnf` makes it: node_modules). Written: assets/glossary/cldr.json.gz with

- `concepts`: [English noun, its further English words, whether the picture model knows it, the
  keywords that CLDR has for it in English];
- `languages`: code -> {"nouns": {words: concept}, "colours": {word: colour},
  "numbers": {word: 1..10}}.

A noun's names are the emoji's own name where the English name is the noun, and those keywords
whose set of emoji agrees with the English noun's. Colour words are what tells the names of hearts,
circles and squares apart. Numbers come from the spell-out rules.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.glossary.normalize import fold, words_of
from app.glossary.scene_parser import NOUN_FIRST
from app.languages import LANGUAGES, UNSPACED
from maskgil.utils.assets import ASSETS

NOUNS = Path(__file__).resolve().parents[2] / "maskgil" / "nano" / "emoji" / "nouns.tsv"
SYLLABLES = ASSETS / "glossary" / "syllables.json.gz"
OUTPUT = ASSETS / "glossary" / "cldr.json.gz"

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
COLOUR_SERIES: tuple[dict[str, str], ...] = (
    {"❤": "red", "🧡": "orange", "💛": "yellow", "💚": "green", "💙": "blue", "💜": "purple",
     "🩷": "pink", "🤎": "brown", "🖤": "black", "🤍": "white", "🩶": "gray"},
    {"🔴": "red", "🟠": "orange", "🟡": "yellow", "🟢": "green", "🔵": "blue", "🟣": "purple",
     "🟤": "brown", "⚫": "black", "⚪": "white"},
    {"🟥": "red", "🟧": "orange", "🟨": "yellow", "🟩": "green", "🟦": "blue", "🟪": "purple",
     "🟫": "brown", "⬛": "black", "⬜": "white"},
)  # fmt: skip
# English names of emoji that are no things to be drawn.
NO_THING = re.compile(
    r"face|hand|button|sign\b|symbol|arrow|o’clock|thirty|square|circle|heart|person|people|mark\b"
    r"|selector|keycap|flag|triangle|finger|^no |^non-|zodiac|letter|input|skin tone|hair|date"
    r"|points|zzz|warning|customs|emblem|prohibited|vibration|closet|claim|control|passport|off$"
    r"|baggage|accent|quote|^\w*\d|^(?:man|woman|men|women|boy|girl)\b.*\b\w+ing\b|^[^a-z]*$",
    re.IGNORECASE,
)
_ENGLISH_COLOURS = {colour for series in COLOUR_SERIES for colour in series.values()}
MIN_WORDS = 50  # languages with fewer nouns are left out
MIN_AGREEMENT = 0.5  # Dice coefficient of two sets of emoji
SURE_AGREEMENT = 0.75  # at which a keyword need not be part of a name
SAME_NAME, LATER_SYNONYM, OWN_EMOJI = 3.0, 0.1, 1.5  # weights of votes; keywords have less


@dataclass(frozen=True)
class Concept:
    """A thing with an English name."""

    english: str
    synonyms: tuple[str, ...]
    drawn: bool  # in the picture model's vocabulary
    emoji: str


Annotations = dict[str, tuple[str, tuple[str, ...]]]  # emoji -> (name, keywords)


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
    """The picture model's nouns first, then further emoji that are things."""
    concepts = []
    for line in NOUNS.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        emoji, noun, _, _, others = (line.split("\t") + [""] * 5)[:5]
        emoji = emoji.replace("\ufe0f", "")
        synonyms = [w.strip() for w in others.split(",") if w.strip()]
        name = english.get(emoji, ("", ()))[0]
        if name and not NO_THING.search(name) and not _ENGLISH_COLOURS & {*name.split()}:
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


def emoji_of_words(annotations: Annotations, code: str = "en") -> dict[str, set[str]]:
    """Folded words -> the emoji they are a name or a keyword of."""
    found: dict[str, set[str]] = defaultdict(set)
    for emoji, (name, keywords) in annotations.items():
        for words in (name, *keywords):
            if words:
                found[fold(words, code)].add(emoji)
    return found


def _dice(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))


def _is_head(words: str, name: str, code: str) -> bool:
    """Whether `words` are what a name of several words names: "miś" of "pluszowy miś"."""
    if code in UNSPACED:
        return words in name
    edge = name.split()[: len(words.split())]
    if code not in NOUN_FIRST:
        edge = name.split()[-len(words.split()) :]
    return words == " ".join(edge)


class _Alignment:
    """Votes for what words of a language mean, from what emoji are called there and in English."""

    def __init__(
        self, local: Annotations, english: Annotations, colours: set[str], code: str
    ) -> None:
        self.local, self.english, self.colours = local, english, colours
        self.code, self.unspaced = code, code in UNSPACED
        self.local_sets, self.english_sets = emoji_of_words(local, code), emoji_of_words(english)
        self.names = {emoji: fold(name, code) for emoji, (name, _) in local.items()}
        self.emoji_named: dict[str, list[str]] = defaultdict(list)
        for emoji, (name, _) in english.items():
            self.emoji_named[fold(name)].append(emoji)
        self.words_at: dict[str, set[str]] = defaultdict(set)
        for words, emoji_set in self.english_sets.items():
            for emoji in emoji_set:
                self.words_at[emoji].add(words)
        self.votes: dict[str, dict[int, float]] = defaultdict(dict)

    def _vote(self, words: str, index: int, weight: float) -> None:
        if len(words) > 1 or self.unspaced:
            self.votes[words][index] = max(weight, self.votes[words].get(index, 0))

    def _plain_name(self, emoji: str) -> str:
        """The emoji's name where it says no colour besides; empty otherwise."""
        name, english = self.names.get(emoji, ""), self.english.get(emoji, ("",))[0]
        return "" if _names_colour(name, english, self.colours, self.unspaced) else name

    def by_names(self, index: int, concept: Concept, own: list[str]) -> None:
        """Names of emoji whose English name is the thing's, and of the thing's own emoji."""
        for number, words in enumerate(own):
            for emoji in self.emoji_named[words]:
                if name := self._plain_name(emoji):
                    self._vote(name, index, SAME_NAME - LATER_SYNONYM * number)
        if name := self._plain_name(concept.emoji):
            self._vote(name, index, OWN_EMOJI + concept.drawn)

    def by_keywords(self, index: int, concept: Concept, own: list[str]) -> None:
        """Keywords of the thing's emoji that are at as many emoji as its English words are."""
        for keyword in {fold(k, self.code) for k in self.local.get(concept.emoji, ("", ()))[1]}:
            near = self.local_sets[keyword]
            agreement = max(_dice(near, self.english_sets.get(w, {concept.emoji})) for w in own)
            inside = any(_is_head(keyword, self.names.get(e, ""), self.code) for e in near)
            sure = inside or (agreement >= SURE_AGREEMENT and len(near) > 1)
            if agreement < MIN_AGREEMENT or not sure or _is_colour(keyword, self.colours):
                continue
            rivals = {w for e in near for w in self.words_at[e]} - set(own)
            if all(_dice(near, self.english_sets[w]) <= agreement for w in rivals):
                self._vote(keyword, index, agreement)


def align_nouns(
    local: Annotations, english: Annotations, concepts: list[Concept], colours: set[str], code: str
) -> dict[str, int]:
    """Words of a language -> index into `concepts`."""
    alignment = _Alignment(local, english, colours, code)
    for index, concept in enumerate(concepts):
        own = [fold(w) for w in (concept.english, *(concept.synonyms if concept.drawn else ()))]
        alignment.by_names(index, concept, own)
        if concept.drawn:
            alignment.by_keywords(index, concept, own)
    best = {
        words: max(by_index, key=lambda i: (by_index[i], -i))
        for words, by_index in sorted(alignment.votes.items())
    }
    return {w: i for w, i in best.items() if not _says_more(w, i, best, english, concepts[i])}


def _says_more(
    words: str, index: int, names: dict[str, int], english: Annotations, concept: Concept
) -> bool:
    """Whether a name of a coloured emoji holds a shorter name of the thing: "красное яблоко"."""
    coloured = _ENGLISH_COLOURS & {*english.get(concept.emoji, ("",))[0].split()}
    parts = words.split()
    return bool(coloured) and len(parts) > 1 and any(names.get(p) == index for p in parts)


def _names_colour(name: str, english: str, colours: set[str], unspaced: bool) -> bool:
    """Whether a name says a colour besides the noun, as "red apple" does."""
    if unspaced:
        return bool(_ENGLISH_COLOURS & {*english.split()}) and any(c in name for c in colours)
    return " " in name and any(_is_colour(word, colours) for word in name.split())


def _is_colour(words: str, colours: set[str]) -> bool:
    """Whether one of `words` is a colour word, the last letter aside."""
    return any(
        word == c or (len(c) > 3 and word[: len(c) - 1] == c[:-1] and len(word) <= len(c) + 2)
        for word in words.split()
        for c in colours
    )


def find_colours(local: Annotations, code: str) -> dict[str, str]:
    """Colour words of a language: what tells apart the names of one series of emoji."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for series in COLOUR_SERIES:
        names = {e: fold(local[e][0], code) for e in series if e in local and local[e][0]}
        if len(names) < 4:
            continue
        if code in UNSPACED:
            differing = dict(_strip_common(names))
        else:
            owners: dict[str, set[str]] = defaultdict(set)
            for emoji, name in names.items():
                for word in words_of(name, code):
                    owners[word].add(series[emoji])
            differing = {
                emoji: " ".join(w for w in words_of(name, code) if len(owners[w]) == 1)
                for emoji, name in names.items()
            }
        for emoji, words in differing.items():
            if words and len(words.split()) <= 2:
                found[words][series[emoji]] += 1
    return {words: counts.most_common(1)[0][0] for words, counts in sorted(found.items())}


def _strip_common(names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Names without spaces, less the pieces that most of them share."""
    shared = Counter(
        name[i:j]
        for name in names.values()
        for i, j in {(i, j) for i in range(len(name)) for j in range(i + 1, len(name) + 1)}
    )
    common = sorted((p for p, n in shared.items() if n * 2 > len(names)), key=len, reverse=True)
    for emoji, name in names.items():
        for piece in common:
            name = name.replace(piece, " ")
        words = name.split()
        if len(words) == 1:
            yield emoji, words[0]


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
        nouns, colours = [], []
        for locale in locales_of(code):
            local = read_annotations(cldr, locale)
            if local:
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
    parser = argparse.ArgumentParser(prog="python -m app.glossary.build", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--cldr", type=Path, required=True, metavar="DIR", help="node_modules")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    try:
        data = build(options.cldr)
    except FileNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
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
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
