"""Talking to the picture in a real browser: typed, spoken, clicked, by keys alone, on a phone."""

import re

import numpy as np
import pytest

from tests.helpers.page.page_browser import (
    PHONE,
    Opened,
    alt,
    asking,
    done,
    draw,
    hold,
    needs_chromium,
    pixels,
    press,
    prompt,
    set_count,
    set_steps,
)

pytestmark = needs_chromium


def tell(tab, words: str) -> None:
    tab.locator("#scene form input").fill(words)
    with asking(tab):
        tab.keyboard.press("Enter")
    tab.locator("html:not(.busy)").wait_for()
    if words != "start over":
        tab.wait_for_function("!document.querySelector('#stage figure.rough')")


def chips(tab) -> list[str]:
    return tab.locator("#scene .chip:visible").all_inner_texts()


def test_a_conversation_in_a_browser(tab):
    assert not tab.locator("#scene form").is_visible(), "there is nothing to talk about"
    draw(tab, "a house by a lake")
    done(tab)
    house = pixels(tab)
    assert chips(tab) == ["house"]
    tell(tab, "add a boat")
    assert chips(tab) == ["house", "boat"] and alt(tab) == "a house and a boat on the lake"
    both = pixels(tab)
    same = (np.abs(both - house).max(-1) <= 2).mean()
    assert 0.4 < same < 1, "the house stands where it stood"
    tell(tab, "a cat")
    question = tab.locator("#scene .question")
    assert question.is_visible() and chips(tab) == ["house", "boat"]
    press(tab, "#scene [data-answer='0']")
    done(tab)
    assert chips(tab) == ["house", "boat", "cat"] and not question.is_visible()

    tell(tab, "back")
    assert (pixels(tab) == both).all() and prompt(tab) == "a house and a boat on the lake"
    with asking(tab):
        tab.get_by_role("button", name="Undo").click()
    assert (pixels(tab) == house).all() and chips(tab) == ["house"]
    assert tab.get_by_role("button", name="Undo").is_disabled()
    with asking(tab):
        tab.get_by_role("button", name="Redo").click()
    tell(tab, "make it night")
    assert alt(tab) == "a house and a boat on the lake at night", "it goes on from what was redone"
    assert tab.get_by_role("button", name="Redo").is_disabled()
    tell(tab, "start over")
    assert not tab.locator("#scene form input").is_visible()
    assert tab.locator(".samples").is_visible()
    with asking(tab):
        tab.get_by_role("button", name="Undo").click()
    assert chips(tab) == ["house", "boat"], "nothing is lost"


def test_a_wish_that_cannot_be_drawn_leaves_the_picture(tab):
    draw(tab, "xyzzy")
    tab.locator("#status .error").get_by_text("xyzzy").wait_for()
    assert tab.locator(".samples").is_visible(), "where there is none"
    draw(tab, "a red car")
    done(tab)
    car = pixels(tab)
    draw(tab, "xyzzy")
    tab.locator("#status .error").get_by_text("xyzzy").wait_for()
    assert (pixels(tab) == car).all() and chips(tab) == ["car"] and prompt(tab) == "xyzzy"
    assert tab.locator(".samples").is_hidden() and alt(tab) == "a red car"
    assert tab.get_by_role("button", name="Undo").is_disabled(), "nothing was done"
    tell(tab, "make it night")
    assert alt(tab) == prompt(tab) == "a red car in the street at night"


def test_what_is_told_in_quick_succession_is_all_done(tab, slow_steps):
    draw(tab, "a red car")
    done(tab)
    set_steps(tab, 3)
    line = tab.locator("#scene form input")
    for words in ("make it blue", "add a tree", "make it night"):
        line.fill(words)
        tab.keyboard.press("Enter")
        tab.wait_for_timeout(150)
    tab.wait_for_function(
        """() => document.querySelector("#stage figure img").alt.includes("night")
            && !document.documentElement.matches(".busy")"""
    )
    assert chips(tab) == ["car", "tree"] and alt(tab).startswith("a blue car and a tree")


