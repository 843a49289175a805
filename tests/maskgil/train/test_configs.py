"""Configs of runs: what is refused and how, what is shipped, what a dry run counts."""

import json
import re
from pathlib import Path

import pytest
import torch
import yaml

from maskgil import __main__ as command
from maskgil.config import TransformerConfig
from maskgil.models.layers import Block
from maskgil.models.transformer import Transformer
from maskgil.profiling.command import PAPER_COUNTS
from maskgil.train.config import KINDS, ConfigError, RunConfig, from_mapping, read_config
from maskgil.train.distributed import Runtime
from maskgil.train.dry_run import estimate, mean_mask_ratio
from maskgil.train.factory import Choices, build_task, generator_config, training_of
from maskgil.train.tasks.generator import GeneratorTraining
from tests.helpers.tiny_training import CODES, MODEL, ROOT, config_file, losses, make_shards, run

SHIPPED = sorted(
    path
    for path in (ROOT / "configs").glob("*.yaml")
    if yaml.safe_load(path.read_text(encoding="utf-8")).get("kind") in KINDS
)
CLASS_DRIVEN = ("b", "l", "xl", "xxl")


def test_every_row_of_the_paper_has_a_config():
    names = {path.stem for path in SHIPPED}
    rows = {f"{kind}-{size}" for kind in ("maskgil", "ar") for size in CLASS_DRIVEN}
    text = {f"maskgil-xl-text-{side}" for side in (256, 512, 1024)} | {"ar-xl-text-512"}
    nano = {"nano-scenes", "nano-scenes-gpu", "nano-scenes-tokenizer"}
    assert rows | text | nano | {"bert-b", "tokenizer-vq-f16", "tokenizer-lfq-f16"} <= names


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_config_passes_a_dry_run(path):
    costs = estimate(read_config(path), tflops=100)
    assert costs["parameters"] > 1e5 and costs["gpu_hours"] > 0
    assert costs["tokens"] == costs["steps"] * costs["batch_size"] * costs["tokens_per_picture"]


@pytest.mark.parametrize("size", CLASS_DRIVEN)
@pytest.mark.parametrize("kind", ["maskgil", "ar"])
def test_class_driven_configs_are_the_papers(size, kind):
    config = read_config(ROOT / "configs" / f"{kind}-{size}.yaml")
    settings, shape = training_of(config), generator_config(config)
    assert (settings.optimizer, settings.adam_rate, settings.betas) == ("adamw", 1e-4, (0.9, 0.96))
    assert (settings.weight_decay, settings.label_smoothing) == (1e-5, 0.1)
    assert (settings.batch_size, shape.condition_dropout) == (256, 0.1)
    assert shape.causal == (kind == "ar")
    assert shape.qk_norm == shape.post_norm == (size == "xxl")
    if kind == "maskgil":
        assert settings.mask_schedule == "arccos"
    parameters = estimate(config, tflops=100)["parameters"]
    assert parameters == pytest.approx(PAPER_COUNTS[size], rel=0.02)


