"""The Gradio page."""

from app.web.lean_gradio import without_stubs

without_stubs()  # before any of these modules imports gradio
