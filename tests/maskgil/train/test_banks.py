"""Composers, banks, the twin in the same run, the clock, and checkpoints in parts."""

import multiprocessing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import yaml

pytest.importorskip("resvg_py")

from maskgil.checkpoints import load, save
from maskgil.config import SIZES
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Drafted
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.nano.dataset import WorldSource
from maskgil.nano.drafts.draft import Drafts
from maskgil.nano.drafts.references import DrawnReferences, write
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.sampler import SceneSampler
from maskgil.presets import load_generator
from maskgil.sampling.config import SamplingConfig
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.train import banks, composed, nano_config
from maskgil.train.banks import PixelBank, pixel_bank, token_bank
from maskgil.train.batches import TokenBatch
from maskgil.train.checkpoints import latest_checkpoint, read_checkpoint, save_run
from maskgil.train.composed import CHUNK, Composers, ComposingError
from maskgil.train.config import ConfigError
from maskgil.train.nano_config import SceneSettings
from maskgil.train.optim import lr_schedules
from maskgil.train.optim.lr_schedules import RESERVE, SLACK, Clock
from maskgil.train.tasks.generator import GeneratorTask, GeneratorTraining
from maskgil.train.warm_start import read_weights
from tests.helpers.tiny_training import ROOT, assert_same_state, run

ART = ROOT / "tests" / "fixtures" / "art"


@pytest.fixture(scope="module")
def world() -> WorldSource:
    """Scenes of what the fixtures' art draws, at two sizes."""
    drawn = (n.name for n in load_nouns() if all(code.startswith("svg:") for code in n.art))
    art = Art(ART)
    sampler = SceneSampler(nouns=tuple(drawn), styles={"3d": 1.0})
    return WorldSource(Renderer(art), sampler, reader=Renderer(art, size=96))


@pytest.fixture
def composers(world):
    made = []

    def make(workers: int, words=None) -> Composers:
        made.append(Composers(world, workers, words=words))
        return made[-1]

    yield make
    for one in made:
        one.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("workers", [0, 1])
def test_chunks_hold_both_sizes_and_two_captions_in_pieces(world, composers, small_chunks, workers):
    words = load_text_encoder("minilm").tokenizer
    crew = composers(workers, words)
    crew.start(3 * small_chunks)
    with crew.chunk() as chunk:
        pass
    number = 3 * small_chunks + 5
    scene = world.scene(number)
    seed = f"{world.seed}/{number}"
    assert np.array_equal(chunk.small[5], world.reader.draw(scene, seed))
    assert np.array_equal(chunk.large[5], world.renderer.draw(scene, seed))
    plain, free = (words.decode([i for i in row if i]) for row in chunk.pieces[5].tolist())
    assert plain.replace(" ", "") == canonical(scene).lower().replace(" ", "")
    assert free and chunk.pieces.shape == (small_chunks, 2, 48)


def test_a_place_alone_is_drafted_with_some_of_its_own_codes(world, small_chunks):
    drawn = DrawnReferences(world.reader, lambda pixels: torch.zeros(len(pixels), 12, 12).long())
    encoder, places = load_text_encoder("minilm"), SceneSampler(scenery=1.0)
    crew = Composers(
        WorldSource(world.renderer, places), 0, words=encoder.tokenizer, drafts=Drafts(drawn)
    )
    torch.manual_seed(0)
    tokenizer = CompactVQ(CompactVQConfig(codebook_size=64, image_size=192, encoder_width=8)).eval()
    bank = token_bank(crew, 16 * small_chunks, tokenizer, torch.device("cpu"))
    bank.rows(4 * small_chunks, first=0, fresh=True, generator=torch.Generator().manual_seed(0))
    rows = slice(0, 4 * small_chunks)
    tokens = bank.columns["tokens"][rows].flatten(1)
    drafts = bank.columns["drafts"][rows]
    told = drafts != NO_CODE
    assert torch.equal(drafts[told], tokens[told])
    shares = told.float().mean(1)
    assert shares.min() == 0 and shares[shares > 0].min() >= 0.14 and shares.max() <= 0.76
    words = [encoder.tokenizer.decode([i for i in row if i]) for row in bank.columns["pieces"][0]]
    assert len(set(words)) == 1
    assert words[0].replace(" ", "") == canonical(places.scene(0)).lower().replace(" ", "")


