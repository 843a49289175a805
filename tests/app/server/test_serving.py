"""The guard, and what app.py makes of its arguments."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.server.middleware import KIB, MIB, RequestGuardMiddleware, RequestRules
from app.server.options import (
    AUTH_VARIABLE,
    TEMP_VARIABLE,
    Account,
    Serving,
    is_loopback,
    split_account,
)
from app.server.temp_files import LOCK, PREFIX, Sweeper, delete_left_behind, private_folder

ROOT = Path(__file__).resolve().parents[3]


# The guard.


async def _echo(request):
    body = await request.body()
    return JSONResponse({"size": len(body)})


def ask(
    method: str, path: str, *, rules: RequestRules | None = None, client="203.0.113.7", **given
):
    """One request through a guard of its own."""
    return ask_all([(method, path, given)], rules=rules, client=client)[0]


def ask_all(requests, *, rules: RequestRules | None = None, client="203.0.113.7"):
    app = Starlette(routes=[Route("/{path:path}", _echo, methods=["GET", "POST", "HEAD"])])
    transport = httpx.ASGITransport(RequestGuardMiddleware(app, rules), client=(client, 5))

    async def send():
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as page:
            return [await page.request(method, path, **given) for method, path, given in requests]

    return asyncio.run(send())


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/proxy=http://127.0.0.1/",
        "/proxy=http://127.0.0.1/",
        "/gradio_api/file=http://127.0.0.1/",
        "/gradio_api/file=HTTPS://example.org/",
        "/gradio_api/file=%68ttp://127.0.0.1/",
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/process_recording",
        "/gradio_api/vibe-edit",
        "/monitoring",
        "/monitoring/summary",
        "/openapi.json",
        "/gradio_api/openapi.json",
    ],
)
def test_closed_doors(path):
    answer = ask("GET", path)
    assert answer.status_code == 404 and answer.json()["detail"] == "Not offered here."


def test_open_doors():
    for path in ("/", "/gradio_api/file=/tmp/a/b.png", "/config", "/gradio_api/queue/data"):
        assert ask("GET", path).status_code == 200
    answer = ask("POST", "/gradio_api/queue/join", json={"data": ["http://a.b/c is a text"]})
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    framed = ask("GET", "/", rules=RequestRules(framed=True))
    assert "content-security-policy" not in framed.headers


def test_files_are_not_fetched_from_addresses():
    for path in ("http://127.0.0.1:1/x", " FTP://a/b", "//host/share", "\\\\host\\share"):
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        answer = ask("POST", "/gradio_api/call/speak", json={"data": [[{"deep": file}]]})
        assert answer.status_code == 400 and "not fetched" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b'{"data": [', b"[" * 4_000, b"\xff\xfe{"])
def test_broken_json_is_refused(body):
    given = {"content": body, "headers": {"content-type": "application/json"}}
    answer = ask("POST", "/gradio_api/queue/join", **given)
    assert answer.status_code == 400 and "readable JSON" in answer.json()["detail"]


async def _chunks(count: int, size: int):
    for _ in range(count):
        yield b"x" * size


def test_bodies_are_bounded_announced_or_not():
    routes = {"queue/join": (128 * KIB, "128 KB"), "mcp/": (MIB, "1 MB")}
    for route, (limit, said) in routes.items():
        for content in (b"x" * (limit + 1), _chunks(3, limit)):
            answer = ask("POST", f"/gradio_api/{route}", content=content)
            assert answer.status_code == 413 and f"at most {said}" in answer.json()["detail"]
    assert ask("POST", "/gradio_api/upload", content=b"x" * 2 * MIB).json() == {"size": 2 * MIB}


def test_rates_of_requests_uploads_and_logins():
    rules = RequestRules(requests=9, uploads=2, logins=2)
    for path, fine in (("/", 3), ("/gradio_api/upload", 2), ("/login", 2)):
        method = "GET" if path == "/" else "POST"
        answers = ask_all([(method, path, {})] * (fine + 1), rules=rules)
        assert [each.status_code for each in answers] == [200] * fine + [429]
        assert int(answers[-1].headers["retry-after"]) >= 1
    many = ask_all([("GET", "/", {})] * 9, rules=rules, client="127.0.0.1")
    assert {each.status_code for each in many} == {200}
    tries = ask_all([("POST", "/login", {})] * 3, rules=rules, client="127.0.0.1")
    assert tries[-1].status_code == 429, "guessing passwords is slow from everywhere"


def test_no_uploads_onto_a_full_disk(tmp_path):
    answer = ask("POST", "/gradio_api/upload", rules=RequestRules(folder=tmp_path, free_disk=2**62))
    assert answer.status_code == 507


# What app.py makes of its arguments.


@pytest.mark.parametrize("wrong", ["ann", "ann:", ":pw", ":"])
def test_account_errors_do_not_repeat_it(wrong):
    with pytest.raises(ValueError, match="user:password") as caught:
        Account.parse(wrong)
    assert "ann" not in str(caught.value) and "pw" not in str(caught.value)


def test_account():
    account = Account.parse("ann:pass:word")
    assert account.fits("ann", "pass:word") and not account.fits("ann", "pass")
    assert not account.fits("bob", "pass:word") and not account.fits("änn", "ß")
    assert "pass" not in repr(account)
    assert "pass" not in repr(Serving(account=account))


def test_account_leaves_the_arguments():
    words = ["-u", "app.py", "--auth", "ann:pw", "--port", "1", "--auth=bob:pw2"]
    assert split_account(words) == (["-u", "app.py", "--port", "1"], "bob:pw2")
    assert split_account(["app.py"]) == (["app.py"], None)


def test_who_is_warned(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert Serving().warning() is None and Serving("localhost").warning() is None
    assert "--host 0.0.0.0 without --auth" in Serving("0.0.0.0").warning()
    assert "public link without --auth" in Serving(share=True).warning()
    assert Serving("0.0.0.0", account=Account("a", "b")).warning() is None
    monkeypatch.setenv("SPACE_ID", "somebody/space")
    assert Serving("0.0.0.0").warning() is None
    assert is_loopback("::1") and is_loopback("[::1]") and not is_loopback("::")


def test_files_are_private_and_go(monkeypatch):
    monkeypatch.delenv(TEMP_VARIABLE, raising=False)
    before = tempfile.gettempdir()
    with private_folder() as served:
        assert os.environ[TEMP_VARIABLE] == str(served)
        assert os.name != "posix" or served.parent.stat().st_mode & 0o077 == 0
        own = Path(tempfile.mkdtemp())
        assert served.parent in own.parents and served not in own.parents
    assert not served.parent.exists() and TEMP_VARIABLE not in os.environ
    assert tempfile.gettempdir() == before


def test_half_received_uploads_and_the_oldest_files_are_swept(tmp_path):
    """By what sweeps have seen: the clock was set back by years, and nothing hangs on it."""
    served = tmp_path / "served"
    served.mkdir()
    (served / "example.png").write_bytes(bytes(5000))  # the app's own
    sweeper = Sweeper(tmp_path, served, keep=1500)
    first, second, third = (served / f"{name}.dir" for name in ("first", "second", "third"))
    for folder in (first, second, third):
        folder.mkdir()
    (first / "a.png").write_bytes(bytes(1000))
    half = served / "tmp123"
    half.write_bytes(b"x")
    assert sweeper.sweep() == 0
    half.write_bytes(b"xy")  # it is still being received
    (second / "b.png").write_bytes(bytes(1000))
    os.utime(second / "b.png", (0, 0))
    assert sweeper.sweep() == 1 and not (first / "a.png").exists()
    assert sweeper.sweep() == 1 and not half.exists()
    (third / "c.png").write_bytes(bytes(1000))
    (second / "b.png").unlink()
    assert sweeper.sweep() == 0
    shutil.rmtree(tmp_path)
    assert sweeper.sweep() == 0, "a folder that somebody tidied away is no end of the sweeps"


def test_what_a_killed_server_left_is_deleted_at_the_next_start(tmp_path):
    """Not that of one that runs, nor what has no lock."""
    code = (
        "import sys, time\n"
        "from app.server.temp_files import private_folder\n"
        "with private_folder() as served:\n"
        "    (served / 'my-voice.wav').touch()\n"
        "    print(served, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    environ.pop(TEMP_VARIABLE, None)
    (tmp_path / f"{PREFIX}other").mkdir()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    servers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environ, **pipes)
        for _ in range(2)
    ]
    folders = [Path(each.stdout.readline().strip()).parent for each in servers]
    servers[0].kill()
    servers[0].wait(30)
    assert (folders[0] / "served" / "my-voice.wav").exists() and (folders[0] / LOCK).exists()
    assert delete_left_behind(tmp_path) == 1
    assert not folders[0].exists() and (tmp_path / f"{PREFIX}other").exists()
    assert (folders[1] / "served" / "my-voice.wav").exists()
    servers[1].communicate("", timeout=30)
    assert not folders[1].exists()


def test_a_folder_of_ones_own_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv(TEMP_VARIABLE, str(tmp_path))
    with private_folder() as folder:
        assert folder == tmp_path
    assert tmp_path.exists() and os.environ[TEMP_VARIABLE] == str(tmp_path)


def run_app(*words: str, **environ: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "app.py", *words],
        cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "environ", "said"),
    [
        (["--auth", "secretword"], {}, "user:password"),
        ([], {AUTH_VARIABLE: "secretword"}, "user:password"),
        (["--port", "99999"], {}, "port must be 1 to 65535"),
        (["--line", "0"], {}, "at least 1"),
        (["--rate", "-3"], {}, "at least 0"),
        (["--aut", "ann:secretword"], {}, "unrecognized"),
    ],
)
def test_bad_arguments_end_in_one_line(words, environ, said):
    done = run_app(*words, **environ)
    assert done.returncode == 2 and said in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not done.stdout
    if "unrecognized" not in said:
        assert "secretword" not in done.stderr


def test_arguments_and_environment_become_serving(monkeypatch):
    code = (
        "import app as _, importlib.util as u, json;"
        "s = u.spec_from_file_location('entry', 'app.py'); m = u.module_from_spec(s);"
        "s.loader.exec_module(m);"
        "a = m.build_parser().parse_args(['--rate', '7', '--line', '5']);"
        "g = m.serving_of(a, m.config_of(a));"
        "print(json.dumps([g.host, g.port, g.account.user, g.limits.per_minute, g.limits.waiting]))"
    )
    environ = {**os.environ, AUTH_VARIABLE: "ann:pw", "GRADIO_SERVER_PORT": "7777"}
    environ |= {"SPACE_ID": "somebody/space"}
    environ.pop("GRADIO_SERVER_NAME", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == ["0.0.0.0", 7777, "ann", 7.0, 5], done.stderr
