"""One running page, one Chromium and one tab for all tests in a browser."""

import copy
import socket
import wave
from contextlib import closing
from dataclasses import replace
from time import sleep

import numpy as np
import pytest

from tests.helpers.page.page_browser import CHROMIUM, Opened

STEPS = 1  # of a drawing, where a test asks for no others


@pytest.fixture(scope="package")
def page_pipeline(pipeline):
    """What the running page draws with: the models of all tests."""
    warming = pipeline.warm_up()
    pipeline.wait_until_warm()
    pipeline.end(warming)
    own = copy.copy(pipeline)
    own.config = replace(pipeline.config, steps=STEPS)
    return own


@pytest.fixture(scope="package")
def served_page(page_pipeline, tmp_path_factory):
    """The running page for all browser tests: (page, address, folder of what clients send)."""
    from app.web.page import Page, launch

    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        page = Page(page_pipeline)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = launch(page, host="127.0.0.1", port=port)
    yield page, address, folder
    page.blocks.close()


@pytest.fixture
def slow_steps(page_pipeline, previews, monkeypatch):
    """Each step of a drawing takes a quarter of a second more: it cannot end before it is met."""
    paint = page_pipeline.paint

    def slowly(*given, **named):
        with closing(paint(*given, **named)) as updates:
            for update in updates:
                sleep(0.25)
                yield update

    monkeypatch.setattr(page_pipeline, "paint", slowly)


@pytest.fixture(scope="package")
def voice(clips, tmp_path_factory):
    """The French clip for the fake microphone, silence around it: (path, seconds)."""
    from app.speech.audio import SAMPLE_RATE, load_audio

    said = load_audio(clips["fr_stars"]["path"])
    pause = np.zeros(SAMPLE_RATE // 2, np.float32)
    samples = np.concatenate([pause, said, pause])
    path = tmp_path_factory.mktemp("voice") / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path, len(samples) / SAMPLE_RATE


@pytest.fixture(scope="package")  # longer, its event loop would be in the way of other tests
def browser(voice):
    from playwright.sync_api import sync_playwright

    flags = [
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice[0]}", "--no-sandbox", "--disable-gpu",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run",
        "--js-flags=--no-opt --no-maglev",  # a page is loaded anew before better code would pay
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def page(browser, served_page):
    """The open page, used by one test after another."""
    page = Opened(browser, served_page[1])
    yield page
    page.close()


@pytest.fixture
def tab(page, browser, served_page, request):
    """The page as a new visitor finds it; one of its own for a test that asks for other options."""
    if hasattr(request, "param"):
        own = Opened(browser, served_page[1], **request.param)
        yield own.tab
        own.close()
    else:
        yield page.fresh()
        page.check()
