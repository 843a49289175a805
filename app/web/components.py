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

GIVEN = "props, trigger, watch, server, upload"  # what gradio gives a script
EXAMPLES = ASSETS / "examples"
STATIC = Path(__file__).parent / "static"
SAMPLES = ("sailboat", "hat", "dragon", "bus", "fox", "lighthouse")


def part(name: str, *, samples: str = "", events: Sequence[str] = (), **options: Any) -> gr.HTML:
    """A component whose template never changes: its script in static/ does what is to be done.

    It can trigger `events`: gradio knows those whose names it finds quoted in the script.
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
    """The talk button. `live(said)` is asked while somebody speaks, `example(number)` for clips."""
    return part("talk", server_functions=[live, example])


def stage_part() -> gr.HTML:
    """Pictures as they form, and what can be done with them; before the first, samples."""
    samples = "".join(
        f'<button type="button" data-sample="sample.{name}">'
        f'<img src="{_picture(name)}" alt="" width="168" height="168">'
        f'<span data-say="sample.{name}"></span></button>'
        for name in SAMPLES
    )
    return part("stage", samples=samples)


def scene_part() -> gr.HTML:
    """What is on the picture, as chips, and where it is told what to change."""
    return part("scene")


def book_part() -> gr.HTML:
    """The picture book: what can be drawn, whose words go into the prompt."""
    return part("book", server_functions=[book])


def book(language: object) -> dict[str, list[dict[str, str]]]:
    """The chapters of the picture book for the page's script, see `picture_book.chapters`."""
    if not isinstance(language, str) or language not in tables():
        raise gr.Error(f"the page speaks {', '.join(tables())}", print_exception=False)
    return chapters(language)


def shelf_part() -> gr.HTML:
    """The visitor's pictures, kept by the browser."""
    return part("shelf")


def desk_part() -> gr.HTML:
    """Where the page's script asks, and where the views of the answer arrive (`queued_jobs`).

    Events: `ask` and `stop` go to the server, `show` hands what changed to gradio's components.
    """
    return part(
        "desk",
        events=["ask", "stop", "show"],
        server_functions=[restyled],
        visible="hidden",
    )


def restyled(said: object) -> str:
    """A prompt in another style for the page's script; `said` is the two as they stand there."""
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
