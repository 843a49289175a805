"""Saving and loading weights: strict, hash-checked, one clear line for each fault."""

import json
import os

import pytest
import torch
from safetensors.torch import load_file, save_file

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError, Entry, files
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

CONFIG = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=11, max_grid_size=(3, 4), num_classes=4,
    hidden_multiple_of=8, qk_norm=True,
)  # fmt: skip


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    return Transformer(CONFIG).eval()


@pytest.fixture
def path(model, tmp_path):
    return checkpoints.save(model, tmp_path / "model.safetensors", {"note": "for a test"})


def rewrite(path, *, tensors=None, **metadata):
    """The file again with other tensors or metadata."""
    old = checkpoints.read_metadata(path)
    save_file(tensors if tensors is not None else load_file(path), path, {**old, **metadata})


def test_round_trip_in_half_precision(model, path):
    tokens, labels = torch.zeros(1, 12, dtype=torch.long), torch.tensor([2])
    loaded = checkpoints.load(path)
    assert isinstance(loaded, Transformer) and loaded.config == CONFIG and not loaded.training
    assert {value.dtype for value in load_file(path).values()} == {torch.float16}
    assert {value.dtype for value in loaded.state_dict().values()} == {torch.float32}
    expected = model.half().float().logits(tokens, labels)
    torch.testing.assert_close(loaded.logits(tokens, labels), expected)
    assert checkpoints.read_metadata(path)["note"] == "for a test"


def test_round_trip_in_eight_bits(tmp_path):
    torch.manual_seed(0)
    model = Transformer(CONFIG.replace(dim=64)).eval()
    path = checkpoints.save(model, tmp_path / "model.safetensors", eight_bit=True)
    whole = checkpoints.save(model, tmp_path / "whole.safetensors")
    assert path.stat().st_size < 0.7 * whole.stat().st_size
    loaded = checkpoints.load(path)
    for key, value in model.state_dict().items():
        if value.ndim == 2 and value.shape[1] >= 64:  # half a step, and the scale's rounding
            step = value.abs().amax(1, keepdim=True) / 127
            assert ((loaded.state_dict()[key] - value).abs() <= 0.6 * step).all(), key
    assert not any(key.endswith("row_scale") for key in loaded.state_dict())


def test_an_own_file_is_converted_to_eight_bits(model, path, tmp_path, capsys):
    from maskgil.__main__ import main

    assert main(["convert", str(path), str(tmp_path / "small.safetensors"), "--eight-bit"]) == 0
    assert checkpoints.read_metadata(tmp_path / "small.safetensors")["note"] == "for a test"
    assert checkpoints.load(tmp_path / "small.safetensors").config == CONFIG


def test_round_trip_of_a_tokenizer(tmp_path):
    torch.manual_seed(0)
    config = CompactVQConfig(
        codebook_size=16, image_size=16, encoder_width=8, decoder_fine=4,
        decoder_coarse=8, output_scale=2,
    )  # fmt: skip
    tokenizer = CompactVQ(config).eval()
    path = checkpoints.save(tokenizer, tmp_path / "t.safetensors", dtype=None)
    loaded = checkpoints.load(path)
    indices = torch.arange(4).view(1, 2, 2)
    assert loaded.config == config
    torch.testing.assert_close(loaded.decode(indices), tokenizer.decode(indices))


def test_stored_precision_overrides_and_progress(path):
    heard = []
    loaded = checkpoints.load(
        path, dtype=None, progress=lambda done, total: heard.append((done, total)), dropout=0.25
    )
    assert loaded.config.dropout == 0.25
    assert next(loaded.parameters()).dtype == torch.float16
    assert len(heard) == len(loaded.state_dict())
    assert heard == sorted(heard) and heard[-1][0] <= heard[-1][1]


def test_averaged_weights_can_be_saved_instead(model, tmp_path):
    state = {key: torch.zeros_like(value) for key, value in model.state_dict().items()}
    path = checkpoints.save(model, tmp_path / "ema.safetensors", state=state)
    assert all(not value.any() for value in checkpoints.load(path).state_dict().values())


def test_an_unknown_override_lists_the_settings(path):
    with pytest.raises(ValueError, match=r"'depth'.*num_layers"):
        checkpoints.load(path, depth=3)


def test_a_shape_changing_override_names_the_key(path):
    with pytest.raises(CheckpointError, match=r"token_embedding.*\(12, 16\).*\(21, 16\)"):
        checkpoints.load(path, codebook_size=20)


def test_a_missing_file_and_an_unknown_name(tmp_path):
    with pytest.raises(CheckpointError, match="no weights at"):
        checkpoints.load(tmp_path / "none.safetensors")
    with pytest.raises(CheckpointError, match=r"'maskgil-mini'.*maskgil-nano"):
        checkpoints.load("maskgil-mini")


