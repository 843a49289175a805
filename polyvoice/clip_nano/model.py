"""clip-nano: a small dual encoder that judges pictures of nano's world, composed scenes.

An image tower trained from nothing and a head on frozen MiniLM features share a space in which a
picture lies near its caption (contrastive training as in CLIP, Radford et al. 2021). It knows
nothing of photographs or of words outside nano's vocabulary.

    python -m polyvoice.clip_nano train configs/clip-nano.yaml --art pack
    python -m polyvoice.clip_nano evaluate --art pack
"""

# B batch, T caption tokens, C channels, D width of the shared space, S picture side in pixels,
# h w cells of the last map.

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.models.conditioning import CaptionCondition

NAME = "clip-nano"
ASSET = checkpoints.ASSETS / "clip-nano" / "clip-nano.safetensors"
MAX_SCALE = 100.0  # of the cosines before the softmax, as in CLIP


@dataclass(frozen=True)
class ClipNanoConfig:
    """`widths` of the three stages, at 1/4, 1/8 and 1/16 of `image_size`, and their `depths`."""

    image_size: int = 64
    widths: tuple[int, int, int] = (48, 96, 192)
    depths: tuple[int, int, int] = (1, 2, 2)
    num_heads: int = 4
    mixer_layers: int = 2
    text_dim: int = 384
    text_width: int = 192
    text_layers: int = 1
    dim: int = 192

    def __post_init__(self) -> None:
        object.__setattr__(self, "widths", tuple(self.widths))  # lists come from JSON and YAML
        object.__setattr__(self, "depths", tuple(self.depths))
        if self.image_size < 16 or self.image_size % 16:
            raise ValueError(f"image_size must be a multiple of 16, got {self.image_size}")
        for name in ("widths", "depths"):
            if len(getattr(self, name)) != 3:
                raise ValueError(f"{name} must have three numbers, got {getattr(self, name)}")


class ConvBlock(nn.Module):
    """Two 3 × 3 convolutions around a skip; the second starts at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.gelu(self.conv1(self.norm(x))))


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
    """Pixels (B, 3, S, S) in [-1, 1] to unit vectors (B, D)."""

    def __init__(self, config: ClipNanoConfig) -> None:
        super().__init__()
        first, second, third = config.widths
        cells = config.image_size // 16
        stages: list[nn.Module] = [nn.Conv2d(3, first, 4, stride=4)]
        for width, depth, wider in zip(
            config.widths, config.depths, (second, third, None), strict=True
        ):
            stages += [ConvBlock(width) for _ in range(depth)]
            if wider:
                stages += [nn.GroupNorm(1, width), nn.Conv2d(width, wider, 2, stride=2)]
        self.stages = nn.Sequential(*stages)  # (B, C, h, w)
        self.position = nn.Parameter(torch.randn(1, cells * cells, third) * 0.02)
        self.mixer = Mixer(third, config.num_heads, config.mixer_layers)
        self.projection = nn.Linear(third, config.dim, bias=False)

    def forward(self, pixels: Tensor) -> Tensor:
        cells = self.stages(pixels).flatten(2).transpose(1, 2)  # (B, h·w, C)
        return F.normalize(self.projection(self.mixer(cells + self.position)).float(), dim=-1)


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
        """Symmetric cross-entropy of unit vectors (B, D); pairs in `same` (B, B) are no rivals.

        The diagonal is right whatever `same` says of it.
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
    return model.requires_grad_(False)


checkpoints.register(NAME, ClipNano, ClipNanoConfig)
