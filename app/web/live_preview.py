"""Live preview: transcribes and sketches the unfinished recording about every second."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from app.dialogue.telling import captioned
from app.i18n import Translations, words_for
from app.imaging.canvas import Grid
from app.imaging.settings import MAX_SEED
from app.languages import known_languages
from app.pipeline import SpeechToImage
from app.web.forms import MOST_LANGUAGES
from app.web.stage import payload
from app.web.stage.drawing import USER_ERRORS, logger
from app.web.stage.graph import styled
from app.web.stage.restore import shape_code
from maskgil.nano.world.scene import STYLES

LIVE_SECONDS = 25.0  # of the newest audio, sent by the script
RATES = (8_000, 192_000)  # sample rates of browsers, in Hz
Answer = dict[str, Any]


def live_listener(pipeline: SpeechToImage) -> Callable[[Answer], Answer]:
    """Make the endpoint of the page's script: speech so far -> prompt and a fast sketch.

    `told` is the prompt in the language of the page.

    It serves one call at a time over all visitors; concurrent calls get an empty answer and are
    retried with newer audio. So do calls before the models are loaded, silence, and invalid input.
    """
    turn = threading.Lock()
    drawn: dict[str, Any] = {}  # the last sketch, reused while the prompt is the same

    def live(said: Answer) -> Answer:
        if not pipeline.is_warm or not turn.acquire(blocking=False):
            return {}
        try:
            samples, seed = _read(said)
            language, speaks = _languages(said, pipeline.config.speaks)
            heard = pipeline.listen_live(samples, language, speaks=speaks)
            if heard is None:
                return {}
            style, grid = _look(said, pipeline)
            prompt = heard.prompt
            if pipeline.generator.drafts and style != STYLES[0]:
                prompt = styled(prompt, style)
            if drawn.get("of") != (prompt, seed, grid):
                image = pipeline.sketch(prompt, seed, grid)
                drawn.update(of=(prompt, seed, grid), frame=payload.live(image, prompt))
            words = _words(said)
            told, alt = (
                captioned(text, words) if pipeline.generator.drafts else text
                for text in (heard.prompt, prompt)
            )
            return {
                "prompt": heard.prompt,
                "told": told,
                "language": heard.transcript.language,
                "transcript": heard.transcript.text,
                "frame": drawn["frame"] | {"alt": alt},
                "grid": list(grid),
            }
        except USER_ERRORS:
            return {}
        except Exception:
            logger.exception("a live preview failed")
            return {}
        finally:
            turn.release()

    return live


def _look(said: Answer, pipeline: SpeechToImage) -> tuple[str | None, Grid]:
    """The chosen style and grid, or the defaults."""
    sizes = {shape_code(grid): grid for grid in pipeline.sizes()}
    style, shape = said.get("style"), said.get("shape")
    usual = pipeline.generator.grid_size
    grid = sizes.get(shape, usual) if isinstance(shape, str) else usual
    return style if isinstance(style, str) else None, grid


def _words(said: Answer) -> Translations:
    """Translations into the page's language, English if it is missing or unknown."""
    page = said.get("page")
    return words_for(page) if isinstance(page, str) else Translations()


def _languages(said: Answer, usual: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The declared language or None, and the likely ones: `usual` before the browser's."""
    ticked, browsers = (
        known_languages(codes[:MOST_LANGUAGES]) if isinstance(codes, list) else ()
        for codes in (said.get("speaks"), said.get("languages"))
    )
    return (ticked[0] if len(ticked) == 1 else None), ticked or usual or browsers


def _read(said: Answer) -> tuple[np.ndarray, int]:
    """Samples (n,) at 16 kHz, and a seed. Raises ValueError."""
    from app.speech.audio import load_audio

    if not isinstance(said, dict):
        raise ValueError("that is not what the page's script sends")
    rate, text, seed = said.get("rate"), said.get("pcm"), said.get("seed") or 0
    if not isinstance(rate, (int, float)) or not RATES[0] <= rate <= RATES[1]:
        raise ValueError(f"rate must be {RATES[0]} to {RATES[1]}, not {rate!r}")
    longest = 4 * int((LIVE_SECONDS + 1) * rate * 2) // 3 + 4
    if not isinstance(text, str) or len(text) > longest:
        raise ValueError("there is no sound, or too much of it")
    if not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise ValueError(f"seed must be 0 to {MAX_SEED}, not {seed!r}")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("the sound is not base64") from error
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
    sound = load_audio((int(rate), samples), max_seconds=LIVE_SECONDS + 1)
    return sound, seed
