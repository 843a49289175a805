"""The picture book promises what can be drawn."""

import pytest

from app.glossary.picture_book import chapters
from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from app.i18n import tables
from maskgil.nano.reader.reader import read_scene


@pytest.mark.parametrize("chapter", chapters("en"))
def test_every_english_entry_is_drawn(chapter):
    for entry in chapters("en")[chapter]:
        found = read_scene(f"a cat {entry.get('say', entry['name'])}" if chapter in PHRASES
                           else entry.get("say", entry["name"]))  # fmt: skip
        assert found.scene.things and not found.left_out, entry


@pytest.mark.parametrize(
    ("language", "thing", "name"),
    [
        ("de", "dog", "Hund"), ("de", "plate of food", "Teller mit Essen"),
        ("de", "flying carpet", "fliegender Teppich"), ("de", "subway train", "U-Bahn"),
        ("de", "red", "rot"), ("ru", "baseball", "бейсбол"), ("fr", "island", "île"),
        ("pt", "department store", "grande armazém"), ("es", "volcano", "volcán"),
    ],
)  # fmt: skip
def test_things_are_called_as_their_language_writes_them(language, thing, name):
    assert Glossary.load().words.names_in(language)[thing] == name


def test_german_nouns_have_capitals():
    entries = [
        each for name, part in chapters("de").items() if name not in PHRASES for each in part
    ]
    lower = [each["name"] for each in entries if not any(map(str.isupper, each["name"]))]
    assert len(entries) > 800 and lower == []


PHRASES = ("places", "times", "styles")


@pytest.mark.parametrize("language", sorted(set(tables()) - {"en"}))
def test_entries_of_other_languages_are_read_when_typed(language):
    """Most of them as the thing that the book shows: words may mean several."""
    animals = chapters(language)["animals"]
    assert len(animals) > 50
    right = 0
    for entry in animals:
        wish = read_typed(entry["name"], Glossary.load())
        right += wish is not None and entry.get("find", entry["name"]) in wish.prompt
    assert right / len(animals) > 0.8
