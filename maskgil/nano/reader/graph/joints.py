"""Attachment of a thing to earlier ones: by a relation, "with", "of", "and", an owner."""

from __future__ import annotations

from itertools import pairwise

from maskgil.nano.reader.graph.belongings import DRINKS
from maskgil.nano.reader.graph.comitatives import Comitatives
from maskgil.nano.reader.graph.senses import is_seat
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.parts import hangs_on
from maskgil.nano.reader.words import SEVERAL, has_part, seen_from_afar, verb_forms, words_of_kind
from maskgil.nano.world.arranging.carried.carrying import sits_on_body
from maskgil.nano.world.drawn.garments import garments
from maskgil.nano.world.nouns import PEOPLE
from maskgil.nano.world.scene import ACTIONS, CARRIED, TIED, TOUCHING

_SMALLER = 0.6  # of who holds something: what lies on less is what is held
_PORTABLE = 1.2  # metres: where somebody does something to what is larger, it has its place
_TOWARDS = ("at", "to", "towards", "toward")
_PAST = ("through", "along", "across", "over", "past")
_LITERAL = ("out of", "inside", "into", "inside of", "within")  # a rabbit out of a hat
_FILLING = {"of", "thing", "with", "relation"}  # "a bowl of apples", "a vase with flowers"
_SHARED = ("on", "in", "under", "in front of", "behind")


_OWNED = ("building", "vehicle", "animal")  # of whoever is named behind "of"


