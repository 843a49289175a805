"""What nano is told of a prompt, and what it cannot draw."""

import pytest

from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.nano.nearest_nouns import NearestNouns
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.scene_prompts import ScenePromptReader, behind
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.scene import Scene
from maskgil.prompts import NothingKnownError


@pytest.fixture(scope="module")
def reader():
    return ScenePromptReader(NearestNouns(load_nouns()[::8], load_text_encoder("minilm")))


@pytest.mark.parametrize(
    ("prompt", "drawn", "left_out"),
    [
        ("", "", ()),
        ("two puppies", "two puppies", ()),
        ("a stallion in the snow", "a horse in the snow", ()),
        ("a forest at night", "in the forest at night", ()),
        ("a village in the snow", "three snowy houses in a village while it is snowing", ()),
        ("a winter forest", "three snowy firs in the forest while it is snowing", ()),
        ("a hut on a farm in the snow", "a hut on a farm while it is snowing", ()),
        ("a snowy house", "a snowy house in the snow", ()),
        ("sunset", "in a field at sunset", ()),
        ("a bus stop in the rain", "a bus stop in the street in the rain", ()),
        ("a deer in the fog", "a deer in the forest in the fog", ()),
        ("a bed at night", "a bed in the bedroom at night", ()),
        ("an astronaut in the rain", "an astronaut in a field in the rain", ()),
        ("a storm", "in a field in a storm", ()),
        ("a pirate ship in a storm", "a pirate ship on the sea in a storm", ()),
        ("a cat and a flange", "a cat", ("flange",)),
        ("the sky without clouds", "in the sky", ()),
        ("🚫🐶 🐱", "a cat", ()),
    ],
)
def test_prompts_become_canonical_captions(reader, prompt, drawn, left_out):
    reading = reader.read(prompt)
    assert (reading.drawn, reading.left_out) == (drawn, left_out)


def test_what_stands_for_another_thing_is_told(reader):
    reading = reader.read("my sister and a lawyer eating a sandwich")
    assert reading.replaced == (("sister", "girl"), ("lawyer", "judge"))
    assert reading.left_out == ()
    assert reader.read("a bike and two puppies").replaced == ()


def test_no_word_of_english_is_taken_for_a_misspelling(reader):
    """The text encoder's whole words: the commonest of English."""
    words = [w for w in reader.nearest.encoder.tokenizer.get_vocab() if w.isascii() and w.isalpha()]
    typos = lexicon().typos
    assert len(words) > 20_000
    assert [word for word in words if typos.meant(word) not in (None, word)] == []


def test_what_names_nothing_known_is_told_with_the_nearest_things(reader):
    with pytest.raises(NothingKnownError) as unknown:
        reader.read("bureaucracy")
    assert len(set(unknown.value.nearest)) == 3
    assert set(unknown.value.nearest) <= {noun.name for noun in reader.nearest.nouns}
    for none in ("no cats", "-2 cats", "minus three dogs"):
        with pytest.raises(NothingKnownError) as nothing:
            reader.read(none)
        assert nothing.value.nearest == ()


@pytest.mark.parametrize(
    ("prompt", "behind"),
    [
        ("a dog on a hill while it is snowing", "in the snow while it is snowing"),
        ("a dog in the street while it is snowing", "in the street while it is snowing"),
        ("a dog in a field", "in a field"),
    ],
)
def test_snow_lies_on_bare_ground_where_it_falls(reader, prompt, behind):
    assert reader.scenery(prompt) == behind


@pytest.mark.parametrize(
    ("setting", "shown"),
    [("forest", "snowy forest"), ("forest path", "snowy path"), ("village", "snowy village"),
     ("field", "snow"), ("city", "city")],
)  # fmt: skip
def test_snow_lies_in_scenery_of_its_own(setting, shown):
    assert behind(Scene(setting=setting, weather="snow")).setting == shown
    assert behind(Scene(setting=setting)).setting == setting
