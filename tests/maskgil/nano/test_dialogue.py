"""Utterances over a scene: what they change, what stays, what is asked."""

from dataclasses import replace

import numpy as np
import pytest

from maskgil.nano.dialogue.editing.classes import TABLE as CLASSES
from maskgil.nano.dialogue.editing.classes import class_phrase
from maskgil.nano.dialogue.interpreter import ANSWERS, answered, interpret
from maskgil.nano.dialogue.rearranging import Rearranger
from maskgil.nano.dialogue.spots import covered, hidden
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.nouns import load_nouns, noun
from maskgil.presets.load import load_collage

CAT = "an orange cat under a tree in the park"
FARM = "two cows and a pig on a farm"


def change_of(wish: str, *texts: str):
    """The change that the last of some utterances makes."""
    scene, focus, change = read_scene(wish).scene, (), None
    for text in texts:
        outcome = interpret(text, scene, focus)
        assert outcome.action == "change", (text, outcome)
        change, focus = outcome.change, outcome.focus
        scene = change.after
    return change


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (CAT, "add a bench", "an orange cat under a tree and a bench in the park"),
        (CAT, "Could you please remove the tree?", "an orange cat in the park"),
        (CAT, "the cat blue", "a blue cat under a tree in the park"),
        (CAT, "turn the cat into a dog", "a dog under a tree in the park"),
        (CAT, "replace the tree with a lamp", "an orange cat under a lamp in the park"),
        (CAT, "make the cat huge", "a huge orange cat under a tree in the park"),
        (CAT, "three cats", "three orange cats under a tree in the park"),
        (CAT, "put it in the forest at night", "an orange cat under a tree in the forest at night"),
        (CAT, "it should be snowing", f"{CAT} while it is snowing"),
        (CAT, "as a watercolour", f"{CAT}, in watercolour"),
        (CAT, "a bird above the tree", "an orange cat under a tree and a bird above the tree in "
                                       "the park"),
        (CAT, "the cat to the left of the tree", "an orange cat to the left of a tree in the park"),
        (CAT, "smaller, the tree", "an orange cat under a small tree in the park"),
        (CAT, "the cat is too big", "a small orange cat under a tree in the park"),
        (CAT, "instead of the cat, put a dog", "a dog under a tree in the park"),
        (CAT, "the tree can go", "an orange cat in the park"),
        (FARM, "I want three cows", "three cows and a pig on a farm"),
        (FARM, "another cow", "three cows and a pig on a farm"),
        (FARM, "one cow less", "a cow and a pig on a farm"),
        (FARM, "remove one cow and make it night", "a cow and a pig on a farm at night"),
        (FARM, "only one cow", "a cow and a pig on a farm"),
        (FARM, "give the pig a hat", "a pig wearing a hat and two cows on a farm"),
        (FARM, "a horse instead of the pig", "two cows and a horse on a farm"),
        (FARM, "remove everything except the pig", "a pig on a farm"),
        (FARM, "leave only the pig", "a pig on a farm"),
        (FARM, "in pencil style", "two cows and a pig on a farm, as a pencil sketch"),
        (FARM, "only the pig should be black", "two cows and a black pig on a farm"),
        (FARM, "I want nothing but the pig", "a pig on a farm"),
        ("a monkey holding an ice cream", "delete the monkey's ice cream", "a monkey"),
        ("a girl wearing a red hat and a boy wearing a blue hat", "remove the boy's hat",
         "a girl wearing a red hat and a boy"),
    ],
)  # fmt: skip
def test_what_stands_behind_an_utterance(wish, said, stands):
    assert canonical(change_of(wish, said).after) == canonical(read_scene(stands).scene)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat in a field", ["make the background pink"], "a cat on a pink background"),
        ("a cat in a field", ["change the background to blue"], "a cat on a blue background"),
        ("a cat in a field", ["make the sky pink"], None),
        ("a cat and a dog on a bed", ["paint both black"], "a black cat and a black dog on a bed"),
        ("a cat and a dog in a field", ["the cat red", "make them both green"],
         "a green cat and a green dog in a field"),
        ("a cat and a dog in a field", ["they are both too small"],
         "a big cat and a big dog in a field"),
        ("a cat and a dog", ["give the cat a hat", "a bit bigger"],
         "a big cat wearing a hat and a dog"),
        ("a cat wearing a hat", ["put a red hat on the cat"], "a cat wearing a red hat"),
        ("a cat wearing a hat", ["give the cat a hat"], None),
        ("a cat wearing a hat", ["another hat"], "a cat wearing a hat and a hat"),
        ("two horses on a farm", ["paint one of them black"],
         "a horse and a black horse on a farm"),
        ("three horses on a farm", ["get rid of one of the horses"], "two horses on a farm"),
        ("two cars on a road", ["one red and the other blue"],
         "a red car and a blue car on a road"),
        ("a boy and a girl", ["she is wearing a red hat", "him too"],
         "a boy wearing a red hat and a girl wearing a red hat"),
        ("a cat and a dog", ["make the cat black", "no, the other one"], "a cat and a black dog"),
        ("a cat and a dog", ["make the cat black", "the dog too"], "a black cat and a black dog"),
        ("a cat and a dog", ["remove the cat", "no, the dog"], "a cat"),
        ("a cat and a dog", ["put a hat on the cat", "no, on the dog"],
         "a dog wearing a hat and a cat"),
        ("a cat and a tree", ["make the tree bigger", "not the tree, the cat"],
         "a big cat and a tree"),
        ("a boat on the sea", ["add a dolphin, no, two dolphins"],
         "a boat and two dolphins on the sea"),
        ("a cat, a cup and a knife", ["replace the knife, i mean the cup, with an apple"],
         "a cat, an apple and a knife"),
        ("a house in a field", ["make it night, no, sunset"], "a house in a field at sunset"),
        ("a house on a lake", ["a boat"], "a house and a boat on a lake"),
        ("a house on a lake", ["how about a duck?"], "a house and a duck on a lake"),
        ("a taxi and a van on a road", ["paint both vehicles green"],
         "a green taxi and a green van on a road"),
        ("a cow, a duck and a tree", ["the animals can go"], "a tree"),
        ("a cow, a duck and a tree", ["all the animals smaller"],
         "a small cow, a small duck and a tree"),
        ("a pear, a lemon and a knife", ["without the fruit"], "a knife"),
        ("a pear, a lemon and a knife", ["replace the fruit with a cup"], "a cup and a knife"),
        ("a swan and a duck in the park", ["the duck yellow", "the other bird black"],
         "a black swan and a yellow duck in the park"),
        ("a cat and a dog", ["give both animals a hat"],
         "a cat wearing a hat and a dog wearing a hat"),
        ("a cat and a dog", ["a tree between them"], "a tree between a cat and a dog"),
        ("four pears", ["one green and the others red"], "a green pear and three red pears"),
        ("three pears", ["one bigger"], "two pears and a big pear"),
        ("six boats at sea", ["too many, just two"], "two boats at sea"),
        ("a dog and a house", ["the house's too small"], "a dog and a big house"),
        ("a dog and a house", ["the dog's gone"], "a house"),
        ("a unicorn and a castle", ["turn the castle into a forest"], "a unicorn in a forest"),
        ("a horse on a farm", ["i'd rather have a donkey"], "a donkey on a farm"),
        ("a horse on a farm", ["i'd rather have a car"], "a horse and a car on a farm"),
        ("a pear and a cup", ["change the pear into the lemon"], "a lemon and a cup"),
        ("a spoon on a dining table", ["put a fork on the table"],
         "a spoon on a dining table and a fork on the dining table"),
        ("a house on a beach", ["now a ship out on the water"], "a house and a ship on a beach"),
        ("a teddy bear on a chair", ["the teddy bear should be smaller"],
         "a small teddy bear on a chair"),
        ("a house on a hill", ["i want a boy and a girl in it, well just a boy"],
         "a house and a boy on a hill"),
    ],
)  # fmt: skip
def test_what_stands_behind_several_utterances(wish, said, stands):
    scene, focus, last = read_scene(wish).scene, (), None
    for text in said:
        outcome = interpret(text, scene, focus, last)
        if outcome.change is not None:
            last, focus, scene = outcome.change, outcome.focus, outcome.change.after
    assert outcome.action == ("change" if stands else "none"), outcome
    meant = read_scene(stands or wish).scene
    assert sorted(map(str, scene.things)) == sorted(map(str, meant.things)), canonical(scene)
    assert (scene.setting, scene.time) == (meant.setting, meant.time)
    pairs = [{(each.name, s.things[each.subject].noun) for each in s.relations if each.name != "on"}
             for s in (scene, meant)]  # fmt: skip
    assert pairs[0] == pairs[1]


