"""Many clients at once on one running page: lost, mixed up, seconds, memory.

    python -m benchmarks.load [--clients 20] [--requests 10] [--draws 500] [--url http://…]
    python -m benchmarks.load --attack | --restores | --ray replica | --ray head

Starts `python app.py` (unless --url names a running one), lets every client ask for its pictures
one after another, and checks that each PNG carries what its client asked for: the prompt and seed
of `/draw`; of each fifth request, which is spoken to `/speak`, the seed, the language and what is
heard of that clip by all. Every other clip is the same for everybody. Then one client draws on,
and the server's memory is watched.

With --attack the page's answers are timed while others send what would stall it, with --restores
while thirty pictures of 4096 x 4096 pixels are restored at once, and the memory is watched. With
--ray the same load goes to replicas on Ray: half-way, one of two is killed, or the head of the
cluster is, and started again.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from PIL import Image

from benchmarks.common import CLIPS, ROOT
from maskgil.evaluation import markdown

COLORS = ("red", "green", "blue", "yellow", "purple", "orange", "pink", "brown")
NOUNS = ("apple", "frog", "car", "star", "umbrella", "house", "cat", "tree", "fish", "hat")
SPOKEN = 5  # each so-manieth request of a client
STOPPING = 300.0  # seconds after which a server that was asked to stop is killed
REPLICAS = "ray://speech-to-image"
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


def memory(pid: int) -> int:
    """Resident bytes of the process and its children."""
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


# Ray.


class Head:
    """The head of a Ray cluster of this computer alone, in a group of processes of its own."""

    def __init__(self) -> None:
        ray = Path(sys.executable).with_name("ray")
        command = str(ray) if ray.exists() else shutil.which("ray")
        if command is None:
            raise RuntimeError("there is no Ray here: pip install -r requirements-ray.txt")
        environ = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
        words = [
            "start", "--head", "--block", "--num-cpus=2", "--include-dashboard=false",
            "--disable-usage-stats", "--node-ip-address=127.0.0.1",
            "--object-store-memory=104857600",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            [command, *words], env=environ, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        if not any("Ray runtime started" in line for line in self.process.stdout):
            raise RuntimeError("Ray's head did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        """All at once, as when the machine loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


def deploy(replicas: int) -> None:
    """Replicas, ready to draw. Raises RuntimeError."""
    words = ["-m", "app.backends", "--replicas", str(replicas), "--cpus", "1"]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def replica_processes(replicas: int) -> set[int]:
    """The process of each replica, all of which answer. Raises RuntimeError."""
    from app.backends.ray_driver import RayBackend

    backend = RayBackend(REPLICAS)
    try:
        found: set[int] = set()
        for _ in range(100):
            found.add(backend.ask("info", {})["process"])
            if len(found) == replicas:
                return found
    finally:
        backend.close()
    raise RuntimeError(f"{len(found)} of {replicas} replicas answer")


def ray_load(killed: str, *, clients: int = 20, requests: int = 10, steps: int = 8) -> Report:
    """`load` of a page whose models are on Ray, where `killed` dies half-way.

    That is one "replica" of two; or the "head", which is started again, with a replica: meanwhile
    the page's own models draw. What is asked after that counts too.
    """
    heads = [Head()]
    more = []
    try:
        if killed == "replica":
            deploy(2)
            first = min(replica_processes(2))

            def strike() -> None:
                os.kill(first, signal.SIGKILL)

        else:
            deploy(1)
            more = ["--keep-models"]

            def strike() -> None:
                heads[-1].kill()
                heads.append(Head())
                deploy(1)

        with running_app("--backend", REPLICAS, *more) as (address, _):
            report = load(address, clients=clients, requests=requests, steps=steps, midway=strike)
            after = load(address, clients=2, requests=2, steps=steps)
    finally:
        for head in heads:
            head.end()
    report.asked += after.asked
    report.total += after.total
    for name in ("seconds", "lost", "mixed"):
        getattr(report, name).extend(getattr(after, name))
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


# Restores.


def big_picture(side: int = 4096) -> bytes:
    """A PNG of few bytes and many pixels."""
    data = io.BytesIO()
    Image.new("RGB", (side, side), "orange").save(data, format="PNG")
    return data.getvalue()


