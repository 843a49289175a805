"""Custom components of the page: talk button, stage, scene, gallery; their HTML is in static/."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from app.glossary.picture_book import chapters
from app.i18n import tables
from app.imaging.settings import MAX_PROMPT
from app.web.stage.graph import styled
from maskgil.utils.assets import ASSETS

GIVEN = "props, trigger, watch, server, upload"  # names that gradio passes to a script
EXAMPLES = ASSETS / "examples"
STATIC = Path(__file__).parent / "static"
SAMPLES = ("sailboat", "hat", "dragon", "bus", "fox", "lighthouse")


def part(name: str, *, samples: str = "", events: Sequence[str] = (), **options: Any) -> gr.HTML:
    """A component with a constant template; its behaviour is a script in static/.

    It can trigger `events`: gradio registers those whose names are quoted in the script.
    """
    known = "".join(f"'{event}'; " for event in events)
    template = (STATIC / f"{name}.html").read_text(encoding="utf-8")
    return gr.HTML(
        html_template=template.replace("SAMPLES", samples),
        apply_default_css=False,
        js_on_load=f"{known}window.see.{name}(element, {{ {GIVEN} }});",
        elem_id=name,
        **options,
    )


def talk_part(live: Callable[..., Any], example: Callable[..., Any]) -> gr.HTML:
    """The talk button; its script calls `live(said)` during speech, `example(number)` for clips."""
    return part("talk", server_functions=[live, example])


def stage_part() -> gr.HTML:
    """The stage: pictures as they form and their actions; samples before the first one."""
    samples = "".join(
        f'<button type="button" data-sample="sample.{name}">'
        f'<img src="{_picture(name)}" alt="" width="384" height="384">'
        f'<span data-say="sample.{name}"></span></button>'
        for name in SAMPLES
    )
    return part("stage", samples=samples)


def scene_part() -> gr.HTML:
    """The scene graph as chips, and the input line for changes."""
    return part("scene")


def book_part() -> gr.HTML:
    """The picture book: everything that can be drawn; a click inserts the word into the prompt."""
    return part("book", server_functions=[book])


def book(language: object) -> dict[str, list[dict[str, str]]]:
    """The chapters of the picture book for the page's script, see `picture_book.chapters`."""
    if not isinstance(language, str) or language not in tables():
        raise gr.Error(f"the page speaks {', '.join(tables())}", print_exception=False)
    return chapters(language)


def gallery_part() -> gr.HTML:
    """The gallery: the visitor's pictures, stored by the browser."""
    return part("gallery")


def desk_part() -> gr.HTML:
    """Transport of the page's script: it sends requests here and receives views (`queued_jobs`).

    Events: `ask` and `stop` go to the server, `show` passes changes to gradio's components.
    """
    return part(
        "desk", events=["ask", "stop", "show"], server_functions=[restyled], visible="hidden"
    )


def restyled(said: object) -> str:
    """A prompt in another style, for the page's script; `said` is the prompt and the style."""
    if isinstance(said, list) and len(said) == 2 and all(isinstance(each, str) for each in said):
        prompt, style = said
        return styled(prompt, style) if len(prompt) <= MAX_PROMPT else prompt
    raise gr.Error("the page sends a prompt and a style", print_exception=False)


def _picture(name: str) -> str:
    """A shipped sample picture as a data URL."""
    data = base64.b64encode((EXAMPLES / f"{name}.webp").read_bytes()).decode()
    return f"data:image/webp;base64,{data}"


def examples() -> list[dict[str, str]]:
    """The shipped examples: file, language, text."""
    return json.loads((EXAMPLES / "examples.json").read_text(encoding="utf-8"))


def example(number: object) -> dict[str, str]:
    """The clip of an example for the page's script: its name, and its bytes in base64."""
    entries = examples()
    if type(number) is not int or not 0 <= number < len(entries):
        raise gr.Error(f"there are {len(entries)} examples", print_exception=False)
    name = entries[number]["file"]
    data = (EXAMPLES / name).read_bytes()
    return {"name": name, "data": base64.b64encode(data).decode()}
