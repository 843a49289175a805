"""Word senses of prepositions and verbs by their arguments: "on" a horse is riding it."""

from __future__ import annotations

from maskgil.nano.reader.graph.facts import CLOTHES, HANDY_SIZE, HEAVY, SKATES, TRAYS, Facts
from maskgil.nano.reader.parts import at_part, hangs_on
from maskgil.nano.reader.words import verb_forms, words_of_kind
from maskgil.nano.world.arranging.carried.carrying import (
    MOST_HELD,
    RAISED,
    SHOULDERED,
    sits_on_body,
)
from maskgil.nano.world.arranging.carried.mouths import AT_FACE
from maskgil.nano.world.arranging.pairs import is_open_below
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.nouns import PEOPLE, Noun
from maskgil.nano.world.sampler import COVERS, WORN
from maskgil.nano.world.scene import PILED

EDIBLE = ("food", "fruit", "plant")
_DONE_TO = {"reading": "read", "flying": "flown", "throwing": "thrown", "catching": "thrown",
            "hitting": "struck", "kicking": "kicked", "breathing": "breathed"}  # fmt: skip
"""Actions -> the kind of words.tsv that names what a picture shows them done to."""
_NOT_DONE = dict.fromkeys(("breathing", "catching", "hitting", "kicking"), "next to")
"""How who does so stands to what is not seen so; others are held."""
_UPON = "on top of"
_WINDOW = "in the window of"
_HANGING, _BENEATH = "hanging from", ("beneath", "underneath")
_LEDGES = ("window", "shelf")
COUNTER = "on the counter of"
_ARMFUL = 0.5  # of who holds it: an animal that is no larger
_CARRIED_ALONG = ("clothes", "home", "household", "paper", "tool", "food", "toy", "electronics")
_GIANT = 2.0  # times as much as others is carried by giants
_YOUNG = 0.75  # of who holds them: a child
_PERCHED = 0.3  # of an animal: who is so small is on its back, and does not ride it
_MOUTHFUL = 0.6  # of who eats it: an animal that is smaller
_CHEWED, _LIGHT = 0.75, ("clothes", "paper", "toy")  # the same of what is light, by category


