"""Places: where somebody is, and what is a thing elsewhere; canonical captions of all of them."""

import pytest

from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.scene import WEATHERS, Relation, Scene, Thing
from maskgil.nano.world.settings import PLACES, WITHIN

AIRLESS = ("underwater", "sky", "space", "moon")
BUILT = ("village", "farm")  # where a house of the place is added that snow lies on
THINGS = (
    ((Thing("cat"),), ()),
    ((Thing("girl", count=3),), ()),
    ((Thing("boy"), Thing("horse")), (Relation(0, "riding", (1,)),)),
    ((Thing("teacher"), Thing("blackboard")), (Relation(0, "in front of", (1,)),)),
)


@pytest.mark.parametrize("setting", [n for n in PLACES if not n.endswith(("background", "top"))])
def test_canonical_captions_of_every_place_are_read_as_they_were_written(setting):
    where = PLACES[setting]
    weathers = WEATHERS if where.outdoors and setting not in AIRLESS else ("clear",)
    for things, relations in THINGS:
        for time in where.times:
            for weather in weathers:
                if weather == "snow" and setting in BUILT:
                    continue
                scene = Scene(things, relations, setting, time, weather)
                assert read_scene(canonical(scene)).scene == scene, canonical(scene)


@pytest.mark.parametrize("name", WITHIN)
def test_things_that_somebody_may_be_in_are_read_as_they_were_written(name):
    """Beside somebody, in a village, and what somebody is in though it is in no place."""
    relations = ("next to", "in front of", "behind", "in")
    for setting in (None, "village", "desert"):
        for relation in relations:
            scene = Scene((Thing("cat"), Thing(name)), (Relation(0, relation, (1,)),), setting)
            read = read_scene(canonical(scene), imagine=False).scene
            assert read == scene, canonical(scene)


