"""Where on a thing something is: on a shoulder, on towers, in windows, at doors; coloured parts."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical

AT_PARTS = [
    ("a hippo in a bathtub with a duck on its head",
     "a hippopotamus in a bathtub and a duck on the head of the hippopotamus in the bathroom"),
    ("a pirate with a parrot on his shoulder", "a parrot on the shoulder of a pirate on the beach"),
    ("a monkey on a boy's shoulder", "a monkey on the shoulder of a boy"),
    ("a parrot is sitting on the pirate's shoulder",
     "a parrot on the shoulder of a pirate on the beach"),
    ("a squirrel on the left shoulder of a scarecrow",
     "a squirrel on the shoulder of a scarecrow in a field"),
    ("a knight with an eagle on his arm", "an eagle on the arm of a knight"),
    ("a butterfly on a dog's nose", "a butterfly on the nose of a dog"),
    ("a bird on an elephant's head", "a bird on the head of an elephant in the savanna"),
    ("a boy with a frog on his head", "a frog on a boy"),
    ("a castle with flags on its towers", "three red flags on the towers of a castle"),
    ("two white flags on the towers of a castle", "two white flags on the towers of a castle"),
    ("a dog looking out of a car window", "a gazing dog in the window of a car in the street"),
    ("a cat looking out of a house", "a gazing cat in the window of a house in a field"),
    ("a woman waving from the window of a bus",
     "a woman waving in the window of a bus in the street"),
    ("a parcel on the doorstep of a house", "a box at the door of a house in a field"),
    ("a cat at the cabin's door", "a cat at the door of a cabin in a field"),
    ("a man getting into a taxi", "a man at the door of a taxi in the street"),
    ("people boarding a train", "two people at the door of a train at the railway"),
    ("a school bus with children getting in",
     "two children at the door of a school bus in the street"),
    ("a bicycle with a basket of flowers",
     "a basket on the handlebars of a bicycle and five flowers in the basket in the street"),
    ("a bicycle with a cat in the basket",
     "a basket on the handlebars of a bicycle and a cat in the basket in the street"),
    ("a cyclist with a cat in his basket",
     "a man riding a bicycle, a basket on the handlebars of the bicycle and a cat in the basket "
     "in the street"),
    ("a girl riding a bike with bread in the basket",
     "a girl riding a bicycle, a basket on the handlebars of the bicycle and bread in the basket "
     "in the street"),
    ("a sailing boat with a flag on the mast",
     "a red flag on the mast of a sailboat on the sea"),
    ("a market stall selling apples and pears",
     "two apples on the counter of a market stall and two pears on the counter of the market "
     "stall at the market"),
    ("a farmer selling tomatoes at a market stall",
     "a farmer behind a market stall and four tomatoes on the counter of the market stall at the "
     "market"),
    ("a car with a Christmas tree on the roof",
     "a christmas tree on the roof of a car in the street"),
    ("a cat on the hood of a car", "a cat on the hood of a car in the street"),
    ("a tree with owls on its branches", "two owls in a tree in the park"),
    ("a monkey in the branches of a tree", "a monkey in a tree in the jungle"),
    ("a boy at the top of the stairs", "a boy at the top of a staircase"),
    ("a ball at the bottom of the stairs", "a sports ball at the foot of a staircase"),
    ("mushrooms at the foot of a tree", "two mushrooms under a tree in the park"),
    ("a dog at the foot of the bed", "a dog in front of a bed in the bedroom"),
    ("a kitten on the lap of an old woman", "an old woman holding a kitten"),
    ("a truck full of sand", "a dump truck"),
    ("a shelf full of books", "a bookshelf"),
    ("a lamp in the middle of the desk", "a lamp on a desk"),
    ("a fountain in the middle of the square", "a fountain in the square"),
    ("a girl with a bow in her hair", "a ribbon in the hair of a girl"),
    ("a woman with a feather in her hair", "a feather in the hair of a woman"),
    ("a cat with a bow on its head", "a ribbon in the hair of a cat"),
    ("a wizard with an owl on his hat", "an owl on a wizard"),
    ("a knight with a red feather on his helmet", "a knight"),
    ("a castle with a princess at the window and flags on the towers",
     "a princess in the window of a castle and three red flags on the towers of the castle"),
    ("a ship with a skull on its sail",
     "a skull on the sail of a sailing ship on the sea"),
    ("a man with a cat on his back", "a cat on the shoulder of a man"),
    ("trees on both sides of the road", "four trees on the road"),
    ("lamps along the road", "four street lamps on the road"),
    ("a shop window full of cakes", "five cakes in the shop window"),
    ("a donkey loaded with baskets", "two baskets on a donkey"),
    ("pancakes with syrup", "pancakes"),
    ("a monkey hanging by its tail from a branch", "a monkey hanging from a branch in the jungle"),
    ("a cat beneath a branch", "a cat below a branch"),
    ("a basket of puppies on a bicycle",
     "three puppies in a basket and the basket on the handlebars of a bicycle in the street"),
    ("palm trees along the beach", "four palm trees on the beach"),
    ("street lamps on both sides of the street", "four street lamps in the street"),
    ("a teddy bear with a red bow on its head", "a red ribbon in the hair of a teddy bear"),
    ("smoke from the chimney of a house",
     "a puff of smoke on the chimney of a house in a field"),
    ("a T-shirt with a red heart on it", "a red heart on the front of a shirt"),
    ("a sign with a dog on it", "a dog on the front of a placard"),
    ("a bird on a sign", "a bird on a placard"),
    ("a star printed on a mug", "a star on the front of a mug"),
    ("a wreath on the door of a house", "a wreath on the door of a house in a field"),
    ("a clock on the wall of a church", "a clock on the wall of a church"),
    ("an angel on top of a Christmas tree",
     "an angel at the top of a christmas tree in the living room"),
    ("presents at the foot of the Christmas tree",
     "two gifts under a christmas tree in the living room"),
    ("a girl carrying a tray with cupcakes", "a girl holding a tray and two cupcakes on the tray"),
    ("a dog carrying a newspaper in its mouth", "a dog holding a newspaper"),
    ("a bus full of people", "three people in the window of a bus in the street"),
    ("a woman selling flowers in the market",
     "a woman behind a market stall and four flowers on the counter of the market stall at the "
     "market"),
    ("a scarecrow with two crows on its arms", "two crows on the arm of a scarecrow in a field"),
    ("a lorry loaded with logs", "three logs in the back of a pickup truck in the street"),
    ("a dog on the back of a truck", "a dog in the back of a pickup truck in the street"),
    ("a house with snow on the roof", "a snowy house in the snow"),
    ("snow on the roof of a house", "a snowy house in the snow"),
    ("a king with a golden crown and a red cape",
     "a king wearing a golden crown and the king wearing a red cape"),
    ("a dog at the end of the bed", "a dog in front of a bed in the bedroom"),
    ("a bucket full of water", "a bucket"),
    ("a boy with a bow and an arrow", "a boy holding an arrow and a bow"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caption"), AT_PARTS)
def test_what_is_at_a_part_is_on_the_whole_and_nothing_is_left_out(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert found.left_out == ()
    assert canonical(read_scene(caption).scene) == caption


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a woman getting out of bed", "a woman in a bed in the bedroom"),
        ("a girl getting on a horse", "a girl riding a horse in a field"),
        ("a hat on the head of a man", "a hat on a man"),
        ("a father carrying his daughter on his shoulders", "a girl on the shoulders of a man"),
        (
            "a house with smoke coming from the chimney",
            "a puff of smoke on the chimney of a house in a field",
        ),
        ("a boy with a backpack on his back", "a boy wearing a backpack"),
    ],
)
def test_wholes_without_such_a_part_are_read_as_before(text, caption):
    assert canonical(read_scene(text).scene) == caption


PARTS = [
    ("a house with a red door", "a red doored house", ()),
    ("a blue house with a yellow door", "a yellow doored blue house", ()),
    ("a dog with black ears", "a black eared dog", ()),
    ("a black-eared dog", "a black eared dog", ()),
    ("a black cat with green eyes", "a green eyed black cat", ()),
    ("a bird with a red breast", "a bird", ()),
    ("a duck with a yellow beak", "a duck", ()),
    ("an ambulance with flashing blue lights", "a blue lit ambulance", ()),
    ("a house with green shutters", "a green shuttered house", ()),
    ("a cake with pink icing", "a pink iced cake", ()),
    ("a snowman wearing a green scarf", "a green scarfed snowman in the snow", ()),
    ("a white house with a red roof by a lake", "a red roofed white house on the lake", ()),
    ("a yellow house with a blue roof and a green door",
     "a blue roofed green doored yellow house", ()),
    ("a castle with blue roofs", "a blue roofed castle", ()),
    ("a wizard with a long white beard", "a wizard", ()),
    ("a bowl of noodles with chopsticks", "noodles", ()),
    ("a mug with a green handle", "a green handled mug", ()),
    ("a cup with a green handle", "a green handled cup", ()),
    ("a fairy with pink wings", "a pink winged fairy", ()),
    ("a blue house with a white door and a red roof", "a white doored red roofed blue house", ()),
    ("a gift with a red bow", "a gift", ()),
    ("a tower with a blue roof", "a blue roofed castle tower", ()),
    ("a tower with a red roof", "a castle tower", ()),
    ("a tower with a flag", "a tower", ()),
    ("a gift with a blue bow", "a blue ribboned gift", ()),
    ("a bag with red handles", "a red handled handbag", ()),
    ("a lion with a golden mane", "a yellow maned lion", ()),
    ("a bird with red wings", "a red winged bird", ()),
    ("a butterfly with red wings", "a red butterfly", ()),
    ("a christmas tree with red baubles", "a red baubled christmas tree", ()),
    ("a christmas tree decorated with blue balls", "a blue baubled christmas tree", ()),
    ("an apple tree full of green apples", "an apple tree", ("green",)),
    ("a sandcastle with a yellow flag", "a yellow flagged sandcastle", ()),
    ("a castle with a flag", "a castle", ()),
    ("a house with a blue chimney", "a blue chimneyed house", ()),
    ("a sailboat with blue sails", "a blue sailed sailboat", ()),
    ("a boat with red sails", "a red sailed sailboat", ()),
    ("a kite with a red tail", "a red tailed kite", ()),
    ("a teapot with a red lid", "a red lidded teapot", ()),
    ("a lighthouse with a green roof", "a green roofed lighthouse", ()),
    ("a scarecrow with a red hat", "a scarecrow wearing a red hat in a field", ()),
    ("a girl with purple shoes", "a girl wearing two purple shoes", ()),
    ("a dog with black ears and a white tail", "a black eared white tailed dog", ()),
    ("a house with a blue door and yellow windows", "a blue doored yellow windowed house", ()),
    ("a house with a blue roof and a red door", "a blue roofed red doored house", ()),
    ("a running dog with black ears", "a running dog", ("black ears",)),
    ("a wheelbarrow full of earth", "a wheelbarrow", ("earth",)),
    ("a black-eared mug", "a mug", ("black eared",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caption", "left_out"), PARTS)
def test_a_coloured_part_is_painted_where_the_drawing_has_it(text, caption, left_out):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (caption, left_out)
    assert canonical(read_scene(caption).scene) == caption


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("a bookshelf with a teddy bear on the top shelf", ["bookshelf", "teddy bear"]),
        ("a bookcase with a vase on its bottom shelf", ["bookshelf", "vase"]),
        ("a vase on the top shelf of a bookshelf", ["vase", "bookshelf"]),
        ("a bookshelf with a vase on the upper shelf", ["bookshelf", "vase"]),
    ],
)
def test_the_shelf_of_a_bookshelf_is_no_second_one(text, nouns):
    found = read_scene(text)
    assert [thing.noun for thing in found.scene.things] == nouns
    (relation,) = found.scene.relations
    whole = nouns.index("bookshelf")
    assert (relation.subject, relation.name, relation.objects) == (1 - whole, "on", (whole,))
    assert not found.left_out


def test_a_shelf_that_is_nobodys_part_is_drawn():
    found = read_scene("a bookshelf and a cat on a shelf").scene
    assert [thing.noun for thing in found.things] == ["bookshelf", "cat", "shelf"]
