"""Lazy loading: a model loaded once on first use, and its loading time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import perf_counter
from typing import Generic, TypeVar

Model = TypeVar("Model")
logger = logging.getLogger(__name__)


class LazyModel(Generic[Model]):
    """Calls `load` once, on first use, and again after a failure. Thread-safe."""

    def __init__(self, load: Callable[[], Model]) -> None:
        self._load = load
        self._lock = threading.RLock()
        self._model: Model | None = None
        self._seconds = 0.0

    def __call__(self) -> Model:
        """The loaded model. Raises what `load` raises."""
        with self._lock:
            if self._model is None:
                started = perf_counter()
                self._model = self._load()
                self._seconds = perf_counter() - started
            return self._model

    @property
    def is_loaded(self) -> bool:
        return self._model is not None

    def take_seconds(self) -> float:
        """The seconds that loading took; 0 when called again."""
        with self._lock:
            seconds, self._seconds = self._seconds, 0.0
            return seconds


class KeptModel(LazyModel[Model]):
    """A local fallback for a remote model; hold `turn` while using it."""

    def __init__(self, load: Callable[[], Model]) -> None:
        super().__init__(load)
        self.turn = threading.Lock()

    def load_ahead(self) -> None:
        """Load it in the background; failures are logged."""

        def load() -> None:
            try:
                self()
            except ValueError as error:
                logger.warning("a model to draw or listen here is not there: %s", error)

        threading.Thread(target=load, name="keep-model", daemon=True).start()
