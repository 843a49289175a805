"""Complements of earlier things: coat and pattern, contents, what they carry."""

from __future__ import annotations

from maskgil.nano.reader.graph.costumes import costumes, dress
from maskgil.nano.reader.graph.discourse import Discourse
from maskgil.nano.reader.graph.draft import TOLD
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.parts import known_by, paint_of, paints_whole, parted
from maskgil.nano.reader.words import has_part, pairs, table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.carried.carrying import worn_at
from maskgil.nano.world.arranging.people.belongings import has_own, may_tint, own_colour, own_count
from maskgil.nano.world.arranging.people.posing import may_wear
from maskgil.nano.world.drawn.regions import with_part
from maskgil.nano.world.nouns import Noun
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import CARRIED, TOUCHING, Thing

DRINKS = ("cup of coffee", "cup of tea", "wine glass", "beer", "champagne", "whiskey", "sake",
           "soda", "orange juice", "glass of milk", "glass of water", "bubble tea",
           "juice box", "tomato juice", "apple juice", "iced tea", "milkshake",
          "hot chocolate")  # fmt: skip
_VESSELS = ("glass of water", "bottle", "cup", "mug", "pitcher", "milk carton", "jar",
            "glass of milk", "cup of coffee")  # fmt: skip
_BEASTS = ("animal", "marine")
_PEOPLE = ("person", "people")
_NECK = "neck"
_CARRYING = ("with", "verb", "holding", "next to")
_HANDY = 1.2  # metres: what is larger is handed to nobody


