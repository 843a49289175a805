"""What somebody cuts, bakes, irons, writes is on a table before them, their tool above it."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.presets.load import load_collage

SEEDS = range(12)


@pytest.fixture(scope="module")
def layout():
    return load_collage().layout


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (
            "a mother cutting a cake",
            "a cake on a table, a woman behind the table and the woman holding a knife",
        ),
        (
            "a woman chopping onions in the kitchen",
            "two onions on a table, a woman behind the table and the woman holding a knife in the"
            " kitchen",
        ),
        (
            "a girl peeling potatoes",
            "two potatoes on a table, a girl behind the table and the girl holding a knife",
        ),
        (
            "a grandma baking cookies",
            "two cookies on a table, an old woman behind the table and the old woman holding a"
            " rolling pin",
        ),
        (
            "a man ironing a shirt",
            "a shirt on an ironing board, a man behind the ironing board and the man holding an"
            " iron",
        ),
        (
            "a father frying eggs in the kitchen",
            "a fried egg in a pan, the pan on a stove and a man behind the stove in the kitchen",
        ),
        (
            "a girl doing her homework",
            "a girl behind a school desk and the girl holding a pencil in the classroom",
        ),
        (
            "a woman writing",
            "a memo on a desk, a woman behind the desk and the woman holding a pen",
        ),
        ("a boy decorating a cake", "a cake on a table and a boy behind the table"),
        ("a man cutting a log", "a man next to a log and the man holding an axe"),
        ("a beaver cutting a carrot", "a beaver next to a carrot"),
        ("two women cutting a cake", "two women next to a cake and the women holding a knife"),
    ],
)
def test_work_is_read_at_a_table(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert canonical(read_scene(caption).scene) == caption


@pytest.mark.parametrize(
    "text",
    ["a mother cutting a cake", "a chef slicing tomatoes", "a man ironing a shirt",
     "a woman baking five cookies", "a boy writing a letter", "a man frying eggs"],
)  # fmt: skip
@pytest.mark.parametrize("seed", SEEDS)
def test_the_face_is_free_and_the_work_on_the_table(layout, text, seed):
    scene = read_scene(text).scene
    who = next(each.subject for each in scene.relations if each.name == "behind")
    top = next(each.objects[0] for each in scene.relations if each.name == "behind")
    sprites = layout.arranged(scene, seed)[1]
    places = [sprite.thing for sprite in sprites]
    body = sprites[places.index(who)]
    table = sprites[places.index(top)]
    assert places.index(who) < places.index(top)
    assert table.height <= 0.8 * body.height
    for sprite in sprites[places.index(top) + 1 :]:
        assert sprite.bottom <= table.bottom
        assert max(sprite.width, sprite.height) <= 0.6 * body.height
        hidden = min(sprite.left + sprite.width, body.left + body.width) - max(
            sprite.left, body.left
        )
        head = body.bottom - body.height + 0.35 * body.height
        assert hidden <= 0.6 * body.width or sprite.bottom - sprite.height >= head
    worked = [s for s in sprites if (s.thing, s.bottom < table.bottom) not in ((who, True),)
              and s.thing not in (who, top)]  # fmt: skip
    assert worked


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (
            "a man painting a fence white",
            "a man next to a white fence and the man holding a paint roller in a field",
        ),
        (
            "a woman painting a door red",
            "a woman next to a red door and the woman holding a paint roller in the hallway",
        ),
        ("a man painting a picture", "a painter"),
        ("a man painting a red house", "a man next to a red house and the man holding a paint"
                                       " roller in a field"),
        ("a woman painting a cat", "a woman next to a cat and the woman holding a paintbrush"),
        (
            "a girl writing a letter at the desk",
            "a girl behind a desk, an envelope on the desk and the girl holding a pen",
        ),
        (
            "a chef cutting onions at a table",
            "a chef behind a table, two onions on the table and the chef holding a knife",
        ),
        ("a girl crying over her broken doll",
         "a girl next to a broken doll and the girl with a water drop"),
        (
            "a child blowing out the candles on a cake",
            "an open mouthed child next to two candles and the candles on a whole cake",
        ),
        ("a secretary typing on a computer", "a woman behind a laptop"),
        ("a bridge over a river", "a bridge by the river"),
    ],
)  # fmt: skip
def test_what_is_painted_written_wept_over_is_shown(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert not found.left_out


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a boy and a girl playing chess",
         "a chess board on a table and the table between a boy and a girl"),
        ("two old men playing chess in the park",
         "a chess board on a table and the table between two old men in the park"),
        ("a man playing chess", "a chess board on a table and a man behind the table"),
        ("three men playing chess", "a chess board on a table and three men around the table"),
        ("a man and a woman playing cards",
         "playing cards on a table and the table between a man and a woman"),
        ("grandpa is playing cards with a boy",
         "playing cards on a table and the table between an old man and a boy"),
    ],
)  # fmt: skip
def test_a_board_is_on_a_table_between_those_who_play(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert not found.left_out
    assert canonical(read_scene(caption).scene) == caption
