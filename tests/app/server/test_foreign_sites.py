"""Pages of other sites, other names, other encodings: none of them drives the running page."""

import json
import socket

import httpx
import pytest

from app.server.job_queue import Limits
from app.server.options import Account, Serving
from app.server.origins import KnownNames
from tests.helpers.page.running_page import served

pytestmark = pytest.mark.usefixtures("alive")
LIVE = "gradio_api/component_server"
DRAW = "gradio_api/call/draw"
APPLE = {"data": ["a red apple", 0, 1, 1, 5]}


def port_of(address: str) -> str:
    return address.rpartition(":")[2]


# What the server is called.


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "", "127.0.0.1.evil.net"])
def test_other_names_are_not_answered(address, host):
    """A name of somebody else's that leads here: DNS rebinding."""
    head = {"host": host.format(port=port_of(address))}
    for method, path in (("GET", ""), ("GET", "config"), ("POST", DRAW), ("POST", LIVE)):
        answer = httpx.request(method, f"{address}/{path}", headers=head, json=APPLE, timeout=30)
        assert answer.status_code == 421, (method, path, answer.text[:100])
        assert "--allowed-host" in answer.json()["error"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:{port}", "127.0.0.1", "[::1]:{port}"])
def test_its_own_names_are_answered(address, host):
    head = {"host": host.format(port=port_of(address))}
    assert httpx.get(f"{address}/config", headers=head, timeout=30).status_code == 200


# Whose pages may ask.

FOREIGN = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "http://localhost:{port}"},
    {"origin": "http://127.0.0.1.evil.example:{port}"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:1"},
]


@pytest.mark.parametrize("head", FOREIGN, ids=str)
def test_pages_of_others_may_not_ask(address, head):
    head = {name: value.format(port=port_of(address)) for name, value in head.items()}
    body = json.dumps({"data": {}, "component_id": 1, "session_hash": "x", "fn_name": "live"})
    plain = head | {"content-type": "text/plain"}
    for path in (LIVE, DRAW, "gradio_api/queue/join", "gradio_api/mcp/", "gradio_api/cancel"):
        answer = httpx.post(f"{address}/{path}", content=body, headers=plain, timeout=30)
        assert answer.status_code == 403, (path, answer.text[:100])
        assert "access-control-allow-origin" not in answer.headers
    files = {"files": ("a.ogg", b"x")}
    answer = httpx.post(f"{address}/gradio_api/upload", files=files, headers=head, timeout=30)
    assert answer.status_code == 403
    wish = head | {"access-control-request-method": "POST"}
    answer = httpx.options(f"{address}/{DRAW}", headers=wish, timeout=30)
    assert "access-control-allow-origin" not in answer.headers


def test_a_link_from_another_page_opens_it_but_does_not_log_out(address):
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert httpx.get(address, headers=link, timeout=30).status_code == 200
    assert httpx.get(f"{address}/logout", headers=link, timeout=30).status_code == 403


def test_its_own_page_may_ask(address):
    for head in ({"origin": address}, {"sec-fetch-site": "same-origin", "origin": address}, {}):
        answer = httpx.post(f"{address}/{DRAW}", json=APPLE, headers=head, timeout=60)
        assert answer.status_code == 200
        httpx.get(f"{address}/{DRAW}/{answer.json()['event_id']}", timeout=120)


def test_names_and_origins_that_are_allowed():
    names = KnownNames("0.0.0.0", ["Pictures.example.org"], ["https://blog.example.org"])
    assert names.answers_to("pictures.example.org") and names.answers_to("10.0.0.7:7860")
    assert not names.answers_to("blog.example.org") and not names.answers_to("a@localhost")
    ask = {"host": "127.0.0.1:7860", "sec-fetch-site": "cross-site"}
    for origin in ("https://pictures.example.org", "https://blog.example.org"):
        assert names.may_ask("POST", "/", ask | {"origin": origin})
    for origin in ("https://pictures.example.org:81", "http://blog.example.org", "x", "://"):
        assert not names.may_ask("POST", "/", ask | {"origin": origin})
    computer = Serving("0.0.0.0").names()
    assert computer.answers_to(socket.gethostname()) and not computer.answers_to("evil.example")
    assert not Serving().names().answers_to("page.example.org")
    with pytest.raises(ValueError, match="SCHEME://HOST"):
        Serving(allowed_origins=("example.org",))


# Bodies.

FETCH = {"data": [{"path": "http://127.0.0.1:1/x", "meta": {"_type": "gradio.FileData"}}] * 6}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
@pytest.mark.parametrize("kind", ["application/JSON", "application/problem+json", "text/plain", ""])
def test_no_spelling_gets_an_address_past_the_guard(address, encoding, kind):
    body = json.dumps(FETCH).encode(encoding)
    for path in ("gradio_api/call/speak", "gradio_api/queue/join", "gradio_api/run/speak", LIVE):
        url = f"{address}/{path}"
        answer = httpx.post(url, content=body, headers={"content-type": kind}, timeout=30)
        assert answer.status_code == 400, answer.text[:200]
        said = "not fetched" if encoding == "utf-8" else "in UTF-8"
        assert said in answer.json()["error"]


@pytest.fixture(scope="module")
def locked(pipeline):
    """The address of a page with a password."""
    account = Account("ann", "open sesame")
    with served(pipeline, Limits(), account) as (_, found):
        yield found


def test_bodies_that_stall_the_server_are_not_parsed(address, locked):
    """Eight megabytes of empty lists, before the password as behind it."""
    body = b"[" + b"[]," * 2_700_000 + b"[]]"
    head = {"content-type": "application/json"}
    answer = httpx.post(f"{locked}/{LIVE}", content=body, headers=head, timeout=60)
    assert answer.status_code == 401 and "log in" in answer.json()["error"].lower()
    answer = httpx.post(f"{address}/{LIVE}", content=body, headers=head, timeout=60)
    assert answer.status_code == 400 and "at most 5,000 values" in answer.json()["error"]
    answer = httpx.post(f"{address}/{DRAW}", content=body, headers=head, timeout=60)
    assert answer.status_code == 413
