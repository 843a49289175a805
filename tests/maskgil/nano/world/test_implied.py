"""What nobody named: settings, tools, furniture, colours, and how they are taken away."""

from dataclasses import replace

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.words import done_with, pairs, table
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.implied import PAPER, TINTED, _places, home, implied_settings
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.settings import PLACES


@pytest.mark.parametrize(
    ("text", "setting", "time"),
    [
        ("a seal on an iceberg", "sea", "day"),
        ("a school bus in front of a school", "street", "day"),
        ("a dog on a sofa", "living room", "day"),
        ("a tent next to a campfire", "forest", "day"),
        ("a fridge next to an oven", "kitchen", "day"),
        ("a cow grazing", "field", "day"),
        ("a whale jumping", "sea", "day"),
        ("a dog behind a tree at night", "park", "night"),
        ("a bus in front of a school in the rain", "street", "day"),
        ("an owl on a branch under a full moon", None, "night"),
        ("a cow under a full moon by day", "field", "day"),
        ("a cat on a bench on the beach", "beach", "day"),
        ("a girl building a snowman", "snow", "day"),
        ("fireworks over a village", "village", "night"),
        ("a shark wearing a hat", "sea", "day"),
        ("a swan", None, "day"),
        ("a white cup", None, "day"),
        ("a swan on a lake", "lake", "day"),
        ("a teacher in front of a blackboard", "classroom", "day"),
        ("a doctor next to a nurse", "hospital", "day"),
        ("a king on a throne", "throne room", "day"),
        ("a scientist holding a test tube", "laboratory", "day"),
        ("a zombie next to a gravestone", "graveyard", "day"),
        ("a child on a swing", "playground", "day"),
        ("a goalkeeper in front of a goal", "stadium", "day"),
        ("a waiter holding a tray", "restaurant", "day"),
        ("a dog under an excavator", "construction site", "day"),
        # who is at home somewhere is anywhere alone, and in no place of its own with others
        ("a king", None, "day"),
        ("a teacher", None, "day"),
        ("a king holding an apple", None, "day"),
        ("a doctor running", None, "day"),
        ("a nurse on a horse", "field", "day"),
        ("a swing", None, "day"),
        # plain things stay plain, and so do things that are only there together
        ("a bench", None, "day"),
        ("an apple", None, "day"),
        ("a red car", None, "day"),
        ("a chef holding a pizza", None, "day"),
        ("a bench and a refrigerator", None, "day"),
        ("a cow left of a bench", None, "day"),
        ("an oven above a bed", None, "day"),
        ("a toy ship on a shelf", None, "day"),
        ("a full moon", None, "day"),
        ("a cow on plain paper", None, "day"),
        ("a tent next to a campfire as a pencil sketch", None, "day"),
    ],
)
def test_a_setting_is_implied_by_what_is_clear_alone(text, setting, time):
    scene = read_scene(text).scene
    assert (scene.setting, scene.time) == (setting, time)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("a running dog", "park"),
        ("a shark next to an octopus", "sea"),
        ("a turtle over a coral", "underwater"),
        ("a cat watching a goldfish in a bowl", "living room"),
        ("a lion chasing a zebra", "savanna"),
        ("a tornado near a farmhouse", "field"),
        ("three runners crossing the finish line", "road"),
        ("a paper boat in a puddle", "street"),
        ("a mouse in a teacup", "table top"),
        ("a laptop on a desk", "office"),
        ("two sheep", "farm"),
        ("a snowman", "snow"),
        ("a polar bear", "snow"),
        # what flies over a boat does so over water
        ("three balloons above a boat", "lake"),
        ("a seagull flying above a ship", "sea"),
        ("a bench above a boat", None),
        ("a white cup", TINTED),
        ("a dog", None),
        ("a dog and a cat", None),
        ("a dog left of a tree", None),
        ("a cow above a bench", None),
        ("a man holding a cup", None),
        ("a running dog on plain paper", PAPER),
    ],
)
def test_who_does_something_is_drawn_at_home(text, setting):
    scene = read_scene(text).scene
    assert scene.setting == (PAPER if setting == PAPER else None) or setting == scene.setting
    drawn = somewhere(scene)
    assert drawn.setting == setting
    assert read_scene(canonical(drawn)).scene == drawn
    bare = replace(scene, setting=None)
    kept = somewhere(read_scene(canonical(bare, bare=True)).scene).setting
    assert kept in (None, PAPER)  # what is drawn on paper stays there
    assert (kept == PAPER) == (home(bare) is not None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a candle on a windowsill at night", ("living room", "night", "clear")),
        ("a family watching television in the evening", ("living room", "night", "clear")),
        ("a dog next to a tree in the rain", ("park", "day", "rain")),
        ("an astronaut next to a space station", ("space", "night", "clear")),
        ("a running dog at sunset", ("park", "sunset", "clear")),
    ],
)
def test_home_is_in_the_light_and_weather_that_are_told(text, place):
    scene = somewhere(read_scene(text).scene)
    assert (scene.setting, scene.time, scene.weather) == place


