"""Factory of backends: models of this process, or replicas on Ray."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from app.backends import local
from app.backends.lazy_model import KeptModel
from app.backends.protocol import Backend, Generator
from app.config import AppConfig

if TYPE_CHECKING:
    from app.speech.transcriber import Translator

BACKEND_VARIABLE = "MASKGIL_BACKEND"


def check_weights(config: AppConfig) -> None:
    """Raise ValueError in one line if the weights or replicas of `config` are unavailable."""
    if config.backend:
        open_backend(config.backend)
    else:
        local.check_weights(config)


def load_generator(config: AppConfig) -> Generator:
    """The generator of `config`, ready to draw. Raises ValueError in one line."""
    if not config.backend:
        return local.load_generator(config)
    from app.backends.remote import RemoteGenerator

    own = None
    if config.keeps_models:
        own = KeptModel(lambda: local.load_generator(config))
        own.load_ahead()
    remote = RemoteGenerator(open_backend(config.backend), own)
    if remote.preset != config.preset:
        raise ValueError(
            f"the replicas run preset {remote.preset!r}, this page {config.preset!r}; "
            f"start it with --preset {remote.preset}"
        )
    return remote


def load_translator(config: AppConfig) -> Translator:
    """The speech translator of `config`. Raises ValueError in one line."""
    if not config.backend:
        return local.load_translator(config)
    from app.backends.remote import RemoteTranslator

    own: KeptModel[Translator] | None = None
    if config.keeps_models:
        own = KeptModel(lambda: local.load_translator(config))
        own.load_ahead()
    return RemoteTranslator(open_backend(config.backend), own)


def work_lock(config: AppConfig) -> AbstractContextManager[object]:
    """The lock of one step of one job, for models of this process; else a null context."""
    return nullcontext() if config.backend else threading.Lock()


def at_once(config: AppConfig) -> int:
    """The number of parallel jobs: one here, else one for each replica."""
    return open_backend(config.backend).at_once if config.backend else 1


@lru_cache
def open_backend(url: str) -> Backend:
    """Connect to the replicas at `url`, ray://APP. Raises ValueError in one line."""
    from app.backends.ray_driver import RayBackend

    return RayBackend(url)
