"""Hostile requests to the running page: strange texts, absurd numbers, no password, too many."""

import json
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from app.imaging.png import read_settings
from app.server.job_queue import Limits
from app.server.options import Account
from app.server.proxies import TRUSTED_VARIABLE
from tests.helpers.page.running_page import call, file_of, served, tool

pytestmark = pytest.mark.usefixtures("alive")


@pytest.fixture
def untroubled(caplog, capfd):
    """What a visitor did wrong is no fault of the server's: its log shows no traceback."""
    yield
    shown = "".join(capfd.readouterr()) + caplog.text
    assert "Traceback" not in shown, shown


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


@pytest.mark.parametrize("data", [["a red apple"], ["a red apple", 0, 1]])
def test_what_is_not_sent_is_as_advertised(address, data):
    status, said = call(address, "draw", data)
    assert status == 200 and "event: complete" in said
    _, summary = json.loads(said.split("data: ")[-1])
    assert summary["prompt"] == "a red apple" and summary["seed"] == 0


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
@pytest.mark.usefixtures("untroubled")
def test_absurd_parameters_end_in_an_error(address, data):
    status, said = call(address, "draw", data)
    assert status >= 400 or "event: error" in said
    assert '"error": null' not in said and len(said) < 500
    assert "Traceback" not in said and "site-packages" not in said


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e400"])
@pytest.mark.usefixtures("untroubled")
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
@pytest.mark.usefixtures("untroubled")
def test_what_is_no_recording_is_refused_in_one_line(address, audio):
    status, said = call(address, "speak", [audio, "fr", 0, 1, 1, 0])
    assert status == 200 and "event: error" in said and '"error": null' not in said
    assert "root:" not in said and "Traceback" not in said


@pytest.mark.parametrize("audio", [None, "", {}, {"path": ""}, {**file_of(""), "url": ""}])
@pytest.mark.usefixtures("untroubled")
def test_where_no_recording_came_that_is_said(address, audio):
    _, said = call(address, "speak", [audio, "fr", 0, 1, 1, 0])
    assert "no recording given" in said


def test_an_answer_is_fetched_once_and_unknown_ones_are_told(address):
    url = f"{address}/gradio_api/call/draw"
    started = httpx.post(url, json={"data": ["a red apple", 0, 1, 1, 0]}, timeout=60)
    answer = f"{url}/{started.json()['event_id']}"
    assert "event: complete" in httpx.get(answer, timeout=120).text
    for other in (answer, f"{url}/deadbeef"):
        again = httpx.get(other, timeout=10)
        assert again.status_code == 404 and "no such answer" in again.json()["error"]


@pytest.mark.parametrize("path", ["call/nope", "call/v2/nope", "run/predict", "api/predict"])
@pytest.mark.usefixtures("untroubled")
def test_endpoints_that_there_are_not_are_not_found(address, path):
    answer = httpx.post(f"{address}/gradio_api/{path}", json={"data": []}, timeout=30)
    assert answer.status_code == 404 and "Traceback" not in answer.text


@pytest.mark.usefixtures("untroubled")
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


@pytest.mark.usefixtures("untroubled")
def test_private_listeners_take_no_nonsense(address):
    """Every function of the page, called with rubbish: an error, never a hang or a file."""
    config = httpx.get(f"{address}/config", timeout=30).json()
    for dependency in config["dependencies"]:
        for data in ([], [None] * len(dependency["inputs"]), ["/etc/passwd"] * 20):
            body = {"data": data, "fn_index": dependency["id"], "session_hash": "rubbish"}
            answer = httpx.post(f"{address}/gradio_api/run/predict", json=body, timeout=60)
            assert "root:" not in answer.text and "Traceback" not in answer.text


@pytest.mark.usefixtures("untroubled")
def test_functions_that_there_are_not_are_not_found(address):
    for index in (-1, 10**30):
        body = {"data": [], "fn_index": index, "session_hash": "x"}
        answer = httpx.post(f"{address}/gradio_api/queue/join", json=body, timeout=30)
        assert answer.status_code == 404 and "no such function" in answer.json()["error"]
    body = {"data": [], "component_id": -1, "session_hash": "x", "fn_name": "live"}
    answer = httpx.post(f"{address}/gradio_api/component_server", json=body, timeout=30)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 101])
@pytest.mark.usefixtures("untroubled")
def test_the_server_remembers_no_long_names(address, name):
    """Three hundred of 120 KB each took 600 MB."""
    body = {"data": ["a red apple", 0, 1, 1, 0], "session_hash": name, "fn_index": 0}
    for path in ("call/draw", "run/draw", "queue/join"):
        answer = httpx.post(f"{address}/gradio_api/{path}", json=body, timeout=30)
        assert answer.status_code == 400 and "1 to 100 characters" in answer.json()["error"]
    answer = httpx.get(f"{address}/gradio_api/heartbeat/{'x' * 3000}", timeout=30)
    assert answer.status_code == 414


@pytest.mark.usefixtures("untroubled")
def test_a_stream_of_nobody_ends(address):
    url = f"{address}/gradio_api/queue/data?session_hash=nobody"
    assert "session_not_found" in httpx.get(url, timeout=30).text


@pytest.mark.usefixtures("untroubled")
def test_no_name_of_a_session_commands_anything(address):
    answer = httpx.get(f"{address}/gradio_api/heartbeat/%00%1b", timeout=30)
    assert answer.status_code == 404


