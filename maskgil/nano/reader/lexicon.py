"""The reader's lexicon: all known words and phrases with their possible meanings."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

from maskgil.nano.reader import typography, words
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS
from maskgil.nano.reader.typos import TypoIndex
from maskgil.nano.world.caption_templates import WORDS
from maskgil.nano.world.inflection import plural
from maskgil.nano.world.nouns import LIVING, Noun, load_nouns
from maskgil.nano.world.paints import PAINTS, SURFACES
from maskgil.nano.world.settings import PLACES

Roles = dict[str, str]
"""Kind -> value: what words may be. The kinds: noun, many (a plural noun), near, colour, texture,
size, state, count, det, pronoun, place, where, wall, time, weather, style, relation, side, verb,
still (a verb that is not drawn), with, and, but, be, group, measure, of, part, not, plain,
fraction, wind."""
COMMON_WORDS = Path(__file__).with_name("common_words.tsv")
"""Common words of English that are a letter or two from one of the lexicon, and not misspelt."""
_PART = 3  # letters of each part of a compound
_LISTS = (
    "pronoun",
    "be",
    "with",
    "and",
    "group",
    "measure",
    "part",
    "but",
    "more",
    "adjective",
    "not",
    "idiom",
    "likened",
    "wind",
)
_TABLES = ("relation", "side", "size", "state", "texture", "time", "weather", "style", "count")


def split(text: str) -> tuple[str, ...]:
    """Words in American spelling, possessive s split off."""
    found: list[str] = []
    for word in typography.split(text):
        found += spelled(word)
    return tuple(found)


def spelled(word: str) -> tuple[str, ...]:
    """A normalised word, possessive s split off: "girl's" is two."""
    if word.endswith("'s") and word[:-2] not in ("it", "that", "let", "what", "there", "he", "she",
                                                 "here", "who", "where", "o"):  # fmt: skip
        return words.spellings().get(word[:-2], word[:-2]), "'s"
    return (words.spellings().get(word, word),)


class Lexicon:
    """Longest-match lookup of phrases -> `Roles`."""

    def __init__(self) -> None:
        self.nouns = {noun.name: noun for noun in load_nouns()}
        self._phrases: dict[tuple[str, ...], Roles] = {}
        self._longest: dict[str, int] = {}
        self._paintable = {name for name, noun in self.nouns.items() if noun.paintable}
        self._add_grammar()
        self._add_nouns()
        self._add_world()
        self._add_near()
        self._add_plain()
        self._add_naive_plurals()
        self._add_young()
        unlike = words.listed("unlike what is drawn")
        self.unlike = frozenset((*unlike, *map(_plural_of, unlike)))
        """Synonyms of nouns that show something else."""
        self.known_words = frozenset(word for phrase in self._phrases for word in phrase)

    @functools.cached_property
    def longest(self) -> int:
        """Words of the longest phrase."""
        return max(self._longest.values())

    def match(self, texts: list[str], at: int, limit: int) -> tuple[int, Roles] | None:
        """The end of the longest phrase from `at`, which ends before `limit`, and its roles."""
        for length in range(min(self._longest.get(texts[at], 0), limit - at), 0, -1):
            roles = self._phrases.get(tuple(texts[at : at + length]))
            if roles is not None:
                return at + length, roles
        return None

    def roles(self, *texts: str) -> Roles:
        """What these words may be, as a whole."""
        return self._phrases.get(texts, {})

    def compound(self, word: str) -> tuple[str, str] | None:
        """The noun and the thing or place that an unknown word is made of: "doorbell"."""
        if word in self.known_words or word in self.typos.common:
            return None
        for at in range(_PART, len(word) - _PART):
            first, second = word[:at], word[at:]
            if "noun" in self.roles(first) and self._is_base(second):
                return first, second
        return None

    def _is_base(self, text: str) -> bool:
        """Whether it may be a compound's second part: a place, or a thing that does not live."""
        noun = self.nouns.get(self.roles(text).get("noun", ""))
        lifeless = noun is not None and noun.category not in LIVING
        return lifeless or "place" in self.roles(text)

    @functools.cached_property
    def typos(self) -> TypoIndex:
        """Finds misspelt words of this lexicon."""
        lines = COMMON_WORDS.read_text(encoding="utf-8").splitlines()
        common = [line for line in lines if not line.startswith("#")]
        unseen = words.verb_forms("imagined", "felt", "unseen act")
        common += [text.partition(" ")[0] for text in (*unseen, *words.words_of_kind("abstract"))]
        verbs = words.verb_forms("transitive", "intransitive")
        twice = {word for word in self.known_words if word.endswith("ss")}  # "scissorss"
        return TypoIndex(self.known_words, self.known_words | frozenset(common), verbs | twice)

    def _add(self, text: str, kind: str, value: str = "") -> None:
        self._put(split(text), kind, value)

    def _put(self, phrase: tuple[str, ...], kind: str, value: str) -> None:
        if phrase:
            self._phrases.setdefault(phrase, {}).setdefault(kind, value)
            self._longest[phrase[0]] = max(self._longest.get(phrase[0], 0), len(phrase))

    def _add_all(self, kind: str, table: Iterable[str] | dict[str, str]) -> None:
        for text in table:
            self._add(text, kind, table[text] if isinstance(table, dict) else text)

    def _add_grammar(self) -> None:
        for kind, table in (
            ("det", words.listed("determiner")),
            ("verb", words.transitive()),
            ("still", words.intransitive()),
            ("plain", words.listed("not so")),
            ("adjective", words.listed("quality")),
            *((kind, words.listed(kind)) for kind in _LISTS),
            *((kind, words.table(kind)) for kind in _TABLES),
        ):
            self._add_all(kind, table)
        self._add("of", "of")
        self._add("and a half", "fraction")
        self._add("half", "fraction")
        self._put(("'s",), "possessive", "")
        for text in ("background", "backdrop", "wall", "walls", "wallpaper"):
            self._add(text, "wall")

    def _add_nouns(self) -> None:
        """Names before plurals before synonyms, so that a name is always its own noun."""
        unlike, meant = words.words_of_kind("unlike"), words.table("meant")
        for name, noun in self.nouns.items():
            self._noun(name, noun, "noun")
        for name, noun in self.nouns.items():
            for many in dict.fromkeys((noun.plural, _plural_of(name))):
                self._noun(many, noun, "noun" if many == name else "many")
        for noun in self.nouns.values():
            for also in noun.synonyms:
                if also in meant:
                    self._add(also, "near", meant[also])
                elif also not in unlike and not self._is_modified(also, noun):
                    self._noun(also, noun, "noun")
        for noun in self.nouns.values():
            for also in noun.synonyms:
                if also not in (*unlike, *meant) and not self._is_modified(also, noun):
                    self._noun(_plural_of(also), noun, "many")

    def _add_naive_plurals(self) -> None:
        """ "benchs", "sheeps": plurals as those who are new to English make them."""
        for name, noun in self.nouns.items():
            if f"{name}s" != noun.name:
                self._noun(f"{name}s", noun, "many")

    def _add_young(self) -> None:
        """ "a lion cub", "bear cubs": drawn as the grown ones."""
        for name, noun in self.nouns.items():
            if noun.category in ("animal", "marine"):
                for young in words.listed("young"):
                    self._noun(f"{name} {young}", noun, "noun")
                    self._noun(f"{name} {_plural_of(young)}", noun, "many")

    def _noun(self, text: str, noun: Noun, kind: str) -> None:
        phrase = split(text)
        colour, *rest = noun.name.split()
        if colour in PAINTS and " ".join(rest) in self._paintable:
            return  # a green apple is an apple that is green
        if not {"noun", "many"} & set(self._phrases.get(phrase, {})):
            self._put(phrase, kind, noun.name)
        joined = "".join(phrase)
        if len(phrase) == 2 and "'s" not in phrase and joined not in self._phrases:
            self._put((joined,), kind, noun.name)

    def _is_modified(self, text: str, noun: Noun) -> bool:
        """Whether a synonym is "red" or "big" and a noun that can be told so: "red apple"."""
        first, *rest = split(text)
        roles, rest_roles = self._phrases.get((first,), {}), self._phrases.get(tuple(rest), {})
        named = (
            rest_roles.get("noun")
            or rest_roles.get("many")
            or (noun.name if " ".join(rest) in noun.synonyms else None)
        )
        if not rest or named is None:
            return False
        if first in PAINTS:
            return named in self._paintable or named == noun.name
        if "count" in roles and first != "one":
            return True
        own = roles.get("texture") in SURFACES and named != noun.name  # a "plastic bag" is one
        dressed = "texture" in roles and not own
        return ("size" in roles and first != "tall") or dressed  # "tall grass"

    def _add_world(self) -> None:
        for colour in PAINTS:
            self._add(colour, "colour", colour)
        for shade, colour in words.shades().items():
            if not self._is_in_state(shade):
                self._add(shade, "colour", colour)
        self._add_all("place", words.table("place"))
        self._add_all("where", words.table("where"))
        for name, where in PLACES.items():
            for text in where.phrases:
                scenic = not name.endswith("background") and name != "table top"
                if scenic and not self._is_within(text):
                    self._add(text, "where", name)
        for name in INDOORS:
            for one in (f"the {name}", f"a {name}"):
                self._add(f"on {one} floor", "where", name)
                self._add(f"on the floor of {one}", "where", name)

    def _is_within(self, text: str) -> bool:
        """Whether a way to say where something is names a thing: "in the church" on a hill."""
        _, *rest = (word for word in split(text) if word not in words.words_of_kind("determiner"))
        name = self.roles(*rest).get("noun")
        return words.within(" ".join(rest), self.nouns[name] if name else None) is not None

    def _is_in_state(self, shade: str) -> bool:
        """Whether it names a state and a colour that is known alone: "rusty red"."""
        first, *rest = split(shade)
        return "state" in self.roles(first) and "colour" in self.roles(*rest)

    def _add_near(self) -> None:
        pairs = [(text, name) for text, name in words.table("also").items()]
        pairs += [(text, name) for name, also in words.near_words().items() for text in also]
        for text, (name, _) in words.several().items():
            self._add(text, "near", name)
            self._add(text, "near many", name)
        said = words.words_of_kind("function")  # "what it does" is about no deer
        for text, name in pairs:
            if name not in self.nouns or text in words.words_of_kind("not near"):
                continue
            if self._is_free(text) and not self._is_modified(text, self.nouns[name]):
                self._add(text, "near", name)
                if self._is_free(plural(text)) and plural(text) not in said:
                    self._add(plural(text), "near", name)
                    self._add(plural(text), "near many", name)

    def _is_free(self, text: str) -> bool:
        """Whether it means nothing yet, or a colour, material or size: a lime, a giant."""
        return self._phrases.get(split(text), {}).keys() <= {"colour", "texture", "size", "state"}

    def _add_plain(self) -> None:
        for who in words.listed("kin"):
            self._add(f"for my {who}", "plain")
            for verb in words.listed("ask"):
                self._add(f"my {who} {verb}", "plain")
        said = (text for ways in WORDS.values() for text in ways)
        parts = {part.strip() for text in said for part in re.split(r"\{\w*\}|,", text)}
        for text in parts:
            if len(split(text)) > 1:
                self._add(text.strip(" ,."), "plain")
        for text in (
            *words.listed("function"),
            *words.listed("request"),
            *words.listed("plain"),
        ):
            if split(text) not in self._phrases:
                self._add(text, "plain")
        for text in ("painting of", "drawing of", "picture of", "photo of", "view of", "picture",
                     "image of", "illustration of", "render of", "photograph of", "portrait of",
                     "self portrait of", "portrait photo of"):  # fmt: skip
            self._phrases.pop(split(text), None)
            self._add(text, "plain")


def _plural_of(text: str) -> str:
    """'glass of milk' -> 'glasses of milk', 'bench' -> 'benches'."""
    head, middle, rest = text.partition(" of ")
    return f"{plural(head)}{middle}{rest}"


@functools.cache
def lexicon() -> Lexicon:
    """The cached lexicon of the world."""
    return Lexicon()
