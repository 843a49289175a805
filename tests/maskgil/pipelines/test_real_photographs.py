"""The public models of photographs with their real weights, for who has the internet.

python -m pytest -m network tests/maskgil/pipelines/test_real_photographs.py downloads, draws and
looks: a packaged ImageNet classifier has to name what was asked for.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from maskgil.pipelines.photo import AMUSED, MEISSONIC, load_photo

pytestmark = pytest.mark.network
RETRIEVERS = range(205, 210)  # ImageNet's


@pytest.fixture(autouse=True)
def with_the_hub(monkeypatch):
    """All other tests go without."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


def classes_seen(image, count: int = 5) -> list[int]:
    """The likeliest of ImageNet's 1,000 classes."""
    from maskgil.evaluation.feature_extractors import EfficientNetLite0

    pixels = torch.from_numpy(np.array(image.convert("RGB"))).movedim(-1, 0)[None]
    return EfficientNetLite0()(pixels).logits[0].topk(count).indices.tolist()


def neighbours_alike(image) -> float:
    """How well a pixel's right neighbour follows it: 0 in noise, near 1 in photographs."""
    grey = np.asarray(image.convert("L"), float)
    return float(np.corrcoef(grey[:, :-1].ravel(), grey[:, 1:].ravel())[0, 1])


@pytest.mark.parametrize("model", [AMUSED, MEISSONIC], ids=lambda model: model.hub_id)
def test_it_is_downloaded_draws_and_shows_what_was_asked_for(model, capsys):
    """On a GPU where there is one; on a CPU in few steps, for each takes long."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = load_photo(model.hub_id, device=device, say=print)
    assert generator.image_size == (model.side, model.side)
    steps = model.sampling.num_steps if device == "cuda" else 8
    sampling = replace(generator.sampling, num_steps=steps)
    (image,) = generator.generate(
        "a photo of a golden retriever on a lawn", seed=1, sampling=sampling
    )
    assert image.size == (model.side, model.side)
    assert neighbours_alike(image) > 0.8
    assert set(classes_seen(image)) & set(RETRIEVERS)
