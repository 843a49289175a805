"""Verbs of pictures: who does what, in languages that have the verb last too."""

from __future__ import annotations

from collections.abc import Sequence

from app.glossary.lexicon import Kind, LexiconEntry, LexiconItem
from app.glossary.parts.typology import VERB_LAST

TRANSITIVE = frozenset({
    "eating", "drinking", "reading", "writing", "fighting", "chasing", "throwing", "looking at",
    "hugging", "kissing", "driving", "pushing", "pulling", "watering", "breathing", "catching",
    "wearing", "holding", "riding", "cooking", "blowing", "painting", "climbing", "playing",
    "knitting", "petting", "building", "feeding", "flying over",
    "jumping over",
})  # fmt: skip
"""What is done to a thing that is named without a preposition."""
_ARTICLES = {
    "fr": "le la les l du des au aux ce cette cet mon ma mes ton ta tes son sa ses notre votre un",
    "es": "el la los las al del su sus mi mis tu un una",
    "pt": "o a os as do da dos das no na nos nas meu minha seu sua um uma",
    "it": "il lo la i gli le l un una uno dei della delle",
    "de": "der die das den dem des ein eine einen einem einer",
    "nl": "het de een",
}
_OBJECTS = {"ja": ("を",), "ko": ("을", "를")}  # what is behind a thing that something is done to
_RIDDEN = {"ja": ("に",)}
_AT = {"ja": ("で", "に", "には", "では"), "hi": ("में",)}
_LOCATIVE = ("de", "da", "te", "ta", "deki", "daki", "teki", "taki")  # of Turkish nouns
_WITH = ("li", "lu")  # the same: "şapkalı", with a hat
_NAMED: tuple[Kind, ...] = ("number", "measure", "colour", "size", "look", "one")
_BETWEEN = frozenset({"い", "な", "の", "色の", "い色の"})  # behind what tells of a noun
_JOINT = LexiconItem("", (LexiconEntry("relation", "in or on"),))
_WEARS = LexiconItem("", (LexiconEntry("relation", "with"),))


def is_doing(items: Sequence[LexiconItem], at: int, language: str, *, is_open: bool) -> bool:
    """Whether a word that is a noun too is a verb: behind who does it ("qui lit", no "un lit")."""
    if not at or not is_open or items[at - 1].get("number", "one", "size", "look"):
        return False
    return items[at - 1].text not in _ARTICLES.get(language, "").split()


def verbs_first(items: list[LexiconItem], language: str) -> list[LexiconItem]:
    """The items with each verb behind who does it and before what it is done to."""
    if language in ("zh", "yue"):
        return _relative(items)
    if language not in VERB_LAST:
        return items
    return _VerbLast(language).read(items)


def _relative(items: list[LexiconItem]) -> list[LexiconItem]:
    """Chinese, where what somebody does stands before them: "吃香蕉的猴子"."""
    out, at = list[LexiconItem](), 0
    while at < len(items):
        end = _relative_end(items, at)
        if end:
            thing = _named_from(items, end)
            out += [*items[end:thing], *items[at : end - 1]]
            at = thing
        else:
            out.append(items[at])
            at += 1
    return out


def _relative_end(items: list[LexiconItem], at: int) -> int:
    """Where what a doing from `at` is said of begins, behind its "的"; 0 where there is none."""
    if not items[at].get("doing"):
        return 0
    before = [item for item in items[:at] if not item.get("number", "measure", "skip", "size")]
    if before and before[-1].get("noun"):
        return 0  # who does it was named: "猫睡在红色的沙发上"
    end = at + 1
    while end < len(items) and items[end].get("skip", "number", "measure", "noun"):
        end += 1
    is_of = end < len(items) and items[end].get("of") is not None
    return end + 1 if is_of and _named_from(items, end + 1) > end + 1 else 0


