"""Sampler of random scenes, deterministic by index."""

from __future__ import annotations

import functools
import hashlib
import random

from maskgil.nano.rendering.looks import TEXTURES
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.sizes.sizing import SIZE_WORDS
from maskgil.nano.world.nouns import LIVING, Noun, load_nouns
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import COLOURS, PLACES, Setting, has_weather, place

KINDS = {
    "single": 0.25, "count": 0.15, "pair": 0.13, "sides": 0.12, "related": 0.20, "carried": 0.07,
    "crowd": 0.08,
}  # fmt: skip
STYLE_SHARES = {
    "3d": 0.9, "flat": 0.02, "pencil sketch": 0.02, "pixel art": 0.02, "watercolour": 0.02,
    "silhouette": 0.02,
}  # fmt: skip
# GenEval's 80 classes (those of COCO): drawn at least twice as often as other things.
GENEVAL = frozenset(
    """person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,
    stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,
    backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,
    baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,
    banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,
    potted plant,bed,dining table,toilet,television,laptop,computer mouse,tv remote,
    computer keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,
    scissors,teddy bear,hair drier,toothbrush""".replace("\n    ", "").split(",")
)
HATS = ("crown", "hat", "cap", "helmet", "sun hat", "graduation cap", "rescue helmet")
WORN = (*HATS, "glasses", "sunglasses", "scarf", "tie", "goggles", "ribbon", "medal")
COVERS = (
    "tree", "oak tree", "apple tree", "willow", "palm tree", "pine tree", "table", "dining table",
    "round table", "desk", "umbrella", "parasol", "street lamp", "lamp", "bridge", "stone bridge",
    "bench", "bed", "rainbow", "cloud", "chandelier", "beach umbrella", "birch", "torii gate",
)  # fmt: skip
BACKGROUNDS = tuple(f"{colour} background" for colour in COLOURS)
SCENIC = tuple(name for name in PLACES if name not in BACKGROUNDS)
TIMES = {"day": 0.6, "dawn": 0.06, "sunset": 0.12, "night": 0.22}
SCENERY_TIMES = {"day": 0.41, "dawn": 0.12, "sunset": 0.14, "night": 0.33}
SCENERY_WEATHERS = (0.66, 0.1, 0.1, 0.08, 0.06)
_CARRIED = ("on", "in", "riding", "holding", "wearing")  # one carries the other
_COMMON_COLOURS = tuple(PAINTS)


def _rare(*words: str) -> bool:
    return hashlib.sha256("|".join(words).encode()).digest()[0] < 26  # 26 / 256: a tenth


def is_held_out(scene: Scene) -> bool:
    """Whether the pair of nouns of a two-thing scene is held out from training."""
    if len(scene.things) == 2:
        return _rare("pair", *sorted(thing.noun for thing in scene.things))
    return False


def _wearers(one: Noun) -> bool:
    return any(figure(code) for code in one.art)


