"""Attacks on the running page, over HTTP: none gets a file, a foreign address, or it down."""

import contextlib
import http.server
import json
import os
import socket
import threading
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client, handle_file

from app.imaging.png import read_settings
from app.server.job_queue import Limits
from app.server.options import Account, Serving
from app.server.temp_files import private_folder

psutil = pytest.importorskip("psutil")
MIB = 2**20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


@pytest.fixture(scope="module")
def running(pipeline):
    with served(pipeline) as found:
        yield found


@pytest.fixture(scope="module")
def address(running):
    return running[1]


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


@pytest.fixture(autouse=True)
def alive(address):
    """After every attack the page still answers."""
    yield
    assert httpx.get(address, timeout=30).status_code == 200


def file_of(path: str, **more) -> dict:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def call(address: str, name: str, data: list) -> tuple[int, str]:
    """Status of the call, and everything its event stream said."""
    started = httpx.post(f"{address}/gradio_api/call/{name}", json={"data": data}, timeout=60)
    if started.status_code != 200:
        return started.status_code, started.text
    event = started.json()["event_id"]
    answer = httpx.get(f"{address}/gradio_api/call/{name}/{event}", timeout=120)
    return answer.status_code, answer.text


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
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
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
    assert answer.status_code == 413 and "at most 1 MB" in answer.text


# Text and numbers.

TEXTS = {
    "emoji": "🐈‍⬛ and 🍎🍎 👩‍👩‍👧‍👦 🇫🇷",
    "right to left": "قطة برتقالية وتفاحة حمراء \u202etfel ot thgir",
    "markup": '<script>alert(1)</script><img src=x onerror=alert(1)> & "quotes" \'',
    "nulls": "a\x00 red\x00apple\x00",
    "lone surrogate": "a \ud83d cat",
    "controls": "a\x1b[31m cat\r\nSet-Cookie: a=b\x07",
    "format": "{0.__class__} %s %n ${jndi:ldap://127.0.0.1/a} ' OR 1=1; --",
}

NOTHING_KNOWN = ("markup", "format")
READ_AS = {"right to left": "an orange cat and a red apple"}


@pytest.mark.parametrize("name", TEXTS)
def test_strange_texts_are_drawn_as_text_or_refused_in_one_line(address, tmp_path, name):
    text = json.dumps({"data": [TEXTS[name], 0, 1, 1, 5]})
    head = {"content-type": "application/json"}
    url = f"{address}/gradio_api/call/draw"
    started = httpx.post(url, content=text, headers=head, timeout=60)
    answer = httpx.get(f"{url}/{started.json()['event_id']}", timeout=120)
    if name in NOTHING_KNOWN:
        error = json.loads(answer.text.split("data: ")[-1])["error"]
        assert "is known to this model" in error and "\n" not in error
        return
    assert "event: complete" in answer.text, answer.text
    picture, summary = json.loads(answer.text.split("data: ")[-1])
    kept = " ".join("".join(c if c >= " " else " " for c in TEXTS[name]).split())
    kept = READ_AS.get(name, kept)
    assert summary["prompt"] == kept or name in ("controls", "lone surrogate")
    assert "\x00" not in summary["prompt"] and "\x1b" not in summary["prompt"]
    assert Path(summary["image"]).name == summary["image"], "no way out in the file's name"
    path = tmp_path / "picture.png"
    path.write_bytes(httpx.get(picture["url"], timeout=30).content)
    assert read_settings(path)["prompt"] == summary["prompt"]


@pytest.mark.parametrize(
    "data",
    [
        ["x" * 10_000, 0, 1, 1, 0],
        ["a cat", 0, 10**12, 1, 0],
        ["a cat", 0, -1, 1, 0],
        ["a cat", "1e999", 1, 1, 0],
        ["a cat", 0, 1, 1e308, 0],
        ["a cat", 0, 1, 1, 2**64],
        ["a cat", 0, 1, 1, -1],
        ["a cat", 0, 1.5, 1, 0],
        ["a cat", None, None, None, None],
        ["a cat", [], {}, "x", True],
        [["a"] * 1000, 0, 1, 1, 0],
        [None] * 5,
        [],
        ["a cat"] * 500,
    ],
    ids=lambda data: json.dumps(data)[:30],
)
def test_absurd_parameters_end_in_an_error(address, data):
    status, said = call(address, "draw", data)
    assert status >= 400 or "event: error" in said
    assert '"error": null' not in said and len(said) < 500
    assert "Traceback" not in said and "site-packages" not in said


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none(address, word):
    content = '{"data": ["a cat", 0, 1, ' + word + ", 0]}"
    head = {"content-type": "application/json"}
    url = f"{address}/gradio_api/call/draw"
    started = httpx.post(url, content=content, headers=head, timeout=60)
    if started.status_code == 200:
        answer = httpx.get(f"{url}/{started.json()['event_id']}", timeout=120)
        assert "event: error" in answer.text and "guidance must be" in answer.text
    else:
        assert started.status_code < 500


