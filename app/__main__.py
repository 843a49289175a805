"""Speech to picture from a terminal: `python -m app AUDIO -o out.png`.

Exit status 0 with the picture written, or every clip heard; 2 with one line on stderr when the
input is at fault.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import add_language_argument, add_model_arguments, configured, only_ours_on_stdout
from maskgil.utils.command_line import BAD_INPUT, OneLineParser, printable, status_of
from maskgil.utils.threads import settle_threads

if TYPE_CHECKING:
    from app.config import AppConfig
    from app.pipeline import SpeechToImage

LONGEST_NUMBER = 20  # digits


def build_parser() -> argparse.ArgumentParser:
    from app.imaging.settings import MAX_SEED, MAX_STEPS

    parser = OneLineParser(
        prog="python -m app", description="Say it in any language, get the picture."
    )
    parser.add_argument("audio", nargs="*", type=Path, help="an audio file of someone speaking")
    parser.add_argument("--text", help="draw this text; nothing is listened to")
    parser.add_argument("-o", "--output", type=Path, help="PNG file to write; with --chat a folder")
    parser.add_argument(
        "--listen-only", action="store_true", help="say what is heard in each file; draw nothing"
    )
    parser.add_argument(
        "--chat",
        action="store_true",
        help="talk to a picture: each line of standard input is a text or the name of a clip",
    )
    parser.add_argument("--lang", default="auto", help="language spoken, as in fr; default: auto")
    add_language_argument(parser)
    parser.add_argument(
        "--ar-ratio", type=float, default=0.0, help="0 (fastest) to 1 (best); default: 0"
    )
    parser.add_argument(
        "--steps",
        type=_whole(1, MAX_STEPS),
        help="parallel steps; default: what suits the preset, 8 of nano",
    )
    parser.add_argument(
        "--guidance", type=float, help="1.0 is off, 4.0 strong; default: what suits the preset"
    )
    parser.add_argument(
        "--seed", type=_whole(0, MAX_SEED), default=0, help="same seed, same picture; default: 0"
    )
    add_model_arguments(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one line of JSON, with --listen-only one a file, with --chat one a line",
    )
    return parser


def _whole(low: int, high: int) -> Callable[[str], int]:
    """An argparse type: whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        if text.isdecimal() and len(text) < LONGEST_NUMBER and low <= int(text) <= high:
            return int(text)
        shown = text if len(text) < 2 * LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}…"
        raise argparse.ArgumentTypeError(
            f"must be a whole number from {low} to {high}, not {shown!r}"
        )

    return read


