"""Where things stand after a change, and what of the picture is drawn anew."""

from dataclasses import replace

import numpy as np
import pytest

from maskgil.nano.dialogue.rearranging import Rearranger
from maskgil.nano.dialogue.spots import covered, hidden
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.dialogue.telling import line_of
from maskgil.nano.world.clusters import GRID
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import change_of


def opacity(plan) -> np.ndarray:
    """Alpha (h, w, P, P) of what is laid out."""
    return plan.draft[..., 3]


@pytest.fixture(scope="module")
def planner():
    return Planner(load_collage())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("said", ["add a boat", "a bird above the tree", "give the cat a hat",
                                  "a bench to the left of the tree", "two trees"])  # fmt: skip
def test_what_stands_stays_where_it_stands(planner, said, seed):
    change = change_of("a cat and a tree in a field", said)
    before = planner.first(change.before, seed)
    after = planner.next(change, before.arrangement)
    new = {index for index, origin in enumerate(change.origins) if origin is None}
    kept = [s for s in after.arrangement.sprites if s.thing not in new]
    places = {(s.thing, s.box) for s in kept}
    stood = {(s.thing, s.box) for s in before.arrangement.sprites}
    if "hat" in said:  # another drawing of the cat wears it
        stood = {(thing, box) for thing, box in stood if thing != 0}
    assert stood <= places
    assert after.hole.any() and not after.is_whole
    assert (before.draft == after.draft)[~after.hole].all(), "all that looks otherwise is drawn"
    assert (opacity(after) > 0)[after.hole].any()
    assert all(0 <= end <= 1 for box in after.arrangement.boxes() for end in box or ())


@pytest.mark.parametrize("seed", range(3))
def test_some_of_several_are_told_apart_where_they_stand(planner, seed):
    change = change_of("three apples and a cup under a tree", "make one of them green")
    before = planner.first(change.before, seed)
    after = planner.next(change, before.arrangement)
    assert [thing.colour for thing in change.after.things if thing.noun == "apple"] == [
        None,
        "green",
    ]
    stood = sorted(sprite.box for sprite in before.arrangement.sprites)
    assert sorted(sprite.box for sprite in after.arrangement.sprites) == stood
    assert 0 < after.hole.sum() < after.hole.size / 4
    assert line_of(change) == "one of the three apples: the apple is green now"


def test_the_one_of_several_is_one_that_is_seen(planner):
    change = change_of("three apples on a table", "one of them green")
    before = planner.first(change.before, 0).arrangement
    first, second, third = (s for s in before.sprites if s.code == "🍎")
    hiding = replace(third, code="🐘", thing=first.thing)
    for at, hidden_one in enumerate((first, second, third)):
        stands = [first, second, third]
        moved = replace(hiding, left=hidden_one.left, bottom=hidden_one.bottom)
        runner = Rearranger(planner.collage.layout, change, [*stands, moved], 0)
        runner.sprites = [replace(s, thing=0) for s in stands] + [replace(moved, thing=9)]
        runner._part(1, 0)
        assert [s.thing for s in runner.sprites].index(1) != at


