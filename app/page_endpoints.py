"""The endpoints `/speak` and `/draw`, over HTTP and as tools of an MCP server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from app.conversation import USER_ERRORS, Conversation, one_line
from app.knobs import Knobs, code
from app.limits import Line
from app.results import Result
from app.settings import DrawSettings
from app.turns import address_of, visitor_of

Answer = tuple[str, dict[str, object]]


class Endpoints:
    """A picture, and the line that `python -m app --json` prints."""

    def __init__(self, conversation: Conversation, line: Line) -> None:
        self.conversation, self.line = conversation, line

    def lay_out(self) -> None:
        """Add them to the page that is being built, unseen."""
        model: dict[str, Any] = {"concurrency_limit": None}
        default = self.conversation.pipeline.settled(DrawSettings())
        with gr.Row(visible=False):
            audio = gr.Audio(type="filepath", label="audio")
            prompt = gr.Textbox(label="prompt")
            language = gr.Textbox("auto", label="language")
            knobs = [
                gr.Number(default.ar_ratio, label="ar_ratio"),
                gr.Number(default.steps, label="steps"),
                gr.Number(default.guidance, label="guidance"),
                gr.Number(default.seed, label="seed"),
            ]
            answer = [
                gr.Image(format="png", type="filepath", label="picture"),
                gr.JSON(label="summary"),
            ]
            speak, draw = gr.Button(), gr.Button()
        speak.click(self.speak, [audio, language, *knobs], answer, api_name="speak", **model)
        draw.click(self.draw, [prompt, *knobs], answer, api_name="draw", **model)

    def speak(
        self,
        audio: str,
        language: str,
        ar_ratio: float,
        steps: float,
        guidance: float,
        seed: float,
        request: gr.Request,
    ) -> Answer:
        """Hear what is said in an audio file, in any of Whisper's languages, and draw it.

        Args:
            audio: The recording: any audio file of at most two minutes.
            language: The language spoken, a code such as fr, or auto to detect it.
            ar_ratio: Speed or quality: 0 is fastest, 1 writes one token after another.
            steps: Parallel steps, 1 to 64.
            guidance: Pull towards what was said; 1 is off.
            seed: The same seed gives the same picture.

        Returns:
            The picture as PNG, its settings inside, and what was heard as JSON.
        """
        try:
            settings = Knobs(_percent(ar_ratio), steps, guidance, seed).settings()
            if not audio:
                raise ValueError("no recording given; send an audio file")
            with self.line.turn(visitor_of(request), address_of(request)):
                updates = self.conversation.pipeline.run(audio, settings, language=code(language))
                *_, last = updates
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise gr.Error(one_line(error), print_exception=False) from error
        finally:
            if audio:
                Path(audio).unlink(missing_ok=True)

    def draw(
        self,
        prompt: str,
        ar_ratio: float,
        steps: float,
        guidance: float,
        seed: float,
        request: gr.Request,
    ) -> Answer:
        """Draw an English description.

        Args:
            prompt: What to draw, as in "an orange cat and a red apple".
            ar_ratio: Speed or quality: 0 is fastest, 1 writes one token after another.
            steps: Parallel steps, 1 to 64.
            guidance: Pull towards the prompt; 1 is off.
            seed: The same seed gives the same picture.

        Returns:
            The picture as PNG, its settings inside, and how it was drawn as JSON.
        """
        try:
            settings = Knobs(_percent(ar_ratio), steps, guidance, seed).settings()
            with self.line.turn(visitor_of(request), address_of(request)):
                *_, last = self.conversation.pipeline.paint(prompt or "", settings)
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise gr.Error(one_line(error), print_exception=False) from error

    def _answer(self, result: Result | None, request: gr.Request) -> Answer:
        assert result is not None
        path = self.conversation.save(result, visitor_of(request))
        return str(path), result.summary(path.name)


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else 100 * ratio
