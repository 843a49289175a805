"""The page in a real browser: how a visitor draws, speaks, presses and looks."""

import base64
import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="browser tests need Chromium: apt install chromium"
)
PATIENCE = 300_000  # milliseconds; a busy machine is slow
# Tiles that fade are half of what a drawing costs the browser: phones and Firefox show them.
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
    "reduced_motion": "no-preference",
}  # fmt: skip
# The fake microphone plays a finished recording: gain control and noise suppression only clip it.
AS_RECORDED = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const plain = { autoGainControl: false, noiseSuppression: false, echoCancellation: false };
navigator.mediaDevices.getUserMedia = ({ audio, ...rest }) =>
  ask({ ...rest, audio: audio && { ...(audio === true ? {} : audio), ...plain } });
"""


class Opened:
    """The open page, ready: `tab`, the hosts it asked, the errors of its scripts."""

    def __init__(self, browser, address: str, **options):
        self.address = address
        self.context = browser.new_context(permissions=["microphone"], **DESKTOP | options)
        self.context.add_init_script(AS_RECORDED)
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.goto(address, wait_until="domcontentloaded")
        ready(self.tab)

    def fresh(self):
        """The tab as a new visitor finds it, loaded again: far cheaper than opening another."""
        self.context.set_offline(False)
        self.tab.unroute_all(behavior="ignoreErrors")
        self.tab.wait_for_function("window.see?.forgetAll")
        self.tab.evaluate("see.forgetAll()")
        # A page that still ends what it was asked notes it: cleared where nothing of it runs.
        self.tab.goto(f"{self.address}manifest.json")
        self.tab.evaluate("sessionStorage.clear(); localStorage.clear()")
        self.tab.goto(self.address, wait_until="domcontentloaded")
        ready(self.tab)
        return self.tab

    @contextmanager
    def speaking(self, locale: str) -> Iterator[None]:
        """Pages loaded inside find a browser of somebody who reads another language."""
        session = self.context.new_cdp_session(self.tab)
        told = {"userAgent": "", "acceptLanguage": locale}
        session.send("Emulation.setUserAgentOverride", told)
        session.send("Emulation.setLocaleOverride", {"locale": locale})
        yield
        session.detach()

    def check(self) -> None:
        """It must have asked no other host for anything, and no script may have failed."""
        own = (self.address, "data:", "blob:")
        foreign = [url for url in self.asked if not url.startswith(own)]
        complaints = [*self.complaints]
        self.asked.clear()
        self.complaints.clear()
        assert (foreign, complaints) == ([], [])

    def close(self) -> None:
        self.context.close()
        self.check()


def ready(tab) -> None:
    tab.locator("#status .idle").get_by_text(re.compile(r"\S")).wait_for()


def hold(tab, seconds: float) -> None:
    """Hold the talk button."""
    tab.locator(".mic").hover()
    tab.mouse.down()
    tab.locator(".mic[aria-pressed=true]").wait_for()
    tab.wait_for_timeout(1000 * seconds)
    tab.mouse.up()


def done(tab) -> None:
    tab.locator("html:not(.busy) #status .done").wait_for()
    # The line is there before the browser has decoded the picture.
    tab.wait_for_function("!document.querySelector('#stage figure.rough')")


def newest(tab) -> int:
    """The number of the page's newest request."""
    return tab.evaluate("() => { let n = 0; while (!see.isNewest(n)) n += 1; return n; }")


@contextmanager
def asking(tab) -> Iterator[None]:
    """What is done inside asks for something; waits until the page has taken it up."""
    older = newest(tab)
    yield
    tab.wait_for_function("(older) => !see.isNewest(older)", arg=older)


def press(tab, selector: str) -> None:
    """Click what asks for something."""
    with asking(tab):
        tab.locator(selector).click()


def prompt(tab) -> str:
    return tab.locator("#prompt textarea").input_value().lower()


def picture(tab) -> str:
    return tab.locator("#stage figure img").first.get_attribute("src") or ""


def alt(tab) -> str:
    return tab.locator("#stage figure img").first.get_attribute("alt") or ""


def pixels(tab) -> np.ndarray:
    """The finished picture on the stage, as it is in its PNG."""
    return np.asarray(opened(picture(tab))).astype(int)


def opened(source: str):
    """The PNG of a data URL."""
    from PIL import Image

    kind, data = source.split(",", 1)
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def draw(tab, words: str, *, steps: int | None = None) -> None:
    if steps is not None:
        set_steps(tab, steps)
    tab.locator("#prompt textarea").fill(words)
    press(tab, "#draw")


def in_colours(tab, scheme: str) -> None:
    """The page for those who prefer light or dark, once its colours no longer change."""
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    tab.wait_for_function("!document.getAnimations().some((each) => each instanceof CSSTransition)")


def settings(tab) -> None:
    if not tab.locator("#steps").is_visible():
        tab.locator("#more > button").click()
        tab.locator("#steps").wait_for()


def set_steps(tab, steps: int) -> None:
    _slide(tab, "#steps", steps)


def set_count(tab, count: int) -> None:
    """How many pictures are drawn at a time."""
    tab.locator("#count label", has_text=str(count)).click()


IS_AT = "([id, value]) => document.querySelector(`${id} input[type=range]`).value === value"


def _slide(tab, slider: str, value: int) -> None:
    """Type a slider's number until the slider is there: what just opened may be laid anew."""
    from playwright.sync_api import TimeoutError as Late

    settings(tab)
    for patience in (5_000, 10_000, PATIENCE):
        tab.locator(f"{slider} input[type=number]").fill(str(value))
        tab.keyboard.press("Tab")
        try:
            return tab.wait_for_function(IS_AT, arg=[slider, str(value)], timeout=patience)
        except Late:
            if patience == PATIENCE:
                raise


def drop(tab, path: Path, kind: str) -> None:
    tab.evaluate(
        """async ({ bytes, name, type }) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
            const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true });
            document.querySelector("#stage").dispatchEvent(drop);
        }""",
        {"bytes": list(path.read_bytes()), "name": path.name, "type": kind},
    )


def files_in(folder: Path) -> list[str]:
    """What lies below `folder`, directories aside."""
    return sorted(str(Path(where, name)) for where, _, names in os.walk(folder) for name in names)
