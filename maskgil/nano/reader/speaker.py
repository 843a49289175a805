"""First-person deixis: the speaker in "me and my dog" is drawn as a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import table, words_of_kind

_ONE, _SEVERAL = ("me", "i", "myself"), ("us", "we", "ourselves")
_BESIDE = frozenset(("and", "with"))
_CALLED = ("and", "with", "for", "to", "by")
_NEAR = 3  # words before "me" among which what is done to somebody stands


def with_speaker(words: Sequence[Word]) -> list[Word]:
    """The words with a child, a man, a woman, two people for "me", "I" and "us" in a picture.

    Where somebody only asks, "draw me a cat", "I want a dog", nobody is.
    """
    words = [replace(w, text="mum") if _is_mother(words, n) else w for n, w in enumerate(words)]
    texts = [word.text for word in words]
    found: list[Word] = []
    dropped = False  # the verb behind "I" and "we"
    for at, word in enumerate(words):
        if dropped and word.text in ("am", "are", "m", "re"):
            dropped = False
            continue
        text = word.text.removesuffix("'m").removesuffix("'re")
        dropped = text in (*_ONE, *_SEVERAL) and _is_seen(texts, at, text)
        if not dropped:
            found.append(word)
        elif text in _SEVERAL:
            found += [Word("", "two", word.pause), Word(word.said, "people")]
        else:
            found += [Word("", "a", word.pause), Word(word.said, _who(texts))]
    return found


def _is_mother(words: Sequence[Word], at: int) -> bool:
    """Whether "mummy" is what children call somebody: said with no article, or as one's own."""
    if words[at].text != "mummy" or len(words) == 1:
        return False
    before = words[at - 1].text if at and not words[at].pause else ""
    kin = {*_ONE, *words_of_kind("called by children")} - {"mummy"}
    beside = kin & {word.text for word in words}
    owned = before in words_of_kind("whose")
    return owned or not before or (before in _CALLED and bool(beside))


def _is_seen(texts: Sequence[str], at: int, text: str) -> bool:
    """Whether who speaks is in the picture."""
    before = texts[at - 1] if at else ""
    after = texts[at + 1] if at + 1 < len(texts) else ""
    acting = texts[at] in ("i'm", "we're") or after in ("am", "are")
    if text in ("i", "we") and (acting or before not in _BESIDE):
        deed = texts[at + 1 + (after in ("am", "are")) :][:1]
        done = bool(deed) and deed[0].endswith("ing") and deed[0] not in words_of_kind("imagines")
        return acting and done and not before
    if before in _BESIDE or (before == "of" and texts[at - 2 : at - 1][0:1] != []):
        pictured = before != "of" or texts[at - 2] in words_of_kind("pictured")
        return pictured and _is_last(after)
    if after == "and" and texts[at + 2 : at + 3] in (["my"], ["a"], ["the"], ["two"], ["our"]):
        return text != "i" or not before
    if not before and text in ("me", "us"):
        return after.endswith("ing") or after in words_of_kind("whereabouts")
    kin = {"my", *words_of_kind("called by children")} & {*texts[:at]}
    if text in ("me", "us") and kin and (before, after) == ("giving", "a"):
        return bool(words_of_kind("given somebody") & {*texts[at + 2 : at + 5]})  # "a big hug"
    near = " ".join(texts[max(0, at - _NEAR) : at])
    return near.endswith(tuple(f" {each}" for each in words_of_kind("beside somebody"))) and (
        _is_last(after)
    )


def _is_last(after: str) -> bool:
    """Whether nothing is given to who speaks: no "a cat" is behind it."""
    return not after or after.endswith("ing") or after in words_of_kind("whereabouts")


def _who(texts: Sequence[str]) -> str:
    """Who speaks, by whom they speak of: a child of its parents, a man of his wife."""
    theirs = {texts[at + 1] for at, text in enumerate(texts[:-1]) if text == "my"}
    kin = theirs | {text for text in texts if text in words_of_kind("called by children")}
    return next((who for each, who in table("speaker").items() if each in kin), "person")
