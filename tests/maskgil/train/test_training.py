"""Training of generators: exact resume, even parts, learning, samples, nano's own corpus."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil.config import TransformerConfig
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.nano.dataset import WorldSource
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.sampler import SceneSampler
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.train.batches import Reader, SceneTokens, ShardSource
from maskgil.train.distributed import Runtime
from maskgil.train.optim.lr_schedules import cosine, warmup_stable_decay
from maskgil.train.optim.muon import Muon, orthogonalise
from maskgil.train.sample_images import SamplePainter, StoredCaptions
from maskgil.train.tasks.chunked_loss import head_cross_entropy
from maskgil.train.tasks.generator import GeneratorTask, GeneratorTraining
from maskgil.train.tasks.losses import causal_cross_entropy, masked_cross_entropy
from maskgil.train.trainer import fit
from maskgil.utils.images import from_pixels, stack_pixels
from tests.helpers.tiny_training import CODES, MODEL, TRAINING, make_shards

ART = Path(__file__).parents[2] / "fixtures" / "art"
NAMES = ("bench", "bowl", "fork", "lighthouse", "vase")  # whose drawings are at hand
SHAPE = {key: value for key, value in MODEL.items() if key != "size"}


def small_tokenizer(codes: int = 64) -> CompactVQ:
    torch.manual_seed(0)
    shape = CompactVQConfig(
        codebook_size=codes, encoder_width=16, decoder_fine=8, decoder_coarse=16
    )
    return CompactVQ(shape).eval()


@pytest.fixture(scope="module")
def scenes() -> WorldSource:
    return WorldSource(Renderer(Art(ART), size=96), SceneSampler(nouns=NAMES), seed=1)


@pytest.fixture(scope="module")
def scene_tokens(scenes) -> SceneTokens:
    return SceneTokens(scenes, small_tokenizer(), load_text_encoder("minilm"))


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    return make_shards(tmp_path_factory.mktemp("tokens"), grids=((4, 4), (2, 6)))


@pytest.fixture(scope="module")
def captioned(tmp_path_factory):
    return make_shards(tmp_path_factory.mktemp("captioned"), captions=True)


def scene_task(source, *, causal=False, steps=8) -> GeneratorTask:
    torch.manual_seed(0)
    shape = {"num_layers": 2, "num_heads": 2, "dim": 32, "codebook_size": 64}
    model = Transformer(TransformerConfig.named("nano", **shape, causal=causal))
    return GeneratorTask(model, source, GeneratorTraining(steps=steps, batch_size=4))


def shard_task(shards, *, model=None, **training) -> GeneratorTask:
    torch.manual_seed(0)
    shape = TransformerConfig.named("b", **{**SHAPE, **(model or {})})
    settings = GeneratorTraining(**{**TRAINING, "betas": (0.9, 0.96), **training})
    source = ShardSource(shards, seed=0, engine=Runtime())
    return GeneratorTask(Transformer(shape), source, settings)


def assert_same(one: GeneratorTask, other: GeneratorTask) -> None:
    for key, value in one.model.state_dict().items():
        assert torch.equal(value, other.model.state_dict()[key]), key
    for key, value in one.average.values.items():
        assert torch.equal(value, other.average.values[key]), key


@pytest.mark.parametrize("causal", [False, True])
def test_a_resumed_run_on_scenes_equals_an_uninterrupted_one(tmp_path, scene_tokens, causal):
    whole = scene_task(scene_tokens, causal=causal)
    fit(whole, tmp_path / "whole", steps=4)
    fit(scene_task(scene_tokens, causal=causal), tmp_path / "parts", steps=2)
    second = scene_task(scene_tokens, causal=causal)
    fit(second, tmp_path / "parts", steps=4)
    assert_same(whole, second)


@pytest.mark.parametrize("settings", [{}, {"model": {"dropout": 0.2}}, {"optimizer": "muon"}])
def test_a_resumed_run_on_shards_equals_an_uninterrupted_one(tmp_path, shards, settings):
    """Across the end of an epoch of two grids, with dropout and with Muon's state."""
    whole = shard_task(shards, **settings)
    fit(whole, tmp_path / "whole", steps=15)
    fit(shard_task(shards, **settings), tmp_path / "parts", steps=7)
    second = shard_task(shards, **settings)
    fit(second, tmp_path / "parts", steps=15)
    assert_same(whole, second)
    lines = [(tmp_path / name / "log.jsonl").read_text() for name in ("whole", "parts")]
    losses = [[json.loads(line)["loss"] for line in text.splitlines()] for text in lines]
    assert losses[0][-1] == losses[1][-1]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"model": {"causal": True}},
        {"model": {"causal": True}, "context_noise": 0.9},
        {"context_noise": 0.9},
    ],
    ids=["masked", "causal", "causal, noisy", "masked, noisy"],
)
def test_accumulated_parts_equal_a_whole_batch(shards, settings):
    one, parts = shard_task(shards, **settings), shard_task(shards, **settings, accumulate=4)
    for index in range(4):
        first, second = one.step(index), parts.step(index)
        assert first["loss"] == pytest.approx(second["loss"], abs=1e-5)
        assert first["gradient_norm"] == pytest.approx(second["gradient_norm"], rel=1e-4)


