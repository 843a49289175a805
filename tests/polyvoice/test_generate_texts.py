"""Generation of PolyVoice's texts against a real chat endpoint on this machine."""

import json
import logging
import re
import shutil
import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from polyvoice.dataset.generate_texts import generate_texts
from polyvoice.dataset.texts import TEXTS, TextsError, load_texts

KEY = "sk-very-secret-1234"
GOOD = load_texts("nano")[1]


def one_line(error) -> str:
    message = str(error.value)
    assert message and "\n" not in message
    return message


class Model:
    """A chat endpoint on this machine. `script` says how the next requests are answered."""

    def __init__(self, rows):
        self.supply = [dict(row.texts) for row in rows]
        self.script: list = []
        self.requests: list[tuple[dict, dict]] = []  # headers, body
        self.late = threading.Event()  # until which "late" answers are not there
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                model.requests.append((dict(self.headers), {"path": self.path} | body))
                step = model.script.pop(0) if model.script else "good"
                if step == "late":
                    model.late.wait(20)
                    step = "drop"
                if step == "drop":
                    self.close_connection = True
                    self.connection.close()
                    return
                status, headers, text = model.answer(step, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                data = text.encode()
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, step, body):
        if isinstance(step, tuple):
            return step
        count = int(re.search(r"Write (\d+) texts", body["messages"][1]["content"]).group(1))
        if step == "good":
            step = [self.supply.pop(0) for _ in range(count)]
        if isinstance(step, list):
            step = {"content": json.dumps({"texts": step}, ensure_ascii=False)}
        return 200, {}, json.dumps({"choices": [{"finish_reason": "stop", "message": step}]})


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    made = Model(load_texts("scenes"))
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def waits():
    return []


def test_generation_end_to_end(model, tmp_path):
    told = []
    rows = generate_texts(
        tmp_path / "new" / "texts.jsonl", 25, ("cn", "pt", "fr", "es"), base_url=model.url,
        on_progress=lambda *counts: told.append(counts),
    )  # fmt: skip
    assert told == [(10, 25), (20, 25), (25, 25)]
    assert [row.id for row in rows] == [f"scenes-{i:03}" for i in range(1, 26)]
    assert [dict(r.texts) for r in rows] == [dict(r.texts) for r in load_texts("scenes")[:25]]
    assert load_texts("scenes", path=tmp_path / "new" / "texts.jsonl") == rows
    headers, body = model.requests[1]
    assert body["path"] == "/v1/chat/completions" and body["model"] == "gpt-4o"
    assert headers["Authorization"] == f"Bearer {KEY}"
    form = body["response_format"]
    item = form["json_schema"]["schema"]["properties"]["texts"]["items"]
    assert form["type"] == "json_schema" and form["json_schema"]["strict"] is True
    assert item["required"] == ["en", "zh", "pt", "fr", "es"]
    assert item["additionalProperties"] is False
    asked = body["messages"][1]["content"]
    assert "20 to 50 English words" in asked and "Brazilian Portuguese" in asked
    assert rows[3].english in asked  # what not to repeat
    prompts = [body["messages"][1]["content"] for _, body in model.requests]
    assert len({prompt.split("\n")[0] for prompt in prompts}) == 3  # other topics each time


def test_generation_outlives_what_passes(model, tmp_path, waits):
    busy = json.dumps({"error": {"code": "rate_limit_exceeded", "message": "slow down"}})
    said = []
    model.script = [
        (429, {"retry-after": "7"}, busy),
        "drop",
        (503, {}, "<html>overloaded</html>"),
        (200, {}, "{not json"),
        {"content": "Sure! Here are your texts:"},
        "good",
        {"content": None, "refusal": "I cannot."},
    ]
    rows = generate_texts(
        tmp_path / "texts.jsonl", 12, base_url=model.url, max_tries=6, sleep=waits.append,
        on_trouble=lambda reason, wait: said.append(reason),
    )  # fmt: skip
    assert len(rows) == 12
    assert waits == [7, 2, 4, 8, 16, 1]  # the server's wish, doubling, anew after a success
    assert "429, slow down" in said[0] and "503" in said[2]
    assert "not the JSON" in said[3] and "not the JSON" in said[4] and "refused" in said[5]


def test_answers_in_fences_are_read(model, tmp_path, waits):
    """As models without structured output write them, with words around."""
    texts = json.dumps({"texts": [model.supply.pop(0) for _ in range(2)]}, indent=1)
    model.script = [{"content": f"Sure!\n\n```json\n{texts}\n```\nAnything else?"}]
    rows = generate_texts(tmp_path / "texts.jsonl", 2, base_url=model.url, sleep=waits.append)
    assert len(rows) == 2 and not waits and len(model.requests) == 1


