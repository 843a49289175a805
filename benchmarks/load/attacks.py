"""Denial-of-service attempts: lists for numbers, huge bodies, large pictures."""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import threading
import time

import httpx
from PIL import Image

from benchmarks.load.pages import TIMEOUT, memory


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


def big_picture(side: int = 4096) -> bytes:
    """A PNG of few bytes and many pixels."""
    data = io.BytesIO()
    Image.new("RGB", (side, side), "orange").save(data, format="PNG")
    return data.getvalue()


def ask(
    client: httpx.Client, address: str, event: dict[str, object], session: str, prompt: str = ""
) -> None:
    """Ask as the page's script does; RuntimeError if it is refused. The answer is a stream."""
    config = client.get(f"{address}/config").json()
    asked = next(d for d in config["dependencies"] if d["targets"][0][1] == "ask")
    props = {each["id"]: each["props"] for each in config["components"]}
    values = [
        prompt if props[each].get("elem_id") == "prompt" else props[each].get("value")
        for each in asked["inputs"]
    ]
    body = {
        "data": values, "fn_index": asked["id"], "trigger_id": asked["targets"][0][0],
        "session_hash": session, "event_data": event,
    }  # fmt: skip
    joined = client.post(f"{address}/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        raise RuntimeError(joined.text)


def restore(client: httpx.Client, address: str, picture: bytes, session: str) -> dict[str, object]:
    """Drop a picture on the page, as a visitor does: the last view. RuntimeError if it fails."""
    uploaded = client.post(f"{address}/gradio_api/upload", files={"files": ("big.png", picture)})
    if uploaded.status_code != 200:
        raise RuntimeError(uploaded.text)
    ask(client, address, {"number": 1, "kind": "restore", "upload": uploaded.json()[0]}, session)
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
