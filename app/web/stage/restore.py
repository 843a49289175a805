"""Restoring pictures: our own with their settings; others as canvases to draw on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import VERSION
from app.dialogue.replies import Moment, Picture
from app.dialogue.telling import captioned
from app.glossary.repair import Repair
from app.imaging.png import png_bytes, read_ground, read_picture
from app.imaging.settings import DamagedError
from app.imaging.settings import restore as restore_settings
from app.imaging.sizes import fits
from app.speech.transcriber import Transcript
from app.types import Heard
from app.web import markup
from app.web.stage import payload
from app.web.stage.drawing import Pictures, Spoken, View
from app.web.stage.graph import graph_of, scene_of_prompt
from maskgil.nano.dialogue.stage import Arrangement
from maskgil.nano.world.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

    from app.imaging.canvas import Canvas
    from app.pipeline import SpeechToImage
    from app.web.sessions import Job

# Large pictures are decoded by a single thread, for each thread retains its peak memory.
_READER = ThreadPoolExecutor(1, thread_name_prefix="pictures")


def restore(pipeline: SpeechToImage, path: Path, job: Job, *, fresh: bool) -> View:
    """Show the picture at `path`, with its prompt and settings if it was made here.

    The progress line says if drawing it again would give another picture: with `fresh` seeds, or if
    other models drew it. Raises `PictureError` or `SettingsError`.
    """
    image, text = _READER.submit(read_picture, path).result()
    if text is not None and "ground" in text and not text["prompt"].strip():
        image, text = read_ground(text["ground"]), None  # the photograph before drawing on it
    view = _foreign(pipeline, image, job) if text is None else _own(pipeline, image, text, job)
    if text is not None:
        ours = (text["version"], text["preset"]) == (VERSION, pipeline.config.preset)
        now = "status.restored_fresh" if fresh else "status.restored"
        line = job.words(now if ours else "status.restored_other")
        view["status"] = markup.status(line, kind="done", share=1.0)
    return view | {"busy": False}


def _own(pipeline: SpeechToImage, image: Image, text: Mapping[str, str], job: Job) -> View:
    prompt, settings = restore_settings(text)
    settings = pipeline.settled(settings)
    ground = read_ground(text["ground"]) if "ground" in text else None
    canvas = replace(pipeline.read(image, prompt), arrangement=settings.seed, ground=ground)
    language, transcript = text.get("language", ""), text.get("transcript", "")
    spoken = Spoken(markup.restored_card(language, transcript, job.words))
    if transcript:
        said = Transcript(language, 1.0, (), transcript, prompt, 0.0)
        spoken = replace(spoken, heard=Heard(said, Repair(prompt, (), ())))
    moment = _moment(text, canvas)
    job.keep(Pictures((canvas,), spoken, prompt, moment))
    scene = scene_of_prompt(prompt) if moment is None else moment.arrangement.scene
    graph = None
    if scene and _is_laid_out(pipeline, canvas):
        graph = graph_of(scene, job.words, on_photograph=ground is not None)
    source = payload.png_url(png_bytes(image, text))
    alt = captioned(prompt, job.words) if pipeline.generator.drafts else prompt
    frame = {"src": source, "alt": alt, "label": "", "written": None}
    entries = [payload.entry(source, dict(text))]
    return {
        "stage": payload.stage("final", [frame], canvas.grid, entries)
        | {"kept": True, "graph": graph},
        "prompt": prompt,
        "heard": spoken.card,
        "seed": settings.seed,
        "steps": settings.steps,
        "guidance": settings.guidance,
        "percent": round(100 * settings.ar_ratio, 2),
        **({"shape": shape_code(canvas.grid)} if len(pipeline.sizes()) > 1 else {}),
    }


def _moment(text: Mapping[str, str], canvas: Canvas) -> Moment | None:
    """The scene and layout stored in the picture, if any. Raises `DamagedError`."""
    if "scene" not in text:
        return None
    try:
        arrangement = Arrangement.read(text["scene"])
    except ValueError as error:
        raise DamagedError("that picture's settings are damaged: its scene is none") from error
    return _standing(arrangement, canvas)


def _standing(arrangement: Arrangement, canvas: Canvas) -> Moment:
    picture = Picture(canvas.tokens.reshape(canvas.grid), details=canvas.details)
    return Moment(arrangement, picture, arrangement.seed)


def _is_laid_out(pipeline: SpeechToImage, canvas: Canvas) -> bool:
    """Whether the picture's layout is known."""
    generator = pipeline.generator
    return generator.drafts and fits(generator.grid_size, canvas.grid)


def _foreign(pipeline: SpeechToImage, image: Image, job: Job) -> View:
    """A picture without settings: a canvas whose marked cells can be drawn on."""
    words = job.words
    generator = pipeline.generator
    read = pipeline.read(image, "", generator.grid_size if generator.drafts else None)
    assert read.original is not None
    canvas, line = read, words("status.foreign")
    spoken = Spoken(markup.nothing_heard(words))
    moment = graph = None
    if _is_laid_out(pipeline, canvas):
        canvas = replace(read, ground=read.original)
        if read.original.size != image.size:
            line = f"{line} {words('status.cut')}"
        moment = _standing(Arrangement(Scene(), (), 0), canvas)
        graph = graph_of(Scene(), words, on_photograph=True)
    job.keep(Pictures((canvas,), spoken, "", moment))
    source = payload.sketch_url(read.original)
    frame = {"src": source, "alt": words("foreign"), "label": "", "written": None}
    return {
        "stage": payload.stage("final", [frame], canvas.grid) | {"foreign": True, "graph": graph},
        "status": markup.status(line),
        "prompt": "",
        "heard": spoken.card,
    }


def shape_code(grid: tuple[int, int]) -> str:
    return f"{grid[0]}x{grid[1]}"
