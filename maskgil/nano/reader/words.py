"""English words beside nano's nouns, from words.tsv: connectives, verbs, numbers, parts, times."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from maskgil.nano.world.arranging.carried.mouths import DRINKING
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.drawn.regions import RAINBOW, WAYS
from maskgil.nano.world.inflection import plural
from maskgil.nano.world.nouns import ALIVE, LIVING, Noun
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import CARRIED, STRETCHING, TOUCHING
from maskgil.nano.world.settings import WITHIN
from maskgil.utils.assets import table_rows

WORDS = Path(__file__).with_name("words.tsv")
NEAR_WORDS = Path(__file__).with_name("near_words.tsv")
SHADES = Path(__file__).with_name("shades.tsv")


@functools.cache
def _rows() -> dict[str, dict[str, str]]:
    """Kind -> words -> value, in the file's order."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for kind, value, many in table_rows(WORDS):
        found[kind] |= dict.fromkeys(many.split(", "), value)
    parts = sorted({*found["part of"].values()})
    paints = (*PAINTS, RAINBOW, *WAYS)
    found["state"] |= {so: so for part in parts for so in (f"{paint} {part}" for paint in paints)}
    return found


def table(kind: str) -> dict[str, str]:
    """Words of a kind -> their value, for reading alone. KeyError for no kind of words.tsv."""
    return _rows()[kind] if kind in _rows() else _no_kind(kind)


def _no_kind(kind: str) -> dict[str, str]:
    raise KeyError(f"unknown kind {kind!r}; words.tsv has {', '.join(_rows())}")


def listed(kind: str) -> tuple[str, ...]:
    """Words of a kind that have no value."""
    return tuple(table(kind))


@functools.cache
def borne() -> dict[str, str]:
    """Who is known by what they hold or ride, one and several, -> the noun of that."""
    known = table("bears")
    return known | {plural(who): what for who, what in known.items()}


@functools.cache
def colours_said() -> dict[str, str]:
    """Words, one and several, that say the colour of what they name: a goldfish is orange."""
    said = table("says color")
    return said | {plural(what): colour for what, colour in said.items()}


CUT = ("bitten", "sliced", "cut open")
"""States of food."""
BODILY = ("fat", "thin", "fluffy", "hairy", "hot")
"""States of some kinds of things alone, of others they are said and not drawn."""

SEVERAL = 5  # of what comes in groups
LINING = 6  # on both sides of a way that is lined with them
HEAP = 6  # of what is heaped: rows of three, two and one


@functools.cache
def _drawn_so() -> dict[str, frozenset[str]]:
    return {quality: frozenset(nouns) for quality, nouns in pairs("drawn so")}


def is_drawn_so(noun: Noun, quality: str) -> bool:
    """Whether the drawing of a noun shows what an adjective says: a prickly cactus."""
    return noun.name in _drawn_so().get(quality, ())


@functools.cache
def several() -> dict[str, tuple[str, int]]:
    """Words for many at once -> the noun of one of them, and how many are drawn: "traffic"."""
    told = ((text, value.rpartition(" ")) for text, value in table("several").items())
    return {text: (name, int(count)) for text, (name, _, count) in told}


def near_words() -> dict[str, tuple[str, ...]]:
    """Noun -> words that mean nearly the same."""
    return dict(_lists(NEAR_WORDS))


def shades() -> dict[str, str]:
    """Names of shades, in both spellings of gray, -> which of the eleven colours they are."""
    return {
        way: colour
        for colour, names in _lists(SHADES)
        for shade in names
        for way in (shade, shade.replace("gray", "grey"))
    }


def _lists(file: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(first, tuple(words.split(", "))) for first, words in table_rows(file)]


@functools.cache
def spellings() -> dict[str, str]:
    """British spellings -> how the lexicon has them."""
    return table("spelling")


@functools.cache
def words_of_kind(kind: str) -> frozenset[str]:
    """Words of a kind, to ask whether one is among them."""
    return frozenset(table(kind))


@functools.cache
def transitive() -> dict[str, str]:
    """Forms of verbs -> the relation of who does it to what it is done to."""
    return {form: to for verb, to in table("transitive").items() for form in _inflected(verb)}