def test_every_click_on_a_chip_counts(tab, slow_steps):
    draw(tab, "a red car")
    done(tab)
    set_steps(tab, 3)
    tab.locator("#scene .chip").click()
    more = tab.locator("#scene [data-do=count]", has_text="one more")
    for _ in range(3):
        more.click()
    tab.wait_for_function("!document.documentElement.matches('.busy')")
    tab.locator("#scene .chip", has_text="×4").wait_for()
    done(tab)
    assert chips(tab) == ["car ×4"] and alt(tab) == "four red cars"
    remove = tab.locator("#scene [data-do=remove]")
    draw(tab, "a red car and a tree")
    done(tab)
    tab.locator("#scene .chip").first.click()
    with asking(tab):
        remove.dblclick()
    done(tab)
    assert chips(tab) == ["tree"], "the second click of a double click removes nothing else"


def test_undo_while_a_change_is_drawn_drops_that_change_alone(tab, slow_steps):
    draw(tab, "a house by a lake")
    done(tab)
    tell(tab, "add a boat")
    set_steps(tab, 3)
    tab.locator("#scene form input").fill("add a cat")
    with asking(tab):
        tab.keyboard.press("Enter")
    tab.get_by_text(re.compile(r"Drawing, step \d")).wait_for()
    with asking(tab):
        tab.get_by_role("button", name="Undo").click()
    assert chips(tab) == ["house", "boat"] and alt(tab) == "a house and a boat on the lake"


@pytest.mark.parametrize("words", ["add a cat", "make it night"])
def test_a_change_that_is_stopped_leaves_the_picture_before(tab, slow_steps, words):
    draw(tab, "a house by a lake")
    done(tab)
    before = pixels(tab)
    set_steps(tab, 8)
    tab.locator("#scene form input").fill(words)
    with asking(tab):
        tab.keyboard.press("Enter")
    tab.get_by_text(re.compile(r"Drawing, step \d")).wait_for()
    tab.locator("#stop").click()
    tab.get_by_text("The picture is as it was").wait_for()
    tab.wait_for_function("!document.querySelector('#stage figure.rough')")
    assert (pixels(tab) == before).all() and chips(tab) == ["house"]
    assert prompt(tab) == alt(tab) == "a house by a lake"
    set_steps(tab, 1)
    tell(tab, "add a boat")
    assert chips(tab) == ["house", "boat"]


def test_chips_by_keys_alone(tab):
    draw(tab, "a house by a lake")
    done(tab)
    tab.locator("#scene .chip").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.locator("#scene .swatch[aria-label=blue]").focus()
    with asking(tab):
        tab.keyboard.press("Enter")
    done(tab)
    assert alt(tab) == "a blue house on the lake"
    assert tab.evaluate("document.activeElement.className") == "chip", "the focus is not lost"
    assert tab.locator("#scene .thing").is_visible(), "the same thing stays open"
    tab.keyboard.press("Escape")
    assert not tab.locator("#scene .thing").is_visible()
    tab.keyboard.press("Enter")
    with asking(tab):
        tab.get_by_label("Time of day").select_option("night")
    done(tab)
    assert alt(tab) == "a blue house on the lake at night"
    with asking(tab):
        tab.get_by_role("button", name="Remove", exact=True).click()
    done(tab)
    assert chips(tab) == [] and tab.locator("#scene form").is_visible()


def test_a_chip_tells_what_a_thing_does_and_takes_it_away(tab):
    draw(tab, "a sleeping dog and two broken red cars")
    done(tab)
    assert chips(tab) == ["dog · sleeping", "car ×2 · broken"]
    assert tab.get_by_role("button", name="dog, sleeping: change or remove").is_visible()
    car = tab.get_by_role("button", name="car ×2, red, broken: change or remove")
    car.click()
    for left in (["dog · sleeping", "car ×2"], ["dog", "car ×2"]):
        with asking(tab):
            tab.locator("#scene [data-do=state]").click()
        done(tab)
        assert chips(tab) == left and tab.locator("#scene [data-do=state]").count() == 0
        tab.locator("#scene .chip").first.click()
    assert alt(tab) == "a dog and two red cars"
    tell(tab, "the dog sleeps")
    assert chips(tab) == ["dog · sleeping", "car ×2"]
    tab.get_by_text("The dog is sleeping now").wait_for()


