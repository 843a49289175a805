"""What a person might say of a scene: captions in many phrasings."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maskgil.nano.world import caption_templates as say
from maskgil.nano.world.inflection import (
    DEFINITE,
    NO_ARTICLE,
    PLURAL_FORMS,
    plural,
    with_article,
)

if TYPE_CHECKING:
    from maskgil.nano.emoji.scene import Scene, Thing

NUMBERS = {2: ("two", "2", "a pair of", "a couple of"), 3: ("three", "3"), 4: ("four", "4")}
NUMBER_WEIGHTS = {2: (10, 2, 1, 1), 3: (10, 2), 4: (10, 2)}

FORMS, FORM_WEIGHTS = ("plain", "free", "long"), (0.72, 0.26, 0.02)

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


def _noun(thing: Thing, rng: random.Random) -> str:
    if thing.noun.synonyms and rng.random() < 0.12:
        return rng.choice(thing.noun.synonyms)
    return thing.noun.name


def _colour(thing: Thing, rng: random.Random) -> str | None:
    return "grey" if thing.colour == "gray" and rng.random() < 0.3 else thing.colour


def _number(count: int, words: str, rng: random.Random) -> str:
    """'three'; before words for pairs ("glasses") never "a pair of", which would say one."""
    ways, weights = NUMBERS[count], NUMBER_WEIGHTS[count]
    if count == 2 and words in PLURAL_FORMS:
        ways, weights = ways[:2], weights[:2]
    return rng.choices(ways, weights)[0]


def _determined(words: str, noun: str, rng: random.Random, *, bare: float) -> str:
    """One thing with an article; without where English or haste (a share `bare`) omits it."""
    roll = rng.random()
    if noun in NO_ARTICLE or roll < bare:
        return words
    if noun in DEFINITE and words.lower() == noun and (roll < 0.6 or noun not in ("sun", "moon")):
        return f"the {words}"
    if roll < bare + 0.08:
        return f"the {words}"
    if roll < bare + 0.12:
        return f"{'one' if roll < bare + 0.1 else 'a single'} {words}"
    return with_article(words)


def name_thing(thing: Thing, rng: random.Random) -> str:
    """'three blue cars', 'a cat', 'the sun', 'an orange cat'."""
    noun, colour = _noun(thing, rng), _colour(thing, rng)
    if thing.count > 1:
        words = plural(noun)
        return " ".join(filter(None, (_number(thing.count, words, rng), colour, words)))
    words = f"{colour} {noun}" if colour else noun
    return _determined(words, noun, rng, bare=0.08)


@dataclass(frozen=True)
class _Phrase:
    """Words in a sentence; `many`: they take "are"; `kind`, `name`: of the thing that acts."""

    words: str
    many: bool
    kind: str = "thing"  # a key of `caption_phrases.GOING`
    name: str = ""

    @property
    def be(self) -> str:
        return "are" if self.many else "is"


def _richly(thing: Thing, rng: random.Random) -> _Phrase:
    """As `name_thing`, at times with an adjective or with the colour said behind."""
    noun, colour, name = _noun(thing, rng), _colour(thing, rng), thing.noun.name
    kind = "living" if name in say.LIVING else "vehicle" if name in say.VEHICLES else "thing"
    many = thing.count > 1 or noun in PLURAL_FORMS
    behind = ""
    if colour and rng.random() < 0.12:
        behind, colour = f" that {'are' if many else 'is'} {colour}", None
    adjective = None
    if rng.random() < 0.12:
        adjective = rng.choice(say.KIND_ADJECTIVES if kind == "living" else say.ADJECTIVES)
    words = plural(noun) if thing.count > 1 else noun
    whole = " ".join(filter(None, (adjective, colour, say.PROPER.get(words, words))))
    if thing.count > 1:
        number = _number(thing.count, words, rng)
        if not number.startswith("a ") and rng.random() < 0.1:
            number = f"{rng.choice(say.GROUPS)} {number}"
        whole = f"{number} {whole}"
    else:
        whole = _determined(whole, noun, rng, bare=0)
    return _Phrase(whole + behind, many, kind, name)


def _doing(subject: _Phrase, verbs: tuple[str, ...], rng: random.Random) -> _Phrase:
    """'a dog sleeping', 'a dog that is sleeping'."""
    that = f"that {subject.be} " if " that " not in subject.words and rng.random() < 0.4 else ""
    return replace(subject, words=f"{subject.words} {that}{rng.choice(verbs)}")


def _listed(words: list[str]) -> str:
    """'a, b and c'."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _plainly(scene: Scene, rng: random.Random) -> str:
    """The things in the shortest words, with how they stand to each other."""
    names = [name_thing(thing, rng) for thing in scene.things]
    if len(names) != 2 or scene.layout not in ("beside", "stacked"):
        return _listed(names)
    first, second = names
    if scene.layout == "stacked":
        return rng.choice((
            f"{first} above {second}", f"{second} below {first}", f"{first} on top of {second}",
            f"{second} under {first}", f"{first} over {second}", f"{second} underneath {first}",
            f"{first} above {second}", f"{second} below {first}",
        ))  # fmt: skip
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


