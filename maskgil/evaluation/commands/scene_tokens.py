"""`evaluate tokens`: reconstruction quality of a scene tokenizer on held-out scenes.

PSNR against the art at the decoder's size, codebook usage, seconds per picture, and a sheet of
originals above their reconstructions. With a detector of nano's world also the share of things
still recognised.
"""

# B pictures, h w token grid, H W pixels.

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

BATCH = 8
COLUMNS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, help="the tokenizer's config, which names its scenes")
    parser.add_argument("--weights", required=True, help="exported file, or the folder of a run")
    parser.add_argument("--art", default="node_modules", help="npm folder of nano's emoji art")
    parser.add_argument("--count", type=int, default=256, help="scenes measured (default 256)")
    parser.add_argument("--shown", type=int, default=32, help="scenes of the sheet (default 32)")
    parser.add_argument("--sheet", type=Path, default=Path("tokens.png"), help="PNG to write")
    parser.add_argument("--detector", help="a detector of nano's world, or the folder of its run")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")


def run(options: argparse.Namespace) -> None:
    """Measure, write the sheet, print one line of JSON. ValueError: one line for the user."""
    from maskgil.train.config import read_config
    from maskgil.utils.images import from_pixels, save_png, sheet

    if not 1 <= options.shown <= options.count:
        raise ValueError(f"--shown is {options.shown}; it must be 1 to {options.count}")
    torch.set_num_threads(options.threads)
    config = read_config(options.config)
    model = tokenizer_of(config, options.weights)
    scenes = held_out_scenes(config, model, options.art)
    report, rows = measured(model, scenes, options.count, options.shown)
    if options.detector is not None:
        report |= recognised(model, scenes, options.detector, options.count)
    pairs = zip(*(part.split(COLUMNS) for part in rows), strict=True)
    pictures = torch.cat([one for pair in pairs for one in pair])
    save_png(sheet(from_pixels(pictures), columns=min(COLUMNS, options.shown)), options.sheet)
    print(json.dumps(report))


def tokenizer_of(config: Any, weights: str) -> Any:
    """The tokenizer of an exported file, or a run's current averaged weights."""
    from maskgil.checkpoints import load
    from maskgil.train.checkpoints import newest_state
    from maskgil.train.factory import tokenizer_config

    folder = Path(weights)
    if not folder.is_dir():
        return load(weights).eval()
    state = newest_state(folder)
    model_class, shape = tokenizer_config(config)
    model = model_class(shape)
    model.load_state_dict(state["task"]["average"]["values"])
    return model.eval()


def held_out_scenes(config: Any, model: Any, art: str) -> Any:
    """Scenes of held-out combinations, at both sizes."""
    from maskgil.train.config import ConfigError, from_mapping
    from maskgil.train.nano_config import SceneSettings, open_scenes

    if config.scenes is None:
        raise ConfigError("evaluate tokens is for a config with scenes")
    settings = from_mapping(SceneSettings, config.scenes, "scenes")
    return open_scenes(settings, art, scale=model.config.output_scale).held_out()


@torch.no_grad()
def measured(
    model: Any, scenes: Any, count: int, shown: int
) -> tuple[dict[str, float | None], tuple[Tensor, Tensor]]:
    """The numbers over `count` scenes; the first `shown` originals and reconstructions."""
    used = torch.zeros(model.codebook_size, dtype=torch.bool)
    found: list[Tensor] = []
    originals: list[Tensor] = []
    made: list[Tensor] = []
    fastest = float("inf")
    for index in range(-(-count // BATCH)):
        read, wanted = scenes.pictures(index, BATCH)
        read, wanted = (one[: count - index * BATCH] for one in (read, wanted))
        tokens = model.encode(read)  # (B, h, w)
        used[tokens.flatten()] = True
        begun = time.perf_counter()
        first = model.decode(tokens[:1])
        fastest = min(fastest, time.perf_counter() - begun)
        drawn = torch.cat([first, model.decode(tokens[1:])]) if len(tokens) > 1 else first
        error = ((drawn - wanted) / 2).square().flatten(1).mean(1)
        found.append(-10 * (error + 1e-12).log10())
        if index * BATCH < shown:
            originals.append(wanted)
            made.append(drawn)
    psnr = torch.cat(found)
    numbers = {
        "scenes": len(psnr),
        "psnr": float(psnr.mean()),
        "psnr_lowest_tenth": float(psnr.quantile(0.1)),
        "codes_used": float(used.float().mean()),
        "decode_seconds": fastest,
    }
    report: dict[str, float | None] = {key: round(value, 4) for key, value in numbers.items()}
    return report, (torch.cat(originals)[:shown], torch.cat(made)[:shown])


@torch.no_grad()
def recognised(model: Any, scenes: Any, detector: str, count: int) -> dict[str, float | None]:
    """Shares of things of at least 5 x 5 cells that a detector recognises: `large_as_drawn`, and
    `large_rebuilt` after encode and decode. ValueError for scenes or detectors of another world."""
    from maskgil.evaluation.commands.detector_accuracy import detector_of
    from maskgil.evaluation.detector.accuracy import AccuracyCounts, judged
    from maskgil.evaluation.detector.rebuilt import as_picture
    from maskgil.evaluation.detector.scenes import class_indices, truth_of
    from maskgil.nano.dataset import WorldSource
    from maskgil.utils.images import stack_pixels

    net = detector_of(detector).net
    if not net.answers or not isinstance(scenes, WorldSource):
        raise ValueError("--detector is for scenes of the world, and for a detector of it")
    reader, numbers = scenes.reader or scenes.renderer, class_indices()
    drawn, rebuilt = AccuracyCounts(), AccuracyCounts()
    for number in range(count):
        scene, seed = scenes.scene(number), f"{scenes.seed}/{number}"
        picture, truth = reader.draw(scene, seed), truth_of(reader, scene, seed, numbers)
        drawn.add(*judged(net, picture), truth, net.config)
        made = as_picture(
            model.decode(model.encode(stack_pixels([picture]).contiguous()))[0].float()
        )
        rebuilt.add(*judged(net, made), truth, net.config)
    shares = {"large_as_drawn": drawn.shares()["large"], "large_rebuilt": rebuilt.shares()["large"]}
    return {name: value and round(value, 4) for name, value in shares.items()}
