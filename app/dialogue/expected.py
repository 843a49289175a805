"""Contextual biasing: what is likely to be said next to the picture that stands."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dialogue.phrase_table import languages, parts_of, spoken_phrases
from app.dialogue.translation import heard_in_full
from app.languages import UNSPACED
from app.speech.words.word_search import ARTICLES, words_to_hear

if TYPE_CHECKING:
    from app.glossary.repair import Glossary
    from maskgil.nano.world.scene import Scene

_ALONE = (
    "undo", "redo", "start over", "save", "another version", "new picture", "bigger", "smaller",
    "to the left", "to the right", "higher", "lower", "to the middle", "one more", "another",
    "remove it", "both", "not so big", "not so small", "it is night", "at sunset", "it is day",
    "clear weather", "rainy weather", "snowy weather", "foggy", "enlarge", "shrink", "him too",
    "her too", "the first one", "the second one", "enlarge the picture", "in 3d", "everything",
)  # fmt: skip
"""English of what is said whole."""
_TIMES = (
    "at night", "at sunset", "during the day", "rain", "it is snowing", "snow", "fog", "storm",
    "as a pencil sketch", "in watercolour", "in pixel art", "as a silhouette",
)  # fmt: skip
_LOOKS = ("bigger", "smaller", "should disappear")
_WAYWARD = ("to the left", "to the right", "higher", "lower")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black",
            "white", "gray")  # fmt: skip
_ONE = {
    "fr": ("un", "une"),
    "es": ("un", "una"),
    "pt": ("um", "uma"),
    "de": ("ein", "eine", "einen"),
}
_COUNTS = ("two", "three", "four", "five", "six")
_WAYS = 8  # of the table's ways to say one thing that are expected


@dataclass(frozen=True)
class Expected:
    """What may be said next to the `scene` that stands, in whichever language of the table."""

    scene: Scene
    glossary: Glossary

    def understands(self, text: str, language: str) -> bool:
        """Whether all of a text is known, so that nothing else need be looked for."""
        if language not in languages():
            return True
        found = heard_in_full(text, language, self.glossary)
        return bool(found.english) and found.known >= sum(map(len, parts_of(text, language)))

    def phrases(self, language: str) -> tuple[str, ...]:
        """What may be said to this picture, each in full; nothing in a language without a table."""
        if language not in languages():
            return ()
        nouns = tuple(dict.fromkeys(thing.noun for thing in self.scene.things))
        return tuple(dict.fromkeys((*_usual(language, self.glossary),
                                    *_said_of(language, nouns, self.glossary))))  # fmt: skip


@functools.lru_cache(maxsize=8)
def _usual(language: str, glossary: Glossary) -> tuple[str, ...]:
    """What may be said to every picture."""
    return tuple(_whole(language, glossary))


def _whole(language: str, glossary: Glossary) -> Iterator[str]:
    names = glossary.words.names_in(language)
    space = "" if language in UNSPACED else " "
    for english in (*_ALONE, *_TIMES):
        yield from spoken_phrases(language, english)
    yield from _colours(language, glossary)
    painting = [w for e in ("make it", "paint it") for w in spoken_phrases(language, e)[:_WAYS]]
    for way in painting:
        for colour in _colours(language, glossary):
            yield f"{way}{space}{colour}"
    for way in spoken_phrases(language, "remove")[:_WAYS]:
        for weather in ("rain", "snow", "fog", "storm"):
            for named in spoken_phrases(language, weather)[:6]:
                yield f"{way}{space}{named}"
    for way in spoken_phrases(language, "make it")[:_WAYS]:
        for english in ("bigger", "smaller", *_TIMES):
            for look in spoken_phrases(language, english)[:3]:
                yield f"{way}{space}{look}"
    adding = [
        way for english in ("add", "with", "put") for way in spoken_phrases(language, english)[:2]
    ]
    articles = _ONE.get(language, ("",))
    for name in names.values():
        for article in articles:
            noun = f"{article}{space}{name}" if article else name
            yield noun
            for way in adding:
                yield f"{way}{space}{noun}"


def _colours(language: str, glossary: Glossary) -> list[str]:
    names = glossary.words.names_in(language)
    written = [text for text, word in words_to_hear(language).items() if word.english in _COLOURS]
    found = dict.fromkeys([*(names[c] for c in _COLOURS if c in names), *written])
    many = [] if language in UNSPACED else [f"{name}s" for name in found if name[-1] in "aeo"]
    return [*found, *many]


def _numbers(language: str) -> list[str]:
    """Two to six."""
    return [text for text, word in words_to_hear(language).items() if word.english in _COUNTS]


@functools.lru_cache(maxsize=64)
def _said_of(language: str, nouns: tuple[str, ...], glossary: Glossary) -> tuple[str, ...]:
    """What may be said of the things that are there."""
    said: list[str] = []
    space = "" if language in UNSPACED else " "

    def ways(*meanings: str, most: int) -> list[str]:
        return [way for english in meanings for way in spoken_phrases(language, english)[:most]]

    removing = [way for way in spoken_phrases(language, "remove") if " " not in way]
    changing = ways("paint", "change", most=2)
    moving, places = ways("move", most=2), ways(*_WAYWARD, most=3)
    looks = [*ways(*_LOOKS, most=4), *places, *_colours(language, glossary)]
    for noun in nouns:
        bare = _bare(language, noun, glossary)
        said += [f"{count}{space}{name}" for count in _numbers(language) for name in bare]
        for name in _named(language, noun, glossary):
            said.append(name)
            said += [
                f"{way}{space}{name}" for way in (*removing, *ways("enlarge", "shrink", most=2))
            ]
            said += [f"{name}{space}{look}" for look in looks]
            said += [f"{way}{space}{name}{space}{look}" for way in changing for look in looks]
            said += [f"{way}{space}{name}{space}{place}" for way in moving for place in places]
    return tuple(said)


def _named(language: str, noun: str, glossary: Glossary) -> list[str]:
    """How a thing of the picture may be called, with its article."""
    names = _bare(language, noun, glossary)
    space = "" if language in UNSPACED else " "
    articles = [a for a in ARTICLES.get(language, "").split() if not a.startswith("u")]
    return [
        f"{article}{space if article and article[-1].isalpha() else ''}{name}"
        for name in names
        for article in articles or ("",)
    ]


def _bare(language: str, noun: str, glossary: Glossary) -> list[str]:
    """How a thing of the picture is called: one and several."""
    name = glossary.words.names_in(language).get(noun)
    written = [
        text
        for text, word in words_to_hear(language).items()
        if word.english.partition(" ")[2] == noun
    ]
    found = [*([name] if name else []), *written]
    many = [] if language in UNSPACED else [f"{each}s" for each in found if each[-1] not in "sxz"]
    return list(dict.fromkeys([*found, *many]))
