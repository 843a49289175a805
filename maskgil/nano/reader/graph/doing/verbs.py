"""Verbs of a description, with their subjects and objects."""

from __future__ import annotations

from maskgil.nano.reader.graph.whereabouts.places import Whereabouts
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import (
    is_shown,
    marked_with,
    mutual,
    posed,
    verb_forms,
    words_of_kind,
)
from maskgil.nano.world.nouns import LIVING
from maskgil.nano.world.scene import ACTIONS

_DRUNK = "glass of water"


class Verbs(Whereabouts):
    """Takes up verbs, one after the other."""

    def _verb(self, chunk: Chunk, at: int) -> None:
        if self._gives(chunk):
            return
        self._do(chunk)
        self._reach_for(chunk)
        self.pending, self.words, self.verbal = chunk.value, chunk.text, True

    def _still(self, chunk: Chunk, at: int) -> None:
        if self._gives(chunk):
            return
        self._do(chunk)
        self.dwells = chunk.text in verb_forms("dweller")
        self.verbal = True
        if chunk.text in words_of_kind("makes") and self.last is not None:
            self.pending, self.words = "next to", chunk.text

    def _is_drunk(self, chunk: Chunk) -> bool:
        """Whether "water" is what somebody drinks, not where they are: a glass of it."""
        drinks = self.verbal and self.words in verb_forms("drinks") and not chunk.pause
        who = self.draft.doer(self.mentioned) if self.last is not None else None
        if chunk.text != "water" or not drinks or who is None or not self.draft.is_rider(who):
            return False
        chunk.kind, chunk.value = "thing", _DRUNK
        return True

    def _do_for(self, chunk: Chunk, at: int) -> None:
        """ "Reading a story to two children": whom it is done for is beside who does it."""
        after = next(iter(self.chunks[at + 1 : at + 2]), None)
        somebody = after is not None and after.kind == "thing" and not after.pause
        if chunk.text != "to" or not somebody or after is None or not self.draft.relations:
            return
        doer, name, others = self.draft.relations[-1]
        if others != [self.last] or self.lexicon.nouns[after.value].category not in LIVING:
            return
        if name == "next to" and self.doing in verb_forms("feeds"):
            self.draft.relations[-1] = doer, "holding", others  # "feeding bread to ducks"
            self.draft.things[others[0]].via, name = "holding", "holding"
            self.left_out = [each for each in self.left_out if each != self.act]
        if name in (*ACTIONS, "holding"):
            self.pending, self.words, self.verbal, self.joint = "next to", "to", False, ""

    def _is_done_there(self, who: int | None) -> bool:
        """Whether somebody does something to what they are on: "on a roof fixing it"."""
        there = any((n, others) == (who, [self.last]) for n, _, others in self.draft.relations)
        framed = who is not None and self.draft.noun(who).name in words_of_kind("seen through")
        roomy = framed and self.pending == "in" and bool(self.scenery.settings)
        # "a kitchen with a window and a table in it"
        if not (roomy or (self.verbal and self.pending == "next to" and there)):
            return False
        self.pending = ""
        return True

    def _soar(self) -> None:
        """Notes who is over a place: "a seagull over the ocean"."""
        if self.pending == "above" and self.last is not None:
            self.soaring += self._with_joined(self.last)

    def _is_painted_so(self, chunk: Chunk) -> bool:
        """Whether a colour is that in which somebody paints something: "painting a fence white"."""
        told = None if self.last is None else self.draft.things[self.last].chunk
        named = any(each.chunk.text.endswith(" painting") for each in self.draft.things)
        paints = named or self.doing in verb_forms("paints")  # "a man painting"
        if told is None or chunk.pause or not paints:
            return False
        bare = told.end == chunk.start and not told.colour
        if not bare or not self.lexicon.nouns[told.value].paintable:
            return False
        told.colour = chunk.value
        said = ((chunk.start, chunk.said), (chunk.start, chunk.text))
        self.left_out = [each for each in self.left_out if each not in said]
        return True

    def _do(self, chunk: Chunk) -> None:
        """Says what somebody does that no drawing shows; a wish's "kick" says it of nobody."""
        self.doing = chunk.text
        doer = None if self.last is None else self.draft.doer(self.mentioned)
        somewhere = self.before is not None and self.before.kind in ("place", "where")
        if doer is None and (somewhere or not chunk.text.partition(" ")[0].endswith("ing")):
            return  # "a river running through a forest"
        if doer is not None:
            self.active.append(self.draft.things[doer])
            if chunk.text in verb_forms("rides") and chunk.text != "ride":  # nor "a piggyback ride"
                self.riders.append(self.draft.things[doer])
            if chunk.text in verb_forms("drives"):
                self.riders.append(self.draft.things[doer])
                self.drivers.append(self.draft.things[doer])
        noun, winged = None if doer is None else self.draft.noun(doer), words_of_kind("flies")
        living = doer is not None and self.draft.living(doer)
        wings = noun is not None and ("a" in noun.places[1:] or noun.name in winged)
        swims = (
            noun is not None and noun.places.endswith("w") and chunk.text in verb_forms("glides")
        )
        if wings and not swims and chunk.text in verb_forms("shown in the air"):
            self.flying.append(self.draft.things[doer or 0])
        whole = (
            chunk.text in words_of_kind("act")
            or chunk.text in marked_with()
            or chunk.text in mutual()
        )
        act = chunk.start, chunk.said if whole else chunk.said.partition(" ")[0]
        if self._is_caused(chunk):
            self.left_out.append(act)
            return
        named = self.before is not None and self.before.kind in ("thing", "and", "still", "verb")
        if doer is not None and living and chunk.text in mutual():
            self._meet(chunk, doer, act)
        if doer is not None and chunk.text in posed() and (living or named):
            joined = self._with_joined(doer) if doer == self.last else [self.draft.things[doer]]
            alike = [t for t in joined if self.draft.living(self.draft.things.index(t)) == living]
            self.poses += [(told, chunk.text, act) for told in alike]
        if doer is not None and living and chunk.text in verb_forms("swims along"):
            self.swimming += self._with_joined(doer)
        if not is_shown(chunk.text, noun, living=living):
            self.act = act
            self.left_out.append(self.act)
            if doer is not None:
                self.deeds.append((self.draft.things[doer], chunk.text, self.act))

    def _is_caused(self, chunk: Chunk) -> bool:
        """Whether a pronoun's referent does it, not who is spoken of: "making it roar"."""
        base = not chunk.text.partition(" ")[0].endswith(("ing", "ed", "s"))
        before = self.before
        caused = before is not None and before.text.rpartition(" ")[2] in ("it", "them")
        return base and caused and not chunk.pause

    def _is_unknown_verb(self, chunk: Chunk, at: int) -> bool:
        """Whether a word that is not known says what the thing before does to the one behind."""
        before, after = self.before, self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        return (
            chunk.said == chunk.value
            and chunk.value.endswith("ing")
            and before is not None
            and before.kind in ("thing", "and")
            and self.last is not None
            and not chunk.pause
            and after is not None
            and after.kind in ("thing", "lost")
            and not after.pause
        )
