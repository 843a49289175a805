"""The Gradio page: layout and event listeners."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.i18n import Translations, words_for
from app.imaging.settings import MAX_COUNT, MAX_GUIDANCE, MAX_SEED, MAX_STEPS, DrawSettings
from app.languages import known_languages
from app.pipeline import SpeechToImage
from app.server.job_queue import FairQueue, Limits
from app.server.options import Serving
from app.server.presence import asker_of
from app.server.uploads import Uploads
from app.web import markup
from app.web.api import Endpoints
from app.web.components import (
    book_part,
    desk_part,
    example,
    examples,
    gallery_part,
    scene_part,
    stage_part,
    talk_part,
)
from app.web.controller import PageController
from app.web.forms import Form, FormValues, number_of
from app.web.lean_gradio import unserved
from app.web.live_preview import live_listener
from app.web.queued_jobs import Turns, address_of, visitor_of
from app.web.sessions import Sessions
from app.web.stage import payload
from app.web.stage.drawing import View
from app.web.stage.restore import shape_code
from app.web.theme import launch as launch_blocks
from app.web.theme import said
from maskgil.nano.world.scene import STYLES

HOUR = 3600
LOOK = 0.01  # seconds between two polls of gradio's queue
COMPARED = (0, 25, 50, 75, 100)
# Gradio components that views update; the stage updates itself.
SHOWN = ("status", "heard", "prompt", "seed", "steps", "guidance", "percent", "shape")
Changes = dict[Any, Any]
Values = dict[Any, Any]  # what the inputs hold, by component


class Page:
    """The page over one shared pipeline; `blocks` is what gradio serves."""

    @unserved()
    def __init__(self, pipeline: SpeechToImage, limits: Limits | None = None) -> None:
        self.sessions = Sessions()
        self.queue = FairQueue(limits)  # not gradio's queue, which tells no positions
        self.uploads = Uploads()
        self.controller = PageController(pipeline, self.sessions)
        self.turns = Turns(self.controller, self.queue, self.uploads)
        with gr.Blocks(
            title="Speak, and see it", analytics_enabled=False, delete_cache=(HOUR, 24 * HOUR)
        ) as self.blocks:
            self.header = gr.HTML(markup.header(), elem_id="header", apply_default_css=False)
            with gr.Row(elem_id="room", equal_height=False):
                with gr.Column(elem_id="picture", min_width=320, scale=6):
                    self.stage = stage_part()
                    self.status = self._html(markup.status(""), "status")
                    self.scene = scene_part()
                with gr.Column(elem_id="controls", min_width=320, scale=5):
                    self._lay_out_controls()
            self._lay_out_rest()
            self.desk = desk_part()
            self._connect()
            Endpoints(self.controller, self.queue, self.uploads).lay_out()
        self.blocks.queue(max_size=4 * self.queue.limits.waiting)
        # Gradio polls a thousand times a second, 5% of a core when idle.
        self.blocks._queue.sleep_when_free = LOOK
        self.blocks._queue.progress_update_sleep_when_free = 10 * LOOK

    def _html(self, value: str, name: str, **options: Any) -> gr.HTML:
        return gr.HTML(value, elem_id=name, apply_default_css=False, **options)

    def _lay_out_controls(self) -> None:
        default = self.controller.pipeline.usual
        self.talk = talk_part(live_listener(self.controller.pipeline), example)
        self.heard = self._html(markup.nothing_heard(), "heard")
        with gr.Column(elem_id="wish"):
            self._lay_out_composer()
            self.book = book_part()
        self._lay_out_choices(default)
        with gr.Row(elem_id="hearing"):
            self.language = gr.Dropdown(
                markup.language_choices(),
                value=[],
                multiselect=True,
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
        with gr.Accordion(said("more"), open=False, elem_id="more"):
            self._lay_out_settings(default)

    def _lay_out_composer(self) -> None:
        with gr.Row(elem_id="composer", equal_height=False):
            self.prompt = gr.Textbox(
                label=said("prompt"),
                placeholder=said("prompt.example"),
                info=said("prompt.info"),
                lines=1,
                max_lines=4,
                min_width=120,
                scale=1,
                elem_id="prompt",
            )
            self.draw = gr.Button(said("draw"), elem_id="draw", min_width=88, scale=0)
            self.stop = gr.Button(
                said("stop"), variant="stop", elem_id="stop", min_width=88, scale=0
            )

    def _lay_out_choices(self, default: DrawSettings) -> None:
        """The controls of new pictures, visible before the first one."""
        with gr.Column(elem_id="choices"):
            self.shape = gr.Radio([], label=said("shape"), elem_id="shape")
            self.widen = gr.Button(said("widen"), size="md", elem_id="widen")
            self.style = gr.Radio(
                [(said(f"style.{name.replace(' ', '-')}"), name) for name in STYLES],
                value=STYLES[0],
                label=said("tell.style"),
                elem_id="style",
            )
            self.count = gr.Radio(
                list(range(1, MAX_COUNT + 1)), value=1, label=said("count"), elem_id="count"
            )
            with gr.Column(elem_id="speed"):
                self.percent = gr.Slider(
                    0,
                    100,
                    value=100 * default.ar_ratio,
                    step=5,
                    label=said("quality"),
                    buttons=[],
                    elem_id="quality",
                )
                self.expect = self._html(markup.expected(None), "expect")

    def _lay_out_settings(self, default: DrawSettings) -> None:
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

    def _lay_out_rest(self) -> None:
        self.example_heading = self._html(markup.heading("Listen to an example"), "example-heading")
        with gr.Row(elem_id="examples"):
            for entry in examples():
                gr.Button(
                    markup.example_label(entry["language"], entry["text"]),
                    elem_classes="example",
                    min_width=170,
                )
        with gr.Row(elem_id="gallery-heading"):
            self.gallery_heading = self._html(markup.heading("Your pictures"), "gallery-title")
            with gr.Column(elem_id="restore-box", min_width=120, scale=0):
                self.restore = gr.UploadButton(
                    said("restore"),  # type: ignore[arg-type]
                    file_types=["image"],
                    size="sm",
                    elem_id="restore",
                )
        self.gallery = gallery_part()
        self.footer = self._html(markup.footer(), "footer")

    def _connect(self) -> None:
        knobs: set[Block] = {
            self.percent, self.steps, self.guidance, self.seed, self.fresh, self.count,
            self.compare, self.shape, self.style,
        }  # fmt: skip
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        at_once = hidden | {"queue": False}
        # Every request takes this path, whatever its source, and may overtake an earlier one: the
        # page's script numbers requests and shows only the views of the newest.
        asked = self.desk.ask(
            self._on_ask, {self.prompt, self.language, *knobs}, self.desk,
            trigger_mode="multiple", concurrency_limit=None, **hidden,
        )  # fmt: skip
        asked.failure(None, None, None, js="() => window.see.refused()", **hidden)
        self.desk.stop(self._on_stop, None, None, trigger_mode="multiple", **at_once)
        shown = [getattr(self, name) for name in SHOWN]
        scatter = f"() => window.see.changes({json.dumps(SHOWN)})"
        self.desk.show(None, None, shown, js=scatter, trigger_mode="multiple", **hidden)
        for asking, kind in (
            (self.draw.click, "draw"),
            (self.prompt.submit, "draw"),
            (self.widen.click, "widen"),
        ):
            asking(None, None, None, js=f"() => window.see.ask('{kind}')", **hidden)
        self.stop.click(None, None, None, js="() => window.see.stop()", **hidden)
        # Another language: the page's script submits the last recording again and
        # stores the languages for the next visit.
        spoken = "(codes) => { window.see.speaks(codes); }"
        self.language.input(None, self.language, None, js=spoken, api_visibility="private")
        known = [code for _, code in markup.language_choices()]
        remembered = f"() => window.see.remembered({json.dumps(known)})"
        self.blocks.load(None, None, self.language, js=remembered, api_visibility="private")
        # Typing a seed switches off fresh seeds.
        self.seed.input(None, None, self.fresh, js="() => false", api_visibility="private")
        # Settings survive a reload, whatever set them.
        kept: dict[str, Any] = {
            "percent": self.percent, "steps": self.steps, "guidance": self.guidance,
            "fresh": self.fresh, "count": self.count, "compare": self.compare, "style": self.style,
        }  # fmt: skip
        before = f"(...values) => window.see.chosenBefore({json.dumps(list(kept))}, values)"
        controls = list(kept.values())
        self.blocks.load(None, controls, controls, js=before, api_visibility="private")
        for name, knob in kept.items():
            keep = f"(value) => {{ window.see.choose({json.dumps(name)}, value); }}"
            knob.change(None, knob, None, js=keep, api_visibility="private")
        shaped = "(shape) => window.see.chooseShape(shape)"
        self.shape.change(None, self.shape, self.shape, js=shaped, api_visibility="private")
        # Choosing a style replaces the one in the prompt at once.
        chosen = "(style) => { window.see.styled(style); }"
        self.style.input(None, self.style, None, js=chosen, api_visibility="private")
        for knob in (
            self.percent, self.steps, self.guidance, self.count, self.compare, self.shape,
        ):  # fmt: skip
            knob.change(self._on_expect, knobs, self.expect, trigger_mode="always_last", **at_once)
        words = [self.header, self.example_heading, self.gallery_heading, self.footer]
        loaded = [self.desk, self.expect, self.percent, self.shape, *words]
        self.blocks.load(self._on_load, knobs, loaded, **hidden, concurrency_limit=None)
        self.blocks.unload(self._on_leave)

    # Listeners of the page.

    def _knobs(self, values: Values) -> FormValues:
        compare = values[self.compare]
        return FormValues(
            values[self.percent],
            values[self.steps],
            values[self.guidance],
            values[self.seed],
            bool(values[self.fresh]),
            values[self.count],
            None if compare in (None, "off") else float(compare),
            shape=values[self.shape] or None,
            style=values[self.style] or None,
        )

    def _on_load(self, values: Values, request: gr.Request) -> Iterator[Changes]:
        visitor = visitor_of(request)
        words = self._greet(request)
        pipeline = self.controller.pipeline
        yield {
            self.header: markup.header(words),
            self.example_heading: markup.heading(words("examples")),
            self.gallery_heading: markup.heading(words("gallery")),
            self.footer: markup.footer(words),
            self.expect: self.controller.expect(self._knobs(values), visitor),
        }
        first: View = {"request": 0, "heard": markup.nothing_heard(words)}
        for view in self.controller.prepare(visitor):
            first |= view
            yield {self.desk: dict(first)}
        if not pipeline.is_warm:
            return
        generator = pipeline.generator
        rest = payload.rest(generator.grid_size, scenes=generator.drafts)
        yield {self.desk: first | {"stage": rest}}
        if not pipeline.has_ratio:
            yield {self.percent: gr.update(interactive=False, value=0, info=said("quality.none"))}
        sizes = pipeline.sizes()
        if len(sizes) > 1:
            choices = [(markup.ratio(grid), shape_code(grid)) for grid in sizes]
            yield {self.shape: gr.update(choices=choices, value=choices[0][1])}
        pipeline.eta.wait()
        yield {self.expect: self.controller.expect(self._knobs(values), visitor)}

    def _greet(self, request: gr.Request) -> Translations:
        words = words_for(request.headers.get("accept-language"))
        self.sessions.greet(visitor_of(request), words)
        return words

    def _on_ask(
        self, values: Values, event: gr.EventData, request: gr.Request
    ) -> Iterator[Changes]:
        self._greet(request)  # the server may have dropped the session
        speaks = known_languages(values[self.language] or ())
        form = Form(values[self.prompt] or "", speaks, self._knobs(values))
        views = self.turns.answer(
            sent(event), form, visitor_of(request), address_of(request), asker_of(request)
        )
        with closing(views):
            for view in views:
                yield {self.desk: view}

    def _on_stop(self, event: gr.EventData, request: gr.Request) -> None:
        if number := number_of(sent(event)):
            self.sessions.stop(visitor_of(request), number)

    def _on_expect(self, values: Values, request: gr.Request) -> str:
        return self.controller.expect(self._knobs(values), visitor_of(request))

    def _on_leave(self, request: gr.Request) -> None:
        self.sessions.end(visitor_of(request))


def sent(event: gr.EventData) -> object:
    """The data that the page's script sent with an event."""
    return getattr(event, "_data", None)


def launch(
    page: Page, *, host: str = "127.0.0.1", port: int = 7860, serving: Serving | None = None
) -> str:
    """Start serving `page` in the background and return its address.

    `serving` overrides `host` and `port`. Raises OSError if the port is taken.
    """
    serving = serving or Serving(host, port, limits=page.queue.limits)
    return launch_blocks(page.blocks, serving, page.uploads)
