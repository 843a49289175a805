"""The gallery, the samples and the picture book in a real browser."""

import zipfile

import pytest
from PIL import Image

from tests.helpers.page.page_browser import (
    PATIENCE,
    alt,
    done,
    draw,
    needs_chromium,
    picture,
    press,
    prompt,
)

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def page(page):
    """The open page as a new visitor finds it; each test goes on where the one before it ended."""
    page.fresh()
    yield page
    page.check()


def test_samples_are_drawn_by_a_click(page):
    """Before the first picture, what this model draws is shown; it goes when there is one."""
    tab = page.tab
    tab.locator("#stage .samples button", has_text="red fox").click()
    done(tab)
    assert alt(tab) == prompt(tab) == "a red fox in the snow"
    assert not tab.locator("#stage .samples").is_visible()


def test_the_picture_book_puts_words_into_the_prompt(page):
    tab = page.tab
    tab.locator("#prompt textarea").fill("")
    tab.locator(".open-book").click()
    tab.get_by_role("button", name="🦓 zebra").wait_for()
    for word in ("zebra", "beach", "pencil"):
        tab.locator(".book input").fill(word)
        tab.keyboard.press("Enter")
    assert tab.locator(".book .wish").inner_text() == prompt(tab)
    assert prompt(tab) == "a zebra on the beach as a pencil sketch"
    tab.keyboard.press("Escape")
    assert not tab.locator("dialog.book").is_visible()


def test_a_picture_is_found_by_what_was_typed_in_another_language(page):
    tab = page.tab
    draw(tab, "eine rote Katze")
    done(tab)
    assert prompt(tab) == "a red cat"
    search = tab.locator("#gallery input[type=search]")
    for word, found in (("katze", 1), ("cat", 1), ("hund", 0)):
        search.fill(word)
        assert tab.locator("#gallery li").count() == found, word
    search.fill("")
    tab.locator("#gallery .drop").first.click()


def test_the_gallery_is_kept_searched_starred_and_emptied(page, tmp_path):
    tab = page.tab
    draw(tab, "a blue car")
    done(tab)
    shown = picture(tab)
    tab.locator("#gallery .star").first.click()
    with tab.expect_download() as download:
        tab.locator("#gallery [data-do=all]").click()
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as packed:
        assert packed.testzip() is None and len(packed.namelist()) == 2
        names = sorted(name.rsplit("-", 1)[0] for name in packed.namelist())
        assert names == ["a-blue-car", "a-red-fox-in-the-snow"]

    tab.locator("#gallery .drop").last.click()
    assert tab.locator("#gallery img").count() == 1
    tab.locator("#gallery .undo").click()
    assert tab.locator("#gallery img").count() == 2

    # Another tab of the same browser: what the first one keeps is there.
    other = page.context.new_page()
    other.set_default_timeout(PATIENCE)
    other.goto(page.address, wait_until="domcontentloaded")
    other.locator("#gallery img").nth(1).wait_for()
    assert other.locator("#gallery img").first.get_attribute("src") == shown
    other.locator("#gallery [data-do=starred]").click()
    assert other.locator("#gallery img").count() == 1
    other.locator("#gallery [data-do=starred]").click()
    other.locator("#gallery input").fill("fox snow")
    assert other.locator("#gallery img").count() == 1
    other.locator("#gallery .drop").click()
    other.locator("#gallery input").fill("")
    assert other.locator("#gallery img").count() == 1
    other.close()


def test_a_reload_brings_back_picture_and_prompt(page):
    tab = page.tab
    draw(tab, "a green frog")
    done(tab)
    shown = picture(tab)
    tab.locator("#prompt textarea").fill("something typed since")
    tab.reload(wait_until="domcontentloaded")
    tab.locator("#status", has_text="Restored").wait_for()
    assert picture(tab) == shown and prompt(tab) == "something typed since"


def test_a_server_out_of_reach_is_told_until_it_is_back(page):
    tab = page.tab
    shown = picture(tab)
    page.context.set_offline(True)
    tab.evaluate("see.ping()")
    tab.get_by_role("alert").get_by_text("cannot be reached").wait_for()
    page.context.set_offline(False)  # the page hears of it and loads itself again
    tab.locator("#gone").wait_for(state="detached")
    tab.locator("#status", has_text="Restored").wait_for()
    assert picture(tab) == shown and tab.locator("#gone").count() == 0


@pytest.mark.parametrize("asked", [False, True], ids=["pinged", "asked"])
def test_a_server_that_nobody_missed_is_noticed_by_its_other_id(page, served_page, asked):
    """It was back before the next ping, and knows nothing of the page any more."""
    tab, blocks = page.tab, served_page[0].blocks
    shown = picture(tab)
    blocks.app_id = blocks.config["app_id"] = blocks.app_id // 2
    blocks.app.state_holder.session_data.clear()
    field = tab.locator("#scene form input")
    field.fill("add a cat")
    with tab.expect_event("load"):
        field.press("Enter") if asked else tab.evaluate("void see.ping()")
    tab.locator("#status", has_text="not finished" if asked else "Restored").wait_for()
    assert picture(tab) == shown and field.input_value() == "add a cat"
    press(tab, "#scene form [type=submit]")
    done(tab)
    assert "cat" in alt(tab)


def test_marks_are_inverted_erased_and_left_by_escape(page):
    tab = page.tab
    tab.locator("[data-do=mark]").click()
    tab.locator("[data-place=left]").click()
    tab.locator("[data-place=invert]").click()
    marks = tab.evaluate("see.held.marks")
    assert marks == ("0" * 6 + "1" * 6) * 12
    tab.locator(".eraser").click()
    tab.locator("[data-brush='0']").click()
    canvas = tab.locator("#stage canvas")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] - 3, "y": box["height"] / 2})
    assert tab.evaluate("see.held.marks").count("1") == marks.count("1") - 1
    tab.keyboard.press("Escape")
    assert tab.evaluate("see.held.marks") == "" and not tab.locator(".places").is_visible()


def test_a_larger_file_says_how_it_was_made(page, tmp_path):
    tab = page.tab
    draw(tab, "a green frog")
    done(tab)
    files = []
    for times in (1, 2):
        with tab.expect_download() as download:
            tab.evaluate("(times) => void see.save({ times })", times)
        files.append(tmp_path / f"{times}.png")
        download.value.save_as(files[-1])
    usual, larger = (Image.open(file) for file in files)
    assert larger.size == (2 * usual.width, 2 * usual.height)
    assert larger.text == usual.text and usual.text["prompt"] == "a green frog"
    larger.load()