def test_a_date_says_how_long_to_wait(model, tmp_path, waits):
    soon = datetime.now(timezone.utc) + timedelta(seconds=20)
    past = soon - timedelta(days=1)
    model.script = [
        (503, {"retry-after": format_datetime(d, usegmt=True)}, "") for d in (soon, past)
    ]
    model.script += [(503, {"retry-after": "soon"}, "")]
    generate_texts(tmp_path / "texts.jsonl", 2, base_url=model.url, max_tries=6, sleep=waits.append)
    assert 17 <= waits[0] <= 20 and waits[1] == 0 and waits[2] == 4


def test_generation_gives_up_with_one_line(model, tmp_path, waits):
    model.script = ["good", *[(500, {}, "")] * 3]
    with pytest.raises(TextsError) as error:
        generate_texts(
            tmp_path / "t.jsonl", 12, base_url=model.url, max_tries=3, sleep=waits.append
        )
    assert "no new text after 3 tries (status 500)" in one_line(error)
    assert "has 10 of 12" in str(error.value)
    assert len(load_texts("scenes", path=tmp_path / "t.jsonl")) == 10
    assert waits == [1, 2]


def test_an_answer_that_does_not_come_is_not_waited_for(model, tmp_path, waits):
    model.script = ["late"] * 2
    with pytest.raises(TextsError) as error:
        generate_texts(
            tmp_path / "t.jsonl", 5, base_url=model.url, max_tries=2, timeout=0.2,
            sleep=waits.append,
        )  # fmt: skip
    model.late.set()
    assert "no new text after 2 tries" in one_line(error) and waits == [1]


@pytest.mark.parametrize(
    "status, body, said",
    [
        (401, {"error": {"message": f"Incorrect API key provided: {KEY}.\nSee"}}, "(key). See"),
        (404, {"error": {"code": "model_not_found", "message": "no gpt-9"}}, "no gpt-9"),
        (429, {"error": {"code": "insufficient_quota", "message": "no money"}}, "no money"),
        (400, {"error": "json_schema is not supported"}, "not supported"),
        (302, "moved", "status 302"),
        (403, ["odd"], "status 403"),
    ],
)
def test_generation_does_not_insist(model, tmp_path, waits, status, body, said):
    model.script = [(status, {"location": "/elsewhere"}, json.dumps(body))]
    with pytest.raises(TextsError) as error:
        generate_texts(tmp_path / "t.jsonl", 5, base_url=model.url, sleep=waits.append)
    assert said in one_line(error) and KEY not in str(error.value)
    assert len(model.requests) == 1 and waits == []


def test_generation_resumes(model, tmp_path):
    file = tmp_path / "texts.jsonl"

    def interrupt(count, n):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_texts(file, 20, base_url=model.url, batch_size=8, on_progress=interrupt)
    first = file.read_bytes()
    assert first.count(b"\n") == 8
    cut = first[: first.rstrip(b"\n").rfind(b"\n") + 40]  # in the middle of the eighth line
    file.write_bytes(cut)
    rows = generate_texts(file, 20, base_url=model.url, batch_size=8)
    assert [row.id for row in rows] == [f"scenes-{i:03}" for i in range(1, 21)]
    assert file.read_bytes().startswith(cut[: cut.rfind(b"\n") + 1])
    assert load_texts("scenes", path=file) == rows
    counts = [re.search(r"\d+", b["messages"][1]["content"])[0] for _, b in model.requests]
    assert counts == ["8", "8", "5"]
    done = len(model.requests)
    assert generate_texts(file, 20, base_url=model.url) == rows
    assert len(model.requests) == done  # nothing left to ask


