"""Scene builder: the scene that a description comes to, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskgil.nano.emoji.captions import GROUNDS, NO_ARTICLE, NUMBERS, plural, with_article
from maskgil.nano.prompts.parser import THINGS, Parts
from maskgil.nano.prompts.vocabulary import (
    JOINTS,
    OPPOSITE,
    PREPOSITIONS,
    PRESENT,
    SCENERY,
    SHOWN_IN,
    Item,
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One thing of a description; `items`: what names it, counts it and colours it."""

    noun: str
    count: int
    colour: str | None
    at: int
    end: int
    items: tuple[Item, ...] = ()
    counted: bool = False


@dataclass
class SceneDraft:
    """What will be drawn, and the items that say it."""

    things: list[Said]
    relation: str | None = None
    ground: str = ""
    where: str | None = None
    drawn: list[Item] = field(default_factory=list)

    @property
    def caption(self) -> str:
        said = f" {self.relation} ".join(_named(thing) for thing in self.things)
        return f"{said}{self.ground}"


def relation_of(first: Said, second: Said, parts: Parts) -> str | None:
    """How the first stands to the second, by the words between them and around."""
    between = [item for item in parts.items if first.end <= item.at < second.at]
    for item in reversed(between):
        if item.kind == "relation" and _reaches(item, second, parts):
            turned = parts.text(item.end) in ("it", "them")  # "a cat, and below it a dog"
            return OPPOSITE[item.value] if turned else item.value
    for item in parts.items:
        if item.kind == "relation" and item.end <= first.at and _reaches(item, first, parts):
            return OPPOSITE[item.value]  # "under the tree sits a cat"
        if item.kind == "relation" and item.at >= second.end:
            if parts.text(item.end) in ("it", "them"):  # "a cat with a dog below it"
                return OPPOSITE[item.value]
            break
    sides = (item for item in parts.items if item.kind == "side")
    around = (i for i in sides if i.end <= first.at + 1 or first.end <= i.at <= second.at)
    return next((item.value for item in around), None)


def is_told_oddly(scene: SceneDraft, parts: Parts) -> bool:
    """Whether how two things stand is told in words, or an order, that captions do not have."""
    return len(scene.things) == 2 and any(
        item.end <= scene.things[0].at or not parts.is_taught_relation(item)
        for item in parts.items
        if item.kind == "relation"
    )


def _reaches(item: Item, thing: Said, parts: Parts) -> bool:
    """Whether "on", "behind" and the like speak of `thing`, not of what stands between them."""
    between = [other for other in parts.items if item.end <= other.at < thing.at]
    return (
        all(
            other.kind in ("plain", "unknown", "colour", "count")
            and not parts.words[other.at].pause
            and parts.text(other.at) not in JOINTS
            for other in between
            if parts.text(other.at) not in ("it", "them", "which")
        )
        and not parts.words[thing.at].pause
    )


def find_place(scene: SceneDraft, parts: Parts) -> None:
    """Say where it is in `scene`; what is nothing but a place gets a thing that stands for it."""
    places = [item for item in parts.items if item.kind == "place"]
    grounds = [
        item
        for item in parts.items
        if item.kind == "ground"
        and (_is_behind(item, parts) if scene.things else not _is_stuff(item, parts))
    ]
    for item in parts.items:
        before = parts.by_end.get(item.at)
        if item.kind == "wall" and before is not None and before.kind == "colour":
            scene.drawn += [item, before]
            scene.ground = f" on {with_article(before.value)} background"
            break
    else:
        where = next((item.value for item in places or grounds), None)
        if where == "sky" and any(item.value == "night" for item in parts.items):
            where = "night"  # "in the sky of the night"
        if where is None:
            return
        shown = (where, "sky") if where == "night" else (where,)
        scene.where, scene.ground = where, f" {GROUNDS[where][0]}"
        scene.drawn += [item for item in (*places, *grounds) if item.value in shown]
        if not scene.things and not _names_more(parts):
            scene.things = [Said(SCENERY[where], 1, None, -1, -1)]


def _is_behind(item: Item, parts: Parts) -> bool:
    """Whether a word for a place stands behind a preposition."""
    return bool(set(map(parts.text, range(item.at - 3, item.at))) & PREPOSITIONS)


def _is_stuff(item: Item, parts: Parts) -> bool:
    """Whether a word for a place only says what something is made or full of: "a cup of water"."""
    before = parts.by_end.get(item.at - 1)
    return parts.text(item.at - 1) == "of" and before is not None and before.kind == "unknown"


def _is_between(item: Item, scene: SceneDraft, parts: Parts) -> bool:
    """Whether "in", "behind" and the like tell how the two things of a scene stand."""
    if len(scene.things) < 2:
        return False
    first, second = scene.things
    if first.end <= item.at < second.at:
        return _reaches(item, second, parts)
    before = parts.by_end.get(item.at)
    if before is not None and before.kind == "wall":  # "with a red wall behind"
        return False
    ends = item.end == len(parts.words) or parts.words[item.end].pause > 0
    return item.at >= second.end and ends  # "a pumpkin with a candle inside"


def _names_more(parts: Parts) -> bool:
    """Whether a wish without a known thing names others than a place: "a bridge over a river"."""
    last = max(item.at for item in parts.items if item.kind in ("ground", "place"))
    return any(
        item.kind == "unknown"
        and (item.at > last or parts.by_start[item.end].kind not in ("ground", "unknown"))
        and parts.text(item.at) not in PRESENT
        for item in parts.items
    )


def left_out_of(scene: SceneDraft, parts: Parts) -> list[str]:
    """The words of a wish that are not in its picture."""
    nouns = {thing.noun for thing in scene.things}
    starts = {item.at for item in scene.drawn}
    left = []
    for item in parts.items:
        word = parts.text(item.at)
        if parts.is_denied_colour(item):
            left.append(f"not {parts.said(item)}")
        if item.at in starts or item.kind in ("unwanted", "relation", "not"):
            continue
        if item.kind in THINGS and item.value in nouns:
            continue
        if item.kind == "within" and not _is_between(item, scene, parts):
            continue
        if item.kind == "side" and len(scene.things) == 2:
            continue
        if parts.said(item) in ("some", "background", "backdrop"):
            continue
        if word in PRESENT or scene.where in SHOWN_IN.get(word, ()):
            continue
        if item.kind != "plain":
            left.append(parts.said(item))
    return left


def _named(thing: Said) -> str:
    """'three blue cars', 'a cat'."""
    if thing.count > 1:
        parts = (NUMBERS[thing.count][0], thing.colour, plural(thing.noun))
        return " ".join(part for part in parts if part)
    words = f"{thing.colour} {thing.noun}" if thing.colour else thing.noun
    return words if thing.noun in NO_ARTICLE else with_article(words)
