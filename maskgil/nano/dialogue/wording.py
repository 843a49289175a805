"""Wording of an utterance: what is said in short, or around it, in words that the clauses know."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import MARKS, courteous, is_whole, leads, without_marks
from maskgil.nano.dialogue.editing.attributes import Attributes, attributes_of, of_the_sky, sky_of
from maskgil.nano.dialogue.editing.deeds import is_deed
from maskgil.nano.dialogue.fragments import read_fragment, roles_at
from maskgil.nano.reader.negation import affirmed
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import posed
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import LOOKS, Thing

_INTERROGATIVES = ("is", "are", "was", "do", "does", "did", "what", "which", "who", "whose",
                   "where", "why", "how", "when")  # fmt: skip
_MODALS = ("can", "could", "should", "may", "might", "shall", "must")
_OWNERS = ("his", "her", "its", "their")
ORDINALS = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "seventh": 6,
    "eighth": 7, "ninth": 8, "tenth": 9, "last": -1,
}  # fmt: skip
_ARTICLES = (["a"], ["an"], ["the"])  # "throw her the ball"
_DETERMINERS = ("a", "an", "another", "the")
_JOINTS = (*MARKS, "and", "but", "then")
_MARKS = tuple([mark] for mark in sorted(MARKS))
_LOOSE = ("there", "too", "also", "right", "just", "directly", "somewhere", "far", "bit", "little")
_SIZED = ("small", "big", "large", "tiny", "huge")
_ALIVE = ("animal", "person", "people", "insect", "marine")
_MERELY = ("only", "just", "merely")
_OBJECTS = ("it", "them", "him", "her")
_PLACED = {"relation", "with", "verb", "plain", "count", "where"}
_BUT = ("but", "that's")
_SIDES_OF = ("left of", "right of", "in front of", "behind", "next to", "above", "below")
_BESIDE = frozenset(
    (*joint.split(), *(("the",) if joint else ()), side)
    for joint in ("", "to", "on", "at") for side in ("left", "right")
)  # fmt: skip
_FRIENDS = ("friend", "companion", "buddy", "mate")


def fresh_start(words: Sequence[str]) -> str:
    """The new wish of "start over with a cactus", "a new picture: a cactus"; "" for none."""
    plain = courteous(words)
    length = leads(plain, "restart", "new one")
    behind = plain[length:]
    if not length or not (behind[:1] in (["with"], ["and"], ["then"]) or behind[:1] in _MARKS):
        return ""
    while behind and (
        skip := int(behind[0] in MARKS) or leads(behind, "going on", "joint", "only")
    ):
        behind = behind[skip:]
    behind = courteous(behind)
    behind = behind[leads(behind, "add", "want", "paint", "make") :]
    scene = read_scene(" ".join(behind)).scene
    return " ".join(behind) if scene.things or scene.setting else ""


def is_asked(words: Sequence[str]) -> bool:
    """Whether words begin as a question about the picture or the program: "where's his hat"."""
    denied = list(words[:2]) in (["there", "is"], ["there's", "no"])  # "there's no man?"
    return words[0].removesuffix("'s") in _INTERROGATIVES or denied or bool(leads(words, "asks"))


def asides_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Questions before a wish, and the wish: "where is his hat? give him one"."""
    found = list(words)
    while "?" in found[:-1]:
        at = found.index("?")
        asked = without_marks(courteous(found[:at]))
        if not asked or not is_asked(asked):
            break
        found = found[at + 1 :]
    return list(words[: len(words) - len(found)]), found


