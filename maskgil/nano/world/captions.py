"""Captions of a scene: a canonical one and random paraphrases."""

from __future__ import annotations

import random
from dataclasses import replace

from maskgil.nano.world.caption_templates import WAYS, WORDS
from maskgil.nano.world.drawn.lettering import MACHINES
from maskgil.nano.world.implied import PAPER, PLAIN, home, imagined
from maskgil.nano.world.inflection import NO_ARTICLE, PLURAL_FORMS, with_article
from maskgil.nano.world.nouns import LIVING, noun
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import ACTIONS, SPOTS, TOUCHING, Scene, Thing
from maskgil.nano.world.settings import UPON, WITHIN, place

NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
TIMES, WEATHERS, STYLES = WAYS["time"], WAYS["weather"], WAYS["style"]
RELATIONS = WAYS["relation"] | {action: (action,) for action in (*ACTIONS, *TOUCHING, *SPOTS)}
_THINGS = ("standing", "sitting", "hiding")
_MATERIALS = WAYS["material"]


def _is_many(thing: Thing, name: str) -> bool:
    one = noun(thing.noun)
    return thing.count > 1 or name in PLURAL_FORMS or (one.plural == name and name.endswith("s"))


def _name(thing: Thing, rng: random.Random | None) -> str:
    """'three blue cars', 'a golden crown'; with `rng` by any of its names, in any wording."""
    one = noun(thing.noun)
    name = one.name
    if rng and one.synonyms and thing.count == 1 and rng.random() < 0.15:
        name = rng.choice(one.synonyms)
    words = one.plural if thing.count > 1 else name
    if thing.colour and name.partition(" ")[0] in COLOURS:  # a red circle that is blue
        words = words.partition(" ")[2] or words  # an orange that is blue
    behind = ""
    material = thing.texture
    if material and rng:
        material = rng.choice(_MATERIALS.get(material, (material,)))
        if material.startswith("made"):
            material, behind = None, f" {material}"
    colour = thing.colour
    if rng and colour == "gray" and rng.random() < 0.5:
        colour = "grey"
    if rng and colour and rng.random() < 0.06:
        be = "are" if _is_many(thing, name) else "is"
        behind, colour = f" that {be} {colour}", None
    if thing.lettering:
        says = "say" if thing.count > 1 else "says"
        lives = one.category in LIVING and thing.noun not in MACHINES
        quoted = f'"{thing.lettering}"'
        behind += f" with {quoted} written on the front" if lives else f" that {says} {quoted}"
    whole = " ".join(filter(None, (thing.state, thing.size, colour, material, words)))
    if thing.count > 1:
        number = NUMBERS[thing.count]
        if rng and rng.random() < 0.15:
            number = str(thing.count)
        elif rng and thing.count == 2 and rng.random() < 0.1 and name not in PLURAL_FORMS:
            number = rng.choice(("a pair of", "a couple of"))
        return f"{number} {whole}{behind}"
    if _is_many(thing, name) or name in NO_ARTICLE:
        return whole + behind
    if rng and rng.random() < 0.07:
        return f"the {whole}{behind}"
    return with_article(whole) + behind


def called(thing: Thing) -> str:
    """A thing in canonical captions: 'a red boat', 'two cats'."""
    return _name(thing, None)


def reciprocal_form(name: str) -> str:
    """The reciprocal form of a relation: 'holding hands' of 'holding hands with'."""
    told = name.removesuffix(" with").removesuffix(" to")
    return f"{told} together" if told == "dancing" else told  # each may do so alone, too


def _clauses(scene: Scene, rng: random.Random | None) -> str:
    """The things and how they stand, each said once; said again it is "the"."""
    said: set[int] = set()

    def mention(index: int) -> str:
        thing = scene.things[index]
        if index in said:
            return f"the {noun(thing.noun).plural if thing.count > 1 else thing.noun}"
        said.add(index)
        return _name(thing, rng)

    clauses = []
    for relation in scene.relations:
        ways = RELATIONS[relation.name]
        many = scene.things[relation.subject].count > 1
        way = rng.choice(ways) if rng else ways[0]
        if relation.name == "around" and not many:
            way = "around"
        if relation.objects == (relation.subject,):
            clauses.append(f"{mention(relation.subject)} {reciprocal_form(way)}")
            continue
        subject, objects = mention(relation.subject), [mention(i) for i in relation.objects]
        clauses.append(f"{subject} {way} {' and '.join(objects)}")
    rest = [i for i in range(len(scene.things)) if i not in said]
    if rng:
        rng.shuffle(rest)
    else:
        rest.sort(key=lambda index: " with " in scene.things[index].noun)  # has none of the others
    names = [mention(index) for index in rest]
    parts = (
        [*clauses, *names] if not rng or rng.random() < 0.6 or not clauses else [*names, *clauses]
    )
    if rng and len(parts) == 2 and not clauses and rng.random() < 0.3:
        return f"{parts[0]} {rng.choice(('with', 'and also', 'together with'))} {parts[1]}"
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _where(scene: Scene, rng: random.Random | None) -> str:
    """Setting, time and weather."""
    words = []
    phrases = place(scene.setting).phrases
    if phrases:
        words.append(rng.choice(phrases) if rng else phrases[0])
    elif imagined(scene).setting is not None or _is_within(scene):
        words.append(PLAIN)
    if scene.setting not in ("space", "moon"):
        ways = TIMES[scene.time]
        words.append(rng.choice(ways) if rng else ways[0])
    if scene.weather != "clear":
        ways = WEATHERS[scene.weather]
        words.append(rng.choice(ways) if rng else ways[0])
    return " ".join(filter(None, words))


