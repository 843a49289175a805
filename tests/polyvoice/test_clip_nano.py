"""clip-nano: twins that differ in one thing, the model, its training and its files."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.sampler import is_held_out
from maskgil.nano.world.scene import Scene, Thing
from maskgil.utils.images import stack_pixels
from polyvoice.clip_nano import train
from polyvoice.clip_nano.dataset import Corpus, PairBatches, disturb, prepared, resize
from polyvoice.clip_nano.model import ASSET, ClipNano, ClipNanoConfig, load
from polyvoice.clip_nano.pairs import ASPECTS, Pairs, meaning_of
from polyvoice.clip_nano.regions import RegionReader, Regions
from polyvoice.clip_nano.train import ClipTask, ClipTraining, judge
from tests.helpers.tiny_evaluation import ART
from tests.helpers.tiny_judge import NOUNS

NAMES = tuple(noun.name for noun in NOUNS[:12])
TINY = ClipNanoConfig(width=32, mixer_layers=1, text_width=32, text_layers=1, dim=16)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Art(ART), size=96)


@pytest.fixture(scope="module")
def encoder():
    return load_text_encoder("minilm")


@pytest.mark.parametrize("aspect", ASPECTS)
def test_twins_differ_in_one_aspect_and_their_captions_say_so(aspect: str) -> None:
    pairs = Pairs()
    for index in range(40):
        one = pairs(index, aspect)
        assert one == pairs(index, aspect)
        first, second = one.scenes
        assert one.aspect == aspect
        assert meaning_of(first) != meaning_of(second)
        assert one.captions[0].lower() != one.captions[1].lower()
        assert not is_held_out(first) and not is_held_out(second)
        if aspect in ("setting", "time", "weather", "style"):
            differing = {name for name in vars(first) if vars(first)[name] != vars(second)[name]}
            assert differing == {aspect}
        elif aspect == "relation":
            assert first.things == second.things and first.setting == second.setting
        else:
            assert first.relations == second.relations and first.setting == second.setting
            changed = [(a, b) for a, b in zip(first.things, second.things, strict=True) if a != b]
            assert len(changed) == 1
            (a, b), others = changed[0], {"noun", "colour", "count"} - {aspect, "colour"}
            assert getattr(a, aspect) != getattr(b, aspect)
            assert all(getattr(a, name) == getattr(b, name) for name in others)


def test_half_of_the_scenes_are_of_one_kind_of_thing() -> None:
    pairs = Pairs(seed=3)
    alone = sum(len(pairs(index).scenes[0].things) == 1 for index in range(300)) / 300
    assert 0.5 < alone < 0.85
    assert len({pairs(index).aspect for index in range(300)}) == len(ASPECTS)


def test_held_out_pairs_start_from_scenes_never_trained_on() -> None:
    pairs = Pairs(held_out=True)
    assert all(is_held_out(pairs(index).scenes[0]) for index in range(20))


def test_towers_give_unit_vectors_and_padding_does_not_matter() -> None:
    torch.manual_seed(0)
    model = ClipNano(TINY).eval()
    images = model.image_tower(torch.rand(2, 3, 192, 192) * 2 - 1)
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


@pytest.fixture(scope="module")
def reader() -> RegionReader:
    return RegionReader(TINY)


def test_a_things_place_colour_and_whether_it_is_there_are_seen(
    renderer: Renderer, reader: RegionReader
) -> None:
    red, blue = Thing("apple", colour="red"), Thing("apple", colour="blue")
    drawn = [renderer.draw(Scene(things), "1") for things in ((red,), (blue,), (red, red))]
    seen = reader(stack_pixels(drawn).clone())
    assert seen.things.shape == (3, TINY.regions, reader.region_dim)
    assert seen.whole.shape == (3, reader.whole_dim)
    assert seen.mask.sum(1).tolist() == [1, 1, 2]
    assert not seen.things[~seen.mask].any()
    boxes = seen.things[..., -7:-3] / 2 + 0.5
    assert ((boxes[seen.mask] >= 0) & (boxes[seen.mask] <= 1)).all()
    assert (boxes[seen.mask][:, :2] < boxes[seen.mask][:, 2:]).all()
    colours = seen.things[..., -7 - len(reader.net.config.colours) - 1 : -7].argmax(-1)
    names = [reader.net.config.colours[int(colours[at, 0])] for at in (0, 1)]
    assert names == ["red", "blue"]


def test_regions_that_are_not_there_change_nothing(reader: RegionReader) -> None:
    torch.manual_seed(0)
    model = ClipNano(TINY).eval()
    things = torch.randn(1, 3, reader.region_dim)
    whole = torch.randn(1, reader.whole_dim)
    few = Regions(things, torch.tensor([[True] * 3]), whole)
    more = Regions(
        F.pad(things, (0, 0, 0, 4), value=5.0), torch.tensor([[True] * 3 + [False] * 4]), whole
    )
    read = model.image_tower.read
    torch.testing.assert_close(read(more), read(few), atol=1e-5, rtol=1e-5)
    full = Regions(torch.randn(1, 7, reader.region_dim), torch.ones(1, 7, dtype=torch.bool), whole)
    both = Regions(*(torch.cat(parts) for parts in zip(more, full, strict=True)))
    torch.testing.assert_close(read(both)[:1], read(few), atol=1e-5, rtol=1e-5)
    nothing = Regions(things, torch.zeros(1, 3, dtype=torch.bool), whole)
    assert bool(read(nothing).isfinite().all())


def corpus(renderer: Renderer, encoder, reader: RegionReader, size: int, **how) -> Corpus:
    batches = PairBatches(renderer, Pairs(nouns=NAMES, seed=1), size)
    prepare = partial(prepared, reader=reader, encoder=encoder, **how)
    return Corpus(batches, prepare, times=2)


def test_training_learns_and_resumes(
    renderer: Renderer, encoder, reader: RegionReader, tmp_path: Path
) -> None:
    from maskgil.train.trainer import fit

    settings = ClipTraining(
        steps=10, pairs=4, warmup=3, learning_rate=3e-3, average_decay=0.9, bfloat16=False
    )

    def task() -> ClipTask:
        torch.manual_seed(0)
        return ClipTask(ClipNano(TINY), corpus(renderer, encoder, reader, 4), settings)

    whole = task()

    def loss() -> float:
        return sum(whole.terms(index)["loss"].item() for index in (0, 2, 4)) / 3

    before = loss()
    fit(whole, tmp_path / "whole", steps=10, log_every=10)
    assert loss() < before - 0.15
    fit(task(), tmp_path / "parts", steps=8)
    resumed = task()
    fit(resumed, tmp_path / "parts", steps=10)
    for one, other in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_a_batch_has_regions_captions_and_what_means_the_same(
    renderer: Renderer, encoder, reader: RegionReader
) -> None:
    pairs = corpus(renderer, encoder, reader, 3)
    regions, captions, same = pairs.batch(2)
    assert len(regions.things) == len(regions.whole) == len(captions.embeds) == 6
    assert bool(same.diagonal().all()) and bool((same == same.T).all()) and not bool(same.all())
    said = Pairs(nouns=NAMES, seed=1)(3).captions[0]
    alone, _ = encoder.encode([said])
    assert captions.mask is not None and int(captions.mask[0].sum()) == alone.shape[1]
    torch.testing.assert_close(captions.embeds[0][captions.mask[0]], alone[0], atol=1e-4, rtol=1e-4)


def test_a_share_of_a_batch_is_rebuilt(renderer: Renderer, encoder, reader: RegionReader) -> None:
    class Dark:
        def encode(self, pixels: torch.Tensor) -> torch.Tensor:
            return torch.zeros(len(pixels), 2, 2, dtype=torch.long)

        def decode(self, indices: torch.Tensor) -> torch.Tensor:
            return torch.full((len(indices), 3, 192, 192), -1.0)

    pairs = corpus(renderer, encoder, reader, 5, tokenizer=Dark(), rebuilt=0.4)
    regions, _, _ = pairs.batch(0)
    found = regions.mask.sum(1)
    assert found[:4].tolist() == [0] * 4 and bool((found[4:] > 0).any())


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
    pixels = torch.rand(1, 3, 192, 192)
    torch.testing.assert_close(
        back.image_tower(pixels), model.image_tower(pixels), atol=5e-3, rtol=0
    )
    with pytest.raises(CheckpointError, match="no weights at"):
        load(tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="holds a compact-vq, not a clip-nano"):
        load("nano-tokenizer")
    other = ClipNano(replace(TINY, detector_hash="0" * 12))
    with pytest.raises(CheckpointError, match="train it again"):
        load(checkpoints.save(other, tmp_path / "stale.safetensors"))
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
        ("model: {}\ntraining: {steps: 1}", "no art"),
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

    def test_tells_right_from_wrong(self, renderer: Renderer, encoder) -> None:
        shares = judge(
            load(), encoder, renderer, partial(Pairs, nouns=NAMES), count=60, aspects=("colour",)
        )
        assert json.dumps(shares)
        assert shares["colour"] > 0.8, shares  # a coin gives 0.5 and a spread of 0.065
        assert shares["text to image"] > 0.6, shares  # by chance a sixtieth
