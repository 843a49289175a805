"""Training of the world's detector: its batches, what it learns, what it begins with."""

import dataclasses
import multiprocessing
import os
import signal
from functools import partial

import numpy as np
import pytest
import torch

from maskgil.evaluation.detector import train
from maskgil.evaluation.detector.batches import Mirrored, Questions, WorldBatches
from maskgil.evaluation.detector.model import DetectorConfig, DetectorNet
from maskgil.evaluation.detector.train import (
    DetectorTask,
    DetectorTraining,
    detector_shape,
    visible_targets,
)
from maskgil.evaluation.detector.warm_start import MODESTY, _copy_answers, begin_with
from maskgil.nano.rendering.art import Art
from maskgil.nano.world.paints import COLOURS
from maskgil.train.tasks import ahead
from maskgil.train.tasks.ahead import Ahead
from maskgil.train.trainer import fit
from maskgil.utils.images import stack_pixels
from tests.helpers.tiny_evaluation import ART
from tests.helpers.tiny_judge import NOUNS, NUMBERS, SMALL, small_task, tiny_net


def asked(batches: WorldBatches) -> Questions:
    return Questions(batches, partial(visible_targets, grid=24))


def test_every_batch_comes_as_it_is_and_mirrored():
    batches = WorldBatches(Art(ART), 4, nouns=NOUNS[:20], seed=1)
    source = Mirrored(Ahead(asked(batches), 0), 2, torch.device("cpu"))
    (plain, targets), (turned, others) = source[6], source[7]
    assert torch.equal(plain, turned.flip(3))
    assert torch.equal(plain, stack_pixels(batches[3][0]))
    assert torch.equal(targets.things, others.things.flip(2))
    widths = [(one.boxes[:, 2] - one.boxes[:, 0]).sort()[0] for one in (targets, others)]
    assert widths[0] == pytest.approx(widths[1], abs=1e-4)
    middles = [(one.boxes[:, 2] + one.boxes[:, 0]).sort()[0] / 2 for one in (targets, others)]
    assert middles[0] == pytest.approx(24 - middles[1].flip(0), abs=1e-4)
    made = Ahead(batches, 1)
    assert all(np.array_equal(made[number][0], batches[number][0]) for number in (3, 4))


def test_a_batch_that_is_shown_often_comes_again_later(monkeypatch):
    """The same whether a run was stopped before or not; each equally often."""
    monkeypatch.setattr(ahead, "LAG", 2)
    batches = asked(WorldBatches(Art(ART), 1, nouns=NOUNS[:8], seed=1))
    whole = Mirrored(Ahead(batches, 0), 6, torch.device("cpu"))
    shown = [whole[index][0] for index in range(48)]
    again = Mirrored(Ahead(batches, 1), 6, torch.device("cpu"))
    assert all(torch.equal(again[index][0], shown[index]) for index in (44, 45, 46, 47))
    third = stack_pixels(batches.source[3][0])
    times = [i for i, one in enumerate(shown) if torch.equal(one, third)]
    assert len(times) == 3 and min(np.diff(times)) > 6


def test_a_run_that_is_asked_to_end_still_gets_its_batch():
    batches = WorldBatches(Art(ART), 1, nouns=NOUNS[:4], seed=1)
    made = Ahead(batches, 1)
    assert len(made[0][0]) == 1
    for worker in multiprocessing.active_children():
        os.kill(worker.pid, signal.SIGTERM)
    for number in range(1, 6):
        assert np.array_equal(made[number][0], batches[number][0])


def test_a_resumed_run_equals_one_that_was_not_stopped(tmp_path):
    whole = small_task()
    assert fit(whole, tmp_path / "whole", steps=4) == 4
    fit(small_task(), tmp_path / "parts", steps=1)
    resumed = small_task()
    assert fit(resumed, tmp_path / "parts", steps=4) == 4
    for key, value in whole.averaged().state_dict().items():
        assert torch.equal(value, resumed.averaged().state_dict()[key]), key


