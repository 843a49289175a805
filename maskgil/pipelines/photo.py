"""Preset photo: choosing, locating and loading a public model of photographs.

Meissonic on a GPU that has room for it, aMUSEd elsewhere; a folder or hub id says so itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskgil.sampling.config import SamplingConfig
from maskgil.utils.command_line import first_line
from maskgil.utils.errors import CheckpointError
from maskgil.utils.hub_cache import Say, cached_file, hub_size, is_hub_id, silent

if TYPE_CHECKING:
    from maskgil.pipelines.image_generator import ImageGenerator

REQUIREMENTS = "pip install -r requirements-photo.txt"
PROBE = "transformer/config.json"  # a small file that identifies the model
ROOM = 10_000_000_000  # GPU memory that Meissonic needs, in bytes


@dataclass(frozen=True)
class PhotoModel:
    """A public model: hub id, published sampling settings, default picture size.

    `parts`: folders of its repository -> whether half precision suffices on a GPU. `mark`: a
    setting that only its Transformer has. `side`: pixels of the default square picture.
    """

    title: str
    hub_id: str
    sampling: SamplingConfig
    side: int
    mark: str
    parts: dict[str, bool]

    def load(self, folder: Path, device: str) -> ImageGenerator:
        """The generator of a folder in diffusers' layout."""
        if self is MEISSONIC:
            from maskgil.pipelines.meissonic import load_meissonic as load
        else:
            from maskgil.pipelines.amused import load_amused as load
        return load(folder, device=device, sampling=self.sampling)


# Both as published: confidence noise falls from 2 to 0, cosine schedule.
_sampling: Callable[..., SamplingConfig] = partial(
    SamplingConfig, schedule="cosine", choice_temperature=2.0
)
_PARTS = {"transformer": True, "vqvae": False, "text_encoder": True, "tokenizer": False}
MEISSONIC = PhotoModel(
    "Meissonic", "MeissonFlow/Meissonic", _sampling(num_steps=48, guidance_scale=9.0), 1024,
    "num_single_layers", _PARTS,
)  # fmt: skip
AMUSED = PhotoModel(
    "aMUSEd", "amused/amused-512", _sampling(num_steps=12, guidance_scale=10.0), 512,
    "block_num_heads", {**_PARTS, "scheduler": False},
)  # fmt: skip
MODELS = (MEISSONIC, AMUSED)


def suited(device: str) -> PhotoModel:
    """Meissonic if `device` is a GPU of 10 GB or more, else aMUSEd."""
    import torch

    kind = torch.device(device)
    if kind.type != "cuda" or not torch.cuda.is_available():
        return AMUSED
    return MEISSONIC if torch.cuda.get_device_properties(kind).total_memory >= ROOM else AMUSED


def photo_model(weights: str | Path | None = None, *, device: str = "cpu") -> PhotoModel:
    """The model of `weights`, a folder or a hub id; without weights the one suited to `device`.

    Raises CheckpointError in one line if it cannot be identified.
    """
    if weights is None:
        return suited(device)
    folder = Path(weights)
    if not folder.is_dir() and not is_hub_id(weights):
        raise CheckpointError(f"no folder at {weights}; photo draws with a folder or a hub id")
    path = folder / PROBE if folder.is_dir() else _probed(str(weights))
    if not path.is_file():
        _lacking(folder, AMUSED)
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON: {first_line(error)}") from error
    for model in MODELS:
        if model.mark in config:
            return model
    named = " or ".join(model.title for model in MODELS)
    raise CheckpointError(f"{path} is of no model that photo knows; it draws with {named}")


def _probed(repo: str) -> Path:
    """The settings of a hub repository's Transformer, from the cache or the hub."""
    from huggingface_hub import hf_hub_download

    known = next((model.title for model in MODELS if model.hub_id == repo), "photo")
    try:
        cached = cached_file(repo, PROBE)
        if cached is not None:
            return cached
        hub_size(repo, PROBE)
        return Path(hf_hub_download(repo, PROBE))
    except Exception as error:  # the hub's errors share no class: its HTTP library has its own
        raise CheckpointError(
            f"no {known} weights in {repo}: none in the cache, and the hub says: "
            f"{first_line(error)}"
        ) from error


def _lacking(folder: Path, model: PhotoModel) -> None:
    lacking = [name for name in model.parts if not (folder / name).is_dir()]
    if lacking:
        raise CheckpointError(f"{folder} lacks {', '.join(lacking)}, as {model.hub_id} has them")


def check_photo(weights: str | Path | None = None, *, device: str = "cpu") -> PhotoModel:
    """The model to draw with; ValueError in one line if diffusers or the weights are missing.

    A hub id is looked up in the cache, then once on the hub, so that being offline fails at once.
    """
    from importlib.util import find_spec

    if find_spec("diffusers") is None:
        raise ValueError(f"preset 'photo' needs diffusers: {REQUIREMENTS}")
    model = photo_model(weights, device=device)
    if weights is not None and Path(weights).is_dir():
        _lacking(Path(weights), model)
    else:
        _probed(str(weights or model.hub_id))
    return model


def load_photo(
    weights: str | Path | None = None, *, device: str = "cpu", say: Say = silent
) -> ImageGenerator:
    """A model of photographs from a folder in diffusers' layout or a hub id.

    By default the hub's Meissonic on a GPU of 10 GB or more (bfloat16), else its aMUSEd-512
    (float16 on a GPU). The VQ autoencoder is in float32. `say` hears one line before anything is
    downloaded. ValueError in one line when there are no weights.
    """
    import torch

    from maskgil.checkpoints.hub_folder import fetched

    model = check_photo(weights, device=device)
    source: Any = weights if weights is not None else model.hub_id
    try:
        folder = Path(source)
        if not folder.is_dir():
            gpu = torch.device(device).type != "cpu"
            parts = {part: half and gpu for part, half in model.parts.items()}
            folder = fetched(str(source), parts, say=say)
        return model.load(folder, device)
    except (OSError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"no {model.title} weights in {source}: {first_line(error)}"
        ) from error
