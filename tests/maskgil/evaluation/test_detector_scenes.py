"""The judge of nano's world: truth of scenes, muddles, targets, counts, verdicts, its commands."""

import dataclasses
import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.evaluation.commands import detector_accuracy, scene_tokens
from maskgil.evaluation.commands.detector_accuracy import SETS, fresh
from maskgil.evaluation.detector import accuracy
from maskgil.evaluation.detector.accuracy import AccuracyCounts, summed
from maskgil.evaluation.detector.class_cases import class_cases, class_prompts
from maskgil.evaluation.detector.dataset import UNKNOWN, Truth
from maskgil.evaluation.detector.loose_scenes import WAYS, LooseWorldScenes
from maskgil.evaluation.detector.model import (
    RULES,
    DetectorConfig,
    DetectorNet,
    Found,
    load_detector,
    look,
)
from maskgil.evaluation.detector.scenes import (
    OWN,
    SEEN,
    SETTINGS,
    WorldScenes,
    repainted,
    truth_of,
)
from maskgil.evaluation.detector.train import DetectorTraining, detector_shape, visible_targets
from maskgil.evaluation.detector.verdict_cases import verdicts
from maskgil.evaluation.geneval.scorer import Detection, Included, Prompt
from maskgil.evaluation.paper_results import GENEVAL_TAGS
from maskgil.nano.dataset import WorldSource
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.sampler import SceneSampler
from maskgil.nano.world.scene import STYLES, Relation, Scene, Thing
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.train.tasks.judge import read_run
from maskgil.train.trainer import fit
from tests.helpers.tiny_evaluation import ART
from tests.helpers.tiny_judge import NOUNS, NUMBERS, SMALL, small_task, tiny_net


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Art(ART))


# Scenes


def test_boxes_end_where_what_is_drawn_ends(renderer):
    scene = Scene((Thing("bench", 1, "red"),), (), "park", style="pixel art")  # casts no shadow
    truth = truth_of(renderer, scene, 5, NUMBERS)
    ground = renderer.scenery(scene, renderer.layout.arranged(scene, 5)[0])
    rows, columns = np.where((renderer.draw(scene, 5) != ground).any(-1))
    edges = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 192
    assert truth.boxes[0] == pytest.approx(edges, abs=1.01 / 192)
    assert truth.labels.tolist() == [NUMBERS["bench"]] and truth.seen.tolist() == [1.0]
    assert truth.colours.tolist() == [COLOURS.index("red")]
    assert SETTINGS[truth.whole["settings"]] == "park"
    assert STYLES[truth.whole["styles"]] == "pixel art"


def test_shadows_are_no_part_of_a_thing(renderer):
    """Of the same drawing in two styles only one casts a shadow."""
    scene = Scene((Thing("bench", 1, "red"), Thing("bowl", 2)), (), "park")
    cast = truth_of(renderer, scene, 5, NUMBERS)
    none = truth_of(renderer, dataclasses.replace(scene, style="pencil sketch"), 5, NUMBERS)
    assert np.array_equal(cast.boxes, none.boxes) and np.array_equal(cast.seen, none.seen)


def test_what_stands_behind_is_seen_in_part(renderer):
    scene = Scene((Thing("bench"), Thing("lighthouse")), (Relation(0, "behind", (1,)),))
    shares = [truth_of(renderer, scene, seed, NUMBERS) for seed in range(6)]
    behind = [truth.seen[truth.labels == NUMBERS["bench"]].item() for truth in shares]
    before = [truth.seen[truth.labels == NUMBERS["lighthouse"]].item() for truth in shares]
    assert before == [1.0] * 6 and min(behind) < 0.95 and max(behind) < 1


def test_a_container_is_one_thing_before_and_behind_what_is_in_it(renderer):
    scene = Scene((Thing("fork", 3), Thing("bowl")), (Relation(0, "in", (1,)),))
    truth = truth_of(renderer, scene, 1, NUMBERS)
    assert sorted(truth.labels.tolist()) == sorted([NUMBERS["fork"]] * 3 + [NUMBERS["bowl"]])
    forks = truth.labels == NUMBERS["fork"]
    assert (truth.seen[forks] < 1).all() and truth.seen[~forks].item() > 0.6


