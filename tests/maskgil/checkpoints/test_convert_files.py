"""`python -m maskgil convert` on a file of each published layout, whole, wrapped and faulty."""

import argparse
import json
import os
import sys
import types
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.checkpoints.convert import HARMLESS, layout_of, load_published, published_grid
from maskgil.checkpoints.registry import REGISTRY
from tests.helpers.plain.reference_files import read_reference

ROOT = Path(__file__).parents[3]
FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = {
    "llamagen_gpt_c2i": "transformer",
    "llamagen_gpt_t2i": "transformer",
    "maskgil_released_c2i": "transformer",
    "chameleon_vq": "taming-vq",
    "llamagen_vq": "llamagen-vq",
    "open_magvit2_lfq": "open-magvit2",
}
INNER = {  # a key in the middle of each layout
    "llamagen_gpt_c2i": "layers.1.feed_forward.w2.weight",
    "llamagen_gpt_t2i": "cls_embedding.cap_proj.fc2.weight",
    "maskgil_released_c2i": "layers.0.attention.wo.weight",
    "chameleon_vq": "encoder.down.1.block.0.conv2.weight",
    "llamagen_vq": "decoder.conv_blocks.1.res.1.conv1.weight",
    "open_magvit2_lfq": "decoder.adaptive.1.gamma.weight",
}


def reproduces(name: str, model, reference: dict) -> None:
    """The reference's outputs: indices exactly, numbers to 1e-4."""

    def close(made, expected):
        torch.testing.assert_close(made, expected, rtol=0, atol=1e-4)

    if name.startswith("llamagen_gpt"):
        logits = model.logits(reference["tokens"], reference["cond"])
        close(logits, reference["teacher_forced_logits"])
    elif name.startswith("maskgil"):
        logits = model.logits(reference["code"], reference["label"])
        close(logits, reference["logits_cond"][..., : logits.shape[-1]])
    else:
        assert torch.equal(model.encode(reference["pixels"]), reference["indices"])
        close(model.decode(reference["indices"]), reference["reconstruction"])


@pytest.mark.parametrize("name", KINDS)
def test_each_layout_converts_and_gives_the_references_outputs(name, tmp_path, capsys):
    """From the fixture as it is, and as the pickle that is published."""
    state, config, reference = read_reference(name)
    torch.save({"model": state}, tmp_path / "published.pt")
    target = tmp_path / "ours.safetensors"
    side = str(round(config.get("block_size", 256) ** 0.5))
    told = ["--heads", str(config["n_head"]), "--grid", side] if "n_head" in config else []
    for arguments in (
        [str(FIXTURES / f"{name}.safetensors")],
        [str(tmp_path / "published.pt"), *told],
    ):
        assert main(["convert", arguments[0], str(target), *arguments[1:]]) == 0
        assert f"ours.safetensors: {KINDS[name]}, " in capsys.readouterr().out
        metadata = checkpoints.read_metadata(target)
        assert metadata["kind"] == KINDS[name]
        assert metadata["source_sha256"] == checkpoints.sha256_of(Path(arguments[0]))
        reproduces(name, checkpoints.load(target), reference)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fault", ["missing", "unexpected", "misshaped"])
def test_a_faulty_file_is_one_line_with_the_key_and_what_was_expected(
    name, fault, tmp_path, capsys
):
    state, config, _ = read_reference(name)
    key, shape = INNER[name], tuple(state[INNER[name]].shape)
    said = f"it lacks key {key!r}, expected of shape {shape}"
    if fault == "missing":
        del state[key]
    elif fault == "misshaped":
        state[key] = torch.cat([state[key], state[key]])
        said = f"key {key!r} has shape {tuple(state[key].shape)}, expected {shape}"
    else:
        state[f"{key}_too"] = torch.zeros(3)
        said = f"unexpected key '{key}_too' of shape (3,); expected "
    source, target = tmp_path / "theirs.safetensors", tmp_path / "ours.safetensors"
    save_file(state, source, {"config": json.dumps(config)})
    assert main(["convert", str(source), str(target)]) == 2
    out, err = capsys.readouterr()
    assert said in err and err.count("\n") == 1 and not out and not target.exists()
    if fault == "unexpected":
        assert f"the nearest {key!r}" in err


