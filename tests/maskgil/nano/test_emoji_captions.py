"""Captions: all that a scene shows is said, nothing against it; grammar; the share of forms."""

import random
import re

import pytest

from maskgil.nano.emoji.captions import FORM_WEIGHTS, FORMS, GROUNDS, NUMBERS, caption_scene
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import Scene, Thing
from maskgil.nano.emoji.sprites import load_nouns
from maskgil.nano.world import caption_templates
from maskgil.nano.world.inflection import IRREGULAR_PLURALS, NO_ARTICLE, plural, with_article
from maskgil.nano.world.paints import PAINTS

NOT_A_WORD = re.compile(r"[^a-z0-9']+")
NOUNS = {noun.name: noun for noun in load_nouns()}
WORDS = {word for noun in load_nouns() for word in (noun.name, *noun.synonyms)}


def _has(words: str, caption: str) -> bool:
    """Whether `words` stand in the caption as whole words."""
    wanted, said = (NOT_A_WORD.sub(" ", text.lower()) for text in (words, caption))
    return f" {wanted} " in f" {said} "


def _scenes(count: int, seed: int) -> tuple[list[Scene], random.Random]:
    rng = random.Random(seed)
    return [SceneSampler().sample(rng) for _ in range(count)], rng


@pytest.mark.parametrize("form", FORMS)
def test_captions_say_all_that_the_scene_shows(form):
    scenes, rng = _scenes(1500, 1)
    for scene in scenes:
        caption = caption_scene(scene, rng, form=form).lower().replace("grey", "gray")
        for thing in scene.things:
            names = (thing.noun.name, *thing.noun.synonyms)
            said = [plural(name) for name in names] if thing.count > 1 else names
            assert any(_has(name, caption) for name in said), caption
            if thing.colour:
                assert _has(thing.colour, caption), caption
            if thing.count > 1:
                assert any(_has(number, caption) for number in NUMBERS[thing.count]), caption
        if scene.background in GROUNDS:
            assert any(where in caption for where in GROUNDS[scene.background]), caption
        elif scene.background:
            assert re.search(rf"{scene.background} (background|wall)", caption), caption


@pytest.mark.parametrize("form", FORMS)
def test_captions_name_no_other_colour_or_number(form):
    scenes, rng = _scenes(1500, 2)
    for scene in scenes:
        said = caption_scene(scene, rng, form=form).lower().replace("grey", "gray")
        for thing in scene.things:  # "the fruit orange" is no colour
            said = re.sub(rf"\b{thing.noun.name}s?\b", "", said)
        for _, ways in GROUNDS.items():  # "on green grass"
            for where in ways:
                said = said.replace(where, "")
        true = {thing.colour for thing in scene.things} | {scene.background or "white"}
        assert {colour for colour in PAINTS if _has(colour, said)} <= true, said
        counts = {thing.count for thing in scene.things}
        for number, ways in NUMBERS.items():
            assert number in counts or not any(_has(way, said) for way in ways), said


@pytest.mark.parametrize("form", FORMS)
def test_sides_are_the_ones_of_the_picture(form):
    """The first of two things stands left, or above."""
    first, second = "apron", "zither"  # no nouns: whatever else is said names neither
    things = tuple(
        Thing(type(NOUNS["cat"])("", name, None, paintable=False)) for name in (first, second)
    )
    rng = random.Random(4)
    wrong = {
        "beside": (
            rf"{second}[^,.?]* left (side )?of (?!it|them)[^,.?]*{first}",
            rf"{first}[^,.?]* right (side )?of (?!it|them)[^,.?]*{second}",
            rf"{second}[^,.?]* (on|at) the left( side)?( and|,)",
            rf"(?<!{first} )on the left (?!and)\w+ {second}[^.?]* on the right",
            rf"{first}, and to the left of",
            rf"{second}, and to the right of",
        ),
        "stacked": (
            rf"{second}[^,.?]* (above|over|on top of) (?!it|them)[^,.?]*{first}",
            rf"{first}[^,.?]* (below|under|beneath|underneath) (?!it|them)[^,.?]*{second}",
            rf"{second}[^,.?]* at the top",
            rf"{second} with [^,.?]*{first} underneath",
            rf"{first} with [^,.?]*{second} above",
            rf"{first}, and above",
            rf"{second}, and below",
        ),
    }
    for layout, patterns in wrong.items():
        for _ in range(1500):
            caption = caption_scene(Scene(things, layout), rng, form=form).lower()
            assert not any(re.search(pattern, caption) for pattern in patterns), caption
            sided = re.search(r"above|over|top|below|under|beneath", caption)
            assert layout == "beside" or sided, caption


def test_a_row_of_things_without_a_known_layout_is_listed():
    things = (Thing(NOUNS["cat"]), Thing(NOUNS["panda"]), Thing(NOUNS["pizza"]))
    rng = random.Random(0)
    for form in FORMS:
        caption = caption_scene(Scene(things, "triangle"), rng, form=form).lower()
        assert all(_has(name, caption) for name in ("panda", "pizza")), caption


