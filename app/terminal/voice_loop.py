"""Push-to-talk loop in the terminal: record, draw, show, save, and again."""

from __future__ import annotations

import sys
from collections import deque
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.imaging.png import save_png
from app.imaging.settings import DrawSettings
from app.languages import LANGUAGES
from app.pipeline import SpeechToImage
from app.speech.audio import AudioError, load_audio
from app.terminal.display import Screen, meter
from app.terminal.keyboard import END, ENTER, ESCAPE, Keys, open_keys
from app.terminal.microphone import (
    BLOCK_SECONDS,
    Device,
    Microphone,
    PauseWatch,
    find_device,
    list_devices,
    loudness,
)
from app.thresholds import CLEAR, REMEMBERED
from maskgil.utils.command_line import one_line

if TYPE_CHECKING:
    import numpy as np

    from app.speech.transcriber import Transcript

FOLDER = Path("pictures")
LONGEST = 60.0  # maximal seconds of one recording
UNHEARD = 10.0  # seconds after which a recording without speech ends
_MUTED = 1e-5  # a peak below this means a muted microphone
_HELP = "Space or Enter: speak; d: another microphone; q: quit. "
_WHILE = "Space, Enter or a pause ends it; Esc drops it"


def talk(
    pipeline: SpeechToImage,
    *,
    device: str | None = None,
    keys: TextIO | None = None,
    out: TextIO | None = None,
) -> None:
    """Space records until the speaker pauses, then draws to pictures/; q or Ctrl-D quits.

    `device` is a microphone's index or part of its name, or "list" to print them and quit. Raises
    AudioError without a microphone, OSError if pictures/ cannot be created.
    """
    screen = Screen(sys.stdout if out is None else out)
    if device == "list":
        for line in describe(list_devices(), find_device()):
            screen.say(line)
        return
    chosen = find_device(device)
    FOLDER.mkdir(exist_ok=True)
    warming = pipeline.warm_up()
    try:
        with open_keys(keys) as pressed:
            _VoiceConversation(pipeline, screen, pressed, chosen).run()
    finally:
        screen.show("")
        pipeline.end(warming)


def describe(devices: list[Device], chosen: Device) -> list[str]:
    """A line for each microphone: index and name, the chosen one marked."""
    return [
        f"{'*' if device.number == chosen.number else ' '} {device.number}: {device.name}"
        for device in devices
    ]


class _VoiceConversation:
    """One session of push-to-talk: microphone, keys and screen."""

    def __init__(self, pipeline: SpeechToImage, screen: Screen, keys: Keys, device: Device):
        self.pipeline, self.screen, self.keys, self.device = pipeline, screen, keys, device
        self.seed = 0
        self.spoken: deque[str] = deque(maxlen=REMEMBERED)

    def run(self) -> None:
        self.screen.say(f"microphone: {self.device.name}")
        while True:
            self._ask(_HELP)
            key = self.keys.read()
            if key in (END, "q"):
                return
            try:
                if key == "d":
                    self._choose()
                elif key in (" ", ENTER):
                    self._round()
            except (ValueError, OSError) as error:  # shown in one line; the user may retry
                self.screen.say(one_line(error))

    def _ask(self, text: str) -> None:
        if self.screen.is_terminal:
            self.screen.show(text)
        else:
            self.screen.say(text)

    def _choose(self) -> None:
        """List the microphones and choose the one whose digit is pressed."""
        devices = list_devices()
        for line in describe(devices, self.device):
            self.screen.say(line)
        typed = ""
        self._ask("its number, then Enter; Esc keeps it: ")
        while (key := self.keys.read()) not in (END, ENTER, ESCAPE):
            typed += key or ""
            self.screen.show(f"its number, then Enter; Esc keeps it: {typed}")
        if typed and key != ESCAPE:
            self.device = find_device(typed)
        self.screen.say(f"microphone: {self.device.name}")

    def _round(self) -> None:
        samples = self._record()
        if samples is None:
            self.screen.say("dropped")
            return
        self.seed += 1
        self._draw(samples)

    def _record(self) -> np.ndarray | None:
        """Record samples (n,) at 16 kHz; None if discarded. Raises AudioError."""
        import numpy as np

        watch, blocks, seconds = PauseWatch(), [np.zeros(0, np.float32)], 0.0
        with Microphone(self.device) as microphone:
            self._ask("listening…")
            while seconds < LONGEST and (watch.has_begun or seconds < UNHEARD):
                block = microphone.read()
                blocks.append(block)
                seconds += BLOCK_SECONDS
                self.screen.show(f"listening {meter(loudness(block))} {seconds:4.1f} s  {_WHILE}")
                ended = watch.has_ended(block)
                key = self.keys.read(0)
                if key == ESCAPE:
                    return None
                if ended or key in (" ", ENTER) or (key == END and self.keys.is_terminal):
                    break
        samples = np.concatenate(blocks)
        if not len(samples) or np.abs(samples).max() < _MUTED:
            raise AudioError(
                "the microphone gives silence only: is it muted, or is it another one?"
            )
        return load_audio((microphone.rate, samples), max_seconds=LONGEST + 1)

    def _draw(self, samples: np.ndarray) -> None:
        """Transcribe `samples` (n,) and draw, with previews on the screen; Esc stops it."""
        from app.speech.audio import SAMPLE_RATE

        self.screen.show("hearing…")
        speaks = (*self.pipeline.config.speaks, *self.spoken)
        settings = DrawSettings(seed=self.seed)
        updates = self.pipeline.run((SAMPLE_RATE, samples), settings, speaks=speaks)
        with closing(updates):
            for update in updates:
                if update.stage == "heard" and update.heard is not None:
                    said = update.heard.transcript
                    self.screen.say(heard_line(said))
                    if said.language_probability >= CLEAR:
                        self.spoken.append(said.language)
                    self.screen.say(f"prompt: {update.heard.prompt}")
                elif update.result is not None:
                    self.screen.picture(update.result.image)
                    path = _free_path(FOLDER)
                    save_png(update.result.image, path, update.result.png_text())
                    self.screen.say(f"picture: {path} ({update.result.seconds.total:.1f} s)")
                elif update.images:
                    written = None if update.written is None else update.written[0]
                    self.screen.picture(update.images[0], written)
                    self.screen.show(f"drawing {update.step}/{update.num_steps}; Esc stops it")
                    if self.keys.is_terminal and self.keys.read(0) == ESCAPE:
                        self.screen.say("stopped")
                        return


def heard_line(said: Transcript) -> str:
    """One line of what was heard: language, confidence, alternatives and transcript."""
    (code, probability), *others = said.guesses
    name = LANGUAGES.get(code, code)
    rest = ", ".join(f"{LANGUAGES.get(other, other)} {share:.0%}" for other, share in others)
    also = f"; else {rest}" if rest else ""
    return f"heard ({code}, {name} {probability:.0%}{also}): {said.text}"


def _free_path(folder: Path) -> Path:
    """The first unused picture-NNN.png in `folder`."""
    taken = {path.name for path in folder.glob("picture-*.png")}
    return next(
        folder / name
        for name in (f"picture-{number:03d}.png" for number in range(1, 1_000_000))
        if name not in taken
    )
