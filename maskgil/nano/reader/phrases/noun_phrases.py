"""Noun phrases: nouns with pre- and postmodifiers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from maskgil.nano.reader.graph.costumes import costumes
from maskgil.nano.reader.graph.whereabouts.scenery import ROOMS
from maskgil.nano.reader.items import MOST, NOUNS, Chunk, Item
from maskgil.nano.reader.modifiers import INTENSIFIERS, LONGEST
from maskgil.nano.reader.parts import is_painted_part, known_by
from maskgil.nano.reader.phrases.compounds import Compounds
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.words import (
    BODILY,
    CUT,
    aged_as,
    borne,
    colours_said,
    has_part,
    is_act,
    is_drawn_so,
    is_new,
    posed_as,
    several,
    table,
    within,
    words_of_kind,
)
from maskgil.nano.world.arranging.carried.mouths import DRINKING
from maskgil.nano.world.clusters import HEAPED
from maskgil.nano.world.drawn.faces import MOUTHED
from maskgil.nano.world.drawn.regions import RAINBOW, parts_told
from maskgil.nano.world.nouns import LIVING
from maskgil.nano.world.scene import ARMS_UP, LOOKS, ORDERS, PILED

FAMILY = 3  # animals of one
_ROOFTOP = "rooftop"
_LINKS = ("that", "which", "all", "painted", "colored")  # between a thing and its look


class NounPhrases(Compounds):
    """Modifiers, with their nouns and what is said behind these."""

    def _with_head(self, chunk: Chunk, head: int) -> list[Chunk]:
        items = self.items
        if items[head].text in words_of_kind("unit"):
            chunk.kind = "lost"
            return [chunk]
        if self._is_roof(chunk.start, head):  # "a cat on the roof"
            if self._is_trodden(head):
                chunk.kind, chunk.value, chunk.text = "place", _ROOFTOP, items[head].text
                chunk.place, chunk.end = _ROOFTOP, head + 1
                return [chunk]
            house = self.lexicon.nouns[table("roof")[items[head].text]]
            chunk.value, chunk.text, chunk.asked = house.name, items[head].text, items[head].text
            return [chunk]
        topped = items[head].text in table("roof") and self._is_of_building(head)
        if items[head].kind == "part" or topped:
            first = self._first_said(chunk.start, head)
            chunk.place = None if topped else within(items[head].text)
            chunk.kind, chunk.value, chunk.text, chunk.end = "lost", "", items[head].text, head + 1
            patterned = items[head].text in words_of_kind("pattern")
            self._behind_part(chunk)
            if patterned or is_painted_part(chunk.text) or chunk.place:
                chunk.said = self.say(first, chunk.end)  # it may be who has it that is so
            else:
                self.lose(first, chunk.end)
            return [chunk]
        if items[head].kind == "wall":
            chunk.kind, chunk.value, chunk.end = "wall", chunk.colour or "", head + 1
            chunk.text = items[head].text
            return [chunk]
        if items[head].kind == "place":
            return self._with_place(chunk, head)
        if room := self._seen_within(chunk, head):
            chunk.kind, chunk.text, chunk.end = "place", items[head].text, head + 1
            chunk.value = chunk.place = room
            return [chunk]
        last = head
        while last + 1 < len(items) and items[last + 1].kind in NOUNS and not items[last + 1].pause:
            if last - head > LONGEST or self.negated[last + 1] or items[last].many:
                break
            last += 1
        return self._with_nouns(chunk, head, last)

    def _with_place(self, chunk: Chunk, head: int) -> list[Chunk]:
        """ "a calm lake"; "the kitchen table" is a table, and where it stands."""
        items = self.items
        after = items[head + 1] if head + 1 < len(items) else None
        if (
            after
            and not after.pause
            and after.kind in (*NOUNS, "place")
            and not self.negated[head + 1]
        ):
            if self._is_way(head + 1):
                return self._way(chunk, head)
            rest = self._with_head(chunk, head + 1)
            if rest[0].place is None or rest[0].kind != "place":
                rest.insert(0, Chunk("hint", items[head].value, chunk.start, head + 1, ""))
            elif items[head].value == "snow":  # "a winter forest"
                snow = Chunk("place", "snow", chunk.start, head + 1, items[head].text)
                snow.place = "snow"
                rest.insert(0, snow)
            return rest
        chunk.kind, chunk.value, chunk.text = "place", items[head].value, items[head].text
        chunk.place, chunk.end, chunk.many = (
            items[head].value,
            head + 1,
            items[head].text.endswith("s"),
        )
        if chunk.colour and chunk.text in words_of_kind("walled"):  # "a pink room"
            chunk.value = chunk.place = f"{chunk.colour} background"
        before = items[head - 1] if head > chunk.start else items[head]
        if before.kind == "colour" and chunk.text in words_of_kind("planted") and (
            fruit := before.roles.get("noun")
        ):  # fmt: skip
            grown = Chunk("thing", "", head - 1, head, "")  # "an orange grove"
            self._name(grown, replace(before, kind="noun", value=fruit, many=True))
            chunk.colour, chunk.start = None, head
            return [grown, chunk]
        return [chunk]

    def _with_nouns(self, chunk: Chunk, head: int, last: int) -> list[Chunk]:
        """The nouns from `head` to `last` as one thing, or as one each."""
        if chunk.crowded is not None and self.items[chunk.crowded].kind == "unknown":
            self.lose(chunk.crowded, chunk.crowded + 1)  # "a crowded bus"
        if last == head + 1 and (pair := self._with_pair(chunk, head, last)):
            return pair
        apart = last > head and self._stand_apart(head, last)
        hints, chunks = self._in_a_row(chunk, head, last, apart)
        for one in chunks:
            one.said = self.say(self._first_said(one.start, one.end - 1), one.end)
        self._behind(chunks[-1])
        hint = self.items[head].text.split()[0]
        of_room = hint in ROOMS and hint != self.items[head].text
        inside = of_room and self.lexicon.nouns[chunk.value].category not in LIVING
        if inside and not chunk.value.startswith(f"{hint} "):  # "the kitchen table"
            hints.append(Chunk("hint", hint, chunk.start, chunk.start, ""))
        after = chunks[-1].end
        if after < len(self.items) and not self.items[after].pause and not self.negated[after]:
            return self._with_follower(hints, chunks, last, place=not apart)
        return [*hints, *chunks]

    def _with_pair(self, chunk: Chunk, head: int, last: int) -> list[Chunk] | None:
        """Two nouns of which one says of what kind the other is; None of others."""
        items = self.items
        if "place" in items[head].roles and self._is_way(last):
            return self._way(chunk, head)
        if items[last].value == "family" and self._is_animal(head):
            if not chunk.counted:  # "a penguin family"
                chunk.count, chunk.counted = FAMILY, True
            chunk.family = True
            self._name(chunk, items[head])
            chunk.end = last + 1
            chunk.said = self.say(self._first_said(chunk.start, last), last + 1)
            return [chunk]
        if self._is_dressed_as(head, last):  # "a pirate cat"
            likened = Chunk("likened", "", head, head, "as")
            costume = Chunk("thing", items[head].value, head, head + 1, items[head].text)
            first, *rest = self._with_nouns(chunk, last, last)
            costume.end = first.end
            return [first, likened, costume, *rest]
        if self._is_made_of(head, last):  # "a mushroom pizza"
            return self._topped(chunk, head, last)
        if self._is_animal(head) and items[last].text in words_of_kind("parent"):
            self._name(chunk, items[head])  # "a kangaroo mother"
            chunk.end, chunk.said = last + 1, self.say(chunk.start, last + 1)
            return [chunk]
        if self._is_part_of(head, last, chunk.start):
            self._name(chunk, items[head])
            chunk.end, chunk.spot = last + 1, items[last].text
            chunk.said = self.say(self._first_said(chunk.start, last), last + 1)
            return [chunk]
        return None

    def _topped(self, chunk: Chunk, head: int, last: int) -> list[Chunk]:
        """A dish with what it is topped with, where its drawing does not show that."""
        dish = self.lexicon.nouns[self.items[last].value]
        topping = Chunk("thing", "", head, head + 1, "")
        self._name(topping, self.items[head])
        topping.many, topping.counted = True, False
        first, *rest = self._with_nouns(chunk, last, last)
        if has_part(dish, self.items[head].text):
            return [first, *rest]
        if dish.name not in table("topped"):
            self.lose(head, head + 1)
            return [first, *rest]
        topping.end = first.end
        return [first, Chunk("with", "", head, head, "with"), topping, *rest]

    def _in_a_row(
        self, chunk: Chunk, head: int, last: int, apart: bool
    ) -> tuple[list[Chunk], list[Chunk]]:
        """Hints at settings, and the last noun or, where they stand `apart`, each of them."""
        items = self.items
        hints: list[Chunk] = []
        chunks: list[Chunk] = []
        for place in range(head, last + 1):
            if place < last and "place" in items[place].roles:  # "a mountain goat"
                hints.append(Chunk("hint", items[place].roles["place"], place, place + 1, ""))
                continue
            young = items[place].value == "baby" and self._is_animal(last)
            grown = items[place].text in words_of_kind("parent") and self._is_animal(last)
            if place < last and grown:
                continue  # "a mother bear"
            if place < last and not apart and young:
                chunk.size = chunk.size or "little"  # "a baby elephant"
                continue
            if place < last and not apart:
                self.lose(place, place + 1)  # "banana" of "banana boat"
                continue
            one = chunk if not chunks else Chunk("thing", "", place, place + 1, "")
            self._name(one, items[place])
            one.start = chunk.start if not chunks else place
            one.end = place + 1
            chunks.append(one)
        return hints, chunks

    def _with_follower(
        self, hints: list[Chunk], chunks: list[Chunk], last: int, *, place: bool
    ) -> list[Chunk]:
        """Nouns with what stands right behind them: a `place` if it may be one, a part, a word."""
        first, one, after = chunks[0], chunks[-1], chunks[-1].end
        follower = self.items[after]
        if follower.kind == "place" and place:  # "a corn field"
            field = Chunk("place", follower.value, after, after + 1, follower.text)
            field.place = follower.value
            if self.items[last].text in words_of_kind("adjective too"):
                self.lose(last, after)  # "a safe harbor" is no harbor with a safe
                field.start = first.start
                return [*hints, field]
            return [*hints, *chunks, field]
        whole = self.lexicon.nouns[one.value].category
        if follower.kind == "part" and whole not in (*LIVING, "building", "vehicle"):
            lost = self._compound(chunks, after)
            lost.texture = "multicolored" if one.value == RAINBOW else None
            return [lost]  # "a rainbow mane"
        dressed = one.value in costumes() and not hints
        if dressed and follower.text in words_of_kind("costume word"):  # "in a cook's costume"
            one.end = after + 1
            return [Chunk("likened", "", first.start, first.start, "in"), *chunks]
        if follower.kind == "unknown" and self._is_compound(after):
            return [self._compound(chunks, after)]
        return [*hints, *chunks]

    def _name(self, chunk: Chunk, item: Item) -> None:
        noun = self.lexicon.nouns[item.value]
        many = item.many
        if item.text in words_of_kind("mass"):
            chunk.count = min(chunk.count, HEAPED)  # "lots of smoke"
        if chunk.counted and noun.name in table("one of"):  # five of a village's houses
            noun, many = self.lexicon.nouns[table("one of")[noun.name]], True
        said = [each.text for each in self.items[chunk.start : chunk.end]]
        known = (known_by(noun.name, each, chunk.colour) for each in said if each.endswith("ed"))
        if chunk.colour and (who := next(filter(None, known), None)):
            noun, chunk.colour = self.lexicon.nouns[who], None  # "a gray-haired man"
        told = parts_told(chunk.state)[:1]
        if told and (who := known_by(noun.name, told[0][1], told[0][0])):
            noun, chunk.state = self.lexicon.nouns[who], None
        noun = self._of_kind(chunk, noun, item.at)
        bunch = (
            None if words_of_kind("bunches").isdisjoint(said) else table("bunched").get(noun.name)
        )
        if bunch:  # "a bouquet of red roses"
            noun, many, chunk.count = self.lexicon.nouns[bunch], False, 1
        chunk.value, chunk.text, chunk.many = noun.name, item.text, many
        if noun.name in words_of_kind("patterned") and chunk.texture in words_of_kind("on color"):
            chunk.texture = None  # a zebra has its stripes
        if chunk.state in (PILED, *ORDERS) and (
            noun.plural == noun.name or not (many or chunk.count > 1)
        ):
            chunk.state = None
        if any(item.text == DRINKING for item in self.items[chunk.start : chunk.end]):
            chunk.state = posed_as(DRINKING, noun) or chunk.state
        if not words_of_kind("grown old").isdisjoint(said):
            aged = aged_as(noun)
            other = chunk.state not in (None, *table("aged").values())  # "a rusty old bus" is old
            if (aged is None or other) and "old" not in noun.name.split():
                self._lose_words(chunk, item, words_of_kind("grown old"))
            chunk.state = chunk.state or aged
        if not chunk.state and may_be_so(noun, "sparkling") and is_new(said, noun):
            chunk.state = "sparkling"
        if chunk.state and not may_be_so(noun, chunk.state):
            self._lose_state(chunk, item)
        chunk.place = item.roles.get("place") or within(item.text, noun)
        chunk.borne = borne().get(item.text, "")
        chunk.colour = chunk.colour or colours_said().get(item.text)
        if item.kind == "near" or (item.text in self.lexicon.unlike and noun.name != item.text):
            chunk.asked = item.text
        if item.text.removesuffix("s") in table("size"):
            chunk.size = item.text.removesuffix("s")  # "two giants"
        if self._is_young(item.text, noun.name):
            chunk.size = chunk.size or "little"
            chunk.value = table("raised as").get(chunk.value, chunk.value)
        if item.text in several() and not chunk.counted:
            chunk.count, chunk.counted = several()[item.text][1], True
            heap = " ".join(item.text.split()[:2]) in words_of_kind("heap")  # "a heap of gold"
            chunk.state = chunk.state or (PILED if heap else None)
        if chunk.grouped and not many and noun.plural != noun.name:
            chunk.count = 1  # "a box of chocolate"
        if not chunk.counted and (many or (noun.plural == noun.name and noun.category in LIVING)):
            one = any(
                self.items[n].text in ("a", "an", "the") for n in range(chunk.start, chunk.end)
            )
            one |= item.text != noun.name and self._is_young(item.text, noun.name)  # "her lamb"
            if many or not one:
                chunk.count, chunk.many = 2, True
        if noun.name == "glasses" and chunk.counted and not self._is_pair(chunk, item):
            noun = self.lexicon.nouns["glass of water"]  # "three glasses"
            chunk.value = noun.name
        paired = noun.name == item.text == noun.plural or item.text.endswith("glasses")
        if paired and chunk.count == 2 and self._is_pair(chunk, item):
            chunk.count = 1

    def _lose_state(self, chunk: Chunk, head: Item) -> None:
        """Takes back a state in which the head cannot be; what is not seen otherwise is lost."""
        cut = self.lexicon.nouns[chunk.value].name in words_of_kind("cut already")
        lost, chunk.state = chunk.state, None
        if (lost in CUT and cut) or is_drawn_so(self.lexicon.nouns[chunk.value], str(lost)):
            return
        for place in range(chunk.start, self.items.index(head)):
            state = self._state(self.items[place])
            told = state == lost and (lost in (*CUT, *BODILY) or parts_told(lost))
            if state and (told or is_act(self.items[place].text)):
                self.lose(place, place + 1)

    def _lose_words(self, chunk: Chunk, head: Item, words: Collection[str]) -> None:
        """Says what was told before the head in some words left out."""
        for place in range(chunk.start, self.items.index(head)):
            if self.items[place].text in words:
                self.lose(place, place + 1)

    @staticmethod
    def _is_young(text: str, name: str) -> bool:
        """Whether who is named is young, and their noun shows grown ones: "two joeys"."""
        young = text.rpartition(" ")[2].removesuffix("s") in words_of_kind("youngest")
        return young and name not in table("drawn young").values()

    def _is_pair(self, chunk: Chunk, item: Item) -> bool:
        """Whether "a pair of" says one: of scissors, of glasses."""
        place = self.items.index(item) - 1
        return any("pair" in self.items[n].text for n in range(max(0, chunk.start), place + 1))

    def _behind(self, chunk: Chunk) -> None:
        """What is said behind a noun: "x3", "that is red", "made of gold"."""
        items = self.items
        at = chunk.end
        if at < len(items) and items[at].kind == "times":
            chunk.count, chunk.counted = max(1, min(MOST, int(items[at].value))), True
            at += 1
        said = at
        while said < len(items) and not items[said].pause and (
            items[said].kind == "be" or items[said].text in (*_LINKS, *INTENSIFIERS)
        ):  # fmt: skip
            said += 1
        found = said
        while found < len(items) and not items[found].pause and not self.negated[found] and (
            items[found].kind in LOOKS
        ):  # fmt: skip
            found += 1
        if found > said and self._head(said) is None:
            noun = self.lexicon.nouns[chunk.value]
            for item in items[said:found]:
                if item.kind != "state" or may_be_so(noun, item.value):
                    than = [each.text for each in items[found : found + 1]] == ["than"]
                    compared = than and item.value in ("big", "large")  # "bigger than a house"
                    setattr(chunk, item.kind, "huge" if compared else item.value)
                elif item.value in (*MOUTHED, ARMS_UP) or (
                    item.value in CUT and noun.name not in words_of_kind("cut already")
                ):
                    self.lose(self.items.index(item), self.items.index(item) + 1)
            at = found
            also = items[found : found + 2]  # "painted orange | and yellow"
            both = [each.kind for each in also] == ["and", "colour"] and not also[1].pause
            if chunk.colour and both and not (also[0].pause or self._head(found + 1)):
                chunk.extra.append(f"{chunk.colour} and {also[1].value}")
                chunk.colour, at = None, found + 2
        chunk.end = max(chunk.end, at)

    def _behind_part(self, chunk: Chunk) -> None:
        """What is said behind a part that is most of somebody: "whose scales are golden"."""
        at = chunk.end
        while at < len(self.items) and not self.items[at].pause and (
            self.items[at].kind == "be" or self.items[at].text in INTENSIFIERS
        ):  # fmt: skip
            at += 1
        told = self.items[at] if chunk.end < at < len(self.items) else None
        if told is None or told.pause or self.negated[at] or self._head(at) is not None:
            return
        if is_painted_part(chunk.text) and told.kind in ("colour", "texture"):
            setattr(chunk, told.kind, told.value)
            chunk.end = at + 1
