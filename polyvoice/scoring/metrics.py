"""Metrics of texts: word error rates, translation scores, bootstrap intervals."""

# N clips.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 2000  # bootstrap samples of an interval


@dataclass(frozen=True)
class Estimate:
    """A mean (or ratio of sums) over clips and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def estimate(
    values: Sequence[float], weights: Sequence[float] | None = None, *, seed: int = 0
) -> Estimate | None:
    """Σ values / Σ weights (weights 1: the mean) with its 95 % percentile bootstrap interval.

    Clips are drawn with replacement `DRAWS` times (Efron 1979); None without clips.
    """
    over = np.asarray(values, np.float64)  # (N,)
    under = np.ones_like(over) if weights is None else np.asarray(weights, np.float64)
    if not len(over) or not under.sum():
        return None
    rows = np.random.default_rng(seed).integers(0, len(over), (DRAWS, len(over)))
    sums = under[rows].sum(1)  # (DRAWS,)
    ratios = over[rows].sum(1)[sums > 0] / sums[sums > 0]
    low, high = np.percentile(ratios, (2.5, 97.5))
    return Estimate(float(over.sum() / under.sum()), float(low), float(high))


def edit_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions between two sequences (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def spoken_words(text: str, language: str) -> list[str]:
    """Normalised words: without case, punctuation or accents, numbers as digits.

    Chinese is simplified; in unspaced languages a word is a character.
    """
    from app.glossary.normalize import folded_words, simplified
    from app.languages import UNSPACED

    if language in ("zh", "yue"):
        text = simplified(text)
    words = folded_words(text)
    if language in UNSPACED:
        words = list("".join(words))
    numbers = _numbers(language)
    return [str(numbers[word]) if word in numbers else word for word in words]


def word_errors(reference: str, heard: str, language: str) -> tuple[int, int]:
    """Wrong words and words of the reference; characters where words are not spaced."""
    right = spoken_words(reference, language)
    return edit_distance(right, spoken_words(heard, language)), len(right)


def character_errors(reference: str, heard: str, language: str) -> tuple[int, int]:
    """Wrong characters and characters of the reference, spaces aside."""
    right = "".join(spoken_words(reference, language))
    return edit_distance(right, "".join(spoken_words(heard, language))), len(right)


def _numbers(language: str) -> dict[str, int]:
    """Number words up to ten: from Unicode CLDR, as the glossary has them."""
    from app.glossary.english import NUMBERS
    from app.glossary.repair import Glossary

    if language == "en":
        return {"one": 1, **NUMBERS}
    return Glossary.load().words.cldr["languages"].get(language, {}).get("numbers", {})


def translation_scores(references: Sequence[str], translations: Sequence[str]) -> dict[str, float]:
    """Corpus chrF (chrF2) and BLEU by sacrebleu, both without case; 0..100."""
    from sacrebleu.metrics import BLEU, CHRF

    return {
        "chrf": CHRF(lowercase=True).corpus_score(translations, [references]).score,
        "bleu": BLEU(lowercase=True).corpus_score(translations, [references]).score,
    }


def others_mean(cosines: np.ndarray) -> np.ndarray:
    """Each row's mean off the diagonal of a table (N, N), the score of wrong pairs."""
    count = len(cosines)
    if count < 2:
        return np.zeros(0)
    return (cosines.sum(1) - np.diagonal(cosines)) / (count - 1)
