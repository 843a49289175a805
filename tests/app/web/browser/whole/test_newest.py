"""The newest request wins: pairs of requests in a real browser, the second while the first runs.

Whatever came last is done, and prompt, heard card, picture, seed and status are of one request.
"""

import base64

import pytest

from tests.helpers.page.page_browser import (
    alt,
    asking,
    done,
    draw,
    drop,
    needs_chromium,
    opened,
    picture,
    press,
    prompt,
    set_steps,
)

pytestmark = needs_chromium

DELAYS = (0, 60, 250, 700)  # milliseconds between the two


@pytest.fixture(autouse=True)
def _while_it_is_drawn(slow_steps):
    """Previews of an older request must not be shown any more."""


@pytest.fixture(scope="module")
def tab(page, clips, tmp_path_factory):
    """The open page with two pictures in the gallery; all pairs are tried on it."""
    tab = page.fresh()
    draw(tab, "a green frog")
    finished(tab, "a green frog")
    draw(tab, "a dog")
    finished(tab, "a dog")
    saved = tmp_path_factory.mktemp("saved") / "dog.png"
    saved.write_bytes(base64.b64decode(picture(tab).split(",")[1]))
    set_steps(tab, 3)
    tab.clip, tab.saved = clips["pt_stars"]["path"], saved
    yield tab
    page.check()


def finished(tab, words: str) -> None:
    tab.wait_for_function(
        """(words) => !document.documentElement.matches(".busy")
            && document.querySelector("#status .done")
            && document.querySelector("#stage figure img")?.alt === words""",
        arg=words,
    )


# What a hurried visitor does.


def type_and_enter(tab):
    tab.locator("#prompt textarea").fill("a blue car")
    tab.keyboard.press("Enter")


def take_example(tab):
    tab.locator("button.example", has_text="Español").click()


def open_recording(tab):
    tab.locator("#open-box input[type=file]").set_input_files(tab.clip)


def click_gallery(tab):
    tab.locator("#gallery .open", has_text="a green frog").last.click()


def drop_picture(tab):
    drop(tab, tab.saved, "image/png")


def vary(tab):
    """Ask for a variation; what the stage shows at that very moment is noted."""
    tab.varied = tab.evaluate(
        """() => {
            const { alt } = document.querySelector("#stage figure img");
            document.querySelector("[data-do=vary]").click();
            return alt;
        }"""
    )


# Kind: what is done, a word of the picture's prompt, what the heard card holds.
KINDS = {
    "typed": (type_and_enter, "a blue car", "What you say appears here"),
    "example": (take_example, "flower", "Español"),
    "recording": (open_recording, "star", "Português"),
    "gallery": (click_gallery, "a green frog", "What you say appears here"),
    "drop": (drop_picture, "a dog", "What you say appears here"),
    "variation": (vary, "", ""),
}
PAIRS = [(first, second) for first in KINDS for second in KINDS]
# A third of them, each kind twice first and twice second; all are among the slow tests.
THIRD = [pair for n, pair in enumerate(PAIRS) if (n - n // len(KINDS)) % 3 == 1]


def facts(tab) -> dict[str, str]:
    return {
        "prompt": prompt(tab),
        "alt": alt(tab).lower(),
        "seed": tab.locator("#seed input").input_value(),
        "status": tab.locator("#status").inner_text(),
        "heard": tab.locator("#heard").text_content(),
        "picture": picture(tab),
    }


def answer_new(tab) -> None:
    """What is said may be a change of the picture that stands: then the page asks."""
    tab.wait_for_function(
        """() => !document.querySelector("#scene .question").hidden
            || document.querySelector("html:not(.busy) #status .done")"""
    )
    if tab.locator("#scene .question").is_visible():
        press(tab, "#scene [data-answer='1']")


def newest_of_two(tab, first: str, second: str, delay: int) -> None:
    act, words, heard = KINDS[second]
    act_first, expected, _ = KINDS[first]
    before = alt(tab).lower()
    act_first(tab)
    tab.wait_for_timeout(delay)
    with asking(tab):
        act(tab)
    if second in ("example", "recording"):
        answer_new(tab)
    if second in ("typed", "gallery", "drop"):
        finished(tab, words)  # what was there before may be done and shown a moment longer
    done(tab)
    shown = facts(tab)
    assert words in shown["alt"] and heard in shown["heard"]
    assert shown["alt"] == shown["prompt"]
    if second == "variation":
        # The finished picture at that moment: while the first's is drawn, the one before it; as
        # soon as it has come, its own, which may not be painted yet.
        assert shown["alt"] in {before, tab.varied.lower(), expected}
    if second in ("gallery", "drop"):
        assert "Restored" in shown["status"]
    else:
        # Or it was heard as a change of what stood there.
        changed = " · drawn in" in shown["status"]
        assert changed or f"seed {shown['seed']}" in shown["status"]
        assert tab.locator("#gallery img").first.get_attribute("src") == shown["picture"]
    settings = read_settings_of(shown["picture"])
    assert (settings["prompt"].lower(), settings["seed"]) == (shown["alt"], shown["seed"])
    tab.wait_for_timeout(200)
    assert facts(tab) == shown, "nothing of the older request comes later"


def read_settings_of(source: str) -> dict[str, str]:
    return opened(source).text


@pytest.mark.parametrize(
    ("first", "second", "delay"),
    [(*pair, DELAYS[n % len(DELAYS)]) for n, pair in enumerate(THIRD)],
)
def test_the_newest_of_two_requests_wins(tab, first, second, delay):
    newest_of_two(tab, first, second, delay)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("delay", [*DELAYS, 1500, 3000])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_newest_of_two_requests_wins_at_every_delay(tab, first, second, delay):
    newest_of_two(tab, first, second, delay)


def test_a_change_typed_while_a_picture_is_drawn_is_of_that_picture(page):
    tab = page.fresh()
    set_steps(tab, 3)
    box = tab.locator("#prompt textarea")
    box.fill("a blue car on a beach")
    box.press("Enter")
    tab.wait_for_function("() => /step \\d/.test(document.querySelector('#status').innerText)")
    box.fill("add a red apple")
    box.press("Enter")
    tab.wait_for_function(
        """() => document.querySelector("html:not(.busy) #status .done")
            && /Added/.test(document.querySelector("#status").innerText)"""
    )
    assert (
        "apple" in alt(tab)
        and "car" in alt(tab)
        and "beach" in alt(tab)
        and alt(tab) == prompt(tab)
    )
    assert "Added a red apple" in tab.locator("#status").inner_text()
    page.check()