def test_training_teaches_things_and_settings():
    """The same batch a few times: things, classes and the answers about the whole are learned."""
    task = small_task(steps=40, muon_rate=0.05, adam_rate=5e-3)
    batch = task.batch(0)
    task.batch = lambda index: batch
    terms = [task.step(index) for index in range(30)]
    for name in ("loss", "class", "settings", "styles"):
        assert terms[-1][name] < 0.75 * terms[0][name], name


def test_a_part_of_a_batch_goes_through_the_tokenizer():
    class Darkens:
        def encode(self, pixels):
            return pixels

        def decode(self, pixels):
            return torch.full((len(pixels), 3, 384, 384), -0.5)

    task = DetectorTask(
        tiny_net(), Art(ART),
        DetectorTraining(steps=2, batch_size=4, rebuilt=0.5, precision="bf16"),
        tokenizer=Darkens(), nouns=NOUNS[:8],
    )  # fmt: skip
    for number in (0, 1):  # once for all showings
        pixels, targets = task.batch(number)
        dark = (pixels + 0.5).abs() < 0.01
        assert dark[:2].all() and not dark[2:].all() and len(targets.things) == 4


def test_a_judge_begins_with_what_another_knows():
    """Of the same picture: the same boxes, and of nouns both know the same order."""
    torch.manual_seed(1)
    names = ("dog", "unheard of", "cat", "bench")
    other = DetectorNet(DetectorConfig(names, COLOURS, image_size=192, **SMALL)).eval()
    net = DetectorNet(detector_shape({**SMALL, "depths": (1, 1, 2, 1)})).eval()
    fresh_tensors = begin_with(net, other)
    assert fresh_tensors and all(
        name.startswith(("stages.2.3", "whole_head")) for name in fresh_tensors
    )
    pixels = torch.rand(1, 3, 192, 192) * 2 - 1
    mine, given = net(pixels), other(pixels)
    assert torch.allclose(mine.boxes, given.boxes, atol=1e-4)
    theirs = other.name(given.features.flatten(0, 2))[0][:, [0, 2, 3]]
    same = net.name(mine.features.flatten(0, 2))[0][
        :, [NUMBERS[n] for n in ("dog", "cat", "bench")]
    ]
    gaps = [logits - logits.mean(-1, keepdim=True) for logits in (MODESTY * theirs, same)]
    assert (gaps[0] - gaps[1]).abs().mean() < 0.5 * gaps[0].abs().mean()


def test_answers_about_the_whole_are_known_by_name():
    """Of fewer settings in another order, and of questions that are not asked any more."""
    torch.manual_seed(1)
    known = {"settings": ("park", "kitchen"), "moods": ("glad", "sad"), "times": ("night", "day")}
    asked = {"times": ("day", "night"), "settings": ("attic", "kitchen", "park")}
    given, own = torch.randn(6, 5), torch.zeros(5, 5)
    _copy_answers(own, given, asked, known)
    assert torch.equal(own[:2], given[[5, 4]]) and torch.equal(own[3:], given[[1, 0]])
    assert torch.allclose(own[2], given[:2].mean(0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model: {}\ntraining: {steps: 0}", "steps is 0"),
        ("model: {}\ntraining: {steps: 2, loose: 2}", "loose is 2"),
        ("model: {widths: [3]}\ntraining: {steps: 2}", "four stages"),
        ("model: {}\ntraining: {steps: 2, precision: half}", "choose one of float32, bf16, auto"),
    ],
)
def test_bad_configs_are_one_line(tmp_path, capsys, text, said):
    path = tmp_path / "detector.yaml"
    path.write_text(text)
    words = [str(path), "--art", str(ART), "--out", str(tmp_path), "--workers", "0"]
    assert train.main(words) == 2
    line = capsys.readouterr().err
    assert said in line and len(line.splitlines()) == 1


def test_settings_of_training_are_checked():
    settings = DetectorTraining(steps=3)
    for name, value in (("hold", 1.0), ("muon_rate", 0.0), ("batch_size", 0)):
        with pytest.raises(ValueError, match=name):
            dataclasses.replace(settings, **{name: value})
