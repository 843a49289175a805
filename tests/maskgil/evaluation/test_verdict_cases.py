"""nano's GenEval prompts as real scenes and near misses: what is drawn, and what the judge says."""

import random

import numpy as np
import pytest

from maskgil.evaluation.commands import detector_accuracy
from maskgil.evaluation.detector.model import load_detector
from maskgil.evaluation.detector.verdict_cases import cases, near_miss, scene_of, verdicts
from maskgil.evaluation.geneval import report
from maskgil.evaluation.geneval.nano_prompts import nano_prompts
from maskgil.evaluation.geneval.report import VerdictRow
from maskgil.evaluation.geneval.scorer import TAGS, Detection, judge, kept, parse_prompt
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.scene import SLOTS
from maskgil.nano.emoji.sprites import ArtFolder, load_nouns
from maskgil.nano.world.paints import COLOURS
from tests.helpers.tiny_evaluation import ART

NOUNS = load_nouns()
BY_NAME = {noun.name: noun for noun in NOUNS}
AT_HAND = ("apple", "cat", "car", "star", "egg", "sun", "snowman", "spider")  # their art is here
PROMPTS = nano_prompts()


def seen(scene) -> list[Detection]:
    """What a faultless detector would see: colours of paint, else what one word names."""
    cells = 10 if scene.layout == "single" else 6
    standing = [thing for thing in scene.things for _ in range(thing.count)]
    return [
        Detection(thing.noun.name, 1.0, (x, y, x + cells, y + cells), thing.looks)
        for thing, (y, x) in zip(standing, SLOTS[scene.layout], strict=True)
    ]


def test_scenes_show_what_their_prompts_ask_for():
    """By GenEval's own rules, for every prompt of nano's."""
    for prompt in PROMPTS:
        found = kept(seen(scene_of(prompt, BY_NAME)), prompt.tag)
        assert judge(prompt, found).correct, prompt.text


def test_near_misses_do_not_and_differ_in_one_thing():
    rng = random.Random(0)
    for prompt in PROMPTS:
        scene, near = scene_of(prompt, BY_NAME), near_miss(prompt, BY_NAME, rng)
        assert near.background == scene.background is None
        assert not judge(prompt, kept(seen(near), prompt.tag)).correct, prompt.text
        one, other = scene.things, near.things
        if prompt.tag == "counting":
            assert abs(one[0].count - other[0].count) == 1 and one[0].noun == other[0].noun
        elif prompt.tag == "position":
            assert one == other[::-1] and scene.layout == near.layout
        elif prompt.tag == "colors" and one[0].noun.paintable:
            assert one[0].noun == other[0].noun and one[0].colour != other[0].colour
        elif prompt.tag == "color_attr" and all(thing.noun.paintable for thing in one):
            assert [t.colour for t in one] == [t.colour for t in other][::-1]
        else:
            assert sum(a.noun != b.noun or a.colour != b.colour for a, b in
                       zip(one, other, strict=True)) == 1  # fmt: skip


def test_prompts_of_other_shapes_are_refused():
    include = [{"class": "cat", "count": 2}, {"class": "car", "count": 1}]
    prompt = parse_prompt({"tag": "two_object", "include": include, "prompt": "two cats, a car"})
    with pytest.raises(ValueError, match="no layout shows 'two cats, a car'"):
        scene_of(prompt, BY_NAME)


def test_cases_pair_each_prompt_with_its_near_miss_and_repeat_by_seed():
    few = PROMPTS[:5]
    first = list(cases(few, NOUNS))
    assert [case.near for case in first] == [False, True] * 5
    assert first == list(cases(few, NOUNS)) != list(cases(few, NOUNS, seed=1))


def test_the_shipped_judge_is_right_about_real_scenes_and_near_misses():
    """Prompts of the eight nouns whose art is at hand; a picture of nothing is never right."""
    nouns = [BY_NAME[name] for name in AT_HAND]
    prompts = [p for seed in range(6) for p in nano_prompts(nouns, seed=seed, limit=1)]
    shown = list(cases(prompts, nouns))
    painter, detector = Painter(ArtFolder(ART), size=96), load_detector()
    own, near = verdicts(shown, painter, detector)
    assert len(own) == len(near) == len(prompts) == 36 and {row.tag for row in own} == set(TAGS)
    assert np.mean([row.correct for row in own]) > 0.9
    assert np.mean([row.correct for row in near]) < 0.1
    empty, _ = verdicts(shown[:4], painter, detector, lambda picture: np.full_like(picture, 255))
    assert not any(row.correct for row in empty)


# The tables of `recognised`


def test_sprites_are_painted_by_turns_and_never_in_their_own_colour():
    for size in detector_accuracy.SIZES:
        sprites = detector_accuracy.every_sprite(NOUNS, size, painted=True)
        assert {one.noun.name for one in sprites} == {n.name for n in NOUNS if n.paintable}
        assert all(one.colour != one.noun.colour for one in sprites)
        assert {one.colour for one in sprites} == set(COLOURS)
    large, small = (
        detector_accuracy.every_sprite(NOUNS, s, painted=True) for s in detector_accuracy.SIZES
    )
    assert all(one.colour != other.colour for one, other in zip(large, small, strict=True))
    assert len(detector_accuracy.every_sprite(NOUNS, "small")) == len(NOUNS)


def test_near_misses_count_as_right_when_they_are_called_wrong():
    def rows(tag, verdicts):
        return [
            VerdictRow(tag, f"p{i}", f"p{i}", v, "", None, None) for i, v in enumerate(verdicts)
        ]

    table = detector_accuracy.judged_table(
        {"real": (rows("counting", [True, True]), rows("counting", [False, True]))}
    )
    assert table.splitlines()[0] == "| category | real | real, near misses |"
    assert "| counting | 1.000 [" in table and "| 0.500 [" in table


def test_words_of_a_sheet_leave_room_for_the_dot():
    from PIL import ImageFont

    font = ImageFont.load_default(11)
    for indent, room in ((False, report.PICTURE), (True, report.PICTURE - 9)):
        lines = report._wrapped(
            "a brown puzzle piece and a purple one", font, indent=indent
        ).splitlines()
        assert len(lines) == 2 and font.getlength(lines[0]) <= room
    assert report._wrapped("", font) == ""