@pytest.mark.parametrize(
    ("said", "setting"),
    [
        ("in the classroom", "classroom"), ("at school", "classroom"),
        ("in an office", "office"), ("at the office", "office"), ("on the office floor", "office"),
        ("in a library", "library"), ("in a big library", "library"),
        ("in the supermarket", "shop"), ("at the store", "shop"), ("in a bakery", "shop"),
        ("in a bookshop", "shop"), ("at the grocery store", "shop"),
        ("in a restaurant", "restaurant"), ("at the cafe", "restaurant"),
        ("in the diner", "restaurant"), ("in a bar", "restaurant"), ("at the pub", "restaurant"),
        ("in the church", "church"), ("in an old church", "church"), ("in a cathedral", "church"),
        ("on stage", "stage"), ("on a stage", "stage"), ("at the theatre", "stage"),
        ("at a concert", "stage"), ("at the opera", "stage"),
        ("in the hospital", "hospital"), ("in a hospital room", "hospital"),
        ("in the gym", "gym"), ("on the gym floor", "gym"),
        ("in the hallway", "hallway"), ("in a long corridor", "hallway"),
        ("in a hospital corridor", "hallway"), ("in the hallway of a hotel", "hallway"),
        ("in the throne room", "throne room"), ("in a palace", "throne room"),
        ("in a ballroom", "throne room"),
        ("in the laboratory", "laboratory"), ("in a lab", "laboratory"),
        ("in the workshop", "workshop"), ("in the garage", "workshop"),
        ("in the cellar", "cellar"), ("in a basement", "cellar"), ("in the dungeon", "cellar"),
        ("in a cave", "cave"), ("inside the grotto", "cave"), ("in a gold mine", "cave"),
        ("at the playground", "playground"), ("in the schoolyard", "playground"),
        ("on the platform", "platform"), ("at the train station", "platform"),
        ("in the subway station", "platform"),
        ("at the harbour", "harbor"), ("in the port", "harbor"), ("at the docks", "harbor"),
        ("at the waterfall", "waterfall"), ("by a waterfall", "waterfall"),
        ("in the swamp", "swamp"), ("in a bog", "swamp"),
        ("in the stadium", "stadium"), ("on the football pitch", "stadium"),
        ("on a soccer field", "stadium"),
        ("at the swimming pool", "swimming pool"), ("by the pool", "swimming pool"),
        ("in the graveyard", "graveyard"), ("in a cemetery", "graveyard"),
        ("at the market", "market"), ("on the market square", "market"),
        ("at the fair", "fairground"), ("in an amusement park", "fairground"),
        ("at a carnival", "fairground"),
        ("on the porch", "porch"), ("on a wooden veranda", "porch"), ("on the terrace", "porch"),
        ("on the doorstep", "porch"), ("on the porch of a house", "porch"),
        ("in the canyon", "canyon"), ("in a gorge", "canyon"),
        ("at the airport", "airport"), ("on the runway", "airport"),
        ("in the dining room", "dining room"), ("on the dining room floor", "dining room"),
        ("in the nursery", "nursery"), ("in the kids' room", "nursery"),
        ("in the children's room", "nursery"), ("in a playroom", "nursery"),
        ("in the greenhouse", "greenhouse"), ("in a glasshouse", "greenhouse"),
        ("in the spaceship", "spaceship"), ("aboard a spaceship", "spaceship"),
        ("on a spacecraft", "spaceship"), ("inside a starship", "spaceship"),
        ("in the attic", "attic"), ("in a loft", "attic"),
        ("in the museum", "museum"), ("at a natural history museum", "museum"),
        ("in an art gallery", "museum"), ("at the exhibition", "museum"),
        ("in the barn", "stable"), ("in the stable", "stable"), ("inside a henhouse", "stable"),
        ("in autumn", "autumn forest"), ("in the fall", "autumn forest"),
        ("in a park in autumn", "autumn forest"), ("in an autumn forest", "autumn forest"),
        ("in october", "autumn forest"), ("on an autumn day", "autumn forest"),
        ("in spring", "spring park"), ("under cherry blossoms", "spring park"),
        ("under blossoming trees", "spring park"), ("on a spring day", "spring park"),
        ("in the park in spring", "spring park"),
        ("in a field of flowers", "flower field"), ("in a flower meadow", "flower meadow"),
        ("in the wheat field", "wheat field"), ("in a cornfield", "wheat field"),
        ("in a field of barley", "wheat field"), ("in the corn", "corn field"),
        ("in the vineyard", "vineyard"), ("among the vines", "vineyard"),
        ("on the rooftop", "rooftop"), ("on a roof terrace", "rooftop"),
        ("on the pier", "pier"), ("at the dock", "pier"), ("on a jetty", "pier"),
        ("at the volcano", "volcano"), ("near a volcano", "volcano"), ("on a volcano", "volcano"),
        ("at the campsite", "campsite"), ("in a camp", "campsite"), ("at a campground", "campsite"),
        ("at the construction site", "construction site"),
        ("on a building site", "construction site"),
        ("in the ruins", "ruins"), ("among ancient ruins", "ruins"),
    ],
)  # fmt: skip
def test_who_is_somewhere_is_in_that_setting(said, setting):
    found = read_scene(f"a cat {said}")
    assert (found.scene, found.left_out) == (Scene((Thing("cat"),), (), setting), ())


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a church on a hill", "a church on a hill"),
        ("a cat in front of the church", "a cat in front of a church"),
        ("a waterfall in the jungle", "a waterfall in the jungle"),
        ("a red church", "a red church"),
        ("a cat in a red church", "a cat in a red church"),
        ("two shops", "two shops"),
        ("an old church", "a mossy church"),
        ("a supermarket", "a shop"),
        ("a cat next to a swimming pool", "a cat next to a swimming pool"),
        ("a girl under a waterfall", "a girl under a waterfall"),
        ("a bear in a cave in the forest", "a bear in a cave in the forest"),
        ("a girl in a swimming pool in the garden", "a girl in a swimming pool in the garden"),
        ("a hospital yard with a bench", "a hospital and a bench in the garden"),
        ("a balcony", "a balcony"),
        ("a garage next to a house", "a garage next to a house in a field"),
        ("an office worker and a lab coat", "a businessman and a lab coat"),
        # in the water, and what is beside
        ("a girl in a swimming pool", "a girl in ripples at the swimming pool"),
        ("a boy swimming in the pool", "a boy in ripples at the swimming pool"),
        ("a pool with two girls", "two girls in ripples at the swimming pool"),
        ("a duck in the pool", "a duck at the swimming pool"),
        ("a man in the harbour", "a man at the harbor"),
        ("a man in a swamp", "a man in the swamp"),
        ("a bear standing in the waterfall", "a bear in ripples by the waterfall"),
        ("a teacher in front of a blackboard in the classroom",
         "a teacher in front of a blackboard in the classroom"),
        ("a singer on a stage with a microphone", "a singer holding a microphone on the stage"),
        ("a stage with a piano", "a piano on the stage"),
        ("a church with a priest in it", "a priest in the church"),
        ("a clock on the classroom wall", "a clock in the classroom"),
        ("a cat on the office chair", "a cat on an office chair in the office"),
        ("a graveyard with a church", "a church in the graveyard"),
        ("a busy market", "a woman, a man, an old man, a girl and a boy at the market"),
        # roofs
        ("a cat on the roof of a house", "a cat on a house in a field"),
        ("a cat on the rooftop of a house", "a cat on a house in a field"),
        ("a bird on a roof", "a bird on a house in a field"),
        ("a girl on the roof", "a girl on the rooftop"),
        ("a city rooftop at night", "on the rooftop at night"),
        # barns, ships, piers, volcanoes
        ("a red barn", "a red barn"), ("a barn on a hill", "a barn on a hill"),
        ("a cow in a barn on a farm", "a cow in a barn on a farm"),
        ("a greenhouse in a garden", "a greenhouse in the garden"),
        ("a spaceship over the city", "a rocket in the city"), ("a spaceship", "a rocket"),
        ("an erupting volcano", "a volcano"), ("a pier", "a pier"),
        ("a boat next to a dock", "a boat next to a dock on the lake"),
        ("a temple in ruins", "a temple in the ruins"),
        # seasons
        ("an autumn tree", "an autumn tree"), ("an autumn leaf", "a fallen leaf"),
        ("trees in autumn", "two orange trees in the autumn forest"),
        ("a village in autumn", "an orange tree in a village"),
        ("a girl on a hill in spring", "a girl and three little flowers on a hill"),
        ("a girl under a cherry blossom tree", "a girl under a cherry blossom tree"),
        # fields
        ("a field of sunflowers", "in the sunflower field"),
        ("a girl in a field of lavender",
         "a girl in the lavender field"),
        ("a poppy field", "in the poppy field"),
        ("three tulips in a field", "three tulips in a field"),
        # camps, and what snow lies on
        ("a family camping", "a family at the campsite"),
        ("a family camping in the forest", "a family next to a tent in the forest"),
        ("a man in a plant nursery", "a man in the garden"),
        ("a village at night", "in a village at night"), ("a farm", "on a farm"),
        ("three houses in a village", "three houses in a village"),
        ("a village in the snow", "three snowy houses in a village while it is snowing"),
    ],
)  # fmt: skip
def test_what_is_a_thing_stays_one_and_who_is_in_it_is_somewhere(said, drawn):
    assert canonical(read_scene(said).scene) == drawn


