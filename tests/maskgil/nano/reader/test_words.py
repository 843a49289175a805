"""Words of captions and paint: plurals, articles, small talk, drawings in other colours."""

import re

import numpy as np
import pytest

from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.painting import paint
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.caption_templates import WORDS
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.inflection import plural, with_article
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import Thing
from tests.helpers.tiny_evaluation import ART


def test_small_talk_names_no_colour_no_number_no_side():
    barred = {*PAINTS, "grey", "one", "two", "three", "four", "pair", "couple"}
    barred |= {
        *[
            "left",
            "right",
            "above",
            "below",
            "over",
            "under",
            "beneath",
            "top",
            "bottom",
            "beside",
            "wall",
        ]
    }
    phrases = [phrase for ways in WORDS.values() for phrase in ways]
    assert len(phrases) > 130
    for phrase in phrases:
        assert not barred & set(re.findall("[a-z']+", phrase.lower())), phrase


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("box", "boxes"), ("wolf", "wolves"), ("glass of water", "glasses of water"),
        ("cherry", "cherries"), ("jellyfish", "jellyfish"), ("fireman", "firemen"),
        ("scissors", "scissors"), ("race car", "race cars"), ("toy", "toys"),
    ],
)  # fmt: skip
def test_plurals_look_english(one, many):
    assert plural(one) == many


def test_articles_go_by_sound():
    said = [with_article(word) for word in ("apple", "hourglass", "unicorn", "cat", "UFO")]
    assert said == ["an apple", "an hourglass", "a unicorn", "a cat", "a UFO"]


@pytest.mark.parametrize("colour", PAINTS)
def test_painting_moves_the_main_colour_to_what_was_asked(colour):
    drawing = Art(ART).drawing("svg:bench")
    painted = paint(drawing, colour)
    changed = np.abs(painted - drawing).sum(-1) > 0.08
    mean = painted[changed][:, :3].mean(0) * 255
    nearest = min(PAINTS, key=lambda name: np.abs(np.array(PAINTS[name]) - mean).sum())
    assert nearest == colour and changed.any()
    assert (painted[..., 3] == drawing[..., 3]).all()


def test_a_drawing_of_many_colours_is_of_one_where_it_is_painted_whole():
    ball = Art(ART).drawing("svg:sports-ball")
    solid = ball[..., 3] > 0.9
    painted = {kept: paint(ball, "red", kept)[solid][:, :3] for kept in ("details", "nothing")}
    red = {kept: (of[:, 0] > 1.5 * of[:, 2]).mean() for kept, of in painted.items()}
    assert red["nothing"] > 0.95 > red["details"]


@pytest.mark.parametrize("name", ["sports ball", "beach ball", "skateboard"])
def test_what_is_painted_whole_is_drawn_so(name):
    code = noun(name).art[0]
    sprite = Sprite(0, code, 0, 12, 12, 12, stands=False)
    drawn = Renderer(Art(ART)).canvas(sprite, Thing(name, colour="red"), "3d", shadow=False)
    solid = drawn[drawn[..., 3] > 0.9]
    assert (solid[:, 0] > 1.5 * solid[:, 2]).mean() > 0.9


@pytest.mark.parametrize("colour", ["pink", "blue", "yellow"])
def test_a_painted_plant_keeps_its_leaves_and_its_middle(colour):
    flower = np.zeros((40, 30, 4), np.float32)
    flower[2:26, 3:27] = (0.86, 0.82, 0.94, 1)  # petals
    flower[10:18, 11:19] = middle = (0.95, 0.6, 0.15, 1)
    flower[28:38, 8:22] = leaves = (0.3, 0.6, 0.25, 1)
    painted = paint(flower, colour, "leaves")
    assert np.allclose(painted[12:16, 13:17], middle) and np.allclose(painted[30:36, 10:20], leaves)
    petals = painted[3:9, 4:26, :3].mean((0, 1)) * 255
    assert min(PAINTS, key=lambda name: np.abs(np.array(PAINTS[name]) - petals).sum()) == colour
