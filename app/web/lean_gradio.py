"""Patches of gradio that skip unneeded work at start-up, and wait longer for it.

Unpatched, it writes a stub file for editors beside each component at each import, builds its web
application four times and serves the last, and copies the whole page description for each session,
including every API call (20 ms and 160 KB).
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

STARTED_WITHIN = 60.0  # seconds, beside other programs
STUBS = "gradio.component_meta"  # the module that writes the stub files


class _WithoutStubs:
    """Import hook that disables stub writing in `STUBS` once that module is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != STUBS:
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            if hasattr(module, "create_or_modify_pyi"):
                module.__dict__["create_or_modify_pyi"] = lambda *_: None

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def without_stubs() -> None:
    """Stop gradio writing stub files. Has an effect only before gradio is imported."""
    if STUBS not in sys.modules:
        sys.meta_path.insert(0, _WithoutStubs())  # type: ignore[arg-type]


@contextlib.contextmanager
def unserved() -> Iterator[None]:
    """Build no web application while blocks are laid out; `launch` builds the only one."""
    from gradio.routes import App

    def nothing(*_: Any, **__: Any) -> None:
        return None

    built = App.__dict__["create_app"]
    App.create_app = staticmethod(nothing)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        App.create_app = built  # type: ignore[method-assign]


@cache
def without_copies() -> None:
    """Copy no page description for each session: only deep links, disabled here, need it."""
    from gradio.state_holder import SessionState

    built = SessionState.__init__

    def without_values(self: SessionState, blocks: Any) -> None:
        bare: Any = SimpleNamespace(default_config=blocks.default_config, blocks=())
        built(self, bare)

    def nothing(*_: Any) -> None:
        return None

    SessionState.__init__ = without_values  # type: ignore[method-assign]
    SessionState._update_config = nothing  # type: ignore[method-assign, assignment]
    SessionState._update_value_in_config = nothing  # type: ignore[method-assign, assignment]


@cache
def patient_start() -> None:
    """Wait a minute until the server has started, on a busy machine, instead of 5 s."""
    from gradio.http_server import Server

    def run_in_thread(self: Server) -> None:
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        patience = time.monotonic() + STARTED_WITHIN
        while not self.started:
            if time.monotonic() > patience or not self.thread.is_alive():
                raise OSError("the page's server did not start")
            time.sleep(0.005)

    Server.run_in_thread = run_in_thread  # type: ignore[method-assign]