class Belongings(Discourse):
    """Attaches phrases that elaborate on earlier things."""

    def _is_of(self, chunk: Chunk) -> bool:
        """ "glass of red wine" is one thing; "a pride of lions" several of one."""
        before = self.before
        if before is None or self.last is None:
            return False
        owner = self.draft.things[self.last].chunk
        if owner.end != chunk.start - 1:
            return False
        name = self.lexicon.roles(*f"{owner.text} of {chunk.text}".split())
        if "noun" in name:
            owner.value = name["noun"]
            owner.text = f"{owner.text} of {chunk.text}"
            owner.colour = owner.colour or chunk.colour
            one = self.lexicon.nouns[owner.value]
            if not one.paintable:
                self._lose_colour(chunk, one)
                owner.colour = None
            self.joint = ""
            return True
        if self.lexicon.roles(chunk.text, owner.text).get("noun") == owner.value:
            owner.text = f"{owner.text} of {chunk.text}"  # "a bottle of wine"
            self.joint = ""
            return True
        served = dict(pairs("served in")).get(chunk.value, ())
        if owner.value in served and not any(owner.looks.values()):  # "a plate of pancakes"
            self._lose_colour(chunk, self.lexicon.nouns[chunk.value])
            owner.value, owner.text, owner.asked = chunk.value, chunk.text, chunk.asked
            owner.count = owner.count if owner.counted else 1
            self.joint = ""
            return True
        filled = chunk.value in DRINKS and owner.value in _VESSELS  # "a glass of lemonade"
        if filled or chunk.value.startswith(f"{owner.text} of "):  # "a ball of wool"
            owner.value, owner.text, owner.asked = chunk.value, chunk.text, chunk.asked
            self.joint = ""
            return True
        return False

    def _lose_colour(self, chunk: Chunk, shown: Noun) -> None:
        """Says that the colour of what is in something is left out: "a pot of green soup"."""
        colour = chunk.colour
        if colour and colour != shown.colour and not has_part(shown, f"{colour} {chunk.text}"):
            self.left_out.append((chunk.start, colour))

    def _is_done_otherwise(self, subject: int, index: int) -> bool:
        """Whether who takes, hoists or pulls something stands to it otherwise than is said.

        "Taking bread out of an oven", "a carriage pulled by a horse", "a helicopter rescuing
        somebody".
        """
        draft, taker = self.draft, self._taker()
        state = table("done by").get(self.words)
        if self.words in ("out of", "from") and taker is not None and self.last is not None:
            self._unrelate(taker, self.last)
            draft.relate(taker, "holding", self.last)
            draft.relate(taker, "next to", index, literal=True)
            self.left_out = [each for each in self.left_out if each != self.deeds[-1][2]]
        elif state and draft.living(index):
            self.moving.append((draft.things[index], state))
            draft.relate(index, "next to", subject, literal=True)
        elif (
            self.verbal
            and self.words in verb_forms("hoists")
            and draft.noun(subject).name in words_of_kind("hoist")
        ):
            hooked = draft.noun(subject).name in words_of_kind("hooked")
            draft.relate(index, "hanging from" if hooked else "below", subject, literal=True)
            self.moving.append((draft.things[index], "hanging"))
            self.left_out = [each for each in self.left_out if each != self.act]
        else:
            return False
        return True

    def _taker(self) -> int | None:
        """Who takes what was named last."""
        if not self.deeds or self.last is None:
            return None
        told, deed, _ = self.deeds[-1]
        behind = told in self.draft.things and self.draft.things.index(told) < self.last
        taker = behind and deed in verb_forms("takes") and not self.draft.living(self.last)
        return self.draft.things.index(told) if taker else None

    def _is_handed(self, index: int, chunk: Chunk) -> bool:
        """Whether it is what somebody gives to whom was named last: "giving a dog a bone"."""
        if not self.deeds or self.last is None or self.joint or chunk.pause:
            return False
        told, deed, act = self.deeds[-1]
        giver = self.draft.things.index(told) if told in self.draft.things else None
        near = chunk.start - self.draft.things[self.last].chunk.end <= 1
        to = any(n == giver and others == [self.last] for n, _, others in self.draft.relations)
        to = to or self.draft.things[self.last].chunk.start - act[0] == 1  # "handing a child"
        if giver is None or not (near and to and deed in verb_forms("hands over", "feeds")):
            return False
        if not self.draft.living(self.last):
            return False
        borne = (giver, "holding", [self.last])  # who is given something is in nobody's arms
        if borne in self.draft.relations or not self._are_together(giver, self.last):
            kept = [each for each in self.draft.relations if each != borne]
            self.draft.relations = [*kept, (giver, "next to", [self.last])]
        if self.draft.noun(index).size > _HANDY:  # "giving a dog a bath"
            self.draft.relate(self.last, "in", index)
        else:
            self.draft.relate(giver, "holding", index)
        self.left_out = [each for each in self.left_out if each != act]
        return True

    def _are_together(self, one: int, other: int) -> bool:
        return any({one, other} <= {n, *others} for n, _, others in self.draft.relations)

    def _is_served(self, chunk: Chunk) -> bool:
        """Whether the drawing of what was named last shows what that is in: "tea in a cup".

        "Boiled eggs in egg cups" are those that are counted last.
        """
        if self.pending != "in" or self.last is None or chunk.owned:
            return False
        if any(chunk.looks.values()) or " of " in chunk.text:
            return False
        inner = self.draft.things[self.last].chunk
        held = {name: vessels for name, vessels in pairs("served in") if name == inner.value}
        if chunk.value in dict(pairs("filled with")):
            if inner.value not in (chunk.value, *dict(pairs("filled with"))[chunk.value]):
                return False
            shown = has_part(self.lexicon.nouns[chunk.value], f"{inner.colour} {inner.text}")
            inner.value, inner.text, inner.asked = chunk.value, chunk.text, chunk.asked
            if shown or not self.draft.noun(self.last).paintable:
                inner.colour = None
            inner.count = chunk.count if chunk.counted or not chunk.many else inner.count
        elif chunk.value not in held.get(inner.value, ()):
            return False
        self.pending = self.joint = ""
        return True

    def _is_led(self, chunk: Chunk) -> bool:
        """ "A dog on a leash": whoever is there holds it, else it is beside the dog."""
        if self.pending != "on" or chunk.value not in words_of_kind("led on"):
            return False
        added = self.draft.add(chunk) if self.last is not None else None
        if added is not None and self.last is not None:
            people = [n for n in range(added[0]) if self.draft.noun(n).category in _PEOPLE]
            if people:
                self.draft.relate(people[0], "holding", added[0])
            else:
                self.draft.relate(added[0], "next to", self.last)
        self.pending = self.joint = ""
        return added is not None

    def _is_alike(self, chunk: Chunk) -> bool:
        """Whether "a cat and a cat" are two cats."""
        if self.joint != "and" or self.last is None or chunk.definite or self.side:
            return False
        known = self.draft.things[self.last].chunk
        if any(getattr(known, key) != getattr(chunk, key) for key in TOLD):
            return False
        if any(self.last in (each[0], *each[2]) for each in self.draft.relations):
            return False
        self.draft.merge_count(self.last, chunk)
        self.joint = ""
        return True

    def _is_look(self, chunk: Chunk) -> bool:
        """Whether "with" tells how the thing named last looks, which it does from now on.

        "A dress with white dots" is a spotted one, "a turtle with a purple shell" purple, "a tree
        with autumn leaves" an orange tree.
        """
        part = chunk.value if chunk.kind == "lost" and chunk.value else chunk.text
        if self.last is None:
            return False
        whose, told = self.last, self.draft.things[self.last]
        hosted = told.via == "with" and not paints_whole(self.draft.noun(whose), part)
        if hosted and told.host is not None:
            whose = told.host  # "a tree with red apples and green leaves"
        if chunk.kind == "thing" and has_own(self.draft.noun(whose).name, chunk.value):
            return False  # "a king with a red cloak", which stands for itself
        puts_on = self.pending == "wearing" and parted(self.draft.noun(whose), part, chunk.colour)
        joined = (
            puts_on or self.joint in ("with", "'s") or (whose != self.last and self.joint == "and")
        )
        if not joined and not (chunk.owned and self.pending in ("", "in")):
            return False
        owner, look = self.draft.things[whose].chunk, chunk.colour or chunk.texture
        owner.value = known_by(owner.value, part) or owner.value
        noun = self.draft.noun(whose)
        both = (now := parted(noun, part, paint_of(chunk, noun))) and with_part(owner.state, now)
        striped = chunk.text in table("pattern") and not has_part(noun, f"{look} {part}")
        if chunk.kind == "lost" and striped and self.joint == "with":
            if noun.name not in words_of_kind("patterned"):
                owner.texture = table("pattern")[chunk.text]
        elif noun.grows and chunk.value in table("leaves") and not owner.colour:
            owner.colour = table("leaves")[chunk.value]
        elif chunk.colour and (who := known_by(owner.value, part, chunk.colour)):
            if who == owner.value and owner.colour not in (None, chunk.colour):
                owner.state = both or owner.state  # "a white house with a red roof"
                self.left_out += [] if both else [(chunk.start, f"{chunk.colour} {part}")]
            owner.value = who
        elif look and has_part(noun, f"{look} {part}") and not owner.colour:
            pass  # "a duck with a yellow beak"
        elif part in words_of_kind("as all of it") and (
            chunk.colour and chunk.colour == (owner.colour or noun.colour)
        ):  # fmt: skip
            pass  # "a donkey with gray ears"
        elif both:
            owner.state = both
            self._see(chunk)
        elif not paints_whole(noun, part):
            return False
        elif not self._is_painted(chunk, owner) and (chunk.said or chunk.kind == "thing"):
            self.left_out.append((chunk.start, chunk.said or chunk.text))
        self.listed = self.joint == "with" or bool(puts_on)
        self.joint = self.pending = ""
        return True

    def _paint_part(self, whose: int, part: Chunk) -> None:
        """ "A tree decorated with blue balls": what is seen of it anyway has the colour told."""
        owner, paint, noun = self.draft.things[whose].chunk, part.colour, self.draft.noun(whose)
        if (state := parted(noun, part.text, paint)) and (both := with_part(owner.state, state)):
            owner.state = both
        elif paint and not has_part(noun, f"{paint} {part.text}"):
            self.left_out.append((part.start, paint))

    @staticmethod
    def _is_painted(chunk: Chunk, owner: Chunk) -> bool:
        """Whether all that is said of a part that is most of its owner is seen: its colour."""
        bare = not (chunk.size or chunk.state)
        if not (chunk.colour or chunk.texture):
            return bare
        if owner.colour or owner.texture:
            return bare and chunk.colour == owner.colour and chunk.texture == owner.texture
        owner.colour, owner.texture = chunk.colour, chunk.texture
        if chunk.texture == "golden" and (chunk.value or chunk.text) in words_of_kind("soft part"):
            owner.colour, owner.texture = "yellow", None
        return bare

    def _sits(self, chunk: Chunk, last: int) -> bool:
        """ "a cake with a cherry on top", "a web with a spider in the middle": on, in it."""
        told = self.draft.things[last]
        if chunk.value == "both":
            return self._flanks(last, at_ends=chunk.text.endswith(("end", "ends")))
        name = {"top": "on", "middle": "in"}.get(chunk.value)
        if told.via != "with" or told.host is None or name is None:
            return False
        anchors = dict(self.draft.noun(told.host).anchors)
        if name == "in" and "on" in anchors and "in" not in anchors:
            name = "on"
        self._unrelate(told.host, last)
        self.draft.relate(last, name, told.host)
        return True

    def _flanks(self, last: int, *, at_ends: bool) -> bool:
        """ "A door with a pot on each side" is between two; what is at a table's ends is on it."""
        host = self.draft.things[last].host
        if host is None:
            host = next((index for index in reversed(self.mentioned) if index != last), None)
        if host is None:
            return False
        upon = {each[1] for each in self.draft.relations if each[0] == last} & {"on", "in"}
        if upon and (at_ends or self.draft.things[last].via != "with"):
            self.draft.flank(last)
        else:
            self._unrelate(host, last)
            self.draft.relate(last, "~between", host)
        return True

    def _is_borne(self, chunk: Chunk) -> bool:
        """Whether a part of somebody has the thing named last on it: "with a bird on its head"."""
        held = chunk.text in words_of_kind("holds in")
        if self.last is not None and self.pending == "around" and chunk.text == _NECK:
            return self._is_around_neck(self.last)
        joined = self.pending == "on" or (self.pending == "in" and held)
        if not joined or chunk.text not in words_of_kind("bears on") or self.last is None:
            return False
        told = self.draft.things[self.last]
        if told.host is None or told.via not in _CARRYING or self.paused:
            return False
        if any(n == told.host and way in TOUCHING and o == [self.last]
               for n, way, o in self.draft.relations):  # fmt: skip
            return True  # "patting a dog on the head"
        seated = (n for n, way, o in self.draft.relations
                  if told.host in o and way == "on" and self.draft.living(n))  # fmt: skip
        if held and not self.draft.living(told.host):  # "in an armchair with a cat on her lap"
            self._unrelate(told.host, self.last)
            told.host = next(seated, told.host)
        stands = self.draft.noun(told.host).name in words_of_kind("bearer")
        if not (stands or self.draft.living(told.host)):
            return False
        if (told.host, "wearing", [self.last]) in self.draft.relations:
            return True  # "with a backpack on his back"
        self._unrelate(told.host, self.last)
        beast = self.draft.noun(told.host).category in _BEASTS
        snout = beast and chunk.text in words_of_kind("snout")
        if snout and chunk.text in words_of_kind("nose") and not stands:
            self.draft.relate(self.last, "on the nose of", told.host)
        elif (held or snout) and not stands:
            self.draft.relate(told.host, "holding", self.last)  # "with a cat on her lap"
        else:
            self.draft.relate(self.last, "on", told.host)
        return True

    def _is_around_neck(self, worn: int) -> bool:
        """Whether what was named last is worn at a neck: "with a bell around its neck"."""
        told = self.draft.things[worn]
        if told.host is None or worn_at(told.chunk.value) != _NECK:
            return False
        self._unrelate(told.host, worn)
        self.draft.relations.append((told.host, "wearing", [worn]))
        return True

    def _is_dressed(self, chunk: Chunk) -> bool:
        """Whether a colour is what somebody wears, "a woman in red"; gives it to them."""
        worn = self.words == "in" or self.pending == "wearing"
        if not worn or self.last is None or chunk.value not in PAINTS:
            return False
        who = self.draft.noun(self.last)
        if who.category not in ("person", "people"):
            return False
        if who.colour == chunk.value:
            return True
        clothes = table("dressed").get(who.name)
        added = clothes and self.draft.add(
            Chunk("thing", clothes, chunk.start, chunk.end, clothes, colour=chunk.value)
        )
        if added:
            self.draft.relate(self.last, "wearing", added[0])
        return bool(added)

    def _is_likened(self, chunk: Chunk) -> bool:
        """Whether something only looks like it: "a cat dressed as a pirate", who has their hat."""
        before = self.before
        as_one = before is not None and before.text == "as" and chunk.value in costumes()
        likened = before is not None and (before.kind == "likened" or as_one)
        if before is None or not likened or self.last is None or chunk.pause:
            return False
        self.pending = self.joint = ""
        who = self.last if self.draft.living(self.last) else self.draft.doer(self.mentioned)
        if not dress(self.draft, who, chunk):
            self.left_out.append(
                (before.start, f"{before.text} {chunk.said or chunk.text}".strip())
            )
        return True

    def _tint(self) -> None:
        """Paints what drawings show where it is said to have another colour: a king's blue cape."""
        for owner, way, others in list(self.draft.relations):
            who, one = self.draft.things[owner].chunk, self.draft.things[others[0]].chunk
            if way not in CARRIED or not has_own(who.value, one.value):
                continue
            if one.many and not one.counted:
                one.count = who.count * own_count(who.value, one.value)
            own, golden = own_colour(who.value, one.value), one.texture == "golden"
            look = one.colour or one.texture
            if not look or one.colour == own or (golden and own == "yellow"):
                continue
            may = may_tint(Thing(who.value), Thing(one.value)) and not one.texture
            fits = way == "wearing" and may_wear(self.draft.noun(owner), one.value)
            if (one.colour and may) or fits:
                continue
            self.left_out.append((one.start, look))
            one.colour = one.texture = None

    def _is_friend(self, chunk: Chunk) -> bool:
        """Whether an animal's friend is spoken of, who is no person: "a fox and his friend"."""
        friend = chunk.owned and chunk.text in words_of_kind("friend")
        if not friend or self.last is None or self.draft.noun(self.last).category != "animal":
            return False
        self.left_out.append((chunk.start, chunk.said or chunk.text))
        return True
