"""The page's endpoints over HTTP with the real models, and what visitors leave behind."""

import asyncio
import base64
import inspect
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from app.glossary.repair import Repair
from app.i18n import Translations
from app.imaging.png import read_settings
from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.transcriber import Transcript
from app.types import Heard
from app.web import markup
from app.web.components import EXAMPLES, example
from app.web.live_preview import live_listener
from maskgil.sampling import decoding
from tests.helpers.small_pictures import SMALL_SIDE

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def page(pipeline):
    from app.web.page import Page

    return Page(pipeline)


@pytest.fixture(scope="module")
def address(page, request):
    from gradio import networking

    from app.web.page import launch

    patch = pytest.MonkeyPatch()
    request.addfinalizer(patch.undo)
    patch.setattr(networking, "url_ok", lambda _: False)  # on a machine too busy to answer in 3 s

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield launch(page, host="127.0.0.1", port=port)
    page.blocks.close()


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


def generators_on_the_way() -> list[str]:
    """The project's own generators that whoever is called here runs inside, outermost last."""
    frame, found = sys._getframe(1), []
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if frame.f_code.co_flags & inspect.CO_GENERATOR and name.startswith(("app.", "maskgil.")):
            found.append(f"{name}.{frame.f_code.co_name}")
        frame = frame.f_back
    return found


def test_a_page_that_nobody_asks_rests(page, address, monkeypatch):
    """Left to itself gradio looks for requests a thousand times a second."""
    looks, queue = [], type(page.blocks._queue)
    size = queue.__len__
    monkeypatch.setattr(queue, "__len__", lambda self: looks.append(1) or size(self))
    time.sleep(0.5)
    assert 0 < len(looks) < 100


@pytest.mark.parametrize("percent", [0, 5])
def test_a_preview_passes_at_most_five_generators(page, monkeypatch, percent):
    found: list[list[str]] = []

    def watched(*args, **options):
        found.append(generators_on_the_way())
        return draw(*args, **options)

    draw = decoding.draw
    monkeypatch.setattr(decoding, "draw", watched)
    values = {getattr(page, name): None for name in ("compare", "shape", "style", "language")}
    values |= {page.prompt: "a cat", page.percent: percent, page.steps: 2, page.guidance: 1.0}
    values |= {page.seed: 1, page.fresh: False, page.count: 1}
    event = SimpleNamespace(_data={"number": 1 + percent, "kind": "draw"})
    visitor = SimpleNamespace(session_hash="walker", client=None, headers={})
    *_, last = page._on_ask(values, event, visitor)
    assert last[page.desk]["stage"]["kind"] == "final"
    assert found and all(2 < len(each) <= 5 for each in found), found


def test_only_speak_and_draw_are_offered(client):
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/speak", "/draw"}
    assert client.view_api(return_format="dict")["unnamed_endpoints"] == {}


def test_draw(client):
    path, summary = client.predict("a red apple", 0.0, 3, 4.0, 9, api_name="/draw")
    assert Image.open(path).size == (SMALL_SIDE, SMALL_SIDE)
    text = read_settings(Path(path))
    assert (text["prompt"], text["seed"], text["steps"]) == ("a red apple", "9", "3")
    assert summary["prompt"] == "a red apple" and summary["seed"] == 9
    assert summary["image"] == Path(path).name


def test_draw_by_name_with_defaults(client):
    _, summary = client.predict(prompt="a dog", steps=1, api_name="/draw")
    assert summary["seed"] == 0 and summary["language"] is None


def test_speak(client, clips):
    path, summary = client.predict(
        audio=handle_file(str(clips["zh_cat_apple"]["path"])), steps=3, api_name="/speak"
    )
    assert summary["language"] == "zh" and "色的" in summary["transcript"]
    assert {"cat", "apple"} <= set(summary["prompt"].lower().replace(".", "").split())
    assert read_settings(Path(path))["transcript"] == summary["transcript"]


def test_voices_sent_to_the_endpoint_are_deleted(client, clips, page):
    client.predict(audio=handle_file(str(clips["en_stars"]["path"])), steps=1, api_name="/speak")
    cache = Path(page.blocks.GRADIO_CACHE)
    assert not list(cache.rglob("en_stars*")), "the recording is still there"


