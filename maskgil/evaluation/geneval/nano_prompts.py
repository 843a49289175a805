"""GenEval prompts over nano's vocabulary, and filtering of other prompts to it.

Prompts are generated from templates by seed, in GenEval's metadata format. In the three categories
that combine two things every other prompt has a pair held out from training, marked by the extra
key `held_out`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from maskgil.evaluation.geneval.scorer import COLOURS, RELATIONS, Prompt, parse_prompt
from maskgil.evaluation.geneval.world_classes import CLASSES, noun_of
from maskgil.nano.world.inflection import DEFINITE, NO_ARTICLE, PLURAL_FORMS, with_article
from maskgil.nano.world.nouns import Noun, load_nouns
from maskgil.nano.world.sampler import is_held_out
from maskgil.nano.world.scene import Scene, Thing

COUNTS = {
    "single_object": 80, "two_object": 99, "counting": 80, "colors": 94, "position": 100,
    "color_attr": 100,
}  # fmt: skip
"""The number of prompts of each category, as in GenEval."""
NUMBERS = {2: "two", 3: "three", 4: "four"}
PAIRS = ("two_object", "position", "color_attr")  # categories of two things
PATIENCE = 10_000  # draws without a new prompt after which the vocabulary counts as too small


def nano_prompts(
    nouns: Sequence[Noun] = (), *, seed: int = 0, limit: int | None = None
) -> list[Prompt]:
    """The prompts of all categories in GenEval's order; `limit`: the first so many of each.

    `nouns`: the vocabulary (default all of nano's). ValueError when it is too small.
    """
    nouns = tuple(nouns) or load_nouns()
    if limit is not None and limit < 1:
        raise ValueError(f"--limit is {limit}; it must be at least 1")
    found = []
    for tag, count in COUNTS.items():
        wanted = count if limit is None else min(limit, count)
        rng = random.Random(f"nano/{tag}/{seed}")
        found += _fresh(tag, TEMPLATES[tag](nouns, rng), wanted)
    return found


def _fresh(tag: str, rows: Iterator[dict[str, Any]], count: int) -> list[Prompt]:
    """The first `count` distinct prompts, with every other one held out where possible."""
    found: dict[str, Prompt] = {}
    draws = 0
    for row in rows:
        draws += 1
        wanted = tag in PAIRS and len(found) % 2 == 1
        if row["prompt"] not in found and row["held_out"] == wanted:
            found[row["prompt"]] = parse_prompt({"tag": tag, **row})
            draws = 0
        if len(found) == count:
            return list(found.values())
        if draws > PATIENCE:
            break
    raise ValueError(f"the vocabulary is too small for {count} prompts of {tag}")


def _said(noun: Noun, colour: str | None = None) -> str:
    """'a red apple', 'glasses', 'the sun'."""
    words = f"{colour} {noun.name}" if colour else noun.name
    if noun.name in NO_ARTICLE or _is_plural(noun):
        return words
    return f"the {words}" if noun.name in DEFINITE and not colour else with_article(words)


def _is_plural(noun: Noun) -> bool:
    """Whether its name is a plural, without article and counts."""
    return noun.name in PLURAL_FORMS or (noun.plural == noun.name and noun.name.endswith("s"))


def _clause(noun: Noun, count: int = 1, colour: str | None = None) -> dict[str, Any]:
    clause: dict[str, Any] = {"class": noun.name, "count": count}
    return clause if colour is None else {**clause, "color": colour}


def _row(include: list[dict[str, Any]], prompt: str) -> dict[str, Any]:
    return {"include": include, "prompt": prompt, "held_out": _held_out(include)}


def _held_out(include: Sequence[dict[str, Any]]) -> bool:
    """Whether the clauses describe a scene held out from training."""
    names = {one["class"]: noun_of(one["class"]) for one in include if one["class"] in CLASSES}
    things = tuple(Thing(names.get(one["class"], one["class"])) for one in include)
    return is_held_out(Scene(things))


def _shuffled(nouns: Sequence[Noun], rng: random.Random) -> Iterator[Noun]:
    """All nouns in a random order, then again in another."""
    if not nouns:
        raise ValueError("no noun of the vocabulary fits")
    while True:
        yield from rng.sample(nouns, len(nouns))


def _single(nouns: Sequence[Noun], rng: random.Random) -> Iterator[dict[str, Any]]:
    for noun in _shuffled(nouns, rng):
        yield _row([_clause(noun)], _said(noun))


def _two(nouns: Sequence[Noun], rng: random.Random) -> Iterator[dict[str, Any]]:
    for first, second in _pairs(nouns, rng):
        prompt = f"{_said(first)} and {_said(second)}"
        yield _row([_clause(first), _clause(second)], prompt)


def _counting(nouns: Sequence[Noun], rng: random.Random) -> Iterator[dict[str, Any]]:
    counted = [n for n in nouns if not _is_plural(n) and n.name not in DEFINITE]
    for noun in _shuffled(counted, rng):
        count = rng.choice(tuple(NUMBERS))
        prompt = f"{NUMBERS[count]} {noun.plural}"
        exclude = [_clause(noun, count + 1)]
        yield {**_row([_clause(noun, count)], prompt), "exclude": exclude}


def _colours(nouns: Sequence[Noun], rng: random.Random) -> Iterator[dict[str, Any]]:
    for noun in _shuffled(_coloured(nouns), rng):
        colour = _colour(noun, rng)
        include = [_clause(noun, 1, colour)]
        yield _row(include, _said(noun, colour))


def _position(nouns: Sequence[Noun], rng: random.Random) -> Iterator[dict[str, Any]]:
    for first, second in _pairs(nouns, rng):
        relation = rng.choice(RELATIONS)
        include = [_clause(second), {**_clause(first), "position": [relation, 0]}]
        prompt = f"{_said(first)} {relation} {_said(second)}"
        yield _row(include, prompt)


def _attribution(nouns: Sequence[Noun], rng: random.Random) -> Iterator[dict[str, Any]]:
    for first, second in _pairs(_coloured(nouns), rng):
        one, other = _colour(first, rng), _colour(second, rng)
        if one != other:
            include = [_clause(first, 1, one), _clause(second, 1, other)]
            yield _row(include, f"{_said(first, one)} and {_said(second, other)}")


TEMPLATES: dict[str, Callable[[Sequence[Noun], random.Random], Iterator[dict[str, Any]]]] = {
    "single_object": _single,
    "two_object": _two,
    "counting": _counting,
    "colors": _colours,
    "position": _position,
    "color_attr": _attribution,
}


def _pairs(nouns: Sequence[Noun], rng: random.Random) -> Iterator[tuple[Noun, Noun]]:
    if len(nouns) < 2:
        raise ValueError("pairs need at least two nouns")
    while True:
        first, second = rng.sample(nouns, 2)
        yield first, second


def _coloured(nouns: Sequence[Noun]) -> list[Noun]:
    """Nouns that can have a colour, except "an orange orange"."""
    named = [noun for noun in nouns if noun.name not in COLOURS]
    return [noun for noun in named if noun.paintable or noun.colour in COLOURS]


def _colour(noun: Noun, rng: random.Random) -> str:
    """A random GenEval colour for paintable things, else the drawing's own."""
    if noun.paintable:
        return rng.choice(COLOURS)
    assert noun.colour is not None
    return noun.colour


def known_classes(nouns: Sequence[Noun]) -> dict[str, str]:
    """Class names -> the class judged: GenEval's own, and nouns."""
    words = {word: noun.name for noun in nouns for word in noun.synonyms}
    words |= {noun.name: noun.name for noun in nouns}
    return words | {label: label for label in CLASSES if noun_of(label) in words}


def in_nanos_words(
    prompts: Sequence[Prompt], nouns: Sequence[Noun]
) -> tuple[list[Prompt], list[str]]:
    """Prompts whose classes are all known, in nano's words, and the unknown classes.

    The text to draw is unchanged. Prompts of GenEval 2 have no classes and are kept.
    """
    words = known_classes(nouns)
    kept: list[Prompt] = []
    unknown: set[str] = set()
    for prompt in prompts:
        clauses = [*prompt.raw.get("include", []), *prompt.raw.get("exclude", [])]
        lacking = {c["class"] for c in clauses if c["class"].lower() not in words}
        unknown |= lacking
        if lacking:
            continue
        raw = dict(prompt.raw)
        for part in ("include", "exclude"):
            if part in raw:
                raw[part] = [{**c, "class": words[c["class"].lower()]} for c in raw[part]]
        if prompt.tag is not None and "held_out" not in raw and len(raw.get("include", [])) < 3:
            raw["held_out"] = _held_out(raw.get("include", []))
        kept.append(parse_prompt(raw))
    return kept, sorted(unknown)
