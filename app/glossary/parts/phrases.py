"""Phrases of a scene: things as named, their places, and unknown words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """One thing named: "three small yellow stars"; a colour alone has no noun.

    `in_full`: by several words, as a fire engine is in French. `also`: a colour of the same name.
    `many`: several, not counted. `denied`: colours that it should not have. `doing`: what it does,
    to nothing that is named.
    """

    noun: int | None  # concept
    colour: str | None = None
    count: int | None = None
    size: str | None = None
    in_full: bool = False
    also: str | None = None
    many: bool = False
    denied: tuple[str, ...] = ()
    doing: str = ""


@dataclass(frozen=True)
class Location:
    """Where the picture is: "in the sky"; `colour` of "on a pink background" alone."""

    where: str
    colour: str | None = None


@dataclass(frozen=True)
class ParsedScene:
    """All that a text says and the glossary understands, in order.

    `joints[i]` stands between phrases i and i + 1: a relation, or "and". `unknown`: the words that
    are not understood. `in_doubt`: a colour or a count has no thing, or two. `joins`: a thing tells
    another more closely ("hat of feathers"), so that both together may be a third. `absent`: what
    should not be there; with a count, so many below none.
    """

    phrases: tuple[Phrase, ...]
    joints: tuple[str, ...]
    places: tuple[Location, ...]
    unknown: tuple[str, ...] = ()
    in_doubt: bool = False
    joins: bool = False
    absent: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.phrases or self.places or self.absent)

    @property
    def is_clear(self) -> bool:
        """Whether all of the text is understood."""
        return bool(self) and not (self.unknown or self.in_doubt or self.joins)

    @property
    def is_vivid(self) -> bool:
        """Whether it counts or paints a thing, or says that one is not there."""
        told = any(p.noun is not None and (p.colour or p.count) for p in self.phrases)
        return told or bool(self.absent)
