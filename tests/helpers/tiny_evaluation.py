"""A small untrained generator and cheap pictures for the tests of evaluation."""

import dataclasses
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from maskgil.config import TransformerConfig
from maskgil.evaluation.feature_extractors import NetworkChoice
from maskgil.evaluation.image_sets import DrawnPictures, ImageBatch
from maskgil.evaluation.prompts import Prompts
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.presets.choice import ModelChoice
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

ROOT = Path(__file__).parents[2]
ART = ROOT / "tests" / "fixtures" / "art"
NOUNS = "bench,bowl,fork,lighthouse,vase"  # whose drawings are at hand
SCENES = ["--art", str(ART), "--nouns", NOUNS]


@dataclasses.dataclass(frozen=True)
class TinyChoice(ModelChoice):
    """A small untrained class-driven generator, the same in every process."""

    def load(self) -> ImageGenerator:
        torch.manual_seed(0)
        config = TransformerConfig(
            num_layers=1, num_heads=2, dim=16, codebook_size=32, max_grid_size=(4, 4),
            num_classes=6, hidden_multiple_of=8,
        )  # fmt: skip
        shape = CompactVQConfig(
            codebook_size=32, image_size=32, encoder_width=8, decoder_fine=4, decoder_coarse=8
        )
        parts = CompactVQ(shape), Transformer(config)
        with torch.no_grad():
            for part in parts:
                for parameter in part.parameters():
                    parameter.add_(torch.randn_like(parameter) * 0.3)
        return ImageGenerator(parts[0].eval(), parts[1].eval())


TINY = TinyChoice(size="b", random_weights=True)
CHANGES = {"num_steps": 2}


def tiny(count: int, folder: Path | None = None, seed: int = 5) -> DrawnPictures:
    return DrawnPictures(TINY, Prompts.classes(6, count), seed=seed, changes=CHANGES, folder=folder)


class Blots:
    """Pictures by arithmetic: cheap, different, the same in every process."""

    def __init__(self, count: int, *, side: int = 16, odd: int = -1) -> None:
        self.count, self.side, self.odd = count, side, odd

    def __len__(self) -> int:
        return self.count

    def batch(self, start: int, stop: int) -> ImageBatch:
        rows = []
        for number in range(start, stop):
            random = np.random.RandomState(number)
            side = self.side + (number == self.odd)
            rows.append(random.randint(0, 256, (3, side, side), dtype=np.uint8))
        return ImageBatch(torch.from_numpy(np.stack(rows)))

    def describe(self) -> dict:
        return {"pictures": "blots", "count": self.count}


EFFICIENTNET = NetworkChoice("efficientnet-lite0")


def write_pictures(folder: Path, count: int, side: int = 24) -> Path:
    folder.mkdir(parents=True)
    for number, pixels in enumerate(Blots(count, side=side).batch(0, count).pictures):
        Image.fromarray(pixels.movedim(0, -1).numpy()).save(folder / f"{number:03d}.png")
    return folder
