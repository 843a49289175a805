"""Ray's driver apart from the page: its cluster dies, the page goes on.

What a driver does is done here by threads and pipes, with the models of all tests; that Ray itself
behaves so is tested in `test_ray_serve`.
"""

import io
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest

from app.backends import factory, local, ray_driver, remote
from app.backends.protocol import Gone
from app.backends.ray_driver import Link, RayBackend, answer_all
from app.backends.remote import RemoteGenerator
from app.pipeline import SpeechToImage
from maskgil.pipelines.request import DrawRequest
from tests.app.backends.test_remote import InProcess, last_of, replica
from tests.helpers.page.running_page import call, served, wait_until

__all__ = ["replica"]
WISH = ["a red apple", 0, 4, 1, 5]


class Cluster:
    """What can be joined, die, after so many messages too, and come back."""

    def __init__(self, replica) -> None:
        self.backend = InProcess(replica)
        self.is_up, self.joined, self.messages, self.die_after = True, 0, 0, None
        self._answers: io.TextIOBase | None = None

    def join(self, name: str) -> Link:
        if not self.is_up:
            raise ValueError(f"the Ray cluster runs no app {name!r}")
        self.joined += 1
        asked, asking = os.pipe()
        heard, answers = os.pipe()
        said = self._answers = os.fdopen(answers, "w")
        lock = threading.Lock()

        def send(message) -> None:
            with lock, suppress(ValueError, OSError):  # it is dead
                if message["id"] and self.die_after is not None:
                    self.die_after -= 1
                    if self.die_after < 0:
                        self.die_after = None
                        said.close()
                said.write(json.dumps(message) + "\n")
                said.flush()
                self.messages += 1

        send({"id": 0, "message": {"at_once": 2}})
        lines = os.fdopen(asked)
        threading.Thread(target=answer_all, args=(self.backend, lines, send), daemon=True).start()
        writer = os.fdopen(asking, "w")
        return Link(writer, os.fdopen(heard), writer.close)

    def kill(self) -> None:
        self.is_up = False
        self._answers.close()


@pytest.fixture
def cluster(replica, monkeypatch):
    monkeypatch.setattr(remote, "PATIENCE", 6.0)
    monkeypatch.setattr(remote, "PAUSE", 0.05)
    monkeypatch.setattr(ray_driver, "PAUSE", 0.05)
    monkeypatch.setattr(ray_driver, "LONGEST_PAUSE", 0.5)  # shorter than patience, as it is
    return Cluster(replica)


@pytest.fixture
def there(pipeline, cluster, monkeypatch):
    """Makes a pipeline whose models are in the cluster."""
    backend = RayBackend("ray://there", cluster.join)
    monkeypatch.setattr(factory, "open_backend", lambda url: backend)
    return lambda **more: SpeechToImage(
        replace(pipeline.config, backend="ray://there", preview_share=None, **more)
    )


def test_a_page_outlives_its_cluster(cluster, there, caplog):
    with served(there()) as (_, address):
        assert "event: complete" in call(address, "draw", WISH)[1]
        cluster.kill()
        said = call(address, "draw", WISH)[1]
        assert "event: error" in said and "no drawing server answers" in said and "gone" in said
        assert httpx.get(address, timeout=30).status_code == 200
        assert caplog.text.count("Ray is gone") == 1, "it is told once"
        cluster.is_up = True
        assert "event: complete" in call(address, "draw", WISH)[1]
        assert cluster.joined == 2 and "Ray is back" in caplog.text
        cluster.die_after = 3
        assert "event: complete" in call(address, "draw", WISH)[1], "not lost in the middle either"
        assert cluster.joined == 3


