"""English word order for the phrases of a clause: verbs before their objects."""

from __future__ import annotations

from app.dialogue.phrase_table import CommandPhrase
from app.glossary.english import NUMBERS
from app.glossary.parts.joints import RELATIVE
from app.glossary.world import is_surface
from app.languages import UNSPACED
from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.interpreter import CONTROLS
from maskgil.nano.dialogue.wording.clauses import is_verb
from maskgil.nano.world.paints import PAINTS

HANDLED = ("puts down", "throws away", "takes off", "picks up", "puts on")
_MOVED = ("remove", "put", "move", "replace")  # verbs of Chinese that follow their thing
_BEHIND_THINGS = {"i want": "should be", "there is": "has"}
_BECOMING = {"in": "into", "on a": "into a"}  # "convierte el gato en un perro"
SIDED = ("the left", "the right")
IS = CommandPhrase("word", "is")
_THE = CommandPhrase("det", "the")
THERE_IS = ("add", "there is", "there should be", "has", "is", "comes", "put")
"""Verbs that say no more than that something is at a place."""
_ADD = CommandPhrase("word", "add")
ON_OR_ABOVE = "on or above"
OF = CommandPhrase("prep", "of")
_SINGLE = ("des", "eines", "meines", "deines", "seines", "ihres", "unseres")
SINGLE = {"de": _SINGLE}  # those of one owner
GENITIVES = {
    "de": ("der", "einer", "meiner", "deiner", "seiner", "ihrer", "unserer", *_SINGLE),
    "fr": ("de",),
}
"""Articles of whose a thing is, where a thing was named before them."""
WITHOUT = CommandPhrase("prep", "without")
_WHEN = {"rain": "in the", "snow": "in the", "fog": "in the", "storm": "in a", "night": "at",
         "dawn": "at", "sunset": "at"}  # fmt: skip
_SUBJECTS = ("he", "she", "it", "they", "the other", "the other one", "the others", "one")
_INTO = ("by", "into", "with", "for")  # before what a thing becomes
_GONE = ("remove", "remove it")


def in_order(told: list[CommandPhrase], language: str) -> list[CommandPhrase]:
    """Verbs before what they are said of, and what that does behind it."""
    joints = (n for n, each in enumerate(told) if each.english == "and")
    if at := next((n for n in joints if n > 1 and told[n - 1].english in _GONE), 0):
        return [*in_order(told[:at], language), told[at], *in_order(told[at + 1 :], language)]
    if language not in UNSPACED:
        told = _placed_first(told)
    told = _named_by_look(_painted(_where_told(_with_verbs(told, language))))
    told = _parts_told(_without(told, language), language)
    acts = [each.kind for each in told[:2]] == ["word", "tell"]
    if acts and len(told) > 2 and is_verb_phrase(told[0]):
        told = [CommandPhrase("word", "make"), *told[2:], told[1]]  # "fais courir le chien"
    if language in UNSPACED:
        return _verb_first(_uncounted(told))
    if language == "de":
        told = _modal(told)
    verbs = [at for at, phrase in enumerate(told) if is_verb_phrase(phrase)]
    if language == "de" and len(verbs) > 1 and told[-1].english in ("remove", "add"):
        told = [told[-1], *(each for each in told if not is_verb_phrase(each))]
        verbs = [0]
    if language == "de" and verbs == [len(told) - 1]:
        told = [told[-1], *told[:-1]]  # "kannst du einen Hund hinzufügen"
    named = told[:-1] if not any(at < len(told) - 1 for at in verbs) else []
    if any(each.kind == "thing" for each in named) and told[-1].english in _GONE:
        told = [CommandPhrase("word", "remove"), *named]  # "le zèbre, je n'en veux plus"
    found: list[CommandPhrase] = []
    for at, phrase in enumerate(told):
        after = told[at + 1] if at + 1 < len(told) else None
        alone = phrase.kind == "det" and phrase.english == "the"
        behind_thing = at > 0 and told[at - 1].kind == "thing"
        if alone and behind_thing and after is not None and after.kind in ("prep", "place"):
            phrase = IS  # "está" without its accent is "esta"
        elif alone and (after is None or after.kind == "prep" or _is_done_to(after)):
            phrase = CommandPhrase("word", "it")  # "lo quiero", "enlève-le"
        elif behind_thing and phrase.english == "there should be":
            phrase = CommandPhrase("word", "has")
        elif behind_thing and phrase.english == "make it":
            phrase = CommandPhrase("word", "should be")  # "el libro que sea azul"
        elif phrase.kind == "prep" and told[0].english in ("turn", "change", "make it"):
            phrase = CommandPhrase("prep", _BECOMING.get(phrase.english, phrase.english))
        elif phrase.english == "into" and told[0].kind in ("det", "thing") and language == "fr":
            phrase = CommandPhrase("prep", "in")  # "la fille en robe rouge"
        found.append(phrase)
    for at in range(len(found) - 1):
        if found[at].english == "it" and _is_done_to(found[at + 1]):
            found[at], found[at + 1] = found[at + 1], found[at]
    return found


