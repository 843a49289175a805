"""Recordings on the running page: nobody's is lost, nobody else's is deleted, none stays."""

import base64
import json
import os
import threading
from pathlib import Path

import httpx
import pytest

from benchmarks.load.attacks import ask
from tests.helpers.page.running_page import call, file_of, rpc, served, tool, wait_until

pytestmark = pytest.mark.usefixtures("alive")


@pytest.fixture
def clip(clips) -> Path:
    return clips["fr_stars"]["path"]


def upload(address: str, path: Path, name: str = "v.ogg") -> str:
    files = {"files": (name, path.read_bytes())}
    return httpx.post(f"{address}/gradio_api/upload", files=files, timeout=30).json()[0]


def recordings() -> list[Path]:
    """What lies where the page puts what is sent."""
    return [p for p in Path(os.environ["GRADIO_TEMP_DIR"]).rglob("*.og*") if p.is_file()]


def test_equal_recordings_of_two_visitors_are_both_heard(address, clip):
    """Also when the first is over, and its file gone, before the second asks."""
    paths = [upload(address, clip) for _ in range(2)]
    assert paths[0] != paths[1]
    heard: list[str] = []

    def speak(path: str) -> None:
        heard.append(call(address, "speak", [file_of(path), "fr", 0, 1, 1, 0])[1])

    threads = [threading.Thread(target=speak, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 2 and all("event: complete" in said for said in heard), heard
    assert not any(Path(path).exists() or Path(path).parent.exists() for path in paths)


def test_a_stranger_deletes_nothing(address, clip):
    """Neither with the same bytes, nor twice, nor a picture whose path is known."""
    theirs, own = upload(address, clip), upload(address, clip)
    for _ in range(2):
        assert "event: error" in call(address, "speak", [file_of(own), "fr", 0, 99_999, 1, 0])[1]
    assert not Path(own).exists() and Path(theirs).exists()
    _, said = call(address, "draw", ["a red apple", 0, 1, 1, 5])
    picture = json.loads(said.split("data: ")[-1])[0]["path"]
    assert "event: error" in call(address, "speak", [file_of(picture), "fr", 0, 1, 1, 0])[1]
    assert Path(picture).exists()
    assert "event: error" in call(address, "speak", [file_of(theirs), "fr", 0, 99_999, 1, 0])[1]


def test_what_a_tool_is_sent_does_not_stay(address, clip):
    sent = "data:audio/ogg;base64," + base64.b64encode(clip.read_bytes()).decode()
    before = set(recordings())
    answer = tool(address, "speak", {"audio": sent, "language": "fr", "steps": 1})
    assert not answer["isError"], answer
    assert '"prompt"' in str(answer["content"])
    refused = tool(address, "speak", {"audio": sent, "steps": 99_999})
    assert refused["isError"]
    assert set(recordings()) == before


def test_a_tool_says_how_it_is_sent_a_recording_and_quotes_little_of_what_it_is_not(address, clip):
    listed = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    url = f"{address}/gradio_api/mcp/"
    tools = rpc(httpx.post(url, json=listed, headers=accept, timeout=30))["tools"]
    speak = next(each for each in tools if each["name"].endswith("speak"))
    assert "data:audio/ogg;base64" in str(speak["inputSchema"]["properties"]["audio"])
    assert "http" not in str(speak) and "upload_file" not in str(speak), "nothing is fetched"
    bare = base64.b64encode(clip.read_bytes()).decode()
    for sent in (bare, "/etc/passwd", f"{address}/", "", "clip.ogg"):
        refused = tool(address, "speak", {"audio": sent})
        (line,) = (part["text"] for part in refused["content"])
        assert refused["isError"] and "data:audio/ogg;base64" in line and len(line) < 200, line


def test_a_folder_that_somebody_tidied_away_comes_back_private(pipeline, clip):
    import shutil

    with served(pipeline) as (page, address):
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        shutil.rmtree(folder.parent)
        assert "event: complete" in call(address, "draw", ["a red apple", 0, 1, 1, 5])[1]
        path = upload(address, clip)
        for made in (folder, folder.parent, page.sessions.root, Path(path), Path(path).parent):
            assert made.stat().st_mode & 0o077 == 0, made
        assert "event: complete" in call(address, "speak", [file_of(path), "fr", 0, 1, 1, 0])[1]


# Whoever has left.


def leave(url: str, **options) -> None:
    """Ask, and hang up before the answer."""
    with pytest.raises(httpx.TimeoutException):
        httpx.request(url=url, timeout=httpx.Timeout(30, read=0.4), **options)


WISH = ["a red apple", 0, 8, 1, 5]


def test_who_leaves_gives_the_place_up(running):
    page, address = running
    api = f"{address}/gradio_api"
    with page.queue.join("somebody else"):
        for _ in range(3):
            event = httpx.post(f"{api}/call/draw", json={"data": WISH}, timeout=30).json()
            wait_until(lambda: len(page.queue) == 1)
            leave(f"{api}/call/draw/{event['event_id']}", method="GET")
            wait_until(lambda: len(page.queue) == 0)
        leave(f"{api}/run/draw", method="POST", json={"data": WISH})
        wait_until(lambda: len(page.queue) == 0)
        config = httpx.get(f"{address}/config", timeout=30).json()
        index = next(d["id"] for d in config["dependencies"] if d["api_name"] == "draw")
        body = {"data": WISH, "fn_index": index, "session_hash": "leaver"}
        httpx.post(f"{api}/queue/join", json=body, timeout=30)
        wait_until(lambda: len(page.queue) == 1)
        leave(f"{api}/queue/data?session_hash=leaver", method="GET")
        wait_until(lambda: len(page.queue) == 0)
        asked = {"name": "draw", "arguments": {"prompt": "a red apple"}}
        body = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": asked}
        head = {"accept": "application/json, text/event-stream"}
        leave(f"{api}/mcp/", method="POST", json=body, headers=head)
        wait_until(lambda: len(page.queue) == 0)
    assert "event: complete" in call(address, "draw", WISH)[1]


def test_an_answer_that_nobody_fetches_is_not_worked_on(running, monkeypatch):
    page, address = running
    monkeypatch.setattr("app.server.presence.UNHEARD", 0.2)
    with page.queue.join("somebody else"):
        url = f"{address}/gradio_api/call/draw"
        assert httpx.post(url, json={"data": WISH}, timeout=30).status_code == 200
        wait_until(lambda: len(page.queue) == 1)
        wait_until(lambda: len(page.queue) == 0)


def test_the_page_draws_for_nobody_who_does_not_listen(running, monkeypatch):
    """What is said would be kept until somebody does; meanwhile others have their turn."""
    page, address = running
    draw = {"number": 1, "kind": "draw"}
    with httpx.Client(timeout=60) as client:
        for name in ("deaf", "deafer"):
            ask(client, address, draw, name, "a red apple")
        wait_until(lambda: len(page.queue) + page.queue.running == 2)
        assert "event: complete" in call(address, "draw", WISH)[1]
        assert len(page.queue) + page.queue.running == 2, "they were not drawn first"
        monkeypatch.setattr("app.server.presence.UNHEARD", 0.0)
        wait_until(lambda: len(page.queue) + page.queue.running == 0)
    assert not any(page.sessions.get(name).pictures for name in ("deaf", "deafer"))


def test_the_page_draws_for_who_listens_late(running):
    page, address = running
    with httpx.Client(timeout=60) as client:
        ask(client, address, {"number": 1, "kind": "draw"}, "late", "a red apple")
        wait_until(lambda: len(page.queue) + page.queue.running == 1)
        url = f"{address}/gradio_api/queue/data?session_hash=late"
        with client.stream("GET", url) as events:
            assert any("process_completed" in line for line in events.iter_lines())
    assert 1 in page.sessions.get("late").pictures
