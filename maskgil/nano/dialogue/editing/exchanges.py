"""Exchanges: removal and replacement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED
from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.amounts import Amounts
from maskgil.nano.dialogue.editing.attributes import attributes_of, sky_of
from maskgil.nano.dialogue.editing.referents.classes import class_phrase
from maskgil.nano.dialogue.fragments import (
    Fragment,
    Mention,
    marked,
    nouns_in,
    read_fragment,
    read_place,
    roles_at,
)
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.world.arranging.people.belongings import has_own
from maskgil.nano.world.nouns import noun

_PLAIN = {"setting": None, "time": "day", "weather": "clear", "style": "3d"}
_AROUND = ("celestial", "nature", "weather", "tree")
_SUNNY = (["sun"], ["sunshine"], ["sunlight"])
_POSITIONS = (["places"], ["positions"], ["place"], ["position"])
BEHIND = ("away", "off", "out", "up", "down", "on", "there", "here", "too", "as", "well", "again",
           "instead", "anymore", "any", "more", "back")  # fmt: skip


class Exchanges(Amounts):
    """Amounts, and what is removed or replaced."""

    def _remove(self, words: list[str]) -> None:
        while words and words[-1] in BEHIND:
            words.pop()
        if length := leads(words, "fresh"):
            return self._reset(words[:length])
        if self._stops_deed(words):
            return
        if (told := sky_of(words)) and any(self.edits.scenery[k] == v for k, v in told.items()):
            return self.edits.set(**{name: _PLAIN[name] for name in told})
        if self._clears_up(words) or self._as_many_of_it(words, -1):
            return
        if owned := self._owned(words):
            return self.edits.remove(owned[0])
        if self._takes_but(words):
            return
        things, length = self.subject(words)
        if things and words[length : length + 1] in (["off"], ["from"]):
            words = words[:length]  # "the bird from the tree"
        if things and length == len(words):
            return self._take(things, words)
        if things and words[length : length + 1] == ["into"]:
            return self._become_of(words[:length], words[length + 1 :])
        if things and self._is_new_one(words[length:]):  # "not a cat, a dog", "… with a dog"
            start = length + int(words[length] == "with")
            return self._become_of(words[:length], words[start:])
        if things and self._takes_from(things, words[length:]):
            return
        if self._looks_otherwise(words):
            return
        found = marked(self._around(words))
        for mention in found.mentions:
            things = self.found(mention)
            if not things:
                self.miss(mention)
            elif mention.counted and not mention.many and not mention.definite:
                self._less(things[0], mention.thing.count)
            else:
                self._take(things, mention.said.split())
        # without its stars a night stays one
        gone = self._forget(replace(found, time=None) if found.mentions else found)
        if not found.mentions and not gone and not self._has_none(found, words):
            self.left_out.append(" ".join(words))

    def _takes_but(self, words: list[str]) -> bool:
        """ "All dogs except the black one", "all ducks but two": what goes without those."""
        at, mention = self.spared(words)
        if not at or leads(words, "everything") == at:
            return False
        things, _ = self.subject(words[:at])
        told = attributes_of(words[at + leads(words[at:], "excepting") :])
        if told is not None and set(told.told) == {"count"} and len(things) == 1:
            self.edits.tell(
                things[0], count=min(int(told.told["count"] or 1), self.edits[things[0]].count)
            )
        elif mention is not None:
            kept = self.such(mention)
            for index in things:
                if index not in kept and self.edits.things[index] is not None:
                    self.edits.remove(index)
        else:
            return False
        return True

    def spared(self, words: Sequence[str]) -> tuple[int, Mention | None]:
        """Where words name what is to be spared, "all the dogs except the black one", and that.

        0 where they do not; None for what is no one thing.
        """
        ends = (n for n in range(1, len(words) - 1) if leads(words[n:], "excepting"))
        at = next(ends, 0)
        if not at or self.subject(words[:at])[1] < at:
            return 0, None
        kept = words[at + leads(words[at:], "excepting") :]
        return at, self._mention(kept)

    def such(self, mention: Mention) -> list[int]:
        """The things of the scene that are what a mention says, and look so."""
        return [
            index
            for index in self.found(replace(mention, many=True))
            if all(
                mark == "size" or self.is_so(index, mark, value)
                for mark, value in mention.thing.looks.items()
            )
        ]

    def _takes_from(self, things: Sequence[int], words: list[str]) -> bool:
        """ "The dog | the hat", of other languages: what somebody has, who stays."""
        mention = self._mention(words) if self._noun_length(words) == len(words) > 1 else None
        named = self.found(replace(mention, many=True)) if mention is not None else []
        had = [i for each in self.edits.relations if each.subject in things
               and each.name in CARRIED for i in each.objects if i in named]  # fmt: skip
        for index in had:
            self.edits.remove(index)
        return bool(had)

    def _is_new_one(self, words: list[str]) -> bool:
        """Whether words name something that is not there, and nothing besides."""
        told = self.fragment(words) if words else Fragment()
        is_one = len(told.mentions) == 1 and not (told.relations or told.scenery or told.left_out)
        return is_one and not told.mentions[0].definite and not self.found_in(words)

    def _looks_otherwise(self, words: list[str]) -> bool:
        """ "Not red", "I don't want them red": what is red takes another colour."""
        things, length = self.subject(words)
        rest = words[length:]
        while skip := leads(rest, "copula"):
            rest = rest[skip:]
        told = attributes_of(rest) if words[0] != "the" or length else None
        if told is None or set(told.told) != {"colour"} or told.is_noun_too:
            return False
        self.paint_otherwise(things or (self.it() if self.focus else self.they()), told)
        return True

    def _has_none(self, found: Fragment, words: list[str]) -> bool:
        """Whether a time or weather is to go that there is not; a remark says so."""
        told = sky_of(words) or {k: v for k, v in found.scenery.items() if v != "snow"}
        if found.setting == "snow":
            told |= {"weather": "snow"}
        remarks = [
            Remark("not_here", value, name, value, scene=self.edits.before)
            for name, value in told.items()
            if name in ("time", "weather")
        ]
        self.edits.remarks += remarks
        return bool(remarks)

    def miss(self, mention: Mention) -> None:
        """Remarks that there is none of a thing; what grows or shines may be scenery."""
        told = noun(mention.thing.noun)
        is_scenery = self.edits.before.setting and (
            told.grows or told.category in _AROUND or self.is_around(mention)
        )
        names = [self.edits[index].noun for index in self.edits.there]
        if owner := next((name for name in names if has_own(name, mention.thing.noun)), ""):
            self.edits.remarks.append(Remark("part", owner, said=mention.said))
            return
        kind = "scenery" if is_scenery else "absent"
        looks = [mark for mark in (mention.thing.colour, mention.thing.texture) if mark]
        said = " ".join([*looks, mention.said.removeprefix("the ")])
        count = 2 if mention.many else 1
        look = "".join(looks[:1])
        remark = Remark(kind, mention.thing.noun, said=said, count=count, look=look)
        self.edits.remarks.append(remark)

    def _owned(self, words: list[str]) -> list[int]:
        """What is somebody's: "the girl's hat" is hers where there are several."""
        at = next((place for place, word in enumerate(words) if word.endswith("'s")), len(words))
        owned = ["the", *words[at + 1 :]]
        mention = self._mention(owned) if self._noun_length(owned) == len(owned) > 1 else None
        if mention is None:
            return []
        owners, _ = self.subject([*words[:at], words[at].removesuffix("'s")])
        pairs = [{each.subject, *each.objects} for each in self.edits.relations]
        theirs = [
            index
            for index in self.found(replace(mention, many=True))
            if any(index in pair and pair & {*owners} for pair in pairs)
        ]
        return theirs or self.found(mention)

    def _take(self, things: list[int], words: Sequence[str]) -> None:
        """Takes things away, or as many of them as are said."""
        told = read_fragment(" ".join(words)).mentions
        one = len(told) == 1 and words[0] in ("a", "an", "one")
        counted = one or (len(told) == 1 and told[0].counted and not told[0].definite)
        if counted and self._some(things, told[0].thing.count, [], "remove"):
            return
        for index in things:
            self.edits.remove(index)

    def _clears_up(self, words: list[str]) -> bool:
        """Whether clouds are to go that come with the weather: it is clear then."""
        named = nouns_in(words)
        drawn = any(self.edits[index].noun.endswith("cloud") for index in self.edits.there)
        if drawn or len(named) != 1 or not named[0].endswith("cloud"):
            return False
        if self.edits.scenery["weather"] in (None, "clear"):
            return False
        self.edits.set(weather="clear")
        return True

    def _forget(self, found: Fragment) -> bool:
        """Resets what is said of where and when, and is so: "no rain"."""
        return self._forget_told(found.scenery)

    def _forget_told(self, scenery: dict[str, str]) -> bool:
        gone = False
        for name, value in scenery.items():
            falls = name == "setting" and value == "snow" and self.edits.scenery["weather"] == value
            if falls or self.edits.scenery["weather"] == value:
                self.edits.set(weather="clear")
                gone = True
            elif self.edits.scenery[name] == value:
                self.edits.set(**{name: _PLAIN[name]})
                gone = True
        return gone

    def _reset(self, words: Sequence[str]) -> None:
        text = " ".join(words)
        names = [name for name in _PLAIN if name in text] or ["setting"]
        for name in names:
            self.edits.set(**{name: _PLAIN[name]})

    def _swaps(self, words: list[str]) -> bool:
        """ "Swap the cat and the dog", "let them change places", "the other way round"."""
        at = next((n for n in range(len(words)) if leads(words[n:], "swapped")), None)
        if at is not None:
            things, length = self._pair_of(words[:at]) if at else (self.pair(), 0)
            if length < at:
                return False
        else:
            while words and words[-1] in (*BEHIND, "around", "round", "over"):
                words = words[:-1]
            theirs = words[int(words[:1] == ["their"]) :] in _POSITIONS
            things, length = (self.pair(), len(words)) if theirs else self._pair_of(words)
            if length < len(words):
                return False
        if len(things) != 2:
            return False
        self.edits.swap(*things)
        self.look_at(things)
        return True

    def _pair_of(self, words: list[str]) -> tuple[list[int], int]:
        """The two things that "them" or "cat and dog" names, and the length of that."""
        if words and leads(words, "pronoun", "both") == len(words):
            return self.pair(), len(words)
        at = words.index("and") if "and" in words else 0
        (first, one), (second, two) = self.subject(words[:at]), self.subject(words[at + 1 :])
        found = [*first[:1], *second[:1]] if at and one == at else []
        return (found, at + 1 + two) if len(set(found)) == 2 else self.subject(words)

    def _replace(self, words: list[str]) -> None:
        if self._swaps(words):
            return
        joints = [n for n, word in enumerate(words) if leads(words[n : n + 1], "joint")]
        clear = [n for n in joints if words[n] not in ("in", "to")]
        at = next(iter(clear or joints), None)
        if at is None:
            self.left_out.append(" ".join(words))
            return
        self._become_of(words[:at], words[at + 1 :])

    def _become_of(self, old: list[str], new: list[str]) -> None:
        """What `old` names becomes what `new` names: a thing, or where it is."""
        if leads(old, "fresh"):
            return self._scenery_or_add(new)
        things, length = self.subject(old)
        if things and length:
            if (told := class_phrase(old)) and told.length == length and self.is_told_new(new):
                for index in things[1:]:  # "the fruit with a cake"
                    self.edits.remove(index)
                things = things[:1]
            return self.state(things, new, replacing=True)
        scenery = self._sky_told(old) or self._around(old).scenery
        if scenery:
            return self._scenery_instead(scenery, new)
        self.left_out.append(" ".join(old))

    def _around(self, words: list[str]) -> Fragment:
        """What words name; "the church" is the setting where the scene is in one."""
        found = read_place(" ".join(words))
        there = found.setting is not None and found.setting == self.edits.scenery["setting"]
        return found if there and not self.found_in(words) else read_fragment(" ".join(words))

    def _sky_told(self, words: list[str]) -> dict[str, str]:
        """What is told of time, weather or style; "sun" is fair weather where none is drawn."""
        bare = [word for word in words if word not in ("the", "a", "some")]
        if bare in _SUNNY and not any("sun" in self.edits[i].noun for i in self.edits.there):
            return {"weather": "clear"}
        return sky_of(words) or sky_of(bare)

    def _scenery_instead(self, old: dict[str, str], words: list[str]) -> None:
        """ "Snow instead of night": what was told goes, what is told comes."""
        new = self._sky_told(words)
        if new and not old.keys() & new.keys() and new != {"weather": "clear"}:
            self._forget_told(old)
        if new:
            return self.edits.set(**new)
        found = (read_place if "setting" in old else read_fragment)(" ".join(words))
        if found.mentions and not found.scenery:
            self._forget_told(old)
            return self.merge(found, words)
        if not found.scenery.keys() & old.keys():
            self._forget_told(old)
        self._scenery_or_add(words)

    def _scenery_or_add(self, words: list[str]) -> None:
        found = read_place(" ".join(words))
        told = attributes_of(words)
        if told is not None and set(told.told) == {"colour"}:
            found = read_fragment(f"on a {told.told['colour']} background")
        if not self.set_scenery(found, words):
            self.left_out.append(" ".join(words))

    def _instead(self, words: list[str]) -> bool:
        """ "A dog instead of the cat", "instead of the cat a dog"."""
        at = next((n for n in range(len(words)) if leads(words[n:], "inverted")), None)
        if at is None:
            return False
        behind = words[at + leads(words[at:], "inverted") :]
        if at:
            self._become_of(behind, words[:at])
        else:
            length = self.subject(behind)[1] or self._scenery_length(behind)
            if length == len(behind):  # "…, put a dog"
                self.instead_of = behind
            else:
                new = behind[length:]
                self._become_of(behind[:length], new[leads(new, "put", "add", "want", "paint") :])
        return True

    def _scenery_length(self, words: list[str]) -> int:
        """How many words at the start tell of place, time or weather."""
        start = int(words[:1] in (["the"], ["a"]))
        end, _ = roles_at(words, start)
        return (
            end
            if self._sky_told(words[:end]) or read_fragment(" ".join(words[:end])).scenery
            else 0
        )
