"""Kinds: whether two nouns can refer to the same thing, and which are animate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.fragments import Mention, read_fragment, roles_at
from maskgil.nano.reader.graph.draft import Draft
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.world.arranging.sizes.sizing import SIZE_WORDS
from maskgil.nano.world.nouns import Noun, noun
from maskgil.nano.world.scene import Thing


def is_someone(name: str) -> bool:
    """Whether a noun is a person, a possible referent of "him" and "her"."""
    return noun(name).category in ("person", "people")


def is_same_kind(name: str, other: str) -> bool:
    """Whether two nouns can refer to the same thing: equal, or of one head ("sailboat, boat")."""
    if name == other:
        return True
    first, second = noun(name), noun(other)
    if _head(name) == _head(other) and first.category == second.category:
        return " " in name or " " in other
    if other == _bare(name) or name == _bare(other):
        return first.category == second.category
    if other in first.synonyms or name in second.synonyms:
        return True
    return is_doer(first, other)


def _head(name: str) -> str:
    """The word of a name that tells what it is: of "window with a view" the first."""
    return _bare(name).split()[-1]


def _bare(name: str) -> str:
    """What a noun is that tells more: a house of "house with a garden"."""
    return next((name.split(joint)[0] for joint in (" with ", " in ") if joint in name), name)


def is_doer(one: Noun, who: str) -> bool:
    """Whether a noun is an active form of another: "man riding a horse" of a man."""
    told = (each.split() for each in (one.name, *one.synonyms) if each.startswith(f"{who} "))
    return noun(who).category == "person" and any(each[1].endswith("ing") for each in told)


def of_several(mention: Mention, there: set[str]) -> Mention:
    """What has a drawing of several, "houses", as several of what is there, where that is not."""
    said = mention.thing.noun
    one = next((name for name in there if noun(name).plural == said and name != said), "")
    if not one or said in there:
        return mention
    return replace(mention, thing=replace(mention.thing, noun=one), many=True)


def of_parts(mention: Mention, there: set[str]) -> Mention:
    """A thing whose name is a colour and a thing that is there, as that thing."""
    colour, _, name = mention.said.removeprefix("the ").partition(" ")
    if mention.thing.noun in there or name not in there or mention.thing.noun == name:
        return mention
    told = read_fragment(f"a {name}").mentions
    if "colour" not in roles_at([colour], 0)[1] or len(told) != 1:
        return mention
    thing = replace(told[0].thing, colour=roles_at([colour], 0)[1]["colour"])
    return replace(mention, thing=replace(thing, count=mention.thing.count))


def drafted(names: Sequence[str]) -> Draft:
    """Things as a draft of the reader's, which knows what is worn and held."""
    draft = Draft(lexicon())
    for number, name in enumerate(names):
        draft.add(Chunk("thing", name, number, number + 1, name))
    return draft


def length_of(thing: Thing) -> float:
    """A thing's length in metres, with its size attribute."""
    return noun(thing.noun).size * SIZE_WORDS.get(thing.size or "", 1.0)
