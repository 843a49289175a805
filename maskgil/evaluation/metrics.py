"""Metrics (FID, IS, precision and recall, PSNR, SSIM, code usage) as mergeable running sums.

All sums are float64. Numbers agree with torch-fidelity and torchmetrics on the same features.
"""

# B batch, H W pixels, D feature width, R dimensions in which pictures differ, C classes,
# V codebook size, N pictures of a set.

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

State = dict[str, np.ndarray]
FEW = 128  # maximal rank for the low-rank square root
ROUNDING = 1e-15  # share of the total variance that counts as zero


class FrechetStatistics:
    """Count, mean (D,) and scatter (D, D) of feature vectors, updated batch by batch.

    Batches are merged by the formula of Chan, Golub and LeVeque (1979), which loses nothing when
    the mean is large against the spread.
    """

    def __init__(self, dim: int) -> None:
        self.count = 0
        self.mean = torch.zeros(dim, dtype=torch.float64)
        self.scatter = torch.zeros(dim, dim, dtype=torch.float64)

    def update(self, vectors: Tensor) -> None:
        """Add `vectors` (B, D)."""
        batch = vectors.detach().to("cpu", torch.float64)
        if batch.ndim != 2 or batch.shape[1] != len(self.mean):
            raise ValueError(
                f"features have shape {tuple(batch.shape)}; expected (B, {len(self.mean)})"
            )
        if not len(batch):
            return
        mean = batch.mean(0)
        centred = batch - mean
        self._add(len(batch), mean, centred.T @ centred)

    def merge(self, other: FrechetStatistics) -> None:
        if other.count:
            self._add(other.count, other.mean, other.scatter)

    def _add(self, count: int, mean: Tensor, scatter: Tensor) -> None:
        total = self.count + count
        shift = mean - self.mean
        self.scatter += scatter + torch.outer(shift, shift) * (self.count * count / total)
        self.mean += shift * (count / total)
        self.count = total

    @property
    def covariance(self) -> Tensor:
        """Unbiased covariance (D, D)."""
        if self.count < 2:
            raise ValueError(f"a covariance needs at least 2 pictures; there are {self.count}")
        return self.scatter / (self.count - 1)

    def state(self) -> State:
        return {
            "count": np.array(self.count),
            "mu": self.mean.numpy(),
            "sigma": self.covariance.numpy(),
        }

    @classmethod
    def from_state(cls, state: State) -> FrechetStatistics:
        """From `state`, or from "mu" and "sigma" alone, as public statistics files hold them."""
        mean = torch.from_numpy(np.asarray(state["mu"], np.float64))
        covariance = torch.from_numpy(np.asarray(state["sigma"], np.float64))
        if mean.ndim != 1 or covariance.shape != (len(mean), len(mean)):
            raise ValueError(
                f"mu and sigma have shapes {tuple(mean.shape)} and {tuple(covariance.shape)}; "
                "expected (D,) and (D, D)"
            )
        made = cls(0)
        made.count = int(state["count"]) if "count" in state else 2
        made.mean, made.scatter = mean, covariance * (made.count - 1)
        return made


def frechet_distance(first: FrechetStatistics, second: FrechetStatistics) -> float:
    """|μ1 - μ2|² + tr(Σ1 + Σ2 - 2 (Σ1 Σ2)^½) (Heusel et al. 2017).

    The trace of the root is computed from the symmetric Σ1^½ Σ2 Σ1^½, which has the eigenvalues of
    Σ1 Σ2, real and non-negative; for few pictures from the singular values of A1ᵀ A2, with Σ = A
    Aᵀ.
    """
    if len(first.mean) != len(second.mean):
        raise ValueError(
            f"features are {len(first.mean)} and {len(second.mean)} wide: "
            "the sets were seen by different networks"
        )
    one, two = first.covariance, second.covariance
    narrow, other = _narrow_root(one), _narrow_root(two)
    if narrow is not None and other is not None:
        shared = torch.linalg.svdvals(narrow.T @ other).sum()
    else:
        values, vectors = torch.linalg.eigh(one)
        root = vectors * values.clamp(min=0).sqrt() @ vectors.T  # Σ1^½
        inner = root @ two @ root
        shared = torch.linalg.eigvalsh((inner + inner.T) / 2).clamp(min=0).sqrt().sum()
    mean = (first.mean - second.mean).square().sum()
    return max(0.0, float(mean + one.trace() + two.trace() - 2 * shared))  # rounding aside, ≥ 0


def _narrow_root(covariance: Tensor) -> Tensor | None:
    """A (D, R) with A Aᵀ = `covariance` (D, D) of few pictures; None if the rank R exceeds `FEW`.

    Pivoted Cholesky decomposition.
    """
    left = covariance.diagonal().clone()  # (D,) residual variances
    floor = float(left.sum()) * ROUNDING
    root = covariance.new_zeros(len(left), min(FEW, len(left)))  # (D, R)
    for column in range(root.shape[1]):
        pivot = int(left.argmax())
        if float(left[pivot]) <= floor:
            return root[:, :column]
        rest = covariance[:, pivot] - root @ root[pivot]
        root[:, column] = rest / left[pivot].sqrt()
        left = (left - root[:, column].square()).clamp(min=0)
        left[pivot] = 0
    return root if float(left.max()) <= floor else None