def put_right(words: Sequence[str], things: Sequence[Thing] = ()) -> list[str]:
    """ "It isn't a cat, it's a dog", "a dog, not a cat" as "replace the cat with a dog"."""
    plain = courteous(words)
    plain = plain[leads(plain, "meant") :]
    at = next((n for n, word in enumerate(plain) if word in MARKS or word == "but"), 0)
    denied = leads(plain, "denied")
    said, meant = plain[denied:at], plain[at + 1 :]
    if not denied and at and (length := leads(meant, "not this")):
        denied, said, meant = length, meant[length:], plain[:at]  # "a dog, not a cat"
    while meant and (skip := leads(meant, "pronoun", "copula", "going on") or meant[0] in _BUT):
        meant = meant[skip:]
    there = {thing.noun for thing in things}
    named = denied and _is_named(said) and _is_named(meant)
    if not named or nouns_in(said) == nouns_in(meant):
        return list(words)
    if meant[0] == "the":
        if not things or there.intersection(nouns_in(meant)):
            return list(words)  # "not the tree, the house", which is there
        meant = ["a", *meant[1:]]
    return ["replace", "the", *said[said[0] in _DETERMINERS :], "with", *meant]


def _is_named(words: Sequence[str]) -> bool:
    """Whether words name a thing with its article, or several, and say nothing besides."""
    found = read_fragment(" ".join(words))
    if len(found.mentions) != 1 or found.relations or found.scenery or found.left_out:
        return False
    begins = {"noun", "many", "colour", "size", "count"} & roles_at(words, 0)[1].keys()
    return words[0] in _DETERMINERS or (found.mentions[0].many and bool(begins))


def told_as_it_is(words: Sequence[str]) -> list[str]:
    """ "Not under the bench but on it" as "on the bench", "not red but blue" as what it becomes."""
    plain = _without_denied(courteous(words))
    start = leads(plain, "want", "prefer", "make")
    start += leads(plain[start:], "pronoun") if start else 0
    at = plain.index("but") if "but" in plain else 0
    if at > start + 1 and plain[start] == "not" and len(plain) > at + 1:
        denied, meant = plain[start + 1 : at], plain[at + 1 :]
        if denied[0] in _MERELY:
            return ["add", *meant[meant[0] == "also" :]]
        if sky_of(denied) or attributes_of(denied):
            return [*meant, "instead", "of", *denied]
        if not _PLACED & roles_at(denied, 0)[1].keys():
            named = "noun" in roles_at(meant, len(meant) - 1)[1]
            known = denied[0] == meant[0] == "the" and not named
            return meant if known else ["not", *denied, ",", *meant]
    said, pause = list[Word](), 0
    for word in plain:
        if word not in MARKS:
            said.append(Word(word, word, pause if said else 0))
        pause = 0 if word not in MARKS else 1 if word == "," else 2
    found = affirmed(said)
    if found == said:
        return list(words) if plain == courteous(words) else plain
    marks = {1: [","], 2: ["."]}
    told = [part for word in found for part in (*marks.get(word.pause, ()), word.text)]
    relative = next((n for n in range(1, len(told)) if told[n : n + 2] == ["that", "is"]), 0)
    return [*told[:relative], *told[relative + 2 :]] if relative else told  # "not red but blue"


def _without_denied(words: list[str]) -> list[str]:
    """ "Under the bench, not on it" as "under the bench", "blue, not red" as "blue"."""
    for at in range(1, len(words) - 1):
        denial = words[at + 1 :] if words[at : at + 1] == ["not"] else None
        told = words[: at - (words[at - 1] in MARKS)]
        if denial is None and (length := leads(words[at:], "inverted")):
            denial = words[at + length :]
            if "relation" not in roles_at(denial, 0)[1]:
                denial = None
        if not denial or "but" in denial or not told or any(word in MARKS for word in denial):
            continue
        end = "relation" in roles_at(denial, 0)[1] and denial[-1] in _OBJECTS
        looks = _is_looks(denial) and _is_looks(told[-1:])
        if end or looks or (sky_of(denial) and sky_of(told)):
            return told
    return words


def asked_to_be(words: Sequence[str]) -> list[str]:
    """ "Could they be black?" as "they should be black"."""
    plain = courteous(words)
    plain = plain[int(plain[:1] in (["and"], ["but"])) :]
    if plain[:1] and plain[0] in _MODALS and "be" in plain[2:6] and plain[1] not in ("there", "be"):
        at = plain.index("be")
        return [*plain[1:at], "should", *plain[at:]]
    return list(words)


