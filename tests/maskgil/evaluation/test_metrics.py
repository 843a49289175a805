"""Metrics against torchmetrics, torch-fidelity and plain readings of their formulas."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from maskgil.evaluation import metrics
from maskgil.evaluation.metrics import (
    CodeUsage,
    FrechetStatistics,
    PairStatistics,
    ScoreStatistics,
    frechet_distance,
    precision_recall,
    psnr,
    ssim,
)

FIXTURE = Path(__file__).parents[2] / "fixtures" / "torch_fidelity.json"


def features(seed: int, count: int, dim: int, shift: float = 0.0) -> np.ndarray:
    """Correlated, non-negative features like a network's pooled ones; the same on every machine."""
    random = np.random.RandomState(seed)
    mixing = np.random.RandomState(99).randn(dim, dim) / dim**0.5
    return np.maximum(random.randn(count, dim) @ mixing + shift, 0).astype(np.float32)


def logits(seed: int, count: int, classes: int) -> np.ndarray:
    return (3 * np.random.RandomState(seed).randn(count, classes)).astype(np.float32)


def pictures(seed: int, count: int = 6, side: int = 40) -> torch.Tensor:
    random = np.random.RandomState(seed)
    coarse = random.randint(0, 256, (count, 3, 5, 5)).astype(np.float32)
    fine = coarse.repeat(side // 5, 2).repeat(side // 5, 3) + 12 * random.randn(
        count, 3, side, side
    )
    return torch.from_numpy(fine.clip(0, 255).astype(np.uint8))


def statistics(rows: np.ndarray, batch: int = 50) -> FrechetStatistics:
    made = FrechetStatistics(rows.shape[1])
    for start in range(0, len(rows), batch):
        made.update(torch.from_numpy(rows[start : start + batch]))
    return made


def scored(rows: np.ndarray, batch: int = 37, **settings) -> tuple[float, float]:
    made = ScoreStatistics(len(rows), rows.shape[1], **settings)
    for start in range(0, len(rows), batch):
        numbers = torch.arange(start, min(start + batch, len(rows)))
        made.update(torch.from_numpy(rows[start : start + batch]), numbers)
    return made.compute()


@pytest.mark.parametrize("shift", [0.0, 0.4, 100.0])
def test_frechet_distance_equals_torchmetrics(shift):
    fid = pytest.importorskip("torchmetrics.image.fid")
    one, two = features(1, 400, 48), features(2, 300, 48, shift)
    assert statistics(one).mean.numpy() == pytest.approx(one.astype(np.float64).mean(0))
    theirs = [
        torch.from_numpy(np.asarray(value))
        for rows in (one.astype(np.float64), two.astype(np.float64))
        for value in (rows.mean(0), np.cov(rows, rowvar=False))
    ]
    expected = float(fid._compute_fid(*theirs))
    assert frechet_distance(statistics(one), statistics(two)) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_through_torchmetrics_own_sums():
    """The whole path: torchmetrics fed with the same features, batch by batch."""
    fid = pytest.importorskip("torchmetrics.image.fid")

    class Same(torch.nn.Module):
        num_features = 24

        def forward(self, rows):
            return rows

    metric = fid.FrechetInceptionDistance(Same(), normalize=True).set_dtype(torch.float64)
    one, two = features(3, 200, 24), features(4, 150, 24, 0.2)
    for rows, real in ((one, True), (two, False)):
        for start in range(0, len(rows), 50):
            metric.update(torch.from_numpy(rows[start : start + 50]), real=real)
    ours = frechet_distance(statistics(one, 64), statistics(two, 7))
    assert ours == pytest.approx(float(metric.compute()), rel=1e-6)


def test_frechet_distance_equals_the_root_of_scipy():
    linalg = pytest.importorskip("scipy.linalg")
    one, two = (features(s, 300, 32, 0.1 * s).astype(np.float64) for s in (5, 6))
    a, b = np.cov(one, rowvar=False), np.cov(two, rowvar=False)
    expected = ((one.mean(0) - two.mean(0)) ** 2).sum()
    expected += np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
    assert frechet_distance(statistics(one), statistics(two)) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_of_fewer_pictures_than_dimensions():
    """tr (Σ1 Σ2)^½ is then the nuclear norm of the product of the centred features."""
    one, two = features(7, 30, 96).astype(np.float64), features(8, 40, 96, 0.3).astype(np.float64)
    x, y = (rows - rows.mean(0) for rows in (one, two))
    root = np.linalg.norm(x @ y.T, "nuc") / np.sqrt((len(x) - 1) * (len(y) - 1))
    expected = ((one.mean(0) - two.mean(0)) ** 2).sum() - 2 * root
    expected += (x**2).sum() / (len(x) - 1) + (y**2).sum() / (len(y) - 1)
    assert frechet_distance(statistics(one), statistics(two)) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(statistics(one), statistics(one)) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("counts", [(2, 3), (20, 200), (128, 129)])
