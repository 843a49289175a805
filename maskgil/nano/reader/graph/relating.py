"""Relations between two things by their types: riding, holding, wearing, being on."""

from __future__ import annotations

from maskgil.nano.reader.graph.facts import CLOTHES, HANDY, HANDY_SIZE, TRAYS, carried_size
from maskgil.nano.reader.graph.senses import COUNTER, EDIBLE, Senses
from maskgil.nano.reader.parts import at_part, boarding, hangs_on, points_of, standing
from maskgil.nano.reader.words import SEVERAL, table, words_of_kind
from maskgil.nano.world.arranging.carried.carrying import MARKS, RAISED
from maskgil.nano.world.arranging.pairs import SMOKE, wades
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.nouns import LIVING, Noun
from maskgil.nano.world.sampler import WORN
from maskgil.nano.world.scene import ACTIONS, SPOTS, TOUCHING

_HOUSES = ("building", "structure", "street", "toy")
_HANDED = ("person", "people", "animal", "toy")  # who holds and shakes hands
_CARRIERS = ("vehicle", "watercraft", "aircraft")
_PASSENGER = 1.2  # metres: larger animals draw what they go with
_ABOUT_A_HOUSE = 8  # flowers
_LITTER = 3  # young ones in a basket
_OVER = ("above", "over", "high above", "high over")
_TOP, _CHIMNEY = "at the top of", "on the chimney of"
_FRONT, _PERCHES = "on the front of", ("placard", "billboard", "picture frame")
_BED, _HUNG = "in the back of", "hanging from"
_OPEN = ("box", "crate", "handbag")  # what is in them is seen
_TRIMMED = "christmas tree"
_DISHES = ("plate", "tray")
_ALL_OVER, _FEW, _WHOLE = "all over", 3, "whole cake"
_MORSEL = 1.5  # of a dish in life, what lies on it in pieces
_STOWED = 0.75  # of what holds it, what is in it at most: the paddles of a canoe
_LOAD = 1.5  # of what holds it: what is of one is drawn in it, smaller


