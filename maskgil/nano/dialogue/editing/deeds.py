"""Verbs and states in utterances: what somebody does or is like, and that it ends."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.words import (
    CUT,
    done_as,
    done_with,
    intransitive,
    marked_with,
    mutual,
    posed,
    table,
    transitive,
    verb_forms,
)
from maskgil.nano.world.scene import ACTIONS, TOUCHING

ASLEEP = "sleep symbol"
_AGAIN = ("again", "too", "instead", "please", "now", "anymore")
ENDS = {
    "ends rest": ("sitting", "lying", ASLEEP),
    "ends sleep": ("lying", ASLEEP),
    "ends grief": ("water drop", "storm cloud"),
    "ends noise": ("speech bubble", "musical notes", "open mouthed"),
    "ends wet": ("wet",),
    "ends dirt": ("muddy", "wet", "mossy", "rusty", "snowy", "dust covered"),
    "ends harm": ("broken", "rusty", "melting", "leaning", "frozen", *CUT),
}
"""States and marks that are over in who is told to be so: who is awake sleeps no more."""


def bare_deed(words: Sequence[str]) -> list[str]:
    """The bare state: "is sleeping again" as "sleeping"."""
    found = list(words)
    while found:
        over = leads(found, *ENDS, "at rest", "over")
        length = _begun(found) or (0 if over else leads(found, "copula"))
        if not length:
            break
        found = found[length:]
    while found[-1:] and (found[-1] in _AGAIN or found[-2:] == ["any", "more"]):
        found = found[: -1 if found[-1] in _AGAIN else -2]
    return found


def _begun(words: Sequence[str]) -> int:
    """How many words only say that something begins or goes on: "starts to" before "cry"."""
    length = leads(words, "begins")
    behind = words[length:]
    acts = length and len(behind) > 1 and behind[0] in transitive()  # "to read a book"
    return length if acts or is_deed(behind) or 0 < leads(behind, *ENDS) == len(behind) else 0


def as_begun(words: Sequence[str]) -> list[str]:
    """ "Starts to cry" as "cry", "fly" as "flying"."""
    found = list(words[_begun(words) :])
    alone = len(found) == 1 and found[0] in poses() and "noun" in roles_at(found, 0)[1]
    return [_ing(found[0])] if alone else found


def is_deed(words: Sequence[str]) -> bool:
    """Whether words are a single visible activity or condition: "sleeping", "wet"."""
    said = " ".join(words)
    known = (posed(), marked_with(), table("state"), done_with(), mutual())
    acts = transitive().get(said) in (*ACTIONS, *TOUCHING)
    return acts or any(said in each for each in known) or bool(doers(said))


def as_deed(words: Sequence[str]) -> list[str]:
    """A finite verb as participle: "saws" as "sawing"; [] for unknown verbs."""
    word, rest = words[0], list(words[1:])
    if not rest and word in poses() and "noun" in roles_at([word], 0)[1]:
        return [_ing(word)]  # "they fly"
    if not word.endswith("s") or word in _verbs():
        return list(words)
    stems = {word[:-1], word.removesuffix("es"), f"{word.removesuffix('ies')}y"}
    forms = (
        form
        for stem in sorted(stems)
        for form in (f"{stem}ing", f"{stem.removesuffix('e')}ing", f"{stem}{stem[-1]}ing")
    )
    found = next(([form, *rest] for form in forms if form in _verbs()), None)
    is_thing = bool({"many", "near many"} & roles_at(words[:1], 0)[1].keys())
    return found or ([] if is_thing else list(words))


def _ing(verb: str) -> str:
    """ "Flying" of "fly"."""
    ways = (f"{verb}ing", f"{verb.removesuffix('e')}ing", f"{verb}{verb[-1]}ing")
    return next((form for form in ways if form in _verbs()), verb)


@functools.cache
def poses() -> frozenset[str]:
    """Verb forms that are a state or a mark."""
    return frozenset(posed()) | frozenset(marked_with())


@functools.cache
def _verbs() -> frozenset[str]:
    """Forms of verbs that are known, whatever shows them."""
    seen = (posed(), marked_with(), done_with(), done_as(), transitive(), intransitive())
    named = frozenset(form for forms in seen for form in forms)
    return named | verb_forms("leaves", "hands over")


def ends_deed(words: Sequence[str]) -> bool:
    """Whether words end an activity: "stops crying", "is not running any more"."""
    said = bare_deed(words)
    length = leads(said, "over")
    return 0 < length < len(said) and is_deed(said[length:])


def leaving(words: Sequence[str]) -> int:
    """The length of a phrase of leaving: "falls off", "gets out of"."""
    if not words or words[0] not in verb_forms("leaves"):
        return leads(words, "leaving")
    length = leads(words[1:], "away from")
    return 1 + length if length else leads(words, "leaving")


def is_told_so(words: Sequence[str]) -> bool:
    """Whether words state a visible state or activity, or its end."""
    said = bare_deed(words)
    over = leads(said, *ENDS, "at rest")  # all of it
    if not said:
        return False
    return (
        any(" ".join(said) in each for each in (posed(), marked_with(), table("state")))
        or over == len(said)
        or ends_deed(said)
        or leaving(said) == len(said)
    )


@functools.cache
def doers(deed: str) -> dict[str, str]:
    """Nouns of active figures -> the figure: "woman dancing" -> "woman"."""
    if not deed.endswith("ing"):
        return {}
    known = lexicon().nouns
    told = ((one.name, said) for one in known.values() for said in (one.name, *one.synonyms))
    ends = ((name, said.removesuffix(f" {deed}"), said) for name, said in told)
    return {name: who for name, who, said in ends if who != said and who in known}


@functools.cache
def passing() -> frozenset[str]:
    """Verb forms of transfer: "throws", "gives"."""
    thrown = (form for form, way in transitive().items() if way in ("throwing", "kicking"))
    return frozenset(thrown) | verb_forms("hands over")
