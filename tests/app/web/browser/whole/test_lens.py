"""The picture from nearby, before and after, and what can be undone, in a real browser."""

import re

import pytest

from tests.helpers.page.page_browser import (
    PHONE,
    Opened,
    alt,
    asking,
    done,
    draw,
    in_colours,
    needs_chromium,
    opened,
    picture,
    pixels,
    press,
    prompt,
    settings,
)

pytestmark = needs_chromium
IS_NEAR = "() => document.querySelector('#stage figure').classList.contains('near')"
WIDTH = "() => document.querySelector('#stage figure img').getBoundingClientRect().width"
FINGERS = """(apart) => {
  const box = document.querySelector("#stage figure").getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const send = (kind, id, left) => document.querySelector("#stage canvas").dispatchEvent(
    new PointerEvent(kind, { bubbles: true, pointerId: id, pointerType: "touch", clientX: left, clientY: y }));
  send("pointerdown", 51, x - 30); send("pointerdown", 52, x + 30);
  send("pointermove", 51, x - apart / 2); send("pointermove", 52, x + apart / 2);
  send("pointerup", 51, x); send("pointerup", 52, x);
}"""  # noqa: E501


def tell(tab, words: str) -> None:
    tab.locator("#scene form input").fill(words)
    with asking(tab):
        tab.keyboard.press("Enter")
    done(tab)


def travel(tab, name: str) -> None:
    """Undo or Redo, until the picture is there: after a reload the server has to see it anew."""
    with asking(tab):
        tab.get_by_role("button", name=name).click()
    tab.locator("html:not(.busy)").wait_for()
    tab.wait_for_function("!document.querySelector('#stage figure.rough')")


def test_the_picture_comes_nearer_and_goes_back(tab):
    draw(tab, "a red apple")
    done(tab)
    wide = tab.evaluate(WIDTH)
    figure = tab.locator("#stage figure")
    figure.dblclick(position={"x": 40, "y": 40})
    assert tab.evaluate(WIDTH) == pytest.approx(2.5 * wide, rel=0.01)
    left = tab.locator("#stage figure img").first.bounding_box()["x"]
    box = figure.bounding_box()
    tab.mouse.move(box["x"] + 200, box["y"] + 200)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 100, box["y"] + 200, steps=3)
    tab.mouse.up()
    moved = tab.locator("#stage figure img").first.bounding_box()["x"]
    assert moved == pytest.approx(left - 100, abs=2), "it is dragged"
    tab.keyboard.press("Escape")
    assert tab.evaluate(WIDTH) == pytest.approx(wide, rel=0.01)

    tab.mouse.move(box["x"] + 200, box["y"] + 200)
    tab.evaluate("scrollTo(0, 0)")
    tab.mouse.wheel(0, -300)
    tab.wait_for_function(IS_NEAR)
    figure.focus()
    tab.keyboard.press("0")
    assert not tab.evaluate(IS_NEAR)
    tab.keyboard.press("+")
    assert tab.evaluate(WIDTH) == pytest.approx(1.5 * wide, rel=0.01)
    left = tab.locator("#stage figure img").first.bounding_box()["x"]
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#stage figure img").first.bounding_box()["x"] < left
    tab.locator("[data-zoom=in]").click()
    assert tab.locator(".lens output").inner_text() == "225%"
    tab.locator("[data-do=mark]").click()
    tab.mouse.click(box["x"] + 200, box["y"] + 200)
    assert "1" in tab.evaluate("see.held.marks"), "what is near can be marked"
    tab.keyboard.press("Escape")
    assert tab.evaluate("see.held.marks") == "" and tab.evaluate(IS_NEAR), "one thing at a time"


def test_two_fingers_bring_it_nearer_on_a_phone(browser, served_page):
    own = Opened(browser, served_page[1], **PHONE)
    draw(own.tab, "a red apple")
    done(own.tab)
    wide = own.tab.evaluate(WIDTH)
    own.tab.evaluate(FINGERS, 180)
    assert own.tab.evaluate(WIDTH) == pytest.approx(3 * wide, rel=0.05)
    small = own.tab.evaluate(
        """() => [...document.querySelectorAll(".lens button, .tools button")]
            .filter((each) => each.offsetParent && Math.min(each.offsetWidth, each.offsetHeight) < 44).length"""  # noqa: E501
    )
    assert small == 0
    own.close()


