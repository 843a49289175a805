"""The scene graph: things, relations, setting, time, weather, style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

SPOTS = (
    "on the shoulder of", "on the arm of", "on the nose of", "on the head of", "on the towers of",
    "in the window of", "at the door of", "on the handlebars of", "on the counter of",
    "on the mast of", "on the sail of", "at the top of", "at the foot of", "on the roof of",
    "on the hood of", "on the chimney of", "in the hair of",
    "in the back of", "on the wall of", "on the door of", "on the front of", "hanging from",
    "all over",
)  # fmt: skip
"""Relations of what is at a place of the drawing of another thing, see spots.tsv."""
RELATIONS = (
    "left of", "right of", "above", "below", "on", "under", "in", "behind", "in front of",
    "between", "around", "next to", "wearing", "holding", "riding", "with",
    "eating", "reading", "breathing", "flying", "throwing", "catching", "hitting",
    "kicking", "hugging", "kissing", "petting", "holding hands with", "shaking hands with",
    "high fiving",
    "arm in arm with", "leaning on", "whispering to", "dancing with", "fighting with",
    "arguing with", "on the shoulders of", *SPOTS,
)  # fmt: skip
CARRIED = ("wearing", "holding", "with", "eating", "reading", "breathing")
"""Relations of which the object is where the subject has it: on the body, in a hand, before it."""
ACTIONS = ("eating", "reading", "breathing", "flying", "throwing", "catching", "hitting", "kicking")
"""Relations that are done: each has a place where a picture shows it."""
TOUCHING = (
    "hugging", "kissing", "petting", "holding hands with", "shaking hands with", "high fiving",
    "arm in arm with", "leaning on", "whispering to", "dancing with", "fighting with",
    "arguing with",
)  # fmt: skip
"""Relations of those who touch; of several alike, one that is its own object: each the next."""
LOOKS = ("colour", "texture", "size", "state", "lettering")
"""What may be told of how a thing looks; `state`: what it does or is like, "running", "broken";
`lettering`: what is written on it."""
PILED = "piled"
LINED_UP, STACKED, CIRCLED = "lined up", "stacked", "circled"
ORDERS = (LINED_UP, STACKED, CIRCLED)
"""How several alike are put, on their own."""
ARMS_UP, POINTING, TIED, LOOKING = "arms up", "pointing", "tied", "gazing"
STRETCHING = "stretching"
BODY_STATES = (
    "balancing",
    "climbing",
    "crouching",
    "digging",
    "diving",
    "floating",
    "hanging",
    "skating",
)
"""States of people that their bodies alone show, see poses.tsv."""
POSTURES = (
    "lying", "sitting", ARMS_UP, POINTING, LOOKING, PILED, TIED, STRETCHING, *ORDERS,
    *BODY_STATES,
)  # fmt: skip
"""States that another drawing or other arms show, or how the copies of one lie."""
TIMES = ("day", "dawn", "sunset", "night")
WEATHERS = ("clear", "rain", "snow", "fog", "storm")
STYLES = ("3d", "flat", "pencil sketch", "pixel art", "watercolour", "silhouette")


def _check(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"unknown {name} {value!r}; choose from {', '.join(choices)}")


@dataclass(frozen=True)
class Thing:
    """A thing in a scene; `variant` selects one of the noun's drawings.

    `unsaid`: implied by an activity or mood, not named: a cook's table, tears.
    """

    noun: str
    count: int = 1
    colour: str | None = None
    texture: str | None = None
    size: str | None = None
    variant: int = 0
    state: str | None = None
    lettering: str | None = None
    unsaid: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 10:
            raise ValueError(f"count must be 1 to 10, got {self.count}")

    @classmethod
    def told(cls, noun: str, count: int, looks: Mapping[str, str | None]) -> Thing:
        """So many of a noun that look as is told by some of `LOOKS`."""
        return cls(noun, count, **looks)  # type: ignore[arg-type]

    @property
    def looks(self) -> dict[str, str]:
        """What is told of how it looks."""
        told = {mark: getattr(self, mark) for mark in LOOKS}
        return {mark: value for mark, value in told.items() if value}

    def bare(self) -> Thing:
        """The thing without what is told of how it looks."""
        return replace(self, colour=None, texture=None, size=None, state=None, lettering=None)


def order_of(thing: Thing) -> str:
    """The requested arrangement of copies, one of `ORDERS`, or ""."""
    return thing.state if thing.state in ORDERS and thing.count > 1 else ""


def is_piled(thing: Thing) -> bool:
    """Whether its copies form a heap."""
    return thing.state == PILED and thing.count > 1


@dataclass(frozen=True)
class Relation:
    """A relation between `subject` and `objects`, indices into the scene's `things`."""

    subject: int
    name: str
    objects: tuple[int, ...]

    def __post_init__(self) -> None:
        _check("relation", self.name, RELATIONS)


@dataclass(frozen=True)
class Scene:
    """The scene graph of a picture and its captions. `setting` None: plain paper."""

    things: tuple[Thing, ...] = ()
    relations: tuple[Relation, ...] = ()
    setting: str | None = None
    time: str = "day"
    weather: str = "clear"
    style: str = "3d"

    def __post_init__(self) -> None:
        _check("time", self.time, TIMES)
        _check("weather", self.weather, WEATHERS)
        _check("style", self.style, STYLES)
        for relation in self.relations:
            for index in (relation.subject, *relation.objects):
                if not 0 <= index < len(self.things):
                    raise ValueError(f"relation {relation.name!r} names no thing: {index}")
