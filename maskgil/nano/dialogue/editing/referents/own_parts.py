"""Parts of existing things, edited by themselves: its tail, the king's beard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.commands import MARKS, is_whole, leads
from maskgil.nano.dialogue.editing.referents.kinds import is_same_kind, is_someone
from maskgil.nano.dialogue.editing.referents.referents import LONGEST
from maskgil.nano.dialogue.editing.retelling import Retelling
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment, roles_at
from maskgil.nano.dialogue.outcome import DoubtError
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording.anaphora import HANDS, OWNERS
from maskgil.nano.reader.parts import is_painted_part, known_by, paints_whole, parted
from maskgil.nano.reader.words import has_part, table, transitive, words_of_kind
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.drawn.regions import with_part
from maskgil.nano.world.nouns import ALIVE, LIVING, noun

_OF_PARTS = (
    "the", "a", "an", "its", "his", "her", "their", "it", "him", "them", "", "is", "are", "be",
    "should", "to", "into", "with", "of", "in", "has", "have", "more", "now",
)  # fmt: skip
"""What may be said around a part and its colour."""
_EACH = ("the", "each", "every")
_BARE = ("make", "paint", "enlarge it", "shrink it")  # … tail, of other languages
_GIVING = ("give", "add")
_HAVING = ("give", "", "add", "want", "make")
_ARTICLES = ("the", "a", "an", "some", "another", "no", "both", "all")


def _is_where(words: Sequence[str], at: int) -> int:
    """How many words before a word say where something is: "in front of | its door"."""
    if words[at - 1] in ("onto", "at", "to"):
        return 1
    starts = (n for n in range(max(0, at - LONGEST), at) if roles_at(words, n)[0] == at)
    return next((at - n for n in starts if "relation" in roles_at(words, n)[1]), 0)


def _is_of_new(words: Sequence[str], whose: str) -> bool:
    """Whether who is named for the first time has it: "a man with a parrot on | his shoulder"."""
    named = nouns_in(words)
    if whose in ("his", "her"):
        return any(map(is_someone, named))
    return len(named) > 1 or "with" in words


def _hand_length(words: Sequence[str]) -> int:
    """How many words at the start say in which hand: "in one hand", "in the other"."""
    end = int(words[:1] in (["in"], ["with"]))
    which = leads(words[end:], "which hand") if end else 0
    end += which
    if which and words[end : end + 1] and words[end] in HANDS:
        return end + 1
    return end if which and words[end - 1] == "other" and end == len(words) else 0


class OwnParts(Retelling):
    """Descriptions of what stands, and of its parts."""

    def tells_part(self, verb: str, words: list[str]) -> bool:
        """Whether something is told of a part of what stands.

        It takes a colour where it is drawn so; a remark tells that nothing else is done to it.
        """
        halves = self._parts_painted_alike(words) if verb not in _GIVING else []
        if len(halves) > 1 and all(map(self._part_length, halves)):
            for half in halves:
                self.tells_part(verb, half)
            return True
        if verb != "add" and verb != "remove" and self.paints_part(words):
            return True
        if not any(map(self._is_part, words)):
            return False
        told = (
            self._at_each(words)
            or self._given_part(verb, words)
            or self._part_first(words, bare=verb in _BARE)
        )
        owner, said = told or (None, "")
        if owner is None:
            return False
        name = self.edits[owner].noun
        if self.drawn_with([owner], said.split()):
            return True
        has = any(has_part(noun(name), said[n:]) for n in range(len(said)) if said[n - 1] == " ")
        given = verb == "give" and has and said.split()[0] in _ARTICLES
        self.edits.remarks.append(Remark("already") if given else Remark("part", name, said=said))
        self.look_at([owner])
        return True

    def drawn_with(self, things: list[int], words: list[str]) -> bool:
        """Whether what one thing gets makes it another that is drawn so: "a horse with wings"."""
        if len(things) != 1:
            return False
        known = self.edits[things[0]]
        found = read_fragment(f"a {known.noun} with {' '.join(words)}")
        told = found.mentions[0].thing.noun if len(found.mentions) == 1 else known.noun
        if told == known.noun or found.left_out:
            return False
        self.edits.replace(things[0], replace(known, noun=told))
        self.look_at(things)
        return True

    def at_parts(self, words: list[str]) -> list[str]:
        """ "On its towers", "on the roof" as "on the towers of the castle", which stands."""
        for at in range(1, len(words)):
            bare = is_whole(words[at : at + 1], "own part")  # "on head", of other languages
            place = at if bare else at + 1
            part, whose = words[place] if place < len(words) else "", words[at]
            told = words[place + 1 : place + 2] == ["of"] or self._is_thing(part)
            known = bare or whose in (*OWNERS, *_EACH) or self._is_limb(words[at : at + 2])
            where = _is_where(words, at)
            if not (part and known and where) or told or self.is_on_its_ground([part]):
                continue
            if whose in OWNERS and _is_of_new(words[:at], whose):
                continue
            owner = self._owner_at(whose, part)
            if owner is None:
                continue
            name, rest = self.name_of(owner).split(), words[place + 1 :]
            if part in HANDS:
                return [*words[: at - where], "held", "by", *name, *rest]
            return [*words[:at], "the", part, "of", *name, *rest]
        return words

    def in_hands(self, words: list[str]) -> list[str]:
        """ "Holds an umbrella in one hand" as "holds an umbrella"; elsewhere held by who can."""
        at = next((n for n in range(1, len(words)) if _hand_length(words[n:])), 0)
        if not at:
            return words
        rest = [*words[:at], *words[at + _hand_length(words[at:]) :]]
        holds = any(transitive().get(word) == "holding" for word in words[:at])
        if holds or leads(words, "having"):
            return self.in_hands(rest)
        owner = self._owner_at("the", "hand")
        if owner is None:
            return words
        return [*words[:at], "held", "by", *self.name_of(owner).split(), *rest[at:]]

    @staticmethod
    def _is_limb(words: Sequence[str]) -> bool:
        """Whether words name a part on which somebody carries something: "a shoulder"."""
        return words[:1] == ["a"] and is_whole(words[1:], "limb")

    def _owner_at(self, whose: str, part: str) -> int | None:
        """At whose part something is to be; None where that is nobody's, or of several."""
        there = likely = self.edits.there
        if whose in OWNERS:
            try:
                likely = [i for i in self.meant(OWNERS[whose]) if i in there]
            except DoubtError:
                likely = []
        for things in (likely, there):
            owners = [index for index in things if self._has_spot(index, part)]
            if owners and (len(owners) == 1 or things is not there):
                return owners[0]
        return None

    def _has_spot(self, index: int, part: str) -> bool:
        """Whether the drawing of a thing is known to have a part at which something may be."""
        one, way = noun(self.edits[index].noun), table("spot").get(part)
        own = is_whole([part], "own part") and not is_whole([part], "part of built")
        lives = one.category in ALIVE and (part in HANDS or own)
        grows = one.grows and way == "in"
        return lives or grows or has_part(one, part) or bool(way and spot_of(way, one))

    def paints_part(self, words: list[str]) -> bool:
        """ "Make its shell purple", "give it blue wings", "her hair is red": whose parts they are.

        Parts that are most of what is seen, of one thing that stands; nothing else may be said.
        """
        at = next((n for n, word in enumerate(words) if is_painted_part(word)), None)
        looks = [(n, roles_at([word], 0)[1]) for n, word in enumerate(words)]
        told = [(n, role.get("colour"), role.get("texture")) for n, role in looks
                if {"colour", "texture"} & role.keys()]  # fmt: skip
        if at is None or len(told) != 1:
            return False
        place, colour, texture = told[0]
        rest = {word.removesuffix("'s") for n, word in enumerate(words) if n not in (at, place)}
        owners = [i for i in self.edits.there if self._with_part(i, words[at], colour)]
        named = [i for i in owners if {*self.edits[i].noun.split()} & rest]
        owners = named or owners
        if len(owners) != 1 or self._is_thing(words[at]):
            return False
        index = owners[0]
        one = noun(self.edits[index].noun)
        if rest - {*one.name.split(), *one.plural.split(), *_OF_PARTS}:
            return False
        if words[0] in ("his", "her") and self.meant(OWNERS[words[0]])[:1] not in ([index], []):
            return False  # "his eyes", and only the cat's can be painted
        before = self.edits[index]
        noun_then = self._with_part(index, words[at], colour)
        if state := parted(one, words[at], colour):
            self.edits.tell(index, state=with_part(self.edits[index].state, state) or state)
        elif noun_then != self.edits[index].noun:
            self.edits.replace(index, replace(self.edits[index], noun=str(noun_then)))
        elif texture == "golden" and words[at] in words_of_kind("soft part"):
            self.edits.tell(index, colour="yellow", texture=None)
        else:
            self.edits.tell(index, **({"texture": texture} if texture else {"colour": colour}))
        if self.edits[index] == before:
            self.edits.remarks.append(Remark("already"))
        self.look_at([index])
        return True

    def _with_part(self, index: int, part: str, colour: str | None) -> str | None:
        """The noun of a thing once its part is of a colour; None where that is not seen."""
        one = noun(self.edits[index].noun)
        seen = paints_whole(one, part) or parted(one, part, colour)
        return known_by(one.name, part, colour) or (one.name if seen else None)

    def _is_thing(self, part: str) -> bool:
        """Whether what is named as a part is a thing that stands: a seashell, leaves."""
        roles = roles_at([part], 0)[1]
        named = {roles.get("noun"), roles.get("many")} - {None}
        there = [self.edits[index].noun for index in self.edits.there]
        return any(is_same_kind(name, str(each)) for name in there for each in named)

    def _parts_painted_alike(self, words: list[str]) -> list[list[str]]:
        """ "The roof and the door blue" as "the roof blue" and "the door blue"."""
        at = words.index("and") if "and" in words[1:-2] else 0
        length = self._part_length(words[at + 1 :]) if at else 0
        told = words[at + 1 + length :]
        before = words[:at]
        if not length or not told:
            return [words]
        is_told = any("colour" in roles_at([word], 0)[1] for word in before)
        return [before if is_told else [*before, *told], words[at + 1 :]]

    def _part_length(self, words: Sequence[str]) -> int:
        """How many words at the start name a part, "its long tail", "the king's beard"; 0: none."""
        for end in range(1, min(len(words), LONGEST) + 1):
            word, roles = words[end - 1], roles_at(words, end - 1)[1]
            if self._is_part(word) and not self._is_thing(word):
                return end
            if {"relation", "verb", "with", "be"} & roles.keys() or word in (*MARKS, "and"):
                return 0
            if {"noun", "many"} & roles.keys() and "colour" not in roles:
                return 0  # "the dog sits on the roof"
        return 0

    def _is_part(self, word: str) -> bool:
        """Whether a word names a part, or what the drawing of a thing that stands shows."""
        shown = (has_part(noun(self.edits[index].noun), word) for index in self.edits.there)
        return is_whole([word], "own part") or any(shown)

    def _part_first(self, words: list[str], *, bare: bool) -> tuple[int, str] | None:
        """Whose part the words begin with, and what is said of it: "its head bigger".

        `bare`: the part may be named without an article, as in "make head bigger".
        """
        length = self._part_length(words)
        if not length:
            return None
        named, part = words[: length - 1], words[length - 1]
        owned = next((n for n, word in enumerate(named) if word.endswith("'s")), None)
        if owned is not None:
            owners, end = self.subject([*named[:owned], named[owned].removesuffix("'s")])
            owners = owners if end == owned + 1 else []
        elif named[:1] and named[0] in OWNERS:
            owners = self._who_has(part, self.meant(OWNERS[named[0]]))
        elif words[length : length + 1] == ["of"]:
            owners, end = self.subject(words[length + 1 :])
            owners = owners if end else []
        elif named[:1] == ["the"] or (bare and not named):
            owners = self._who_has(part, self.edits.there)
            owners = owners if len(owners) == 1 else []
        else:
            return None
        return (owners[0], " ".join(words)) if owners else None

    def _who_has(self, part: str, things: Sequence[int]) -> list[int]:
        """Which of some things have such a part, as far as their drawings are known."""
        kinds = {index: noun(self.edits[index].noun) for index in things}
        built, own = is_whole([part], "part of built"), is_whole([part], "own part")
        such = ("building", "vehicle") if built else LIVING if own else ()
        return [i for i, one in kinds.items() if has_part(one, part) or one.category in such]

    def _at_each(self, words: list[str]) -> tuple[int, str] | None:
        """Whose parts something is to be on that no picture shows it on: "on each leg"."""
        for at in range(1, len(words) - 1):
            part = words[at + 1]
            each = words[at] in _EACH[1:] and is_whole([part], "own part") and _is_where(words, at)
            if each and part not in table("spot") and not self._is_thing(part):
                owner = self._owner_at(words[at], part)
                return None if owner is None else (owner, " ".join(words))
        return None

    def _given_part(self, verb: str, words: list[str]) -> tuple[int, str] | None:
        """Who is given a part, and what was said: "it a horn", "the cat has no ears"."""
        if verb == "add":
            at = next((n for n, word in enumerate(words) if word == "to"), 0)
            given, whose = words[:at], words[at + 1 :]
            owners, length = self.subject(whose) if at else ([], 0)
            length = len(words) if length == len(whose) else 0
        elif verb in _HAVING:
            owners, length = self.subject(words)
            having = leads(words[length:], "having") if verb != "give" else 0
            given = words[length + having :]
            length = length if having or verb == "give" else 0
        else:
            return None
        made = nouns_in(given[:-1])  # "a carrot nose", but no "teddy bear's nose"
        bare = [word for word in given[:-1] if not nouns_in([word])] + given[-1:]
        end = self._part_length(bare)
        if not (length and end and owners) or end < len(bare):
            return None
        if not is_whole(given[-1:], "own part"):
            return None  # a scarf may be given to whom one is drawn with
        one = noun(self.edits[owners[0]].noun)
        if any(noun(name).category in LIVING for name in made):
            return None
        return (owners[0], " ".join(given)) if one.category in LIVING else None