def test_before_and_after_lie_side_by_side(tab):
    draw(tab, "a house by a lake")
    done(tab)
    button = tab.locator("[data-do=before]")
    assert not button.is_visible(), "there is nothing to compare yet"
    house = picture(tab)
    tell(tab, "make it night")
    button.click()
    before = tab.locator("#stage .before")
    assert before.is_visible() and before.get_attribute("src") == house
    split = tab.get_by_role("slider", name="Before and after")
    assert split.evaluate("each => each === document.activeElement")
    clip = before.evaluate("each => getComputedStyle(each).clipPath")
    for _ in range(10):
        tab.keyboard.press("ArrowRight")
    assert split.input_value() == "60"
    assert before.evaluate("each => getComputedStyle(each).clipPath") != clip
    tab.keyboard.press("Escape")
    assert not split.is_visible() and not before.is_visible()
    travel(tab, "Undo")
    assert not button.is_visible()
    travel(tab, "Redo")
    assert button.is_visible(), "the comparison comes back with the picture"


def test_axe_finds_no_serious_fault_in_what_is_new(tab):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    )
    draw(tab, "a house by a lake")
    done(tab)
    tell(tab, "make it night")
    tab.locator("[data-zoom=in]").focus()
    tab.keyboard.press("Enter")
    tab.locator("[data-do=before]").focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate(IS_NEAR) and tab.locator(".split").is_visible()
    for scheme in ("light", "dark"):
        in_colours(tab, scheme)
        found = axe.Axe().run(tab).response["violations"]
        serious = [
            (each["id"], [node["html"][:120] for node in each["nodes"]])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert serious == []
    tab.emulate_media(color_scheme="null")


def test_what_was_done_is_undone_after_a_reload(tab):
    draw(tab, "a house by a lake")
    done(tab)
    house = picture(tab)
    tell(tab, "add a boat")
    tell(tab, "make it night")
    night = picture(tab)
    travel(tab, "Undo")
    boat = picture(tab)
    tab.reload(wait_until="domcontentloaded")
    tab.get_by_text(re.compile("Restored")).wait_for()
    assert picture(tab) == boat
    travel(tab, "Undo")
    assert picture(tab) == house and prompt(tab) == "a house by a lake"
    assert tab.get_by_role("button", name="Undo").is_disabled()
    travel(tab, "Redo")
    travel(tab, "Redo")
    assert picture(tab) == night
    assert tab.get_by_role("button", name="Redo").is_disabled()
    tell(tab, "add a cat")
    assert "cat" in alt(tab) and "night" in alt(tab), "it goes on from there"


def test_two_deleted_pictures_both_come_back(tab):
    for words in ("a red apple", "a blue car"):
        draw(tab, words)
        done(tab)
    shown = tab.locator("#gallery img").evaluate_all("all => all.map((each) => each.src)")
    for _ in range(2):
        tab.locator("#gallery .drop").first.click()
    assert tab.locator("#gallery img").count() == 0
    tab.locator("#gallery .undo").click()
    tab.locator("#gallery .undo").click()
    assert tab.locator("#gallery img").evaluate_all("all => all.map((each) => each.src)") == shown
    assert not tab.locator("#gallery .undo").is_visible()


def test_a_reload_while_drawing_complains_of_nothing(tab, slow_steps):
    said: list[str] = []
    tab.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    draw(tab, "a red apple", steps=8)
    tab.get_by_text(re.compile(r"Drawing, step \d")).wait_for()
    tab.reload(wait_until="domcontentloaded")
    tab.locator("#status .idle").get_by_text(re.compile(r"\S")).wait_for()
    assert said == []


def test_back_in_the_first_shape_it_is_the_first_picture(tab):
    draw(tab, "a red apple")
    done(tab)
    box = tab.locator("#stage figure").bounding_box()
    for shape in ("4 : 3", "1 : 1"):
        tab.locator("#shape").get_by_label(shape, exact=True).check()
        press(tab, "#widen")
        done(tab)
    again = tab.locator("#stage figure").bounding_box()
    assert again["height"] == pytest.approx(box["height"], abs=2)
    first, last = (tab.locator("#gallery img").nth(place).get_attribute("src") for place in (2, 0))
    assert opened(first).tobytes() == opened(last).tobytes()


def test_a_marked_part_is_drawn_although_draw_is_clicked_twice(tab):
    settings(tab)
    tab.locator("#seed input").fill("1")  # of a cat that is not painted over
    tab.keyboard.press("Tab")
    draw(tab, "an orange cat", steps=8)
    done(tab)
    before = pixels(tab)
    tab.locator("[data-do=mark]").click()
    tab.locator("[data-place=left]").click()
    tab.locator("#prompt textarea").fill("a red apple")
    press(tab, "#draw")
    tab.wait_for_timeout(200)
    tab.locator("#draw").click()
    done(tab)
    assert alt(tab) == prompt(tab)
    possible = ("an orange cat and a red apple", "a red apple")  # where the cat was painted over
    assert alt(tab) in possible
    middle = before.shape[1] // 2
    changed = abs(pixels(tab) - before)[:, middle + 8 :]
    assert changed.mean() < 4, "the kept tokens; the decoder sees the whole picture"
