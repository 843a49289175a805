"""Image tokenizers: the protocol, and parts that several share."""

# B batch, H W pixels, h w token grid, C code width, V codebook size.

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@runtime_checkable
class Tokenizer(Protocol):
    """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w) int64 and back."""

    codebook_size: int
    downsample_factor: int

    def encode(self, pixels: Tensor) -> Tensor: ...

    def decode(self, indices: Tensor) -> Tensor: ...


SEARCH_FLOATS = {"cpu": 1 << 21, "cuda": 1 << 28}  # distances held at once: 8 MiB, 1 GiB


def nearest_codes(vectors: Tensor, codebook: Tensor, *, chunk: int | None = None) -> Tensor:
    """Index (M,) of the codebook (V, C) row nearest to each of `vectors` (M, C), in float32.

    Uses |v - e|² = |v|² - 2 v·e + |e|² on `chunk` vectors at a time. By default at most
    `SEARCH_FLOATS` distances exist at once (or V, for one vector), however large M and V are.
    """
    vectors, codebook = vectors.detach().float(), codebook.detach().float()
    if chunk is None:
        chunk = SEARCH_FLOATS.get(vectors.device.type, SEARCH_FLOATS["cpu"]) // len(codebook)
    chunk = max(1, min(chunk, len(vectors)))
    norms = codebook.square().sum(-1)
    # One buffer for all: the C library's allocator may keep each of several that come and go.
    distances = vectors.new_empty(chunk, len(codebook))
    found = torch.empty(len(vectors), dtype=torch.long, device=vectors.device)
    with torch.autocast(vectors.device.type, enabled=False):
        for part, nearest in zip(vectors.split(chunk), found.split(chunk), strict=True):
            rows = distances[: len(part)]
            torch.addmm(norms, part, codebook.T, beta=1, alpha=-2, out=rows)
            torch.argmin(rows, -1, out=nearest)
    return found


def check_pixels(pixels: Tensor, *, channels: int, factor: int) -> None:
    """ValueError unless `pixels` are (B, channels, H, W) with H and W multiples of `factor`."""
    shape = tuple(pixels.shape)
    if len(shape) != 4 or shape[1] != channels:
        raise ValueError(f"pixels have shape {shape}; expected (B, {channels}, H, W)")
    if shape[2] % factor or shape[3] % factor or not shape[2] * shape[3]:
        raise ValueError(
            f"pixels are {shape[2]} x {shape[3]}; both sides must be multiples of {factor}"
        )


def check_indices(indices: Tensor, codebook_size: int) -> None:
    """ValueError unless `indices` are (B, h, w) integers from 0 to codebook_size - 1."""
    if indices.ndim != 3 or indices.is_floating_point():
        raise ValueError(
            f"indices have shape {tuple(indices.shape)} and dtype {indices.dtype}; "
            "expected integers (B, h, w)"
        )
    if indices.is_meta:
        return
    lowest, highest = (int(value) for value in indices.aminmax())
    if lowest < 0 or highest >= codebook_size:
        raise ValueError(f"indices run from {lowest} to {highest}; valid: 0 to {codebook_size - 1}")


