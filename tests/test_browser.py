"""The page in a real browser whose microphone speaks French."""

import re
import shutil
import socket
import wave
from pathlib import Path

import numpy as np
import pytest

from app.audio import SAMPLE_RATE, load_audio
from app.pictures import read_settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="browser tests need Chromium: apt install chromium"
)
PATIENCE = 120_000  # milliseconds; a busy machine is slow
# The fake microphone plays a finished recording: gain control and noise suppression only clip it.
AS_RECORDED = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const plain = { autoGainControl: false, noiseSuppression: false, echoCancellation: false };
navigator.mediaDevices.getUserMedia = ({ audio, ...rest }) =>
  ask({ ...rest, audio: audio && { ...(audio === true ? {} : audio), ...plain } });
"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(pipeline):
    from app.ui import Page, launch

    pipeline.warm_up().join()
    page = Page(pipeline)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield launch(page, host="127.0.0.1", port=port)
    page.blocks.close()


@pytest.fixture(scope="module")
def voice(clips, tmp_path_factory):
    """The French clip for the fake microphone, silence around it: (path, seconds)."""
    said = load_audio(clips["fr_stars"]["path"])
    pause = np.zeros(SAMPLE_RATE, np.float32)
    samples = np.concatenate([pause, said, pause, pause])
    path = tmp_path_factory.mktemp("voice") / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path, len(samples) / SAMPLE_RATE


@pytest.fixture(scope="module")
def browser(voice):
    from playwright.sync_api import sync_playwright

    flags = [
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice[0]}", "--no-sandbox", "--disable-gpu",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser, address, request):
    """The open page, ready; afterwards it must have asked no other host for anything."""
    viewport = getattr(request, "param", {"width": 1280, "height": 900})
    context = browser.new_context(viewport=viewport, permissions=["microphone"])
    context.add_init_script(AS_RECORDED)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    asked, complaints = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(address, wait_until="domcontentloaded")
    tab.get_by_text("Ready when you are").wait_for()
    yield tab
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert complaints == []


def talk(tab, seconds: float) -> None:
    tab.locator("#audio .record-button").click()
    tab.locator("#audio .stop-button").wait_for()
    tab.wait_for_timeout(1000 * seconds)
    tab.locator("#audio .stop-button").click()


def prompt(tab) -> str:
    return tab.locator("#prompt textarea").input_value().lower()


def picture(tab):
    """The picture on the page as the browser decoded it: (name, width)."""
    image = tab.locator("#picture img")
    return image.get_attribute("src"), image.evaluate("image => image.naturalWidth")


def in_view(tab, selector: str) -> bool:
    box = tab.locator(selector).bounding_box()
    return box["y"] >= -1 and box["y"] + box["height"] <= tab.viewport_size["height"] + 1


def draw(tab, words: str, *, steps: int | None = None) -> None:
    if steps is not None:
        tab.locator("#more > button").click()
        tab.get_by_label("number input for Steps").fill(str(steps))
        tab.keyboard.press("Tab")
    tab.locator("#prompt textarea").fill(words)
    tab.locator("#draw").click()


@pytest.mark.parametrize(
    "tab", [{"width": 1280, "height": 900}, PHONE], indirect=True, ids=["desktop", "phone"]
)
def test_spoken_french_becomes_a_picture(tab, voice):
    blank, _ = picture(tab)
    talk(tab, 2 * voice[1])  # the microphone loops: somewhere in there is the whole sentence
    tab.get_by_text("Done:").wait_for()
    assert "yellow" in prompt(tab) and "star" in prompt(tab)
    heard = tab.locator("#heard").inner_text()
    assert "French" in heard and "étoile" in heard.lower()
    source, width = picture(tab)
    assert source != blank and width == 480
    tab.locator("#shelf img").first.wait_for()
    assert tab.locator("#shelf img").count() == 1
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]


