"""Edits: a mutable scene graph, and the change that it amounts to."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, Change, Shift
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.drafts.references import may_look_so
from maskgil.nano.reader.items import MOST
from maskgil.nano.reader.reader import KINDS, THINGS
from maskgil.nano.reader.words import posed, words_of_kind
from maskgil.nano.scene_prompts import located
from maskgil.nano.world.arranging.carried.carrying import MARKS, worn_at
from maskgil.nano.world.arranging.people.belongings import has_own
from maskgil.nano.world.drawn.regions import parts_told
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import ACTIONS, POSTURES, TOUCHING, Relation, Scene, Thing
from maskgil.nano.world.settings import place

SIZES = ("tiny", "small", None, "big", "huge", "giant")
"""What things are told to be, each step larger than the one before."""
_EITHER = ("next to", *TOUCHING)  # … is so of the one as of the other
_SAME_SIZE = {"little": "small", "large": "big"}
_ALONE = {"torso", "legs", "feet", "eyes", "hat"}
_LONG = 1.1  # metres of what is worn from the shoulders down over the legs
STEP = 4  # cells by which a thing is moved at a word

AIRLESS = ("underwater", "sky", "space", "moon")


class Edits:
    """A scene under edit: indices of `things` are stable until `change` is called."""

    def __init__(self, scene: Scene) -> None:
        self.before = scene
        self.things: list[Thing | None] = list(scene.things)
        self.relations = list(scene.relations)
        self.scenery: dict[str, str | None] = {
            "setting": scene.setting, "time": scene.time,
            "weather": scene.weather, "style": scene.style,
        }  # fmt: skip
        self.shifts: dict[int, Shift] = {}
        self.parts: dict[int, int] = {}
        self.sides: dict[int, int] = {}
        self.swapped: tuple[int, ...] = ()
        self.copies: dict[int, tuple[int, ...]] = {}
        self.gone: dict[int, tuple[int, ...]] = {}
        self.refused: list[str] = []
        """What was asked for and cannot be, in words."""
        self.over: list[Thing] = []
        """What has no room among so many kinds of things."""
        self.remarks: list[Remark] = []
        """Why something is not done."""
        self.told: dict[str, str | None] = {}
        """What was said of where and when."""

    def __getitem__(self, index: int) -> Thing:
        thing = self.things[index]
        assert thing is not None
        return thing

    @property
    def there(self) -> list[int]:
        """Places of the things that are still there."""
        return [index for index, thing in enumerate(self.things) if thing is not None]

    def remove(self, index: int) -> None:
        """Takes a thing away, what it wears or holds with it; not what a drawing shows with it."""
        if self.things[index] is None:
            return  # it went with who wore it
        owners = [each for each in self.relations if index in each.objects
                  and has_own(self[each.subject].noun, self[index].noun)]  # fmt: skip
        for each in owners[:1]:  # a drawing that shows it, worn or not: a witch's broom
            said = f"the {self[index].noun}"
            self.remarks.append(Remark("part", self[each.subject].noun, said=said))
        if not any(each.name in CARRIED for each in owners):
            self._take(index)

    def _take(self, index: int) -> None:
        carried = [
            other for each in self.relations if each.subject == index and each.name in CARRIED
            for other in each.objects
        ]  # fmt: skip
        for gone in (index, *carried):
            self.things[gone] = None
            if gone in self.parts and gone in self.copies:
                whole = self.parts[gone]
                self.gone[whole] = (*self.gone.get(whole, ()), *self.copies[gone])
            self.relations = [r for r in self.relations if gone not in (r.subject, *r.objects)]

    def kinds(self) -> set[str]:
        """The kinds of things that were asked for, but for clothes."""
        return {self[index].noun for index in self.there if self._counts(self[index])}

    @staticmethod
    def _counts(thing: Thing) -> bool:
        return not thing.unsaid and noun(thing.noun).category != "clothes"

    def add(self, thing: Thing, *, room: int = THINGS) -> int | None:
        """A new thing's place; None where there are as many kinds as were asked for, or things."""
        kinds = self.kinds()
        one_more = self._counts(thing) and thing.noun not in kinds
        if len(self.there) >= room or (one_more and len(kinds) >= KINDS):
            self.over.append(thing)
            return None
        self.things.append(self._painted(thing))
        return len(self.things) - 1

    def split(
        self, index: int, count: int, copies: Sequence[int] = (), *, room: int = THINGS
    ) -> int | None:
        """So many of several as a thing of their own, which stand where they stood.

        `copies`: which of them, counted from the left, where that is told. What all of them wear
        or hold is told apart, too. None where there are more than `room` things then.
        """
        known = self[index]
        owner = next((
            each.subject for each in self.relations
            if index in each.objects and each.name in CARRIED
            and self[each.subject].count == known.count > count
        ), None)  # fmt: skip
        if owner is not None:  # one hat of three cats' is that of one cat
            self.split(owner, count, copies, room=room)
            return next((i for i in reversed(self.there) if self.parts.get(i) == index), None)
        carried = [
            (each, other) for each in self.relations
            if each.subject == index and each.name in CARRIED
            for other in each.objects if self[other].count == known.count
            or self[other].noun in MARKS
        ]  # fmt: skip
        for _, other in carried:
            self.things[other] = replace(self[other], count=known.count)  # each has its own
        place = self.add(replace(known, count=count), room=room - len(carried))
        if place is None:
            return None
        self.things[index] = replace(known, count=known.count - count)
        whole = self._whole(index)
        if whole < len(self.before.things):
            self.parts[place] = whole
            if copies:
                self.copies[place] = tuple(copies)
        self.relations += [
            replace(each, subject=place) for each in self.relations
            if each.subject == index and each.name not in CARRIED
        ]  # fmt: skip
        for each, other in carried:
            if (worn := self.split(other, count, copies, room=2 * room)) is not None:
                self.relations.append(Relation(place, each.name, (worn,)))
        return place

    def _rejoin(self) -> None:
        """What was told apart and is no different from the others after all is one of them."""
        told = {*self.shifts, *self.sides, *self.swapped}
        alike = {index: whole for index, whole in self.parts.items()
                 if not {index, whole} & told and self._look_same(index, whole)
                 and not self._stand_to_each_other(index, whole)}  # fmt: skip
        apart = set(alike)
        while apart:
            apart = {index for index, whole in alike.items()
                     if self._stands(index, alike) != self._stands(whole, alike)}  # fmt: skip
            alike = {index: whole for index, whole in alike.items() if index not in apart}
        for index, whole in alike.items():
            self.things[whole] = replace(self[whole], count=self[whole].count + self[index].count)
            self.things[index] = None
            self.relations = [r for r in self.relations if index not in (r.subject, *r.objects)]

    def _promote(self) -> dict[int, int]:
        """Parts of what is gone itself, each as what is left of it."""
        found = dict[int, int]()
        for index, whole in list(self.parts.items()):
            if self.things[whole] is None and self.things[index] and whole not in found.values():
                found[index] = whole
                del self.parts[index]
        for index, whole in found.items():
            if which := self.copies.pop(index, ()):
                others = range(self.before.things[whole].count)
                self.gone[index] = tuple(n for n in others if n not in which)
        return found

    def _look_same(self, index: int, other: int) -> bool:
        one, two = self.things[index], self.things[other]
        return one is not None and two is not None and replace(one, count=two.count) == two

    def _stand_to_each_other(self, one: int, other: int) -> bool:
        pair = {one, other}
        return any(r.subject in pair and pair & {*r.objects} for r in self.relations)

    def _stands(self, index: int, alike: dict[int, int]) -> set[tuple[int, str, tuple[int, ...]]]:
        """How a thing stands to others, parts that are `alike` as what they are parts of."""
        return {
            (alike.get(r.subject, r.subject), r.name, tuple(alike.get(i, i) for i in r.objects))
            for r in self.relations if index in (r.subject, *r.objects)
        }  # fmt: skip

    def _whole(self, index: int) -> int:
        return self.parts.get(index, index)

    def replace(self, index: int, thing: Thing) -> None:
        """Another thing where one is; what the old one wears goes on."""
        self.things[index] = self._painted(thing)

    def tell(self, index: int, **told: str | int | None) -> None:
        """Another colour, texture, size or count; a new look drops the old one."""
        if told.get("colour"):
            told.setdefault("texture", None)
        elif told.get("texture"):
            told.setdefault("colour", None)
        if isinstance(told.get("count"), int):
            count = max(1, min(MOST, int(told["count"] or 1)))
            told["count"] = self._worn(index, count)
        known = self[index]
        if lost := _lost(known.state, told.get("state", known.state)):
            self.refused.append(lost)
        changed = replace(known, **told)  # type: ignore[arg-type]
        self.things[index] = self._painted(changed, known)

    def _worn(self, index: int, count: int) -> int:
        """As many of a thing as are worn, where it is; what there is to be beside lies there."""
        wearers = [
            self[each.subject].count for each in self.relations
            if each.name == "wearing" and index in each.objects
        ]  # fmt: skip
        most = max(wearers, default=count)
        loose = [
            other for other in self.there
            if other != index and replace(self[other], count=1) == replace(self[index], count=1)
        ]  # fmt: skip
        if count > most and loose:
            self.tell(loose[0], count=self[loose[0]].count + count - most)
        elif count > most:
            self.add(replace(self[index], count=count - most))
        return min(count, most)

    def resize(self, index: int, steps: int) -> None:
        """Larger or smaller by so many of `SIZES`."""
        at = size_step(self[index].size) + steps
        self.tell(index, size=SIZES[max(0, min(len(SIZES) - 1, at))])

    def move(self, index: int, right: int, down: int) -> None:
        """So many steps to the right and down."""
        x, y = self.shifts.get(index, (0, 0))
        self.shifts[index] = (x + right * STEP, y + down * STEP)

    def relate(self, subject: int, name: str, objects: Iterable[int]) -> None:
        """How a thing stands to others, instead of how it stood."""
        others = tuple(other for other in objects if other != subject)
        if not others:
            return  # nothing stands to itself
        pair = {subject, *others}

        def is_older(each: Relation) -> bool:
            carried = each.name in CARRIED
            same = {each.subject, *each.objects} <= pair
            acts, acted = name in ACTIONS, each.name in ACTIONS
            moved = each.subject == subject and not carried and name not in CARRIED and (
                acts == acted  # who sits on a chair may read there
            )  # fmt: skip
            handed_on = carried and name in CARRIED and set(each.objects) <= {*others}
            return same or moved or handed_on

        self.relations = [each for each in self.relations if not is_older(each)]
        if name == "wearing":
            self.undress(subject, [self[index].noun for index in others], but=others)
        self.relations.append(Relation(subject, name, others))

    def undress(self, subject: int, names: Sequence[str], *, but: Sequence[int] = ()) -> None:
        """Takes off what was worn where clothes of `names` are: a coat takes a dress's place."""
        places = {place for name in names for place in _places(name)}
        worn = [i for each in self.relations if each.subject == subject and each.name == "wearing"
                for i in each.objects if i < len(self.before.things) and i not in but]  # fmt: skip
        for index in worn:
            if places & _places(self[index].noun):
                self._take(index)

    def swap(self, first: int, second: int) -> None:
        """Each of two things as the other stood: to each other, or in the picture."""
        pair = {first: second, second: first}

        def turned(each: Relation) -> Relation:
            ends = tuple(pair.get(index, index) for index in (each.subject, *each.objects))
            alike = each.name in CARRIED or (each.name in _EITHER and {*ends} == pair.keys())
            return each if alike else replace(each, subject=ends[0], objects=ends[1:])

        relations = [turned(each) for each in self.relations]
        met = any({each.subject, *each.objects} >= pair.keys() for each in self.relations)
        if relations == self.relations or not met:
            self.swapped = (first, second)
        self.relations = relations

    def set(self, **scenery: str | None) -> None:
        """Another setting, time, weather or style."""
        self.scenery |= scenery
        self.told |= scenery

    def _painted(self, thing: Thing, before: Thing | None = None) -> Thing:
        """A thing in a look that it can have; people and signs keep their own colours."""
        look = thing.colour or thing.texture
        if look is None or may_look_so(thing):
            return thing
        self.refused.append(look)
        kept = (None, None) if before is None else (before.colour, before.texture)
        return replace(thing, colour=kept[0], texture=kept[1])

    def change(self) -> Change:
        """All edits together."""
        self._rejoin()
        stands_for = self._promote()
        kept = self.there
        if len(kept) > THINGS:  # "the third hat" is gone, and its cat would be one more
            self.over.append(self[kept[-1]])
            return Change(self.before, self.before, tuple(range(len(self.before.things))))
        places = {index: place for place, index in enumerate(kept)}
        relations = tuple(
            Relation(places[each.subject], each.name, tuple(places[i] for i in each.objects))
            for each in self.relations
            if each.subject not in each.objects or self[each.subject].count > 1
        )
        things = tuple(self[index] for index in kept)
        after = located(_possible(things, relations, self.scenery, self.before, self.told))
        known = len(self.before.things)
        origins = tuple(index if index < known else stands_for.get(index) for index in kept)
        shifts = {places[i]: shift for i, shift in self.shifts.items() if i in places}
        parts = {places[i]: whole for i, whole in self.parts.items() if i in places}
        sides = {places[i]: side for i, side in self.sides.items() if i in places}
        swapped = tuple(places[i] for i in self.swapped if i in places)
        copies = {places[i]: which for i, which in self.copies.items() if i in places}
        gone = {places[i]: which for i, which in self.gone.items() if i in places}
        return Change(self.before, after, origins, shifts, parts, sides, swapped, copies, gone)

    def not_here(self, after: Scene) -> list[Remark]:
        """Which time and weather were told that the place of the scene `after` does not have."""
        return [
            Remark("not_here", value, name, value, scene=after)
            for name in ("time", "weather")
            if (value := self.told.get(name)) not in (None, getattr(after, name))
        ]

    def is_so(self) -> bool:
        """Whether all that was told of where and when is what stands."""
        return bool(self.told) and all(
            value == getattr(self.before, name) for name, value in self.told.items()
        )