class ScoreStatistics:
    """Inception Score (Salimans et al. 2016) of `total` pictures as running sums.

    exp(mean KL(p(y|x) | p(y))) in each of `splits` parts of the set. Which part a picture belongs
    to follows from its number alone: the shuffle of torch-fidelity (`seed` 2020), or the order of
    the set with `seed` None. The KL divergence needs only Σ p and Σ p log p.
    """

    def __init__(
        self, total: int, num_classes: int, *, splits: int = 10, seed: int | None = 2020
    ) -> None:
        if not 1 <= splits <= total:
            raise ValueError(f"splits is {splits}; it must be 1 to the number of pictures, {total}")
        place = np.arange(total)
        if seed is not None:
            place[np.random.RandomState(seed).permutation(total)] = np.arange(total)
        edges = [part * total // splits for part in range(1, splits)]
        self.part = torch.from_numpy(np.searchsorted(edges, place, side="right"))  # (N,)
        self.probabilities = torch.zeros(splits, num_classes, dtype=torch.float64)
        self.entropies = torch.zeros(splits, dtype=torch.float64)
        self.counts = torch.zeros(splits, dtype=torch.float64)

    def update(self, logits: Tensor, numbers: Tensor) -> None:
        """Add `logits` (B, C) of the pictures `numbers` (B,)."""
        logs = logits.detach().to("cpu", torch.float64).log_softmax(-1)  # (B, C)
        part, p = self.part[numbers], logs.exp()
        self.probabilities.index_add_(0, part, p)
        self.entropies.index_add_(0, part, (p * logs).sum(-1))
        self.counts.index_add_(0, part, torch.ones(len(part), dtype=torch.float64))

    def merge(self, other: ScoreStatistics) -> None:
        self.probabilities += other.probabilities
        self.entropies += other.entropies
        self.counts += other.counts

    def compute(self) -> tuple[float, float]:
        """Mean and standard deviation over the parts."""
        if self.counts.sum() != len(self.part):
            raise ValueError(f"{int(self.counts.sum())} of {len(self.part)} pictures were scored")
        mean = self.probabilities / self.counts[:, None]
        marginal = torch.special.xlogy(mean, mean).sum(-1)
        scores = (self.entropies / self.counts - marginal).exp()
        return float(scores.mean()), float(scores.std(correction=0))


class Rows(Protocol):
    """Feature vectors (N, D) that are sliced, such as an array on disk."""

    shape: tuple[int, ...]

    def __getitem__(self, index: slice) -> np.ndarray: ...


def check_neighbours(name: str, count: int, neighbours: int) -> None:
    """ValueError when `count` pictures have no `neighbours`-th nearest other."""
    if count <= neighbours:
        raise ValueError(f"{count} {name} pictures are too few for neighbours = {neighbours}")


def precision_recall(
    generated: Rows,
    real: Rows,
    *,
    neighbours: int = 3,
    chunk: int = 2048,
    device: str | torch.device = "cpu",
) -> tuple[float, float]:
    """Improved precision and recall of Kynkäänniemi et al. 2019 on features (N, D).

    Precision: the share of generated pictures within the ball of some real one, whose radius is the
    distance to its `neighbours`-th nearest other; recall the same with the sets exchanged. Only
    `chunk`² float64 distances and 2 `chunk` vectors are in memory at once, beside two numbers a
    picture.
    """
    for name, rows in (("generated", generated), ("real", real)):
        check_neighbours(name, rows.shape[0], neighbours)
    radii = _radii(generated, neighbours, chunk, device), _radii(real, neighbours, chunk, device)
    generated_in = torch.zeros(generated.shape[0], dtype=torch.bool)
    real_in = torch.zeros(real.shape[0], dtype=torch.bool)
    for i in range(0, generated.shape[0], chunk):
        left = _rows(generated, i, chunk, device)
        for j in range(0, real.shape[0], chunk):
            distance = _squared_distances(left, _rows(real, j, chunk, device))
            own = radii[0][i : i + chunk].to(device), radii[1][j : j + chunk].to(device)
            generated_in[i : i + chunk] |= (distance <= own[1]).any(1).cpu()
            real_in[j : j + chunk] |= (distance <= own[0][:, None]).any(0).cpu()
    return float(generated_in.double().mean()), float(real_in.double().mean())


def _rows(rows: Rows, start: int, chunk: int, device: str | torch.device) -> Tensor:
    part = np.asarray(rows[start : start + chunk], np.float64)
    return torch.from_numpy(part).to(device)


def _squared_distances(first: Tensor, second: Tensor) -> Tensor:
    """(M, K) squared distances of rows (M, D) and (K, D)."""
    norms = first.square().sum(-1)[:, None] + second.square().sum(-1)
    return torch.addmm(norms, first, second.T, beta=1, alpha=-2).clamp_(min=0)


def _radii(rows: Rows, neighbours: int, chunk: int, device: str | torch.device) -> Tensor:
    """Squared distance (N,) of each row to its `neighbours`-th nearest other."""
    found = []
    for i in range(0, rows.shape[0], chunk):
        left = _rows(rows, i, chunk, device)
        nearest = torch.full((len(left), 0), torch.inf, dtype=torch.float64, device=device)
        for j in range(0, rows.shape[0], chunk):
            distance = _squared_distances(left, _rows(rows, j, chunk, device))
            nearest = torch.cat([nearest, distance], 1)
            keep = min(neighbours + 1, nearest.shape[1])  # itself is among them
            nearest = nearest.topk(keep, largest=False).values
        found.append(nearest[:, neighbours].cpu())
    return torch.cat(found)


def psnr(made: Tensor, real: Tensor) -> Tensor:
    """Peak signal-to-noise ratio (B,) in dB of uint8 pictures (B, 3, H, W); inf where equal."""
    error = (made.double() - real.double()).square().mean((1, 2, 3))
    return 10 * (255.0**2 / error).log10()


def ssim(made: Tensor, real: Tensor, *, sigma: float = 1.5) -> Tensor:
    """Structural similarity (B,) of uint8 pictures (B, 3, H, W) (Wang et al. 2004).

    A Gaussian window of 11 × 11 with σ = 1.5, K1 = 0.01, K2 = 0.03; mean over the pixels, with
    reflected borders, and over the channels, as in torchmetrics 1.9.
    """
    size = 2 * int(3.5 * sigma + 0.5) + 1
    if min(made.shape[-2:]) < size:
        raise ValueError(f"pictures of {tuple(made.shape[-2:])} pixels are smaller than {size}")
    border = [size // 2] * 4
    x, y = made.double(), real.double()
    offsets = torch.arange(size, dtype=torch.float64, device=x.device) - size // 2
    window = torch.exp(-(offsets**2) / (2 * sigma**2))
    window = (window / window.sum()).expand(3, 1, 1, size)

    def smooth(values: Tensor) -> Tensor:
        rows = F.conv2d(F.pad(values, border, mode="reflect"), window, groups=3)
        return F.conv2d(rows, window.movedim(-1, -2), groups=3)

    mean_x, mean_y = smooth(x), smooth(y)
    # Rounding may leave a variance a hair below 0.
    variance_x = (smooth(x * x) - mean_x**2).clamp(min=0)
    variance_y = (smooth(y * y) - mean_y**2).clamp(min=0)
    covariance = smooth(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similarity = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    )
    return similarity.mean((1, 2, 3))


@dataclass
class PairStatistics:
    """Mean PSNR and SSIM of pictures and their reconstructions.

    Both are means over pictures. Exact reconstructions have infinite PSNR: they are counted in
    `identical` and left out of the mean.
    """

    count: int = 0
    identical: int = 0
    psnr_sum: float = 0.0
    ssim_sum: float = 0.0

    def update(self, made: Tensor, real: Tensor) -> None:
        """Add uint8 pictures (B, 3, H, W) and what they should be."""
        if made.shape != real.shape:
            raise ValueError(
                f"pictures of shape {tuple(made.shape)} and {tuple(real.shape)} cannot be compared"
            )
        ratios = psnr(made, real)
        self.count += len(made)
        self.identical += int(ratios.isinf().sum())
        self.psnr_sum += float(ratios[ratios.isfinite()].sum())
        self.ssim_sum += float(ssim(made, real).sum())

    def merge(self, other: PairStatistics) -> None:
        self.count += other.count
        self.identical += other.identical
        self.psnr_sum += other.psnr_sum
        self.ssim_sum += other.ssim_sum

    def compute(self) -> dict[str, float | int | None]:
        distinct = self.count - self.identical
        return {
            "psnr": self.psnr_sum / distinct if distinct else None,
            "ssim": self.ssim_sum / self.count,
            "identical": self.identical,
        }


class CodeUsage:
    """How many of V codes are used, and how evenly."""

    def __init__(self, codebook_size: int) -> None:
        self.counts = torch.zeros(codebook_size, dtype=torch.int64)

    def update(self, codes: Tensor) -> None:
        """Add codes of any shape."""
        self.counts += torch.bincount(codes.detach().cpu().flatten(), minlength=len(self.counts))

    def merge(self, other: CodeUsage) -> None:
        self.counts += other.counts

    def compute(self) -> dict[str, float | int]:
        """`codes_used`, `codebook_usage` (share of V), and `perplexity`, exp of the entropy."""
        used = int((self.counts > 0).sum())
        shares = self.counts.double() / max(1, int(self.counts.sum()))
        entropy = -float(torch.special.xlogy(shares, shares).sum())
        return {
            "codes_used": used,
            "codebook_usage": used / len(self.counts),
            "perplexity": math.exp(entropy),
        }