def of_theirs(words: Sequence[str], things: Sequence[Thing]) -> list[str]:
    """ "His boat" as "the boat", where one stands."""
    nouns = {thing.noun for thing in things}
    return [
        "the"
        if word in _OWNERS
        and words[at + 1 : at + 2] not in _ARTICLES
        and nouns & set(nouns_in(words[at + 1 : at + 3])[:1])
        else word
        for at, word in enumerate(words)
    ]


def nouns_in(words: Sequence[str]) -> list[str]:
    """The things that words name, whatever else they say."""
    found, at = list[str](), 0
    while at < len(words):
        at, roles = roles_at(words, at)
        found += [roles[role] for role in ("noun", "many") if role in roles][:1]
    return found


def kept_alone(words: Sequence[str]) -> list[str]:
    """What keeps some things and no others, told as what goes: "leave only the dog"."""
    words = list(words)
    length, at = leads(words, "keep alone"), 0
    named = words[length:]
    while length and at < len(named):
        after, roles = roles_at(named, at)
        if not {"noun", "many"} & roles.keys() and named[at] not in (*_DETERMINERS, *_JOINTS):
            return words  # "just the dog bigger"
        at = max(after, at + 1)
    return ["remove", "everything", "except", *named] if length and named else words


def beyond(words: Sequence[str], things: Sequence[Thing]) -> tuple[str, str, int] | None:
    """ "Third tree" where there are no three, its noun, and how many there are."""
    for at in range(1, len(words) - 1):
        name = _ordered(words, at)
        count = sum(thing.count for thing in things if thing.noun == name)
        if 0 < count <= ORDINALS.get(words[at], -1):
            return f"{words[at]} {name}", name, count
    return None


def with_antecedents(words: Sequence[str]) -> list[str]:
    """ "A table and a cat under it" as "a table and a cat under the table", named with it.

    "A dog to the left of a tree and a cat to the right" is to the right of the tree, too.
    """
    if (found := _beside_too(list(words))) != list(words):
        return found
    for at in range(3, len(words)):
        if words[at] == "it" and "and" in words[:at] and (name := _antecedent(words[:at])):
            found[at] = f"the {name}"
    return [part for word in found for part in word.split()]


def _beside_too(words: list[str]) -> list[str]:
    """What is told on the other side of what something was put beside, or on one side of "it"."""
    at = max((n for n, word in enumerate(words) if word == "and"), default=0)
    behind = words[at + 1 :]
    named = behind[:-2] if behind[-2:] == ["of", "it"] else behind
    starts = (n for n in range(1, len(named)) if tuple(named[n:]) in _BESIDE)
    start = next(starts, None)
    if not at or start is None or "relation" in roles_at(named, 0)[1]:
        return words
    joints = [n for n in range(1, at) if roles_at(words, n)[1].get("relation") in _SIDES_OF]
    end = roles_at(words, joints[-1])[0] if joints else at
    anchor = words[end:at]
    other = named[:start]
    if other in (["one"], ["another"], ["another", "one"]):
        other = ["a", *nouns_in(words[:at])[:1]]
    if anchor != ["it"] and (len(nouns_in(anchor)) != 1 or anchor[0] not in _DETERMINERS):
        return words
    if not nouns_in(other):
        return words
    side = "left" if "left" in named[start:] else "right"
    anchor = anchor if anchor == ["it"] else ["the", *anchor[1:]]
    return [*words[: at + 1], *other, "to", "the", side, "of", *anchor]


def _antecedent(words: Sequence[str]) -> str:
    """Which of the things named before its last one "it" is, that has room where that is to be.

    "A lamp next to the sofa and a cat under": there is none below a lamp. "" for none.
    """
    named = nouns_in(words)
    ends = (roles_at(words, at) for at in range(max(0, len(words) - 3), len(words)))
    where = next((roles["relation"] for end, roles in ends
                  if end == len(words) and "relation" in roles), "")  # fmt: skip
    before = list(dict.fromkeys(each for each in named[:-1] if each != named[-1]))
    if not where or not before:
        return ""
    fitting = [name for name in before if where in dict(noun(name).anchors)]
    if where == "under" and not fitting:
        fitting = [max(before, key=lambda name: noun(name).size)]
    return (fitting or before)[0]


