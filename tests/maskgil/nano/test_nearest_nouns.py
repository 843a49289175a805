"""The things nearest in meaning: looked up one by one or together, stored or not."""

import pytest
import torch

from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.nano.nearest_nouns import NearestNouns, names_of, unpacked, write
from maskgil.nano.world.nouns import load_nouns
from maskgil.presets.table import NOUN_FEATURES
from maskgil.utils.assets import ASSETS

SHIPPED = ASSETS / "nano" / NOUN_FEATURES


@pytest.fixture(scope="module")
def encoder():
    return load_text_encoder("minilm")


def test_the_nearest_things_do_not_depend_on_what_is_looked_up_with_them(encoder):
    nouns = load_nouns()[::64]
    nearest = NearestNouns(nouns, encoder)
    words = ["truck", "a very long freight train", "sloop"]
    alone = torch.cat([nearest.features([word]) for word in words])
    many = nearest.features([*words, *(noun.name for noun in nouns)])
    torch.testing.assert_close(many[:3], alone, rtol=0, atol=1e-5)


def test_stored_features_name_the_same_things_and_what_they_lack_is_encoded(encoder, tmp_path):
    nouns = load_nouns()[::64]
    path = tmp_path / NOUN_FEATURES
    write(nouns[1:], encoder, path)
    stored, fresh = NearestNouns(nouns, encoder, path), NearestNouns(nouns, encoder)
    for word in (nouns[0].name, nouns[9].synonyms[0] if nouns[9].synonyms else "sloop", "mutiny"):
        assert stored([word]) == fresh([word])
    assert stored([nouns[0].name])[0] == nouns[0].name


def test_shipped_features_are_those_of_the_nouns(encoder):
    """All but the newest words are there: after a change of many, write the file anew."""
    nearest = NearestNouns(load_nouns(), encoder, SHIPPED)
    words = {word for noun in load_nouns() for word in names_of(noun)}
    assert len(nearest.lacks(words)) < 50
    some = sorted(words - nearest.lacks(words))[::100]
    kept = unpacked(nearest.packed(some))
    assert (kept * nearest.features(some)).sum(1).min() > 0.999


def _tensors(held: object) -> list[torch.Tensor]:
    if isinstance(held, torch.Tensor):
        return [held]
    parts = held.values() if isinstance(held, dict) else held if isinstance(held, tuple) else ()
    return [one for part in parts for one in _tensors(part)]


def test_features_take_eight_bits_each(encoder):
    """In memory as in the file, and once they are asked too."""
    nearest = NearestNouns(load_nouns(), encoder, SHIPPED)
    assert nearest(["sloop"])
    assert {each.dtype for each in _tensors(vars(nearest))} == {torch.int8}


def test_what_is_no_file_of_features_is_told(encoder, tmp_path):
    path = tmp_path / NOUN_FEATURES
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match="holds no features of nouns"):
        NearestNouns(load_nouns(), encoder, path)
