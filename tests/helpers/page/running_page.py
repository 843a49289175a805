"""The page served in this process, and plain HTTP requests to it."""

import contextlib
import json
import time
from collections.abc import Callable

import httpx

from app.server.job_queue import Limits
from app.server.options import Account, Serving
from app.server.temp_files import private_folder
from benchmarks.load.pages import free_port


@contextlib.contextmanager
def served(pipeline, limits: Limits | None = None, account: Account | None = None):
    """The page and its address, with files in a folder of its own."""
    from app.web.page import Page, launch

    with private_folder():
        page = Page(pipeline, limits)
        serving = Serving(port=free_port(), account=account, limits=page.queue.limits)
        try:
            yield page, launch(page, serving=serving).rstrip("/")
        finally:
            page.blocks.close()


def file_of(path: str, **more) -> dict:
    """A file as the API takes it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def call(address: str, name: str, data: list) -> tuple[int, str]:
    """Status of the call, and everything its event stream said."""
    started = httpx.post(f"{address}/gradio_api/call/{name}", json={"data": data}, timeout=60)
    if started.status_code != 200:
        return started.status_code, started.text
    event = started.json()["event_id"]
    answer = httpx.get(f"{address}/gradio_api/call/{name}/{event}", timeout=120)
    return answer.status_code, answer.text


def tool(address: str, name: str, arguments: dict, **options) -> dict:
    """What an MCP tool answers."""
    url = f"{address}/gradio_api/mcp/"
    accept = {"accept": "application/json, text/event-stream"}
    listed = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    tools = rpc(httpx.post(url, json=listed, headers=accept, timeout=60, **options))["tools"]
    full = next(each["name"] for each in tools if each["name"].endswith(name))
    asked = {"name": full, "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": asked}
    return rpc(httpx.post(url, json=body, headers=accept, timeout=120, **options))


def rpc(answer: httpx.Response) -> dict:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text.split("data: ")[-1])["result"]


def wait_until(true: Callable[[], bool]) -> None:
    """Look again until `true`; half a minute at most."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
