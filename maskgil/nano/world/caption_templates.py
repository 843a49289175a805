"""The words of free captions: requests, verbs, small talk that says nothing of the picture."""

# None of these may name a thing of nouns.tsv, a colour, a number, a place or a side, except where
# the table says so: tests/maskgil/nano/test_emoji_captions.py checks it.

from __future__ import annotations

# {} takes "a cat next to a house"; {be} becomes "is" or "are".
REQUESTS = (
    "can you draw {}", "can you draw me {}", "can you draw {} for me", "could you draw {}",
    "could you please draw {}", "could you show me {}", "would you draw me {}", "please draw {}",
    "please draw me {}", "draw {}", "draw me {}", "draw {} please", "draw a picture of {}",
    "I would like to see {}", "I'd like to see {}", "I want to see {}", "I would like {}",
    "I would love to see {}", "I'd like a picture of {}", "I want a picture of {}", "I need {}",
    "I want {}", "show me {}", "please show me {}", "show me a picture of {}",
    "make me a picture of {}", "make a picture with {}", "make an image of {}", "paint {}",
    "paint me {}", "give me {}", "create {}", "create an image of {}", "create a picture with {}",
    "generate a picture of {}", "can I see {}", "can I have {}", "can we see {}", "let me see {}",
    "let's draw {}", "how about {}", "what about {}", "imagine {}", "I am thinking of {}",
    "I'm looking for {}", "we want to see {}", "can you make a picture of {}",
)  # fmt: skip
STATEMENTS = (
    "there {be} {}", "there {be} {}", "there {be} {}", "here {be} {}", "I see {}", "I can see {}",
    "you can see {}", "we see {}", "a picture of {}", "a drawing of {}", "an image of {}",
    "a picture with {}", "a photo of {}", "a picture that shows {}", "the picture shows {}",
    "in the picture there {be} {}", "in this picture there {be} {}", "there should be {}",
)  # fmt: skip
QUESTIONS = ("can ", "could ", "would ", "how about ", "what about ")
HELLOS = ("hello, ", "hi, ", "hey, ", "okay, ", "so, ", "well, ", "um, ", "now ", "and now ",
          "yes, ", "good, ", "oh, ")  # fmt: skip
THANKS = (", please", " please", ", thank you", ", thanks", ", if you can", " for me", ", okay")

NEAR = ("next to", "next to", "next to", "beside", "by", "near", "close to", "alongside", "with",
        "together with", "and", "and", "and")  # fmt: skip
LEFT = ("to the left of", "to the left of", "on the left of", "left of", "on the left side of")
RIGHT = ("to the right of", "to the right of", "on the right of", "right of",
         "on the right side of")  # fmt: skip
SIDES = ("{a} on the left and {b} on the right", "{a} on the left, {b} on the right",
         "on the left {a}, on the right {b}", "{a} on the left side and {b} on the right side",
         "{a} at the left and {b} at the right")  # fmt: skip
ABOVE = ("above", "above", "over", "on top of", "on top of")
BELOW = ("below", "under", "under", "beneath", "underneath")
# The first four are those of plain captions too.
BACKDROPS = (
    "on {} background",
    "on {} background",
    "with {} background",
    "in front of {} wall",
    "against {} background",
    "with {} background behind",
)

ADJECTIVES = ("nice", "beautiful", "lovely", "pretty", "little", "simple", "funny", "big")
KIND_ADJECTIVES = ("cute", "happy", "friendly", "cute little", "lovely little", "funny")
GROUPS = ("a group of", "exactly", "a set of", "a total of", "just")

# What living things, vehicles and other things do; with a relation or a place behind it.
STAYING = {
    "living": ("sitting", "standing", "resting", "waiting", "sleeping", "sitting", "standing"),
    "vehicle": ("parked", "standing", "waiting", "stopped"),
    "thing": ("standing", "lying", "placed", "sitting", "resting"),
}
HIGH = ("floating", "hanging", "hovering")
FLYING = ("flying", "flying", "hovering", "floating")
AFLOAT = ("swimming", "floating", "swimming", "drifting")
BOATING = ("sailing", "floating", "drifting", "swimming")
GOING = {
    "living": ("standing", "sitting", "walking", "playing", "running", "resting"),
    "vehicle": ("parked", "standing", "driving", "stopped"),
    "thing": ("standing", "lying", "placed", "sitting"),
}
TABLES = ("on the table", "on a table", "on the table", "on a wooden table")


def _names(text: str) -> frozenset[str]:
    return frozenset(" ".join(text.split()).split(", "))


