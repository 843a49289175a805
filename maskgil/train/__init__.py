"""`python -m maskgil train CONFIG.yaml`: build what a config describes and train it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskgil.train.config import ConfigError, RunConfig, read_config

if TYPE_CHECKING:
    from maskgil.train.distributed import Runtime
    from maskgil.train.factory import Choices

__all__ = ["ConfigError", "RunConfig", "add_arguments", "read_config", "run"]
log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, help="a YAML file, such as configs/nano-scenes.yaml")
    parser.add_argument("--out", type=Path, help="folder of the run (default runs/CONFIG)")
    parser.add_argument("--data", help="token shards or images instead of the config's")
    parser.add_argument("--tokenizer", help="tokenizer to use instead of the config's")
    parser.add_argument(
        "--init-from",
        metavar="WEIGHTS",
        help="run, checkpoint, safetensors, or a name such as llamagen:t2i_XL to start from",
    )
    parser.add_argument("--steps", type=int, help="steps of the run instead of the config's")
    parser.add_argument(
        "--minutes",
        type=float,
        help="of the whole run, exports included: the schedule follows the clock",
    )
    parser.add_argument("--export", type=Path, help="file of the averaged weights at the end")
    parser.add_argument("--device", help="default: a GPU if there is one")
    parser.add_argument(
        "--precision",
        choices=("auto", "float32", "bf16"),
        help="instead of the config's; auto: what this machine is faster in",
    )
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--compile", action="store_true", help="compile the blocks")
    parser.add_argument("--art", default="node_modules", help="npm folder of nano's emoji art")
    parser.add_argument(
        "--dry-run", action="store_true", help="print what the run would cost, and end"
    )
    parser.add_argument(
        "--tflops",
        type=float,
        default=100.0,
        help="with --dry-run: TFLOP/s that each GPU sustains (default 100)",
    )
    parser.add_argument("--json", action="store_true", help="with --dry-run: one line of JSON")


def run(options: argparse.Namespace) -> None:
    """Train what the options say. Raises ValueError, one line for the user, on bad input."""
    config = with_options(read_config(options.config), options)
    if options.dry_run:
        if os.environ.get("RANK", "0") != "0":
            return  # only one process of a launcher reports
        import torch

        from maskgil.train.dry_run import as_text, estimate, time_here

        costs = estimate(config, tflops=options.tflops)
        if options.threads:
            torch.set_num_threads(options.threads)
        costs["here"] = time_here(config, costs["flops"], device=options.device)
        print(json.dumps(costs) if options.json else as_text(str(options.config), costs))
        return
    began = time.monotonic()
    import torch

    from maskgil.train.distributed import num_processes, start_engine
    from maskgil.train.factory import Choices, training_of
    from maskgil.train.nano_config import open_composers
    from maskgil.train.optim.lr_schedules import Clock
    from maskgil.train.tasks.freed_memory import keep_freed_memory

    if options.threads:
        torch.set_num_threads(options.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if num_processes() > 1 and (config.minutes or (config.scenes or {}).get("bank")):
        raise ConfigError("minutes and scenes.bank are for one process")
    composers = open_composers(config, options.art)
    engine = start_engine(training_of(config).precision, options.device)
    if engine.device.type == "cpu":
        keep_freed_memory()
    logging.getLogger().setLevel(logging.INFO if engine.is_main else logging.WARNING)
    choices = Choices(
        art=options.art,
        compile_blocks=options.compile,
        composers=composers,
        clock=Clock(config.minutes, began=began) if config.minutes else None,
    )
    try:
        train(config, options, choices, engine)
    finally:
        engine.close()
        if composers is not None:
            composers.close()


def with_options(config: RunConfig, options: argparse.Namespace) -> RunConfig:
    """The config with overrides of the command line."""
    changes: dict[str, Any] = {}
    training = {"steps": options.steps, "precision": options.precision}
    given = {name: value for name, value in training.items() if value is not None}
    if given:
        changes["training"] = {**config.training, **given}
    if options.tokenizer is not None:
        changes["tokenizer"] = options.tokenizer
    if options.minutes is not None:
        changes["minutes"] = options.minutes
    if options.init_from is not None:
        changes["init_from"] = options.init_from
    if options.data is not None:
        if config.data is None:
            raise ConfigError("--data replaces the config's data; this one draws scenes")
        kind = "shards" if config.data.shards is not None else "images"
        changes["data"] = dataclasses.replace(config.data, **{kind: options.data})
    return dataclasses.replace(config, **changes)


def train(
    config: RunConfig, options: argparse.Namespace, choices: Choices, engine: Runtime
) -> None:
    """Build the task, train it to its last step and export the averaged weights."""
    from maskgil.train.checkpoints import latest_checkpoint
    from maskgil.train.factory import build_task, training_of
    from maskgil.train.trainer import fit

    folder = options.out or Path("runs") / options.config.stem
    resumed = latest_checkpoint(folder) is not None
    if not resumed:
        choices = dataclasses.replace(choices, init_from=config.init_from)
    task = build_task(config, choices, engine)
    steps, clock = training_of(config).steps, choices.clock
    settings = dataclasses.asdict(config)
    del settings["init_from"]  # a resumed run starts from its own weights
    done = fit(
        task, folder, steps=steps, engine=engine, save_minutes=config.save_minutes,
        save_every=config.save_every, keep=config.keep, log_every=config.log_every,
        show_every=config.show_every, explosion=config.explosion,
        tensorboard=config.tensorboard, wandb=config.wandb, settings=settings,
        clock=clock, parts=config.parts,
    )  # fmt: skip
    if clock.share() >= 1 if clock is not None else done >= steps:
        export(task, config, options.export or folder / export_name(config), steps=done)


def export_name(config: RunConfig) -> str:
    """The file name by which `--weights FOLDER` finds what a config trains."""
    from maskgil.presets.table import CAUSAL, MASKED, TOKENIZER

    if config.kind != "generator":
        return TOKENIZER
    return CAUSAL if config.model.get("causal") else MASKED


def export(task: Any, config: RunConfig, path: Path, *, steps: int) -> None:
    """Write the averaged weights as a checkpoint; every process has to call it.

    A causal twin's are written beside it as ar.safetensors.
    """
    from maskgil.checkpoints import save
    from maskgil.checkpoints.codebooks import CodebookId
    from maskgil.presets.table import CAUSAL

    codebook = getattr(task, "codebook", CodebookId())
    parts = {path: task}
    if hasattr(task, "twin"):
        parts[path.with_name(CAUSAL)] = task.twin
    for place, part in parts.items():
        model = part.averaged()
        if model is None:
            return
        note = {"steps": str(steps), **codebook.metadata()}
        scenes = getattr(task.source, "scenes", None)
        if scenes is not None:
            note["nouns"] = ",".join(noun.name for noun in scenes.sampler.vocabulary())
            note["scenes"] = "world"
        save(model, place, note)
        log.info("exported %s", place)