def _related(scene: Scene, rng: random.Random) -> tuple[_Phrase, bool]:
    """Two things and how they stand, at times with a verb; whether that is a whole sentence."""
    first, second = (_richly(thing, rng) for thing in scene.things)
    if scene.layout == "stacked":
        upper = rng.random() < 0.5
        subject, other = (first, second) if upper else (second, first)
        relation = rng.choice(say.ABOVE if upper else say.BELOW)
    elif rng.random() < 0.5:
        if rng.random() < 0.2:
            words = rng.choice(say.SIDES).format(a=first.words, b=second.words)
            return replace(first, words=words), False
        left = rng.random() < 0.5
        subject, other = (first, second) if left else (second, first)
        relation = rng.choice(say.LEFT if left else say.RIGHT)
    else:
        subject, other, relation = first, second, rng.choice(say.NEAR)
    if relation in ("and", "with", "together with"):
        many = subject.many or relation == "and"
        return _Phrase(f"{subject.words} {relation} {other.words}", many), False
    verbs = say.STAYING[subject.kind]
    if relation in ("above", "over"):
        verbs = say.FLYING if subject.name in say.FLYERS else say.HIGH
    roll = rng.random()
    if roll < 0.2:
        verb = f"{rng.choice(verbs)} " if rng.random() < 0.6 else ""
        words = f"{subject.words} {subject.be} {verb}{relation} {other.words}"
        return replace(subject, words=words), True
    acting = _doing(subject, verbs, rng) if roll < 0.55 else subject
    return replace(acting, words=f"{acting.words} {relation} {other.words}"), False


def _where(scene: Scene, rng: random.Random, *, free: bool) -> str:
    """The words of the background; often none for plain paper."""
    if scene.background in GROUNDS:
        return rng.choice(GROUNDS[scene.background])
    if scene.background is not None:
        coloured = with_article(scene.background)
        ways = say.BACKDROPS if free else say.BACKDROPS[:4]
        return rng.choice(ways).format(coloured)
    only = scene.things[0].noun.name if len(scene.things) == 1 else ""
    if free and only in say.TABLEWARE and rng.random() < 0.1:
        return rng.choice(say.TABLES)
    return "on a white background" if rng.random() < 0.04 else ""


def _at_place(subject: _Phrase, where: str, place: str | None, rng: random.Random) -> _Phrase:
    """'a bird flying' where the words say "in the sky"; at times no verb."""
    if rng.random() < 0.55 or (not where and subject.kind != "living"):
        return subject
    verbs = say.GOING[subject.kind]
    if place == "sky" or "sky" in where:
        verbs = say.FLYING if subject.name in say.FLYERS else say.HIGH
    elif place == "sea":
        living = say.AFLOAT if subject.kind == "living" else ("floating",)
        verbs = say.BOATING if subject.name in say.BOATS else living
    elif place not in GROUNDS:
        if not where and rng.random() < 0.6:
            return subject
        verbs = say.STAYING[subject.kind]
    return _doing(subject, verbs, rng)


def _freely(scene: Scene, rng: random.Random) -> tuple[_Phrase, bool, str]:
    """The things with verbs and adjectives, whether that is a sentence, and the background."""
    where = _where(scene, rng, free=True)
    if len(scene.things) == 1:
        subject = _at_place(_richly(scene.things[0], rng), where, scene.background, rng)
        return subject, False, where
    if len(scene.things) == 2 and scene.layout in ("beside", "stacked"):
        return (*_related(scene, rng), where)
    return _Phrase(_listed([_richly(t, rng).words for t in scene.things]), True), False, where


def _joined(*parts: str) -> str:
    """Parts in a row; one that starts with a comma stands close."""
    return " ".join(part for part in parts if part).replace(" ,", ",")


def _plain(scene: Scene, rng: random.Random, style: str, picture: str) -> str:
    said, where = _plainly(scene, rng), _where(scene, rng, free=False)
    if len(scene.things) == 1 and not where and rng.random() < 0.1:
        many = scene.things[0].count > 1
        opening = rng.choice(("there are" if many else "there is", "I see", "draw", "show me"))
        return _joined(opening, said, style)
    return _joined(picture, said, where, style if not picture else "")


