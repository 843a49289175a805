"""What fingers and keys reach: the focus goes on, rows that scroll say so, targets are large."""

import pytest

from tests.helpers.page.page_browser import PHONE, done, draw, needs_chromium, press

pytestmark = needs_chromium
FOCUSED = """() => {
    const { tagName, id, dataset, disabled } = document.activeElement;
    return { tagName, id, ...dataset, disabled };
}"""
SMALL = """() => [...document.querySelectorAll("button, input:not(label input), select, a")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.offsetHeight)
    .filter((each) => each.offsetHeight < 44 && getComputedStyle(each).opacity > 0)
    .map((each) => each.outerHTML.slice(0, 100))"""
STAGE = "() => document.querySelector('#stage').getBoundingClientRect().top"
GOES_ON = "(row) => getComputedStyle(row, '::after').opacity"


def test_the_focus_is_never_lost(tab):
    tab.locator("#language input").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate(FOCUSED)["id"] == "open", "no stop at a list that goes as it is reached"
    draw(tab, "a house and a yellow duck by a lake")
    done(tab)
    chip = tab.locator(".chip", has_text="duck")
    chip.focus()
    tab.keyboard.press("Enter")
    tab.locator(".swatch[aria-label=blue]").focus()
    before = tab.locator("#stage figure img").get_attribute("alt")
    tab.keyboard.press("Enter")
    tab.wait_for_function(
        "(before) => document.querySelector('#stage figure img').alt !== before", arg=before
    )
    assert tab.evaluate(FOCUSED)["thing"] == chip.get_attribute("data-thing")
    for way, other in (("-1", "1"), ("1", "-1")):
        tab.locator(f"[data-travel='{way}']").focus()
        tab.keyboard.press("Enter")
        tab.locator(f"[data-travel='{way}']:disabled").wait_for()
        assert tab.evaluate(FOCUSED)["travel"] == other


@pytest.mark.parametrize("tab", [PHONE], indirect=True, ids=["phone"])
def test_a_phone_has_all_within_reach(tab):
    draw(tab, "a house by a lake")
    done(tab)
    tab.locator("#scene form input").fill("add a cat")
    tab.locator(".chip").first.click()
    tab.locator("#scene form").evaluate("(form) => scrollTo(0, form.offsetTop + 300)")
    assert tab.evaluate(STAGE) < 0, "an open panel leaves no room for the picture"
    press(tab, "#scene form [type=submit]")
    tab.wait_for_function(f"({STAGE})() >= -1")
    done(tab)
    assert tab.locator("[data-do=before]").is_visible()
    box = tab.locator("[data-do=save]").bounding_box()
    assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
    for name in (".tools", "#shape .wrap:has(label)"):
        row = tab.locator(name)
        assert row.evaluate(GOES_ON) == "1", f"{name} says that it goes on"
        row.evaluate("(row) => (row.scrollLeft = row.scrollWidth)")
        tab.wait_for_function(f"(row) => ({GOES_ON})(row) === '0'", arg=row.element_handle())
    tab.set_viewport_size({"width": 844, "height": 390})
    assert tab.evaluate(SMALL) == []
