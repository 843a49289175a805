"""Verbless clauses: they describe existing things, or new ones."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.commands import command_words, is_whole, leads
from maskgil.nano.dialogue.editing.attributes import (
    Attributes,
    attributes_of,
    side_at,
    sides_of,
    sky_of,
    without_side,
)
from maskgil.nano.dialogue.editing.deeds import bare_deed, ends_deed
from maskgil.nano.dialogue.editing.merging import THINGS_AND_PLACES
from maskgil.nano.dialogue.editing.predicates import DEPTHS
from maskgil.nano.dialogue.editing.referents.palettes import Palettes
from maskgil.nano.dialogue.fragments import Fragment, Mention, read_fragment, read_place, roles_at
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording.another import is_at_home, tells_on
from maskgil.nano.dialogue.wording.ellipsis import dangling
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.world.nouns import noun

_DEPTHS = ("background", "back", "distance", "foreground")  # of the picture that stands
_NEW = (["a"], ["an"], ["another"], ["two"], ["three"], ["some"])
_WHOLE = 2  # new things of a wish that names a place of its own: nobody takes it for a change


_NOUN_AND_IT = ("mirror", "it")
_OBJECTS = ("it", "them", "him")
_KNOWN = ("the", "its", "his", "her", "their", "my", "your", *_OBJECTS)
_NAMING = {"noun", "many", "det", "count", "colour", "texture", "size", "state", "near", "time",
           "weather", "style", "place"}  # fmt: skip
_JOINING = {"relation", "with", "not", "and", "side", "where", "but", "be", "still"}
_OPENING = {"open": ("open", "closed"), "unlock": ("open", "closed"), "close": ("closed", "open"),
            "shut": ("closed", "open"), "lock": ("closed", "open")}  # fmt: skip
"""What a thing is called then, and what no more."""
_UNSEEN = frozenset(_OPENING)


class VerblessClauses(Palettes):
    """Descriptions of what stands, and clauses that have no verb."""

    def _bare(self, words: list[str]) -> None:
        """What is said without a verb: of what it is, and whether it is a new wish."""
        words = words[leads(words, "copula") if leads(words, "copula") < len(words) else 0 :]
        if not words:
            return
        words = where_last(words)
        if is_order_unknown(words):
            return None if self._opens(words) else self.left_out.append(" ".join(words))
        if (sky := sky_of(words)) and not self._is_over(words):
            return self.edits.set(**sky)
        if self._sky_with(words):
            return
        if self._more(words) or self._eases(words) or self._throws(words) or self.is_handled(words):
            return
        if ends_deed(words):
            return self._stop(bare_deed(words)[leads(bare_deed(words), "at rest") :])
        if leads(words, *DEPTHS) and self._goes_away(self.it(), words):
            return
        told = attributes_of(words) if not leads(words, "other") else None
        if told is not None and not (told.is_noun_too and words[0] in ("the", "a", "an", "some")):
            return self._tell_it(told, self._denied(words))
        if self._told_for(words) or (
            "for" in words and (self._gives_each(words) or self._gives(words))
        ):
            return
        if self._told_of_alone(words):  # "only the dog should be brown"
            words = words[leads(words, "only") :]
        elif self._only(words) or self._instead(words):
            return
        if length := leads(words, "fresh"):
            rest = words[length:]
            return self._picture(rest[leads(rest, "copula", "joint") :])
        if (plain := self._without_pronouns(words)) != words and self._is_by_its_like(plain):
            return None
        if not self.is_told_new(words):
            over = self._is_over(words)
            things, length = self.subject(words) if over else self._subject_or_sky(words)
            if things and length < len(words):
                given = words[length:]
                if self._is_clothed(given) and (
                    self._gives(words) or self._hands_each(things, given)
                ):
                    return  # "… and the dog a hat"
                told_too = self._mention(words[:length]) if len(things) == 1 else None
                if told_too is not None and attributes_of(words[length:]):
                    self._retell(things[0], replace(told_too, counted=False))
                pronoun = leads(words, "pronoun") == length
                return self.predicate(things, words[length:], pronoun=pronoun)
        if come := self._comes(words):
            return self._add(come)
        if words[0] in ("it's", "it"):
            words = words[1:]
        if not self._is_where(words):
            self._phrase(words)

    def _opens(self, words: list[str]) -> bool:
        """ "Open the box": it has a drawing that is so, or a remark tells that it cannot be."""
        if words[0] not in _OPENING:
            return False
        (so, other), named = _OPENING[words[0]], words[1:]
        things, length = self.subject(named)
        if not things or length < len(named):
            part = self._part_first(named, bare=False)
            told = self._mention(named) if part is None else None
            if part is not None:
                self.edits.remarks.append(Remark("part", self.edits[part[0]].noun, said=part[1]))
            elif told is not None:
                self.miss(told)
            return part is not None or told is not None
        for index in things:
            name = self.edits[index].noun
            bare = name.removeprefix(f"{other} ")
            then = next((each for each in (f"{so} {bare}", bare) if each in lexicon().nouns), name)
            if then != name:
                self.edits.replace(index, replace(self.edits[index], noun=then))
            else:
                self.edits.remarks.append(Remark("part", name, said=" ".join(words)))
        self.look_at(things)
        return True

    def _comes(self, words: list[str]) -> list[str]:
        """ "A fire truck comes to the house" as "a fire truck next to the house", which is new."""
        if not (self.is_told_new(words) or words[0] in ("two", "three", "some", "another")):
            return []
        at = next((n for n in range(1, len(words)) if leads(words[n:], "arrives")), 0)
        behind = words[at + leads(words[at:], "arrives") :] if at else []
        if not at or len(read_fragment(" ".join(words[:at])).mentions) != 1:
            return []
        if behind[:1] == ["to"]:
            behind = ["next", *behind]
        return [*words[:at], *behind]

    def _told_of_alone(self, words: list[str]) -> bool:
        """Whether a look is told of what is there, of that alone."""
        rest = words[leads(words, "only") :]
        things, length = self.subject(rest)
        said = rest[length:]
        said = said[leads(said, "copula") :]
        told = attributes_of(said) if things and len(rest) < len(words) else None
        return told is not None and "count" not in told.told

    def _sky_with(self, words: list[str]) -> bool:
        """ "Night with a full moon": the sky told anew, and what is in it."""
        at = next((n for n, word in enumerate(words) if word in ("with", "and") and n), None)
        sky = sky_of(words[:at]) if at is not None else {}
        found = read_fragment(" ".join(words[at:])) if sky and at is not None else None
        if found is None or not found.mentions or at is None:
            return False
        self.edits.set(**sky)
        self._add(words[at + 1 :])
        return True

    def _told_for(self, words: list[str]) -> bool:
        """ "White for the horse", "smaller, the car"."""
        at = max((n for n, word in enumerate(words) if word in ("the", "that", "this")), default=0)
        if len(words) > 1 and leads(words[-1:], "pronoun") and (told := attributes_of(words[:-1])):
            self._tell_it(told)  # "lower it"
            return True
        told = attributes_of(words[: at - (words[at - 1] in ("for", "with"))]) if at else None
        rest = words[at:]
        if told is None:
            return False
        things, length = self.subject(rest)
        if not things or length < len(rest):
            return False
        self.apply(things, told)
        return True

    def _denied(self, words: list[str]) -> list[int]:
        """What has the colour that it is not to have: "blue instead of red"."""
        cuts = (n + leads(words[n:], "inverted") for n in range(1, len(words)))
        ends = [end for n, end in enumerate(cuts, 1) if end > n]
        denied = attributes_of(words[ends[0] :]) if ends else None
        colour = str(denied.told.get("colour")) if denied else ""
        told = [i for i in self.edits.there if self.edits[i].colour == colour]
        return told or [i for i in self.edits.there if self.is_so(i, "colour", colour)]

    def _tell_it(self, told: Attributes, those: Sequence[int] = ()) -> None:
        """Tells "it" how it is to be; one of `those` where it is none of them."""
        things = [*those] if those and not {*self.focus} & {*those} else self.it()
        if told.is_scalar:
            things = [self.wearer(index) for index in things]  # a hat is as large as its head
            things = things if self.focus else things[:1]
        self.apply(things, told)

    def _phrase(self, words: list[str]) -> None:
        """A noun phrase alone: what stands told anew, something to add, or a new picture."""
        words = dangling(side_last(words))
        plain = self._without_pronouns(words)
        found = self.fragment(without_side(plain))
        if self._one_so(found):
            return
        if not found.mentions:
            if self.set_scenery(found, words):
                self.in_doubt |= words[0] in ("a", "an") and found.setting is not None
            else:
                self.left_out.append(" ".join(words))
            return
        known = [bool(self.found(mention)) for mention in found.mentions]
        if all(known) and self._are_more(found):
            return self.merge(found, words)
        if known == [False] and found.mentions[0].thing.count == 1 and self._dresses(plain):
            return
        if all(known) and not (found.scenery and not found.mentions[0].definite):
            return self._told_again(found, words)
        related = {index for each in found.relations for index in each.objects}
        pointed = (
            plain != words
            or not self.edits.there
            or any(side is not None for side in sides_of(words))
            or any(known[index] for index in related)
            or words[-1] in _DEPTHS
            or self.is_on_its_ground(words)
            or (found.setting is not None and found.setting == self.edits.scenery["setting"])
            or "relation" in roles_at(words, 0)[1]
            or (leads(words, "plenty", "more") > 0 and not found.scenery)
            or (words[-1] == "sky" and self.has_sky())
            or any(
                mention.definite and there
                for mention, there in zip(found.mentions, known, strict=True)
            )
        )
        if self._is_laid_out(found, sides_of(words)) and not any(known):
            self.is_new = not self._belongs(found)
        if not pointed:
            fresh = known.count(False)
            elsewhere = found.setting not in (None, self.edits.scenery["setting"])
            if fresh >= _WHOLE and elsewhere and not tells_on(words, found):
                self.is_new = True
                return
            compound = any(read_fragment(word).mentions for word in found.left_out)  # "cat hat"
            listed = words[0] == "some" or all(map(self._may_come, found.mentions))
            self.in_doubt = bool(found.scenery or compound) or not (
                self._belongs(found) or (listed and not found.relations)
            )
        self.merge(found, words)

    def _is_laid_out(self, found: Fragment, sides: list[int | None]) -> bool:
        """Whether "the farmer on the left and a dog on the right" speaks of a picture as known."""
        told = len(sides) == len(found.mentions) >= _WHOLE and None not in sides
        return told and found.mentions[0].definite

    def _is_clothed(self, words: list[str]) -> bool:
        """Whether words are no more than something to wear: "a hat"."""
        told = read_fragment(" ".join(words)).mentions if self.is_told_new(words) else ()
        return len(told) == 1 and noun(told[0].thing.noun).category == "clothes"

    def _belongs(self, found: Fragment) -> bool:
        """Whether all that is named is at home where the scene is: a boat on a lake."""
        there = {self.edits[index].noun.split()[-1] for index in self.edits.there}
        implied = (name for told, name in THINGS_AND_PLACES.items() if told in there)
        setting = self.edits.scenery["setting"] or next(implied, None)
        return is_at_home(found, setting)

    def _may_come(self, mention: Mention) -> bool:
        """Whether nobody wants a new picture of a thing alone: of "ants", or what is at home."""
        many = mention.many and not mention.counted
        return many or self._belongs(Fragment((mention,)))

    def _picture(self, words: list[str]) -> None:
        """What is said of the whole picture."""
        found = read_place(" ".join(words))
        if not self.set_scenery(found, words):
            self._bare(words)

    def _subject_or_sky(self, words: list[str]) -> tuple[list[int], int]:
        """The subject; "it" of "make it rain" is nobody."""
        length = leads(words, "pronoun")
        rest = words[length:]
        rest = rest[leads(rest, "copula") :]
        if length and rest:
            found = read_fragment(" ".join(rest))
            if found.scenery and not found.mentions and not attributes_of(rest):
                return self.edits.there or [-1], length
        return self.subject(words)

    @abstractmethod
    def _add(self, words: list[str]) -> None:
        """New things, and where they stand; "with a hat" is worn by who was spoken of."""


def is_order_unknown(words: Sequence[str]) -> bool:
    """Whether words ask for something to be done that no picture shows: "open the door"."""
    if words[1:2] == [] or words[1] not in _KNOWN or words[0] in command_words() - _UNSEEN:
        return False
    roles = roles_at(words, 0)[1].keys()
    after = words[1] in _OBJECTS and len(words) == len(_NOUN_AND_IT)
    bare = not words[0].endswith(("s", "ing", "ed")) and not _NAMING & roles
    return not _JOINING & roles and (bare or (after and not {"count", "det"} & roles))


def where_last(words: list[str]) -> list[str]:
    """ "Next to him sits an owl" as "an owl next to him"."""
    end, roles = roles_at(words, 0)
    start = next((n for n in range(end + 1, len(words)) if words[n : n + 1] in _NEW), 0)
    where = words[:start]
    if "relation" not in roles or not start:
        return words
    if {"relation", "with", "and"} & roles_at(words, start - 1)[1].keys():
        return words
    while where and (skip := next((n for n in (3, 2, 1) if is_whole(where[-n:], "stance")), 0)):
        where = where[:-skip]
    return [*words[start:], *where] if len(where) > end else words


def side_last(words: list[str]) -> list[str]:
    """ "On the left a house" as "a house on the left"."""
    length, _ = side_at(words, 0)
    behind = words[length:]
    if behind[:1] == ["there"]:  # "on the left there should be a house"
        behind = behind[1 + leads(behind[1:], "copula") :]
    return [*behind, *words[:length]] if length > 1 and behind[:1] in _NEW else words