@pytest.mark.parametrize("keep", [0, 5, 200, -100])
def test_a_truncated_file_is_called_unreadable(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    said = "not a readable safetensors file" if keep else "is empty: its download was not finished"
    with pytest.raises(CheckpointError, match=said) as caught:
        checkpoints.load(path)
    assert "\n" not in str(caught.value)


def test_missing_unexpected_and_misshaped_keys_are_named(path):
    tensors = load_file(path)
    part = {key: value for key, value in tensors.items() if key != "head.weight"}
    rewrite(path, tensors=part)
    with pytest.raises(CheckpointError, match=r"missing key 'head.weight'.*\(11, 16\)"):
        checkpoints.load(path)
    rewrite(path, tensors={**tensors, "extra": torch.zeros(2)})
    with pytest.raises(CheckpointError, match=r"unexpected key 'extra' of shape \(2,\); expected"):
        checkpoints.load(path)
    rewrite(path, tensors={**tensors, "head.weight": torch.zeros(11, 15)})
    with pytest.raises(CheckpointError, match=r"'head.weight'.*\(11, 15\).*expected.*\(11, 16\)"):
        checkpoints.load(path)


def test_the_first_fault_is_named_in_the_models_order(path):
    tensors = load_file(path)
    for key in ("blocks.1.mlp.down.weight", "head.weight"):
        del tensors[key]
    rewrite(path, tensors={**tensors, "a.first": torch.zeros(1)})
    with pytest.raises(CheckpointError, match=r"missing key 'blocks\.1\.mlp\.down\.weight'"):
        checkpoints.load(path)


def test_an_unexpected_key_comes_with_what_was_expected(path):
    rewrite(path, tensors={**load_file(path), "head.weigth": torch.zeros(2, 3)})
    with pytest.raises(CheckpointError) as caught:
        checkpoints.load(path)
    count = len(Transformer(CONFIG).state_dict())
    assert str(caught.value).endswith(
        f"unexpected key 'head.weigth' of shape (2, 3); expected {count} others, the nearest "
        "'head.weight'"
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "is not JSON"),
        ("3", "is 3, no settings"),
        ("{}", "does not fit.*num_layers"),
        ('{"num_layers": "two"}', "does not fit"),
    ],
)
def test_a_stored_config_that_builds_nothing_is_named(path, config, message):
    rewrite(path, config=config)
    with pytest.raises(CheckpointError, match=message) as caught:
        checkpoints.load(path)
    assert "\n" not in str(caught.value)


def test_metadata_that_names_no_model(path):
    rewrite(path, kind="diffusion")
    with pytest.raises(CheckpointError, match=r"'diffusion'.*transformer"):
        checkpoints.load(path)
    save_file(load_file(path), path)
    with pytest.raises(CheckpointError, match=r"no known kind.*python -m maskgil convert"):
        checkpoints.load(path)


def test_a_stored_config_with_an_unknown_setting(path):
    config = json.loads(checkpoints.read_metadata(path)["config"])
    rewrite(path, config=json.dumps({**config, "colour": "red"}))
    with pytest.raises(CheckpointError, match="'colour'"):
        checkpoints.load(path)


def test_pickles_are_sent_to_the_converter(tmp_path):
    torch.save({}, tmp_path / "c2i_B_256.pt")
    with pytest.raises(CheckpointError, match=r"maskgil convert c2i_B_256.pt"):
        checkpoints.load(tmp_path / "c2i_B_256.pt")


def test_shipped_weights_are_checked_against_their_hash(path, monkeypatch):
    monkeypatch.setattr(files, "ASSETS", path.parent.parent)
    entry = Entry("mine", "MIT", asset=f"{path.parent.name}/{path.name}")
    monkeypatch.setitem(checkpoints.REGISTRY, "mine", entry)
    sums = checkpoints.write_hashes(path.parent)
    assert sums.read_text().split()[1] == path.name
    assert checkpoints.load("mine").config == CONFIG
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(CheckpointError, match=r"sha256 \w{12}…, expected \w{12}…"):
        checkpoints.load("mine")
    path.unlink()
    with pytest.raises(CheckpointError, match="weights of mine are missing"):
        checkpoints.load("mine")


def test_only_known_models_can_be_saved(tmp_path):
    with pytest.raises(ValueError, match="Linear is no kind of checkpoint"):
        checkpoints.save(torch.nn.Linear(2, 2), tmp_path / "x.safetensors")
    assert not list(tmp_path.iterdir())


def test_equal_weights_are_equal_files_that_others_may_read(model, tmp_path):
    note = {"steps": "3", "nouns": "é", "a": "1", "b": "2"}
    before = os.umask(0o027)
    try:
        files = [checkpoints.save(model, tmp_path / str(number), note) for number in range(6)]
    finally:
        os.umask(before)
    assert len({path.read_bytes() for path in files}) == 1
    assert [path.stat().st_mode & 0o777 for path in files] == [0o640] * 6
    assert note.items() <= checkpoints.read_metadata(files[0]).items()


@pytest.mark.skipif(os.name != "posix", reason="limits files by setrlimit")
def test_a_full_disk_is_one_error_and_leaves_nothing(model, tmp_path):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match=r"cannot write .*File too large"):
            checkpoints.save(model, tmp_path / "weights.safetensors")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_save_leaves_the_old_file(model, path, monkeypatch):
    before = path.read_bytes()

    def fail(tensors, target, metadata):
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("safetensors.torch.save_file", fail)
    with pytest.raises(OSError, match="disk full"):
        checkpoints.save(model, path)
    assert path.read_bytes() == before


def test_what_ships_is_listed_with_its_hash():
    for entry in checkpoints.REGISTRY.values():
        if entry.asset and (checkpoints.ASSETS / entry.asset).is_file():
            assert checkpoints.resolve(entry.name)[1], f"{entry.name} has no hash in SHA256SUMS"
