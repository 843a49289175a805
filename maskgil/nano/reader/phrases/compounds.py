"""Noun compounds: "banana boat", "cat food", "car window"."""

from __future__ import annotations

from maskgil.nano.reader.graph.costumes import costumes
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.phrases.place_phrases import PlacePhrases
from maskgil.nano.reader.words import table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.nouns import LIVING, PEOPLE
from maskgil.nano.world.scene import SPOTS

_SKY = ("celestial", "aircraft")
_NEAR = 3  # words from a verb to whom something is handed


class Compounds(PlacePhrases):
    """Place phrases, and what a noun behind another one makes of it."""

    def _is_dressed_as(self, who: int, animal: int) -> bool:
        """Whether an animal is said to be somebody: "a detective dog", not "a king penguin"."""
        name = self.items[who].value
        is_kind = name in words_of_kind("kinds of animals")
        return name in costumes() and not is_kind and self._is_animal(animal)

    def _is_made_of(self, first: int, last: int) -> bool:
        """Whether food is named for what is in it or on it: "a cheese sandwich"."""
        made = self.items[last].text.removesuffix("s") in words_of_kind("made dish")
        made = made or self.items[last].value in words_of_kind("made dish")
        kind = self.lexicon.nouns[self.items[first].value].category
        return made and kind in ("food", "fruit", "plant") and not self.items[first].many

    def _is_part_of(self, whole: int, part: int, start: int) -> bool:
        """Whether something is at a part of a whole that is drawn: "out of a car window"."""
        led = start > 0 and self.items[start - 1].kind in ("relation", "verb")
        way = table("spot").get(self.items[part].text, "")
        thing = self.lexicon.nouns[self.items[whole].value]
        shown = way in SPOTS and spot_of(way, thing) is not None
        return led and shown and thing.category not in LIVING

    def _stand_apart(self, head: int, last: int) -> bool:
        """Whether nouns in a row are several things, as in "cat dog": not "banana boat"."""
        if last - head > 1:
            return True
        if self.items[last].value in words_of_kind("likeness"):  # "a dinosaur skeleton"
            return False
        first, second = (self.lexicon.nouns[self.items[n].value] for n in (head, last))
        before = [each.text for each in self.items[max(0, head - _NEAR) : head]]
        gives = verb_forms("hands over", "feeds")  # "giving a woman flowers"
        handed = not gives.isdisjoint(before)
        plays = self.items[last].text.startswith("playing ")  # "a girl playing cards"
        if first.category == second.category or ((handed or plays) and first.category in LIVING):
            return True
        if first.category in ("person", "people"):  # "a baby elephant"
            return second.category in _SKY
        if first.category in LIVING:
            return second.category in (*LIVING, *_SKY)
        return first.category in _SKY and second.category in (*_SKY, *LIVING)

    def _is_animal(self, at: int) -> bool:
        return self.lexicon.nouns[self.items[at].value].category in ("animal", "marine")

    def _is_compound(self, at: int) -> bool:
        """Whether an unknown word behind a noun is the head: "cat food", not "cat purring"."""
        item = self.items[at]
        if item.text.endswith(("ing", "ed", "ly", "n't")) or not item.text.isalpha():
            return False
        if item.text in words_of_kind("not head") | words_of_kind("event"):
            return False  # "a rocket launch" shows a rocket
        before = self.items[at - 1]
        named = self.lexicon.nouns.get(before.value)
        person = named is not None and named.category in PEOPLE
        if person and " " in before.text and before.text.endswith("ing"):
            return False  # "a woman dancing flamenco"
        owned = at > 1 and self.items[at - 2].text in ("my", "our")
        if owned and named is not None and named.category in LIVING:
            return False  # "my dog max"
        if before.many != item.text.endswith("s") and item.text.endswith("s"):
            after = self.items[at + 1] if at + 1 < len(self.items) else None
            return after is None or after.kind not in ("det", "relation", "unknown", "count")
        return not before.many and not item.text.endswith("s")

    def _compound(self, chunks: list[Chunk], at: int) -> Chunk:
        start = self._first_said(chunks[0].start, at)
        said = self.say(start, at + 1)
        lost = Chunk("lost", self.items[at].text, chunks[0].start, at + 1, said, chunks[0].pause)
        lost.said, lost.count, lost.counted = said, chunks[0].count, chunks[0].counted
        return lost

    def _first_said(self, start: int, end: int) -> int:
        while start < end and self.items[start].kind == "det":
            start += 1
        return start