def test_generation_resumes_a_whole_line_without_its_end(model, tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text(load_texts("scenes")[50].to_json(), encoding="utf-8")
    rows = generate_texts(file, 2, base_url=model.url)
    assert [row.id for row in rows] == ["scenes-051", "scenes-052"]
    assert load_texts("scenes", path=file) == rows


def test_generation_extends_the_shipped_set(model, tmp_path):
    file = tmp_path / "nano.jsonl"
    shutil.copy(TEXTS / "nano.jsonl", file)
    more = {"en": "A green avocado next to an egg.", "fr": "Un avocat vert à côté d'un œuf.",
            "zh": "绿色的牛油果旁边有一个鸡蛋。", "es": "Un aguacate verde junto a un huevo.",
            "pt": "Um abacate verde ao lado de um ovo."}  # fmt: skip
    model.script = [[more]]
    shipped = len(load_texts("nano"))
    rows = generate_texts(file, shipped + 1, base_url=model.url, split="nano")
    assert rows[-1].id == f"nano-{shipped + 1}" and dict(rows[-1].texts) == more
    assert "Use only these things" in model.requests[0][1]["messages"][1]["content"]


def test_generation_refuses_bad_texts(model, tmp_path, waits):
    good = [dict(row.texts) for row in load_texts("scenes")[:4]]
    words = good[0]["en"].split()
    said = []
    model.script = [
        [
            good[0],
            good[1] | {"en": "Too short."},
            good[1] | {"fr": ""},
            good[1] | {"pt": None},
            good[1] | {"es": good[1]["es"] + " 3"},
            good[1] | {"it": "di troppo"},
            {"en": good[1]["en"]},
            "no object",
            good[2] | {"en": " ".join(words[:-2])},  # a near duplicate
            good[3] | {"fr": good[3]["fr"].replace(" ", "\u202f\n", 1)},  # odd spaces are mended
        ],
        [good[3]],  # the same again
        [],
        "good",
    ]
    model.supply = good[1:3]
    rows = generate_texts(
        tmp_path / "t.jsonl", 4, base_url=model.url, sleep=waits.append,
        on_trouble=lambda reason, wait: said.append(reason),
    )  # fmt: skip
    assert [row.english for row in rows] == [good[i]["en"] for i in (0, 3, 1, 2)]
    assert rows[1].text("fr") == good[3]["fr"]
    assert "nearly the same as scenes-002" in said[0]
    assert said[1] == "the answer holds no texts"
    assert load_texts("scenes", path=tmp_path / "t.jsonl") == rows


def test_generation_keeps_nano_in_its_vocabulary(model, tmp_path, waits):
    odd = dict(GOOD.texts) | {"en": "A red kazoo in the sky."}
    model.script = [[odd], [dict(GOOD.texts)]]
    said = []
    rows = generate_texts(
        tmp_path / "t.jsonl", 1, base_url=model.url, split="nano", sleep=waits.append,
        on_trouble=lambda reason, wait: said.append(reason),
    )  # fmt: skip
    assert rows[0].english == GOOD.english
    assert "does not draw 'red kazoo'" in said[0]


def test_generation_avoids_given_texts(model, tmp_path, waits):
    shipped = load_texts("scenes")
    rows = generate_texts(
        tmp_path / "t.jsonl", 3, base_url=model.url, batch_size=1, sleep=waits.append,
        avoid=[row.english for row in shipped[:2]],
    )  # fmt: skip
    assert [row.english for row in rows] == [row.english for row in shipped[2:5]]


def test_the_key_stays_secret(model, tmp_path, waits, caplog, capfd):
    model.script = ["drop", "good", (401, {}, json.dumps({"error": {"message": KEY}}))]
    with caplog.at_level(logging.DEBUG), pytest.raises(TextsError) as error:
        generate_texts(tmp_path / "t.jsonl", 12, base_url=model.url, sleep=waits.append)
    assert all(h["Authorization"] == f"Bearer {KEY}" for h, _ in model.requests)
    printed = "".join(capfd.readouterr())
    for place in (caplog.text, printed, str(error.value), (tmp_path / "t.jsonl").read_text()):
        assert KEY not in place
    assert caplog.records  # the client did log something

    from polyvoice.dataset.llm_client import Endpoint

    assert KEY not in repr(Endpoint(model.url, "m", KEY))


def test_keys_are_asked_for_only_where_needed(model, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-öö\nx")
    with pytest.raises(TextsError) as error:
        generate_texts(tmp_path / "t.jsonl", 1, base_url=model.url)
    assert "OPENAI_API_KEY" in one_line(error) and "öö" not in str(error.value)
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(TextsError) as error:
        generate_texts(tmp_path / "t.jsonl", 1)
    assert "OPENAI_API_KEY" in one_line(error)
    generate_texts(tmp_path / "t.jsonl", 1, base_url=model.url + "/")
    headers, body = model.requests[0]
    assert "Authorization" not in headers and body["path"] == "/v1/chat/completions"


def test_generation_says_what_is_wrong_with_its_arguments(tmp_path, model, waits):
    def refused(path=tmp_path / "t.jsonl", n=5, *languages, **options) -> str:
        options = {"base_url": model.url, "sleep": waits.append} | options
        with pytest.raises(TextsError) as error:
            generate_texts(path, n, languages or ("fr",), **options)
        return one_line(error)

    assert "start at 1" in refused(n=0)
    assert "unknown language 'xx'" in refused(tmp_path / "t.jsonl", 5, "xx")
    assert "beside English" in refused(tmp_path / "t.jsonl", 5, "en")
    assert "unknown split" in refused(split="tales")
    assert "not the address" in refused(base_url="nonsense")
    assert "not the address" in refused(base_url="http://[::1")
    assert "cannot write" in refused(tmp_path)
    assert model.requests == []
    model.server.shutdown()
    model.server.server_close()
    before = len(waits)
    assert f"cannot reach {model.url}: " in refused(max_tries=2)  # nobody listens
    assert len(waits) == before  # nor is it tried again

    file = tmp_path / "damaged.jsonl"
    file.write_text("{\n" + load_texts("scenes")[0].to_json() + "\n", encoding="utf-8")
    before = file.read_bytes()
    assert "damaged.jsonl text 1: not JSON" in refused(file)
    assert file.read_bytes() == before
    file.write_text(load_texts("scenes")[0].to_json() + "\n", encoding="utf-8")
    assert "no 'de'" in refused(file, 5, "de")
    assert "is of split 'scenes'" in refused(file, split="nano")