class SceneSampler:
    """Random scenes by index. `nouns`: the names used, by default all.

    `scenery`: the share of scenes without things, as drawn before things are laid over them.
    `held_out`: only combinations that training never shows.
    """

    def __init__(
        self,
        *,
        nouns: tuple[str, ...] | None = None,
        styles: dict[str, float] | None = None,
        kinds: dict[str, float] | None = None,
        held_out: bool = False,
        scenery: float = 0.0,
    ) -> None:
        self.names, self.held_out, self.scenery = nouns, held_out, scenery
        self.nouns = [n for n in load_nouns() if nouns is None or n.name in nouns]
        if nouns is not None and len(self.nouns) != len(set(nouns)):
            unknown = set(nouns) - {n.name for n in self.nouns}
            raise ValueError(f"unknown noun {sorted(unknown)[0]!r}")
        self.styles = STYLE_SHARES if styles is None else styles
        self.kinds = KINDS if kinds is None else kinds
        self._weights = [_weight(n) for n in self.nouns]
        self._groups: dict[str, list[Noun]] = {}

    def vocabulary(self) -> list[Noun]:
        """The nouns that are drawn."""
        return list(self.nouns)

    def scene(self, number: int, *, seed: int = 0) -> Scene:
        """The scene with this number."""
        return self.sample(random.Random(f"{seed}/{number}"))

    def sample(self, rng: random.Random) -> Scene:
        """A scene, by the generator's state: what may be trained on, or only what may not."""
        while True:
            scene = self._any(rng)
            if is_held_out(scene) == self.held_out:
                return scene

    def _any(self, rng: random.Random) -> Scene:
        things: list[Thing] = []
        relations: list[Relation] = []
        kind = "scenery"
        if not self.scenery or rng.random() >= self.scenery:
            kind = rng.choices(list(self.kinds), list(self.kinds.values()))[0]
            things, relations = self._things(kind, rng)
        style = rng.choices(list(self.styles), list(self.styles.values()))[0]
        if style == "pixel art" and sum(thing.count for thing in things) > 3:
            style = "3d" if "3d" in self.styles else style  # pixels too large for small things
        bare = not things
        setting = _scenic(rng) if bare else self._setting(things, relations, kind, rng)
        where = place(setting)
        time, weather = "day", "clear"
        if setting is not None:
            weights = SCENERY_TIMES if bare else TIMES
            time = rng.choices(where.times, [weights[t] for t in where.times])[0]
        if setting and has_weather(setting):
            choices = ["clear", "rain", "snow", "fog", "storm"]
            shares = SCENERY_WEATHERS if bare else (0.78, 0.08, 0.06, 0.04, 0.04)
            weather = rng.choices(choices, shares)[0]
            if weather == "storm":
                time = "night" if time == "night" else "day"
            if setting in ("desert", "jungle", "savanna", "beach") and weather == "snow":
                weather = "clear"
            if setting == "snow" and weather in ("rain", "storm"):
                weather = "snow"
        return Scene(tuple(things), tuple(relations), setting, time, weather, style)

    def _pick(self, rng: random.Random, group: str = "") -> Noun:
        """A noun, of a group: `on`, `in`, `ride` (those with the anchor), `cover`, `worn`, …"""
        if not group:
            return rng.choices(self.nouns, self._weights)[0]
        if group not in self._groups:
            self._groups[group] = [n for n in self.nouns if _in_group(n, group)] or self.nouns
        members = self._groups[group]
        return rng.choices(members, [_weight(n) for n in members])[0]

    def _thing(
        self, one: Noun, rng: random.Random, *, count: int = 1, dressed: float = 0.5
    ) -> Thing:
        colour = texture = size = None
        roll = rng.random()
        if one.paintable and roll < dressed:
            if rng.random() < 0.1 and count == 1:
                texture = rng.choice(TEXTURES)
            else:
                colour = rng.choice(_COMMON_COLOURS)
        elif one.colour and one.colour in PAINTS and roll < dressed * 0.5 and not one.paintable:
            colour = one.colour
        if count == 1 and rng.random() < 0.1:
            size = rng.choice(list(SIZE_WORDS))
        return Thing(one.name, count, colour, texture, size, rng.randrange(12))

    def _things(self, kind: str, rng: random.Random) -> tuple[list[Thing], list[Relation]]:
        if kind == "single":
            return [self._thing(self._pick(rng), rng, dressed=0.65)], []
        if kind == "count":
            count = rng.choices(range(2, 11), (8, 8, 7, 5, 4, 3, 3, 2, 2))[0]
            things = [self._thing(self._pick(rng), rng, count=count)]
            if rng.random() < 0.2 and count < 5:
                things.append(self._thing(self._other(rng, things), rng))
            return things, []
        if kind == "sides":
            first = self._pick(rng)
            second = self._pick(rng)
            while second is first:
                second = self._pick(rng)
            name = rng.choice(("left of", "right of", "above", "below"))
            things = [self._thing(one, rng, dressed=0.25) for one in (first, second)]
            return things, [Relation(0, name, (1,))]
        if kind == "related":
            return self._related(rng)
        if kind == "carried":
            return self._carried(rng)
        number = 2 if kind == "pair" else rng.randint(3, 5)
        things = []
        while len(things) < number:
            one = self._other(rng, things)
            count = rng.randint(2, 3) if number > 2 and rng.random() < 0.15 else 1
            things.append(self._thing(one, rng, count=count, dressed=0.75 if number == 2 else 0.35))
        if kind == "pair" and rng.random() < 0.3:
            return things, [Relation(0, "next to", (1,))]
        return things, []

    def _other(self, rng: random.Random, things: list[Thing]) -> Noun:
        """A noun that is not there yet; mostly one that belongs to the same places."""
        names = {thing.noun for thing in things}
        tags = {tag for n in self.nouns if n.name in names for tag in n.settings}
        for _ in range(12):
            one = self._pick(rng)
            if one.name not in names and (
                not tags or tags & set(one.settings) or rng.random() < 0.12
            ):
                break
        return one

    def _related(self, rng: random.Random) -> tuple[list[Thing], list[Relation]]:
        name = rng.choice(("on", "on", "in", "in", "under", "behind", "in front of", "between",
                           "around", "next to"))  # fmt: skip
        group = {"on": "on", "in": "in", "under": "cover"}.get(name, "")
        target = self._pick(rng, group)
        subject = self._subject(name, target, rng)
        count = 1
        if name in ("on", "in") and rng.random() < 0.3:
            count = rng.randint(2, 4 if name == "on" else 6)
        if name == "around":
            count = rng.randint(3, 7)
        things = [
            self._thing(subject, rng, count=count, dressed=0.35),
            self._thing(target, rng, dressed=0.35),
        ]
        if name == "between":
            if rng.random() < 0.4:
                things[1] = self._thing(target, rng, count=2, dressed=0.35)
                return things, [Relation(0, name, (1,))]
            things.append(self._thing(self._other(rng, things), rng, dressed=0.35))
            return things, [Relation(0, name, (1, 2))]
        relations = [Relation(0, name, (1,))]
        if rng.random() < 0.2:
            things.append(self._thing(self._other(rng, things), rng))
            if rng.random() < 0.5 and name != "around":
                relations.append(Relation(2, "next to", (1,)))
        return things, relations

    def _subject(self, name: str, target: Noun, rng: random.Random) -> Noun:
        limit = {"on": 1.3, "in": 1.1, "under": 0.8, "around": 1.2}.get(name, 8.0)
        one = self._pick(rng)
        for _ in range(60):
            one = self._pick(rng)
            fits = one.size <= target.size * limit and one.size >= target.size / 12
            if one is target or (name in ("on", "in", "under") and one.places == "l"):
                continue
            if name == "in" and one.size > 1 and target.size < 2:
                continue
            if fits or name not in ("on", "in", "under", "around"):
                return one
        return one

    def _carried(self, rng: random.Random) -> tuple[list[Thing], list[Relation]]:
        name = rng.choice(("wearing", "holding", "riding"))
        if name == "riding":
            rider = self._pick(rng, "living" if rng.random() < 0.3 else "rider")
            mount = self._pick(rng, "ride")
            if rider is mount:
                return [self._thing(mount, rng)], []
            return [self._thing(rider, rng, dressed=0.2), self._thing(mount, rng, dressed=0.4)], [
                Relation(0, name, (1,))
            ]
        holder = self._pick(rng, "wearer" if name == "wearing" else "holder")
        item = self._pick(rng, "worn" if name == "wearing" else "held")
        things = [self._thing(holder, rng, dressed=0.2), self._thing(item, rng, dressed=0.6)]
        return things, [Relation(0, name, (1,))]

    def _setting(
        self, things: list[Thing], relations: list[Relation], kind: str, rng: random.Random
    ) -> str | None:
        plain = {"count": 0.45, "sides": 0.5, "pair": 0.35}.get(kind, 0.22)
        roll = rng.random()
        if roll < plain:
            return None
        if roll < plain + 0.07:
            shown = {thing.colour or _noun(thing).colour for thing in things}
            free = [colour for colour in COLOURS if colour not in shown]
            return f"{rng.choice(free)} background"
        names = _matching({tag for thing in things for tag in _noun(thing).settings})
        if not names or rng.random() < 0.22:
            names = tuple(name for name in PLACES if not name.endswith("background"))
        carried = {
            relation.objects[0] if relation.name in ("wearing", "holding") else relation.subject
            for relation in relations
            if relation.name in _CARRIED
        }
        standing = [thing for index, thing in enumerate(things) if index not in carried]
        fitting = [name for name in names if _fits(place(name), standing)]
        return rng.choice(fitting) if fitting else None


