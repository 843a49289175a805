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


@pytest.mark.parametrize(
    ("text", "drawn", "left_out"),
    [
        # what is done, by what it is done with
        (
            "a girl feeding a swan",
            "a girl next to a swan and the girl holding bread",
            (),
        ),
        (
            "a girl feeding a horse",
            "a girl next to a horse and the girl holding a carrot in a field",
            (),
        ),
        ("a bird feeding a chick", "a bird next to a chick and the bird holding a worm", ()),
        (
            "a woman cutting a pie",
            "a pie on a table, a woman behind the table and the woman holding a knife",
            (),
        ),
        (
            "a woman cutting a stump",
            "a woman next to a stump and the woman holding an axe",
            (),
        ),
        ("a dog digging in the garden", "a dog in the garden", ("digging",)),
        ("a woman scrubbing a pot", "a woman next to a pot and the woman holding a sponge", ()),
        ("a queen flying", "a flying queen above a cloud", ()),
        ("a bird flying", "a flying bird", ()),
        ("birds flying over a lake", "two flying birds on the lake", ()),
        ("birds in the sky", "two birds in the sky", ()),
        ("a goat in a river", "a goat in ripples by the river", ()),
        ("a goat by a river", "a goat by the river", ()),
        ("a duck in a lake", "a duck on the lake", ()),
        ("a goat and a boy in a pond", "a boy in ripples and a goat in the ripples on a pond", ()),
        (
            "a bear catching a fish in a river",
            "a bear holding a fish by the river",
            (),
        ),
        ("a boy fishing in a river", "a boy holding a fishing rod by the river", ()),
        ("a goat crossing a river", "a goat in ripples by the river", ()),
        ("a girl swimming in the sea", "a girl in ripples on the sea", ()),
        ("a pirate in a boat on the sea", "a pirate in a boat on the sea", ()),
        ("a flying goat", "a goat above a cloud", ()),
        ("a queen flying over the city", "a flying queen above a cloud in the city", ()),
        ("a cloud and a bird flying", "a cloud and a flying bird", ()),
        ("a pirate flying over the sea", "a flying pirate above a cloud on the sea", ()),
        ("a man with a beard and a hat", "a bearded man wearing a hat", ()),
        ("a pirate at a desk", "a pirate behind a desk", ()),
        ("two pirates at a desk", "two pirates next to a desk", ()),
        ("a lamp at a table", "a lamp next to a table", ()),
        ("a goat in autumn leaves", "a goat between two fallen leaves", ()),
        ("a goat in a mud puddle", "a goat on a brown puddle", ()),
        ("a tennis player hitting a ball", "a tennis player", ()),
        ("a tennis player and two balls", "a tennis player and two softballs", ()),
        ("a fried egg in a pan", "a fried egg", ()),
        ("a camel with a rider", "a man riding a camel in the desert", ()),
        ("a goat in a busy street", "a goat, two cars and a bus in the street", ()),
        ("a truck in a busy street", "a truck, a woman and a man in the street", ()),
        (
            "a crowded beach",
            "a woman, a man, a girl, a boy and a beach umbrella on the beach",
            (),
        ),
        (
            "a crowded train station",
            "a woman, a man, an old man, a girl and a boy on the platform",
            (),
        ),
        ("a busy road", "two cars, a bus and a truck on the road", ()),
        ("a busy kitchen without a waiter", "two chefs in the kitchen", ()),
        ("a crowd at a concert", "a woman, a man, an old woman, a girl and a boy on the stage", ()),
        (
            "a crowd watching a man",
            "a woman next to a man, a man next to the man, an old woman next to the man and a girl"
            " next to the man",
            ("watching",),
        ),
        ("a deserted island", "an island", ()),
        ("an empty restaurant", "a restaurant", ()),
        ("an empty bottle", "a bottle", ("empty",)),
        ("a crowded boat", "a boat", ("crowded",)),
        ("a steaming bowl of soup", "a hot bowl of soup", ()),
        ("a muddy goat", "a muddy goat", ()),
        ("a basket of clothes", "three shirts in a basket", ()),
        ("a tent by a mountain lake", "a tent on the lake", ()),
        ("a mountain village", "a mountain in a village", ()),
        ("a seagull", "a seagull", ()),
        ("an octopus attacking a ship", "a running octopus next to a ship on the sea", ()),
        (
            "a seal balancing a ball on its nose",
            "a sports ball on the nose of a seal",
            ("balancing",),
        ),
        ("a man with a fly on his nose", "a fly on the nose of a man", ()),
        ("a lime and a pear", "a green lemon and a pear", ()),
        ("a blue circle and a red square", "a blue circle and a red square", ()),
        ("a ufo abducting a cow", "a ufo above a cow", ()),
        ("a ufo behind a planet", "a ufo behind a planet in space", ()),
        ("a duck in the mud", "a duck on a brown puddle", ()),
        ("a tennis player and a ball", "a tennis player", ()),
        ("an eagle with a worm in its talons", "an eagle holding a worm", ()),
        ("a goat on a path in the park", "a goat in the park", ()),
        ("a red path in the park", "a red path in the park", ()),
        ("northern lights over a hut", "northern lights above a hut at night", ()),
        ("a phoenix rising from a fire", "a phoenix above fire", ("rising",)),
        ("a genie and a lamp", "a genie and a magic lamp", ()),
        (
            "a boxer with red gloves in the ring",
            "a boxer wearing red gloves and the boxer in a boxing ring in the gym",
            (),
        ),
        (
            "a boxer in the ring with red gloves",
            "a boxer in a boxing ring and the boxer wearing red gloves in the gym",
            (),
        ),
        ("a goldfish next to an aquarium", "a goldfish next to an aquarium", ()),
        ("an island with a palm tree", "an island", ()),
        ("an orchestra", "five men holding a violin", ()),
        ("a goat on a pile of gold", "a goat on six piled coins", ()),
        ("a goat in a pink room", "a goat on a pink background", ()),
        ("a room with pink walls", "on a pink background", ()),
        ("an oak tree with autumn leaves", "an orange oak tree", ()),
        ("a garden full of goats", "five goats in the garden", ()),
        ("a queen flying on a broom", "a queen riding a broom", ()),
        ("a girl rowing a boat", "a woman rowing", ()),
        ("a boy typing on a laptop", "a boy behind a laptop", ()),
        ("two boys sharing an umbrella", "two boys holding an umbrella", ("sharing",)),
        ("three friends", "three people", ()),
        ("a pirate waving from a boat", "a waving pirate in a boat on the lake", ()),
        ("a chicken on an egg", "a chicken on an egg", ()),
        ("a woman knitting", "a woman holding a ball of yarn", ()),
        ("a girl reading", "a girl holding a book", ()),
        ("a girl reading a map", "a girl reading a map", ()),
        ("a boy skipping rope", "a boy holding a jump rope", ()),
        ("two men playing golf", "two golfers", ()),
        ("someone reading a book", "a person reading a book", ()),
        ("a present for someone", "a gift", ()),
        ("daddy on a bench", "a man on a bench in the park", ()),
        (
            "it is raining hard and a puppy is under a van",
            "a puppy under a van in the street in the rain",
            (),
        ),
        ("it's snowing hard on a house", "a house while it is snowing", ()),
        (
            "a man fixing a car",
            "a man next to a car and the man holding a hammer in the street",
            (),
        ),
        (
            "kids building a snowman",
            "two children next to a snowman and the children holding a shovel in the snow",
            (),
        ),
        ("a boy jumping on the bed", "a jumping boy on a bed in the bedroom", ()),
        (
            "an old couple dancing",
            "a dancing old man holding hands with a dancing old woman and the old man with musical"
            " notes",
            (),
        ),
        ("a clock on the kitchen wall", "a clock in the kitchen", ()),
        ("a fish tank with three fish", "three fish in an empty aquarium", ()),
        ("once upon a time it was night time and there was an owl", "an owl at night", ()),
        ("a man sleeping", "a person sleeping", ()),
        (
            "a man sleeping on a bench",
            "a lying man on a bench and the man with a sleep symbol in the park",
            (),
        ),
        ("a man ice skating", "a man wearing an ice skate", ()),
        ("a woman holding a cup and singing", "an open mouthed woman holding a cup", ()),
        # what tells a room
        ("a cat in a study", "a cat and a bookshelf in the living room", ()),
        ("a cat on the floor", "a cat in the living room", ()),
        (
            "a bicycle leaning against a wall",
            "a leaning bicycle in front of a brick wall in the street",
            (),
        ),
        # what is of many colours
        ("three cars of different colours", "a red car, a blue car and a yellow car", ()),
        ("colourful fish", "two tropical fish", ()),
        ("a colorful kite", "a kite", ()),
        ("a house of many colors", "a multicolored house", ()),
        ("a pumpkin with a scary face", "a jack-o-lantern", ()),
        ("a house with a face", "a house", ("face",)),
        # what is meant beside what is there
        ("a keyboard and a mouse", "a computer keyboard and a computer mouse", ()),
        ("a cat, a mouse and a keyboard", "a cat, a mouse and a computer keyboard", ()),
        ("a plate with two glasses", "two wine glasses on a plate on the table", ()),
        ("a man with glasses", "a man wearing glasses", ()),
        ("a busker playing the violin", "a man holding a violin", ()),
        ("a car on fire", "fire on a car in the street", ()),
        ("a pot on a fire", "a pot on fire", ()),
        ("stars over a forest", "five tiny stars in the forest at night", ()),
        ("three stars over a forest", "three stars in the forest", ()),
        ("a plate with fish", "two fish on a plate on the table", ()),
        ("a tulip field", "in the tulip field", ()),
        ("a cat with a witch's hat", "a cat wearing a pointed hat", ()),
        ("a birthday party with a cake", "a birthday cake", ()),
        # seasons
        ("a fox in autumn", "a fox in the autumn forest", ()),
        ("an autumn forest with an oak tree", "an orange oak tree in the autumn forest", ()),
        ("a girl on a hill in spring", "a girl and three little flowers on a hill", ()),
        ("a boat on a summer day", "a boat and a sun", ()),
        ("a tent in summer at night", "a tent at night", ()),
        ("a bed in the bedroom in autumn", "a bed in the bedroom", ()),
        ("a hot day with a cat, a dog and a cow", "a cat, a dog and a cow in the park", ()),
        # clothes and young ones
        ("a woman in green", "a woman wearing a green dress", ()),
        ("a cat in green", "a cat", ("green",)),
        ("a fox with three babies", "a fox and three little foxes", ()),
        ("a fox with a baby", "a fox and a baby", ()),
        ("a koala with a baby", "a koala and a little koala", ()),
        ("a man on ice skates", "a man wearing two ice skates", ()),
        ("a fish in a jar on a table", "a fish in a fish bowl and the fish bowl on a table", ()),
        ("a goldfish in a bowl", "a goldfish in a fish bowl", ()),
        ("two red fish in a jar", "two red fish in a fish bowl", ()),
        # who is where
        ("a cow with a hen on its back", "a chicken on a cow in a field", ()),
        ("a seal with a ball on its nose", "a sports ball on the nose of a seal", ()),
        ("a girl with a backpack on her back", "a girl wearing a backpack", ()),
        (
            "a bee in its hive with drops of dew on it",
            "a bee in a beehive in the garden",
            ("drops", "dew"),
        ),
        ("a baker's wife with a cake", "a woman holding a cake", ("baker's",)),
        (
            "a boy blowing out the candles at a birthday party",
            "an open mouthed boy next to a birthday cake",
            (),
        ),
        ("two men skiing down a mountain", "two skiers in the mountains while it is snowing", ()),
        (
            "ducks of all colors",
            "a red duck, a blue duck, a yellow duck, a green duck and a purple duck",
            (),
        ),
        ("a boy jumping off a bridge", "a jumping boy on a bridge by the river", ()),
        (
            "an owl watching a fox from a tree",
            "an owl next to a fox and the owl in a tree in the park",
            ("watching",),
        ),
        ("a clown juggling two apples", "two apples above a clown", ()),
        (
            "a goat behind a fence while a girl gives him a pear",
            "a goat behind a fence and a girl holding a pear in a field",
            (),
        ),
        ("a boy giving her a pear", "a boy holding a pear", ()),
        ("a tulip in a pot", "a tulip in a flower pot", ()),
        ("a carrot in a pot", "a carrot in a pot", ()),
        ("a shop with bread", "bread in front of a shop", ()),
        # what stands for a place beside another
        ("a river through a forest", "by the forest river", ()),
        ("a deer by a river in a forest", "a deer by the forest river", ()),
        # where fish and mountains are
        ("fish in the sea", "two fish underwater", ()),
        ("a fish and a boat in the sea", "a fish and a boat on the sea", ()),
        ("a whale in the sea", "a whale on the sea", ()),
        ("a plane flying over the mountains", "an airplane in the mountains", ()),
        ("a rainbow above a mountain", "a rainbow above a mountain", ()),
        ("a house at the foot of a mountain", "a house in the mountains", ()),
    ],
)
def test_what_is_implied_is_drawn(text, drawn, left_out):
    reading = read_scene(text)
    assert (canonical(reading.scene), reading.left_out) == (drawn, left_out)


def test_what_shows_a_deed_or_a_room_is_of_the_world():
    nouns = {noun.name for noun in load_nouns()}
    kinds = ("furnished", "done as", "motley drawing", "faced", "dressed")
    assert {name for kind in kinds for name in table(kind).values()} <= nouns
    assert {tool for _, tool in done_with().values()} <= nouns
    assert {value.rpartition(" ")[2] for value in table("season").values()} <= nouns
    senses = pairs("company")
    assert {sense.partition(" > ")[2] for sense, _ in senses} <= nouns
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
        ("a boy watching a plane", "an airplane above a boy", ("watching",)),
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
        ("two children looking at a kite", "a kite above two children", ("looking",)),
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
