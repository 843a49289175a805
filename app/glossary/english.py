"""English side of the glossary: parsing translations, and generating scene descriptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.glossary.parts.phrases import Location, ParsedScene, Phrase
from app.glossary.vocabulary import BACKGROUND, LexiconWords
from app.glossary.world import is_of_air, is_surface, is_worn, lives
from maskgil.nano.world.inflection import DEFINITE, NO_ARTICLE, plural, with_article

NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
           "ten": 10}  # fmt: skip
_ALSO_TWO = ("couple", "pair", "both")
_LAID = ("on", "on top of")  # relations of what touches
_MANY = frozenset({"children", "leaves", "toys", "bubbles", "trousers", "eyes", "sandals"})
_STOOD_ON = ("full moon", "moon", "crescent moon", "planet", "mountain")

Options = Sequence[frozenset[str]]  # any of these sets of words will do


@dataclass(frozen=True)
class Comparison:
    """What of a scene an English text does not say, in words, and how many things it does name."""

    lost: tuple[str, ...]
    named: int


@dataclass(frozen=True)
class Fact:
    """A noun, colour or number that an English text names, and the words for it."""

    kind: str
    options: Options

    def is_in(self, text: str) -> bool:
        """Whether another English text names it too."""
        return _take(self.options, _counted(text))


class EnglishWords:
    """Compares scenes with English texts, word by word without their endings."""

    def __init__(self, words: LexiconWords):
        self._names = words.names
        one: dict[frozenset[str], frozenset[str]] = {}  # of those that are equal
        self._nouns: list[Options] = [
            [one.setdefault(form, form) for form in _forms((*own, *map(plural, own)))]
            for own in words.synonyms
        ]
        self._near = [
            [one.setdefault(form, form) for form in _forms(related)] for related in words.related
        ]
        self._others = {
            (row.kind, row.english): [*_forms(row.words)] for row in words.rows_of("en")
        }

    def compare(self, scene: ParsedScene, text: str) -> Comparison:
        """Look for a scene's things, places and relations in an English text.

        A thing is said by any of its names; where it was named by a single word, also by any word
        that Unicode CLDR has for it, and by the colour that it also means.
        """
        left = _counted(text)
        lost, named = [], 0
        for part, facts in self._parts(scene):
            said = [_take(options, left) for options in facts]
            named += said[-1:] == [True]
            if not all(said):
                lost.append(part)
        return Comparison(tuple(lost), named)

    def facts(self, text: str) -> list[Fact]:
        """The nouns, colours and numbers that an English text names; of nouns the longest names."""
        left, found = _counted(text), []
        by_length = sorted(
            (-len(form), concept) for concept, own in enumerate(self._nouns) for form in own
        )
        for concept in dict.fromkeys(concept for _, concept in by_length):
            if _take(self._nouns[concept], left):
                found.append(Fact("noun", self._nouns[concept]))
        for (kind, _), options in self._others.items():
            if kind == "colour" and _take(options, left):
                found.append(Fact("colour", options))
        for number in sorted(set(NUMBERS.values())):
            if _take(_numbers(number), left):
                found.append(Fact("number", _numbers(number)))
        return found

    def _parts(self, scene: ParsedScene) -> Iterator[tuple[str, list[Options]]]:
        """Each part of a scene in English, and the words for every fact of it."""
        for phrase in scene.phrases:
            facts = self._traits(phrase)
            if phrase.noun is not None:
                near = [] if phrase.in_full else self._near[phrase.noun]
                also = self._words_for("colour", phrase.also) if phrase.also else []
                facts.append([*self._nouns[phrase.noun], *near, *also])
            yield rendered(phrase, self._names), facts
        for place in scene.places:
            painted = place.where == BACKGROUND
            facts = self._traits(place) if painted else [self._words_for("place", place.where)]
            yield render_place(place), facts
        for joint in scene.joints:
            if ("relation", joint) in self._others:  # "in" and "with" are told in too many ways
                yield joint, [self._words_for("relation", joint)]

    def _traits(self, thing: Phrase | Location) -> list[Options]:
        colours = [self._words_for("colour", thing.colour)] if thing.colour else []
        count = thing.count if isinstance(thing, Phrase) else None
        return [*colours, _numbers(count)] if count else colours

    def _words_for(self, kind: str, value: str) -> Options:
        return self._others.get((kind, value), [frozenset(map(_stem, _words(value)))])


def _numbers(count: int) -> Options:
    """The words for a count."""
    names = [word for word, number in NUMBERS.items() if number == count]
    return [*_forms([*names, str(count), *(_ALSO_TWO if count == 2 else ())])]


def _counted(text: str) -> Counter[str]:
    """The words of a text without their endings, and any two in a row as one."""
    words = [_stem(word) for word in _words(text)]
    return Counter([*words, *(f"{a}{b}" for a, b in pairwise(words))])


def _take(options: Options, left: Counter[str]) -> bool:
    """Whether any of the options is among the words left; it is used up where it is one word."""
    found = next((form for form in options if all(left[word] > 0 for word in form)), None)
    if found is not None and len(found) == 1:
        left.subtract(found)
    return found is not None


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+", text.lower())


def _forms(names: Iterable[str]) -> Iterator[frozenset[str]]:
    for name in names:
        yield frozenset(_stem(word) for word in _words(name))


def _stem(word: str) -> str:
    """English words without their plurals, and "eared", "feathered" without theirs."""
    if len(word) <= 3:
        return word
    return re.sub("(?:(?<=s)s|ies|y|e|es|ed|s)$", "", word)


def written(scene: ParsedScene, names: Sequence[str]) -> str:
    """A scene as a prompt: 'three yellow stars above a cat in the sky'."""
    parts = [
        f"{rendered(phrase, names)}{_denied(phrase)} {phrase.doing}".strip()
        for phrase in scene.phrases
    ]
    for at, joint in enumerate(scene.joints):
        subject, other = (
            names[p.noun] if p.noun is not None else "" for p in scene.phrases[at : at + 2]
        )
        how = preposition(joint, subject, other)
        doing = scene.phrases[at].doing
        if "flying" in doing and how in _LAID and not is_surface(other):
            how = "over"  # "volando sobre un castillo"
        elif how == "above" and ("jumping" in doing or "flying" in doing):
            how = "over"
        part = (
            re.sub("^an? ", "the ", parts[at + 1])
            if how == "of" and lives(other)
            else parts[at + 1]
        )
        parts[at + 1] = f"{how} {part}"  # "la pelota del niño"
    parts += dict.fromkeys(text for text in map(render_place, scene.places) if text)
    for phrase in scene.absent:
        parts.append(f"{'minus' if phrase.count else 'without'} {rendered(phrase, names)}")
    return " ".join(parts)


def _denied(phrase: Phrase) -> str:
    """' that is not red or blue': the colours that a thing should not have."""
    told = " or ".join(phrase.denied)
    if not told:
        return ""
    be = "are" if phrase.many or (phrase.count or 1) > 1 else "is"
    return f" that {be} not {told}" if phrase.noun is not None else f"not {told}"


def preposition(joint: str, subject: str, other: str) -> str:
    """The relation of two things, chosen by them where a word of the language has two meanings.

    A cat is on a table and in a vase; it is on a house, an airplane above it.
    """
    if joint == "in or on":
        return "on" if is_surface(other) or other in _STOOD_ON else "in"
    if joint == "on or above":
        return "above" if is_of_air(subject) else "on"
    if joint == "of" and (is_worn(other) or other in ("beard", "long hair")):
        return "with"  # "a girl of yellow dress"
    return joint


def rendered(phrase: Phrase, names: Sequence[str]) -> str:
    """'three yellow stars', 'an orange cat', 'purple'."""
    colour = " ".join(word for word in (phrase.size, phrase.colour) if word)
    if phrase.noun is None:
        return colour
    noun = names[phrase.noun]
    words = f"{colour} {noun}".strip()
    if noun in _MANY:
        count = phrase.count and next((w for w, n in NUMBERS.items() if n == phrase.count), "")
        return f"{count or ''} {words}".strip()
    if phrase.count:
        number = next((w for w, n in NUMBERS.items() if n == phrase.count), str(phrase.count))
        return f"{number} {words.removesuffix(noun)}{plural(noun)}"
    if noun in DEFINITE and words == noun:
        return f"the {words}"
    if noun in NO_ARTICLE or noun in ("fire", "broccoli"):
        return words
    return f"{words.removesuffix(noun)}{plural(noun)}" if phrase.many else with_article(words)


def render_place(place: Location) -> str:
    """'in the sky', 'on a pink background'."""
    if place.where == BACKGROUND:
        return f"on {with_article(f'{place.colour} background')}" if place.colour else ""
    return place.where
