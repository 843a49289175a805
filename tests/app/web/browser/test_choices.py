"""What a picture is to be like: shape, style, number and quality, chosen in a real browser."""

import re

import pytest

from app.imaging.eta import LatencyEstimator
from tests.helpers.page.page_browser import (
    PHONE,
    Opened,
    alt,
    asking,
    done,
    draw,
    needs_chromium,
    pixels,
    prompt,
    ready,
    set_steps,
)

pytestmark = needs_chromium
LONGER = "(before) => document.querySelector('#expect b').innerText.match(/[\\d.]+/)[0] > before"
CHOICES = ("#shape", "#style", "#count", "#quality")


@pytest.fixture
def measured(page_pipeline, monkeypatch):
    """The speed of a machine that takes a fifth of a second for a step, whatever this one does."""
    eta = LatencyEstimator()
    eta.calibrate(lambda settings, count: 0.2 * settings.steps * count, 8)
    monkeypatch.setattr(page_pipeline, "eta", eta)


def seconds(tab) -> float:
    tab.locator("#expect .known").wait_for()
    return float(re.search(r"[\d.]+", tab.locator("#expect b").inner_text())[0])


def choose(tab, row: str, name: str) -> None:
    tab.locator(row).get_by_label(name, exact=True).check()


@pytest.mark.parametrize(
    "size", [(390, 844), (768, 1024), (1280, 900), (1920, 1080)], ids=lambda size: str(size[0])
)
def test_they_are_in_sight_before_the_first_drawing(page, browser, served_page, size):
    width, height = size
    own = Opened(browser, served_page[1], **PHONE) if width < 700 else page
    tab = page.fresh() if own is page else own.tab
    if own is page:
        tab.set_viewport_size({"width": width, "height": height})
    tab.locator("#shape").wait_for()
    below = height if own is page else tab.locator("#talk").bounding_box()["y"]
    for row in (*CHOICES, "#draw"):
        box = tab.locator(row).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= below + 1, row
    targets = "#choices label:has(input[type=radio])"
    if own is not page:
        targets += ", #room button, #restore, #language input, .live"
    small = tab.evaluate(
        """(targets) => [...document.querySelectorAll(targets)].filter((each) => each.offsetParent)
            .filter((each) => Math.min(each.offsetWidth, each.offsetHeight) < 44)
            .map((each) => each.outerHTML.slice(0, 80))""",
        targets,
    )
    assert small == []
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    if own is not page:
        own.close()
    tab = page.tab
    tab.set_viewport_size({"width": 1280, "height": 900})


def test_the_expected_seconds_hold_for_shapes_and_numbers(measured, tab):
    one = seconds(tab)
    assert one == 0.2
    choose(tab, "#shape", "16 : 9")
    choose(tab, "#count", "4")
    tab.wait_for_function(LONGER, arg=one)
    assert seconds(tab) == 0.8, "what is around a scene costs little"
    tab.wait_for_function("document.querySelector('#expect').innerText.startsWith('Faster')")


def test_a_chosen_style_is_drawn_and_stands_in_the_prompt(tab):
    box = tab.locator("#prompt textarea")
    box.fill("a red house in watercolour")
    choose(tab, "#style", "pencil")
    tab.wait_for_function("document.querySelector('#prompt textarea').value.includes('pencil')")
    assert prompt(tab) == "a red house as a pencil sketch"
    choose(tab, "#style", "picture book")
    tab.wait_for_function("!document.querySelector('#prompt textarea').value.includes('pencil')")
    assert prompt(tab) == "a red house"
    choose(tab, "#style", "pixel art")
    tab.wait_for_function("document.querySelector('#prompt textarea').value.includes('pixel')")
    draw(tab, "a green frog")
    done(tab)
    assert alt(tab) == prompt(tab) == "a green frog in pixel art"