def _ordered(words: Sequence[str], at: int) -> str:
    """The noun behind "the first" at a word; "" for none."""
    if words[at] not in ORDINALS or words[at - 1] not in ("the", "that", "this"):
        return ""
    after = at + 1
    while {*LOOKS} & roles_at(words, after)[1].keys() and ("noun" not in roles_at(words, after)[1]):
        after += 1
    return roles_at(words, after)[1].get("noun", "")


def with_ordinals(words: Sequence[str]) -> list[str]:
    """ "The 2nd cat" and "cat number two" as "the second cat"."""
    names = list(ORDINALS)
    found = list(words)
    for at, word in enumerate(found):
        if word[:-2].isdecimal() and word[-2:] in ("st", "nd", "rd", "th"):
            found[at] = names[int(word[:-2]) - 1] if 0 < int(word[:-2]) < len(names) else word
    for at in range(1, len(found) - 1):
        told = attributes_of(found[at + 1 : at + 2]) if found[at] == "number" else None
        count = told.told.get("count") if told else None
        if isinstance(count, int) and 0 < count < len(names) and nouns_in(found[at - 1 : at]):
            the = [] if found[at - 2 : at - 1] == ["the"] and at > 1 else ["the"]
            return [*found[: at - 1], *the, names[count - 1], found[at - 1], *found[at + 2 :]]
    return found


def with_nouns(
    words: Sequence[str], known: Sequence[str], things: Sequence[Thing] = ()
) -> list[str]:
    """ "A black one" as "a black hat", by the thing last named, or the first of `known`."""
    if words[-1:] == ["ones"] and len(words) > 1 and _is_looks(words[:-1]):
        return ["make", "them", *words[:-1]]  # "green ones"
    found = _at_once(_with_one(words))
    for at in range(len(found)):
        if found[at] in ("one", "ones") and (start := _looks_before(found, at)) is not None:
            told = attributes_of(found[start + 1 : at]) if found[start] == "the" else None
            such = [t.noun for t in things if told and told.told and _looks_so(t, told)]
            deed = posed().get(" ".join(found[start + 1 : at]))
            such += [t.noun for t in things if deed and t.state == deed]
            name = next(iter(such), "") or _last_named(found[:start]) or next(iter(known), "")
            if name:
                found[at] = noun(name).plural if found[at] == "ones" else name
        elif found[at] in _FRIENDS:
            start = _looks_before(found, at)
            start = at - 1 if found[at - 1] in ("a", "another", "one") else start
            name = _befriended(found[:start], found[at + 1 :], known) if start is not None else ""
            if not name or start is None:
                continue
            looks = found[start + 1 : at]
            another = ["a", *looks, name] if looks else ["another", name]
            if leads(courteous(found), "give", "put"):  # "give the cat a friend"
                return [*["add", *another[:-1], *name.split()], *found[at + 1 :]]
            found[start : at + 1] = another
    return [part for word in found for part in word.split()]


def _is_looks(words: Sequence[str]) -> bool:
    """Whether words say no more than how things look."""
    told = attributes_of(words)
    return told is not None and bool(told.told) and words[0] not in ("a", "an", "the")


def _looks_so(thing: Thing, looks: Attributes) -> bool:
    return all(getattr(thing, mark) == value for mark, value in looks.told.items())


def _with_one(words: Sequence[str]) -> list[str]:
    """ "And a red, next to it" as "a red one"; other languages say it so."""
    found: list[str] = []
    at = 0
    while at < len(words):
        end = at + 1
        while end < len(words) and "relation" not in roles_at(words, end)[1] and (
            words[end] not in _JOINTS
        ):  # fmt: skip
            end += 1
        ends = {"one": "relation" in roles_at(words, end)[1], "the": end == len(words)}
        short = words[at] in ("a", "an") or ends.get(words[at], False)
        told = attributes_of(words[at + 1 : end]) if short else None
        sized = end == at + 2 and words[at + 1] in _SIZED
        whole = told is not None and (sized or (bool(told.told) and not told.is_scalar))
        whole &= not any("noun" in roles_at(words, n)[1] for n in range(at + 1, end))
        whole &= of_the_sky(words[at:end]) is None  # "the sky blue"
        bound = bool({"relation", "with"} & set(roles_at(found, len(found) - 1)[1])) if found else 0
        is_count = told is not None and "count" in told.told
        if whole and not is_count and not bound and (not found or not leads(found[-1:], "copula")):
            found += ["a" if words[at] == "one" else words[at], *words[at + 1 : end], "one"]
            at = end
        else:
            found.append(words[at])
            at += 1
    return found


