"""Running as a Hugging Face Space: host names, hardware, defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from importlib.util import find_spec

from app.server.origins import ANY
from app.server.proxies import TRUSTED_VARIABLE

PROXIES = "10.0.0.0/8"  # a Space is reachable only through these
PRESET_VARIABLE = "MASKGIL_PRESET"
HOST_VARIABLE = "GRADIO_SERVER_NAME"
LOCAL, EVERYWHERE = "127.0.0.1", "0.0.0.0"


def is_space(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this process runs as a Space."""
    return bool(environ.get("SPACE_ID"))


def space_names(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The Space's host name, `ANY` if unknown, None outside of a Space."""
    return (environ.get("SPACE_HOST", ANY),) if is_space(environ) else ()


def is_zero_gpu(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this is a ZeroGPU Space, which lends a GPU for each call."""
    return environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "true", "yes")


def usual_host(environ: Mapping[str, str] = os.environ) -> str:
    """The default address: all interfaces on a Space, else loopback."""
    return environ.get(HOST_VARIABLE) or (EVERYWHERE if is_space(environ) else LOCAL)


def usual_preset(environ: Mapping[str, str] = os.environ) -> str:
    """The default preset: nano, which needs neither a GPU nor the hub.

    On ZeroGPU with diffusers installed: photo.
    """
    if environ.get(PRESET_VARIABLE):
        return environ[PRESET_VARIABLE]
    return "photo" if is_zero_gpu(environ) and find_spec("diffusers") else "nano"


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """On a Space: trust its proxies for visitors' addresses, and import ZeroGPU's library.

    That has to be imported before torch.
    """
    if is_space(environ):
        environ.setdefault(TRUSTED_VARIABLE, f"127.0.0.1,{PROXIES}")
    if is_zero_gpu(environ):
        import spaces  # noqa: F401
