"""Training of tokenizers: terms and their gradients, every kind, the adversary, exact resume."""

import copy
import itertools
import json
import math

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from torch.nn import functional as F

from maskgil.checkpoints import load, save
from maskgil.models.transformer import Transformer
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.tokenizers.llamagen import LlamaGenVQ, LlamaGenVQConfig
from maskgil.tokenizers.magvit2 import OpenMagvit2, OpenMagvit2Config
from maskgil.train.batches import PixelBatch
from maskgil.train.checkpoints import latest_checkpoint, read_checkpoint
from maskgil.train.config import DataSettings, RunConfig
from maskgil.train.distributed import Runtime
from maskgil.train.factory import open_images, tokenizer_config
from maskgil.train.optim.lr_schedules import cosine
from maskgil.train.tasks.quantizers import LFQReconstructor, VQReconstructor, noisy_tokens
from maskgil.train.tasks.tokenizer import TokenizerTask, TokenizerTraining
from maskgil.train.tasks.tokenizer_losses import (
    Discriminator,
    bit_entropy,
    code_entropy,
    edge_difference,
    entropy,
    hinge_loss,
)
from maskgil.train.warm_start import start_decoder
from tests.helpers.tiny_training import assert_same_state, launched, run

NARROW = {
    "stem_width": 32, "encoder_widths": [32, 32, 32], "decoder_widths": [32, 32, 32],
    "encoder_attention": [], "decoder_attention": [], "num_blocks": 1, "latent_channels": 8,
    "middle_attention": False, "code_dim": 4, "codebook_size": 64,
}  # fmt: skip
LFQ = {"bits": 6, "stem_width": 32, "widths": [32, 32, 32], "num_blocks": 1}
KINDS = {
    "taming-vq": {"type": "taming-vq", **NARROW},
    "llamagen-vq": {"type": "llamagen-vq", **NARROW},
    "open-magvit2": {"type": "open-magvit2", **LFQ},
    "compact-vq": {"codebook_size": 32, "encoder_width": 32, "decoder_coarse": 16,
                   "decoder_fine": 16, "decoder_blocks": [1, 1]},
}  # fmt: skip
TRAINING = {
    "steps": 6, "batch_size": 4, "learning_rate": 2e-3, "warmup": 2, "perceptual_weight": 0,
    "average_decay": 0.9,
}  # fmt: skip


def test_pictures_without_captions_train_tokenizers_too(tmp_path):
    for number in range(3):
        Image.new("RGB", (20, 20), (80 * number, 0, 0)).save(tmp_path / f"{number}.png")
    (tmp_path / "0.txt").write_text("black", encoding="utf-8")
    images = open_images(DataSettings(images=str(tmp_path), size=16), 8)
    assert (
        sorted(next(iter(images.batches(3)))["source"]) == [0, 1, 2] and not images.skipped.reasons
    )


def same(value: torch.Tensor) -> torch.Tensor:
    """The mean over one process."""
    return value


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """24 pictures of 32 x 32: two colours, split at random."""
    folder = tmp_path_factory.mktemp("pictures")
    noise = np.random.default_rng(0)
    for index in range(24):
        picture = np.empty((32, 32, 3), np.uint8)
        picture[:] = noise.integers(0, 256, 3)
        picture[: noise.integers(4, 28)] = noise.integers(0, 256, 3)
        Image.fromarray(picture).save(folder / f"{index}.png")
    return folder


def config_file(folder, pictures, kind, **training):
    values = {
        "kind": "tokenizer",
        "model": KINDS[kind],
        "data": {"images": str(pictures), "size": 32, "threads": 1},
        "training": {**TRAINING, **training},
        "save_minutes": 0, "save_every": 2, "log_every": 1, "tensorboard": False,
    }  # fmt: skip
    path = folder / f"{kind}.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


