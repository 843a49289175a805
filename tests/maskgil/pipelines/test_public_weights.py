"""Public weights, downloaded and drawn with: `python -m pytest -m network PATH [-k NAME]`.

A packaged ImageNet classifier has to find the class among its first five; noise is told by pixels
that have nothing to do with their neighbours.
"""

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.checkpoints.registry import REGISTRY
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.presets import load_generator
from maskgil.sampling.config import SamplingConfig

GOLDEN_RETRIEVER, COUNT = 207, 4
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
# Class-driven models by themselves -> the tokenizer of their codes.
ALONE = {
    "llamagen-b": "llamagen-vq-f16", "llamagen-b-384": "llamagen-vq-f16",
    "llamagen-l": "llamagen-vq-f16", "llamagen-l-384": "llamagen-vq-f16",
    "llamagen-xl": "llamagen-vq-f16", "llamagen-xxl": "llamagen-vq-f16",
    "halton-maskgit-small-384": "llamagen-vq-f16", "halton-maskgit-base-384": "llamagen-vq-f16",
    "maskgit-256": "maskgit-vq", "maskgit-512": "maskgit-vq",
}  # fmt: skip
PRESETS = ("imagenet", "imagenet-tiny", "imagenet-base", "imagenet-large")


@pytest.fixture(autouse=True)
def with_the_hub(request, monkeypatch):
    """Tests marked `network` ask the hub; all others go without."""
    if request.node.get_closest_marker("network"):
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


def likeness(image: Image.Image) -> float:
    """Correlation of pixels with their right neighbours: 0 of noise, near 1 of pictures."""
    grey = np.asarray(image.convert("L"), dtype=float)
    return float(np.corrcoef(grey[:, :-1].ravel(), grey[:, 1:].ravel())[0, 1])


def check_dogs(images: list[Image.Image]) -> None:
    from maskgil.evaluation.feature_extractors import EfficientNetLite0

    assert all(likeness(image) > 0.8 for image in images)
    pixels = np.stack([np.asarray(image.convert("RGB")) for image in images])
    logits = EfficientNetLite0("cpu")(torch.from_numpy(pixels).movedim(-1, 1)).logits
    found = (logits.topk(5).indices == GOLDEN_RETRIEVER).any(-1)
    assert found.float().mean() >= 0.5


def test_noise_is_told_from_pictures():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert likeness(Image.fromarray(noise)) < 0.2
    assert (
        likeness(Image.linear_gradient("L")) > 0.8
        or likeness(Image.linear_gradient("L").rotate(90)) > 0.8
    )


def test_every_public_class_driven_model_is_drawn_with():
    named = {name for name in REGISTRY if name.startswith(("llamagen-", "halton-", "maskgit-"))}
    others = {"llamagen-vq-f16", "llamagen-vq-f8", "llamagen-vq-f16-text", "maskgit-vq"}
    text = {"llamagen-xl-text-256", "llamagen-xl-text-512"}
    in_presets = {"halton-maskgit-tiny", "halton-maskgit-small", "halton-maskgit-base"}
    assert named == set(ALONE) | others | text | in_presets | {"halton-maskgit-large-384"}


@pytest.mark.network
@pytest.mark.parametrize("ratio", [0.0, 0.25])
@pytest.mark.parametrize("preset", PRESETS)
def test_presets_of_imagenet(preset, ratio):
    generator = load_generator(preset, device=DEVICE, causal=ratio > 0)
    sampling = SamplingConfig(**{**vars(generator.sampling), "ar_ratio": ratio})
    seeds = list(range(COUNT))
    check_dogs(generator.generate([GOLDEN_RETRIEVER] * COUNT, seed=seeds, sampling=sampling))


@pytest.mark.network
@pytest.mark.parametrize("name", ALONE)
def test_class_driven_models_alone(name):
    model, tokenizer = (checkpoints.load(each, device=DEVICE) for each in (name, ALONE[name]))
    causal = model.config.causal
    generator = ImageGenerator(tokenizer, None if causal else model, model if causal else None)
    sampling = SamplingConfig(num_steps=16, guidance_scale=4.0 if causal else 3.0, top_k=2000)
    if name.startswith("maskgit"):
        sampling = SamplingConfig(num_steps=8, guidance_scale=4.0, guidance_schedule="released")
    seeds = list(range(COUNT))
    check_dogs(generator.generate([GOLDEN_RETRIEVER] * COUNT, seed=seeds, sampling=sampling))


@pytest.mark.network
def test_llamagens_text_model():
    generator = load_generator("llamagen-t2i", device=DEVICE)
    (image,) = generator.generate(["a golden retriever lying on grass"], seed=1)
    assert image.size == (512, 512) and likeness(image) > 0.8
