"""Training: exact resume, atomic checkpoints, Muon, schedules, and that it learns at all."""

import argparse
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from maskgil import train
from maskgil.config import TransformerConfig
from maskgil.data.emoji_scenes import Painter, SceneSampler
from maskgil.data.pictures import SceneSource, to_pixels
from maskgil.data.sprites import ArtFolder, load_nouns
from maskgil.generator_training import GeneratorTask, GeneratorTraining, warm_start
from maskgil.optimizers import Muon, orthogonalise
from maskgil.pictures import from_pixels
from maskgil.text_encoder import load_text_encoder
from maskgil.tokenizers.compact import CompactVQ, CompactVQConfig
from maskgil.training import (
    NonFiniteLossError,
    cosine,
    fit,
    latest_checkpoint,
    save_atomically,
    warmup_stable_decay,
)
from maskgil.transformer import Transformer

ART = Path(__file__).parent / "fixtures" / "art"
NAMES = ("apple", "cat", "car", "star", "egg", "sun", "snowman", "spider")
TINY = {"num_layers": 2, "num_heads": 2, "dim": 32, "codebook_size": 64}


@pytest.fixture(scope="module")
def scenes() -> SceneSource:
    nouns = tuple(noun for noun in load_nouns() if noun.name in NAMES)
    return SceneSource(Painter(ArtFolder(ART)), SceneSampler(nouns=nouns), seed=1)


@pytest.fixture(scope="module")
def text_encoder():
    return load_text_encoder("minilm")


def make_task(scenes, text_encoder, *, causal=False, steps=8) -> GeneratorTask:
    torch.manual_seed(0)
    tokenizer = CompactVQ(CompactVQConfig(codebook_size=64, encoder_width=16,
                                          decoder_fine=8, decoder_coarse=16)).eval()  # fmt: skip
    model = Transformer(TransformerConfig.named("nano", **TINY, causal=causal))
    settings = GeneratorTraining(steps=steps, batch_size=4)
    return GeneratorTask(model, tokenizer, text_encoder, scenes, settings)


@pytest.mark.parametrize("causal", [False, True])
def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, scenes, text_encoder, causal):
    whole = make_task(scenes, text_encoder, causal=causal)
    fit(whole, tmp_path / "whole", steps=6)
    first = make_task(scenes, text_encoder, causal=causal)
    fit(first, tmp_path / "parts", steps=3)
    second = make_task(scenes, text_encoder, causal=causal)
    fit(second, tmp_path / "parts", steps=6)
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[key]), key
    for key, value in whole.average.values.items():
        assert torch.equal(value, second.average.values[key]), key


def test_a_few_steps_lower_the_loss(scenes, text_encoder):
    task = make_task(scenes, text_encoder, steps=60)
    with torch.no_grad():
        before = task.loss(10**6, 16, drop_share=0.0).item()
    for index in range(25):
        task.step(index)
    with torch.no_grad():
        after = task.loss(10**6, 16, drop_share=0.0).item()
    assert abs(before - math.log(64)) < 0.3
    assert after < before - 0.3


def test_causal_twin_starts_from_the_bidirectional_weights(tmp_path, scenes, text_encoder):
    task = make_task(scenes, text_encoder)
    fit(task, tmp_path, steps=1)
    twin = make_task(scenes, text_encoder, causal=True).model
    warm_start(twin, latest_checkpoint(tmp_path))
    assert twin.token_embedding.weight.shape[0] == 64
    assert torch.equal(twin.head.weight, task.average.values["head.weight"])


def test_a_half_written_checkpoint_is_never_taken(tmp_path):
    save_atomically({"step": 1}, tmp_path / "step_00000001.pt")
    (tmp_path / "step_00000002.part").write_bytes(b"half")
    assert latest_checkpoint(tmp_path).name == "step_00000001.pt"


def test_a_loss_that_is_no_number_stops_the_run(tmp_path):
    class Broken:
        def step(self, index):
            return {"loss": float("nan")}

    with pytest.raises(NonFiniteLossError, match="step 0"):
        fit(Broken(), tmp_path, steps=3)


def test_orthogonalise_flattens_singular_values():
    generator = torch.Generator().manual_seed(0)
    for shape in ((2, 40, 24), (3, 24, 40), (1, 16, 16)):
        matrices = torch.randn(shape, generator=generator)
        values = torch.linalg.svdvals(orthogonalise(matrices))
        assert values.max() < 1.4 and values.min() > 0.3
        wanted = torch.linalg.svd(matrices, full_matrices=False)
        alike = torch.nn.functional.cosine_similarity(
            orthogonalise(matrices).flatten(1), (wanted.U @ wanted.Vh).flatten(1)
        )
        assert (alike > 0.95).all()


def test_muon_follows_torchs_own():
    """Equal up to the bfloat16 that torch's version works in."""
    torch.manual_seed(0)
    start = torch.randn(24, 16)
    ours, theirs = (torch.nn.Parameter(start.clone()) for _ in range(2))
    settings = {"lr": 0.02, "weight_decay": 0.1}
    optimizers = Muon([ours], **settings), torch.optim.Muon([theirs], **settings)
    for _ in range(5):
        gradient = torch.randn(24, 16)
        for parameter, optimizer in zip((ours, theirs), optimizers, strict=True):
            parameter.grad = gradient.clone()
            optimizer.step()
    moved = (ours - start).norm()
    assert (ours - theirs).norm() < 0.03 * moved


def test_schedules_rise_and_fall():
    assert warmup_stable_decay(0, total=100, warmup=10) == 0.1
    assert warmup_stable_decay(50, total=100, warmup=10) == 1.0
    assert warmup_stable_decay(100, total=100, warmup=10) == 0.0
    assert cosine(50, total=100, warmup=1) == pytest.approx(0.5)


def test_pixels_and_images_are_inverse():
    picture = torch.randint(0, 256, (8, 8, 3), dtype=torch.uint8).numpy()
    assert (np.asarray(from_pixels(to_pixels([picture]))[0]) == picture).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [("kind: poem", "'kind' must be"), ("kind: generator\nspeed: 3", "unknown key 'speed'"),
     ("a: [", "not YAML")],
)  # fmt: skip
def test_bad_configs_are_one_clear_line(tmp_path, text, said):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(train.ConfigError, match=said) as caught:
        train.read_config(path)
    assert "\n" not in str(caught.value)


def test_shipped_configs_can_be_read_and_built():
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    folder = Path(train.__file__).parent.parent / "configs"
    found = sorted(folder.glob("nano*.yaml"))
    assert len(found) >= 3
    for path in found:
        config = train.read_config(path)
        if config["kind"] == "generator":
            shape = dict(config["model"])
            TransformerConfig.named(shape.pop("size"), **shape)
            GeneratorTraining(**config["training"])
        else:
            CompactVQConfig(**config["model"])
