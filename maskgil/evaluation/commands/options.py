"""Shared options of measurements: feature network, pictures, prompts, reference."""

from __future__ import annotations

import argparse
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from maskgil import checkpoints
from maskgil.cli import add_model_arguments, add_sampling_arguments, model_choice, sampling_changes
from maskgil.evaluation.feature_extractors import NETWORKS, RESIZINGS, NetworkChoice, NetworkInfo
from maskgil.evaluation.image_sets import DrawnPictures, FolderPictures, PictureSet, ScenePictures
from maskgil.evaluation.metrics import FrechetStatistics
from maskgil.evaluation.paper_results import SIZE_ROWS
from maskgil.evaluation.prompts import Prompts
from maskgil.evaluation.runner import EvaluationJob, EvaluationSummary, FeatureRows, measure
from maskgil.presets.choice import PHOTO, class_driven_config

PER_CLASS = 50  # of the paper: 50,000 pictures of 1,000 classes
SCENE_SEED = 20_260  # unused by any training config
PROMPT_SCENES = 10**7  # offset of prompts' scenes, disjoint from the reference's
SCENES = "scenes"
SCENE_SIDE = 384  # default side of a scene in pixels, nano's


def add_shared_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of every measurement with a feature network."""
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the results")
    parser.add_argument("--features", default="auto", help=f"{', '.join(NETWORKS)} (default auto)")
    parser.add_argument("--inception-weights", help="file of torch-fidelity's Inception, or hub")
    parser.add_argument(
        "--resizing",
        choices=RESIZINGS,
        default="network",
        help="for Inception: its own, as FID is defined, or clean-fid's, as efficientnet-lite0 has",
    )
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--processes", type=int, default=1, help="processes that share the work")
    parser.add_argument("--art", help="npm folder of the art or a pack of it, for scenes")
    parser.add_argument(
        "--nouns", help="scenes of these alone, such as apple,cat (default: the model's)"
    )


def add_drawing_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments for the drawn pictures and their reference."""
    add_model_arguments(parser)
    add_sampling_arguments(parser)
    parser.add_argument(
        "--reference", required=True, help="folder of pictures, statistics (.npz), or scenes"
    )
    parser.add_argument("--reference-count", type=int, help="the first so many of it (default all)")
    parser.add_argument("--prompts", type=Path, help="captions: .txt, one a line, or .jsonl")
    parser.add_argument("--num-samples", type=int, help="how many pictures to draw")
    parser.add_argument("--per-class", type=int, help=f"the same by class (default {PER_CLASS})")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first picture")


def model_label(options: argparse.Namespace) -> str:
    """The model's name in tables."""
    if options.size is None:
        return str(options.preset)
    return SIZE_ROWS.get(options.size, str(options.weights))


def evaluations(options: argparse.Namespace, ar_ratio: float) -> int:
    """Model evaluations per picture, as counted in the paper."""
    from maskgil.presets.table import PRESETS
    from maskgil.sampling.config import SamplingConfig
    from maskgil.sampling.decoding import count_evaluations

    sampling, grid, choice = SamplingConfig(), None, model_choice(options)
    if choice.class_driven:
        grid = class_driven_config(choice).max_grid_size
        if options.size is None:
            sampling = PRESETS[options.preset].sampling
    elif options.preset == PHOTO:
        from maskgil.pipelines.photo import photo_model

        sampling = photo_model(options.weights, device=options.device).sampling
    else:
        sampling, grid = PRESETS[options.preset].sampling, PRESETS[options.preset].grid_size
        if grid is None:
            path = checkpoints.resolve(_masked(options.preset, options.weights))[0]
            grid = checkpoints.stored_config(checkpoints.read_metadata(path), path)["max_grid_size"]
    steps = options.steps or sampling.num_steps
    return steps if grid is None else count_evaluations(ar_ratio, grid[0] * grid[1], steps)


def network_choice(options: argparse.Namespace) -> NetworkChoice:
    weights, resizing = options.inception_weights, options.resizing
    return NetworkChoice(options.features, weights, options.device, resizing)


@dataclass(frozen=True)
class Reference:
    """The reference: statistics, and features if pictures were read.

    `count` is None when a file of statistics does not say.
    """

    vectors: FrechetStatistics
    origin: dict[str, Any]
    count: int | None
    features: FeatureRows | None = None


def check_reference(options: argparse.Namespace) -> int | None:
    """The number of reference pictures; None for statistics, and for scenes (as many as drawn).

    Raises ValueError, before drawing, if it is missing or unreadable.
    """
    reference = options.reference
    if reference.endswith(".npz"):
        _stored_statistics(Path(reference))
    elif reference == SCENES:
        scenes_of(options, options.reference_count or 1)
        return None if options.reference_count is None else int(options.reference_count)
    else:
        pictures = FolderPictures(reference, count=options.reference_count)
        pictures.check()
        return len(pictures)
    return None


