"""What a person might say of a scene: captions in many phrasings."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .emoji_scenes import Scene, Thing

NUMBERS = {2: ("two", "2", "a pair of", "a couple of"), 3: ("three", "3"), 4: ("four", "4")}
NUMBER_WEIGHTS = {2: (10, 2, 1, 1), 3: (10, 2), 4: (10, 2)}

IRREGULAR_PLURALS = {
    "mouse": "mice", "wolf": "wolves", "fish": "fish", "sheep": "sheep", "deer": "deer",
    "bread": "loaves of bread", "broccoli": "broccoli", "corn": "ears of corn", "grapes": "grapes",
    "cherries": "cherries", "fries": "fries", "cheese": "pieces of cheese", "scissors": "scissors",
    "glasses": "glasses", "chocolate": "chocolates", "lightning": "lightning bolts",
    "fire": "fires", "cup of coffee": "cups of coffee",
    "glass of wine": "glasses of wine", "beer": "beers",
    "drop of water": "drops of water", "snowman": "snowmen", "flower": "flowers",
    "octopus": "octopuses", "cactus": "cactuses", "baby": "babies", "ice cream": "ice creams",
}  # fmt: skip
NO_ARTICLE = {"grapes", "cherries", "fries", "scissors", "glasses", "lightning", "fire", "broccoli",
              "corn", "bread", "cheese", "chocolate"}  # fmt: skip
DEFINITE = {"sun", "moon"}

GROUNDS = {
    "sky": ("in the sky", "in the blue sky", "up in the sky", "against the sky"),
    "grass": ("on the grass", "on green grass", "in a meadow", "in a field", "on a lawn"),
    "sea": ("in the sea", "at sea", "in the ocean", "on the water", "in the water"),
    "sand": ("on the sand", "on the beach", "in the desert", "at the beach"),
    "snow": ("in the snow", "on the snow", "in winter snow"),
    "night": ("at night", "in the night", "in the night sky", "under the stars"),
}
STYLE_WORDS = {
    "flat": (
        ("in flat style", "as a flat icon", "flat design", "in a flat style", "as a flat drawing"),
        ("a flat drawing of", "a flat icon of", "a flat picture of"),
    ),
    "3d": (
        ("in 3d style", "in 3d", "as a 3d render"),
        ("a 3d picture of", "a 3d render of", "a picture of", "a drawing of", "an image of"),
    ),
    "noto": (("in cartoon style",), ("a cartoon of",)),
    "twemoji": (("as a sticker",), ("a sticker of",)),
}


def with_article(words: str) -> str:
    """'apple' -> 'an apple'."""
    vowel = words[0] in "aeiou" and not words.startswith(("unicorn", "one", "ufo"))
    return f"{'an' if vowel else 'a'} {words}"


def plural(noun: str) -> str:
    """'box' -> 'boxes', 'wolf' -> 'wolves'."""
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
    if noun.endswith(("s", "x", "ch", "sh")) or noun in ("potato", "tomato", "volcano"):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def name_thing(thing: Thing, rng: random.Random, *, say_colour: bool = True) -> str:
    """'three blue cars', 'a cat', 'the sun', 'an orange cat'."""
    noun = thing.noun.name
    if thing.noun.synonyms and rng.random() < 0.12:
        noun = rng.choice(thing.noun.synonyms)
    colour = thing.colour if say_colour else None
    if colour == "gray" and rng.random() < 0.3:
        colour = "grey"
    if thing.count > 1:
        number = rng.choices(NUMBERS[thing.count], NUMBER_WEIGHTS[thing.count])[0]
        known = noun == thing.noun.name
        words = plural(noun) if known or not noun.endswith("s") else noun
        return " ".join(filter(None, (number, colour, words)))
    words = f"{colour} {noun}" if colour else noun
    roll = rng.random()
    if roll < 0.08:
        return words
    if noun in NO_ARTICLE or noun.endswith("glasses"):
        return words
    if noun in DEFINITE and not colour and roll < 0.6:
        return f"the {words}"
    if roll < 0.16:
        return f"the {words}"
    if roll < 0.2:
        return f"one {words}"
    return with_article(words)


def _pair(scene: Scene, rng: random.Random) -> str:
    first, second = (name_thing(thing, rng) for thing in scene.things)
    if scene.layout == "beside":
        if rng.random() < 0.45:
            return rng.choice((
                f"{first} to the left of {second}", f"{second} to the right of {first}",
                f"{first} on the left and {second} on the right", f"{first} left of {second}",
                f"{second} right of {first}",
            ))  # fmt: skip
        return rng.choice((
            f"{first} and {second}", f"{first} and {second}", f"{first} next to {second}",
            f"{first} beside {second}", f"{first} with {second}", f"{first} by {second}",
            f"{first} together with {second}", f"{first}, {second}", f"{first} near {second}",
        ))  # fmt: skip
    return rng.choice((
        f"{first} above {second}", f"{second} below {first}", f"{first} on top of {second}",
        f"{second} under {first}", f"{first} over {second}", f"{second} underneath {first}",
        f"{first} above {second}", f"{second} below {first}",
    ))  # fmt: skip


def caption_scene(scene: Scene, rng: random.Random) -> str:
    """One English caption of a scene; says all that the picture shows."""
    said = _pair(scene, rng) if len(scene.things) == 2 else name_thing(scene.things[0], rng)
    if scene.background in GROUNDS:
        where = rng.choice(GROUNDS[scene.background])
    elif scene.background is not None:
        colour = scene.background
        where = rng.choice((
            f"on {with_article(colour)} background", f"on {with_article(colour)} background",
            f"with {with_article(colour)} background", f"in front of {with_article(colour)} wall",
        ))  # fmt: skip
    else:
        where = "on a white background" if rng.random() < 0.04 else ""
    after, before = STYLE_WORDS[scene.style]
    style_said = scene.style != "3d" or rng.random() < 0.2
    if len(scene.things) == 1 and not where and rng.random() < 0.1:
        said = rng.choice(("there is {}", "i see {}", "draw {}", "show me {}", "i want {}")).format(
            said
        )
    elif style_said and rng.random() < 0.4:
        said = f"{rng.choice(before)} {said}"
        style_said = False
    parts = [said, where, rng.choice(after) if style_said else ""]
    sentence = " ".join(part for part in parts if part)
    if rng.random() < 0.35:
        sentence = sentence[0].upper() + sentence[1:]
    if rng.random() < 0.35:
        sentence += "."
    return sentence