def test_colours_are_asked_for_where_they_show(renderer):
    for thing, style, colour in (
        (Thing("bench", texture="golden"), "3d", OWN),
        (Thing("bench", colour="blue"), "flat", COLOURS.index("blue")),
        (Thing("bench", colour="blue"), "silhouette", UNKNOWN),
    ):
        truth = truth_of(renderer, Scene((thing,), style=style), 0, NUMBERS)
        assert truth.colours.tolist() == [colour]


def test_things_of_recoloured_scenes_have_any_colour_but_persons_theirs():
    """What is white and nowhere is on no paper, half of the times."""
    scene = Scene((Thing("cow"), Thing("woman"), Thing("bench", texture="wooden")))
    made = [repainted(scene, random.Random(number)) for number in range(60)]
    cows, women, benches = zip(*(one.things for one in made), strict=True)
    assert {cow.colour for cow in cows} == {None, *COLOURS}
    assert {woman.colour for woman in women} == {None}
    assert all((bench.colour is None) == (bench.texture == "wooden") for bench in benches)
    white = [one.setting for one in made if any(thing.colour == "white" for thing in one.things)]
    assert None in white and len(set(white)) > 1


def test_scenes_come_by_number(renderer):
    for scenes in (
        WorldScenes(
            renderer, SceneSampler(nouns=tuple(n.name for n in NOUNS)), recoloured=0.5, seed=2
        ),
        LooseWorldScenes(renderer, NOUNS, seed=2),
    ):
        first, _, again = scenes[7], scenes[8], scenes[7]
        assert np.array_equal(first.pixels, again.pixels)
        assert first.pixels.shape == (192, 192, 3)
        assert np.array_equal(first.truth.boxes, again.truth.boxes)
        assert (first.truth.boxes >= 0).all() and (first.truth.boxes <= 1).all()


def test_loose_scenes_hold_muddles_and_clean_ones_do_not(renderer):
    kinds = []
    for spoilt in (True, False):
        scenes = LooseWorldScenes(renderer, NOUNS[:12], spoilt=spoilt, seed=4)
        labels = np.concatenate([scenes[number].truth.labels for number in range(25)])
        kinds.append((labels == len(NUMBERS)).mean())
    assert 0.02 < kinds[0] < 0.25 and kinds[1] == 0


@pytest.mark.parametrize("way", WAYS)
def test_muddles_are_no_longer_the_drawing(way):
    first, second = (np.full((48, 40, 4), 255, np.uint8) for _ in range(2))
    first[..., 0], second[..., :3] = np.arange(40) * 6, 30
    first[..., 1] = np.arange(48)[:, None] * 5
    made = way(first, second, random.Random(3))
    assert made.shape == first.shape and made.dtype == np.uint8
    assert (np.abs(made.astype(int) - first) > 8).any(-1).mean() > 0.25


# Targets


def truth(*things, **whole) -> Truth:
    """Of (label, colour, box, share in sight)."""
    labels, colours, boxes, seen = zip(*things, strict=True)
    asked = {"settings": 0, "times": 0, "weathers": 0, "styles": 0, **whole}
    return Truth(
        np.array(labels), np.array(colours), np.array(boxes, np.float32).reshape(-1, 4),
        np.array(seen, np.float32), asked,
    )  # fmt: skip


LEFT, RIGHT = (0.0, 0.0, 0.4, 0.4), (0.5, 0.5, 0.9, 0.9)


def test_hidden_things_are_not_asked_for():
    shown = truth((3, 1, LEFT, 1.0), (4, 1, RIGHT, SEEN - 0.1))
    targets = visible_targets([shown], 24)
    assert set(targets.labels.tolist()) == {3}
    hidden = targets.counted[0, 16:18, 16:18]
    assert (hidden == 0).all() and targets.counted[0, 22, 22] == 1
    assert targets.things[0, 16, 16] == 0 and targets.things[0, 4, 4] == 1


def test_large_things_are_found_by_more_cells_and_leave_small_ones_theirs():
    small = (0.45, 0.45, 0.55, 0.55)
    shown = truth((3, 1, (0.1, 0.1, 0.95, 0.95), 1.0), (4, 2, small, 1.0))
    targets = visible_targets([shown], 24)
    owners = targets.labels.tolist()
    assert owners.count(4) == 4 and owners.count(3) >= 8
    alone = visible_targets([truth((4, 2, small, 1.0))], 24)
    assert len(alone.labels) == 4


# Accuracy


