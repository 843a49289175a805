"""The main path in Firefox: draw, talk to the picture, undo, find it again after a reload."""

import pytest

from tests.helpers.page.firefox import FIREFOX, firefox

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="needs Firefox: apt install firefox-esr")

UNTIL = """
const until = async (holds) => {
  while (!holds()) await new Promise((wake) => setTimeout(wake, 100));
};
const $ = (selector) => document.querySelector(selector);
const idle = () => !$("html.busy") && $("#stage figure img[src]") && !$("#stage figure.rough");
const write = (selector, text) => {
  $(selector).value = text;
  $(selector).dispatchEvent(new Event("input", { bubbles: true }));
};
"""
SHOWN = """
return { alt: $("#stage figure img").alt, source: $("#stage figure img").src,
         chips: [...document.querySelectorAll("#scene .chip")].map((each) => each.textContent),
         kept: document.querySelectorAll("#gallery li").length };
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with firefox(tmp_path_factory.mktemp("firefox")) as driver:
        yield driver


def shown(browser) -> dict:
    return browser.run(f"{UNTIL} await until(idle); {SHOWN}")


def tell(browser, text: str) -> dict:
    browser.run(
        f"""{UNTIL} write("#scene form input", {text!r});
        $("#scene form").requestSubmit(); await until(() => $("html.busy"));"""
    )
    return shown(browser)


def test_the_main_path(browser, served_page):
    errors = "window.failed = []; window.addEventListener('error', (e) => failed.push(e.message));"
    browser.go(served_page[1])
    browser.run(
        f"""{UNTIL}
        await until(() => window.see?.forgetAll && $("#status .idle")?.innerText.trim());
        {errors} write("#prompt textarea", "a house by a lake");
        await new Promise((wake) => setTimeout(wake, 500));
        $("#draw").click(); await until(() => $("html.busy"));"""
    )
    house = shown(browser)
    assert house["alt"] == "a house by a lake" and house["chips"] == ["house"]
    both = tell(browser, "add a boat")
    assert both["alt"] == "a house and a boat on the lake" and both["kept"] == 2
    browser.run(f"{UNTIL} $('[data-travel=\"-1\"]').click(); await until(idle);")
    assert shown(browser) == house | {"kept": 2}
    browser.run(f"{UNTIL} $('[data-travel=\"1\"]').click(); await until(idle);")
    assert shown(browser) == both
    assert browser.run("return window.failed;") == []

    browser.go(served_page[1])
    again = browser.run(f"{UNTIL} await until(() => idle() && $('#gallery li')); {SHOWN}")
    assert again["alt"] == both["alt"] and again["chips"] == ["house", "boat"]
    assert again["kept"] == 2, "the gallery is kept by the browser"
