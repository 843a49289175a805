"""Picture book: everything that nano can draw, by chapter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.glossary.repair import Glossary
from maskgil.nano.world.captions import STYLES, TIMES, WEATHERS
from maskgil.nano.world.inflection import with_article
from maskgil.nano.world.nouns import Noun, load_nouns
from maskgil.nano.world.settings import PLACES

# What the page calls a chapter, and the nouns' categories in it; all others are "other".
CHAPTERS = {
    "animals": ("animal", "insect", "marine"),
    "people": ("person", "people"),
    "food": ("food", "fruit"),
    "nature": ("plant", "celestial", "nature", "garden"),
    "travel": ("vehicle", "aircraft", "watercraft"),
    "buildings": ("building", "structure", "street", "outdoor", "farm", "playground"),
    "home": ("household", "furniture", "kitchen", "appliance", "bathroom", "home", "electronics",
             "tool"),
    "clothes": ("clothes",),
    "play": ("sport", "game", "toy", "party", "sound", "music"),
}  # fmt: skip
ORDER = ("animals", "people", "places", "times", "styles", *list(CHAPTERS)[2:], "other")
MARKS = "^<~_="  # behind an emoji in the nouns' table: which body its head gets


@lru_cache(maxsize=16)
def chapters(language: str) -> dict[str, list[dict[str, str]]]:
    """What can be said in `language`, by chapter: entries with their `name`.

    Further, where it differs: `say`, what goes into a prompt, and `find`, the English, so that an
    entry is found by that too; and `show`, the emoji of those that have one. Of other languages
    than English, the words of the lexicon. Raises GlossaryError when that cannot be read.
    """
    words = Glossary.load().words
    own = {} if language == "en" else words.names_in(language)
    found: dict[str, list[dict[str, str]]] = {name: [] for name in ORDER}
    chapter_of = {kind: name for name, kinds in CHAPTERS.items() for kind in kinds}
    for noun in load_nouns():
        chapter = found[chapter_of.get(noun.category, "other")]
        if language == "en":
            chapter.append(_entry(noun.name, say=with_article(noun.name), show=_emoji(noun)))
        elif noun.name in own:
            chapter.append(_entry(own[noun.name], find=noun.name, show=_emoji(noun)))
    if language == "en":
        settings = [each for name, each in PLACES.items() if not name.endswith("background")]
        found["places"] = [_phrase(setting.phrases) for setting in settings]
        found["times"] = [_phrase(each) for each in (*TIMES.values(), *WEATHERS.values())]
        found["styles"] = [_phrase(each) for each in STYLES.values()]
    else:
        places = words.rows_of(language, "place")
        found["places"] = [_entry(row.words[0], find=row.english) for row in places]
    return {name: entries for name, entries in found.items() if entries}


def _phrase(ways: Iterable[str]) -> dict[str, str]:
    """The first way to say it that is not silence."""
    return _entry(next(filter(None, ways)))


def _entry(name: str, **more: str) -> dict[str, str]:
    return {"name": name} | {key: text for key, text in more.items() if text and text != name}


def _emoji(noun: Noun) -> str:
    shown = next((art for art in noun.art if not art.startswith("svg:")), "")
    return shown.rstrip(MARKS)
