"""How many there are of a thing, in figures, in words and by its plural."""

import pytest

from maskgil.nano.reader.reader import read_scene


@pytest.mark.parametrize(
    "text, count, left_out",
    [
        ("1 cat", 1, ()),
        ("cats", 2, ()),
        ("a couple of cats", 2, ()),
        ("both cats", 2, ()),
        ("some cats", 3, ()),
        ("a few cats", 3, ()),
        ("several cats", 4, ()),
        ("many cats", 7, ()),
        ("half a dozen cats", 6, ()),
        ("a dozen cats", 10, ("a dozen",)),
        ("twenty-one cats", 10, ("twenty one",)),
        ("1 000 cats", 10, ("1000",)),
        ("three and a half cats", 3, ("and a half",)),
        ("1/2 cat", 1, ("half",)),
        ("½ cat", 1, ("half",)),
        ("more than two cats", 3, ()),
        ("2-3 cats", 3, ()),
        ("cat x3", 3, ()),
        ("3x cat", 3, ()),
        ("🐈🐈🐈", 3, ()),
        ("No. 5 cat", 1, ("No. 5",)),
        ("a group of four cats", 4, ()),
        ("a pack of cats", 5, ()),
    ],
)
def test_counts(text, count, left_out):
    reading = read_scene(text)
    assert [(t.noun, t.count) for t in reading.scene.things] == [("cat", count)]
    assert reading.left_out == left_out


@pytest.mark.parametrize(
    "text, looks",
    [
        ("two cats, an orange and a white one", ["orange", "white"]),
        ("three balls: a red, a blue and a green one", ["red", "blue", "green"]),
        ("two cats, a big and a small one", ["big", "small"]),
        ("two cats, one striped and one white", ["striped", "white"]),
        ("two dresses, a black and another white", ["black", "white"]),
    ],
)
def test_looks_are_shared_out_among_several(text, looks):
    reading = read_scene(text)
    assert [t.colour or t.size or t.texture for t in reading.scene.things] == looks
    assert {t.count for t in reading.scene.things} == {1} and not reading.left_out
