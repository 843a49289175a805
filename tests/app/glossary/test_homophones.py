"""Homophones: what words sound like is believed only where the translation lost something."""

from __future__ import annotations

import pytest

from app.glossary.homophones import SoundAlikes
from app.glossary.repair import Glossary


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.load()


def test_homophones_sound_alike(glossary: Glossary) -> None:
    for language, heard, said in (("pt", "massa", "maça"), ("fr", "lapein", "lapin")):
        alikes = SoundAlikes(glossary.words, glossary.lexicon(language), {})
        assert alikes.sound(heard) == alikes.sound(said)
        assert alikes.sound(heard) != alikes.sound("poire")


@pytest.mark.parametrize(
    "language, transcript, english",
    [
        ("zh", "日落时分海上的一艘红色帆船", "A red sailboat on the sea at sunset."),
        ("zh", "草地上一篮苹果和梨", "A basket of apples and pears on the grass."),
    ],
)
def test_unknown_words_of_a_right_translation_are_no_misheard_things(
    glossary: Glossary, language: str, transcript: str, english: str
) -> None:
    scene = glossary.read(transcript, language, heard=True)
    assert scene != glossary.read(transcript, language), "something sounds like a thing"
    assert glossary.repair(transcript, english, language).prompt == english


@pytest.mark.parametrize(
    "language, transcript, english, right",
    [
        ("pt", "uma massa vermelha", "a red dough", "a red apple"),
        ("pt", "uma massa vermelha e um gato", "a red dough and a cat", "a red apple and a cat"),
    ],
)
def test_what_was_misheard_is_still_mended(
    glossary: Glossary, language: str, transcript: str, english: str, right: str
) -> None:
    assert glossary.repair(transcript, english, language).prompt == right
