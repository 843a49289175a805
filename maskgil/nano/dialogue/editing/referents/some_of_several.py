"""Subsets of identical things: "one of them", "three ducks red", "two sleep, one runs"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.attributes import Attributes, attributes_of
from maskgil.nano.dialogue.editing.deeds import is_told_so
from maskgil.nano.dialogue.editing.predicates import Predicates
from maskgil.nano.dialogue.editing.referents.which import HALF, halved, named_at
from maskgil.nano.dialogue.fragments import Mention, nouns_in, read_fragment, roles_at
from maskgil.nano.dialogue.wording.anaphora import OWNERS
from maskgil.nano.reader.words import transitive

SOME = 2  # more of what is not counted
_CARRYING = ("hold", "holds", "holding", "wear", "wears", "wearing", "with")
_REST = ("others", "ones", "rest", "them")
_ALL_LEFT = -1  # how many "the others" are
_ALTERING = ("make", "paint")
_HALVES = ("one", "the other")
_BOUND = ("the", "other", "another", "this", "that", "and", "of")


def _tells(words: Sequence[str]) -> bool:
    """Whether words tell a look or a doing, and nothing else."""
    length = leads(words, "copula")
    said = words[length:]
    does = length and transitive().get(said[0] if said else "") and nouns_in(said)
    return bool(does) or attributes_of(said) is not None or is_told_so(words)


def _is_over(words: Sequence[str]) -> bool:
    """Whether words are a whole predicate: "are red", "sleep"."""
    return bool(leads(words, "copula") and _tells(words)) or is_told_so(words)


def _number(words: Sequence[str]) -> int:
    """The number that the words begin with; 0 for none."""
    told = roles_at(words, 0)[1].get("count", "") if words and words[0] != "the" else ""
    return int(told) if told.isdecimal() and not leads(words, "both", "pronoun") else 0


def _how_many(words: Sequence[str]) -> tuple[int, int]:
    """How many are meant by "one", "the other", "two", "the rest", and the words that say it."""
    if length := leads(words, "other"):
        return _ALL_LEFT if words[length - 1] in _REST else 1, length
    if words[:1] in (["one"], ["another"]):
        return 1, 1 + (words[1:2] == ["one"])
    number = _number(words)
    return number, int(number > 0)


def _parted(words: Sequence[str]) -> list[list[str]]:
    """Words cut at "and", and where another of several begins: "one sleeps | one runs"."""
    found: list[list[str]] = [[]]
    for at, word in enumerate(words):
        begins = _how_many(words[at:])[0] and at and words[at - 1] not in _BOUND
        if word == "and" or (begins and _how_many(found[0])[0] and _tells_behind(found[-1])):
            found.append([])
        if word != "and":
            found[-1].append(word)
    return found


def _tells_behind(words: Sequence[str]) -> bool:
    """Whether words end in what is told."""
    return any(_tells(words[at:]) for at in range(1, len(words)))


class SomeOfSeveral(Predicates):
    """Predicates, and what is said of some of several alike."""

    def _part(self, words: list[str], verb: str) -> bool:
        """ "One of the cats black", "one red and one blue": some of several, told apart."""
        if self._each_otherwise(words):
            return True
        if self._theirs(words):
            return True
        if self._one_apart(words, verb) if verb != "remove" else False:
            return True
        if self._one_at_side(words, verb):
            return True
        words = halved(words)
        told = attributes_of(words[:1]) if words[1:2] == ["of"] else None
        count = told.told.get("count") if told else None
        if words[:2] in (["one", "of"], [HALF, "of"]):
            count = 1
        length = leads(words[1:], "part")
        if not isinstance(count, int) or not length:
            return False
        after = words[1 + length :]
        if words[length] == "the":
            things, more = self.subject(["the", *after])
            after = after[max(0, more - 1) :]
        else:
            things = self.they()
            if sum(self.edits[index].count for index in things) < count:
                things = self._all_alike()
        after = after[after[:1] == ["to"] :]  # "I want one of them to sleep"
        number = sum(self.edits[index].count for index in things)
        count = number // SOME if words[0] == HALF else count
        if verb in ("", "make") and number <= count and _tells(after):
            self._tell(things, after)  # "two of them", of two
            return True
        several = [index for index in things if self.edits[index].count > count]
        if len(several) != 1:
            return self._some(things, count, after, verb)
        things = several
        if verb == "remove" or leads(after, "gone"):
            self._less(things[0], count)
            return True
        if verb in ("enlarge it", "shrink it"):
            after = ["bigger" if verb == "enlarge it" else "smaller"]
        if _tells(after):
            self._told_apart(things[0], [(count, after)])
            return True
        after = after[leads(after, "copula") :]
        if not read_fragment(" ".join(after)).mentions:
            return False
        place = self.edits.split(things[0], count)  # "one of them is a child", "… wears a hat"
        if place is not None:
            self.state([place], after)
        return True

    def _one_apart(self, words: list[str], verb: str) -> bool:
        """ "One cat black", "two are asleep": some of several that are no different yet."""
        count = 1 if words[:1] in (["one"], ["another"]) else _number(words)
        if not count or leads(words, "more") > 1:
            return False  # "one more, but yellow"
        for end in range(2, len(words)):  # "one fish orange": no orange of the fish
            if self._noun_length(words[1:end]) == end - 1:
                named = self._mention(["the", *words[1:end]])
                things = self.found(replace(named, many=True)) if named else []
                told = count == 1 or verb in _ALTERING or _is_over(words[end:])
                if told and self._told_at(things, words[end:], count):
                    return True
        behind = words[1 + (words[1:2] == ["one"]) :]
        if words[0] == "another" and not _is_over(behind):
            return False  # "another red"
        return (count == 1 or _is_over(behind)) and self._told_at(self.they(), behind, count)

    def _one_at_side(self, words: list[str], verb: str) -> bool:
        """ "The cat in the middle should be blue", of the one cat that there is."""
        named, end = named_at(words, 0, verb) if verb != "remove" and words else ([], 0)
        things = [self.row[at] for at in self.several(named[0])] if named else []
        told = attributes_of(words[end + leads(words[end:], "copula") :]) if named else None
        if len(things) != 1 or told is None or told.is_scalar or "count" in told.told:
            return False
        self.apply(things, told)
        return True

    def _told_at(self, things: Sequence[int], words: Sequence[str], count: int = 1) -> bool:
        """So many of several told apart."""
        told = _tells(words)
        while (length := leads(words, "copula")) and length < len(words):
            words = words[length:]
        several = [index for index in things if self.edits[index].count > count]
        carried = bool(words) and (words[0] in _CARRYING or leads(words, "having") > 0)
        if told and len(several) != 1 and sum(self.edits[i].count for i in things) > count:
            return self._some(list(things), count, list(words), "")
        if len(several) != 1 or not (told or carried):
            return False
        if told:
            self._told_apart(several[0], [(count, words)])
        elif (place := self.edits.split(several[0], 1)) is not None:
            self.state([place], list(words))
        return True

    def _theirs(self, words: list[str]) -> bool:
        """ "Her hat purple", where she has none: she is given one."""
        if not words or words[0] not in OWNERS:
            return False
        end, roles = roles_at(words, 1)
        looks = words[end + leads(words[end:], "copula") :]
        told = attributes_of(looks) if looks else None
        if "noun" not in roles or told is None or told.is_scalar or self._noun_length(words[1:]):
            return False
        return self._hands_each(
            self.meant(OWNERS[words[0]])[:1], ["a", *map(str, told.told.values()), roles["noun"]]
        )

    def _one_of_them(self, mention: Mention, things: Sequence[int]) -> bool:
        """ "A black sheep" where three white ones stand: one of them is told apart."""
        told = mention.thing
        if mention.definite or mention.counted or mention.many or len(things) != 1:
            return False
        looks = told.looks
        if not looks or self.edits[things[0]].count < 2:
            return False
        part = self.edits.split(things[0], 1)
        if part is not None:
            self.apply([part], Attributes(dict(looks)))
        return True

    def _some(self, things: list[int], count: int, words: list[str], verb: str) -> bool:
        """So many of things of which each is told apart already: of those that are not so yet."""
        gone = verb == "remove" or leads(words, "gone") > 0
        free = things if gone else [i for i in things if not self._is_told(i, words)] or things
        total = sum(self.edits[index].count for index in things)
        if not (gone or _tells(words)) or count >= total:
            return False
        larger = [index for index in free if self.edits[index].count > count]
        exact = [index for index in free if self.edits[index].count == count]
        whole = exact[-1:] if not larger else []
        if larger and not gone:
            return self._told_apart(larger[0], [(count, words)])
        for index in whole or larger[:1] or free[::-1]:
            mine = min(count, self.edits[index].count)
            count -= mine
            if mine and gone:
                self._less(index, mine)
            elif mine == self.edits[index].count:
                self._tell([index], words)
            elif mine:
                self._told_apart(index, [(mine, words)])
        return True

    def _each_otherwise(self, words: list[str]) -> bool:
        """ "One red and the other blue", "two sleep, one runs": each of several told otherwise."""
        things, told = list[int](), _parted(words)
        if len(told) > 1 and attributes_of(told[0]):
            told[0] = ["one", *told[0]]  # "red and the other blue"
        if len(told) > 1 and not _how_many(told[0])[0]:
            things, length = self.subject(told[0])
            told[0] = told[0][length:]
            told[0] = told[0][leads(told[0], "copula") :]
        parts = list[tuple[int, Sequence[str]]]()
        for part in told:
            count, length = _how_many(part)
            behind = part[length:]
            named = leads(behind, "part")
            if named and behind[named - 1] != "the":
                behind = behind[named:]
            elif more := self._noun_length(behind := ["the"] * (named > 0) + behind[named:]):
                things, behind = self.subject(behind)[0], behind[more:]
            if not count or not _tells(behind):
                return False
            parts.append((count, behind))
        many = [i for i in things or self.they() if self.edits[i].count > 1] if parts else []
        if len(parts) < len(_HALVES) or len(many) != 1:
            return False
        return self._told_apart(many[0], parts)

    def _told_apart(self, index: int, parts: Sequence[tuple[int, Sequence[str]]]) -> bool:
        """So many of a thing, each part told otherwise; what is left stays as it is."""
        known = self.edits[index]
        said = sum(max(0, count) for count, _ in parts)
        rest = [max(1, known.count - said) if count < 0 else count for count, _ in parts]
        left = known.count - sum(rest)
        if left < 0:
            return False
        places = [index]
        counted = list(zip(rest, (words for _, words in parts), strict=True))
        for count, words in counted if left else counted[1:]:
            place = self.edits.split(index, count)
            if place is not None:
                self._tell([place], words)
                places.append(place)
        if not left:
            self._tell([index], counted[0][1])
        self.look_at(places[-1:])
        return True

    def _tell(self, places: list[int], words: Sequence[str]) -> None:
        """What words tell of things, of which each may be so already."""
        looks = attributes_of(words[leads(words, "copula") :])
        if looks is not None:
            self.apply(places, looks)
        elif free := [i for i in places if not self._is_told(i, words)]:
            self.state(free, list(words))

    def _is_told(self, index: int, words: Sequence[str]) -> bool:
        """Whether a thing is so already as words tell."""
        looks = attributes_of(words[leads(words, "copula") :])
        if looks is not None:
            return all(
                getattr(self.edits[index], mark) == value for mark, value in looks.told.items()
            )
        return self.is_in_deed(index, words)

    def _less(self, index: int, count: int) -> None:
        left = self.edits[index].count - count
        if left > 0:
            self.edits.tell(index, count=left)
            self.look_at([index])
        else:
            self.edits.remove(index)
