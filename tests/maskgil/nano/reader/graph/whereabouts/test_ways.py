"""Ways and waters through the land: two places in one are a place of its own."""

from __future__ import annotations

import pytest

from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a river in the jungle", "by the jungle river"),
        ("a stream in the woods", "by the forest river"),
        ("a bear by a brook in the forest", "a bear by the forest river"),
        ("a house by a river in the mountains", "a house by the mountain river"),
        ("a lake in the forest", "on the forest lake"),
        ("a lake in the mountains", "on the lake"),
        ("a river flowing through a valley", "in the valley"),
        ("a road in the desert", "on the desert road"),
        ("a bus on a desert highway", "a bus on the desert road"),
        ("a path leading up a mountain", "on the mountain path"),
        ("a path to a house in the forest", "a house on the forest path"),
        ("a road through a pine forest", "on the forest path"),
        ("a road through a forest with three pine trees", "three pine trees on the forest path"),
        ("a path through a field", "on the country lane"),
        ("a path in the garden", "a path in the garden"),
        ("a red road in the forest", "a red road in the forest"),
        ("a road between mountains", "on the mountain road"),
        ("a path winding through the hills", "on the winding path"),
        ("a winding road through the mountains", "on the mountain road"),
        ("a castle on a mountain", "a castle on the mountain top"),
        ("a goat on the peak of a mountain", "a goat on the mountain top"),
        ("sunset over the mountains", "in the mountains at sunset"),
        ("a balloon over the rooftops of an old town", "a flying balloon in a village"),
        ("a stone wall beside a country road", "a stone wall by the roadside"),
        ("a valley covered in snow at daybreak", "in the valley at dawn while it is snowing"),
        ("a road between two hills", "a road between two hills"),
        ("a red bus on a coast road", "a red bus on the coast road"),
        ("a road along the sea", "on the coast road"),
        ("a barn in a yellow field", "a barn in the wheat field"),
        ("a scarecrow among the corn", "a scarecrow in the corn field"),
        ("a lighthouse on a small island", "a lighthouse on the island"),
        ("a castle on an island in a lake", "a castle on an island on the lake"),
        ("an island in the sea", "an island on the sea"),
        ("a truck on a dusty road", "a truck on the dirt road"),
        ("a muddy track across a field", "on the dirt road"),
        ("a bumpy dirt road in the desert", "on the desert track"),
        ("a footpath along the river", "on the river path"),
        ("a sandy path to the beach", "on the beach path"),
        ("a canyon with a river", "by the canyon river"),
        ("an empty road at sunrise", "on the road at dawn"),
        ("a path lined with trees", "five trees on the country lane"),
        ("a snowy road lined with pine trees", "six pine trees on the road while it is snowing"),
        ("a village at the foot of a snowy mountain", "three houses in the mountains"),
        ("a train crossing a bridge in the mountains", "a train on a bridge by the mountain river"),
        ("a park bench at night", "a bench in the park at night"),
        ("a deer in a clearing in the woods", "a deer in the forest"),
        ("a path through the dunes to the beach", "on the beach path"),
        ("a tree-lined street in autumn", "six orange trees on the avenue"),
        ("a sunny balcony", "a balcony with a view in the city"),
        ("a balcony", "a balcony"),
        ("a wet street at night", "in the street at night in the rain"),
        ("a house near a tulip field", "a house beside the tulip field"),
        ("a girl in a tulip field", "a girl in the tulip field"),
        ("a field of sunflowers beside a road", "beside the sunflower field"),
        ("a fairground with a big wheel at night", "a ferris wheel at the fair at night"),
    ],
)
def test_two_places_in_one_are_a_place_of_its_own(said, meant):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (meant, ())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("an ambulance parked at a hospital", "an ambulance next to a hospital in the street"),
        ("a bus waiting at the school", "a bus next to a school in the street"),
        ("a nurse at a hospital", "a nurse in the hospital"),
        ("a car in the garage", "a car in the workshop"),
        ("a dog running out of the sea", "a running dog on the beach"),
        ("a whale jumping out of the water", "a jumping whale on the sea"),
        ("a boy flying on a rug in front of a palace",
         "a boy riding a flying carpet and the boy in front of a palace in the city"),
        ("a white church", "a white church in a village"),
        ("a white cup", "a white cup on a blue background"),
        ("a white fence", "a white fence on a blue background"),
        ("a pink house with a white fence", "a pink house and a white fence in a field"),
        ("dark clouds over a wheat field", "two gray clouds in the wheat field"),
        ("a dark forest", "in the forest at night"),
        ("a fish under the water", "a fish underwater"),
        ("a diver under the water with jellyfish around him",
         "five jellyfish around a scuba diver underwater"),
        ("a brush, a comb and a mirror", "a hairbrush, a comb and a mirror"),
        ("a brush and a palette", "a paintbrush and a palette"),
    ],
)  # fmt: skip
def test_where_somebody_is_follows_from_what_they_are(said, meant):
    found = read_scene(said)
    assert (canonical(somewhere(found.scene)), found.left_out) == (meant, ())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a cat with a fish in its mouth", "a cat holding a fish"),
        ("a cat with a mouse in its teeth", "a cat holding a mouse"),
        ("a fox carrying a chicken in its mouth", "a fox holding a chicken on a farm"),
        ("a cat with a fish", "a cat and a fish"),
        ("a giraffe eating leaves", "a giraffe eating a leaf and the giraffe next to a tree in the "
         "savanna"),
        ("a caterpillar eating leaves", "a caterpillar eating a leaf"),
        ("a bag of apples", "five apples in a handbag"),
        ("a box of kittens", "three kittens in a box"),
        ("a crate of oranges", "five oranges in a crate"),
        ("two crates of oranges", "five oranges on two crates"),
        ("a christmas tree with six baubles",
         "six christmas ornaments all over a christmas tree in the living room"),
        ("a christmas tree with red balls", "a red baubled christmas tree"),
        ("a christmas tree with lights", "a christmas tree"),
    ],
)  # fmt: skip
def test_what_is_in_a_mouth_in_a_box_on_a_tree_is_there(said, meant):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (meant, ())


