"""Checkpoints: a registry with hashes, strict loading, converters and saving.

A checkpoint is a safetensors file with metadata: `kind` (see `kinds`), `config` (JSON of the
config's fields) and `format`. Modules that need torch are imported lazily, so that files can be
located without it.
"""

from typing import TYPE_CHECKING

from maskgil.checkpoints.files import resolve
from maskgil.checkpoints.registry import REGISTRY, Entry
from maskgil.utils.assets import ASSETS
from maskgil.utils.errors import CheckpointError
from maskgil.utils.hashing import sha256_of, write_hashes
from maskgil.utils.lazy import attributes_of

if TYPE_CHECKING:
    from maskgil.checkpoints.core import (
        build_config,
        check_state,
        open_safetensors,
        read_metadata,
        save,
        stored_config,
    )
    from maskgil.checkpoints.kinds import KINDS, Kind, kind_of, register
    from maskgil.checkpoints.loading import Progress, load, register_loader
    from maskgil.checkpoints.maskgit_layouts import from_halton_maskgit, from_mask_transformer
    from maskgil.checkpoints.meissonic_layout import from_meissonic
    from maskgil.checkpoints.tokenizer_layouts import (
        from_llamagen_vq,
        from_open_magvit2,
        from_taming_vq,
    )
    from maskgil.checkpoints.transformer_layouts import from_llamagen_gpt, from_maskgil_released
    from maskgil.utils.meta_device import build_empty

__all__ = [
    "ASSETS",
    "KINDS",
    "REGISTRY",
    "CheckpointError",
    "Entry",
    "Kind",
    "Progress",
    "build_config",
    "build_empty",
    "check_state",
    "from_halton_maskgit",
    "from_llamagen_gpt",
    "from_llamagen_vq",
    "from_mask_transformer",
    "from_maskgil_released",
    "from_meissonic",
    "from_open_magvit2",
    "from_taming_vq",
    "kind_of",
    "load",
    "open_safetensors",
    "read_metadata",
    "register",
    "register_loader",
    "resolve",
    "save",
    "sha256_of",
    "stored_config",
    "write_hashes",
]
__getattr__ = attributes_of(
    __name__,
    {
        "maskgil.checkpoints.core": "build_config check_state open_safetensors read_metadata save "
        "stored_config",
        "maskgil.checkpoints.kinds": "KINDS Kind kind_of register",
        "maskgil.checkpoints.loading": "Progress load register_loader",
        "maskgil.checkpoints.maskgit_layouts": "from_halton_maskgit from_mask_transformer",
        "maskgil.checkpoints.meissonic_layout": "from_meissonic",
        "maskgil.checkpoints.tokenizer_layouts": "from_llamagen_vq from_open_magvit2 "
        "from_taming_vq",
        "maskgil.checkpoints.transformer_layouts": "from_llamagen_gpt from_maskgil_released",
        "maskgil.utils.meta_device": "build_empty",
    },
)
