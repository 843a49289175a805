"""The detector of nano's world: a small FCOS-like network for the nouns of its vocabulary.

It predicts class, box and colour of each thing, and is trained only on composed scenes, never on
generated pictures (`train`). A single-scale convolutional network after FCOS (Tian et al. 2019):
each cell near a thing's centre predicts its class and its extent.
"""

# B batch, S picture side in pixels, g = S / 8 cells a side, C channels, M chosen cells, K classes.

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.evaluation.geneval.scorer import Detection, Rules
from maskgil.utils.images import stack_pixels

if TYPE_CHECKING:
    from PIL.Image import Image

STRIDE = 8  # pixels of a cell
WHOLE = ("settings", "times", "weathers", "styles")  # questions about the whole picture
NAME = "world-detector"
KEPT = 0.05  # score below which nothing is reported
OVERLAP = 0.5  # IoU for non-maximum suppression
RULES = Rules(counting_threshold=0.3)
"""GenEval's rules for this detector. Its scores are probabilities, so one threshold serves counting
too; the official 0.9 is meant for Mask2Former's scores."""


@dataclass(frozen=True)
class DetectorConfig:
    """`nouns` and `colours` are the classes in order; `widths` and `depths` those of the stages.

    The stages work at 1/4, 1/8, 1/16 and 1/32 of `image_size` and are merged at 1/8, in `neck`
    channels. There is an extra class for none of the nouns, and an extra colour for several.
    `settings`, `times`, `weathers` and `styles` are optional questions about the whole picture.
    """

    nouns: tuple[str, ...]
    colours: tuple[str, ...]
    image_size: int = 96
    widths: tuple[int, ...] = (32, 80, 160, 192)
    depths: tuple[int, ...] = (1, 2, 2, 1)
    neck: int = 112
    hidden: int = 256
    settings: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    weathers: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lists = ("nouns", "colours", "widths", "depths", *WHOLE)
        for name in lists:  # lists come from JSON and YAML
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.image_size % 32:
            raise ValueError(f"image_size must be a multiple of 32, got {self.image_size}")
        if len(self.widths) != 4 or len(self.depths) != 4:
            raise ValueError(f"four stages need 4 widths and depths, got {self.widths}")
        if not self.nouns or not self.colours:
            raise ValueError("a detector needs nouns and colours")

    @property
    def grid(self) -> int:
        return self.image_size // STRIDE

    @property
    def whole(self) -> dict[str, tuple[str, ...]]:
        """The questions about the whole picture and their answers, without those not asked."""
        return {name: getattr(self, name) for name in WHOLE if getattr(self, name)}


def _conv(inputs: int, outputs: int, side: int = 3, *, stride: int = 1) -> nn.Sequential:
    """A convolution that keeps the size (or divides it by `stride` = `side`), then its norm."""
    padding = 0 if stride > 1 else side // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, side, stride=stride, padding=padding, bias=False),
        nn.BatchNorm2d(outputs),
    )


