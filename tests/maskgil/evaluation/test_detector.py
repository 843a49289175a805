"""nano's judge: spoilt pictures, targets, losses, finding, accuracy, the shipped file."""

import random

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.evaluation.commands.detector_accuracy import fresh
from maskgil.evaluation.detector.accuracy import AccuracyCounts, measure
from maskgil.evaluation.detector.class_cases import class_cases, class_prompts
from maskgil.evaluation.detector.dataset import UNKNOWN, as_truth, spoil
from maskgil.evaluation.detector.model import (
    RULES,
    DetectorConfig,
    DetectorNet,
    Found,
    NanoDetector,
    corners,
    find,
    load_detector,
    overlaps,
)
from maskgil.evaluation.detector.objective import box_loss, targets_of
from maskgil.evaluation.detector.verdict_cases import verdicts
from maskgil.evaluation.geneval.world_classes import ClassDetector
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import Scene, Thing
from tests.helpers.tiny_evaluation import ART
from tests.helpers.tiny_judge import NOUNS, SMALL

REDRAWN = {"ripples", "superhero", "tunnel"}
"""Nouns that have other drawings than those from which it learned."""


def tiny_net(**changes) -> DetectorNet:
    torch.manual_seed(0)
    return DetectorNet(DetectorConfig(("cat", "dog"), COLOURS, **{**SMALL, **changes}))


# Pictures


def test_spoiling_keeps_the_picture():
    pixels = np.full((96, 96, 3), 120, np.uint8)
    pixels[20:60, 20:60] = (200, 30, 30)
    changed = [spoil(pixels, random.Random(seed)) for seed in range(40)]
    assert all(one.shape == pixels.shape and one.dtype == np.uint8 for one in changed)
    assert all(np.abs(one.astype(int) - pixels).mean() < 25 for one in changed)
    assert sum((one != pixels).any() for one in changed) > 20


# Targets and losses


def test_cells_near_a_middle_are_to_find_their_thing():
    middle = as_truth([(4, 2, (0.25, 0.25, 0.75, 0.75))])
    empty = as_truth([])
    targets = targets_of([empty, middle], 12)
    assert targets.things[0].sum() == 0 and targets.counted[0].all()
    rows, columns = torch.nonzero(targets.things[1], as_tuple=True)
    assert sorted(zip(rows.tolist(), columns.tolist(), strict=True)) == [
        (5, 5), (5, 6), (6, 5), (6, 6),
    ]  # fmt: skip
    assert targets.counted[1].sum() == 144 - 12  # a ring of cells may, but need not
    assert targets.cells[0].tolist() == [1] * 4 and targets.labels.tolist() == [4] * 4
    assert targets.boxes[0].tolist() == [3, 3, 9, 9] and targets.colours.tolist() == [2] * 4


def test_of_two_things_the_nearer_one_has_the_cell():
    things = [(1, 0, (0.0, 0.4, 0.4, 0.6)), (2, 0, (0.18, 0.4, 0.58, 0.6))]
    targets = targets_of([as_truth(things)], 12)
    places = list(zip(*(part.tolist() for part in targets.cells), strict=True))
    assert len(places) == len(set(places))
    column = dict(zip([place[2] for place in places], targets.labels.tolist(), strict=False))
    assert column[2] == 1 and column[4] == 2


def test_box_loss_is_least_for_the_same_box_and_grows_with_distance():
    one = torch.tensor([[0.0, 0, 4, 4]])
    assert box_loss(one, one).item() == pytest.approx(0)
    near, far = (box_loss(one, one + shift).item() for shift in (1, 8))
    assert 0 < near < 1 < far < 2
    half = torch.tensor([[0.0, 0, 4, 2]])
    assert box_loss(half, one).item() == pytest.approx(0.5)  # overlap a half, hull the larger


def test_overlaps_and_corners():
    boxes = torch.tensor([[0.0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]])
    assert overlaps(boxes, boxes).tolist()[0] == pytest.approx([1, 1 / 3, 0])
    around = corners(torch.tensor([[1.0, 2, 3, 4]]), torch.tensor([5]), torch.tensor([7]))
    assert around.tolist() == [[6.5, 3.5, 10.5, 9.5]]


# Finding


class Says(DetectorNet):
    """Answers as it was told: things at cells, each with a class and a box."""

    def __init__(self, things):
        super().__init__(DetectorConfig(("cat", "dog"), ("red", "blue"), **SMALL))
        self.told = things

    def forward(self, pixels):
        from maskgil.evaluation.detector.model import Cells

        things = torch.full((len(pixels), 12, 12), -9.0)
        boxes = torch.ones(len(pixels), 12, 12, 4)
        features = torch.zeros(len(pixels), 12, 12, 5)
        for row, column, sure, label, size in self.told:
            things[:, row, column] = sure
            boxes[:, row, column] = size
            features[:, row, column, label] = 9.0
        return Cells(things, boxes, features)

    def name(self, features):
        return features[..., :3], torch.nn.functional.one_hot(features[..., 0].long() % 3, 3)


def test_cells_that_mean_one_thing_are_found_once():
    net = Says([(3, 3, 4.0, 0, 2.0), (3, 4, 3.0, 0, 2.0), (8, 8, 2.0, 1, 1.5)])
    (found,) = find(net, torch.zeros(1, 3, 96, 96))
    assert [one.label for one in found] == [0, 1]
    assert found[0].score > found[1].score > 0.8
    assert found[0].box == pytest.approx((1.5 / 12, 1.5 / 12, 5.5 / 12, 5.5 / 12))


