"""A second hearing: where a transcript makes no sense, what sounds alike is held against the sound.

Also which language it was: where that is in doubt, the texts of the likeliest ones are compared.

The words of pictures that sound like what Whisper wrote (`app.glossary_guesses`), and Whisper's
next best texts, are scored by Whisper itself on the same encoding. A text with fewer strange words
is taken if it fits the sound nearly as well. Texts that are understood cost nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from app.glossary import Glossary
from app.glossary_guesses import Guesser
from app.glossary_text import Kind, Lexicon

if TYPE_CHECKING:
    from app.whisper_engines import Decoding

WORTH = 4.0  # nats of sound that one strange word less is worth
FARTHEST = 9.0  # nats below the best text; nothing farther from the sound is ever taken
_GUESSES = (8, 3)  # of Whisper's best text, and of its next
_TEXTS = 3  # of Whisper's own that take part
_SHORT = 2  # letters of a word that says little
_NEARLY = 0.8  # guesses dearer than the cheapest by more are not scored

RIVALS = 3  # languages to compare, each with a probability of …
LIKELY = 0.02
POSSIBLE = 0.01  # the same for further ones, of which the glossary knows the words well
FLUENT = 3.0  # nats of a language's posterior that one nat a token of its text is worth
KNOWN = 5.0  # … that a text of nothing but things, colours and counts is worth
CIRCLES = 5.0  # … that a text that runs in circles takes away
_TELLING: tuple[Kind, ...] = ("noun", "colour", "number")  # of what nearly all languages have words


class Scorer(Protocol):
    """The part of `app.whisper_engines.Engine` that is needed here."""

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        """Log-probability of each text as the transcript of what was encoded."""
        ...


def hear_again(engine: Scorer, encoding: Any, language: str, texts: list[str]) -> str:
    """The best of `texts` and of what sounds like them.

    Args:
        engine: scores texts on `encoding`.
        encoding: the clip's, from the same engine.
        language: Whisper's code.
        texts: what Whisper heard, best first, at least one.

    Returns:
        str: `texts[0]` wherever it is understood or nothing better fits the sound.
    """
    heard = texts[0]
    if not Guesser.knows(language):
        return heard
    guesser = _guesser(language)
    if strange_words(heard, guesser.lexicon) == 0:
        return heard
    candidates = dict.fromkeys(texts[:_TEXTS])
    for text, limit in zip(texts, _GUESSES, strict=False):
        guesses = guesser.guesses(text, limit)
        candidates |= {g.text: None for g in guesses if g.cost <= guesses[0].cost + _NEARLY}
    strange = {text: strange_words(text, guesser.lexicon) for text in candidates}
    if min(strange.values()) >= strange[heard]:
        return heard
    scores = dict(zip(strange, engine.score(encoding, language, list(strange)), strict=True))
    lowest = max(scores.values()) - FARTHEST
    near = [text for text in scores if scores[text] >= lowest]
    best = max(near, key=lambda text: scores[text] - WORTH * strange[text])
    return best if strange[best] < strange[heard] else heard


def strange_words(text: str, lexicon: Lexicon) -> int:
    """How many words of a text the glossary does not know, those of one or two letters aside.

    Where words have no spaces between them, strange characters in a row are one word.
    """
    items = lexicon.scan(text)
    strange = [item.get("unknown") is not None for item in items]
    if lexicon.unspaced:
        return sum(now and not before for before, now in pairwise([False, *strange]))
    return sum(s and len(i.text) > _SHORT for s, i in zip(strange, items, strict=True))


def rivals_of(guesses: Sequence[tuple[str, float]]) -> list[str]:
    """The codes among `guesses` (best first) whose texts are worth comparing.

    The best three as far as they are likely, and less likely ones whose words are well known.
    """
    likely = [code for code, probability in guesses[:RIVALS] if probability >= LIKELY]
    return likely + [
        code
        for code, probability in guesses
        if probability >= POSSIBLE
        and code not in likely
        and (code == "en" or (code != "yue" and Guesser.knows(code)))
    ]


def weigh_languages(
    guesses: Sequence[tuple[str, float]], heard: Mapping[str, Decoding | None]
) -> list[tuple[str, float]]:
    """Languages by what Whisper makes of a clip in each of them.

    Args:
        guesses: codes with probabilities, best first.
        heard: the clip's transcript in some of these languages, None where it ran in circles.

    Returns:
        list[tuple[str, float]]: the guesses with new probabilities, best first; the languages of
            `heard` share what they had together.
    """
    known = dict(guesses)
    marks = {}
    for code, text in heard.items():
        marks[code] = math.log(max(known[code], 1e-9)) - CIRCLES
        if text is not None:
            share = known_share(text.text, Glossary.load().lexicon(code))
            marks[code] += CIRCLES + FLUENT * text.mean_logprob + KNOWN * share
    best = max(marks.values(), default=0.0)
    weights = {code: math.exp(mark - best) for code, mark in marks.items()}
    shared = sum(known[code] for code in heard) / (sum(weights.values()) or 1.0)
    known |= {code: weight * shared for code, weight in weights.items()}
    return sorted(known.items(), key=lambda guess: -guess[1])


def known_share(text: str, lexicon: Lexicon) -> float:
    """The share of a text's letters in words for things, colours and counts, 0 to 1."""
    items = lexicon.scan(text)
    letters = sum(len(item.text) for item in items)
    known = sum(
        len(item.text)
        for item in items
        if item.get(*_TELLING) and (lexicon.unspaced or len(item.text) > _SHORT)
    )
    return known / letters if letters else 0.0


@lru_cache(maxsize=8)
def _guesser(language: str) -> Guesser:
    words = Glossary.load().words
    characters = {char: syllable for syllable, chars in words.syllables.items() for char in chars}
    return Guesser(words, language, characters)