@pytest.mark.parametrize(
    ("said", "meant", "left_out"),
    [
        ("a bench on the side of the road", "a bench on the road", ()),
        ("a clock on the side of a building",
         "a clock on the wall of an office building", ()),
        ("a horse at the gate of the farm", "a horse next to a gate on a farm", ()),
        ("a man at the entrance of the park", "a man in the park", ("entrance",)),
        ("a cat on the roof of the library", "a cat on the rooftop", ()),
        ("a strawberry field", "five strawberries in a field", ()),
        ("a potato next to a field", "a potato in a field", ()),
        ("a girl brushing her long hair on a bed",
         "a girl on a bed and the girl holding a hairbrush in the bedroom", ()),
        ("a mermaid combing her long hair on a rock",
         "a mermaid on a rock and the mermaid holding a comb", ()),
        ("a witch stirring a potion in a cauldron",
         "a potion in a cauldron, a spoon in the cauldron and a witch behind the cauldron", ()),
        ("a bowl of soup with steam rising", "a bowl of soup", ()),
        ("a princess on a unicorn", "a princess riding a unicorn", ()),
        ("a crowd of people", "a woman, a man, an old woman, a girl and a boy", ()),
        ("a group of children", "two boys, two girls and a child", ()),
        ("five people", "five people", ()),
        ("people on the beach", "a woman and a man on the beach", ()),
        ("a crow sits on a chimney", "a crow on the chimney of a house in a field", ()),
        ("a row of people", "five lined up people", ()),
        ("an elm tree", "a tree", ()),
        ("an empty basket", "a basket", ()),
        ("an empty bucket", "a bucket", ("empty",)),
        ("a donkey with gray ears", "a donkey", ()),
        ("a boy at the edge of a cliff", "a boy on the cliff", ()),
        ("a duck at the edge of the pond", "a duck next to a pond", ()),
        ("a group of children behind a fence",
         "two boys behind a fence, two girls behind the fence and a child behind the fence "
         "in a field",
         ()),
        ("a deer in the woods early in the morning", "a deer in the forest at dawn", ()),
        ("a boy giving flowers to a girl", "a boy holding two flowers and the boy next to a girl",
         ()),
        ("a village in the mountains", "three houses in the mountains", ()),
        ("a flock of birds over a lake", "five flying birds on the lake", ()),
        ("a mountain behind a lake", "on the lake", ()),
        ("a pot of green soup", "a stew", ("green",)),
        ("a glass of red wine", "a wine glass", ()),
        ("a girl with curly hair", "a girl", ()),
        ("a lighthouse with red stripes", "a lighthouse", ()),
        ("a bucket of sand", "a bucket of sand", ()),
        ("a pan of fried eggs", "a pan of eggs", ()),
        ("a dog with a red collar", "a dog wearing a red collar", ()),
        ("a goat with a bell around its neck", "a goat wearing a bell on a farm", ()),
        ("a teddy bear with a heart", "a teddy bear holding a heart", ()),
        ("a clown in the circus ring", "a clown in the circus", ()),
    ],
)  # fmt: skip
def test_where_and_of_whom_a_phrase_tells(said, meant, left_out):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (meant, left_out)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a black and white cat", "a white half black cat"),
        ("two brown and white dogs", "two white half brown dogs"),
        ("a green and yellow bus", "a green half yellow bus"),
        ("a white half black cat", "a white half black cat"),
        ("a black and white zebra", "a zebra"),
        ("a red and white striped ball", "a red striped beach ball"),
    ],
)
def test_a_thing_of_two_colours_is_half_of_each(said, meant):
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (meant, ())


@pytest.mark.parametrize(
    "said", ["a cat on a sofa next to a castle", "a cat in front of a fireplace and a house"]
)
def test_a_house_is_in_no_room(said):
    assert somewhere(read_scene(said).scene).setting not in INDOORS
