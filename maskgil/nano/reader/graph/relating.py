"""How two things stand to each other, by what they are: who rides, holds, wears, is on what."""

from __future__ import annotations

from maskgil.nano.reader.graph.facts import (
    CLOTHES,
    HANDY,
    HANDY_SIZE,
    HEAVY,
    SKATES,
    TRAYS,
    Facts,
    carried_size,
)
from maskgil.nano.reader.parts import at_part, boarding, hangs_on, points_of, standing
from maskgil.nano.reader.words import SEVERAL, table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.carrying import (
    AT_FACE,
    MARKS,
    MOST_RAISED,
    RAISED,
    figure,
    sits_on_body,
)
from maskgil.nano.world.arranging.pairs import SMOKE, is_open_below
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.nouns import LIVING, Noun
from maskgil.nano.world.sampler import COVERS, WORN
from maskgil.nano.world.scene import ACTIONS, PILED, SPOTS, TOUCHING

_EDIBLE = ("food", "fruit", "plant")
_DONE_TO = {"reading": "read", "flying": "flown", "throwing": "thrown", "catching": "thrown",
            "kicking": "kicked", "breathing": "breathed"}  # fmt: skip
"""Actions -> the kind of words.tsv that names what a picture shows them done to."""
_NOT_DONE = {"breathing": "next to", "catching": "next to", "kicking": "next to"}  # others are held
_HANDED = ("person", "people", "animal", "toy")  # who holds and shakes hands
_HANGING, _BENEATH = "hanging from", ("beneath", "underneath")
_CARRIERS = ("vehicle", "watercraft", "aircraft")
_PASSENGER = 1.2  # metres: larger animals draw what they go with
_LITTER = 3  # young ones in a basket
_OVER = ("above", "over", "high above", "high over")
_TOP, _CHIMNEY = "at the top of", "on the chimney of"
_COUNTER, _BED = "on the counter of", "in the back of"
_ARMFUL = 0.5  # of who holds it: an animal that is no larger
_YOUNG = 0.75  # of who holds them: a child
_PERCHED = 0.3  # of an animal: who is so small is on its back, and does not ride it
_DISHES = ("plate", "tray")
_ALL_OVER, _FEW, _WHOLE = "all over", 3, "whole cake"
_MORSEL = 1.5  # of a dish in life, what lies on it in pieces
_LOAD = 1.5  # of what holds it: what is of one is drawn in it, smaller
_MOUTHFUL = 0.6  # of who eats it: an animal that is smaller


