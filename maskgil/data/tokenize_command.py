"""`python -m maskgil tokenize SRC DST`: images to token shards, in several processes.

Each process makes whole shards. Existing shards are not remade, so an interrupted run resumes and
ends with the same files.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskgil.utils.threads import num_cores

if TYPE_CHECKING:
    from maskgil.data.image_datasets.base import ImageSource
    from maskgil.data.shard_writer import Recipe

PLAN = "plan.json"  # the settings of an unfinished run
REPORT = "report.json"
SKIPPED = "skipped.jsonl"
ACTIVITIES = ("read", "decode", "resize", "encode", "captions", "write")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from maskgil.data.aspect_buckets import MAX_RATIO

    parser.add_argument("source", help="folder of images, saved dataset, .tar shards, or hub name")
    parser.add_argument("target", type=Path, help="folder of the token shards")
    parser.add_argument("--tokenizer", required=True, help="name or safetensors file")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--size", help="one size for all: WIDTHxHEIGHT, or one number, in pixels")
    size.add_argument("--area", type=int, help="side of the square whose area all buckets have")
    parser.add_argument("--max-ratio", type=float, default=MAX_RATIO, help="of buckets (4)")
    parser.add_argument("--crops", type=int, default=1, help="the centre and n - 1 random crops")
    parser.add_argument("--crop-scale", type=float, default=1.1, help="largest, of random crops")
    parser.add_argument("--flip", action="store_true", help="also mirror each crop")
    parser.add_argument("--caption-features", metavar="ENCODER", help="minilm, gemma-2b, …")
    parser.add_argument("--format", default="auto", help="folder, datasets or webdataset")
    parser.add_argument("--condition", default="auto", help="label, caption or none")
    parser.add_argument("--split", default="train", help="of a dataset (train)")
    parser.add_argument("--config", help="of a dataset")
    for column in ("image", "label", "caption"):
        parser.add_argument(f"--{column}-column", metavar="NAME")
    parser.add_argument("--limit", type=int, help="only so many images")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="of what is there: compare contents with the source's, not sizes and times",
    )
    parser.add_argument("--seed", type=int, default=0, help="of random crops")
    parser.add_argument("--batch-size", type=int, default=32, help="views encoded at a time")
    parser.add_argument("--shard-size", type=int, default=1024, help="images of a shard")
    parser.add_argument("--workers", type=int, help="processes (default: cores, at most 8)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of each process")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, or several: cuda:0,cuda:1")


def run(options: argparse.Namespace) -> None:
    """Make the shards the options ask for. Raises ValueError, one line for the user."""
    from maskgil.data.aspect_buckets import buckets, parse_size
    from maskgil.data.image_datasets.base import SourceOptions
    from maskgil.data.image_datasets.open import open_source
    from maskgil.data.image_loader import views_of
    from maskgil.data.shard_writer import Recipe

    workers = options.workers or min(8, num_cores())
    for name, value in (("workers", workers), ("threads", options.threads)):
        if value < 1:
            raise ValueError(f"--{name} is {value}; it must be at least 1")
    if options.limit is not None and options.limit < 1:
        raise ValueError(f"--limit is {options.limit}; it must be at least 1")
    one_size = (parse_size(options.size),) if options.size else None
    recipe = Recipe(
        tokenizer=options.tokenizer,
        sizes=one_size or buckets(options.area, max_ratio=options.max_ratio),
        views=views_of(options.crops, flip=options.flip),
        max_scale=options.crop_scale,
        seed=options.seed,
        caption_features=options.caption_features,
        batch_size=options.batch_size,
        shard_size=options.shard_size,
    )
    source_options = SourceOptions(
        format=options.format,
        condition=options.condition,
        split=options.split,
        config=options.config,
        image_column=options.image_column,
        label_column=options.label_column,
        caption_column=options.caption_column,
    )
    try:
        report = tokenize(
            open_source(options.source, source_options),
            options.target,
            recipe,
            name=options.source,
            workers=workers,
            threads=options.threads,
            devices=tuple(options.device.split(",")),
            limit=options.limit,
            verify=options.verify,
        )
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the same command goes on from here\n")
        raise SystemExit(130) from None
    sys.stdout.write(report_text(report))


def tokenize(
    source: ImageSource,
    target: Path,
    recipe: Recipe,
    *,
    name: str = "",
    workers: int = 1,
    threads: int = 1,
    devices: tuple[str, ...] = ("cpu",),
    limit: int | None = None,
    verify: bool = False,
) -> dict[str, Any]:
    """Write the token shards of `source` into `target`; return the report (report.json).

    With one worker everything happens in this process. `devices` are given to the workers in turn.
    Existing shards are kept unless their images or captions have changed, by contents with
    `verify`, else by size and mtime.
    """
    from maskgil.data.shard_writer import Jobs, journal
    from maskgil.data.token_shards import MANIFEST
    from maskgil.utils.files import only_run_in, write_atomically
    from maskgil.utils.progress import progress_bar

    begun = time.time()
    total = len(source) if limit is None else min(limit, len(source))
    settings = _settings(source, recipe, total)
    for note in source.notes:
        logging.getLogger(__name__).warning("%s", note)
    target.mkdir(parents=True, exist_ok=True)
    with only_run_in(target):
        count = -(-total // recipe.shard_size)
        finished = _is_finished(target, settings, source)
        entries = _true_entries(source, target, recipe, total, finished=finished, verify=verify)
        if not finished or len(entries) < count:
            write_atomically(target / PLAN, json.dumps(settings, indent=1).encode())
            if finished:  # so that an interruption keeps valid shards
                for number, entry in entries.items():
                    journal(target, number, entry)
                (target / MANIFEST).unlink()
            missing = [number for number in range(count) if number not in entries]
            kept = sum(len(recipe.stretch(number, total)) for number in entries)
            jobs = Jobs(source, recipe, target, total, threads, devices)
            often = 0.3 if sys.stderr.isatty() else 30.0  # logs get a line now and then
            with progress_bar(
                "tokenize", total, initial=kept, unit=" images", smoothing=0.05, disable=False,
                mininterval=often,
            ) as bar:  # fmt: skip
                entries |= jobs.make(missing, workers, lambda count: bar.update(count) and None)
            ready = min((entries[number]["begun"] for number in missing), default=begun)
            timed = [number for number, entry in entries.items() if "seconds" in entry]
            run_report = {
                "source": name,
                "processes": workers,
                "images_in_this_run": total - kept,
                "timed_images": sum(len(recipe.stretch(number, total)) for number in timed),
                "wall_seconds": round(time.time() - begun, 3),
                "starting_seconds": round(ready - begun, 3),
            }
            ordered = [entries[number] for number in range(count)]
            _finish(target, source, settings, ordered, run_report)
        for leftover in (target / PLAN, *target.glob("*.part"), *target.glob("shard-*.json")):
            leftover.unlink(missing_ok=True)
        return json.loads((target / REPORT).read_text(encoding="utf-8"))


def _true_entries(
    source: ImageSource, target: Path, recipe: Recipe, total: int, *, finished: bool, verify: bool
) -> dict[int, dict[str, Any]]:
    """The entries, by number, of complete and unchanged shards in `target`."""
    from maskgil.data.shard_writer import journaled
    from maskgil.data.source_changes import change_line, changed, recorded
    from maskgil.data.token_shards import read_manifest

    numbers = range(-(-total // recipe.shard_size))
    if finished:
        found = recorded(target, read_manifest(target))
        if not found:  # written by an older version
            return {number: {} for number in numbers}
    else:
        found = {number: entry for number in numbers if (entry := journaled(target, number))}
    other: dict[int, list[int]] = {}
    for number, entry in found.items():
        images = changed(entry, source, recipe.stretch(number, total), verify=verify)
        if images:
            other[number] = images
    if other:
        line = change_line(source, list(chain.from_iterable(other.values())), len(other))
        logging.getLogger(__name__).warning("%s", line)
    return {number: entry for number, entry in found.items() if number not in other}


def _settings(source: ImageSource, recipe: Recipe, total: int) -> dict[str, Any]:
    """The settings that determine the shards, as JSON. Raises ValueError if inconsistent."""
    from maskgil import checkpoints
    from maskgil.data.aspect_buckets import grid_of

    path, _ = checkpoints.resolve(recipe.tokenizer)
    tokenizer = checkpoints.load(recipe.tokenizer)
    if not hasattr(tokenizer, "encode") or not hasattr(tokenizer, "downsample_factor"):
        raise ValueError(f"{recipe.tokenizer} is a {type(tokenizer).__name__}, not a tokenizer")
    for size in recipe.sizes:
        grid_of(size, downsample_factor=tokenizer.downsample_factor)
    features = None
    if recipe.caption_features is not None:
        from maskgil.models.text_encoders.load import load_text_encoder, resolve_encoder

        if "caption" not in source.holds:
            raise ValueError("--caption-features needs captions, and the source has none")
        encoder: Any = resolve_encoder(recipe.caption_features)[1]
        if encoder is None:  # a folder, described by its files
            encoder = load_text_encoder(recipe.caption_features)
        features = {
            "encoder": recipe.caption_features,
            "dim": encoder.dim,
            "max_length": encoder.max_length,
            "padding_side": getattr(encoder, "padding_side", "right"),
        }
    return {
        "images": total,
        "source_fingerprint": source.fingerprint,
        "tokenizer": {
            "name": recipe.tokenizer,
            "sha256": checkpoints.sha256_of(path),
            "codebook_size": tokenizer.codebook_size,
            "downsample_factor": tokenizer.downsample_factor,
        },
        "sizes": [list(size) for size in recipe.sizes],
        "views": [view._asdict() for view in recipe.views],
        "max_scale": recipe.max_scale,
        "seed": recipe.seed,
        "caption_features": features,
        "holds": [*source.holds, *(["caption_embeds"] if features else [])],
        "classes": None if source.classes is None else list(source.classes),
        "batch_size": recipe.batch_size,
        "shard_size": recipe.shard_size,
    }


def _is_finished(target: Path, settings: dict[str, Any], source: ImageSource) -> bool:
    """Whether these shards are complete. Raises ValueError if `target` holds others."""
    from maskgil.data.source_changes import difference, recorded
    from maskgil.data.token_shards import MANIFEST, read_manifest

    manifest, plan = target / MANIFEST, target / PLAN
    if not manifest.is_file() and not plan.is_file():
        return False
    try:
        if manifest.is_file():
            begun_with = read_manifest(target)
        else:
            begun_with = json.loads(plan.read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        raise ValueError(f"{plan} is damaged; delete {target} and start again") from None
    for key, value in settings.items():
        if begun_with.get(key) != value:
            if key in ("images", "source_fingerprint"):
                kept = recorded(target, begun_with) if manifest.is_file() else {}
                which = difference(source, settings["images"], kept.values())
                raise ValueError(
                    f"{target} was begun with {begun_with.get('images')} images, now there are "
                    f"{settings['images']}, or they are others{which and ': '}{which}; delete "
                    f"{target} and start again, or give the same source or another folder"
                )
            raise ValueError(
                f"{target} was begun with other settings ({key} was {_short(begun_with.get(key))}, "
                f"now {_short(value)}); give the same options and source, or another folder"
            )
    return manifest.is_file()


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


def _finish(
    target: Path,
    source: ImageSource,
    settings: dict[str, Any],
    entries: list[dict[str, Any]],
    report: dict[str, Any],
) -> None:
    """Write the list of what was skipped, the report, and last the manifest."""
    from maskgil.data.image_loader import Skipped
    from maskgil.data.source_changes import write_record
    from maskgil.data.token_shards import write_manifest
    from maskgil.utils.files import write_atomically

    skipped, lines = Skipped(), []
    for index, name, reason in (row for entry in entries for row in entry["skipped"]):
        skipped.add(index, name, reason)
        lines.append(json.dumps({"image": index, "name": name, "reason": reason}) + "\n")
    pictures = sum(sum(entry["grids"].values()) for entry in entries)
    if not pictures:
        raise ValueError(f"there is nothing to store: {skipped.summary()}")
    seconds: Counter[str] = Counter()
    for entry in entries:
        seconds.update(entry.get("seconds", {}))
    report |= {
        "images": settings["images"],
        "pictures": pictures,
        "views": len(settings["views"]),
        "shards": len(entries),
        "bytes": sum(entry["bytes"] for entry in entries),
        "skipped": skipped.summary(),
        "notes": source.notes,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }
    write_record(target, entries)
    write_atomically(target / SKIPPED, "".join(lines).encode())
    write_atomically(target / REPORT, (json.dumps(report, indent=1) + "\n").encode())
    kept = ("file", "bytes", "sha256", "grids")
    write_manifest(
        target,
        [{key: entry[key] for key in kept} for entry in entries],
        num_classes=max(len(source.classes or ()), *(entry["num_classes"] for entry in entries)),
        skipped=skipped.counts(),
        **settings,
    )


def report_text(report: dict[str, Any]) -> str:
    """The report as text: counts, speed, time by activity, skipped images."""
    images, wall = report["images_in_this_run"], report["wall_seconds"]
    working = max(wall - report["starting_seconds"], 1e-9)
    processes, seconds = report["processes"], report["seconds"]
    lines = [
        f"{report['pictures']:,} pictures in {report['views']} view(s), {report['shards']} "
        f"shard(s), {report['bytes'] / 1e6:.1f} MB",
        f"{images:,} images in this run: {wall:.1f} s with {processes} process(es), of it "
        f"{report['starting_seconds']:.1f} s to start; then {images / working:.1f} images/s",
        f"one core alone: {report.get('timed_images', 0) / max(seconds['processor'], 1e-9):.1f} "
        "images/s of processor time",
        "where the time of all processes went:",
    ]
    total = seconds.get("total", 0.0)
    known = {name: seconds[name] for name in ACTIVITIES if seconds.get(name)}
    known["other"] = max(0.0, total - sum(known.values()))
    for name, value in known.items():
        lines.append(f"  {name:<9}{value:>10.1f} s {value / max(total, 1e-9):>6.0%}")
    lines += [*report["notes"], report["skipped"]]
    return "\n".join(lines) + "\n"