@pytest.mark.parametrize("where", ["in the classroom", "in the office", "in a library", "at the "
                                   "airport", "in the gym", "in the workshop", "in a lab",
                                   "in the throne room", "in the graveyard", "in a dining room",
                                   "in autumn", "in spring", "in a flower field"])  # fmt: skip
def test_places_with_scenery_of_their_own_imply_no_furniture(where):
    assert [thing.noun for thing in read_scene(f"a dog {where}").scene.things] == ["dog"]


def test_every_place_is_said_in_all_its_ways():
    for name, where in PLACES.items():
        for phrase in where.phrases if not name.endswith("background") else ():
            if name != "table top":
                assert read_scene(f"a ball {phrase}").scene.setting == name, phrase


def test_every_thing_that_is_a_place_is_known():
    assert set(WITHIN) <= set(lexicon().nouns) and set(WITHIN.values()) <= set(PLACES)


@pytest.mark.parametrize(
    ("said", "caption"),
    [
        ("a volcano behind a village", "a volcano behind three houses"),
        ("a hill behind a farm", "a hill behind a barn"),
        ("a village with a volcano behind it", "a volcano behind three houses in a village"),
        ("an airship behind the city", "an airship behind three skyscrapers"),
        ("the sun setting behind the city", "in the city at sunset"),
        ("a man in a village", "a man in a village"),
    ],
)
def test_a_place_that_something_is_behind_is_what_tells_it(said, caption):
    read = canonical(read_scene(said, imagine=False).scene)
    assert read.removesuffix(" on plain paper") == caption


@pytest.mark.parametrize(
    ("said", "caption", "left_out"),
    [
        ("a tiny island with a palm tree and a parrot", "a parrot on the island", ()),
        ("an island with a hut and a boat", "a hut and a boat on the island", ()),
        ("an island with two palm trees", "on the island", ()),
        ("an island with a palm tree", "an island", ()),
        ("an island behind a ship", "an island behind a ship", ()),
    ],
)
def test_an_island_on_which_there_is_something_is_the_place(said, caption, left_out):
    found = read_scene(said, imagine=False)
    read = canonical(found.scene).removesuffix(" on plain paper")
    assert (read, found.left_out) == (caption, left_out)