@pytest.mark.parametrize("side", [512, 1024])
def test_later_text_stages_go_on_from_the_one_before(side):
    first, second = (
        read_config(ROOT / "configs" / f"maskgil-xl-text-{each}.yaml") for each in (side // 2, side)
    )
    assert second.init_from == f"runs/maskgil-xl-text-{side // 2}"
    assert generator_config(first) == generator_config(second)
    assert second.data.grid == (side // 16, side // 16) != first.data.grid


def test_a_dry_run_counts_what_torch_counts():
    """On a model small enough to be run: forward and backward FLOPs of one picture."""
    from torch.utils.flop_counter import FlopCounterMode

    config = RunConfig(
        kind="generator", model={**MODEL, "dim": 32}, training={"steps": 3, "batch_size": 4},
        data=from_mapping(type(read_config(SHIPPED[0]).data), {"shards": "-", "grid": [8, 8]}),
    )  # fmt: skip
    costs = estimate(config, tflops=1.0)
    model = Transformer(generator_config(config))
    tokens = torch.zeros(1, 64, dtype=torch.long)
    where = torch.arange(64)[None] < round(64 * costs["mask_ratio"])
    with FlopCounterMode(display=False) as counter:
        model(tokens, torch.zeros(1, dtype=torch.long), where=where).sum().backward()
    # The last block leaves out what belongs to tokens that nobody scores; the estimate does not.
    assert 0.8 < counter.get_total_flops() / costs["flops_per_picture"] <= 1.0
    assert costs["pictures"] == 12 and costs["tokens"] == 768
    assert costs["gpu_hours"] == pytest.approx(costs["flops_per_picture"] * 12 / 1e12 / 3600)


def test_the_mean_mask_ratio_is_the_schedules_integral():
    assert mean_mask_ratio("linear") == pytest.approx(0.5, abs=1e-6)
    assert mean_mask_ratio("square") == pytest.approx(2 / 3, abs=1e-6)
    assert mean_mask_ratio("arccos") == pytest.approx(2 / torch.pi, abs=1e-4)


def test_the_command_prints_a_dry_run(capsys, monkeypatch):
    path = str(ROOT / "configs" / "maskgil-xl.yaml")
    given = ["--tflops", "150", "--precision", "float32"]  # bf16 is slow on some CPUs
    assert command.main(["train", path, "--dry-run", *given]) == 0
    said = capsys.readouterr().out
    assert "774.7 M" in said and "GPU-hours" in said and "at 150 TFLOP/s" in said
    assert re.search(r"^here +[\d,.]+ days on this CPU", said, re.MULTILINE)
    path = str(ROOT / "configs" / "digits-tokenizer.yaml")
    costs = {}
    for steps in ("10", "1000"):
        given = ["--json", "--steps", steps, "--precision", "float32", "--device", "cpu"]
        assert command.main(["train", path, "--dry-run", *given]) == 0
        costs[steps] = json.loads(capsys.readouterr().out)
    assert costs["10"]["steps"] == 10 and costs["10"]["tokens_per_picture"] == 36
    assert costs["10"]["here"]["precision"] == "float32"
    hours = [costs[steps]["here"]["hours"] for steps in ("10", "1000")]
    assert 10 * hours[0] < hours[1] < 1000 * hours[0]
    monkeypatch.setenv("RANK", "1")  # of a launcher's processes the first alone speaks
    assert command.main(["train", path, "--dry-run"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("name", "version"), [("ddp", None), ("fsdp2", 2)])
def test_the_launchers_configs_are_accelerates(name, version):
    pytest.importorskip("accelerate")
    from accelerate.commands.config.config_args import load_config_from_file

    read = load_config_from_file(str(ROOT / "configs" / "accelerate" / f"{name}.yaml"))
    assert read.mixed_precision == "bf16" and read.num_processes == 8
    sharding = getattr(read, "fsdp_config", None) or {}
    assert sharding.get("fsdp_version") == version
    wrapped = sharding.get("fsdp_transformer_layer_cls_to_wrap")
    assert wrapped in (None, Block.__name__)


MINIMAL = "kind: generator\nmodel: {size: b}\ndata: {shards: x}\ntraining: {steps: 3}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: poem", "'kind' must be"),
        ("a: [", "not YAML"),
        (MINIMAL + "speed: 3", "unknown key 'speed'"),
        ("kind: generator\nmodel: {size: b}\ndata: {shards: x}", "training is missing"),
        ("kind: generator\nmodel: {size: b}\ntraining: {steps: 3}", "either data or scenes"),
        (MINIMAL.replace("{shards: x}", "{}"), "data needs either shards"),
        (MINIMAL.replace("{shards: x}", "{shards: x, sise: 3}"), "unknown key 'data.sise'"),
        (MINIMAL.replace("{shards: x}", "x"), "data is 'x'; expected a mapping of shards, "),
        (MINIMAL + "keep: 0", "keep is 0"),
        (MINIMAL + "save_minutes: often", "save_minutes is 'often'; expected a number"),
        (MINIMAL + "tensorboard: 3", "tensorboard is 3; expected true or false"),
    ],
)
def test_bad_configs_are_one_clear_line(tmp_path, text, said):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        read_config(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"training": {"speed": 1}}, "unknown key 'training.speed'"),
        ({"training": {"betas": [0.9]}}, "training.betas is"),
        ({"training": {"optimizer": "sgd"}}, "training.optimizer is 'sgd'; choose one of muon"),
        ({"model": {"size": "huge"}}, "model.size is 'huge'; choose one of nano"),
        ({"model": {"width": 3}}, "unknown key 'model.width'"),
        ({"model": {"num_layers": 0}}, "num_layers is 0"),
        ({"model": {"num_classes": 2}}, "has 4 classes, model.num_classes is 2"),
        ({"model": {"max_grid_size": [2, 2]}}, "holds grids of 4 x 4 tokens"),
        ({"model": {"codebook_size": 64}}, "model.codebook_size is 64, the shards' 32"),
        ({"model": {"condition": "caption", "caption_dim": 6}}, "holds no captions"),
        ({"show_every": 3}, "name the tokenizer that decodes"),
        ({"init_from": "nowhere.pt"}, "nowhere.pt"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, change, said):
    make_shards(tmp_path / "shards")
    path = config_file(tmp_path, **change)
    with pytest.raises(ValueError, match=said) as caught:
        run(path, "--out", tmp_path / "run")
    assert "\n" not in str(caught.value)