def test_a_green_house_is_the_house_that_stands():
    house = change_of("a house in a field", "paint the green house").after.things[0]
    assert (house.noun, house.colour) == ("house", "green")


@pytest.mark.parametrize(
    ("wish", "said", "choices"),
    [
        ("a cow and a horse on a farm", "remove the animal", ("the cow", "the horse")),
        ("a taxi, a bus and a tree", "paint the vehicle red", ("the taxi", "the bus")),
    ],
)
def test_one_of_a_class_is_asked_for(wish, said, choices):
    question = interpret(said, read_scene(wish).scene).question
    assert question is not None and question.choices == choices


def test_classes_hold_nouns_alone():
    rows = [line.split("\t") for line in CLASSES.read_text().splitlines() if line[0] != "#"]
    for _, _, categories, *names in rows:
        assert {each.category for each in load_nouns()} >= set(categories.split())
        for cell in names:
            assert all(noun(name) for name in cell.split(", ") if name)
    assert not class_phrase(["animal"]) and class_phrase(["animals"])
    assert class_phrase(["all", "the", "red", "birds"]).looks == (("colour", "red"),)


@pytest.mark.parametrize("said", ["a rocket", "an elephant", "a boat on the lake"])
def test_what_does_not_belong_there_is_asked(said):
    assert interpret(said, read_scene("a house on a lake").scene).action == "question"


