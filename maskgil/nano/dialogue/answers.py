"""Question answering about the picture, from its scene graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import named
from maskgil.nano.dialogue.commands import alike, is_whole, leads, tokens_of, without_marks
from maskgil.nano.dialogue.editing.attributes import sky_of
from maskgil.nano.dialogue.editing.predicates import length_of
from maskgil.nano.dialogue.editing.referents.classes import ThingClass, class_phrase
from maskgil.nano.dialogue.editing.referents.kinds import is_same_kind
from maskgil.nano.dialogue.edits import size_step
from maskgil.nano.dialogue.fragments import nouns_in, roles_at
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording.framing import is_asked
from maskgil.nano.world.nouns import LIVING, PEOPLE, noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import place

_PROGRAM = ("you", "your", "i", "me", "we", "help")
_SEEING = ("see", "tell", "know", "draw", "drawn", "drew", "painted", "made")  # … is the picture
_SKILLS = ("draw", "paint", "sketch")
_ABLE = ("can", "could", "able", "know")
_VERBS = ("is", "are", "was", "were", "do", "does", "did", "can", "could", "you", "i", "has")
_MODALS = ("can", "could", "may", "must")  # no tins
_ASKING = ("what", "who", "whose", "where", "why")  # begin nothing but a question
_WHERE = ("where", "wheres")
_SIDES = {"left": "on the left", "middle": "in the middle", "right": "on the right"}
_BEARING = {"wearing": "worn by", "holding": "held by", "eating": "eaten by", "reading": "read by"}
_SAID = {"left of": "to the left of", "right of": "to the right of", "riding": "on"}
Row = Sequence[tuple[int, float]]
"""Things from left to right, each with the share of the picture left of its middle."""
_KINDS = {"weather": "weather", "time": "time", "style": "style", "place": "setting"}
_IT = ("it", "he", "she", "they", "him", "her", "them")
_WHAT_IS_IT = ("what", "is", "it")
_BE = ("is", "are", "was", "were")
_COUNTS = (["how", "many"], ["how", "much"])
_THERE = ("is", "are", "do", "does", "can", "did", "was", "were", "there", "any")


def asks_only(words: Sequence[str], text: str) -> bool:
    """Whether `words` only ask about the picture or the program, without any request."""
    if leads(words, "want"):
        return False  # "how about a boat?"
    if is_whole(words, "help") or (is_asked(words) and text.rstrip().endswith(("?", "？"))):
        return True
    asked = tokens_of(text)
    length = leads(asked, "asks")
    if length and text.rstrip().endswith(("?", "？")):
        return True
    begun = without_marks(asked[length:]) if length else list(words)  # without a mark at the end
    known = begun[1:2] != [] and begun[1] in ("the", "there", *_IT) and len(begun) > 2
    is_so = known and begun[0] in (*_BE, "does", "did")  # "is the dog bigger", no "is night"
    return begun[:2] in _COUNTS or is_so or _begins_asking(begun)


def asks_skill(words: Sequence[str]) -> bool:
    """Whether words without punctuation ask what can be drawn: "what can you draw"."""
    asked = [word.removesuffix("'s") for word in words]
    ends = asked[-1:] in ([skill] for skill in _SKILLS)
    return asked[:1] == ["what"] and ends and bool({*_ABLE} & {*asked})


def _begins_asking(words: Sequence[str]) -> bool:
    """Whether words begin as nothing but a question does: "where is the dog", "what do you see"."""
    first = words[0].removesuffix("'s") if words else ""
    said = words[1:5]  # "what time of day is it"
    if first in _ASKING and said[:1] not in (["a"], ["an"]):  # "what a nice picture"
        return first != words[0] or any(word in _VERBS for word in said)
    return first[-1:] == "s" and first[:-1] in _ASKING  # "whats this"


def answer(words: Sequence[str], scene: Scene, focus: Sequence[int] = (), row: Row = ()) -> Remark:
    """The outcome of a question in `words` without punctuation.

    `focus`: indices of the referents of "it". `row`: positions of all things.
    """
    if is_whole(words, "help"):
        return Remark("help")
    if asks_skill(words):
        return Remark("draws")
    if where := _asked_where(words, scene, focus):
        return _where(where, scene, row)
    words = [word for word in words if word not in _MODALS]
    if not words:
        return Remark("help")
    names, kind = _named_in(words), _class_in(words)
    if names and any(word.removesuffix("'s") in _WHERE for word in words):
        return _missing(names, _colours_in(words), scene)
    there = _there(names, kind, scene)
    if not names and any(word.removesuffix("'s") in _WHERE for word in words):
        return Remark("around", scene.setting or "", "setting", scene=scene)  # "where are we"
    if not (there or names) and (around := _around(words, scene)):
        return around
    there = _sized(words, there, scene)
    gone = [] if kind else [name for name in names if not _there([name], None, scene)]
    if there and gone and gone[0] in nouns_in(words):
        return Remark("absent", gone[0])
    among = there if names or kind else range(len(scene.things))  # "which one is bigger?"
    if len(among) > 1 and (compared := _compared(words, scene, among)):
        return compared
    if row and any(leads(words[at:], "left", "right") for at in range(len(words))):
        return Remark("row", scene=_in_row(row, there, scene))
    counted, colours = list(words[:2]) in _COUNTS, _colours_in(words)
    if {"colour", "color", "colours", "colors"} & {*words} or (
        colours and words[0] in _BE and roles_at(words, len(words) - 1)[1].get("colour")
    ):
        meant = there or ([*focus] if not names and _means_it(words) else [])
        if meant or not colours:
            return _coloured(meant, scene) or _missing(names, [], scene)
    if colours:
        among = there if names else range(len(scene.things))
        there = [index for index in among if _colour_of(scene.things[index]) in colours]
        if not there:
            return _missing(names, colours, scene)
        if counted or words[0] in _THERE:
            return _counted(there, scene, colours[0])
    asks_for = counted or words[0] in _THERE or leads(words, "asks")
    stands = _stands(words, there, scene)
    if there and not stands and asks_for and (names or kind):
        return _counted(there, scene)
    if names and not there:
        return Remark("absent", names[0])
    there = there or (_meant(focus, scene) if _means_it(words) else [])
    if there and not counted:
        return Remark("these", scene=_about(there, stands, scene))
    program = set(words) & set(_PROGRAM) and not set(words) & set(_SEEING)
    if program and not counted and not names:
        return Remark("help")
    return Remark("shows", scene=scene)


def _there(names: Sequence[str], kind: ThingClass | None, scene: Scene) -> list[int]:
    """Places of what a question names, each as it is called or as one of its kind."""
    things = list(enumerate(scene.things))
    found = {at for at, thing in things if kind is not None and kind.has(thing.noun)}
    for name in names:
        exact = {at for at, thing in things if thing.noun == name}
        found |= exact or {
            at for at, thing in things if is_same_kind(thing.noun, name) or alike(thing.noun, name)
        }
    return sorted(found)


def _sized(words: Sequence[str], there: list[int], scene: Scene) -> list[int]:
    """Those of the size that "the big ship" tells, where their sizes differ."""
    told = (roles_at(words, at)[1].get("size") for at in range(len(words)))
    size = next(filter(None, told), None)
    steps = {at: size_step(scene.things[at].size) for at in there}
    if size is None or len({*steps.values()}) < 2:
        return there
    end = (min if size_step(size) < size_step(None) else max)(steps.values())
    return [at for at in there if steps[at] == end]


def _around(words: Sequence[str], scene: Scene) -> Remark | None:
    """Of which place, time, weather or style it is asked, where it is of one: "is it night"."""
    told = (sky_of(words[at:]) for at in range(len(words)))
    kinds = [*next(filter(None, told), {}), *(word for word in words if word in _KINDS)]
    if not kinds:
        return None
    of = _KINDS.get(kinds[0], kinds[0])
    return Remark("around", getattr(scene, of) or "", of, scene=scene)


def _compared(words: Sequence[str], scene: Scene, there: Sequence[int]) -> Remark | None:
    """Which of two is bigger, where it is asked."""
    if not any(leads(words[at:], "bigger", "smaller") for at in range(len(words))):
        return None
    sizes = {at: length_of(scene.things[at]) for at in there}
    most, least = max(there, key=sizes.__getitem__), min(there, key=sizes.__getitem__)
    first, second = scene.things[most], scene.things[least]
    if sizes[most] <= sizes[least] or first.noun == second.noun:
        return None
    return Remark("bigger", first.noun, said=second.noun, count=first.count)


def _coloured(there: Sequence[int], scene: Scene) -> Remark | None:
    """Which colours things have: one told of all of them, or each thing with its own."""
    things = [scene.things[index] for index in there]
    looks = {_colour_of(thing) or "" for thing in things}
    if len({thing.noun for thing in things}) == 1 and len(looks) == 1:
        count = sum(thing.count for thing in things)
        return Remark("look", things[0].noun, count=count, look=looks.pop())
    return Remark("these", scene=_about(there, [], scene)) if things else None


def _colour_of(thing: Thing) -> str | None:
    own = noun(thing.noun)
    return thing.colour or thing.texture or (None if own.category in PEOPLE else own.colour)


def _colours_in(words: Sequence[str]) -> list[str]:
    """The colours that a question tells."""
    found = [roles_at(words, at)[1] for at in range(len(words))]
    return [roles["colour"] for roles in found if "colour" in roles and "place" not in roles]


def _missing(names: Sequence[str], colours: Sequence[str], scene: Scene) -> Remark:
    """That there is none of what is asked for, or of none so coloured."""
    if names:
        said = " ".join([*colours[:1], names[0]])
        return Remark("absent", names[0], said=said, look="".join(colours[:1]))
    if colours:
        return Remark("absent", colours[0], "colour", said=f"{colours[0]} thing")
    return Remark("shows", scene=scene)


def _counted(there: Sequence[int], scene: Scene, colour: str = "") -> Remark:
    """How many there are of one noun, or what there is of several."""
    things = [scene.things[index] for index in there]
    if len({thing.noun for thing in things}) > 1:
        return Remark("these", scene=_about(there, [], scene))
    return Remark("counted", things[0].noun, count=sum(t.count for t in things), look=colour)


def _means_it(words: Sequence[str]) -> bool:
    named = any(word in _IT and leads([word], "pronoun") for word in words)
    return named and len(words) > len(_WHAT_IS_IT)  # "what is it" is all of the picture


def _meant(focus: Sequence[int], scene: Scene) -> list[int]:
    """What "it" means: what was spoken of last, else the only one that lives."""
    alive = [at for at, thing in enumerate(scene.things) if noun(thing.noun).category in LIVING]
    return [*focus] or (alive if len(alive) == 1 else [])


def _in_row(row: Row, there: Sequence[int], scene: Scene) -> Scene:
    """A scene of things from left to right: all, or where several are named those."""
    named = [index for index, _ in row if index in there or len(there) < 2]
    return Scene(tuple(replace(scene.things[index], count=1) for index in named))


def _stands(words: Sequence[str], there: Sequence[int], scene: Scene) -> list[Relation]:
    """The relations of things that a question asks for: "what is on the table"."""
    asked = {role for at in range(len(words)) for kind, role in roles_at(words, at)[1].items()
             if kind in ("relation", "verb")}  # fmt: skip
    nouns = {scene.things[index].noun for index in there}
    return [
        each
        for each in scene.relations
        if each.name in asked
        and {*there} & {each.subject, *each.objects}
        and (len(nouns) < 2 or {*there} >= {each.subject, *each.objects})
    ]


def _about(there: Sequence[int], stands: Sequence[Relation], scene: Scene) -> Scene:
    """A scene of some things and of how they stand to others, so or in any way."""
    told = stands or [each for each in scene.relations if {*there} & {each.subject, *each.objects}]
    ends = {index for each in told for index in (each.subject, *each.objects)}
    kept = [at for at in range(len(scene.things)) if at in ends or (at in there and not stands)]
    relations = tuple(
        Relation(kept.index(each.subject), each.name, tuple(map(kept.index, each.objects)))
        for each in told
    )
    return Scene(tuple(scene.things[at] for at in kept), relations)


def _asked_where(words: Sequence[str], scene: Scene, focus: Sequence[int]) -> list[int]:
    """Places of what it is asked where it is; [] for another question."""
    at = next((n for n, word in enumerate(words) if word.removesuffix("'s") in _WHERE), None)
    if at is None:
        return []
    named, behind = _named_in(words), words[at + 1 :]
    there, colours = _there(named, None, scene), _colours_in(words)
    there = [at for at in there if not colours or _colour_of(scene.things[at]) in colours]
    meant = any(leads(behind[n:], "pronoun") for n in range(len(behind))) and not named
    return there or (list(focus) if meant else [])


def _where(asked: Sequence[int], scene: Scene, row: Row) -> Remark:
    """Where things of one noun are: what they stand to, on which side, in which place."""
    name = scene.things[asked[0]].noun
    asked = [index for index in asked if scene.things[index].noun == name]
    stands = [
        f"{_SAID.get(each.name, each.name)} {_all_of(each.objects, scene)}"
        for each in scene.relations
        if each.subject in asked and each.name not in (*_BEARING, "with")
    ]
    stands += [
        f"{_BEARING[each.name]} {_all_of((each.subject,), scene)}"
        for each in scene.relations
        if set(each.objects) & {*asked} and each.name in _BEARING
    ]
    middles = [middle for index, middle in row if index in asked]
    side = _side(sum(middles) / len(middles)) if middles else ""
    around = [_SIDES[side]] if side else []
    around += place(scene.setting).phrases[:1] if scene.setting else []
    said = ", ".join(dict.fromkeys((*stands, *around)))
    count = sum(scene.things[index].count for index in asked)
    return Remark("where", name, said=said or "in the picture", count=count, look=side, scene=scene)


def _all_of(indices: Sequence[int], scene: Scene) -> str:
    return " and ".join(named(scene.things[index], definite=True) for index in indices)


def _side(middle: float) -> str:
    """In which third of the picture something is."""
    return "left" if middle < 1 / 3 else "right" if middle > 2 / 3 else "middle"


def _named_in(words: Sequence[str]) -> list[str]:
    """The nouns that a question names, whatever else it says."""
    found, at = list[str](), 0
    while at < len(words):
        at, roles = roles_at(words, at)
        found += [roles[role] for role in ("noun", "many", "near") if role in roles][:1]
    return found


def _class_in(words: Sequence[str]) -> ThingClass | None:
    """The class of things that a question names: "how many animals"."""
    found = (class_phrase(words[at:]) for at in range(len(words)))
    return next((each.kind for each in found if each is not None), None)
