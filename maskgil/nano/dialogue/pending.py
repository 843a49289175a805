"""Pending question: what an utterance after it comes to, as its answer or as going on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.commands import courteous, is_whole, leads, tokens_of, without_marks
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment, roles_at
from maskgil.nano.dialogue.interpreter import ANSWERS, ORDERS, interpret
from maskgil.nano.dialogue.outcome import Outcome, Question
from maskgil.nano.reader.words import marked_with, posed
from maskgil.nano.world.scene import LOOKS


def answered(question: Question, text: str) -> Outcome | None:
    """What an answer to a question comes to; None where it is none."""
    plain = without_marks(courteous(tokens_of(text)))
    if question.choices == ANSWERS:
        for kind, outcome in zip(("change it", "new one"), question.outcomes, strict=True):
            if is_whole(plain, kind):
                return outcome
    for kind, outcome in zip(("first", "second"), question.outcomes, strict=True):
        if is_whole(plain, kind):
            return outcome
    said = " ".join(plain)
    for choice, outcome in zip(question.choices, question.outcomes, strict=True):
        if said and said in (choice, choice.removeprefix("the ")):
            return outcome
    if leads(plain, *ORDERS) or _states(plain, question):
        return None  # "put the hat on the cat" asks for something else
    named_of = [_names_of(choice) for choice in question.choices]
    mine = _names_of(said) - (named_of[0] & named_of[1])
    found = [o for names, o in zip(named_of, question.outcomes, strict=True) if mine & names]
    return found[0] if len(found) == 1 else None


def _states(words: Sequence[str], question: Question) -> bool:
    """Whether words say what somebody is to do or have, not who is meant: "the girl is riding"."""
    known = {name for choice in question.choices for name in nouns_in(tokens_of(choice))}
    told = any(
        leads(words[at:], "copula", "having") and words[at - 1] not in ("that", "which", "who")
        for at in range(1, len(words))
        if leads(words[:at], "pronoun") != at
    )
    placed = any("relation" in roles_at(words, at)[1] for at in range(len(words)))
    return told or bool(
        not placed and known.intersection(nouns_in(words)) and set(nouns_in(words)) - known
    )


def gone_on(question: Question, text: str) -> Outcome | None:
    """What a change comes to of things that are only in the change in question: both are done.

    "It" is such a thing, too: it was spoken of last. None for what does not speak of them, or is
    no plain change. What comes to nothing there does not ask again.
    """
    asked = question.outcomes[0]
    if question.choices != ANSWERS or asked.change is None:
        return None
    before, after = asked.change.before, asked.change.after
    new = {thing.noun for thing in after.things} - {thing.noun for thing in before.things}
    words = tokens_of(text)
    named = nouns_in(words)
    spoken_of = not named and any(leads([word], "person or thing") for word in words)
    if not new.intersection(named) and not (spoken_of and new):
        return None
    then = interpret(text, after, asked.focus, asked.change)
    if then.action == "none":
        return then
    if then.change is not None and not named and then.change.after.things == after.things:
        return None  # "make it night"
    both = then.change and asked.change.followed_by(then.change)
    if both is not None and both.is_none:
        return Outcome("none")  # "remove it"
    return replace(then, change=both) if then.action == "change" and both else None


def _names_of(text: str) -> set[str]:
    """The nouns and looks that a text names."""
    words = text.split()
    nouns = {mention.thing.noun for mention in read_fragment(text).mentions} if words else set()
    roles = [roles_at(words, at)[1] for at in range(len(words))]
    looks = {each[kind] for each in roles for kind in LOOKS if kind in each}
    sides = {side for side in ("left", "right") if any(leads([word], side) for word in words)}
    doings = {told[word] for told in (posed(), marked_with()) for word in words if word in told}
    return nouns | looks | doings | sides
