"""Captions of photographs, as people write them: scenes, deeds, collections, ways of speaking."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a woman holding a racquet on top of a tennis court",
         "a woman holding a tennis racket on the tennis court"),
        ("two giraffes standing on dirt near trees",
         "two giraffes next to two trees on the bare earth"),
        ("a herd of sheep in a grassy area", "five sheep in a field"),
        ("an elephant in a wooded area", "an elephant in the forest"),
        ("a train on a track", "a train at the railway"),
        ("a sheep in a pen", "a sheep in a fence in a field"),
        ("a man riding on the back of a horse", "a man riding a horse in a field"),
        ("a woman sitting on a bench on the side of a street",
         "a sitting woman on a bench in the street"),
        ("a person on a motorcycle riding on a mountain",
         "a person riding a motorcycle in the mountains"),
        ("a kitchen with a window and a table in it", "a window and a table in the kitchen"),
        ("a man seated across the table", "a sitting man behind a table"),
        ("a man playing the Wii", "a man holding a game controller"),
        ("a boy performing a trick on a skateboard",
         "a jumping boy riding a skateboard in the street"),
        ("a man skateboarding", "a man riding a skateboard in the street"),
        ("a dog curled up on a bed", "a lying dog on a bed in the bedroom"),
        ("a man in a wetsuit", "a black shirted black trousered man"),
        ("a man eating", "a man holding a sandwich"),
        ("a woman smoking a cigarette", "a woman holding a cigarette"),
        ("a person wearing red", "a person wearing a red sweater"),
        ("a plate with food on it", "a plate of food"),
        ("a plate with chicken", "a plate and a roast chicken"),
        ("a living room filled with furniture",
         "a couch, an armchair and a table in the living room"),
        ("a kitchen with white appliances",
         "a white refrigerator, a white stove and a white microwave in the kitchen"),
        ("the train is painted orange and yellow", "an orange half yellow train"),
        ("a white toilet in a tiled bathroom", "a white toilet in the bathroom"),
        ("a close up of a delicious looking pizza on display", "a pizza"),
        ("a carefully parked bus", "a bus"),
        ("a man riding a wave on a surfboard",
         "a man riding a surfboard and the man on a wave on the sea"),
        ("a boy riding a wave", "a surfer on the sea"),
        ("a skateboarder in mid air", "a jumping boy riding a skateboard in the street"),
        ("two men holding a surfboard", "a surfboard between two men"),
        ("a man taking a picture with his phone", "a man holding a cell phone"),
        ("a desk topped with a laptop and a cup", "a laptop on a desk and a cup on the desk"),
        ("a cat on the floor next to a toilet", "a cat next to a toilet in the bathroom"),
        ("a refrigerator against a wall", "a refrigerator in the kitchen"),
        ("a train pulling into the station", "a running train on the platform"),
        ("a bird flying against a blue sky", "a flying bird in the sky"),
        ("a baseball player playing a game", "a baseball player on the baseball field"),
        ("a cup on a counter", "a cup on a counter in the kitchen"),
    ],
)  # fmt: skip
def test_a_caption_is_read_with_nothing_left_out(text, caption):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (caption, ())


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("a tiled bench", ("tiled",)),
        ("a colorful train", ("colorful",)),
    ],
)
def test_what_could_be_seen_and_is_not_is_left_out(text, left_out):
    assert read_scene(text).left_out == left_out
