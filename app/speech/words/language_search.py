"""Language identification by isolated words, searched in several lexicons at once.

What Whisper writes of a short word in a wrong language is often a word of that language, too; but
seldom one that people say to such a page, and that fits the sound.
"""

# B rows, n languages, T positions of the encoding, D width.

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.speech.words.prefix_trees import WordTree
from app.thresholds import HOPELESS, LONGEST_SAID, WIDTH

if TYPE_CHECKING:
    from app.speech.words.text_decoder import TextDecoder


def search_languages(
    decoder: TextDecoder,
    encoding: np.ndarray,
    special: Callable[[str], int],
    trees: Mapping[str, WordTree],
    ends: Sequence[int],
) -> dict[str, dict[str, float]]:
    """Log-probability of each language's likeliest words as all that was said, given it.

    Args:
        encoding: (1, T, D) float32 of the clip.
        special: the token of a name, as Whisper has one for a language.
        trees: the words of each language, which has an equal share of `WIDTH` prefixes.
        ends: tokens that may follow a word.

    Returns:
        dict[str, dict[str, float]]: the words that are not `HOPELESS` beside the best of all
            languages; none of a language that has no such word.
    """
    codes = list(trees)
    if not codes:
        return {}
    share = max(1, WIDTH // len(codes))
    prompts = [("startoftranscript", code, "transcribe", "notimestamps") for code in codes]
    state = decoder.begin(encoding, *(list(map(special, prompt)) for prompt in prompts))
    beam = [(0.0, place, 0) for place in range(len(codes))]  # score, language, node
    found: list[dict[str, float]] = [{} for _ in codes]
    for _ in range(LONGEST_SAID):
        logprobs = decoder.logprobs(state)  # (B, V)
        end = np.logaddexp.reduce(logprobs[:, list(ends)], axis=1)  # (B,)
        grown: list[list[tuple[float, int, int, int]]] = [[] for _ in codes]
        for row, (score, place, node) in enumerate(beam):
            tree, words = trees[codes[place]], found[place]
            word = tree.word[node]
            if word is not None:
                before = words.get(word, -np.inf)
                words[word] = float(np.logaddexp(before, score + float(end[row])))
            tokens, children = tree.ways(node)
            scores = score + logprobs[row, tokens]
            for at in np.argsort(-scores)[:share]:
                way = (float(scores[at]), row, int(tokens[at]), int(children[at]))
                grown[place].append(way)
        least = _least(found)
        kept = [(place, *way) for place, ways in enumerate(grown)
                for way in sorted(ways, reverse=True)[:share] if way[0] > least]  # fmt: skip
        if not kept:
            break
        beam = [(score, place, node) for place, score, _, _, node in kept]
        state = decoder.extend(state, [way[2] for way in kept], [way[3] for way in kept])
    least = _least(found)
    return {
        code: {
            word: words[word]
            for word in sorted(words, key=words.__getitem__)[-share:]
            if words[word] > least
        }
        for code, words in zip(codes, found, strict=True)
    }


def _least(found: Sequence[Mapping[str, float]]) -> float:
    best = max((score for words in found for score in words.values()), default=-math.inf)
    return best - HOPELESS