@pytest.mark.parametrize(
    ("said", "left", "right"),
    [
        ("add a cow on the left", "cow", "house"),
        ("add a cow on the far right", "house", "cow"),
        ("a cow on the right and a pig on the left", "pig", "cow"),
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_new_things_stand_on_the_side_that_is_told(planner, said, left, right, seed):
    change = change_of("a house in a field", f"put {said.removeprefix('add ')}")
    after = planner.next(change, planner.arranged(change.before, seed))
    boxes = dict(zip((t.noun for t in change.after.things), after.arrangement.boxes(), strict=True))
    centres = {name: (box[0] + box[2]) / 2 for name, box in boxes.items()}
    assert centres[left] < centres[right]
    for name in {"cow", "pig"} & set(centres):
        assert centres[name] < 0.45 if name == left else centres[name] > 0.55


def test_a_removed_thing_leaves_nothing_but_ground(planner):
    change = change_of("a cat and a tree in a field", "remove the cat")
    before = planner.first(change.before, 3)
    after = planner.next(change, before.arrangement)
    cat = next(sprite for sprite in before.arrangement.sprites if sprite.thing == 0)
    assert len(after.arrangement.sprites) == len(before.arrangement.sprites) - 1
    rows, columns = np.nonzero(after.hole)
    left, top, right, bottom = cat.box
    assert columns.min() >= left and columns.max() < right
    assert rows.min() >= top and rows.max() < bottom


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("said", ["remove the tree", "the tree smaller", "add a dog", "a red tree"])
def test_what_looks_as_before_is_not_drawn_again(planner, said, seed):
    """Of the boxes that a change touches only the cells that look otherwise are drawn."""
    change = change_of("a cat in front of a tree in a field", said)
    before = planner.first(change.before, seed)
    after = planner.next(change, before.arrangement)
    same = (before.draft == after.draft).all((2, 3, 4)) & (opacity(after) > 0).any((2, 3))
    assert after.hole.any() and not (after.hole & same).any()
    if said == "remove the tree":
        boxes = [sprite.box for sprite in before.arrangement.sprites]
        tree = next(box for box in boxes if box not in [s.box for s in after.arrangement.sprites])
        left, top, right, bottom = (max(0, round(end)) for end in tree)
        assert same[top:bottom, left:right].any(), "the cat stands in the tree's box"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("a dog and two cats on the beach", "ten dogs"),
        ("three ducks and a frog on a pond", "ten ducks"),
        ("a house and a tree by a lake", "add ten ducks"),
        ("a cow, a pig and a horse on a farm", "ten cows"),
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_ten_of_a_kind_leave_each_other_to_be_seen(planner, wish, said, seed):
    change = change_of(wish, said)
    sprites = planner.next(change, planner.arranged(change.before, seed)).arrangement.sprites
    assert sum(thing.count for thing in change.after.things) == len(sprites)
    pairs = [(one, other) for at, one in enumerate(sprites) for other in sprites[at + 1 :]]
    assert max(hidden(other, one) for one, other in pairs) <= 0.5
    assert all(-1 <= end <= GRID + 1 for sprite in sprites for end in sprite.box)


@pytest.mark.parametrize("wish", ["a cat in a park", "a girl", "a horse in a field"])
@pytest.mark.parametrize(
    "said", ["add a butterfly", "add a kite", "add a dog", "add a tree", "add a man"]
)
def test_what_is_added_hides_no_face(planner, wish, said):
    change = change_of(wish, said)
    for seed in range(4):
        before = planner.arranged(change.before, seed)
        sprites = planner.next(change, before).arrangement.sprites
        at, stood = next((n, s) for n, s in enumerate(sprites) if s.thing == 0)
        face = replace(stood, bottom=stood.bottom - stood.height / 2, height=stood.height / 2)
        assert sum(covered(face, other) for other in sprites[at + 1 :]) <= 0.25


def test_one_more_boat_is_not_hidden_by_the_house_on_the_shore(planner):
    for seed in range(8):
        change = change_of("a house and a boat on a lake", "two boats")
        sprites = planner.next(change, planner.arranged(change.before, seed)).arrangement.sprites
        boats = [(at, s) for at, s in enumerate(sprites) if s.thing == 1]
        assert len(boats) == 2
        unseen = [sum(covered(s, o) for o in sprites[at + 1 :]) for at, s in boats]
        assert max(unseen) < 0.7 and sum(unseen) <= 1.1, "of each, what the house's box hides"


def test_another_place_keeps_the_insides_of_things(planner):
    change = change_of("a house in a field", "make it night")
    before = planner.first(change.before, 0)
    after = planner.next(change, before.arrangement)
    assert not after.is_whole and after.hole.mean() > 0.4
    assert opacity(after)[~after.hole].min() >= 250, "nothing of the day shines through"
    assert planner.next(change_of("a house in a field", "as a silhouette"), before.arrangement
                        ).is_whole  # fmt: skip


def test_things_move_and_take_along_what_they_wear(planner):
    change = change_of("a cat wearing a hat in a field", "move the cat to the left")
    before = planner.first(change.before, 1)
    after = planner.next(change, before.arrangement)
    moves = [
        new[0] - old[0]
        for new, old in zip(after.arrangement.boxes(), before.arrangement.boxes(), strict=True)
    ]
    assert moves[0] < 0 and moves[0] == pytest.approx(moves[1], abs=0.01)


def test_what_a_drawing_covers_beyond_its_box_is_drawn_anew(planner):
    """What is of no usual size is drawn in the nearest, which may be larger."""
    change = change_of("a cat and a tree in a field", "remove the cat")
    before = planner.arranged(change.before, 0)
    odd = {"left": 3, "bottom": 20, "width": 9.2, "height": 9.2}
    sprites = tuple(replace(s, **odd) if s.thing == 0 else s for s in before.sprites)
    before = replace(before, sprites=sprites)
    after = planner.next(change, before)
    gone = (planner.draft(before) != after.draft).any((2, 3, 4))
    assert gone.any() and after.hole[gone].all()


@pytest.mark.parametrize("seed", range(3))
def test_several_that_are_put_in_a_row_leave_their_places(planner, seed):
    change = change_of("five ducks", "put them in a row")
    after = planner.next(change, planner.first(change.before, seed).arrangement)
    assert len({sprite.bottom for sprite in after.arrangement.sprites}) == 1
    assert after.hole.any()


@pytest.mark.parametrize("seed", range(3))
def test_who_looks_out_of_a_window_stays_behind_it(planner, seed):
    change = change_of("a girl in the window of a house", "make the house blue")
    before = planner.first(change.before, seed)
    after = planner.next(change, before.arrangement)
    parts = [[s.part for s in each.arrangement.sprites if s.thing == 0] for each in (before, after)]
    assert parts[0] == parts[1] != [(0.0, 1.0)]


@pytest.mark.parametrize("seed", range(3))
def test_who_is_added_on_a_shoulder_is_beside_the_head(planner, seed):
    change = change_of("a pirate", "add a parrot on the shoulder of the pirate")
    after = planner.next(change, planner.first(change.before, seed).arrangement)
    who = {change.after.things[s.thing].noun: s for s in after.arrangement.sprites}
    assert abs(who["parrot"].middle - who["pirate"].middle) > who["pirate"].width / 5
    assert who["parrot"].bottom < who["pirate"].bottom - who["pirate"].height / 3


@pytest.mark.parametrize("seed", range(4))
def test_a_horse_that_is_mounted_anew_carries_its_rider(planner, seed):
    change = change_of("a girl riding a horse and a boy in a field", "the boy rides a horse")
    before = planner.first(change.before, seed)
    boxes = planner.next(change, before.arrangement).arrangement.boxes()
    widths = [right - left for left, _, right, _ in boxes]
    boy, horse = 2, 3
    assert [change.after.things[n].noun for n in (boy, horse)] == ["boy", "horse"]
    assert widths[horse] >= widths[boy]


def test_who_comes_with_clothes_is_placed_before_them(planner):
    change = change_of("a man riding a horse and a dog", "put a dress on the girl")
    before = planner.first(change.before, 0)
    boxes = planner.next(change, before.arrangement).arrangement.boxes()
    assert [one.noun for one in change.after.things][-2:] == ["dress", "girl"]
    assert boxes[-1] is not None


@pytest.mark.parametrize("seed", range(4))
def test_what_stands_is_not_redrawn_for_one_more_of_it(planner, seed):
    change = change_of("a boat on the lake", "two boats")
    before = planner.first(change.before, seed)
    after = planner.next(change, before.arrangement)
    (stood,) = before.arrangement.sprites
    assert stood.box in {sprite.box for sprite in after.arrangement.sprites}
    left, top, right, bottom = stood.box
    assert after.hole[top:bottom, left:right].mean() < 0.25
