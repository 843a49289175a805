"""Copies: some of several identical things are split off before they are edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED
from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.referents.classes import class_phrase
from maskgil.nano.dialogue.editing.referents.kinds import length_of
from maskgil.nano.dialogue.editing.referents.referents import Referents
from maskgil.nano.dialogue.editing.referents.which import ONE, THE, Which, name_length, named_at
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.reader.reader import THINGS
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene

_OF, _OFF = ("of",), ("off", "from")


class Copies(Referents):
    """Referents, and which of several alike: they are told apart before anything is done to them.

    `row`: the things of all that stands, from left to right, a thing as often as there are copies.
    """

    def __init__(
        self,
        scene: Scene,
        focus: tuple[int, ...],
        chosen: dict[str, int],
        row: Sequence[int] = (),
    ) -> None:
        super().__init__(scene, focus, chosen)
        self.left_out: list[str] = []
        self.instead_of: list[str] = []
        self.wish = ""
        self.is_new = self.in_doubt = False
        counts = [thing.count for thing in scene.things]
        known = [list(row).count(index) for index in range(len(counts))]
        hidden = [0 if seen else count for seen, count in zip(known, counts, strict=True)]
        pairs = zip(known, counts, strict=True)
        self.is_seen = bool(row) and all(seen in (0, count) for seen, count in pairs)
        rest = hidden if self.is_seen else counts  # what is painted on somebody stands nowhere
        self.row = [*(row if self.is_seen else ()), *_one_after_another(rest)]
        self.nouns = [thing.noun for thing in scene.things]

    def told_apart(
        self, verb: str, words: list[str], named_so: Mapping[str, int] | None = None
    ) -> Iterator[list[str]]:
        """The words for each of what is meant, by the name that it has until the next is asked for.

        "The first and the third cat black" is said of both. Nothing where there are not so many of
        them, or they cannot be told apart. `named_so`: names that mean something already.
        """
        known = dict(named_so or {})
        for at in range(len(words)):
            named, end = named_at(words, at, verb)
            if not named or len(several := self.several(named[0])) < 2:
                if named and len(several) == 1 and self._is_it(named[0]):  # "the left car"
                    called = self._called(self.row[several[0]], owner=named[0].owner)
                    yield from self.told_apart(verb, [*words[:at], *called, *words[end:]], known)
                    return
                continue
            room = 2 * THINGS if verb == "remove" else THINGS  # what goes needs none
            for place in self._chosen_of(named, room):
                name = self.edits[place].noun
                if known.get(name, place) != place:
                    self.left_out.append(" ".join(words[at:end]))  # one name for two of them
                    return
                for rest in self.told_apart(verb, words[end:], known | {name: place}):
                    self.chosen[name] = place
                    yield [*words[:at], *self._called(place, owner=named[-1].owner), *rest]
            return
        yield words

    @staticmethod
    def _is_it(which: Which) -> bool:
        """Whether words that tell one of several mean as well the only one that is there."""
        is_one = which.count == 1 and not (which.first or which.step)
        named = not {which.named[0], which.named[-1]} & {*_OF, *ONE}  # "the left of the tree"
        return is_one and which.side is not None and named

    def _called(self, place: int, *, owner: bool) -> list[str]:
        """A thing by the name of its kind: "the cats", "the cat's"."""
        told = noun(self.edits[place].noun)
        name = told.plural if self.edits[place].count > 1 and not owner else told.name
        return ["the", *(f"{name}'s" if owner else name).split()]

    def pair_apart(self, words: list[str]) -> list[int]:
        """The two that "the first and the third cat" are; [] for other words."""
        named, end = named_at(words, 0, "replace")
        several = bool(named) and len(self.several(named[0])) > 1
        if not several or len(named) != 2 or end < len(words):
            return []
        return [place for which in named for place in self._chosen_of([which])]

    def related_pair(self, verb: str, words: list[str]) -> tuple[int, str, int] | None:
        """Two of several alike and how one is to stand to the other; None for other words.

        "The left cat next to the right cat", which no one name could tell apart.
        """
        named, end = named_at(words, 0, verb)
        if len(named) != 1:
            return None
        end += leads(words[end:], "copula")
        start, roles = roles_at(words, end)
        others, last = named_at(words, start, "replace")  # no verb that says where it is to be
        if "relation" not in roles or len(others) != 1 or last < len(words):
            return None
        if not set(self.several(named[0])) & set(self.several(others[0])):
            return None
        pair = [place for which in (named, others) for place in self._chosen_of(which)]
        if len(pair) != 2 or pair[0] == pair[1]:
            return None
        return pair[0], roles["relation"], pair[1]

    def starts_with_thing(self, words: Sequence[str]) -> bool:
        """Whether the words begin with "the …" that is there, or with one of several."""
        named, _ = named_at(words, 0, "") if words else ([], 0)
        one_of_them = bool(named) and len(self.several(named[0])) > 1
        return one_of_them or super().starts_with_thing(words)

    def names_things(self, words: Sequence[str]) -> bool:
        """Whether the words name something that is there, and tell nothing of it."""
        named, end = named_at(words, 0, "remove") if words else ([], 0)
        if named and len(self.several(named[0])) > 1:
            return end == len(words)
        return 0 < self._noun_length(words) == len(words)

    def of_owners(self, verb: str, words: list[str]) -> list[str]:
        """ "The cat's hat", "the hat of the cat" as "the hat", which means that one from now on."""
        joints = (*_OF, *_OFF) if verb == "remove" else _OF
        for at in range(len(words) - 1):
            start = max((n for n in range(at + 1) if words[n] in THE), default=None)
            if start is None:
                continue
            mine: list[int] = []
            if words[at].endswith("'s"):
                owner, end = [*words[start:at], words[at].removesuffix("'s")], at + 1
                end += name_length(words, end)
                mine = self._borne_by(owner, words[at + 1 : end])
            elif words[at] in joints and start < at:
                end = at + 1 + self.subject(words[at + 1 :])[1]
                mine = self._borne_by(words[at + 1 : end], words[start + 1 : at])
            if len(mine) == 1:
                name = self.edits[mine[0]].noun
                self.chosen[name] = mine[0]
                return [*words[:start], "the", *name.split(), *words[end:]]
        return words

    def _borne_by(self, owner: Sequence[str], named: Sequence[str]) -> list[int]:
        """What is worn or held so named, by those that the other words name."""
        mention = self._mention(["the", *named]) if named else None
        if mention is None or not owner or self._noun_length(owner) < len(owner):
            return []
        owners, _ = self.subject(owner)
        return [
            index
            for index in self.found(replace(mention, many=True))
            if any(
                each.name in CARRIED and each.subject in owners and index in each.objects
                for each in self.edits.relations
            )
        ]

    def several(self, which: Which) -> list[int]:
        """Places in the row of all that the words may mean."""
        if which.named[-1] in ONE:
            things = self.they()
        elif (phrase := class_phrase(["the", *which.named])) is not None:
            there = self.edits.there
            things = [index for index in there if phrase.kind.has(self.edits[index].noun)]
            mention = self._mention(["the", *which.named])
            things = (self.found(replace(mention, many=True)) if mention else []) or things
        else:
            mention = self._mention(["the", *which.named])
            things = self.found(replace(mention, many=True)) if mention is not None else []
        return [
            at
            for at, index in enumerate(self.row)
            if index in things
            or (self.edits.things[index] is None and self.edits.parts.get(index) in things)
        ]

    def _chosen_of(self, named: Sequence[Which], room: int = THINGS) -> list[int]:
        """The things that are meant, each a thing of its own; [] where there are not so many."""
        meant: list[int] = []
        for which in named:
            several = self.several(which)
            if which.size:  # the largest of them come last
                several.sort(key=lambda at: which.size * length_of(self.edits[self.row[at]]))
            if not (those := which.of(several)):
                name = self.nouns[self.row[several[0]]]
                self.edits.remarks.append(Remark("only", name, said=which.said, count=len(several)))
                return []
            meant += [at for at in those if at not in meant]
        found: list[int] = []
        for index in dict.fromkeys(self.row[at] for at in meant):
            mine = [at for at in meant if self.row[at] == index]
            apart = self._part_of(index, mine, room)
            if apart is None:
                return []
            found.append(apart)
        return found

    def _part_of(self, index: int, mine: Sequence[int], room: int) -> int | None:
        """Those copies of a thing, by their places in the row, as a thing of their own."""
        if self.edits.things[index] is None:
            return None
        if len(mine) == self.edits[index].count:
            return index
        copies = [self._copies_of(index).index(at) for at in mine]
        part = self.edits.split(index, len(mine), copies, room=room)
        if part is not None:
            for at in mine:
                self.row[at] = part
        return part

    def _copies_of(self, index: int) -> list[int]:
        """Places in the row of what was one thing with it."""
        parts = self.edits.parts
        whole = parts.get(index, index)
        return [at for at, other in enumerate(self.row) if parts.get(other, other) == whole]


def _one_after_another(counts: Sequence[int]) -> list[int]:
    return [index for index, count in enumerate(counts) for _ in range(count)]
