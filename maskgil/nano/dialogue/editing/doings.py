"""Activities and states of existing things: edits that begin and end them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.deeds import (
    ASLEEP,
    ENDS,
    bare_deed,
    doers,
    is_deed,
    leaving,
)
from maskgil.nano.dialogue.editing.having.giving import Giving
from maskgil.nano.dialogue.fragments import Fragment, marked, read_fragment, read_place
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.selection import as_figure, may_be_so
from maskgil.nano.reader.words import (
    done_with,
    marked_with,
    mutual,
    posed,
    posed_as,
    table,
    transitive,
)
from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.nano.world.drawn.faces import MOUTHED
from maskgil.nano.world.nouns import ALIVE, noun
from maskgil.nano.world.scene import ACTIONS, BODY_STATES, POSTURES, TOUCHING, Relation, Thing

_BORNE, _WORN = ("on", "in", "riding"), ("wearing", "holding")
_WATER = "ripples"  # around who is in the water
_DANCED = ("musical notes",)
_KEPT = {"kicking": "next to"}  # what is no more done to a thing: others are held


class Doings(Giving):
    """Giving, and what becomes of who does something."""

    def _is_as(self, things: list[int], words: list[str]) -> bool:
        """ "Run", "lies down", "sad", "asleep": as a drawing shows it, or a mark beside it."""
        said = " ".join(words)
        mark = marked_with().get(said)
        kinds = {index: noun(self.edits[index].noun) for index in things}
        states = {index: posed_as(said, one) for index, one in kinds.items()}
        states = {i: state if may_be_so(kinds[i], state) else "" for i, state in states.items()}
        so = [i for i, one in kinds.items() if states[i] or (mark and one.category in ALIVE)]
        for index in so:
            self._show(index, states[index] or None, mark)
        self.look_at(so)
        return bool(so)

    def as_figure(self, index: int) -> None:
        """ "A woman dancing", whose drawing wears what it does, as a woman who is seen to dance."""
        who, deed = as_figure(noun(self.edits[index].noun))
        if deed:
            self.edits.replace(index, replace(self.edits[index], noun=who))
            self._is_as([index], [deed])

    def _show(self, index: int, state: str | None, mark: str | None) -> None:
        """A thing in a state, with no mark beside it but one; none beside whose mouth tells it."""
        mark = None if state in MOUTHED else mark
        if state:
            self._ends(index, [each for each in POSTURES if each != state])
            self.edits.tell(index, state=state)
        if mark and self.signs(index) == [mark]:
            return
        if mark:
            self._unmark(index)
        else:
            self._ends(index, _DANCED if state == "lying" else (*_DANCED, ASLEEP))
        new = self.edits.add(Thing(mark, self.edits[index].count, unsaid=True)) if mark else None
        if new is not None:
            self.edits.relations.append(Relation(index, "with", (new,)))

    def _one_so(self, found: Fragment) -> bool:
        """ "A sleeping dog" where dogs stand that are awake: one of them."""
        told = marked(found)
        one = told.mentions[0] if len(told.mentions) == 1 and not told.relations else None
        if one is None or not one.mark or one.counted or one.many:
            return False
        things = self.found(replace(one, thing=replace(one.thing, state=None), mark=""))
        things = [i for i in things if one.mark not in self.signs(i) and self.edits[i].count > 1]
        if len(things) != 1:
            return False
        part = self.edits.split(things[0], 1)
        if part is not None:
            self._show(part, one.thing.state, one.mark)
            self.look_at([part])
        return True

    def touch(self, things: Sequence[int], words: Sequence[str]) -> bool:
        """ "Hug", "are holding hands": each touches the next, one alone whoever else is there."""
        name = mutual().get(" ".join(words))
        chosen = list(dict.fromkeys(things))
        if name is None or not chosen:
            return False
        single = len(chosen) == 1 and self.edits[chosen[0]].count == 1
        chosen += self._company(chosen[0]) if single else []
        meant, alone = self._draft(chosen), single and len(chosen) == 1
        if alone or not all(meant.may_touch(place, name) for place in range(len(chosen))):
            return False
        before = list(self.edits.relations)
        for index in chosen:
            self._unmark(index)
        self._release(chosen)
        for one, other in pairwise(chosen):
            self.edits.relate(one, name, [other])
        if len(chosen) == 1:
            self.edits.relations.append(Relation(chosen[0], name, (chosen[0],)))
        if before == self.edits.relations:
            self.edits.remarks.append(Remark("already"))
        self.look_at(chosen)
        return True

    def _company(self, index: int) -> list[int]:
        """Who else is there, where that is one."""
        others = [
            other
            for other in self.edits.there
            if other != index and noun(self.edits[other].noun).category in ALIVE
        ]
        return others if len(others) == 1 else []

    def lets_go(self, things: Sequence[int], words: Sequence[str]) -> bool:
        """ "Let go", "lets go of her": no more as they touched."""
        ends = leads(words, "lets go") > 0
        those = [*things] or self.edits.there
        joined = [
            each
            for each in self.edits.relations
            if ends and each.name in TOUCHING and {each.subject, *each.objects} & {*those}
        ]
        if joined:
            self._release(those)
            self.look_at(list(dict.fromkeys(i for e in joined for i in (e.subject, *e.objects))))
        return bool(joined)

    def _release(self, things: Sequence[int], name: str | None = None) -> None:
        """Things that touch nobody any more, or not so."""
        self.edits.relations = [
            each
            for each in self.edits.relations
            if each.name not in TOUCHING
            or name not in (None, each.name)
            or not {each.subject, *each.objects} & {*things}
        ]

    def is_in_deed(self, index: int, words: Sequence[str]) -> bool:
        """Whether a thing does already what words tell, or what they say is over is not so."""
        said = bare_deed(words)
        text, signs = " ".join(said), self.signs(index)
        state = posed_as(text, noun(self.edits[index].noun)) or table("state").get(text)
        mark = marked_with().get(text)
        if state or mark:
            return {*filter(None, (state, mark))} <= self._so(index)
        kinds = [kind for kind in ENDS if said and leads(said, kind) == len(said)]
        if not kinds:
            return 0 < leads(said, "at rest") == len(said) and not (
                signs or self.edits[index].state
            )
        return kinds != ["ends grief"] and not self._so(index) & {*ENDS[kinds[0]]}

    def _rests(self, things: Sequence[int], words: Sequence[str]) -> bool:
        """ "Awake", "stops running", "dry again": no more in a state."""
        told = next((over for kind, over in ENDS.items() if leads(words, kind) == len(words)), None)
        if told is not None:
            so = [i for i in things if self._so(i) & {*told}]
            for index in so:
                self._ends(index, told)
                if leads(words, "ends rest") and noun(self.edits[index].noun).category != "animal":
                    self._leaves([index], ["get", "up", "from"])
            self.look_at(so)
            return bool(so)
        length = leads(words, "at rest")
        if length == len(words):
            so = [i for i in things if self.edits[i].state or self.marks(i)]
            for index in so:
                self.edits.tell(index, state=None)
                self._unmark(index)
            self.look_at(so)
            return bool(length and so)
        length = leads(words, "over")
        ends = bool(length) and is_deed(words[length:])
        if ends and not self._stops(things, words[length:]):
            self.edits.remarks.append(Remark("already"))
        return ends

    def _so(self, index: int) -> set[str]:
        """The state of a thing, and the marks beside it; "sitting" of a sitting man."""
        name = self.edits[index].noun.split()
        drawn = name[:1] if name[0] in POSTURES else []
        return {*drawn, *self.signs(index), self.edits[index].state or ""} - {""}

    def _is_over(self, words: list[str]) -> bool:
        """Whether "it is dry again" is said of what was wet and spoken of last."""
        length = leads(words, "pronoun")
        said = bare_deed(words[length:])
        over = [told for kind, told in ENDS.items() if said and leads(said, kind) == len(said)]
        so = [i for i in self.edits.there if over and (self._so(i) & {*over[0]})]
        return bool(length and so and (len(self.edits.there) == 1 or {*so} & {*self.focus}))

    def _ends(self, index: int, told: Sequence[str]) -> None:
        """A thing without those of its states and marks that are told."""
        if self.edits[index].state in told:
            self.edits.tell(index, state=None)
        posture, _, who = self.edits[index].noun.partition(" ")
        if posture in told and who in lexicon().nouns:
            self.edits.replace(index, replace(self.edits[index], noun=who))  # "sitting man"
        for mark in self.marks(index):
            if self.edits[mark].noun in told:
                self.edits.remove(mark)

    def _stops(self, things: Sequence[int], deed: Sequence[str]) -> bool:
        """Who does something does it no more, and what showed it goes or is only held."""
        said = " ".join(deed)
        state = posed().get(said) or table("state").get(said)
        way, tool = done_with().get(said, ("", ""))
        as_told = {posed_as(said, noun(self.edits[index].noun)) for index in things}
        shown = tuple(filter(None, {state, *as_told, marked_with().get(said)}))
        touch, stopped = mutual().get(said) or transitive().get(said) or said, []
        for index in (each for each in things if each in self.edits.there):
            before = (self.edits[index], list(self.edits.relations))
            self._ends(index, shown)
            self._release([index], touch)
            for each in [each for each in self.edits.relations if each.subject == index]:
                if each.name == way and self.edits[each.objects[0]].noun == tool:
                    self.edits.remove(each.objects[0])
                elif each.name == transitive().get(said) and each.name in ACTIONS:
                    self.edits.relate(index, _KEPT.get(each.name, "holding"), each.objects)
            if who := doers(said).get(self.edits[index].noun):
                self.edits.replace(index, replace(self.edits[index], noun=who))
            if before != (self.edits[index], self.edits.relations):
                stopped.append(index)
        self.look_at(stopped)
        return bool(stopped)

    def _stop(self, words: list[str]) -> None:
        """ "Stop the dog", "stop crying", "it stopped barking": nothing is taken away."""
        words = words or ["it"]  # "it stops"
        if self._stops_deed(words):
            return
        things, length = self._halted(words)
        rest = bare_deed(words[length:])
        rest = rest[rest[:1] == ["from"] :]
        known = bool(things) and (not rest or is_deed(rest))
        if not known:
            return self._remove(words)
        if not (self._stops(things, rest) if rest else self._rests(things, ["as", "usual"])):
            self.edits.remarks.append(Remark("already"))

    @abstractmethod
    def _remove(self, words: list[str]) -> None:
        """What `words` name is taken away."""

    def _stops_deed(self, words: Sequence[str]) -> bool:
        """ "Crying", said of whoever does it."""
        deed = bare_deed(words)
        doers = [i for i in self.edits.there if self.edits[i].noun not in MARKS]
        return is_deed(deed) and self._stops(doers, deed)

    def _halted(self, words: list[str]) -> tuple[list[int], int]:
        """Who is to stop; "it" is rather who does something."""
        length = leads(words, "pronoun")
        busy = [i for i in self.edits.there if self.edits[i].state or self.marks(i)]
        recent = [i for i in busy if i in self.focus] or busy
        if length and recent and (words[0] in ("them", "they") or len(recent) == 1):
            return recent, length
        return self.subject(words)

    def _eases(self, words: list[str]) -> bool:
        """ "Wake the dog up", "clean the car": no more in the state in which it is."""
        if len(words) > 2 and leads([words[0], words[-1]], "eases") == 2:
            words = [words[0], words[-1], *words[1:-1]]  # "cheer it up"
        length = leads(words, "eases")
        things, end = self.subject(words[length:]) if length else ([], 0)
        behind = words[length + end :]
        around = read_place(" ".join(behind)) if length and behind and not things else None
        if around is not None and around.scenery and not around.mentions:
            self.edits.set(weather="clear")  # "calm the sea"
            return True
        return (
            bool(things)
            and behind in ([], ["up"], ["down"], ["off"])
            and (self._rests(things, ["as", "usual"]))
        )

    def _leaves(self, things: Sequence[int], words: Sequence[str]) -> bool:
        """ "Falls off the horse", "gets out": no more on or in something, but beside it."""
        length = leaving(words)
        for index in things if length else ():
            self._parts_from_ridden(index)
        where = self._left_behind(list(words[length:]))
        if not length or where is None:
            return False
        gone = []
        for index in things:
            seats = [
                other
                for each in self.edits.relations
                for one, other in ((each.subject, each.objects[0]), (each.objects[0], each.subject))
                if one == index
                and each.name in (_WORN if one != each.subject else _BORNE)
                and (not where or other in where)
            ]
            for other in seats:
                self.edits.relate(index, "next to", [other])
                gone.append(index)
                if self.edits[other].noun == _WATER:
                    self.edits.remove(other)
        if where and not gone and {"off", "out"} & {*words[:length]}:
            self.left_out.append(" ".join(words))  # of what nobody is on
            return True
        for index in gone:
            self._lands(index, words[0])
        self.look_at(gone)
        return bool(gone) or (not where and self._is_as(list(things), list(words[:1])))

    def _left_behind(self, words: list[str]) -> list[int] | None:
        """What words name of which somebody gets off or out; None where it is not there."""
        things, length = self.subject(words) if words else ([], 0)
        if length == len(words):
            return things
        named = {one.thing.noun for one in read_fragment(f"a cat in {' '.join(words)}").mentions}
        return [index for index in self.edits.there if self.edits[index].noun in named] or None

    def _lands(self, index: int, verb: str) -> None:
        """Who left something falls, runs or flies, or stands beside it."""
        state, known = posed().get(verb, ""), noun(self.edits[index].noun)
        if state == "flying" and "a" in known.places:
            self.edits.relations = [r for r in self.edits.relations if r.subject != index]
            told = [*self.name_of(index).split(), "flies"]
            self.merge(self.fragment(told), told)
        elif state and state not in ("jumping", *BODY_STATES) and may_be_so(known, state):
            self._show(index, state, None)
        elif self._so(index) & {*POSTURES}:
            self._ends(index, (*POSTURES, ASLEEP))

    def _parts_from_ridden(self, index: int) -> None:
        """Makes two things of a drawing of who rides and what is ridden: of a jockey."""
        known = self.edits[index]
        told = noun(known.noun)
        for said in (told.name, *told.synonyms):
            who, rides, what = said.partition(" riding a ")
            ridden = read_fragment(f"a {what}").mentions if rides else ()
            if len(ridden) != 1 or who not in lexicon().nouns:
                continue
            thing = self.edits.add(Thing(ridden[0].thing.noun, known.count))
            if thing is not None:
                self.edits.replace(index, Thing(who, known.count))
                self.edits.relations.append(Relation(index, "riding", (thing,)))
            return