def test_a_composer_that_fails_ends_the_run_in_one_line(world, composers, monkeypatch):
    monkeypatch.setattr(world, "scene", lambda number: load_nouns()["no such thing"])
    bank = pixel_bank(composers(1), 2 * CHUNK, torch.device("cpu"))
    with pytest.raises(ComposingError, match="composing scenes: TypeError"):
        PixelBank(bank).pixels(0, 4)


def test_fresh_scenes_come_first_and_the_oldest_go(composers, monkeypatch):
    monkeypatch.setattr(Composers, "_compose", lambda self, first, into: None)
    bank = pixel_bank(composers(0), 4 * CHUNK, torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)

    def rows(fresh: bool) -> list[int]:
        return bank.rows(30, first=0, fresh=fresh, generator=generator).tolist()

    assert rows(True) == list(range(30)) and bank.seen == CHUNK
    assert set(rows(False)) <= set(range(CHUNK)) and bank.seen == CHUNK
    assert rows(True) == list(range(30, 60))
    rows(True), rows(True), rows(True)
    assert bank.seen == 5 * CHUNK  # the first chunk is replaced, the next is about to be
    assert set(rows(False)) <= {number % (4 * CHUNK) for number in range(2 * CHUNK, 5 * CHUNK)}
    with pytest.raises(ValueError, match="keeps 128 scenes; batches of 33 need 132"):
        bank.rows(33, first=0, fresh=True, generator=generator)


def config_file(folder: Path, **changes) -> Path:
    """A masked model and its twin on the world's scenes, as small as they come."""
    shape = CompactVQConfig(codebook_size=32, image_size=96, encoder_width=8)
    torch.manual_seed(0)
    save(CompactVQ(shape), folder / "tokenizer.safetensors")
    values = {
        "kind": "generator",
        "tokenizer": str(folder / "tokenizer.safetensors"),
        "model": {"size": "nano", "num_layers": 2, "num_heads": 2, "dim": 16, "merge": 2,
                  "codebook_size": 32, "max_grid_size": [12, 12]},
        "twin": {"model": {"num_layers": 1, "dim": 8}, "training": {"batch_size": 4}, "every": 2},
        "scenes": {"world": True, "bank": 4 * CHUNK, "workers": 1},
        "training": {"steps": 4, "batch_size": 8, "warmup": 1, "context_noise": 0.1},
        "save_minutes": 0, "log_every": 1, "tensorboard": False, "parts": 1,
        **changes,
    }  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


@pytest.fixture
def small_chunks(monkeypatch):
    """Scenes are composed a few at a time, as many as a run takes in a step: their number."""
    few = 8
    for module in (composed, banks):
        monkeypatch.setattr(module, "CHUNK", few)
    return few


@pytest.fixture
def small_world(world, small_chunks, monkeypatch):
    """Configs find the fixtures' scenes."""
    whole = WorldSource(world.reader, world.sampler)
    monkeypatch.setattr(nano_config, "_open_world", lambda *_: whole)


def state_of(folder: Path) -> dict:
    return read_checkpoint(latest_checkpoint(folder))["task"]


def test_a_run_with_a_twin_stops_resumes_and_draws(tmp_path, small_world):
    path, folder = config_file(tmp_path), tmp_path / "run"
    run(path, "--out", folder, "--steps", "2")
    first = state_of(folder)
    run(path, "--out", folder, "--export", tmp_path / "maskgil.safetensors")
    second = state_of(folder)
    for before, after in ((first, second), (first["twin"], second["twin"])):
        assert not torch.equal(before["model"]["head.weight"], after["model"]["head.weight"])
    taken = [one["optimizers"][0]["state"][0]["step"] for one in (second, second["twin"])]
    assert taken == [4, 2]  # the twin is trained in every second step
    assert latest_checkpoint(folder).name == "step_00000004.parts"
    twin = load(tmp_path / "ar.safetensors")
    assert twin.config.causal and (twin.config.dim, twin.config.merge) == (8, 1)
    generator = load_generator("nano", weights=tmp_path)
    for ratio in (0.0, 0.5):
        sampling = replace(generator.sampling, ar_ratio=ratio)
        (picture,) = generator.generate(["a red mug"], seed=0, sampling=sampling)
        assert picture.size == (96, 96)
    shapes = [read_weights(folder, twin=one)[1].dim for one in (False, True)]
    assert shapes == [16, 8]
    started = config_file(tmp_path, training={"steps": 1, "batch_size": 8, "muon_rate": 0,
                                              "adam_rate": 0}, init_from=str(folder))  # fmt: skip
    run(started, "--out", tmp_path / "warm")
    warm, averages = state_of(tmp_path / "warm"), (second["average"], second["twin"]["average"])
    for now, average in zip((warm, warm["twin"]), averages, strict=True):
        assert torch.equal(now["model"]["head.weight"], average["values"]["head.weight"])


