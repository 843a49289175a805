"""Predicates about existing things: "the cat is black", "make it a dog"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

from maskgil.nano.dialogue.changes import CARRIED, named
from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import Attributes, attributes_of
from maskgil.nano.dialogue.editing.deeds import as_begun, as_deed, is_deed, is_told_so
from maskgil.nano.dialogue.editing.having.handling import Handling
from maskgil.nano.dialogue.editing.referents.kinds import is_doer, length_of
from maskgil.nano.dialogue.edits import SIZES
from maskgil.nano.dialogue.fragments import Fragment, Mention, roles_at
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.words import done_as, transitive
from maskgil.nano.world.nouns import ALIVE, colour_but, noun
from maskgil.nano.world.scene import ACTIONS, Thing

_UP = 2  # steps of what flies away
_AWAY, _PAIR = 2, 2
DEPTHS = ("farther than", "apart", "together", "too near")
_HAD = (*CARRIED, *ACTIONS)
_NAMING = {"det", "noun", "many", "near", "count", "colour", "size", "texture", "state", "pronoun"}


class Predicates(Handling):
    """Handling, and what predicates say."""

    def predicate(self, things: list[int], words: list[str], *, pronoun: bool) -> None:
        """What a clause without a verb of change says; "saws" of one thing is what it does."""
        if self.handles(things, words):
            return
        one = all(self.edits[index].count == 1 for index in things if index >= 0)
        said = as_deed(words) if one or len(words) == 1 else words
        if not said:
            return self.left_out.append(" ".join(words))
        if transitive().get(said[0]) in (*ACTIONS, "holding"):
            return self._acts(things, said)
        self.state(things, said, pronoun=pronoun)

    def state(
        self, things: list[int], words: list[str], *, replacing: bool = False, pronoun: bool = False
    ) -> None:
        """What `words` say of things that are there; `pronoun`: things that "it" names."""
        words = _no_longer(words)
        if self._goes_out(things, words):
            return
        if things and 0 < leads(words, "gone") == len(words):
            for index in things:
                self.edits.remove(index)
            return
        words = _bare(words)
        things = [index for index in things if index >= 0]
        if things and (self.touch(things, words) or self.lets_go(things, words)):
            return
        while len(words) > 1 and leads(words[-1:], "copula"):
            words = words[:-1]  # "it should be bigger should be" of other languages
        if things and (self._compares(things, words) or self._goes_away(things, words)):
            return
        told = attributes_of(words)
        if told is not None and not (replacing and told.is_noun_too):
            return self.apply(things, told)
        if (length := leads(words, "unlike")) and (told := attributes_of(words[length:])):
            return self.paint_otherwise(things, told)
        if not words:
            return  # "the dog is", of which nobody knows what
        if things and words and leads(words, "flies off") == len(words):
            return self._flies_off(things)
        if things and (self._leaves(things, words) or self._passes(things, words)):
            return
        words = as_begun(words) if things and not replacing else words
        if told is None and things and (told := attributes_of(words)):
            return self.apply(things, told)  # "got wet"
        if things and self._is_called(things, words):
            return
        if things and all(self.is_in_deed(index, words) for index in things):
            self.edits.remarks.append(Remark("already"))
            return self.look_at(things)
        if things and (self._is_as(things, words) or self._rests(things, words)):
            return
        if things and (length := leads(words, "having")):
            subject = named(replace(self.edits[things[0]], count=1), definite=True)
            if len(things) > 1 and self._hands_each(things, words[length:]):
                return
            if self._gives_all(subject.split(), words[length:]):
                return
            return self._with_subject(things, ["with", *words[length:]])
        if things and (words[:1] == ["made"] or leads(words, "bond") == len(words)):
            return self.left_out.append(" ".join(words))  # of what nothing can be made, and friends
        self._tell_by_nouns(things, words, replacing=replacing, pronoun=pronoun)

    def _tell_by_nouns(
        self, things: list[int], words: list[str], *, replacing: bool, pronoun: bool
    ) -> None:
        """What words with nouns in them say of things: what they become, have or are in."""
        left = [index for index in self.edits.there if index not in things]
        if things and words[-1:] == ["it"] and len(words) > 1 and set(self.focus) <= set(things):
            recent = [index for index in left if index in self.focus] or left
            if transitive().get(words[0]) in (*ACTIONS, "holding", "wearing"):
                recent = [i for i in left if noun(self.edits[i].noun).category not in ALIVE]
            if len(recent) == 1:  # "put him on it"
                words = [*words[:-1], *self.name_of(recent[0]).split()]
        words = self._without_pronouns(words)
        found = self.fragment(words)
        if replacing and not found.mentions and found.scenery:
            for index in things:  # "turn the castle into a village"
                self.edits.remove(index)
        if not found.mentions and self.set_scenery(found, words):
            self._is_as_there(things, words)
            return
        one = found.mentions[0] if found.mentions else None
        known = one is not None and one.definite and words[0] == "the" and bool(self.found(one))
        if things and not replacing and found.mentions and known and not self._is_joined(words):
            self.left_out.append(" ".join(words))  # "the knight the dragon"
            return self.look_at(things)
        if things and not replacing and found.mentions and not (
            _NAMING & roles_at(words, 0)[1].keys() or self._is_joined(words)
        ):  # fmt: skip
            self.left_out.append(" ".join(words))  # "the dog is angry with the man"
            return self.look_at(things)
        if self._is_joined(words) or (len(found.mentions) > 1 and not replacing):
            self._with_subject(things, words)
        elif found.mentions:
            self._become(things, found.mentions, found, by_name=pronoun)
        elif words:
            self.left_out.append(" ".join(words))
            self.look_at(things)  # "the shark looks odd, make it a whale"

    def _goes_out(self, things: list[int], words: list[str]) -> bool:
        """ "Is no longer on fire": the fire on it goes; so it does where "the fire is out"."""
        rest = words[leads(words, "copula") :]
        stopped = any(
            is_whole(said[leads(said, "over") :], "aflame") and leads(said, "over")
            for said in (words, rest)
        )
        if stopped:
            fires = [each.subject for each in self.edits.relations if {*things} & {*each.objects}]
        else:
            fires = things if rest == ["out"] else []
        fires = [i for i in fires if i >= 0 and self.edits[i].noun == "fire"]
        for index in fires:
            self.edits.remove(index)
        return bool(fires)

    def _compares(self, things: list[int], words: list[str]) -> bool:
        """ "Bigger than the boy", "as big as him": so large, or so small, as far as sizes go."""
        at = next((n for n, word in enumerate(words) if n and word in ("than", "as")), 0)
        told = attributes_of(words[int(words[0] == "as") : at]) if at else None
        if told is None or not told.steps or (length := self._length_told(words[at + 1 :])) is None:
            return False
        if words[0] == "as":
            return self._equals(things, length)
        sign = 1 if told.steps > 0 else -1
        other = sign * length
        if all(sign * self._length(index) > other for index in things):
            self.edits.remarks.append(Remark("already"))
        for index in things:
            for _ in SIZES:
                if sign * self._length(index) <= other:
                    self.edits.resize(index, sign)
        self.look_at(things)
        return True

    def _goes_away(self, things: list[int], words: list[str]) -> bool:
        """ "Further from the house", "closer together", "further apart", "not that close"."""
        length = leads(words, *DEPTHS)
        others, end = self.subject(words[length:]) if leads(words, "farther than") else ([], 0)
        if not length or length + end < len(words):
            return False
        near = [each for each in self.edits.relations
                if each.subject in things and each.name not in _HAD]  # fmt: skip
        if leads(words, "too near"):
            others = [*near[-1].objects] if near else []
            if not others:
                self.apply(things, Attributes(steps=-1, way=(0, -1)))
                return True
        elif not end:
            pair = self.pair() if len(things) < _PAIR else things
            things, others = pair[1:], pair[:1]
        if not (things and others):
            return False
        if leads(words, "together"):
            self.edits.relate(things[0], "next to", others)
        else:
            self._part_from(things, others)
        self.look_at([*others, *things] if leads(words, "together", "apart") else things)
        return True

    def _part_from(self, things: Sequence[int], others: Sequence[int]) -> None:
        """Things to the side of what they stand to, which they do no more."""
        self.edits.relations = [
            each for each in self.edits.relations
            if not (each.subject in things and {*each.objects} & {*others}) or each.name in _HAD
        ]  # fmt: skip
        for index in things:
            right = self.row.index(index) > self.row.index(others[0])
            self.edits.move(index, _AWAY if right else -_AWAY, 0)

    def _length_told(self, words: list[str]) -> float | None:
        """The length of what words name of what stands, or is all around; None for nothing."""
        others, length = self.subject(words)
        if len(others) == 1 and length == len(words):
            return self._length(others[0])
        named = self.fragment(words).mentions
        around = len(named) == 1 and named[0].definite and self.is_around(named[0])
        return length_of(named[0].thing) if around else None

    def _equals(self, things: list[int], length: float) -> bool:
        """ "As big as the boy": of the size that comes nearest."""
        for index in things:
            known = self.edits[index]
            sized = (replace(known, size=size) for size in SIZES)
            nearest = min(sized, key=lambda each: abs(log(length_of(each) / length)))
            self.edits.tell(index, size=nearest.size)
            if nearest.size == known.size:
                self.edits.remarks.append(Remark("already"))
        self.look_at(things)
        return True

    def _length(self, index: int) -> float:
        return length_of(self.edits[index])

    def _flies_off(self, things: list[int]) -> None:
        """ "Flies away": nobody holds it any more, and it is high up."""
        self.edits.relations = [
            each for each in self.edits.relations
            if not {*things} & {each.subject, *each.objects} or each.name in ("with", "above")
        ]  # fmt: skip
        for index in things:
            self.edits.move(index, 0, -_UP)
        self.look_at(things)

    def _is_as_there(self, things: list[int], words: list[str]) -> None:
        """ "Running in the rain": what somebody does where, or when, something is so."""
        ends = range(len(words) - 1, 0, -1)
        end = next((n for n in ends if "relation" in roles_at(words, n)[1]), len(words))
        deed = next((words[:n] for n in range(end, 0, -1) if is_deed(words[:n])), [])
        if things and deed and not self._is_as(things, deed):
            self.left_out.append(" ".join(deed))

    def _is_called(self, things: list[int], words: list[str]) -> bool:
        """ "Bald", "old" of a man: there is a drawing of such a one."""
        names = {index: f"{' '.join(words)} {self.edits[index].noun}" for index in things}
        if any(name not in lexicon().nouns for name in names.values()):
            return False
        for index, name in names.items():
            self.edits.replace(index, replace(self.edits[index], noun=name))
        self.look_at(things)
        return True

    def paint_otherwise(self, things: list[int], told: Attributes) -> None:
        """ "Not red": what is red in another colour."""
        denied = told.told.get("colour")
        for index in things:
            if told.told.get("state") and self.edits[index].state == told.told["state"]:
                self.edits.tell(index, state=None)
            known = noun(self.edits[index].noun)
            if denied and denied == (self.edits[index].colour or known.colour):
                own = known.colour if known.colour != denied else None
                new = None if own else colour_but(known, [str(denied)])
                self.edits.tell(index, colour=new)
        self.look_at(things)

    def _dresses(self, words: list[str]) -> bool:
        """ "A green hat" where one is there who can wear it."""
        worn = self.fragment(words)
        if len(worn.mentions) != 1 or worn.mentions[0].counted:
            return False
        alive = [i for i in self.edits.there if noun(self.edits[i].noun).category in ALIVE]
        if len(alive) != 1 or worn.relations or worn.scenery or worn.left_out:
            return False
        if noun(worn.mentions[0].thing.noun).category != "clothes":
            return False
        return self._hands_each(alive, words)

    def _is_where(self, words: list[str]) -> bool:
        """ "In a vase", "no, under the chair": where that is which was spoken of last."""
        if "relation" not in roles_at(words, 0)[1] or words[0] in ("by", "at", "from", "after"):
            return False
        found = self.fragment(["a", *words])  # "on a table" may be where all of it is
        thing = self.fragment(words[roles_at(words, 0)[0] :]).mentions
        if found.scenery or len(thing) != 1 or not self.edits.there:
            return False
        self._with_subject(self.it()[:1], words)
        return True

    def _is_joined(self, words: list[str]) -> bool:
        """Whether words go on from a thing: "behind the tree", "wearing a hat", "with a hat"."""
        joins = {"relation", "verb", "with", "still"} & set(roles_at(words, 0)[1])
        return bool(joins) and words[0] not in ("into", "like", "as")

    def _with_subject(self, things: list[int], words: list[str]) -> None:
        has = words[0] == "with" or transitive().get(words[0]) in ("wearing", "holding")
        alive = [i for i in things if noun(self.edits[i].noun).category in ALIVE]
        if has and len(things) > 1 and self._hands_each(alive, words[1:]):
            return
        shared, before = dict[str, int](), self.edits.there  # one tree next to all of them
        for number, index in enumerate(things):
            subject = named(replace(self.edits[index], count=1, state=None), definite=True)
            found, chosen = self.fragment([*subject.split(), *words]), self.chosen
            who = found.mentions[0].thing.noun if found.mentions else self.edits[index].noun
            if is_doer(noun(who), self.edits[index].noun) or who in done_as().values():
                self.edits.replace(index, replace(self.edits[index], noun=who))  # who surfs
            self.chosen = chosen | shared | {self.edits[index].noun: index}
            self.merge(found, words, known=number > 0)
            self.chosen = chosen
            if not number:
                new = [other for other in self.edits.there if other not in before]
                shared = {self.edits[other].noun: other for other in new}

    def _become(
        self, things: list[int], mentions: tuple[Mention, ...], found: Fragment, *, by_name: bool
    ) -> None:
        """ "Make it a black cat", "turn the dog into a rabbit": told anew, or another thing.

        `by_name`: "it" is whatever has the name, where something has.
        """
        first, *others = mentions
        if by_name and (there := self.found(first)):
            things = there
        for index in things:
            known, told = self.edits[index], first.thing
            if known.noun == told.noun:
                self._retell(index, first)
                continue
            count = told.count if first.counted or not first.many else max(2, known.count)
            if known.count > 1 and not first.counted and not first.many:
                count = 1
            new = Thing.told(told.noun, count, told.looks)
            self.edits.replace(index, new)
        self.look_at(things)
        for mention in others:
            self.place(mention)
        self.left_out += found.left_out

    def _retell(self, index: int, mention: Mention) -> None:
        told = mention.thing
        for mark, value in told.looks.items():
            if value != getattr(self.edits[index], mark):
                self.edits.tell(index, **{mark: value})
        if mention.counted and told.count != self.edits[index].count:
            self.edits.tell(index, count=told.count)
        self.look_at([index])


def _no_longer(words: list[str]) -> list[str]:
    """Words without "any more" at their end."""
    words = words[:-2] if words[-2:] == ["any", "more"] else words
    return words[:-1] if words[-1:] == ["anymore"] else words


def _bare(words: list[str]) -> list[str]:
    """What is said of a subject without copulas, "too", "to" and "into" around it."""
    for _ in range(2):
        if leads(words, "having") < max(1, leads(words, "copula")):
            words = words[leads(words, "copula") :]
    while words and words[-1] in ("again", "too", "instead", "please"):
        words = words[:-1]
    if words[-1:] == ["back"] and transitive().get(words[0]) == "holding":
        words = words[:-1]  # "brings it back"
    if words[:1] == ["to"] and ("verb" in roles_at(words, 1)[1] or is_told_so(words[1:])):
        words = words[1:]  # "I want the cat to wear a hat"
    if words[:1] in (["into"], ["to"]) and (
        words[1:2] in (["a"], ["an"]) or "count" in roles_at(words[:2], 1)[1]
    ):
        words = words[1:]  # "turn it into a lion", "into two lions"
    return _no_longer(words)