class FixedPixels:
    """The same few pictures in every batch."""

    def __init__(self, side: int = 32) -> None:
        generator = torch.Generator().manual_seed(0)
        rough = torch.rand(4, 3, 4, 4, generator=generator) * 2 - 1
        self.all = torch.nn.functional.interpolate(rough, size=side)

    def pixels(self, index, size):
        return PixelBatch(self.all[:size], self.all[:size], list(range(size)))

    def shown(self, count):
        return self.pixels(0, count)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("taming-vq", marks=pytest.mark.slow),
        "llamagen-vq",
        pytest.param("open-magvit2", marks=pytest.mark.slow),
    ],
)
def test_a_killed_run_of_images_ends_as_an_uninterrupted_one(tmp_path, pictures, kind):
    """With an entropy term and an adversary that joins on the way."""
    more = {"entropy_weight": 0.1, "entropy_temperature": 1.0, "adversarial_weight": 0.5,
            "adversarial_start": 3, "discriminator_width": 8}  # fmt: skip
    config = config_file(tmp_path, pictures, kind, **more)
    run(config, "--out", tmp_path / "whole")
    run(config, "--out", tmp_path / "parts")
    for path in (tmp_path / "parts").glob("step_*6.pt"):
        path.unlink()  # what a run killed after its fourth step leaves behind
    run(config, "--out", tmp_path / "parts")
    states = [read_checkpoint(latest_checkpoint(tmp_path / n)) for n in ("whole", "parts")]
    assert_same_state(*states)
    model = load(tmp_path / "whole" / "tokenizer.safetensors")
    indices = model.encode(torch.zeros(1, 3, 32, 32))
    assert indices.shape == (1, 8, 8) and model.decode(indices).shape == (1, 3, 32, 32)


def test_compact_vq_is_trained_on_images_and_its_codebook_placed(tmp_path, pictures):
    config = config_file(tmp_path, pictures, "compact-vq", steps=10, free_fraction=0.5)
    run(config, "--out", tmp_path / "run")
    state = read_checkpoint(latest_checkpoint(tmp_path / "run"))["task"]
    assert bool(state["codebook"]["started"])
    model = load(tmp_path / "run" / "tokenizer.safetensors")
    assert torch.allclose(model.codebook.embedding.norm(dim=-1), torch.ones(32), atol=1e-2)


def task_of(kind: str, **training) -> TokenizerTask:
    torch.manual_seed(0)
    config = RunConfig(kind="tokenizer", model=KINDS[kind], training={}, scenes={})
    model, shape = tokenizer_config(config)
    settings = TokenizerTraining(**{**TRAINING, **training})
    return TokenizerTask(model(shape), FixedPixels(), settings)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_few_steps_improve_the_reconstruction(kind):
    steps = 40 if kind == "compact-vq" else 20
    task = task_of(kind, steps=steps)
    values = [task.step(index) for index in range(steps)]
    assert values[-1]["psnr"] > values[0]["psnr"] + 1.0
    assert values[-1]["loss"] < values[0]["loss"]
    assert "commitment" in values[0]


def test_the_adversary_joins_at_its_step_and_learns_only_then():
    task = task_of("llamagen-vq", adversarial_weight=0.5, adversarial_start=2,
                   discriminator_width=8)  # fmt: skip
    before = [p.detach().clone() for p in task.adversary.parameters()]
    for index in range(2):
        assert "adversarial" not in task.step(index)
    assert all(map(torch.equal, before, task.adversary.parameters()))
    values = task.step(2)
    assert math.isfinite(values["adversarial"]) and values["discriminator"] > 0
    assert not all(map(torch.equal, before, task.adversary.parameters()))
    assert all(p.requires_grad and p.grad is None for p in task.adversary.parameters())


def test_the_perceptual_term_is_felt():
    pytest.importorskip("efficientnet_lite_pytorch")
    with_it, without = (task_of("llamagen-vq", perceptual_weight=weight) for weight in (0.5, 0.0))
    assert "perceptual" in with_it.step(0) and "perceptual" not in without.step(0)
    pairs = zip(with_it.model.parameters(), without.model.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)


def test_a_discriminator_tells_real_from_made():
    torch.manual_seed(0)
    judge = Discriminator(8)
    real, made = torch.rand(4, 3, 32, 32), torch.rand(4, 3, 32, 32) * 0.2
    assert judge(real).shape[:2] == (4, 1) and judge(real).shape[2] > 1
    optimizer = torch.optim.Adam(judge.parameters(), lr=1e-3)
    for _ in range(20):
        loss = hinge_loss(judge(real), judge(made))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert judge(real).mean() > judge(made).mean() + 0.5
    assert hinge_loss(torch.tensor([2.0]), torch.tensor([-2.0])) == 0


def test_the_entropy_of_bits_is_that_of_all_their_codes():
    """One group of K bits against the softmax over all 2^K corners."""
    latents = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    corners = torch.tensor(list(itertools.product((-1.0, 1.0), repeat=4)))
    wanted = code_entropy(latents, corners, 0.7, same)
    assert torch.allclose(bit_entropy(latents, 4, 0.7, same), wanted, atol=1e-5)


