"""The page in the visitor's language, in a real browser: words, numbers, direction."""

import re

import pytest

from app.i18n import tables
from tests.helpers.page.page_browser import done, draw, needs_chromium, prompt

pytestmark = needs_chromium
LOCALES = {"fr": "fr-CA", "zh": "zh-CN", "de": "de-DE", "ja": "ja-JP", "ar": "ar-EG"}
# Whose direction is another one than the page's. What lies on the picture is not mirrored.
ASTRAY = """() => [...document.querySelectorAll("#room *, #header *, #footer *")]
    .filter((each) => getComputedStyle(each).direction !== "rtl")
    .filter((each) => !each.closest("#prompt textarea, button.example, [dir=auto]"))
    .filter((each) => !each.closest(".mark, .split, .sides, .lens"))
    .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def tab(page, request):
    """The page of all tests, loaded again by a browser that asks for another language."""
    with page.speaking(LOCALES[request.param]):
        yield page.fresh()
        page.check()


@pytest.fixture
def words(request):
    return tables()[request.node.callspec.params["tab"]]


@pytest.mark.parametrize("tab", LOCALES, indirect=True)
def test_words_follow_the_browser(tab, words):
    assert tab.locator("#draw").inner_text() == words["draw"]
    assert tab.locator("h1").inner_text() == tab.title() == words["title"]
    assert tab.locator("#talk .lead").inner_text() == words["talk.hold"]
    assert tab.locator("#status").inner_text() == words["status.ready"]
    assert tab.locator("#more > button").inner_text().startswith(words["more"]), "gradio's own"
    root = tab.locator("html")
    language = next(code for code, table in tables().items() if table is words)
    assert root.get_attribute("lang") == language
    assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("tab", ["ar"], indirect=True)
def test_arabic_runs_from_right_to_left(tab, words):
    box = {name: tab.locator(f"#{name}").bounding_box() for name in ("picture", "controls")}
    assert box["picture"]["x"] > box["controls"]["x"], "what comes first is on the right"
    mic, said = tab.locator(".mic").bounding_box(), tab.locator("#talk .lead").bounding_box()
    assert mic["x"] > said["x"] + said["width"] - 1
    assert tab.evaluate(ASTRAY) == []
    slider = tab.locator("#quality input[type=range]")
    slider.focus()
    tab.keyboard.press("ArrowLeft")
    assert slider.input_value() == "5", "the slider grows to the left"
    tab.keyboard.press("Home")
    draw(tab, "a dog to the left of a house")
    done(tab)
    assert prompt(tab) == "a dog to the left of a house"
    assert tab.locator("#prompt textarea").evaluate("box => box.matches(':dir(ltr)')")
    assert re.search(r"\d\.\d", tab.locator("#status").inner_text())
    tab.locator("[data-do=mark]").click()
    tab.locator("[data-place=left]").click()
    marks = tab.evaluate("see.held.marks")
    assert marks[:12] == "1" * 6 + "0" * 6, "the picture itself is not mirrored"
    icon = tab.locator("#scene [data-travel='-1'] svg")
    assert icon.evaluate("icon => getComputedStyle(icon).scale") == "-1 1"


@pytest.mark.parametrize("tab", ["de"], indirect=True)
def test_a_german_sees_decimal_commas_and_draws_a_sample(tab, words):
    tab.locator("#stage .samples button", has_text=words["sample.fox"]).click()
    done(tab)
    assert prompt(tab) == tables()["en"]["sample.fox"]
    assert re.search(r"in \d+,\d s gezeichnet", tab.locator("#status").inner_text())
