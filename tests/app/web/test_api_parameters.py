"""Any JSON for any parameter of the two endpoints: used, or refused in one line that quotes it."""

import asyncio
import json
import math
import time

import gradio as gr
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.imaging.settings import DrawSettings, SettingsError
from app.server.job_queue import FairQueue, Limits
from app.server.uploads import Uploads
from app.web.api import LONGEST_LINE, Endpoints, Refusal, answer_in_one_line
from app.web.api_parameters import language_of, quoted, settings_of, text_of
from app.web.controller import PageController
from app.web.sessions import Sessions

FEW = settings(
    max_examples=100, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
GOOD = {"ar_ratio": 0, "steps": 1, "guidance": 1, "seed": 0}


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("steps", "8", 8), ("steps", " 8 ", 8), ("steps", "8.0", 8), ("steps", 8.0, 8),
        ("steps", "１２", 12), ("seed", "4294967295", 4294967295), ("seed", "-0", 0),
        ("ar_ratio", ".5", 0.5), ("ar_ratio", "5e-1", 0.5), ("guidance", "+2.", 2.0),
    ],
)  # fmt: skip
def test_numbers_as_text_are_numbers(name, value, taken):
    assert getattr(settings_of(**{**GOOD, name: value}), name) == taken


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    "value",
    [
        None, True, False, "", "x", "nan", "inf", "1e999", "0x10", "1_0", "8 8", "8\n9", "--1",
        "9" * 5000,
        math.nan, math.inf, -math.inf, 1e308, -1e308, 10**308, -(10**5000), 1.5e300, "½", -1, "-1",
        [], {}, [8], {"a": 8}, [1] * 100_000, "x" * 1_000_000, [[[[8]]]], {"a": "b" * 1_000_000},
    ],
    ids=lambda value: quoted(value)[:20],
)  # fmt: skip
def test_what_is_no_such_number_is_refused_in_one_line(name, value):
    started = time.process_time()
    with pytest.raises(SettingsError) as error:
        settings_of(**{**GOOD, name: value})
    assert time.process_time() - started < 5  # no product of a list, no power
    line = str(error.value)
    assert line.startswith(f"{name} must be") and "\n" not in line and len(line) < 200
    assert not isinstance(value, str) or not value or value[:3].split("\n")[0] in line


@pytest.mark.parametrize("value", [5, True, ["a cat"], {"prompt": "a cat"}, 1.5])
def test_a_prompt_and_a_language_are_text(value):
    for ask in (lambda: text_of("prompt", value), lambda: language_of(value)):
        with pytest.raises(SettingsError, match="must be text, not"):
            ask()
    assert text_of("prompt", None) == "" and language_of(None) is None is language_of(" AUTO ")
    assert language_of("French") == "fr"
    with pytest.raises(ValueError, match=r"'xxxxxx.*\.\.\.x"):
        language_of("x" * 1_000_000)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["8", "0", "nan", 10**400, "a table", "fr", 1e308, "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=4) | st.just("path"), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


class Asking:
    """A request as the endpoints see one."""

    session_hash, client = "fuzz", None


@pytest.fixture(scope="module")
def endpoints(pipeline):
    return Endpoints(PageController(pipeline, Sessions()), FairQueue(Limits()), Uploads())


@FEW
@given(values=st.tuples(JUNK, JUNK, JUNK, JUNK, JUNK, JUNK))
def test_draw_answers_any_json_with_a_picture_or_a_line(endpoints, values):
    _answered(lambda: endpoints.draw(*values, Asking()))


@FEW
@given(values=st.tuples(JUNK, JUNK, JUNK, JUNK, JUNK, JUNK, JUNK))
def test_speak_answers_any_json_with_a_line(endpoints, values):
    audio = values[0]
    kept = {"path": ""} if isinstance(audio, dict) else audio  # a path is an upload by then
    _answered(lambda: endpoints.speak(kept, *values[1:], Asking()))


@FEW
@given(
    wish=st.text(max_size=40), steps=st.sampled_from([1, "1", 65, "x"]),
    session=st.sampled_from(["", "talk", "a b"]),
)  # fmt: skip
def test_draw_answers_any_wish(endpoints, wish, steps, session):
    _answered(lambda: endpoints.draw(wish, 0, steps, 1, 0, session, Asking()))


def _answered(ask):
    try:
        path, summary = ask()
    except gr.Error as error:
        line = str(error)
        assert line and "\n" not in line and len(line) <= LONGEST_LINE and "Traceback" not in line
    else:
        told = json.loads(json.dumps(summary))
        assert told["drawn"] if path else told["action"], "a question may come before any picture"
        assert path is None or path.endswith(".png")


def test_settings_know_their_own_limits():
    for value in (10**400, math.nan, math.inf):
        with pytest.raises(SettingsError):
            DrawSettings(guidance=value)


def test_what_the_web_framework_refuses_leaves_no_traceback():
    """It raises an error of its own for a number out of bounds, and would log where."""
    with gr.Blocks() as blocks:
        number = gr.Number(minimum=0)
        gr.Button().click(lambda value: value, number, number)
    answer_in_one_line(blocks)
    with pytest.raises(Refusal) as refused:
        asyncio.run(blocks.process_api(block_fn=blocks.fns[0], inputs=[-1]))
    assert "-1" in str(refused.value) and not refused.value.print_exception
