"""Attacks with files and addresses: none gets a file, a foreign address, or the page down."""

import http.server
import os
import socket
import threading
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client, handle_file

from app.errors import SpeechError
from app.web.stage.drawing import failure as markup_of
from tests.helpers.page.running_page import call, file_of, tool

psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.usefixtures("alive")
MIB = 2**20


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


@pytest.fixture(scope="module")
def canary():
    """A server on this computer that must never be asked: its address, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"inner secret")

        do_HEAD = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


# Files.

ESCAPES = [
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "/proc/self/environ",
    "/etc/passwd%00.png",
    "C:\\Windows\\win.ini",
    "\\\\127.0.0.1\\share\\x",
    "app.py",
    "assets/nano/ar.safetensors",
]


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("door", ["gradio_api/file=", "file=", "gradio_api/file/", "static/",
                                  "assets/", "svelte/", "theme/../"])  # fmt: skip
def test_paths_do_not_lead_out(address, door, path):
    with httpx.Client(timeout=30) as page:
        answer = page.get(f"{address}/{door}{path}")
    assert answer.status_code >= 400, answer.text[:100]
    assert "root:" not in answer.text and "PATH=" not in answer.text


def test_raw_dots_do_not_lead_out(address):
    """httpx tidies paths; a socket does not."""
    host, port = address.removeprefix("http://").split(":")
    for path in ("/static/../../../../../../etc/passwd", "/gradio_api/file=/tmp/../etc/passwd"):
        with socket.create_connection((host, int(port)), timeout=30) as raw:
            request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            raw.sendall(request.encode())
            answer = b""
            while part := raw.recv(65536):
                answer += part
        assert answer.split()[1] in (b"403", b"404") and b"root:" not in answer


@pytest.mark.parametrize("path", ["/etc/passwd", "../app.py", str(Path(__file__).resolve())])
def test_files_of_the_server_are_no_input(address, path):
    _, said = call(address, "speak", [file_of(path), "auto", 0, 1, 1, 0])
    assert "error" in said and "root:" not in said


def test_links_in_uploads_are_not_followed(address):
    files = {"files": ("../../../../tmp/evil.png", b"x")}
    answer = httpx.post(f"{address}/gradio_api/upload", files=files, timeout=30)
    (path,) = answer.json()
    assert Path(path).name == "evil.png" and os.environ["GRADIO_TEMP_DIR"] in path
    assert not Path("/tmp/evil.png").exists()


def test_a_visitors_files_cannot_be_listed_or_guessed(running, client):
    page, address = running
    path, _ = client.predict("a red apple", 0.0, 1, 1.0, 77, api_name="/draw")
    cache = Path(os.environ["GRADIO_TEMP_DIR"])
    stored = [p for p in cache.rglob("a-red-apple.png")]
    assert stored, "the picture is served from the private folder"
    stranger = httpx.Client(base_url=address, timeout=30)
    folders = {cache, stored[0].parent, page.sessions.root, *page.sessions.root.iterdir()}
    for folder in folders:
        for tail in ("", "/", "/.", "/*"):
            answer = stranger.get(f"/gradio_api/file={folder}{tail}")
            assert answer.status_code in (403, 404) and "apple" not in answer.text
    original = next(page.sessions.root.rglob("a-red-apple.png"))
    assert stranger.get(f"/gradio_api/file={original}").status_code == 403
    import hashlib

    plain = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert stored[0].parent.name != plain, "the folder's name cannot be computed from the picture"
    for place in ("/config", "/gradio_api/info", "/gradio_api/queue/status"):
        assert "a-red-apple" not in stranger.get(place).text


def test_no_message_names_a_folder_of_the_server(running, monkeypatch):
    """Neither what cannot be read, nor a disk or a model that fails: its name alone is told."""
    page, address = running
    files = {"files": ("voice.ogg", b"no sound " * 1000)}
    (path,) = httpx.post(f"{address}/gradio_api/upload", files=files, timeout=30).json()
    said = [call(address, "speak", [file_of(path), "fr", 0, 1, 1, 0])[1]]
    assert "voice.ogg" in said[0]
    wish = ["a red apple", 0, 1, 1, 0]
    here = Path(__file__).resolve()
    failures = [FileNotFoundError(2, "No such file", str(here)), SpeechError(f"damaged: {here}")]
    for failure in failures:

        def fail(*_, failure=failure):
            raise failure

        with monkeypatch.context() as patch:
            patch.setattr(page.sessions, "new_picture", fail)
            said.append(call(address, "draw", wish)[1])
            said.append(str(tool(address, "draw", {"prompt": "a red apple", "steps": 1})))
        said.append(markup_of(failure))
    assert len(said) == 7 and sum(here.name in line for line in said) == 6, said
    for folder in (os.environ["GRADIO_TEMP_DIR"], str(here.parent), str(Path.home()), "/tests/"):
        assert not [line for line in said if folder in line]


# Foreign addresses.


@pytest.mark.parametrize("spelling", ["{0}/x", "{0}/x.wav", "HTTP://{1}/x", "http://a@{1}/x"])
def test_the_server_fetches_nothing(address, canary, spelling):
    inner, asked = canary
    target = spelling.format(inner, inner.removeprefix("http://"))
    for door in ("gradio_api/file=", "gradio_api/proxy=", "file=", "proxy="):
        for method in ("GET", "HEAD"):
            answer = httpx.request(method, f"{address}/{door}{target}", timeout=30)
            assert answer.status_code >= 400 and "inner secret" not in answer.text
        answer = httpx.get(f"{address}/{door}{quote(target, safe='')}", timeout=30)
        assert answer.status_code >= 400
    for file in (file_of(target), file_of("x.wav", url=target), file_of(target, url=target)):
        _, said = call(address, "speak", [file, "auto", 0, 1, 1, 0])
        assert "inner secret" not in said
    body = {"data": [file_of(target)], "fn_index": 0, "session_hash": "x"}
    httpx.post(f"{address}/gradio_api/queue/join", json=body, timeout=30)
    httpx.post(f"{address}/gradio_api/component_server", json=body, timeout=30)
    assert not asked, asked


def test_a_clients_url_is_refused(client, canary):
    inner, asked = canary
    with pytest.raises(Exception, match="400"):
        client.predict(handle_file(f"{inner}/x.wav"), api_name="/speak")
    assert not asked


def test_redirects_stay_here(address):
    for door in ("gradio_api/file=//example.org/", "//example.org/%2e%2e", "login?next=//a.b"):
        answer = httpx.get(f"{address}/{door}", timeout=30)
        assert "example.org" not in answer.headers.get("location", "")


# Uploads.


def endless(size: int, boundary: str):
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
    yield head.encode()
    part = bytes(MIB)
    for _ in range(size // MIB):
        yield part
    yield f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.parametrize("announced", [True, False])
def test_two_gigabytes_are_refused_by_size(address, announced):
    size, boundary = 2048 * MIB, "b0undary"
    sent = 0

    def counted():
        nonlocal sent
        for part in endless(size, boundary):
            sent += len(part)
            yield part

    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    if announced:
        headers["content-length"] = str(sum(map(len, endless(0, boundary))) + size)
    process = psutil.Process()
    before = process.memory_info().rss
    url = f"{address}/gradio_api/upload"
    try:
        status = httpx.post(url, content=counted(), headers=headers, timeout=60).status_code
    except httpx.TransportError:  # the server hung up while we were still sending
        status = None
    assert status in (413, None) and (announced is False or status == 413)
    assert sent < 512 * MIB, "the server read on"
    assert process.memory_info().rss - before < 64 * MIB
    kept = [p for p in Path(os.environ["GRADIO_TEMP_DIR"]).rglob("*") if p.is_file()]
    assert not [p for p in kept if p.stat().st_size > MIB], "part of it is still there"


def test_many_files_in_one_upload_are_refused(address):
    files = [("files", (f"{n}.wav", bytes(9 * MIB))) for n in range(4)]
    answer = httpx.post(f"{address}/gradio_api/upload", files=files, timeout=60)
    assert answer.status_code == 413


def test_large_json_is_refused(address):
    body = {"data": ["x" * 3 * MIB], "fn_index": 0, "session_hash": "x"}
    answer = httpx.post(f"{address}/gradio_api/queue/join", json=body, timeout=60)
    assert answer.status_code == 413 and "at most 128 KB" in answer.text
