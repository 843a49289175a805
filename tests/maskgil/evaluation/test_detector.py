"""nano's judge: scenes with truth, targets, losses, finding, accuracy, training, its file."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.evaluation.commands import detector_accuracy
from maskgil.evaluation.detector import train
from maskgil.evaluation.detector.accuracy import FRESH_SEED, AccuracyCounts
from maskgil.evaluation.detector.dataset import (
    UNKNOWN,
    LooseScenes,
    SlotScenes,
    as_truth,
    colour_number,
    spoil,
    truth_of,
)
from maskgil.evaluation.detector.model import (
    DetectorConfig,
    DetectorNet,
    Found,
    NanoDetector,
    corners,
    find,
    load_detector,
    overlaps,
)
from maskgil.evaluation.detector.train import (
    DetectorTraining,
    EmojiDetectorTask,
    box_loss,
    targets_of,
)
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import Scene, Thing
from maskgil.nano.emoji.sprites import ArtFolder, load_nouns
from maskgil.nano.world.paints import COLOURS
from maskgil.train.tasks.judge import read_run
from maskgil.train.trainer import fit
from maskgil.utils.images import stack_pixels
from tests.helpers.tiny_evaluation import ART

NAMES = ("apple", "cat", "car", "star", "egg", "sun", "snowman", "spider")
NOUNS = tuple(noun for noun in load_nouns() if noun.name in NAMES)
BY_NAME = {noun.name: noun for noun in NOUNS}
NUMBERS = {noun.name: i for i, noun in enumerate(NOUNS)}
SMALL = {"widths": (8, 16, 24, 24), "depths": (1, 1, 1, 1), "neck": 16, "hidden": 32}


@pytest.fixture(scope="module")
def art() -> ArtFolder:
    return ArtFolder(ART)


def tiny_net(**changes) -> DetectorNet:
    torch.manual_seed(0)
    names = tuple(noun.name for noun in NOUNS)
    return DetectorNet(DetectorConfig(names, COLOURS, **{**SMALL, **changes}))


# Scenes


def test_truth_of_a_scene_lies_on_what_is_drawn(art):
    """Boxes end where the pixels that differ from the background end."""
    painter = Painter(art, size=96)
    scene = Scene((Thing(BY_NAME["cat"]), Thing(BY_NAME["car"], "blue")), "stacked", "pink")
    truth = truth_of(scene, painter, NUMBERS)
    assert truth.labels.tolist() == [NUMBERS["cat"], NUMBERS["car"]]
    assert truth.colours.tolist() == [COLOURS.index("orange"), COLOURS.index("blue")]
    differs = (painter.draw(scene) != painter.background(scene).astype(np.uint8)).any(-1)
    for half, box in ((slice(0, 48), truth.boxes[0]), (slice(48, 96), truth.boxes[1])):
        rows, columns = np.where(differs[half])
        seen = [columns.min(), rows.min() + half.start, columns.max(), rows.max() + half.start]
        assert np.abs(box * 96 - seen).max() <= 2.5


def test_loose_scenes_repeat_by_number_and_keep_their_things_in_sight(art):
    scenes, again = LooseScenes(art, NOUNS, seed=3), LooseScenes(art, NOUNS, seed=3)
    again[7]
    counts = set()
    for number in range(60):
        pixels, truth = scenes[number]
        assert pixels.shape == (96, 96, 3) and pixels.dtype == np.uint8
        assert (truth.boxes >= 0).all() and (truth.boxes <= 1).all()
        sides = truth.boxes[:, 2:] - truth.boxes[:, :2]
        assert (sides > 0.1).all() and (truth.labels <= len(NOUNS)).all()
        counts.add(len(truth.labels))
    assert counts >= {1, 2, 3, 4}
    first, second = scenes[5], again[5]
    assert (first.pixels == second.pixels).all() and (first.truth.boxes == second.truth.boxes).all()
    assert (LooseScenes(art, NOUNS, seed=4)[5].pixels != first.pixels).any()


def test_loose_scenes_are_spoilt_and_hold_what_is_no_noun_only_when_asked(art):
    clean = LooseScenes(art, NOUNS, spoilt=False)
    dirty = LooseScenes(art, NOUNS)
    assert all((clean[i].truth.labels < len(NOUNS)).all() for i in range(80))
    unknown = [label == len(NOUNS) for i in range(120) for label in dirty[i].truth.labels]
    assert 0.02 < np.mean(unknown) < 0.12
    many = [colour == len(COLOURS) for i in range(120) for colour in dirty[i].truth.colours]
    assert 0.01 < np.mean(many) < 0.12  # two coats of paint


def test_spoiling_keeps_the_picture():
    pixels = np.full((96, 96, 3), 120, np.uint8)
    pixels[20:60, 20:60] = (200, 30, 30)
    changed = [spoil(pixels, random.Random(seed)) for seed in range(40)]
    assert all(one.shape == pixels.shape and one.dtype == np.uint8 for one in changed)
    assert all(np.abs(one.astype(int) - pixels).mean() < 25 for one in changed)
    assert sum((one != pixels).any() for one in changed) > 20


@pytest.mark.parametrize(
    ("name", "paint", "colour"),
    [
        ("cat", None, "orange"),
        ("cat", "blue", "blue"),
        ("apple", None, None),
        ("egg", "red", "red"),
    ],
)
def test_the_colour_of_a_thing_is_its_paint_or_the_one_that_names_it(name, paint, colour):
    number = colour_number(BY_NAME[name], paint)
    assert number == (UNKNOWN if colour is None else COLOURS.index(colour))


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


# Training


def small_task(art, steps=4, **changes) -> EmojiDetectorTask:
    settings = DetectorTraining(
        **{"steps": steps, "batch_size": 6, "precision": "float32", "warmup": 2, **changes}
    )
    return EmojiDetectorTask(tiny_net(), art, settings, seed=1)


def test_a_resumed_run_equals_one_that_was_not_stopped(art, tmp_path):
    whole = small_task(art)
    assert fit(whole, tmp_path / "whole", steps=4) == 4
    fit(small_task(art), tmp_path / "parts", steps=2)
    resumed = small_task(art)
    assert fit(resumed, tmp_path / "parts", steps=4) == 4
    for key, value in whole.averaged().state_dict().items():
        assert torch.equal(value, resumed.averaged().state_dict()[key]), key


def test_batches_repeat_and_hold_what_a_tokenizer_makes_of_scenes(art):
    task = small_task(art, rebuilt=0.5)
    plain, _ = task.batch(3)
    assert torch.equal(plain, task.batch(3)[0])

    class Darkens:
        def encode(self, pixels):
            return pixels

        def decode(self, pixels):
            return torch.full((len(pixels), 3, 192, 192), -0.5)

    task.tokenizer = Darkens()
    pixels, targets = task.batch(3)
    assert (pixels[:3] == -0.5).all() and (pixels[3:] != -0.5).any() and len(targets.things) == 6
    assert (targets.labels[targets.cells[0] < 3] < len(NOUNS)).all()


def test_training_teaches_two_things(art):
    """A few dozen steps on two nouns: the loss falls by nearly half."""
    nouns = (BY_NAME["apple"], BY_NAME["star"])
    torch.manual_seed(0)
    net = DetectorNet(DetectorConfig(tuple(n.name for n in nouns), COLOURS, **SMALL))
    settings = DetectorTraining(
        steps=60, batch_size=8, learning_rate=1e-2, precision="float32", warmup=5
    )
    task = EmojiDetectorTask(net, art, settings)
    losses = [task.step(index)["loss"] for index in range(60)]
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "holds no settings"),
        ("model: {}\ntraining: {steps: 0}", "steps is 0"),
        ("model: {}\ntraining: {steps: 2}\nsead: 1", "unknown key 'sead'"),
        ("model: {widths: [3]}\ntraining: {steps: 2}", "four stages"),
        ("model: {}\ntraining: {steps: 2, precision: half}", "choose one of float32, bf16"),
    ],
)
def test_bad_configs_are_one_line(tmp_path, capsys, text, said):
    path = tmp_path / "detector.yaml"
    path.write_text(text)
    assert train.main([str(path), "--art", str(ART), "--out", str(tmp_path)]) == 2
    line = capsys.readouterr().err
    assert said in line and len(line.splitlines()) == 1


def test_the_shipped_config_is_read():
    run = read_run(Path(__file__).parents[3] / "configs" / "detector.yaml")
    assert DetectorTraining(**run.training).steps > 1000 and run.tokenizer == "nano-tokenizer"


# The shipped detector


@pytest.fixture(scope="module")
def shipped() -> NanoDetector:
    return load_detector()


def test_the_shipped_detector_knows_nanos_vocabulary(shipped):
    assert list(shipped.nouns) == [noun.name for noun in load_nouns()]
    assert shipped.colours == COLOURS
    path = checkpoints.resolve("nano-detector")[0]
    assert path.stat().st_size < 10_000_000


def test_the_shipped_detector_is_right_on_fresh_scenes(shipped, art):
    """The eight nouns whose art is at hand, seen and held-out combinations, and loose scenes."""
    numbers = {name: i for i, name in enumerate(shipped.nouns)}
    counts = AccuracyCounts()
    for held_out in (False, True):
        sampler = SceneSampler(NOUNS, (("3d", 1.0),), held_out)
        scenes = SlotScenes(art, sampler, seed=FRESH_SEED)
        scenes.numbers = numbers
        for number in range(25):
            found = find(shipped.net, stack_pixels([scenes[number].pixels]))[0]
            counts.add(found, {}, scenes[number].truth, shipped.net.config)
    shares = counts.shares()
    assert shares["recall"] > 0.95 and shares["precision"] > 0.95 and shares["colour"] > 0.9
    assert shares["mean_overlap"] > 0.8


def test_the_same_picture_gets_the_same_answer_at_any_size(shipped, art):
    scene = Scene((Thing(BY_NAME["cat"], None, 3),), "triangle")
    small, large = (Image.fromarray(Painter(art, size=side).draw(scene)) for side in (96, 288))
    first, again = shipped(large), shipped(large)
    assert first == again and [one.label for one in first] == ["cat"] * 3
    assert {one.colour for one in first} == {"orange"}
    scaled = sorted(tuple(edge * 3 for edge in one.box) for one in shipped(small))
    for one, other in zip(scaled, sorted(one.box for one in first), strict=True):
        assert one == pytest.approx(other, abs=16)


def test_loading_something_else_is_one_line():
    with pytest.raises(ValueError, match="which is no detector"):
        load_detector("nano-tokenizer")


def test_recognised_writes_its_tables(tmp_path, capsys, monkeypatch):
    """The command on the nouns whose art is at hand, with an untrained detector."""
    monkeypatch.setattr(detector_accuracy, "load_nouns", lambda: NOUNS)
    path = checkpoints.save(tiny_net(), tmp_path / "tiny.safetensors")
    words = ["evaluate", "recognised", "--detector", path, "--art", ART, "--prompts", 1]
    words += ["--scenes", 3, "-o"]
    assert main([*map(str, words), str(tmp_path / "out")]) == 0
    record = json.loads((tmp_path / "out" / "recognised.json").read_text())
    assert set(record["scenes"]) == set(detector_accuracy.SETS)
    assert record["sprites"]["rebuilt, small"]["things"] == 2 * len(NOUNS)
    assert record["recognised"]["pictures"] == 2 * len(NOUNS)
    assert record["verdicts"]["rebuilt"]["own"]["colors"]["pictures"] == 1
    assert "precision" in (tmp_path / "out" / "recognised.md").read_text()
    assert "recognised" in capsys.readouterr().out
    assert main([*map(str, words[:-3]), "--scenes", "0", "-o", str(tmp_path)]) == 2
    assert "--scenes is 0" in capsys.readouterr().err