@pytest.mark.parametrize("kind", ["silence", "empty", "text"])
def test_bad_recordings_get_one_line_and_the_app_lives(client, bad_audio, tmp_path, kind):
    path = shutil.copy(bad_audio(kind), tmp_path / "sent.wav")
    with pytest.raises(Exception, match=r"o speech heard|s empty|not an audio file") as caught:
        client.predict(audio=handle_file(str(path)), api_name="/speak")
    assert "Traceback" not in str(caught.value)
    assert client.predict(prompt="a dog", steps=1, api_name="/draw")[1]["prompt"] == "a dog"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"prompt": ""}, "empty"),
        ({"prompt": "x" * 10_000}, "10,000 characters"),
        ({"steps": -3}, "[Ss]teps"),
        ({"steps": 10**9}, "[Ss]teps"),
        ({"ar_ratio": 7}, "[Aa]r_ratio"),
        ({"guidance": -1}, "[Gg]uidance"),
        ({"seed": 2.5}, "[Ss]eed"),
    ],
)
def test_absurd_parameters_are_refused(client, wrong, said):
    with pytest.raises(Exception, match=said):
        client.predict(api_name="/draw", **{"prompt": "a cat", **wrong})


def test_markup_is_shown_not_run(client):
    wish = "a dog <script>alert(1)</script>"
    _, summary = client.predict(prompt=wish, steps=1, api_name="/draw")
    assert summary["prompt"] == wish
    wild = Transcript("fr", 0.9, (("it", 0.05),), "<b>chat</b>", "<i>cat</i>", 0.1)
    card = markup.heard_card(Heard(wild, Repair("<u>", ("<u>",), (("<s>", "<a>"),))))
    for tag in ("<b>chat", "<i>", "<u>", "<s>", "<a>"):
        assert tag not in card
    assert "&lt;b&gt;chat" in card and "&lt;script" in markup.status("<script>")


def test_card_shows_translation_and_repair():
    said = Transcript("fr", 0.98, (("ca", 0.01), ("it", 0.004)), "une pomme", "a thumb", 0.5)
    card = markup.heard_card(Heard(said, Repair("a red apple", ("red",), (("thumb", "apple"),))))
    for part in ("Français", "98%", "Català 1%", "une pomme", "a thumb", "<del>thumb</del>"):
        assert part in card
    assert 'data-language="ca"' in card, "a guess is a click away"
    assert "Italiano" not in card, "guesses below half a percent are no guesses"
    assert "Català" not in markup.heard_card(Heard(said, Repair("", (), ())), chosen=True)
    assert "sûr à 98\N{NO-BREAK SPACE}%" in markup.heard_card(
        Heard(said, Repair("", (), ())), Translations("fr")
    )
    assert "+ <ins>red</ins>" in card
    whole = Repair("a red apple", ("red",), (("a thumb", "a red apple"),))
    assert "+ <ins>" not in markup.heard_card(Heard(said, whole)), "said once is enough"
    assert "Glossary" not in markup.heard_card(Heard(said, Repair("a thumb", (), ())))


def test_menu_offers_every_language_by_its_own_name():
    choices = dict(markup.language_choices())
    assert choices["Français · French"] == "fr" and choices["中文 · Chinese"] == "zh"
    assert len(choices) > 98


def test_address_is_served_without_foreign_resources(address):
    from urllib.request import urlopen

    html = urlopen(address).read().decode()
    html = re.sub(r"data:image/\w+;base64,[\w+/=]+", "", html)  # which may spell anything
    assert "fonts.googleapis" not in html and "cdn" not in html.lower()


# Live mode: what the page's script asks while somebody speaks.


def question(samples: np.ndarray, **changes) -> dict:
    pcm = base64.b64encode((samples * 32767).astype("<i2").tobytes()).decode()
    known = {"speaks": [], "languages": ["fr-FR"]}
    return {"rate": SAMPLE_RATE, "pcm": pcm, "seed": 3} | known | changes


@pytest.fixture(scope="module")
def live(pipeline):
    warming = pipeline.warm_up()
    pipeline.wait_until_warm()
    pipeline.end(warming)
    return live_listener(pipeline)


