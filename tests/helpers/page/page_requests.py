"""Requests as the page's listeners make them, answered by the real models, and what is shown."""

import base64
import io
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image

from app.server.uploads import Upload
from app.web.forms import Form, FormValues, PageRequest
from app.web.stage.drawing import Pictures, failed

THREE_STEPS = FormValues(0, 3, 1.0, 5)
ONE_STEP = replace(THREE_STEPS, steps=1)


def shown(views) -> dict:
    """What the page shows in the end."""
    return {name: value for view in views for name, value in view.items()}


def png(stage: dict, index: int, tmp_path: Path) -> Path:
    path = tmp_path / f"{index}.png"
    path.write_bytes(base64.b64decode(stage["frames"][index]["src"].split(",")[1]))
    return path


def pixels(stage: dict, index: int = 0) -> np.ndarray:
    data = base64.b64decode(stage["frames"][index]["src"].split(",")[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def mark(grid, fill) -> str:
    marked = np.zeros(grid, bool)
    fill(marked)
    return "".join("1" if cell else "0" for cell in marked.ravel())


def names(view) -> list[str]:
    """The things of the picture that a view shows: "2 red boat"."""
    return [
        f"{thing['count']} {thing['colour'] or ''} {thing['name']}".replace("  ", " ")
        for thing in view["stage"]["graph"]["things"]
    ]


def scenery(view) -> dict[str, str]:
    """Its setting, time, weather and style."""
    return {each["kind"]: each["value"] for each in view["stage"]["graph"]["scenery"]}


def begin(talk, kind="draw", prompt="", *, knobs=THREE_STEPS, who="ann", sent=None, **more):
    """A request like one of the page: its job, and the views of its answer."""
    job = talk.sessions.begin(who)
    upload = None if sent is None else Upload(Path(sent), Path(sent).unlink)
    form = Form(prompt, more.pop("menu", ()), knobs, upload)
    return job, answered(talk, job, PageRequest(job.number, kind, **more), form)


def answered(talk, job, asked, form):
    """The views one by one; an error is the last, as on the page."""
    try:
        with closing(talk.answer(job, asked, form)) as parts:
            yield from chain.from_iterable(parts)
    except Exception as error:
        yield failed(error, job.words)


def draw(talk, prompt, **more):
    return begin(talk, "draw", prompt, **more)[1]


def drawn(talk, prompt, **more):
    """The number of a finished request, and what the page shows of it."""
    job, views = begin(talk, "draw", prompt, **more)
    return job.number, shown(views)


def canvas_of(talk, number, who="ann"):
    pictures: Pictures = talk.sessions.get(who).pictures.get(number)
    (canvas,) = pictures.canvases
    return canvas
