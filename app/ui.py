"""The web page, and the HTTP endpoints `/speak` and `/draw`. The only file that imports gradio."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app import cards
from app.conversation import USER_ERRORS, Conversation, Knobs, Shelf, View, code, one_line
from app.pictures import blank
from app.pipeline import (
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_STEPS,
    DrawSettings,
    Heard,
    Result,
    SpeechToImage,
)
from app.sessions import Sessions

STATIC = Path(__file__).parent / "static"
EXAMPLES = Path(__file__).parent.parent / "assets" / "examples"
QUEUE_SIZE = 32
MAX_UPLOAD = "25mb"
HOUR = 3600
PICTURE_BUTTONS = ["download", "fullscreen"]
Changes = dict[Any, Any]


class Page:
    """The page over one shared pipeline; `blocks` is what gradio serves."""

    def __init__(self, pipeline: SpeechToImage) -> None:
        self.sessions = Sessions()
        self.conversation = Conversation(pipeline, self.sessions)
        self.examples = _load_examples(self.sessions.root)
        with gr.Blocks(
            title="Speak, and see it", analytics_enabled=False, delete_cache=(HOUR, 24 * HOUR)
        ) as self.blocks:
            gr.HTML(cards.header(), elem_id="header")
            with gr.Row(elem_id="stage", equal_height=False):
                with gr.Column(elem_id="talk", min_width=320):
                    self._lay_out_talk()
                with gr.Column(elem_id="canvas", min_width=320):
                    self.picture = gr.Image(
                        blank(pipeline.config.picture_size),
                        format="png",
                        type="filepath",
                        label="Picture",
                        show_label=False,
                        interactive=False,
                        buttons=[],
                        elem_id="picture",
                    )
                    self.status = gr.HTML(cards.status("Getting ready…"), elem_id="status")
            self._lay_out_rest()
            self.shelf = gr.State([])
            self.last_heard = gr.State(None)
            self._connect()
            self._add_endpoints()
        self.blocks.queue(max_size=QUEUE_SIZE)

    def _lay_out_talk(self) -> None:
        default = DrawSettings()
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
            cards.language_choices(), value="auto", label="Spoken language", elem_id="language"
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
            self.again = gr.Button("Speak again", visible=False, elem_id="again")
        self.percent = gr.Slider(
            0,
            100,
            value=100 * default.ar_ratio,
            step=5,
            label="Speed or quality",
            info="0 is fastest; 100 writes one token after another.",
            buttons=[],
            elem_id="quality",
        )
        with gr.Accordion("More settings", open=False, elem_id="more"):
            with gr.Row():
                self.seed = gr.Number(
                    default.seed, label="Seed", precision=0, minimum=0, maximum=MAX_SEED
                )
                self.fresh = gr.Checkbox(True, label="New seed for every picture")
            self.steps = gr.Slider(
                1, MAX_STEPS, value=default.steps, step=1, label="Steps", buttons=[]
            )
            self.guidance = gr.Slider(
                0,
                MAX_GUIDANCE,
                value=default.guidance,
                step=0.5,
                label="Guidance",
                info="How closely to follow the prompt; 1 is off.",
                buttons=[],
            )

    def _lay_out_rest(self) -> None:
        gr.HTML("<h2>Listen to an example</h2>", elem_classes="heading")
        with gr.Row(elem_id="examples"):
            self.example_buttons = [
                gr.Button(
                    cards.example_label(language, text), elem_classes="example", min_width=170
                )
                for _, language, text in self.examples
            ]
        with gr.Row(elem_id="shelf-heading"):
            gr.HTML("<h2>Your pictures</h2>", elem_classes="heading")
            self.restore = gr.UploadButton(
                "Restore from a picture", file_types=[".png"], size="sm", elem_id="restore"
            )
        self.gallery = gr.Gallery(
            show_label=False,
            label="Your pictures",
            format="png",
            columns=6,
            height="auto",
            allow_preview=False,
            object_fit="cover",
            interactive=False,
            buttons=[],
            elem_id="shelf",
            visible=False,
        )
        gr.HTML(cards.FOOTER, elem_id="footer")

    def _connect(self) -> None:
        knobs = [self.percent, self.steps, self.guidance, self.seed, self.fresh]
        parts = [
            self.picture, self.status, self.heard, self.prompt, self.last_heard, self.seed,
            self.fresh, self.steps, self.guidance, self.percent, self.shelf, self.gallery,
            self.draw, self.stop, self.again,
        ]  # fmt: skip
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        at_once = hidden | {"queue": False}
        model = hidden | {"concurrency_id": "model", "concurrency_limit": 1}
        spoken = [self.audio.stop_recording, self.audio.upload]
        said = gr.on(spoken, self._on_recording, self.audio, self.status, **at_once)
        again = self.language.input(self._on_wait, None, self.status, **at_once)
        for event in (said, again):
            event.then(
                self._on_speak, [self.audio, self.language, *knobs, self.shelf], parts, **model
            )
        asked = [self.draw.click, self.prompt.submit]
        gr.on(asked, self._on_wait, None, self.status, **at_once).then(
            self._on_draw, [self.prompt, *knobs, self.shelf, self.last_heard], parts, **model
        )
        for button, (path, _, _) in zip(self.example_buttons, self.examples, strict=True):
            play, hear = self._example_listeners(path)
            played = button.click(play, None, [self.audio, self.language, self.status], **at_once)
            played.then(hear, [*knobs, self.shelf], parts, **model)
        self.stop.click(self._on_stop, None, [self.status, self.stop], **at_once)
        self.again.click(None, None, None, js="() => window.speakAgain()", api_visibility="private")
        self.audio.start_recording(self._on_start, None, None, **at_once)
        self.restore.upload(self._on_restore, self.restore, parts, **at_once)
        self.gallery.select(self._on_pick, self.shelf, parts, **at_once)
        self.blocks.load(self._on_load, None, parts, **hidden, concurrency_limit=None)
        self.blocks.unload(self._on_leave)

    def _add_endpoints(self) -> None:
        """`/speak` and `/draw`: a picture, and the line that `python -m app --json` prints."""
        model: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 1}
        default = DrawSettings()
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
        draw.click(self.draw_text, [prompt, *knobs], answer, api_name="draw", **model)

    # Endpoints.

    def speak(
        self,
        audio: str,
        language: str,
        ar_ratio: float,
        steps: float,
        guidance: float,
        seed: float,
        request: gr.Request,
    ) -> tuple[str, dict[str, object]]:
        """Draw what is said in an audio file; `language` is a code such as fr, or auto."""
        try:
            settings = Knobs(100 * ar_ratio, steps, guidance, seed).settings()
            if not audio:
                raise ValueError("no recording given; send an audio file")
            updates = self.conversation.pipeline.run(audio, settings, language=code(language))
            *_, last = updates
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise gr.Error(one_line(error), print_exception=False) from error
        finally:
            if audio:
                Path(audio).unlink(missing_ok=True)

    def draw_text(
        self,
        prompt: str,
        ar_ratio: float,
        steps: float,
        guidance: float,
        seed: float,
        request: gr.Request,
    ) -> tuple[str, dict[str, object]]:
        """Draw an English prompt."""
        try:
            settings = Knobs(100 * ar_ratio, steps, guidance, seed).settings()
            *_, last = self.conversation.pipeline.paint(prompt or "", settings)
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise gr.Error(one_line(error), print_exception=False) from error

    def _answer(self, result: Result | None, request: gr.Request) -> tuple[str, dict[str, object]]:
        assert result is not None
        path = self.conversation.save(result, _visitor(request))
        return str(path), result.summary(path.name)

    # Listeners of the page.

    def _changes(self, view: View) -> Changes:
        """A view (see `app.conversation`) as gradio wants it: new values by component."""
        changes: Changes = {}
        for name, value in view.items():
            if name == "busy":
                changes[self.draw] = gr.update(visible=not value)
                changes[self.stop] = gr.update(visible=value, interactive=True)
                changes[self.again] = gr.update(visible=not value)
            elif name == "shelf":
                changes[self.shelf] = value
                changes[self.gallery] = gr.update(value=cards.captions(value), visible=True)
            elif name == "picture" and isinstance(value, str):
                changes[self.picture] = gr.update(
                    value=value, buttons=PICTURE_BUTTONS, alt_text=view.get("prompt", "picture")
                )
            else:
                changes[getattr(self, name)] = value
        return changes

    def _on_load(self) -> Iterator[Changes]:
        yield from map(self._changes, self.conversation.prepare())

    def _on_recording(self, audio: str | None, request: gr.Request) -> str:
        if audio:
            self.sessions.keep_recording(_visitor(request), audio)
        return self._on_wait(request)

    def _on_wait(self, request: gr.Request) -> str:
        """Before every job: end the visitor's earlier one."""
        self.sessions.stop(_visitor(request))
        return cards.status("One moment…", kind="busy")

    def _on_start(self, request: gr.Request) -> None:
        self.sessions.stop(_visitor(request))

    def _on_stop(self, request: gr.Request) -> tuple[str, Any]:
        self.sessions.stop(_visitor(request))
        return cards.status("Stopping…", kind="busy"), gr.update(interactive=False)

    def _example_listeners(self, path: Path) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """What a click on the example `path` does: play it, then hear and draw it."""

        def play(request: gr.Request) -> tuple[Any, str, str]:
            return gr.update(value=str(path), autoplay=True), "auto", self._on_wait(request)

        def hear(
            percent: float,
            steps: float,
            guidance: float,
            seed: float,
            fresh: bool,
            shelf: Shelf,
            request: gr.Request,
        ) -> Iterator[Changes]:
            yield from self._on_speak(
                str(path), "auto", percent, steps, guidance, seed, fresh, shelf, request
            )

        return play, hear

    def _on_speak(
        self,
        audio: str | None,
        language: str,
        percent: float,
        steps: float,
        guidance: float,
        seed: float,
        fresh: bool,
        shelf: Shelf,
        request: gr.Request,
    ) -> Iterator[Changes]:
        knobs = Knobs(percent, steps, guidance, seed, fresh)
        views = self.conversation.speak(audio, language, knobs, shelf, _visitor(request))
        yield from map(self._changes, views)

    def _on_draw(
        self,
        prompt: str,
        percent: float,
        steps: float,
        guidance: float,
        seed: float,
        fresh: bool,
        shelf: Shelf,
        last_heard: Heard | None,
        request: gr.Request,
    ) -> Iterator[Changes]:
        knobs = Knobs(percent, steps, guidance, seed, fresh)
        views = self.conversation.draw(prompt, knobs, shelf, last_heard, _visitor(request))
        yield from map(self._changes, views)

    def _on_restore(self, path: str | None) -> Changes:
        return self._changes(self.conversation.restore(path)) if path else {}

    def _on_pick(self, shelf: Shelf, event: gr.SelectData) -> Changes:
        return self._changes(self.conversation.restore(shelf[event.index][0]))

    def _on_leave(self, request: gr.Request) -> None:
        self.sessions.end(_visitor(request))


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
        block_info_text_color="*neutral_500",
        block_info_text_color_dark="*neutral_400",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        slider_color="*primary_700",
        slider_color_dark="*primary_500",
    )


def launch(page: Page, *, host: str, port: int, share: bool = False) -> str:
    """Start serving `page` in the background and return its address.

    Raises OSError when the port is taken.
    """
    _, address, shared = page.blocks.launch(
        server_name=host,
        server_port=port,
        share=share,
        prevent_thread_lock=True,
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
    return [
        (Path(shutil.copy(EXAMPLES / entry["file"], folder)), entry["language"], entry["text"])
        for entry in entries
    ]


def _visitor(request: gr.Request) -> str:
    return request.session_hash or "nobody"