def test_counts_tell_right_from_wrong_hidden_and_muddled():
    net = tiny_net()
    said = {"settings": SETTINGS[0], "times": "night", "weathers": "clear", "styles": "3d"}
    shown = truth(
        (3, 1, LEFT, 1.0), (4, 2, RIGHT, 0.2), (len(NUMBERS), UNKNOWN, (0, 0.6, 0.3, 0.9), 1.0),
        styles=UNKNOWN,
    )  # fmt: skip
    good = AccuracyCounts()
    good.add([Found(3, 0.9, LEFT, 1), Found(9, 0.8, RIGHT, 0)], said, shown, net.config)
    shares = good.shares()
    assert shares["recall"] == shares["precision"] == shares["large"] == shares["colour"] == 1
    assert shares["whole_pictures"] == 1 and shares["muddles_named"] == 0
    assert shares["settings"] == 1 and shares["times"] == 0 and "styles" not in shares
    bad = AccuracyCounts()
    bad.add([Found(5, 0.9, LEFT, 1), Found(6, 0.8, (0, 0.6, 0.3, 0.9), 0)], said, shown, net.config)
    shares = bad.shares()
    assert shares["recall"] == shares["precision"] == shares["whole_pictures"] == 0
    assert shares["muddles_named"] == 1 and bad.found == 2
    names = net.config.nouns
    assert bad.missed == {names[3]: 1} and bad.mistaken == {(names[3], names[5]): 1}
    both = summed([good, bad]).shares()
    assert both["recall"] == 0.5 and both["pictures"] == 2 and both["settings"] == 1


def test_answers_are_compared_by_name_and_those_that_were_not_taught_are_not_asked():
    """A judge of fewer settings, in another order."""
    net = tiny_net()
    older = dataclasses.replace(net.config, settings=("park", SETTINGS[0]))
    said = {"settings": "park", "times": "day", "weathers": "clear", "styles": "3d"}
    counts = AccuracyCounts()
    for setting in ("park", SETTINGS[0], "attic"):
        shown = truth((3, 1, LEFT, 1.0), settings=SETTINGS.index(setting))
        counts.add([], said, shown, older)
    assert counts.answers["settings"] == [1, 2]


def test_a_file_keeps_what_is_asked_of_the_whole_picture(tmp_path, renderer):
    net = tiny_net()
    path = checkpoints.save(net, tmp_path / "world.safetensors")
    judge = load_detector(str(path))
    assert judge.net.config == net.config and set(judge.net.config.whole["settings"]) > {"park"}
    image = Image.fromarray(renderer.draw(Scene((Thing("bench"),))))
    _, said = look(judge.net, judge.look(image)[0])
    assert said[0]["settings"] in SETTINGS and said[0]["styles"] in STYLES


def test_the_shipped_config_makes_a_small_fast_judge():
    run = read_run(Path(__file__).parents[3] / "configs" / "detector.yaml")
    assert DetectorTraining(**run.training).precision == "auto"
    net = DetectorNet(detector_shape(run.model))
    assert len(net.config.nouns) == len(load_nouns()) and net.config.grid == 24
    assert sum(p.numel() for p in net.parameters()) * 2 < 12e6  # bytes in fp16


# Verdicts


def test_near_misses_differ_from_what_is_asked_in_one_thing():
    prompts = class_prompts(limit=5)
    assert {prompt.tag for prompt in prompts} == set(GENEVAL_TAGS)
    shown = list(class_cases(prompts))
    assert [case.near for case in shown] == [False, True] * len(prompts)
    for own, near in zip(shown[::2], shown[1::2], strict=True):
        asked = [(one.label, one.count) for one in own.prompt.include]
        assert [(thing.noun, thing.count) for thing in own.scene.things] == asked
        assert own.scene != near.scene
        if own.prompt.tag == "counting":
            assert abs(own.scene.things[0].count - near.scene.things[0].count) == 1
        elif own.prompt.tag == "position":
            assert own.scene.things == near.scene.things
            assert own.scene.relations[0].name == own.prompt.include[1].position[0]
        else:
            nouns = [{thing.noun for thing in case.scene.things} for case in (own, near)]
            assert len(nouns[0] - nouns[1]) <= 1


class Sees:
    """Finds what stands in the scene that was drawn last, as a perfect judge would."""

    rules = RULES

    def __init__(self, renderer):
        self.renderer, self.scene = renderer, None

    def draw(self, scene):
        self.scene = scene
        return self.renderer.draw(scene)

    def __call__(self, image):
        truth = truth_of(self.renderer, self.scene, 0, NUMBERS)
        names = list(NUMBERS)
        for label, colour, box in zip(truth.labels, truth.colours, truth.boxes * 192, strict=True):
            named = COLOURS[colour] if colour < OWN else None
            yield Detection(names[label], 0.9, tuple(box.tolist()), named)