def within(text: str, noun: Noun | None = None) -> str | None:
    """The setting of who is in what is called so: a church, a garage, a porch."""
    return table("within").get(text, WITHIN.get(noun.name) if noun else None)


@functools.cache
def seen_from_afar() -> frozenset[str]:
    """Forms of verbs behind which a place is of what is seen: "looking at a cat in a tree"."""
    return frozenset(form for verb in listed("seen") for form in _inflected(verb))


@functools.cache
def touched() -> dict[str, str]:
    """Forms of verbs -> the relation of who does so to whom they touch: "hugging"."""
    return {form: to for form, to in transitive().items() if to in TOUCHING}


@functools.cache
def mutual() -> dict[str, str]:
    """Forms of verbs -> the relation of those who do so to each other: "holding hands"."""
    return {form: to for verb, to in table("mutual").items() for form in _inflected(verb)}


@functools.cache
def intransitive() -> frozenset[str]:
    """Forms of verbs that say no more than that something is there."""
    forms = (form for verb in listed("intransitive") for form in _inflected(verb))
    return frozenset((*forms, *listed("act"), *mutual()))


@functools.cache
def verb_forms(*kinds: str) -> frozenset[str]:
    """Forms of all verbs of these kinds."""
    return frozenset(form for kind in kinds for verb in listed(kind) for form in _inflected(verb))


@functools.cache
def _acts() -> frozenset[str]:
    return (intransitive() | verb_forms("transitive")) - verb_forms("shown verb")


def is_act(text: str) -> bool:
    """Whether a verb, or an adjective made of one, tells what no drawing shows: "playing"."""
    return text in _acts()


@functools.cache
def done_with() -> dict[str, tuple[str, str]]:
    """Forms of verbs -> how who does it stands to the noun that shows it: "holding", "broom"."""
    ways = {form: way for verb, way in table("done with").items() for form in _acted(verb)}
    names = (
        *CARRIED,
        "riding",
        "next to",
        "behind",
        "above",
        "kicking",
        "throwing",
        "reading",
        "in",
    )
    split = {
        form: next(name for name in names if way.startswith(name)) for form, way in ways.items()
    }
    return {form: (name, ways[form].removeprefix(f"{name} ")) for form, name in split.items()}