def test_live_answers_with_words_and_a_picture(live, pipeline, clips):
    samples = load_audio(clips["fr_cat_apple"]["path"])
    answer = live(question(samples))
    assert "apple" in answer["prompt"].lower() and answer["language"] == "fr"
    assert answer["grid"] == list(pipeline.generator.grid_size)
    assert answer["frame"]["src"].startswith("data:image/webp;base64,")
    assert live(question(samples[: len(samples) // 2])) != answer, "half the sentence"
    assert live(question(samples, speaks=["de"]))["language"] == "de", "one is told"


def test_live_shows_the_style_and_the_shape_that_are_chosen(live, pipeline, clips):
    samples = load_audio(clips["fr_cat_apple"]["path"])
    plain = live(question(samples))
    wide = live(question(samples, style="watercolour", shape="12x16"))
    assert wide["grid"] == [12, 16] and wide["prompt"] == plain["prompt"]
    assert "watercolour" in wide["frame"]["alt"] and "watercolour" not in plain["frame"]["alt"]
    data = base64.b64decode(wide["frame"]["src"].split(",")[1])
    width, height = Image.open(io.BytesIO(data)).size
    assert width / height == pytest.approx(32 / 24, abs=0.01)
    assert live(question(samples, style=["x"], shape="9x9"))["frame"] == plain["frame"]


def test_live_tells_in_the_language_of_the_page(live, clips):
    samples = load_audio(clips["fr_cat_apple"]["path"])
    told = {page: live(question(samples, page=page)) for page in ("en", "fr", "ja", "xx", 7)}
    assert told["en"]["told"] == told["xx"]["told"] == told[7]["told"] == told["en"]["prompt"]
    for page, cat, apple in (("fr", "chat", "pomme"), ("ja", "猫", "りんご")):
        assert told[page]["prompt"] == told["en"]["prompt"]
        for text in (told[page]["told"], told[page]["frame"]["alt"]):
            assert cat in text and apple in text


def test_live_has_no_answer_to_silence_nonsense_or_while_it_is_busy(live, pipeline, clips):
    samples = load_audio(clips["en_stars"]["path"])
    wrong = [
        question(np.zeros(SAMPLE_RATE, np.float32)), {}, [], None, question(samples, rate=1),
        question(samples, rate="16000"), question(samples, pcm="!"), question(samples, pcm=None),
        question(samples, seed=-1),
        question(np.zeros(60 * SAMPLE_RATE, np.float32)),
    ]  # fmt: skip
    assert [live(each) for each in wrong] == [{}] * len(wrong)
    with pipeline._listen_lock:  # the first question waits for the models
        first = threading.Thread(target=live, args=(question(samples),))
        first.start()
        time.sleep(1)
        assert live(question(samples)) == {}, "newer sound will be asked about again"
    first.join(60)


def test_examples_are_sent_as_they_are():
    clip = example(0)
    path = EXAMPLES / clip["name"]
    assert base64.b64decode(clip["data"]) == path.read_bytes()
    for wrong in (-1, 99, "0", None, True, {"path": "/etc/passwd"}):
        with pytest.raises(gr.Error):
            example(wrong)


# The same as tools of an MCP server.


def test_mcp_offers_and_draws(address):
    mcp = pytest.importorskip("mcp", reason="needs gradio[mcp]")
    from mcp.client.streamable_http import streamable_http_client

    wishes = ("a red apple and democracy", "democracy", {"path": "/etc/passwd"})

    async def use():
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            name = next(name for name in tools if name.endswith("draw"))
            asked = [{"prompt": wish, "steps": 2, "seed": 3} for wish in wishes]
            return tools, [await session.call_tool(name, each) for each in asked]

    tools, (answer, unknown, strange) = asyncio.run(use())
    assert {name.rsplit("_", 1)[-1] for name in tools} == {"speak", "draw"}
    (draw,) = (tool for name, tool in tools.items() if name.endswith("draw"))
    assert "description in English" in draw.description
    assert "What to draw" in draw.inputSchema["properties"]["prompt"]["description"]
    assert not answer.isError
    (picture,) = (part for part in answer.content if part.type == "image")
    assert picture.mimeType == "image/png"
    assert Image.open(io.BytesIO(base64.b64decode(picture.data))).size == (SMALL_SIDE, SMALL_SIDE)
    summary = json.loads(answer.content[-1].text)
    assert (summary["drawn"], summary["left_out"]) == ("a red apple", ["democracy"])
    for refused, line in ((unknown, "nothing in “democracy” is known"), (strange, "not of type")):
        (part,) = refused.content
        assert refused.isError and line in part.text and "\n" not in part.text


def test_the_documented_mcp_client_saves_the_picture(address, tmp_path):
    pytest.importorskip("mcp", reason="needs gradio[mcp]")
    text = (ROOT / "docs" / "app.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(import asyncio\n.*?)```", text, re.DOTALL)
    snippet = snippet.replace("http://127.0.0.1:7860/", address)
    done = subprocess.run(
        [sys.executable, "-c", snippet], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert '"drawn": "a red apple"' in done.stdout
    assert Image.open(tmp_path / "apple.png").size == (SMALL_SIDE, SMALL_SIDE)


def test_mcp_tools_fetch_nothing(address):
    mcp = pytest.importorskip("mcp", reason="needs gradio[mcp]")
    from mcp.client.streamable_http import streamable_http_client

    async def use():
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            name = next(name for name in names if name.endswith("speak"))
            return await session.call_tool(name, {"audio": f"{address}a.wav"})

    answer = asyncio.run(use())
    assert answer.isError and "must be a data URL" in answer.content[0].text
