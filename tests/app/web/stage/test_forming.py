"""What is said while a picture is still being drawn: a change is of that picture."""

import pytest

from tests.helpers.page.page_requests import (
    ONE_STEP,
    THREE_STEPS,
    begin,
    draw,
    drawn,
    names,
    scenery,
    shown,
)


def begun(talk, prompt, **more):
    """A request of which a step is drawn."""
    views = draw(talk, prompt, knobs=THREE_STEPS, **more)
    assert "step" in [next(views), next(views)][-1]["status"]
    return views


@pytest.fixture(scope="module")
def fish(plain):
    """The number of a finished picture."""
    number, view = drawn(plain, "a fish", knobs=ONE_STEP)
    assert names(view) == ["1 fish"]
    return number


def test_it_is_drawn_with_the_change_from_the_beginning(talk, fish):
    cat = begun(talk, "a cat in the garden", picture=fish)
    number, end = drawn(talk, "add a red apple", knobs=THREE_STEPS, picture=fish)
    assert names(end) == ["1 cat", "1 red apple"] and scenery(end)["setting"] == "garden"
    assert "Added a red apple" in end["status"] and end["stage"]["kind"] == "final"
    shown(cat)
    _, later = drawn(talk, "make it night", knobs=ONE_STEP, picture=number)
    assert names(later) == ["1 cat", "1 red apple"] and scenery(later)["time"] == "night"


def test_a_change_of_a_change_is_both(talk, fish):
    night = begun(talk, "make it night", picture=fish)
    _, end = begin(talk, "tell", text="a boat above it", knobs=THREE_STEPS, picture=fish)
    end = shown(end)
    assert names(end) == ["1 fish", "1 boat"] and scenery(end)["time"] == "night"
    shown(night)


def test_a_new_wish_is_a_new_picture(talk, fish):
    cat = begun(talk, "a cat in the garden", picture=fish)
    assert names(drawn(talk, "a red apple", knobs=ONE_STEP, picture=fish)[1]) == ["1 red apple"]
    shown(cat)


def test_what_was_stopped_or_failed_is_not_changed(talk, fish, monkeypatch):
    cat = begun(talk, "a cat in the garden", picture=fish)
    talk.sessions.stop("ann")
    shown(cat)
    assert names(drawn(talk, "add a boat", knobs=ONE_STEP, picture=fish)[1]) == ["1 fish", "1 boat"]
    assert "Nothing of" in drawn(talk, "democracy", picture=fish)[1]["status"]
    assert names(drawn(talk, "add a boat", knobs=ONE_STEP, picture=fish)[1]) == ["1 fish", "1 boat"]

    def broken(*_args):
        raise RuntimeError("out of order")

    with monkeypatch.context() as patched:
        patched.setattr(talk.pipeline.generator, "to_images", broken)
        assert "went wrong" in drawn(talk, "a cat", knobs=ONE_STEP, picture=fish)[1]["status"]
    assert names(drawn(talk, "add a boat", knobs=ONE_STEP, picture=fish)[1]) == ["1 fish", "1 boat"]
