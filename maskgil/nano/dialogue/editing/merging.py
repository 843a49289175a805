"""Merging a reading into the current scene: known things are matched, others added."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, Change
from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import Attributes, sides_of
from maskgil.nano.dialogue.editing.copies import Copies
from maskgil.nano.dialogue.editing.referents.kinds import drafted, is_someone
from maskgil.nano.dialogue.edits import AIRLESS
from maskgil.nano.dialogue.fragments import Fragment, Mention, nouns_in, read_fragment, roles_at
from maskgil.nano.dialogue.outcome import DoubtError
from maskgil.nano.dialogue.wording.anaphora import with_sides
from maskgil.nano.reader.graph.draft import Draft
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.words import touched, transitive, words_of_kind
from maskgil.nano.world.arranging.carried.carrying import MARKS, worn_at
from maskgil.nano.world.nouns import ALIVE, noun
from maskgil.nano.world.scene import ACTIONS, LOOKS, TOUCHING, Relation, Thing
from maskgil.nano.world.settings import WITHIN, place

_PRONOUNS = {"it", "them", "him", "her", "this", "that", "she", "he"}
THINGS_AND_PLACES = {"table": "table top", "castle": "castle"}
_THINGS = ("it", "them")
_CARRYING = ("on", "riding", "in")
_HAD = (*CARRIED, *ACTIONS, "riding")
BESIDE = ("next", "close", "near", "left", "right")  # … to them
_INTO = frozenset(("in", "into", "on", "through", "onto"))  # … the snow: where it lies
_GROUNDS = ("grass", "sand", "water", "sea", "lake", "river", "road", "floor")
_CENTRE = 99  # steps that reach the middle from anywhere


def _is_had(way: str, name: str) -> bool:
    """Whether who stands so to a thing has it alone: a hat, a horse, a chair."""
    return way in _HAD or (way == "on" and name in words_of_kind("narrow seat"))


def is_worn(name: str) -> bool:
    """Whether a noun is something to wear."""
    return noun(name).category == "clothes"


class Merging(Copies):
    """Referents, and what becomes of them."""

    def look_at(self, things: Sequence[int]) -> None:
        """ "It" means these from now on."""
        signs = {i: each.subject for each in self.edits.relations if each.name == "with"
                 for i in each.objects if self.edits[i].noun in MARKS}  # fmt: skip
        if things:
            self.focus = list(dict.fromkeys(signs.get(index, index) for index in things))

    def focus_after(self, change: Change) -> tuple[int, ...]:
        """Places of what "it" means in the changed scene."""
        places = {index: place for place, index in enumerate(self.edits.there)}
        return tuple(places[index] for index in self.focus if index in places)

    def apply(self, things: Sequence[int], told: Attributes) -> None:
        """Attributes of things."""
        things, values = list(things), dict(told.told)
        count = values.get("count")
        fewer = isinstance(count, int) and [i for i in things if self.edits[i].count > count]
        if fewer and len(things) == 1 and (len(values) > 1 or told.is_scalar):
            part = self.edits.split(things[0], int(values.pop("count") or 1))  # "one red"
            things = things if part is None else [part]
        state = str(values.get("state", ""))
        for index in things:
            if state and not may_be_so(noun(self.edits[index].noun), state):
                self.left_out.append(state)  # "cut the car in half"
                continue
            if values:
                self.edits.tell(index, **values)
            if told.steps:
                self.edits.resize(index, told.steps)
            if told.way is not None:
                self.edits.move(index, *(told.way if any(told.way) else (_CENTRE, 0)))
        self.look_at(things)

    def set_scenery(self, found: Fragment, words: Sequence[str]) -> bool:
        """Setting, time, weather and style as they are said; whether any was."""
        told = dict(found.scenery)
        if any("colour" in roles_at([word], 0)[1] for word in found.left_out):
            return False  # a sky is blue, and a field green
        if told.get("setting") == "snow" and self._snows(words):
            del told["setting"]
            told["weather"] = "snow"
        if "weather" not in told and told.get("setting") and self.edits.scenery["weather"]:
            where = place(told["setting"])
            if not where.outdoors or where.name in AIRLESS:
                told["weather"] = "clear"
        self.edits.set(**told)
        return bool(told)

    def fragment(self, words: Sequence[str]) -> Fragment:
        """What words name; "on the table" is on the one that stands, where one does."""
        found = self.read(words)
        there = [self.edits[index].noun.split()[-1] for index in self.edits.there]
        around = self.edits.scenery["setting"]
        if around is not None and not place(around).outdoors and around != "table top":
            there.append("table")  # a room may have one
        for name, setting in THINGS_AND_PLACES.items():
            if found.setting == setting and name in there:
                found = self.read(" ".join(words).replace(f"the {name}", f"a {name}").split())
                mentions = (replace(each, definite=each.definite or each.thing.noun == name)
                            for each in found.mentions)  # fmt: skip
                found = replace(found, mentions=tuple(mentions))
        found = self._at_what_stands(found, words)
        celestial = all(noun(each.thing.noun).category == "celestial" for each in found.mentions)
        blank = around is None and celestial and bool(self.edits.there)
        if found.mentions and found.setting == "sky" and (blank or self.has_sky()):
            found = replace(found, setting=None)  # "a kite in the sky" comes into the one there is
        if found.setting and found.mentions and self.is_on_its_ground(words):
            found = replace(found, setting=None)
        return found

    def _at_what_stands(self, found: Fragment, words: Sequence[str]) -> Fragment:
        """ "On the mountain" is at the one that stands, where the reader takes it for a place."""
        nouns = [self.edits[index].noun for index in self.edits.there]
        said = (found.setting or "").removesuffix(" top")  # of a mountain
        name = said if said in nouns else ""
        at = next((n for n, word in enumerate(words) if n > 1 and word == name), 0)
        way = (
            roles_at(words[at - 2 : at - 1], 0)[1].get("relation")
            if at and words[at - 1] == "the"
            else None
        )
        if not name or way is None or not found.mentions:
            return found
        stands = Mention(Thing(name), True, False, False, f"the {name}")
        last = Relation(len(found.mentions) - 1, way, (len(found.mentions),))
        return replace(found, mentions=(*found.mentions, stands), setting=None,
                       relations=(*found.relations, last))  # fmt: skip

    def has_sky(self) -> bool:
        """Whether there is a sky over the place that stands."""
        setting = self.edits.scenery["setting"]
        return setting is not None and place(setting).outdoors and setting != "underwater"

    def is_on_its_ground(self, words: Sequence[str]) -> bool:
        """Whether "on the water", "on the grass" is said where there is such already."""
        where = (self.edits.scenery["setting"] or "").split()
        return any(
            is_whole(where, f"has {ground}")
            and any(leads([word], f"ground {ground}") for word in words)
            for ground in _GROUNDS
        )

    def is_around(self, mention: Mention) -> bool:
        """Whether the scene is in what is named: "the church"."""
        setting = self.edits.scenery["setting"]
        name = mention.thing.noun
        return setting is not None and setting in (name, WITHIN.get(name))

    def found_in(self, words: Sequence[str]) -> bool:
        """Whether all that words name is there."""
        mentions = read_fragment(" ".join(words)).mentions
        return bool(mentions) and all(self.found(mention) for mention in mentions)

    def _snows(self, words: Sequence[str]) -> bool:
        """Whether "snow" is what falls: it does where there is a sky, and else "make it snow"."""
        setting = self.edits.scenery["setting"]
        if setting is None:
            return False
        has_sky = place(setting).outdoors and setting not in AIRLESS
        return has_sky or ("snow" in words and not _INTO & set(words))

    def _without_pronouns(self, words: list[str]) -> list[str]:
        """ "A bus behind it" as "a bus behind the car"."""
        words = self._with_names(with_sides(words))
        found: list[str] = []
        for at, word in enumerate(words):
            last = at == len(words) - 1
            owner = not last and words[at + 1] in ("a", "an")  # "give her a kite"
            placed = at and words[at - 1] in ("of", "on", "by")
            if word in _PRONOUNS and (owner or (at and (last or placed or word in _THINGS))):
                one = "many" not in {role for n in range(at) for role in roles_at(words, n)[1]}
                fresh = [name for name in nouns_in(words[:at]) if one and is_someone(name)]
                if word in ("him", "her") and fresh and words[at - 1] not in touched():
                    found += ["the", *fresh[-1].split()]
                    continue  # "a pirate and a parrot on him"
                things = self._done_to(words[at - 1]) if at and word == "it" else []
                near = [] if things else self._near(word)
                things = things or [self.bearer(i) if placed or last else i for i in near]
                things = sorted(
                    things, key=lambda i: noun(self.edits[i].noun).category not in ALIVE
                )
                if things:
                    several = things if at and words[at - 1] == "between" else things[:1]
                    found += " and ".join(self.name_of(index) for index in several).split()
                    continue
            found.append(word)
        return found

    def _done_to(self, verb: str) -> list[int]:
        """What "it" is behind a verb, "catches it": rather a thing than who was spoken of."""
        if transitive().get(verb) not in (*ACTIONS, "holding", "wearing"):
            return []
        loose = [i for i in self.edits.there if noun(self.edits[i].noun).category not in ALIVE]
        borne = {i for each in self.edits.relations for i in each.objects
                 if each.name in (*ACTIONS, *CARRIED)}  # fmt: skip
        recent = [index for index in loose if index in self.focus]
        moved = [index for index in loose if index in borne]
        return next((each for each in (recent, moved, loose) if len(each) == 1), [])

    def _with_names(self, words: list[str]) -> list[str]:
        """ "Next to the animals" as "next to the dog", which is one of them."""
        found: list[str] = []
        at = 0
        while at < len(words):
            names, length = self.class_names(words[at:]) if at else ([], 0)
            if not names:
                found.append(words[at])
                at += 1
                continue
            found += " and ".join(names if words[at - 1] == "between" else names[:1]).split()
            at += length
        return found

    def _near(self, pronoun: str) -> list[int]:
        """What a pronoun means behind "next to", where any of several will do."""
        try:
            return self.meant(pronoun)
        except DoubtError as doubt:
            return [doubt.choices[0]]

    def merge(self, found: Fragment, words: Sequence[str], *, known: bool = False) -> None:
        """Everything of a fragment: things met or added, as they stand to each other.

        With `known` all of its things are there.
        """
        related = {index for each in found.relations for index in each.objects}
        places: dict[int, int | None] = {}
        fresh = []
        for number, mention in enumerate(found.mentions):
            owners = {places.get(each.subject): each.name for each in found.relations
                      if number in each.objects and _is_had(each.name, mention.thing.noun)
                      }  # fmt: skip
            if mention.thing.noun in MARKS and owners and not {*owners} - {None}:
                continue  # who is asleep has no room
            if mention.thing.noun == "ripples" and self.edits.scenery["setting"] == "underwater":
                continue  # who swims there is in no waves
            if not mention.definite and self._is_anothers(mention, owners):
                places[number] = self.edits.add(mention.thing)  # "a hat", where the cat wears one
                fresh.append(places[number])
                continue
            met = self.found(mention) if known or mention.definite or number in related else []
            if not met and mention.definite and self.is_around(mention):
                continue  # "above the castle", before which all of it stands
            if met and not (known or mention.definite) and not self._looks_so(met[0], mention):
                met = []  # "a blue one to the left and a green one"
            if met:
                places[number] = met[0]
                if mention.thing.state and mention.thing.state != self.edits[met[0]].state:
                    self._unmark(met[0])
                    self.edits.tell(met[0], state=mention.thing.state)
                continue
            places[number] = self.place(mention, self._stands_to(number, found))
            fresh.append(places[number])
        self._on_sides(sides_of(words), [places.get(n) for n in range(len(found.mentions))], fresh)
        carriers = dict[int, int]()  # a knight on a horse is before a castle where the horse is
        for each in found.relations:
            ends = [places.get(each.subject), *(places.get(index) for index in each.objects)]
            there = [end for end in ends if end is not None]
            if len(there) == len(ends) and len(set(there)) == len(there):
                placed = each.name not in (*CARRIED, *ACTIONS, *TOUCHING)
                subject = carriers.get(there[0], there[0]) if placed else there[0]
                if each.name in _CARRYING and there[1] in fresh:
                    carriers[there[0]] = there[1]
                told = found.mentions[each.subject].thing.state
                if self.edits[subject].state == "flying" != told and each.name in ("on", "in"):
                    self.edits.tell(subject, state=None)  # it has landed
                self._join(subject, each.name, there[1:])
        self.set_scenery(found, words)
        self.left_out += found.left_out
        added = [index for index in fresh if index is not None]
        self.look_at(added or [index for index in places.values() if index is not None][:1])

    def _is_anothers(self, mention: Mention, owners: Mapping[int | None, str]) -> bool:
        """Whether all that a mention may mean is had by others than the `owners`: theirs stays.

        What they wear where it is to be comes off, or becomes as it is told.
        """
        for owner in (who for who, way in owners.items() if who is not None and way == "wearing"):
            if self._wears_already(owner, mention):
                return False
            self.make_way(owner, mention.thing.noun)
        alike = self.found(replace(mention, many=True))
        had = [
            {each.subject for each in self.edits.relations
             if index in each.objects and _is_had(each.name, self.edits[index].noun)}
            for index in alike if index < len(self.edits.before.things)
        ]  # fmt: skip
        theirs = bool(owners) and 0 < len(had) == len(alike)
        return theirs and all(who and not who & owners.keys() for who in had)

    def make_way(self, owner: int, name: str) -> None:
        """Readies somebody for clothes: what they wear there comes off."""
        if is_worn(name):
            if worn_at(name) in ("torso", "legs"):
                self.as_figure(owner)
            self.edits.undress(owner, [name])

    @abstractmethod
    def as_figure(self, index: int) -> None:
        """Makes who has a drawing of what they do alone somebody who can be dressed."""

    def _unmark(self, index: int) -> None:
        for mark in self.marks(index):
            self.edits.remove(mark)

    def _looks_so(self, index: int, mention: Mention) -> bool:
        """Whether a thing has the colour and texture that are told, if any are."""
        told = [(mark, getattr(mention.thing, mark)) for mark in ("colour", "texture", "state")]
        return all(value is None or self.is_so(index, mark, value) for mark, value in told)

    def _on_sides(
        self, sides: Sequence[int | None], places: Sequence[int | None], fresh: Sequence[int | None]
    ) -> None:
        """New things where they are told to stand."""
        if len(sides) == len(places):
            for side, index in zip(sides, places, strict=True):
                if side is not None and index is not None and index in fresh:
                    self.edits.sides[index] = side

    def _stands_to(self, number: int, found: Fragment) -> set[tuple[str, str]]:
        """How a new thing is to stand, and to the nouns of what: behind a house."""
        return {
            (each.name, found.mentions[index].thing.noun)
            for each in found.relations
            if each.subject == number and each.name not in (*CARRIED, *ACTIONS)
            for index in each.objects
        }

    def place(self, mention: Mention, stands: Set[tuple[str, str]] = frozenset()) -> int | None:
        """A new thing, or as many more of one that is there, looks the same and `stands` so."""
        told, edits = mention.thing, self.edits
        for index in edits.there:
            known = edits[index]
            alike = all(getattr(told, m) in (None, getattr(known, m)) for m in LOOKS)
            so = {(each.name, edits[other].noun) for each in edits.relations
                  if each.subject == index for other in each.objects}  # fmt: skip
            alike &= stands <= so
            if known.noun == told.noun and alike and index < len(edits.before.things):
                edits.tell(index, count=known.count + told.count)
                return index
        return edits.add(told)

    def _join(self, subject: int, name: str, objects: list[int]) -> None:
        """A relation as the world has it: a hat "on" a cat is worn by it."""
        meant = self._draft([subject, *objects])
        if name in ("on", "next to") and meant.go_with(1, 0):
            worn = [each for each in meant.relations if each[0] == 1 and each[1] == "wearing"]
            if worn and name == "on":
                return self.edits.relate(objects[0], "wearing", [subject])
        self.edits.relate(subject, name, objects)

    def _wears_already(self, owner: int, given: Mention) -> bool:
        """Whether who is to wear a thing wears one: it becomes as it is told, and no second."""
        if not (same := self._worn_alike(owner, given)):
            return False
        told = given.thing.looks
        if any(getattr(self.edits[same[0]], m) != v for m, v in told.items()):
            self.edits.tell(same[0], **told)
        self.look_at(same[:1])
        return True

    def _worn_alike(self, owner: int, given: Mention) -> list[int]:
        """What of the kind of what is given somebody wears."""
        worn = [
            other for each in self.edits.relations
            if each.subject == owner and each.name == "wearing" for other in each.objects
        ]  # fmt: skip
        return [other for other in worn if self.edits[other].noun == given.thing.noun]

    def _draft(self, things: Sequence[int]) -> Draft:
        """Things of the scene as a draft of the reader's, which knows what is worn and held."""
        return drafted([self.edits[index].noun for index in things])
