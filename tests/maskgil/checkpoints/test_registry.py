"""The registry says where weights come from, and says so truly for every kind of entry."""

import pytest

import maskgil.pipelines  # noqa: F401
from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError
from maskgil.checkpoints.loading import LOADERS
from maskgil.checkpoints.registry import REGISTRY, Entry
from maskgil.models.text_encoders.load import ENCODERS


def test_every_entry_is_shipped_published_or_says_what_to_do():
    for name, entry in REGISTRY.items():
        assert entry.name == name and entry.licence
        assert entry.asset is None or entry.repo is None, name
        if entry.repo is not None:
            assert (entry.file is None) == (entry.is_folder), name
            assert entry.repo.count("/") == 1
        if entry.asset is None and entry.repo is None:
            assert "train" in entry.note
        assert entry.sha256 is None or len(entry.sha256) == 64


def test_llamagens_files_are_those_of_its_readme():
    """https://github.com/FoundationVision/LlamaGen, tables of class- and text-driven models."""
    files = {(entry.repo, entry.file, entry.grid) for entry in REGISTRY.values() if entry.file}
    hub, text = "FoundationVision/LlamaGen", "peizesun/llamagen_t2i"
    assert {
        (hub, "c2i_B_256.pt", 16), (hub, "c2i_B_384.pt", 24), (hub, "c2i_L_256.pt", 16),
        (hub, "c2i_L_384.pt", 24), (hub, "c2i_XL_384.pt", 24), (hub, "c2i_XXL_384.pt", 24),
        (text, "t2i_XL_stage1_256.pt", 16), (text, "t2i_XL_stage2_512.pt", 32),
    } <= files  # fmt: skip


def test_folders_are_loaded_by_the_function_they_name(monkeypatch):
    for name in ("lumina-mgpt-7b-512", "gemma-2b", "flan-t5-xl"):
        assert callable(LOADERS[name])
        with pytest.raises(CheckpointError, match="whole folder"):
            checkpoints.resolve(name)
    assert REGISTRY["gemma-2b"].repo == ENCODERS["gemma-2b"].repo
    assert REGISTRY["flan-t5-xl"].repo == ENCODERS["flan-t5-xl"].repo
    entry = Entry("here", "MIT", repo="some/where", is_folder=True)
    monkeypatch.setitem(REGISTRY, "here", entry)
    monkeypatch.setitem(LOADERS, "here", remember)
    assert checkpoints.load("here", dtype=None) == ("here", "cpu", None)
    with pytest.raises(ValueError, match="takes no settings; found dropout"):
        checkpoints.load("here", dropout=0.1)


def remember(name, *, device, dtype):
    return name, device, dtype


def test_what_is_not_published_says_so():
    with pytest.raises(CheckpointError, match="maskgil-xl-text are not published; train them"):
        checkpoints.load("maskgil-xl-text")
