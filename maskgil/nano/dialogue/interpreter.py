"""Interpreter: an utterance about the current scene, as an outcome."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.answers import Row, answer, asks_only, asks_skill
from maskgil.nano.dialogue.changes import CARRIED, Change, named
from maskgil.nano.dialogue.commands import (
    MARKS,
    command_words,
    courteous,
    is_command,
    is_whole,
    is_wordless,
    leads,
    repeated,
    tokens_of,
    without_marks,
)
from maskgil.nano.dialogue.corrections import (
    both_kept,
    contrasted,
    corrected,
    gone_itself,
    rather,
    repaired,
    wanted_back,
    without_no,
)
from maskgil.nano.dialogue.editing.deeds import ends_deed
from maskgil.nano.dialogue.editing.edit_clauses import EditClauses
from maskgil.nano.dialogue.editing.inscribing import inscribed, is_written
from maskgil.nano.dialogue.editing.opposites import more_so, opposite
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment
from maskgil.nano.dialogue.outcome import ALL_STEPS, DoubtError, Outcome, Question
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording.anaphora import of_theirs, with_one, with_ordinals
from maskgil.nano.dialogue.wording.another import is_another_picture, tells_on
from maskgil.nano.dialogue.wording.clauses import clauses_of, is_remark, is_sized, says_again
from maskgil.nano.dialogue.wording.denials import put_right, told_as_it_is
from maskgil.nano.dialogue.wording.ellipsis import with_nouns, worn_once
from maskgil.nano.dialogue.wording.framing import (
    asides_of,
    asked_to_be,
    counting,
    fresh_start,
    had,
    hidden_behind,
    is_fresh_start,
    kept_alone,
    named_again,
    same_but,
    sufficing,
    unaddressed,
)
from maskgil.nano.reader.reader import KINDS, read_scene
from maskgil.nano.reader.typography import emoji_names, has_emoji
from maskgil.nano.reader.typography import plain as plain_text
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.marks import as_told
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene

CONTROLS = ("undo", "redo", "restart", "save", "another", "enlarge")
ORDERS = ("add", "want", "prefer", "remove", "replace", "make", "paint", "move", "put", "give",
          "enlarge it", "shrink it")  # fmt: skip
_MANY = ("too", "so")  # "too many ants" alone is no remark
_TOO_MANY = ("too", "many")
_TOLD = ("remove", "replace", "make", "move", "put", "give")  # … what stands, and "draw a dog"
ANSWERS = ("change this picture", "new picture")


def interpret(
    text: str, scene: Scene | None, focus: Sequence[int] = (), last: Change | None = None,
    row: Row = (),
) -> Outcome:  # fmt: skip
    """What `text`, in English, comes to where `scene` stands (None: nothing does).

    `focus`: places of the things that "it" means. `last`: the change that made the scene. `row`:
    the things of all that stands, from left to right, a thing as often as there are copies of it,
    each with the share of the picture that is left of its middle.
    """
    if scene is not None and is_wordless(text):
        return Outcome("none", left_out=(text,))
    if scene is not None and (met := _amount_met(text, scene)) is not None:
        rest, focus = met
        return (
            interpret(rest, scene, focus, last, row) if rest else Outcome("none", left_out=(text,))
        )
    if scene is not None and (change := inscribed(text, scene, focus)) is not None:
        return Outcome("change", change, focus=tuple(focus))
    if scene is not None and is_written(text):
        return Outcome("none", left_out=(text,), focus=tuple(focus))  # on what bears no words
    if scene is not None and (meant := same_but(tokens_of(text))):
        return _otherwise(meant, scene, focus, last, row)
    outcome = _interpreted(text, scene, focus, last, row)
    if scene is not None and outcome.action == "none" and (rest := _behind_remark(text)):
        found = interpret(rest, scene, focus, last, row)
        return outcome if found.action in ("none", "question", "new") else found
    return outcome


def _otherwise(
    words: list[str], scene: Scene, focus: Sequence[int], last: Change | None, row: Row
) -> Outcome:
    """What stands, "with a cat": instead of something of its kind, or beside it."""
    named = words[int(words[0] == "with") :]
    told = read_fragment(" ".join(named)).mentions
    if named != words and len(told) == 1:
        there = {thing.noun for thing in scene.things}
        kind = noun(told[0].thing.noun).category
        alike = [each for each in sorted(there) if noun(each).category == kind]
        if told[0].thing.noun in there:
            words = named
        elif len(alike) == 1:
            words = ["replace", "the", *alike[0].split(), *words]
    return interpret(" ".join(words), scene, focus, last, row)


def _amount_met(text: str, scene: Scene) -> tuple[str, tuple[int, ...]] | None:
    """What is said behind a remark on how many there are, and of which: "that's a lot of cats"."""
    remark, mark, rest = text.partition(",")
    words = tokens_of(remark)
    length = leads(words, "amount remark")
    told = nouns_in(words[length:]) if length and (mark or words[0] not in _MANY) else []
    met = tuple(at for at, thing in enumerate(scene.things) if thing.noun in told)
    fewer = " ".join(words[length - len(_TOO_MANY) :])  # "there are | too many trees"
    rest = rest.strip() or (fewer if tuple(words[:length][-2:]) == _TOO_MANY else "")
    return (rest, met) if met else None


def _behind_remark(text: str) -> str:
    """What is said behind a remark that names nothing: "it's a bit scary, make it day"."""
    remark, mark, rest = text.partition(",")
    words = courteous(tokens_of(remark))
    known = len(words) == 1 and words[0] in command_words()
    said = words and not known and words[0] not in ("no", "not") and not leads(words, *ORDERS)
    return rest.strip() if mark and said and not nouns_in(words) else ""


def _interpreted(
    text: str, scene: Scene | None, focus: Sequence[int], last: Change | None, row: Row
) -> Outcome:
    if has_emoji(text):
        text = plain_text(text, emoji_names())
    asked, said = asides_of(unaddressed(tokens_of(text)))
    if wish := fresh_start(said):  # of which nothing is of what stands: "and a red one"
        return Outcome("new", wish=wish)
    known = nouns_in(asked)[::-1]
    if scene is not None:
        met = [at for at, thing in enumerate(scene.things) if thing.noun in known]
        focus = met[:1] or focus  # "where did the cow go? remove it"
        known += [scene.things[at].noun for at in _spoken_of(scene, focus, courteous(said))]
    said = named_again(said, known) if known and asked else said
    if scene is not None:
        said = with_one(gone_itself(sufficing(with_ordinals(said))))
    told = with_nouns(worn_once(said), known, scene.things if scene is not None else ())
    text = text if told == tokens_of(text) else " ".join(told)
    if scene is not None:
        told = had(of_theirs(told_as_it_is(put_right(told, scene.things)), scene.things))
        told = asked_to_be(told)
    put = without_no(put_right(told))
    said = repaired(put)
    text = text if scene is not None or said == put else " ".join(said)
    words = courteous(said)
    while len(words) > 2 and words[0] == "no" and words[1] in MARKS:
        words = courteous(words[2:])
    alone = hidden_behind(kept_alone(said if leads(said, "keep alone") else words))
    there = {thing.noun for thing in scene.things} if scene is not None else set()
    keeps = bool({"keep", "leave"} & {*words[:2]})
    if alone != words and (keeps or set(nouns_in(alone)) <= there):
        words, text = alone, " ".join(alone)
    plain = without_marks(words)
    if scene is not None and (change := _correction(said, scene, focus, last, row)):
        return change
    if scene is not None and (meant := contrasted(said)):
        change = _correction(["no", ",", *meant], scene, focus, last, row)
        return change or Outcome("none", left_out=(text,), focus=tuple(focus))
    if not plain:
        return Outcome("none")  # "thank you"
    if scene is None and asks_skill(plain):
        return Outcome("none", remarks=(Remark("draws"),))
    if scene is not None and _says_nothing(plain, said):
        back = last is not None and wanted_back(without_marks(said), last)
        return Outcome("undo") if back else Outcome("none", left_out=(text,))
    if scene is not None:
        named_last = {scene.things[at].noun for at in focus or range(len(scene.things))}
        plain = counting(plain, [*named_last] if len(named_last) == 1 else [])
    if scene is not None and asks_only(plain, text):
        return Outcome("none", focus=tuple(focus), remarks=(answer(plain, scene, focus, row),))
    if last is not None and _is_more(plain) and last.growth > 0:
        return _decided(text, ["one", "more"], last.after, tuple(focus), {}, row)
    if last is not None and wanted_back(without_marks(said), last):
        return Outcome("undo")
    if control := _control(plain, words, last):
        return control
    if wish := fresh_start(words):
        return Outcome("new", wish=wish)
    if is_fresh_start(words):
        return Outcome("restart")
    if scene is None:
        return Outcome("new", wish=text)
    if _is_told_again(text, words, scene):
        return Outcome("new", wish=text)
    return _decided(text, words, scene, tuple(focus), {}, row)


def _is_more(words: Sequence[str]) -> bool:
    return is_whole(words, "one more") or is_whole(words, "more so")


def _control(plain: Sequence[str], words: Sequence[str], last: Change | None) -> Outcome | None:
    """What a command to the program comes to; None for anything else."""
    if is_whole(plain, "returns"):
        return Outcome("undo" if last is not None and last.growth < 0 else "redo")
    for control in CONTROLS:
        if is_command(plain, control) or _all_say(words, control):
            return Outcome(control)
    if is_command(plain, "beginning"):
        return Outcome("undo", steps=ALL_STEPS)
    again = repeated(plain)
    return Outcome(again[0], steps=again[1]) if again else None


def _is_told_again(text: str, words: Sequence[str], scene: Scene) -> bool:
    """Whether a description is of all that stands and no more: it is wanted once more."""
    if _goes_on(text) or any(leads(words, order) for order in ORDERS):
        return False
    if (
        (not scene.relations and scene.setting is None)
        or words[:1] == ["the"]
        or (leads(words, "more"))
    ):
        return False  # "another dog", "the snowman has a scarf"
    if any(ends_deed(words[at:]) for at in range(len(words))):
        return False  # "the baby stops crying"
    found = read_scene(text)
    return not found.left_out and somewhere(found.scene) == somewhere(scene)


def _spoken_of(scene: Scene, focus: Sequence[int], words: Sequence[str]) -> list[int]:
    """Things in the order in which "a black one" means them: what is worn, where one is given."""
    worn = [at for each in scene.relations if each.name in CARRIED for at in each.objects]
    return [*(worn if leads(words, "give") else ()), *focus, *range(len(scene.things))]


def _correction(
    words: Sequence[str], scene: Scene, focus: Sequence[int], last: Change | None, row: Row
) -> Outcome | None:
    """The last change told of something else, where words say so: "no, the other one"."""
    edits = EditClauses(scene, tuple(focus), {}, [index for index, _ in row])
    try:
        change = opposite(words, edits, last, row) or more_so(words, edits, last)
        change = change or both_kept(words, edits, last)
        change = change or corrected(words, edits, last) or rather(words, edits, last)
    except DoubtError:
        return None
    if change is None or change.is_none:
        return None
    return Outcome("change", change, focus=edits.focus_after(change))


def _all_say(words: Sequence[str], control: str) -> bool:
    """Whether all that stands between marks says the same: "back, undo that"."""
    parts: list[list[str]] = [[]]
    for word in words:
        parts = [*parts, []] if word in MARKS else [*parts[:-1], [*parts[-1], word]]
    said = [courteous(part) for part in parts if part]
    return bool(said) and all(is_command(part, control) for part in said)


def _says_nothing(plain: Sequence[str], said: Sequence[str]) -> bool:
    """Whether courtesy leaves no more than "it is" of "it's nice", or "no" of "no, thanks"."""
    if list(plain) == ["not"] or leads(plain, "liked"):
        return True
    if list(plain) == ["no"]:
        return True
    length = leads(plain, "pronoun")
    return 0 < length < len(plain) == length + leads(plain[length:], "copula")


def _decided(
    text: str, words: list[str], scene: Scene, focus: tuple[int, ...], chosen: dict[str, int],
    row: Row,
) -> Outcome:  # fmt: skip
    """The outcome, or a question where things are in doubt; `chosen`: noun -> which one it is."""
    edits = EditClauses(scene, focus, dict(chosen), [index for index, _ in row])
    try:
        clauses = clauses_of(words, edits)
        for before, clause in zip([None, *clauses], clauses, strict=False):
            if before is None or not says_again(before, clause):
                edits.run(clause)
        edits.in_doubt &= not any(clause.verb in _TOLD for clause in clauses[:-1])
        edits.in_doubt &= not any(is_sized(clause.words) for clause in clauses[1:])
    except DoubtError as doubt:
        first, second = doubt.choices
        if chosen.get("it") in doubt.choices:
            return Outcome("none", left_out=(text,), focus=focus)  # asked, and in doubt still
        first, second, choices = _told_apart(scene, first, second, [index for index, _ in row])
        outcomes = tuple(
            _decided(
                text, words, scene, focus, {**chosen, scene.things[one].noun: one, "it": one}, row
            )
            for one in (first, second)
        )
        asked = f"which one: {choices[0]} or {choices[1]}?"
        question = Question(asked, choices, (outcomes[0], outcomes[1]))
        return Outcome("question", question=question)
    new = Outcome("new", wish=edits.wish or text)
    if edits.is_new:
        return new
    change = edits.edits.change()
    remarks = _remarks(edits, change)
    remarked = {" ".join(clause.words) for clause in clauses[:-1] if is_remark(clause)}
    edits.left_out = [each for each in edits.left_out if each not in remarked or change.is_none]
    told = (*edits.left_out, *edits.edits.refused, *(each.said for each in remarks))
    left_out = tuple(dict.fromkeys(filter(None, told)))
    if change.is_none:
        left_out = left_out if left_out or remarks else (text,)
        outcome = Outcome("none", change, left_out=left_out, focus=focus, remarks=remarks)
    else:
        focus = edits.focus_after(change)
        outcome = Outcome("change", change, left_out=left_out, focus=focus, remarks=remarks)
    if edits.in_doubt and _goes_on(text) and not change.is_none:
        return outcome
    described = edits.fragment(without_marks(words))
    if edits.in_doubt and is_another_picture(text, scene, described) and not edits.edits.over:
        return new
    if edits.in_doubt and tells_on(words, described) and scene.things:
        return outcome
    if edits.in_doubt and change.is_none:
        if not scene.things:
            return new
        if edits.left_out or remarks:
            return outcome
        outcome = interpret(f"add {text}", scene, focus, row=row)  # it stands: is one more meant?
    if edits.in_doubt:
        asked = "change this picture, or draw a new picture?"
        return Outcome("question", question=Question(asked, ANSWERS, (outcome, new)))
    return outcome


def _told_apart(
    scene: Scene, first: int, second: int, row: Sequence[int]
) -> tuple[int, int, tuple[str, str]]:
    """Two things that may be meant and their names: by whose they are, or where they stand."""
    seen, places = as_told(scene)
    things = dict(enumerate(scene.things)) | dict(zip(places, seen.things, strict=True))
    names = [named(things[index], definite=True) for index in (first, second)]
    owners = {i: scene.things[each.subject].noun for each in scene.relations
              if each.name in CARRIED for i in each.objects}  # fmt: skip
    if names[0] == names[1]:
        bare = names[0].removeprefix("the ")
        if owners.get(first) != owners.get(second) and {first, second} <= owners.keys():
            names = [f"the {owners[index]}'s {bare}" for index in (first, second)]
        elif first in row and second in row:
            first, second = sorted((first, second), key=row.index)
            names = [f"the left {bare}", f"the right {bare}"]
    return first, second, (names[0], names[1])


def _remarks(edits: EditClauses, change: Change) -> tuple[Remark, ...]:
    """Why something is not done; that it is so already where nothing is left to do."""
    found = [*edits.edits.remarks, *edits.edits.not_here(change.after)]
    found += [
        Remark("full", said=named(t), scene=Scene((t,)), count=KINDS) for t in edits.edits.over
    ]
    if change.is_none and not found and not edits.left_out and edits.edits.is_so():
        found = [Remark("already")]
    return tuple(dict.fromkeys(found))


def _goes_on(text: str) -> bool:
    """Whether an utterance begins as one that goes on from what stands: "now a boat"."""
    words = without_marks(tokens_of(text))
    while words and (length := leads(words, "polite")) and not leads(words, "going on"):
        words = words[length:]
    return leads(words, "going on") > 0


_STANDING = ("it", "he", "she", "they")


def is_order(text: str) -> bool:
    """Whether a text, in English, begins as an order does, or is a word to the program.

    So is what is said of what stands: "it is night now", "he wears a hat".
    """
    words = courteous(tokens_of(text))
    plain = without_marks(words)
    if plain and plain[0].split("'")[0] in _STANDING:
        return True
    given = bool(leads(plain, *(kind for kind in ORDERS if kind != "paint")))
    return given or is_fresh_start(words) or any(is_command(plain, each) for each in CONTROLS)
