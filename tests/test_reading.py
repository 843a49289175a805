"""What the nano model understands of a description."""

import random

import pytest

from maskgil.data.captions import caption_scene
from maskgil.data.emoji_scenes import SceneSampler
from maskgil.data.sprites import load_nouns
from maskgil.reading import CaptionReader, near_words
from maskgil.text_encoder import load_text_encoder

NAMES = [noun.name for noun in load_nouns()]


@pytest.fixture(scope="module")
def reader() -> CaptionReader:
    return CaptionReader(NAMES, load_text_encoder("minilm"))


@pytest.mark.parametrize(
    "text",
    [
        "a red apple", "an orange cat and a red apple", "four red hearts", "an orange van",
        "a pair of scissors", "a puppy on a pink background", "fish in the water",
        "Can you draw me a castle on the grass, please?", "my red bike in front of the blue wall",
        "", "   ", "🍎", "吃飯",
    ],
)  # fmt: skip
def test_what_was_taught_and_what_says_nothing_stays(reader, text):
    assert reader.read(text).drawn == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a stallion", "a horse"),
        ("two poodles", "two dogs"),
        ("a poodle and a puppy", "two dogs"),
        ("seven swans on a pond", "four swans in the sea"),
        ("a zebra standing under a big oak", "a zebra below a tree"),
        ("a stallion to the left of a blue jet", "a horse to the left of a blue airplane"),
        ("on the left a cottage and on the right an oak", "a house to the left of a tree"),
        ("a cat, and below it a yacht", "a cat above a sailboat"),
        ("a grey stallion in the desert", "a gray horse on the sand"),
        ("a yacht that is orange", "an orange sailboat"),
        ("An orange cat in a red apple", "an orange cat next to a red apple"),
        ("Three stars yellow in the sky of the night.", "three yellow stars at night"),
        ("an ocean", "a wave in the sea"),
        ("There was once a fox who lived in the forest under a tall tree and dreamed of the moon",
         "a fox below a tree"),
        ("Please show me three delicious strawberries lying on the table that my grandmother "
         "bought at the market this morning", "three strawberries"),
        ("I would like you to draw me a very beautiful picture of a red car which is parked in "
         "front of a small white house, please", "a red car next to a white house"),
    ],
)  # fmt: skip
def test_the_rest_is_said_plainly(reader, text, said):
    assert reader.read(text).drawn == said
    assert reader.read(said).drawn == said


def test_unknown_words_fall_to_the_nearest_thing(reader):
    words = {"a scooter bike": "scooter", "a bicyclist": "bicycle", "a sportscar": "car"}
    for text, noun in words.items():
        assert noun in reader.read(text).drawn
    assert reader.read("a xqzt").drawn == "a xqzt"


def test_long_captions_of_the_corpus_keep_what_they_say(reader):
    """Said anew in short, the scene is the same: nouns, counts, colours."""
    rng = random.Random(7)
    sampler = SceneSampler(nouns=load_nouns(), styles=(("3d", 1.0),), held_out=False)
    right = []
    for _ in range(300):
        scene = sampler.sample(rng)
        said = reader.read(caption_scene(scene, rng, form="long")).drawn
        names = [thing.noun for thing in scene.things]
        right.append(
            all(any(w in said for w in (n.name, *n.synonyms)) or _plural(n) in said for n in names)
            and all(t.colour is None or t.colour in said or "grey" in said for t in scene.things)
        )
    assert sum(right) >= 0.98 * len(right)


def _plural(noun):
    from maskgil.data.captions import plural

    return plural(noun.name)


def test_near_words_name_nouns_and_are_none_themselves():
    taken = {word for noun in load_nouns() for word in (noun.name, *noun.synonyms)}
    said = [word for words in near_words().values() for word in words]
    assert set(near_words()) <= set(NAMES)
    assert not taken & set(said)
    assert len(said) == len(set(said)), sorted(w for w in set(said) if said.count(w) > 1)


def test_a_model_of_few_nouns_says_only_those():
    few = CaptionReader(["dog", "tree"], load_text_encoder("minilm"))
    assert few.read("a stallion beside an oak").drawn in ("a tree", "a dog next to a tree")
    assert few.read("two poodles and a mule").drawn == "two dogs"
