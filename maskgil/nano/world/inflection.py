"""Inflection: English plurals and articles."""

from __future__ import annotations

IRREGULAR_PLURALS = {
    "mouse": "mice", "wolf": "wolves", "fish": "fish", "sheep": "sheep", "deer": "deer",
    "bread": "loaves of bread", "loaf": "loaves", "corn": "ears of corn",
    "cheese": "pieces of cheese", "chocolate": "chocolates", "lightning": "lightning bolts",
    "cup of coffee": "cups of coffee", "coffee": "cups of coffee", "wine": "glasses of wine",
    "glass of wine": "glasses of wine", "drop of water": "drops of water", "snowman": "snowmen",
    "tooth": "teeth", "man": "men", "woman": "women", "old man": "old men",
    "old woman": "old women", "spaceman": "spacemen", "fireman": "firemen",
    "policeman": "policemen", "santa claus": "santa clauses", "superhero": "superheroes",
    "moose": "moose", "goose": "geese", "jellyfish": "jellyfish", "shrimp": "shrimp",
    "squid": "squid", "bunch of flowers": "bunches of flowers", "maple leaf": "maple leaves",
    "mango": "mangoes", "chili": "chilies", "chilli": "chillies",
    "bacon": "slices of bacon", "salad": "bowls of salad",
    "popcorn": "boxes of popcorn", "butter": "sticks of butter", "sushi": "pieces of sushi",
    "noodles": "bowls of noodles", "ramen": "bowls of ramen", "spaghetti": "plates of spaghetti",
    "pasta": "plates of pasta", "bowl of rice": "bowls of rice",
    "rice": "bowls of rice", "honey": "pots of honey", "glass of milk": "glasses of milk",
    "milk": "glasses of milk", "cup of tea": "cups of tea", "tea": "cups of tea",
    "champagne": "bottles of champagne", "knife": "knives", "dice": "dice",
    "statue of liberty": "statues of liberty", "ball of yarn": "balls of yarn",
    "yarn": "balls of yarn", "tornado": "tornadoes", "scarf": "scarves", "luggage": "suitcases",
    "bag of money": "bags of money", "soap": "bars of soap", "glue": "bottles of glue",
    "perfume": "bottles of perfume", "cotton candy": "sticks of cotton candy",
    "ice cream with three scoops": "ice creams with three scoops", "domino": "dominoes",
    "firewood": "piles of firewood", "armor": "suits of armor", "seaweed": "seaweed",
    "asparagus": "bunches of asparagus", "sticky tape": "rolls of sticky tape",
    "lasagne": "plates of lasagne", "lasagna": "plates of lasagna",
}  # fmt: skip
# Words that are plurals already: the drawing shows several, or the thing comes in pairs.
PLURAL_FORMS = {
    "grapes", "cherries", "fries", "french fries", "scissors", "glasses", "eyeglasses",
    "blueberries", "peanuts", "pancakes", "noodles", "chopsticks", "fireworks", "skis",
    "sunglasses", "jeans", "pants", "trousers", "gloves", "mittens", "socks", "shorts",
    "headphones", "lips", "bagpipes", "northern lights", "ripples",
    "churros", "cymbals", "flippers", "knitting needles", "meatballs", "pajamas",
}  # fmt: skip
# Words that take no "a": the plural ones and what is not counted.
NO_ARTICLE = PLURAL_FORMS | {
    "lightning", "fire", "broccoli", "corn", "bread", "cheese", "chocolate", "coffee", "wine",
    "bacon", "popcorn", "butter", "sushi", "ramen", "spaghetti", "pasta", "rice", "honey", "milk",
    "tea", "champagne", "yarn", "luggage", "soap", "dice", "santa", "santa claus", "dracula",
    "saturn", "glue", "perfume", "cotton candy", "bamboo", "stonehenge",
    "firewood", "armor", "seaweed", "asparagus", "sticky tape", "bunting",
}  # fmt: skip
DEFINITE = {"sun", "moon", "statue of liberty", "earth", "colosseum", "taj mahal"}


def with_article(words: str) -> str:
    """'apple' -> 'an apple', 'hourglass' -> 'an hourglass'."""
    vowel = words[0] in "aeiouAEIOU" and not words.lower().startswith(("uni", "one", "ufo"))
    return f"{'an' if vowel or words.startswith('hour') else 'a'} {words}"


def plural(noun: str) -> str:
    """'box' -> 'boxes', 'wolf' -> 'wolves', 'glass of water' -> 'glasses of water'."""
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
    if noun in PLURAL_FORMS or noun == "broccoli":
        return noun
    head, of, rest = noun.partition(" of ")
    if of:
        return f"{plural(head)} of {rest}"
    before, space, last = noun.rpartition(" ")
    if space:
        return f"{before} {plural(last)}"
    if noun.endswith("man") and noun not in ("human", "german"):
        return noun[:-3] + "men"
    if noun.endswith("child"):
        return noun + "ren"
    if noun.endswith(("shelf", "thief", "leaf")):
        return noun[:-1] + "ves"
    if noun.endswith("fish"):
        return noun
    if noun.endswith(("s", "x", "ch", "sh")) or noun in ("potato", "tomato", "volcano"):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
