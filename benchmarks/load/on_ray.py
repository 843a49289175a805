"""Load test on Ray, during which a replica or the head is killed and restarted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from benchmarks.common import ROOT
from benchmarks.load.clients import Report, load, running_app

REPLICAS = "ray://speech-to-image"


class Head:
    """The head of a Ray cluster of this computer alone, in a group of processes of its own."""

    def __init__(self) -> None:
        ray = Path(sys.executable).with_name("ray")
        command = str(ray) if ray.exists() else shutil.which("ray")
        if command is None:
            raise RuntimeError("there is no Ray here: pip install -r requirements-ray.txt")
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
        if not any("Ray runtime started" in line for line in self.process.stdout):
            raise RuntimeError("Ray's head did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        """All at once, as when the machine loses its power."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


def deploy(replicas: int) -> None:
    """Replicas, ready to draw. Raises RuntimeError."""
    words = ["-m", "app.backends", "--replicas", str(replicas), "--cpus", "1"]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=900
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def replica_processes(replicas: int) -> set[int]:
    """The process of each replica, all of which answer. Raises RuntimeError."""
    from app.backends.ray_driver import RayBackend

    backend = RayBackend(REPLICAS)
    try:
        found: set[int] = set()
        for _ in range(100):
            found.add(backend.ask("info", {})["process"])
            if len(found) == replicas:
                return found
    finally:
        backend.close()
    raise RuntimeError(f"{len(found)} of {replicas} replicas answer")


def ray_load(killed: str, *, clients: int = 20, requests: int = 10, steps: int = 8) -> Report:
    """`load` of a page whose models are on Ray, where `killed` dies half-way.

    That is one "replica" of two; or the "head", which is started again, with a replica: meanwhile
    the page's own models draw. What is asked after that counts too.
    """
    heads = [Head()]
    more = []
    try:
        if killed == "replica":
            deploy(2)
            first = min(replica_processes(2))

            def strike() -> None:
                os.kill(first, signal.SIGKILL)

        else:
            deploy(1)
            more = ["--keep-models"]

            def strike() -> None:
                heads[-1].kill()
                heads.append(Head())
                deploy(1)

        with running_app("--backend", REPLICAS, *more) as (address, _):
            report = load(address, clients=clients, requests=requests, steps=steps, midway=strike)
            after = load(address, clients=2, requests=2, steps=steps)
    finally:
        for head in heads:
            head.end()
    report.asked += after.asked
    report.total += after.total
    for name in ("seconds", "lost", "mixed"):
        getattr(report, name).extend(getattr(after, name))
    return report