def _free(scene: Scene, rng: random.Random, style: str, picture: str) -> str:
    subject, sentence, where = _freely(scene, rng)
    said = _joined(subject.words, where, style)
    roll = rng.random()
    if sentence or roll < 0.3:
        if not sentence and scene.background in GROUNDS and rng.random() < 0.3:
            said = _joined(where, "there", subject.be, subject.words, style)
        elif picture and not sentence:
            said = _joined(picture, subject.words, where)
    elif roll < 0.75:
        said = rng.choice(say.REQUESTS).format(said, be=subject.be)
        if rng.random() < 0.12 and "please" not in said:
            said += rng.choice(say.THANKS)
    else:
        said = rng.choice(say.STATEMENTS).format(said, be=subject.be)
    return rng.choice(say.HELLOS) + said if rng.random() < 0.08 else said


def _long(scene: Scene, rng: random.Random, style: str) -> str:
    """20 to 50 words; the scene stands early or late among words that say nothing of it."""
    if scene.layout in ("beside", "stacked") and len(scene.things) == 2 and rng.random() < 0.5:
        first, second = (_richly(thing, rng) for thing in scene.things)
        ways = say.LONG_BESIDE if scene.layout == "beside" else say.LONG_STACKED
        way = rng.choice(ways)
        subject = second if way.startswith("{b}") else first
        it = "them" if subject.many else "it"
        words = way.format(a=first.words, b=second.words, it=it)
        subject = _Phrase(words, subject.many or way.startswith("both"))
        where, sentence = _where(scene, rng, free=True), False
    else:
        subject, sentence, where = _freely(scene, rng)
    core = _joined(subject.words, where, style)
    day = scene.background not in ("night", "snow")
    leads = say.LEADS + say.DAY_LEADS * 2 if day else say.LEADS
    lead = rng.choice(leads) if rng.random() < 0.7 else ""
    if lead and not lead.endswith((",", " and", " so")):
        lead += ","
    frame = rng.choice(say.LONG_SCENES if sentence else say.LONG_REQUESTS)
    asking = frame.format(core, be=subject.be)
    tail = rng.choice(say.TAILS) if rng.random() < 0.75 or not lead else ""
    text = _joined(lead, asking + tail) + ("?" if frame.startswith(say.QUESTIONS) else ".")
    more = list(say.MORE)
    while text.count(" ") < 19 or (text.count(" ") < 30 and rng.random() < 0.15):
        more.remove(sentence_more := rng.choice(more))
        text = f"{text} {sentence_more}"
    return text[:-1] if text.endswith(".") else text


def caption_scene(scene: Scene, rng: random.Random, *, form: str | None = None) -> str:
    """One English caption of a scene; says all that the picture shows and nothing against it.

    `form`, one of `FORMS`: "plain", the shortest words; "free", as people ask and tell; "long",
    20 to 50 words. Without it one is drawn by `FORM_WEIGHTS`. Raises ValueError for another.
    """
    if form is None:
        form = rng.choices(FORMS, FORM_WEIGHTS)[0]
    elif form not in FORMS:
        raise ValueError(f"unknown form {form!r}; choose from {', '.join(FORMS)}")
    after, before = STYLE_WORDS[scene.style]
    style = picture = ""
    if scene.style != "3d" or rng.random() < 0.2:
        if form != "long" and rng.random() < 0.4:
            picture = rng.choice(before)
        else:
            style = rng.choice(after)
    if form == "plain":
        caption = _plain(scene, rng, style, picture)
    elif form == "free":
        caption = _free(scene, rng, style, picture)
    else:
        caption = _long(scene, rng, style)
    return _written(caption, rng, 0.4 if form == "plain" else 0.65)


def _written(words: str, rng: random.Random, neat: float) -> str:
    """A share `neat` as speech recognition writes: a capital, a full stop or question mark."""
    roll = (rng.random() - neat) / (1 - neat)
    if roll < 0:
        asks = words.lower().startswith(say.QUESTIONS) and "?" not in words
        return words[0].upper() + words[1:] + ("?" if asks else "" if words[-1] == "?" else ".")
    if roll < 0.15:
        return words[0].upper() + words[1:]
    if roll < 0.25:
        return words.lower() + ("" if words[-1] == "?" else ".")
    if roll < 0.4:
        return words.lower().replace(",", "").replace(". ", " ").rstrip("?")
    return words.lower()