@pytest.mark.parametrize(
    "audio", [5, "/etc/passwd", {"path": 5}, ["a.wav"], file_of("/etc/passwd"), None]
)
def test_what_is_no_recording_is_refused_in_one_line(address, audio):
    status, said = call(address, "speak", [audio, "fr", 0, 1, 1, 0])
    assert status == 200 and "event: error" in said and '"error": null' not in said
    assert "root:" not in said and "Traceback" not in said


def test_an_answer_is_fetched_once_and_unknown_ones_are_told(address):
    url = f"{address}/gradio_api/call/draw"
    started = httpx.post(url, json={"data": ["a red apple", 0, 1, 1, 0]}, timeout=60)
    answer = f"{url}/{started.json()['event_id']}"
    assert "event: complete" in httpx.get(answer, timeout=120).text
    for other in (answer, f"{url}/deadbeef"):
        again = httpx.get(other, timeout=10)
        assert again.status_code == 404 and "no such answer" in again.json()["error"]


@pytest.mark.parametrize("path", ["call/nope", "call/v2/nope", "run/predict", "api/predict"])
def test_endpoints_that_there_are_not_are_not_found(address, path):
    answer = httpx.post(f"{address}/gradio_api/{path}", json={"data": []}, timeout=30)
    assert answer.status_code == 404 and "Traceback" not in answer.text


def test_bodies_that_an_error_could_not_quote_are_refused(address):
    bodies = [b'"\\ud800"', b'{"prompt": "a cat", "\\ud800": 1}', b"Infinity", b"NaN"]
    for body in bodies:
        head = {"content-type": "application/json"}
        url = f"{address}/gradio_api/call/v2/draw"
        answer = httpx.post(url, content=body, headers=head, timeout=60)
        assert answer.status_code == 400 and len(answer.json()["error"]) < 200


@pytest.mark.parametrize(
    ("body", "said"),
    [({"steps": 1}, "required argument: prompt"), ({"prompt": "a cat", "colour": 1}, "colour")],
)
def test_unknown_and_missing_parameters_are_named(address, body, said):
    answer = httpx.post(f"{address}/gradio_api/call/v2/draw", json=body, timeout=60)
    assert answer.status_code == 400 and said in answer.json()["error"]


def test_private_listeners_take_no_nonsense(address):
    """Every function of the page, called with rubbish: an error, never a hang or a file."""
    config = httpx.get(f"{address}/config", timeout=30).json()
    for dependency in config["dependencies"]:
        for data in ([], [None] * len(dependency["inputs"]), ["/etc/passwd"] * 20):
            body = {"data": data, "fn_index": dependency["id"], "session_hash": "rubbish"}
            answer = httpx.post(f"{address}/gradio_api/run/predict", json=body, timeout=60)
            assert "root:" not in answer.text and "Traceback" not in answer.text


# Passwords.


def test_nothing_without_the_password(pipeline, capfd):
    account = Account("ann", "open sesame")
    with served(pipeline, account=account) as (_, address):
        stranger = httpx.Client(base_url=address, timeout=30)
        for path in ("/config", "/gradio_api/info", "/gradio_api/file=/etc/hosts"):
            assert stranger.get(path).status_code == 401
        for path in ("/gradio_api/call/draw", "/gradio_api/queue/join", "/gradio_api/upload"):
            assert stranger.post(path, json={"data": ["a cat"]}).status_code in (401, 422)
        wrong = {"username": "ann", "password": "guess"}
        answers = [stranger.post("/login", data=wrong).status_code for _ in range(12)]
        assert set(answers) == {400, 429}, "guesses are refused, then slowed down"
    with served(pipeline, account=account) as (_, address):
        known = Client(address, auth=("ann", "open sesame"), verbose=False)
        _, summary = known.predict("a dog", 0.0, 1, 1.0, 3, api_name="/draw")
        assert summary["prompt"] == "a dog"
    shown = capfd.readouterr()
    assert "sesame" not in shown.out + shown.err and "guess" not in shown.out + shown.err


def test_a_full_line_and_a_fast_client_are_refused(pipeline):
    limits = Limits(waiting=1, per_minute=2, burst=2, local_too=True)
    with served(pipeline, limits) as (page, address):
        first, second = page.line.join("ann"), page.line.join("bob")
        status, said = call(address, "draw", ["a cat", 0, 1, 1, 0])
        assert "others are waiting already" in said, (status, said)
        second.__exit__()
        first.__exit__()
        assert "event: complete" in call(address, "draw", ["a cat", 0, 1, 1, 0])[1]
        assert "more than 2 pictures a minute" in call(address, "draw", ["a cat", 0, 1, 1, 0])[1]
