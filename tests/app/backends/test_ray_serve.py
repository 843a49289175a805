"""Replicas by Ray Serve: what is drawn in one batch; and two real replicas, one of them killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.backends import schema
from app.backends.ray_driver import RayBackend
from app.backends.ray_serve import WAITING, Served, groups
from app.backends.replica import Replica
from benchmarks.load import load, running_app
from maskgil.pipelines.request import DrawRequest
from maskgil.presets.table import PRESETS

ROOT = Path(__file__).resolve().parents[3]
SAMPLING = replace(PRESETS["nano"].sampling, num_steps=2)


def drawing(prompt: str | tuple, seed: int | tuple, **changes) -> DrawRequest:
    return DrawRequest(prompt, seed, **{"sampling": SAMPLING} | changes)


def test_what_is_drawn_together():
    other = replace(SAMPLING, num_steps=3)
    given = torch.zeros((1, 144), dtype=torch.long)
    requests = [
        drawing("a", 1),
        drawing("b", 2, sampling=other),
        drawing("c", 3),
        drawing("d", 4, given=given),
        drawing("e", 5, given=given),
        drawing("f", 6, sampling=other),
        drawing("g", 7, previews=False),
    ]
    assert groups(requests) == [[0, 2], [1, 5], [3], [4], [6]]


@pytest.fixture(scope="module")
def served(pipeline):
    """With the models of all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Replica, "warm_up", lambda self: None)
        served = Served(pipeline.config)
    replica = served.replica
    replica._generator, replica._translator = pipeline._generator, pipeline._translator
    return served


def told(served: Served, bodies: list) -> list[list]:
    """Everything each of `bodies` is told, as Ray would pass it on."""

    async def listen() -> list[list]:
        heard: list[list] = [[] for _ in bodies]
        done = [False] * len(bodies)
        async for answers in served.together(bodies):
            assert len(answers) == len(bodies)
            for place, answer in enumerate(answers):
                done[place] |= answer is StopIteration
                if not done[place] and answer != WAITING:
                    heard[place].append(answer)
        return heard

    return asyncio.run(listen())


def test_a_batch_gives_everybody_their_own_picture(served, previews):
    requests = [
        drawing("a red apple", 3),
        drawing(("a dog", "a cat"), (4, 5)),
        drawing("a tree", 6, sampling=replace(SAMPLING, num_steps=1)),
    ]
    heard = told(served, [schema.pack_request(each) for each in requests])
    for request, messages in zip(requests, heard, strict=True):
        alone = [schema.unpack_preview(each) for each in served.replica.draw(request)]
        batch = [schema.unpack_preview(each) for each in messages]
        assert [each.step for each in batch] == [each.step for each in alone]
        for ours, theirs in zip(batch, alone, strict=True):
            assert torch.equal(ours.tokens, theirs.tokens)
            assert [i.tobytes() for i in ours.images] == [i.tobytes() for i in theirs.images]


def test_a_bad_request_in_a_batch_spoils_nobodys(served):
    wrong = drawing("b", 2, given=torch.ones((1, 3), dtype=torch.long))
    bodies = [{"prompts": 3}, schema.pack_request(drawing("a dog", 1)), schema.pack_request(wrong)]
    heard = told(served, bodies)
    assert list(heard[0][-1]) == ["error"] and "given tokens" in heard[2][-1]["error"]
    assert heard[1][-1]["stage"] == "done"


def test_the_names_of_backends():
    for wrong in ("ray://", "ray://host:10001", "ray://host/app"):
        with pytest.raises(ValueError, match="ray://APP"):
            RayBackend(wrong)


# The real thing.


class Head:
    """The head of a Ray cluster of this computer alone, in a group of processes of its own."""

    def __init__(self) -> None:
        ray = Path(sys.executable).with_name("ray")
        command = str(ray) if ray.exists() else shutil.which("ray")
        environ = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
        words = [
            "start", "--head", "--block", "--num-cpus=2", "--include-dashboard=false",
            "--disable-usage-stats", "--node-ip-address=127.0.0.1",
            "--object-store-memory=104857600",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            [command, *words], env=environ, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert any("Ray runtime started" in line for line in self.process.stdout)
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        """All at once, as when the machine loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def heads():
    """Starts heads; what of them still runs is ended."""
    pytest.importorskip("ray", reason="Ray Serve is not installed: requirements-ray.txt")
    started: list[Head] = []

    def start() -> Head:
        started.append(Head())
        return started[-1]

    yield start
    for head in started:
        if head.process.poll() is None:
            head.end()


def deploy(replicas: int) -> None:
    """Replicas, ready to draw."""
    words = ["-m", "app.backends", "--replicas", str(replicas), "--cpus", "1"]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_ray_replica_killed_under_load_loses_no_request(heads):
    heads()
    deploy(2)
    backend = RayBackend("ray://speech-to-image")
    assert backend.at_once == 4
    processes = {backend.ask("info", {})["process"] for _ in range(20)}
    assert len(processes) == 2, "both are asked"
    backend.close()
    with running_app("--backend", "ray://speech-to-image") as (address, _):

        def kill() -> None:
            time.sleep(5)
            os.kill(min(processes), signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        report = load(address, clients=8, requests=8, steps=8)
        killer.join()
    assert not report.lost and not report.mixed and len(report.seconds) == 64


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_head_killed_under_load_and_started_again_loses_no_request(heads):
    """The page's own models draw meanwhile; then the new replicas do."""
    head = heads()
    deploy(1)
    with running_app("--backend", "ray://speech-to-image", "--keep-models") as (address, _):

        def restart() -> None:
            time.sleep(5)
            head.kill()
            heads()
            deploy(1)

        killer = threading.Thread(target=restart)
        killer.start()
        report = load(address, clients=4, requests=10, steps=8)
        killer.join()
        again = load(address, clients=2, requests=2, steps=8)
    assert not report.lost and not report.mixed and len(report.seconds) == 40
    assert not again.lost and not again.mixed
