"""Fragments: the things named in a part of an utterance, with their determiners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from maskgil.nano.reader.lexicon import Roles, lexicon
from maskgil.nano.reader.reader import in_order, things_of, walked
from maskgil.nano.reader.typography import DIGITS
from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.nano.world.scene import Relation, Thing

KEPT = 512  # texts whose fragments are remembered


@dataclass(frozen=True)
class Mention:
    """How a thing was mentioned: definite, with a number, plural."""

    thing: Thing
    definite: bool
    counted: bool
    many: bool
    said: str
    mark: str = ""  # what tells beside their heads how they feel: "the crying child"


@dataclass(frozen=True)
class Fragment:
    """Things, relations, and statements about setting and time; None: nothing."""

    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    setting: str | None = None
    time: str | None = None
    weather: str | None = None
    style: str | None = None
    left_out: tuple[str, ...] = ()

    @property
    def scenery(self) -> dict[str, str]:
        """What is said of setting, time, weather and style."""
        told = {
            "setting": self.setting, "time": self.time,
            "weather": self.weather, "style": self.style,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value is not None}


@lru_cache(KEPT)
def read_fragment(text: str) -> Fragment:
    """The fragment named by `text`."""
    walk, lost, _ = walked(text)
    told, scenery = walk.draft.things, walk.scenery
    mentions = []
    chunks = [each.chunk for each in told]
    for chunk, thing in zip(chunks, things_of(chunks), strict=True):
        mentions.append(Mention(thing, chunk.definite, chunk.counted, chunk.many, chunk.text))
    relations = tuple(Relation(s, name, tuple(others)) for s, name, others in walk.draft.relations)
    weather = scenery.weathers[-1] if scenery.weathers else None
    return Fragment(
        tuple(mentions),
        relations,
        scenery.setting(),
        scenery.times[-1] if scenery.times else None,
        weather,
        scenery.styles[-1] if scenery.styles else None,
        in_order(lost),
    )


def read_place(text: str) -> Fragment:
    """The fragment of `text`, with enterable things as settings: "a church"."""
    found = read_fragment(text)
    if len(found.mentions) != 1 or found.relations or found.scenery:
        return found
    inside = read_fragment(f"in {text}")
    return inside if inside.setting and not (inside.mentions or inside.left_out) else found


def marked(found: Fragment) -> Fragment:
    """A fragment with marks beside heads as states of their owners."""
    marks = {i: each.subject for each in found.relations for i in each.objects
             if each.name == "with" and found.mentions[i].thing.noun in MARKS}  # fmt: skip
    if not marks:
        return found
    left = [n for n in range(len(found.mentions)) if n not in marks]
    signs = {who: found.mentions[mark].thing.noun for mark, who in marks.items()}
    mentions = tuple(replace(found.mentions[n], mark=signs.get(n, "")) for n in left)
    relations = tuple(
        Relation(left.index(each.subject), each.name, tuple(map(left.index, each.objects)))
        for each in found.relations if not {each.subject, *each.objects} & marks.keys()
    )  # fmt: skip
    return replace(found, mentions=mentions, relations=relations)


def roles_at(words: Sequence[str], at: int) -> tuple[int, Roles]:
    """The end and roles of the longest lexicon phrase from `at`."""
    if at >= len(words):
        return at, {}
    near = [_spelled(word) for word in words[at : at + lexicon().longest]]
    found = lexicon().match(near, 0, len(near))
    return (at + 1, {}) if found is None else (at + found[0], found[1])


@lru_cache(4096)
def _spelled(word: str) -> str:
    from maskgil.nano.reader.lexicon import spelled

    if word.isdecimal() and int(word) < len(DIGITS):
        return DIGITS[int(word)]
    return spelled(word)[0] if len(spelled(word)) == 1 else word


def nouns_in(words: Sequence[str]) -> list[str]:
    """The nouns in the words."""
    found, at = list[str](), 0
    while at < len(words):
        at, roles = roles_at(words, at)
        found += [roles[role] for role in ("noun", "many") if role in roles][:1]
    return found
