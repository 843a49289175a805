"""The page's endpoints over HTTP with the real models, and what visitors leave behind."""

import shutil
import socket
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from PIL import Image

from app import cards
from app.conversation import Conversation, Knobs
from app.glossary import Repair
from app.pictures import read_settings
from app.pipeline import DrawSettings, Heard
from app.sessions import Sessions
from app.speech import Transcript


@pytest.fixture(scope="module")
def page(pipeline):
    from app.ui import Page

    return Page(pipeline)


@pytest.fixture(scope="module")
def address(page):
    from app.ui import launch

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield launch(page, host="127.0.0.1", port=port)
    page.blocks.close()


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


def test_only_speak_and_draw_are_offered(client):
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/speak", "/draw"}
    assert client.view_api(return_format="dict")["unnamed_endpoints"] == {}


def test_draw(client):
    path, summary = client.predict("a red apple", 0.0, 3, 4.0, 9, api_name="/draw")
    assert Image.open(path).size == (480, 480)
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
    _, summary = client.predict(prompt="<script>alert(1)</script>", steps=1, api_name="/draw")
    assert summary["prompt"] == "<script>alert(1)</script>"
    wild = Transcript("fr", 0.9, (("it", 0.05),), "<b>chat</b>", "<i>cat</i>", 0.1)
    card = cards.heard_card(Heard(wild, Repair("<u>", ("<u>",), (("<s>", "<a>"),))))
    for tag in ("<b>chat", "<i>", "<u>", "<s>", "<a>"):
        assert tag not in card
    assert "&lt;b&gt;chat" in card and "&lt;script" in cards.status("<script>")


def test_card_shows_translation_and_repair():
    said = Transcript("fr", 0.98, (("ca", 0.01), ("it", 0.004)), "une pomme", "a thumb", 0.5)
    card = cards.heard_card(Heard(said, Repair("a red apple", ("red",), (("thumb", "apple"),))))
    for part in ("French", "98%", "Catalan 1%", "une pomme", "a thumb", "<del>thumb</del>"):
        assert part in card
    assert "Italian" not in card, "guesses below half a percent are no guesses"
    assert "+ <ins>red</ins>" in card
    whole = Repair("a red apple", ("red",), (("a thumb", "a red apple"),))
    assert "+ <ins>" not in cards.heard_card(Heard(said, whole)), "said once is enough"
    assert "Glossary" not in cards.heard_card(Heard(said, Repair("a thumb", (), ())))


def test_menu_offers_every_language_by_its_own_name():
    choices = dict(cards.language_choices())
    assert choices["Detect the language"] == "auto"
    assert choices["Français · French"] == "fr" and choices["中文 · Chinese"] == "zh"
    assert len(choices) > 99


def test_address_is_served_without_foreign_resources(address):
    from urllib.request import urlopen

    html = urlopen(address).read().decode()
    assert "fonts.googleapis" not in html and "cdn" not in html.lower()


# Conversations: what the page's listeners do.


@pytest.fixture
def conversation(pipeline):
    return Conversation(pipeline, Sessions())


def test_a_spoken_conversation(conversation, clips):
    knobs = Knobs(0, 3, 4.0, 11)
    path = str(clips["fr_cat_apple"]["path"])
    views = list(conversation.speak(path, "auto", knobs, [], "ann"))
    shown = {name: value for view in views for name, value in view.items()}
    assert "French" in shown["heard"] and "cat" in shown["prompt"]
    assert shown["busy"] is False and shown["seed"] == 11 and "Done" in shown["status"]
    ((path, prompt),) = shown["shelf"]
    assert shown["picture"] == path and prompt == shown["prompt"]

    restored = conversation.restore(path)
    assert restored["prompt"] == prompt and restored["seed"] == 11
    assert restored["fresh"] is False and restored["percent"] == 0
    assert "pomme" in restored["heard"].lower()


def test_drawing_again_keeps_what_was_said_and_editing_drops_it(conversation):
    said = Transcript("fr", 0.98, (), "un chat", "a cat", 0.5)
    heard = Heard(said, Repair("a cat", (), ()))
    for prompt, kept in (("a cat", True), ("a dog", False)):
        *_, last = conversation.draw(prompt, Knobs(0, 1, 4.0, 0), [], heard, "ann")
        assert ("transcript" in read_settings(Path(last["picture"]))) is kept


def test_stop_ends_within_one_step_and_keeps_the_preview(conversation):
    views = conversation.draw("a cat", Knobs(0, 20, 4.0, 0), [], None, "ann")
    pictures = []
    for view in views:
        if view.get("picture") is not None:
            pictures.append(view["picture"])
            if len(pictures) == 2:
                conversation.sessions.stop("ann")
        last = view
    assert len(pictures) == 3 and last["busy"] is False
    assert "Stopped at step 3 of 20" in last["status"]


def test_a_new_job_ends_the_visitors_old_one_and_nobody_elses(conversation):
    old = conversation.draw("a cat", Knobs(0, 20, 4.0, 0), [], None, "ann")
    other = conversation.draw("a dog", Knobs(0, 4, 4.0, 0), [], None, "bob")
    next(old), next(old), next(other)
    list(conversation.draw("a fish", Knobs(0, 1, 4.0, 0), [], None, "ann"))
    assert "Stopped" in list(old)[-1]["status"]
    assert "Done" in list(other)[-1]["status"]


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        (Knobs(None, 8, 4.0, 0), "empty"),
        (Knobs(0, None, 4.0, 0), "steps"),
        (Knobs(0, 8, 4.0, 1.5), "seed"),
        (Knobs(400, 8, 4.0, 0), "ar_ratio"),
    ],
)
def test_mistakes_are_told_on_the_page(conversation, knobs, said):
    *_, last = conversation.draw("a cat", knobs, [], None, "ann")
    assert "error" in last["status"] and said in last["status"].lower()
    assert last["busy"] is False


def test_fresh_seeds_differ():
    assert len({Knobs(0, 8, 4.0, 0, fresh=True).settings().seed for _ in range(8)}) > 1
    assert Knobs(25, 8.0, 4.0, 3.0).settings() == DrawSettings(8, 4.0, 0.25, 3)


def test_foreign_pictures_are_told_on_the_page(conversation, tmp_path):
    path = tmp_path / "holiday.png"
    Image.new("RGB", (8, 8)).save(path)
    assert list(conversation.restore(path)) == ["status"]


def test_leaving_deletes_everything(tmp_path):
    sessions = Sessions()
    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    first.touch(), second.touch()
    sessions.keep_recording("ann", first)
    sessions.keep_recording("bob", first)
    sessions.keep_recording("ann", second)
    assert first.exists(), "bob still holds it"
    picture = sessions.new_picture("ann", "A cat / <b> & ../../dog")
    picture.touch()
    assert picture.name == "a-cat-b-dog.png" and sessions.root in picture.parents
    sessions.end("ann")
    assert not second.exists() and not picture.exists() and first.exists()
    sessions.end("bob")
    assert not first.exists() and len(sessions) == 0