class BatchNormBlock(nn.Module):
    """Two 3×3 convolutions around a skip (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = _conv(width, width), _conv(width, width)
        norm = self.second[1]
        assert isinstance(norm, nn.BatchNorm2d)
        nn.init.zeros_(norm.weight)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(F.relu(self.first(x))))


class Cells(NamedTuple):
    """Predictions of the cells: `things` (B, g, g), logits of a thing's centre; `boxes` (B, g, g,
    4), distances in cells from the cell's centre to left, top, right, bottom; `features` (B, g, g,
    C) for `DetectorNet.name`; `whole`, logits (B, answers) of each question about the whole
    picture."""

    things: Tensor
    boxes: Tensor
    features: Tensor
    whole: dict[str, Tensor] = {}  # noqa: RUF012 never changed


class DetectorNet(nn.Module):
    """Pixels (B, 3, S, S) in [-1, 1] to `Cells`."""

    def __init__(self, config: DetectorConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.stages = nn.ModuleList()
        before, stride = 3, 4
        for width, depth in zip(widths, config.depths, strict=True):
            self.stages.append(
                nn.Sequential(
                    _conv(before, width, stride, stride=stride),
                    nn.ReLU(),
                    *(BatchNormBlock(width) for _ in range(depth)),
                )
            )
            before, stride = width, 2
        self.from_deepest = _conv(widths[3], config.neck, 1)
        self.from_deep = _conv(widths[2], config.neck, 1)
        self.from_middle = _conv(widths[1], config.neck, 1)
        self.merge = BatchNormBlock(config.neck)
        self.place = nn.Conv2d(config.neck, 5, 1)
        self.what = nn.Sequential(
            nn.Linear(config.neck, config.hidden),
            nn.ReLU(),
            nn.Linear(config.hidden, len(config.nouns) + 1),
        )
        self.colour = nn.Sequential(
            nn.Linear(config.neck, config.neck),
            nn.ReLU(),
            nn.Linear(config.neck, len(config.colours) + 1),
        )
        self.answers = {name: len(choices) for name, choices in config.whole.items()}
        if self.answers:
            self.whole_head = nn.Sequential(
                nn.Linear(2 * widths[3], config.hidden),
                nn.ReLU(),
                nn.Linear(config.hidden, sum(self.answers.values())),
            )
        assert self.place.bias is not None
        with torch.no_grad():
            self.place.bias[0] = -4.0  # things are rare

    def forward(self, pixels: Tensor) -> Cells:
        shallow = self.stages[0](pixels)  # (B, C, S/4, S/4)
        middle = self.stages[1](shallow)  # (B, C, g, g)
        deep = self.stages[2](middle)  # (B, C, g/2, g/2)
        deepest = self.stages[3](deep)  # (B, C, g/4, g/4)
        x = F.relu(self.from_deep(deep) + F.interpolate(self.from_deepest(deepest), scale_factor=2))
        x = F.relu(self.from_middle(middle) + F.interpolate(x, scale_factor=2))
        x = self.merge(x)  # (B, C, g, g)
        place = self.place(x).movedim(1, -1).float()  # (B, g, g, 5)
        boxes = place[..., 1:].clamp(-6, 4).exp() * 4
        return Cells(place[..., 0], boxes, x.movedim(1, -1), self._whole(deepest))

    def _whole(self, deepest: Tensor) -> dict[str, Tensor]:
        """Logits (B, answers) by question, from mean and max pooling."""
        if not self.answers:
            return {}
        pooled = torch.cat([deepest.mean((2, 3)), deepest.amax((2, 3))], -1)  # (B, 2C)
        parts = self.whole_head(pooled).float().split(list(self.answers.values()), -1)
        return dict(zip(self.answers, parts, strict=True))

    def name(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of classes (M, K + 1) and of colours (M, colours + 1) of cells (M, C)."""
        return self.what(features).float(), self.colour(features).float()