def test_speaking_again_needs_one_click(tab, voice):
    talk(tab, voice[1] + 0.5)
    tab.get_by_text("Done:").wait_for()
    tab.locator("#again").click()
    tab.locator("#audio .stop-button").wait_for()
    tab.wait_for_timeout(1000 * voice[1])
    tab.locator("#audio .stop-button").click()
    tab.locator("#shelf img").nth(1).wait_for()


def test_previews_stream_and_stop_keeps_the_last(tab):
    blank, _ = picture(tab)
    draw(tab, "three yellow stars", steps=60)
    tab.get_by_text(re.compile(r"Drawing, step ([2-9]|\d\d) of 60")).wait_for()
    tab.locator("#stop").click()
    tab.get_by_text("Stopped at step").wait_for()
    assert picture(tab)[0] != blank
    assert tab.locator("#draw").is_visible() and tab.locator("#shelf img").count() == 0


def test_a_downloaded_picture_restores_its_settings(tab, tmp_path):
    draw(tab, "a red apple", steps=5)
    tab.get_by_text("Done:").wait_for()
    source, _ = picture(tab)
    saved = tmp_path / "apple.png"
    saved.write_bytes(tab.request.get(source).body())
    seed = read_settings(saved)["seed"]
    tab.reload(wait_until="domcontentloaded")
    tab.get_by_text("Ready when you are").wait_for()
    tab.evaluate(
        """async (bytes) => {
            const transfer = new DataTransfer();
            const file = new File([new Uint8Array(bytes)], "apple.png", { type: "image/png" });
            transfer.items.add(file);
            const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true });
            document.querySelector("#picture").dispatchEvent(drop);
        }""",
        list(saved.read_bytes()),
    )
    tab.get_by_text("Restored").wait_for()
    assert prompt(tab) == "a red apple"
    tab.locator("#more > button").click()
    assert tab.get_by_label("Seed", exact=True).input_value() == seed
    assert tab.get_by_label("number input for Steps").input_value() == "5"
    assert not tab.get_by_label("New seed for every picture").is_checked()
    tab.locator("#draw").click()
    tab.get_by_text(f"seed {seed}").wait_for()
    again = tab.request.get(picture(tab)[0]).body()
    assert again == saved.read_bytes(), "the same settings give the same picture"


def test_an_example_plays_and_draws(tab):
    tab.locator("button.example", has_text="Español").click()
    tab.get_by_text("Done:").wait_for()
    assert "Spanish" in tab.locator("#heard").inner_text() and "flower" in prompt(tab)
    assert in_view(tab, "#picture"), "the page scrolls back up to the picture"


def test_uploads_that_are_no_speech_are_told(tab, bad_audio):
    tab.get_by_label("Upload file").click()
    tab.locator("#audio input[type=file]").set_input_files(Path(bad_audio("silence")))
    tab.get_by_role("alert").get_by_text("No speech heard").wait_for()
    draw(tab, "a dog", steps=1)
    tab.get_by_text("Done:").wait_for()


def test_language_can_be_overridden(tab, clips):
    tab.get_by_label("Upload file").click()
    tab.locator("#audio input[type=file]").set_input_files(clips["pt_flower"]["path"])
    tab.get_by_text("Done:").wait_for()
    menu = tab.get_by_label("Spoken language")
    menu.click()
    menu.fill("Español")
    tab.get_by_role("option", name="Español").click()
    tab.locator("#heard b", has_text="Spanish").wait_for()


def test_history_is_restored_by_a_click(tab):
    draw(tab, "a green frog", steps=2)
    tab.locator("#shelf img").wait_for()
    tab.locator("#prompt textarea").fill("something else")
    tab.locator("#shelf button.thumbnail-item").first.click()
    tab.get_by_text("Restored").wait_for()
    assert prompt(tab) == "a green frog"


def test_keyboard_draws_and_the_line_is_announced(tab):
    field = tab.locator("#prompt textarea")
    field.focus()
    tab.keyboard.type("a blue car")
    tab.keyboard.press("Enter")
    tab.get_by_text("Done:").wait_for()
    assert tab.locator("#status").get_attribute("aria-live") == "polite"
    assert tab.locator("#picture img").get_attribute("alt")
