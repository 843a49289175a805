"""Running as a Hugging Face Space: what it is called, which hardware it has, and its decorator."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from importlib.util import find_spec

from app.server.origins import ANY
from app.server.proxies import TRUSTED_VARIABLE

PROXIES = "10.0.0.0/8"  # a Space is reached through its host's proxies alone
PRESET_VARIABLE = "MASKGIL_PRESET"
HOST_VARIABLE = "GRADIO_SERVER_NAME"
LOCAL, EVERYWHERE = "127.0.0.1", "0.0.0.0"


def is_space(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this process runs as a Space."""
    return bool(environ.get("SPACE_ID"))


def space_names(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """What a Space is called: its own name, or any where that is not told. None elsewhere."""
    return (environ.get("SPACE_HOST", ANY),) if is_space(environ) else ()


def is_zero_gpu(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether GPUs are lent for one call at a time (ZeroGPU)."""
    return environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "true", "yes")


def usual_host(environ: Mapping[str, str] = os.environ) -> str:
    """The address to serve on where none was asked for: everybody's on a Space, else our own."""
    return environ.get(HOST_VARIABLE) or (EVERYWHERE if is_space(environ) else LOCAL)


def usual_preset(environ: Mapping[str, str] = os.environ) -> str:
    """The preset where none was asked for: nano, which needs neither a GPU nor the hub.

    On ZeroGPU, where diffusers is installed too, photo.
    """
    if environ.get(PRESET_VARIABLE):
        return environ[PRESET_VARIABLE]
    return "photo" if is_zero_gpu(environ) and find_spec("diffusers") else "nano"


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """On a Space: take visitors' addresses from its host's proxies, and let ZeroGPU in.

    ZeroGPU's library has to be imported before torch is.
    """
    if is_space(environ):
        environ.setdefault(TRUSTED_VARIABLE, f"127.0.0.1,{PROXIES}")
    if is_zero_gpu(environ):
        import spaces  # noqa: F401
