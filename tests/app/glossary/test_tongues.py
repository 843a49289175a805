"""Wishes in many languages: each comes to the scene of the same wish in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import ForeignTextError
from app.glossary.lexicon import DATA, TOLD_OF, read_nouns
from app.glossary.repair import Glossary
from app.glossary.typed import read_typed
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.scene import Scene, Thing

CASES = Path(__file__).parents[2] / "fixtures" / "tongues"
SAME = {"couch": "sofa", "cabin": "hut"}  # two words of English for one of another language
WEIGHTIEST = ("fr", "es", "pt", "de", "zh", "ja", "ru")


def cases(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def told(thing: Thing) -> str:
    looks = (thing.count, thing.colour, thing.texture, thing.size)
    return f"{SAME.get(thing.noun, thing.noun)} {looks}"


def shown(scene: Scene) -> tuple[object, ...]:
    """A scene whatever the order of its things."""
    related = (
        (told(scene.things[each.subject]), each.name,
         tuple(sorted(told(scene.things[other]) for other in each.objects)))
        for each in scene.relations
    )  # fmt: skip
    where = (scene.setting, scene.time, scene.weather, scene.style)
    return sorted(map(told, scene.things)), sorted(related), where


def is_right(language: str, said: str, english: str) -> bool:
    """Whether a wish comes to the scene of its English, and no more is left out of it."""
    wanted = read_scene(english)
    try:
        wish = read_typed(said, Glossary.load())
    except ForeignTextError:
        return False
    if wish is None or wish.language != language:
        return False
    read = read_scene(wish.prompt)
    left = (*read.left_out, *wish.unknown)
    is_same = shown(somewhere(read.scene)) == shown(somewhere(wanted.scene))
    return is_same and len(left) <= len(wanted.left_out)


@pytest.mark.parametrize(("language", "said", "english"), cases("wishes.tsv"))
def test_a_wish_comes_to_the_scene_of_its_english(language, said, english):
    assert is_right(language, said, english)


def test_wishes_that_no_rule_was_chosen_on():
    """Floors below what was measured: 86 of 95, 29 of them before looks and doings were known."""
    right: dict[str, list[bool]] = {}
    for language, said, english in cases("wishes_held_out.tsv"):
        right.setdefault(language, []).append(is_right(language, said, english))
    everything = [each for language in right.values() for each in language]
    assert sum(everything) >= 0.85 * len(everything)
    assert all(sum(right[language]) >= 0.7 * len(right[language]) for language in WEIGHTIEST)


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("a cat", None),
        ("un lit rouge", "a red bed"),  # no reading
        ("un garçon et un lit", "a boy and a bed"),
        ("zwei Fliegen", "two flies"),
        ("eine Katze, die einen Fisch frisst", "a cat eating a fish"),
        ("auf dem Tisch schläft eine Katze", "a cat sleeping on a table"),
        ("der Hund schläft unter dem Tisch", "a dog sleeping under a table"),
        ("一只猴子吃香蕉", "a monkey eating a banana"),
        ("睡觉的猫", "a sleeping cat"),
        ("りんごが三つ", "three apples"),
        ("木の下の猫", "a cat under a tree"),
        ("사과 세 개", "three apples"),
        ("개 두 마리", "two dogs"),
        ("ein Eisenhaus", "a metal house"),
        ("masada uyuyan bir kedi", "a cat sleeping on a table"),
        ("нарисуй эйфелеву башню", "an eiffel tower"),
    ],
)
def test_words_that_are_two_things_and_orders_of_words(text, prompt):
    wish = read_typed(text, Glossary.load())
    assert (wish and wish.prompt) == prompt


def rows_of(kind: str) -> Iterator[tuple[str, str, str]]:
    name = {"also": "names.tsv", "look": "looks.tsv", "doing": "doings.tsv"}[kind]
    for row in read_nouns((DATA / name).read_text(encoding="utf-8"), name, kind):
        for said in row.words:
            yield row.language, row.english, said


@pytest.mark.parametrize("kind", ["also", "look", "doing"])
def test_the_english_of_every_row_is_read(kind):
    wrong = set()
    for english in {english for _, english, _ in rows_of(kind)}:
        text = {"also": english, "look": f"a {english} dog", "doing": f"a dog {english} a cat"}
        read = read_scene(text[kind])
        if not read.scene.things:
            wrong.add(english)
    assert wrong <= {"long hair", "beard", "shoulder", "playground", "well", "saw", "samovar"}


def test_hearing_is_measured_without_what_is_only_typed():
    words = Glossary.load().words
    assert set(TOLD_OF) & {row.kind for row in words.rows}
    for language, word in (("de", "Flagge"), ("fr", "dort"), ("ru", "деревянный")):
        assert words.lexicon(language).has(word)
        assert not words.lexicon(language, heard=True).has(word)
