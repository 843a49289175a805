"""Theme, scripts and launch of the page."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import io
import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
import gradio.routes

from app.i18n import tables, tables_with_regions
from app.server.connections import bound_connections
from app.server.middleware import Receive, Scope, Send
from app.server.options import Serving
from app.server.presence import Presence
from app.server.proxies import trusted_proxies
from app.server.uploads import Uploads, UploadWatch, separate_uploads
from app.web.api import answer_in_one_line, keep_tool_files_apart
from app.web.lean_gradio import patient_start, without_copies
from maskgil.utils.assets import ASSETS

STATIC = Path(__file__).parent / "static"
PHONES = """
<link rel="apple-touch-icon" href="pwa_icon/192">
<meta name="theme-color" content="#fafaf9" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0c0a09" media="(prefers-color-scheme: dark)">
"""
SCRIPTS = (
    "page.js", "files.js", "desk.js", "lens.js", "stage.js", "scene.js", "recorder.js", "book.js",
    "gallery.js",
)  # fmt: skip
MAX_UPLOAD = "25mb"

logger = logging.getLogger(__name__)
said = gr.I18n(**tables_with_regions())


def build_theme() -> gr.themes.Base:
    """Warm neutrals, one accent, the system's fonts: nothing is fetched from elsewhere."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.orange,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        font=["ui-sans-serif", "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_200",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_400",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        slider_color="*primary_700",
        slider_color_dark="*primary_500",
    )


def head() -> str:
    """HTML around gradio's column, the translations, and the scripts in order of dependency."""
    words = json.dumps(tables(), ensure_ascii=False).replace("</", "<\\/")
    scripts = [f"window.seeWords = {words};"]
    scripts += [(STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    around = (STATIC / "frame.css").read_text(encoding="utf-8")
    styles = base64.b64encode((ASSETS / "examples" / "styles.webp").read_bytes()).decode()
    around += f":root {{ --styles: url(data:image/webp;base64,{styles}); }}"
    return "\n".join(
        [PHONES, f"<style>{around}</style>", *(f"<script>{script}</script>" for script in scripts)]
    )


def launch(blocks: gr.Blocks, serving: Serving, uploads: Uploads) -> str:
    """Start serving `blocks` in the background and return the address.

    Uploads of clients are tracked in `uploads`.

    Raises OSError if the port is taken. The endpoints become MCP tools if the package `mcp` is
    installed (`gradio[mcp]` brings it).
    """
    from starlette.middleware import Middleware

    serving.check_port()
    answer_in_one_line(blocks)
    names = serving.names()
    options: dict[str, Any] = serving.launch_options(names)
    layers = options["app_kwargs"]["middleware"]
    layers += [Middleware(Presence), Middleware(UploadWatch, uploads=uploads)]
    with_tools = importlib.util.find_spec("mcp") is not None
    if not with_tools:
        logger.info("no MCP server: pip install 'gradio[mcp]'")
    separate_uploads()
    bound_connections()
    without_copies()
    patient_start()
    gradio.routes.CustomCORSMiddleware = _WithoutCors  # type: ignore[assignment, misc]
    proxies = trusted_proxies(share=serving.share)
    with proxies, contextlib.redirect_stdout(io.StringIO()):  # gradio announces the MCP server
        _, address, shared = blocks.launch(
            server_name=serving.host,
            server_port=serving.port,
            share=serving.share,
            prevent_thread_lock=True,
            quiet=True,
            theme=build_theme(),
            css_paths=[STATIC / "page.css"],
            head=head(),
            i18n=said,
            favicon_path=STATIC / "icon.png",
            pwa=True,
            mcp_server=with_tools,
            max_file_size=MAX_UPLOAD,
            allowed_paths=[],
            footer_links=["api"],
            run_history=False,
            ssr_mode=False,
            enable_monitoring=False,
            _frontend=False,  # no request to itself that must be answered within 3 s
            **options,
        )
    keep_tool_files_apart(blocks, uploads)
    if shared:
        names.add(urlsplit(shared).hostname or "")
    return shared or address


class _WithoutCors:
    """Replaces gradio's CORS middleware, which answers every origin and has no switch."""

    def __init__(self, app: Any, **_: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
