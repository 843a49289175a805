"""A page whose models are on other servers: the same pictures, and nothing lost when one dies."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
import uvicorn

from app.backends import http_client
from app.backends.factory import open_backend
from app.backends.http_client import HttpBackend, RemoteGenerator, check_url, named_in
from app.backends.http_server import Replica, build_server
from app.backends.protocol import RemoteError
from app.backends.schema import Drawing, pack, unpack
from app.config import load_config
from app.pipeline import DrawSettings, SpeechToImage
from app.server.options import Account, Serving
from benchmarks.load import free_port, load, running_app

ROOT = Path(__file__).resolve().parents[3]


@contextlib.contextmanager
def answering(replica: Replica, serving: Serving):
    """The replica's server in this process: its address."""
    port = free_port()
    app = build_server(replica, serving)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def replica():
    return Replica(replace(load_config("nano"), preview_share=None))


@pytest.fixture(scope="module")
def url(replica):
    with answering(replica, Serving()) as address:
        yield address


@pytest.fixture
def generator(url):
    return RemoteGenerator(HttpBackend([url]))


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(http_client, "PATIENCE", 1.0)
    monkeypatch.setattr(http_client, "PAUSE", 0.05)


def last_of(stream):
    *_, last = stream
    return last


def test_a_remote_picture_is_the_local_one(generator, replica):
    options = {"seed": [3, 4], "sampling": replace(generator.sampling, num_steps=4)}
    here = list(replica.generator.stream(["a red apple", "a dog"], **options))
    there = list(generator.stream(["a red apple", "a dog"], **options))
    assert [each.stage for each in there] == [each.stage for each in here]
    for ours, theirs in zip(here, there, strict=True):
        assert torch.equal(ours.tokens, theirs.tokens)
        assert [i.tobytes() for i in ours.images] == [i.tobytes() for i in theirs.images]
    assert generator.image_size == replica.generator.image_size


def test_given_tokens_and_encoding(generator, replica):
    pixels = torch.rand(1, 3, 96, 96) * 2 - 1
    rounded = ((pixels + 1) * 127.5).round() / 127.5 - 1
    tokens = generator.tokenizer.encode(pixels)
    assert torch.equal(tokens, replica.generator.tokenizer.encode(rounded))
    given = tokens.flatten(1)
    given[:, 70:] = generator.mask_id
    last = last_of(generator.stream("a cat", given=given, previews=False))
    assert torch.equal(last.tokens[:, :70], given[:, :70])


def test_errors_of_the_server_are_those_of_the_generator(generator):
    with pytest.raises(ValueError, match="2 seeds for 1 prompts"):
        list(generator.stream("a cat", seed=[1, 2]))
    with pytest.raises(ValueError, match="given tokens"):
        list(generator.stream("a cat", given=torch.zeros(1, 3, dtype=torch.long)))


def test_a_stopped_drawing_stops_there_too(generator, replica, monkeypatch):
    steps = []
    stream = type(replica.generator).stream

    def counted(self, *given, **options):
        for preview in stream(self, *given, **options):
            steps.append(preview.step)
            time.sleep(0.1)
            yield preview

    monkeypatch.setattr(type(replica.generator), "stream", counted)
    drawing = generator.stream("a cat", sampling=replace(generator.sampling, num_steps=64))
    next(drawing), next(drawing)
    drawing.close()
    time.sleep(2.0)
    seen = len(steps)
    time.sleep(1.0)
    assert len(steps) == seen < 60, "the server draws on for nobody"


def test_the_whole_pipeline_over_there(url, clips):
    config = replace(replace(load_config("nano"), preview_share=None), backend=(url,))
    pipeline = SpeechToImage(config)
    pipeline.check_weights()
    update = last_of(
        pipeline.run(clips["fr_cat_apple"]["path"], DrawSettings(steps=2), language="fr")
    )
    result = update.results[0] if hasattr(update, "results") else update.result
    assert "cat" in result.prompt and result.heard.transcript.language == "fr"
    assert isinstance(pipeline.generator, RemoteGenerator) and pipeline.has_ratio
    local = SpeechToImage(replace(load_config("nano"), preview_share=None))
    drawn = last_of(local.paint(result.prompt, DrawSettings(steps=2)))
    same = drawn.results[0] if hasattr(drawn, "results") else drawn.result
    assert result.image.tobytes() == same.image.tobytes()


def test_the_presets_must_agree(url):
    other = replace(
        replace(load_config("nano"), preview_share=None), backend=(url,), preset="photo"
    )
    with pytest.raises(ValueError, match="start it with --preset nano"):
        _ = SpeechToImage(other).generator


# Servers that fail.


class Cutting:
    """A server that passes requests on to `url` and hangs up in the middle of its first answers."""

    def __init__(self, url: str, after: int, times: int) -> None:
        self.target = url.removeprefix("http://").split(":")
        self.after, self.times = after, times
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        host, port = self.target
        with near, socket.create_connection((host, int(port))) as far, contextlib.suppress(OSError):
            request = near.recv(2**20)
            while b"\r\n\r\n" not in request or (
                request.startswith(b"POST") and not request.rstrip().endswith(b"}")
            ):
                request += near.recv(2**20)
            draws = request.startswith(b"POST /draw")
            far.sendall(request.replace(b"keep-alive", b"close"))
            sent = 0
            while part := far.recv(4096):
                near.sendall(part)
                sent += len(part)
                if draws and self.times and sent > self.after:
                    self.times -= 1
                    return


