"""Tears, laughing and open mouths, closed eyes are in the faces of those who cry, laugh, sleep."""

import numpy as np
import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.states.faces import with_expression
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.drawn.faces import Face, expression, face_of, may_show, weeps
from maskgil.nano.world.nouns import load_nouns, noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a boy laughing", "a laughing boy"),
        ("a laughing woman", "a laughing woman"),
        ("a smiling man", "a laughing man"),
        ("a girl is smiling", "a laughing girl"),
        ("a grinning boy", "a laughing boy"),
        ("two children laughing", "two laughing children"),
        ("a girl and a boy laughing", "a laughing girl and a laughing boy"),
        ("a lion roaring", "an open mouthed lion in the savanna"),
        ("a cat yawning", "an open mouthed cat"),
        ("a lion with its mouth wide open", "an open mouthed lion"),
        ("a boy sticking out his tongue", "a tongue out boy"),
        ("a girl with her tongue out", "a tongue out girl"),
        ("a laughing horse", "a horse with a speech bubble"),  # no mouth is seen from the side
        ("a wolf howling", "an open mouthed wolf"),
    ],
)
def test_mouths_tell_what_is_done(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert not found.left_out
    assert read_scene(caption).scene == found.scene


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a baby crying", "crying"), ("a sad clown", "crying"), ("a dog sleeping", "sleeping"),
     ("a boy laughing", "laughing"), ("a boy", ""), ("a boy with a red ball", "")],
)  # fmt: skip
def test_expressions_are_what_is_told(text, shown):
    assert expression(read_scene(text).scene, 0) == shown


def test_faces_lie_in_drawings_that_there_are():
    codes = {code for one in load_nouns() for code in one.art}
    known = [code for code in codes if face_of(code)]
    assert len(known) > 150
    for code in known:
        face = face_of(code)
        assert all(0 < x < 1 and 0 < y < 0.75 for x, y in face.eyes)
        assert [x for x, _ in face.eyes] == sorted(x for x, _ in face.eyes)
        if face.mouth is not None:
            assert face.mouth[1] > max(y for _, y in face.eyes)
    assert may_show(noun("boy"), "laughing")
    assert not may_show(noun("horse"), "laughing")
    assert not may_show(noun("boy"), "running")


@pytest.mark.parametrize(
    "shown", ["crying", "sleeping", "laughing", "open mouthed", "tongue out", "frowning"]
)
def test_expressions_change_the_face_alone(shown):
    drawing = np.zeros((200, 160, 4), np.float32)
    drawing[10:190, 20:140] = (0.9, 0.7, 0.3, 1)
    drawing[56:64, 54:58] = drawing[56:64, 102:106] = (0, 0, 0, 1)
    face = Face(((0.35, 0.3), (0.65, 0.3)), (0.5, 0.45, 0.2))
    found = with_expression(drawing, face, shown)
    changed = np.abs(found - drawing).max(-1) > 0.05
    assert changed.any()
    assert not changed[:45].any()
    assert not changed[125:].any()
    assert np.allclose(found[..., 3], drawing[..., 3], atol=0.02)


def test_heads_turn_within_their_outline():
    drawing = np.zeros((200, 160, 4), np.float32)
    drawing[10:190, 20:140] = (0.9, 0.7, 0.3, 1)
    drawing[10:40, 20:140] = (0.2, 0.1, 0.0, 1)  # hair
    drawing[56:64, 54:58] = drawing[56:64, 102:106] = (0, 0, 0, 1)
    face = Face(((0.35, 0.3), (0.65, 0.3)), (0.5, 0.45, 0.2))
    eyes = {}
    for shown in ("looking left", "looking right", "looking away"):
        found = with_expression(drawing, face, shown, neck=0.6)
        assert np.allclose(found[..., 3], drawing[..., 3], atol=0.02)
        assert not (np.abs(found - drawing).max(-1) > 0.05)[135:].any()
        eyes[shown] = np.flatnonzero(found[60, 25:135, :3].max(-1) < 0.05)
    assert eyes["looking left"][0] < 27 and eyes["looking right"][-1] > 83
    assert not len(eyes["looking away"]) and found[70, 80, 0] < 0.4  # but hair


def test_tears_run_from_both_eyes():
    drawing = np.ones((200, 160, 4), np.float32) * np.array([0.9, 0.7, 0.3, 1], np.float32)
    found = with_expression(drawing, Face(((0.35, 0.3), (0.65, 0.3)), None), "crying")
    blue = (found[..., 2] > found[..., 0] + 0.2).nonzero()
    assert blue[0].min() > 0.28 * 200 and len(blue[0]) > 40
    assert (blue[1] < 80).any() and (blue[1] > 80).any()