def _scenic(rng: random.Random) -> str:
    """A setting; one in ten is a coloured background."""
    return rng.choice(BACKGROUNDS if rng.random() < 0.1 else SCENIC)


@functools.cache
def _by_name() -> dict[str, Noun]:
    return {n.name: n for n in load_nouns()}


def _noun(thing: Thing) -> Noun:
    return _by_name()[thing.noun]


def _matching(tags: set[str]) -> tuple[str, ...]:
    if "people" in tags:
        tags = tags | {"park", "street", "city", "home", "village"}
    return tuple(name for name, where in PLACES.items() if tags & set(where.tags))


def _fits(where: Setting, things: list[Thing]) -> bool:
    """Whether all things may stand there: no skyscraper in a kitchen, no boat in a field."""
    for thing in things:
        one = _noun(thing)
        if not where.outdoors and one.size > 3.5:
            return False
        if where.name == "sea" and one.places in ("g", "t", "gt"):
            return False
        if where.name == "table top" and one.size > 0.8:
            return False
        if (
            where.floats
            and where.name != "underwater"
            and one.places in ("t", "g")
            and one.size > 3
        ):
            return False
        if one.places == "w" and not (where.water or where.name == "underwater" or one.size < 1):
            return False
    return True


def _weight(one: Noun) -> float:
    """How often a noun is drawn: by what people ask for; GenEval's classes at least twice."""
    weight = max(one.share, 2.0) if one.name in GENEVAL else one.share
    return weight * (1.3 if one.category in ("animal", "people") else 1.0)


def _in_group(one: Noun, group: str) -> bool:
    anchors = dict(one.anchors)
    if group in ("on", "in", "ride"):
        return group in anchors
    if group == "cover":
        return one.name in COVERS
    if group == "worn":
        return one.name in WORN
    if group == "held":
        return one.size <= 0.8 and one.category in (
            "fruit", "food", "sport", "game", "party", "sound", "paper", "tool", "kitchen",
            "plant", "household", "electronics", "science",
        )  # fmt: skip
    if group in ("wearer", "holder"):
        return _wearers(one) and (
            group == "wearer" or one.category in ("person", "people", "animal")
        )
    if group == "rider":
        return _wearers(one) and one.category in ("person", "people")
    return one.category in LIVING
