"""A hurried visitor in a real browser: double clicks, Stop, leaving, other people's pictures."""

import re
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.page.page_browser import (
    alt,
    asking,
    done,
    draw,
    drop,
    files_in,
    hold,
    needs_chromium,
    opened,
    picture,
    pixels,
    press,
    prompt,
    set_count,
    set_steps,
    settings,
)
from tests.helpers.small_pictures import SMALL_SIDE

pytestmark = needs_chromium
GRAPH = Path(__file__).parents[3] / "fixtures" / "other-tools-graph.png"


def seed(tab) -> str:
    return tab.locator("#seed input").input_value()


def open_recording(tab, path) -> None:
    tab.locator("#open-box input[type=file]").set_input_files(path)


def status(tab, words: str):
    return tab.locator("#status", has_text=re.compile(words))


def no_files_soon(folder: Path) -> None:
    for _ in range(200):
        if not files_in(folder):
            return
        time.sleep(0.1)
    raise AssertionError(f"still there: {files_in(folder)}")


def _api_error() -> type[Exception]:
    from playwright.sync_api import Error

    return Error


# Requests.


def test_a_double_click_draws_once_and_does_not_press_stop(tab):
    tab.locator("#prompt textarea").fill("a red apple")
    box = tab.locator("#draw").bounding_box()
    tab.mouse.dblclick(box["x"] + 0.8 * box["width"], box["y"] + 5)
    done(tab)
    assert alt(tab) == "a red apple" and tab.locator("#gallery img").count() == 1


def test_a_held_enter_key_asks_once_and_many_enters_end_in_one_picture(tab, slow_steps):
    field = tab.locator("#prompt textarea")
    field.fill("a blue car")
    field.focus()
    keys = tab.context.new_cdp_session(tab)
    for repeated in (False, True, True, True):
        down = {"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r"}
        keys.send("Input.dispatchKeyEvent", down | {"autoRepeat": repeated})
    tab.wait_for_function("see.isNewest(1)")
    tab.wait_for_timeout(50)
    assert tab.evaluate("see.isNewest(1)")
    for _ in range(12):
        tab.keyboard.press("Enter")
    done(tab)
    assert alt(tab) == prompt(tab) == "a blue car" and tab.locator("#gallery img").count() == 1


def test_speaking_again_while_the_page_listens(tab, voice, clips, served_page):
    open_recording(tab, clips["pt_stars"]["path"])
    hold(tab, voice[1])
    done(tab)
    assert "star" in alt(tab) and "Français" in tab.locator("#heard").inner_text()
    assert tab.locator("#gallery img").first.get_attribute("src") == picture(tab)


def test_another_language_while_the_page_listens(tab, clips):
    open_recording(tab, clips["pt_stars"]["path"])
    menu = tab.get_by_role("combobox", name="I speak")
    menu.click()
    menu.fill("Español")
    with asking(tab):
        tab.get_by_role("option", name="Español").click()
    done(tab)
    assert "Español" in tab.locator("#heard").inner_text()
    assert "chosen by you" in tab.locator("#heard").inner_text()
    assert prompt(tab) == alt(tab).lower() != ""


def test_a_failed_request_leaves_the_finished_picture(tab, bad_audio, slow_steps):
    draw(tab, "a dog")
    done(tab)
    shown = picture(tab)
    draw(tab, "a red apple", steps=64)
    tab.locator("#stage [data-kind=preview]").wait_for()
    open_recording(tab, bad_audio("silence"))
    status(tab, "No speech heard").wait_for()
    assert (alt(tab), picture(tab)) == ("a dog", shown)
    set_steps(tab, 2)
    press(tab, "[data-do=vary]")
    done(tab)
    assert alt(tab) == "a dog"


def test_an_unknown_wish_while_a_picture_is_drawn_leaves_the_finished_one(tab, slow_steps):
    draw(tab, "a dog")
    done(tab)
    shown = picture(tab)
    draw(tab, "a red apple", steps=64)
    tab.locator("#stage [data-kind=preview]").wait_for()
    draw(tab, "asdfghjkl")
    status(tab, "Nothing of .asdfghjkl.").wait_for()
    tab.wait_for_function("!document.querySelector('#stage figure.rough')", timeout=10_000)
    assert (alt(tab), picture(tab), prompt(tab)) == ("a dog", shown, "asdfghjkl")


def test_who_asks_before_the_models_are_there_sees_the_samples_later(
    tab, page_pipeline, monkeypatch
):
    warm, met = page_pipeline.wait_until_warm, threading.Event()

    def later(timeout=None):
        return met.wait(0 if timeout == 0 else 60) and warm(timeout)

    monkeypatch.setattr(page_pipeline, "wait_until_warm", later)
    tab.reload(wait_until="domcontentloaded")
    status(tab, "loading the models").wait_for()
    draw(tab, "asdfghjkl")
    status(tab, "is known to this model").wait_for()
    assert tab.locator("#stage .samples").is_hidden()
    met.set()
    tab.locator("#stage .samples").wait_for()
    assert "is known to this model" in tab.locator("#status").inner_text()


def test_the_page_says_what_was_not_drawn(tab):
    draw(tab, "a dog in a democracy")
    done(tab)
    assert "Not drawn: democracy" in tab.locator("#status").inner_text()
    draw(tab, "a dog")
    status(tab, r"^\s*Done.*seed [0-9]+\s*$").wait_for()


# Recordings.


