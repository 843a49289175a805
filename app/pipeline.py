"""Audio -> transcript -> prompt -> a stream of previews -> the picture.

`SpeechToImage` owns the models. They load on first use (or in the background after `warm_up`); one
instance serves many threads; closing an iterator cancels its work.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from app.backends.factory import work_lock
from app.backends.lazy_model import LazyModel
from app.config import AppConfig
from app.drawing import TextToImage, Updates
from app.imaging.settings import DrawSettings, EmptyPromptError, Prompt, clean_prompt
from app.types import Heard, PictureRequest, SilenceError, UnclearLanguageError, Update
from maskgil.prompts import NothingKnownError

if TYPE_CHECKING:
    import numpy as np

    from app.glossary.repair import Glossary, Repair
    from app.speech.audio import Source
    from app.speech.transcriber import Transcript, Translator
    from app.speech.words.expected import Expectation

PATIENCE = 30.0  # seconds that background loading and timing wait for foreground work
LOOK = 0.2  # interval in which such waiting checks for the program's end
TIMED = clean_prompt("a cat and an apple")
logger = logging.getLogger(__name__)


class SpeechToImage(TextToImage):
    """Speech in, picture out. Safe to share between threads."""

    def __init__(self, config: AppConfig) -> None:
        super().__init__(config)
        self._listen_lock = work_lock(config)  # one recording at a time, concurrent with drawing
        self._translator = LazyModel(self._load_translator)
        self._glossary = LazyModel(_load_glossary)
        self._warm = threading.Event()
        self._leaving = threading.Event()  # cancels `warm_up`
        self._failure: Exception | None = None

    @property
    def translator(self) -> Translator:
        return self._translator()

    @property
    def glossary(self) -> Glossary:
        return self._glossary()

    def _load_translator(self) -> Translator:
        from app.backends.factory import load_translator

        return load_translator(self.config)

    def _load_ahead(self) -> None:
        """Load the generator in the background during transcription."""

        def load() -> None:
            with suppress(Exception):  # raised again by the drawing
                self._generator()

        if not self._generator.is_loaded:
            threading.Thread(target=load, name="load-ahead").start()

    def _take_load_seconds(self) -> float:
        """Seconds of loading not reported yet; concurrent loading counts once."""
        models = (self._translator, self._glossary, self._generator)
        return max(model.take_seconds() for model in models)

    def warm_up(self) -> threading.Thread:
        """Load every model and run each once, in a background thread; `wait_until_warm` reports."""
        thread = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)
        self._leaving.clear()
        thread.start()
        return thread

    def end(self, warming: threading.Thread) -> None:
        """Cancel `warm_up` before the program ends, at the next step of a drawing.

        A thread killed while loading would abort the process.
        """
        self._leaving.set()
        warming.join()

    def wait_until_warm(self, timeout: float | None = None) -> bool:
        """True once warm; False after `timeout` seconds. Raises what loading raised."""
        warm = self._warm.wait(timeout)
        if self._failure is not None:
            raise self._failure
        return warm

    @property
    def is_warm(self) -> bool:
        """Whether every model is loaded."""
        return self._warm.is_set() and self._failure is None

    def _warm_up(self) -> None:
        try:
            settings = self.settled(DrawSettings(steps=1))
            self._drawn(PictureRequest(clean_prompt("a red apple"), settings))
            self._give_way()
            translator = self.translator
            with self._listen_lock:
                translator.warm_up()
            self.glossary.repair("", "", "en")
            self._take_load_seconds()  # not part of any request
        except Exception as error:  # raised by `wait_until_warm`
            logger.debug("warm-up failed", exc_info=True)
            self._failure = error
            return
        finally:
            self._warm.set()
        if self.eta.expect(self.usual) is not None:
            return  # measured already
        try:
            self.eta.calibrate(self._time, self.usual.steps, hybrid=self.has_ratio)
        except CancelledError:
            logger.debug("the program ends before the speed of drawing is known")
        except Exception:  # the page then shows no estimate
            logger.warning("the speed of drawing could not be measured", exc_info=True)

    def _give_way(self) -> None:
        """Wait for foreground work, at most `PATIENCE` seconds."""
        until = monotonic() + PATIENCE
        while not self._leaving.is_set() and monotonic() < until:
            if self._occupied.give_way(LOOK):
                return

    def _time(self, settings: DrawSettings, count: int = 1) -> float:
        """Time a drawing. Raises CancelledError when the program ends."""
        self._give_way()
        request = PictureRequest(TIMED, self.settled(settings), count)
        return self._drawn(request, cancelled=self._leaving)[1]

    def listen(
        self,
        audio: Source,
        *,
        language: str | None = None,
        speaks: Sequence[str] = (),
        expected: Expectation | None = None,
        ahead: bool = True,
    ) -> Heard:
        """Transcribe `audio` (a path, or rate and samples) and make a prompt.

        `language` is an ISO 639-1 code, None to detect it; `speaks` are codes of likely languages,
        weighted by repetition. `expected`: likely utterances about the current picture. `ahead`:
        load the generator meanwhile. Raises `AudioError` for unreadable audio, `SpeechError` for an
        unknown language, `SilenceError` without speech, `UnclearLanguageError` if the language is
        uncertain and nothing to draw was understood.
        """
        from app.languages import check_language
        from app.speech.audio import read_sound

        if language is not None:
            language = check_language(language)
        speaks = speaks or self.config.speaks
        sound = read_sound(audio, max_seconds=self.config.max_seconds)
        if ahead:
            self._load_ahead()
        translator = self.translator
        with self._occupied.at_work(), self._listen_lock:
            transcript = translator.transcribe(
                sound.samples, language=language, speaks=speaks, expected=expected
            )
        if transcript.is_empty:
            raise SilenceError("no speech heard; speak a little louder or closer, and try again")
        notes = (*sound.notes, *transcript.notes)
        heard = Heard(transcript, self._repaired(transcript), notes)
        if language is None and transcript.in_doubt and not self._is_known(heard.prompt):
            raise UnclearLanguageError(heard)
        return heard

    def _is_known(self, prompt: str) -> bool:
        """Whether the model knows any word of it."""
        try:
            self.reading(clean_prompt(prompt))
        except (EmptyPromptError, NothingKnownError):
            return False
        return True

    def _repaired(self, transcript: Transcript) -> Repair:
        """The repaired prompt, each part by the glossary of its language."""
        from app.glossary.repair import Repair

        if not self.config.repairs:
            return Repair(transcript.translation)
        parts = transcript.in_languages
        repairs = [self.glossary.repair(p.text, p.translation, p.language) for p in parts]
        return Repair.joined(repairs)

    def listen_live(
        self, samples: np.ndarray, language: str | None = None, *, speaks: Sequence[str] = ()
    ) -> Heard | None:
        """Transcribe an unfinished recording: samples (n,) float32 at 16 kHz, the newest ones used.

        Fast enough to be called every second (`Translator.partial`). None without speech. Raises
        `SpeechError` for an unknown language.
        """
        translator = self.translator
        with self._listen_lock:
            transcript = translator.partial(samples, language=language, speaks=speaks)
        if transcript is None or transcript.is_empty:
            return None
        return Heard(transcript, self._repaired(transcript))

    def understand(self, text: str, *, speaks: Sequence[str] = ()) -> tuple[Prompt, Heard | None]:
        """A typed text as an English prompt, and the original if in another language.

        `speaks`: codes of the writer's likely languages, the likeliest first. Raises
        `SettingsError` for an invalid prompt, `ForeignTextError` for a text in no language of the
        glossary.
        """
        from app.glossary.normalize import as_written
        from app.glossary.repair import Repair
        from app.glossary.typed import read_typed, words_told
        from app.speech.transcripts import Transcript

        prompt = clean_prompt(text)
        wish = None
        if self.config.glossary is not False:
            wish = read_typed(prompt, self.glossary, speaks=speaks or self.config.speaks)
        if wish is None:
            return prompt, None
        said = Transcript(wish.language, 1.0, (), prompt, wish.prompt, 0.0)
        unknown = as_written(wish.unknown, prompt)
        notes = (f"not understood: {', '.join(unknown)}",) if unknown else ()
        told = words_told(prompt, wish.language, self.glossary)
        return clean_prompt(wish.prompt), Heard(said, Repair(wish.prompt), notes, unknown, told)

    def run(
        self,
        audio: Source,
        settings: DrawSettings,
        *,
        language: str | None = None,
        speaks: Sequence[str] = (),
    ) -> Updates:
        """From audio to picture: an update after transcription, the previews, then the result."""
        heard = self.listen(audio, language=language, speaks=speaks)
        yield Update("heard", heard)
        yield from self.paint(PictureRequest(clean_prompt(heard.prompt), settings, heard=heard))


def _load_glossary() -> Glossary:
    from app.glossary.repair import Glossary

    return Glossary.load()