LIVING = _names("""
    dog, cat, mouse, rabbit, fox, bear, panda, koala, tiger, lion, cow, pig, frog, monkey,
    chicken, penguin, bird, duck, owl, wolf, horse, unicorn, bee, butterfly, snail, ladybug,
    spider, turtle, snake, dinosaur, octopus, crab, fish, dolphin, whale, shark, crocodile,
    elephant, camel, giraffe, sheep, deer, squirrel, parrot, snowman, robot, ghost, alien, baby,
    wizard, princess, teddy bear, cowboy, clown, devil, boy, girl, man, woman, grandmother,
    grandfather, doctor, farmer, chef, astronaut, firefighter, police officer, construction
    worker, ninja, prince, angel, santa claus, superhero, fairy, vampire, mermaid, zombie,
    gorilla, raccoon, leopard, zebra, donkey, moose, goat, llama, rhino, hippo, rat, hamster,
    hedgehog, bat, polar bear, sloth, kangaroo, turkey, rooster, chick, dove, eagle, swan,
    flamingo, peacock, goose, lizard, dragon, seal, jellyfish, lobster, shrimp, squid,
    caterpillar, ant, grasshopper, scorpion, fly, worm
""")
VEHICLES = _names("""
    car, taxi, bus, truck, tractor, ambulance, fire truck, bicycle, motorcycle, train, high-speed
    train, police car, pickup truck, race car, scooter, van
""")
FLYERS = _names("""
    bird, bee, butterfly, owl, parrot, unicorn, ladybug, airplane, helicopter, rocket, flying
    saucer, angel, superhero, fairy, bat, dove, eagle, dragon, fly, ghost, duck, swan, goose
""")
BOATS = _names("""
    sailboat, ship, canoe, speedboat
""")
# What may well stand on a table, where nothing else is said of the ground.
TABLEWARE = _names("""
    apple, banana, pear, orange, lemon, watermelon, grapes, strawberry, cherries, pineapple,
    avocado, eggplant, carrot, corn, broccoli, tomato, mushroom, bread, croissant, cheese, egg,
    hamburger, pizza, fries, hot dog, ice cream, donut, cookie, cake, chocolate, cup of coffee,
    glass of wine, beer, gift, book, pencil, scissors, key, candle, alarm clock, camera, laptop,
    phone, glasses, mango, peach, blueberries, coconut, potato, cucumber, onion, peanuts,
    baguette, pretzel, pancakes, waffle, chicken leg, steak, bacon, sandwich, taco, fried egg,
    salad, popcorn, butter, sushi, noodles, spaghetti, bowl of rice, cupcake, pie, candy, honey,
    baby bottle, glass of milk, teapot, cup of tea, champagne, soda, plate, spoon, knife, vase,
    globe, map, dice, doll, newspaper, envelope, box, pen, radio, telephone, lantern, basket
""")

# Long captions: a lead, a request, the scene, a tail, and further sentences where it is short.
LEADS = (
    "if it is not too much trouble", "when you have a moment", "for the story that I am telling",
    "as a surprise for a good friend of mine", "after such a long day at work",
    "I have been thinking about this for a while and", "since you are so good at drawing",
    "for our new living room", "because my daughter loves pictures so much",
    "for a project that my son is working on", "just for fun", "to be honest with you",
    "before we all go to sleep", "as a small thank you for my teacher", "you know what, today",
    "I had a strange dream last week, and because of that", "for somebody that I love very much",
    "I am not good at drawing myself, so", "while we are waiting here together",
    "hello there, I hope that you are doing well,", "for the title page of our little magazine",
    "my sister keeps asking me for it, so",
)  # fmt: skip
# Only where the scene is not a night or a place in snow.
DAY_LEADS = (
    "on a bright sunny morning", "on this lovely sunny afternoon", "on a warm summer day",
    "good morning, it is such a nice day and", "on a quiet Sunday morning",
)  # fmt: skip
LONG_REQUESTS = (
    "I would love to see {}", "I would like to see {}", "I would really like a picture of {}",
    "could you please draw {} for me", "can you please draw me a picture of {}", "please draw {}",
    "I would be very happy to see {}", "I want you to draw {}", "please show me {}",
    "I was hoping to get a picture of {}", "could you make a picture that shows {}",
    "I would like you to paint {}", "imagine a picture in which there {be} {}",
    "let us make a picture with {}", "what I want to see is {}", "we would love to look at {}",
)  # fmt: skip
LONG_SCENES = (
    "I would like a picture in which {}", "please make a picture where {}",
    "could you please draw a picture where {}", "imagine that {}", "I want to see how {}",
    "the picture should show how {}", "in my story {}",
)  # fmt: skip
TAILS = (
    ", and please make it look really nice", ", with soft light and plenty of small details",
    ", because it always makes me laugh", " so that I can show it to all of my friends",
    ", just as I remember it from when I was young", " and nothing else in the picture",
    ", drawn in a simple way that everybody understands", ", and I want it calm and clear",
    ", and do not worry if it is not perfect", ", the way you would find it in a good story",
    ", thank you very much for your help", ", clean and sharp and easy to recognise",
    ", and I will print it and put it up at work", " as well as you possibly can",
    ", which would make this day so much better for all of us",
)  # fmt: skip
MORE = (
    "Please take all the time that you need for it.", "Thank you so much for doing this.",
    "That is all that I want to see.", "It would make me very happy.",
    "I really hope that you can do that.", "The whole picture should look friendly and simple.",
    "I am sure that it will turn out great.", "My whole family is already looking forward to it.",
    "Make it as beautiful as you can, please.", "There is no hurry at all.",
)  # fmt: skip
# Two things side by side or above one another; {it} is the one named first, "it" or "them".
LONG_BESIDE = (
    "{a}, and next to {it} {b}", "{a} on the left side and {b} on the right side",
    "{a}, and to the right of {it} {b}", "{b}, and to the left of {it} {a}",
    "on the left {a} and on the right {b}", "both {a} and {b}", "{a} together with {b}",
    "{a} directly next to {b}", "{a} standing beside {b}",
)  # fmt: skip
LONG_STACKED = (
    "{a}, and below {it} {b}", "{b}, and above {it} {a}", "{a} at the top and {b} at the bottom",
    "{a} somewhere above {b}", "{b} directly under {a}", "{a} directly on top of {b}",
    "{b} with {a} above {it}", "{a} with {b} underneath {it}",
)  # fmt: skip
PROPER = {
    "santa claus": "Santa Claus", "santa": "Santa", "dracula": "Dracula", "saturn": "Saturn",
    "christmas tree": "Christmas tree", "statue of liberty": "Statue of Liberty", "tv": "TV",
    "ufo": "UFO", "american football": "American football", "ferris wheel": "Ferris wheel",
}  # fmt: skip
