"""Clients of the load test: each asks for its own pictures, and checks that it gets them."""

from __future__ import annotations

import contextlib
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
from PIL import Image

from benchmarks.common import CLIPS
from benchmarks.load.pages import TIMEOUT, memory, started_app

COLORS = ("red", "green", "blue", "yellow", "purple", "orange", "pink", "brown")
NOUNS = ("apple", "frog", "car", "star", "umbrella", "house", "cat", "tree", "fish", "hat")
SPOKEN = 5  # each so-manieth request of a client


@dataclass
class Report:
    """What a load came to; `seconds` of each answered request, as its client felt them."""

    asked: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    total: float = 0.0


def draw(
    client: httpx.Client, address: str, prompt: str, seed: int, *, steps: int = 8, ratio: float = 0
) -> dict[str, str]:
    """Draw one picture; the text its PNG carries. RuntimeError with what the server said."""
    return _picture(client, address, "draw", [prompt, ratio, steps, 1.0, seed])


def speak(
    client: httpx.Client, address: str, clip: dict[str, str], seed: int, *, steps: int = 8
) -> dict[str, str]:
    """As `draw`, of what is said in a row of clips.json."""
    path = CLIPS / clip["file"]
    files = {"files": (path.name, path.read_bytes())}
    uploaded = client.post(f"{address}/gradio_api/upload", files=files)
    if uploaded.status_code != 200:
        raise RuntimeError(uploaded.text)
    file = {"path": uploaded.json()[0], "meta": {"_type": "gradio.FileData"}}
    return _picture(client, address, "speak", [file, clip["language"], 0, steps, 1.0, seed])


def _picture(client: httpx.Client, address: str, name: str, data: list[object]) -> dict[str, str]:
    url = f"{address}/gradio_api/call/{name}"
    started = client.post(url, json={"data": data})
    if started.status_code != 200:
        raise RuntimeError(started.text)
    answer = client.get(f"{url}/{started.json()['event_id']}").text
    if "event: complete" not in answer:
        raise RuntimeError(answer)
    picture = json.loads(answer.split("data: ")[-1])[0]
    content = client.get(picture["url"]).content
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return dict(image.info)


def spoken_clips() -> list[dict[str, str]]:
    """The rows of clips.json in which somebody speaks."""
    rows = json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
    return [row for row in rows if row["text"]]


def _clip_of(clips: list[dict[str, str]], number: int, index: int) -> dict[str, str] | None:
    """What client `number` says as request `index`: by turns the same as all, and its own."""
    turn, rest = divmod(index + 1, SPOKEN)
    if rest:
        return None
    return clips[0 if turn % 2 else number % len(clips)]


def load(
    address: str, *, clients: int = 20, requests: int = 10, steps: int = 8, ratio: float = 0,
    midway: Callable[[], None] | None = None,
) -> Report:  # fmt: skip
    """`clients` threads ask for `requests` pictures each, each with its own prompt and seed.

    `midway` is called by a thread of its own when half of them have been answered.
    """
    report, lock, clips = Report(clients * requests), threading.Lock(), spoken_clips()
    striking = threading.Thread(target=midway or (lambda: None))
    heard: dict[str, str] = {}  # by file
    start = threading.Barrier(clients)

    def ask(number: int) -> None:
        with httpx.Client(timeout=TIMEOUT) as client:
            start.wait()
            for index in range(requests):
                seed = 1000 * number + index
                noun, color = NOUNS[number % len(NOUNS)], COLORS[index % len(COLORS)]
                prompt = f"a {color} {noun}, wish {index} of guest {number}"
                clip = _clip_of(clips, number, index)
                began = time.perf_counter()
                try:
                    if clip is None:
                        text = draw(client, address, prompt, seed, steps=steps, ratio=ratio)
                    else:
                        text = speak(client, address, clip, seed, steps=steps)
                except (RuntimeError, httpx.HTTPError, OSError) as error:
                    with lock:
                        report.lost.append(f"{clip or prompt}: {error}")
                    continue
                took = time.perf_counter() - began
                with lock:
                    report.seconds.append(took)
                    asked, got = (prompt, str(seed)), (text.get("prompt"), text.get("seed"))
                    if clip is not None:
                        said = text.get("transcript", "")
                        asked = (heard.setdefault(clip["file"], said), clip["language"], str(seed))
                        got = (said, text.get("language"), text.get("seed"))
                    if asked != got:
                        report.mixed.append(f"asked {asked}, got {text}")
                    if len(report.seconds) == (report.asked + 1) // 2:
                        striking.start()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.total = time.perf_counter() - began
    if striking.ident is not None:
        striking.join()
    return report


def watch_memory(
    address: str, pid: int, *, draws: int = 500, warm_up: int = 50, steps: int = 8
) -> list[int]:
    """Resident bytes after `warm_up` pictures and at every tenth of the `draws` that follow."""
    found = []
    with httpx.Client(timeout=TIMEOUT) as client:
        for number in range(warm_up + draws + 1):
            if number >= warm_up and (number - warm_up) % max(1, draws // 10) == 0:
                found.append(memory(pid))
            noun, color = NOUNS[number % len(NOUNS)], COLORS[number % len(COLORS)]
            draw(client, address, f"a {color} {noun}", number, steps=steps)
    return found


@contextlib.contextmanager
def running_app(*words: str) -> Iterator[tuple[str, int]]:
    """As `started_app`, ready to draw."""
    with started_app(*words) as (address, pid):
        with httpx.Client(timeout=TIMEOUT) as client:
            draw(client, address, "a red apple", 0, steps=1)
        yield address, pid
