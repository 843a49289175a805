"""The words that the reader of small models knows, and what each means to it."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskgil.nano.emoji import caption_templates
from maskgil.nano.emoji.captions import GROUNDS, NUMBERS, PLURAL_FORMS, STYLE_WORDS, plural
from maskgil.nano.emoji.sprites import PAINTS, Noun


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DATA = Path(__file__).parent
NEAR_WORDS = DATA / "near_words.tsv"
MOST = 4  # of one kind of thing: more were never shown, and come out as any number
# Words for the places of a scene; they count behind a preposition.
GROUND_WORDS = {
    "sky": "sky air clouds", "grass": "grass meadow field lawn garden park hillside pasture",
    "sea": "sea ocean water lake river pond pool harbour harbor waves underwater bay",
    "sand": "sand beach desert shore dune dunes seaside coast", "snow": "snow ice winter snowfall",
    "night": "night midnight dusk starlight moonlight",
}  # fmt: skip
GROUND_OF = {word: where for where, names in GROUND_WORDS.items() for word in names.split()}
SCENERY = {
    "sky": "cloud", "grass": "flower", "sea": "wave", "sand": "palm tree", "snow": "snowflake",
    "night": "moon",
}  # fmt: skip
_SIDES = {
    "above": ("above", "over", "on top of", "on", "onto", "upon", "on the top of", "atop"),
    "below": ("below", "under", "beneath", "underneath"),
    "to the left of": ("left of", "to the left of", "on the left of", "on the left side of"),
    "to the right of": ("right of", "to the right of", "on the right of", "on the right side of"),
}
RELATIONS = {words: side for side, ways in _SIDES.items() for words in ways}
OPPOSITE = {
    "above": "below", "below": "above",
    "to the left of": "to the right of", "to the right of": "to the left of",
}  # fmt: skip
PLACES = {
    "on the left": "to the left of", "at the left": "to the left of",
    "on the left side": "to the left of", "on the right": "to the right of",
    "on the right side": "to the right of", "at the right": "to the right of",
    "at the top": "above", "at the bottom": "below",
}  # fmt: skip
# Ways to stand that are not drawn; said where they join two things that are.
WITHIN = ("in", "inside", "inside of", "into", "within", "behind", "between", "in front of",
          "around", "through", "across", "against", "out of", "full of", "made of")  # fmt: skip
SEVERAL = {"several": 3, "some": 3, "few": 3, "a few": 3}
MANY = _set(
    "five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
    "million billion dozen hundreds thousands millions dozens many countless numerous"
)  # fmt: skip
MANY_OF = ("dozens of", "hundreds of", "thousands of", "millions of", "a lot of", "lots of",
           "plenty of", "a million", "a hundred", "a thousand", "a dozen", "loads of")  # fmt: skip
BODY = ("eye", "ear", "nose", "mouth", "brain", "tooth", "bone", "hand", "feather", "lips")
DETERMINERS = _set(
    "a an the one single my your his her our their its this that another these those each every any"
)
DEFINITE = _set("the this that its his her their these those my your our")
PREPOSITIONS = _set("in on at over above under through across by near into along") | {"against"}
# Words that end what belongs to one thing.
JOINTS = PREPOSITIONS | _set(
    "and or with while who which where because but then so of below beside next behind between "
    "from to onto for is are was were has have having wearing holding eating riding"
)
NOT = _set("no not without never neither nor minus except excluding zero cannot")
NOT_SO = _set("only just even")  # "not only a cat"
# Behind these a noun is a verb: "I saw a cat", "it can fly".
SUBJECTS = _set(
    "i we you they he she it who can could will would must should may might cannot let lets "
    "didnt dont doesnt"
)  # fmt: skip
# Verbs that say no more than that a thing is there; some only in one place.
PRESENT = _set(
    "standing sitting placed lying resting parked waiting stopped floating hanging hovering is are "
    "was were be being has have stands sits lies stays located situated seen"
)
SHOWN_IN = {
    "flying": ("sky", "night"), "swimming": ("sea",), "drifting": ("sea", "sky"),
    "sailing": ("sea",), "flies": ("sky", "night"), "swims": ("sea",),
}  # fmt: skip
# Words without a picture of their own, and what people say to who draws.
FUNCTION_WORDS = _set(
    "a an the and or but nor so yet if then than as at by for from in into of off on onto out over "
    "to up with within per via about above across after against along among around before below "
    "beneath beside besides between beyond down during inside near outside past since through "
    "toward towards under until upon while i me my mine we us our you your he him his she her hers "
    "it its they them their this that these those who whom whose which what where when why how "
    "there here am is are was were be been being do does did doing done have has had having can "
    "could will would shall should may might must ought let lets get got please thanks thank okay "
    "ok hello hi hey oh um uh well yes yeah now just also too very really quite rather only even "
    "again still some any each every all both such same other another more most much many few "
    "one ones own single exactly total set group next close together alongside left right side top "
    "bottom middle directly nothing anything something everything today "
    "somewhere anywhere i'd i'm i'll i've it's that's "
    "there's let's what's s t d ll ve m re"
)
REQUEST_WORDS = _set(
    "draw drawing drawn paint painting show showing shows make making create creating generate "
    "give picture pictures image images photo photograph want wants wanted need like love see "
    "imagine looking thinking depict depicting illustrate illustration render scene contains "
    "containing nice beautiful lovely pretty simple cute"
)
# Words behind a noun that leave it what it is: "a cat asleep", not "a cat food".
NOT_HEADS = _set(
    "asleep awake alone alive apart away abroad afloat ahead ashore aside today tonight tomorrow "
    "yesterday tomorrow everywhere somewhere anywhere indoors outdoors upstairs downstairs forever "
    "ever never always often sometimes once twice soon later early late maybe perhaps almost ran "
    "sat stood ate drank flew swam drove rode held saw went came lay slept took wore made fell "
    "fought found built bought brought kept lost met said sang sold told threw wrote hid sunk sank "
    "grew knew led read run put cut hit big small large little tiny huge tall short long old new "
    "young happy sad angry funny scary fat thin thick round square flat soft hard wet dry hot cold "
    "warm cool clean dirty fast slow strong weak rich poor bright dark light pale shiny fluffy "
    "furry hairy sweet sour fresh full empty open closed broken wooden golden silver high low deep "
    "upside facing inside outside"
)
_WORD = re.compile(r"\d[\d.,]*\d|[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_ENDS = re.compile(r"[.!?;:…。！？\n]")
_PAUSE = re.compile(r"[,/|\\—–、，؛،]|\s-\s")


@dataclass(frozen=True)
class Word:
    """A word as it was `said` and as it is looked up; `pause`: 1 behind a comma, 2 a full stop."""

    said: str
    text: str
    pause: int = 0


@dataclass(frozen=True)
class Item:
    """Words of one meaning, from `at` to `end`.

    `kind`: noun, near, colour, count, relation, within, place, side, wall, ground, not, plain (says
    nothing of the picture) or unknown.
    """

    kind: str
    value: str
    at: int = 0
    end: int = 0
    many: bool = False


Table = dict[tuple[str, ...], Item]


def words_of(text: str) -> list[Word]:
    """The words of a `plain` text, looked up in small letters without accents."""
    # Marks belong to their letters, in whatever script.
    shadow = "".join("x" if unicodedata.category(c)[0] == "M" else c for c in text)
    words: list[Word] = []
    end = 0
    for found in _WORD.finditer(shadow):
        gap = text[end : found.start()]
        pause = 2 if _SENTENCE_ENDS.search(gap) else 1 if _PAUSE.search(gap) else 0
        end = found.end()
        said = text[found.start() : end].lower()
        if looked_up := fold(said):  # more than marks without a letter
            words.append(Word(said, looked_up, pause if words else 0))
    return words


def fold(word: str) -> str:
    """`word` in small letters without accents."""
    kept = (
        c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn"
    )
    return unicodedata.normalize("NFC", "".join(kept))


def split(text: str) -> list[str]:
    """The words of a text, as they are looked up."""
    return [word.text for word in words_of(text.replace("’", "'"))]


def table_of(nouns: Sequence[Noun]) -> Table:
    """Words -> their meaning. What comes later gives way to what is there."""
    table: Table = {}

    def add(words: str, kind: str, value: str = "", many: bool = False) -> None:
        table.setdefault(tuple(split(words)), Item(kind, value, many=many))

    for noun in nouns:
        for words in (noun.name, *noun.synonyms):
            add(words, "noun", noun.name, words in PLURAL_FORMS)
    for noun in nouns:
        for words in (noun.name, *noun.synonyms):
            add(plural(words), "noun", noun.name, True)
    for colour in PAINTS:
        add(colour, "colour", colour)
    add("grey", "colour", "gray")
    for count, ways in NUMBERS.items():
        for words in ways:
            add(words, "count", str(count))
    for words, count in SEVERAL.items():
        add(words, "count", str(count))
    for words in (*MANY, *MANY_OF):
        add(words, "count", "many")
    for where, ways in GROUNDS.items():
        for words in ways:
            add(words, "place", where)
    for words, side in PLACES.items():
        add(words, "side", side)
    for words, side in RELATIONS.items():
        add(words, "relation", side)
    for words in WITHIN:
        add(words, "within", words)
    for words in ("background", "wall", "backdrop"):
        add(words, "wall")
    for name, near in near_words(nouns).items():
        for words in near:
            add(words, "near", name)
            add(plural(words), "near", name, True)
    for shade, colour in base_colours().items():
        table.setdefault(shade, Item("colour", colour))
    for word, where in GROUND_OF.items():
        add(word, "ground", where)
    for word in NOT:
        add(word, "not")
    for words in _phrases():
        add(words, "plain")
    for word in sorted(FUNCTION_WORDS | REQUEST_WORDS):
        add(word, "plain")
    return table


def near_words(nouns: Iterable[Noun]) -> dict[str, tuple[str, ...]]:
    """Noun -> words of near_words.tsv that mean nearly the same."""
    known = {noun.name for noun in nouns}
    return {name: words for name, words in _rows("near_words.tsv") if name in known}


@functools.cache
def base_colours() -> dict[tuple[str, ...], str]:
    """Words of shades.tsv, in both spellings of gray, -> the colour that the model is told."""
    return {
        tuple(split(words)): colour
        for colour, shades in _rows("shades.tsv")
        for shade in shades
        for words in (shade, shade.replace("gray", "grey"))
    }


def _rows(name: str) -> list[tuple[str, tuple[str, ...]]]:
    rows = (DATA / name).read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if not row.startswith("#"))
    return [(first, tuple(words.split(", "))) for first, words in pairs]


def corpus_words() -> frozenset[str]:
    """Every word of the corpus's phrasings beside nouns, colours, numbers and places."""
    texts = [
        str(getattr(caption_templates, name)) for name in dir(caption_templates) if name.isupper()
    ]
    extra = "a an the one single of and it its them is are that which on in there here"
    return frozenset(
        word
        for text in [*texts, str(STYLE_WORDS["3d"]), extra]
        for word in split(re.sub(r"\{\w*\}|[',\"]", " ", text))
    ) | {"i'd", "i'm", "let's"}


def _phrases() -> set[str]:
    """Phrases of the corpus that say nothing of the picture: requests, thanks, small talk."""
    said = caption_templates
    texts = [
        *said.REQUESTS, *said.STATEMENTS, *said.LEADS, *said.DAY_LEADS, *said.LONG_REQUESTS,
        *said.LONG_SCENES, *said.TAILS, *said.MORE, *said.GROUPS, *said.HELLOS, *said.THANKS,
        *STYLE_WORDS["3d"][0], *STYLE_WORDS["3d"][1],
    ]  # fmt: skip
    parts = {part.strip() for text in texts for part in re.split(r"\{\w*\}|,", text)}
    return {part for part in parts if len(part.split()) > 1}