def test_tears_are_in_the_face_and_no_drop_is_beside_it():
    scene = Scene((Thing("boy"), Thing("water drop")), (Relation(0, "with", (1,)),))
    code = noun("boy").art[0]
    assert weeps(scene, 1, {0: code})
    assert not weeps(scene, 1, {0: noun("apple").art[0]})
    collage = load_collage()
    crying = collage.of(scene, 1)
    rows = crying[..., 3].max((1, 2, 3)) > 0
    sprites = collage.layout.arranged(scene, 1)[1]
    boy = next(sprite for sprite in sprites if sprite.thing == 0)
    drop = next(sprite for sprite in sprites if sprite.thing == 1)
    beside = [x for x in range(round(drop.left), round(drop.left + drop.width))
              if not boy.left <= x < boy.left + boy.width]  # fmt: skip
    assert beside
    assert crying[:, beside][..., 3].max() == 0
    assert rows.any()


def test_who_lies_has_their_eyes_closed():
    collage = load_collage()
    asleep = read_scene("a cat sleeping").scene
    lying = Scene((Thing("cat", state="lying"), *asleep.things[1:]), ())
    sprite = collage.layout.arranged(asleep, 0)[1][0]
    pictures = [collage.lay(scene, [sprite]) for scene in (asleep, lying)]
    assert (pictures[0] != pictures[1]).any()


def test_a_mouth_that_is_not_seen_is_left_out():
    assert read_scene("a crocodile with its mouth open").left_out == ("with its mouth open",)


def _in_colours(
    code: str, name: str, *colours: str | None, state: str | None = None
) -> list[np.ndarray]:
    """A drawing (H, W, 4) in each of some colours."""
    sprite = Sprite(0, code, 0, 12, 12, 12, stands=False)
    renderer = load_collage().renderer
    return [renderer.canvas(sprite, Thing(name, colour=each, state=state), "3d", shadow=False)
            for each in colours]  # fmt: skip


def _around(drawing: np.ndarray, place: tuple[float, ...], side: float) -> np.ndarray:
    """The colours (N, 3) within a square around a place of the drawing, both in its shares."""
    rows, columns = (np.flatnonzero(drawing[..., 3].any(axis)) for axis in (1, 0))
    wide, high = columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]
    x, y, half = columns[0] + place[0] * wide, rows[0] + place[1] * high, side * wide / 2
    window = drawing[round(y - half) : round(y + half) + 1, round(x - half) : round(x + half) + 1]
    return window[..., :3].reshape(-1, 3)


@pytest.mark.parametrize("colour", ["black", "brown", "white", "blue", "green"])
@pytest.mark.parametrize(("name", "code"), [("dog", "🐶^"), ("cat", "🐱^")])
def test_a_coloured_animal_has_its_eyes_and_its_mouth(name, code, colour):
    plain, painted = _in_colours(code, name, None, colour)
    face = face_of(code)
    for eye in face.eyes:
        seen = _around(painted, eye, 0.16) @ [0.299, 0.587, 0.114]
        assert seen.max() - seen.min() > 0.2, "an eye differs from its coat"
    x, y, wide = face.mouth
    red = [(each[:, 0] - each[:, 1]).max() for each in
           (_around(shown, (x, y + wide / 4), wide) for shown in (plain, painted))]  # fmt: skip
    assert red[1] > 0.8 * red[0] > 0.3, "the mouth is as red as before"


def test_window_panes_keep_their_colour_where_a_bus_is_painted():
    plain, painted = _in_colours("🚌", "bus", None, "red")
    solid = plain[..., 3] > 0.9
    panes = solid & (plain[..., 2] > 0.9) & (plain[..., 0] < 0.5)
    assert panes.sum() > 200 and np.abs(painted - plain)[panes].mean() < 0.03
    body = solid & (plain[..., 0] > 0.9) & (plain[..., 2] < 0.3)
    assert (painted[body][:, 0] > 1.5 * painted[body][:, 2]).mean() > 0.9


@pytest.mark.parametrize(
    ("name", "colour"), [("daisy", "white"), ("orca", "black"), ("fried egg", "white")]
)
def test_what_is_of_a_colour_already_keeps_its_other_colours(name, colour):
    plain, painted = _in_colours(noun(name).art[0], name, None, colour)
    assert np.array_equal(plain, painted)


@pytest.mark.parametrize(("roof", "channel"), [("red", 0), ("blue", 2)])
def test_a_house_of_a_colour_has_a_roof_of_another(roof, channel):
    (drawn,) = _in_colours("🏠", "house", "white", state=f"{roof} roofed")
    solid = np.flatnonzero(drawn[..., 3].any(1))
    house = drawn[solid[0] : solid[-1] + 1]
    told = house[..., channel] > house[..., 2 - channel] + 0.35
    upper, wall = told[: len(house) // 2].mean(), house[len(house) // 2 : 4 * len(house) // 5]
    assert upper > 0.08 and told[4 * len(house) // 5 :].mean() < 0.01
    assert (wall[..., :3].min(-1) > 0.75).mean() > 0.15
