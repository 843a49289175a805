"""Referents in the current scene: "it", "the red boat", "them"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, named
from maskgil.nano.dialogue.commands import MARKS, is_of_kind, leads
from maskgil.nano.dialogue.commands import alike as is_called
from maskgil.nano.dialogue.editing.attributes import attributes_of
from maskgil.nano.dialogue.editing.deeds import poses
from maskgil.nano.dialogue.editing.referents.classes import ClassPhrase, class_phrase, ends_in_noun
from maskgil.nano.dialogue.editing.referents.kinds import is_same_kind, of_parts, of_several
from maskgil.nano.dialogue.edits import Edits, size_step
from maskgil.nano.dialogue.fragments import Fragment, Mention, marked, read_fragment, roles_at
from maskgil.nano.dialogue.outcome import DoubtError
from maskgil.nano.world.marks import marks_of
from maskgil.nano.world.nouns import ALIVE, PEOPLE, noun
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import WITHIN

LONGEST = 8  # words of a noun phrase
_ALL = ("them", "they", "these", "those")
_PERSONS = {"she": "she", "her": "she", "he": "he", "him": "he"}
_ALONE = ("it", "them", "they", "him", "he", "she")  # pronouns that no noun follows
_ARTICLES = ("a", "an")
_ONE_MORE = ["one", "more"]
_NOWHERE = ("on", "plain", "paper")  # what is said so is in a thing, not in a setting


class Referents:
    """A scene under change, and what "it" is."""

    def __init__(self, scene: Scene, focus: tuple[int, ...], chosen: dict[str, int]) -> None:
        self.edits = Edits(scene)
        self.focus = [index for index in focus if index < len(scene.things)]
        self.chosen = chosen

    def it(self) -> list[int]:
        """What was spoken of last. Raises DoubtError where that may be one of two things."""
        there = self.edits.there
        known = [index for index in self.focus if index in there]
        if "it" in self.chosen:
            return [index for index in there if index == self.chosen["it"]]
        if known or len(there) == 1:
            return known or there
        main = self._main(there)
        if len(main) > 1:
            raise DoubtError(main[0], main[1])
        return main

    def others(self, than: Sequence[int] = ()) -> list[int]:
        """The other one: alike to what was spoken of last, or all that is left."""
        than = than or [self.bearer(index) for index in self.focus if index in self.edits.there]
        left = [index for index in self._free() if index not in than]
        nouns = {self.edits[index].noun for index in than}
        kinds = {noun(name).category for name in nouns}
        same = [index for index in left if self.edits[index].noun in nouns]
        alike = [index for index in left if noun(self.edits[index].noun).category in kinds]
        lives = [noun(self.edits[index].noun).category in ALIVE for index in than]
        left = [
            i for i in left if (noun(self.edits[i].noun).category in ALIVE) in (lives or [True])
        ]
        found = same or alike or left
        if len(found) == 2 and self.chosen.get("it") in found:
            return [self.chosen["it"]]
        if len(found) == 2:
            raise DoubtError(found[0], found[1])
        return found[:1]

    def _main(self, there: list[int]) -> list[int]:
        """Things that the others are said of: not what somebody is on, or wears."""
        objects = {other for each in self.edits.relations for other in each.objects}
        return [index for index in there if index not in objects] or there

    def found(self, mention: Mention) -> list[int]:
        """The things of the scene that a mention may mean; [] for none.

        Raises DoubtError where it is one of two.
        """
        told, edits = mention.thing, self.edits
        alike = [i for i in edits.there if is_same_kind(edits[i].noun, told.noun)]
        exact = [i for i in alike if edits[i].noun == told.noun]
        known = mention.definite or mention.counted or mention.many  # no "ball" is "a balloon"
        called = [i for i in edits.there if known and is_called(edits[i].noun, told.noun)]
        alike = exact or alike or called
        alike = [i for i in alike if mention.mark in self.signs(i)] or alike
        marks = told.looks
        for mark, value in marks.items():
            fitting = [i for i in alike if self.is_so(i, mark, value)]
            alike = fitting or (self._largest(alike, value) if mark == "size" else alike)
        chosen = self.chosen.get(told.noun)
        if mention.many and chosen in alike and edits[chosen].count > 1:
            return [chosen]
        if len(alike) < 2 or mention.many:
            return alike
        recent = [i for i in alike if i in self.focus]
        if chosen is not None:
            return [chosen]
        if not known and len(recent) != 1:
            return alike[:1]  # "a hat" is any of them
        if len(recent) == 1:
            return recent
        borne = [i for i in alike if i in self._borne()]
        stood = [i for i in alike if i < len(edits.before.things)]
        if len(borne) == 1 or len(stood) < 2:
            return (borne or stood or alike)[:1]
        raise DoubtError(stood[0], stood[1])

    def _borne(self) -> set[int]:
        """What is worn or held by what was chosen of several: "the hat" of the second cat."""
        chosen = set(self.chosen.values())
        borne = (each for each in self.edits.relations if each.name in CARRIED)
        return {index for each in borne if each.subject in chosen for index in each.objects}

    def _largest(self, things: list[int], size: str) -> list[int]:
        """ "The big one" where one is small: the largest, or the smallest, where they differ."""
        steps = [size_step(self.edits[index].size) for index in things]
        end = min(steps, default=0) if size_step(size) < size_step(None) else max(steps, default=0)
        return [index for index, step in zip(things, steps, strict=True) if step == end]

    def is_so(self, index: int, mark: str, value: str) -> bool:
        thing = self.edits[index]
        own = noun(thing.noun).colour if mark == "colour" else None
        return (getattr(thing, mark) or own) == value

    def meant(self, pronoun: str) -> list[int]:
        """What a pronoun means: "she" a woman, "them" several. Raises DoubtError in doubt."""
        if pronoun in _ALL:
            return self.they()
        if pronoun in _PERSONS and "it" not in self.chosen:
            kind = _PERSONS[pronoun]
            there = self.edits.there
            persons = [i for i in there if is_of_kind(self.edits[i].noun, kind)]
            for category in ("person", "people", "figure", "animal"):
                persons = persons or [
                    i for i in there if noun(self.edits[i].noun).category == category
                    or (category == "figure" and is_of_kind(self.edits[i].noun, category))
                ]  # fmt: skip
            recent = [i for i in persons if i in self.focus]
            if recent or len(persons) == 1:
                return (recent or persons)[:1]
        main = self._main(self.edits.there)
        single = [index for index in main if self.edits[index].count == 1]
        if not self.chosen and not self.focus and len(single) == 1:
            return single  # nobody calls three fish "it"
        if pronoun == "it" and not self.chosen and not self.focus:
            things = [i for i in main if noun(self.edits[i].noun).category not in PEOPLE]
            return things if len(things) == 1 else self.it()  # who is somebody is "he" or "she"
        return self.it()

    def they(self) -> list[int]:
        """Several things: those that were spoken of last, else all that stand for themselves."""
        known = [index for index in self.focus if index in self.edits.there]
        if len(known) > 1 or any(self.edits[index].count > 1 for index in known):
            return known
        nouns = {self.edits[index].noun for index in known}
        alike = [index for index in self.edits.there if self.edits[index].noun in nouns]
        if len(alike) > 1:
            return alike  # one of them was spoken of
        several = [index for index in self._free() if self.edits[index].count > 1]
        if not known and len(several) == 1:
            return several
        return self._free() or known

    def _all_alike(self) -> list[int]:
        """All of them: of the kinds of those that were spoken of last."""
        things = self.they()
        nouns = {self.edits[index].noun for index in things}
        return [index for index in self.edits.there if self.edits[index].noun in nouns]

    def pair(self) -> list[int]:
        """The two that "both" means: spoken of last, or all that there is."""
        known, free = self.they(), self._free()
        if len(known) == 1 and self.edits[known[0]].count > 1:
            return known
        kinds = [noun(self.edits[index].noun).category for index in free]
        alike = [i for i in free if kinds.count(noun(self.edits[i].noun).category) > 1]
        several = next((each for each in (known, free, alike) if len(each) == 2), free)
        return several

    def wearer(self, index: int) -> int:
        """Who wears a thing; the thing itself where nobody does."""
        owners = [
            r.subject for r in self.edits.relations if index in r.objects and r.name == "wearing"
        ]
        return owners[0] if owners else index

    def bearer(self, index: int) -> int:
        """Who wears or holds a thing; the thing itself where nobody does."""
        owners = (r.subject for r in self.edits.relations
                  if index in r.objects and r.name in CARRIED)  # fmt: skip
        return next(owners, index)

    def _free(self) -> list[int]:
        """Things that nobody wears, holds, or is on."""
        names = (*CARRIED, "on", "riding", "in")
        binding = (each.objects for each in self.edits.relations if each.name in names)
        bound = {index for objects in binding for index in objects}
        return [index for index in self.edits.there if index not in bound]

    def subject(self, words: Sequence[str]) -> tuple[list[int], int]:
        """The things that the words begin with, and how many words name them; ([], 0) for none."""
        if (phrase := class_phrase(words)) and (things := self._of_class(phrase)):
            return things, phrase.length
        if (end := leads(words, "all of those")) and (self.focus or words[0] != "all"):
            return (self._all_alike() if self.focus else self._free()), end
        if words[:2] == ["all", "the"] and (named_all := self.subject(words[1:]))[1]:
            return named_all[0], named_all[1] + 1
        length = leads(words, "everything")
        if length and self._noun_length(words) <= length:  # no "all houses"
            return self._all_but(words, length)
        if length := leads(words, "both"):
            things, more = self.subject(words[length:])
            named_too = more and not leads(words[length:], "pronoun")
            return (things, length + more) if named_too else (self.pair(), length)
        noun_length = self._noun_length(words)
        if words[:1] in (["every"], ["each"]) and noun_length > 1:
            every = self._mention(["the", *words[1:noun_length]])
            return (self.found(replace(every, many=True)) if every else []), noun_length
        length = leads(words, "pronoun") if not _is_owned(words) else 0
        if length and not noun_length:
            things = self.meant(words[0])
            return (things, length) if words[0] in _ALL else (things[:1] or things, length)
        if length := leads(words, "other") if not noun_length else 0:
            if words[length - 1] in ("others", "ones", "rest", "them"):
                than = [self.edits[index].noun for index in self.focus if index in self.edits.there]
                left = [index for index in self._free() if index not in self.focus]
                return [i for i in left if self.edits[i].noun in than] or left, length
            return self.others(), length
        if not noun_length:
            return [], 0
        if words[:2] == ["the", "other"] and (others := self._other_of(words[2:noun_length])):
            return others, noun_length
        mention = self._mention(words[:noun_length])
        assert mention is not None
        things, end = self.found(mention), noun_length
        while end + 2 < len(words) and words[end] == "and":
            more = self._noun_length(words[end + 1 :])
            other = self._mention(words[end + 1 : end + 1 + more]) if more else None
            if other is None:
                break
            things = [*things, *(i for i in self.found(other) if i not in things)]
            end += 1 + more
        return things, end

    def _all_but(self, words: Sequence[str], length: int) -> tuple[list[int], int]:
        """ "Everything but the dog", "everything else": all but that and what it wears or holds."""
        behind = words[length:]
        kept, end = (self.it(), 1) if behind[:1] == ["else"] else ([], 0)
        if skip := leads(behind, "excepting"):
            kept, more = self.subject(behind[skip:])
            around = read_fragment(" ".join(behind[skip:]))
            if not more and around.scenery and not around.mentions:
                more = len(behind) - skip  # "everything but the sea"
            end = skip + more if more else 0
        borne = [i for each in self.edits.relations if each.subject in kept
                 and each.name in CARRIED for i in each.objects]  # fmt: skip
        return [i for i in self.edits.there if i not in (*kept, *borne)], length + end

    def _other_of(self, named: Sequence[str]) -> list[int]:
        """ "The other dog": alike to what was spoken of last."""
        mention = self._mention(["the", *named])
        alike = self.found(replace(mention, many=True)) if mention is not None else []
        left = [index for index in alike if index not in self.focus]
        return left if mention is not None and mention.many else left[:1]

    def _of_class(self, phrase: ClassPhrase) -> list[int]:
        """The things that the name of a class means; [] where they are called so themselves.

        Raises DoubtError where it is one of two.
        """
        there = self.edits.there
        found = [index for index in there if phrase.kind.has(self.edits[index].noun)]
        mine, most = (
            sum(self.edits[index].count for index in found if self.edits[index].noun in names)
            for names in (phrase.names, {self.edits[index].noun for index in found})
        )
        if phrase.new or (mine and not mine < phrase.count <= most):
            return []
        for mark, value in phrase.looks:
            found = [index for index in found if self.is_so(index, mark, value)]
        if phrase.other:
            found = [index for index in found if index not in self.focus] or found
        if phrase.several or len(found) < 2:
            return found
        recent = [index for index in found if index in self.focus]
        if "it" in self.chosen:
            return [index for index in there if index == self.chosen["it"]]
        if len(recent) == 1:
            return recent
        raise DoubtError(found[0], found[1])

    def class_names(self, words: Sequence[str]) -> tuple[list[str], int]:
        """Names of the things of a class that the words begin with, and its words."""
        phrase = class_phrase(words)
        if phrase is None or words[0] in _ARTICLES or not (things := self._of_class(phrase)):
            return [], 0
        return [self.name_of(index) for index in things], phrase.length

    def name_of(self, index: int) -> str:
        """A thing as words name it: "the red boat"."""
        return named(replace(self.edits[index], size=None), definite=True)

    def _noun_length(self, words: Sequence[str]) -> int:
        """How many words at the start name a thing that is there; 0 for none."""
        best, name = 0, ""
        if words and words[0] in _ALONE:
            return 0
        for end in range(1, min(len(words), LONGEST) + 1):
            if end > 1 and words[end - 1] in ("the", *_ARTICLES):
                break
            mention = self._mention(words[:end])
            if mention is None:
                continue
            nouns = [self.edits[index].noun for index in self.edits.there]
            said = mention.thing.noun
            known = any(is_same_kind(n, said) or is_called(n, said) for n in nouns)
            longer = said != name or said.split()[-1] == words[end - 1]  # "the teddy", "… bear"
            if known and longer and ends_in_noun(words[:end]):
                best, name = end, mention.thing.noun
            elif not known and best and ends_in_noun(words[:end]) and (
                "colour" not in roles_at(words, end - 1)[1]  # "the cat orange"
                and not _may_be_deed(words, best, end)
            ):  # fmt: skip
                best, name = 0, ""  # "the cat food"
        return best

    def read(self, words: Sequence[str]) -> Fragment:
        """What words name; "the green house" is the house that stands, and no greenhouse."""
        found = read_fragment(" ".join(words))
        there = {self.edits[index].noun for index in self.edits.there}
        standing = {WITHIN[name] for name in there if name in WITHIN}
        if found.setting in standing - {self.edits.scenery["setting"]} and "the" in words:
            found = read_fragment(" ".join((*words, *_NOWHERE)))  # in the cave that is there
        mentions = tuple(of_several(of_parts(each, there), there) for each in found.mentions)
        return found if mentions == found.mentions else replace(found, mentions=mentions)

    def signs(self, index: int) -> list[str]:
        """What tells beside somebody's head how they feel."""
        return [self.edits[mark].noun for mark in self.marks(index)]

    def marks(self, index: int) -> list[int]:
        """Places of the signs beside somebody's head."""
        return marks_of(index, self.edits.things, self.edits.relations)

    def _mention(self, words: Sequence[str]) -> Mention | None:
        """The one thing that the words name."""
        found = marked(self.read(words))
        if len(found.mentions) != 1 or found.relations or found.scenery:
            return None
        return found.mentions[0]

    def starts_with_thing(self, words: Sequence[str]) -> bool:
        """Whether the words begin with "the …" that is there."""
        if leads(words, "ground") and words[0] == "the":
            return True
        if words and words[0] in ("left", "right", "middle"):
            words = ["the", *words[1:]]
        if words and (length := self._noun_length(words)):
            end = next((n for n, word in enumerate(words) if word in (*MARKS, "and")), len(words))
            looks = words[length + leads(words[length:], "copula") : end]
            if words[0] not in ("the", *_ARTICLES) and looks and attributes_of(looks):
                return True  # "cat black, dog white"
        if not words or words[0] not in ("the", "both", "all"):
            return False
        return self.class_names(words)[1] > 0 or (
            words[0] == "the" and self._noun_length(words) > 0
        )

    def tells_of_thing(self, words: Sequence[str]) -> bool:
        """Whether the words tell how something looks that is there, or where, and no more."""
        if self.is_told_new(words) or not (length := self._noun_length(words)):
            return False
        rest = words[length + leads(words[length:], "copula") :]
        return bool(rest) and attributes_of(rest) is not None

    def is_told_new(self, words: Sequence[str]) -> bool:
        """Whether what the words begin with is told as something new: "a boat", "another one"."""
        return bool(words) and (words[0] in (*_ARTICLES, "another") or words[:2] == _ONE_MORE)


def _is_owned(words: Sequence[str]) -> bool:
    """Whether words begin with what is somebody's: "her hat"."""
    return words[:1] == ["her"] and bool({"noun", "many"} & set(roles_at(words, 1)[1]))


def _may_be_deed(words: Sequence[str], at: int, end: int) -> bool:
    """Whether the last word behind one thing's name may be what it does: "the woman | saws"."""
    alone = end == at + 1 and roles_at(words, at - 1)[0] == at and words[0] in ("the", "my", "your")
    named = roles_at(words, at)[1]
    many = {"many", "near many"} & named.keys() or words[at] in poses()  # "make the boy | wave"
    return alone and "noun" in roles_at(words, at - 1)[1] and bool(many)
