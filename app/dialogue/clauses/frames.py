"""Semantic frames: changes in languages that mark roles by order, particles and endings.

A clause is a verb and its slots: things, what they become, where they go. Its English is written
from the slots, wherever the language has its verb. What asks for no change is left to the glossary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.dialogue.phrase_table import FRAMED, CommandPhrase, parts_of, tables
from app.glossary.english import NUMBERS, rendered, written
from app.glossary.lexicon import Kind, LexiconItem
from app.glossary.parts.phrases import ParsedScene, Phrase
from app.glossary.parts.plurals import CASES
from app.glossary.parts.typology import NOUN_FIRST
from app.glossary.repair import Glossary
from app.languages import UNSPACED
from maskgil.nano.world.inflection import definite, without_article

__all__ = ["FRAMED", "FramedClause"]

_VERBS = ("add", "remove", "change", "replace", "instead of", "move", "put", "give")
_ANOTHER = "another version"
_NOT = "not"  # before or behind a verb: it is not to be done
_AFRESH = "start over"
_SKY = "in the sky"
_PAIRED = ("change", "replace", "instead of", "give")  # of two things
_VERB_LAST = frozenset({"hi", "ja"})
_NAMES = {number: word for word, number in NUMBERS.items()}
_TO = re.compile(r"\b(next to|on|under|behind|in front of|above|below|of) an? ")
_WHERE = re.compile(r"^(?:at|in|on|by|it is)(?: an?| the)? ")
_AND = {"ar": "و"}  # "and", where it is written as one with the word behind it
_THE = {"ar": re.compile("^[وبف]?ال")}
_WAYS = frozenset({"to the left", "to the right", "higher", "lower", "to the middle"})
_LOOKS: tuple[Kind, ...] = ("colour", "size")


@dataclass(frozen=True)
class Slot:
    """A part of a clause: its kind, as in the table, its English, and the things that it names."""

    kind: str
    english: str
    things: tuple[str, ...] = ()
    phrase: Phrase | None = None


class FramedClause:
    """One clause in English; empty where it asks for no change."""

    def __init__(self, language: str, glossary: Glossary) -> None:
        self.language, self.glossary = language, glossary
        self.table = tables()[language]
        self.longest = max(map(len, self.table))
        self.lexicon = glossary.lexicon(language)
        self.joint = "" if language in UNSPACED else " "
        self.slots: list[Slot] = []
        self.unknown: list[str] = []
        self.known = 0
        self.is_told = False  # whether the table has something of it

    def read(self, parts: Sequence[str]) -> FramedClause:
        """Takes the words or characters of the clause."""
        at, start = 0, 0
        while at < len(parts):
            length, phrase = self._match(parts, at)
            if phrase is None:
                at += length
                continue
            self._between(parts[start:at])
            self.known += sum(map(len, parts[at : at + length]))
            self.is_told |= phrase.kind not in ("drop", "thing", "count", "det")
            if phrase.kind != "drop":
                self.slots.append(Slot(phrase.kind, phrase.english))
            at = start = at + length
        self._between(parts[start:])
        return self

    @property
    def is_lone_verb(self) -> bool:
        """Whether it says what is to be done, and to nothing."""
        return [slot.english for slot in self.slots if slot.english not in _VERBS] == []

    def take(self, after: FramedClause) -> None:
        """Takes what a clause says as its own."""
        self.slots += after.slots
        self.unknown += after.unknown
        self.known += after.known
        self.is_told |= after.is_told

    def _match(self, parts: Sequence[str], at: int) -> tuple[int, CommandPhrase | None]:
        """The longest phrase from `at` that is no part of what the glossary knows, its length."""
        ahead = parts[at : at + self.longest]
        items = self.lexicon.scan(self.joint.join(ahead))
        known = 1
        if items and not items[0].get("unknown"):
            known = max(1, len(parts_of(items[0].text, self.language)))
        for length in range(len(ahead), known - 1, -1):
            if phrase := self._phrase(ahead[:length]):
                return length, phrase
        return known, None

    def _phrase(self, words: Sequence[str]) -> CommandPhrase | None:
        """A phrase of the table, with an "and" before it or without."""
        said = _AND.get(self.language)
        if said and (phrase := self.table.get((words[0].removeprefix(said), *words[1:]))):
            return self.table.get(tuple(words), phrase)
        return self.table.get(tuple(words))

    def _between(self, parts: Sequence[str]) -> None:
        """What no phrase of the table is: things, and what is told of the last one behind it."""
        if not parts:
            return
        items = self.lexicon.scan(self.joint.join(parts))
        self.known += sum(len(i.text.replace(" ", "")) for i in items if not i.get("unknown"))
        for part in self._parts(items):
            cut = self._end_of_things(part)
            self._name(self._read(part[:cut]))
            self._look(part[cut:])

    def _parts(self, items: list[LexiconItem]) -> Iterator[list[LexiconItem]]:
        """Items up to an "and" behind which something else is told of another thing."""
        said = _AND.get(self.language)
        for at, item in enumerate(items[1:], 1):
            joins = said and item.get("noun") and item.text.startswith(said)
            if not (item.get("and") or joins):
                continue
            told = self._end_of_things(items[:at]) < at and items[at - 1].get(*_LOOKS)
            marked = bool(self.slots) and self.slots[-1].kind == "mark"
            if told and (marked or any(each.get("noun") for each in items[:at])):
                yield items[:at]
                yield from self._parts(items[at + (not joins) :])
                return
        yield items

    def _read(self, items: Sequence[LexiconItem]) -> ParsedScene:
        text = self.joint.join(item.text for item in items if item.text)
        return self.glossary.read(text, self.language)

    def _name(self, scene: ParsedScene) -> None:
        self.unknown += scene.unknown
        if not scene:
            return
        if self.language in CASES and self.slots and self.slots[-1].kind in ("prep", "look"):
            first, rest = scene.phrases[:1], scene.phrases[1:]
            single = tuple(replace(phrase, many=False) for phrase in first)
            scene = replace(scene, phrases=(*single, *rest))  # "больше собаки", than one dog
        names = self.glossary.words.names
        named = [phrase for phrase in scene.phrases if phrase.noun is not None]
        if named or scene.phrases or scene.absent:
            alone = replace(scene, places=())
            things = tuple(rendered(phrase, names) for phrase in named)
            last = named[-1] if named else None
            self.slots.append(Slot("thing", written(alone, names), things, last))
        if scene.places:
            where = written(replace(scene, phrases=(), joints=(), absent=()), names)
            self.slots.append(Slot("place", where))

    def _end_of_things(self, items: Sequence[LexiconItem]) -> int:
        """Where the things of some items end, and what is told of the last one begins.

        Behind a noun a look tells what it is to be, but where attributes stand there; in Arabic
        those have the article of their noun.
        """
        nouns = [at for at, item in enumerate(items) if item.get("noun")]
        nouns = [at for at in nouns if not (items[at].get("colour") and at and at == nouns[-1])]
        if not nouns:
            places = [at + 1 for at, item in enumerate(items) if item.get("place")]
            is_behind = places and any(item.get("colour") for item in items[places[-1] :])
            alone = is_behind and self.language not in NOUN_FIRST  # "небо зелёным"
            return places[-1] if alone else len(items) if places else 0
        behind = items[nouns[-1] + 1 :]
        if not any(item.get(*_LOOKS, "number") for item in behind) or any(
            item.get("place") for item in behind
        ):
            return len(items)
        if self.language in NOUN_FIRST:
            the = _THE.get(self.language)
            looks = [item for item in behind if item.get(*_LOOKS)]
            is_the = the is not None and the.match(items[nouns[-1]].text)
            if not (looks and the and is_the) or the.match(looks[0].text):
                return len(items)
        return nouns[-1] + 1

    def _look(self, items: Sequence[LexiconItem]) -> None:
        """Colours, sizes and counts that stand alone."""
        for strange, group in groupby(items, lambda item: item.get("unknown") is not None):
            if strange:
                words = [item.text for item in group]
                self.slots.append(Slot("unknown", self.joint.join(words)))
                self.unknown += words if self.joint else ["".join(words)]
                continue
            self._look_known(group)

    def _look_known(self, items: Iterable[LexiconItem]) -> None:
        for item in items:
            if (number := item.get("number")) and not item.get("colour"):
                self.is_told |= any(slot.kind == "thing" for slot in self.slots)
                self.slots.append(Slot("count", str(number.value)))
            elif look := item.get(*_LOOKS):
                self.slots.append(Slot("look", str(look.value)))

    def english(self) -> str:
        """The clause in English: of several verbs each with its slots."""
        frames = (told for frame in self._frames() for told in _each_told(frame))
        return " and ".join(filter(None, map(self._framed, frames)))

    def _frames(self) -> Iterator[list[Slot]]:
        """The slots of each verb, which stand before or behind it."""
        frame: list[Slot] = []
        for slot in self.slots:
            verbs = [each.english for each in frame if each.english in _VERBS]
            before = frame[-1].english if frame else ""
            begins = slot.english in _VERBS and before not in _VERBS
            if self.language in _VERB_LAST:
                begins = before in _VERBS and len(frame) > 1 and slot.english not in _VERBS
                begins &= before != "instead of"
            pending = verbs == ["change"] and not any(
                each.kind in ("look", "place") for each in frame
            )
            begins &= not (pending and (slot.english == "change" or slot is self.slots[-1]))
            if verbs and begins and "instead of" not in (slot.english, *verbs):
                yield frame
                frame = []
            frame.append(slot)
        yield frame

    def _framed(self, frame: Sequence[Slot]) -> str:
        """One verb with its slots in English."""
        verbs = [slot.english for slot in frame if slot.kind == "word"]
        wholes = [each for each in verbs if each not in _VERBS]
        verb = next((each for each in verbs if each == "instead of"), "")
        verb = verb or next((each for each in reversed(verbs) if each in _VERBS), "")
        if _NOT in verbs:
            return ""
        frame, related = self._related(frame)
        things = [slot for slot in frame if slot.kind == "thing"]
        things = [slot for slot in things if slot.things] or things  # than "it"
        places = [slot.english for slot in frame if slot.kind == "place"]
        looks = [slot.english for slot in frame if slot.kind == "look"]
        count = next((int(slot.english) for slot in frame if slot.kind == "count"), 0)
        strange = next((slot.english for slot in frame if slot.kind == "unknown"), "")
        if wholes and wholes[0] != _ANOTHER:
            wish = " ".join(slot.english for slot in things)
            return f"{_AFRESH} with {wish}" if wholes[0] == _AFRESH and wish else wholes[0]
        if wholes and not things:
            return _ANOTHER
        if wholes and len(things) == 1:
            return self._another(things[0], count)
        if verb in _PAIRED and (paired := self._paired(verb, frame)):
            return paired
        if any(slot.kind == "det" for slot in frame):
            things = [self._all(slot) for slot in things] or [Slot("thing", "everything")]
        named = [self._counted(slot, count) for slot in things]
        named = [] if named == ["it"] and places and verb in ("", "change") else named
        where = " ".join([*related, *places])
        if looks and not things and places == [_SKY] and verb in ("", "change"):
            return f"make the sky {looks[0]}"
        if not named and not looks and not count:
            if verb == "remove" and places:
                return f"remove the {_WHERE.sub('', places[0])}"
            if where or not verb or (verb == "change" and not strange):
                return where
            return f"{verb} {strange or 'it'}"
        if verb == "add":
            return " ".join(["add", *(_TO.sub(r"\1 the ", each) for each in named), where]).strip()
        subject = definite(_TO.sub(r"\1 the ", " ".join(named))) or strange or "it"
        if verb in ("remove", "put", "move"):
            return " ".join(filter(None, [verb, subject, *looks, where]))
        if looks:
            kinds = [slot.kind for slot in frame if slot.kind in ("thing", "look")]
            if not verb and kinds[:3] == ["thing", "look", "thing"]:
                return " and ".join(named)  # "a cat bigger than a dog"
            is_made = verb or not set(looks) <= _WAYS
            return " ".join(["make"] * bool(is_made) + [subject, *looks, where]).strip()
        if count and not named:
            return _NAMES.get(count, str(count))
        is_one = verb == "change" and named[0] != without_article(named[0]) and not where
        if is_one and (self.language in _VERB_LAST or named[0] == "it"):
            return f"make it {named[0]}"
        return " ".join([" and ".join(named), where]).strip()

    def _related(self, frame: Sequence[Slot]) -> tuple[list[Slot], list[str]]:
        """The slots without those that others stand to, and how they stand to those."""
        left, related = list(frame), list[str]()
        for slot in frame:
            if slot.kind not in ("prep", "side"):
                continue
            at = left.index(slot)
            other = at + 1 if slot.kind == "prep" else at - 1
            if 0 <= other < len(left) and left[other].kind == "thing":
                thing = left[other]
                rest = thing.things[:-1] if slot.kind == "side" else ()
                last = thing.things[-1] if rest else thing.english
                related.append(f"{slot.english} {definite(last)}")
                if rest:
                    left[other] = Slot("thing", " and ".join(rest), rest)
                    del left[at]
                else:
                    del left[max(at, other)], left[min(at, other)]
            else:
                del left[at]
        return left, related

    def _all(self, slot: Slot) -> Slot:
        """A thing as all of its kind."""
        if slot.phrase is None:
            return slot
        many = rendered(replace(slot.phrase, many=True, count=None), self.glossary.words.names)
        return Slot("thing", f"all the {many}")

    def _another(self, thing: Slot, count: int) -> str:
        """One more of a thing, or so many."""
        bare = without_article(thing.english)
        counted = thing.phrase is not None and thing.phrase.count
        if counted or count:
            number, _, rest = self._counted(thing, count).partition(" ")
            return f"{number} more {rest}"
        return f"another {bare}"

    def _counted(self, slot: Slot, count: int) -> str:
        """A thing as often as it is said beside it."""
        if not count or len(slot.things) != 1 or slot.phrase is None:
            return slot.english
        if count == 1:
            return f"one {without_article(slot.english)}"
        return rendered(replace(slot.phrase, count=count), self.glossary.words.names)

    def _paired(self, verb: str, frame: Sequence[Slot]) -> str:
        """Two things of which one is changed for the other, or gets it."""
        things = [thing for slot in frame if slot.kind == "thing"
                  for thing in slot.things or (slot.english,)]  # fmt: skip
        if len(things) != 2:
            return ""
        kinds = [slot.english if slot.kind == "word" else slot.kind for slot in frame]
        between = "instead of" in kinds and "thing" in kinds[: kinds.index("instead of")]
        if between and self.language not in _VERB_LAST:
            things.reverse()  # "a dog instead of the cat"
        first, second = definite(things[0]), things[1]
        return f"give {first} {second}" if verb == "give" else f"replace {first} with {second}"


def _each_told(frame: list[Slot]) -> Iterator[list[Slot]]:
    """A change of several things, one by one: "make the cat black and the dog white"."""
    kinds = [slot.kind for slot in frame if slot.kind in ("thing", "look")]
    if kinds != ["thing", "look"] * 2 or "change" not in {slot.english for slot in frame}:
        yield frame
        return
    second = [at for at, slot in enumerate(frame) if slot.kind == "thing"][1]
    yield [*frame[:second], Slot("word", "change")]
    yield [Slot("word", "change"), *frame[second:]]
