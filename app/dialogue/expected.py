"""Contextual biasing: a grammar of likely next utterances about the current picture."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.dialogue.phrase_table import parts_of, places_said, spoken_phrases, spoken_words
from app.dialogue.translation import heard_in_full
from app.glossary.candidates import Guesser
from app.glossary.normalize import folded_words, traditional
from app.languages import UNSPACED
from app.speech.words.prefix_trees import ARTICLES, Grammar
from app.speech.words.rescoring import guesser_of
from app.speech.words.word_search import words_to_hear
from app.thresholds import GUESSES, NEARLY
from maskgil.nano.dialogue.fragments import nouns_in
from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.world.inflection import plural, with_article
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.paints import COLOURS
from maskgil.utils.assets import table_of_ways

if TYPE_CHECKING:
    from app.glossary.repair import Glossary
    from maskgil.nano.world.scene import Scene

_LOOKS = ("bigger", "smaller", "should disappear", "too big", "too small")
_WAYWARD = ("to the left", "to the right", "higher", "lower")
_BESIDE = ("next to", "behind", "in front of", "under", "on", "above", "in")
_COUNTS = ("two", "three", "four", "five", "six")
_VERBS = ("remove", "add", "with", "put", "paint", "change", "move", "enlarge", "shrink", "i want")
_MOST = {"remove": 30, "add": 6}  # of the table's ways to say a verb, else 2
_MEASURED = [
    f"{number}{measure}"
    for number in ("一", "两", "三", "四", "五", "")
    for measure in "只个条棵辆朵把顶匹头座张件艘颗"
]
_WAYS = table_of_ways(Path(__file__).with_name("expected.tsv"))
_JOINTS, _ALONE, _TIMES = _WAYS["joint"], _WAYS["whole"]["-"], _WAYS["scenery"]["-"]


@dataclass(frozen=True)
class Expected:
    """What may be said next to the `scene` that stands, in whichever language of the table."""

    scene: Scene
    glossary: Glossary

    def understands(self, text: str, language: str) -> bool:
        """Whether all of a text is known and something follows from it, so that it may stand."""
        done = ("none", "question", "new")
        return language not in _JOINTS or self._action(text, language) not in done

    def replaces_all(self, text: str, language: str) -> bool:
        """Whether all that stands is drawn anew for a text, or goes."""
        return self._action(text, language) in ("another", "restart")

    def _action(self, text: str, language: str) -> str:
        """What a text comes to; "none" where not all of it is known."""
        english = text
        if language != "en":
            found = heard_in_full(text, language, self.glossary)
            english = found.english
            if not english or found.known < sum(map(len, parts_of(text, language))):
                return "none"
        outcome = interpret(english, self.scene)
        lost = language == "en" and outcome.left_out  # "and do the last chain"
        return "none" if lost else outcome.action

    def alike(self, texts: Sequence[str], language: str) -> list[str]:
        """What is understood and sounds like texts of which words are not known."""
        if language not in _JOINTS or not Guesser.knows(language):
            return []
        guesser = guesser_of(language, spoken_words(language))
        found = dict[str, None]()
        for text, limit in zip(texts, GUESSES, strict=False):
            guesses = guesser.guesses(text, limit) if guesser.takes(text) else []
            found |= dict.fromkeys(g.text for g in guesses if g.cost <= guesses[0].cost + NEARLY)
        return [text for text in found if self.understands(text, language)]

    def homophones(self, text: str, language: str) -> list[str]:
        """`text` with a thing of the picture for what sounds the same, where that makes sense."""
        if language not in _JOINTS or not Guesser.knows(language):
            return []
        sounds = guesser_of(language, spoken_words(language)).sounds
        space, said = _space(language), parts_of(text, language)
        found = []
        for noun in dict.fromkeys(thing.noun for thing in self.scene.things):
            names = [parts_of(name, language) for name in _bare(language, noun, self.glossary)]
            for own in names:
                for at in range(len(said) - len(own) + 1):
                    heard = said[at : at + len(own)]
                    alike = list(map(sounds, heard)) == list(map(sounds, own))
                    if alike and heard not in names:
                        found.append(space.join([*said[:at], *own, *said[at + len(own) :]]))
        found += _traditional(found) if found and language in UNSPACED else []
        return [text for text in dict.fromkeys(found) if self.understands(text, language)]

    def num_new(self, text: str, language: str) -> int:
        """How many things a text names that do not stand."""
        english = text if language == "en" else heard_in_full(text, language, self.glossary).english
        return len({*nouns_in(folded_words(english))} - {thing.noun for thing in self.scene.things})

    def grammar(self, language: str) -> Grammar:
        """What may be said to this picture; nothing in a language without a table."""
        if language not in _JOINTS:
            return Grammar(())
        nouns = tuple(dict.fromkeys(thing.noun for thing in self.scene.things))
        return _grammar(language, nouns, self.glossary)


@functools.lru_cache(maxsize=16)
def _grammar(language: str, nouns: tuple[str, ...], glossary: Glossary) -> Grammar:
    space = _space(language)
    things = [*_nouns(language, glossary)]
    things += [name for noun in nouns for name in _named(language, noun, glossary)]
    things += [f"{count}{space}{name}" for count in _numbers(language)
               for noun in nouns for name in _bare(language, noun, glossary)]  # fmt: skip
    looks = (*_looks(language), *_colours(language, glossary), *_places(language),
             *_beside(language, nouns, glossary))  # fmt: skip
    tails = [*(f"{space}{look}" for look in looks), *_WAYS["last"][language]]
    if language in UNSPACED:  # Whisper writes either script
        tails += [f"{into}{look}" for into in _ways(language, "into")[:3] for look in looks]
        things += _traditional(things)
        tails += _traditional(tails)
    parts = (_whole(language, glossary), things, _starts(language), tails, _JOINTS[language])
    return Grammar(*(tuple(dict.fromkeys(part)) for part in parts))


def _traditional(texts: Sequence[str]) -> list[str]:
    return traditional("\n".join(texts)).split("\n")


def _space(language: str) -> str:
    return "" if language in UNSPACED else " "


def _ways(language: str, english: str) -> tuple[str, ...]:
    """How something is said, the usual ways first."""
    if language == "en":
        return _WAYS["in English"].get(english, (english,))
    return spoken_phrases(language, english)


@functools.lru_cache(maxsize=8)
def _whole(language: str, glossary: Glossary) -> tuple[str, ...]:
    """What may be said to every picture, with nothing before it."""
    said = [
        *_WAYS["first"][language],
        *(way for english in (*_ALONE, *_TIMES) for way in _ways(language, english)),
        *_colours(language, glossary),
        *_places(language),
        *_making(language),
    ]
    return tuple([*said, *_traditional(said)] if language in UNSPACED else said)


@functools.lru_cache(maxsize=8)
def _nouns(language: str, glossary: Glossary) -> tuple[str, ...]:
    """All that can be drawn."""
    names = [noun.name for noun in load_nouns()]
    if language != "en":
        names = list(glossary.words.names_in(language).values())
    weather = [
        way for english in ("rain", "snow", "fog", "storm") for way in _ways(language, english)
    ]
    return (*(noun for name in names for noun in _one_of(language, name)), *weather)


def _making(language: str) -> list[str]:
    """What a look is said behind: "make it"."""
    return [way for english in ("make it", "paint it") for way in _ways(language, english)]


@functools.lru_cache(maxsize=8)
def _starts(language: str) -> tuple[str, ...]:
    """What a thing is said behind: "remove", "add"."""
    ways = [way for verb in _VERBS for way in _ways(language, verb)[: _MOST.get(verb, 2)]]
    if language in UNSPACED:
        ways += _MEASURED
        ways += _traditional(ways)
    return tuple(ways)


@functools.lru_cache(maxsize=8)
def _looks(language: str) -> tuple[str, ...]:
    """What may be told of a thing, beside its colour."""
    said = (*_LOOKS, *_WAYWARD, *_TIMES)
    ways = [way for english in said for way in _ways(language, english)[:4]]
    if language == "en":
        ways += [f"{verb} {way}" for verb in ("should be", "is") for way in (*ways, *COLOURS)]
    if language in UNSPACED:
        ways += _ways(language, "remove")
    return tuple(ways)


def _one_of(language: str, name: str) -> Iterator[str]:
    """A thing with its article."""
    if language == "en":
        yield with_article(name)
    elif language in UNSPACED:
        yield name
    else:
        yield from (f"{article} {name}" for article in _WAYS["article"][language])


def _colours(language: str, glossary: Glossary) -> list[str]:
    if language == "en":
        return list(COLOURS)
    names = glossary.words.names_in(language)
    written = [text for text, word in words_to_hear(language).items() if word.english in COLOURS]
    found = dict.fromkeys([*(names[c] for c in COLOURS if c in names), *written])
    many = [] if language in UNSPACED else [f"{name}s" for name in found if name[-1] in "aeo"]
    return [*found, *many]


def _numbers(language: str) -> list[str]:
    """Two to six."""
    if language == "en":
        return list(_COUNTS)
    found = [text for text, word in words_to_hear(language).items() if word.english in _COUNTS]
    return found


@functools.lru_cache(maxsize=8)
def _places(language: str) -> tuple[str, ...]:
    """Settings, as they are said of where all is."""
    if language == "en":
        return tuple(dict.fromkeys(said for _, said in places_said("es")))
    space = _space(language)
    return tuple(
        f"{before}{space}{said}"
        for said, english in places_said(language)
        if english not in _TIMES
        for before in ("", *_WAYS["before places"][language])
        if before or " " in said or language in UNSPACED
    )


def _beside(language: str, nouns: tuple[str, ...], glossary: Glossary) -> Iterator[str]:
    """Where a thing may be to those that are there."""
    space = _space(language)
    for english in _BESIDE:
        if language in UNSPACED:  # "狗旁边"
            yield from (f"{name}{way}" for way in _ways(language, english)[:3] for noun in nouns
                        for name in _bare(language, noun, glossary))  # fmt: skip
            continue
        yield from _ways(language, f"{english} it")[:3] if language != "en" else ()  # "detrás"
        for way in _ways(language, english)[:4]:
            if not way.endswith((" de", " d")) and language != "en":
                yield way
            yield from (
                f"{way}{space}{name}" for noun in nouns for name in _named(language, noun, glossary)
            )
            if language == "en":
                yield f"{way} it"
        for way in _ways(language, f"{english} the")[:2] if language != "en" else ():
            yield from (
                f"{way}{space}{name}" for noun in nouns for name in _bare(language, noun, glossary)
            )


def _named(language: str, noun: str, glossary: Glossary) -> list[str]:
    """How a thing of the picture may be called, with its article."""
    names = _bare(language, noun, glossary)
    if language == "en":
        return [f"the {name}" for name in names]
    space = _space(language)
    articles = [a for a in ARTICLES.get(language, "").split() if not a.startswith("u")]
    return [
        f"{article}{space if article and article[-1].isalpha() else ''}{name}"
        for name in names
        for article in articles or ("",)
    ]


def _bare(language: str, noun: str, glossary: Glossary) -> list[str]:
    """How a thing of the picture is called: one and several."""
    if language == "en":
        return list(dict.fromkeys((plural(noun), noun)))
    name = glossary.words.names_in(language).get(noun)
    written = [
        text
        for text, word in words_to_hear(language).items()
        if word.english.partition(" ")[2] == noun
    ]
    found = [*([name] if name else []), *written]
    many = [] if language in UNSPACED else [f"{each}s" for each in found if each[-1] not in "sxz"]
    return list(dict.fromkeys([*found, *many]))