def test_few_pictures_are_quicker_and_no_different(counts, monkeypatch):
    one, two = (statistics(features(n, n, 96, n / 300)) for n in counts)
    quick = frechet_distance(one, two)
    monkeypatch.setattr(metrics, "FEW", 0)
    assert frechet_distance(one, two) == pytest.approx(quick, rel=1e-6)


def test_statistics_merge_in_any_shares():
    rows = features(9, 101, 16, 50.0)
    whole = statistics(rows, 101)
    for cut in (1, 40, 100):
        part = statistics(rows[:cut])
        part.merge(statistics(rows[cut:], 13))
        assert part.count == 101
        assert torch.allclose(part.covariance, whole.covariance, rtol=1e-11, atol=1e-13)
    back = FrechetStatistics.from_state(whole.state())
    assert back.count == 101 and torch.allclose(back.covariance, whole.covariance)
    with pytest.raises(ValueError, match="at least 2"):
        _ = statistics(rows[:1]).covariance
    with pytest.raises(ValueError, match="different networks"):
        frechet_distance(whole, statistics(features(1, 20, 8)))
    with pytest.raises(ValueError, match=r"shape \(3, 8\)"):
        whole.update(torch.zeros(3, 8))


def test_inception_score_equals_torchmetrics():
    module = pytest.importorskip("torchmetrics.image.inception")

    class Same(torch.nn.Module):
        num_features = 20

        def forward(self, rows):
            return rows

    rows = logits(1, 240, 20)
    metric = module.InceptionScore(Same(), normalize=False, splits=4).set_dtype(torch.float64)
    metric.update(torch.from_numpy(rows).double())
    torch.manual_seed(3)
    order = torch.randperm(240)  # torchmetrics shuffles by torch's global generator
    torch.manual_seed(3)
    mean, deviation = metric.compute()
    ours = scored(rows[order], splits=4, seed=None)
    assert ours[0] == pytest.approx(float(mean), rel=1e-6)
    # torchmetrics takes the deviation of a sample, torch-fidelity and the literature of the whole.
    assert ours[1] * (4 / 3) ** 0.5 == pytest.approx(float(deviation), rel=1e-6)


def test_inception_score_merges_and_wants_every_picture():
    rows = logits(2, 60, 12)
    one, two = (ScoreStatistics(60, 12, splits=3) for _ in range(2))
    even, odd = torch.arange(0, 60, 2), torch.arange(1, 60, 2)
    one.update(torch.from_numpy(rows)[even], even)
    with pytest.raises(ValueError, match="30 of 60"):
        one.compute()
    two.update(torch.from_numpy(rows)[odd], odd)
    one.merge(two)
    assert one.compute() == pytest.approx(scored(rows, splits=3), rel=1e-12)
    with pytest.raises(ValueError, match="splits is 61"):
        ScoreStatistics(60, 12, splits=61)


def plain_precision_recall(generated, real, neighbours: int) -> tuple[float, float]:
    one, two = torch.from_numpy(generated).double(), torch.from_numpy(real).double()
    exact = "donot_use_mm_for_euclid_dist"
    radii = [
        torch.cdist(rows, rows, compute_mode=exact).kthvalue(neighbours + 1).values
        for rows in (one, two)
    ]
    between = torch.cdist(one, two, compute_mode=exact)
    precision = (between <= radii[1]).any(1).double().mean()
    return float(precision), float((between <= radii[0][:, None]).any(0).double().mean())


@pytest.mark.parametrize("chunk", [1, 7, 64, 5000])
def test_precision_and_recall_whatever_the_chunk(chunk):
    generated, real = features(11, 90, 12, 0.5), features(12, 130, 12)
    if chunk == 1:
        generated, real = generated[:20], real[:30]
    expected = plain_precision_recall(generated, real, 3)
    assert 0.1 < expected[0] < 1 and 0.1 < expected[1] < 1
    assert precision_recall(generated, real, chunk=chunk) == expected