class Senses(Facts):
    """Facts of things, and what a preposition or a verb means between two of them."""

    def done_as(self, subject: int, name: str, other: int) -> str:
        """The action, where a picture shows it; else how its doer stands to what it is done to."""
        target, doer = self.noun(other), self.noun(subject)
        if name == "eating":
            trunk = is_open_below(target) and target.size > doer.size
            shown = (
                target.category in EDIBLE
                or target.size < (_CHEWED if target.category in _LIGHT else _MOUTHFUL) * doer.size
            )
            shown = shown and not trunk  # a beaver gnaws at a tree
            eaten = self.things[other].chunk
            if shown and eaten.many and not eaten.counted:
                eaten.count, eaten.many = 1, False  # "eating leaves": there is one at the mouth
        else:
            shown = target.name in words_of_kind(_DONE_TO[name])
        if shown and self.living(subject) and self.things[other].chunk.count == 1:
            return name
        if name == "eating" and doer.category == "animal" and not shown:
            return "next to"  # "a horse eating hay"
        if name == "flying" and not self.is_rider(subject):
            return "next to"  # "a bee flying to a flower"
        if name == "flying" and target.category == "aircraft" and self.is_rider(subject):
            return "in"  # "a pilot flying a plane"
        prey = target.category in ("marine", "animal", "insect")
        mouthful = prey and target.size < _MOUTHFUL * doer.size
        if name == "catching" and doer.category == "animal" and mouthful:
            return "holding"  # "a bear catching a fish"
        return _NOT_DONE.get(name, "holding")

    def _meant(self, subject: int, name: str, other: int, words: str = "") -> str:
        target, anchors = self.noun(other), dict(self.noun(other).anchors)
        told = self.things[subject].chunk
        crosses = self.noun(subject).places.startswith("g") and words == "over"
        if crosses and target.name in words_of_kind("crossed"):
            return "on"  # "a train going over a bridge"
        if name == "around" and told.count == 1 and not told.many:
            return self._surrounds(subject, other)
        if name == "wearing" and target.name in AT_FACE:
            return "holding"  # "putting on lipstick"
        passed = name in ("on", "in", "next to") and words not in ("next to", "beside", "near")
        if passed and target.name in words_of_kind("passed under"):
            return "under"  # "crossing the finish line", "walking through a torii gate"
        hung = name in ("on", "above", "beneath") and not self.living(subject)
        if hung and hangs_on(self.noun(subject), target):
            return _HANGING  # "shirts on a clothesline", "stockings over a fireplace"
        along = name == "next to" and words in verb_forms("goes with")
        if along and target.category in _CARRIED_ALONG and target.size <= HANDY_SIZE:
            return "holding"  # "walking with an umbrella"
        if name == "next to" and target.name in RAISED and words in verb_forms("plants"):
            return "holding"  # "planting a flag"
        if name == "beneath":
            return self._beneath_it(subject, other, words)
        if words in ("at", "from") and (way := self._at_or_from(subject, name, other, words)):
            return way
        if name in ("under", "below", "on") and target.name == "umbrella" and (
            self.is_rider(subject)
        ):  # fmt: skip
            return "holding"  # "a man under an umbrella", "sharing an umbrella"
        if name == "below" and is_open_below(target) and self.noun(subject).size < target.size:
            return "under"  # "a dog below a table"
        if name == "on":
            return self._on_it(subject, other, words)
        if name == "in":
            return self._in_it(subject, other, words)
        if name == "wearing" and not _worn(target):
            return "holding"
        if name == "riding" and "ride" not in anchors and "in" in anchors:
            return "in"
        return self._in_hand(subject, other, words) if name == "holding" else name

    def _beneath_it(self, subject: int, other: int, words: str) -> str:
        """What "beneath" means: under a table, hanging from a branch, in a tree."""
        one, target = self.noun(subject), self.noun(other)
        if words not in _BENEATH and spot_of(_HANGING, target):
            return _HANGING if one.size < 2 * target.size else "below"
        if target.category == "plant" and self.living(subject):
            return "in"  # "a monkey hanging from a tree"
        low = is_open_below(target) and one.size < target.size
        return "under" if target.name in COVERS or low else "below"

    def _at_or_from(self, subject: int, name: str, other: int, words: str) -> str:
        """What "at" or "from" means where it means a place; "" elsewhere."""
        target, anchors, living = (
            self.noun(other),
            dict(self.noun(other).anchors),
            self.living(subject),
        )
        told = self.things[subject].chunk
        if words == "at":
            alone, gathered = told.count == 1 and living, living and told.counted and told.count > 2
            if (alone or gathered) and target.name in words_of_kind("sat at"):
                return "behind" if alone else "around"  # "a girl at a table"
            return ""
        if target.name in words_of_kind("rises from"):
            return "above"  # "a phoenix rising from the flames"
        if target.name in words_of_kind("stood on") and living:
            return "on"  # "fishing from a pier"
        craft = target.category in ("vehicle", "aircraft") and self.is_rider(subject)
        if craft and spot_of(_WINDOW, target):
            return _WINDOW  # "waving from a train"
        if "in" not in anchors:
            return ""
        if target.category != "plant":
            return "in" if living else name  # "waving from a boat"
        perched = living and not self.is_rider(subject)
        return "in" if perched and self.noun(subject).size < target.size / 2 else name

    def _on_it(self, subject: int, other: int, words: str) -> str:
        """What "on" means: riding a horse, in a train, behind a laptop, beside an ice cream."""
        one, target = self.noun(subject), self.noun(other)
        anchors, living, rider = dict(target.anchors), self.living(subject), self.is_rider(subject)
        if one.category == "celestial" and self.living(other):
            return "above"  # "the sun on their face"
        if words != _UPON and rider and target.name in words_of_kind("played behind"):
            return "behind"  # "composing on the piano"
        several = self.things[subject].chunk.count > 1
        if several and target.name in words_of_kind("played on"):
            return "next to"
        if rider and target.name in words_of_kind("stood before"):
            return "next to"  # "painting on a canvas"
        if target.name in words_of_kind("worked at") and rider:
            return "behind"  # "typing on a laptop"
        if self.speaks_into(subject, other):
            return "holding"  # "talking on a telephone"
        smaller = one.size < target.size
        tiny = one.size < _PERCHED * target.size  # "a bird on a cow"
        rides = rider or ("on" not in anchors and smaller and not tiny)
        if "ride" in anchors and rides and living:
            return "riding"
        inside = words in ("on", "aboard") and target.name in words_of_kind("ridden in")
        if inside and rider:
            return at_part("window", one, target) or "on"  # "a girl on a train"
        if smaller and rider and self.is_rider(other):
            return "on the shoulders of"
        if living and self.living(other) and not smaller:
            if rider and "ride" in anchors:
                return "riding"
            return "on" if words == _UPON else "next to"  # "an elephant on top of a mouse"
        if target.name in SKATES and living:
            return "wearing"
        if target.category == "plant" and "in" in anchors and "on" not in anchors:
            return "in"  # "a cat up a tree"
        shared = target.category in ("food", "fruit") and one.size > target.size
        served = target.name in TRAYS and one.category == "marine"
        if shared and words.startswith("shar") and not served:
            return "next to"  # "two kids sharing an ice cream"
        return "on"

    def speaks_into(self, subject: int, other: int) -> bool:
        """Whether it is a telephone or the like that somebody has at their mouth."""
        spoken = self.noun(other).name in words_of_kind("spoken into")
        return spoken and not self.things[other].chunk.size and self.is_rider(subject)

    def _in_it(self, subject: int, other: int, words: str) -> str:
        """What "in" means: wearing a boot, behind reeds, on a plate, at a stall's counter."""
        one, target, whole = self.noun(subject), self.noun(other), self.things[other].chunk
        anchors, living, told = (
            dict(target.anchors),
            self.living(subject),
            self.things[subject].chunk,
        )
        if words == "into" and self.speaks_into(subject, other):
            return "holding"  # "singing into a microphone"
        fits = one.size < target.size  # "a mouse in a boot"
        covers = sits_on_body(target.name) and one.category in ("animal", *PEOPLE)
        nested = target.name in words_of_kind("nested in")  # "a puppy in a slipper"
        lone = nested and not (whole.many or self.is_rider(subject))
        inside = (fits or lone) and not covers
        if living and _worn(target) and not inside:
            return "wearing"
        if whole.state == PILED:
            return "in"  # "in a pile of autumn leaves"
        if living and one.size > target.size / 4 and target.name in words_of_kind("herbage"):
            return "between" if whole.many else "behind"  # "in the reeds"
        if target.name in _LEDGES and not living:
            return "on"  # "a shop window full of cakes": on its sill
        if one.category == "clothes" and spot_of(_HANGING, target):
            return _HANGING  # "a wardrobe full of dresses"
        if target.category == "animal" and words in words_of_kind("laden"):
            if told.many and not told.counted:
                told.count = 2
            return "on"  # "a donkey loaded with baskets"
        if words in words_of_kind("midst") and "on" in anchors and "in" not in anchors:
            return "on"  # "in the middle of the table"
        if target.name in words_of_kind("sells") and spot_of(COUNTER, target):
            return COUNTER if one.category in EDIBLE else "in"
        shallow = target.name in words_of_kind("shallow") and living
        if target.name == "plate" or shallow or is_seat(target):
            return "on"  # "a plate full of cookies", "a baby in a chair"
        return "next to" if "in" not in anchors and self._is_larger(subject, other) else "in"

    def _in_hand(self, subject: int, other: int, words: str) -> str:
        """What "holding" means: on a truck, behind a piano, beside what is too heavy."""
        one, target = self.noun(subject), self.noun(other)
        told, several = self.things[subject].chunk, self.things[other].chunk
        most = MOST_HELD.get(target.name, 1)  # hands have room for one
        many = several.counted and several.count > most * told.count
        mounted = "ride" in dict(one.anchors) and self.is_rider(other)
        if mounted and one.category == "animal" and words in verb_forms("carries"):
            return "~riding"  # "a camel carrying a man"
        if self._bears(subject, other, words):
            return "~on"
        if not words and target.name in words_of_kind("played behind"):
            return "behind"  # a pianist's piano
        stands = one.name in words_of_kind("bearer")  # a snowman
        if many or not (stands or self.living(subject)):
            return "next to"
        handy = HANDY_SIZE if target.category in HEAVY else 2 * HANDY_SIZE
        long = target.name in (*words_of_kind("long handled"), *SHOULDERED)
        heavy = not long and target.size > handy
        carries = words in verb_forms("carries")
        young = target.size <= _YOUNG * one.size and carries
        small = young or target.name in ("baby", "child")
        grown = target.category in ("person", "people") and not small
        share = _YOUNG if carries else _ARMFUL
        share *= _GIANT if told.size in ("giant", "huge") else 1.0
        carried = target.size <= share * one.size
        beside = heavy or grown or (target.category == "animal" and not carried)
        return "next to" if beside else "holding"

    def _surrounds(self, subject: int, other: int) -> str:
        """How a single thing is around another one: a scarf, a snake, a fence."""
        one = self.noun(subject)
        if _worn(one) and self.living(other):
            return "~wearing"
        if one.name in words_of_kind("encloses"):
            return "in front of"
        if one.name in words_of_kind("gathers") and is_open_below(self.noun(other)):
            return "behind"  # "a family around a table"
        if one.name not in words_of_kind("wraps") and not _worn(one):
            return "next to"
        crowned = self.noun(other).grows and "in" in dict(self.noun(other).anchors)
        return "in" if crowned and self.living(subject) else "on"  # "a snake around a tree"

    def _bears(self, subject: int, other: int, words: str) -> bool:
        """Whether what is carried is on it: on a truck, on a donkey's back."""
        carrier, load = self.noun(subject), self.noun(other)
        packed = "ride" in dict(carrier.anchors) and load.name in words_of_kind("packed")
        hauls = carrier.category in ("vehicle", "watercraft") or packed
        dead = load.size <= carrier.size and not self.living(other)
        return hauls and dead and words in verb_forms("hauls")


def is_seat(one: Noun) -> bool:
    """Whether one sits on what one is said to be in: an armchair, not a bed."""
    anchors = dict(one.anchors)
    return one.name in words_of_kind("seat") and "on" in anchors and "in" not in anchors


def _worn(noun: Noun) -> bool:
    return (
        noun.name in (*WORN, *words_of_kind("worn too"))
        or noun.name in CLOTHES
        or noun.category == "clothes"
    )
