"""Many clients at once on one running page: lost, mixed up, seconds, memory.

    python -m benchmarks.load [--clients 20] [--requests 10] [--draws 500] [--attack] [--url http://…]

Starts `python app.py` (unless --url names a running one), lets every client ask for its pictures
one after another, and checks that each PNG carries what its client asked for: the prompt and seed
of `/draw`; of each fifth request, which is spoken to `/speak`, the seed, the language and what is
heard of that clip by all. Every other clip is the same for everybody. Then one client draws on,
and the server's memory is watched. With --attack the page's answers are timed while others send
what would stall it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import psutil
from PIL import Image

from benchmarks.common import CLIPS, ROOT
from maskgil.evaluation import markdown

COLORS = ("red", "green", "blue", "yellow", "purple", "orange", "pink", "brown")
NOUNS = ("apple", "frog", "car", "star", "umbrella", "house", "cat", "tree", "fish", "hat")
SPOKEN = 5  # each so-manieth request of a client
STOPPING = 300.0  # seconds after which a server that was asked to stop is killed
TIMEOUT = 900.0  # seconds one picture may take on a machine that does other work


@dataclass
class Report:
    """What a load came to; `seconds` of each answered request, as its client felt them."""

    asked: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    total: float = 0.0


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def started_app(*words: str) -> Iterator[tuple[str, int]]:
    """`python app.py` on a free port, once its page answers: its address and process id."""
    port = free_port()
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                break
        else:
            raise RuntimeError("the app did not start")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def running_app(*words: str) -> Iterator[tuple[str, int]]:
    """As `started_app`, ready to draw."""
    with started_app(*words) as (address, pid):
        with httpx.Client(timeout=TIMEOUT) as client:
            draw(client, address, "a red apple", 0, steps=1)
        yield address, pid


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
    address: str, *, clients: int = 20, requests: int = 10, steps: int = 8, ratio: float = 0
) -> Report:
    """`clients` threads ask for `requests` pictures each, each with its own prompt and seed."""
    report, lock, clips = Report(), threading.Lock(), spoken_clips()
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

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.asked, report.total = clients * requests, time.perf_counter() - began
    return report


def memory(pid: int) -> int:
    """Resident bytes of the process and its children."""
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


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


def under_attack(address: str, *, attackers: int = 12, looks: int = 50) -> list[float]:
    """Seconds that the page took to answer while others sent what once silenced it.

    That is lists where numbers belong, and millions of empty lists.
    """
    lists = json.dumps({"data": ["a cat", [0] * 40_000, 1, 1, 0]}).encode()
    empty = b"[" + b"[]," * 2_700_000 + b"[]]"
    sent = (("call/draw", lists), ("component_server", empty), ("call/draw", empty))
    end = threading.Event()

    def attack(number: int) -> None:
        path, body = sent[number % len(sent)]
        head = {"content-type": "application/json"}
        with httpx.Client(timeout=TIMEOUT) as client:
            while not end.is_set():
                with contextlib.suppress(httpx.HTTPError):
                    client.post(f"{address}/gradio_api/{path}", content=body, headers=head)

    threads = [threading.Thread(target=attack, args=(number,)) for number in range(attackers)]
    for thread in threads:
        thread.start()
    seconds = []
    try:
        with httpx.Client(timeout=TIMEOUT) as client:
            for _ in range(looks):
                began = time.perf_counter()
                client.get(address).raise_for_status()
                seconds.append(time.perf_counter() - began)
                time.sleep(0.1)
    finally:
        end.set()
        for thread in threads:
            thread.join()
    return seconds


def table(report: Report, clients: int) -> str:
    """The report as Markdown."""
    seconds = sorted(report.seconds)
    middle = statistics.median(seconds) if seconds else float("nan")
    slow = seconds[int(0.95 * (len(seconds) - 1))] if seconds else float("nan")
    head = ("clients", "pictures", "lost", "mixed up", "median s", "95 % s", "pictures a second")
    counts = (clients, report.asked, len(report.lost), len(report.mixed))
    speed = f"{len(seconds) / report.total:.2f}"
    return markdown.table(head, [(*counts, f"{middle:.1f}", f"{slow:.1f}", speed)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--draws", type=int, default=500, help="with the memory watched; 0: none")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--ratio", type=float, default=0.0)
    parser.add_argument("--attack", action="store_true", help="time the page under attack, alone")
    parser.add_argument("--url", help="a page that runs already; its memory is not watched")
    parser.add_argument("--backend", nargs="*", default=[], help="passed to app.py")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    extra = [word for url in options.backend for word in ("--backend", url)]
    with contextlib.ExitStack() as stack:
        address, pid = options.url, None
        if address is None:
            address, pid = stack.enter_context(running_app(*extra))
        if options.attack:
            found = sorted(under_attack(address))
            print(f"the page answered {len(found)} times in {found[len(found) // 2]:.2f} s, "
                  f"at the slowest {found[-1]:.2f} s")  # fmt: skip
            return
        report = load(
            address, clients=options.clients, requests=options.requests,
            steps=options.steps, ratio=options.ratio,
        )  # fmt: skip
        print(table(report, options.clients), flush=True)
        for line in (*report.lost[:3], *report.mixed[:3]):
            print(line[:300])
        if pid is not None and options.draws:
            sizes = watch_memory(address, pid, draws=options.draws, steps=options.steps)
            growth = sizes[-1] / sizes[0] - 1
            print(f"\nmemory after warm-up {sizes[0] / 2**20:.0f} MB, after {options.draws} more "
                  f"pictures {sizes[-1] / 2**20:.0f} MB: {growth:+.1%}")  # fmt: skip
            print("MB:", *(f"{size / 2**20:.0f}" for size in sizes))


if __name__ == "__main__":
    main()