def _stored_statistics(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ValueError(f"no statistics at {path}")
    try:
        with np.load(path, allow_pickle=False) as file:
            state = {key: file[key] for key in ("mu", "sigma", "count", "network") if key in file}
    except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is not a readable .npz file, or not all of one") from error
    if "mu" not in state or "sigma" not in state:
        raise ValueError(f"{path} holds no statistics: it lacks mu and sigma")
    return state


def read_statistics(path: Path, info: NetworkInfo) -> Reference:
    """Statistics of an .npz file: of --save-statistics, or public "mu" and "sigma" of Inception."""
    state = _stored_statistics(path)
    network = str(state.get("network", "inception-2015-12-05"))
    if network != info.name:
        raise ValueError(f"{path} was made with {network}, the pictures are seen by {info.name}")
    vectors = FrechetStatistics.from_state(state)
    if len(vectors.mean) != info.dim:
        raise ValueError(f"{path}: features are {len(vectors.mean)} wide; expected {info.dim}")
    count = vectors.count if "count" in state else None
    origin = {"statistics": str(path), "sha256": checkpoints.sha256_of(path), "count": count}
    return Reference(vectors, origin, count)


def write_statistics(path: Path, vectors: FrechetStatistics, info: NetworkInfo) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        state = vectors.state()
        np.savez(
            file, network=np.array(info.name),
            mu=state["mu"], sigma=state["sigma"], count=state["count"],
        )  # fmt: skip


def scenes_of(
    options: argparse.Namespace, count: int, *, side: int = SCENE_SIDE, first: int = 0
) -> ScenePictures:
    """`count` scenes of the chosen nouns."""
    if options.art is None:
        raise ValueError("scenes are composed of art: give --art, its npm folder or a pack")
    return ScenePictures(
        options.art,
        count=count,
        side=side,
        seed=SCENE_SEED,
        first=first,
        nouns=known_nouns(options),
    )


def reference_of(
    options: argparse.Namespace, generated: EvaluationSummary, total: int, work: Path | None
) -> Reference:
    """Read the reference at the size of the generated pictures; features go to `work`.

    By default as many scenes as generated pictures, `total`.
    """
    size, info = generated.size, generated.info
    assert size is not None
    if options.reference.endswith(".npz"):
        return read_statistics(Path(options.reference), info)
    pictures: PictureSet
    if options.reference == SCENES:
        if size[0] != size[1]:
            raise ValueError(f"scenes are squares; the pictures are {size[1]} x {size[0]}")
        pictures = scenes_of(options, options.reference_count or total, side=size[0])
    else:
        pictures = FolderPictures(options.reference, size=size, count=options.reference_count)
    job = EvaluationJob(
        pictures, network_choice(options), options.batch_size, features=work, label="reference"
    )
    summary = measure(job, options.processes)
    rows = None if work is None else FeatureRows(summary.feature_files, info.dim)
    return Reference(summary.vectors, pictures.describe(), summary.vectors.count, rows)


def known_nouns(options: argparse.Namespace) -> tuple[str, ...] | None:
    """The chosen nouns, or those the model was trained on by its metadata; None for all."""
    if options.nouns is not None:
        return tuple(options.nouns.split(","))
    given = options.images not in (None, SCENES)
    if "preset" not in options or options.preset == PHOTO or given:
        return None
    if options.size is not None or not _has_vocabulary(options.preset):
        return None
    return trained_names(options.preset, options.weights)


def _has_vocabulary(preset: str) -> bool:
    """Whether a preset may be limited to certain nouns: its masked model is caption-driven."""
    from maskgil.presets.table import PRESETS

    return preset not in PRESETS or (
        PRESETS[preset].masked is not None and not PRESETS[preset].class_driven
    )


def _masked(preset: str, weights: str | Path | None) -> str | Path:
    """File or name of a preset's masked model. Raises ValueError if it has none."""
    from maskgil.presets.table import find_parts

    masked = find_parts(preset, weights, causal=False).masked
    if masked is None:
        raise ValueError(f"preset {preset!r} has no masked model")
    return masked


def trained_names(preset: str, weights: str | Path | None = None) -> tuple[str, ...] | None:
    """The nouns a masked model was trained on by its metadata, or None."""
    path = checkpoints.resolve(_masked(preset, weights))[0]
    nouns = checkpoints.read_metadata(path).get("nouns")
    return None if nouns is None else tuple(nouns.split(","))


def prompts_of(options: argparse.Namespace) -> Prompts:
    """One prompt per picture: classes in turn, captions of a file, or captions of scenes."""
    count = options.num_samples
    if count is not None and count < 2:
        raise ValueError(f"--num-samples is {count}; at least 2 pictures are needed")
    choice = model_choice(options)
    if choice.class_driven:
        if options.prompts is not None:
            raise ValueError(
                f"{'--size' if options.size else options.preset} draws classes; --prompts are for "
                "caption-driven models"
            )
        classes = class_driven_config(choice).num_classes
        if count is not None and options.per_class is not None:
            raise ValueError("give --num-samples or --per-class, not both")
        return Prompts.classes(classes, count or classes * (options.per_class or PER_CLASS))
    if options.per_class is not None:
        raise ValueError("--per-class is for class-driven models (--size, --preset imagenet)")
    if options.prompts is not None:
        return Prompts.file(options.prompts, count)
    if options.art is None:
        raise ValueError("a caption-driven model draws captions: give --prompts FILE or --art")
    scenes = scenes_of(options, count or 1000, first=PROMPT_SCENES)
    return Prompts(tuple(scenes.captions()), scenes.describe())


def drawn_or_given(options: argparse.Namespace) -> PictureSet:
    if options.images is not None:
        if options.save_images is not None:
            raise ValueError("--images measures a folder as it is: --save-images has no meaning")
        if options.images == SCENES:  # real pictures: the lower bound of the distance
            count, side = options.num_samples or 1000, options.side or SCENE_SIDE
            return scenes_of(options, count, side=side, first=PROMPT_SCENES)
        size = None if options.side is None else (options.side, options.side)
        return FolderPictures(options.images, size=size, count=options.num_samples)
    return DrawnPictures(
        model_choice(options), prompts_of(options), seed=options.seed,
        changes=sampling_changes(options), folder=options.save_images,
    )  # fmt: skip
