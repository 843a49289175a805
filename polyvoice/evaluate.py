"""`python -m polyvoice.evaluate`: scores speech-to-image and attributes its losses.

    python -m polyvoice.evaluate --lang fr
    python -m polyvoice.evaluate --all --split nano
    python -m polyvoice.evaluate --lang fr,es --split voices --data DIR    # recordings of people
    accelerate launch --multi_gpu --num_processes 4 -m polyvoice.evaluate --all --preset paper

An interrupted run resumes. Exit status 0; 2 with one line on stderr for bad input and, after the
table of all other clips, for damaged clips.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from maskgil.utils.command_line import BAD_INPUT, OneLineParser, status_of
from maskgil.utils.distributed import launched
from maskgil.utils.progress import progress_bar
from polyvoice.dataset.clips import SHIPPED, VOICES, Clip, load_clips
from polyvoice.dataset.recordings import load_recordings
from polyvoice.dataset.texts import check_split, language_code
from polyvoice.scoring.aggregate import Summary, summarise
from polyvoice.scoring.results import ClipRow, EnglishRow, RunFolder
from polyvoice.scoring.runner import RunContext, Settings, score_clips

PROGRAM = "python -m polyvoice.evaluate"
TABLE = ("zh", "pt", "fr", "es")  # of the paper's Table 6
DEFAULT_CLIP = {"nano": "clip-nano"}  # by preset; otherwise the paper's kind
LARGE_CLIP = "openai/clip-vit-large-patch14"


@dataclass(frozen=True)
class ProcessShare:
    """This process's index among `count`; `joined` if the others run concurrently."""

    index: int = 0
    count: int = 1
    joined: bool = False

    def of(self, clips: Sequence[Clip]) -> list[Clip]:
        """This process's clips; all languages of one text stay together."""
        ids = sorted({clip.id for clip in clips})
        mine = set(ids[self.index :: self.count])
        return [clip for clip in clips if clip.id in mine]


def find_share(asked: str | None) -> ProcessShare:
    """The share by `--shard I/N`, or by the environment of `accelerate launch` and torchrun.

    Raises:
        ValueError: I/N is malformed or out of range.
    """
    if asked is None:
        rank, count = launched()
        return ProcessShare(rank, count, joined=count > 1)
    index, slash, count_text = asked.partition("/")
    if slash and index.isdigit() and count_text.isdigit() and int(index) < int(count_text):
        return ProcessShare(int(index), int(count_text))
    raise ValueError(f"--shard is {asked!r}; it must be I/N with I from 0 to N - 1, such as 0/4")


@contextmanager
def together(share: ProcessShare) -> Iterator[None]:
    """A barrier at the end for joined processes."""
    if not share.joined:
        yield
        return
    from datetime import timedelta

    import torch.distributed as distributed

    distributed.init_process_group("gloo", timeout=timedelta(days=7))
    try:
        yield
        distributed.barrier()
    finally:
        distributed.destroy_process_group()


def build_parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog=PROGRAM, description="Score the system on PolyVoice: Text and Image CLIPScore."
    )
    parser.add_argument("--lang", help="language, or several with commas; cn counts as zh")
    parser.add_argument("--all", action="store_true", help="zh, pt, fr and es: the whole table")
    parser.add_argument(
        "--split", default="nano", help=f"nano (default), scenes, or {VOICES} of people"
    )
    parser.add_argument("--limit", type=int, help="only the first N clips of each language")
    parser.add_argument("--preset", default="nano", help="nano (default) or paper")
    parser.add_argument(
        "--clip", help=f"clip-nano (default for nano), a folder or a hub id ({LARGE_CLIP})"
    )
    parser.add_argument("--steps", type=int, default=8, help="parallel steps (default: 8)")
    parser.add_argument("--guidance", type=float, help="1 is off; default: the preset's")
    parser.add_argument("--ar-ratio", type=float, default=0.0, help="0 (default) to 1")
    parser.add_argument(
        "--tell-language", action="store_true", help="tell Whisper the language, detect nothing"
    )
    parser.add_argument("--data", type=Path, default=SHIPPED, help="folder of the benchmark")
    parser.add_argument("--out", type=Path, help="folder of the run (default: below runs/)")
    parser.add_argument("--batch-size", type=int, default=1, help="pictures drawn at a time")
    parser.add_argument("--device", help="cpu, cuda or auto; default: the preset's")
    parser.add_argument("--whisper", metavar="NAME|PATH", help="speech model; as in python -m app")
    parser.add_argument("--shard", help="score only share I/N; run without it to join them")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    return parser


