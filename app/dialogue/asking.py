"""Questions of two choices in the languages of a dialogue."""

from __future__ import annotations

from dataclasses import replace

from app.dialogue.phrase_table import FRAMED, languages, sentences
from app.dialogue.telling import named
from app.glossary.repair import Glossary
from app.i18n import Translations, words_in
from maskgil.nano.dialogue.fragments import read_fragment
from maskgil.nano.dialogue.outcome import Question

WHICH = "which one: {} or {}?"
_SIDES = ("left", "right")


def asked_in(language: str, question: Question, glossary: Glossary) -> Question:
    """A question and its choices in a language of the table or the page's words, or as it is."""
    if language not in languages() or language in FRAMED:
        return _asked_in_words(words_in(language), question, glossary)
    said, which = sentences(), WHICH
    if question.text != which.format(*question.choices):
        first, second = (said.get((language, each), each) for each in question.choices)
        return replace(question, text=said[language, question.text], choices=(first, second))
    first, second = (_named_in(language, each, glossary) for each in question.choices)
    return replace(
        question, text=said[language, which].format(first, second), choices=(first, second)
    )


def _asked_in_words(words: Translations, question: Question, glossary: Glossary) -> Question:
    """The same by the page's words."""
    if words.language == "en":
        return question
    if question.text != WHICH.format(*question.choices):
        return replace(question, text=words("ask.what"), choices=(words("tell"), words("ask.new")))
    first, second = (_named_in(words.language, each, glossary) for each in question.choices)
    return replace(question, text=words("ask.which"), choices=(first, second))


def _whose(choice: str) -> tuple[str, str]:
    """A thing without whose it is, or on which side, and that: "hat", "cat"."""
    owner, mark, name = choice.removeprefix("the ").partition("'s ")
    side, _, rest = owner.partition(" ")
    if mark:
        return name, owner
    return (rest, side) if side in _SIDES else (choice, "")


def _named_in(language: str, choice: str, glossary: Glossary) -> str:
    """A thing that English names, in a language: its noun, and how it looks behind it."""
    page, (name, told) = words_in(language), _whose(choice)
    if told and page.language == language:  # "the cat's hat", "the left dog"
        told = page(f"place.{told}") if told in _SIDES else named(told, page)
        return f"{named(name, page)} ({told})"
    if (words := words_in(language)).language == language:
        return named(choice, words)
    mentions = read_fragment(choice).mentions
    if not mentions:
        return choice
    thing, names = mentions[0].thing, glossary.words.names_in(language)
    noun = names.get(thing.noun, thing.noun)
    look = thing.colour or thing.texture
    return f"{noun} ({names.get(look, look)})" if look else noun
