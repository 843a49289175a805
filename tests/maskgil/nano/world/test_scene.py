"""The scene graph names its own things alone; the table of nouns is whole."""

import pytest

from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.scene import Relation, Scene, Thing


def test_a_relation_to_nothing_is_refused():
    with pytest.raises(ValueError, match="names no thing: 1"):
        Scene((Thing("cat"),), (Relation(0, "on", (1,)),))


def test_every_noun_has_one_row_a_size_and_a_place():
    nouns = load_nouns()
    assert len({noun.name for noun in nouns}) == len(nouns) >= 500
    assert all(noun.size > 0 and set(noun.places) <= set("gawtl") for noun in nouns)