def _placed_first(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """What is at a place that is told before it: "derrière il y a un bus" as "a bus behind it".

    Who does something there is told before what they do: "über der Burg fliegt ein Drache".
    """
    if not told or told[0].kind != "prep" or told[0].english.endswith(RELATIVE):
        return told
    if len(told) > 2 and told[1].english in THERE_IS:
        return [_ADD, *told[2:], told[0], CommandPhrase("word", "it")]
    at = next((n for n, each in enumerate(told) if each.kind == "thing"), len(told))
    if [each.english for each in told[at + 1 : at + 2]] != ["is"] or len(told) < at + 4:
        return told
    deed, *who = told[at + 2 :]
    if deed.kind != "tell" or who[0].kind not in ("det", "thing"):
        return told
    where = told[: at + 1]
    return [*who, IS, deed, *where] if who[0].english == "the" else [_ADD, *who, deed, *where]


def _without(told: list[CommandPhrase], language: str) -> list[CommandPhrase]:
    """What a thing before it is without: "une maison sans fenêtres"."""
    if language in UNSPACED:
        return told
    found = list(told)
    for at in range(1, len(told) - 1):
        joins = told[at - 1].kind == "thing" and told[at + 1].kind in ("det", "thing")
        if told[at].english == "remove" and joins:
            found[at] = WITHOUT
    return found


def _where_told(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """When and in which weather somebody is or does something: "he is running in the rain"."""
    found = list(told)
    for at in range(1, len(told)):
        said = told[at].english
        behind = told[at - 1].kind in ("tell", "thing")
        if told[at].kind == "place" and behind and said in _WHEN:
            found[at] = CommandPhrase("place", f"{_WHEN[said]} {said}")
    return found


def _with_verbs(told: list[CommandPhrase], language: str) -> list[CommandPhrase]:
    """What nobody knows as a verb where it stands as one: "the knight | tue | the dragon"."""
    found = list[CommandPhrase]()
    for at, phrase in enumerate(told):
        before, after = told[at - 1 : at], told[at + 1 : at + 2]
        who = bool(before) and (before[0].kind == "thing" or before[0].english in _SUBJECTS)
        done_to = bool(after) and after[0].kind in ("det", "thing", "prep")
        if phrase.kind != "unknown":
            found.append(phrase)
        elif who and done_to and language not in UNSPACED:
            found.append(CommandPhrase("word", phrase.english))
    return found


def _painted(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """A colour that something is to have behind it, "the dragon green and bigger".

    What it had before is not told: "green instead of red".
    """
    found = list(told)
    for at in range(len(told) - 1, 1, -1):
        if told[at - 1].english == "instead of" and is_paint(told[at].english):
            del found[at - 1 : at + 1]
    if len(found) < 3 or found[0].english != "change" or found[1].kind != "det":
        return found
    paint, _, name = found[2].english.partition(" ")
    becomes = found[3].kind == "word" if found[3:] else found[1] != _THE  # "den ersten Hund blau"
    if found[2].kind == "thing" and is_paint(paint) and name and becomes:
        found[2:3] = [CommandPhrase("thing", f"{name} {paint}")]
    return found


def _named_by_look(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """What is named by its colour alone: "remove the black" as "remove the black one"."""
    found = list(told)
    for at in range(len(told) - 1):
        after = told[at + 2 : at + 3]
        instead = told[at].english == "instead of the"
        bound = (instead or told[at].english == "the") and is_paint(told[at + 1].english)
        becomes = (
            _follows(told, at, "change", "paint") and bool(after) and after[0].english in _INTO
        )
        taken = becomes or instead or _follows(told, at, *_MOVED, "bigger", "smaller", "instead of")
        tells = not at and bool(after) and after[0].kind not in ("det", "thing")
        if bound and not (after and after[0].kind == "thing") and (taken or tells):
            found[at + 1] = CommandPhrase("thing", f"{told[at + 1].english} one")
        elif is_paint(told[at].english) and told[at + 1].english == "one":
            found[at] = CommandPhrase("thing", f"the {told[at].english}")
    return found


def _follows(told: list[CommandPhrase], at: int, *english: str) -> bool:
    """Whether what stands before is one of some phrases."""
    return at > 0 and told[at - 1].english in english


def _modal(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """German verbs in two parts: "they should be | a hat | wearing", "remove | it | remove"."""
    if [each.english for each in told[:1]] == ["remove"]:
        return [*told[:1], *(each for each in told[1:] if each.english != "remove")]
    at = next((n for n, each in enumerate(told) if each.english == "should be"), None)
    if at is not None and told[-1].english == "has" and at < len(told) - 1:
        have = CommandPhrase("word", "should have")  # "er soll einen Hut haben"
        return [*told[:at], have, *told[at + 1 : -1]]
    if at is None or told[-1].kind != "verb" or at == len(told) - 1:
        return told
    return [*told[:at], told[-1], *told[at + 1 : -1]]


def _parts_told(told: list[CommandPhrase], language: str) -> list[CommandPhrase]:
    """Colours before their parts, "the roof blue"; who has a part has it, something is on it."""
    if language in UNSPACED:
        return told
    found = list(told)
    for at in range(len(found)):
        if found[at].kind != "thing" or not is_whole(found[at].english.split()[-1:], "own part"):
            continue
        after = found[at + 1] if at + 1 < len(found) else None
        if after is not None and after.kind == "thing" and is_paint(after.english):
            found[at : at + 2] = [after, found[at]]
        start = at - (at > 0 and found[at - 1].kind == "det")
        before = found[start - 1] if start else None
        if before is None or before.kind != "prep":
            continue
        if before == OF and start > 1:
            found[start - 1] = CommandPhrase("prep", "with")  # "una casa de tejado azul"
        elif before.english in ("in", "in the"):
            found[start - 1] = CommandPhrase("prep", before.english.replace("in", "on"))
        elif before.english in ("to", "to the") and start > 1 and found[start - 2].kind == "thing":
            found[start - 1] = CommandPhrase("prep", "with")  # "une fille aux cheveux bleus"
    return found


def is_paint(english: str) -> bool:
    """Whether English says no more than colours."""
    return set(english.split()) <= {*PAINTS, "or", "and"}


def with_ones(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """ "The left", "a red" that no thing follows as "the left one", "a red one"."""
    is_made = bool(told) and leads(told[0].english.split(), "make", "paint") > 0
    return [
        CommandPhrase("thing", f"{phrase.english} one")
        if _is_side_alone(phrase, after, is_made=is_made)
        or (not is_made and _is_paint_alone(before, phrase, after))  # "peins-le noir"
        else phrase
        for before, phrase, after in zip([None, *told], told, [*told[1:], None], strict=False)
    ]


def _is_side_alone(phrase: CommandPhrase, after: CommandPhrase | None, *, is_made: bool) -> bool:
    """Whether a side with its article stands for what is there: "mach das linke rot"."""
    sided = phrase.kind == "det" and phrase.english in (*SIDED, "the middle")
    painted = is_made and after is not None and is_paint(after.english)
    return sided and (after is None or after.kind != "thing" or painted)


def _is_paint_alone(
    before: CommandPhrase | None, phrase: CommandPhrase, after: CommandPhrase | None
) -> bool:
    """Whether a colour behind an article stands for what has it."""
    if after is not None and after.kind == "thing":
        return False
    behind_article = before is not None and before.english in ("a", "the")
    is_fruit = phrase.english == "orange"
    return behind_article and phrase.kind == "thing" and is_paint(phrase.english) and not is_fruit


def settle(told: list[CommandPhrase], noun: str) -> None:
    """Sets what a preposition of two meanings is before a noun: on a table, in a vase."""
    for at in range(max(0, len(told) - 2), len(told)):
        said = told[at].english
        before = told[at - 1].english if at else ""
        is_on = said in ("on", "on the", ON_OR_ABOVE)
        if is_on and before.endswith("flying") and not is_surface(noun):
            rest = said.removeprefix(ON_OR_ABOVE).removeprefix("on")
            told[at] = CommandPhrase("prep", f"over{rest}")  # "vuela sobre el castillo"
        elif told[at].kind == "prep" and said == "in" and is_surface(noun):
            told[at] = CommandPhrase("prep", "on")
        elif said.startswith(ON_OR_ABOVE):
            meant = "on" if is_surface(noun) else "above"
            told[at] = CommandPhrase("prep", said.replace(ON_OR_ABOVE, meant))


def is_verb_phrase(phrase: CommandPhrase) -> bool:
    """Whether a phrase says what is to be done."""
    words = phrase.english.split()
    return phrase.kind == "word" and (is_verb(words) or any(is_whole(words, c) for c in CONTROLS))


def _uncounted(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """Colours without the number of what has them, where it is named: "一条蓝色的围巾"."""
    found = list(told)
    for at, each in enumerate(told):
        count, _, paint = each.english.partition(" ")
        if count in ("one", *NUMBERS) and paint and is_paint(paint):
            found[at] = CommandPhrase(each.kind, paint)
    named = any(each.kind == "thing" and not is_paint(each.english) for each in found)
    return found if named else told


def _verb_first(told: list[CommandPhrase]) -> list[CommandPhrase]:
    """Chinese as English: "把 the tree remove" and "the tree remove" as "remove the tree"."""
    found = list(told)
    first = found[0].english if found else ""
    for at in range(1, len(found)):
        behind_thing = found[at - 1].kind == "thing"
        if behind_thing and found[at].english in _BEHIND_THINGS:
            found[at] = CommandPhrase("word", _BEHIND_THINGS[found[at].english])
    count, _, paint = found[-1].english.partition(" ") if found else ("", "", "")
    if first == "add" and len(found) == 2 and is_paint(paint) and paint:
        return [
            CommandPhrase("word", f"{count} more"),
            CommandPhrase("thing", paint),
        ]  # "再来一个黄色的"
    if first == "give them":
        found = [CommandPhrase(p.kind, p.english.replace("the ", "a ", 1)) for p in found]
    if first in ("give", "give them"):  # "give the cat (add) a hat"
        return [
            each
            for at, each in enumerate(found)
            if not at or each.english not in ("add", "put", "wearing", "into")
        ]
    verbs = [at for at, each in enumerate(found) if at and each.english in _MOVED]
    for at in verbs:
        if [each.english for each in found[at : at + 2]] == ["remove", "into"]:
            replace, by = CommandPhrase("word", "replace"), CommandPhrase("word", "with")
            return [replace, *found[:at], by, *found[at + 2 :]]
    if _becomes(found):
        return [CommandPhrase("word", "turn"), *found]  # "猫变成狗"
    if first == "change" and verbs:
        found[0] = found.pop(verbs[0])
    elif found and ((verbs == [len(found) - 1] and found[0].kind == "thing") or _is_picture(found)):
        found.insert(0, found.pop())
    return found


def _becomes(told: list[CommandPhrase]) -> bool:
    """Whether a thing is named, and then what it becomes, with no other verb."""
    said = [each.english for each in told]
    at = said.index("into") if "into" in said else 0
    return 0 < at < len(told) - 1 and all(each.kind in ("det", "thing") for each in told[:at])


def _is_picture(told: list[CommandPhrase]) -> bool:
    """Whether the picture is named and then what is to be done: "这张图片保存"."""
    return len(told) == 2 and told[0].english == "this picture"


def _is_done_to(phrase: CommandPhrase) -> bool:
    """Whether a phrase is what is done to a thing: "remove", "drops"."""
    words = phrase.english.split()
    return is_verb_phrase(phrase) or 0 < leads(words, *HANDLED) == len(words)
