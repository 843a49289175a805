"""The last change the other way, or once more: "no, the other side", "a bit more"."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.changes import CARRIED, Change
from maskgil.nano.dialogue.commands import courteous, is_whole, leads, without_marks
from maskgil.nano.dialogue.editing.edit_clauses import EditClauses
from maskgil.nano.dialogue.edits import STEP, size_step
from maskgil.nano.dialogue.wording.clauses import Clause
from maskgil.nano.world.scene import ACTIONS

_OPPOSITE = {
    "left of": "right of", "right of": "left of", "in front of": "behind",
    "behind": "in front of", "above": "below", "below": "above", "under": "on",
}  # fmt: skip
_VERTICAL = ("above", "below", "under", "on")  # … have no other side
_ACROSS = 3  # steps of what goes to the other side
_WAYS = ("way", "direction")
_PLACING = ("move", "put", "make", "want", "prefer", "add")
Row = Sequence[tuple[int, float]]


def opposite(
    words: Sequence[str], edits: EditClauses, last: Change | None, row: Row
) -> Change | None:
    """The change to the other side, or the other way, of where something is; None for others.

    Of what is named, else of what the last change brought or changed, else of "it". `row`: the
    things from left to right, each with the share of the picture that is left of its middle.
    """
    plain = without_marks(courteous(words))
    while (length := leads(plain, "instead")) and not leads(plain, "other side"):
        plain = plain[length:]
    at = next((n for n in range(len(plain)) if leads(plain[n:], "other side")), None)
    if at is None:
        return None
    length = leads(plain[at:], "other side")
    if leads(plain[at:], "swapped") > length:
        return None
    anchor, named = plain[at + length :], plain[:at]
    named = named[leads(named, *_PLACING) :]
    things, end = edits.subject(named) if named else ([], 0)
    known = last if last is not None and last.after == edits.edits.before else None
    if named and edits.is_told_new(named):
        return _brought_there(named, edits, row)
    if end < len(named) or (anchor and anchor[0] != "of"):
        return None
    if known is not None and known.swapped and not named:
        edits.edits.swap(*known.swapped)
        return edits.edits.change()
    things = things or [edits.bearer(index) for index in _touched(known) or edits.it()[:1]]
    others, end = edits.subject(anchor[1:]) if anchor else ([], 0)
    if anchor and (not others or end + 1 < len(anchor)):
        return None
    is_way = plain[at + length - 1] in _WAYS
    for index in things:
        _turn(index, edits, known, row, others, is_way=is_way)
    edits.look_at(things)
    return edits.edits.change()


def more_so(words: Sequence[str], edits: EditClauses, last: Change | None) -> Change | None:
    """The size or the move of the last change once more: "a bit more"; None for others."""
    plain = without_marks(courteous(words))
    if last is None or last.after != edits.edits.before or not is_whole(plain, "more so"):
        return None
    for at, old in last.stood.items():
        before, after = last.before.things[old].size, last.after.things[at].size
        edits.edits.resize(at, max(-1, min(1, size_step(after) - size_step(before))))
    edits.edits.shifts |= last.shifts
    edits.look_at([*last.shifts] or edits.it())
    change = edits.edits.change()
    return None if change.is_none else change


def _touched(last: Change | None) -> list[int]:
    """What a change brought, moved, put somewhere or made larger."""
    if last is None:
        return []
    new = [at for at, origin in enumerate(last.origins) if origin is None and at not in last.parts]
    borne = {i for r in last.after.relations if r.name in CARRIED for i in r.objects}
    put = [r.subject for r in last.new_relations if r.name not in CARRIED]
    sized = [at for at, old in last.stood.items()
             if last.before.things[old].size != last.after.things[at].size]  # fmt: skip
    found = [*last.shifts, *(at for at in new if at not in borne), *put, *sized]
    return list(dict.fromkeys(found))[:1]


def _turn(
    index: int, edits: EditClauses, last: Change | None, row: Row, others: Sequence[int],
    *, is_way: bool,
) -> None:  # fmt: skip
    """One thing to the other side of what it stands to, or back beyond where it came from."""
    right, down = last.shifts.get(index, (0, 0)) if last and not others else (0, 0)
    if right or down:
        return edits.edits.move(index, -2 * right // STEP, -2 * down // STEP)
    old = last.stood.get(index) if last is not None else None
    if is_way and last is not None and old is not None:
        steps = [size_step(scene.things[at].size)
                 for scene, at in ((last.before, old), (last.after, index))]  # fmt: skip
        if steps[0] != steps[1]:
            return edits.edits.resize(index, 2 * (steps[0] - steps[1]))
    placed = [r for r in edits.edits.relations
              if r.subject == index and r.name not in (*CARRIED, *ACTIONS)]  # fmt: skip
    known = next((r for r in placed if not others or {*others} & {*r.objects}), None)
    if known is not None and known.name in _VERTICAL and not is_way:
        return edits.edits.move(index, -_ACROSS * _side(index, row, middle=0.5), 0)
    if known is not None and known.name in _OPPOSITE:
        return edits.edits.relate(index, _OPPOSITE[known.name], known.objects)
    anchors = [*others] or ([*known.objects] if known is not None and known.name != "on" else [])
    if anchors:
        side = _side(index, row, middle=_share(anchors[0], row))
        return edits.edits.relate(index, "left of" if side > 0 else "right of", anchors)
    edits.edits.move(index, -_ACROSS * _side(index, row, middle=0.5), 0)


def _share(index: int, row: Row) -> float:
    return next((share for at, share in row if at == index), 0.5)


def _side(index: int, row: Row, *, middle: float) -> int:
    """Whether a thing is right (1) or left (-1) of a share of the picture."""
    return 1 if _share(index, row) > middle else -1


def _brought_there(named: list[str], edits: EditClauses, row: Row) -> Change | None:
    """Something new on the side where what was spoken of last is not."""
    known = edits.it()[:1]
    if not known:
        return None
    placed = next((r for r in edits.edits.relations if r.subject == known[0]
                   and r.name not in (*CARRIED, *ACTIONS, "on", "in")), None)  # fmt: skip
    if placed is None:
        side = "left" if _side(known[0], row, middle=0.5) > 0 else "right"
        where = ["on", "the", side]
    else:
        anchor = placed.objects[0]
        side = "left" if _side(known[0], row, middle=_share(anchor, row)) > 0 else "right"
        name = _OPPOSITE.get(placed.name, f"{side} of").split()
        where = ["to", "the", *name] if name[0] in ("left", "right") else name
        where += edits.name_of(anchor).split()
    edits.run(Clause("add", (*named, *where)))
    return edits.edits.change()