def test_a_style_that_answers_late_leaves_what_was_typed_meanwhile(tab):
    box = tab.locator("#prompt textarea")
    late, held = re.compile("component_server"), []
    tab.route(late, lambda route: held.append(route))
    box.fill("a red house")
    for style in ("pencil", "flat"):
        with tab.expect_request(late):
            choose(tab, "#style", style)
    box.press("End")
    tab.keyboard.type(" and a dog")
    for route in held:
        with tab.expect_response(late) as answer:
            route.continue_()
        assert answer.value.json() and answer.value.finished() is None
    assert len(held) == 2
    tab.unroute_all()
    tab.evaluate("() => new Promise((done) => setTimeout(done))")
    assert prompt(tab) == "a red house and a dog"
    choose(tab, "#style", "watercolour")
    tab.wait_for_function("document.querySelector('#prompt textarea').value.includes('water')")
    assert prompt(tab) == "a red house and a dog in watercolour"
    tab.reload(wait_until="domcontentloaded")
    ready(tab)
    tab.wait_for_function("document.querySelector('#prompt textarea').value")
    assert prompt(tab) == "a red house and a dog in watercolour", "a chip's words were typed, too"


def test_several_pictures_of_another_shape_are_drawn_one_after_another(tab):
    choose(tab, "#shape", "3 : 4")
    choose(tab, "#count", "2")
    draw(tab, "a red apple")
    done(tab)
    assert tab.locator("#stage figure").count() == tab.locator("#gallery img").count() == 2
    height, width, _ = pixels(tab).shape
    assert height / width == pytest.approx(4 / 3, rel=0.02)
    labels = [int(label) for label in tab.locator("#stage figcaption").all_inner_texts()]
    assert labels[1] == labels[0] + 1, "seeds in a row"


def test_the_arrow_keys_go_through_a_row(tab):
    tab.locator("#style").get_by_label("picture book").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#style").get_by_label("flat", exact=True).is_checked()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('fieldset').id") == "count"
    set_steps(tab, 2)
    box = tab.locator("#prompt textarea")
    box.fill("a blue car")
    with asking(tab):
        box.press("Enter")
    done(tab)
    assert alt(tab) == "a blue car in flat style"


def test_they_outlast_a_reload(tab):
    names = {"count": "3", "style": "pencil sketch", "shape": "12x16"}
    tab.locator("#shape input").nth(2).wait_for(state="attached")
    for name, value in names.items():
        tab.locator(f"#{name} input[value='{value}']").check()
    draw(tab, "a green frog")
    tab.locator("#stage figure").nth(2).wait_for()
    done(tab)
    tab.locator("#count input[value='1']").check()
    draw(tab, "a green frog")
    done(tab)
    tab.locator("#shape input[value='12x12']").check()  # since that picture, which returns too
    tab.reload(wait_until="domcontentloaded")
    tab.locator("#status", has_text="Restored").wait_for()
    for name, value in (names | {"count": "1", "shape": "12x12"}).items():
        tab.locator(f"#{name} input[value='{value}']:checked").wait_for()
    draw(tab, "a red ball")
    done(tab)
    assert alt(tab) == "a red ball as a pencil sketch" and tab.locator("#stage figure").count() == 1
    assert pixels(tab).shape[0] == pixels(tab).shape[1]


@pytest.mark.usefixtures("slow_steps")
def test_a_picture_lost_on_its_way_is_told_and_its_words_are_there(page, slow_steps):
    tab = page.fresh()
    set_steps(tab, 40)  # it is drawn until it is lost, however slow the browser
    lost = tab.locator("#status", has_text="was not finished")
    draw(tab, "a green frog")
    tab.locator("#status", has_text=re.compile(r"step \d")).wait_for()
    page.context.set_offline(True)  # as of a server that is gone
    try:
        tab.evaluate("see.ping()")
        lost.wait_for()
    finally:
        page.context.set_offline(False)  # the page loads itself again
    tab.locator("#gone").wait_for(state="detached")
    lost.wait_for()
    assert prompt(tab) == "a green frog"
    draw(tab, "a red ball")
    tab.locator("#status", has_text=re.compile(r"step \d")).wait_for()
    tab.reload(wait_until="domcontentloaded")
    lost.wait_for()
    tab.wait_for_function("document.querySelector('#prompt textarea').value === 'a red ball'")
    tab.reload(wait_until="domcontentloaded")
    tab.locator("#status", has_text="Ready").wait_for()
    tab.wait_for_function("document.querySelector('#prompt textarea').value === 'a red ball'")
    page.check()
