"""Modifiers before a noun: counts, colours, states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.reader.items import MOST, NOUNS, Chunk, Item
from maskgil.nano.reader.lexicon import Lexicon
from maskgil.nano.reader.parts import is_dark, is_of_part, is_own_hair, paints_whole
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import (
    HEAP,
    SEVERAL,
    has_flame,
    is_act,
    is_drawn_so,
    marked_with,
    posed,
    table,
    words_of_kind,
)
from maskgil.nano.world.drawn.regions import parts_told, with_part
from maskgil.nano.world.nouns import Noun
from maskgil.nano.world.scene import LOOKING, LOOKS, PILED
from maskgil.nano.world.settings import INSIDE

_BLOND = "yellow haired"
OWNED = ("his", "her", "its", "their")
_LARGE = ("building", "nature", "structure")
LONGEST = 24  # words and phrases of one noun phrase
_PEOPLED = "stadium"  # whose scenery has spectators
_LEADING = ("det", "count", "more", "fraction", "colour", "texture", "size", "state", "adjective",
            "unknown", "weather", "time", "style", "wind", "group", "measure")  # fmt: skip
_TOLD = ("adjective", "state", "size", "texture")
_BEFORE_PHRASES = ("and", "with", "relation")
HEADS = (*NOUNS, "place", "part", "wall")
INTENSIFIERS = frozenset(("very", "really", "so", "quite", "extremely", "super", "rather", "too"))


class Modifiers:
    """Reads off the `items` of `words` what modifies nouns; what is no part of it: `left_out`."""

    def __init__(
        self,
        items: Sequence[Item],
        negated: Sequence[bool],
        words: Sequence[Word],
        lexicon: Lexicon,
    ) -> None:
        self.items, self.negated, self.words, self.lexicon = items, negated, words, lexicon
        self.left_out: list[tuple[int, str]] = []
        self._headless = 0  # up to here no noun follows
        self.modifiers: list[tuple[int, Item]] = []
        """Times, weathers, styles, wind said within noun phrases: "a stormy sea"; their places."""

    def say(self, start: int, end: int) -> str:
        """The user's words of these items."""
        words = self.words[self.items[start].at : self.items[end - 1].end]
        return " ".join(word.said.replace("no'n", "No. ") for word in words if word.said)

    def lose(self, start: int, end: int) -> None:
        """Says these items left out."""
        if text := self.say(start, end):
            self.left_out.append((start, text))

    def _head(self, at: int) -> int | None:
        """Where the noun of the phrase from `at` stands; None where there is none."""
        if at < self._headless:
            return None
        place = at
        while place < min(len(self.items), at + LONGEST):
            item = self.items[place]
            apart = item.pause and place > at and not self._goes_on(place)
            if apart or self.negated[place]:
                break
            if item.kind in HEADS:
                return place
            if not self._leads(place, at):
                break
            place += 1
        self._headless = place
        return None

    def _goes_on(self, place: int) -> bool:
        """Whether a comma parts two adjectives of one noun: "a big, brown bowl"."""
        before, item = self.items[place - 1], self.items[place]
        return item.pause == 1 and before.kind in _TOLD and item.kind in (*_TOLD, "colour")

    def _leads(self, place: int, start: int) -> bool:
        item = self.items[place]
        if item.kind == "det" and place > start and self.items[place - 1].kind == "unknown":
            return False  # "brewing | a potion"
        if item.kind in _LEADING or item.text in INTENSIFIERS:
            return True
        if item.kind in ("still", "verb") and place > start:  # "a sleeping cat", "a painted egg"
            first = self.items[place - 1].kind in ("det", "adjective", "colour", "size", "count")
            return (
                first and item.text.endswith(("ing", "ed", "en", "ung")) and self._noun_next(place)
            )
        stative = item.text.endswith("ing") and posed().get(item.text, LOOKING) != LOOKING
        if place == start and (stative or item.text in table("made so")):
            # "leaning ladders", "sliced bread"
            opens = not place or item.pause or self.items[place - 1].kind in _BEFORE_PHRASES
            return bool(opens) and self._noun_next(place)
        if item.kind == "of" and place > start:
            return self.items[place - 1].kind == "count"
        if item.kind == "plain" and item.text == "of" and place > start:
            return self.items[place - 1].kind in ("count", "unknown")
        if item.kind == "and" and place > start and place + 1 < len(self.items):
            kinds = {self.items[place - 1].kind, self.items[place + 1].kind}
            again = self.items[place + 1 : place + 3]
            if len(again) == 2 and [i.kind for i in again] == ["det", "colour"]:
                return self.items[place - 1].kind == "colour"  # "a red and a blue car"
            return kinds in ({"colour"}, {"count"}, {"size"}) or kinds == {"size", "colour"}
        return (
            item.kind == "relation"
            and item.text in ("over", "round")
            and (place > start or self._has_after(place))
            and (
                item.text == "round"
                or (
                    self.items[place + 1 : place + 2][0:1] != []
                    and self.items[place + 1].kind == "count"
                )
            )
        )

    def _has_after(self, place: int) -> bool:
        """Whether what is said to be had or worn follows: "with round glasses"."""
        before = self.items[place - 1] if place else None
        return before is not None and (before.kind == "with" or before.value == "wearing")

    @staticmethod
    def _state(item: Item) -> str:
        """The state that a word before a noun tells: "broken", "running"; "" for none."""
        if item.kind == "state":
            return item.value
        if item.text in table("made so"):
            return table("made so")[item.text]
        past = item.text in words_of_kind("cooked")  # "boiled eggs" do not bubble
        return "" if past or item.text in marked_with() else posed().get(item.text, "")

    def _colour_of_whole(self, item: Item, noun: Noun | None) -> str:
        """The colour of a part that is most of what is seen: of a "blue winged" butterfly."""
        told = parts_told(self._state(item)) if noun is not None else ()
        if noun is None or not told or may_be_so(noun, self._state(item)):
            return ""
        return told[0][0] if paints_whole(noun, told[0][1]) else ""

    def _of_kind(self, chunk: Chunk, noun: Noun, ends: int) -> Noun:
        """The noun that has a phrase's shape or material: an oval rug, a leather armchair.

        What is said of its looks is lost where no drawing shows it, but not of sounds and scents.
        """
        last = min(len(self.items), chunk.start + LONGEST)
        told = [n for n in range(chunk.start, last) if self.items[n].at < ends]
        heard = [n for n in told if self.items[n].text in words_of_kind("heard")]
        for place in told[max(heard, default=chunk.start) - chunk.start :]:
            quality = table("quality").get(self.items[place].text, "")
            shaped = self.lexicon.nouns.get(f"{quality} {noun.name}")
            noun = shaped or noun
            plain = quality in words_of_kind("unseen") or is_drawn_so(noun, quality)
            if quality and shaped is None and not plain:
                self.lose(place, place + 1)
        if chunk.texture and is_drawn_so(noun, chunk.texture):
            chunk.texture = None  # a rough rock
        made = table("made as").get(f"{chunk.texture} {noun.name}", "")
        return self.lexicon.nouns.get(made, noun)

    def _noun_next(self, place: int) -> bool:
        after = self.items[place + 1] if place + 1 < len(self.items) else None
        return after is not None and not after.pause and after.kind in (*HEADS, *LOOKS)

    def _told(self, at: int, head: int) -> Chunk:
        """A chunk with what stands from `at` to `head`."""
        chunk = Chunk("thing", "", at, head + 1, "", self.items[at].pause)
        chunk.count, chunk.counted = self._count(at, head)
        kinds = [item.kind for item in self.items[at:head]]
        chunk.grouped = "group" in kinds and "count" not in kinds
        chunk.family = any(item.text == "family of" for item in self.items[at:head])
        colours: list[Item] = []
        noun = self.lexicon.nouns.get(self.items[head].value) if head < len(self.items) else None
        for place in range(at, head):
            item = self.items[place]
            if is_of_part(self.items, place, noun):
                told = item.roles.get("colour")
                colours += [] if told is None else [replace(item, value=told)]
            elif is_own_hair(item.text, noun):
                continue
            elif item.text in words_of_kind("blond") and noun is not None and is_dark(noun):
                chunk.state = with_part(chunk.state, _BLOND) or chunk.state
            elif item.kind == "colour":
                colours.append(item)
            elif item.kind == "texture":
                chunk.texture = item.value
            elif item.kind == "size":
                chunk.size = item.value
            elif noun and f"{table('quality').get(item.text)} {noun.name}" in self.lexicon.nouns:
                continue  # "a long red coat"
            elif item.text in words_of_kind("unseen") and self._tells_look(head):
                self.lose(place, place + 1)
            elif item.text in words_of_kind("lit") and noun is not None and has_flame(noun):
                continue
            elif whole := self._colour_of_whole(item, noun):
                colours.append(replace(item, value=whole))
            elif state := self._state(item):
                both = parts_told(state) and with_part(chunk.state, state)
                if chunk.state and not both:
                    self.lose(place, place + 1)
                chunk.state = both or chunk.state or state
            elif item.kind in ("weather", "time", "style"):
                self.modifiers.append((place, item))
                if item.text in words_of_kind("snowed on") and not chunk.state:
                    chunk.state = "snowy"
                chunk.season = table("season").get(item.text, chunk.season)
            else:
                self._tell_more(chunk, place, head, colours)
        self._settle_colour(chunk, colours)
        piled = {item.text for item in self.items[at:head]} & words_of_kind("heap")
        if chunk.grouped and piled:
            chunk.state = chunk.state or PILED
        order = next((table("ordered")[i.text] for i in self.items[at:head]
                      if i.text in table("ordered")), None)  # fmt: skip
        if "group" in kinds and order:
            chunk.state = chunk.state or order
        return chunk

    def _tell_more(self, chunk: Chunk, place: int, head: int, colours: list[Item]) -> None:
        """What a word tells of a thing or of all around it, that is no look, state or season."""
        item = self.items[place]
        noun = self.lexicon.nouns.get(self.items[head].value) if head < len(self.items) else None
        if item.kind == "wind":
            self.modifiers.append((place, item))
        elif item.text in words_of_kind("dim") and (
            self._is_place(head) or self._seen_within(chunk, head)
        ):
            self.modifiers.append((place, replace(item, kind="time", value="night")))
        elif item.text in words_of_kind("dim") and noun and noun.name in ("cloud", "sky"):
            colours.append(replace(item, value="gray"))
        elif item.text in words_of_kind("crowded"):
            chunk.crowded = place
        elif item.text in words_of_kind("vacant") and self._is_vacant(noun, head):
            pass  # "an empty street": nobody is added
        elif item.text in words_of_kind("steaming") and noun and may_be_so(noun, "hot"):
            chunk.state = chunk.state or "hot"
        elif item.text in table("implies"):
            chunk.implied = table("implies")[item.text]
        elif item.text in table("piece") and self._may_be_cut(noun, table("piece")[item.text]):
            chunk.state = chunk.state or table("piece")[item.text]
        elif item.text in words_of_kind("quality") and self._is_place(head):
            self.lose(place, place + 1)  # "a pentagonal room"
        elif item.kind in ("unknown", "fraction") or (
            is_act(item.text) and item.text not in words_of_kind("renewed")
        ):
            self.lose(place, place + 1)
        elif item.text in words_of_kind("definite"):
            chunk.definite = True
            chunk.owned = item.text in OWNED

    def _settle_colour(self, chunk: Chunk, colours: list[Item]) -> None:
        """One colour, the one beside white of what is striped, or else several."""
        if len({item.value for item in colours}) == 1:
            chunk.colour = colours[0].value
        elif colours and chunk.texture in words_of_kind("on color"):  # "red and white striped"
            chunk.colour = next(item.value for item in colours if item.value != "white")
        elif colours:
            values = " and ".join(item.value for item in colours)
            chunk.extra.append(values)

    def _is_place(self, head: int) -> bool:
        """Whether a phrase ends with a place, not with what stands there: "an empty park"."""
        after = self.items[head + 1] if head + 1 < len(self.items) else None
        alone = after is None or after.pause > 0 or after.kind not in HEADS
        return head < len(self.items) and self.items[head].kind == "place" and alone

    def _seen_within(self, chunk: Chunk, head: int) -> str | None:
        """The setting of a building told as it is within: crowded, empty, dark, full of people."""
        item, after = self.items[head], self.items[head + 1 : head + 2]
        told = {each.text for each in self.items[chunk.start : head]}
        filled = bool(after) and after[0].value.startswith("~in")
        if chunk.counted or not (filled or self._ends(head)):
            return None
        vacant = bool(told & words_of_kind("vacant"))
        if chunk.crowded is not None or filled or vacant:
            busy = table("crowded place").get(item.text)
            if (busy and not (vacant and busy == _PEOPLED)) or chunk.crowded is not None:
                return busy
        room = INSIDE.get(item.value) if item.kind in NOUNS else None
        inner = words_of_kind("dim") | words_of_kind("homely")
        return room if filled or vacant or told & inner else None

    def _ends(self, head: int) -> bool:
        """Whether no noun that belongs to it is behind a noun."""
        after = self.items[head + 1] if head + 1 < len(self.items) else None
        return after is None or after.pause > 0 or after.kind not in HEADS

    def _tells_look(self, head: int) -> bool:
        """Whether what is said of a noun is said of a thing: neither of a place nor of hair."""
        return head < len(self.items) and self.items[head].kind in NOUNS

    def _is_vacant(self, noun: Noun | None, head: int) -> bool:
        """Whether a phrase ends with where nobody is seen if nobody is named: a street, a house."""
        item = self.items[head] if head < len(self.items) else None
        return self._is_place(head) or (
            noun is not None
            and item is not None
            and (
                noun.category in _LARGE or noun.name in (*INSIDE, "island") or "place" in item.roles
            )
        )

    @staticmethod
    def _may_be_cut(noun: Noun | None, state: str) -> bool:
        """Whether a piece of it is drawn as one: half a lemon, a slice of pizza."""
        cut = noun is not None and noun.name in words_of_kind("cut already")
        return noun is not None and (cut or may_be_so(noun, state))

    def _count(self, at: int, head: int) -> tuple[int, bool]:
        counts = []
        for n in range(at, head):
            if self.items[n].kind == "count":
                measured = words_of_kind("unit") | words_of_kind("of a part")
                if self.items[n + 1].text in measured:  # "a 5 year old boy", "a two headed dragon"
                    self.lose(n, n + 1)
                else:
                    counts.append(n)
        items = self.items[at:head]
        groups = [item for item in items if item.kind == "group"]
        values = [float(self.items[n].value.replace(",", ".")) for n in counts]
        value = max(values, default=float(SEVERAL if groups else 0))
        if len(values) == 2 and values[0] >= 20 and values[1] < 10:
            value = sum(values)
        if groups and not counts and groups[0].text in words_of_kind("heap"):
            value = HEAP
        if groups and not counts and groups[0].text in words_of_kind("loose group"):
            value = SEVERAL
        if any(item.kind == "more" for item in items) and value:
            value += 1
        if counts and (value > MOST or value != int(value) or value < 1):
            self.lose(counts[0], counts[-1] + 1)
        return max(1, min(MOST, int(value))), value > 0