def test_a_perfect_judge_tells_prompts_from_near_misses(renderer):
    """Of prompts over what is drawn here, that a scene shows what it is drawn for."""
    here = {noun.name for noun in NOUNS}
    asked = [p for p in class_prompts() if {one.label for one in p.include} <= here]
    shown = [case for case in class_cases(asked) if {t.noun for t in case.scene.things} <= here]
    assert len(shown) > 60
    sees = Sees(renderer)
    own, near = verdicts(shown, sees, sees)
    assert np.mean([row.correct for row in own]) > 0.95
    assert np.mean([row.correct for row in near]) < 0.05


# Commands


def test_recognised_tells_kinds_of_scenes_apart(tmp_path, capsys, monkeypatch):
    def here(name, renderer, nouns, known):
        assert [noun.name for noun in nouns] == list(known)
        return fresh(name, renderer, NOUNS, known)

    monkeypatch.setattr(detector_accuracy, "fresh", here)
    counted = Prompt("two benches", {}, "counting", (Included("bench", 2),), (("bench", 3),))
    monkeypatch.setattr(detector_accuracy, "class_prompts", lambda limit: [counted] * limit)
    fit(small_task(steps=1), tmp_path / "run", steps=1, settings={"model": SMALL})
    words = ["evaluate", "recognised", "--art", ART, "--scenes", 1, "--prompts", 2]
    words += ["--detector", tmp_path / "run"]
    assert main([*map(str, words), "-o", str(tmp_path / "out")]) == 0
    record = json.loads((tmp_path / "out" / "recognised.json").read_text())
    assert set(record["scenes"]) == {*SETS, "all kinds"}
    assert record["scenes"]["crowd"]["things"] >= 3
    assert record["verdicts"]["real"]["counting"]["pictures"] == 2
    assert record["scenes"]["single"]["settings"] is not None
    assert "5 x 5 cells" in capsys.readouterr().out
    small = tmp_path / "small.safetensors"
    checkpoints.save(CompactVQ(CompactVQConfig(codebook_size=16, encoder_width=8)), small)
    again = [*map(str, words), "--tokenizer", str(small), "-o", str(tmp_path / "out")]
    assert main(again) == 2
    assert "reads 96 pixels" in capsys.readouterr().err
    assert main([*map(str, words[:-1]), str(tmp_path), "-o", str(tmp_path)]) == 2
    assert "no checkpoint" in capsys.readouterr().err


class Blackens:
    """A tokenizer that keeps every other picture and loses the rest."""

    calls = 0

    def encode(self, pixels):
        return pixels

    def decode(self, pixels):
        Blackens.calls += 1
        return pixels if Blackens.calls % 2 else torch.full_like(pixels, -1.0)


def test_tokens_tell_what_is_still_recognised(renderer, monkeypatch, tmp_path):
    """With a judge that finds everything unless the picture is black: half of it is left."""
    sampler = SceneSampler(nouns=tuple(n.name for n in NOUNS), kinds={"single": 1.0})
    source = WorldSource(renderer, sampler, seed=3)
    asked: list[int] = []

    def finds(net, picture):
        number = len(asked) // 2
        asked.append(number)
        truth = truth_of(renderer, source.scene(number), f"3/{number}", NUMBERS)
        said = dict.fromkeys(net.config.whole, "")
        if not picture.any():
            return [], said
        found = zip(truth.labels.tolist(), truth.boxes.tolist(), strict=True)
        return [Found(label, 0.9, tuple(box), 0) for label, box in found], said

    monkeypatch.setattr(accuracy, "judged", finds)
    path = checkpoints.save(tiny_net(), tmp_path / "world.safetensors")
    shares = scene_tokens.recognised(Blackens(), source, str(path), 8)
    assert shares["large_as_drawn"] == 1 and 0.2 < shares["large_rebuilt"] < 0.8
    bare = DetectorNet(DetectorConfig(("cat", "dog"), COLOURS, **SMALL))
    path = checkpoints.save(bare, tmp_path / "bare.safetensors")
    with pytest.raises(ValueError, match="scenes of the world"):
        scene_tokens.recognised(Blackens(), source, str(path), 1)