@pytest.mark.parametrize("wrapper", ["ema", "model", "state_dict", "module", "model_state_dict"])
def test_weights_are_found_where_training_code_puts_them(wrapper, tmp_path):
    state, config, reference = read_reference("maskgil_released_c2i")
    torch.save({"iter": 3, wrapper: state, "optimizer_state_dict": {}}, tmp_path / "epoch_050.pth")
    model = load_published(tmp_path / "epoch_050.pth", heads=config["n_head"])
    reproduces("maskgil_released_c2i", model, reference)


class Trap:
    """Runs a command when a file that holds it is unpickled without care."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (os.system, (f"touch {self.path}",))


def made_elsewhere(full_name: str) -> type:
    """A class that pickles under a module's name which nobody can import."""
    module, _, name = full_name.rpartition(".")
    return type(name, (), {"__module__": module})


def as_if_importable(patch, full_name: str, value) -> None:
    parts = full_name.split(".")
    for end in range(1, len(parts)):
        patch.setitem(sys.modules, ".".join(parts[:end]), types.ModuleType(parts[end - 1]))
    patch.setattr(sys.modules[".".join(parts[:-1])], parts[-1], value, raising=False)


def test_what_training_files_mention_is_neither_imported_nor_run(tmp_path, monkeypatch):
    """As Lightning's files hold their callbacks' classes, and LlamaGen's the run's arguments."""
    state, _, reference = read_reference("chameleon_vq")
    callback = made_elsewhere(HARMLESS[1])
    content = {
        "state_dict": state,
        "callbacks": {callback: {"best_model_score": torch.tensor(0.5)}},
        "args": argparse.Namespace(lr=1e-4),
    }
    with monkeypatch.context() as patch:
        as_if_importable(patch, HARMLESS[1], callback)
        torch.save(content, tmp_path / "last.ckpt")
    assert "pytorch_lightning" not in sys.modules
    reproduces("chameleon_vq", load_published(tmp_path / "last.ckpt"), reference)
    assert "pytorch_lightning" not in sys.modules


def test_code_is_refused_in_one_line_and_not_run(tmp_path, monkeypatch, capsys):
    state, _, _ = read_reference("chameleon_vq")
    unknown = made_elsewhere("somewhere.else.Thing")
    with monkeypatch.context() as patch:
        as_if_importable(patch, "somewhere.else.Thing", unknown)
        torch.save({"state_dict": state, "x": unknown()}, tmp_path / "named.ckpt")
    ran = tmp_path / "ran"
    torch.save({"state_dict": state, "x": Trap(ran)}, tmp_path / "trap.ckpt")
    torch.save({"state_dict": {**state, "x": Trap(ran)}}, tmp_path / "inner.ckpt")
    old = {"_use_new_zipfile_serialization": False}
    torch.save({"state_dict": state, "x": Trap(ran)}, tmp_path / "old.ckpt", **old)
    target = tmp_path / "ours.safetensors"
    for name in ("named", "trap", "inner", "old"):
        assert main(["convert", str(tmp_path / f"{name}.ckpt"), str(target)]) == 2
        err = capsys.readouterr().err
        assert "holds code or objects beside tensors" in err and err.count("\n") == 1
        assert "somewhere.else.Thing" in err or name != "named"
    assert not ran.exists() and not target.exists()


def test_files_in_the_old_format_convert_too(tmp_path):
    state, _, reference = read_reference("llamagen_vq")
    path = tmp_path / "vq_ds16_c2i.pt"
    torch.save({"model": state}, path, _use_new_zipfile_serialization=False)
    reproduces("llamagen_vq", load_published(path), reference)


def test_published_files_are_known_by_name(tmp_path):
    assert published_grid(Path("/somewhere/c2i_L_384.pt")) == 24
    assert published_grid(Path("t2i_XL_stage2_512.pt")) == 32
    assert published_grid(Path("c2i_B_256.pt")) == published_grid(Path("mine.pt")) == 16
    state, _, _ = read_reference("llamagen_gpt_c2i")
    torch.save({"model": state}, tmp_path / "c2i_L_384.pt")
    target = tmp_path / "ours.safetensors"
    for asked, side in (([], 24), (["--grid", "4"], 4)):
        words = ["convert", str(tmp_path / "c2i_L_384.pt"), str(target), "--heads", "4", *asked]
        assert main(words) == 0
        assert checkpoints.load(target).config.max_grid_size == (side, side)
    grids = {entry.file: entry.grid for entry in REGISTRY.values() if entry.file}
    assert len(grids) == len([entry for entry in REGISTRY.values() if entry.file])