@pytest.mark.parametrize("causal", [True, False], ids=["causal", "masked"])
def test_noise_strikes_what_the_model_reads_and_nothing_else(shards, monkeypatch, causal):
    task = shard_task(shards, model={"causal": causal}, context_noise=0.5, batch_size=64)
    tokens = torch.zeros(64, 16, dtype=torch.long)
    context = task.disturbed(3, tokens, slice(0, 64))
    struck = (context != tokens).float().mean(-1)  # (64,); of a picture's tokens
    assert 0.15 < float(struck.mean()) < 0.35  # a quarter on average
    assert float(struck.std()) > 0.14  # some pictures hardly, others much
    assert torch.equal(task.disturbed(3, tokens[8:16], slice(8, 16)), context[8:16])
    assert not torch.equal(task.disturbed(4, tokens, slice(0, 64)), context)
    clean = shard_task(shards, model={"causal": True})
    assert torch.equal(clean.disturbed(3, tokens, slice(0, 64)), tokens)

    read, scored = [], []
    task.threads = None  # the batch in one part
    outputs = task.model.outputs

    def watched(tokens, *args, **kwargs):
        read.append(tokens)
        return outputs(tokens, *args, **kwargs)

    def scoring(hidden, weight, targets, **kwargs):
        scored.append(targets)
        return head_cross_entropy(hidden, weight, targets, **kwargs)

    monkeypatch.setattr(task.model, "outputs", watched)
    monkeypatch.setattr("maskgil.train.tasks.generator.head_cross_entropy", scoring)
    task.step(0)
    true = task.source.batch(0, 64).tokens.flatten(1)
    noisy = task.disturbed(0, true, slice(0, 64))
    shown = read[0] != task.model.config.mask_id
    assert bool(shown.all()) == causal
    assert torch.equal(scored[0], true.flatten() if causal else true[~shown])
    assert torch.equal(read[0][shown], noisy[shown])
    assert not torch.equal(noisy[shown], true[shown])


def test_only_masked_tokens_are_scored():
    logits = torch.randn(2, 6, 8, requires_grad=True)
    tokens = torch.randint(0, 8, (2, 6))
    masked = torch.tensor([[True, False, False, True, False, False], [False] * 5 + [True]])
    masked_cross_entropy(logits, tokens, masked).backward()
    assert (logits.grad[~masked] == 0).all() and (logits.grad[masked] != 0).all()


def test_a_sum_over_a_count_adds_up_to_the_mean():
    logits, tokens = torch.randn(4, 6, 8), torch.randint(0, 8, (4, 6))
    masked = torch.rand(4, 6) < 0.5
    masked[:, 0] = True
    whole = masked_cross_entropy(logits, tokens, masked, label_smoothing=0.1)
    halves = [
        masked_cross_entropy(
            logits[rows], tokens[rows], masked[rows], label_smoothing=0.1, count=int(masked.sum())
        )
        for rows in (slice(1), slice(1, None))
    ]
    assert float(whole) == pytest.approx(float(sum(halves)), rel=1e-6)
    causal = causal_cross_entropy(logits, tokens)
    assert float(causal) == pytest.approx(float(causal_cross_entropy(logits, tokens, count=24)))