def test_both_models_learn_from_drafts(tmp_path, world, small_chunks, monkeypatch):
    names = {"mug", "bench", *world.sampler.names[::60]}
    few = SceneSampler(nouns=tuple(names), styles={"3d": 1.0})
    whole = WorldSource(world.renderer, few)
    monkeypatch.setattr(nano_config, "_open_world", lambda *_: whole)
    shape = CompactVQConfig(codebook_size=32, image_size=192, encoder_width=8)
    model = {"size": "nano", "num_layers": 2, "num_heads": 2, "dim": 16, "merge": 2,
             "codebook_size": 32, "max_grid_size": [24, 24], "drafts": True}  # fmt: skip
    references = tmp_path / "references.npz"
    scenes = {"world": True, "bank": 4 * CHUNK, "references": str(references)}
    path = config_file(tmp_path, model=model, scenes=scenes)
    tokenizer = CompactVQ(shape).eval()
    save(tokenizer, tmp_path / "tokenizer.safetensors")
    nouns = [one for one in load_nouns() if one.name in {n.name for n in few.nouns}]
    write(DrawnReferences(world.renderer, tokenizer.encode), references, nouns)
    run(path, "--out", tmp_path / "run", "--export", tmp_path / "maskgil.safetensors")
    state = state_of(tmp_path / "run")
    assert state["model"]["draft_mark"].abs().sum() > 0
    drawing = load_generator("nano", weights=tmp_path)
    assert drawing.masked.config.drafts and drawing.causal.config.drafts
    picture = drawing.generate("a red mug on a bench", seed=4, sampling=SamplingConfig(num_steps=2))
    assert picture[0].size == (384, 384)


def test_part_of_a_draft_is_lost_in_training(tmp_path, world, monkeypatch):
    source = SimpleNamespace(codebook_size=32, caption_length=None)
    shape = replace(SIZES["nano"], codebook_size=32, max_grid_size=(8, 8), dim=16, num_heads=2,
                    num_layers=1, drafts=True)  # fmt: skip
    settings = GeneratorTraining(steps=1, batch_size=400, draft_dropout=0.2, draft_noise=0.5)
    task = GeneratorTask(Transformer(shape), source, settings)
    caption = CaptionCondition(torch.zeros(400, 1, shape.caption_dim))
    batch = TokenBatch(torch.zeros(400, 8, 8), Drafted(caption, torch.ones(400, 64).long()), [])
    kept = (task.sketched(3, batch).condition.draft != NO_CODE).float().mean(1)  # (400,)
    assert 0.14 < float((kept == 0).float().mean()) < 0.26
    assert 0.4 < float((kept == 1).float().mean()) < 0.6
    assert float(kept[kept > 0].min()) > 0.3
    assert torch.equal(
        task.sketched(3, batch).condition.draft, task.sketched(3, batch).condition.draft
    )
    assert not torch.equal(task.sketched(3, batch)[1].draft, task.sketched(4, batch)[1].draft)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_trains_both_models_with_compiled_blocks(tmp_path, small_world):
    path, folder = config_file(tmp_path), tmp_path / "run"
    run(path, "--out", folder, "--device", "cuda", "--compile", "--minutes", "1")
    assert (folder / "maskgil.safetensors").is_file() and (folder / "ar.safetensors").is_file()


