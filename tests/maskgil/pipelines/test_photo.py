"""Preset photo: which model is drawn with, what is said before a download, what is missing."""

import fnmatch
import json
import shutil
from types import SimpleNamespace

import pytest
import torch

from maskgil.checkpoints import CheckpointError
from maskgil.checkpoints.hub_folder import fetched, needed_files
from maskgil.pipelines import photo
from maskgil.pipelines.photo import AMUSED, MEISSONIC, check_photo, load_photo, photo_model, suited
from tests.helpers.tiny_photo import needs_diffusers

pytestmark = needs_diffusers
FILES = {  # of a repository such as Meissonic's -> bytes
    "README.md": 900, "model_index.json": 400, "transformer/config.json": 451,
    "transformer/transformer.py": 49_600,
    "transformer/diffusion_pytorch_model.safetensors": 4_030_000_000,
    "transformer/diffusion_pytorch_model.fp16.safetensors": 2_010_000_000,
    "vqvae/config.json": 799, "vqvae/diffusion_pytorch_model.safetensors": 585_000_000,
    "vqvae/diffusion_pytorch_model.fp16.safetensors": 293_000_000,
    "text_encoder/config.json": 570, "text_encoder/model.safetensors": 1_420_000_000,
    "text_encoder/model.fp16.safetensors": 708_000_000, "text_encoder/pytorch_model.bin": 1,
    "tokenizer/vocab.json": 862_000, "tokenizer/merges.txt": 525_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("half", "weights"),
    [
        (True, ["transformer/diffusion_pytorch_model.fp16.safetensors",
                "vqvae/diffusion_pytorch_model.safetensors",
                "text_encoder/model.fp16.safetensors"]),
        (False, ["transformer/diffusion_pytorch_model.safetensors",
                 "vqvae/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"]),
    ],
)  # fmt: skip
def test_a_gpu_takes_half_precision_and_nothing_is_fetched_twice(half, weights):
    parts = {part: half and asked for part, asked in MEISSONIC.parts.items()}
    files = needed_files(list(FILES), parts)
    assert [name for name in files if name.endswith(".safetensors")] == weights
    rest = {name for name in files if not name.endswith(".safetensors")}
    assert rest == {
        "transformer/config.json", "vqvae/config.json", "text_encoder/config.json",
        "tokenizer/vocab.json", "tokenizer/merges.txt",
    }  # fmt: skip


def test_without_half_precision_the_whole_is_taken():
    assert needed_files(["vae/model.safetensors"], {"vae": True}) == ["vae/model.safetensors"]
    assert needed_files(["vae/m.fp16.safetensors"], {"vae": False}) == ["vae/m.fp16.safetensors"]


class Hub:
    """Answers `snapshot_download` as the hub's client does for a repository of `FILES`."""

    def __init__(self, folder, cached=()):
        self.folder, self.cached, self.asked = folder, set(cached), []

    def __call__(self, repo, *, allow_patterns, dry_run=False, local_files_only=False):
        if not dry_run:
            self.asked.append((repo, allow_patterns))
            return str(self.folder)
        names = [n for n in FILES if any(fnmatch.fnmatch(n, p) for p in allow_patterns)]
        return [
            SimpleNamespace(filename=n, file_size=FILES[n], will_download=n not in self.cached)
            for n in names
        ]


def test_one_line_says_what_is_downloaded(tmp_path, monkeypatch):
    hub, lines = Hub(tmp_path), []
    monkeypatch.setattr("huggingface_hub.snapshot_download", hub)
    assert fetched("owner/name", MEISSONIC.parts, say=lines.append) == tmp_path
    assert lines == ["downloading owner/name from the hub, once: 3.3 GB"]
    ((repo, patterns),) = hub.asked
    assert repo == "owner/name" and "vqvae/diffusion_pytorch_model.safetensors" in patterns
    assert not any(each == "transformer/diffusion_pytorch_model.safetensors" for each in patterns)


def test_what_is_there_already_is_not_announced(tmp_path, monkeypatch):
    lines = []
    monkeypatch.setattr("huggingface_hub.snapshot_download", Hub(tmp_path, cached=FILES))
    assert fetched("owner/name", MEISSONIC.parts, say=lines.append) == tmp_path
    assert not lines


def test_meissonic_is_for_gpus_with_room(monkeypatch):
    def card(size):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(
            torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=size)
        )

    card(10_500_000_000)  # a "10 GB" card
    assert suited("cuda") is suited("cuda:1") is MEISSONIC
    assert suited("cpu") is AMUSED
    card(8_500_000_000)
    assert suited("cuda") is AMUSED
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert suited("cuda") is AMUSED


def test_a_folder_says_which_model_it_is(tmp_path):
    (tmp_path / "transformer").mkdir()
    config = tmp_path / "transformer" / "config.json"
    for setting, model in (("num_single_layers", MEISSONIC), ("block_num_heads", AMUSED)):
        config.write_text(json.dumps({setting: 1}))
        assert photo_model(tmp_path) is model
        with pytest.raises(CheckpointError, match=f"lacks vqvae.*as {model.hub_id} has them"):
            check_photo(tmp_path)
    config.write_text("{}")
    with pytest.raises(CheckpointError, match="of no model that photo knows"):
        photo_model(tmp_path)
    config.write_text("{")
    with pytest.raises(CheckpointError, match="is not JSON"):
        photo_model(tmp_path)
    shutil.rmtree(config.parent)
    with pytest.raises(CheckpointError, match="lacks transformer, vqvae"):
        photo_model(tmp_path)


def test_without_a_hub_one_line_says_so(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(CheckpointError, match="no photo weights in nobody/nothing: none in the"):
        load_photo("nobody/nothing")
    with pytest.raises(CheckpointError, match=r"no aMUSEd weights.*none in the cache.*offline"):
        check_photo()
    monkeypatch.setattr(photo, "suited", lambda device: MEISSONIC)
    with pytest.raises(CheckpointError, match=r"no Meissonic weights in MeissonFlow/Meissonic"):
        check_photo(device="cuda")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="needs diffusers: pip install"):
        check_photo()


def test_the_page_starts_with_what_the_model_was_published_with(monkeypatch):
    from app.config import load_config

    config = load_config("photo", device="cpu")
    assert (config.steps, config.guidance, config.picture_size) == (12, 10.0, 512)
    monkeypatch.setattr(photo, "suited", lambda device: MEISSONIC)
    config = load_config("photo", device="cpu")
    assert (config.steps, config.guidance, config.picture_size) == (48, 9.0, 1024)