def corners(distances: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Boxes (M, 4) left, top, right, bottom in cells, from the cells' distances (M, 4)."""
    x, y = columns + 0.5, rows + 0.5
    left, top, right, bottom = distances.unbind(-1)
    return torch.stack([x - left, y - top, x + right, y + bottom], -1)


def overlaps(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union (N, M) of boxes (N, 4) and (M, 4)."""
    low = torch.maximum(first[:, None, :2], second[None, :, :2])
    high = torch.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(-1) for boxes in (first, second)]
    return shared / (areas[0][:, None] + areas[1][None] - shared).clamp(min=1e-9)


class Found(NamedTuple):
    """One thing: class (number of noun, or their count for none of them), score, box in shares of
    the picture (left, top, right, bottom), colour (number, or their count for many)."""

    label: int
    score: float
    box: tuple[float, float, float, float]
    colour: int


@torch.inference_mode()
def find(net: DetectorNet, pixels: Tensor, *, least: float = KEPT) -> list[list[Found]]:
    """The things in each picture (B, 3, S, S), the surest first, after suppression."""
    return _things(net, net(pixels), least)


@torch.inference_mode()
def look(net: DetectorNet, pixels: Tensor) -> tuple[list[list[Found]], list[dict[str, str]]]:
    """The result of `find`, and the likeliest answer to each question about the whole picture."""
    cells, choices = net(pixels), net.config.whole
    best = {name: logits.argmax(-1).tolist() for name, logits in cells.whole.items()}
    said = [{name: choices[name][row[i]] for name, row in best.items()} for i in range(len(pixels))]
    return _things(net, cells, KEPT), said


def _things(net: DetectorNet, cells: Cells, least: float) -> list[list[Found]]:
    return [
        _one(net, things.sigmoid(), boxes, features, least)
        for things, boxes, features in zip(*cells[:3], strict=True)
    ]


class Chosen(NamedTuple):
    """The cells (M,) that stand for the things of one picture, the surest first; their `boxes`
    (M, 4) in shares of the picture, their `scores`, their class and colour logits."""

    rows: Tensor
    columns: Tensor
    boxes: Tensor
    scores: Tensor
    classes: Tensor
    colours: Tensor


def chosen(
    net: DetectorNet, things: Tensor, boxes: Tensor, features: Tensor, least: float
) -> Chosen:
    """Non-maximum suppression: `things` (g, g) are probabilities, the others as in `Cells`."""
    rows, columns = torch.nonzero(things > least, as_tuple=True)
    classes, colours = net.name(features[rows, columns])
    scores = things[rows, columns] * classes.softmax(-1).amax(-1)
    places = corners(boxes[rows, columns], rows, columns) / net.config.grid
    order = things[rows, columns].argsort(descending=True, stable=True).tolist()
    same = overlaps(places, places) > OVERLAP
    kept: list[int] = []
    taken = torch.zeros(len(rows), dtype=torch.bool, device=things.device)
    for index in order:
        if taken[index]:
            continue
        group = same[index] & ~taken
        taken |= group
        best = int(scores.masked_fill(~group, -1).argmax())
        if scores[best] > least:
            kept.append(best)
    kept.sort(key=lambda index: -float(scores[index]))
    found = (rows, columns, places.clamp(0, 1), scores, classes, colours)
    return Chosen(*(one[kept] for one in found))


def _one(
    net: DetectorNet, things: Tensor, boxes: Tensor, features: Tensor, least: float
) -> list[Found]:
    cells = chosen(net, things, boxes, features, least)
    labels, colours = cells.classes.argmax(-1).tolist(), cells.colours.argmax(-1).tolist()
    places = [tuple(box) for box in cells.boxes.tolist()]
    return [Found(*one) for one in zip(labels, cells.scores.tolist(), places, colours, strict=True)]


class NanoDetector:
    """`DetectorNet` as GenEval's `Detector`, for pictures of any size.

    Pictures are padded to squares with the mean of their border. They are processed one by one, so
    that results do not depend on the batch.
    """

    rules = RULES

    def __init__(self, net: DetectorNet) -> None:
        self.net = net.eval()
        self.nouns, self.colours = net.config.nouns, net.config.colours

    def __call__(self, image: Image) -> list[Detection]:
        """Things of nano's vocabulary; boxes in pixels of `image`."""
        pixels, (scale, left, top) = self.look(image)
        return [
            Detection(
                self.nouns[one.label],
                one.score,
                (
                    one.box[0] * scale - left,
                    one.box[1] * scale - top,
                    one.box[2] * scale - left,
                    one.box[3] * scale - top,
                ),
                self.colours[one.colour] if one.colour < len(self.colours) else None,
            )
            for one in find(self.net, pixels)[0]
            if one.label < len(self.nouns)
        ]

    def look(self, image: Image) -> tuple[Tensor, tuple[float, float, float]]:
        """Pixels (1, 3, S, S), and the side and offsets of the padded square."""
        from PIL import Image as images

        picture = image.convert("RGB")
        width, height = picture.size
        side = max(width, height)
        left, top = (side - width) // 2, (side - height) // 2
        if width != height:
            array = np.asarray(picture)
            border = np.concatenate([array[0], array[-1], array[:, 0], array[:, -1]]).mean(0)
            square = images.new("RGB", (side, side), tuple(round(float(v)) for v in border))
            square.paste(picture, (left, top))
            picture = square
        size = self.net.config.image_size
        if side != size:
            picture = picture.resize((size, size), images.Resampling.BICUBIC)  # antialiased
        return stack_pixels([np.asarray(picture)]), (float(side), float(left), float(top))


def load_detector(path_or_name: str = NAME, **overrides: Any) -> NanoDetector:
    """The shipped detector, or one of a file. Raises ValueError for another kind of file."""
    net = checkpoints.load(path_or_name, **overrides)
    if not isinstance(net, DetectorNet):
        raise ValueError(f"{path_or_name} holds a {type(net).__name__}, which is no detector")
    return NanoDetector(net.to(memory_format=torch.channels_last))  # type: ignore[call-overload]


checkpoints.register("detector", DetectorNet, DetectorConfig)