def test_precision_and_recall_at_their_ends():
    rows = features(13, 50, 8)
    assert precision_recall(rows, rows) == (1.0, 1.0)
    assert precision_recall(rows + 100, rows) == (0.0, 0.0)
    one_mode = np.concatenate([rows[:4]] * 8)  # four real pictures again and again
    precision, recall = precision_recall(one_mode, rows)
    assert precision == 1.0 and recall == 4 / 50
    with pytest.raises(ValueError, match="3 generated pictures are too few"):
        precision_recall(rows[:3], rows)


def torch_fidelity_numbers() -> dict[str, float]:
    """What torch-fidelity itself says; its package needs torchvision, these modules do not."""
    isc = pytest.importorskip("torch_fidelity.metric_isc", exc_type=ImportError)
    prc = pytest.importorskip("torch_fidelity.metric_prc", exc_type=ImportError)
    fid = pytest.importorskip("torch_fidelity.metric_fid", exc_type=ImportError)
    generated, real = features(21, 500, 40, 0.1), features(22, 400, 40)
    both = [torch.from_numpy(rows) for rows in (generated, real)]
    quality = prc.prc_features_to_metric(*both, save_cpu_ram=True, verbose=False)
    score = isc.isc_features_to_metric(torch.from_numpy(logits(23, 333, 30)), splits=10)
    return {
        "fid": fid.fid_statistics_to_metric(
            *(fid.fid_features_to_statistics(rows.double()) for rows in both), verbose=False
        )["frechet_inception_distance"],
        "precision": quality["precision"],
        "recall": quality["recall"],
        "inception_score": score["inception_score_mean"],
        "inception_score_std": score["inception_score_std"],
    }


@pytest.mark.parametrize("source", ["recorded", "live"])
def test_equals_torch_fidelity(source):
    """Against numbers recorded from torch-fidelity 0.4.0, and against itself where it imports."""
    expected = (
        json.loads(FIXTURE.read_text(encoding="utf-8"))["numbers"]
        if source == "recorded"
        else torch_fidelity_numbers()
    )
    generated, real = features(21, 500, 40, 0.1), features(22, 400, 40)
    precision, recall = precision_recall(generated, real, chunk=128)
    score = scored(logits(23, 333, 30), splits=10)
    ours = {
        "fid": frechet_distance(statistics(generated), statistics(real)),
        "precision": precision,
        "recall": recall,
        "inception_score": score[0],
        "inception_score_std": score[1],
    }
    assert ours == pytest.approx(expected, rel=1e-6)


def test_psnr_and_ssim_equal_torchmetrics():
    image = pytest.importorskip("torchmetrics.image")
    real = pictures(31)
    noise = torch.from_numpy(np.random.RandomState(32).randint(-30, 31, tuple(real.shape)))
    made = (real.int() + noise).clamp(0, 255).to(torch.uint8)
    theirs = image.PeakSignalNoiseRatio(data_range=255.0, dim=(1, 2, 3), reduction="none")
    expected = theirs(made.double(), real.double())
    assert torch.allclose(psnr(made, real), expected.double(), rtol=1e-6)
    structure = image.StructuralSimilarityIndexMeasure(data_range=255.0, reduction="none")
    expected = structure(made.double(), real.double())
    assert torch.allclose(ssim(made, real), expected.double(), rtol=1e-6)
    assert (ssim(made, real) < 0.95).all() and torch.allclose(
        ssim(real, real), torch.ones(1).double()
    )


def test_pairs_are_averaged_and_equal_ones_counted():
    real = pictures(33)
    made = real.clone()
    made[1:] = 255 - made[1:]
    whole, first, rest = PairStatistics(), PairStatistics(), PairStatistics()
    whole.update(made, real)
    first.update(made[:2], real[:2])
    rest.update(made[2:], real[2:])
    first.merge(rest)
    numbers = whole.compute()
    assert first.compute() == pytest.approx(numbers) and numbers["identical"] == 1
    assert numbers["psnr"] == pytest.approx(float(psnr(made[1:], real[1:]).mean()))
    everything_equal = PairStatistics()
    everything_equal.update(real, real)
    assert everything_equal.compute()["psnr"] is None
    with pytest.raises(ValueError, match="cannot be compared"):
        whole.update(made, real[:2])
    with pytest.raises(ValueError, match="smaller than 11"):
        ssim(real[..., :8], real[..., :8])


def test_codebook_usage():
    usage, other = CodeUsage(8), CodeUsage(8)
    usage.update(torch.tensor([[[0, 0], [1, 1]]]))
    other.update(torch.tensor([[[5, 5], [7, 7]]]))
    usage.merge(other)
    assert usage.compute() == pytest.approx(
        {"codes_used": 4, "codebook_usage": 0.5, "perplexity": 4.0}
    )