def test_an_implied_setting_is_told_and_can_be_taken_away():
    text = canonical(read_scene("a cat on a sofa").scene)
    assert text == "a cat on a sofa in the living room"
    bare = read_scene("a cat on a sofa on plain paper").scene
    assert bare.setting is None
    assert canonical(bare) == "a cat on a sofa on plain paper"


def test_things_and_settings_of_the_table_are_of_the_world():
    assert set(_places()) <= {noun.name for noun in load_nouns()}
    assert implied_settings() <= set(PLACES)


def test_what_shows_a_deed_or_a_room_is_of_the_world():
    nouns = {noun.name for noun in load_nouns()}
    kinds = ("furnished", "done as", "motley drawing", "faced", "dressed")
    assert {name for kind in kinds for name in table(kind).values()} <= nouns
    assert {tool for _, tool in done_with().values()} <= nouns
    assert {value.rpartition(" ")[2] for value in table("season").values()} <= nouns
    senses = pairs("company")
    assert {sense.partition(" > ")[2] for sense, _ in senses} <= nouns | {*PLACES}
    assert {each for _, company in senses for each in company} <= nouns


@pytest.mark.parametrize(
    ("text", "drawn", "left_out"),
    [
        ("a turtle swimming over a coral reef", "a turtle above a coral underwater", ()),
        ("a scuba diver swimming with a turtle", "a scuba diver next to a turtle underwater", ()),
        ("a father pushing his son on a bike", "a walking man next to a boy and the boy riding "
         "a bicycle in the street", ()),
        ("a ghost at the window of a haunted house",
         "a ghost in the window of an abandoned house on a hill", ()),
        ("a magician pulling a rabbit out of a hat",
         "a magician next to a rabbit and the rabbit in a hat on the stage", ()),
        ("an alien stepping out of a spaceship", "an alien in a ufo in space", ()),
        ("a boy watching a plane", "an airplane above a gazing boy", ()),
        ("a father throwing his baby in the air", "a baby above an arms up man", ()),
        ("a lamp hanging over a table", "a ceiling lamp above a table", ()),
        ("a boy catching a fish", "a boy holding a fishing rod on the lake", ()),
        ("a man on the roof of a house fixing it",
         "a man on a house and the man holding a hammer in a field", ()),
        ("two men climbing a mountain", "two climbing men on a mountain in the mountains", ()),
        ("two girls playing catch in the park", "two girls throwing a sports ball in the park",
         ()),
        ("a painting on the wall of a museum", "a picture frame in the museum", ()),
        ("a sign on the wall of a house", "a placard on the wall of a house in a field", ()),
        ("a grandfather reading a story to two children",
         "an old man reading a book and the old man next to two children", ()),
        ("a girl throwing a frisbee to a dog",
         "a girl throwing a frisbee and the frisbee next to a dog in the park", ()),
        ("a woman feeding bread to ducks",
         "a woman holding bread and the woman next to two ducks on a pond", ()),
        ("two children looking at a kite", "a kite above two gazing children", ()),
        ("a man carrying a sheep", "a man holding a sheep on a farm", ()),
        ("a giant carrying a cow", "a giant man holding a cow in a field", ()),
        ("a monkey hanging from a vine with a banana",
         "a monkey below a vine and the monkey holding a banana in the jungle", ()),
        ("a shark chasing a diver", "a running shark next to a scuba diver underwater", ()),
        ("a shark chasing a sailboat", "a running shark next to a sailboat on the sea", ()),
        ("a squirrel on a branch with a nut",
         "a squirrel on a branch and the squirrel holding a walnut in the forest", ()),
        ("a bird in a tree with apples", "a bird in a tree and two apples in the tree in the park",
         ()),
    ],
)  # fmt: skip
def test_who_is_where_is_told_by_what_they_do_there(text, drawn, left_out):
    found = read_scene(text)
    assert (canonical(somewhere(found.scene)), found.left_out) == (drawn, left_out)


@pytest.mark.parametrize("text", ["three fish in a frying pan", "two fish in a bucket"])
def test_no_fish_in_a_vessel_is_in_the_sea(text):
    assert somewhere(read_scene(text).scene).setting not in ("underwater", "sea", "lake")
