"""Facts about named things: animate, riding, carried, part of another."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.lexicon import Lexicon
from maskgil.nano.reader.words import has_part, table, words_of_kind
from maskgil.nano.world.arranging.carried.carrying import RAISED
from maskgil.nano.world.arranging.pairs import SMOKE
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.belongings import own_count
from maskgil.nano.world.drawn.garments import garments
from maskgil.nano.world.nouns import LIVING, PEOPLE, Noun
from maskgil.nano.world.sampler import WORN

SKATES = ("roller skate", "ice skate")
CLOTHES = (
    *garments(), "scarf", "ring", "watch", "belt", "headphones", "bow tie", "bracelet",
    "eye patch", "mustache", "collar", "necklace", "beads", "face mask", "sandals", "earmuffs",
    "santa hat", "headband", "fez", *SKATES,
)  # fmt: skip
HANDY = ("fruit", "food", "sport", "game", "party", "sound", "paper", "tool", "kitchen", "plant",
         "household", "electronics", "science", "music", "toy", "clothes", "home", "symbol",
         "garden", "nature", "aircraft")  # fmt: skip
TRAYS = ("plate", "pan")
HEAVY = ("music", "furniture", "vehicle", "building", "appliance", "home")
HANDY_SIZE = 1.2  # metres


@dataclass
class Told:
    """A thing of the draft, as its chunk tells it; `via`: what joined it to `host`."""

    chunk: Chunk
    host: int | None = None
    via: str = ""
    side: str = ""


@dataclass
class Facts:
    """Things in the order they are named, relations as (subject, name, objects)."""

    lexicon: Lexicon
    things: list[Told] = field(default_factory=list)
    relations: list[tuple[int, str, list[int]]] = field(default_factory=list)

    def noun(self, index: int) -> Noun:
        return self.lexicon.nouns[self.things[index].chunk.value]

    def living(self, index: int) -> bool:
        one = self.noun(index)
        return one.category in LIVING or any(figure(art) for art in one.art)

    def rises(self, index: int, other: int) -> bool:
        """Whether what floats comes from what is burning: smoke out of a chimney."""
        floats = self.noun(index).places.startswith("a") and not self.living(index)
        return floats and self.noun(other).name in words_of_kind("rises from")

    def smokes(self, index: int, other: int) -> str:
        """How smoke stands to what it comes from: under a rocket, over a train, behind a car."""
        if self.noun(index).name != SMOKE:
            return ""
        from_it = self.noun(other)
        rear = "next to" if from_it.category in ("vehicle", "aircraft") else ""
        return table("smokes").get(from_it.name, rear)

    def is_rider(self, index: int) -> bool:
        return self.noun(index).category in PEOPLE

    def played(self, index: int) -> str:
        """How who plays stands to what is played: a guitar is held, a football kicked."""
        game = self.noun(index)
        if game.name in words_of_kind("played behind"):
            return "behind"
        if game.name in words_of_kind("played on"):
            return "on"
        if game.name in words_of_kind("kicked"):
            return "kicking"
        if game.name in words_of_kind("struck"):
            return "hitting"
        if game.name in words_of_kind("thrown"):
            return "throwing"
        handed = game.name in words_of_kind("played in hand")
        return "next to" if game.category == "game" and not handed else "holding"

    def is_carried(self, index: int, place: int) -> bool:
        """Whether who is at a place has it, not that: a hat, an umbrella, a bag where none lies."""
        one, anchors = self.noun(index), dict(self.noun(place).anchors)
        if one.name in (*WORN, *CLOTHES, *RAISED) or one.name in words_of_kind("headwear"):
            return True
        handy = one.category in HANDY and one.size <= carried_size(one)
        bare = not {"on", "in"} & anchors.keys() and self.noun(place).category != "building"
        return handy and bare

    def holds(self, index: int, other: int) -> bool:
        """Whether a thing has an opening that another one goes into."""
        holder, held = self.noun(index), self.noun(other)
        opens = "in" in dict(holder.anchors) or holder.name in (*TRAYS, "tray")
        return opens and held.size <= holder.size and not self.living(other)

    def is_part(self, owner: int, name: str) -> bool:
        """Whether a thing of this name belongs to the owner: a house's window, a cat's eyes."""
        if self.living(owner) or self.noun(owner).name in words_of_kind("bearer"):
            beastly = self.is_rider(owner) and name in words_of_kind("of animals")
            return name in words_of_kind("body") and not beastly
        category = self.noun(owner).category
        if has_part(self.noun(owner), name):
            return True  # an island's palm tree
        if category == "building":
            return name in words_of_kind("of buildings")
        return category in ("vehicle", "aircraft", "watercraft") and name in words_of_kind(
            "of vehicles"
        )

    def owns(self, owner: int, index: int) -> bool:
        """Whether the owner's drawing shows a thing with it, and no more of them are asked for."""
        chunk = self.things[index].chunk
        most = own_count(self.noun(owner).name, chunk.value) * self.things[owner].chunk.count
        return most > 0 and (not chunk.counted or chunk.count <= most)

    def _is_larger(self, index: int, other: int) -> bool:
        """Whether a living thing has no room in what it is said to be in: a grave."""
        stands_in = bool(self.things[other].chunk.asked)  # "in a graveyard"
        if self.noun(other).name in words_of_kind("barred"):
            return False  # "a lion in a cage"
        return stands_in and self.living(index) and self.noun(other).size < self.noun(index).size


def carried_size(noun: Noun) -> float:
    """The longest, in metres, that such things are and are still carried."""
    if noun.name in words_of_kind("long handled"):
        return max(HANDY_SIZE, noun.size)
    return HANDY_SIZE / 2 if noun.category in HEAVY else HANDY_SIZE
