"""A page of another site, open in the same real browser: it can neither drive nor read this one."""

import http.server
import threading

import pytest

from tests.helpers.page.page_browser import PATIENCE, needs_chromium

pytestmark = needs_chromium
ASK = """
async (target) => {
  const call = JSON.stringify({ data: ["a red apple", 0, 1, 1, 5] });
  const file = new FormData();
  file.append("files", new Blob(["x"]), "x.ogg");
  const asked = {
    simple: ["/gradio_api/call/draw", { method: "POST", mode: "no-cors", body: call }],
    live: ["/gradio_api/component_server", { method: "POST", mode: "no-cors", body: call }],
    upload: ["/gradio_api/upload", { method: "POST", mode: "no-cors", body: file }],
    read: ["/config", {}],
    json: ["/gradio_api/call/draw",
           { method: "POST", body: call, headers: { "content-type": "application/json" } }],
  };
  const heard = {};
  for (const [name, [path, how]] of Object.entries(asked)) {
    try {
      heard[name] = (await fetch(target + path, { credentials: "include", ...how })).type;
    } catch {
      heard[name] = "refused";
    }
  }
  return heard;
}
"""


@pytest.fixture
def foreign():
    """The port of another server on this computer, with an empty page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>another site</title>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.localhost"])
def test_a_page_from_elsewhere_cannot_ask(served_page, browser, foreign, name):
    page, address, folder = served_page
    there = len(list(folder.rglob("x.ogg")))
    with browser.new_context() as context:
        tab = context.new_page()
        answers = []
        tab.on("response", lambda answer: answers.append((answer.url, answer.status)))
        tab.goto(f"http://{name}:{foreign}/", timeout=PATIENCE)
        target = address.rstrip("/")
        heard = tab.evaluate(ASK, target)
    assert heard["read"] == heard["json"] == "refused", "nothing of it can be read"
    asked = [status for url, status in answers if url.startswith(target)]
    assert len(asked) >= 3 and all(status >= 400 for status in asked), answers
    assert len(page.queue) == 0 and len(list(folder.rglob("x.ogg"))) == there


def test_another_name_for_the_page_shows_nothing(served_page, browser):
    """What a name of somebody else's that leads here shows: not the page."""
    _, address, _ = served_page
    port = address.rstrip("/").rpartition(":")[2]
    with browser.new_context() as context:
        tab = context.new_page()
        answer = tab.goto(f"http://evil.localhost:{port}/", timeout=PATIENCE)
        assert answer.status == 421 and "another name" in tab.content()
        answer = tab.goto(f"http://localhost:{port}/", timeout=PATIENCE)
        assert answer.status == 200
