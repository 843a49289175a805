"""Command line of the page: serve it or, with `--mic`, talk in the terminal instead."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from app.backends.factory import BACKEND_VARIABLE
from app.cli import add_language_argument, add_model_arguments, configured
from app.server import spaces
from app.server.job_queue import Limits
from app.server.options import (
    AUTH_VARIABLE,
    HOSTS_VARIABLE,
    ORIGINS_VARIABLE,
    Account,
    Serving,
    hide_account,
)
from app.server.temp_files import private_folder
from maskgil.utils.command_line import OneLineParser, status_of
from maskgil.utils.threads import settle_threads

if TYPE_CHECKING:
    from app.config import AppConfig


def _from(least: int, number: Callable[[str], float]) -> Callable[[str], float]:
    """An argparse type: numbers of at least `least`."""

    def checked(text: str) -> float:
        value = number(text)
        if not value >= least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, not {text}")
        return value

    checked.__name__ = "whole number" if number is int else "number"
    return checked


def build_parser() -> argparse.ArgumentParser:
    usual = Limits()
    parser = OneLineParser(
        prog="app.py", description="Say it in any language, see the picture.", allow_abbrev=False
    )
    add_model_arguments(parser, spaces.usual_preset())
    add_language_argument(parser)
    parser.add_argument(
        "--host",
        default=spaces.usual_host(),
        help="address to serve on; default: this computer only",
    )
    parser.add_argument("--port", default=os.environ.get("GRADIO_SERVER_PORT", "7860"), type=int)
    parser.add_argument("--share", action="store_true", help="make a public link through Gradio")
    parser.add_argument(
        "--auth",
        metavar="USER:PASSWORD",
        help=f"who may use the page; better in the environment, as {AUTH_VARIABLE}",
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        metavar="NAME",
        help="a name that a proxy has for this server, * for any; also as "
        f"{HOSTS_VARIABLE}, with commas",
    )
    parser.add_argument(
        "--allowed-origin",
        action="append",
        metavar="URL",
        help=f"another site whose pages may ask this server; also as {ORIGINS_VARIABLE}",
    )
    parser.add_argument(
        "--rate",
        type=_from(0, float),
        default=usual.per_minute,
        help="pictures a minute each address may ask for, 0 for no limit; default: %(default)g",
    )
    parser.add_argument(
        "--line",
        type=_from(1, int),
        default=usual.waiting,
        help="jobs that may wait; default: %(default)s",
    )
    parser.add_argument(
        "--backend",
        metavar="ray://APP",
        help=f"let replicas on Ray Serve draw and listen; also as {BACKEND_VARIABLE}",
    )
    parser.add_argument(
        "--keep-models",
        action="store_true",
        help="with --backend: load the models here too, for when no replica answers",
    )
    parser.add_argument(
        "--mic", action="store_true", help="use this computer's microphone, no page"
    )
    parser.add_argument(
        "--microphone",
        metavar="NAME",
        help="with --mic: its number or part of its name; `list` names them",
    )
    return parser


def config_of(arguments: argparse.Namespace) -> AppConfig:
    """The models to run, by `arguments` and the environment. Raises ValueError."""
    from app.languages import locale_languages

    config = configured(arguments)
    speaks = arguments.languages or (locale_languages() if arguments.mic else ())
    backend = arguments.backend or os.environ.get(BACKEND_VARIABLE, "")
    if arguments.keep_models and not backend:
        raise ValueError("--keep-models is for when no replica answers: give --backend too")
    kept = bool(arguments.keep_models)
    return replace(config, backend=backend, keeps_models=kept, speaks=speaks)


def serving_of(arguments: argparse.Namespace, config: AppConfig) -> Serving:
    """The server options, by `arguments` and the environment. Raises ValueError."""
    from app.backends.factory import at_once

    account = arguments.auth or os.environ.get(AUTH_VARIABLE)
    limits = Limits(
        waiting=arguments.line,
        at_once=at_once(config),
        per_minute=arguments.rate,
        local_too=bool(arguments.share),
    )
    return Serving(
        arguments.host,
        arguments.port,
        arguments.share,
        Account.parse(account) if account else None,
        limits,
        _listed(arguments.allowed_host, HOSTS_VARIABLE),
        _listed(arguments.allowed_origin, ORIGINS_VARIABLE),
    )


def _listed(given: list[str] | None, variable: str) -> tuple[str, ...]:
    """Values of an option, or else of the environment, separated by commas."""
    listed = ",".join(given) if given else os.environ.get(variable, "")
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def serve(arguments: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C. Raises ValueError or OSError."""
    spaces.prepare()
    from app.config import BASE, LARGER
    from app.pipeline import SpeechToImage

    if arguments.microphone is not None and not arguments.mic:
        raise ValueError("--microphone says which one --mic listens to: give them together")
    config = config_of(arguments)
    serving = serving_of(arguments, config)
    pipeline = SpeechToImage(config)
    pipeline.check_weights()
    if arguments.mic:
        from app.terminal.voice_loop import talk

        talk(pipeline, device=arguments.microphone)
        return
    serving.check_port()  # before importing the page, which takes seconds
    if warning := serving.warning():
        print(f"app.py: {warning}", file=sys.stderr, flush=True)
    if spaces.is_zero_gpu():
        pipeline.generator  # noqa: B018  # has to be on the GPU before the page is served
    with private_folder():
        with _to_stay():
            from app.web.page import Page, launch

            page = Page(pipeline, serving.limits)
            address = launch(page, serving=serving)
        warming = pipeline.warm_up()
        try:
            print(f"Speak, and see it: {address}", flush=True)
            if config.whisper == BASE and arguments.whisper is None:
                print(LARGER, file=sys.stderr, flush=True)
            page.blocks.block_thread()
        finally:
            pipeline.end(warming)


@contextmanager
def _to_stay() -> Iterator[None]:
    """Exempt objects made in the block from garbage collection, 0.2 s each time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    arguments = build_parser().parse_args()
    settle_threads(pools=2)  # one listens while the other draws
    signal.signal(signal.SIGTERM, _interrupt)

    def run() -> None:
        hide_account(sys.orig_argv[1:])
        with suppress(KeyboardInterrupt):  # the usual end
            serve(arguments)

    return status_of(run, "app.py")
