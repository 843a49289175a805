"""Prompt parser: what each word of a description means, before it is decided what can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from maskgil.nano.emoji.caption_templates import ABOVE, BELOW, LEFT, RIGHT, TABLEWARE
from maskgil.nano.emoji.captions import NUMBERS, PLURAL_FORMS
from maskgil.nano.emoji.sprites import PAINTS
from maskgil.nano.prompts.vocabulary import (
    DETERMINERS,
    JOINTS,
    NOT_HEADS,
    NOT_SO,
    SUBJECTS,
    Item,
    Table,
    Word,
    base_colours,
)  # fmt: skip

THINGS = ("noun", "near")
_BE = ("is", "are", "was", "were")
_BEING = [[that, be] for that in ("that", "which") for be in _BE]
# A chocolate car is brown; a lime tree is a tree.
_FRUITFUL = TABLEWARE | {"tree", "flower", "potted plant", "bouquet", "nest", "basket"}
_TO = frozenset(("next", "close", "due"))  # "next to house": no verb follows
_JOINED = 6  # letters of a name from which "sun flower" is a sunflower
_MANY = 5  # from this number


class Parts:
    """`words` and the `items` that cover them all, in their order."""

    def __init__(self, words: list[Word], table: Table, meant: Callable[[str], str | None]) -> None:
        self.words, self._table, self._meant = words, table, meant
        longest = max(map(len, table), default=1)
        items: list[Item] = []
        at = 0
        while at < len(words):
            items.append(self._longest(at, longest))
            at = items[-1].end
        self.items = items
        self.items = [self._settled(number) for number in range(len(items))]
        self.items = self._without_negated()
        self.items = [self._headless(number) for number in range(len(items))]

    @cached_property
    def by_start(self) -> dict[int, Item]:
        return {item.at: item for item in self.items}

    @cached_property
    def by_end(self) -> dict[int, Item]:
        return {item.end: item for item in self.items}

    def text(self, at: int) -> str:
        """The word at `at` as it is looked up; nothing outside the wish."""
        return self.words[at].text if 0 <= at < len(self.words) else ""

    def said(self, item: Item) -> str:
        return " ".join(word.said for word in self.words[item.at : item.end])

    def is_taught_relation(self, item: Item) -> bool:
        """Whether two things were shown with these words between them: "on" never was."""
        return self.said(item) in (*ABOVE, *BELOW, *LEFT, *RIGHT)

    def is_taught(self, item: Item) -> bool:
        """Whether `item` is in the very words of its meaning."""
        said = " ".join(word.text for word in self.words[item.at : item.end])
        if item.kind == "colour":
            return said in (*PAINTS, "grey")
        if item.kind == "count":
            after = self.by_start.get(item.end)
            if said == "a pair of" and after is not None and after.value in PLURAL_FORMS:
                return False  # two of them are drawn
            return any(said in ways for ways in NUMBERS.values())
        if item.kind == "unknown":
            return True  # it may be a verb of the corpus
        if item.many and item.value not in PLURAL_FORMS and not self._is_counted(item):
            return False  # captions never say "cats" alone
        return item.kind != "near" and tuple(said.split()) in self._table

    def _is_counted(self, item: Item) -> bool:
        return any(before.kind == "count" for before in self.items[: self.items.index(item)])

    def predicate(self, at: int) -> Item | None:
        """The colour of "is red" or "that is red" at `at`."""
        at += self.text(at) in ("that", "which")
        after = self.by_start.get(at + 1) if self.text(at) in _BE else None
        return after if after is not None and after.kind == "colour" else None

    def is_said_of(self, item: Item) -> bool:
        """Whether a sentence says the colour of a thing: "the apple is green"."""
        return self.text(item.end) in _BE and self.predicate(item.end) is not None

    def is_denied_colour(self, item: Item) -> bool:
        """Whether a wish only says which colour a thing should not have: "a car that isn't red"."""
        if item.kind != "unwanted" or item.value != "colour":
            return False
        after = self.by_start.get(item.end)
        return after is None or after.value not in (*THINGS, "unknown", "colour")

    def is_being(self, at: int) -> bool:
        """Whether "that is" or the like stands at `at`."""
        return [self.text(at), self.text(at + 1)] in _BEING

    def _longest(self, at: int, longest: int) -> Item:
        """The most words from `at` on that have a meaning together."""
        last = min(len(self.words), at + longest)
        pause = (n for n in range(at + 1, last) if self.words[n].pause)
        for end in range(next(pause, last), at, -1):
            found = self._named(at, end)
            if found and not self._takes_a_thing(found, at, end):
                return replace(found, at=at, end=end)
        word = self.words[at].text
        if word.endswith("n't"):
            return Item("not", "", at, at + 1)
        if word[0].isdigit() and word.replace(",", "").isdecimal():
            value = word.replace(",", "").lstrip("0")
            few = len(value) == 1 and int(value) < _MANY
            return Item("count", value if few else "many", at, at + 1)
        right = self._meant(word)
        found = self._table.get((right,)) if right else None
        return replace(found or Item("unknown", ""), at=at, end=at + 1)

    def _named(self, at: int, end: int) -> Item | None:
        """What the words from `at` to `end` mean together; "sun flower" is one thing too."""
        words = [word.text for word in self.words[at:end]]
        found = self._table.get(tuple(words))
        if found is None and len(words) == 2 and len(whole := "".join(words)) >= _JOINED:
            found = self._table.get((whole,))
            first = self._table.get((words[0],))
            painted = first is not None and first.kind == "colour"  # "a blue bird" is no bluebird
            return found if found is not None and found.kind in THINGS and not painted else None
        return found

    def _takes_a_thing(self, item: Item, at: int, end: int) -> bool:
        """Whether a shade such as "frog green" would swallow a frog that no thing follows."""
        if item.kind != "colour" or end - at == 1:
            return False
        first = self._table.get((self.words[at].text,))
        return first is not None and first.kind in THINGS and not self._thing_at(end)

    def _thing_at(self, at: int) -> Item | None:
        """The thing, or wall, that is named from `at` on with no pause before."""
        if at >= len(self.words) or self.words[at].pause:
            return None
        for end in range(min(len(self.words), at + 4), at, -1):
            found = self._table.get(tuple(word.text for word in self.words[at:end]))
            if found and found.kind in (*THINGS, "wall"):
                return found
        return None

    def _settled(self, number: int) -> Item:
        """An item, or what it means here: "orange" before a noun is a colour, "I saw" no saw."""
        item = self.items[number]
        if item.kind in THINGS and not item.many:
            shade = item.value if item.value in PAINTS else self._shade(item)
            thing = self._thing_at(item.end)
            painted = thing is not None and (thing.value not in _FRUITFUL or item.value in PAINTS)
            if shade and (self.is_being(item.at - 2) or painted):
                return replace(item, kind="colour", value=shade)
            before = self.items[number - 1] if number else None
            behind = before is not None and before.kind in THINGS and before.value != item.value
            if item.value in PAINTS and behind and not thing and not self.words[item.at].pause:
                return replace(item, kind="colour")  # "a cat orange", as translations have it
            if self._is_verb(item):
                return replace(item, kind="unknown")
        return item

    def _is_verb(self, item: Item) -> bool:
        """Whether a noun is used as a verb: "I saw", "to fly", "watch the news"."""
        before = self.text(item.at - 1)
        if before == "to":
            return self.text(item.at - 2) not in _TO
        if before in SUBJECTS or before.endswith("n't"):
            return self.text(item.at - 2) not in JOINTS  # "below it sushi"
        first = not before or self.words[item.at].pause == 2
        after = item.end < len(self.words) and not self.words[item.end].pause
        return first and after and self.text(item.end) in DETERMINERS - {"that"}

    def _shade(self, item: Item) -> str | None:
        """The colour that a thing such as an emerald also names."""
        return base_colours().get(tuple(word.text for word in self.words[item.at : item.end]))

    def _without_negated(self) -> list[Item]:
        """The items, those that the wish says not to draw as "unwanted"."""
        items = list(self.items)
        number = 0
        while number < len(items):
            item = items[number]
            number += 1
            if item.kind != "not" or self.text(item.end) in NOT_SO:
                continue
            items[number - 1] = replace(item, kind="unwanted")
            content = False
            while number < len(items) and self._still_negated(items, number, content):
                content |= items[number].kind in (*THINGS, "unknown", "colour", "ground", "wall")
                items[number] = replace(items[number], kind="unwanted", value=items[number].kind)
                number += 1
        return items

    def _still_negated(self, items: list[Item], number: int, content: bool) -> bool:
        """Whether the item at `number` belongs to what a "no" before it denies."""
        item, before = items[number], items[number - 1]
        word = self.words[item.at]
        if word.pause or item.kind == "not" or word.text == "but":
            return False
        if not content or word.text in ("or", "nor"):
            return True
        names = (*THINGS, "unknown", "colour")
        if word.text == "and":
            return number + 1 < len(items) and items[number + 1].kind in names
        joined = self.text(before.at) in ("and", "or", "nor")
        if item.kind == "plain":
            return joined
        if before.value in THINGS and not joined:  # only the rest of a name may follow
            return item.kind in THINGS
        return item.kind in (*names, "count") and not word.text.endswith("ing")

    def _headless(self, number: int) -> Item:
        """An item; unknown where it only tells the kind of what follows, as in "fire hydrant"."""
        item = self.items[number]
        if item.kind in THINGS and number and self.items[number - 1].value == "made of":
            return replace(item, kind="unknown")
        if item.kind not in (*THINGS, "ground") or item.many or number + 1 == len(self.items):
            return item
        after = self.items[number + 1]
        if self.words[after.at].pause:
            return item
        if (after.kind in THINGS and item.kind != "ground" and after.value != item.value) or (
            after.kind == "unknown" and self._may_be_head(number + 1)
        ):
            return replace(item, kind="unknown")
        return item

    def _may_be_head(self, number: int) -> bool:
        """Whether an unknown word stands where a noun ends its name, not a verb or an adverb."""
        item = self.items[number]
        word = self.words[item.at].text
        verb = word.endswith(("ing", "ed", "ly", "'s", "ful", "less", "ous", "ish"))
        if verb or word in NOT_HEADS or (word.endswith("s") and not word.endswith("ss")):
            return False
        after = self.text(item.end)
        paused = item.end < len(self.words) and self.words[item.end].pause > 0
        return paused or after not in DETERMINERS
