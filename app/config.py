"""Configuration of the app: speech model, generator, defaults of drawing."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

VERSION = "0.2.0"  # of the project, stored in pictures
WEIGHTS_VARIABLE = "MASKGIL_WEIGHTS"
WHISPER_VARIABLE = "MASKGIL_WHISPER"
NAMES_ALONE = ("nano", "imagenet")  # families of generators that read no free text
SMALL_WHISPERS = ("tiny", "base")  # sizes that translate poorly

# The speech model "auto" is the largest of these already on this machine, else base, which comes
# with the requirements. On a CPU one larger than medium takes 20 times as long as base.
WHISPERS = ("large-v3", "large-v2", "large-v1", "medium", "small")
WHISPERS_FOR_CPU = ("medium", "small")
AUTO, BASE = "auto", "base"
LARGER = (
    "Hearing with Whisper base; --whisper small hears better and takes about 3 times as long "
    "(484 MB, downloaded once from the hub), --whisper medium 10 times (1.5 GB)."
)
HUB_OWNER = "Systran"  # of Whisper for faster-whisper, on the hub


@dataclass(frozen=True)
class AppConfig:
    """One preset of the app; `PRESETS` holds the shipped ones."""

    preset: str
    whisper: str  # a Whisper model that translates: its size, a hub id, a path or "auto"
    generator: str  # preset name of `maskgil.presets.load_generator`
    device: str = "cpu"  # "auto" in PRESETS becomes cuda where there is one
    weights: Path | None = None  # generator weights, where the preset ships none
    guidance: float = 4.0  # default classifier-free guidance; 1 is off
    steps: int = 8  # default steps of masked decoding
    picture_size: int = 512  # side in pixels of a shown and saved square picture
    sharp_edges: bool = False  # sharpen when upscaling: for drawings, not photographs
    preview_share: float | None = 1 / 3  # share of drawing time for previews; None: one per step
    max_seconds: float = 120.0  # longer clips are refused
    glossary: bool | None = None  # whether to repair translations; None: see `repairs`
    speaks: tuple[str, ...] = ()  # codes of likely languages; empty: any
    backend: str = ""  # ray://APP, the replicas that hold the models; none: this process
    keeps_models: bool = False  # also load models here, as a fallback for replicas

    def __post_init__(self) -> None:
        if self.picture_size < 16:
            raise ValueError(f"picture_size must be at least 16 pixels, not {self.picture_size}")
        if not self.max_seconds > 0:
            raise ValueError(f"max_seconds must be positive, not {self.max_seconds}")

    @property
    def repairs(self) -> bool:
        """Whether the glossary repairs translations by default.

        True for the smallest Whispers, whose translations lose words, and for generators that know
        only names of things.
        """
        if self.glossary is not None:
            return self.glossary
        small = any(size in Path(self.whisper).name.lower() for size in SMALL_WHISPERS)
        return small and self.generator.partition("-")[0] in NAMES_ALONE


def _imagenet(size: str, guidance: float) -> AppConfig:
    """A class-driven generator of `maskgil.presets`, with its guidance."""
    name = f"imagenet{size}"
    return AppConfig(name, "auto", name, device="auto", guidance=guidance, steps=16)


PRESETS = {
    "nano": AppConfig(
        preset="nano",
        whisper="auto",
        generator="nano",
        guidance=1.0,
        picture_size=768,
        sharp_edges=True,
    ),
    "paper": AppConfig(preset="paper", whisper="medium", generator="paper", device="cuda"),
    "photo": AppConfig(
        preset="photo", whisper="auto", generator="photo", device="auto", guidance=10.0, steps=12
    ),
    "imagenet": _imagenet("", 2.0),
    "imagenet-tiny": _imagenet("-tiny", 2.5),
    "imagenet-base": _imagenet("-base", 1.7),
    "imagenet-large": _imagenet("-large", 1.5),
    "llamagen-t2i": AppConfig(
        preset="llamagen-t2i", whisper="auto", generator="llamagen-t2i", device="auto", guidance=7.5
    ),
}
PHOTO = "photo"  # the preset whose model depends on the device


def load_config(
    preset: str = "nano",
    *,
    device: str | None = None,
    whisper: str | None = None,
    glossary: bool | None = None,
) -> AppConfig:
    """The named preset, with generator weights taken from MASKGIL_WEIGHTS when that is set.

    Args:
        preset: a name of `PRESETS`.
        device: "cpu", "cuda", "cuda:N" or "auto" (a GPU where there is one); None: the preset's.
        whisper: the speech model: a size, a hub id, a folder or a file, or "auto" for the largest
            that is on this machine; None: MASKGIL_WHISPER, else the preset's.
        glossary: whether translations are repaired; None: where it helps (`AppConfig.repairs`).

    Raises:
        ValueError: an unknown preset or device, or no GPU where one is asked for.
    """
    if preset not in PRESETS:
        raise ValueError(f"unknown preset {preset!r}; choose one of {', '.join(PRESETS)}")
    weights = os.environ.get(WEIGHTS_VARIABLE)
    usual = PRESETS[preset]
    config = replace(
        usual,
        weights=Path(weights) if weights else None,
        whisper=whisper or os.environ.get(WHISPER_VARIABLE) or usual.whisper,
        device=usual.device if device is None else _checked_device(device),
        glossary=glossary,
    )
    config = replace(config, device=_best_device()) if config.device == "auto" else config
    config = _as_published(config) if config.generator == PHOTO else config
    if config.whisper != AUTO:
        return config
    return replace(config, whisper=largest_whisper(config.device))


def _as_published(config: AppConfig) -> AppConfig:
    """`config` with the steps, guidance and size of its model of photographs."""
    from maskgil.pipelines.photo import photo_model, suited

    try:
        model = photo_model(config.weights, device=config.device)
    except ValueError:  # reported when weights are checked
        model = suited(config.device)
    sampling = model.sampling
    return replace(
        config, guidance=sampling.guidance_scale, steps=sampling.num_steps, picture_size=model.side
    )


def _checked_device(device: str) -> str:
    """`device` if valid and available. Raises ValueError."""
    kind, _, number = device.partition(":")
    if kind not in ("cpu", "cuda", "auto") or (
        number and (kind != "cuda" or not number.isdecimal())
    ):
        raise ValueError(f"unknown device {device!r}; choose cpu, cuda or auto")
    if kind == "cuda":
        import torch

        if int(number or 0) >= torch.cuda.device_count():
            raise ValueError(f"no such GPU here as {device!r}; choose cpu or auto")
    return device


def _best_device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def largest_whisper(device: str) -> str:
    """The name of the largest Whisper on this machine, at least "base".

    On a CPU none larger than medium. Nothing is downloaded or loaded.
    """
    names = WHISPERS_FOR_CPU if device == "cpu" else WHISPERS
    home = Path(os.environ.get("HF_HOME") or user_cache() / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser()
    for name in names:
        stored = hub.glob(f"models--{HUB_OWNER}--faster-whisper-{name}/snapshots/*/model.bin")
        if any(stored) or (user_cache() / "whisper" / f"{name}.pt").is_file():
            return name
    return BASE


def user_cache() -> Path:
    """The user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
