"""Types of the pipeline: what is asked for, what was heard, previews, finished pictures."""

# n pictures drawn together; h, w token grid.

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from app.errors import SpeechError
from app.imaging.settings import DrawSettings, Prompt
from app.languages import LANGUAGES

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from app.glossary.repair import Repair
    from app.imaging.canvas import Canvas, Grid
    from app.speech.transcriber import Transcript


class SilenceError(ValueError):
    """Nobody spoke; the message is one line for the user."""


class UnclearLanguageError(SpeechError):
    """Nothing to draw was understood and the language is in doubt: the message asks which it was.

    `heard` is what was made of it all the same.
    """

    def __init__(self, heard: Heard) -> None:
        super().__init__(heard)  # the exception's argument, so that it can be pickled
        self.heard = heard

    @property
    def guesses(self) -> tuple[tuple[str, float], ...]:
        """Languages to choose from: codes with probabilities, best first, two or three."""
        return self.heard.transcript.guesses

    def __str__(self) -> str:
        first, *others = [LANGUAGES.get(code, code) for code, _ in self.guesses]
        asked = ", ".join([first, *others[:-1]]) + (f" or {others[-1]}" if others else "")
        return f"did you speak {asked}? Choose the language and say it again"


@dataclass(frozen=True)
class Heard:
    """What was said, what Whisper made of it, and what the glossary repaired.

    `notes`: what the listener should know of the recording, one line each ("the first audio track
    is silent: the second was heard"); mostly none. `unknown`: words of a typed text that are not in
    its prompt; `told`: what the others are in English, with each as it was typed.
    """

    transcript: Transcript
    repair: Repair
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()

    @property
    def prompt(self) -> str:
        return self.repair.prompt


@dataclass(frozen=True)
class PictureRequest:
    """What to draw, whole on its way from whoever asks to the generator.

    Attributes:
        prompt: Describes the whole picture, also where a part is drawn (`canvas.whole_prompt`).
        count: Pictures that are drawn together, of seeds one after the other.
        canvas: The picture of which the `marked` cells (h, w) are drawn anew.
        part: What the marked cells are to show, where that is not all of the prompt; empty for
            nothing but what goes on there.
        arrangement: The seed by which things are placed, None for the settings' own.
        around: Nothing but the prompt's place is drawn there.
        grid: Of a new picture, None for the usual one.
        heard: Where the prompt was spoken.
        draft: The drawings (h, w, P, P, 4) that are in it, None for the drafter's own; where what
            is `around` is drawn, those that are there already, None where that is not known.
        over: The draft is laid over the canvas, of which all stays but where a drawing is seen.
    """

    prompt: Prompt
    settings: DrawSettings
    count: int = 1
    canvas: Canvas | None = None
    marked: np.ndarray | None = None
    part: str | None = None
    arrangement: int | None = None
    around: bool = False
    grid: Grid | None = None
    heard: Heard | None = None
    draft: np.ndarray | None = None
    over: bool = False

    @property
    def shape(self) -> Grid | None:
        """The grid that is drawn, None for the usual one."""
        return self.grid if self.canvas is None else self.canvas.grid

    def given(self, mask_id: int) -> np.ndarray | None:
        """The tokens (N,) that stay, `mask_id` elsewhere; None for a new picture."""
        if self.canvas is None or self.marked is None:
            return None
        return self.canvas.given(self.marked, mask_id)

    @property
    def given_details(self) -> np.ndarray | None:
        """The details (D² · N,) of the picture that is drawn on, None where it has none."""
        return None if self.canvas is None else self.canvas.details

    def kept(self, image: Image) -> Image:
        """`image` with the original's own pixels where nothing is drawn."""
        from app.imaging.canvas import laid_over, paste_kept

        if self.canvas is None or self.canvas.original is None or self.marked is None:
            return image
        if self.over and self.draft is not None:
            return laid_over(image, self.canvas.original, self.draft)
        return paste_kept(image, self.canvas.original, self.marked)


@dataclass(frozen=True)
class Seconds:
    """How long it took; `load` is the models' start, which only the first picture waits for."""

    listen: float
    draw: float
    total: float
    load: float = 0.0


@dataclass(frozen=True)
class Result:
    """A finished picture and how it came about; `heard` is None for a typed prompt.

    `drawn` is the caption the model was given for `prompt`, `left_out` the words of `prompt` that
    are not in the picture, `replaced` pairs of a word and what is drawn in its place; `canvas` is
    what to draw on next.
    """

    prompt: str
    image: Image
    settings: DrawSettings
    seconds: Seconds
    preset: str
    drawn: str
    left_out: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    heard: Heard | None = None
    canvas: Canvas | None = None

    def png_text(self) -> dict[str, object]:
        """The settings a PNG of this picture carries (`app.imaging.png.TEXT_KEYS`)."""
        text: dict[str, object] = {"prompt": self.prompt, "preset": self.preset}
        text |= asdict(self.settings)
        if self.heard is not None:
            text["language"] = self.heard.transcript.language
            text["transcript"] = self.heard.transcript.text
        return text

    def summary(self, image: str) -> dict[str, object]:
        """The answer of the command line and of the HTTP endpoints, the picture at path `image`.

        `notes` are in it where there are any (see `Heard`).
        """
        said = self.heard.transcript if self.heard else None
        notes = {"notes": list(self.heard.notes)} if self.heard and self.heard.notes else {}
        return {
            "language": said.language if said else None,
            "language_probability": round(said.language_probability, 4) if said else None,
            "transcript": said.text if said else None,
            "translation": said.translation if said else None,
            "prompt": self.prompt,
            "drawn": self.drawn,
            "left_out": list(self.left_out),
            "replaced": [list(pair) for pair in self.replaced],
            "image": image,
            "seed": self.settings.seed,
            "seconds": {name: round(value, 3) for name, value in asdict(self.seconds).items()},
            **notes,
        }


@dataclass(frozen=True)
class Update:
    """One moment of the way from sound to picture, for whoever shows it.

    `images`: one a picture drawn, at the generator's own size; `written` (n, h, w) bool: which
    cells of them hold a token already. `results` come at the end, one a picture.
    """

    stage: Literal["heard", "drawing", "done"]
    heard: Heard | None = None
    step: int = 0
    num_steps: int = 0
    images: tuple[Image, ...] = ()
    written: np.ndarray | None = None
    results: tuple[Result, ...] = ()

    @property
    def result(self) -> Result | None:
        """The finished picture, the first of several."""
        return self.results[0] if self.results else None
