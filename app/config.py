"""What one app runs: which speech model, which generator, and how large a picture it shows."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

VERSION = "0.1.0"  # of the project; pictures carry it
WEIGHTS_VARIABLE = "MASKGIL_WEIGHTS"


@dataclass(frozen=True)
class AppConfig:
    """One preset of the app; `PRESETS` holds the shipped ones."""

    preset: str
    whisper: str  # Whisper model size; must be one that translates
    generator: str  # preset name of `maskgil.generator.ImageGenerator.load`
    device: str = "cpu"  # "auto" in PRESETS becomes cuda where there is one
    weights: Path | None = None  # generator weights, where the preset ships none
    guidance: float = 4.0  # classifier-free guidance where nothing else is asked for; 1 is off
    picture_size: int = 480  # pixels a side of the shown and saved picture
    max_seconds: float = 120.0  # longer clips are refused
    backend: tuple[str, ...] = ()  # servers that hold the models (see `app.remote`); none: this one

    def __post_init__(self) -> None:
        if self.picture_size < 16:
            raise ValueError(f"picture_size must be at least 16 pixels, not {self.picture_size}")
        if not self.max_seconds > 0:
            raise ValueError(f"max_seconds must be positive, not {self.max_seconds}")


PRESETS = {
    "nano": AppConfig(preset="nano", whisper="base", generator="nano", guidance=1.0),
    "paper": AppConfig(
        preset="paper", whisper="medium", generator="paper", device="cuda", picture_size=512
    ),
    "photo": AppConfig(
        preset="photo",
        whisper="base",
        generator="photo",
        device="auto",
        guidance=10.0,
        picture_size=512,
    ),
}


def load_config(preset: str = "nano") -> AppConfig:
    """The named preset, with generator weights taken from MASKGIL_WEIGHTS when that is set.

    Raises `ValueError` for an unknown preset.
    """
    if preset not in PRESETS:
        raise ValueError(f"unknown preset {preset!r}; choose one of {', '.join(PRESETS)}")
    weights = os.environ.get(WEIGHTS_VARIABLE)
    config = replace(PRESETS[preset], weights=Path(weights) if weights else None)
    return replace(config, device=_best_device()) if config.device == "auto" else config


def _best_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