def make(arguments: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Draw as `arguments` ask; the summary (as in --json) and lines of text."""
    from app.imaging.png import check_destination, save_png
    from app.imaging.settings import DrawSettings, clean_prompt
    from app.languages import check_language
    from app.pipeline import SpeechToImage
    from app.types import PictureRequest

    if len(arguments.audio) + (arguments.text is not None) != 1:
        raise ValueError(
            "give either an audio file or --text, and not both; several files take --listen-only"
        )
    if arguments.text is not None:
        clean_prompt(arguments.text)
    if arguments.output is None:
        raise ValueError("give a PNG file to write, with -o or --output")
    config = _config(arguments)
    language = None if arguments.lang == "auto" else check_language(arguments.lang)
    settings = DrawSettings(
        steps=config.steps if arguments.steps is None else arguments.steps,
        guidance=arguments.guidance,
        ar_ratio=arguments.ar_ratio,
        seed=arguments.seed,
    )
    check_destination(arguments.output)
    pipeline = SpeechToImage(config)
    speaks, heard = [language] if language else [], []
    try:
        if arguments.text is not None:
            prompt, wish = pipeline.understand(arguments.text, speaks=speaks)
            updates = pipeline.paint(PictureRequest(prompt, settings, heard=wish))
        else:
            updates = pipeline.run(_named(arguments.audio[0]), settings, language=language)
        for last in updates:
            heard += [last.heard.transcript.language] if last.heard is not None else []
        result = last.result
    except ValueError as error:
        raise _in_their_words(error, pipeline, arguments.text, [*speaks, *heard]) from error
    assert result is not None
    save_png(result.image, arguments.output, result.png_text())
    lines = []
    if result.heard is not None:
        said = result.heard.transcript
        sure = f"heard ({said.language}, {said.language_probability:.0%})"
        read = sure if arguments.text is None else f"read ({said.language})"
        lines.append(f"{read}: {said.text}")
        lines += [f"note: {note}" for note in result.heard.notes]
    lines.append(f"prompt: {result.prompt}")
    if result.drawn != result.prompt:
        lines.append(f"drawn as: {result.drawn}")
    if result.left_out:
        lines.append(f"not drawn: {', '.join(result.left_out)}")
    if result.replaced:
        lines.append(f"drawn instead: {', '.join(f'{a} → {b}' for a, b in result.replaced)}")
    lines.append(f"picture: {printable(str(arguments.output))} ({result.seconds.total:.1f} s)")
    return result.summary(str(arguments.output)), "\n".join(lines)


def _in_their_words(
    error: ValueError, pipeline: SpeechToImage, text: str | None, said: Sequence[str]
) -> ValueError:
    """`error` in the language of what was typed or `said`, if known."""
    from app.dialogue.refusals import refused_in
    from app.glossary.typed import language_of
    from app.types import UnclearLanguageError

    if isinstance(error, UnclearLanguageError):
        said = [error.heard.transcript.language]
    language = next(iter(said), "")
    if text is not None and not language and pipeline.config.glossary is not False:
        language = language_of(text, pipeline.glossary)
    return ValueError(refused_in(language, error))


def listen(arguments: argparse.Namespace) -> Iterator[tuple[dict[str, object], str]]:
    """Transcribe every clip; yields its row (as in --json) and a line of text."""
    from app.clips import as_line, heard_rows
    from app.languages import check_language
    from app.pipeline import SpeechToImage

    if not arguments.audio or arguments.text is not None or arguments.output is not None:
        raise ValueError("--listen-only takes audio files, and neither --text nor -o")
    language = None if arguments.lang == "auto" else check_language(arguments.lang)
    pipeline = SpeechToImage(_config(arguments))
    for row in heard_rows(pipeline, arguments.audio, language=language):
        yield row, as_line(row)


def chat(arguments: argparse.Namespace) -> Iterator[tuple[dict[str, object], str]]:
    """Answer the lines of standard input; yields each row (as in --json) and a line of text."""
    from app.dialogue.chat import Chat
    from app.imaging.settings import DrawSettings
    from app.languages import check_language
    from app.pipeline import SpeechToImage

    if arguments.audio or arguments.text is not None or arguments.listen_only:
        raise ValueError("--chat reads standard input; it takes no files, --text or --listen-only")
    folder = arguments.output
    if folder is not None and folder.exists() and not folder.is_dir():
        raise ValueError(f"with --chat, -o names a folder; {printable(str(folder))} is a file")
    language = None if arguments.lang == "auto" else check_language(arguments.lang)
    config = _config(arguments)
    settings = DrawSettings(
        steps=config.steps if arguments.steps is None else arguments.steps,
        guidance=arguments.guidance,
        ar_ratio=arguments.ar_ratio,
        seed=arguments.seed,
    )
    pipeline = SpeechToImage(config)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    yield from Chat(pipeline, settings, folder, language=language).rows(sys.stdin)


def _config(arguments: argparse.Namespace) -> AppConfig:
    from app.languages import locale_languages

    return replace(configured(arguments), speaks=arguments.languages or locale_languages())


def _named(path: Path) -> Path:
    if path == Path():
        raise ValueError("the name of the audio file is empty")
    return path


def answers(arguments: argparse.Namespace) -> Iterator[tuple[dict[str, object], str]]:
    """The answers that `arguments` ask for, one after another."""
    if arguments.chat:
        yield from chat(arguments)
    elif arguments.listen_only:
        yield from listen(arguments)
    else:
        yield make(arguments)


def run(arguments: argparse.Namespace) -> int:
    """Print the answers; returns the exit status."""
    spells_all = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    status, answering = 0, answers(arguments)
    while True:
        with only_ours_on_stdout():
            answer = next(answering, None)
        if answer is None:
            return status
        summary, lines = answer
        text = json.dumps(summary, ensure_ascii=not spells_all) if arguments.json else lines
        print(text, flush=True)
        if "error" in summary and not arguments.chat:  # a conversation continues
            status = BAD_INPUT


def main(argv: list[str] | None = None) -> int:
    parser = build_parser()
    arguments = parser.parse_args(argv)
    settle_threads(pools=2)
    return status_of(lambda: run(arguments), parser.prog)


if __name__ == "__main__":
    sys.exit(main())