def test_training_learns_what_a_label_says(shards):
    task = shard_task(shards, steps=60, adam_rate=1e-2, label_smoothing=0.0)
    before = task.loss(1000, 16)
    for index in range(60):
        task.step(index)
    assert before == pytest.approx(math.log(CODES), abs=0.3)
    assert task.loss(1000, 16) < before - 0.7  # a label leaves 8 of 32 codes: log(4) = 1.39


def test_stored_caption_features_are_trained_on(captioned):
    shape = {"condition": "caption", "caption_dim": 6, "null_length": 1, "max_caption_length": 8}
    task = shard_task(captioned, model=shape, adam_rate=1e-2, steps=40)
    null = task.model.condition.null_features.detach().clone()
    first = task.step(0)["loss"]
    for index in range(1, 40):
        last = task.step(index)["loss"]
    assert last < first - 0.2
    assert not torch.equal(task.model.condition.null_features, null)


def test_output_norms_are_taken_of_every_layer(shards):
    task = shard_task(shards)
    assert task.norms() == {}
    task.step(0)
    before = {key: value.clone() for key, value in task.model.state_dict().items()}
    norms = task.norms()
    assert list(norms) == ["output_norm/layer_00", "output_norm/layer_01"]
    assert all(value > 0 for value in norms.values())
    assert all(torch.equal(value, before[key]) for key, value in task.model.state_dict().items())


def test_samples_are_drawn_with_the_averaged_weights(tmp_path, shards):
    task = shard_task(shards)
    task.painter = SamplePainter(small_tokenizer(CODES), [0, 1, 2, 3], grid_size=(4, 4))
    fit(task, tmp_path, steps=2, show_every=2)
    with Image.open(tmp_path / "samples_000002.png") as sheet:
        side = sheet.width // 4
        assert sheet.height > side  # "class 0" below
        assert np.asarray(sheet.convert("L"))[side:].min() < 100
    averaged = task.averaged()
    assert torch.equal(averaged.head.weight, task.average.values["head.weight"])
    assert not torch.equal(averaged.head.weight, task.model.head.weight)


def test_captions_of_shards_are_drawn_from_their_stored_features(captioned):
    stored = StoredCaptions(captioned, 5)
    assert len(stored.captions) == 5
    condition = stored.encode(stored.captions)
    assert condition.embeds.shape[::2] == (5, 6) and condition.mask.any(1).all()


def test_batches_read_ahead_are_those_read_singly(shards):
    ahead = Reader(shards, seed=3)
    for index in range(14):  # past the end of an epoch of 12 batches
        single = Reader(shards, seed=3).batch(index, 8)
        assert torch.equal(ahead.batch(index, 8)["index"], single["index"])


@pytest.mark.parametrize(
    ("training", "said"),
    [({"batch_size": 6, "accumulate": 4}, "even parts"), ({"mask_schedule": "wave"}, "wave"),
     ({"steps": 0}, "steps is 0"), ({"gradient_limit": 0}, "gradient_limit")],
)  # fmt: skip
def test_bad_settings_are_named(training, said):
    with pytest.raises(ValueError, match=said):
        GeneratorTraining(**{"steps": 3, **training})


def test_tokens_of_another_codebook_are_refused(shards):
    with pytest.raises(ValueError, match="32 codes"):
        shard_task(shards, model={"codebook_size": 64})


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


def test_rates_rise_and_fall():
    assert warmup_stable_decay(0, total=100, warmup=10) == 0.1
    assert warmup_stable_decay(50, total=100, warmup=10) == 1.0
    assert warmup_stable_decay(100, total=100, warmup=10) == 0.0
    assert warmup_stable_decay(99, total=100, warmup=10, decay=0.0) == 1.0
    assert cosine(50, total=100, warmup=1) == pytest.approx(0.5)


def test_pixels_and_images_are_inverse():
    picture = torch.randint(0, 256, (8, 8, 3), dtype=torch.uint8).numpy()
    assert (np.asarray(from_pixels(stack_pixels([picture]))[0]) == picture).all()