def test_groups_of_bits_bound_the_entropy_of_codes_in_use():
    latents = torch.randn(50, 6, generator=torch.Generator().manual_seed(0)).cumsum(-1)
    exact = bit_entropy(latents, 6, 0.7, same)
    assert bit_entropy(latents, 3, 0.7, same) <= exact + 1e-6


def test_entropy_prefers_sure_vectors_that_use_all_codes():
    codes = torch.eye(4) * 3
    sure = code_entropy(codes.repeat(5, 1), codes, 1.0, same)
    lazy = code_entropy(codes[:1].repeat(20, 1), codes, 1.0, same)
    unsure = code_entropy(torch.zeros(20, 4), codes, 1.0, same)
    assert sure < lazy and sure < unsure
    assert float(sure) == pytest.approx(-math.log(4), abs=1e-2)
    assert float(entropy(torch.full((4,), 0.25))) == pytest.approx(math.log(4))


@pytest.mark.parametrize("kind", ["vq", "lfq"])
def test_gradients_pass_through_the_codes(kind):
    torch.manual_seed(0)
    pixels = FixedPixels().all
    if kind == "vq":
        shape = {k: tuple(v) if isinstance(v, list) else v for k, v in NARROW.items()}
        model = LlamaGenVQ(LlamaGenVQConfig(**shape))
        whole = VQReconstructor(model, same, entropy=True, temperature=0.1)
    else:
        model = OpenMagvit2(OpenMagvit2Config(**{**LFQ, "widths": (32, 32, 32)}))
        whole = LFQReconstructor(model, same, entropy=True, temperature=1.0, bits=6)
    found = whole(pixels)
    assert torch.equal(found.indices, model.encode(pixels))
    assert torch.allclose(found.pixels, model.decode(found.indices), atol=1e-5)
    found.pixels.square().mean().backward()
    assert model.encoder.stem.weight.grad.abs().sum() > 0
    if kind == "vq":
        assert model.codebook.weight.grad is None  # only its own terms move the codes
        whole(pixels).terms["codebook"].backward()
        assert model.codebook.weight.grad.abs().sum() > 0


def test_a_decoder_is_trained_on_frozen_codes():
    torch.manual_seed(0)
    model = CompactVQ(CompactVQConfig(**{**KINDS["compact-vq"], "decoder_blocks": (1, 1)}))
    settings = TokenizerTraining(**TRAINING)
    task = TokenizerTask(model, FixedPixels(), settings, decoder_only=True)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    for index in range(3):
        task.step(index)
    for key, value in model.state_dict().items():
        if key.startswith("decoder"):
            assert not torch.equal(value, before[key]), key
        else:
            assert torch.equal(value, before[key]), key


def test_token_noise_keeps_most_tokens_and_repeats():
    codes = F.normalize(torch.randn(64, 4, generator=torch.Generator().manual_seed(3)), dim=-1)
    indices = torch.randint(64, (32, 6, 6), generator=torch.Generator().manual_seed(4))
    noisy = noisy_tokens(indices, codes, 0.1)
    assert torch.equal(noisy, noisy_tokens(indices, codes, 0.1))
    changed = (noisy != indices).float().mean()
    assert 0.05 < changed < 0.15
    assert noisy.min() >= 0 and noisy.max() < 64
    assert torch.equal(noisy_tokens(indices, codes, 0.0), indices)


def test_reconstructions_are_shown_as_rows_of_pairs():
    sheet = task_of("open-magvit2").show()["reconstructions"]
    assert sheet.size == (2 * 32, 4 * 32)


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("compact-vq", {"entropy_weight": 0.1}, "no entropy term"),
        ("taming-vq", {"entropy_temperature": 0}, "entropy_temperature is 0"),
        ("taming-vq", {"adversarial_weight": -1}, "adversarial_weight is -1"),
    ],
)
def test_settings_that_make_no_sense_are_named(kind, change, said):
    with pytest.raises(ValueError, match=said):
        task_of(kind, **change)


def test_moving_average_codes_are_learned_in_one_process():
    engine = Runtime()
    engine.world_size = 2
    model = CompactVQ(CompactVQConfig(**{**KINDS["compact-vq"], "decoder_blocks": (1, 1)}))
    with pytest.raises(ValueError, match="in one process"):
        TokenizerTask(model, FixedPixels(), TokenizerTraining(**TRAINING), engine=engine)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["llamagen-vq", "open-magvit2"])