def test_it_is_talked_to_after_a_reload(tab):
    draw(tab, "a house by a lake")
    done(tab)
    tell(tab, "move the house to the right")
    tell(tab, "add a red boat")
    shown = pixels(tab)
    tab.reload(wait_until="domcontentloaded")
    tab.get_by_text(re.compile("Restored")).wait_for()
    tab.wait_for_function("!document.querySelector('#stage figure.rough')")
    assert chips(tab) == ["house", "boat"]
    tell(tab, "without the boat")
    assert chips(tab) == ["house"] and alt(tab) == "a house on the lake"
    assert (np.abs(pixels(tab) - shown).max(-1) <= 2).mean() > 0.3


def test_another_picture_is_spoken_and_drawn(tab, voice):
    """The microphone says "trois étoiles jaunes dans le ciel", which is no change of a house."""
    draw(tab, "a house by a lake")
    done(tab)
    hold(tab, voice[1])
    done(tab)
    assert "étoiles" in tab.locator("#heard").inner_text() and "house" not in alt(tab)
    assert "×3" in chips(tab)[0]
    tell(tab, "undo")
    assert chips(tab) == ["house"], "what was overwritten is not lost"


def test_a_recording_that_is_heard_anew_is_said_to_what_stood_there(tab, clips):
    """Not to the picture that came of it the first time."""
    tab.locator("#open-box input[type=file]").set_input_files(clips["fr_stars"]["path"])
    tab.locator("#heard b", has_text="Français").wait_for()
    done(tab)
    menu = tab.get_by_role("combobox", name="I speak")
    for language in ("Français", "English"):  # the second one alone, then both
        menu.click()
        menu.fill(language)
        with asking(tab):
            tab.get_by_role("option", name=language).click()
        done(tab)
    assert chips(tab) == ["star ×3"]
    assert tab.locator("#gallery img").count() == 3, "each hearing drew a picture"


def test_no_chips_of_one_picture_stand_under_another(tab, slow_steps):
    draw(tab, "a house by a lake")
    done(tab)
    assert chips(tab) == ["house"]
    set_count(tab, 2)
    draw(tab, "three red apples", steps=4)
    tab.locator("html.busy #stage [data-kind=preview]").wait_for()
    assert chips(tab) == [] and there(tab) == []
    done(tab)
    assert chips(tab) == [] and there(tab) == []
    set_count(tab, 1)
    draw(tab, "xyzzyx")
    tab.locator("#status .error").wait_for()
    assert chips(tab) == [] and there(tab) == []


def there(tab) -> list[str]:
    """What the page's scripts have hidden and somebody sees all the same."""
    return tab.evaluate(
        """[...document.querySelectorAll("[hidden]")].filter((each) => each.checkVisibility())
            .map((each) => each.outerHTML.slice(0, 80))"""
    )


def test_on_a_phone_everything_is_in_reach(browser, served_page):
    own = Opened(browser, served_page[1], **PHONE | {"locale": "fr-FR"})
    tab = own.tab
    draw(tab, "une maison près d'un lac")
    done(tab)
    wide = tab.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["viewport"]["width"], "nothing reaches beyond the screen"
    tell(tab, "ajoute un bateau rouge")
    assert chips(tab)[0] == "maison" and len(chips(tab)) == 2
    tab.evaluate("scrollTo(0, 0)")
    bar = tab.locator("#talk").bounding_box()["y"]
    for selector in ("#stage figure", "#scene .chip >> nth=0", "#scene form input"):
        box = tab.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= bar, selector
    small = tab.evaluate(
        """() => [...document.querySelectorAll("#scene button, #scene select, #scene input")]
            .filter((each) => each.offsetParent)
            .filter((each) => Math.min(each.offsetWidth, each.offsetHeight) < 44)
            .map((each) => each.outerHTML)"""
    )
    assert small == []
    own.close()


def test_lines_that_are_pasted_are_parts_and_what_is_too_long_is_told(tab):
    draw(tab, "a house by a lake")
    done(tab)
    line = tab.locator("#scene form input")
    line.evaluate(
        """(field) => {
            const data = new DataTransfer();
            data.setData("text/plain", "- add a boat\\n- make it night\\n");
            const event = {clipboardData: data, cancelable: true};
            field.dispatchEvent(new ClipboardEvent("paste", event));
        }"""
    )
    assert line.input_value() == "add a boat, make it night"
    tell(tab, "add a boat and " * 80)
    tab.get_by_text("at most 1,000 are read").wait_for()
    assert len(line.input_value()) == 15 * 80, "what is not read stays there"