def test_icons_have_the_sizes_that_the_page_names(address):
    """Any size would be drawn, before the login too: one of 99999 took eleven gigabytes."""
    named = httpx.get(f"{address}/manifest.json", timeout=30).json()["icons"]
    assert len(named) == 2
    for icon in named:
        assert httpx.get(f"{address}{icon['src']}", timeout=30).status_code == 200
    for size in ("99999", "513", "0512", "+512", "512/x", "-1", "192/../99999", "x"):
        answer = httpx.get(f"{address}/pwa_icon/{size}", timeout=30)
        assert answer.status_code == 404 and not answer.headers["content-type"].startswith("image")


@pytest.mark.usefixtures("untroubled")
def test_odd_ranges_of_a_picture_get_it_whole(address):
    _, said = call(address, "draw", ["a red apple", 0, 1, 1, 0])
    url = json.loads(said.split("data: ")[-1])[0]["url"]
    whole = httpx.get(url, timeout=30).content
    for odd in ("0-," * 2000, "0-1,3-4", "9" * 4000 + "-", "x"):
        answer = httpx.get(url, headers={"range": f"bytes={odd}"}, timeout=30)
        assert answer.status_code == 200 and answer.content == whole
    part = httpx.get(url, headers={"range": "bytes=0-99"}, timeout=30)
    assert part.status_code == 206 and part.content == whole[:100]


def test_nonsense_for_tools_does_not_fill_the_log(address, caplog, capfd):
    head = {"accept": "application/json, text/event-stream"}
    for body in ({"method": "initialize", "params": {}, "id": 1}, {"method": "nonsense"}):
        url = f"{address}/gradio_api/mcp/"
        answer = httpx.post(url, json={"jsonrpc": "2.0"} | body, headers=head, timeout=30)
        assert answer.status_code in (200, 202)
    assert "validation error" not in "".join(capfd.readouterr()) + caplog.text


# Passwords.


def guesses(stranger: httpx.Client, count: int, forwarded: str) -> set[int]:
    """Statuses of so many wrong passwords, each sent on for another address as `forwarded` says."""
    wrong = {"username": "ann", "password": "guess"}
    heads = ({"x-forwarded-for": forwarded.format(n=n)} for n in range(count))
    return {stranger.post("/login", data=wrong, headers=head).status_code for head in heads}


def test_nothing_without_the_password(pipeline, capfd, monkeypatch):
    account = Account("ann", "open sesame")
    with served(pipeline, account=account) as (_, address):
        stranger = httpx.Client(base_url=address, timeout=30)
        for path in ("/config", "/gradio_api/info", "/gradio_api/file=/etc/hosts"):
            assert stranger.get(path).status_code == 401
        for path in ("/gradio_api/call/draw", "/gradio_api/queue/join", "/gradio_api/upload"):
            assert stranger.post(path, json={"data": ["a cat"]}).status_code in (401, 422)
        found = guesses(stranger, 12, "203.0.113.{n}")
        assert found == {400, 429}, "refused, then slowed down, whoever they say they are"
    monkeypatch.setenv(TRUSTED_VARIABLE, "127.0.0.1")
    with served(pipeline, account=account) as (_, address):
        listed = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert httpx.post(f"{address}/gradio_api/mcp/", json=listed).status_code == 401
        assert httpx.get(f"{address}/gradio_api/mcp/schema").status_code == 401
        assert httpx.get(f"{address}/gradio_api/heartbeat/x").status_code == 401
        right = {"username": "ann", "password": "open sesame"}
        cookies = dict(httpx.post(f"{address}/login", data=right).cookies)
        drawn = tool(address, "draw", {"prompt": "a dog", "steps": 1}, cookies=cookies)
        assert not drawn["isError"] and "a dog" in str(drawn["content"])
        known = Client(address, auth=("ann", "open sesame"), verbose=False)
        _, summary = known.predict("a dog", 0.0, 1, 1.0, 3, api_name="/draw")
        assert summary["prompt"] == "a dog"
        behind_proxy = httpx.Client(base_url=address, timeout=30)
        assert guesses(behind_proxy, 12, "203.0.113.{n}, 198.51.100.7") == {400, 429}
        assert guesses(behind_proxy, 1, "198.51.100.8") == {400}, "not everybody behind it"
    shown = capfd.readouterr()
    assert "sesame" not in shown.out + shown.err and "guess" not in shown.out + shown.err


def test_a_full_line_and_a_fast_client_are_refused(pipeline):
    limits = Limits(waiting=2, per_client=1, per_minute=2, burst=5, local_too=True)
    with served(pipeline, limits) as (page, address):
        first, own = page.queue.join("ann"), page.queue.join("me", "127.0.0.1")
        status, said = call(address, "draw", ["a cat", 0, 1, 1, 0])
        assert "1 requests from your address are waiting already" in said, (status, said)
        other = page.queue.join("bob")
        status, said = call(address, "draw", ["a cat", 0, 1, 1, 0])
        assert "others are waiting already" in said, (status, said)
        for place in (other, own, first):
            place.__exit__()
        page.queue.rate.take("127.0.0.1")
        assert "event: complete" in call(address, "draw", ["a cat", 0, 1, 1, 0])[1]
        assert "more than 2 pictures a minute" in call(address, "draw", ["a cat", 0, 1, 1, 0])[1]
        by_tool = tool(address, "draw", {"prompt": "a cat"})
        assert by_tool["isError"] and "more than 2 pictures" in str(by_tool["content"])