class Relating(Senses):
    """Facts and senses, and how things stand to each other."""

    def relate(
        self, subject: int, name: str, other: int, *, literal: bool = False, words: str = ""
    ) -> None:
        """Says how two things stand, in the words of the world's relations.

        With `literal` who is in clothes does not wear them. `words` are what was said.
        """
        inverse = name.startswith("~")
        if inverse:
            subject, name, other = other, name[1:], subject
            if name == "on" and self._is_in_bed(subject, "in", other, words, full=True):
                name = _BED
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
        flat = self.noun(other).category == "furniture" and "on" in dict(self.noun(other).anchors)
        if inverse and name == "in" and flat and "in" not in dict(self.noun(other).anchors):
            name = "on"  # "a table full of food"
        fixed = table("goes to").get(self.noun(subject).name, "") if name == "on" else ""
        if fixed and spot_of(fixed, self.noun(other)):
            name = fixed  # "a basket on a bicycle"
        sits = self.living(subject) and subject < other and self.noun(other).name in _PERCHES
        if (
            name == "on"
            and not (sits or words == "on top of")
            and (spot_of(_FRONT, self.noun(other)))
        ):
            name = _FRONT  # "a cat on a T-shirt", but a bird on a sign
        if words == "on top of" and spot_of(_TOP, self.noun(other)):
            name = _TOP  # "an angel on top of a Christmas tree"
        risen = self.smokes(subject, other)
        if risen and (words in ("from", "out of") or (name, risen) == ("behind", "next to")):
            name = risen
        worn = self.noun(other).name in words_of_kind("on the back") and self.is_rider(subject)
        if name == "holding" and worn and not words.startswith("hold"):
            name = "wearing"  # "carrying a backpack"
        if name in ACTIONS:
            name = self.done_as(subject, name, other)
        if name == "fighting with" and not self.living(other):
            name = "holding"  # "fighting with swords"
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
            if name == "on" and self._is_in_bed(subject, "in", other, words, full=True):
                name = _BED
        smoke = name == "above" and words not in _OVER and self.noun(subject).name == SMOKE
        if smoke and spot_of(_CHIMNEY, self.noun(other)):
            name = _CHIMNEY
        told = self.things[subject].chunk
        if name == "holding" and told.value not in words_of_kind("befriends bats"):
            held = self.things[other].chunk  # "a man holding a bat"
            held.value = table("held").get(held.value, held.value)
        if name == "around" and self.noun(other).category == "building":  # blossoms about a temple
            told.value = table("blooms").get(told.value, told.value)
        if name == "around" and told.many and not told.counted:
            plants = wades(self.noun(other), self.noun(subject))
            told.count = _ABOUT_A_HOUSE if plants else SEVERAL
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
        whole = dish.value if whole and dish.sliced else whole  # "a slice of cake with a cherry"
        fits = self.noun(subject).size <= _MORSEL * self.noun(other).size
        if topping.value == "candle" and whole and "cake" in whole and not dish.sliced:
            dish.value = _WHOLE if topping.counted else whole  # no slice, no three more
            return False
        cutlery = self.noun(subject).name in words_of_kind("cutlery")
        edible = self.noun(subject).category in EDIBLE and not cutlery
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
        if self.noun(other).name in (*CLOTHES, *words_of_kind("headwear")):
            worn_by = (n for n, way, o in self.relations if way == "wearing" and owner in o)
            owner = next(worn_by, owner)  # "in a robe with a pointed hat"
        holder, held = self.noun(owner), self.noun(other)
        if self.owns(owner, other):
            worn = held.category == "clothes" and held.name not in RAISED
            way = "wearing" if worn else "holding" if self.living(owner) else "with"
            self.relations.append((owner, way, [other]))
            self.things[other].host, self.things[other].via = owner, way
            return True
        if held.name in words_of_kind("draped") and spot_of(_HUNG, holder):  # a window's curtains
            told = self.things[other].chunk
            told.count = told.count if told.counted else 1
            self.relate(other, _HUNG, owner, literal=True)
            return True
        lifeless = not self.living(owner) and holder.category not in _HOUSES
        if lifeless and held.name in words_of_kind("part of things"):
            return False  # "a table with three legs", "a birdcage with an open door"
        topped = holder.name in table("topped") and self.things[other].chunk.many
        if self.is_part(owner, held.name) and not topped:
            return False
        rides = self.things[other].chunk.text in words_of_kind("rider")
        if rides and "ride" in dict(holder.anchors):
            self.relate(other, "riding", owner)
        elif way := self.smokes(other, owner):
            self.relate(other, way, owner)
        elif self.living(owner):
            self._go_with_somebody(owner, other)
        else:
            self._go_with_thing(owner, other)
        return True

    def _go_with_somebody(self, owner: int, other: int) -> None:
        """ "Somebody with B": worn, held, a mark beside the head, or only beside."""
        holder, held = self.noun(owner), self.noun(other)
        way = table("goes to").get(held.name, "")
        mount = self.mount_of(owner, way) if way else None
        if held.name in MARKS:
            self.relate(owner, "with", other)
        elif mount is not None:
            self.relate(other, way, mount)  # "a girl riding a bicycle with a basket"
        elif holder.name in words_of_kind("juggles") and self.things[other].chunk.many:
            self.relate(other, "above", owner)
        elif held.name in words_of_kind("laid on") and "ride" in dict(holder.anchors):
            self.relate(other, "on", owner)  # "a horse with a blanket"
        elif held.name in (*WORN, *CLOTHES, *words_of_kind("headwear")):
            self.relate(owner, "wearing", other)
        elif (
            held.category == "plant" and self.things[other].chunk.many and not self.is_rider(owner)
        ):
            pass  # "a sheep with daisies": they grow about it
        elif held.name in (*RAISED, *words_of_kind("long handled")) or (
            held.category in HANDY and held.size <= carried_size(held)
        ):
            self.relate(owner, "holding", other)

    def mount_of(self, index: int, way: str) -> int | None:
        """What has a spot, by its name: the thing itself, or what its rider rides."""
        ridden = (o[0] for n, name, o in self.relations if n == index and name == "riding")
        return next((n for n in (index, *ridden) if spot_of(way, self.noun(n))), None)

    def _go_with_thing(self, owner: int, other: int) -> None:
        """ "A thing with B": B is on it, in it, or only beside."""
        holder, held = self.noun(owner), self.noun(other)
        anchors, is_bearer = dict(holder.anchors), holder.name in words_of_kind("bearer")
        if held.name in words_of_kind("headwear"):
            self.relate(other, "on", owner)  # "a cactus with a hat"
        elif is_bearer and held.category != "clothes" and (
            held.name in words_of_kind("long handled")
            or (held.category in HANDY and held.size <= min(holder.size, carried_size(held)))
        ):  # fmt: skip
            self.relate(owner, "holding", other)  # "a snowman with a broom"
        elif (way := table("goes to").get(held.name, "")) and spot_of(way, holder):
            self.relate(other, way, owner)  # "a bicycle with a basket"
        elif held.category == "clothes" and hangs_on(held, holder):
            self.relate(other, _HUNG, owner, literal=True)  # "a coat rack with two coats"
        elif "in" in anchors and held.category == "plant" and held.size < HANDY_SIZE * 2:
            self.relate(other, "in", owner)
        elif holder.name in words_of_kind("sells") and held.size < holder.size:
            ware = held.category in EDIBLE and spot_of(COUNTER, holder)
            self.relate(other, COUNTER if ware else "in front of", owner)  # "a stall with pears"
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
        elif holder.name == _TRIMMED and held.name in table("trims"):
            trim = self.things[other].chunk
            trim.value = trim.text = table("trims")[held.name]  # "with red balls"
            self.relate(other, _ALL_OVER, owner)
        elif holder.name in table("topped") and self._is_topped(other, owner):
            self.relate(other, _ALL_OVER, owner)
        elif "cake" in holder.name and _tops(held):
            self.relate(other, "on", owner)
        elif held.size < holder.size and held.places != "l" and held.category not in LIVING:
            stows = "in" in anchors or (
                holder.name == "box" and held.name not in words_of_kind("stuck on")
            )  # it is drawn open then
            if stows and held.size <= max(1, _STOWED * holder.size):
                self.relate(other, "in", owner)
            elif "on" in anchors:
                self.relate(other, "on", owner)

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
        container = "in" in anchors or name in (*_OPEN, "barrel", *_DISHES)
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
        inside = "in" in anchors or (name in _OPEN and self.things[owner].chunk.count == 1)
        self.relate(other, "in" if inside else "on", owner)
        self.things[other].via = "of"
        return True


def _tops(noun: Noun) -> bool:
    """Whether it is put on cakes."""
    return noun.name in ("candle", "heart", "butter", "honey") or noun.category in (
        "fruit",
        "plant",
    )
