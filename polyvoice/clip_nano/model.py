"""clip-nano: a small CLIP-like dual encoder for pictures of nano's world.

An image tower over the regions of nano's frozen detector and a text head on frozen MiniLM features,
trained contrastively as in CLIP (Radford et al. 2021). Photographs and words outside of nano's
vocabulary are out of domain.

    python -m polyvoice.clip_nano train configs/clip-nano.yaml --art pack
    python -m polyvoice.clip_nano evaluate --art pack
"""

# B batch, T caption tokens, C channels, D width of the shared space, S picture side in pixels,
# R regions of a picture.

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.models.conditioning import CaptionCondition
from polyvoice.clip_nano.regions import RegionReader, Regions

NAME = "clip-nano"
ASSET = checkpoints.ASSETS / "clip-nano" / "clip-nano.safetensors"
MAX_SCALE = 100.0  # of the cosines before the softmax, as in CLIP


@dataclass(frozen=True)
class ClipNanoConfig:
    """`detector`: the name of the frozen detector whose regions are read, at most `regions` of a
    picture, and `detector_hash`, the beginning of its weights' hash. `dim` is the shared space's.
    """

    detector: str = "world-detector"
    detector_hash: str = ""
    regions: int = 24
    width: int = 192
    num_heads: int = 4
    mixer_layers: int = 3
    text_dim: int = 384
    text_width: int = 192
    text_layers: int = 2
    dim: int = 192

    def __post_init__(self) -> None:
        for name in ("width", "text_width"):
            if getattr(self, name) % self.num_heads:
                raise ValueError(f"{name} must be a multiple of {self.num_heads} heads")
        if self.regions < 1:
            raise ValueError(f"regions must be at least 1, got {self.regions}")


class Mixer(nn.Module):
    """Transformer layers with a summary token in front; the summary is the result."""

    def __init__(self, width: int, num_heads: int, num_layers: int) -> None:
        super().__init__()
        self.summary = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width,
                num_heads,
                3 * width,
                dropout=0.0,
                activation="gelu",
                batch_first=True,
                norm_first=True,
            )
            for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, padding: Tensor | None = None) -> Tensor:
        """x (B, T, C), `padding` (B, T) true where nothing stands -> (B, C)."""
        x = torch.cat([self.summary.expand(len(x), -1, -1).to(x.dtype), x], 1)  # (B, 1 + T, C)
        if padding is not None:
            padding = F.pad(padding, (1, 0), value=False)
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=padding)
        return self.norm(x[:, 0])


class ImageTower(nn.Module):
    """What a frozen detector finds in pixels (B, 3, S, S) in [-1, 1], as unit vectors (B, D).

    Regions of a detector as an image's tokens: Anderson et al. 2018, "Bottom-up and top-down
    attention". The detector's weights are not among this module's.
    """

    def __init__(self, config: ClipNanoConfig) -> None:
        super().__init__()
        self._regions = (RegionReader(config),)  # not a submodule: its weights are elsewhere
        self.of_region = nn.Sequential(
            nn.Linear(self.regions.region_dim, config.width),
            nn.GELU(),
            nn.Linear(config.width, config.width),
        )
        self.of_whole = nn.Linear(self.regions.whole_dim, config.width)
        self.mixer = Mixer(config.width, config.num_heads, config.mixer_layers)
        self.projection = nn.Linear(config.width, config.dim, bias=False)

    @property
    def regions(self) -> RegionReader:
        return self._regions[0]

    def forward(self, pixels: Tensor) -> Tensor:
        return self.read(self.regions(pixels))

    def read(self, seen: Regions) -> Tensor:
        """Unit vectors (B, D) of regions."""
        most = int(seen.mask.sum(1).max())
        things, mask = seen.things[:, :most], seen.mask[:, :most]
        whole = self.of_whole(seen.whole)[:, None]  # (B, 1, C)
        tokens = torch.cat([whole, self.of_region(things)], 1)  # (B, 1 + R, C)
        padding = F.pad(~mask, (1, 0), value=False)
        return F.normalize(self.projection(self.mixer(tokens, padding)).float(), dim=-1)


class TextHead(nn.Module):
    """MiniLM's token features (B, T, 384) to unit vectors (B, D)."""

    def __init__(self, config: ClipNanoConfig) -> None:
        super().__init__()
        self.narrow = nn.Linear(config.text_dim, config.text_width)
        self.mixer = Mixer(config.text_width, config.num_heads, config.text_layers)
        self.projection = nn.Linear(config.text_width, config.dim, bias=False)

    def forward(self, caption: CaptionCondition) -> Tensor:
        features, mask = caption
        padding = None if mask is None else ~mask
        x = self.mixer(self.narrow(features), padding)
        return F.normalize(self.projection(x).float(), dim=-1)


class ClipNano(nn.Module):
    """Both towers; `scale` multiplies cosines in training only."""

    def __init__(self, config: ClipNanoConfig) -> None:
        super().__init__()
        self.config = config
        self.image_tower, self.text_head = ImageTower(config), TextHead(config)
        self.log_scale = nn.Parameter(torch.tensor(2.66))  # 1 / 0.07, where CLIP starts

    @property
    def scale(self) -> Tensor:
        return self.log_scale.exp().clamp(max=MAX_SCALE)

    def loss(self, images: Tensor, texts: Tensor, same: Tensor | None = None) -> Tensor:
        """Symmetric cross-entropy of unit vectors (B, D); pairs in `same` (B, B) are not negatives.

        The diagonal is always positive.
        """
        cosines = self.scale * images @ texts.T  # (B, B)
        if same is not None:
            others = same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)
            cosines = cosines.masked_fill(others, -torch.inf)
        target = torch.arange(len(cosines), device=cosines.device)
        return (F.cross_entropy(cosines, target) + F.cross_entropy(cosines.T, target)) / 2


def load(path: str | Path = NAME) -> ClipNano:
    """The shipped model, or that of a file, in float32: strict and hash-checked.

    Raises:
        CheckpointError: no such file, damaged, or another kind of model.
    """
    model = checkpoints.load(path)
    if not isinstance(model, ClipNano):
        raise checkpoints.CheckpointError(
            f"{path} holds a {checkpoints.kind_of(model)}, not a {NAME}"
        )
    known, here = model.config.detector_hash, model.image_tower.regions.hash
    if known and known != here:
        raise checkpoints.CheckpointError(
            f"{path} reads {model.config.detector} {known}, and that is {here} now: train it again"
        )
    return model.requires_grad_(False)


checkpoints.register(NAME, ClipNano, ClipNanoConfig)