def _badly_served(vectors: Tensor, error: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` of `vectors` (M, C), drawn in proportion to their quantisation error (M,)."""
    if count == 0:
        return vectors[:0]
    chances = error.clamp(min=1e-12).cpu()  # where the generator is
    replacement = count > len(vectors)
    drawn = torch.multinomial(chances, count, replacement, generator=generator)
    return vectors[drawn.to(vectors.device)]


class Codebook(nn.Module):
    """A codebook (V, C) of unit vectors, learned as a moving average of what it stands for.

    Low-dimensional l2-normalised codes after Yu et al. 2022 (ViT-VQGAN); moving-average updates
    after van den Oord et al. 2017. Until `start` is called vectors pass unquantised. Codes nobody
    uses restart at vectors of the current batch that are badly served.
    """

    embedding: Tensor  # (V, C)
    usage: Tensor  # (V,)
    total: Tensor  # (V, C)
    started: Tensor  # ()

    def __init__(
        self, size: int, dim: int, *, decay: float = 0.98, generator_seed: int = 0
    ) -> None:
        super().__init__()
        self.decay, self.generator_seed = decay, generator_seed
        self.register_buffer("embedding", F.normalize(torch.randn(size, dim), dim=-1))
        self.register_buffer("usage", torch.ones(size), persistent=False)
        self.register_buffer("total", torch.zeros(size, dim), persistent=False)
        self.register_buffer("started", torch.tensor(False), persistent=False)

    def training_state(self) -> dict[str, Tensor]:
        """What an exact resume needs beyond the weights."""
        return {"usage": self.usage, "total": self.total, "started": self.started}

    @torch.no_grad()
    def start(self, vectors: Tensor, *, iterations: int = 10) -> None:
        """Place the codes at k-means centres of unit `vectors` (M, C), M ≥ V."""
        size = len(self.embedding)
        if len(vectors) < size:
            raise ValueError(f"k-means wants at least {size} vectors, got {len(vectors)}")
        generator = torch.Generator().manual_seed(self.generator_seed)
        centres = vectors[
            torch.randperm(len(vectors), generator=generator)[:size].to(vectors.device)
        ].clone()
        for _ in range(iterations):
            nearest = nearest_codes(vectors, centres)
            error = (vectors - centres[nearest]).square().sum(-1)
            counts = torch.bincount(nearest, minlength=size)
            sums = torch.zeros_like(centres).index_add_(0, nearest, vectors)
            centres = F.normalize(sums / counts.clamp(min=1)[:, None], dim=-1)
            empty = counts == 0
            centres[empty] = _badly_served(vectors, error, int(empty.sum()), generator)
        self.embedding.copy_(centres)
        self.total.copy_(centres)
        self.usage.fill_(1.0)
        self.started.fill_(True)

    @torch.no_grad()
    def _learn(self, vectors: Tensor, indices: Tensor) -> None:
        size = len(self.embedding)
        counts = torch.bincount(indices, minlength=size).to(self.usage.dtype)
        sums = torch.zeros_like(self.total).index_add_(0, indices, vectors)
        self.usage.mul_(self.decay).add_(counts, alpha=1 - self.decay)
        self.total.mul_(self.decay).add_(sums, alpha=1 - self.decay)
        dead = self.usage < 0.01
        if dead.any():
            generator = torch.Generator().manual_seed(int(indices.sum()))
            error = (vectors - self.embedding[indices]).square().sum(-1)
            self.total[dead] = _badly_served(vectors, error, int(dead.sum()), generator)
            self.usage[dead] = 1.0
        self.embedding.copy_(F.normalize(self.total, dim=-1))

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, C, h, w) to quantised (B, C, h, w), indices (B, h, w) and the commitment loss."""
        unit = F.normalize(vectors.float(), dim=1)
        if self.training and not self.started:
            empty = torch.zeros(
                unit.shape[0], *unit.shape[2:], dtype=torch.long, device=unit.device
            )
            return unit, empty, unit.new_zeros(())
        flat = unit.movedim(1, -1).flatten(0, -2)  # (B h w, C)
        indices = nearest_codes(flat.detach(), self.embedding)
        if self.training:
            self._learn(flat.detach(), indices)
        chosen = self.embedding[indices].view(unit.shape[0], *unit.shape[2:], -1).movedim(-1, 1)
        commitment = (unit - chosen.detach()).square().sum(1).mean()
        return (
            unit + (chosen - unit).detach(),
            indices.view(unit.shape[0], *unit.shape[2:]),
            commitment,
        )

    def lookup(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to code vectors (B, C, h, w)."""
        return self.embedding[indices].movedim(-1, 1)


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions around a skip; the second starts at zero.

    `padding_mode`: what stands beyond the border, as in `nn.Conv2d`.
    """

    def __init__(self, width: int, padding_mode: Literal["zeros", "replicate"] = "zeros") -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, padding_mode=padding_mode)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, padding_mode=padding_mode)
        nn.init.zeros_(self.conv2.weight)
        assert self.conv2.bias is not None
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(F.silu(x))))
