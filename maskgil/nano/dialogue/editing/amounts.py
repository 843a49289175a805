"""Amounts: more, fewer or a given number of existing things, and their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import attributes_of
from maskgil.nano.dialogue.editing.referents.some_of_several import SOME, SomeOfSeveral
from maskgil.nano.dialogue.edits import SIZES, size_step
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment, roles_at
from maskgil.nano.world.scene import ACTIONS, CARRIED, LOOKS, Thing

_FARTHER = ("farther", "farther than", "apart")
_PUTTING = ("put", "move", "add", "give")  # … everything on the table


class Amounts(SomeOfSeveral):
    """Some of several, and what is said of counts and sizes."""

    def has_more(self, words: Sequence[str]) -> bool:
        """Whether something is to come beside what is there: "two more", "also"."""
        return any(leads(words[at:], "more") or word in ("also", "too") 
                   for at, word in enumerate(words))  # fmt: skip

    def all_there(self, verb: str, words: list[str]) -> list[str]:
        """ "Everything on the table" as what is there: "the cup and the plate"."""
        length = leads(words, "everything")
        end, roles = roles_at(words, length)
        relation = roles.get("relation")
        if not length or relation is None or verb in _PUTTING:
            return words
        anchors, more = self.subject(words[end:])
        so = [each.subject for each in self.edits.relations
              if each.name == relation and {*each.objects} & {*anchors}]  # fmt: skip
        if not so:
            return words
        named = " and ".join(self.name_of(index) for index in dict.fromkeys(so))
        return [*named.split(), *words[end + more :]]

    def _more(self, words: list[str]) -> bool:
        """ "Two more boats", "another boat", "one duck less"."""
        if is_whole(words, "too many") and len(self.it()) == 1:
            self._less(self.it()[0], self.edits[self.it()[0]].count // 2)
            return True
        for kind, sign in (("more", 1), ("fewer", -1)):
            rest = self._without(words, kind)
            if len(rest) == len(words):
                continue
            if self._as_many_of_it(rest, sign) or (sign > 0 and self._one_more_so(words, rest)):
                return True
            one = ["a"] if words[0] in ("another", "one") and rest[0] not in ("a", "one") else []
            if sign > 0 and self._one_more_there([*one, *rest]):
                return True
            found = read_fragment(" ".join([*one, *rest]))  # "another sheep" is one
            if len(found.mentions) != 1 or found.relations:
                continue
            mention = found.mentions[0]
            told, things = mention.thing, self.found(mention)
            looks = told.looks.items()
            if things and any(getattr(self.edits[things[0]], m) != v for m, v in looks):
                if sign < 0 or mention.definite:
                    continue
                placed = self.fragment(self._without_pronouns(rest))
                if placed.relations:
                    self.merge(placed, rest)
                else:
                    self._another(things[0], told)
                return True
            if not things:
                continue
            many = mention.many and not mention.counted
            by = 1 if many and not mention.counted else told.count
            by = SOME if many and sign > 0 else by
            count = self.edits[things[0]].count + sign * by
            if count < 1:
                self.edits.remove(things[0])
            else:
                self.edits.tell(things[0], count=count)
                self.look_at(things[:1])
            return True
        return False

    def _one_more_there(self, words: list[str]) -> bool:
        """ "Another tree behind the house", where one stands: it is told where the new one is."""
        words = self._without_pronouns(words)
        if self._is_by_its_like(words):
            return True
        placed = self.fragment(words)
        told = placed.relations[0].name if placed.relations else ""
        if not told or told in (*CARRIED, *ACTIONS) or placed.mentions[0].definite:
            return False
        if not self.found(replace(placed.mentions[0], many=True)):
            return False
        self.merge(placed, words)
        return True

    def _is_by_its_like(self, words: list[str]) -> bool:
        """Whether "two small bears next to the bear" are more than that one: then they come."""
        at = next((n for n in range(1, len(words)) if "relation" in roles_at(words, n)[1]), 0)
        end, roles = roles_at(words, at)
        told = self.read(words[:at]).mentions if at else ()
        others, length = self.subject(words[end:]) if len(told) == 1 else ([], 0)
        names = [self.edits[index].noun for index in others]
        if length < len(words) - end or not names or told[0].definite or names != [
            told[0].thing.noun
        ]:  # fmt: skip
            return False
        new = self.place(told[0], {(roles["relation"], names[0])})
        if new is not None and new not in others:
            self.edits.relate(new, roles["relation"], others)
        self.look_at([new] if new is not None else others)
        return True

    def _only(self, words: list[str]) -> bool:
        """ "Only one cat" is so many as there should be."""
        length = leads(words, "only")
        if not length and leads(words[-1:], "only"):
            words, length = [*words[-1:], *words[:-1]], 1
        if not length:
            return False
        found = read_fragment(" ".join(words[length:]))
        one = found.mentions[0] if len(found.mentions) == 1 else None
        told = attributes_of(words[length:])
        number = one.thing.count if one and (one.counted or not one.many) else None
        name = one.thing.noun if one and number else ""
        if told is not None and set(told.told) == {"count"}:
            number = int(told.told["count"] or 1)
        if number and not found.scenery and self._leave(number, name):
            return True
        things = self.found(one) if one is not None else []
        if told is not None and set(told.told) == {"count"} and (
            len(it := self._several(int(told.told["count"] or 0))) == 1
        ):  # fmt: skip
            self.apply(it, told)
            return True
        if not things:
            return False
        mention = found.mentions[0]
        if words[length - 1] == "many" and not mention.counted:  # "too many ants"
            self._less(things[0], self.edits[things[0]].count // 2)
            self.look_at(things[:1])
            return True
        counted = mention.counted or (self.edits[things[0]].count > 1 and not mention.many)
        if counted or not mention.many:
            self.edits.tell(things[0], count=mention.thing.count)
        for other in self.edits.there if not counted else ():
            if other not in things:
                self.edits.remove(other)
        self.look_at(things[:1])
        return True

    def _leave(self, count: int, name: str) -> bool:
        """No more stay of what is there several times over, in several looks or places."""
        there = {each: [i for i in self.edits.there if self.edits[i].noun == each]
                 for each in {self.edits[i].noun for i in self.edits.there}}  # fmt: skip
        named = [name] if name else [self.edits[index].noun for index in self.it()]
        more = [each for each, found in there.items() if len(found) > 1
                and sum(self.edits[i].count for i in found) > count]  # fmt: skip
        more = [each for each in more if each in named] or ([] if name else more)
        if len(more) != 1:
            return False
        left = count
        for index in there[more[0]]:
            stay = min(left, self.edits[index].count)
            left -= stay
            if stay:
                self.edits.tell(index, count=stay)
            else:
                self.edits.remove(index)
        self.look_at([index for index in there[more[0]] if index in self.edits.there])
        return True

    def _another(self, index: int, told: Thing) -> None:
        """As many more of a thing that look otherwise, where it is: "another red car"."""
        more = replace(told, noun=self.edits[index].noun)
        for alike in self.edits.there:
            known = self.edits[alike].count
            if self.edits[alike] == replace(more, count=known):
                self.edits.tell(alike, count=known + more.count)
                return self.look_at([alike])
        new = self.edits.add(more)
        if new is None:
            return
        for each in list(self.edits.relations):
            if each.subject == index and each.name not in (*CARRIED, *ACTIONS):
                self.edits.relations.append(replace(each, subject=new))
            elif index in each.objects and each.name in CARRIED:
                self.edits.relations.append(replace(each, objects=(new,)))
        self.look_at([new])

    def _one_more_so(self, words: list[str], rest: list[str]) -> bool:
        """ "One more, but yellow": of what was spoken of last, in another look."""
        looks = [word for word in rest if word not in ("but", "one", "a")]
        told = attributes_of(looks) if words[0] != "more" else None
        if nouns_in(looks) and not {"one", "but"} & {*rest}:
            return False  # "another banana"
        if told is None or told.way or not (told.steps or told.told.keys() & {*LOOKS}):
            return False
        marks = {mark: value for mark, value in told.told.items() if mark in LOOKS}
        for index in self.it()[:1]:
            if told.steps:  # "two more, but smaller"
                step = size_step(self.edits[index].size) + told.steps
                marks = {
                    **self.edits[index].looks,
                    "size": SIZES[max(0, min(step, len(SIZES) - 1))],
                }
            count = int(told.told.get("count") or 1)
            self._another(index, Thing.told(self.edits[index].noun, count, marks))  # type: ignore[arg-type]
        return True

    def _as_many_of_it(self, rest: list[str], sign: int) -> bool:
        """ "Another one", "two more": of what was spoken of last."""
        told = attributes_of(rest)
        count = 1 if rest in ([], ["one"], ["a"]) else told and told.told.get("count")
        if not isinstance(count, int) or (told and len(told.told) > 1):
            return False
        for index in self._several(count if sign < 0 else 0)[:1]:
            self._less(index, -sign * count)
        return True

    def _several(self, count: int) -> list[int]:
        """What was spoken of last, or what there are more of than so many where that is fewer."""
        several = [i for i in self.edits.there if self.edits[i].count > count]
        if len(several) != 1:
            return self.it()
        return several if {*several} - {*self.focus} and count else self.it()

    @staticmethod
    def _without(words: list[str], kind: str) -> list[str]:
        """The words without the phrases of a kind."""
        rest, at = list[str](), 0
        while at < len(words):
            length = leads(words[at:], kind)
            if length < leads(words[at:], "left", "right", "higher", "lower", *_FARTHER):
                length = 0  # "further left"
            rest += [] if length else words[at : at + 1]
            at += max(1, length)
        return rest

    def _counts_known(self, words: list[str]) -> bool:
        """ "I want two cats", "a red car": so many, and such, should what is there be."""
        number = attributes_of(words[:1])
        if number and len(words) > 1 and leads(words[1:], "part") == len(words) - 1:
            things = self.they()  # "three of those"
            if set(number.told) == {"count"} and len(things) == 1:
                self.apply(things, number)
                return True
        found = self.fragment(words)
        if len(found.mentions) != 1 or found.relations or found.scenery:
            return False
        mention = found.mentions[0]
        looks = mention.thing.looks
        if not (mention.counted or looks) or not (things := self.found(mention)):
            return False
        if not mention.counted and self.edits[things[0]].count > 1:
            return False
        self._retell(things[0], mention)
        self.left_out += found.left_out
        return True

    def _enlarge_it(self, words: list[str]) -> None:
        self._scale(words, 1)

    def _shrink_it(self, words: list[str]) -> None:
        self._scale(words, -1)

    def _scale(self, words: list[str], steps: int) -> None:
        things, _ = self.subject(words) if words else (self.it(), 0)
        for index in things:
            self.edits.resize(index, steps)
        self.look_at(things)
        if not things:
            self.left_out.append(" ".join(words))