def _is_within(scene: Scene) -> bool:
    """Whether somebody is in a thing that is a place too: "a bat in a cave"."""
    ends = [(each.name, scene.things[n]) for each in scene.relations for n in each.objects]
    return any(
        WITHIN.get(thing.noun) is not None
        and thing == Thing(thing.noun)
        and (name == "in" or (name == "on" and WITHIN[thing.noun] in UPON))
        for name, thing in ends
    )


def canonical(scene: Scene, *, bare: bool = False) -> str:
    """The plain caption of a scene: 'a cat under a tree in the park at night'.

    `bare`: it has no setting, which is said if its things imply one.
    """
    if bare and home(scene) is not None:
        scene = replace(scene, setting=PAPER)
    style = "" if scene.style == "3d" else STYLES[scene.style][0]
    said = " ".join(filter(None, (_clauses(scene, None), _where(scene, None))))
    return f"{said}, {style}" if style else said


def _misspelt(text: str, rng: random.Random) -> str:
    """One letter of one longer word left out, doubled or swapped."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return text
    i = rng.choice(long)
    word, at = words[i], rng.randrange(1, len(words[i]) - 2)
    way = rng.randrange(3)
    if way == 0:
        words[i] = word[:at] + word[at + 1 :]
    elif way == 1:
        words[i] = word[:at] + word[at] + word[at:]
    else:
        words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def caption(scene: Scene, rng: random.Random) -> str:
    """A random paraphrase: fragment, request, sentence, story, or as a transcript."""
    style = rng.choice(STYLES[scene.style])
    core, where = _clauses(scene, rng), _where(scene, rng)
    if (
        where
        and rng.random() < 0.06
        and scene.things
        and scene.setting
        and scene.weather == "clear"
    ):
        where = ""  # people do not say everything
    first = scene.things[0] if scene.things else None
    many = len(scene.things) > 1 or (first is not None and first.count > 1)
    be = "are" if many and not scene.relations else "is"
    form = rng.choices(range(8), (0.3, 0.14, 0.16, 0.12, 0.1, 0.06, 0.06, 0.06))[0]
    said = " ".join(filter(None, (core, where)))
    styled = f"{said}, {style}" if style and rng.random() < 0.5 else f"{said} {style}".strip()
    if form == 0:
        text = styled
    elif form == 1:
        text = rng.choice(WORDS["request"]).format(styled)
        text += rng.choice(WORDS["thanks"]) if rng.random() < 0.12 else ""
    elif form == 2:
        text = rng.choice(WORDS["statement"]).format(styled, be=be)
    elif form == 3 and where:
        text = f"{where} {'there ' + be + ' ' if rng.random() < 0.5 else ''}{core}"
        text = f"{text}, {style}" if style else text
    elif form == 4:
        opening = rng.choice(WORDS["long request"]).format(styled, be=be)
        text = f"{rng.choice(WORDS['lead'])} {opening}{rng.choice(WORDS['tail'])}"
    elif form == 5:
        text = f"{style or 'a picture'} of {said}" if not style.startswith(("in", "as")) else styled
    elif form == 6:
        text = f"{rng.choice(WORDS['hello'])} {rng.choice(WORDS['request']).format(styled)}"
    else:
        text = f"{core}. {where[:1].upper() + where[1:]}. {style}".replace(". .", ".").strip(" .")
    return _as_written(text, rng)


def _as_written(text: str, rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.3:
        return text[0].upper() + text[1:] + ("" if text.endswith(("?", ".")) else ".")
    if roll < 0.42:
        return text.lower().replace(",", "").replace(".", "")
    if roll < 0.47:
        return _misspelt(text, rng)
    return text
