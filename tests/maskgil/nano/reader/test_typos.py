"""The index of misspelt words: what it finds, by its definition, and how little it keeps."""

import random
import tracemalloc

import pytest

from maskgil.nano.reader.typos import TypoIndex, _rests

LETTERS = "abcdeg"


def _words(count: int, lengths: tuple[int, int]) -> list[str]:
    source = random.Random(0)
    return [
        "a" + "".join(source.choices(LETTERS, k=source.randint(*lengths))) for _ in range(count)
    ]


@pytest.mark.parametrize("lengths", [(3, 5), (8, 9)])
def test_it_finds_the_words_of_which_the_same_may_be_left(lengths: tuple[int, int]):
    words = sorted({*_words(300, lengths)})
    index, others = TypoIndex(words, ()), _words(20, lengths)
    for word in others:
        wanted = {other for other in words if not {*_rests(other)}.isdisjoint(_rests(word))}
        assert {*index._with_a_rest(word)} == wanted
        assert {*index.closest(word)} <= {*words}
    assert any(index.closest(word) for word in others)
    assert not index.closest("zebra")


def test_it_keeps_numbers_and_no_letters():
    words = _words(1000, (8, 9))
    index, rests = TypoIndex(words, ()), sum(len({*_rests(word)}) for word in words)
    tracemalloc.start()
    index.closest(words[0])
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 20 * rests  # bytes
