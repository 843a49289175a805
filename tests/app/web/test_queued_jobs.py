"""Requests in line: numbered views, the newest one alone, and uploads that never outlive them."""

import threading
from pathlib import Path

import pytest

from app.config import load_config
from app.server.job_queue import FairQueue, Limits
from app.server.uploads import Uploads
from app.speech.audio import AudioError
from app.types import Heard
from app.web.controller import PageController
from app.web.forms import Form, FormValues
from app.web.queued_jobs import Turns
from app.web.sessions import Sessions

FORM = Form("a cat", (), FormValues(0, 8, 4.0, 0))


class Listening:
    """A pipeline that hears for as long as it is told to, and then fails or is not waited for."""

    config = load_config()
    glossary = None

    def __init__(self) -> None:
        self.started, self.heard = threading.Event(), threading.Event()

    def listen(
        self, path: Path, *, language: str | None, speaks: tuple[str, ...], expected: object
    ) -> Heard:
        assert path.exists(), "it is still there while it is heard"
        self.started.set()
        self.heard.wait(20)
        raise AudioError("that is no sound")


@pytest.fixture
def turns():
    return Turns(PageController(Listening(), Sessions()), FairQueue(Limits(waiting=1)), Uploads())


@pytest.fixture
def recording(turns, tmp_path):
    """An upload that waits for its request, like those of the page."""
    path = tmp_path / "hash" / "voice.wav"
    path.parent.mkdir()
    path.write_bytes(b"a voice")
    turns.uploads.arrived(path)
    return path


def speak(turns, path, number=1, visitor="ann"):
    return turns.answer(
        {"number": number, "kind": "speak", "upload": str(path)}, FORM, visitor, None
    )


def sessions(turns) -> Sessions:
    return turns.controller.sessions


def in_thread(views) -> tuple[threading.Thread, list]:
    seen: list = []
    thread = threading.Thread(target=lambda: seen.extend(views))
    thread.start()
    return thread, seen


def test_views_carry_the_number_and_all_there_is_so_far(turns, recording):
    other = turns.queue.join("bob")
    views = speak(turns, recording, number=7)
    first = next(views)
    assert first["request"] == 7 and first["busy"] is True and "You are next" in first["status"]
    other.__exit__()
    turns.controller.pipeline.heard.set()
    *_, last = views
    assert last["request"] == 7 and last["busy"] is False and "That is no sound" in last["status"]
    assert not recording.exists() and turns.queue.running == 0


def test_a_request_that_was_overtaken_says_nothing(turns, recording):
    assert sessions(turns).begin("ann", 2)
    assert list(speak(turns, recording)) == [] and not recording.exists()
    assert len(turns.queue) == turns.queue.running == 0


@pytest.mark.parametrize("end", ["newer", "stop", "leave"])
@pytest.mark.parametrize("where", ["in line", "listening"])
def test_every_way_out_deletes_the_recording(turns, recording, end, where):
    other = turns.queue.join("bob") if where == "in line" else None
    pipeline = turns.controller.pipeline
    thread, seen = in_thread(speak(turns, recording))
    if other is None:
        assert pipeline.started.wait(20)
    else:
        while not seen:
            thread.join(0.01)
    {
        "newer": lambda: sessions(turns).begin("ann", 2),
        "stop": lambda: sessions(turns).stop("ann", 1),
        "leave": lambda: sessions(turns).end("ann"),
    }[end]()
    pipeline.heard.set()
    thread.join(20)
    assert not thread.is_alive() and not recording.exists()
    assert len(turns.queue) == 0 and turns.queue.running == (other is not None)
    if end == "stop" and where == "in line":
        assert "Stopped" in seen[-1]["status"] and seen[-1]["busy"] is False
    if other is not None:
        assert not pipeline.started.is_set(), "nobody listens for nothing"


def test_a_full_line_says_so_and_deletes_the_recording(turns, recording):
    places = [turns.queue.join("ann"), turns.queue.join("cleo")]
    (only,) = speak(turns, recording, visitor="bob")
    assert "error" in only["status"] and "others are waiting" in only["status"]
    assert only["busy"] is False and len(places) == 2 and not recording.exists()


def test_a_closed_stream_gives_its_turn_back_and_deletes_the_recording(turns, recording):
    views = speak(turns, recording)
    next(views)
    assert turns.queue.running == 1
    views.close()
    assert turns.queue.running == 0 and not recording.exists()


def test_a_file_that_was_not_uploaded_is_neither_heard_nor_deleted(turns, tmp_path):
    other = tmp_path / "other.wav"
    other.write_bytes(b"not an upload")
    *_, last = speak(turns, other)
    assert "did not arrive" in last["status"] and other.exists()
    assert not turns.controller.pipeline.started.is_set()


def test_what_is_unreadable_is_told_under_its_number(turns):
    (only,) = turns.answer({"number": 3, "kind": "shout"}, FORM, "ann")
    assert only["request"] == 3 and "unreadable" in only["status"]
    assert list(turns.answer(None, FORM, "ann")) == []


# Uploads.


def test_equal_uploads_share_a_file_until_the_last_is_done(tmp_path):
    uploads, path = Uploads(), tmp_path / "voice.wav"
    path.touch()
    uploads.arrived(path)
    uploads.arrived(path)
    with uploads.taken(path) as first:
        with uploads.taken(path):
            first.release()
            first.release()
            assert path.exists(), "the other still hears it"
        assert not path.exists()
    with uploads.taken(path) as nothing, uploads.taken(None) as neither:
        assert nothing is None and neither is None


def test_an_upload_that_waits_for_its_request_outlives_its_twins(tmp_path):
    uploads, path = Uploads(), tmp_path / "voice.wav"
    path.touch()
    uploads.arrived(path)
    uploads.arrived(path)
    with uploads.taken(path):
        pass
    assert path.exists() and len(uploads) == 1
    with uploads.taken(path):
        pass
    assert not path.exists() and len(uploads) == 0


def test_an_upload_that_no_request_names_is_deleted(tmp_path):
    uploads = Uploads(unclaimed=0.2)
    paths = [tmp_path / name for name in ("gone.wav", "heard.wav")]
    for path in paths:
        path.touch()
        uploads.arrived(path)
    with uploads.taken(paths[1]):
        deadline = threading.Event()
        for _ in range(200):
            if not paths[0].exists():
                break
            deadline.wait(0.05)
        assert not paths[0].exists() and paths[1].exists(), "who is heard is not cut off"
    assert not paths[1].exists() and len(uploads) == 0