def test_it_is_what_was_spoken_of_last():
    scene = change_of(CAT, "add a bench", "make it red", "and a dog", "bigger").after
    colours = {thing.noun: (thing.colour, thing.size) for thing in scene.things}
    assert colours["bench"] == ("red", None) and colours["dog"] == (None, "big")
    assert colours["cat"] == ("orange", None)


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("undo", "undo"), ("go back please", "undo"), ("redo", "redo"), ("start over", "restart"),
        ("save it", "save"), ("another one", "another"), ("a larger picture", "enlarge"),
        ("new picture", "new"), ("draw a red car on a street", "new"),
        ("a red car and a bus in the city", "new"), ("a red car", "question"),
    ],
)  # fmt: skip
def test_words_to_the_program_and_new_wishes(said, action):
    assert interpret(said, read_scene(CAT).scene).action == action


@pytest.mark.parametrize("wish", [CAT, "three yellow stars in the night sky"])
def test_the_same_wish_again_is_drawn_again(wish):
    outcome = interpret(wish, somewhere(read_scene(wish).scene))
    assert (outcome.action, outcome.wish) == ("new", wish)


def test_a_doubt_is_a_question_of_two_choices():
    scene = read_scene(CAT).scene
    question = interpret("a red car", scene).question
    assert question.choices == ANSWERS
    added, new = (answered(question, choice) for choice in ANSWERS)
    assert [thing.noun for thing in added.change.after.things] == ["cat", "tree", "car"]
    assert new.action == "new" and new.wish == "a red car"
    assert answered(question, "make it night") is None
    which = interpret("make it blue", scene, ()).question
    cats = interpret("remove the cat", read_scene("a black cat and a white cat").scene).question
    assert which is None or len(which.choices) == 2
    assert cats.choices == ("the black cat", "the white cat")
    left = answered(cats, "the white one").change.after
    assert [thing.colour for thing in left.things] == ["black"]


def test_what_cannot_be_is_said():
    outcome = interpret("make the doctor green", read_scene("a doctor and a cat").scene)
    assert outcome.action == "none" and outcome.left_out == ("green",)
    crowd = read_scene("a cat, a dog, a cow, a pig and a horse").scene
    outcome = interpret("add a boat", crowd)
    assert outcome.action == "none" and outcome.left_out == ("a boat",)
    assert interpret("add a zorblax", crowd).left_out == ("zorblax",)


def test_a_change_is_told_in_one_line():
    change = change_of(CAT, "add a red bench and make it night")
    assert line_of(change) == "added a red bench; time: night"
    assert actions_of(change) == ["add", "time"]


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
