"""Event nouns, light verbs, and deeds that are shown by what is at hand."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a woman giving a short lecture", "a woman behind a lectern"),
        ("a boy holding a microphone and giving a speech", "a boy holding a microphone"),
        ("a girl playing a slow tune", "a girl with musical notes"),
        ("two men taking a long stroll along a pier", "two walking men next to a pier"),
        ("a woman taking a drive in the mountains", "a woman riding a car in the mountains"),
        ("a girl taking a canoe ride on a lake", "a girl in a canoe on the lake"),
        ("a man running a marathon", "a running man"),
        (
            "a man holding a saw and repairing a boat",
            "a man holding a saw and the man next to a boat",
        ),
        ("a boy holding a ball and kicking it", "a boy kicking a sports ball"),
        (
            "a girl looking at a bird through binoculars",
            "a gazing girl next to a bird and the girl holding a binoculars",
        ),
    ],
)
def test_what_is_done_is_shown_by_what_is_at_hand(text, caption):
    assert canonical(read_scene(text).scene).startswith(caption)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("a woman giving a speech", ()),
        ("a man holding a wrench and fixing a chair", ()),
        ("a man holding a cup and fixing a chair", ("fixing",)),
        ("a man holding a cup and tuning a radio", ("tuning",)),
        ("a cat telling a story", ()),
    ],
)
def test_only_what_is_shown_is_not_told(text, left_out):
    assert read_scene(text).left_out == left_out


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (
            "a girl roasting a marshmallow over a campfire",
            "a girl holding a marshmallow on a stick and the girl next to a campfire in the forest",
        ),
        (
            "a woman grilling sausages",
            "two sausages on a barbecue and a woman next to the barbecue",
        ),
        ("a boy standing on a scale", "a boy on a bathroom scale"),
        ("an apple on a scale", "an apple on a balance scale"),
        (
            "a woman playing chess before going to bed",
            "a chess board on a table, a woman behind the table",
        ),
        ("three children canoeing on a lake", "three people rowing on the lake"),
        ("an old man composing on a piano", "an old man behind a piano"),
        (
            "a girl painting on an easel",
            "a girl next to an easel and the girl holding a paintbrush",
        ),
        ("a boy watching a cartoon", "a gazing boy on a couch and the couch next to a television"),
        (
            "a woman holding a hammer and building a doghouse",
            "a woman holding a hammer and the woman next to a doghouse",
        ),
    ],
)
def test_pastimes_and_crafts(text, caption):
    assert canonical(read_scene(text).scene).startswith(caption)


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (
            "a girl wearing a scarf and talking on the phone",
            "a girl wearing a scarf and the girl holding a cell phone",
        ),
        ("a man wearing a red hard hat", "a man wearing a red hard hat"),
        ("a woman walking with an umbrella", "a walking woman holding an umbrella"),
        ("a boy playing with a yo-yo", "a boy holding a yo-yo"),
        ("a girl playing with a toy truck", "a crouching girl next to a toy car"),
        ("a boy playing with a toy elephant", "a jumping boy next to a jumping tiny elephant"),
        (
            "a woman knitting a scarf",
            "a woman next to a scarf and the woman holding a ball of yarn",
        ),
        ("a girl pouring a drink", "a girl holding a soda"),
        ("a woman wearing a snorkel", "a woman wearing a diving mask"),
        ("a dancer in a band", "a dancer next to three men"),
        ("a boy holding a toy and making it fly", "a boy holding a teddy bear"),
    ],
)
def test_hands_and_what_is_in_them(text, caption):
    assert canonical(read_scene(text).scene).startswith(caption)
