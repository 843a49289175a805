"""The gallery, the samples and the picture book in a real browser."""

import zipfile

import pytest

from tests.helpers.page_browser import Opened, alt, done, draw, needs_chromium, picture, prompt

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def page(browser, served_page):
    page = Opened(browser, served_page[1])
    yield page
    page.close()


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
    tab.get_by_role("button", name="zebra").wait_for()
    for word in ("zebra", "beach", "pencil"):
        tab.locator(".book input").fill(word)
        tab.keyboard.press("Enter")
    assert tab.locator(".book .wish").inner_text() == prompt(tab)
    assert prompt(tab) == "a zebra on the beach as a pencil sketch"
    tab.keyboard.press("Escape")
    assert not tab.locator("dialog.book").is_visible()


def test_the_gallery_is_kept_searched_starred_and_emptied(page, tmp_path):
    tab = page.tab
    draw(tab, "a blue car", steps=1)
    done(tab)
    shown = picture(tab)
    tab.locator("#shelf .star").first.click()
    with tab.expect_download() as download:
        tab.locator("#shelf [data-do=all]").click()
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as packed:
        assert packed.testzip() is None and len(packed.namelist()) == 2
        names = sorted(name.rsplit("-", 1)[0] for name in packed.namelist())
        assert names == ["a-blue-car", "a-red-fox-in-the-snow"]

    tab.locator("#shelf .drop").last.click()
    assert tab.locator("#shelf img").count() == 1
    tab.get_by_role("button", name="Undo").click()
    assert tab.locator("#shelf img").count() == 2

    # Another tab of the same browser: what the first one keeps is there.
    other = page.context.new_page()
    other.goto(page.address, wait_until="domcontentloaded")
    other.locator("#shelf img").nth(1).wait_for()
    assert other.locator("#shelf img").first.get_attribute("src") == shown
    other.locator("#shelf [data-do=starred]").click()
    assert other.locator("#shelf img").count() == 1
    other.locator("#shelf [data-do=starred]").click()
    other.locator("#shelf input").fill("fox snow")
    assert other.locator("#shelf img").count() == 1
    other.locator("#shelf .drop").click()
    other.locator("#shelf input").fill("")
    assert other.locator("#shelf img").count() == 1
    other.close()