def test_boxes_come_back_in_the_pixels_of_the_picture():
    net = Says([(3, 3, 4.0, 0, 2.0), (9, 9, 4.0, 2, 2.0)])  # the second is no noun
    (one,) = NanoDetector(net)(Image.new("RGB", (240, 120), "white"))
    assert one.label == "cat" and one.colour in ("red", "blue", None)
    # The picture stands in a square of 240, 60 pixels below its top.
    assert one.box == pytest.approx((30, -30, 110, 50), abs=0.01)


def test_pictures_are_padded_with_their_border():
    pixels, placed = NanoDetector(tiny_net()).look(Image.new("RGB", (40, 20), (10, 200, 30)))
    assert pixels.shape == (1, 3, 96, 96) and placed == (40.0, 0.0, 10.0)
    assert pixels.amax((2, 3)).tolist() == pixels.amin((2, 3)).tolist()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"image_size": 100}, "multiple of 32"), ({"widths": (8, 8)}, "four stages")],
)
def test_shapes_check_themselves(change, said):
    with pytest.raises(ValueError, match=said):
        tiny_net(**change)


# Accuracy


def test_counts_tell_what_is_right_missed_and_mistaken():
    left, right = (0.0, 0.0, 0.4, 0.4), (0.5, 0.5, 0.9, 0.9)
    truth = as_truth([(0, 1, left), (1, UNKNOWN, right)])
    counts, config = AccuracyCounts(), DetectorConfig(("cat", "dog", "cow"), COLOURS)
    counts.add([Found(0, 0.9, left, 1), Found(1, 0.8, right, 0)], {}, truth, config)
    assert counts.shares()["recall"] == counts.shares()["precision"] == 1 == counts.whole
    assert counts.coloured == 1 and counts.colours_right == 1
    counts.add([Found(0, 0.9, left, 0), Found(2, 0.8, right, 0)], {}, truth, config)
    assert counts.right == 3 and counts.missed == {"dog": 1} and counts.colours_right == 1
    assert counts.mistaken == {("dog", "cow"): 1} and counts.whole == 1
    # A second box on the same thing, a box beside it and an unsure one bring nothing.
    extra = [Found(0, 0.9, left, 1), Found(0, 0.8, left, 1), Found(1, 0.7, (0.8, 0, 1, 0.2), 1)]
    counts.add([*extra, Found(1, 0.1, right, 1)], {}, truth, config)
    assert counts.right == 4 and counts.found == 7 and counts.missed["dog"] == 2
    # What is no noun is not asked for.
    counts.add([], {}, as_truth([(3, UNKNOWN, left)]), config)
    assert counts.there == 6 and counts.whole == 2


# The shipped detector


@pytest.fixture(scope="module")
def shipped() -> NanoDetector:
    return load_detector()


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Art(ART))


def test_the_shipped_detector_knows_nanos_vocabulary(shipped):
    assert len(shipped.nouns) > 1200
    assert {*shipped.nouns} <= {noun.name for noun in load_nouns()}
    assert shipped.colours == COLOURS
    path = checkpoints.resolve("world-detector")[0]
    assert path.stat().st_size < 15_000_000


def test_the_shipped_detector_is_right_on_fresh_scenes(shipped, renderer):
    """Of nouns whose drawings are at hand: one thing, several alike, two side by side."""
    nouns = [noun for noun in NOUNS if noun.name in {*shipped.nouns} - REDRAWN]
    for name in ("single", "count", "sides"):
        scenes = fresh(name, renderer, nouns, shipped.nouns)
        shares = measure(shipped.net, (scenes[i] for i in range(50)), 50).shares()
        least = 0.85 if name == "count" else 0.9  # of several alike it misses all or none
        assert shares["recall"] > least and shares["precision"] > 0.75, name
        assert shares["colour"] > 0.8 and shares["mean_overlap"] > 0.8, name


def test_the_same_picture_gets_the_same_answer_at_any_size(shipped):
    scene = Scene((Thing("mug", 3, "red"),))
    small, large = (
        Image.fromarray(Renderer(Art(ART), size=side).draw(scene, 4)) for side in (192, 384)
    )
    first, again = shipped(large), shipped(large)
    assert first == again and [one.label for one in first] == ["mug"] * 3
    assert {one.colour for one in first} == {"red"}
    scaled = sorted(tuple(edge * 2 for edge in one.box) for one in shipped(small))
    for one, other in zip(scaled, sorted(one.box for one in first), strict=True):
        assert one == pytest.approx(other, abs=16)


def test_the_shipped_judge_is_right_about_prompts_and_near_misses(shipped, renderer):
    """Prompts over drawings at hand; a picture of nothing is never right."""
    here = {noun.name for noun in NOUNS} & {*shipped.nouns}
    asked = [p for p in class_prompts() if {one.label for one in p.include} <= here]
    shown = [
        case for case in class_cases(asked[::2]) if {t.noun for t in case.scene.things} <= here
    ]
    judge = ClassDetector(shipped, RULES)
    own, near = verdicts(shown, renderer, judge)
    assert len(own) > 30 and len(near) > 20
    assert np.mean([row.correct for row in own]) > 0.85
    assert np.mean([row.correct for row in near]) < 0.1
    empty, _ = verdicts(shown[:4], renderer, judge, lambda picture: np.full_like(picture, 255))
    assert not any(row.correct for row in empty)


def test_loading_something_else_is_one_line():
    with pytest.raises(ValueError, match="which is no detector"):
        load_detector("nano-tokenizer")
