"""`python -m polyvoice.build`: synthesises the texts of a split into the benchmark's folder.

    python -m polyvoice.build --langs zh,pt,fr,es --n 100 --split nano --out runs/polyvoice

An interrupted run resumes: clips whose file and metadata agree are kept. Exit status 0 if all clips
exist, 1 if some were unusable and left out, 2 with one line on stderr for bad input.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from maskgil.utils.command_line import OneLineParser, status_of
from maskgil.utils.files import written_whole
from maskgil.utils.hashing import sha256_of
from maskgil.utils.progress import progress_bar
from polyvoice.dataset.clips import METADATA, Clip, read_metadata, write_card, write_metadata
from polyvoice.dataset.texts import (
    LANGUAGES,
    SPLITS,
    TextRow,
    TextsError,
    check_split,
    language_code,
    load_texts,
)
from polyvoice.tts.base import ENGINES, Engine, Voice, VoiceError
from polyvoice.tts.factory import load_voice, voice_names

if TYPE_CHECKING:
    import numpy as np

SLOWER = 0.9  # speed of the retry of an unusable clip


@dataclass(frozen=True)
class BuildJob:
    """One clip to make: text, language, and voices to try in order."""

    row: TextRow
    language: str
    engine: Engine
    voices: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.row.text(self.language)

    @property
    def file_name(self) -> str:
        return f"{self.language}/{self.row.id}.ogg"

    @property
    def key(self) -> str:
        return f"{self.language}/{self.row.id}"


def plan(rows: Sequence[TextRow], languages: Sequence[str], engine: Engine) -> list[BuildJob]:
    """A job for each text and language; voices of a language alternate.

    Raises:
        VoiceError: the engine does not speak a language.
    """
    jobs = []
    for language in languages:
        names = voice_names(language, engine=engine)
        for index, row in enumerate(rows):
            first = index % len(names)
            jobs.append(BuildJob(row, language, engine, names[first:] + names[:first]))
    return jobs


def is_made(job: BuildJob, clip: Clip | None, folder: Path) -> bool:
    """Whether `clip` matches `job` and its file is unchanged."""
    if clip is None or (clip.text, clip.engine) != (job.text, job.engine):
        return False
    path = clip.path(folder)
    return clip.voice in job.voices and path.is_file() and sha256_of(path) == clip.sha256


class Speakers:
    """A cache of voices by language and name."""

    def __init__(self, *, voices_dir: str | None = None, num_threads: int = 1) -> None:
        self._settings = {"voices_dir": voices_dir, "num_threads": num_threads}
        self._voices: dict[tuple[str, str, str], Voice] = {}

    def get(self, language: str, engine: Engine, name: str) -> Voice:
        key = (language, engine, name)
        if key not in self._voices:
            self._voices[key] = load_voice(
                language,
                engine=engine,
                name=name,
                **self._settings,  # type: ignore[arg-type]
            )
        return self._voices[key]


def speak(job: BuildJob, speakers: Speakers) -> tuple[Voice, np.ndarray | None, str]:
    """The voice used, its samples (S,) or None, and the fault of the last try.

    An empty, clipped or implausibly long clip is retried more slowly, then with the language's
    other voices.
    """
    from polyvoice.tts.audio import fault_of

    fault = ""
    tries = [(job.voices[0], 1.0), (job.voices[0], SLOWER)]
    tries += [(name, 1.0) for name in job.voices[1:]]
    for name, speed in tries:
        voice = speakers.get(job.language, job.engine, name)
        samples = voice.speak(job.text, speed=speed)
        fault = fault_of(samples, voice.sample_rate, job.text)
        if not fault:
            return voice, samples, ""
    return voice, None, fault


def write_clip(job: BuildJob, folder: Path, voice: Voice, samples: np.ndarray) -> Clip:
    """Write the audio atomically and return its metadata."""
    from polyvoice.tts.audio import write_ogg

    path = folder / job.row.split / job.file_name
    with written_whole(path) as draft:
        write_ogg(draft, samples, voice.sample_rate)
    return Clip(
        file_name=job.file_name,
        id=job.row.id,
        split=job.row.split,
        language=job.language,
        english=job.row.english,
        text=job.text,
        voice=voice.name,
        engine=voice.engine,
        duration=round(len(samples) / voice.sample_rate, 3),
        sha256=sha256_of(path),
        seed=job.row.seed,
    )


def build_split(
    rows: Sequence[TextRow],
    languages: Sequence[str],
    folder: Path,
    *,
    engine: Engine = "kokoro",
    speakers: Speakers | None = None,
) -> Iterator[tuple[BuildJob, Clip | None, str]]:
    """Make the clips of one split; yield each job with its clip, or None and the fault.

    metadata.jsonl is updated after each clip and sorted at the end.

    Raises:
        VoiceError: a voice is unavailable. Clips made so far are kept.
    """
    split = rows[0].split
    speakers = speakers or Speakers()
    jobs = plan(rows, languages, engine)
    clips = {clip.key: clip for clip in read_metadata(folder, split, unfinished=True)}
    write_metadata(folder, split, clips.values())  # drops a truncated line
    try:
        for job in jobs:
            made = clips.get(job.key)
            if is_made(job, made, folder):
                yield job, made, ""
                continue
            voice, samples, fault = speak(job, speakers)
            if samples is None:
                clips.pop(job.key, None)
                yield job, None, fault
                continue
            clips[job.key] = clip = write_clip(job, folder, voice, samples)
            with (folder / split / METADATA).open("a", encoding="utf-8") as file:
                file.write(clip.to_json() + "\n")
            yield job, clip, ""
    finally:
        kept = [clip for clip in clips.values() if clip.path(folder).is_file()]
        write_metadata(folder, split, kept)


# ---------------------------------------------------------------- the command


def build_parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="python -m polyvoice.build",
        description="Speak the benchmark's texts and lay them out as a Hugging Face audio folder.",
    )
    parser.add_argument(
        "--langs",
        default=",".join(LANGUAGES),
        help="languages with commas; cn counts as zh (default: %(default)s)",
    )
    parser.add_argument("--n", type=int, default=100, help="texts of each split (default: 100)")
    parser.add_argument("--split", default="all", help="nano, scenes or all (default)")
    parser.add_argument("--out", type=Path, default=Path("runs/polyvoice"), help="folder to fill")
    parser.add_argument("--engine", default="kokoro", help="kokoro (offline, default) or gtts")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of the offline engine")
    parser.add_argument("--voices-dir", help="folder of more Kokoro voices (NAME.bin)")
    parser.add_argument("--texts", type=Path, help="texts of your own (JSON lines), one split")
    parser.add_argument(
        "--generate",
        action="store_true",
        help="let a language model write texts until there are --n (to --texts, or into --out)",
    )
    parser.add_argument("--base-url", help="OpenAI-compatible endpoint (default: OpenAI's)")
    parser.add_argument("--model", help="name of the language model (default: gpt-4o)")
    parser.add_argument(
        "--timeout", type=float, default=120.0, metavar="SECONDS",
        help="that one of its answers may take (default: 120)",
    )  # fmt: skip
    return parser


def find_texts(options: argparse.Namespace, split: str, languages: list[str]) -> list[TextRow]:
    """The first `--n` texts of a split: shipped, from a file, or written by a language model.

    Raises:
        TextsError: too few, unreadable, or the endpoint fails.
    """
    path = options.texts
    if options.generate:
        from polyvoice.dataset.generate_texts import MODEL, OPENAI, generate_texts

        rows = generate_texts(
            path or options.out / "texts" / f"{split}.jsonl",
            options.n,
            languages,
            split=split,
            base_url=options.base_url or OPENAI,
            model=options.model or MODEL,
            timeout=options.timeout,
            avoid=[row.english for row in load_texts(split)],
            on_progress=lambda done, total: say(f"{split}: {done} of {total} texts"),
            on_trouble=lambda why, wait: say(f"{split}: {why}; again in {wait:.0f} s"),
        )
    else:
        rows = load_texts(split, path=path, languages=languages)
    if len(rows) < options.n:
        raise TextsError(
            f"there are {len(rows)} texts of the split {split!r}, --n asks for {options.n}; "
            "--generate writes more"
        )
    return rows[: options.n]


def run(options: argparse.Namespace) -> int:
    """Build the split; returns the number of missing clips."""
    splits = SPLITS if options.split == "all" else (check_split(options.split),)
    if options.engine not in ENGINES:
        raise VoiceError(f"engine must be one of {', '.join(ENGINES)}, got {options.engine!r}")
    if options.n < 1 or options.threads < 1:
        raise ValueError("--n and --threads start at 1")
    if not options.timeout > 0:
        raise ValueError(f"--timeout is {options.timeout:g}; it must be above 0")
    if options.texts and len(splits) > 1:
        raise ValueError("--texts holds one split; say which with --split")
    languages = list(dict.fromkeys(map(language_code, options.langs.split(","))))
    for language in languages:
        voice_names(language, engine=options.engine)
    speakers = Speakers(voices_dir=options.voices_dir, num_threads=options.threads)
    missing = 0
    for split in splits:
        rows = find_texts(options, split, languages)
        clips = build_split(rows, languages, options.out, engine=options.engine, speakers=speakers)
        total = len(rows) * len(languages)
        with progress_bar(split, total, unit="clip", disable=False) as bar:
            for job, clip, fault in clips:
                bar.update()
                if clip is None:
                    missing += 1
                    bar.write(f"left out {job.key}: {fault}: {job.text}", file=sys.stderr)
    write_card(options.out)
    sounds = list(options.out.rglob("*.ogg"))
    size = sum(path.stat().st_size for path in sounds) / 1e6
    say(f"{options.out}: {len(sounds)} clips, {size:.1f} MB; {missing} left out")
    return missing


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    options = build_parser().parse_args(argv)
    again = "stopped; run the same command again to go on"
    return status_of(lambda: bool(run(options)), "python -m polyvoice.build", stopped=again)


if __name__ == "__main__":
    sys.exit(main())