def _befriended(before: Sequence[str], behind: Sequence[str], known: Sequence[str]) -> str:
    """Whose friend is meant: "give the cat a friend", else of whom was spoken last."""
    told = nouns_in(behind) if behind[:1] in (["for"], ["of"]) else nouns_in(before)
    alive = [name for name in known if noun(name).category in _ALIVE]
    return next(iter((*told, *alive, *known)), "")


def _at_once(words: Sequence[str]) -> list[str]:
    """ "A castle, a big one" as "a big castle"."""
    found = _counted(list(words))
    for at in range(1, len(found)):
        if found[at] != "one" or (start := _looks_before(found, at)) is None:
            continue
        alone = found[at + 1 : at + 2] == [] or found[at + 1] in MARKS
        if found[start] not in ("a", "an") or not alone or found[start - 1 : start] not in _MARKS:
            continue
        said = courteous(found[:start])
        article = next((n for n in reversed(range(len(said))) if said[n] in ("a", "an")), None)
        if article is None or any(word in _JOINTS for word in said[article:]):
            continue
        behind = [] if found[at + 1 : at + 2] == [] else found[at + 2 :]
        looks = found[start + 1 : at]
        return [*said[:article], "a", *looks, *said[article + 1 :], *behind]
    return found


def _counted(words: list[str]) -> list[str]:
    """ "Sheep, five of them" as "five sheep"."""
    for at in range(2, len(words)):
        told = (
            attributes_of(words[at : at + 1]) if words[at + 1 : at + 3] == ["of", "them"] else None
        )
        over = words[at + 3 : at + 4] == [] or words[at + 3] in MARKS
        if told is None or set(told.told) != {"count"} or words[at - 1] not in MARKS or not over:
            continue
        for place in range(at - 1):
            if {"noun", "many"} & set(roles_at(words, place)[1]):
                start = place - (words[place - 1 : place] in (["a"], ["an"], ["some"], ["the"]))
                return [*words[:start], words[at], *words[place : at - 1], *words[at + 3 :]]
    return words


def _looks_before(words: Sequence[str], end: int) -> int | None:
    """Where "a big black" of "a big black one" begins; None where no look is told."""
    for start in range(end - 1, max(-1, end - 5), -1):
        told = attributes_of(words[start + 1 : end]) if start + 1 < end else None
        if words[start] in _DETERMINERS:
            looks = told is not None and not told.way and ("count" not in told.told)
            looks = looks or (words[start] == "the" and is_deed(words[start + 1 : end]))
            return start if looks else None
    return None


def _last_named(words: Sequence[str]) -> str:
    """The thing that was named last, in a part of the utterance that is over.

    Of what stands to something else it is that which is told of, not what it stands to.
    """
    ends = [at for at, word in enumerate(words) if word in _JOINTS]
    if not ends:
        return ""
    found = read_fragment(" ".join(without_marks(words[: ends[-1]])))
    if not found.mentions:
        return ""
    last = len(found.mentions) - 1
    told = next((each.subject for each in found.relations if last in each.objects), last)
    return found.mentions[told].thing.noun


def dangling(words: Sequence[str]) -> list[str]:
    """ "A moose a bit behind" as "a moose behind it": how a thing is to what was spoken of."""
    for start in range(1, len(words)):
        if is_whole(words[start:], "dangling"):
            said = list(words[:start])
            while len(said) > 1 and said[-1] in _LOOSE:
                said = said[: -2 if said[-1] in ("bit", "little") else -1]
            where = words[start:] if words[start] != "in" else [*words[start:], "of"]
            return [*said, *where, "it"]
    return list(words)