def _named_from(items: Sequence[LexiconItem], at: int) -> int:
    """The end of a thing and what is told of it before, from `at`; `at` where none is named."""
    end = at
    while end < len(items):
        item = items[end]
        if item.get("noun") and not _tells_next(items, end):
            return end + 1
        if not (item.get(*_NAMED) or (item.text in _BETWEEN and end > at)):
            break
        end += 1
    return at


def _tells_next(items: Sequence[LexiconItem], at: int) -> bool:
    """Whether a noun that is a colour or a look too tells of the noun behind it."""
    behind = items[at + 1 : at + 2]
    is_look = items[at].get("colour", "look") is not None
    return is_look and bool(behind) and behind[0].get("noun") is not None


class _VerbLast:
    """Clauses with the verb last, or before who does it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.out: list[LexiconItem] = []
        self.start = 0  # of the clause

    def read(self, items: list[LexiconItem]) -> list[LexiconItem]:
        at = 0
        while at < len(items):
            item = items[at]
            wears = self.language == "tr" and _ends(item, _WITH)
            if item.get("doing") or wears:
                self.out += [item] * wears
                at = self._verb(items, at, _WEARS if wears else item)
                continue
            if item.get("and") and any(each.get("doing") for each in self.out[self.start :]):
                self.start = len(self.out) + 1
            self._take(item)
            at += 1
        return self.out

    def _take(self, item: LexiconItem) -> None:
        behind = self.out[-1] if self.out else None
        is_thing = behind is not None and behind.get("noun") and not behind.get("place")
        if item.text in _AT.get(self.language, ()) and is_thing:
            self.out.append(LexiconItem(item.text, _JOINT.entries))
            return
        self.out.append(item)
        if self.language == "tr" and item.get("noun") and _ends(item, _LOCATIVE):
            self.out.append(_JOINT)

    def _verb(self, items: list[LexiconItem], at: int, verb: LexiconItem) -> int:
        """Take a verb at `at` with what is before it and who does it behind; where that ends."""
        end = at + 1
        while end < len(items) and items[end].get("skip") and items[end].text not in ("が", "は"):
            end += 1
        thing = _named_from(items, end)
        before = self.out[self.start :]
        rest, done_to = self._split(before, verb, is_behind=thing > end)
        self.out[self.start :] = [*rest, *items[end:thing], verb, *done_to]
        if verb is _WEARS and thing == end:  # "mavi şapkalı", and no more
            self.out[self.start :] = before
        return max(end, thing)

    def _split(
        self, before: list[LexiconItem], verb: LexiconItem, *, is_behind: bool
    ) -> tuple[list[LexiconItem], list[LexiconItem]]:
        """What is before a verb, and of it the thing at the end that something is done to."""
        doing = verb.get("doing")
        end = len(before)
        marks = _OBJECTS.get(self.language, ())
        if doing is not None and doing.value == "riding":
            marks = (*marks, *_RIDDEN.get(self.language, ()))
        is_marked = bool(before) and before[-1].text in marks
        if is_marked or (before and before[-1].entries == _JOINT.entries and _is_ridden(doing)):
            end -= 1
        if not end or not before[end - 1].get("noun"):
            return before, []
        is_marked |= self.language == "ko" and before[end - 1].text[-1:] in marks
        if not is_marked and _OBJECTS.get(self.language):
            return before, []
        start = end - 1
        while start and (before[start - 1].get(*_NAMED) or before[start - 1].text in _BETWEEN):
            start -= 1
        others = any(item.get("noun") for item in before[:start])
        takes = verb is _WEARS or (doing is not None and doing.value in TRANSITIVE)
        if not takes or not (is_marked or is_behind or others):
            return before, []
        return before[:start], before[start:end]


def _is_ridden(doing: LexiconEntry | None) -> bool:
    return doing is not None and doing.value == "riding"


def _ends(item: LexiconItem, endings: tuple[str, ...]) -> bool:
    """Whether a Turkish noun has one of some endings, and is no name that ends so."""
    return item.get("noun") is not None and item.is_form and item.text.endswith(endings)