def test_two_processes_equal_one(tmp_path, pictures, kind):
    """The entropy of the codes in use is taken over both.

    At a rate so low that no vector changes its code: where one does for a difference in rounding,
    runs part ways.
    """
    more = {"entropy_weight": 0.1, "entropy_temperature": 1.0, "adversarial_weight": 0.5,
            "discriminator_width": 8, "learning_rate": 1e-7}  # fmt: skip
    config = config_file(tmp_path, pictures, kind, **more)
    run(config, "--out", tmp_path / "one")
    launched(config, "--out", tmp_path / "two")
    one, two = (
        [json.loads(line) for line in (tmp_path / name / "log.jsonl").read_text().splitlines()]
        for name in ("one", "two")
    )
    assert len(one) == len(two) == 6
    for first, second in zip(one, two, strict=True):
        for name in ("loss", "entropy", "adversarial", "discriminator"):
            assert first[name] == pytest.approx(second[name], abs=1e-5), name
        # Rounding grows in the adaptive norms of lookup-free codes: 2e-4 here, 1e-13 in float64.
        assert first["gradient_norm"] == pytest.approx(second["gradient_norm"], rel=1e-3)


ATTENDING = {
    "codebook_size": 32, "encoder_width": 32, "image_size": 32, "output_scale": 1,
    "attending_layers": 2, "attending_width": 16, "attending_heads": 2, "attending_fine": 8,
}  # fmt: skip


def attending_task(**training) -> TokenizerTask:
    torch.manual_seed(0)
    model = CompactVQ(CompactVQConfig(**ATTENDING))
    more = {"edge_weight": 1.0, "coarse_weight": 0.5, "muon_rate": 0.05, "hold_fraction": 0.3,
            "learning_rate": 1e-2}  # fmt: skip
    settings = TokenizerTraining(**{**TRAINING, **more, **training})
    return TokenizerTask(model, FixedPixels(), settings, decoder_only=True)


def test_an_attending_decoder_learns_and_goes_on_exactly():
    whole = attending_task(steps=50)
    losses = [whole.step(index)["loss"] for index in range(50)]
    assert losses[-1] < 0.85 * losses[0]
    first, second = attending_task(steps=50), attending_task(steps=50)
    for index in range(12):
        first.step(index)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for index in range(12, 50):
        second.step(index)
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[key]), key
    with pytest.raises(ValueError, match="muon_rate is for compact-vq's decoders"):
        task_of("taming-vq", muon_rate=0.01)


def test_an_attending_decoder_starts_from_a_masked_transformer(tmp_path):
    model = CompactVQ(CompactVQConfig(**ATTENDING))
    shape = model.config.attending_shape.replace(
        condition="caption", caption_dim=8, learned_positions=True
    )
    masked = Transformer(shape)
    torch.nn.init.normal_(masked.position_embedding)
    save(masked, tmp_path / "masked.safetensors")
    start_decoder(model, tmp_path / "masked.safetensors")
    ours, theirs = model.decoder.state_dict(), masked.state_dict()
    for key in ("blocks.1.mlp.down.weight", "position_embedding", "norm.weight"):
        assert torch.allclose(ours[key], theirs[key], atol=1e-3), key
    assert torch.allclose(
        ours["token_embedding.weight"], theirs["token_embedding.weight"][:-1], atol=1e-3
    )
    other = CompactVQ(CompactVQConfig(**KINDS["compact-vq"]))
    with pytest.raises(ValueError, match="fits this decoder"):
        start_decoder(other, tmp_path / "masked.safetensors")


def test_edges_cost_what_they_are_blurred():
    sharp = torch.zeros(1, 3, 8, 8)
    sharp[..., 4:] = 1
    blurred = torch.nn.functional.avg_pool2d(
        torch.nn.functional.pad(sharp, (1, 1, 0, 0), mode="replicate"), (1, 3), stride=1
    )
    assert float(edge_difference(sharp - sharp)) == 0
    assert float(edge_difference(sharp + 0.5 - sharp)) == 0, "an even shift has no edges"
    # 1 becomes 1/3 + 1/3 + 1/3: two thirds too little at one place, a third too much at two.
    assert float(edge_difference(blurred - sharp)) == pytest.approx((4 / 3) / 7)


def test_rates_are_held_before_they_fall():
    rates = [cosine(step, total=100, warmup=10, hold=0.3) for step in range(101)]
    assert rates[0] == pytest.approx(0.1) and rates[9:31] == [1.0] * 22
    assert rates[65] == pytest.approx(0.5) and rates[100] == pytest.approx(0.0, abs=1e-12)
    assert cosine(50, total=100, warmup=1) == pytest.approx(0.5), "without a plateau"
