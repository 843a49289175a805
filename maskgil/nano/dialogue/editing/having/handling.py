"""Handling: dropping, picking up, putting on or taking off existing things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.editing.deeds import as_deed, is_deed
from maskgil.nano.dialogue.editing.having.transfers import Transfers
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.world.nouns import ALIVE, noun
from maskgil.nano.world.scene import ACTIONS, CARRIED

_HELD = ("holding", "with", *ACTIONS)
_HAD = {"puts down": _HELD, "throws away": (*_HELD, *CARRIED), "takes off": ("wearing", "with"),
        "picks up": (), "puts on": ()}  # fmt: skip
"""What is done to a thing: how who does it has it before; () where they need not."""
_NEW = (["a"], ["an"], ["some"], ["one"], ["another"])
_AGAIN = ("again", "now", "too", "back")
_KNOWN = ("the", "his", "her", "its", "their")
_BESIDE = ("next to", "on", "under", "behind", "in front of")


class Handling(Transfers):
    """Transfers, and what somebody does with a thing in the hands or on the body."""

    def handles(self, things: Sequence[int], words: Sequence[str]) -> bool:
        """ "Drops it", "takes the hat off", "is putting down the book": whether words say so."""
        words = list(words[leads(words, "copula") :])
        while len(words) > 2 and words[-1] in _AGAIN:
            words = words[:-1]
        for at in (n for n, word in enumerate(words) if word == "and"):
            first, then = words[:at], words[at + 1 :]
            acts = then and (leads(then, *_HAD) > 0 or is_deed(as_deed(then)))
            if acts and self.handles(things, first):
                if not self.handles(things, then):
                    self.state(list(things), as_deed(then))
                return True
        way, named = _told(words)
        who = [index for index in things if index >= 0]
        if way == "puts down" and not named:
            named = self._all_held(who)  # "lets go"
        if not way or not named or not who:
            return False
        if not leads(named, "pronoun") and {*who} <= {*self._named(named, who)}:
            who = self._owners(who)  # "it drops the fish", of which was spoken last
        known = self._meant(who, way, named)
        if not known and way == "puts on" and named[0] in _KNOWN[1:]:
            named = ["a", *named[1:]]  # "his hat", of which nothing was said yet
        if not known and _HAD[way] and named[0] in _KNOWN and len(named) > 1:
            self.left_out.append(" ".join(words))  # of what nobody has
            return True
        if not known:
            return named[:1] in _NEW and self._takes_new(who, way, words, named)
        for index in known:
            self._handle(who, way, index)
        self.look_at(who)
        return True

    def _all_held(self, who: Sequence[int]) -> list[str]:
        """The name of the one thing that somebody holds."""
        held = [i for each in self.edits.relations if each.name in _HELD and each.subject in who
                for i in each.objects]  # fmt: skip
        return self.name_of(held[0]).split() if len(held) == 1 else []

    def is_handled(self, words: list[str]) -> bool:
        """ "Drops it", said of nobody: of the only one who can."""
        told = words[:1] != [] and words[0].endswith("s") and leads(words, *_HAD) > 0
        alive = [i for i in self.edits.there if noun(self.edits[i].noun).category in ALIVE]
        return told and len(alive) == 1 and self.handles(alive, words)

    def _handle(self, who: list[int], way: str, index: int) -> None:
        if way in ("takes off", "throws away"):
            return self.edits.remove(index)
        before = list(self.edits.relations)
        owners = self._owners([index])
        if way == "puts down":
            for each in before:
                if index in each.objects and each.name in _HELD and each.subject in who:
                    if noun(self.edits[index].noun).category == "aircraft":
                        self._rises(index)
                    else:
                        self.edits.relate(index, "next to", [each.subject])
        else:
            name = "wearing" if way == "puts on" else "holding"
            if owners == who[:1] and any(
                each.name == name and index in each.objects for each in before
            ):
                self.edits.remarks.append(Remark("already"))
            self.edits.relations = [
                each for each in before if each.subject != index or each.name not in _BESIDE
            ]
            self.edits.relate(who[0], name, [index])

    def _rises(self, index: int) -> None:
        """What is let go and flies is nobody's any more, and higher."""
        self.edits.relations = [
            each for each in self.edits.relations if index not in (each.subject, *each.objects)
        ]
        self.edits.move(index, 0, -1)

    def _owners(self, things: Sequence[int]) -> list[int]:
        """Who has some of the things."""
        return [
            each.subject
            for each in self.edits.relations
            if each.name in CARRIED and {*things} & {*each.objects}
        ]

    def _takes_new(self, who: list[int], way: str, words: list[str], named: list[str]) -> bool:
        """ "Picks up a stone", "puts on a hat", of which there is none yet."""
        if way not in ("picks up", "puts on") or words[0] in ("takes", "took"):
            return False  # "takes a photo"
        self._acts(who, ["wearing" if way == "puts on" else "holding", *named])
        return True

    def _meant(self, who: list[int], way: str, named: list[str]) -> list[int]:
        """The things that words mean: what somebody has, or else what lies there."""
        has = [
            index
            for each in self.edits.relations
            if each.subject in who and each.name in (_HAD[way] or CARRIED)
            for index in each.objects
        ]
        length = leads(named, "pronoun")
        if length == len(named):
            return self._it(has if _HAD[way] else [], way)
        if length or named[:1] in _NEW:
            return []
        things = self._named(named, has if _HAD[way] else ())
        return [index for index in things if index in has] if _HAD[way] else things[:1]

    def _it(self, has: list[int], way: str) -> list[int]:
        """What "it" is: what was spoken of last, of what somebody has or could take."""
        loose = has or [i for i in self.edits.there if self._is_loose(i, way)]
        recent = [index for index in loose if index in self.focus]
        return next((each for each in (recent, loose) if len(each) == 1), [])

    def _is_loose(self, index: int, way: str) -> bool:
        """Whether a thing can be taken up or put on."""
        kind = noun(self.edits[index].noun).category
        if way == "puts on":
            return kind == "clothes"
        return way == "picks up" and kind not in ("person", "people", "building", "nature", "tree")

    def _named(self, named: list[str], among: Sequence[int] = ()) -> list[int]:
        """The things that all of the words name; of several alike those `among` some."""
        if named[0] in _KNOWN:
            named = ["the", *named[1:]]
        if among and (mention := self._mention(named)) is not None:
            return [i for i in self.found(replace(mention, many=True)) if i in among]
        things, length = self.subject(named)
        return things if length == len(named) else []


def _told(words: list[str]) -> tuple[str, list[str]]:
    """What is done, and to what: "takes off | the hat", "takes | the hat | off"."""
    for way in _HAD:
        if length := leads(words, way):
            return way, words[length:]
        if len(words) > 2 and leads([words[0], words[-1]], way) == 2:
            return way, words[1:-1]
    return "", []
