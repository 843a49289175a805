"""The page served in this process, and plain HTTP requests to it."""

import contextlib

import httpx

from app.server.job_queue import Limits
from app.server.options import Account, Serving
from app.server.temp_files import private_folder
from benchmarks.load import free_port


@contextlib.contextmanager
def served(pipeline, limits: Limits | None = None, account: Account | None = None):
    """The page and its address, with files in a folder of its own."""
    from app.web.page import Page, launch

    with private_folder():
        page = Page(pipeline, limits)
        serving = Serving(port=free_port(), account=account, limits=page.line.limits)
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