def find_languages(options: argparse.Namespace) -> list[str]:
    if bool(options.lang) == options.all:
        raise ValueError("say which language, such as --lang fr, or --all")
    asked = TABLE if options.all else options.lang.split(",")
    return list(dict.fromkeys(map(language_code, asked)))


def resolve(options: argparse.Namespace, share: ProcessShare) -> RunContext:
    """Resolve the options. Raises ValueError: bad options, no such clips, missing weights."""
    from app.config import load_config

    if (options.limit is not None and options.limit < 1) or options.batch_size < 1:
        raise ValueError("--limit and --batch-size start at 1")
    split = options.split
    if split == VOICES:
        clips = load_recordings(options.data, find_languages(options), limit=options.limit)
    else:
        wanted = find_languages(options)
        clips = load_clips(options.data, check_split(split), wanted, limit=options.limit)
    config = load_config(options.preset, device=options.device, whisper=options.whisper)
    if share.joined and config.device == "cuda":
        config = replace(config, device=f"cuda:{os.environ.get('LOCAL_RANK', share.index)}")
    settings = Settings(
        preset=options.preset,
        clip=options.clip or DEFAULT_CLIP.get(options.preset, LARGE_CLIP),
        steps=options.steps,
        guidance=options.guidance,
        ar_ratio=options.ar_ratio,
        tell_language=options.tell_language,
        device=config.device,
        whisper=options.whisper,
    )
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in settings.clip)
    folder = options.out or Path("runs/polyvoice-scores") / f"{settings.preset}-{split}-{name}"
    fingerprint = settings.fingerprint(config)
    return RunContext(settings, config, split, clips, options.data, RunFolder(folder), fingerprint)


def run(context: RunContext, share: ProcessShare, *, batch_size: int = 1) -> None:
    """Score this process's share of the unscored clips."""
    mine = share.of(context.clips)
    missing = context.unscored(mine)
    done, hidden = len(mine) - len(missing), share.joined and share.index > 0
    with (
        together(share),
        progress_bar(context.split, len(mine), initial=done, unit="clip", disable=hidden) as bar,
    ):
        for row in score_clips(missing, context, batch_size=batch_size):
            bar.update()
            if row.error:
                bar.write(f"{PROGRAM}: {row.key} is left out: {row.error}", file=sys.stderr)


def join(context: RunContext) -> Summary:
    """The summary of all rows; failed ones contain their error."""
    store, fingerprint = context.store, context.fingerprint
    rows: list[ClipRow] = []
    english: dict[str, EnglishRow] = {}
    for clip in context.clips:
        row = store.read(clip, fingerprint, failed=True)
        if row is None:
            raise ValueError(f"{clip.key} has no scores in {store.folder}; run again")
        rows.append(row)
        if not row.error and clip.id not in english:
            made = store.read_english(clip, fingerprint)
            if made is None:
                raise ValueError(f"{clip.id} has no English scores in {store.folder}; run again")
            english[clip.id] = made
    return summarise(rows, english, context.settings)


def write_reports(summary: Summary, context: RunContext) -> None:
    """scores.md, scores.json and report.html in the run's folder."""
    from polyvoice.scoring.report import markdown, page

    folder = context.store.folder
    (folder / "scores.md").write_text(markdown(summary), encoding="utf-8")
    text = json.dumps(summary.to_json(), ensure_ascii=False, indent=1)
    (folder / "scores.json").write_text(text + "\n", encoding="utf-8")
    by_key = {clip.key: clip for clip in context.clips}
    (folder / "report.html").write_text(
        page(summary, by_key, context.data, folder), encoding="utf-8"
    )


def main(argv: list[str] | None = None) -> int:
    options = build_parser().parse_args(argv)
    again = "stopped; run the same command again to go on"
    return status_of(lambda: evaluate(options), PROGRAM, stopped=again)


def evaluate(options: argparse.Namespace) -> int:
    """Score, print the summary (in one process), and return the exit status."""
    from app.cli import only_ours_on_stdout
    from polyvoice.scoring.report import markdown

    share = find_share(options.shard)
    with only_ours_on_stdout():
        context = resolve(options, share)
        run(context, share, batch_size=options.batch_size)
        if options.shard or share.index > 0:  # another process joins them
            return 0
        summary = join(context)
        write_reports(summary, context)
    folder = context.store.folder
    if options.json:
        print(json.dumps({**summary.to_json(), "run": str(folder)}, ensure_ascii=False))
    else:
        print(markdown(summary), end="")
        print(f"\nreport: {folder / 'report.html'}")
    return BAD_INPUT if summary.failed else 0


if __name__ == "__main__":
    sys.exit(main())
