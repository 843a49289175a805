"""Conversations of programs on the running page: HTTP, MCP, several clients, bad names."""

import json
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from app.imaging.settings import DrawSettings
from app.server.presence import LeftError
from app.web.conversations import MOST, Conversations
from tests.helpers.page.running_page import call, served, tool


@pytest.fixture(scope="session")
def pipeline(plain_pipeline):
    return plain_pipeline


@pytest.fixture(scope="module")
def address(pipeline):
    """A page of its own: its pictures are talked to, and have to be as large as nano is."""
    with served(pipeline) as (_, address):
        yield address


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


def say(client, text, session="talk-1", *, steps=1, **more):
    path, summary = client.predict(
        prompt=text, steps=steps, seed=5, session=session, api_name="/draw", **more
    )
    return path, summary


def nouns(summary) -> list[str]:
    return [thing["noun"] for thing in summary["graph"]["things"]]


def test_a_conversation_over_http(client):
    say_three = partial(say, client, steps=3)  # what is behind, then the things
    house, first = say_three("a house by a lake")
    assert first["action"] == "new" and nouns(first) == ["house"]
    both, second = say_three("add a boat")
    assert second["action"] == "add" and nouns(second) == ["house", "boat"]
    assert second["changed"] == "added a boat"
    difference = np.asarray(Image.open(house)).astype(int) - np.asarray(Image.open(both))
    same = (np.abs(difference).max(-1) <= 2).mean()
    assert 0.4 < same < 1, "the house stands where it stood"
    _, asked = say_three("a cat")
    assert asked["action"] == "question" and len(asked["question"]["choices"]) == 2
    _, added = say_three("change this picture")
    assert nouns(added) == ["house", "boat", "cat"]
    back, undone = say_three("back")
    assert undone["action"] == "undo" and nouns(undone) == ["house", "boat"]
    assert (np.asarray(Image.open(back)) == np.asarray(Image.open(both))).all(), "undo is exact"
    _, left = say_three("add a zorblax")
    assert left["action"] == "none" and left["left_out"] == ["zorblax"]


def test_undo_brings_back_all_that_was_in_the_picture(nano_pipeline):
    talks = Conversations(nano_pipeline)
    pictures = []
    for text in ("a house by a lake", "the house red", "undo"):
        reply, image = talks.say("ann", "x", text, DrawSettings(steps=1), lambda: None)
        pictures.append(np.asarray(image).astype(int))
    assert reply.action == "undo" and (pictures[0] == pictures[2]).all()
    assert (pictures[0] != pictures[1]).any()


def test_a_clip_in_a_conversation(client, clips):
    say(client, "a house by a lake", session="spoken")
    clip = handle_file(str(clips["en_cat_apple"]["path"]))
    _, heard = client.predict(clip, steps=1, session="spoken", api_name="/speak")
    assert heard["language"] == "en" and heard["action"] == "question", "another picture, or more?"
    _, drawn = say(client, "a new picture", session="spoken")
    assert nouns(drawn) == ["cat", "apple"]


def test_sessions_are_apart(client):
    say(client, "a red car", session="one")
    _, other = say(client, "a tree at night", session="two")
    _, again = say(client, "make it blue", session="one")
    assert again["drawn"] == "a blue car" and "tree" in other["drawn"]


def test_what_is_no_conversation_is_as_before(client, address):
    _, summary = client.predict("a cat", steps=1, api_name="/draw")
    assert "graph" not in summary and summary["drawn"] == "a cat"
    status, said = call(address, "draw", ["a cat", 0, 1, 1, 0])  # of an older client
    assert status == 200 and "event: complete" in said and '"drawn": "a cat"' in said


@pytest.mark.parametrize("name", ["a b", "x" * 200, "../../etc", "a\nb", 7, [1]])
def test_bad_names_are_refused_in_a_line(address, name):
    status, said = call(address, "draw", ["a cat", 0, 1, 1, 0, name])
    assert status == 200 and "event: error" in said
    assert "session must be" in said and "Traceback" not in said


def test_the_tool_talks_too(address):
    wish = {"prompt": "a dog in a garden", "steps": 1, "session": "mcp"}
    assert not tool(address, "draw", wish)["isError"]
    answer = tool(address, "draw", {"prompt": "add a red apple", "steps": 1, "session": "mcp"})
    kinds = [part["type"] for part in answer["content"]]
    assert "image" in kinds and "added a red apple" in str(answer["content"])


def test_a_first_word_that_needs_a_picture(address):
    answer = tool(address, "draw", {"prompt": "undo", "steps": 1, "session": "fresh"})
    assert not answer["isError"] and "nothing to undo" in str(answer["content"])
    status, said = call(address, "draw", ["undo", 0, 1, 1, 0, "fresh-2"])
    assert status == 200 and "event: complete" in said and json.dumps(None) in said


def test_many_conversations_at_once_and_old_ones_go(pipeline):
    talks = Conversations(pipeline)
    settings = DrawSettings(steps=1)
    said: dict[str, str] = {}

    def talk(name: str, thing: str) -> None:
        talks.say("ann", name, f"a {thing}", settings, lambda: None)
        reply, image = talks.say("ann", name, "in the snow", settings, lambda: None)
        assert image is not None and reply.moment is not None
        said[name] = reply.moment.caption

    things = ["cat", "dog", "house", "car"]
    threads = [threading.Thread(target=talk, args=(each, each)) for each in things]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {name: name in caption for name, caption in said.items()} == dict.fromkeys(things, True)
    for number in range(MOST):
        with pytest.raises(ValueError, match="zorblax"):
            talks.say("bob", f"n{number}", "zorblax", settings, lambda: None)
    assert len(talks._held) == MOST and ("ann", "cat") not in talks._held


def test_who_left_is_not_drawn_for(pipeline):
    def gone() -> None:
        raise LeftError("nobody waits")

    talks = Conversations(pipeline)
    with pytest.raises(LeftError):
        talks.say("ann", "x", "a cat", DrawSettings(steps=1), gone)
    reply, _ = talks.say("ann", "x", "a cat", DrawSettings(steps=1), lambda: None)
    assert reply.action == "new"


def test_the_file_can_be_opened_on_the_page(client):
    say(client, "a house by a lake", session="file")
    path, _ = say(client, "add a boat", session="file")
    text = Image.open(Path(path)).text
    assert text["prompt"] == "a house and a boat on the lake" and "boat" in text["scene"]
