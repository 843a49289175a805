"""Framing of requests: restarts, introductory questions, courtesies, what is to stay."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import (
    DETERMINERS,
    JOINTS,
    MARKS,
    courteous,
    is_whole,
    leads,
    without_marks,
)
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment, roles_at
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import LOOKS

_INTERROGATIVES = ("is", "are", "was", "do", "does", "did", "what", "which", "who", "whose",
                   "where", "why", "how", "when")  # fmt: skip
_SHOWING = ("with", "of", "and", "then", "showing", "where", "about")
_HIDEOUTS = ("behind", "under", "in", "inside", "into", "beneath", "underneath", "between")
_DEFINITE = ("the", "that", "this", "these", "those")
_NAMING = {"noun", "many", "count", *LOOKS}
_THERE = ("in", "on", "at", "there", "here", "left", "around")
_ONTO = ("with", "for", "to", "on")
_DENYING = (["there", "is"], ["there", "are"], ["there's", "no"])
_MODALS = ("can", "could", "should", "may", "might", "shall", "must")


def fresh_start(words: Sequence[str]) -> str:
    """The new wish of "start over with a cactus", "make a whole new picture of a cat"; "" for none.

    Behind "another picture" and "a picture" it is so only with "of", or what a picture has.
    """
    plain = courteous(words)
    length, is_new = _new_picture(plain)
    fixed = leads(plain, "restart", "new one")
    length, is_new = (fixed, True) if fixed > length else (length, is_new)
    behind = plain[length:]
    joins = behind[:1] and (behind[0] in _SHOWING or behind[0] in MARKS)
    all_of = leads(plain[length - 1 : length], "everything")  # "delete all | dogs"
    begins = length > 1 and is_new and behind and _is_named_anew(behind) and not all_of
    if not (length and behind) or not (joins or begins):
        return ""
    while behind and (
        skip := int(behind[0] in (*MARKS, *_SHOWING)) or leads(behind, "going on", "joint", "only")
    ):
        behind = behind[skip:]
    behind = courteous(behind)
    behind = behind[leads(behind, "add", "want", "paint", "make") :]
    scene = read_scene(" ".join(behind)).scene
    return " ".join(behind) if scene.things or scene.setting else ""


def is_fresh_start(words: Sequence[str]) -> bool:
    """Whether words ask for a new picture and say nothing of it: "let's make a new picture"."""
    plain = without_marks(courteous(words))
    length, is_new = _new_picture(plain)
    return is_whole(plain, "new one") or (is_new and length == len(plain) > 0)


def _new_picture(words: Sequence[str]) -> tuple[int, bool]:
    """How many words at the start ask for a picture, and whether for a new one; 0 for none."""
    end = next((n for n in range(len(words)) if leads(words[n : n + 1], "pictures")), -1)
    at = 0
    while length := leads(words[at:end], "want", "paint", "make", "begins", "ask"):
        at += length
    at += int(words[at : at + 1] != [] and words[at] in ("a", "an", "the"))
    while length := leads(words[at:end], "wholly"):
        at += length
    length = leads(words[at:end], "new of pictures")
    is_new = words[at : at + length] in (["new"], ["fresh"])
    others = length or words[end + 1 : end + 2] in (["of"], ["showing"])
    return (end + 1, is_new) if at + length == end and others else (0, False)


def _is_named_anew(words: Sequence[str]) -> bool:
    """Whether words begin with something that is told as new: "a cat", "two cats"."""
    roles = roles_at(words, 0)[1]
    return words[0] in ("a", "an", "some") or bool({"count", "noun", "many"} & roles.keys())


def counting(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """ "Count the ducks" as "how many ducks"; `names`: what "them" are."""
    if words[:1] != ["count"] or len(words) < 2:
        return list(words)
    length = leads(words[1:], "everything", "pronoun") or int(words[1] in DETERMINERS)
    named = words[1 + length :]
    named = named[leads(named, "part") :]
    return ["how", "many", *(named or [part for name in names for part in name.split()])]


def is_asked(words: Sequence[str]) -> bool:
    """Whether words begin as a question about the picture or the program: "where's his hat"."""
    denied = list(words[:2]) in _DENYING  # "there's no man?"
    return words[0].removesuffix("'s") in _INTERROGATIVES or denied or bool(leads(words, "asks"))


def asides_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Questions before a wish, and the wish: "where is his hat? give him one"."""
    found = list(words)
    if found[-1:] in (["one"], ["some"]) and is_asked(courteous(found)):
        # "there is no tree, add one"
        found = ["?" if word in (",", ".") else word for word in found]
    while "?" in found[:-1]:
        at = found.index("?")
        asked = without_marks(courteous(found[:at]))
        if not asked or not is_asked(asked):
            break
        found = found[at + 1 :]
    return list(words[: len(words) - len(found)]), found


