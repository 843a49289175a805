"""A world detector that knows every noun and is small, and the nouns drawn from flat art."""

import torch

from maskgil.evaluation.detector.model import DetectorNet
from maskgil.evaluation.detector.scenes import class_indices
from maskgil.evaluation.detector.train import DetectorTask, DetectorTraining, detector_shape
from maskgil.nano.rendering.art import Art
from maskgil.nano.world.nouns import load_nouns
from tests.helpers.tiny_evaluation import ART

NUMBERS = class_indices()
NOUNS = tuple(noun for noun in load_nouns() if all(code.startswith("svg:") for code in noun.art))
SMALL = {"widths": (8, 16, 24, 24), "depths": (1, 1, 1, 1), "neck": 16, "hidden": 32}


def tiny_net() -> DetectorNet:
    torch.manual_seed(0)
    return DetectorNet(detector_shape(SMALL))


def small_task(**changes) -> DetectorTask:
    values = {"steps": 4, "batch_size": 4, "precision": "float32", "warmup": 2, **changes}
    return DetectorTask(tiny_net(), Art(ART), DetectorTraining(**values), nouns=NOUNS[:16], seed=1)