def test_own_models_draw_while_the_cluster_is_gone(cluster, there, pipeline, monkeypatch, clips):
    generator, translator = pipeline.generator, pipeline.translator
    monkeypatch.setattr(local, "load_generator", lambda config: generator)
    monkeypatch.setattr(local, "load_translator", lambda config: translator)
    page = there(keeps_models=True)
    drawing = DrawRequest(
        "a dog", seed=3, sampling=replace(pipeline.generator.sampling, num_steps=3)
    )
    far = list(page.generator.stream(drawing))
    assert isinstance(page.generator, RemoteGenerator)
    heard = page.listen(clips["fr_stars"]["path"], language="fr")
    wait_until(lambda: page.generator._own.is_loaded and page.translator._own.is_loaded)
    cluster.die_after = 1
    halves = list(page.generator.stream(drawing))
    assert [each.step for each in halves] == [each.step for each in far] == [1, 2, 3]
    assert halves[-1].images[0].tobytes() == far[-1].images[0].tobytes()
    cluster.is_up = False
    before = cluster.messages
    again = page.listen(clips["fr_stars"]["path"], language="fr")
    assert again.prompt == heard.prompt
    assert page.reading("a dog").drawn == pipeline.reading("a dog").drawn
    assert last_of(page.generator.stream(drawing)).stage == "done"
    assert cluster.messages == before, "the cluster is gone"
    cluster.is_up = True
    assert last_of(page.generator.stream(drawing)).stage == "done" and cluster.messages > before


def test_a_cluster_is_looked_for_after_a_growing_pause(cluster, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(ray_driver, "monotonic", lambda: now[0])
    monkeypatch.setattr(ray_driver, "PAUSE", 0.125)
    monkeypatch.setattr(ray_driver, "LONGEST_PAUSE", 15.0)
    backend = RayBackend("ray://there", cluster.join)
    tried = []

    def refuse(name: str) -> Link:
        tried.append(now[0])
        raise Gone("nobody there")

    cluster.kill()
    backend._start = refuse
    while len(tried) < 10:
        with pytest.raises(Gone):
            backend.ask("info", {})
        now[0] += 0.0625
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == [0.125, 0.25, 0.5, 1, 2, 4, 8, 15, 15]


def test_nobody_waits_long_for_a_cluster_that_is_slow_to_join(cluster, monkeypatch):
    monkeypatch.setattr(ray_driver, "AT_MOST", 0.05)
    backend = RayBackend("ray://there", cluster.join)
    cluster.kill()
    tried, goes_on = [], threading.Event()

    def slow(name: str) -> Link:
        tried.append(name)
        goes_on.wait()
        return cluster.join(name)

    backend._start = slow
    for _ in range(3):
        with pytest.raises(Gone):
            backend.ask("info", {})
    assert len(tried) == 1, "one looks for it, not everybody"
    cluster.is_up = True
    goes_on.set()
    backend._joining.join()
    assert backend.ask("read", {"prompt": "a cat"})["drawn"] and len(tried) == 1


def test_what_nobody_waits_for_is_stopped(cluster, replica):
    backend = RayBackend("ray://there", cluster.join)
    generator = RemoteGenerator(backend)
    sampling = replace(generator.sampling, num_steps=64)
    drawing = generator.stream(DrawRequest("a cat", sampling=sampling))
    next(drawing), next(drawing)
    drawing.close()
    assert backend.ask("read", {"prompt": "a cat"})["drawn"]
    before = cluster.messages
    assert backend.ask("read", {"prompt": "a cat"})["drawn"]
    assert cluster.messages - before < 10, "it draws on"
    with pytest.raises(ValueError, match="unknown request"):
        backend.ask("dance", {})


def test_a_process_that_ends_answers_everybody():
    """At once, and not when patience is over."""
    code = 'import sys; print(\'{"id": 0, "message": {"at_once": 2}}\', flush=True); input()'
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    link = Link(process.stdin, process.stdout, process.kill)
    assert link.at_once == 2
    with pytest.raises(Gone, match="Ray is gone"):
        list(link.messages("draw", {}))
    with pytest.raises(Gone, match="Ray is gone"):
        list(link.messages("info", {}))
    process.wait(30)