class Relating(Facts):
    """Facts of things, and how they stand to each other."""

    def relate(
        self, subject: int, name: str, other: int, *, literal: bool = False, words: str = ""
    ) -> None:
        """Says how two things stand, in the words of the world's relations.

        With `literal` who is in clothes does not wear them. `words` are what was said.
        """
        inverse = name.startswith("~")
        if inverse:
            subject, name, other = other, name[1:], subject
            several = self.things[subject].chunk
            if name != "between" and several.many and not several.counted:
                several.count = SEVERAL
        if subject == other:
            return
        amid = self.things[other].chunk
        if name == "between" and words in words_of_kind("amid") and not amid.counted:
            amid.count = SEVERAL if amid.many else amid.count  # "a black sheep among white sheep"
        if inverse and name == "between":
            self.flank(other)
        crew = self.things[subject].chunk
        if inverse and name == "in" and crew.many and self.living(subject):
            name = at_part("window", self.noun(subject), self.noun(other)) or name
        fixed = table("goes to").get(self.noun(subject).name, "") if name == "on" else ""
        if fixed and spot_of(fixed, self.noun(other)):
            name = fixed  # "a basket on a bicycle"
        if words == "on top of" and spot_of(_TOP, self.noun(other)):
            name = _TOP  # "an angel on top of a Christmas tree"
        risen = self.smokes(subject, other)
        if risen and (words in ("from", "out of") or (name, risen) == ("behind", "next to")):
            name = risen
        if name in ACTIONS:
            name = self._done(subject, name, other)
        if name in TOUCHING and not (self.may_touch(subject, name) and self.may_touch(
            other, name, by=subject
        )):  # fmt: skip
            name = "next to"
        if name == "on the shoulders of" and not (self.is_rider(subject) and self.is_rider(other)):
            name = "on"
        if name == "on" and self._is_topped(subject, other):
            name = _ALL_OVER
        if name in SPOTS or self._is_in_bed(subject, name, other, words, full=inverse):
            name = name if name in SPOTS else _BED
            name = self._at_part(subject, name, other, words)
        elif not literal:
            name = self._meant(subject, name, other, words)
        if name.startswith("~"):  # "a truck carrying logs"
            subject, name, other = other, name[1:], subject
        smoke = name == "above" and words not in _OVER and self.noun(subject).name == SMOKE
        if smoke and spot_of(_CHIMNEY, self.noun(other)):
            name = _CHIMNEY
        told = self.things[subject].chunk
        if name == "around" and self.noun(other).category == "building":  # blossoms about a temple
            told.value = table("blooms").get(told.value, told.value)
        if name == "around" and told.many and not told.counted:
            told.count = SEVERAL
        if any(each[0] == subject and other in each[2] for each in self.relations):
            return
        self.relations.append((subject, name, [other]))
        later = self.things[max(subject, other)]
        if later.host is None:
            later.host, later.via = min(subject, other), "of" if inverse and name == "in" else name

    def _is_topped(self, subject: int, other: int) -> bool:
        """Whether food lies on other food, which is whole then: "a pizza with mushrooms"."""
        dish, topping = self.things[other].chunk, self.things[subject].chunk
        whole = table("topped").get(dish.value)
        fits = self.noun(subject).size <= _MORSEL * self.noun(other).size
        if topping.value == "candle" and whole and "cake" in whole:
            dish.value = _WHOLE if topping.counted else whole  # no slice, no three more
            return False
        cutlery = self.noun(subject).name in words_of_kind("cutlery")
        edible = self.noun(subject).category in _EDIBLE and not cutlery
        if whole is None or not edible or not fits:
            return False
        dish.value = whole
        topping.value = table("topping").get(topping.value, topping.value)
        if "pizza" in whole:
            bare = topping.end == topping.start + 1  # "with ham and pineapple"
            topping.many = topping.many or (bare and not topping.counted)
        return True

    def _is_in_bed(self, subject: int, name: str, other: int, words: str, *, full: bool) -> bool:
        """Whether something is in the open back of a truck: what it is full of, a dog."""
        truck = self.things[other].chunk
        open_one = table("bedded").get(truck.value)
        behind = words in ("on the back of", "in the back of")
        if open_one is None or not (behind or (full and name == "in")):
            return False
        if self.noun(subject).size >= self.noun(other).size:
            return False
        truck.value = open_one
        return True

    def _at_part(self, subject: int, name: str, other: int, words: str) -> str:
        """How what is at a part of another thing stands to it; on all towers is a flag each."""
        whole, told = self.noun(other), self.things[subject].chunk
        if (points := points_of(name, whole)) > 1 and told.many and not told.counted:
            told.count = min(points, SEVERAL) if name != _ALL_OVER else max(_FEW, points // 2)
        way = boarding(words, standing(name, self.noun(subject), whole))
        return way if way in SPOTS else self._meant(subject, way, other, words)

    def flank(self, index: int) -> None:
        """Makes two of what is on either side of something, unless it is said how many there are.

        Those that "and" joins to others are one each: "a cat and a dog on either side".
        """
        told = self.things[index].chunk
        if told.count == 1 or not told.counted:
            told.count, told.many = 2, True

    def may_touch(self, index: int, name: str, *, by: int | None = None) -> bool:
        """Whether a thing may do so to another, or, `by` it, have it done to it."""
        one = self.noun(index)
        if name in words_of_kind("with hands"):
            return one.category in _HANDED and (
                one.category != "animal" or any(figure(art) for art in one.art)
            )
        if by is not None and name not in words_of_kind("with somebody"):
            return True
        return self.living(index)

    def go_with(self, owner: int, other: int) -> bool:
        """ "A with B": worn, held, on it, in it; or only beside. False where B is a part of A."""
        holder, held = self.noun(owner), self.noun(other)
        if self.owns(owner, other):
            worn = held.category == "clothes" and held.name not in RAISED
            way = "wearing" if worn else "holding" if self.living(owner) else "with"
            self.relations.append((owner, way, [other]))
            return True
        topped = holder.name in table("topped") and self.things[other].chunk.many
        if self.is_part(owner, held.name) and not topped:
            return False
        anchors = dict(holder.anchors)
        rides = self.things[other].chunk.text in words_of_kind("rider") and "ride" in anchors
        several = self.things[other].chunk.many
        if rides:
            self.relate(other, "riding", owner)
        elif way := self.smokes(other, owner):
            self.relate(other, way, owner)
        elif self.living(owner):
            if held.name in MARKS:
                self.relate(owner, "with", other)
            elif held.name in words_of_kind("laid on") and "ride" in anchors:
                self.relate(other, "on", owner)  # "a horse with a blanket"
            elif held.name in (*WORN, *CLOTHES, *words_of_kind("headwear")):
                self.relate(owner, "wearing", other)
            elif held.category == "plant" and several and not self.is_rider(owner):
                pass  # "a sheep with daisies": they grow about it
            elif held.name in RAISED or (
                held.category in HANDY and held.size <= carried_size(held)
            ):
                self.relate(owner, "holding", other)
        elif held.name in words_of_kind("headwear"):
            self.relate(other, "on", owner)  # "a cactus with a hat"
        elif (way := table("goes to").get(held.name, "")) and spot_of(way, holder):
            self.relate(other, way, owner)  # "a bicycle with a basket"
        elif "in" in anchors and held.category == "plant" and held.size < HANDY_SIZE * 2:
            self.relate(other, "in", owner)
        elif holder.name in words_of_kind("sells") and held.size < holder.size:
            ware = held.category in _EDIBLE and spot_of(_COUNTER, holder)
            self.relate(other, _COUNTER if ware else "in front of", owner)  # "a stall with pears"
        elif holder.name in ("aquarium", "fish bowl") and held.category == "marine":
            self.relate(other, "in", owner)
        elif (
            holder.name in words_of_kind("bathed in")
            and held.size < holder.size
            and (held.category in (*LIVING, "toy"))
        ):
            self.relate(other, "in", owner)  # "a pool with two children"
        elif holder.name in TRAYS and held.category == "marine" and held.size < holder.size * 2:
            self.relate(other, "on", owner)  # "a plate with fish"
        elif held.category == "furniture":
            pass  # chairs are at a table, not on it
        elif holder.name in table("topped") and self._is_topped(other, owner):
            self.relate(other, _ALL_OVER, owner)
        elif "cake" in holder.name and _tops(held):
            self.relate(other, "on", owner)
        elif held.size < holder.size and held.places != "l" and held.category not in LIVING:
            if "in" in anchors and held.size <= 1:
                self.relate(other, "in", owner)
            elif "on" in anchors:
                self.relate(other, "on", owner)
        return True

    def seats(self, owner: int, other: int) -> bool:
        """Whether who goes "with" what carries people is in it, or rides on it: a boat's crew."""
        holder, held = self.noun(owner), self.noun(other)
        anchors = dict(holder.anchors)
        way = "riding" if "ride" in anchors and self.is_rider(other) else "in"
        fits = self.is_rider(other) or (held.category == "animal" and held.size <= _PASSENGER)
        if holder.category not in _CARRIERS or not fits or not {"ride", "in"} & anchors.keys():
            return False
        self.relate(other, way, owner)
        return True

    def contain(self, owner: int, other: int) -> bool:
        """ "A of B": a basket of apples holds them. False where B is only what A is of."""
        anchors = dict(self.noun(owner).anchors)
        name = self.noun(owner).name
        container = "in" in anchors or name in ("box", "crate", "barrel", *_DISHES)
        most = max(1.0, _LOAD * self.noun(owner).size)  # "a wagon of hay"
        young = self.noun(other).category == "animal"
        kept = young and self.noun(owner).name in words_of_kind("kept in")
        kept |= name in _DISHES and self.noun(other).category == "marine"  # "a plate of fish"
        alive = self.living(other) and not kept  # "a basket of kittens"
        if not container or self.noun(other).size > most or alive:
            return False
        told = self.things[other].chunk
        if told.many and not told.counted:
            told.count = _LITTER if young and kept else SEVERAL
        self.relate(other, "in" if "in" in anchors else "on", owner)
        self.things[other].via = "of"
        return True

    def _done(self, subject: int, name: str, other: int) -> str:
        """The action, where a picture shows it; else how its doer stands to what it is done to."""
        target, doer = self.noun(other), self.noun(subject)
        if name == "eating":
            shown = target.category in _EDIBLE or target.size < _MOUTHFUL * doer.size
            eaten = self.things[other].chunk
            if shown and eaten.many and not eaten.counted:
                eaten.count, eaten.many = 1, False  # "eating leaves": there is one at the mouth
        else:
            shown = target.name in words_of_kind(_DONE_TO[name])
        if shown and self.living(subject) and self.things[other].chunk.count == 1:
            return name
        if name == "eating" and doer.category == "animal" and not shown:
            return "next to"  # "a horse eating hay"
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
        if name == "beneath" and words not in _BENEATH and spot_of(_HANGING, target):
            return _HANGING if self.noun(subject).size < 2 * target.size else "below"
        low = is_open_below(target) and self.noun(subject).size < target.size
        if name == "beneath" and target.category == "plant" and self.living(subject):
            return "in"  # "a monkey hanging from a tree"
        if name == "beneath":
            return "under" if target.name in COVERS or low else "below"
        alone = self.things[subject].chunk.count == 1 and self.living(subject)
        gathered = self.living(subject) and told.counted and told.count > 2
        if words == "at" and (alone or gathered) and target.name in words_of_kind("sat at"):
            return "behind" if alone else "around"  # "a girl at a table"
        if words == "from" and target.name in words_of_kind("rises from"):
            return "above"  # "a phoenix rising from the flames"
        if words == "from" and target.name in words_of_kind("stood on") and self.living(subject):
            return "on"  # "fishing from a pier"
        if words == "from" and "in" in anchors and target.category != "plant":
            return "in" if self.living(subject) else name  # "waving from a boat"
        if words == "from" and target.category == "plant" and "in" in anchors:
            perched = self.living(subject) and not self.is_rider(subject)
            return "in" if perched and self.noun(subject).size < target.size / 2 else name
        sheltered = name in ("under", "below", "on") and target.name == "umbrella"
        if sheltered and self.is_rider(subject):
            return "holding"  # "a man under an umbrella", "sharing an umbrella"
        if name == "on" and target.name in words_of_kind("worked at") and self.is_rider(subject):
            return "behind"  # "typing on a laptop"
        if name == "below" and low:
            return "under"  # "a dog below a table"
        smaller = self.noun(subject).size < target.size
        tiny = self.noun(subject).size < _PERCHED * target.size  # "a bird on a cow"
        rides = self.is_rider(subject) or ("on" not in anchors and smaller and not tiny)
        if name == "on" and "ride" in anchors and rides and self.living(subject):
            return "riding"
        inside = words in ("on", "aboard") and target.name in words_of_kind("ridden in")
        if name == "on" and inside and self.is_rider(subject):
            return at_part("window", self.noun(subject), target) or name  # "a girl on a train"
        if name == "on" and smaller and self.is_rider(subject) and self.is_rider(other):
            return "on the shoulders of"
        if name == "on" and self.living(subject) and self.living(other) and not smaller:
            return "riding" if self.is_rider(subject) and "ride" in anchors else "next to"
        if name == "on" and target.name in SKATES and self.is_rider(subject):
            return "wearing"
        fits = self.noun(subject).size < target.size  # "a mouse in a boot"
        covers = sits_on_body(target.name) and self.noun(subject).category == "animal"
        lone = target.name in words_of_kind("nested in") and not (
            self.things[other].chunk.many or self.is_rider(subject)
        )  # "a puppy in a slipper"
        inside = (fits or lone) and not covers
        if name == "in" and self.living(subject) and _worn(target) and not inside:
            return "wearing"
        if name == "wearing" and not _worn(target):
            return "holding"
        if name == "on" and target.category == "plant" and "in" in anchors and "on" not in anchors:
            return "in"  # "a cat up a tree"
        large = self.living(subject) and self.noun(subject).size > target.size / 4
        heaped = self.things[other].chunk.state == PILED
        if heaped and name == "in":
            return name  # "in a pile of autumn leaves"
        if name == "in" and large and target.name in words_of_kind("herbage"):
            return "between" if self.things[other].chunk.many else "behind"  # "in the reeds"
        shallow = target.name in words_of_kind("shallow") and self.living(subject)
        if name == "in" and target.name == "window" and not self.living(subject):
            return "on"  # "a shop window full of cakes": on its sill
        if name == "in" and target.category == "animal" and words in words_of_kind("laden"):
            if told.many and not told.counted:
                told.count = 2
            return "on"  # "a donkey loaded with baskets"
        on_top = words in words_of_kind("midst") and "on" in anchors and "in" not in anchors
        if name == "in" and on_top:
            return "on"  # "in the middle of the table"
        if name == "in" and target.name in words_of_kind("sells") and spot_of(_COUNTER, target):
            return _COUNTER if self.noun(subject).category in _EDIBLE else name
        if name == "in" and (target.name == "plate" or shallow or _is_seat(target)):
            return "on"  # "a plate full of cookies", "a baby in a chair"
        if name == "in" and "in" not in anchors and self._is_larger(subject, other):
            return "next to"
        shared = target.category in ("food", "fruit") and self.noun(subject).size > target.size
        served = target.name in TRAYS and self.noun(subject).category == "marine"
        if name == "on" and shared and words.startswith("shar") and not served:
            return "next to"  # "two kids sharing an ice cream"
        if name == "riding" and "ride" not in anchors and "in" in anchors:
            return "in"
        several = self.things[other].chunk
        most = MOST_RAISED if target.name in RAISED else 1  # hands have room for one
        many = several.counted and several.count > most * told.count
        if name == "holding" and self._bears(subject, other, words):
            return "~on"
        if name == "holding" and (many or not self.living(subject)):
            return "next to"
        heavy = target.size > (HANDY_SIZE if target.category in HEAVY else 2 * HANDY_SIZE)
        young = target.size <= _YOUNG * self.noun(subject).size and words in verb_forms("carries")
        small = young or target.name in ("baby", "child")
        grown = target.category in ("person", "people") and not small
        carried = target.size <= _ARMFUL * self.noun(subject).size
        if name == "holding" and (heavy or grown or (target.category == "animal" and not carried)):
            return "next to"
        return name

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


def _tops(noun: Noun) -> bool:
    """Whether it is put on cakes."""
    return noun.name in ("candle", "heart", "butter", "honey") or noun.category in (
        "fruit",
        "plant",
    )


def _is_seat(one: Noun) -> bool:
    """Whether one sits on what one is said to be in: an armchair, not a bed."""
    anchors = dict(one.anchors)
    return one.name in words_of_kind("seat") and "on" in anchors and "in" not in anchors


def _worn(noun: Noun) -> bool:
    return noun.name in WORN or noun.name in CLOTHES or noun.category == "clothes"
