"""clip-nano: twins that differ in one thing, the model, its training and its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import GRID, is_held_out
from maskgil.nano.emoji.sprites import ArtFolder, load_nouns
from maskgil.train.nano_config import SIDE
from polyvoice.clip_nano import train
from polyvoice.clip_nano.dataset import Captions, Corpus, disturb, resize
from polyvoice.clip_nano.model import ASSET, ClipNano, ClipNanoConfig, load
from polyvoice.clip_nano.pairs import ASPECTS, looks_of, pair
from polyvoice.clip_nano.train import STYLES, ClipTask, ClipTraining, judge

ART = Path(__file__).parents[1] / "fixtures" / "art"
NAMES = ("apple", "cat", "car", "star", "egg", "sun", "snowman", "spider")
NOUNS = tuple(noun for noun in load_nouns() if noun.name in NAMES)
FEW = SceneSampler(nouns=NOUNS, styles=STYLES)
TINY = ClipNanoConfig(
    image_size=48, widths=(8, 16, 32), depths=(1, 1, 1), mixer_layers=1, text_width=32, dim=16
)


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter(ArtFolder(ART), size=4 * GRID)


@pytest.fixture(scope="module")
def encoder():
    return load_text_encoder("minilm")


@pytest.mark.parametrize("aspect", ASPECTS)
def test_twins_differ_in_one_aspect_and_their_captions_say_so(aspect: str) -> None:
    sampler = SceneSampler()
    for index in range(40):
        one = pair(index, sampler, aspect=aspect)
        assert one == pair(index, sampler, aspect=aspect)
        first, second = one.scenes
        assert one.aspect == aspect
        assert looks_of(first) != looks_of(second)
        assert one.captions[0].lower() != one.captions[1].lower()
        assert not is_held_out(first) and not is_held_out(second)
        same = {
            "colour": [t.noun for t in first.things] == [t.noun for t in second.things],
            "count": first.things[0].noun == second.things[0].noun
            and first.things[0].count != second.things[0].count,
            "noun": first.layout == second.layout,
            "position": set(first.things) == set(second.things),
            "background": first.things == second.things,
        }
        assert same[aspect]
        if aspect != "background":
            assert first.background == second.background


def test_held_out_pairs_start_from_scenes_never_trained_on() -> None:
    sampler = SceneSampler(held_out=True)
    assert all(is_held_out(pair(i, sampler).scenes[0]) for i in range(20))


def test_towers_give_unit_vectors_and_padding_does_not_matter() -> None:
    torch.manual_seed(0)
    model = ClipNano(TINY).eval()
    images = model.image_tower(torch.rand(2, 3, 48, 48) * 2 - 1)
    assert images.shape == (2, 16)
    torch.testing.assert_close(images.norm(dim=-1), torch.ones(2))
    features = torch.randn(1, 5, 384)
    short = model.text_head(CaptionCondition(features, None))
    mask = torch.tensor([[True] * 5 + [False] * 3])
    padded = CaptionCondition(F.pad(features, (0, 0, 0, 3), value=7.0), mask)
    torch.testing.assert_close(model.text_head(padded), short, atol=1e-5, rtol=1e-5)


def test_loss_is_contrastive_and_forgives_pictures_that_look_the_same() -> None:
    model = ClipNano(TINY)
    ones = F.normalize(torch.randn(4, 16, generator=torch.Generator().manual_seed(1)), dim=-1)
    right, wrong = model.loss(ones, ones), model.loss(ones, ones.roll(1, 0))
    assert right < 1 < wrong
    twice = torch.cat([ones, ones])
    looks = torch.arange(4).repeat(2)
    same = looks[:, None] == looks
    torch.testing.assert_close(model.loss(twice, twice, same), right, atol=0.15, rtol=0)
    assert model.loss(twice, twice) > model.loss(twice, twice, same) + 0.5


def test_training_learns_and_resumes(painter: Painter, encoder, tmp_path: Path) -> None:
    from maskgil.train.trainer import fit

    settings = ClipTraining(steps=30, pairs=8, warmup=3, learning_rate=3e-3, bfloat16=False)

    def task() -> ClipTask:
        torch.manual_seed(0)
        corpus = Corpus(painter, FEW, encoder, count=40, folder=tmp_path / "captions")
        return ClipTask(ClipNano(TINY), corpus, settings)

    whole = task()
    before = whole.terms(1000)["loss"].item()
    fit(whole, tmp_path / "whole", steps=30, log_every=30)
    assert whole.terms(1000)["loss"].item() < before - 0.3
    fit(task(), tmp_path / "parts", steps=12)
    resumed = task()
    fit(resumed, tmp_path / "parts", steps=30)
    for one, other in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_captions_encoded_once_are_what_the_encoder_says(encoder, tmp_path: Path) -> None:
    said = ["a cat", "two red apples to the left of a blue car", "an egg"]
    made = Captions.kept(encoder, said, tmp_path)

    class Silent:
        dim, max_length = 384, 64

        def encode(self, texts: list[str]) -> CaptionCondition:
            raise AssertionError("these captions are kept")

    for captions in (made, Captions.kept(Silent(), said, tmp_path)):
        features, mask = captions.batch([1, 2])
        assert mask is not None
        for row, text in enumerate((said[1], said[2])):
            alone, _ = encoder.encode([text])
            assert int(mask[row].sum()) == alone.shape[1]
            torch.testing.assert_close(features[row][mask[row]], alone[0], atol=5e-3, rtol=5e-3)
    with pytest.raises(AssertionError, match="are kept"):
        Captions.kept(Silent(), said[:2], tmp_path)


def test_corpus_shows_every_pair_once_an_epoch(painter: Painter, encoder) -> None:
    corpus = Corpus(painter, FEW, encoder, count=12, seed=3)
    epochs = [[n for i in range(e, e + 3) for n in corpus.numbers(i, 4)] for e in (0, 3)]
    assert epochs[0] != epochs[1]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(12))
    pixels, captions, same = corpus.batch([0, 5], 32, torch.Generator().manual_seed(0))
    assert pixels.shape == (4, 3, 32, 32) and len(captions.embeds) == 4
    assert bool(same.diagonal().all()) and bool((same == same.T).all())


def test_a_share_of_the_corpus_is_rebuilt_once(painter: Painter, encoder) -> None:
    class Dark:
        codebook_size, downsample_factor, seen = 1, 8, 0

        def encode(self, pixels: torch.Tensor) -> torch.Tensor:
            self.seen += len(pixels)
            return torch.zeros(len(pixels), 2, 2, dtype=torch.long)

        def decode(self, indices: torch.Tensor) -> torch.Tensor:
            return torch.full((len(indices), 3, 96, 96), -1.0)

    dark = Dark()
    corpus = Corpus(painter, FEW, encoder, count=10, tokenizer=dark, rebuilt=0.2)
    for _ in range(2):
        pixels, _, _ = corpus.batch(range(10), 32, torch.Generator().manual_seed(0))
        black = (pixels < -0.98).flatten(1).all(1)
        assert black.tolist() == [True] * 4 + [False] * 16
    assert dark.seen == 4


def test_disturbed_pictures_stay_pictures() -> None:
    stripes = torch.ones(200, 3, 48, 48)
    stripes[..., ::2] = -1  # finer than the smaller picture: grey, if antialiased
    assert resize(stripes, 24).abs().max() < 0.2
    flat = torch.zeros(200, 3, 48, 48)
    seen = disturb(flat, 32, torch.Generator().manual_seed(0))
    assert seen.shape == (200, 3, 32, 32)
    assert seen.flatten(1).std(1).max() < 1e-4  # a plain picture stays plain,
    light = seen.mean((1, 2, 3))
    assert -0.11 < light.min() < -0.05 and 0.05 < light.max() < 0.11  # a little dimmed or lit
    again = disturb(flat, 32, torch.Generator().manual_seed(0))
    torch.testing.assert_close(again, seen, rtol=0, atol=0)


def test_saving_keeps_the_model_and_damage_is_noticed(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = ClipNano(TINY).eval()
    path = checkpoints.save(model, tmp_path / "clip-nano.safetensors")
    back = load(path)
    assert back.config == TINY and not any(p.requires_grad for p in back.parameters())
    pixels = torch.rand(1, 3, 48, 48)
    torch.testing.assert_close(
        back.image_tower(pixels), model.image_tower(pixels), atol=5e-3, rtol=0
    )
    with pytest.raises(CheckpointError, match="no weights at"):
        load(tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="holds a compact-vq, not a clip-nano"):
        load("nano-tokenizer")
    path.write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match="is not a readable safetensors file"):
        load(path)


def test_the_command_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    for text, said in (
        ("model: {}", "training is missing"),
        ("model: {}\ntraining: {steps: 1}\nmore: 1", "unknown key 'more'"),
        ("model: {}\ntraining: {steps: 1}", "no emoji art"),
        ("model: {}\ntraining: {steps: 1, pairs: 0}", "pairs is 0"),
        ("model: [", "is not YAML"),
    ):
        config.write_text(text)
        arguments = ["train", str(config), "--art", str(tmp_path), "--out", str(tmp_path / "run")]
        assert train.main(arguments) == 2
        error = capsys.readouterr().err.strip()
        assert said in error.split("\n")[-1]
    assert train.main(["evaluate", "--weights", str(tmp_path / "none")]) == 2


class TestShipped:
    """The weights in assets/clip-nano, on fixture art alone."""

    def test_small_whole_and_in_the_registry(self) -> None:
        assert ASSET.stat().st_size < 8e6
        path, expected = checkpoints.resolve("clip-nano")
        assert path == ASSET and expected == checkpoints.sha256_of(ASSET)
        assert isinstance(checkpoints.load("clip-nano"), ClipNano)

    def test_tells_right_from_wrong(self, encoder) -> None:
        painter = Painter(ArtFolder(ART), size=SIDE)
        sampler = SceneSampler(nouns=NOUNS, styles=STYLES, held_out=True)
        shares = judge(load(), encoder, painter, sampler, count=60)
        assert json.dumps(shares)
        for aspect in ("colour", "count", "noun"):  # who stands where it does not see
            assert shares[aspect] > 0.75, shares  # of 60; a coin gives 0.5 and a spread of 0.065
        assert shares["text to image"] > 0.5, shares
