"""Attributes: colours, sizes, counts, directions, and statements about the sky."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maskgil.nano.dialogue.commands import is_whole, leads, without_marks
from maskgil.nano.dialogue.edits import SIZES
from maskgil.nano.dialogue.fragments import roles_at

_WAYS = {
    "left": (-1, 0), "right": (1, 0), "higher": (0, -1), "lower": (0, 1), "middle": (0, 0),
}  # fmt: skip
_SIDE_OF = {"left": -1, "middle": 0, "right": 1}
_STEPS = {"bigger": 1, "smaller": -1}
_DEPTHS = {"nearer": 1, "farther": -1}  # larger and lower, or smaller and higher
_TO_SOMETHING = (["to"], ["from"], ["than"])
_ACROSS = 3  # steps of what is to be on a side: half the picture, where there is so much
_SIZES = {"size": 1}
_SIDES = (("left", 1), ("right", -1))


@dataclass
class Attributes:
    """Attributes of a thing: fields of `Thing`, `steps` of size, direction (`way`) of a move;
    `contrary`: told by what it is too much of."""

    told: dict[str, str | int | None] = field(default_factory=dict)
    steps: int = 0
    way: tuple[int, int] | None = None
    is_noun_too: bool = False
    contrary: bool = False

    @property
    def is_scalar(self) -> bool:
        return self.way is not None or self.steps != 0


def attributes_of(words: Sequence[str]) -> Attributes | None:
    """The attributes in `words`; None if they say anything else."""
    found = Attributes()
    at, said = 0, False
    for cut in range(1, len(words)):
        if (length := leads(words[cut:], "inverted")) and attributes_of(words[cut + length :]):
            return attributes_of(words[:cut])  # "yellow instead of red"
    while at < len(words):
        end, more = _one(words, at, found)
        if not end:
            return None
        said, at = said or more, end
    return found if said else None


def _contrary(words: Sequence[str], at: int, found: Attributes) -> int:
    """ "Too big", "not so high": the end of what should be less so; 0 for nothing."""
    rest = words[at:]
    for kind, steps in (*_STEPS.items(), *_SIZES.items()):
        if length := leads(rest, kind):
            found.steps -= 0 if found.steps * steps < 0 else steps  # "smaller, it's too big"
            found.contrary = True
            return at + length
    for kind, way in (("high", 1), ("low", -1), *_SIDES):
        if length := leads(rest, kind):
            x, y = found.way or (0, 0)
            found.way = (x, y + way) if kind in ("high", "low") else (x + way, y)
            return at + length
    return 0


def _one(words: Sequence[str], at: int, found: Attributes) -> tuple[int, bool]:
    """Takes the attribute at `at`; its end (0 for none) and whether it told something."""
    rest = words[at:]
    if leads(rest, "both"):
        return 0, False
    length = leads(rest, "pronoun") or 0
    length += leads(rest[length:], "copula")
    if found.is_scalar and length and leads(rest[length:], "contrary"):
        return at + length, False  # "smaller, it is too big"
    length = leads(rest, "contrary")
    if length and (end := _contrary(words, at + length, found)):
        return end, True
    end, roles = roles_at(words, at)
    colour = roles.get("colour")
    for way, step in _WAYS.items():
        if (length := leads(rest, way)) and length >= end - at:
            x, y = found.way or (0, 0)
            steps = _ACROSS if is_whole(rest[:length], "at side") else 1
            found.way = (x + steps * step[0], y + step[1])
            return at + length, True
    for kind, steps in _STEPS.items():
        if length := leads(rest, kind):
            again = found.contrary and found.steps * steps > 0  # "too small, bigger"
            found.steps += 0 if again else steps
            return at + length, True
    for kind, steps in _DEPTHS.items():
        if (length := leads(rest, kind)) and rest[length : length + 1] not in _TO_SOMETHING:
            found.steps, found.way = found.steps + steps, (0, steps)
            return at + length, True
    if "state" in roles:
        found.told["state"] = roles["state"]
        return end, True
    if colour:
        found.told["colour"] = colour
        found.is_noun_too |= "noun" in roles and at > 0
        return end, True
    if "texture" in roles:
        found.told["texture"] = roles["texture"]
        found.is_noun_too |= "noun" in roles
        return end, True
    if "size" in roles:
        found.told["size"] = roles["size"] if roles["size"] in SIZES else "huge"
        return end, True
    if "count" in roles and roles["count"].isdecimal() and not {"noun", "det"} & set(roles):
        found.told["count"] = int(roles["count"])
        return end, True
    if length := leads(rest, "filler"):
        return at + length, False
    return 0, False


def sides_of(words: Sequence[str]) -> list[int | None]:
    """The requested side of each named thing; None: unspecified.

    "An elephant on the right and a zebra on the left" is [1, -1].
    """
    found: list[int | None] = []
    at, said = 0, False
    while at < len(words):
        length, side = side_at(words, at)
        if length and said:
            found, said = [*found, side], False
        elif words[at] == "and":
            found, said = [*found, None] if said else found, False
        else:
            said = True
        at += max(1, length)
    return [*found, None] if said else found


def without_side(words: Sequence[str]) -> list[str]:
    """The words without the requested side of their single thing."""
    for at in range(1, len(words)):
        length, _ = side_at(words, at)
        if length and at + length == len(words) and len(sides_of(words)) == 1:
            return list(words[:at])
    return list(words)


def side_at(words: Sequence[str], at: int) -> tuple[int, int | None]:
    """The length of a phrase for a side of the picture, and the side; 0 for none."""
    length, side = max((leads(words[at:], kind), side) for kind, side in _SIDE_OF.items())
    if not length or words[at + length : at + length + 1] == ["of"]:
        return 0, None  # "to the left of the cat"
    return length, side


_SKY = {
    "night": ("time", "night"), "dawn": ("time", "dawn"), "sunset": ("time", "sunset"),
    "day": ("time", "day"),
    "clear": ("weather", "clear"), "rain": ("weather", "rain"), "snow": ("weather", "snow"),
    "fog": ("weather", "fog"), "storm": ("weather", "storm"),
}  # fmt: skip
_SKY_ITSELF = {f"sky {kind}": told for kind, told in _SKY.items()}
_SKY |= {
    "pencil sketch": ("style", "pencil sketch"), "summer": ("weather", "clear"),
    "spring": ("setting", "spring park"), "autumn": ("setting", "autumn forest"),
}  # fmt: skip
_SUNNY = frozenset(("sun", "sunny", "sunshine", "blue", "bright"))
_PERSONS = ("he", "she", "him", "her", "they", "them")


def sky_of(words: Sequence[str]) -> dict[str, str]:
    """Time, weather and style of an utterance about nothing else."""
    plain = without_marks(words)
    whole = any(is_whole(plain, kind) for kind in _SKY)
    if not whole and (rest := of_the_sky(words)) is not None:
        kinds = (*_SKY_ITSELF.items(), *_SKY.items())
        told = next((told for kind, told in kinds if is_whole(rest, kind)), None)
        return {} if told is None else dict([told])
    if plain[:1] and plain[0] in _PERSONS:
        return {}  # "he is calm"
    rest = plain[leads(plain, "pronoun") :] or plain
    while length := leads(rest, "copula", "fresh"):
        rest = rest[length:]
    rest = rest[rest[:1] in (["to"], ["the"]) and not any(is_whole(rest, k) for k in _SKY) :]
    while rest[-1:] and rest[-1] in ("now", "again", "please", "instead", "time", "outside"):
        rest = rest[:-1] if not any(is_whole(rest, kind) for kind in _SKY) else rest
        if any(is_whole(rest, kind) for kind in _SKY):
            break
    return dict(told for kind, told in _SKY.items() if is_whole(rest, kind))


def of_the_sky(words: Sequence[str]) -> list[str] | None:
    """The predicate in "the sky should be stormy", "a stormy sky": "stormy"; else None."""
    rest = without_marks(words)
    if rest[:1] in (["a"], ["an"], ["some"]) or leads(rest[-1:], "sky"):
        rest = rest[rest[0] in ("a", "an", "some", "the") :]
        return rest[:-1] if leads(rest[-1:], "sky") and len(rest) > 1 else None
    length = leads(rest, "sky")
    rest = rest[length:]
    while length and (skip := leads(rest, "copula", "joint") or int(rest[:1] == ["get"])):
        rest = rest[skip:]
    return rest if length and rest else None


def is_sunny(words: Sequence[str]) -> bool:
    """Whether words mention the sun or a daytime sky."""
    return bool(_SUNNY & set(words))
