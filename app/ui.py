"""The web page: what stands where, and which listener answers what. Knows gradio, as app/page_*."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app import cards, frames
from app.conversation import Conversation, View, shape_code
from app.knobs import Knobs
from app.limits import Limits, Line
from app.page_endpoints import Endpoints
from app.page_live import live_listener
from app.page_parts import example, examples, hand_part, shelf_part, stage_part, talk_part
from app.page_theme import launch as launch_blocks
from app.page_theme import said
from app.pipeline import SpeechToImage
from app.serving import Serving
from app.sessions import Sessions
from app.settings import MAX_COUNT, MAX_GUIDANCE, MAX_SEED, MAX_STEPS, DrawSettings
from app.turns import in_line, visitor_of
from app.words import words_for

HOUR = 3600
COMPARED = (0, 25, 50, 75, 100)
Changes = dict[Any, Any]
Values = dict[Any, Any]  # what the inputs hold, by component


class Page:
    """The page over one shared pipeline; `blocks` is what gradio serves."""

    def __init__(self, pipeline: SpeechToImage, limits: Limits | None = None) -> None:
        self.sessions = Sessions()
        self.line = Line(limits)  # jobs wait here, not in gradio's queue, which shows no place
        self.conversation = Conversation(pipeline, self.sessions)
        with gr.Blocks(
            title="Speak, and see it", analytics_enabled=False, delete_cache=(HOUR, 24 * HOUR)
        ) as self.blocks:
            self.header = gr.HTML(cards.header(), elem_id="header", apply_default_css=False)
            with gr.Row(elem_id="room", equal_height=False):
                with gr.Column(elem_id="picture", min_width=320, scale=6):
                    self.stage = stage_part()
                    self.status = self._html(cards.status(""), "status")
                with gr.Column(elem_id="controls", min_width=320, scale=5):
                    self._lay_out_controls()
            self._lay_out_rest()
            self.hand = hand_part()
            self.canvases = gr.State([])
            self.last_heard = gr.State(None)
            self._connect()
            Endpoints(self.conversation, self.line).lay_out()
        self.blocks.queue(max_size=4 * self.line.limits.waiting)

    def _html(self, value: str, name: str, **options: Any) -> gr.HTML:
        return gr.HTML(value, elem_id=name, apply_default_css=False, **options)

    def _lay_out_controls(self) -> None:
        default = self.conversation.pipeline.settled(DrawSettings())
        self.talk = talk_part(live_listener(self.conversation.pipeline), example)
        with gr.Row(elem_id="hearing"):
            self.language = gr.Dropdown(
                [(said("language.auto"), "auto"), *cards.language_choices()],
                value="auto",
                label=said("language"),
                elem_id="language",
                min_width=180,
                scale=3,
            )
            with gr.Column(elem_id="open-box", min_width=120, scale=2):
                self.open = gr.UploadButton(
                    said("open"),  # type: ignore[arg-type]
                    file_types=["audio", "video"],
                    size="md",
                    elem_id="open",
                )
        self.heard = self._html(cards.nothing_heard(), "heard")
        self.prompt = gr.Textbox(
            label=said("prompt"),
            placeholder=said("prompt.example"),
            info=said("prompt.info"),
            lines=1,
            max_lines=4,
            elem_id="prompt",
        )
        with gr.Row(elem_id="actions"):
            self.draw = gr.Button(said("draw"), variant="primary", elem_id="draw")
            self.stop = gr.Button(said("stop"), variant="stop", visible=False, elem_id="stop")
        with gr.Column(elem_id="speed"):
            self.percent = gr.Slider(
                0,
                100,
                value=100 * default.ar_ratio,
                step=5,
                label=said("quality"),
                info=said("quality.info"),
                buttons=[],
                elem_id="quality",
            )
            self.expect = self._html(cards.expected(None), "expect")
        with gr.Accordion(said("more"), open=False, elem_id="more"):
            self._lay_out_settings(default)

    def _lay_out_settings(self, default: DrawSettings) -> None:
        with gr.Row():
            self.count = gr.Slider(
                1, MAX_COUNT, value=1, step=1, label=said("count"), buttons=[], elem_id="count"
            )
            self.compare = gr.Dropdown(
                [(said("compare.off"), "off"), *((f"{ratio}%", str(ratio)) for ratio in COMPARED)],
                value="off",
                label=said("compare"),
                info=said("compare.info"),
                elem_id="compare",
            )
        with gr.Row():
            self.seed = gr.Number(
                default.seed, label=said("seed"), precision=0, minimum=0, maximum=MAX_SEED,
                elem_id="seed",
            )  # fmt: skip
            self.fresh = gr.Checkbox(True, label=said("fresh"), elem_id="fresh")
        with gr.Row():
            self.steps = gr.Slider(
                1, MAX_STEPS, value=default.steps, step=1, label=said("steps"), buttons=[],
                elem_id="steps",
            )  # fmt: skip
            self.guidance = gr.Slider(
                0,
                MAX_GUIDANCE,
                value=default.guidance,
                step=0.5,
                label=said("guidance"),
                info=said("guidance.info"),
                buttons=[],
                elem_id="guidance",
            )
        with gr.Row(visible=False) as self.shapes:
            self.shape = gr.Dropdown(
                [], label=said("shape"), info=said("shape.info"), elem_id="shape"
            )
            self.widen = gr.Button(said("widen"), size="md", elem_id="widen")

    def _lay_out_rest(self) -> None:
        self.example_heading = self._html(cards.heading("Listen to an example"), "example-heading")
        with gr.Row(elem_id="examples"):
            for entry in examples():
                gr.Button(
                    cards.example_label(entry["language"], entry["text"]),
                    elem_classes="example",
                    min_width=170,
                )
        with gr.Row(elem_id="shelf-heading"):
            self.shelf_heading = self._html(cards.heading("Your pictures"), "shelf-title")
            with gr.Column(elem_id="restore-box", min_width=120, scale=0):
                self.restore = gr.UploadButton(
                    said("restore"),  # type: ignore[arg-type]
                    file_types=[".png"],
                    size="sm",
                    elem_id="restore",
                )
        self.shelf = shelf_part()
        self.footer = self._html(cards.footer(), "footer")

    def _connect(self) -> None:
        knobs: set[Block] = {
            self.percent, self.steps, self.guidance, self.seed, self.fresh, self.count,
            self.compare, self.shape, self.hand, self.canvases,
        }  # fmt: skip
        parts = [
            self.stage, self.status, self.heard, self.prompt, self.last_heard, self.canvases,
            self.seed, self.fresh, self.steps, self.guidance, self.percent, self.shape, self.expect,
            self.draw, self.stop,
        ]  # fmt: skip
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        at_once = hidden | {"queue": False}
        job = hidden | {"concurrency_limit": None}
        self.open.upload(self._on_recording, self.open, self.status, **at_once).then(
            self._in_line(self._on_speak), {self.open, self.language, *knobs}, parts, **job
        )
        asked = [self.draw.click, self.prompt.submit]
        gr.on(asked, self._on_wait, None, self.status, **at_once).then(
            self._in_line(self._on_draw), {self.prompt, self.last_heard, *knobs}, parts, **job
        )
        self.stage.vary(self._on_wait, None, self.status, **at_once).then(
            self._in_line(self._on_vary), knobs, parts, **job
        )
        self.widen.click(self._on_wait, None, self.status, **at_once).then(
            self._in_line(self._on_widen), knobs, parts, **job
        )
        self.stage.choose(self._on_choose, self.canvases, self.canvases, **at_once)
        self.stop.click(self._on_stop, None, [self.status, self.stop], **at_once)
        self.restore.upload(self._on_restore, self.restore, parts, **at_once)
        # Speaking another language: the last recording is heard again, by the page's script.
        spoken = "(code) => { window.see.spoken = code; window.see.again?.(); }"
        self.language.input(None, self.language, None, js=spoken, api_visibility="private")
        for knob in (self.percent, self.steps, self.guidance, self.count, self.compare):
            knob.change(self._on_expect, knobs, self.expect, trigger_mode="always_last", **at_once)
        words = [self.header, self.example_heading, self.shelf_heading, self.footer]
        loaded = [*parts, *words, self.shapes]
        self.blocks.load(self._on_load, knobs, loaded, **hidden, concurrency_limit=None)
        self.blocks.unload(self._on_leave)

    # Listeners of the page.

    def _in_line(self, job: Callable[..., Iterator[Changes]]) -> Callable[..., Iterator[Changes]]:
        """`job` when its turn comes (see `app.turns`)."""
        return in_line(job, self.line, self.sessions, self._changes)

    def _changes(self, view: View) -> Changes:
        """A view (see `app.conversation`) as gradio wants it: new values by component."""
        changes: Changes = {}
        for name, value in view.items():
            if name == "busy":
                changes[self.draw] = gr.update(visible=not value)
                changes[self.stop] = gr.update(visible=value, interactive=True)
            else:
                changes[getattr(self, name)] = value
        return changes

    def _knobs(self, values: Values) -> Knobs:
        compare = values[self.compare]
        return Knobs(
            values[self.percent],
            values[self.steps],
            values[self.guidance],
            values[self.seed],
            values[self.fresh],
            values[self.count],
            None if compare in (None, "off") else float(compare),
            shape=values[self.shape] or None,
        )

    def _on_load(self, values: Values, request: gr.Request) -> Iterator[Changes]:
        visitor = visitor_of(request)
        words = words_for(request.headers.get("accept-language"))
        self.sessions.greet(visitor, words)
        pipeline = self.conversation.pipeline
        yield {
            self.header: cards.header(words),
            self.example_heading: cards.heading(words("examples")),
            self.shelf_heading: cards.heading(words("shelf")),
            self.footer: cards.footer(words),
            self.heard: cards.nothing_heard(words),
            self.expect: self.conversation.expect(self._knobs(values), visitor),
        }
        yield from map(self._changes, self.conversation.prepare(visitor))
        if not pipeline.is_warm:
            return
        yield {self.stage: frames.rest(pipeline.generator.grid_size)}
        if not pipeline.has_ratio:
            yield {self.percent: gr.update(interactive=False, value=0, info=said("quality.none"))}
        sizes = pipeline.sizes()
        if len(sizes) > 1:
            choices = [(cards.ratio(grid), shape_code(grid)) for grid in sizes]
            yield {
                self.shapes: gr.update(visible=True),
                self.shape: gr.update(choices=choices, value=choices[0][1]),
            }
        pipeline.pace.wait()
        yield {self.expect: self.conversation.expect(self._knobs(values), visitor)}

    def _on_recording(self, path: str | None, request: gr.Request) -> str:
        if path:
            self.sessions.keep_recording(visitor_of(request), path)
        return self._on_wait(request)

    def _on_wait(self, request: gr.Request) -> str:
        """Before every job: end the visitor's earlier one."""
        visitor = visitor_of(request)
        self.sessions.stop(visitor)
        return cards.status(self.sessions.words(visitor)("status.moment"), kind="busy")

    def _on_stop(self, request: gr.Request) -> tuple[str, Any]:
        visitor = visitor_of(request)
        self.sessions.stop(visitor)
        line = self.sessions.words(visitor)("status.stopping")
        return cards.status(line, kind="busy"), gr.update(interactive=False)

    def _on_speak(self, values: Values, request: gr.Request) -> Iterator[Changes]:
        views = self.conversation.speak(
            values[self.open],
            values[self.language],
            self._knobs(values),
            values[self.hand],
            values[self.canvases],
            visitor_of(request),
        )
        yield from map(self._changes, views)

    def _on_draw(self, values: Values, request: gr.Request) -> Iterator[Changes]:
        views = self.conversation.draw(
            values[self.prompt],
            self._knobs(values),
            values[self.hand],
            values[self.canvases],
            values[self.last_heard],
            visitor_of(request),
        )
        yield from map(self._changes, views)

    def _on_vary(self, values: Values, request: gr.Request) -> Iterator[Changes]:
        canvases = values[self.canvases]
        views = self.conversation.vary(self._knobs(values), canvases, visitor_of(request))
        yield from map(self._changes, views)

    def _on_widen(self, values: Values, request: gr.Request) -> Iterator[Changes]:
        views = self.conversation.widen(
            self._knobs(values), values[self.canvases], visitor_of(request)
        )
        yield from map(self._changes, views)

    def _on_choose(self, canvases: list[Any], event: gr.EventData) -> list[Any]:
        """Keep one of several pictures on the stage."""
        index = getattr(event, "index", None)
        return [canvases[index]] if type(index) is int and 0 <= index < len(canvases) else canvases

    def _on_expect(self, values: Values, request: gr.Request) -> str:
        return self.conversation.expect(self._knobs(values), visitor_of(request))

    def _on_restore(self, path: str | None, request: gr.Request) -> Changes:
        if not path:
            return {}
        try:
            return self._changes(self.conversation.restore(path, visitor_of(request)))
        finally:
            Path(path).unlink(missing_ok=True)

    def _on_leave(self, request: gr.Request) -> None:
        self.sessions.end(visitor_of(request))


def launch(
    page: Page, *, host: str = "127.0.0.1", port: int = 7860, serving: Serving | None = None
) -> str:
    """Start serving `page` in the background and return its address.

    `serving` goes before `host` and `port`. Raises OSError when the port is taken.
    """
    return launch_blocks(page.blocks, serving or Serving(host, port, limits=page.line.limits))
