"""The page in a real browser whose microphone speaks French."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from app.imaging.png import read_settings
from tests.helpers.page.page_browser import (
    PHONE,
    alt,
    done,
    draw,
    drop,
    hold,
    in_colours,
    needs_chromium,
    picture,
    pixels,
    press,
    prompt,
    set_count,
    settings,
)

pytestmark = needs_chromium
# Every picture can be drawn only when more have come.
LATE_PICTURES = """() => {
  const decode = HTMLImageElement.prototype.decode;
  HTMLImageElement.prototype.decode = async function () {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return decode.call(this);
  };
}"""


@pytest.fixture(scope="module")
def address(served_page):
    return served_page[1]


def in_view(tab, selector: str) -> bool:
    box = tab.locator(selector).first.bounding_box()
    return box["y"] >= -1 and box["y"] + box["height"] <= tab.viewport_size["height"] + 1


def scrolled_to(tab, selector: str) -> None:
    """Wait until it is in view: the page glides there."""
    tab.wait_for_function(
        """(selector) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return box.top >= -1 && box.bottom <= innerHeight + 1;
        }""",
        arg=selector,
    )


def test_held_button_hears_french_and_draws_while_it_is_held(tab, voice):
    hold(tab, voice[1])
    done(tab)
    assert "yellow" in prompt(tab) and "star" in prompt(tab)
    heard = tab.locator("#heard").inner_text()
    assert "Français" in heard and "étoile" in heard.lower()
    assert pixels(tab).shape[0] > 100
    assert tab.locator("#gallery img").count() == 1
    assert tab.locator("#talk audio").is_visible(), "what was said can be played again"


def test_live_preview_runs_while_somebody_speaks(tab, voice):
    tab.locator("#shape").get_by_label("4 : 3", exact=True).check()
    tab.locator("#style").get_by_label("pixel art", exact=True).check()
    tab.locator(".mic").focus()
    tab.keyboard.press("Enter")  # on, until it is pressed again
    tab.locator("#stage [data-kind=live]").wait_for()
    tab.locator("#stage .subtitle", has_text=re.compile("star", re.IGNORECASE)).wait_for()
    assert tab.locator(".mic[aria-pressed=true]").count() == 1, "still speaking"
    assert picture(tab).startswith("data:image/webp")
    assert "pixel art" in alt(tab), "as the picture will be"
    box = tab.locator("#stage [data-kind=live] img").first.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(4 / 3, abs=0.03)
    tab.keyboard.press("Enter")
    done(tab)
    assert pixels(tab).shape[0] > 100
    assert tab.locator("#stage .subtitle").is_hidden()


@pytest.mark.parametrize("tab", [PHONE], indirect=True, ids=["phone"])
def test_phone(tab, voice, slow_steps):
    assert in_view(tab, ".mic"), "the talk button is within reach"
    box = tab.locator("#stage figure").bounding_box()
    assert box["width"] > 340, "the picture takes the width"
    tab.locator(".mic").tap()
    tab.wait_for_timeout(1000 * voice[1])
    tab.locator(".mic").tap()
    done(tab)
    assert "star" in prompt(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    draw(tab, "a red apple", steps=64)
    tab.locator("#stop").wait_for()
    scrolled_to(tab, "#stage figure")
    assert in_view(tab, "#stop"), "Stop is beside the thumb"
    assert not tab.locator("#talk .hint, #talk .live").locator("visible=true").count()
    tab.locator("#stop").tap()
    tab.get_by_text("Stopped").wait_for()


@pytest.mark.parametrize(
    "tab", [{"viewport": {"width": 150, "height": 700}}], indirect=True, ids=["watch"]
)
def test_a_narrow_page_does_not_scroll_sideways(tab):
    draw(tab, "a dog in a democracy")
    done(tab)
    settings(tab)
    tab.locator("[data-do=mark]").click()
    for width in (150, 190, 240, 320):
        tab.set_viewport_size({"width": width, "height": 700})
        assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_space_talks_unless_something_has_the_focus(tab, voice):
    field = tab.locator("#prompt textarea")
    field.focus()
    tab.keyboard.type("a blue car")
    assert field.input_value() == "a blue car", "in a field, the space bar writes spaces"
    field.blur()
    tab.keyboard.down("Space")
    tab.locator(".mic[aria-pressed=true]").wait_for()
    tab.wait_for_timeout(1000 * voice[1])
    tab.keyboard.up("Space")
    done(tab)
    assert "star" in prompt(tab)


def test_stop_keeps_the_last_preview_although_the_browser_is_slower_than_the_drawing(
    tab, slow_steps
):
    tab.evaluate(LATE_PICTURES)
    draw(tab, "three yellow stars", steps=60)
    tab.locator("#stage figure img[src^='data:image/webp']").wait_for()
    tab.locator("#stop").click()
    tab.get_by_text("Stopped at step").wait_for()
    assert picture(tab).startswith("data:image/webp")
    assert tab.locator("#draw").is_visible() and tab.locator("#gallery img").count() == 0


def test_what_is_typed_while_a_picture_forms_is_kept(tab, slow_steps):
    draw(tab, "a green frog", steps=8)
    tab.get_by_text(re.compile(r"Drawing, step \d of 8")).wait_for()
    tab.locator("#prompt textarea").fill("a blue car")
    done(tab)
    assert prompt(tab) == "a blue car"
    assert tab.locator("#stage figure img").get_attribute("alt") == "a green frog"


def test_marked_part_is_changed_and_the_rest_is_not(tab, clips):
    settings(tab)
    tab.locator("#seed input").fill("1")  # its cat stands on the right
    draw(tab, "an orange cat")
    done(tab)
    before = pixels(tab)
    tab.locator("[data-do=mark]").click()
    tab.locator("[data-place=left]").click()
    drop(tab, Path(clips["fr_stars"]["path"]), "audio/ogg")
    tab.get_by_text("Done: heard").wait_for()
    done(tab)
    assert "cat" in alt(tab) and "star" in alt(tab)
    change = np.abs(pixels(tab) - before).mean(axis=(0, 2))  # by column
    middle = len(change) // 2
    assert change[: middle // 2].mean() > 20 * (change[-middle // 2 :].mean() + 0.01)
    assert tab.locator("#gallery img").count() == 2


def test_cells_are_marked_by_pointer_and_by_key(tab):
    draw(tab, "a red apple")
    done(tab)
    tab.locator("[data-do=mark]").click()
    box = tab.locator("#stage canvas").bounding_box()
    tab.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.3, steps=4)
    tab.mouse.up()
    painted = tab.evaluate("see.held.marks")
    side = int(len(painted) ** 0.5)
    rows = [painted[at : at + side] for at in range(0, len(painted), side)]
    assert "1" in rows[int(side * 0.3)][int(side * 0.7) :]
    assert "1" not in "".join(row[: side // 2] for row in rows)
    tab.locator("[data-place=none]").click()
    assert tab.evaluate("see.held.marks") == ""
    tab.locator("#stage canvas").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        tab.keyboard.press(key)
    assert tab.evaluate("see.held.marks").index("1") == side + 1
    assert "marked" in tab.locator("#stage .spoken").inner_text()


def test_batch_compare_and_choice(tab):
    set_count(tab, 4)
    draw(tab, "a green frog")
    done(tab)
    assert tab.locator("#stage figure").count() == 4 and tab.locator("#gallery img").count() == 4
    tab.locator("#stage .choose").nth(2).click()
    tab.locator("#stage .tools").wait_for()
    assert tab.locator("#stage figure").count() == 1
    press(tab, "[data-do=vary]")
    done(tab)
    assert tab.locator("#gallery img").count() == 5
    settings(tab)
    tab.locator("#compare input").click()
    tab.get_by_role("option", name="25%").click()
    press(tab, "#draw")
    done(tab)
    labels = tab.locator("#stage figcaption").all_inner_texts()
    assert len(labels) == 2 and labels[0].startswith("0% ·") and labels[1].startswith("25% ·")


def choose_shape(tab, name: str) -> None:
    tab.locator("#shape").get_by_label(name, exact=True).check()


def test_a_picture_is_extended_to_another_shape_and_new_ones_have_it(tab):
    draw(tab, "a red apple")
    done(tab)
    assert not tab.locator("#widen").is_visible(), "it has the chosen shape"
    choose_shape(tab, "4 : 3")
    press(tab, "#widen")
    done(tab)
    height, width, _ = pixels(tab).shape
    assert width / height == pytest.approx(4 / 3, rel=0.02)
    box = tab.locator("#stage figure").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(4 / 3, rel=0.02)
    choose_shape(tab, "3 : 4")
    press(tab, "#draw")
    done(tab)
    tall = pixels(tab)
    assert tall.shape[0] / tall.shape[1] == pytest.approx(4 / 3, rel=0.02)
    tab.locator("#gallery .open").nth(1).click()
    tab.get_by_text("Restored").wait_for()
    assert pixels(tab).shape[:2] == (height, width)
    assert tab.locator("#shape").get_by_label("4 : 3", exact=True).is_checked()


def test_a_downloaded_picture_restores_its_settings(tab, tmp_path):
    draw(tab, "a red apple", steps=5)
    done(tab)
    with tab.expect_download() as download:
        tab.locator("[data-do=save]").click()
    assert download.value.suggested_filename == "a-red-apple.png"
    saved = tmp_path / "apple.png"
    download.value.save_as(saved)
    seed = read_settings(saved)["seed"]
    tab.reload(wait_until="domcontentloaded")
    tab.get_by_text("Restored").wait_for()
    assert tab.locator("#gallery img").count() == 1, "the gallery outlives a reload"
    drop(tab, saved, "image/png")
    tab.get_by_text("Restored").wait_for()
    assert prompt(tab) == "a red apple"
    settings(tab)
    assert tab.locator("#seed input").input_value() == seed
    assert tab.locator("#steps input[type=number]").input_value() == "5"
    tab.get_by_label("New seed for every picture").uncheck()
    shown = picture(tab)
    press(tab, "#draw")
    done(tab)
    assert picture(tab) == shown, "the same settings give the same picture"


def test_an_example_plays_and_draws(tab):
    tab.locator("button.example", has_text="Español").click()
    done(tab)
    assert "Español" in tab.locator("#heard").inner_text() and "flower" in prompt(tab)
    assert in_view(tab, "#stage figure"), "the page scrolls back up to the picture"
    assert tab.locator("#talk audio").evaluate("player => player.duration > 1")


def test_what_is_no_speech_is_told_and_not_drawn(tab, bad_audio):
    tab.locator("#open-box input[type=file]").set_input_files(Path(bad_audio("silence")))
    tab.get_by_role("alert").get_by_text("No speech heard").wait_for()
    assert not picture(tab) and tab.locator("#gallery img").count() == 0
    draw(tab, "a dog")
    done(tab)


def test_language_can_be_overridden(tab, clips):
    tab.locator("#open-box input[type=file]").set_input_files(clips["pt_stars"]["path"])
    tab.locator("#heard b", has_text="Português").wait_for()
    done(tab)
    menu = tab.get_by_role("combobox", name="I speak")
    menu.click()
    menu.fill("Español")
    tab.get_by_role("option", name="Español").click()
    tab.locator("#heard b", has_text="Español").wait_for()
    done(tab)


def test_history_is_restored_by_a_click(tab):
    draw(tab, "a green frog")
    tab.locator("#gallery img").wait_for()
    assert "1 steps · 0%" in tab.locator("#gallery small").inner_text()
    tab.locator("#prompt textarea").fill("something else")
    tab.locator("#gallery .open").first.click()
    tab.get_by_text("Restored").wait_for()
    assert prompt(tab) == "a green frog"


def test_a_finished_picture_is_shown_once(tab):
    """Shown again, it would be as wide as before for who has come nearer since."""
    tab.evaluate(
        """() => {
            const show = see.show;
            see.kinds = [];
            see.show = (next) => { see.kinds.push(next.kind); return show(next); };
        }"""
    )
    draw(tab, "a blue car")
    done(tab)
    tab.wait_for_timeout(500)
    assert tab.evaluate("see.kinds").count("final") == 1


def test_keyboard_alone(tab):
    """Tab from the top reaches what is needed, in the order of the page; Enter draws."""
    parts = ["talk", "prompt", "draw", "shape", "style", "count", "quality", "language", "open"]
    ids = ", ".join(f"#{name}" for name in parts)
    reached = []
    for _ in range(24):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate(f"document.activeElement.closest('{ids}')?.id"))
    assert list(dict.fromkeys(filter(None, reached))) == parts
    tab.locator("#prompt textarea").focus()
    tab.keyboard.type("a blue car")
    tab.keyboard.press("Enter")
    done(tab)
    assert tab.locator("#status").get_attribute("aria-live") == "polite"
    assert tab.locator("#stage figure img").get_attribute("alt") == "a blue car"


def test_axe_finds_no_serious_fault(tab):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    )
    draw(tab, "a red apple")
    done(tab)
    settings(tab)
    tab.locator("[data-do=mark]").click()
    for scheme in ("light", "dark"):
        in_colours(tab, scheme)
        found = axe.Axe().run(tab).response["violations"]
        serious = {
            each["id"]: [node["html"][:200] for node in each["nodes"]]
            for each in found
            if each["impact"] in ("serious", "critical")
        }
        assert serious == {}, json.dumps(serious, indent=1)
    tab.emulate_media(color_scheme="null")


def test_installable(tab, address):
    manifest = tab.request.get(f"{address}manifest.json").json()
    assert manifest["display"] == "standalone" and manifest["name"] == "Speak, and see it"
    for icon in manifest["icons"]:
        assert tab.request.get(address.rstrip("/") + icon["src"]).ok
    browser = tab.context.new_cdp_session(tab)
    faults = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {each["errorId"] for each in faults} <= {"in-incognito"}, "tests run in a private window"


def test_draw_while_somebody_speaks_draws_what_is_typed(tab):
    tab.locator(".mic").focus()
    tab.keyboard.press("Enter")  # on, until it is pressed again
    tab.locator("#stage [data-kind=live]").wait_for()
    draw(tab, "a red apple")
    done(tab)
    assert tab.locator(".mic[aria-pressed=true]").count() == 0, "what was being said is not sent"
    tab.wait_for_timeout(2500)  # a question about what was said is answered within a second or two
    assert tab.locator("#stage [data-kind=live]").count() == 0
    assert "red apple" in alt(tab) and prompt(tab) == "a red apple"
    assert tab.locator("#stage .subtitle").is_hidden()


def test_an_empty_stage_says_nothing_of_picture_books_where_another_model_draws(page):
    tab = page.fresh()
    book, ask = (tab.locator(f"#stage [data-say='picture.{name}']") for name in ("empty", "ask"))
    assert book.is_visible() and not ask.is_visible()
    tab.evaluate("see.show({ kind: 'rest', scenes: false, grid: [24, 24] })")
    assert ask.inner_text() == "Say or type what you would like to see."
    assert not book.is_visible() and not tab.locator("#stage .samples").is_visible()
