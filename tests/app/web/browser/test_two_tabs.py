"""Two tabs of one browser: neither loses the other's picture, or brings back a deleted one."""

import pytest

from tests.helpers.page.page_browser import PATIENCE, alt, asking, done, needs_chromium, ready

pytestmark = needs_chromium
KEPT = "#gallery li .open span"
ROWS = """() => new Promise((told) => {
  const asked = indexedDB.open("speak-and-see-it", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction("pictures").objectStore("pictures").getAll();
    all.onsuccess = () => told(all.result.map(({ prompt }) => prompt).sort());
    asked.result.close();
  };
})"""


@pytest.fixture
def tabs(page):
    """Two tabs, both of a new visitor."""
    first = page.fresh()
    second = page.context.new_page()
    second.set_default_timeout(PATIENCE)
    second.goto(page.address, wait_until="domcontentloaded")
    ready(second)
    yield first, second
    second.close()
    page.check()


def ask(tab, text: str) -> None:
    with asking(tab):
        tab.locator("#prompt textarea").fill(text)
        tab.locator("#prompt textarea").press("Enter")


def test_pictures_drawn_at_once_are_both_kept(tabs):
    """In the same millisecond, too: one clock for both."""
    first, second = tabs
    for tab in tabs:
        tab.evaluate("Date.now = () => 1_900_000_000_000")
    ask(first, "a blue car")
    ask(second, "a green frog")
    done(first)
    done(second)
    for tab in tabs:
        tab.locator(KEPT).nth(1).wait_for()
        assert sorted(tab.locator(KEPT).all_inner_texts()) == ["a blue car", "a green frog"]
    assert first.evaluate(ROWS) == ["a blue car", "a green frog"]


def test_a_picture_deleted_in_one_tab_is_not_brought_back_by_another(tabs):
    first, second = tabs
    ask(first, "a blue car")
    done(first)
    second.locator(KEPT).first.wait_for()
    # The second tab has not heard of the deletion yet: its star is pressed as the picture goes.
    second.evaluate("BroadcastChannel.prototype.postMessage = () => {}")
    star = second.locator("#gallery .star").element_handle()
    first.evaluate("BroadcastChannel.prototype.postMessage = () => {}")
    first.locator("#gallery .drop").click()
    first.wait_for_function(f"() => ({ROWS})().then((rows) => rows.length === 0)")
    star.evaluate("button => button.click()")
    second.locator("#gallery li").wait_for(state="detached")
    assert second.evaluate(ROWS) == []


def test_what_one_tab_deletes_goes_from_the_other(tabs):
    first, second = tabs
    ask(first, "a blue car")
    done(first)
    second.locator(KEPT).first.wait_for()
    second.bring_to_front()
    first.locator("#gallery .drop").click()
    second.locator("#gallery li").wait_for(state="detached")
    assert first.evaluate(ROWS) == []


def test_a_copy_of_a_tab_has_a_past_of_its_own(tabs):
    """As "duplicate tab" makes one: with all that the first one noted for itself."""
    first, second = tabs
    ask(first, "a blue car")
    done(first)
    noted = first.evaluate("JSON.stringify(sessionStorage)")
    second.evaluate("noted => Object.assign(sessionStorage, JSON.parse(noted))", noted)
    second.reload(wait_until="domcontentloaded")
    second.locator("#status", has_text="Restored").wait_for()
    for tab, text in ((first, "a green frog"), (second, "a red bird")):
        ask(tab, text)
        done(tab)
    for tab, text in ((first, "a green frog"), (second, "a red bird")):
        tab.reload(wait_until="domcontentloaded")
        tab.locator("#status", has_text="Restored").wait_for()
        assert alt(tab) == text
