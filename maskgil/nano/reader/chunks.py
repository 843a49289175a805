"""Chunks: noun phrases ("two small red cars") and the connectives between them."""

from __future__ import annotations

from maskgil.nano.reader.graph.whereabouts.scenery import STANDS_FOR
from maskgil.nano.reader.items import Chunk, Item
from maskgil.nano.reader.modifiers import HEADS, LONGEST, OWNED
from maskgil.nano.reader.phrases.lettering import is_mark, lettering_of
from maskgil.nano.reader.phrases.noun_phrases import NounPhrases
from maskgil.nano.reader.words import has_part, table, words_of_kind
from maskgil.nano.world.drawn.lettering import SIGN, writable
from maskgil.nano.world.nouns import LIVING, colour_but
from maskgil.nano.world.scene import LOOKS

_SHARED = ("colour", "size", "texture")  # looks that are told of some of several


class Chunker(NounPhrases):
    """Groups items into chunks."""

    def chunks(self) -> list[Chunk]:
        found: list[Chunk] = []
        at = 0
        while at < len(self.items):
            if self.negated[at]:
                at = self._negated(at, found)
                continue
            new = self._share(at, found) or self._phrase(at) or [self._single(at)]
            found += new
            at = new[-1].end
        self._deny_looks(found)
        return found

    def _deny_looks(self, found: list[Chunk]) -> None:
        """Things that should not have a colour, which is their own, in another one.

        "Two boats, but not red ones", "a non-red car"; without the colour no more is said of it.
        """
        for at in range(len(self.items)):
            colour = self._denied_at(at)
            if colour is None:
                continue
            things = [chunk for chunk in found if chunk.kind == "thing"]
            before = [chunk for chunk in things if chunk.end <= at]
            behind = [chunk for chunk in things if chunk.start > at]
            is_next = self.items[at - 1].text == "non" or not before
            for chunk in behind[:1] if is_next else before[-1:]:
                chunk.denied.append(colour)
        for chunk in found:
            if chunk.denied and not (chunk.colour or chunk.texture):
                chunk.colour = colour_but(self.lexicon.nouns[chunk.value], chunk.denied)

    def _denied_at(self, at: int) -> str | None:
        """A colour that is negated, and not as that of what is not to be there: "no red cars"."""
        item = self.items[at]
        colour = item.roles.get("colour") if item.kind in ("colour", "noun") else None
        before = self.items[at - 1] if at else item
        named = before.kind in ("det", "count") or before.text in ("no", "without")
        alone = at and item.kind == "noun" and not named
        if not self.negated[at] or colour is None or not (item.kind == "colour" or alone):
            return None
        for after, other in enumerate(self.items[at + 1 :], at + 1):
            if not self.negated[after] or other.pause:
                break
            if other.kind in (*HEADS, "unknown") and "colour" not in other.roles:
                return None
        return colour

    def _share(self, at: int, found: list[Chunk]) -> list[Chunk] | None:
        """Some of the things named last: "two cats, one black and one white"."""
        items = self.items[at : at + 4]
        told = len(items) > 1 and items[1].kind == "be"  # "three apples, two are green"
        items = [items[0], *items[2:]] if told else items[:3]
        roles = items[1].roles if len(items) > 1 else {}
        look = next((mark for mark in _SHARED if mark in roles), "")  # an orange, too
        if items[0].kind != "count" or not look or self.negated[at + 1 + told]:
            return None
        if len(items) > 2 and not items[2].pause and items[2].kind != "and":
            return None
        named = [
            place
            for place, chunk in enumerate(found)  # "three apples on the table, two are red"
            if chunk.kind == "thing"
            and not (told and place and found[place - 1].kind == "relation")
        ]
        whole = next(
            (
                n
                for n in reversed(named)
                if not getattr(found[n], look) and not (found[n].count == 1 and n == named[-1])
            ),
            None,
        )  # "a cat, one black"
        if whole is None or any(found[n].value != found[whole].value for n in named if n > whole):
            return None
        some = self._told(at, at + 2)
        setattr(some, look, roles[look])
        some.end = at + 2 + told
        some.value, some.text = found[whole].value, found[whole].text
        found[whole].count -= some.count
        if found[whole].count < 1:
            first = next((chunk for chunk in found[whole + 1 :] if chunk.kind == "thing"), some)
            first.pause = found[whole].pause
            del found[whole]
        return [some]

    def _negated(self, at: int, found: list[Chunk]) -> int:
        end = at
        while end < len(self.items) and self.negated[end]:
            end += 1
        named = [item for item in self.items[at:end] if item.kind in (*HEADS, "unknown")]
        for item in named:
            place = item.roles.get("place")
            found.append(Chunk("not", item.value, at, end, item.text, place=place))
        before = [chunk for chunk in found if chunk.kind in ("thing", "place", "where")]
        inseparable = before and any(self._is_inseparable(item, before[-1]) for item in named)
        if inseparable or self._is_below_none(at):
            self.lose(at, end)
        return end

    def _is_below_none(self, at: int) -> bool:
        """Whether so many are wished for that there can be none: "minus two cats"."""
        after = self.items[at + 1] if at + 1 < len(self.items) else None
        return self.items[at].text == "minus" and after is not None and after.kind == "count"

    def _is_inseparable(self, item: Item, owner: Chunk) -> bool:
        """Whether the owner is never drawn without: a house's windows, the trees of a forest."""
        if owner.kind != "thing":
            return STANDS_FOR.get(owner.value) == item.value
        noun = self.lexicon.nouns[owner.value]
        category = noun.category
        return (
            item.kind == "part"
            or item.text in words_of_kind("never without")
            or has_part(noun, item.text)
            or (noun.grows and item.value in words_of_kind("of plants"))
            or (category == "furniture" and item.value in words_of_kind("body"))
            or (category == "building" and item.value in words_of_kind("of buildings"))
            or (category in LIVING and item.value in words_of_kind("body"))
            or (category == "vehicle" and item.value in words_of_kind("of vehicles"))
        )

    def _single(self, at: int) -> Chunk:
        item = self.items[at]
        if is_mark(item.text):
            return self._lettering(item, self.say(at, at + 1))
        lost = ("unknown", "label", "times", "count", "fraction", "colour", "texture", "state",
                "part", "idiom")  # fmt: skip
        quality = item.kind == "adjective" and item.text in words_of_kind("quality")
        if (item.kind in lost or quality) and item.text != "one":
            self.lose(at, at + 1)
        chunk = Chunk(item.kind, item.value, at, at + 1, item.text, item.pause)
        if item.kind in ("verb", "still"):
            chunk.said = self.say(at, at + 1)
        return chunk

    @staticmethod
    def _lettering(item: Item, said: str) -> Chunk:
        """Words that are to be written; on a sign where nothing else is to bear them."""
        chunk = Chunk("lettering", said, item.at, item.end, item.text, item.pause, said=said)
        asked = lettering_of(said)
        if asked is not None and asked.way == "alone" and (text := writable(asked.text)):
            chunk.kind, chunk.value, chunk.text, chunk.lettering = "thing", SIGN, SIGN, text
        return chunk

    def _phrase(self, at: int) -> list[Chunk] | None:
        head = self._head(at)
        if head is None:
            return self._unknown_phrase(at)
        if self._is_two_colours(at, head):
            return self._each_colour(at, head)
        chunk = self._told(at, head)
        told = self._with_head(chunk, head)
        if any(item.text in words_of_kind("slice") for item in self.items[at:head]):
            for whole in told or []:
                _slice(whole)
        return told

    def _unknown_phrase(self, at: int) -> list[Chunk] | None:
        """A phrase whose noun the world does not have: "a red gizmo"."""
        end = at
        named = None
        limit = min(len(self.items), at + LONGEST)
        while end < limit and (end == at or not self.items[end].pause):
            if self.negated[end] or not self._leads(end, at):
                break
            if self.items[end].kind == "unknown":
                named = end
            end += 1
        if named is None:
            return None
        for place, item in enumerate(self.items[named + 1 : end], named + 1):
            if item.kind in ("weather", "time", "style"):
                self.modifiers.append((place, item))
        first = at
        while self.items[first].kind in ("det", "measure") and first < named:
            first += 1
        said = self.say(first, named + 1)
        lost = Chunk("lost", self.items[named].text, at, named + 1, said, self.items[at].pause)
        lost.count, lost.counted = self._count(at, named)
        lost.said = said
        for item in self.items[at:named]:
            if item.kind in LOOKS:
                setattr(lost, item.kind, item.value)
        lost.owned = self.items[at].text in OWNED
        self._behind_part(lost)
        return [lost]

    def _is_two_colours(self, at: int, head: int) -> bool:
        """Whether each colour has its article: "a red and a blue car"."""
        kinds = [item.kind for item in self.items[at : head + 1]]
        return "and" in kinds and kinds.count("det") > 1

    def _each_colour(self, at: int, head: int) -> list[Chunk]:
        split = next(n for n in range(at, head) if self.items[n].kind == "and")
        first, second = self._told(at, split), self._told(split + 1, head)
        first.value = self.items[head].value
        first.end = split + 1
        rest = self._with_head(second, head)
        first.kind, first.many = rest[0].kind, False
        first.value, first.count = rest[0].value, 1
        return [first, *rest]


def _slice(chunk: Chunk) -> None:
    """Turns what is drawn whole into its slice, which has a drawing: a slice of chocolate cake."""
    chunk.sliced = True
    if chunk.value in table("sliced as"):
        chunk.value, _, state = table("sliced as")[chunk.value].partition(" > ")
        chunk.state = chunk.state or state or None
