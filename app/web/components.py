"""Custom components of the page: talk button, stage, scene, gallery; scripts are in static/."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from app.glossary.picture_book import chapters
from app.i18n import tables
from app.imaging.settings import MAX_PROMPT
from app.web.stage.graph import styled
from maskgil.utils.assets import ASSETS

GIVEN = "props, trigger, watch, server, upload"  # what gradio gives a script
EXAMPLES = ASSETS / "examples"

TALK = """
<button class="mic" type="button" aria-pressed="false">
  <svg viewBox="0 0 24 24" aria-hidden="true"><rect x="9" y="3" width="6" height="11" rx="3"/>
  <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/></svg>
</button>
<div class="said">
  <strong class="lead"></strong>
  <span class="hint" role="status"></span>
  <label class="live"><input type="checkbox" checked><span data-say="talk.live"></span></label>
</div>
<audio controls hidden data-label="talk.again"></audio>
"""

STAGE = """
<div class="view">
  <div class="frames" data-count="1"></div>
  <input type="range" class="split" min="0" max="100" value="50" dir="ltr" data-label="before" hidden>
  <p class="sides" aria-hidden="true" hidden><span data-say="before.old"></span><span data-say="before.new"></span></p>
  <div class="lens" role="group" data-label="picture" hidden>
    <button type="button" data-zoom="out" data-label="zoom.out"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 12h12"/></svg></button>
    <button type="button" data-zoom="all" data-label="zoom.all"><output>100%</output></button>
    <button type="button" data-zoom="in" data-label="zoom.in"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 12h12M12 6v12"/></svg></button>
  </div>
</div>
<div class="nothing">
  <p data-say="picture.empty"></p>
  <p data-say="picture.ask" hidden></p>
  <div class="samples" role="group" data-label="samples">SAMPLES</div>
</div>
<p class="subtitle" hidden></p>
<div class="tools" role="toolbar" data-label="picture" hidden>
  <button type="button" data-do="mark" aria-pressed="false" data-say="mark"></button>
  <button type="button" data-do="save" data-say="save"></button>
  <button type="button" data-do="vary" data-say="vary"></button>
  <button type="button" data-do="before" aria-pressed="false" data-say="before" hidden></button>
  <button type="button" data-do="full" data-say="full"></button>
</div>
<div class="places" hidden>
  <p data-say="mark.help"></p>
  <button type="button" data-place="left" data-say="place.left"></button>
  <button type="button" data-place="right" data-say="place.right"></button>
  <button type="button" data-place="top" data-say="place.top"></button>
  <button type="button" data-place="bottom" data-say="place.bottom"></button>
  <button type="button" data-place="middle" data-say="place.middle"></button>
  <button type="button" data-place="invert" data-say="place.invert"></button>
  <button type="button" data-place="none" data-say="place.none"></button>
  <div class="brushes" role="group" data-label="brush">
    <button type="button" data-brush="0" aria-pressed="false" data-label="brush.fine"></button>
    <button type="button" data-brush="1" aria-pressed="true" data-label="brush.middle"></button>
    <button type="button" data-brush="3" aria-pressed="false" data-label="brush.broad"></button>
    <button type="button" class="eraser" aria-pressed="false" data-say="brush.erase"></button>
  </div>
</div>
<span class="spoken" role="status"></span>
"""  # noqa: E501

SCENE = """
<div class="question" role="group" hidden><p></p>
  <button type="button" data-answer="0"></button><button type="button" data-answer="1"></button></div>
<div class="scene" hidden>
  <div class="graph" role="group" data-label="tell.graph"></div>
  <div class="thing" role="group" hidden></div>
  <form class="tell">
    <button type="button" class="round" data-travel="-1" data-label="tell.back">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5L4 10l5 5M4 10h10a6 6 0 0 1 0 12h-3"/></svg></button>
    <button type="button" class="round" data-travel="1" data-label="tell.forth">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l5 5-5 5M20 10H10a6 6 0 0 0 0 12h3"/></svg></button>
    <input type="text" autocomplete="off" dir="auto" data-label="tell">
    <button type="submit" data-say="tell.send"></button>
  </form>
</div>
"""  # noqa: E501

SAMPLES = ("sailboat", "hat", "dragon", "bus", "fox", "lighthouse")
BOOK = """
<button type="button" class="open-book" data-do="open" data-say="book" hidden></button>
<dialog class="book" data-label="book">
  <form>
    <input type="search" data-label="book.search">
    <button type="button" class="close" data-say="book.close"></button>
  </form>
  <p class="wish" role="status"></p>
  <div class="chapters"></div>
</dialog>
"""

SHELF = """
<div class="finder" role="search" hidden>
  <input type="search" data-label="shelf.search">
  <button type="button" data-do="starred" aria-pressed="false" data-say="shelf.starred"></button>
  <button type="button" data-do="all" data-say="shelf.all"></button>
</div>
<div class="told" role="status" hidden><span></span>
  <button type="button" class="undo" data-do="undo" data-say="undo" hidden></button></div>
<ul class="list"></ul>
<p class="none" data-say="shelf.empty"></p>
"""


def part(template: str, script: str, *, events: Sequence[str] = (), **options: Any) -> gr.HTML:
    """A component whose template never changes: its script in static/ does what is to be done.

    It can trigger `events`: gradio knows those whose names it finds quoted in the script.
    """
    known = "".join(f"'{event}'; " for event in events)
    return gr.HTML(
        html_template=template,
        apply_default_css=False,
        js_on_load=f"{known}window.see.{script}(element, {{ {GIVEN} }});",
        elem_id=script,
        **options,
    )


def talk_part(live: Callable[..., Any], example: Callable[..., Any]) -> gr.HTML:
    """The talk button. `live(said)` is asked while somebody speaks, `example(number)` for clips."""
    return part(TALK, "talk", server_functions=[live, example])


def stage_part() -> gr.HTML:
    """Pictures as they form, and what can be done with them; before the first, samples."""
    samples = "".join(
        f'<button type="button" data-sample="sample.{name}">'
        f'<img src="{_picture(name)}" alt="" width="168" height="168">'
        f'<span data-say="sample.{name}"></span></button>'
        for name in SAMPLES
    )
    return part(STAGE.replace("SAMPLES", samples), "stage")


def scene_part() -> gr.HTML:
    """What is on the picture, as chips, and where it is told what to change."""
    return part(SCENE, "scene")


def book_part() -> gr.HTML:
    """The picture book: what can be drawn, whose words go into the prompt."""
    return part(BOOK, "book", server_functions=[book])


def book(language: object) -> dict[str, list[dict[str, str]]]:
    """The chapters of the picture book for the page's script, see `picture_book.chapters`."""
    if not isinstance(language, str) or language not in tables():
        raise gr.Error(f"the page speaks {', '.join(tables())}", print_exception=False)
    return chapters(language)


def shelf_part() -> gr.HTML:
    """The visitor's pictures, kept by the browser."""
    return part(SHELF, "shelf")


def desk_part() -> gr.HTML:
    """Where the page's script asks, and where the views of the answer arrive (`queued_jobs`).

    Events: `ask` and `stop` go to the server, `show` hands what changed to gradio's components.
    """
    return part(
        "<i></i>",
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