def test_a_server_that_hangs_up_in_the_middle_is_asked_again(url, replica):
    cutting = Cutting(url, after=60_000, times=2)
    remote_one = RemoteGenerator(HttpBackend([cutting.url]))
    sampling = replace(remote_one.sampling, num_steps=6)
    previews = list(remote_one.stream("a red apple", seed=5, sampling=sampling))
    assert cutting.times == 0, "it hung up twice"
    assert [each.step for each in previews] == [1, 2, 3, 4, 5, 6], "no step is shown twice"
    local = last_of(replica.generator.stream("a red apple", seed=5, sampling=sampling))
    assert torch.equal(previews[-1].tokens, local.tokens)
    cutting.listener.close()


def test_a_dead_server_is_passed_over(url):
    dead = f"http://127.0.0.1:{free_port()}"
    backend = HttpBackend([dead, url])
    assert backend.at_once == 2
    generator = RemoteGenerator(backend)
    for seed in range(3):
        sampling = replace(generator.sampling, num_steps=1)
        assert last_of(generator.stream("a dog", seed=seed, sampling=sampling)).stage == "done"


def test_nobody_there_ends_in_one_line(hasty):
    backend = HttpBackend([f"http://127.0.0.1:{free_port()}"])
    with pytest.raises(RemoteError, match="no drawing server answers"):
        RemoteGenerator(backend)


def test_the_server_dies_and_none_is_left(url, hasty):
    cutting = Cutting(url, after=1000, times=10**6)
    generator = RemoteGenerator(HttpBackend([cutting.url]))
    with pytest.raises(RemoteError, match="no drawing server answers"):
        list(generator.stream("a dog"))
    cutting.listener.close()


# Who may ask, and what.


def test_a_replica_behind_a_password(replica, hasty):
    with answering(replica, Serving(account=Account("ann", "pw"))) as address:
        assert httpx.get(f"{address}/health").text == "ok"
        assert httpx.get(f"{address}/info").status_code == 401
        assert httpx.post(f"{address}/draw", json={}).status_code == 401
        with pytest.raises(RemoteError, match="user and password"):
            RemoteGenerator(HttpBackend([address]))
        known = address.replace("http://", "http://ann:pw@")
        assert RemoteGenerator(HttpBackend([known])).preset == "nano"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("draw", {}),
        ("draw", {"prompts": 3}),
        ("draw", [1]),
        ("encode", {"pixels": "!", "shape": [1]}),
        ("encode", {"pixels": "AAAA", "shape": [-5, 2]}),
        ("hear", {"samples": "AAAA", "shape": [1]}),
        ("hear", {"samples": None, "shape": None, "language": 1, "partial": 1}),
    ],
)
def test_nonsense_is_refused_by_the_replica(url, path, body):
    answer = httpx.post(f"{url}/{path}", json=body, timeout=30)
    assert answer.status_code == 400 and answer.json()["error"]
    assert httpx.get(f"{url}/health").status_code == 200


def test_a_drawing_survives_the_wire():
    sampling = load_sampling()
    given = np.arange(6, dtype=np.int64).reshape(2, 3)
    drawing = Drawing(("a", "b"), (1, 2**32 - 1), sampling, given, (2, 3), False, 4)
    again = Drawing.from_json(drawing.to_json())
    assert again.sampling == sampling and np.array_equal(again.given, given)
    assert replace(again, given=None) == replace(drawing, given=None)
    assert np.array_equal(unpack(pack(given)), given)
    with pytest.raises(ValueError, match="0 pictures"):
        Drawing((), (), sampling)
    with pytest.raises(ValueError, match="1000 pictures"):
        Drawing.from_json(drawing.to_json() | {"prompts": ["a"] * 1000})


def load_sampling():
    from maskgil.presets.table import PRESETS

    return PRESETS["nano"].sampling


def test_which_backends_there_are(monkeypatch):
    assert check_url("http://a:1") and check_url("https://a.b/c")
    for wrong in ("a:1", "ftp://a", "http://", "file:///etc/passwd"):
        with pytest.raises(ValueError, match="http://HOST:PORT"):
            check_url(wrong)
    with pytest.raises(ValueError) as caught:
        check_url("ftp://ann:secretword@a")
    assert "secretword" not in str(caught.value)
    with pytest.raises(ValueError, match="one ray://"):
        open_backend(["ray://a", "http://b:1"])
    assert named_in({"MASKGIL_BACKEND": " http://a:1, ,http://b:2"}) == ["http://a:1", "http://b:2"]


def test_a_password_on_the_command_line_is_refused():
    done = subprocess.run(
        [sys.executable, "app.py", "--backend", "http://ann:secretword@a:1"],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2 and "MASKGIL_BACKEND" in done.stderr
    assert "secretword" not in done.stderr and len(done.stderr.splitlines()) == 1


# The real thing: two replicas, a page, twenty clients, and one replica killed.


@contextlib.contextmanager
def replica_process(port: int):
    command = [sys.executable, "app.py", "--replica", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and "drawing for others" in process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_replica_killed_under_load_loses_no_request():
    ports = free_port(), free_port()
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(replica_process(port)) for port in ports)
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        words = [word for url in urls for word in ("--backend", url)]
        address, _ = stack.enter_context(running_app(*words))
        killed = []

        def kill() -> None:
            time.sleep(5)
            first.send_signal(signal.SIGKILL)
            killed.append(first.wait(30))

        killer = threading.Thread(target=kill)
        killer.start()
        report = load(address, clients=8, requests=12, steps=8)
        killer.join()
        assert killed == [-signal.SIGKILL] and second.poll() is None
        assert not report.lost and not report.mixed and len(report.seconds) == 96
