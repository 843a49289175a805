"""What no picture shows: intentions, thoughts, feelings, sounds, abstract nouns, manners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from maskgil.nano.reader.items import Chunk, Item
from maskgil.nano.reader.words import verb_forms, words_of_kind
from maskgil.nano.world.nouns import ALIVE, Noun

_ENDS, _MEANWHILE = ("and", "but"), ("while", "as", "when", "until", "before", "after")
_MANNER, _SHORTEST = "ly", 6
_NEAR = 4  # items from a verb to what it is of


def imagined(items: Sequence[Item], nouns: Mapping[str, Noun]) -> frozenset[int]:
    """Indices of the items of clauses that are only thought of: "pretending to be a pilot".

    Who is felt is there: "feeling his heart race", but "feeling a rabbit's fur".
    """
    felt = _clauses(items, verb_forms("felt"))
    seen = {at for at in felt if items[at].value in nouns and (
        nouns[items[at].value].category in ALIVE and items[at].kind in ("noun", "near")
    )}  # fmt: skip
    return _clauses(items, verb_forms("imagined")) | (frozenset() if seen else felt)


def without(chunks: list[Chunk], thought: frozenset[int]) -> list[Chunk]:
    """The chunks but for those in `thought`; pauses stay."""
    kept, pause = [], 0
    for chunk in chunks:
        pause = max(pause, chunk.pause)
        if chunk.start not in thought:
            chunk.pause, pause = pause, 0
            kept.append(chunk)
    return kept


def visible(
    lost: Iterable[tuple[int, str]], items: Sequence[Item], thought: frozenset[int]
) -> list[tuple[int, str]]:
    """The lost words that a picture could have shown, in their order.

    With what cannot be seen goes a verb that says little of it: "having fun".
    """
    felt, kept = _clauses(items, verb_forms("felt")) | thought, list[tuple[int, str]]()
    for at, text in sorted(lost, key=lambda each: each[0]):
        if at in felt:
            continue
        if not _is_unseen(at, text, items):
            kept.append((at, text))
        elif kept and kept[-1][1] in verb_forms("light verb") and at - kept[-1][0] <= _NEAR:
            kept.pop()
    return kept


def _clauses(items: Sequence[Item], verbs: frozenset[str]) -> frozenset[int]:
    """Indices of the items from each of the `verbs` to the end of its clause."""
    found, within = set[int](), False
    for at, item in enumerate(items):
        joins = item.kind in _ENDS and _begins_clause(items, at + 1)
        ends = item.pause or joins or item.text in _MEANWHILE
        within = (within and not ends) or _begins(items, at, verbs)
        if within:
            found.add(at)
    return frozenset(found)


def _begins(items: Sequence[Item], at: int, verbs: frozenset[str]) -> bool:
    """Whether one of the `verbs` of one to three words begins at an item."""
    return any(" ".join(each.text for each in items[at : at + n]) in verbs for n in (1, 2, 3))


def _begins_clause(items: Sequence[Item], at: int) -> bool:
    """Whether a verb follows: "feeling awed and | taking a photo"."""
    text = items[at].text.partition(" ")[0] if at < len(items) else ""
    return text.endswith("ing") or items[at - 1].kind == "but"


def _is_unseen(at: int, text: str, items: Sequence[Item]) -> bool:
    """Whether the last word that was lost is of what cannot be seen, or is only tried."""
    tried = [item.text for item in items[max(0, at - 2) : at]]
    if tried[1:] == ["to"] and tried[0] in verb_forms("unseen act"):
        return True
    if any(text == verb or text.startswith(f"{verb} ") for verb in verb_forms("unseen act")):
        return True
    head = text.rpartition(" ")[2]
    manner = head.endswith(_MANNER) and len(head) >= _SHORTEST
    manner = manner and head not in words_of_kind("seen manner")
    return head in words_of_kind("abstract") or manner
