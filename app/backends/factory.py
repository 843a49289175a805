"""Opens the backends of an app: this process's models, a ZeroGPU's, or another server's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from app.backends import zero_gpu
from app.backends.protocol import Backend
from app.config import PRESETS, WEIGHTS_VARIABLE, AppConfig
from app.server import spaces

if TYPE_CHECKING:
    pass
from app.backends.http_client import HttpBackend
from app.backends.local import PHOTO, load_local

if TYPE_CHECKING:
    from app.backends.protocol import Backend
    from app.speech.transcriber import WhisperTranslator
    from maskgil.pipelines.image_generator import ImageGenerator


def check_weights(config: AppConfig) -> None:
    """Raise ValueError in one line when the generator's weights, or its library, are missing.

    So too when another speech model was chosen than the preset's and cannot be had.
    """
    if config.backend:
        _backend(config.backend)
        return
    usual = PRESETS.get(config.preset)
    if usual is not None and config.whisper != usual.whisper:
        from app.speech.weights import resolve_weights

        resolve_weights(config.whisper)
    weights = config.weights
    if weights is not None and not weights.exists():
        raise ValueError(f"no generator weights at {weights}; check {WEIGHTS_VARIABLE}")
    try:
        if config.generator == PHOTO:
            from maskgil.pipelines.amused import check_photo

            check_photo(weights)
        else:
            from maskgil.presets.table import find_parts

            find_parts(config.generator, weights)
    except ValueError as error:
        if config.generator == PHOTO:
            raise
        raise ValueError(f"{error}; the app takes them from {WEIGHTS_VARIABLE}") from error


def load_generator(config: AppConfig) -> ImageGenerator:
    """The generator of `config`, ready to draw. Raises ValueError in one line."""
    if config.backend:
        from app.backends.http_client import RemoteGenerator

        remote = RemoteGenerator(_backend(config.backend))
        if remote.preset != config.preset:
            raise ValueError(
                f"the drawing server runs preset {remote.preset!r}, this page {config.preset!r}; "
                f"start it with --preset {remote.preset}"
            )
        return cast("ImageGenerator", remote)
    generator = load_local(config)
    if spaces.is_zero_gpu() and config.device != "cpu":
        return cast("ImageGenerator", zero_gpu.Lent(generator))
    return generator


def work_lock(config: AppConfig) -> AbstractContextManager[object]:
    """What is held for one step of one job: a lock, where the models are this process's own."""
    return nullcontext() if config.backend else threading.Lock()


def at_once(config: AppConfig) -> int:
    """How many jobs are worth running together: one here, one for each server elsewhere."""
    return _backend(config.backend).at_once if config.backend else 1


@lru_cache
def _backend(names: tuple[str, ...]) -> Backend:
    pass

    return open_backend(names)


def load_translator(config: AppConfig) -> WhisperTranslator:
    """What listens for `config`. Raises ValueError in one line."""
    if config.backend:
        from app.backends.http_client import RemoteTranslator

        return cast("WhisperTranslator", RemoteTranslator(_backend(config.backend)))
    from app.speech.transcriber import load_translator

    device = "cpu" if spaces.is_zero_gpu() else config.device  # GPUs are lent for drawing alone
    return load_translator(config.whisper, device=device)


def open_backend(names: Sequence[str]) -> Backend:
    """The servers that --backend names: several http:// addresses, or one ray://APP."""
    ray = [name for name in names if name.startswith("ray://")]
    if not ray:
        return HttpBackend(names)
    if len(names) > 1:
        raise ValueError("give one ray:// backend, or http:// ones; Ray spreads the work itself")
    from app.backends.ray_serve import RayBackend

    return RayBackend(ray[0])