class Joints(Comitatives):
    """Joins the thing that is named to those before it."""

    def _join(self, index: int, known: bool, chunk: Chunk) -> None:
        """Says how the thing at `index` stands to those before it."""
        draft = self.draft
        if self.fronted is not None and not self.pending:
            name, other = self.fronted
            draft.relate(index, name, other)
            self.led, self.fronted, self.head = self.fronted, None, index
        elif (giver := self._giver(index, known)) is not None:
            draft.relate(giver, "next to", index)
        elif self.pending and self.last is not None and not self._is_fronted(index, known):
            self._relate(index)
        elif self.pending:
            if not self.verbal:  # "paint a house" says nothing of how it stands
                self.fronted = (self.pending, index)
        elif self.joint == "with" and self.last is not None and not known:
            self._go_with(index, chunk)
        elif self.joint == "of" and not known and self._stands_behind_of(chunk):
            assert self.last is not None
            if self._is_of_whole(index):
                return
            if draft.noun(self.last).name in words_of_kind("portrays"):
                return draft.relate(self.last, "next to", index)  # "taking a photo of a cat"
            category = draft.noun(self.last).category
            worn = category == "clothes"  # "the hat of a clown"
            known_owner = chunk.definite or (worn or category in _OWNED)
            if draft.living(index) and known_owner:  # "the house of the little pigs"
                draft.relate(index, "wearing" if worn else "next to", self.last)
            elif chunk.value in DRINKS or not draft.contain(self.last, index):
                self._drop(index, chunk)
        elif self.joint == "of" and not chunk.counted and chunk.many:
            chunk.count = SEVERAL  # "a pride of lions"
        elif self.joint == "'s" and self.last is not None:
            self._own(index, known, chunk)
        elif chunk.owned and self.last is not None and draft.owns(self.last, index):
            draft.go_with(self.last, index)  # "a witch and her broom"
        elif not (self._is_handed(index, chunk) or self._continues(index)):
            self.head = index

    def _giver(self, index: int, known: bool) -> int | None:
        """Who brings something to whom is named: "giving flowers to a girl"."""
        before = self.before
        to = before is not None and before.kind == "plain" and before.text == "to"
        brings = self.doing in verb_forms("hands over") | verb_forms("hauls")
        if not (to and brings and self.draft.living(index)) or known or self.last is None:
            return None
        doer = self.draft.doer(self.mentioned)
        return doer if doer is not None and self.draft.living(doer) else None

    def _is_of_whole(self, index: int) -> bool:
        """Whether what was named last is a part of this thing, which stands for it from now on.

        "A cat on the chimney of a house" is on the house.
        """
        assert self.last is not None
        part, whole = self.draft.things[self.last], self.draft.things[index]
        related = any(self.last in others for _, _, others in self.draft.relations)
        if not related or not self.draft.is_part(index, part.chunk.value):
            return False
        self.draft.drop(index)
        part.chunk = whole.chunk
        for n, (who, name, others) in enumerate(self.draft.relations):
            if self.last in others and name == "above" and self.draft.smokes(who, self.last):
                del self.draft.relations[n]  # "smoke from the chimney of a house"
                self.draft.relate(who, name, self.last, words="from")
                break
        return True

    def _own(self, index: int, known: bool, chunk: Chunk) -> None:
        """ "the girl's hat", which she wears; "the dog's bowl", which is near it."""
        assert self.last is not None
        if self.draft.owns(self.last, index) and not known:
            self.draft.go_with(self.last, index)
            return
        own = has_part(self.draft.noun(self.last), chunk.text)  # "its mother's pouch"
        if (own or self.draft.is_part(self.last, chunk.value)) and not known:
            self._drop(index, chunk)
            return
        clothes = self.draft.noun(index).category == "clothes"
        worn = clothes and self.draft.living(self.last)
        self.draft.relate(self.last, "wearing" if worn else "next to", index)

    def _is_fronted(self, index: int, known: bool) -> bool:
        """Whether a place is said before who is there: ", and on the bench sits a cat"."""
        return self.paused and known and not self.verbal and index == self.last

    def _stands_behind_of(self, chunk: Chunk) -> bool:
        return self.last is not None and self.draft.things[self.last].chunk.end == chunk.start - 1

    def _relate(self, index: int) -> None:
        """The pending relation, of what a preposition or a verb belongs to."""
        assert self.last is not None
        draft = self.draft
        if self.verbal and self.pending in (*CARRIED, *ACTIONS, *TOUCHING, "riding", "next to"):
            subject = draft.doer(self.mentioned)
        elif self.paused or self.verbal or self._is_overhead(index):
            subject = draft.owner_of(self.last if self.head is None else self.head)
        else:
            subject = draft.owner_of(self.last)
            if self.pending in ("~in", "~on", "~between") or self._is_pushed(index):
                subject = self.last  # "carrying a basket full of apples"
            seen, seer = draft.things[self.last].via == "seen", draft.things[self.last].host
            if seen and seer is not None and (self.words == "from" or self._seats(index)):
                subject = seer
            if self._is_too_small(subject, index):
                subject = self.last
            if self.pending == "in" and draft.noun(index).name in garments():
                who = draft.doer(self.mentioned)  # "on a bench in a coat"
                subject = who if draft.living(who) else subject
            if draft.noun(index).name in words_of_kind("brooded in") and draft.living(self.last):
                subject = self.last  # "a bird feeding its chicks in a nest"
        sees = self.words == "through" and draft.noun(index).name in words_of_kind("sight tool")
        joins = self.pending == "in" and draft.noun(index).category in PEOPLE
        if sees or joins:  # "a bird through binoculars", "drums in a band"
            seer = draft.things[self.last].host if draft.things[self.last].via == "seen" else None
            who = draft.doer(self.mentioned) if seer is None else seer
            if draft.is_rider(who) and who != index:
                return draft.relate(who, "holding" if sees else "next to", index)
        if way := self._passed(index, subject):
            if self.left_out[-1:] == [self.act]:
                self.left_out.pop()  # "getting into a taxi"
            return draft.relate(subject, way, index)
        trade = self.words in verb_forms("trades") and self.verbal
        if trade and draft.noun(self.last).name in words_of_kind("sells"):
            self.verbal, self.joint = False, "with"  # "a market stall selling pears"
            self._show(index)
            return self._go_with(index, draft.things[index].chunk)
        if self.orphaned and not (self.verbal or draft.living(subject)):
            return  # "a hospital with a gizmo in bed"
        if self.verbal and self.words in verb_forms("ties"):
            draft.things[subject].chunk.state = TIED  # "a boat tied to a dock"
        name = self.pending
        if name == "on the wall of" and draft.noun(index).name in words_of_kind("way"):
            name = "next to"  # "a bench on the side of the road"
        if self.words == "across" and draft.noun(index).name in words_of_kind("sat at"):
            name = "behind"  # "seated across the table"
        if self.words.endswith("edge of") and draft.noun(index).name in words_of_kind("edged"):
            name = "on"  # "a boy at the edge of a cliff"
        if self.unknown and self._is_too_small(subject, index):
            name = "next to"  # "a witch brewing a potion in a cauldron"
        if self.words == "from" and self.deeds and self.deeds[-1][1] in verb_forms("fed from"):
            return draft.relate(subject, "next to", index)  # "a dog eating from a bowl"
        feeds = self.words == "from" and self.doing in verb_forms("feeds")
        if feeds and draft.noun(index).name in words_of_kind("feeding"):
            self.left_out = [each for each in self.left_out if each != self.act]
            return draft.relate(subject, "holding", index)  # "feeding a lamb from a bottle"
        if self.words in ("from", "off") and self._is_picked(index):
            return None
        if self.words == "out of" and draft.rises(subject, index):
            name = "above"  # "smoke coming out of a chimney"
        if self._is_done_otherwise(subject, index):
            return None
        if self.words in _PAST and self._rides(subject):
            name = "next to"  # "a mouse driving a tractor through the carrots"
        if name == "on" and self._aims():
            name = "next to"  # "an elephant spraying water on a truck"
        if name == "holding" and draft.things[index].chunk.owned and (
            draft.noun(index).category == "clothes" and self.words in verb_forms("holds on")
        ):  # fmt: skip
            name = "wearing"  # "a woman holding her hat in the wind"
        if name == "holding" and self.words in verb_forms("play"):
            name = draft.played(index)
        self._attach(subject, name, index)

    def _attach(self, subject: int, name: str, index: int) -> None:
        """Relates a thing to the subject by `name`, unless the subject's drawing has it."""
        draft = self.draft
        worn = self.words == "in" and draft.noun(index).category == "clothes"
        clothes = draft.things[index].chunk
        plain = not (clothes.colour or clothes.texture)
        own = draft.owns(subject, index)
        if worn and plain and has_part(draft.noun(subject), clothes.text) and not own:
            draft.drop(index)  # "a snowman in a hat"
            return
        filled = name in ("~in", "~on")
        dressed = self.words == "in" and draft.noun(index).category == "clothes"
        if draft.owns(subject, index) and (filled or dressed or (clothes.owned and name == "on")):
            draft.go_with(subject, index)  # "a shelf full of books", "with a lamp on his helmet"
            return
        if filled and has_part(draft.noun(subject), clothes.text):
            self._paint_part(subject, clothes)
            draft.drop(index)  # "an apple tree full of fruit"
            return
        done_to = index if self.verbal and name in ("next to", "~above", *TOUCHING) else None
        aimed = done_to is not None or (name == "next to" and self.words in _TOWARDS)
        watched = self.words in verb_forms("watches") and (
            draft.noun(index).name in words_of_kind("seen on high")
        )  # "watching fireworks"
        if aimed and (draft.noun(index).category == "celestial" or watched):
            subject, index, name = index, subject, "above"  # "howling at the moon"
        if done_to is not None and draft.noun(subject).name in words_of_kind("strikes"):
            name = "above"  # "lightning striking a tree"
        if name == "~around" and self.scenery.settings:
            return  # "a lake with swans surrounded by mountains"
        if self._is_own_part(subject, index):
            return
        put_on = sits_on_body(draft.noun(index).name) and name == "in"  # "sleeping in pajamas"
        dwells = self.dwells and not (put_on or is_seat(draft.noun(index)))  # "in an armchair"
        thrower = next((n for n, way, o in draft.relations
                        if way == "throwing" and o == [subject]), None)  # fmt: skip
        lasting = draft.noun(index).category == "appliance"
        if thrower is not None and lasting and name in ("in", "on"):
            subject, name = thrower, "next to"  # "tossing a pizza before putting it in the oven"
        spoken = draft.speaks_into(subject, index)  # "singing into a microphone"
        literal = (self.words.endswith(_LITERAL) and not spoken) or dwells
        draft.relate(subject, name, index, literal=literal, words=self.words)
        if name == "~on":
            draft.things[index].via = name
        if done_to is not None:
            seen = done_to == index and self.words in seen_from_afar()
            draft.things[done_to].via = "seen" if seen else "verb"
            if draft.living(done_to) or draft.noun(done_to).size > _PORTABLE:
                self.active.append(draft.things[done_to])
        self._show(index)
        if name == "~between":
            self._pair_with_joined(subject)
        made = [way for who, way, others in draft.relations if (who, others) == (subject, [index])]
        shared = next((way for way in (*made, name) if way in _SHARED), None)
        if shared:  # "fishing from a pier" is on it
            self._share(subject, shared, index)

    def _is_pushed(self, index: int) -> bool:
        """Whether who is moved is in it, not who moves them: "pushing a man in a wheelchair"."""
        assert self.last is not None
        moved = any(text in verb_forms("moves") for _, text, _ in self.deeds[-1:])
        goes = moved and self.draft.things[self.last].via == "verb" and self.pending in ("in", "on")
        return goes and (self.draft.noun(index).name in words_of_kind("moved"))

    def _rides(self, index: int) -> bool:
        """Whether somebody is on something that takes them past all else."""
        return any(n == index and name == "riding" for n, name, _ in self.draft.relations)

    def _aims(self) -> bool:
        """Whether what comes next is what something is poured or thrown on."""
        told, text, _ = self.deeds[-1] if self.deeds else (None, "", None)
        return (
            told is not None
            and text in verb_forms("aims")
            and self.last is not None
            and (told is self.draft.things[self.last])
        )

    def _seats(self, index: int) -> bool:
        """Whether who watches something is on it: "watching a bird from a bench".

        But for "talking to a child in a bed": the child is there.
        """
        there = self.words == "in" and self.last is not None and self.draft.living(self.last)
        return self.draft.noun(index).name in words_of_kind("seat") and not there

    def _is_picked(self, index: int) -> bool:
        """Whether it is the tree of the fruit named last, which hangs in it: "picking apples"."""
        draft, fruit = self.draft, self.last
        if fruit is None or not draft.noun(index).grows or draft.noun(fruit).category != "fruit":
            return False
        if all(name != "next to" or others != [fruit] for _, name, others in draft.relations):
            return False
        draft.relations = [
            (n, name, [index] if name == "next to" and others == [fruit] else others)
            for n, name, others in draft.relations
        ]
        draft.relate(fruit, "in", index, literal=True)
        return True

    def _show_there(self) -> None:
        """Says no more that an action is left out that is seen by where its doer is."""
        if (
            self.verbal
            and self.words in verb_forms("seen done")
            and self.left_out[-1:] == [self.act]
        ):
            self.left_out.pop()

    def _show(self, index: int) -> None:
        """Says no more that an action is left out whose place in the picture shows it."""
        ways = [way for n, way, o in self.draft.relations if o == [index] or n == index]
        name = next((way for way in ways if way in TOUCHING), next(iter(ways), ""))
        plays = self.words in verb_forms("play") and name == "holding"
        seen = name and name != "next to" and self.words in verb_forms("seen done")
        if (
            self.verbal
            and (name in (*ACTIONS, *TOUCHING) or plays or seen)
            and self.left_out[-1:] == [self.act]
        ):
            self.left_out.pop()

    def _is_too_small(self, owner: int, index: int) -> bool:
        """Whether what is held is on it, not who holds it: "blowing out candles on a cake".

        No building is on what is smaller: "a bakery with bread on shelves".
        """
        assert self.last is not None
        building = self.draft.noun(owner).category == "building"
        if self.pending not in ("on", "in") or not (self.draft.living(owner) or building):
            return False
        if building:
            return self.draft.noun(index).size < self.draft.noun(owner).size
        if self.draft.noun(index).name in words_of_kind("seat"):
            return False  # "knitting a sock on a chair"
        longest = _SMALLER * self.draft.noun(owner).size
        borne = self.draft.things[self.last].via in ("with", "wearing")
        return self.draft.noun(index).size < longest and not borne

    def _is_overhead(self, index: int) -> bool:
        """Whether all of the clause is under it: "an owl on a branch under a full moon"."""
        return self.pending == "under" and self.draft.noun(index).category == "celestial"

    def _is_own_part(self, subject: int, index: int) -> bool:
        """Whether what follows is a part of who is spoken of: "a stick in its mouth"."""
        chunk = self.draft.things[index].chunk
        owners = [place for place in range(index) if self.draft.is_part(place, chunk.value)]
        if not chunk.definite or not owners or index != len(self.draft.things) - 1:
            return False
        risen = self.last or 0
        rises = self.draft.rises(risen, index)
        self._drop(index, chunk)
        if rises:
            self.left_out.pop()  # "smoke from the chimney" of a house
            self._unrelate(owners[-1], risen)
            self.draft.relate(risen, "above", owners[-1])
        return True

    def _pair_with_joined(self, index: int) -> None:
        """ "A cat and a dog on either side of a tree": one is here, the other one there."""
        before, one = self.draft.things[index - 1] if index else None, self.draft.things[index]
        if before is None or not self.draft.relations:
            return
        kinds = [c.kind for c in self.chunks if before.chunk.end <= c.start < one.chunk.start]
        _, name, others = self.draft.relations[-1]
        if kinds == ["and"] and name == "between" and others == [index]:
            others.insert(0, index - 1)
            one.chunk.count, one.chunk.many = 1, False

    def _share(self, subject: int, name: str, index: int) -> None:
        """ "a cat and a dog on a sofa", "an apple, a pear and a plum in a bowl": all are there."""
        for place, one in enumerate(self.draft.things[:index]):
            with_them = one.via == "with" and one.host == subject and self.draft.living(place)
            if with_them and not any(place in (n, *o) for n, _, o in self.draft.relations):
                self.draft.relate(place, name, index)  # "a man with his dog on a bridge"
        within = {
            n: o[0] for n, way, o in self.draft.relations if way in ("in", "on") and o != [index]
        }
        row = [n for n in range(subject + 1) if within.get(n, index) > subject]
        told = [each for each in self.draft.relations
                if each[2] != [index] and each[0] not in within
                and (each[0] != subject or each[1] not in CARRIED)]  # fmt: skip
        if subject >= index or any({*row} & {s, *others} for s, _, others in told):
            return
        things = self.draft.things
        for first, after in pairwise(row):
            start, end = things[first].chunk.end, things[after].chunk.start
            kinds = [c.kind for c in self.chunks if start <= c.start < end]
            filled = first in within.values() and {*kinds[:-1]} <= _FILLING
            joined = kinds[-1:] == ["and"] if filled else kinds in (["and"], [])
            if not joined or (subject == 1 and things[after].chunk.pause):
                return
        alike = {self.draft.living(place) or name == "under" for place in row}
        whole, others = self.draft.noun(index), [self.draft.noun(n) for n in row if n != subject]
        if len(alike) == 1 and all(
            one.size <= 1.3 * whole.size or hangs_on(one, whole) for one in others
        ):
            for place in row[:-1]:
                self.draft.relate(place, name, index)
