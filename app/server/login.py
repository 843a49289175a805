"""Login check before a body is read, and the routes that need no login.

The web framework checks the login as well, but parses the request first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.server.middleware import Scope

SHOWN = re.compile(  # what the login form needs
    r"/(login|logout|theme\.css|favicon\.ico|manifest\.json|robots\.txt|pwa_icon(/\d+)?)?/?$"
    r"|/(static|assets|svelte)/"
    r"|/gradio_api/(app_id|token|user|login_check|startup-events|theme\.css)/?$"
)
LOGIN = re.compile(r"/login/?$")
NEEDED = "log in first"


def is_needed(scope: Scope) -> bool:
    """Whether a request lacks a required login; False on pages without password."""
    app = scope.get("app")
    if getattr(app, "auth", None) is None or _is_logged_in(app, scope):
        return False
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return not SHOWN.match(scope["path"])
    return not LOGIN.match(scope["path"])


def _is_logged_in(app: Any, scope: Scope) -> bool:
    from starlette.requests import HTTPConnection

    cookies = HTTPConnection(scope).cookies
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(name in cookies and cookies[name] in app.tokens for name in names)