@pytest.mark.parametrize(
    ("config", "message"),
    [("{", "is not JSON"), ("[1]", r"is \[1\], no settings"), ('{"dim": "x"}', "dim is 'x'")],
)
def test_a_config_that_is_none_is_named(config, message, tmp_path):
    state, _, _ = read_reference("llamagen_gpt_c2i")
    save_file(state, tmp_path / "x.safetensors", {"config": config})
    with pytest.raises(checkpoints.CheckpointError, match=message) as caught:
        load_published(tmp_path / "x.safetensors")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("option", ["--heads", "--grid"])
def test_numbers_below_one_are_refused(option, tmp_path, capsys):
    source = FIXTURES / "llamagen_gpt_c2i.safetensors"
    assert main(["convert", str(source), str(tmp_path / "x.safetensors"), option, "0"]) == 2
    assert f"{option} is 0; it must be at least 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fixture", "option", "said"),
    [
        ("llamagen_gpt_c2i", "--heads", "says 4"),
        ("llamagen_gpt_c2i", "--grid", "says 4 x 4 tokens"),
        ("halton_maskgit", "--heads", "says 4"),
        ("halton_maskgit", "--grid", "says 8 x 8 tokens"),
        ("llamagen_vq", "--heads", "holds a tokenizer"),
        ("open_magvit2_lfq", "--grid", "holds a tokenizer"),
    ],
)
def test_numbers_that_the_file_contradicts_are_refused(fixture, option, said, tmp_path, capsys):
    source, target = FIXTURES / f"{fixture}.safetensors", tmp_path / "x.safetensors"
    assert main(["convert", str(source), str(target), option, "2"]) == 2
    err = capsys.readouterr().err
    assert said in err and option in err and err.count("\n") == 1
    assert not target.exists()


def test_the_arguments_of_a_run_go_before_other_heads(tmp_path, capsys):
    state, config, _ = read_reference("llamagen_gpt_c2i")
    told = argparse.Namespace(n_head=config["n_head"])
    torch.save({"model": state, "args": told}, tmp_path / "x.pt")
    words = ["convert", str(tmp_path / "x.pt"), str(tmp_path / "x.safetensors"), "--heads"]
    assert main([*words, "2"]) == 2
    assert f"says {config['n_head']}" in capsys.readouterr().err
    assert main([*words, str(config["n_head"])]) == 0


@pytest.mark.parametrize(
    ("fixture", "lost", "layout"),
    [
        ("halton_maskgit", "last_norm.", "from_halton_maskgit"),
        ("halton_maskgit", "cls_emb.", "from_halton_maskgit"),
        ("mask_transformer", "first_layer.", "from_mask_transformer"),
        ("mask_transformer", "last_layer.", "from_mask_transformer"),
        ("meissonic", "single_transformer_blocks.", "from_meissonic"),
        ("llamagen_gpt_c2i", "tok_embeddings.", "from_llamagen_gpt"),
    ],
)
def test_what_lacks_a_part_is_recognised_all_the_same(fixture, lost, layout):
    state = read_reference(fixture)[0]
    assert any(key.startswith(lost) for key in state)
    left = {key: value for key, value in state.items() if not key.startswith(lost)}
    assert layout_of(left) == layout


def test_half_a_download_is_told_as_one(tmp_path, capsys):
    whole, part = tmp_path / "whole.pt", tmp_path / "part.pt"
    torch.save({"model": read_reference("llamagen_gpt_c2i")[0]}, whole)
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert main(["convert", str(part), str(tmp_path / "x.safetensors")]) == 2
    err = capsys.readouterr().err
    assert "was not finished" in err and err.count("\n") == 1


@pytest.mark.parametrize("ending", ["pt", "safetensors"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"),
        ("\n<!DOCTYPE html><html><title>404</title></html>", "is a web page"),
        ("", "is empty"),
    ],
)
def test_what_a_failed_download_leaves_is_told(content, message, ending, tmp_path, capsys):
    source = tmp_path / f"weights.{ending}"
    source.write_text(content, encoding="utf-8")
    assert main(["convert", str(source), str(tmp_path / "x.safetensors")]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1
