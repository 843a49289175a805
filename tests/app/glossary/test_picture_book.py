"""The picture book promises what can be drawn."""

import pytest

from app.glossary.picture_book import chapters
from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from app.web.i18n import tables
from maskgil.nano.reader.reader import read_scene


@pytest.mark.parametrize("chapter", chapters("en"))
def test_every_english_entry_is_drawn(chapter):
    for entry in chapters("en")[chapter]:
        found = read_scene(f"a cat {entry.get('say', entry['name'])}" if chapter in PHRASES
                           else entry.get("say", entry["name"]))  # fmt: skip
        assert found.scene.things and not found.left_out, entry


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
