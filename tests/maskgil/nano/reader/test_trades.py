"""What travellers, workers and cooks tell, as it is read."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        # who is with a seat is on it
        ("a sofa with a cat", "a cat on a sofa in the living room"),
        ("a bench with an old man", "an old man on a bench in the park"),
        # who speaks into a telephone, unless it is a giant's
        ("a woman talking on a red telephone",
         "a woman holding a red telephone and the woman with a speech bubble"),
        ("a boy standing on a giant telephone", "a boy on a giant telephone"),
        # whom somebody has with them
        ("a shepherd with his flock in the hills", "a shepherd and four sheep on a hill"),
        ("a farmer with his herd of cows", "a farmer and five cows"),
        ("a teacher with her class", "a teacher and four children"),
        ("a coach with his team", "a man and four soccer players"),
        ("a flock flying over the sea", "five flying birds on the sea"),
        # tanks of air are none of armies
        ("a diver with an oxygen tank", "a scuba diver"),
        ("a diver with a yellow air tank", "a yellow tanked scuba diver"),
        ("a soldier with a tank", "a soldier and a tank"),
        # who drinks has a glass, unless they have something else
        ("a cowboy drinking in a saloon",
         "a drinking cowboy holding a glass of water in the restaurant"),
        ("a woman drinking from a cup", "a drinking woman holding a cup"),
        # slices of what is drawn whole
        ("a slice of chocolate cake", "a brown sponged cake"),
        ("a slice of chocolate cake with a cherry on top", "cherries on a brown sponged cake"),
        ("a piece of strawberry cake on a plate", "a cake on a plate on the table"),
        ("a strawberry cake", "a strawberry cake"),
        # a swimmer has a cap, whatever its colour
        ("a swimmer with a yellow cap", "a yellow capped swimmer"),
        ("a boy with a green cap", "a boy wearing a green cap"),
        # wigs are on heads
        ("a judge with a white wig", "a judge wearing a white wig"),
        # no building is on furniture
        ("a bakery with bread on the shelves", "bread on two shelves and a bakery"),
        ("a house with a lamp on a table", "a lamp on a table and a house"),
        # who has a drawing of what they do, and wears what it does not show
        ("a woman dancing in a red dress",
         "a dancing woman wearing a red dress and the woman with musical notes"),
        ("a man dancing in a coat",
         "a dancing man wearing a coat and the man with musical notes"),
        ("a woman dancing with a hat", "a woman dancing wearing a hat"),
        # who has a bath is in one
        ("a woman having a bath", "a woman in a bathtub in the bathroom"),
        ("a baby takes a bath", "a baby in a bathtub in the bathroom"),
        ("a dog taking a bubble bath", "a dog in a bathtub in the bathroom"),
        # names are no things, and take none away
        ("my dog max on a sofa", "a dog on a sofa in the living room"),
        # fans of a game are no machines
        ("fans cheering in the stadium", "two arms up men in the stadium"),
        ("a fan on the desk", "a fan on a desk"),
        ("a fan and a scarf", "a fan and a scarf"),
        # what wind blows off, and who is stuck
        ("a hat blown off by the wind", "a windblown hat"),
        ("a cat stuck in a tree", "a cat in a tree in the park"),
        # work and play by what they are done with
        ("a woman mending a dress", "a woman next to a dress and the woman holding a needle"),
        ("a rocket taking off", "a launching rocket"),
        ("a rocket launching from the desert", "a launching rocket in the desert"),
        ("a bird taking off", "a bird"),
        ("smoke from the chimneys of a village", "a puff of smoke above two houses in a village"),
        ("a village with a path", "in a village"),
        ("a shop with crates of apples outside", "five apples on two crates and the crates in "
         "front of a shop"),
        ("a welder with sparks flying", "a welder holding sparkles"),
        ("a girl skating", "a skating girl"),
        ("a boy roller skating in the park", "a boy wearing a roller skate in the park"),
        ("a cheese board with figs", "two figs on a cutting board on the table"),
    ],
)  # fmt: skip
def test_kinds_that_travellers_and_workers_tell(text, caption):
    assert canonical(read_scene(text).scene) == caption


@pytest.mark.parametrize(
    ("text", "caption", "replaced"),
    [
        ("a cat on a mat", "a cat on a rug in the living room", ("mat", "rug")),
        ("a lion in a cage", "a lion in a birdcage", ("cage", "birdcage")),
        ("a knight with a lance", "a knight holding a spear", ("lance", "spear")),
    ],
)
def test_what_is_only_near_is_told(text, caption, replaced):
    found = read_scene(text)
    assert (canonical(found.scene), found.replaced) == (caption, (replaced,))


def test_what_is_danced_is_told_and_who_dances_is_drawn():
    found = read_scene("a woman dancing flamenco")
    assert (canonical(found.scene), found.left_out) == ("a woman dancing", ("flamenco",))