def test_forms_come_in_their_shares_and_long_ones_are_20_to_50_words():
    scenes, rng = _scenes(6000, 5)
    long = 0
    for scene in scenes:
        long += len(caption_scene(scene, rng).split()) >= 20
        assert 20 <= len(caption_scene(scene, rng, form="long").split()) <= 50
    assert abs(long / len(scenes) - FORM_WEIGHTS[2]) < 0.03


def test_the_same_seed_gives_the_same_caption():
    scenes, _ = _scenes(200, 6)
    first = [caption_scene(scene, random.Random(i)) for i, scene in enumerate(scenes)]
    assert first == [caption_scene(scene, random.Random(i)) for i, scene in enumerate(scenes)]
    assert len(set(first)) > 190


def test_an_unknown_form_is_one_clear_line():
    with pytest.raises(ValueError, match="plain, free, long") as caught:
        caption_scene(Scene((Thing(NOUNS["cat"]),), "single"), random.Random(0), form="ode")
    assert "\n" not in str(caught.value)


def _fillers() -> list[str]:
    tables = ("REQUESTS", "STATEMENTS", "HELLOS", "THANKS", "ADJECTIVES", "KIND_ADJECTIVES",
              "LEADS", "DAY_LEADS", "LONG_REQUESTS", "LONG_SCENES", "TAILS", "MORE")  # fmt: skip
    verbs = [*caption_templates.STAYING.values(), *caption_templates.GOING.values()]
    told = [getattr(caption_templates, name) for name in tables]
    return [phrase for table in (*told, *verbs) for phrase in table]


def test_small_talk_names_no_thing_no_colour_no_number_no_side():
    sides = "left right above over below under beneath underneath top bottom beside wall background"
    barred = {plural(word) for word in WORDS} | WORDS | set(PAINTS) | {"grey", "one"}
    barred |= {way for ways in NUMBERS.values() for way in ways} | set(sides.split())
    barred |= {where for ways in GROUNDS.values() for where in ways}
    fillers = _fillers()
    assert len(fillers) > 150
    for phrase in fillers:
        assert not [word for word in barred if word in phrase.lower() and _has(word, phrase)]


def test_the_kinds_of_things_are_nouns_of_the_vocabulary():
    for table in ("LIVING", "VEHICLES", "FLYERS", "BOATS", "TABLEWARE"):
        assert getattr(caption_templates, table) <= set(NOUNS)
    assert set(caption_templates.PROPER) | set(IRREGULAR_PLURALS) | NO_ARTICLE <= WORDS


def test_no_thing_has_a_word_of_another():
    words = [word for noun in load_nouns() for word in {noun.name, *noun.synonyms}]
    assert len(words) == len(set(words))


def test_plurals_of_the_vocabulary_look_english():
    for word in WORDS:
        many = plural(word)
        assert many != word or word in NO_ARTICLE | set(IRREGULAR_PLURALS) | {"broccoli"}, word
        odd = r"(mans|tooths|[lr]fs|eafs|ifes|[^aeiou]ys|eses|sess?es|[sxz]s)$"
        assert not re.search(odd, many), many


@pytest.mark.parametrize(
    ("words", "said"),
    [("apple", "an apple"), ("unicorn", "a unicorn"), ("orange cat", "an orange cat"),
     ("hourglass", "an hourglass"), ("house", "a house"), ("UFO", "a UFO"),
     ("umbrella", "an umbrella"), ("American football", "an American football")],
)  # fmt: skip
def test_articles(words, said):
    assert with_article(words) == said


@pytest.mark.parametrize(
    ("noun", "many"),
    [("wolf", "wolves"), ("butterfly", "butterflies"), ("key", "keys"), ("bus", "buses"),
     ("tomato", "tomatoes"), ("mouse", "mice"), ("cup of coffee", "cups of coffee"),
     ("tooth", "teeth"), ("police officer", "police officers"), ("policeman", "policemen"),
     ("maple leaf", "maple leaves"), ("sunglasses", "sunglasses"), ("scarf", "scarves"),
     ("goose", "geese"), ("toothbrush", "toothbrushes"), ("fly", "flies"), ("dice", "dice"),
     ("bowl of fruit", "bowls of fruit"), ("sitting woman", "sitting women"), ("thief", "thieves"),
     ("bookshelf", "bookshelves"), ("starfish", "starfish"), ("child", "children"),
     ("computer mouse", "computer mice"), ("human", "humans"), ("glass box", "glass boxes")],
)  # fmt: skip
def test_plurals(noun, many):
    assert plural(noun) == many


def test_a_pair_of_glasses_never_means_two():
    scene = Scene((Thing(NOUNS["glasses"], None, 2),), "beside")
    rng = random.Random(8)
    for form in FORMS:
        for _ in range(300):
            said = caption_scene(scene, rng, form=form).lower()
            assert "pair of" not in said and "couple of" not in said
