"""What a page's start leaves out: gradio's stub files, web applications never served, torch."""

import subprocess
import sys
from pathlib import Path

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState

from app.web.lean_gradio import unserved, without_copies

ROOT = Path(__file__).resolve().parents[3]
START = """
import sys
opened = []
sys.addaudithook(lambda event, words: opened.append(str(words[0])) if event == "open" else None)
from app.config import load_config
from app.pipeline import SpeechToImage
SpeechToImage(load_config("nano")).check_weights()
from app.web.page import Page, launch
print([name for name in opened if name.endswith(".pyi")], "torch" in sys.modules, len(opened) > 99)
"""


def test_a_page_is_there_before_torch_and_without_stubs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == ["[]", "False", "True"], done.stderr[-2000:]


def test_blocks_get_no_web_application_before_they_are_served() -> None:
    builds = App.create_app
    with unserved(), gr.Blocks() as blocks:
        gr.HTML("a page")
    assert blocks.app is None
    assert App.create_app is builds
    assert isinstance(App.create_app(blocks), App)


def test_a_session_holds_no_copy_of_the_page() -> None:
    with unserved(), gr.Blocks() as blocks:
        text, kept = gr.Textbox("as it was"), gr.State(["a"])
    without_copies()
    session = SessionState(blocks)
    session[kept._id] = ["b"]
    session._update_value_in_config(text._id, "x" * 1000)
    assert not any(key == text._id for key in session.config_values)
    assert session[kept._id] == ["b"] and session[text._id].value == "as it was"
    assert SessionState(blocks)[kept._id] == ["a"]