def test_numbers_may_be_written_as_yaml_reads_text():
    settings = from_mapping(GeneratorTraining, {"steps": "1e3", "adam_rate": "1e-4"})
    assert settings.steps == 1000 and settings.adam_rate == 1e-4


def test_nano_settings_are_what_they_were():
    """Configs of runs that are under way stay valid and mean the same."""
    settings = training_of(read_config(ROOT / "configs" / "nano-scenes.yaml"))
    assert settings.optimizer == "muon" and settings.mask_schedule == "cosine"
    assert settings.betas == (0.9, 0.95) and settings.label_smoothing == 0.0


def test_the_baseline_is_trained(tmp_path):
    make_shards(tmp_path / "shards")
    shape = {
        "size": "bert", "num_layers": 2, "num_heads": 2, "dim": 16, "max_grid_size": [4, 4],
        "num_classes": 4, "codebook_size": CODES,
    }  # fmt: skip
    path = config_file(tmp_path, training={"steps": 60, "adam_rate": 1e-2, "label_smoothing": 0})
    values = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**values, "model": shape}))
    run(path, "--out", tmp_path / "run")
    seen = losses(tmp_path / "run")
    assert sum(seen[-5:]) / 5 < sum(seen[:5]) / 5 - 0.25


def test_a_model_takes_its_codebook_size_from_the_shards(tmp_path):
    make_shards(tmp_path / "shards")
    path = config_file(tmp_path, training={"steps": 1})
    values = yaml.safe_load(path.read_text())
    del values["model"]["codebook_size"]
    path.write_text(yaml.safe_dump(values))
    run(path, "--out", tmp_path / "run")
    from maskgil.checkpoints import load

    assert load(tmp_path / "run" / "maskgil.safetensors").config.codebook_size == CODES


def test_sizes_of_the_package_are_sizes_of_configs():
    config = read_config(ROOT / "configs" / "maskgil-xl-text-256.yaml")
    assert generator_config(config) == TransformerConfig.named("xl-text")
    assert Path(config.data.shards).name == "text-256"


def test_the_table_of_the_documentation_is_what_dry_runs_print():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "training.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and line.count("|") == 6 and "M |" in line
    ]
    small = ("nano", "photos", "digits", "captions")
    assert {row[0] for row in rows} == {
        path.stem for path in SHIPPED if not path.stem.startswith(small)
    }
    for name, _, parameters, steps, hours in rows:
        costs = estimate(read_config(ROOT / "configs" / f"{name}.yaml"), tflops=150)
        assert parameters == f"{costs['parameters'] / 1e6:,.1f}M", name
        assert steps == f"{costs['steps']:,} × {costs['batch_size']}", name
        assert float(hours.replace(",", "")) == pytest.approx(costs["gpu_hours"], rel=0.1), name


def test_a_grid_that_the_shards_lack_is_named(tmp_path):
    make_shards(tmp_path / "shards", grids=((4, 4), (2, 6)))
    data = {"shards": str(tmp_path / "shards"), "grid": [6, 2]}
    path = config_file(tmp_path, data=data)
    with pytest.raises(ConfigError, match=r"data.grid is \[6, 2\], but .*grids of 2 x 6, 4 x 4"):
        build_task(read_config(path), Choices(), Runtime())
    path = config_file(tmp_path, data={**data, "grid": [2, 6]})
    build_task(read_config(path), Choices(), Runtime())