def _lost(before: str | None, after: str | int | None) -> str:
    """What of how a thing was told another state does not tell: painted parts, dirt; "" for none.

    One posture takes the place of another, and what is over is lost to nobody.
    """
    passing = (*POSTURES, *posed().values(), "wet")
    if not before or not after or before == after or {before, after} <= {*passing}:
        return ""
    kept = parts_told(str(after))
    lost = [f"{colour} {part}" for colour, part in parts_told(before)
            if part not in {other for _, other in kept}]  # fmt: skip
    return " ".join(lost) if parts_told(before) else before


def _places(name: str) -> set[str]:
    """Where on a body clothes are of which nobody wears two; a long dress is on the legs, too."""
    where = worn_at(name)
    if where == "hat" and not {name, name.split()[-1]} & words_of_kind("headwear"):
        return set()
    is_long = where == "torso" and noun(name).size >= _LONG
    return {where, *(("legs",) if is_long else ())} & _ALONE


def size_step(size: str | None) -> int:
    """The index of a size in `SIZES`."""
    told = _SAME_SIZE.get(size or "", size)
    return SIZES.index(told) if told in SIZES else SIZES.index("huge")


def _possible(
    things: tuple[Thing, ...], relations: tuple[Relation, ...], scenery: dict[str, str | None],
    before: Scene, told: Container[str],
) -> Scene:  # fmt: skip
    """The scene at a time of day that its setting has, in weather only where there is a sky."""
    setting, time, weather = scenery["setting"], scenery["time"], scenery["weather"]
    where = place(setting)
    if setting is not None and time not in where.times:
        time = where.times[0]
    always = before.time == "night" and place(before.setting).times == ("night",)
    if always and "time" not in told and setting != before.setting:
        time = where.times[0]
    if setting is not None and (not where.outdoors or setting in AIRLESS):
        weather = "clear"
    return Scene(
        things, relations, setting, time or "day", weather or "clear", scenery["style"] or "3d"
    )
