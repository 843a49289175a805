"""Word alignment of Unicode CLDR's emoji names between a language and English.

A noun's names are the emoji's own name where the English name is the noun, and those keywords
whose set of emoji agrees with the English noun's. Colour words are what tells the names of hearts,
circles and squares apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from app.glossary.normalize import fold, folded_words
from app.glossary.parts.typology import NOUN_FIRST
from app.languages import UNSPACED

COLOUR_SERIES: tuple[dict[str, str], ...] = (
    {"❤": "red", "🧡": "orange", "💛": "yellow", "💚": "green", "💙": "blue", "💜": "purple",
     "🩷": "pink", "🤎": "brown", "🖤": "black", "🤍": "white", "🩶": "gray"},
    {"🔴": "red", "🟠": "orange", "🟡": "yellow", "🟢": "green", "🔵": "blue", "🟣": "purple",
     "🟤": "brown", "⚫": "black", "⚪": "white"},
    {"🟥": "red", "🟧": "orange", "🟨": "yellow", "🟩": "green", "🟦": "blue", "🟪": "purple",
     "🟫": "brown", "⬛": "black", "⬜": "white"},
)  # fmt: skip
ENGLISH_COLOURS = {colour for series in COLOUR_SERIES for colour in series.values()}
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
    coloured = ENGLISH_COLOURS & {*english.get(concept.emoji, ("",))[0].split()}
    parts = words.split()
    return bool(coloured) and len(parts) > 1 and any(names.get(p) == index for p in parts)


def _names_colour(name: str, english: str, colours: set[str], unspaced: bool) -> bool:
    """Whether a name says a colour besides the noun, as "red apple" does."""
    if unspaced:
        return bool(ENGLISH_COLOURS & {*english.split()}) and any(c in name for c in colours)
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
                for word in folded_words(name, code):
                    owners[word].add(series[emoji])
            differing = {
                emoji: " ".join(w for w in folded_words(name, code) if len(owners[w]) == 1)
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
