"""What the app's tests share: the spoken clips, and one pipeline with the real models."""

import gc
import json
import os
import wave
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

import app.web  # noqa: F401  # before gradio: without the stubs that it writes

CLIPS = Path(__file__).parent / "fixtures" / "clips"
ROOT = Path(__file__).parent.parent
WORKERS = 2
NO_TIME = 1e-9  # of drawing, for previews
SIDE = 384  # pixels of a picture as it is decoded: none is enlarged where nobody looks at its edges


def pytest_configure(config: pytest.Config) -> None:
    """Clients ask this computer alone: none reads the world's certificates, which takes 20 ms."""
    gc.disable()  # until all tests and what they import are there
    if "not network" in config.option.markexpr:
        os.environ.pop("SSL_CERT_FILE", None)
        os.environ["SSL_CERT_DIR"] = str(CLIPS)  # a folder that holds none


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for whole folders, none beside this one for single files.

    Each process holds the models, so more than two take more memory than they save time.
    """
    whole = any(Path(name.partition("::")[0]).is_dir() for name in config.args)
    return WORKERS if whole and (os.cpu_count() or 1) >= WORKERS else 0


def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """The scheduler of --dist loadfile; None for xdist's own."""
    from tests.suite_order import SuiteScheduling

    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # it would begin with the most tests
    return SuiteScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from tests.suite_order import place

    items.sort(key=lambda item: place(item.nodeid))


def pytest_collection_finish() -> None:
    """The tests and what they imported stay: no search for garbage walks through them again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Nor does pytest's own search at the end, which looks five times."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _folder_of_the_tests(tmp_path_factory):
    """Placed before a running page moves the process's temporary files into a folder of its own."""
    tmp_path_factory.getbasetemp()


@pytest.fixture(scope="session")
def clips() -> dict[str, dict]:
    """The rows of clips.json by file stem, each with its `path`."""
    rows = json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
    return {Path(row["file"]).stem: {**row, "path": CLIPS / row["file"]} for row in rows}


@pytest.fixture(scope="session")
def nano_pipeline():
    """The nano preset with its shipped weights, without what takes most of a short drawing's time.

    No previews, and pictures of the decoder's own size; commands that are started draw larger ones.
    """
    from dataclasses import replace

    from app.config import load_config
    from tests.helpers.remembering import RememberingPipeline

    config = replace(load_config("nano"), preview_share=NO_TIME, picture_size=SIDE)
    return RememberingPipeline(config)


@pytest.fixture(scope="session")
def plain_pipeline(nano_pipeline):
    """Nano on its own grid without the second pass and most layers: two thirds of a drawing."""
    from tests.helpers.small_pictures import without_details

    return without_details(nano_pipeline)


@pytest.fixture(scope="session")
def detailed_pipeline(nano_pipeline):
    """Nano on a quarter of its cells with the second pass, where its details are looked at."""
    from tests.helpers.small_pictures import with_small_pictures

    return with_small_pictures(nano_pipeline)


@pytest.fixture(scope="session")
def pipeline(detailed_pipeline):
    """What the tests hear and draw with: nano on a quarter of its cells, without the second pass.

    A module that needs pictures as large as they are shipped takes the `plain_pipeline`, one that
    needs all that is in them the `nano_pipeline`.
    """
    from tests.helpers.small_pictures import without_details

    return without_details(detailed_pipeline)


@pytest.fixture
def previews(pipeline, monkeypatch):
    """Every step of a drawing comes with a picture."""
    monkeypatch.setattr(pipeline.generator, "preview_share", None)


@pytest.fixture
def doubtful(pipeline, monkeypatch):
    """What is heard from now on, in French or Hebrew: set by its words and their English."""
    from app.speech.transcripts import Piece, Turn, transcript_of

    def hear(text: str, english: str, share: float = 0.4) -> None:
        turn = Turn([("fr", share), ("he", 0.3)], {(0, 16000): Piece(text, english)})
        heard = transcript_of([turn], 0.1)
        monkeypatch.setattr(pipeline.translator, "transcribe", lambda *_, **__: heard)

    return hear


@pytest.fixture
def bad_audio(tmp_path):
    """Makes a recording that must be refused, by name."""

    def make(kind: str) -> Path:
        path = tmp_path / f"{kind}.wav"
        if kind == "empty":
            path.touch()
        elif kind == "text":
            path.write_text("This was a letter before someone renamed it.\n" * 20)
        elif kind == "hour":
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(1)
                file.setframerate(8000)
                file.writeframes(np.full(3600 * 8000, 128, np.uint8).tobytes())
        elif kind in ("silence", "noise"):
            return CLIPS / f"{kind}.ogg"
        else:
            assert kind == "missing"
        return path

    return make


@pytest.fixture(scope="session")
def whisper_base() -> Path:
    """The folder of Whisper base's CTranslate2 weights."""
    from app.speech.weights import resolve_weights

    return resolve_weights("base")


@pytest.fixture(scope="session")
def translator(pipeline):
    """Whisper base as the app uses it, loaded once for all tests."""
    return pipeline.translator