def restore(client: httpx.Client, address: str, picture: bytes, session: str) -> dict[str, object]:
    """Drop a picture on the page, as a visitor does: the last view. RuntimeError if it fails."""
    uploaded = client.post(f"{address}/gradio_api/upload", files={"files": ("big.png", picture)})
    if uploaded.status_code != 200:
        raise RuntimeError(uploaded.text)
    config = client.get(f"{address}/config").json()
    ask = next(d for d in config["dependencies"] if d["targets"][0][1] == "ask")
    values = {each["id"]: each["props"].get("value") for each in config["components"]}
    body = {
        "data": [values[each] for each in ask["inputs"]],
        "fn_index": ask["id"], "trigger_id": ask["targets"][0][0], "session_hash": session,
        "event_data": {"number": 1, "kind": "restore", "upload": uploaded.json()[0]},
    }  # fmt: skip
    joined = client.post(f"{address}/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        raise RuntimeError(joined.text)
    with client.stream("GET", f"{address}/gradio_api/queue/data?session_hash={session}") as events:
        for line in events.iter_lines():
            event = json.loads(line.removeprefix("data: ") or "{}")
            if event.get("msg") == "process_completed":
                return dict(event["output"])
    raise RuntimeError("the stream ended")


def restores(address: str, pid: int, *, count: int = 30) -> tuple[list[int], list[float]]:
    """Resident bytes before, at the most and after `count` restores at once; the page's seconds."""
    picture, lock = big_picture(), threading.Lock()
    failed: list[str] = []

    def drop() -> None:
        with httpx.Client(timeout=TIMEOUT) as client:
            try:
                restore(client, address, picture, secrets.token_hex(8))
            except (RuntimeError, httpx.HTTPError) as error:
                with lock:
                    failed.append(str(error))

    before = most = memory(pid)
    threads = [threading.Thread(target=drop) for _ in range(count)]
    for thread in threads:
        thread.start()
    seconds = []
    with httpx.Client(timeout=TIMEOUT) as client:
        while any(thread.is_alive() for thread in threads):
            began = time.perf_counter()
            client.get(address).raise_for_status()
            seconds.append(time.perf_counter() - began)
            most = max(most, memory(pid))
            time.sleep(0.05)
    if failed:
        raise RuntimeError(f"{len(failed)} failed: {failed[0][:300]}")
    return [before, most, memory(pid)], seconds


def table(report: Report, clients: int) -> str:
    """The report as Markdown."""
    seconds = sorted(report.seconds)
    middle = statistics.median(seconds) if seconds else float("nan")
    slow = seconds[int(0.95 * (len(seconds) - 1))] if seconds else float("nan")
    head = ("clients", "pictures", "lost", "mixed up", "median s", "95 % s", "pictures a second")
    counts = (clients, report.asked, len(report.lost), len(report.mixed))
    speed = f"{len(seconds) / report.total:.2f}"
    return markdown.table(head, [(*counts, f"{middle:.1f}", f"{slow:.1f}", speed)])


def show(report: Report, clients: int) -> None:
    """Print the table, and some of what was lost."""
    print(table(report, clients), flush=True)
    for line in (*report.lost[:3], *report.mixed[:3]):
        print(line[:300])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--draws", type=int, default=500, help="with the memory watched; 0: none")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--ratio", type=float, default=0.0)
    parser.add_argument("--attack", action="store_true", help="time the page under attack, alone")
    parser.add_argument("--restores", action="store_true", help="30 large pictures at once, alone")
    parser.add_argument("--ray", choices=("replica", "head"), help="kill that half-way, alone")
    parser.add_argument("--url", help="a page that runs already; its memory is not watched")
    parser.add_argument("--backend", nargs="*", default=[], help="passed to app.py")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    extra = [word for url in options.backend for word in ("--backend", url)]
    if options.ray:
        show(ray_load(options.ray, clients=options.clients, requests=options.requests,
                      steps=options.steps), options.clients)  # fmt: skip
        return
    with contextlib.ExitStack() as stack:
        address, pid = options.url, None
        if address is None:
            address, pid = stack.enter_context(running_app(*extra))
        if options.restores and pid is not None:
            sizes, found = restores(address, pid)
            print("MB before, at the most, after:", *(f"{size / 2**20:.0f}" for size in sizes))
            print(f"the page answered {len(found)} times, at the slowest in {max(found):.2f} s")
            return
        if options.attack:
            found = sorted(under_attack(address))
            print(f"the page answered {len(found)} times in {found[len(found) // 2]:.2f} s, "
                  f"at the slowest {found[-1]:.2f} s")  # fmt: skip
            return
        report = load(
            address, clients=options.clients, requests=options.requests,
            steps=options.steps, ratio=options.ratio,
        )  # fmt: skip
        show(report, options.clients)
        if pid is not None and options.draws:
            sizes = watch_memory(address, pid, draws=options.draws, steps=options.steps)
            growth = sizes[-1] / sizes[0] - 1
            print(f"\nmemory after warm-up {sizes[0] / 2**20:.0f} MB, after {options.draws} more "
                  f"pictures {sizes[-1] / 2**20:.0f} MB: {growth:+.1%}")  # fmt: skip
            print("MB:", *(f"{size / 2**20:.0f}" for size in sizes))


if __name__ == "__main__":
    main()
