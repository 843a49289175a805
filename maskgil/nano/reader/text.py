"""Preprocessing: prompt syntax, emoji, fractions and ranges as plain English words."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from maskgil.nano.reader import typography
from maskgil.nano.reader.lexicon import lexicon, spelled
from maskgil.nano.reader.negation import affirmed
from maskgil.nano.reader.phrases.disguises import costumed, disguised
from maskgil.nano.reader.phrases.lettering import without_lettering
from maskgil.nano.reader.phrases.light_verbs import lightened
from maskgil.nano.reader.phrases.occasions import spelled_out
from maskgil.nano.reader.phrases.relatives import straightened
from maskgil.nano.reader.speaker import with_speaker
from maskgil.nano.reader.typography import Word, lookup_words
from maskgil.nano.reader.words import shades, table
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.paints import PAINTS
from maskgil.utils.typography import unlisted

LONGEST = 6000  # characters; what stands behind them is not read
_ZERO = r"(?:-\s*\d*\.?\d+|0+(?:\.0+)?)"
_UNWEIGHTED = re.compile(
    rf"(?<![(\[{{])[(\[{{]{{1,9}}([^()\[\]{{}}:]{{1,80}}?)\s*:+\s*{_ZERO}\s*[)\]}}]+"
)
_UNWEIGHTED_PART = re.compile(rf"([^,.;:|\n]{{1,80}}?)\s*::\s*{_ZERO}(?![\d.])")
_NEGATIVE = re.compile(
    r"(?:--no\b|\bnegative(?:\s+prompt)?\s*:)\s*(.{1,400}?)(?=\n|--|$|\.\s|;)", re.IGNORECASE
)
_OPTION = re.compile(r"--(?!no\b)[a-z]+(?:\s+[\d:.]+)?", re.IGNORECASE)
_VULGAR = str.maketrans(dict.fromkeys("½¼¾⅓⅔", " half ") | {"∞": " infinite "})
_FRACTION = re.compile(r"(?<![\d/])\d\s?/\s?\d(?![\d/])")
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:[ ,]\d{3})+(?![\d,])")
_RANGE = re.compile(r"(?<![\w.])\d{1,4}\s?(?:-|–|—|to|or)\s?(\d{1,4})(?![\w])")
_LABEL = re.compile(r"(?:\bno\.\s?|\b(?:number|nr\.?)\s|№\s?|#\s?)(\d+)", re.IGNORECASE)
_TIMES_BEHIND = re.compile(r"(?<!\w)[x×]\s?(\d{1,3})(?!\w)", re.IGNORECASE)
_TIMES_BEFORE = re.compile(r"(?<![\w.])(\d{1,3})\s?[x×](?=\s)", re.IGNORECASE)
_GLUED = re.compile(r"(?<!\w)(\d{1,3})(?=[a-z]{3,})(?!\d+(?:bit|rd|nd|th|st)\b)", re.IGNORECASE)
_ITS_SIDE = re.compile(r"\b(?:to|on) (?:its|his|her|their) (left|right)(?: side)?\b", re.IGNORECASE)
_AT_FEET = re.compile(r"\bat (?:its|his|her|their) feet\b", re.IGNORECASE)
_MINUS = re.compile(
    r"(?<!\S)(?:[-−–]|negative\s+)(?=\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)",
    re.IGNORECASE,
)
_NONE = re.compile(rf"([^,.;:|\n\d]{{1,80}}?)\s*:\s*{_ZERO}(?=\s*(?:[,.;|\n]|$))")
_WITH = re.compile(r"(?<!\w)w/(o?)(?!\w)\s*", re.IGNORECASE)  # "a dog w/ a hat"
_CONTEST = re.compile(
    r"\b(?:a|the) (?:foot )?race between (.{3,40}?) and ((?:an?|the) [^,.;]{2,40}?)(?=[,.;]|$)",
    re.IGNORECASE,
)  # "a race between a cat and a dog"
_WHO_IS = re.compile(r"\b(who|that|which)['’]s (?=an?\b)", re.IGNORECASE)
_NON = re.compile(r"\bnon-(?=[a-z])", re.IGNORECASE)
_BREAKS = re.compile(r"\s*[\n\r\t•·▪]\s*(?:[-*•]\s+|\d+[.)]\s+)?")
_FORBIDDEN = re.compile(r"\N{NO ENTRY SIGN}\s*([^\s\N{NO ENTRY SIGN}]*)")
_OF_STUFF = re.compile(r"\b(\w+) (?:made|built) (?:out )?of (\w+)\b", re.IGNORECASE)
_ANY_BUT = re.compile(
    r"(?:\s(?:in|of))?\s(?:any|every|all|another|an?|whatever)\s(?:other\s)?(?:colou?r|shade)s?\b"
    r"(?:\s(?:you\s(?:like|want)|will\sdo|is\s(?:fine|ok|okay)))?,?\s(?:but(?:\snot)?|except(?:\sfor)?|"
    r"(?:other\s)?than|apart\sfrom|besides|save|as\slong\sas\s(?:it|they)(?:'s|\sis|\sare)\snot|"
    r"as\slong\sas\s(?:it|they)\s(?:isn't|aren't))\s",
    re.IGNORECASE,
)
"""In any colour but those that follow."""
_ONE = re.compile(r"\ban? (\w+) one\b", re.IGNORECASE)
_EACH = re.compile(r"\b(?:an?|another|one) (\w+)(?: one)?", re.IGNORECASE)
_LISTED = re.compile(
    rf"(?<=[,:]) ?{_EACH.pattern}(?:(?: ?,)?(?: and)? {_EACH.pattern})+(?=\s*(?:[,.;:!?]|$))",
    re.IGNORECASE,
)  # "two cats, an orange and a white one"
_ART_MARKS = "^<~_="


def written_words(text: str) -> list[Word]:
    """The words of `text`, each with its original and its normalised form."""
    text, written = without_lettering(unlisted(text[:LONGEST]))
    text = _negatives(_FORBIDDEN.sub(r" no \1. ", text))
    text = _ITS_SIDE.sub(r"to the \1 of it", _BREAKS.sub(", ", f"\n{text.strip()}"))
    text = _WHO_IS.sub(r"\1 is ", _AT_FEET.sub("in front of it", text))
    text = _as_coloured(_numbers(at_length(text)))
    found = []
    for word in lookup_words(typography.plain(text, emoji_nouns())):
        if word.text in written:
            found.append(replace(word, said=written[word.text]))
            continue
        first, *rest = lexicon().compound(word.text) or spelled(word.text)
        found.append(Word(word.said, first, word.pause))
        found += [Word("", mark) for mark in rest]
    return straightened(affirmed(costumed(disguised(with_speaker(lightened(spelled_out(found)))))))


def _negatives(text: str) -> str:
    """Weights of nothing and negative prompts as "no dog"."""
    text = _UNWEIGHTED.sub(r". no \1. ", text)
    if "::" in text:
        text = _UNWEIGHTED_PART.sub(r". no \1. ", text)
    text = _NONE.sub(r". no \1. ", text)  # "cats: 0"
    text = _NEGATIVE.sub(lambda found: f". no {found[1].replace(',', ' or no ')}. ", text)
    text = _WITH.sub(lambda found: "without " if found[1] else "with ", text)
    text = _CONTEST.sub(r"\1 and \2 racing", text)
    return _NON.sub("non ", _OPTION.sub(" ", text))


def _numbers(text: str) -> str:
    text = _GROUPED.sub(lambda found: re.sub("[ ,]", "", found[0]), text.translate(_VULGAR))
    text = _LABEL.sub(r"no'n\1", _FRACTION.sub(" half ", text))
    text = _TIMES_BEFORE.sub(r"\1", _TIMES_BEHIND.sub(r"x\1", text))
    return _GLUED.sub(r"\1 ", below_none(_RANGE.sub(r"\1", text)))


def _as_coloured(text: str) -> str:
    """What is tasted, or made of something, by its colour; trees with their fruit; each of several.

    "a strawberry cake", "a castle made of chocolate", "a lemon tree", "a red one and a blue one".
    """
    text = _figures().sub("", _ANY_BUT.sub(" not ", text))
    text = _tastes().sub(_tasted, text)
    text = _OF_STUFF.sub(_compound, text)
    text = _made().sub(lambda found: f" that is {table('made of')[found[1].lower()]}", text)
    text = _fruit().sub(r"tree\2 with \1s", _faraway().sub(" ", text))
    text = each_of_several(text)
    ones = [found for found in _ONE.findall(text) if found.lower() in {*PAINTS, *shades()}]
    return _ONE.sub(r"one \1", text) if len(ones) > 1 else text


def each_of_several(text: str) -> str:
    """Looks that are told of several, each of one: "two cats, one orange and one white"."""

    def shared(found: re.Match[str]) -> str:
        looks = [{"colour", "size", "texture"} & lexicon().roles(each.lower()).keys()
                 for each in _EACH.findall(found[0])]  # fmt: skip
        before = (lexicon().roles(each) for each in text[: found.start()].lower().split()[-4:])
        several = any(roles.get("count", "one") not in ("one", "1") for roles in before)
        return _EACH.sub(r"one \1", found[0]) if all(looks) and several else found[0]

    return _LISTED.sub(shared, text)


@functools.cache
def _figures() -> re.Pattern[str]:
    """What is said figuratively of what was named: ", a symbol of hope", "was a feast for all"."""
    lead = r"(?<=\w)\s*(?:[,;]|\b(?:is|are|was|were|be|being|became|become|remains|remained))"
    told = r"(?:an?|the|its|like an?) (?:(?!(?:an?|the)\b)[\w'-]+,? ){0,4}?"
    about = r"(?: (?:of|to|for|in|into|on|that|from|with|by)\b[^,.;]*)?"
    sign = r"(?:symbol|emblem|icon)s? of\b[^,.;]*"  # not "a peace symbol"
    return _pattern(rf"{lead} {told}(?:(?:{_any_of('figure')})s?\b{about}|{sign})(?=[,.;]|$)")


@functools.cache
def _tastes() -> re.Pattern[str]:
    flavours, foods = _any_of("flavour"), _any_of("flavoured")
    return _pattern(rf"\b({flavours})(?:[ -]flavou?red)?(?=\s({foods})\b)")


def _tasted(found: re.Match[str]) -> str:
    """The colour of a taste; the taste itself where a drawing shows the food so."""
    flavour, food = found[1].lower(), found[2].lower().removesuffix("s")
    return found[0] if f"{flavour} {food}" in _named() else table("flavour")[flavour]


@functools.cache
def _named() -> frozenset[str]:
    return frozenset(noun.name for noun in load_nouns())


def _compound(found: re.Match[str]) -> str:
    """What is made of something by the name of it: "a boat made of paper" as a paper boat."""
    joined = f"{found[2]} {found[1]}".lower()
    return joined if joined in _compounds() else found[0]


@functools.cache
def _compounds() -> frozenset[str]:
    """The names of two words, of one and of several."""
    names = (name for noun in load_nouns() for name in (noun.name, noun.plural, *noun.synonyms))
    return frozenset(name for name in names if name.count(" ") == 1)


@functools.cache
def _made() -> re.Pattern[str]:
    return _pattern(rf"\s(?:made|built) (?:out )?of ({_any_of('made of')})\b")


@functools.cache
def _fruit() -> re.Pattern[str]:
    return _pattern(rf"\b({_any_of('fruit tree')}) tree(s?)\b")


@functools.cache
def _faraway() -> re.Pattern[str]:
    return _pattern(rf"\s(?:{_any_of('faraway')})\b")


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _any_of(kind: str) -> str:
    """Words of a kind as a pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(table(kind), key=len, reverse=True))


def below_none(text: str) -> str:
    """The text with its negative counts in words: "-2 cats" as "minus 2 cats"."""
    return _MINUS.sub("minus ", text)


def at_length(text: str) -> str:
    """An English text with its short forms at length: "thats" as "that's"."""
    return _short_forms().sub(_at_length, text)


@functools.cache
def _short_forms() -> re.Pattern[str]:
    """Contractions without their apostrophe, and abbreviations: "thats", "smth"."""
    return _pattern(rf"(?<![^\s(\"])(?:{_any_of('short for')})(?![^\s,.;:!?)\"])")


def _at_length(found: re.Match[str]) -> str:
    return table("short for")[found[0].lower()].removeprefix("-")


@functools.cache
def emoji_nouns() -> dict[str, str]:
    """Emoji -> the first noun drawn by them."""
    names: dict[str, str] = {}
    for noun in reversed(load_nouns()):
        for art in reversed(noun.art):
            if not art.startswith("svg:"):
                names[typography.bare(art.rstrip(_ART_MARKS))] = noun.name
    return names
