"""From wishes to classes: the head of the first noun phrase, and what it is a kind of."""

import numpy as np
import pytest
import torch

from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from maskgil.presets.imagenet_classes import (
    everyday_words,
    imagenet_classes,
    kinds,
    kinship,
    named_class,
    names,
)
from maskgil.presets.imagenet_reader import FEATURES, ImagenetReader, class_features, meant_by
from maskgil.prompts import NothingKnownError


@pytest.fixture(scope="module")
def reader():
    from maskgil.models.text_encoders.load import load_text_encoder

    encoder = load_text_encoder("minilm")
    return ImagenetReader(lambda: encoder)


class Letters:
    """Stands for a text encoder where the nearest meaning is not what is tested."""

    dim, max_length = 26, 64

    def encode(self, texts):
        from maskgil.models.conditioning import CaptionCondition

        rows = [
            [text.lower().count(chr(97 + index)) + 0.01 for index in range(26)] for text in texts
        ]
        return CaptionCondition(torch.tensor(rows)[:, None])


@pytest.mark.parametrize(
    ("prompt", "label"),
    [
        ("an otter in the water", 360), ("Tinca tinca", 0), ("a toilet tissue roll", 999),
        ("great white sharks", 2), ("a crane", 134), ("a hot pot of tea", 926), ("xyz", None),
    ],
)  # fmt: skip
def test_the_longest_name_counts(prompt, label):
    assert named_class(prompt) == label


def test_classes_are_imagenets():
    classes = imagenet_classes()
    assert len(classes) == 1000 and len({each.definition for each in classes}) > 990
    for label, name in ((1, "goldfish"), (207, "golden retriever"), (360, "otter"), (963, "pizza")):
        assert classes[label].names[0] == name


def test_what_names_no_class_is_drawn_as_the_nearest_in_meaning():
    reader = ImagenetReader(Letters, class_features(Letters()))
    label = reader.label("a zzyzx pizzazz")
    assert "z" in imagenet_classes()[label].names[0]
    with pytest.raises(NothingKnownError):
        reader.read("… !")


def test_the_real_encoder_finds_neighbours_by_the_shipped_features(reader):
    with np.load(FEATURES) as file:
        shipped = torch.from_numpy(file["features"]).float()
    some = [imagenet_classes()[label] for label in (0, 207, 999)]
    torch.testing.assert_close(
        class_features(reader.encoder, some), shipped[[0, 207, 999]], rtol=0, atol=2e-3
    )
    for prompt, kind in (
        ("a dog", "dog"),
        ("a cat", "cat"),
        ("a bird", "bird"),
        ("a boat", "boat"),
    ):
        chosen = imagenet_classes()[reader.label(prompt)]
        assert kind in f"{' '.join(chosen.names)} {chosen.definition}", (prompt, chosen)


def is_a(label: int, kind: str) -> bool:
    """Whether a class has that name, or is of that kind."""
    each = imagenet_classes()[label]
    return any(kind in level for level in (each.names, *each.kinds))


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("an orange cat and a red apple", "domestic cat"),  # colours are no things
        ("an orange and white cat", "domestic cat"), ("a peach dress", "clothing"),
        ("a chocolate labrador", "Labrador retriever"), ("a lemon yellow car", "car"),
        ("an orange", "orange"), ("an orange on a plate", "orange"), ("🍊", "orange"),
        ("a bowl of oranges", "orange"), ("a pink flower on the grass", "flower"),
        ("a dog in a bow tie", "dog"), ("a tiger lily", "flower"),  # the head, and the first
        ("a hot pot of tea", "teapot"), ("a photo of a tabby", "tabby"), ("no cats, a dog", "dog"),
        ("a black leather jacket", "coat"), ("a plane in the sky", "airplane"),  # by nano's noun
        ("a mouse in the hay", "animal"), ("two planes", "airplane"), ("a sweet potato", "potato"),
        ("a woman with a red umbrella", "umbrella"), ("a man", "groom"),  # few classes show people
        ("a beach with palm trees", "seashore"), ("in the garden a red rose", "flower"),
        ("the moon over the sea", "seashore"), ("a strawberry cake", "trifle"),
        ("two Golden Retrievers!", "golden retriever"), ("Tinca tinca", "tench"),
    ],
)  # fmt: skip
def test_the_head_of_the_first_thing_decides(reader, prompt, kind):
    label = reader.label(prompt)
    assert is_a(label, kind), (prompt, imagenet_classes()[label].names[0])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("un chat orange et une pomme rouge", "domestic cat"), ("une orange", "orange"),
        ("une orange sur une assiette", "orange"), ("une fleur rose dans l'herbe", "flower"),
        ("eine orangefarbene Katze", "domestic cat"), ("eine Orange auf einem Teller", "orange"),
        ("eine rote Blume", "flower"), ("ein Schiff auf dem Meer", "ship"),
    ],
)  # fmt: skip
def test_so_do_wishes_typed_in_french_and_german(reader, text, kind):
    wish = read_typed(text, Glossary.load())
    assert wish is not None and is_a(reader.label(wish.prompt), kind), wish


def test_the_next_are_of_the_kind_too(reader):
    assert reader.read("a cat").drawn.count("cat") == 4
    assert meant_by("a cat").kin.keys() == set(range(281, 286))


def test_everyday_words_name_classes_or_kinds():
    """And each is a word of nano's lexicon, whose nouns the reader finds."""
    known = names().keys() | kinds().keys()
    assert not [word for word, nearest in everyday_words().items() if nearest not in known]
    assert all(each.kinds for each in imagenet_classes())


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [("horse", 339, 1), ("a horse", 603, -1), ("tree", 31, -1), ("frog", 31, 1), ("frog", 0, 0)],
)  # fmt: skip
def test_a_compound_is_what_its_last_word_says(text, label, expected):
    assert kinship(text, imagenet_classes()[label]) == expected