@functools.cache
def tools_of() -> dict[str, frozenset[str]]:
    """Forms of verbs -> the nouns and categories whose presence shows that they are done."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for tools, verbs in pairs("seen with"):
        for form in (form for verb in verbs for form in _acted(verb)):
            found[form] |= {*tools.split(", ")}
    return dict(found)


@functools.cache
def verb_table(kind: str) -> dict[str, str]:
    """Forms of the verbs of a kind -> its value: "cutting" -> "table" of what works are done at."""
    return {form: value for verb, value in table(kind).items() for form in _acted(verb)}


@functools.cache
def marked_with() -> dict[str, str]:
    """Forms of verbs and adjectives -> the noun that comics show it by: "sleeping", "sad"."""
    told = table("marked with")
    return {form: mark for word, mark in told.items() for form in (word, *_inflected(word))}


@functools.cache
def posed() -> dict[str, str]:
    """Forms of verbs -> the state in which who does it is drawn: "leaping" -> "jumping"."""
    told = table("posed").items()
    return {form: state for verb, state in told for form in (verb, *_inflected(verb))}


def posed_as(deed: str, noun: Noun) -> str:
    """The state in which somebody or something does it, "" for none.

    Balls and wheels roll along, an animal on its back; people, and who is seen from the front, lie.
    """
    if deed in verb_forms("rolls") and noun.category in LIVING:
        upright = figure(noun.art[0]) or noun.category in ("person", "people")
        return "lying" if upright else "upside down"
    if deed in verb_forms("bows in play") and noun.name in words_of_kind("stretches"):
        return STRETCHING  # a kitten and its wool
    if deed in verb_forms("glides") and noun.name in words_of_kind("slides on its belly"):
        return "lying"
    if deed in verb_forms("glides") and (
        noun.category in ("person", "people") or noun.places.endswith("w")
    ):
        return ""  # "a skier gliding down a hill", "a swan on a lake"
    if deed in verb_forms("drinks") and noun.category in ("person", "people"):
        return DRINKING
    return posed().get(deed, "")


def aged_as(noun: Noun) -> str | None:
    """The state that shows that a thing is old: rust, moss or dust; None where none does."""
    return table("aged").get(noun.category)


def is_new(said: Iterable[str], noun: Noun) -> bool:
    """Whether a thing that does not live is said to be new or clean."""
    lifeless = noun.category not in (*ALIVE, "fruit", "plant", "celestial", "symbol")
    return lifeless and not words_of_kind("renewed").isdisjoint(said)


def has_flame(noun: Noun) -> bool:
    """Whether its drawing shows its flame."""
    return noun.name in words_of_kind("has flame")


@functools.cache
def done_as() -> dict[str, str]:
    """Forms of verbs -> the noun of who does it: "surfing"."""
    return {form: who for verb, who in table("done as").items() for form in _acted(verb)}


def _acted(verb: str) -> list[str]:
    return [verb] if verb in words_of_kind("act") else _inflected(verb)


def is_shown(text: str, doer: Noun | None, *, living: bool) -> bool:
    """Whether a picture of `doer` shows what `text` says that it does.

    What does not live is shown as it is when it does what it is for; birds fly and fish swim.
    """
    if (
        doer is not None
        and doer.name in words_of_kind("launched")
        and text in verb_forms("launches")
    ):
        return False
    if not is_act(text) or (doer is not None and not living):
        return True
    places = "" if doer is None else doer.places
    return ("a" in places and text in verb_forms("shown in the air")) or (
        "w" in places and text in verb_forms("shown in the water")
    )


@functools.cache
def pairs(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Values of a kind and their words, line by line: the same words may have several values."""
    rows = table_rows(WORDS)
    return tuple((value, tuple(many.split(", "))) for each, value, many in rows if each == kind)


def shown_in(setting: str | None) -> frozenset[str]:
    """What the scenery of a setting shows, as it is said: the tiles of a bathroom."""
    rows = (said for names, said in pairs("shown in") if setting in names.split(", "))
    return frozenset(text for said in rows for text in said)


@functools.cache
def _parts() -> dict[str, tuple[str, ...]]:
    """Noun or category -> what its drawings have, as it is said."""
    return dict(pairs("parts"))


def has_part(noun: Noun, text: str) -> bool:
    """Whether the drawings of a noun show what is said of it: a snowman's carrot nose."""
    bare = " ".join(word for word in text.split() if word not in words_of_kind("plain look"))
    shown = (_parts().get(key, ()) for key in (noun.name, noun.category))
    return any(text in parts or bare in parts for parts in shown)


@functools.cache
def _irregular() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for verb, forms in pairs("form"):
        found[verb] += forms
    return found


def _forms(verb: str) -> list[str]:
    """'chase' -> chase, chases, chased, chasing."""
    if verb in _irregular():
        return [verb, *_irregular()[verb]]
    if verb.endswith("e"):
        return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    stem = verb + verb[-1] if verb in words_of_kind("doubled") else verb
    if verb.endswith(("ch", "sh", "ss", "s", "x")):
        return [verb, f"{verb}es", f"{verb}ed", f"{verb}ing"]
    return [verb, f"{verb}s", f"{stem}ed", f"{stem}ing"]


def inflected_as(phrase: str, form: str) -> str:
    """A verb and what follows it in the form of another one: "walk", "taking" -> "walking"."""
    verb, _, rest = phrase.partition(" ")
    base, *forms = _forms(verb)
    alike = [each for each in forms if each.endswith("ing") == form.endswith("ing")]
    bare = form in table("light verb") or not alike
    return f"{base if bare else alike[0]} {rest}".strip()


def _inflected(phrase: str) -> list[str]:
    verb, _, rest = phrase.partition(" ")
    return [f"{form} {rest}".strip() for form in _forms(verb)]
