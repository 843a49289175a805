"""Where weights begin: twins, runs, exported and published files, LlamaGen's by their names."""

import logging
from pathlib import Path

import pytest
import torch

from maskgil.checkpoints import save
from maskgil.checkpoints.convert import load_published
from maskgil.checkpoints.registry import REGISTRY
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.train.checkpoints import latest_checkpoint, read_checkpoint
from maskgil.train.warm_start import copy_shared, read_weights, registry_name, start_from
from tests.helpers.tiny_training import CODES, MODEL, config_file, make_shards, run

FIXTURES = Path(__file__).parents[2] / "fixtures"
SHAPE = {key: value for key, value in MODEL.items() if key != "size"}


def model_of(**changes) -> Transformer:
    return Transformer(TransformerConfig.named("b", **{**SHAPE, **changes}))


@pytest.mark.parametrize("name", ["llamagen_gpt_t2i", "llamagen_gpt_c2i"])
def test_llamagen_starts_a_bidirectional_model(name, caplog):
    """Every shared layer as published; the mask's row, query and key norms new, and named."""
    path = FIXTURES / f"{name}.safetensors"
    published = load_published(path)
    shape = published.config.replace(
        causal=False, qk_norm=True, zero_condition_rope=False, null_keeps_mask=False
    )
    torch.manual_seed(0)
    model = Transformer(shape)
    fresh_row = model.token_embedding.weight[-1].clone()
    with caplog.at_level(logging.INFO):
        started = start_from(model, path)
    theirs = published.state_dict()
    rows = shape.codebook_size
    assert torch.equal(model.token_embedding.weight[:rows], theirs["token_embedding.weight"])
    assert torch.equal(model.token_embedding.weight[rows], fresh_row)
    for key, value in model.state_dict().items():
        if key != "token_embedding.weight" and not key.endswith("qk_weight"):
            assert torch.equal(value, theirs[key]), key
    assert set(started.fresh.values()) == {"the mask's row", "not there"}
    assert f"new: token_embedding.weight[{rows}:] (the mask's row)" in caplog.text
    assert "new: blocks.*.attention.qk_weight (not there)" in caplog.text
    assert started.unused == []


def test_a_twin_takes_all_but_the_masks_row_and_gives_it_back():
    torch.manual_seed(0)
    masked, twin, back = model_of(), model_of(causal=True), model_of()
    one = copy_shared(twin, masked.state_dict(), masked.config)
    assert one.fresh == {}
    assert torch.equal(twin.token_embedding.weight, masked.token_embedding.weight[:CODES])
    two = copy_shared(back, twin.state_dict(), twin.config)
    assert list(two.fresh) == [f"token_embedding.weight[{CODES}:]"]
    assert torch.equal(back.head.weight, masked.head.weight)


@pytest.mark.parametrize(
    ("change", "fresh"),
    [
        ({"codebook_size": 64}, {"token_embedding.weight", "head.weight"}),
        ({"condition": "caption", "caption_dim": 6},
         {"condition.null_features", "condition.fc1.weight", "condition.fc2.weight"}),
        ({"num_classes": 9}, {"condition.table.weight"}),
        ({"post_norm": True},
         {f"blocks.{i}.{n}_norm.weight" for i in (0, 1) for n in ("attention", "mlp")}),
        ({"num_layers": 1}, set()),
    ],
)  # fmt: skip
def test_what_is_not_shared_stays_new(change, fresh):
    torch.manual_seed(0)
    source, target = model_of(), model_of(**change)
    before = {key: value.clone() for key, value in target.state_dict().items()}
    started = copy_shared(target, source.state_dict(), source.config)
    assert set(started.fresh) == fresh
    for key, value in target.state_dict().items():
        wanted = before[key] if key in fresh else source.state_dict()[key]
        assert torch.equal(value, wanted), key


def test_a_model_of_another_width_is_refused(tmp_path):
    save(model_of(), tmp_path / "narrow.safetensors")
    with pytest.raises(ValueError, match=r"no layer of .* fits this model"):
        start_from(model_of(dim=32), tmp_path / "narrow.safetensors")


def test_runs_checkpoints_and_exports_give_the_averaged_weights(tmp_path):
    make_shards(tmp_path / "shards")
    run(config_file(tmp_path, training={"steps": 3}), "--out", tmp_path / "run")
    checkpoint = latest_checkpoint(tmp_path / "run")
    wanted = read_checkpoint(checkpoint)["task"]["average"]["values"]
    for source in (tmp_path / "run", checkpoint):
        state, config = read_weights(source)
        assert config == model_of().config
        assert all(torch.equal(state[key], value) for key, value in wanted.items())
    state, _ = read_weights(tmp_path / "run" / "maskgil.safetensors")  # stored in half precision
    assert torch.allclose(state["head.weight"], wanted["head.weight"], atol=1e-3)


def test_a_run_starts_from_a_twin_but_is_resumed_from_itself(tmp_path, caplog):
    make_shards(tmp_path / "shards")
    causal = config_file(tmp_path, model={"causal": True}, training={"steps": 2})
    run(causal, "--out", tmp_path / "ar")
    masked = config_file(tmp_path, training={"steps": 2}, init_from=str(tmp_path / "ar"))
    with caplog.at_level(logging.INFO):
        run(masked, "--out", tmp_path / "masked")
    assert caplog.text.count("start from") == 2  # what was taken over, and the new row
    caplog.clear()
    with caplog.at_level(logging.INFO):
        run(masked, "--out", tmp_path / "masked", "--steps", 3, "--init-from", "gone.safetensors")
    assert "resumed" in caplog.text and "start from" not in caplog.text


def test_a_checkpoint_of_an_older_run_starts_a_twin(tmp_path):
    """Without the shape beside the weights, as it was saved before."""
    masked, twin = model_of(), model_of(causal=True)
    task = {"average": {"values": masked.state_dict(), "updates": 3}}
    torch.save({"task": task, "step": 3}, tmp_path / "step_00000003.pt")
    started = start_from(twin, tmp_path / "step_00000003.pt")
    assert started.fresh == {}
    assert torch.equal(twin.token_embedding.weight, masked.token_embedding.weight[:CODES])


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("llamagen:t2i_XL", "llamagen-xl-text-256"),
        ("llamagen:t2i_XL_stage2_512", "llamagen-xl-text-512"),
        ("llamagen:c2i_B", "llamagen-b"),
        ("llamagen:c2i_B_384", "llamagen-b-384"),
        ("llamagen-l", "llamagen-l"),
    ],
)
def test_llamagens_files_go_by_their_names(given, name):
    assert registry_name(given) == name and name in REGISTRY


@pytest.mark.parametrize("given", ["llamagen:", "llamagen:t2i_M", "llamagen:XL"])
def test_unknown_files_of_llamagen_are_told_which_there_are(given):
    with pytest.raises(ValueError, match=r"choose llamagen: and one of .*t2i_XL_stage1_256"):
        registry_name(given)


def test_a_tokenizer_starts_no_generator():
    with pytest.raises(ValueError, match="is no generator"):
        read_weights("nano-tokenizer")
