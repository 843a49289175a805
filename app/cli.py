"""Shared by the command lines: quiet output, arguments that choose models."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.config import AppConfig


def add_model_arguments(parser: argparse.ArgumentParser, preset: str = "nano") -> None:
    """`--preset`, `--device`, `--whisper` and `--glossary`: what `app.config.load_config` takes."""
    from app.config import PRESETS, WHISPER_VARIABLE

    parser.add_argument(
        "--preset", default=preset, help=f"{', '.join(PRESETS)}; default: %(default)s"
    )
    parser.add_argument(
        "--device", metavar="cpu|cuda|auto", help="where to compute; default: what suits the preset"
    )
    parser.add_argument(
        "--whisper",
        metavar="NAME|PATH",
        help="the speech model: a size such as small, a folder or a file, of a model that "
        "translates, or auto, the largest that is on this machine; "
        f"default: {WHISPER_VARIABLE}, else the preset's",
    )
    parser.add_argument(
        "--glossary",
        action=argparse.BooleanOptionalAction,
        help="repair Whisper's English with the glossary; default: only with Whisper tiny or base "
        "and a generator that does not read free text",
    )


def configured(arguments: argparse.Namespace) -> AppConfig:
    """The preset that `add_model_arguments` chose. Raises ValueError."""
    from app.config import load_config

    return load_config(
        arguments.preset,
        device=arguments.device,
        whisper=arguments.whisper,
        glossary=arguments.glossary,
    )


def add_language_argument(parser: argparse.ArgumentParser) -> None:
    """`--languages fr,en`: what `AppConfig.speaks` takes."""
    parser.add_argument(
        "--languages",
        type=_languages,
        default=(),
        metavar="fr,en",
        help="languages that are likely to be spoken; any other is heard too, where it is clear",
    )


def _languages(text: str) -> tuple[str, ...]:
    from app.errors import SpeechError
    from app.languages import check_language

    try:
        return tuple(check_language(name) for name in text.split(",") if name.strip())
    except SpeechError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


@contextlib.contextmanager
def only_ours_on_stdout() -> Iterator[None]:
    """Redirect all output of libraries, Python or C, to stderr, and silence their warnings."""
    import logging

    quiet = logging.root.manager.disable
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore")
    for name, value in (("TRANSFORMERS_VERBOSITY", "error"), ("HF_HUB_DISABLE_PROGRESS_BARS", "1")):
        os.environ.setdefault(name, value)
    sys.stdout.flush()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        logging.disable(quiet)
        sys.stdout.flush()
        os.dup2(stdout, 1)
        os.close(stdout)
