"""Corrections (repair): "no, the other one", "him too", "a dolphin, no, two"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, Change
from maskgil.nano.dialogue.commands import (
    DETERMINERS,
    MARKS,
    courteous,
    is_whole,
    leads,
    phrase_kind,
    without_marks,
)
from maskgil.nano.dialogue.editing.attributes import attributes_of, sky_of
from maskgil.nano.dialogue.editing.edit_clauses import EditClauses
from maskgil.nano.dialogue.fragments import nouns_in, read_place
from maskgil.nano.dialogue.wording.clauses import VERBS
from maskgil.nano.dialogue.wording.denials import is_named
from maskgil.nano.dialogue.wording.repairs import (
    both_told,
    counted_last,
    in_its_place,
    is_count,
    repair_at,
)
from maskgil.nano.world.scene import LOOKS, Scene

_RATHER = ("instead", "rather")
_POSSESSIVES = ("its", "his", "her", "their")
_BETTER = ("rather", "better")
_TOLD = (*LOOKS, "count")
_OWNERS = {"his": "him", "hers": "her", "theirs": "them", "its": "it"}
_JOINTS = ("with", "by", "for", "into")  # before what comes instead of something


def repaired(words: Sequence[str]) -> list[str]:
    """A self-correcting utterance as intended: "a dog, no, two dogs" is two dogs."""
    words = both_told(words)
    for at in range(1, len(words)):
        length = repair_at(words, at)
        if not length:
            continue
        after = words[at + length :]
        said, meant = courteous(words[: at - 1]), courteous(after)
        if not said or not meant:
            continue
        verb, length = phrase_kind(said, VERBS)
        if verb == "remove" and words[at] in _BETTER and without_marks(meant)[0] in ("a", "an"):
            old = said[length:][said[length] in DETERMINERS :]  # "no cats, rather a dog"
            return ["replace", "the", *old, "with", *without_marks(meant)]
        if (told := attributes_of(meant)) and told.is_scalar:
            ends = (attributes_of(said[n:]) for n in range(length, len(said)))
            cut = next((n for n, end in enumerate(ends, length) if end and end.is_scalar), None)
            said = said if cut is None else said[:cut]  # "make it smaller, no, bigger"
        if phrase_kind(meant, VERBS)[0] or sky_of(meant) or attributes_of(meant):
            keeps = not sky_of(meant) and attributes_of(meant) is not None
            placed = keeps and (not verb or is_count(meant))
            whole = in_its_place(said, meant) if placed else []
            return whole or ([*said, ",", *meant] if keeps else meant)
        meant = without_marks(meant)
        joint = max((n for n, word in enumerate(said) if word in _JOINTS and n > length), default=0)
        if verb == "replace" and joint and not any(word in _JOINTS for word in meant):
            return [*said[: joint + 1], *meant]
        return in_its_place(said, meant) or [*said[:length], *meant]
    return counted_last(words)


def without_no(words: Sequence[str]) -> list[str]:
    """ "Hmm, no, I meant two dogs" as "no, two dogs"."""
    found = courteous(words)
    if len(found) < 3 or found[0] != "no" or found[1] not in MARKS:
        return list(words)
    rest = courteous(found[2:])
    return ["no", ",", *rest] if rest else list(words)


def gone_itself(words: Sequence[str]) -> list[str]:
    """ "No, not the tree, remove it" as "remove the tree": no more than that goes."""
    parts, plain = [list[str]()], courteous(words)
    for word in plain:
        parts = [*parts, []] if word in MARKS else [*parts[:-1], [*parts[-1], word]]
    parts = parts[int(parts[:1] == [["no"]]) :]
    if len(parts) != 2:
        return list(words)
    named = parts[0][leads(parts[0], "not this", "remove") :]
    length = leads(parts[1], "remove")
    behind = parts[1][length:]
    goes = length and leads(behind, "pronoun") == len(behind)
    denies = len(named) < len(parts[0]) and named[:1] == ["the"] and is_named(named)
    return ["remove", *named] if goes and denies else list(words)


def contrasted(words: Sequence[str]) -> list[str]:
    """What is meant and not what: "not the grass, the cow", "the cow, not the grass" as "the cow".

    [] where words do not deny one thing and name another, both as known.
    """
    plain = courteous(words)
    plain = plain[leads(plain, "meant") :]
    at = next((n for n, word in enumerate(plain) if word in ("no", "not")), len(plain))
    if at:
        meant, denied = plain[:at], plain[at + 1 :]
    else:
        end = max((n for n, word in enumerate(plain) if word == "the"), default=0)
        meant, denied = plain[end:], plain[1:end]
    both = [without_marks(courteous(each)) for each in (meant, denied)]
    known = all(each[:1] == ["the"] for each in both) and is_named(both[0])
    denies = is_named(both[1]) or bool(read_place(" ".join(both[1])).scenery)  # "the grass"
    return both[0] if known and denies else []


def rather(words: Sequence[str], edits: EditClauses, last: Change | None) -> Change | None:
    """A replacement for a thing that the last change added: "no, a shark", "a shark instead".

    None for other utterances.
    """
    plain = without_marks(courteous(words))
    denies = plain[:1] in (["no"], ["not"])  # "no bats" takes them away
    wrong = words[:2] in (["no", ","], ["no", "wait"]) or leads(plain, "instead") > int(denies)
    wrong |= without_marks(words)[:1] in (["rather"], ["sorry"], ["oops"])
    while wrong and (length := leads(plain, "instead")):
        plain = plain[length:]
    at = next(
        (n for n in range(1, len(plain)) if plain[n - 1] in _RATHER and (plain[n] in ("a", "an"))),
        0,
    )
    if at:  # "draw rather a dog"
        plain = [*plain[: at - 1], *plain[at:], "instead"]
    if plain[-1:] and plain[-1] in _RATHER:
        plain, wrong = plain[:-1], True
    plain = plain[leads(plain, "add", "want", "put", "prefer", "paint", "make") :]
    plain = plain[leads(plain, "pronoun") :]  # "make it a dog instead"
    told = edits.fragment(plain)
    if not wrong or len(told.mentions) != 1 or told.scenery or told.relations or told.left_out:
        return None
    mention = told.mentions[0]
    if mention.definite or attributes_of(plain):
        return None
    brought = _brought(last, edits.edits.before)
    if last is not None and last.after == edits.edits.before and last.removed and not brought:
        edits.merge(told, plain)  # it comes where something is gone
        return edits.edits.change()
    old = edits.rivals(mention, brought)
    if len(old) != 1:
        return None
    edits.state(old, plain, replacing=True)
    return edits.edits.change()


def wanted_back(words: Sequence[str], last: Change) -> bool:
    """Whether what the last change took is wanted: "bring the owl back", "I preferred it red"."""
    starts = [n for n in range(len(words)) if leads(words[n:], "wanted back")]
    if all(words[n - 1 : n] and words[n - 1] in (*DETERMINERS, *_POSSESSIVES) for n in starts):
        return False  # "a bird on its back"
    before, after = ({thing.noun for thing in scene.things} for scene in (last.before, last.after))
    had, have = ({look for thing in scene.things for look in thing.looks.values()}
                 for scene in (last.before, last.after))  # fmt: skip
    told = {*nouns_in(words)}
    return bool(told & before - after or (told <= after and {*words} & had - have))


def both_kept(words: Sequence[str], edits: EditClauses, last: Change | None) -> Change | None:
    """What the last change took for something else comes back: "actually both"; None for others."""
    plain = without_marks(courteous(words))
    while length := leads(plain, "instead", "want", "add"):
        plain = plain[length:]
    plain = plain[plain[:1] == ["keep"] :]
    if last is None or last.after != edits.edits.before or not is_whole(plain, "both"):
        return None
    new = _brought(last, edits.edits.before)
    origins = ((at, last.origins[at]) for at in new)
    lost = [last.before.things[old] for _, old in origins if old is not None]
    lost += last.removed if new else []
    back = [edits.edits.add(thing) for thing in lost]
    edits.look_at([*new, *(at for at in back if at is not None)])
    return edits.edits.change() if lost else None


def _brought(last: Change | None, scene: Scene) -> list[int]:
    """Places of what a change brought: new things, or others than stood there."""
    if last is None or last.after != scene:
        return []
    return [
        at
        for at, origin in enumerate(last.origins)
        if at not in last.parts
        and (origin is None or last.before.things[origin].noun != last.after.things[at].noun)
    ]


def corrected(words: Sequence[str], edits: EditClauses, last: Change | None) -> Change | None:
    """The outcome of redirecting the `last` change to something else, or None.

    "No, the cat" reverts it and applies it to the cat; "the cat too" applies it to both.
    """
    if last is None or last.after != edits.edits.before:
        return None
    if words[:1] == ["no"] and nouns_in(words[1:2]):
        return None  # "no hats"
    plain = without_marks(words)
    also = (plain[-1:] and leads(plain[-1:], "also")) or leads(plain, "also")
    wrong = leads(plain, "instead")
    while length := leads(plain, "instead"):
        plain = plain[length:]
    plain = plain[leads(plain, "also") :]
    plain = plain[:-1] if plain and leads(plain[-1:], "also") else plain
    plain = [_OWNERS.get(plain[0], plain[0])] if len(plain) == 1 else plain  # "his too"
    onto = bool(plain) and plain[0] == "on"
    plain = plain[int(plain[:1] in (["for"], ["on"], ["with"], ["to"])) :]
    transfer = _Transfer(edits, last)
    if not plain or not transfer.touched:
        return None
    length = leads(plain, "other")
    if length == len(plain):
        things = edits.others(transfer.touched)
    elif not (also or wrong):
        return None
    else:
        things, length = edits.subject(plain)
        wrongly = length < len(plain) and not also and set(things) <= set(transfer.touched)
        if wrongly and things:  # "not the tree, the house"
            transfer.only(things)
            plain = plain[length:]
            plain = plain[leads(plain, "copula") :]
            things, length = edits.subject(plain)
    if length < len(plain) or plain[0] in ("a", "an"):
        return None
    worn = [each for each in last.after.relations if each.name == "wearing"
            and set(each.objects) <= set(transfer.touched)]  # fmt: skip
    if onto and worn and not also:  # "no, on the dog"
        transfer.told, transfer.given = {}, worn
    return transfer.to(things, keep=bool(also))


class _Transfer:
    """The last change, done to other things."""

    def __init__(self, clauses: EditClauses, last: Change) -> None:
        self.clauses, self.edits, self.last = clauses, clauses.edits, last
        places = {origin: at for at, origin in enumerate(last.origins) if origin is not None}
        known = {
            (places.get(each.subject), each.name, tuple(places.get(i) for i in each.objects))
            for each in last.before.relations
        }
        fresh = [
            each
            for each in last.after.relations
            if (each.subject, each.name, each.objects) not in known
        ]
        self.given = [each for each in fresh if each.name in CARRIED]
        self.placed = [each for each in fresh if each.name not in CARRIED]
        self.told = {
            at: last.before.things[origin]
            for at, origin in enumerate(last.origins)
            if origin is not None and last.before.things[origin] != last.after.things[at]
        }
        ends = [each.subject for each in self.given]
        ends += [each.objects[0] for each in self.placed if last.origins[each.subject] is None]
        self.touched = list(dict.fromkeys([*self.told, *last.shifts, *ends]))
        if not self.touched and len(last.removed) == 1:
            self.touched = [-1]  # it is gone

    def only(self, things: Sequence[int]) -> None:
        """Of the change what was done to some of what it touched, where that was told of them."""
        if told := {at: old for at, old in self.told.items() if at in things}:
            self.told, self.given, self.placed, self.touched = told, [], [], [*told]

    def to(self, things: Sequence[int], *, keep: bool) -> Change | None:
        """The change of the scene that stands; with `keep` what was changed stays so."""
        things = [index for index in things if index not in self.touched]
        if not things:
            return None
        if self.touched == [-1]:
            if not keep:
                self.edits.add(self.last.removed[0])
            for index in things:
                self.edits.remove(index)
        self._tell(things, keep=keep)
        self._give(things[0], keep=keep)
        self.clauses.look_at(things)
        return self.edits.change()

    def _tell(self, things: Sequence[int], *, keep: bool) -> None:
        for at, old in self.told.items():
            new = self.last.after.things[at]
            told = {m: getattr(new, m) for m in _TOLD if getattr(new, m) != getattr(old, m)}
            for index in things:
                if old.noun != new.noun:
                    self.edits.replace(index, new)
                else:
                    self.edits.tell(index, **told)
            if not keep and old.noun != new.noun:
                self.edits.replace(at, old)
            elif not keep:
                self.edits.tell(at, **{mark: getattr(old, mark) for mark in _TOLD})
        for at, (right, down) in self.last.shifts.items():
            for index in things:
                self.edits.shifts[index] = (right, down)
            if not keep:
                self.edits.shifts[at] = (-right, -down)

    def _give(self, thing: int, *, keep: bool) -> None:
        for each in self.given:
            other: int | None = each.objects[0]
            assert other is not None
            if keep:
                other = self.edits.add(replace(self.edits[other], count=1))
            else:
                self.edits.relations.remove(each)
            if other is not None:
                self.edits.relate(thing, each.name, [other])
        for each in self.placed if not keep else ():
            if self.last.origins[each.subject] is None and each.subject != thing:
                self.edits.relate(each.subject, each.name, [thing])
