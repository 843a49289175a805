"""Local backend: checks weights, loads generator and translator in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.backends import zero_gpu
from app.backends.protocol import Generator
from app.config import AUTO, PHOTO, PRESETS, WEIGHTS_VARIABLE, AppConfig, largest_whisper
from app.server import spaces

if TYPE_CHECKING:
    from app.speech.transcriber import WhisperTranslator
    from maskgil.pipelines.image_generator import ImageGenerator


def check_weights(config: AppConfig) -> None:
    """Raise ValueError in one line if the generator's weights or library are missing.

    Also if a speech model other than the preset's was chosen and is unavailable.
    """
    usual = PRESETS.get(config.preset)
    found = usual is not None and usual.whisper == AUTO and largest_whisper(config.device)
    if usual is not None and config.whisper not in (usual.whisper, found):
        from app.speech.weights import resolve_weights

        resolve_weights(config.whisper)
    weights = config.weights
    if weights is not None and not weights.exists():
        raise ValueError(f"no generator weights at {weights}; check {WEIGHTS_VARIABLE}")
    try:
        if config.generator == PHOTO:
            from maskgil.pipelines.photo import check_photo

            check_photo(weights, device=config.device)
        else:
            from maskgil.presets.table import find_parts
            from maskgil.utils.progress import tell

            find_parts(config.generator, weights, say=tell)
    except ValueError as error:
        if config.generator == PHOTO:
            raise
        raise ValueError(f"{error}; the app takes them from {WEIGHTS_VARIABLE}") from error


def load_generator(config: AppConfig) -> Generator:
    """The generator of `config`, ready to draw. Raises ValueError in one line."""
    from maskgil.utils.progress import tell

    if config.generator == PHOTO:
        from maskgil.pipelines.photo import load_photo

        generator: ImageGenerator = load_photo(config.weights, device=config.device, say=tell)
    else:
        from maskgil import presets

        generator = presets.load_generator(
            config.generator, device=config.device, weights=config.weights, say=tell
        )
    generator.preview_share = config.preview_share
    if spaces.is_zero_gpu() and config.device != "cpu":
        return zero_gpu.ZeroGPUGenerator(generator)
    return generator


def load_translator(config: AppConfig) -> WhisperTranslator:
    """What listens for `config`. Raises ValueError in one line."""
    from app.speech.transcriber import load_translator

    device = "cpu" if spaces.is_zero_gpu() else config.device  # ZeroGPU lends GPUs for drawing only
    return load_translator(config.whisper, device=device)