def test_without_workers_a_resumed_run_takes_the_same_steps(tmp_path, small_world):
    scenes = {"world": True, "bank": 4 * CHUNK}
    path = config_file(tmp_path, scenes=scenes, twin=None)
    run(path, "--out", tmp_path / "whole")
    run(path, "--out", tmp_path / "parts", "--steps", "2")
    run(path, "--out", tmp_path / "parts")
    assert_same_state(state_of(tmp_path / "whole"), state_of(tmp_path / "parts"))


def test_a_clocked_run_ends_and_is_over(tmp_path, small_world, caplog):
    path, folder = config_file(tmp_path), tmp_path / "run"
    caplog.set_level("INFO")
    run(path, "--out", folder, "--minutes", "0.01")  # less than writing needs: a single step
    assert read_checkpoint(latest_checkpoint(folder))["share"] == 1.0
    assert (folder / "maskgil.safetensors").is_file() and (folder / "ar.safetensors").is_file()
    run(path, "--out", folder, "--minutes", "0.01")
    assert "has its steps already, 1" in caplog.text


def test_the_clock_begins_behind_the_first_step_and_leaves_time_to_write(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(lr_schedules.time, "monotonic", lambda: now[0])
    clock = Clock(2.0, began=100.0)
    now[0] = 130.0
    assert clock.share() == 0.0  # the first step is still compiled
    clock.tick()
    clock.wrote(10.0)
    end = 220.0 - RESERVE - 20.0
    now[0] = (130.0 + end) / 2
    assert clock.share() == pytest.approx(0.5)
    now[0] = end
    assert clock.share() == 1.0
    again = Clock(2.0, began=end)
    again.resume(0.5)
    assert again.share() == 0.5
    again.tick()
    now[0] = end + 10.0
    again.tick()  # a step of 10 seconds: another has to fit before the end
    now[0] = end + 60.0 - RESERVE - 10.0 * SLACK
    assert again.share() == 1.0


def test_parts_are_small_and_a_missing_one_is_named(tmp_path):
    state = {"task": {"x": torch.arange(700_000)}, "step": 3}
    path = save_run(tmp_path, 3, state, keep=1, parts=2)
    sizes = [part.stat().st_size for part in path.iterdir()]
    assert len(sizes) == 3 and max(sizes) <= 2_000_000
    assert torch.equal(read_checkpoint(path)["task"]["x"], state["task"]["x"])
    (path / "002_of_003").unlink()
    with pytest.raises(ValueError, match="lacks its part 002_of_003"):
        read_checkpoint(path)
    save_run(tmp_path, 4, state, keep=1)
    assert latest_checkpoint(tmp_path).name == "step_00000004.pt" and not path.exists()


def test_pictures_for_tokenizers_come_at_both_sizes(composers, small_chunks):
    bank = PixelBank(pixel_bank(composers(1), 4 * CHUNK, torch.device("cpu")))
    batch = bank.pixels(0, 8)
    assert batch.read.shape == (8, 3, 96, 96) and batch.wanted.shape == (8, 3, 192, 192)
    halved = torch.nn.functional.avg_pool2d(batch.wanted, 2)
    assert (halved - batch.read).abs().mean() < 0.1
    assert bank.shown(2).wanted.shape == (2, 3, 192, 192)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"workers": 2, "world": True}, "scenes.workers is 2; .* 0 without bank"),
        ({"world": False}, "only scenes of nano's world"),
        ({"bank": 64, "world": True, "side": 192, "crop": 4}, "keeps whole pictures"),
        ({"canonical": 1.5}, "scenes.canonical and scenes.scenery from 0 to 1"),
        ({"scenery": -0.1}, "scenes.canonical and scenes.scenery from 0 to 1"),
    ],
)
def test_banks_that_make_no_sense_are_named(settings, said):
    with pytest.raises(ConfigError, match=said):
        SceneSettings(**settings)


def test_a_twin_needs_a_bank(tmp_path, small_world):
    path = config_file(tmp_path, scenes={"world": True})
    with pytest.raises(ConfigError, match="twin is for a masked model of scenes in a bank"):
        run(path, "--out", tmp_path / "run")