@pytest.mark.parametrize("end", ["stop", "newer", "reload", "heard", "silence"])
def test_no_recording_stays_on_the_server(tab, served_page, clips, bad_audio, end):
    folder = served_page[2]
    open_recording(tab, bad_audio("silence") if end == "silence" else clips["zh_cat_apple"]["path"])
    status(tab, "Listening|Done|No speech").wait_for()
    if end == "stop":
        with suppress(_api_error()):  # it may be over already
            tab.locator("#stop").click(timeout=3000)
        status(tab, "Stopped|Done").wait_for()
    elif end == "newer":
        draw(tab, "a dog")
        done(tab)
    elif end == "reload":
        tab.reload(wait_until="domcontentloaded")
    elif end == "heard":
        done(tab)
    no_files_soon(folder)


def test_a_recording_stopped_on_its_way_is_deleted(tab, served_page, clips):
    held = []
    tab.route("**/upload*", lambda route: held.append(route))
    open_recording(tab, clips["pt_stars"]["path"])
    tab.locator("#stop").click()
    status(tab, "Stopped").wait_for()
    while not held:
        tab.wait_for_timeout(50)
    held[0].continue_()
    tab.unroute("**/upload*")
    draw(tab, "a dog")
    done(tab)
    assert alt(tab) == "a dog"
    no_files_soon(served_page[2])


def test_a_file_that_cannot_be_sent_is_told(tab, clips):
    tab.route("**/upload*", lambda route: route.fulfill(status=429, body='{"detail": "too many"}'))
    open_recording(tab, clips["pt_stars"]["path"])
    status(tab, "could not be sent").wait_for()
    tab.unroute("**/upload*")
    tab.route("**/queue/join*", lambda route: route.fulfill(status=503, body="{}"))
    draw(tab, "a dog")
    status(tab, "could not be sent").wait_for()
    tab.unroute("**/queue/join*")
    draw(tab, "a dog")
    done(tab)


# Seeds.


def test_every_picture_has_a_new_seed_after_speaking_and_after_a_restore(tab, voice):
    settings(tab)
    hold(tab, voice[1])
    done(tab)
    seeds = [seed(tab)]
    for _ in range(2):
        draw(tab, "a dog")
        done(tab)
        seeds.append(seed(tab))
    tab.locator("#gallery .open").last.click()
    status(tab, "Restored").wait_for()
    assert seed(tab) == seeds[0] and tab.locator("#fresh input").is_checked()
    press(tab, "#draw")
    done(tab)
    assert len({*seeds, seed(tab)}) == 4
    tab.locator("#seed input").fill("7")
    tab.keyboard.press("Tab")
    assert not tab.locator("#fresh input").is_checked(), "a seed that was typed is meant"
    press(tab, "#draw")
    done(tab)
    assert opened(picture(tab)).text["seed"] == seed(tab) == "7"
    status(tab, r"seed 7\b").wait_for()


def test_a_chosen_picture_brings_its_seed_caption_and_settings(tab):
    set_count(tab, 4)
    draw(tab, "a green frog", steps=2)
    done(tab)
    first = int(seed(tab))
    tab.locator("#stage .choose").nth(2).click()
    tab.locator("#stage .tools").wait_for()
    chosen = str((first + 2) % 2**32)
    assert seed(tab) == chosen == opened(picture(tab)).text["seed"]
    assert tab.locator("#stage figcaption").inner_text() == chosen
    assert f"seed {chosen}" in tab.locator("#status").inner_text()
    with tab.expect_download() as download:
        tab.locator("[data-do=save]").click()
    assert Image.open(download.value.path()).text["seed"] == chosen
    tab.locator("#fresh input").uncheck()
    set_count(tab, 1)
    shown = picture(tab)
    press(tab, "#draw")
    done(tab)
    assert picture(tab) == shown


# Pictures that were not made here.


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_foreign_picture_is_told_and_can_be_changed_in_part(tab, tmp_path, kind):
    path = tmp_path / f"graph.{kind}"
    with Image.open(GRAPH) as graph:
        graph.save(path, **({"pnginfo": graph.info and None} if kind == "png" else {}))
    drop(tab, GRAPH if kind == "png" else path, f"image/{kind}")
    status(tab, "was not made here").wait_for()
    assert tab.locator("#gallery img").count() == 0 and prompt(tab) == ""
    assert tab.locator("[data-do=vary]").is_hidden()
    tab.locator("[data-place=left]").click()
    draw(tab, "a red apple")
    done(tab)
    right = slice(pixels(tab).shape[1] // 2 + 16, None)
    with Image.open(GRAPH) as graph:
        before = graph.convert("RGB").resize((SMALL_SIDE, SMALL_SIDE))
    import numpy as np

    assert np.abs(pixels(tab)[:, right] - np.asarray(before)[:, right].astype(int)).mean() < 8
    assert opened(picture(tab)).text["preset"] == "nano"


def test_what_is_chosen_as_a_picture_is_one_whatever_its_name(tab, tmp_path):
    path = tmp_path / "graph"
    path.write_bytes(GRAPH.read_bytes())
    tab.locator("#restore-box input[type=file]").set_input_files(path)
    status(tab, "was not made here").wait_for()


def test_a_file_of_another_kind_is_told_and_the_page_stays(tab, tmp_path):
    path = tmp_path / "notes.pdf"
    path.write_bytes(b"%PDF-1.4 no sound")
    drop(tab, path, "application/pdf")
    status(tab, "neither a recording nor a picture").wait_for()
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    drop(tab, path, "image/png")
    status(tab, "not a readable").wait_for()
