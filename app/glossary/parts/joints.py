"""Relations between the things of a phrase, in English order."""

from __future__ import annotations

from app.glossary.parts.phrases import Location, Phrase
from app.glossary.parts.typology import POSTPOSITIONS

RELATIVE = ("which", "where", "whose")  # what relative clauses begin with in English
VERBS = frozenset({"wearing", "holding", "riding"})
"""Relations that stand before what they are said of, everywhere."""
_OPPOSITE = {"to the left of": "to the right of", "above": "below"}
_OPPOSITE |= {after: before for before, after in _OPPOSITE.items()}
# Another relation behind one of these says more: "sur la droite de" is to the right of.
_WEAK = frozenset({"on", "in or on", "with"})


class JointPhrases:
    """Phrases in the order in which they were named, and what was said between them."""

    def __init__(self, language: str, background: int) -> None:
        self.language, self.background = language, background
        self.postpositions = language in POSTPOSITIONS
        self.phrases: list[Phrase] = []
        self.joints: dict[int, str] = {}  # index of the phrase before -> relation
        self.swap: dict[int, int] = {}  # last phrase before its subject -> how many there are
        self.places: list[Location] = []
        self.first_side: str | None = None  # said before any thing: "on the left a cat, …"
        self.listed: set[int] = set()  # phrases with an "and" behind
        self.in_doubt = False

    def _forget_relation(self) -> None:
        """A relation to a place, or to what is not understood, relates no things."""
        if not self.postpositions:
            self.joints.pop(len(self.phrases) - 1, None)
        self.first_side = None if not self.phrases else self.first_side

    def _relate(self, relation: str, stands: bool) -> None:
        """A relation; `stands`: it says where the thing before it stands ("X 在左边")."""
        last = len(self.phrases) - 1
        if last < 0:
            self.first_side = relation
        elif last == 0 and self.first_side and self.first_side == _OPPOSITE.get(relation):
            self.joints.setdefault(0, self.first_side)
        elif self._is_postposed(relation) and not (stands and last == 0):
            self._relate_before(relation, last)
        elif self.joints.get(last, "on") in _WEAK:
            self.joints[last] = relation
        elif relation not in ("in or on", "with"):
            self.in_doubt = True

    def _is_postposed(self, relation: str) -> bool:
        """Whether a relation is told behind what something stands to."""
        ending = self.language == "tr" and relation == "with"  # "şapkalı"
        return self.postpositions and relation not in VERBS and not ending

    def _relate_before(self, relation: str, last: int) -> None:
        """A relation to what was named last, of what was named before that or comes next."""
        pair = self._is_pair(relation, last)
        subject = last - 1 - pair
        if subject >= 0 and subject not in self.joints:
            self.joints[subject] = relation
        else:
            self.joints[last] = relation
            self.swap[last] = 1 + pair

    def _is_pair(self, relation: str, last: int) -> bool:
        """Whether the last two phrases are what something is between."""
        single = relation == "between" and self.phrases[last].count is None
        return single and last >= 1 and last - 1 not in self.joints

    def _put_first_side(self) -> None:
        """ "On the table a cat": the relation is that of the second thing to the first."""
        if self.first_side in (None, "with") or not self.phrases:
            return
        assert self.first_side is not None
        pair = len(self.phrases) > 2 and self._is_pair(self.first_side, 1)
        last = int(pair and not self.phrases[0].count)
        if last + 1 < len(self.phrases) and last not in {*self.joints, *self.listed}:
            self.joints[last] = self.first_side
            self.swap[last] = 1 + last

    def _arrange(self) -> tuple[tuple[Phrase, ...], tuple[str, ...], tuple[Location, ...]]:
        """The phrases in the order of English, what joins them, and where the picture is."""
        self._put_first_side()
        phrases = list(self.phrases)
        for at, width in sorted(self.swap.items()):
            if at + 1 < len(phrases):
                phrases.insert(at + 1 - width, phrases.pop(at + 1))
                if width > 1:  # "between" stands before the first of the two
                    self.joints[at + 1 - width] = self.joints.pop(at)
        kept: list[Phrase] = []
        joints: list[str] = []
        places: list[Location] = []
        for at, phrase in enumerate(phrases):
            if phrase.noun == self.background:
                places.append(Location("background", phrase.colour))
                continue
            if kept:
                joints.append(self.joints.get(at - 1, "and"))
            kept.append(phrase)
        return tuple(kept), tuple(joints), tuple(places + self.places)
