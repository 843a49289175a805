"""Wishes in many languages: each comes to the scene of the same wish in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import ForeignTextError
from app.glossary.parts.rows import TOLD_OF, read_nouns
from app.glossary.repair import Glossary
from app.glossary.typed import courtesy_of, in_their_words, read_typed, words_told
from app.glossary.vocabulary import DATA
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
    """Floors below what was measured: 81 of 94, and 14 before doings and looks were known."""
    right: dict[str, list[bool]] = {}
    for language, said, english in cases("wishes_held_out.tsv"):
        right.setdefault(language, []).append(is_right(language, said, english))
    everything = [each for language in right.values() for each in language]
    assert sum(everything) >= 0.8 * len(everything)
    assert all(sum(right[language]) >= 0.6 * len(right[language]) for language in WEIGHTIEST)


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
        ("un perro muy grande", "a big dog"),
        ("dos amigos tomando café", "two friends drinking a cup of coffee"),
        ("孩子们在雪地里玩", "children playing in the snow"),
        ("ein Junge fährt Fahrrad", "a boy riding a bicycle"),
        ("une vache qui saute par-dessus la lune", "a cow jumping over the moon"),
        ("un dragón volando sobre un castillo", "a dragon flying over a castle"),
        ("kırmızı şapkalı bir kadın", "a woman with a red hat"),
        ("un homme de barbe blanche", "a man with a white beard"),
        ("нарисуй эйфелеву башню", "an eiffel tower"),
        ("een jongen speelt basketbal", "a boy playing basketball"),
        ("농구하는 소년", "a boy playing basketball"),
        ("bisiklet süren bir çocuk", "a child riding a bicycle"),
        ("自転車に乗る女の子", "a girl riding a bicycle"),
        ("गत्ते का घर", "a cardboard house"),
    ],
)
def test_words_that_are_two_things_and_orders_of_words(text, prompt):
    wish = read_typed(text, Glossary.load())
    assert (wish and wish.prompt) == prompt


@pytest.mark.parametrize(
    "said",
    [
        "Oui.",
        "oui",
        "Sim!",
        "Nein danke",
        "да",
        "Hallo",
        "こんにちは",
        "谢谢",
        "شكرا",
        "hello",
        "no",
    ],
)
def test_courtesies_are_no_wishes(said):
    assert read_typed(said, Glossary.load()) is None
    assert courtesy_of(said, Glossary.load()) is not None
    assert courtesy_of("un œuf", Glossary.load()) is None


@pytest.mark.parametrize(
    ("language", "said", "left", "theirs"),
    [
        ("fr", "un marin avec une barbe blanche", ("white beard",), ("barbe blanche",)),
        ("de", "ein Ritter kämpft mit einem Drachen", ("fighting",), ("kämpft",)),
        ("ru", "собака лает на кошку", ("barking",), ("лает",)),
        ("es", "el cielo rosa", ("the sky pink",), ("cielo rosa",)),
        ("en", "a white beard", ("white beard",), ("white beard",)),
    ],
)
def test_what_is_left_out_is_told_in_the_words_that_were_typed(language, said, left, theirs):
    assert in_their_words(left, words_told(said, language, Glossary.load())) == theirs


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
    assert wrong <= {"long hair", "beard", "shoulder", "well", "saw", "samovar", "safe"}


def test_hearing_is_measured_without_what_is_only_typed():
    words = Glossary.load().words
    assert set(TOLD_OF) & {row.kind for row in words.rows}
    for language, word in (("de", "Flagge"), ("fr", "dort"), ("ru", "деревянный")):
        assert words.lexicon(language).has(word)
        assert not words.lexicon(language, heard=True).has(word)
