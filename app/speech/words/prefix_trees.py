"""Prefix trees over tokens: possible words, and their networks for a grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np

from app.glossary.normalize import fold
from app.languages import UNSPACED

# What may stand before a noun. An apostrophe joins it to a word that begins with a vowel.
ARTICLES = {
    "fr": "un une des le la les l'", "es": "un una unos unas el la los las",
    "pt": "um uma uns umas o a os as", "gl": "un unha o a os as", "ca": "un una el la els les l'",
    "it": "un una uno il lo la i gli le l' un'", "ro": "o un", "de": "ein eine der die das",
    "nl": "een de het", "da": "en et", "no": "en et ei", "sv": "en ett", "hu": "egy a az",
    "el": "ένας μία ένα ο η το",
}  # fmt: skip
_VOWELS = "aeiouyh"
Encode = Callable[[str], Sequence[int]]


class WordTree:
    """Words as a prefix tree over their tokens: node 0 is the root.

    With `articles` each may have one before it. Once it is searched nothing is added: it is kept
    in arrays then, a tenth of the memory.
    """

    def __init__(
        self, words: Iterable[str], language: str, encode: Encode, *, articles: bool = True
    ) -> None:
        self.children: list[dict[int, int]] = [{}]  # by token
        self.word: list[str | None] = [None]  # that ends at a node
        self._encode, self._space = encode, "" if language in UNSPACED else " "
        words = list(words)
        self._add_words(words, 0, self._space)
        for article in ARTICLES.get(language, "").split() if articles else ():
            joins = article.endswith("'")
            fitting = [word for word in words if not joins or fold(word)[:1] in _VOWELS]
            for form in (article, article.capitalize()):
                node = self.add(self._space + form, 0)
                self._add_words(fitting, node, "" if joins else self._space)

    def _add_words(self, words: Iterable[str], node: int, space: str) -> None:
        for word in words:
            for form in {word, word[:1].upper() + word[1:]}:
                self.word[self.add(space + form, node)] = word

    def add(self, text: str, node: int = 0) -> int:
        """The node where a text ends that begins at another."""
        for token in self._encode(text):
            if token not in self.children[node]:
                self.children[node][token] = len(self.children)
                self.children.append({})
                self.word.append(None)
            node = self.children[node][token]
        return node

    def ways(self, node: int) -> tuple[np.ndarray, np.ndarray]:
        """Tokens that may follow a node, and the nodes they lead to: (n,), (n,) int64."""
        first, tokens, nodes = self._packed
        own = slice(first[node], first[node + 1])
        return tokens[own], nodes[own]

    @cached_property
    def _packed(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where each node's ways begin, the tokens of all ways, and where they lead."""
        children, self.children = self.children, []
        first = np.cumsum([0, *map(len, children)])
        tokens = np.fromiter(chain.from_iterable(children), np.int64, first[-1])
        nodes = np.fromiter(chain.from_iterable(c.values() for c in children), np.int64, first[-1])
        return first, tokens, nodes


class Grammar(NamedTuple):
    """What may be said: `things`, behind any `starts` and before any `tails`, or a `whole`.

    `joints` stand between two such sentences; they and the tails are written with their spaces.
    """

    whole: tuple[str, ...]
    things: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()


class Network:
    """A grammar as prefix trees, each of which others may follow (a recursive network)."""

    def __init__(self, grammar: Grammar, language: str, encode: Encode) -> None:
        self.trees = [
            WordTree(words, language, encode, articles=False) for words in grammar[:TAILS]
        ] + [WordTree((), language, encode) for _ in grammar[TAILS:]]
        for tree, words in zip(self.trees[TAILS:], grammar[TAILS:], strict=True):
            for text in words:
                tree.word[tree.add(text)] = text
        self.space = "" if language in UNSPACED else " "

    def ends(self, tree: int) -> bool:
        """Whether all may have been said where a word of a tree ends."""
        return tree in (WHOLE, THINGS, TAILS)

    def after(self, tree: int) -> tuple[int, ...]:
        """The trees that may follow a word of one."""
        if self.ends(tree):
            return TAILS, JOINTS
        return (STARTS, THINGS) if tree == STARTS else (WHOLE, STARTS, THINGS)


WHOLE, THINGS, STARTS, TAILS, JOINTS = range(5)  # of a network's trees
