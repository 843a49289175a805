"""What the chips under a picture tell of its things, and what their menus take away."""

import pytest

from app.dialogue.telling import captioned
from app.dialogue.telling import scene_described as told_in
from app.i18n import Translations
from app.web.stage.graph import edited, graph_of, scene_of_prompt
from maskgil.nano.world.scene import Relation, Scene, Thing
from tests.helpers.page.page_requests import ONE_STEP, drawn, names


def chips(scene: Scene, language: str = "en") -> list[str]:
    """Name, colour and what else is told of each: "car, red, broken"."""
    things = graph_of(scene, Translations(language))["things"]
    return [
        ", ".join(filter(None, (each["name"], each["colour"], *each["told"]))) for each in things
    ]


@pytest.mark.parametrize(
    ("wish", "language", "told"),
    [
        ("a running dog", "en", ["dog, running"]),
        ("a big red broken car", "en", ["car, red, broken, big"]),
        ("a huge striped cat and a tree", "en", ["cat, striped, huge", "tree"]),
        ("a running dog", "fr", ["chien, court"]),
        ("a small wooden house", "de", ["Haus, aus Holz, klein"]),
        ("a sleeping dog and a crying child", "en", ["dog, sleeping", "child, crying"]),
        ("a sleeping dog and a crying child", "ru", ["собака, спит", "ребёнок, плачет"]),
        ("a dancing girl", "en", ["girl, dancing"]),
        ("a jumping horse", "ja", ["馬, 跳んでいる"]),
        ("a house with a blue roof", "fr", ["maison, toit bleu"]),
        ("a heart", "en", ["heart"]),
        ("a girl holding a heart", "en", ["girl", "heart"]),
    ],
)
def test_a_chip_tells_what_a_thing_does_and_is_like(wish, language, told):
    scene = scene_of_prompt(wish)
    assert scene is not None and chips(scene, language) == told


def test_a_mark_between_others_moves_no_click_to_another_thing():
    scene = Scene(
        (Thing("dog", state="lying"), Thing("sleep symbol"), Thing("car"), Thing("tree")),
        (Relation(0, "with", (1,)), Relation(2, "next to", (3,))),
    )
    things = graph_of(scene, Translations())["things"]
    assert [(each["name"], each["place"]) for each in things] == [
        ("dog", 0),
        ("car", 2),
        ("tree", 3),
    ]
    without = edited(scene, {"thing": things[1]["place"], "do": "remove"}).after
    assert [thing.noun for thing in without.things] == ["dog", "sleep symbol", "tree"]


def test_a_state_is_taken_away_with_the_mark_that_shows_it():
    scene = scene_of_prompt("a running red cat and a sleeping dog")
    assert scene is not None
    for chip in graph_of(scene, Translations())["things"]:
        assert chip["state"] in ("running", "sleeping")
        scene = edited(scene, {"thing": chip["place"], "do": "state", "value": None}).after
    assert chips(scene) == ["cat, red", "dog"] and len(scene.things) == 2


def test_what_a_thing_is_made_of_is_taken_away_as_its_colour_is():
    scene = scene_of_prompt("a wooden house")
    assert scene is not None and graph_of(scene, Translations())["things"][0]["texture"] == "wooden"
    assert chips(edited(scene, {"thing": 0, "do": "colour", "value": None}).after) == ["house"]


@pytest.mark.parametrize(
    ("language", "told"), [("de", "Hund (schläft) ×2, Auto (rot, kaputt)"), ("en", None)]
)
def test_a_scene_is_told_with_its_states(language, told):
    prompt = "two lying dogs with a sleep symbol and a broken red car"
    scene = scene_of_prompt(prompt)
    assert scene is not None and told_in(scene, Translations(language)) == (told or prompt)


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("a lying dog with a sleep symbol", "a sleeping dog"),
        ("a very sleepy dog", "a very sleepy dog"),
        ("a red car in the park", "a red car in the park"),
    ],
)
def test_a_caption_tells_no_mark(prompt, told):
    assert captioned(prompt, Translations()) == told


def test_a_click_wakes_the_dog(talk, tell):
    number, view = drawn(talk, "a sleeping dog", who="ann", knobs=ONE_STEP)
    assert view["stage"]["graph"]["things"][0]["told"] == ["sleeping"]
    _, view = tell(number, edit={"thing": 0, "do": "state", "value": None})
    assert names(view) == ["1 dog"] and view["stage"]["graph"]["things"][0]["told"] == []
    assert view["prompt"] == "a dog" and "The dog is as usual now" in view["status"]
