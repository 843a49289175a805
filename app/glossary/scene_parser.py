"""Parser of picture descriptions: things, counts, colours, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.glossary.lexicon import GlossaryLexicon, Kind, LexiconItem
from app.glossary.parts.doings import TRANSITIVE, is_doing, verbs_first
from app.glossary.parts.joints import RELATIVE, VERBS, JointPhrases
from app.glossary.parts.phrases import Location, ParsedScene, Phrase
from app.glossary.parts.typology import (
    COMPOUND_COLOURS,
    COUNTED_LAST,
    NOUN_FIRST,
    VERB_FIRST,
    VERB_LAST_BEHIND_WHO,
)
from app.glossary.world import is_made, lives

_STANDS = "在"
_BESIDE = {"in the sea": "by the sea", "on the lake": "by the lake", "at the river": "by the river"}
"""Waters, and what is beside them: "au bord de la mer" is no place in the sea."""


def _beside(place: Location) -> Location:
    """A place beside a water, where what is told is next to it."""
    return replace(place, where=_BESIDE.get(place.where, place.where))


def read_scene(
    items: list[LexiconItem],
    lexicon: GlossaryLexicon,
    background: int,
    names: Sequence[str] = (),
) -> ParsedScene:
    """Group the items of a text; `background` is the concept of a plain backdrop.

    `names`: of the concepts in English, by which those are told that do something.
    """
    return _SceneReader(lexicon, background, names).read(verbs_first(items, lexicon.language))


def _goes_on_painted(items: Sequence[LexiconItem], at: int) -> bool:
    """Whether one more colour follows, and then what both are said of."""
    behind = list(items[at + 1 :])
    while behind[1:] and behind[1].get("colour", "look", "size"):
        behind = behind[:1] + behind[2:]
    return len(behind) > 1 and bool(behind[0].get("colour") and behind[1].get("noun"))


class _SceneReader(JointPhrases):
    def __init__(self, lexicon: GlossaryLexicon, background: int, names: Sequence[str] = ()):
        super().__init__(lexicon.language, background)
        self.lexicon, self.names = lexicon, names
        self.noun_first = lexicon.language in NOUN_FIRST
        self.colour: str | None = None
        self.size: str | None = None
        self.count: int | None = None
        self.single = False  # an article says that it is one
        self.open = False  # the last phrase may still take a colour
        self.joined = False  # a noun that follows belongs to the last one: "hat of feathers"
        self.by_of = False  # … and says so with "of"
        self.parted = False  # … but a word that is not understood stands between
        self.of_it = False  # the "of" follows the thing itself
        self.placed = False  # a colour that follows belongs to the place: "blue sky"
        self.unknown: list[str] = []
        self.joins = False  # things that tell others more closely
        self.located = False  # the last item is a place
        self.beside = False  # the last item that says something is "next to"
        self.absent: list[Phrase] = []
        self.denied: tuple[str, ...] = ()  # colours that the next thing should not have
        self.both = False  # a colour that follows is the next thing's too: "red and white"
        self.deed: tuple[int, int, str] | None = None  # who does what behind which phrase
        self.ahead = ""  # what is done by whom is named next

    def read(self, items: list[LexiconItem]) -> ParsedScene:
        at = 0
        while at < len(items):
            if items[at].get("not", "unlike"):
                at = self._deny_look(items, at) or self._deny(items, at)
                continue
            self._take(items[at], items, at)
            at += 1
        if self.colour and not self.phrases and not self.places and self.count in (None, 1):
            self.phrases.append(Phrase(None, self.colour))
            self.colour = self.count = None
        self._close()
        if self.denied and not self.phrases:
            self.phrases.append(Phrase(None, denied=self.denied))  # "not red", of something known
        return ParsedScene(
            *self._arrange(), tuple(self.unknown), self.in_doubt, self.joins, tuple(self.absent)
        )

    def _take(self, item: LexiconItem, items: list[LexiconItem], at: int) -> None:
        if item.get("unknown"):
            self.unknown.append(item.text)
            self.parted = True
            return
        placed, self.placed = self.placed, False
        located, self.located = self.located, False
        beside = self.beside
        near = item.get("relation")
        self.beside = near is not None and near.value == "next to"
        self.beside |= beside and bool(item.get("of", "one", "skip"))
        noun, colour, number = item.get("noun"), item.get("colour"), item.get("number")
        relation, place = item.get("relation"), item.get("place")
        if (
            relation
            and relation.value == "in"
            and self.noun_first
            and (any(each.get("colour") for each in items[at + 1 : at + 2]))
        ):
            relation = None  # "une fille en bleu"
        size, doing = item.get("size", "look"), item.get("doing")
        if item.get("plural") and (self.count or 1) > 1 and not self.open:
            colour = None  # "three lions", which are "black" in Arabic
            noun = item.get("plural")
        if noun and colour:
            as_colour = self._reads_as_colour(items, at)
            noun, colour = (None, colour) if as_colour else (noun, None)
        if noun and size and item.get("look"):
            before_noun = at + 1 < len(items) and items[at + 1].get("noun") is not None
            as_look = before_noun if not self.open else self._reads_as_colour(items, at)
            noun, size = (None, size) if as_look else (noun, None)
        if noun and item.get("measure") and at and items[at - 1].get("number"):
            noun = None  # "사과 세 개"
        if noun and doing and not is_doing(items, at, self.language, is_open=self.open):
            doing = None
        ends = at + 1 == len(items) or items[at + 1].get("relation", "place", "and")
        if doing and size and item.get("noun") and ends:
            doing = None  # "un elefante bebé" has nothing to drink
        if number and self._counts_last(items, at):
            self.phrases[-1] = replace(self.phrases[-1], count=int(number.value), many=False)
        elif number and number.value == 1 and self.colour and not self.open:
            self.count = 1  # "mavi bir araba"
        elif number and self._counts(items, at):
            self._close()
            self.count = int(number.value)
        elif doing:
            self._do(str(doing.value), item.text, is_last=at + 1 == len(items))
        elif relation:
            if located and relation.value == "next to" and self.postpositions:
                self.places[-1] = _beside(self.places[-1])
            elif not (located and self.postpositions):  # "in the forest" has its "in"
                self._close()
                self._relate(str(relation.value), at > 0 and items[at - 1].text == _STANDS)
        elif place:
            self._place(str(place.value))
            if beside and not self.postpositions:
                self.places[-1] = _beside(self.places[-1])
        elif colour and not placed:
            second = self.noun_first and at > 0 and items[at - 1].get("and") is not None
            beside = at > 0 and items[at - 1].get("colour") is not None
            self._paint(str(colour.value), second=second, beside=beside)
        elif size:
            self._tell(str(size.value))
        elif noun:
            self._name(item)
        elif item.get("and") and self.colour and not self.open and _goes_on_painted(items, at):
            self.both = True  # "ein rot und weiß gestreifter Ball"
        elif item.get("and"):
            self._close()
            if at and not items[at - 1].get("relation"):  # "a cat on the left and a dog"
                self._forget_relation()
            self.listed.add(len(self.phrases) - 1)
        elif item.get("of"):
            self.by_of, self.of_it = True, not self.parted
        elif item.get("one"):
            self.single, self.joined = True, False
        else:
            self.joined = False

    def _deny_look(self, items: list[LexiconItem], at: int) -> int:
        """Take the colours that a thing should not have: "two boats, not red"; where they end.

        0 where none are named, or it is a thing so coloured that should not be there.
        """
        colours: list[str] = []
        end = told = at + 1
        while end < len(items):
            if colour := items[end].get("colour"):
                colours.append(str(colour.value))
                told = end + 1
            elif not items[end].get("skip", "of", "one", "and", "not", "unlike"):
                break
            end += 1
        behind = items[told : told + 2]
        if self.lexicon.unspaced and behind and behind[0].get("of"):
            behind = behind[1:]
        is_named = bool(behind) and behind[0].get("noun") is not None and not self.noun_first
        if not colours or (is_named and items[at].get("not")):
            return 0
        self._close()
        if is_named or not self.phrases:
            self.denied = tuple(colours)
        else:
            self.phrases[-1] = replace(self.phrases[-1], denied=tuple(colours))
        return told

    def _deny(self, items: list[LexiconItem], at: int) -> int:
        """Take what a "without" takes away, a thing or a place; where that ends."""
        named = [item.get("one", "number", "noun") for item in items[at + 1 : at + 3]]
        if items[at].get("not") is None and not (len(named) > 1 and all(named)):
            return at + 1  # "que no lleva"; "no un perro" denies one
        self._close()
        end = at + 1
        while end < len(items) and not items[end].get("noun", "place", "unknown", "not"):
            end += 1
        if end == len(items) or items[end].get("unknown", "not"):
            return at + 1
        end += 1
        while end < len(items) and self.noun_first and items[end].get("colour", "size"):
            end += 1
        if self.lexicon.unspaced and end < len(items) and items[end].get("of"):
            end += 1  # "a house of no trees"
        denied = _SceneReader(self.lexicon, self.background, self.names).read(items[at + 1 : end])
        self.absent += denied.phrases[-1:]
        return end

    def _reads_as_colour(self, items: list[LexiconItem], at: int) -> bool:
        """Whether a word that is both ("orange", "rose") is the colour here."""
        if self.noun_first:
            return self.open and not self.parted  # "tomando café"
        told: tuple[Kind, ...] = ("skip", "of", "colour", "size", "look")
        after = next((i for i in items[at + 1 :] if not i.get(*told) or i.get("noun")), None)
        return after is not None and after.get("noun") is not None

    def _counts(self, items: list[LexiconItem], at: int) -> bool:
        """In Chinese a number counts where a measure word or a thing follows."""
        after = items[at + 1] if at + 1 < len(items) else None
        told = after is not None and after.get("measure", "noun", "colour", "size", "look")
        return not self.lexicon.unspaced or told is not None

    def _counts_last(self, items: list[LexiconItem], at: int) -> bool:
        """Whether a number tells how many there are of what was named before it: "곰 세 마리"."""
        if self.language not in COUNTED_LAST or not self.phrases or self.phrases[-1].count:
            return False
        behind = list(items[at + 1 :])
        while behind and behind[0].get("measure", "skip"):
            behind = behind[1:]
        starts = behind[:1] and behind[0].get("noun", "colour", "size", "look", "of")
        return bool(self.open and not starts)

    def _tell(self, look: str) -> None:
        """How the last thing or the next one looks, beside its colour."""
        if self.noun_first and self.open:
            last = self.phrases[-1]
            self.phrases[-1] = replace(last, size=" ".join(filter(None, (last.size, look))))
        else:
            self.size = " ".join(filter(None, (self.size, look)))

    def _do(self, doing: str, said: str, *, is_last: bool) -> None:
        """What the last one that lives does; behind nothing but where it is, what comes next does.

        What is done to a thing stands between the two, as a relation does.
        """
        last = len(self.phrases) - 1
        in_relative = self.joints.get(last, "").endswith(RELATIVE)
        if in_relative and not is_last:  # "où dort un chat"
            self.ahead = doing
            return
        living = [at for at in range(last + 1) if self._lives(at)]
        landmark = last == 0 and self.first_side is not None and not living
        is_theirs = self.joints.get(last - 1, "").endswith(RELATIVE)  # "neben dem eine Katze sitzt"
        if is_last and living[-2:] == [last - 1, last] and self._has_verb_last() and not is_theirs:
            living.pop()  # "eine Katze, die einen Fisch frisst"
        self._close()
        if last < 0 or landmark:
            if not (landmark or self.places or self.language in VERB_FIRST):
                self.unknown.append(said)
                return
            self.ahead = doing
            return
        who = living[-1] if living else last
        done_to = who == last - 1 and who not in {*self.joints, *self.listed}
        if done_to and doing in TRANSITIVE and (not self._lives(last) or self._has_verb_last()):
            self.joints[who] = doing  # "der ein Buch liest"
            return
        told = self.phrases[who]
        self.phrases[who] = replace(told, doing=f"{told.doing} {doing}".strip())
        self.deed = (who, last, doing) if doing in TRANSITIVE else None

    def _has_verb_last(self) -> bool:
        return self.language in VERB_LAST_BEHIND_WHO

    def _lives(self, at: int) -> bool:
        noun = self.phrases[at].noun
        return noun is not None and bool(self.names) and lives(self.names[noun])

    def _be_done_to(self) -> None:
        """The thing that is named next is what the last deed is done to, or who does it."""
        if self.ahead:
            told = self.phrases[-1]
            self.phrases[-1] = replace(told, doing=self.ahead)
            last = len(self.phrases) - 1
            self.deed = (last, last, self.ahead) if self.ahead in TRANSITIVE else None
            self.ahead = ""
        elif self.deed is not None:
            who, last, doing = self.deed
            self.deed = None
            if last == len(self.phrases) - 2 and last not in {*self.joints, *self.listed}:
                self.joints[last] = doing
                told = self.phrases[who]
                left = told.doing.removesuffix(doing).strip()
                self.phrases[who] = replace(told, doing=left)

    def _close(self) -> None:
        """End a phrase; a colour or a count that found no noun leaves it in doubt."""
        if self.colour and self.open:
            self._paint_last(self.colour)
            self.colour = None
        if self.size and self.open:  # "девочка грустная"
            told = self.phrases[-1]
            size = " ".join(filter(None, (told.size, self.size)))
            self.phrases[-1] = replace(told, size=size)
        self.in_doubt |= self.colour is not None or (self.count or 1) > 1
        self.colour = self.count = self.size = None
        self.open = self.joined = False

    def _place(self, where: str) -> None:
        if not self.open:
            self.colour = None  # the sky's own
        self._close()
        self._forget_relation()
        self.places.append(Location(where))
        self.placed, self.located = self.noun_first, True

    def _paint(self, colour: str, *, second: bool = False, beside: bool = False) -> None:
        """Paint the last thing or the next; a `second` colour is behind an "and", or `beside`."""
        if second and self.phrases and (first := self.phrases[-1].colour):
            self.phrases[-1] = replace(self.phrases[-1], colour=f"{first} and {colour}")
        elif self.noun_first and self.open:
            self._paint_last(colour)
        elif self.colour and beside and self.language in COMPOUND_COLOURS:
            self.colour = f"{self.colour} and {colour}"  # "blau-gelb"
        else:
            self.in_doubt |= self.colour not in (None, colour) and not self.both
            self.colour = f"{self.colour} and {colour}" if self.both else colour
            self.both = False

    def _paint_last(self, colour: str) -> None:
        if self.phrases[-1].colour is not None:
            self.in_doubt = True
        else:
            self.phrases[-1] = replace(self.phrases[-1], colour=colour)

    def _name(self, item: LexiconItem) -> None:
        noun, also = item.get("noun", "plural"), item.get("colour")
        assert noun is not None
        if self._is_material(str(self.names[int(noun.value)] if self.names else "")):
            self.phrases.pop()
            self.size, self.joined, self.by_of = "wooden", False, False
        if self.joined and not (self.first_side in VERBS and len(self.phrases) == 1):
            self.in_doubt |= not self.by_of
            self.joins = True
            if self.by_of and self.of_it:
                self.joints.setdefault(len(self.phrases) - 1, "of")
        is_filling = self.joints.get(len(self.phrases) - 1) == "full of"  # "ein Korb voller Äpfel"
        self.phrases.append(
            Phrase(
                int(noun.value),
                self.colour,
                self.count if self.count != 1 else None,
                self.size,
                " " in item.text,
                str(also.value) if also else None,
                (item.many or is_filling) and self.count is None and not self.single,
                self.denied,
            )
        )
        self._be_done_to()
        self.denied = ()
        self.colour = self.count = self.size = None
        self.single = self.parted = False
        self.open = self.joined = True
        self.by_of = False

    def _is_material(self, name: str) -> bool:
        """Whether the tree that was named is what a thing is made of: "木のテーブル"."""
        last = self.phrases[-1] if self.phrases else None
        is_tree = last is not None and last.noun is not None and self.joined and self.by_of
        is_tree = is_tree and self.language == "ja" and bool(self.names)
        if not is_tree or last is None or self.names[last.noun or 0] != "tree":
            return False
        return last.count is None and last.colour is None and is_made(name)