def named_again(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """ "Is there no man? Add one" as "add a man", "there are no flowers, add some"."""
    if words[-1:] == ["one"]:
        return [*words[:-1], "a", known[0]]
    return [*words, noun(known[0]).plural] if words[-1:] == ["some"] else list(words)


def asked_to_be(words: Sequence[str]) -> list[str]:
    """ "Could they be black?" as "they should be black", "a bird would fit" as "add a bird"."""
    plain = courteous(words)
    plain = plain[int(plain[:1] in (["and"], ["but"])) :]
    if (end := leads(plain, "nobody")) and (end == len(plain) or plain[end] in _THERE):
        return ["no", "people"]
    ends = (at for at in range(1, len(plain)) if leads(plain[at:], "welcome") == len(plain) - at)
    if (end := next(ends, 0)) and not (plain[0] in _DEFINITE or leads(plain, "pronoun")):
        return ["add", *plain[:end]]
    if plain[:1] and plain[0] in _MODALS and "be" in plain[2:6] and plain[1] not in ("there", "be"):
        at = plain.index("be")
        return [*plain[1:at], "should", *plain[at:]]
    return list(words)


def same_but(words: Sequence[str]) -> list[str]:
    """What is to be otherwise: "with two dogs" of "the same, but with two dogs"; [] for none.

    "The same with the cat" wants what was done to be done to it, too.
    """
    plain = courteous(words)
    length = leads(plain, "same picture")
    rest = courteous(plain[length:]) if length else []
    rest = rest[int(rest[:1] == ["but"]) :]
    rest = rest[: len(rest) - int(rest[-1:] == ["instead"])]
    told = plain[length - 1 : length] != ["same"] or plain[length : length + 1] != rest[:1]
    new = rest[:1] == ["with"] and len(rest) > 1 and _is_named_anew(rest[1:])
    redone = rest[:1] and rest[0] in _ONTO and rest[1:2] == ["the"]
    return rest if new or (told and not redone) else []


def had(words: Sequence[str]) -> list[str]:
    """ "The dog needs boots" as "the dog has boots", which no reader takes for one name."""
    for at in range(1, len(words) - 1):
        length = leads(words[at:], "having")
        behind = words[at + length :]
        names = bool(behind) and bool(_NAMING & roles_at(behind, 0)[1].keys())
        if length and words[at] not in ("has", "have") and names and nouns_in(behind):
            return [*words[:at], "has", *behind]
    return list(words)


def hidden_behind(words: Sequence[str]) -> list[str]:
    """ "Hide the cat behind the dog" as "put the cat behind the dog": nothing goes."""
    somewhere = any(word in _HIDEOUTS for word in words[2:-1])
    return ["put", *words[1:]] if words[:1] == ["hide"] and somewhere else list(words)


def _spared(words: Sequence[str]) -> list[str]:
    """What stays where all else is to go: "the dog" of "the dog, remove everything"."""
    at = next((n for n in range(1, len(words)) if leads(words[n:], "remove")), 0)
    behind = words[at + leads(words[at:], "remove") :]
    is_all = at and leads(behind, "everything") == len(behind)
    return without_marks(words[:at]) if is_all else []


def kept_alone(words: Sequence[str]) -> list[str]:
    """What keeps some things and no others, told as what goes: "leave only the dog"."""
    words = list(words)
    if words[:2] in (["empty", "the"], ["clear", "the"]) and _is_place(words[1:]):
        return ["remove", "everything", "except", *words[1:]]
    if (skip := leads(words, "excepting")) and (named := _spared(words[skip:])):
        return ["remove", "everything", "except", *named]
    length, at = leads(words, "keep alone"), 0
    words = [*words[:length], *courteous(words[length:])] if length else words
    named = words[length:]
    while length and at < len(named):
        after, roles = roles_at(named, at)
        looks = {*LOOKS} & roles.keys() and named[after : after + 1] not in ([], ["and"], [","])
        named_so = looks or {"noun", "many", "place"} & roles.keys()
        if not named_so and named[at] not in (*DETERMINERS, *JOINTS):
            return words  # "just the dog bigger"
        at = max(after, at + 1)
    return ["remove", "everything", "except", *named] if length and named else words


def sufficing(words: Sequence[str]) -> list[str]:
    """ "One is enough", "leave two", "a only" as so many and no more: "only one"."""
    plain = without_marks(words)
    ends = (at for at in range(1, len(plain)) if leads(plain[at:], "suffices") == len(plain) - at)
    end = next(ends, 0)
    named = plain[:end] or (plain[1:] if plain[:1] in (["leave"], ["keep"]) else plain)
    bare = [word for word in named if word not in ("only", "just")]
    bare = ["one"] if bare in (["a"], ["an"]) else bare
    told = len(bare) == 1 and not leads(bare, "known") and "count" in roles_at(bare, 0)[1]
    return ["only", *bare] if told and bare != plain else list(words)


def _is_place(words: Sequence[str]) -> bool:
    """Whether words name a setting and nothing in it: "the beach"."""
    found = read_fragment(" ".join(words))
    return found.setting is not None and not found.mentions and not leads(words, "sky")


def _called_first(words: Sequence[str]) -> int:
    """How many words call the hearers before an order: "kids, | let's draw a dog"."""
    start = leads(words, "polite")
    length = leads(words[start:], "hearers")
    end = start + length
    behind = list(words[end + 1 :]) if length and words[end : end + 1] == [","] else []
    asks = leads(behind, "polite", "add", "want", "remove", "make", "paint", "put", "pronoun")
    return end + 1 if asks or behind[:1] == ["we"] else 0


def unaddressed(words: Sequence[str]) -> list[str]:
    """An utterance without what its hearer is called: "not the grass, silly, the cow"."""
    found, at = list(words[_called_first(words) :]), 0
    while at < len(found):
        length = leads(found[at:], "vocative")
        ends = at + length == len(found) or found[at + length] in MARKS
        named = nouns_in(found[at : at + length])  # "a bear eating honey"
        called = at and found[at - 1] not in DETERMINERS and (found[at - 1] in MARKS or not named)
        if length and ends and called:
            found[at - int(found[at - 1] in MARKS) : at + length] = []
            at = 0
        at += 1
    return found
