"""Language identification; uncertain cases are decided by transcripts in the likeliest languages.

A language is told by its own probability and by how sure its transcript is; that of a word by how
much of its transcript the glossary knows as things, colours and counts, and by how well a word of
it fits the sound. What the speaker is likely to speak is a prior, joined to Whisper's posterior by
Bayes' rule where Whisper is in doubt. It never forbids: what is clear is taken as it is, and every
language keeps a share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from app.glossary.lexicon import GlossaryLexicon, Kind
from app.glossary.repair import Glossary
from app.languages import LANGUAGES
from app.thresholds import (
    CHANGE,
    CLEAR,
    FIRST,
    FITTING,
    KNOWN,
    OTHERS,
    TOLD_SECONDS,
    TRAINING,
    WORTH,
)

UNHEARD = 1e-6  # the least that a language's probability counts; it has a logarithm
_TELLING: tuple[Kind, ...] = ("noun", "colour", "number")  # of what nearly all languages have words


def mean_posterior(heard: Sequence[Sequence[tuple[str, float]]]) -> list[tuple[str, float]]:
    """The mean of what Whisper makes of a clip in several ways, (code, probability), best first.

    On a short word its posterior changes with the silence around it.
    """
    total: dict[str, float] = {}
    for code, probability in chain.from_iterable(heard):
        total[code] = total.get(code, 0.0) + probability / len(heard)
    return sorted(total.items(), key=lambda guess: -guess[1])


def weigh_languages(
    guesses: Sequence[tuple[str, float]], evidence: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Languages by what speaks for some of them beside their probability.

    Args:
        guesses: codes with probabilities, best first.
        evidence: nats for some of these languages.

    Returns:
        list[tuple[str, float]]: the guesses with new probabilities, best first; the languages of
            `evidence` share what they had together.
    """
    known = dict(guesses)
    best = max(evidence.values(), default=0.0)
    weights = {code: known[code] * math.exp(nats - best) for code, nats in evidence.items()}
    shared = sum(known[code] for code in evidence) / (sum(weights.values()) or 1.0)
    known |= {code: weight * shared for code, weight in weights.items()}
    return sorted(known.items(), key=lambda guess: -guess[1])


def evidence_of_words(heard: Mapping[str, str], fits: Mapping[str, float]) -> dict[str, float]:
    """Nats for languages by a short clip's transcript in each of them, and by their words.

    Args:
        heard: the transcripts.
        fits: nats of the word of each language that fits the sound best; one of which no word fits
            nearly as well as that of another has a strange word.
    """
    glossary = Glossary.load()
    least = max(fits.values(), default=0.0) - WORTH
    return {
        code: KNOWN * known_share(text, glossary.lexicon(code, heard=True))
        + FITTING * max(least, fits.get(code, least))
        for code, text in heard.items()
    }


def known_share(text: str, lexicon: GlossaryLexicon) -> float:
    """The share of a text's letters in words for things, colours and counts, 0 to 1."""
    items = lexicon.scan(text)
    letters = sum(len(item.text) for item in items)
    known = sum(len(item.text) for item in items if item.get(*_TELLING))
    return known / letters if letters else 0.0


def languages_in_turn(heard: Sequence[Mapping[str, float]], seconds: Sequence[float]) -> list[str]:
    """The likeliest language of each stretch of speech, where speakers seldom change theirs.

    Args:
        heard: each stretch's languages with probabilities, from its sound alone.
        seconds: how long each lasts; short ones say little.

    Returns:
        list[str]: a code for each stretch, by Viterbi's algorithm: a change costs `CHANGE` nats.
    """
    codes = sorted({code for languages in heard for code in languages})
    best = np.zeros(len(codes))
    before: list[np.ndarray] = []  # the best code at the stretch before, for each code
    for languages, length in zip(heard, seconds, strict=True):
        stay, change = best, best.max() - CHANGE
        before.append(np.where(stay >= change, np.arange(len(codes)), best.argmax()))
        chances = np.array([max(languages.get(code, 0.0), UNHEARD) for code in codes])
        best = np.maximum(stay, change) + min(1.0, max(length, 0.1) / TOLD_SECONDS) * np.log(
            chances
        )
    place = int(best.argmax())
    turns = []
    for earlier in reversed(before):
        turns.append(codes[place])
        place = int(earlier[place])
    return turns[::-1]


def language_prior(speaks: Sequence[str]) -> dict[str, float]:
    """How likely each language is before anything is heard, relative to Whisper's own prior.

    Whisper's posterior carries a prior of its own, the hours of speech it was trained on: English,
    two thirds of them, is what short words are taken for. `LANGUAGES` is in the order of these
    hours; a power of the place takes them out where the speaker's languages are known.

    Args:
        speaks: codes of languages that the speaker is likely to speak; one that is named twice,
            as the browser's and as heard before, is twice as likely. None: all alike. So too where
            English is named once and no other: browsers come so, and Whisper expects it anyway.
    """
    known = Counter(code for code in speaks if code in LANGUAGES)
    if not known - Counter(["en"]):
        return dict.fromkeys(LANGUAGES, 1.0)
    first = next(iter(known))
    known[first] += FIRST - 1
    return {
        code: OTHERS / len(LANGUAGES) + (1 - OTHERS) * known[code] / known.total() * place**TRAINING
        for place, code in enumerate(LANGUAGES, 1)
    }


def with_prior(
    guesses: Sequence[tuple[str, float]], speaks: Sequence[str]
) -> list[tuple[str, float]]:
    """Whisper's guesses (code, probability; best first) with the prior of `speaks`, best first.

    A language that Whisper is sure of stays: its posterior is too steep there to be weighed.
    """
    if guesses and guesses[0][1] >= CLEAR:
        return list(guesses)
    prior = language_prior(speaks)
    joint = {code: probability * prior.get(code, 0.0) for code, probability in guesses}
    total = sum(joint.values())
    if not total:
        return list(guesses)
    return sorted(((code, p / total) for code, p in joint.items()), key=lambda guess: -guess[1])
