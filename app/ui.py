"""The web page, and the HTTP endpoints `/speak` and `/draw`. The only file that imports gradio."""

from __future__ import annotations

import functools
import json
import logging
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import gradio as gr

from app import cards
from app.pictures import blank, read_settings, save_png
from app.pipeline import (
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_STEPS,
    DrawSettings,
    Heard,
    Result,
    SpeechToImage,
    clean_prompt,
    restore,
)
from app.sessions import Sessions

logger = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
EXAMPLES = Path(__file__).parent.parent / "assets" / "examples"
QUEUE_SIZE = 32
MAX_UPLOAD = "25mb"
HOUR = 3600
USER_ERRORS = (ValueError, OSError)
Changes = dict[Any, Any]


def build_theme() -> gr.themes.Base:
    """Warm neutrals, one accent, the system's fonts: nothing is fetched from elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.orange,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        font=["ui-sans-serif", "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        slider_color="*primary_700",
        slider_color_dark="*primary_500",
    )


class Page:
    """The page over one shared pipeline; `blocks` is what gradio serves."""

    def __init__(self, pipeline: SpeechToImage) -> None:
        self.pipeline = pipeline
        self.sessions = Sessions()
        self.examples = _load_examples(self.sessions.root)
        with gr.Blocks(
            title="Speak, and see it",
            analytics_enabled=False,
            delete_cache=(HOUR, 24 * HOUR),
            fill_width=False,
        ) as self.blocks:
            self._lay_out()
            self._connect()
            self._add_endpoints()
        self.blocks.queue(max_size=QUEUE_SIZE)

    def _lay_out(self) -> None:
        config = self.pipeline.config
        default = DrawSettings()
        gr.HTML(cards.header(), elem_id="header")
        with gr.Row(elem_id="stage", equal_height=False):
            with gr.Column(elem_id="talk", scale=5, min_width=320):
                self.audio = gr.Audio(
                    sources=["microphone", "upload"],
                    type="filepath",
                    label="Say what you would like to see",
                    elem_id="audio",
                    editable=False,
                    buttons=[],
                    waveform_options=gr.WaveformOptions(
                        waveform_color="#a8a29e", waveform_progress_color="#c2410c"
                    ),
                )
                self.language = gr.Dropdown(
                    cards.language_choices(), value="auto", label="Spoken language"
                )
                self.heard = gr.HTML(cards.EMPTY_HEARD, elem_id="heard")
                self.prompt = gr.Textbox(
                    label="Prompt",
                    placeholder="an orange cat and a red apple",
                    info="Change it, or type your own, and draw again.",
                    lines=1,
                    max_lines=4,
                    elem_id="prompt",
                )
                with gr.Row(elem_id="actions"):
                    self.draw = gr.Button("Draw", variant="primary", elem_id="draw")
                    self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="stop")
                self.ratio = gr.Slider(
                    0,
                    100,
                    value=100 * default.ar_ratio,
                    step=5,
                    label="Quality (%)",
                    info="0 is fastest: tokens are written many at a time. At 100 each one waits "
                    "for those before it.",
                    buttons=[],
                    elem_id="ratio",
                )
                with gr.Accordion("More settings", open=False, elem_id="more"):
                    with gr.Row():
                        self.seed = gr.Number(
                            default.seed, label="Seed", precision=0, minimum=0, maximum=MAX_SEED
                        )
                        self.fresh = gr.Checkbox(True, label="New seed for every picture")
                    with gr.Row():
                        self.steps = gr.Slider(
                            1, MAX_STEPS, value=default.steps, step=1, label="Steps", buttons=[]
                        )
                        self.guidance = gr.Slider(
                            0, MAX_GUIDANCE, value=default.guidance, step=0.5, label="Guidance",
                            info="How closely to follow the prompt; 1 is off.", buttons=[],
                        )  # fmt: skip
            with gr.Column(elem_id="canvas", scale=6, min_width=320):
                self.picture = gr.Image(
                    blank(config.picture_size),
                    format="png",
                    type="filepath",
                    label="Picture",
                    show_label=False,
                    interactive=False,
                    buttons=["download", "fullscreen"],
                    elem_id="picture",
                )
                self.status = gr.HTML(cards.status("Getting ready…"), elem_id="status")
        gr.HTML("<h2>Listen to an example</h2>", elem_classes="heading")
        with gr.Row(elem_id="examples"):
            self.example_buttons = [
                gr.Button(cards.example_label(language, text), elem_classes="example", min_width=180)
                for _, language, text in self.examples
            ]
        with gr.Row(elem_classes="heading", elem_id="shelf-heading"):
            gr.HTML("<h2>This session</h2>")
            self.restore = gr.UploadButton(
                "Restore from a picture", file_types=[".png"], size="sm", elem_id="restore"
            )
        self.gallery = gr.Gallery(
            show_label=False,
            label="Pictures of this session",
            format="png",
            columns=6,
            height="auto",
            allow_preview=False,
            object_fit="cover",
            interactive=False,
            buttons=[],
            elem_id="shelf",
        )
        gr.HTML(cards.FOOTER, elem_id="footer")
        self.shelf = gr.State([])  # (path, prompt), newest first
        self.last_heard = gr.State(None)

    def _connect(self) -> None:
        settings = [self.ratio, self.steps, self.guidance, self.seed, self.fresh]
        drawn = [
            self.picture, self.status, self.seed, self.draw, self.stop, self.shelf, self.gallery,
        ]  # fmt: skip
        told = [self.heard, self.prompt, self.last_heard]
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        at_once = hidden | {"queue": False}
        model = hidden | {"concurrency_id": "model", "concurrency_limit": 1}

        said = gr.on(
            [self.audio.stop_recording, self.audio.upload],
            self._keep_recording,
            self.audio,
            self.status,
            **at_once,
        )
        again = self.language.input(self._halt, None, self.status, **at_once)
        for event in (said, again):
            event.then(
                self._on_speak,
                [self.audio, self.language, *settings, self.shelf],
                [*drawn, *told],
                **model,
            )
        typed = gr.on(
            [self.draw.click, self.prompt.submit], self._halt, None, self.status, **at_once
        )
        typed.then(
            self._on_draw,
            [self.prompt, *settings, self.shelf, self.last_heard],
            [*drawn, self.last_heard],
            **model,
        )
        for button, (path, _, _) in zip(self.example_buttons, self.examples, strict=True):
            played = button.click(
                functools.partial(self._play, path),
                None,
                [self.audio, self.language, self.status],
                **at_once,
            )
            played.then(
                functools.partial(self._on_example, path),
                [*settings, self.shelf],
                [*drawn, *told],
                **model,
            )
        self.stop.click(self._on_stop, None, [self.status, self.stop], **at_once)
        self.audio.start_recording(self._halt, None, None, **at_once)
        restored = [
            self.picture, self.status, self.prompt, self.heard, self.last_heard, self.seed,
            self.fresh, self.steps, self.guidance, self.ratio,
        ]  # fmt: skip
        self.restore.upload(self._on_restore, self.restore, restored, **at_once)
        self.gallery.select(self._on_pick, self.shelf, restored, **at_once)
        self.blocks.load(
            self._on_load, None, self.status, **hidden, concurrency_limit=None
        )
        self.blocks.unload(self._on_leave)

    def _add_endpoints(self) -> None:
        """`/speak` and `/draw`: a picture, and the line that `python -m app --json` prints."""
        model: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 1}
        with gr.Row(visible=False):
            audio = gr.Audio(type="filepath", label="audio")
            prompt = gr.Textbox(label="prompt")
            language = gr.Textbox("auto", label="language")
            ratio = gr.Number(0.0, label="ar_ratio")
            steps = gr.Number(8, label="steps", precision=0)
            guidance = gr.Number(4.0, label="guidance")
            seed = gr.Number(0, label="seed", precision=0)
            picture = gr.Image(format="png", type="filepath", label="picture")
            summary = gr.JSON(label="summary")
            settings = [ratio, steps, guidance, seed]
            gr.Button().click(
                self.speak, [audio, language, *settings], [picture, summary], api_name="speak",
                **model,
            )  # fmt: skip
            gr.Button().click(
                self.draw_text, [prompt, *settings], [picture, summary], api_name="draw", **model
            )

    # The endpoints.

    def speak(
        self,
        audio: str,
        language: str = "auto",
        ar_ratio: float = 0.0,
        steps: int = 8,
        guidance: float = 4.0,
        seed: int = 0,
        request: gr.Request | None = None,
    ) -> tuple[str, dict[str, object]]:
        """Draw what is said in an audio file; `language` is a code such as fr, or auto."""
        try:
            if not audio:
                raise ValueError("no recording given: send an audio file")
            settings = _settings(100 * ar_ratio, steps, guidance, seed)
            *_, last = self.pipeline.run(audio, settings, language=_code(language))
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise gr.Error(_line(error), print_exception=False) from error
        finally:
            if audio:
                Path(audio).unlink(missing_ok=True)

    def draw_text(
        self,
        prompt: str,
        ar_ratio: float = 0.0,
        steps: int = 8,
        guidance: float = 4.0,
        seed: int = 0,
        request: gr.Request | None = None,
    ) -> tuple[str, dict[str, object]]:
        """Draw an English prompt."""
        try:
            settings = _settings(100 * ar_ratio, steps, guidance, seed)
            *_, last = self.pipeline.paint(prompt or "", settings)
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise gr.Error(_line(error), print_exception=False) from error

    def _answer(
        self, result: Result | None, request: gr.Request | None
    ) -> tuple[str, dict[str, object]]:
        assert result is not None
        path = self._save(result, _visitor(request))
        return str(path), result.summary(path.name)

    # The page's listeners; each yields or returns what changes on the page.

    def _on_load(self) -> Iterator[str]:
        try:
            if not self.pipeline.wait_until_warm(0):
                yield cards.status("Getting ready: loading the models…", share=0.3, kind="busy")
                self.pipeline.wait_until_warm(10 * 60)
            yield cards.status("Ready when you are.")
        except Exception as error:
            yield _failure(error)

    def _keep_recording(self, audio: str | None, request: gr.Request) -> str:
        if audio:
            self.sessions.keep_recording(_visitor(request), audio)
        return self._halt(request)

    def _halt(self, request: gr.Request) -> str:
        self.sessions.stop(_visitor(request))
        return cards.status("Waiting for a free moment…", kind="busy")

    def _on_stop(self, request: gr.Request) -> tuple[str, Changes]:
        self.sessions.stop(_visitor(request))
        return cards.status("Stopping…", kind="busy"), gr.update(interactive=False)

    def _play(self, path: Path, request: gr.Request) -> tuple[Any, str, str]:
        return gr.Audio(str(path), autoplay=True), "auto", self._halt(request)

    def _on_example(self, path: Path, *rest: Any) -> Iterator[Changes]:
        *settings, shelf, request = rest
        yield from self._on_speak(str(path), "auto", *settings, shelf, request)

    def _on_speak(
        self,
        audio: str | None,
        language: str,
        ratio: float,
        steps: float,
        guidance: float,
        seed: float,
        fresh: bool,
        shelf: list[tuple[str, str]],
        request: gr.Request,
    ) -> Iterator[Changes]:
        if not audio:
            yield {self.status: cards.status("Ready when you are.")}
            return
        visitor = _visitor(request)
        job = self.sessions.begin(visitor)
        yield {self.status: cards.status("Listening…", share=0.05, kind="busy")}
        try:
            heard = self.pipeline.listen(audio, language=_code(language))
        except Exception as error:
            yield self._idle() | {self.status: _failure(error)}
            return
        yield {
            self.heard: cards.heard_card(heard),
            self.prompt: heard.prompt,
            self.last_heard: heard,
        }
        picked = (ratio, steps, guidance, seed, fresh)
        yield from self._paint(heard.prompt, picked, shelf, heard, visitor, job, just_heard=True)

    def _on_draw(
        self,
        prompt: str,
        ratio: float,
        steps: float,
        guidance: float,
        seed: float,
        fresh: bool,
        shelf: list[tuple[str, str]],
        last_heard: Heard | None,
        request: gr.Request,
    ) -> Iterator[Changes]:
        visitor = _visitor(request)
        job = self.sessions.begin(visitor)
        if last_heard is not None and last_heard.prompt != prompt.strip():
            last_heard = None
            yield {self.last_heard: None}
        picked = (ratio, steps, guidance, seed, fresh)
        yield from self._paint(prompt, picked, shelf, last_heard, visitor, job)

    def _paint(
        self,
        prompt: str,
        picked: tuple[float, float, float, float, bool],
        shelf: list[tuple[str, str]],
        heard: Heard | None,
        visitor: str,
        job: int,
        *,
        just_heard: bool = False,
    ) -> Iterator[Changes]:
        ratio, steps, guidance, seed, fresh = picked
        if fresh:
            seed = random.randrange(MAX_SEED + 1)
        started = perf_counter()
        try:
            settings = _settings(ratio, steps, guidance, seed)
            stream = self.pipeline.paint(clean_prompt(prompt or ""), settings, heard=heard)
            yield {
                self.seed: settings.seed,
                self.draw: gr.update(visible=False),
                self.stop: gr.update(visible=True, interactive=True),
                self.status: cards.status("Drawing…", share=0.08, kind="busy"),
            }
            for update in stream:
                if update.result is not None:
                    path = self._save(update.result, visitor)
                    shelf = [(str(path), update.result.prompt), *shelf]
                    yield self._idle() | {
                        self.picture: str(path),
                        self.status: cards.finished(update.result, fresh=just_heard),
                        self.shelf: shelf,
                        self.gallery: cards.captions(shelf),
                    }
                elif self.sessions.is_current(visitor, job):
                    line = cards.drawing(update, perf_counter() - started)
                    yield {self.picture: update.picture, self.status: line}
                else:
                    stream.close()
                    line = f"Stopped at step {update.step} of {update.num_steps}."
                    yield self._idle() | {
                        self.picture: update.picture,
                        self.status: cards.status(line),
                    }
        except Exception as error:
            yield self._idle() | {self.status: _failure(error)}

    def _on_restore(self, path: str | None) -> Changes:
        if not path:
            return {self.status: cards.status("Ready when you are.")}
        return self._restored(Path(path))

    def _on_pick(self, shelf: list[tuple[str, str]], event: gr.SelectData) -> Changes:
        return self._restored(Path(shelf[event.index][0]))

    def _restored(self, path: Path) -> Changes:
        try:
            text = read_settings(path)
            prompt, settings = restore(text)
        except Exception as error:
            return {self.status: _failure(error)}
        said = cards.restored_card(text.get("language", ""), text.get("transcript", ""))
        return {
            self.picture: str(path),
            self.status: cards.status("Restored: draw again for the same picture.", kind="done"),
            self.prompt: prompt,
            self.heard: said,
            self.last_heard: None,
            self.seed: settings.seed,
            self.fresh: False,
            self.steps: settings.steps,
            self.guidance: settings.guidance,
            self.ratio: round(100 * settings.ar_ratio),
        }

    def _on_leave(self, request: gr.Request) -> None:
        self.sessions.end(_visitor(request))

    def _idle(self) -> Changes:
        return {self.draw: gr.update(visible=True), self.stop: gr.update(visible=False)}

    def _save(self, result: Result, visitor: str) -> Path:
        path = self.sessions.new_picture(visitor, result.prompt)
        save_png(result.image, path, result.png_text())
        return path


def launch(page: Page, *, host: str, port: int, share: bool = False, block: bool = True) -> str:
    """Serve `page`; its address, or nothing sooner than Ctrl-C when `block`.

    Raises OSError when the port is taken.
    """
    _, address, shared = page.blocks.launch(
        server_name=host,
        server_port=port,
        share=share,
        prevent_thread_lock=not block,
        quiet=True,
        theme=build_theme(),
        css_paths=[STATIC / "page.css"],
        head=f"<script>{(STATIC / 'page.js').read_text(encoding='utf-8')}</script>",
        max_file_size=MAX_UPLOAD,
        allowed_paths=[],
        footer_links=["api", "settings"],
        run_history=False,
        ssr_mode=False,
    )
    return shared or address


def _load_examples(folder: Path) -> list[tuple[Path, str, str]]:
    """The shipped examples (clip, language, words), copied where gradio may serve them."""
    entries = json.loads((EXAMPLES / "examples.json").read_text(encoding="utf-8"))
    found = []
    for entry in entries:
        path = Path(shutil.copy(EXAMPLES / entry["file"], folder))
        found.append((path, entry["language"], entry["text"]))
    return found


def _settings(percent: float, steps: float, guidance: float, seed: float) -> DrawSettings:
    """Settings from the page's numbers, which arrive as floats or, when emptied, as None."""
    values = {"quality": percent, "steps": steps, "guidance": guidance, "seed": seed}
    for name, value in values.items():
        if value is None:
            raise ValueError(f"{name} is empty; give a number")
    whole = {name: int(value) if value == int(value) else value for name, value in values.items()}
    return DrawSettings(whole["steps"], guidance, percent / 100, whole["seed"])


def _code(language: str) -> str | None:
    return None if language in ("", "auto", None) else language


def _visitor(request: gr.Request | None) -> str:
    return (request and request.session_hash) or "nobody"


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text[:1].upper() + text[1:] if text else type(error).__name__


def _failure(error: Exception) -> str:
    """The progress line for `error`; what is no fault of the visitor is logged, not shown."""
    if isinstance(error, USER_ERRORS):
        return cards.status(_line(error), kind="error")
    logger.error("a request failed", exc_info=error)
    return cards.status("Something went wrong here; please try again.", kind="error")
