"""Grammatical number in languages with more than a plural suffix: Arabic, Russian.

Arabic has broken plurals, of the singular's consonants with other vowels. Russian's endings of
several are those of one in the genitive, so that what stands before decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.glossary.normalize import is_plural

_ENDINGS = {
    "ko": ("들", "들이", "들을", "들은", "들의", "들과"),
    "tr": ("ler", "lar", "leri", "lari", "lerin", "larin", "lere", "lara"),
    "hi": ("यां", "यों", "ओं", "एं", "ें", "ों"),
    "ru": ("ах", "ях", "ами", "ями", "ов", "ев", "ам", "ям", "ья"),
    "uk": ("ах", "ях", "ами", "ями", "ів", "їв", "ам", "ям"),
    "ar": ("ات",),
}
"""What only a plural ends in."""
PLURALS_TOLD = tuple(_ENDINGS)  # languages whose plurals stand beside their nouns in the tables
MANY_BEHIND = frozenset(
    {"们", "儿们", "たち", "達"}
)  # written behind a noun of which there are several
CASES = {"ru": "ыи", "uk": "и"}  # last letters of several, or of one of which something is
_OF_ONE = (
    "у", "из", "от", "до", "без", "для", "возле", "около", "вокруг", "против", "после", "с", "со",
    "кроме", "мимо", "вместо", "ради", "з", "із", "від", "біля", "після", "навколо", "проти",
)  # fmt: skip
"""Prepositions with the genitive."""
_BEFORE = (*_OF_ONE, "в", "во", "на", "о", "об", "к", "ко", "по", "при", "за", "под", "над")
_OBLIQUE = ("ов", "ев")  # of "лев", a lion, too
_SHORT_I = ("ои", "еи")  # of "кошкой", folded
_SOFT = "ь"  # of nouns of which one behind any preposition may end so: "на лошади"
_ONE_IS = re.compile(r"(?:[шж]е|ои|еи|ого|его|ую|юю|оі|ої|ому|ему|ом|ем)$")
"""The end of an adjective of one thing, or of "more than"."""
_THE = "ال"
_IRREGULAR = frozenset({"نساء", "خيول"})  # of other consonants than the singular
_SEVERAL_ARE = ("ые", "ие", "ых", "их", "ыми", "ими", "ыі")  # adjectives of several
_LONG = re.compile("[اويةءآىئؤ]")
_DOUBLED = re.compile(r"(.)\1")


def plurals_among(names: Iterable[Sequence[str]], language: str) -> dict[str, str]:
    """Of the folded words for each thing those that are the plural of another, and that one."""
    found = dict[str, str]()
    for words in names:
        known = [word for word in words if " " not in word]
        for at, word in enumerate(known):
            others = known[:at] if language == "ar" else known  # two of a root are alike
            oblique = word.endswith(_OBLIQUE)
            ones = (
                one
                for one in others
                if says_many(word, one, language) and (len(word) > len(one) or not oblique)
            )
            if (one := next(ones, None)) is not None:
                found[word] = one
    return found


def _is_broken(word: str, single: str) -> bool:
    word = word.removeprefix(_THE)
    is_form = word.rstrip("ة") == single.rstrip("ة") or word == f"{single}ا"
    is_form |= single.endswith(word) or word.endswith(single)  # behind "and", "the"
    root = _root(word)
    return len(root) > 1 and root == _root(single) and not is_form and word[1:-1] != "ي"


def _root(word: str) -> str:
    return _DOUBLED.sub(r"\1", _LONG.sub("", word))


def says_many(
    form: str, known: str, language: str, before: str = "", is_behind: bool = False
) -> bool:
    """Whether a form of the noun `known` is the plural, `before` being the word before it.

    `is_behind`: that is a noun, or not known, whose the thing may be: "the tail of the cat".
    """
    if language == "ar" and (form in _IRREGULAR or _is_broken(form, known)):
        return True
    if is_plural(form, known, language):
        return True
    if form == known or form[: max(1, len(known) - 3)] != known[: max(1, len(known) - 3)]:
        return False
    if form.endswith("ья") and known[-1] in "иен":
        return False  # "улья", of one hive; "бегунья", a woman who runs
    if any(form.endswith(e) and not known.endswith(e) for e in _ENDINGS.get(language, ())):
        return True
    last = CASES.get(language, "")
    if not last or form[-1] not in last or known[-1] in last or form.endswith(_SHORT_I):
        return False
    if before.endswith(_SEVERAL_ARE):
        return True
    is_of_one = before in _OF_ONE or is_behind or _ONE_IS.search(before) is not None
    return not (is_of_one or (known.endswith(_SOFT) and before in _BEFORE))
