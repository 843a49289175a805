"""Changes: a scene graph before and after, with the fate of each thing."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskgil.nano.world.captions import called
from maskgil.nano.world.scene import TOUCHING, Relation, Scene, Thing

CARRIED = ("wearing", "holding", "with")
Shift = tuple[int, int]  # cells to the right and down


@dataclass(frozen=True)
class Change:
    """A change from one scene to the next.

    `origins`: each thing's index in the previous scene, None for a new one. `shifts`:
    displacements. `parts`: for things split off from several copies, the previous index of those;
    `copies`: which copies, counted from the left, if specified; `gone`: which copies are removed
    from a reduced thing. `sides`: requested positions of new things, -1 (left) to 1 (right).
    `swapped`: two things that exchange places.
    """

    before: Scene
    after: Scene
    origins: tuple[int | None, ...]
    shifts: dict[int, Shift] = field(default_factory=dict)
    parts: dict[int, int] = field(default_factory=dict)
    sides: dict[int, int] = field(default_factory=dict)
    swapped: tuple[int, ...] = ()
    copies: dict[int, tuple[int, ...]] = field(default_factory=dict)
    gone: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_none(self) -> bool:
        return self.before == self.after and not self.shifts and not self.swapped

    def followed_by(self, then: Change) -> Change | None:
        """Both as one; None where one of them tells copies apart, or things change places."""
        for each in (self, then):
            if each.parts or each.copies or each.gone or each.swapped:
                return None
        made = {i: origin for i, origin in enumerate(then.origins) if origin is not None}
        origins = tuple(None if o is None else self.origins[o] for o in then.origins)
        sides = {i: self.sides[o] for i, o in made.items() if o in self.sides}
        shifts = {i: self.shifts[o] for i, o in made.items() if o in self.shifts}
        return Change(
            self.before, then.after, origins, shifts | then.shifts, sides=sides | then.sides
        )

    @property
    def stood(self) -> dict[int, int]:
        """Of each thing that stood before, alone or among others, its place before."""
        known = {i: origin for i, origin in enumerate(self.origins) if origin is not None}
        return known | self.parts

    @property
    def new_relations(self) -> list[Relation]:
        """Relations that did not hold before, of any of the things."""
        known = {(each.subject, each.name, each.objects) for each in self.before.relations}
        stood = self.stood
        return [
            each for each in self.after.relations
            if (stood.get(each.subject), each.name, tuple(stood.get(i) for i in each.objects))
            not in known
        ]  # fmt: skip

    @property
    def ended(self) -> list[Relation]:
        """Relations of those who touched, and do no more, though both are still there."""
        places = {origin: i for i, origin in enumerate(self.origins) if origin is not None}
        told = [
            Relation(places[each.subject], each.name, tuple(places[i] for i in each.objects))
            for each in self.before.relations
            if each.name in TOUCHING and {each.subject, *each.objects} <= places.keys()
        ]
        pairs = [{r.subject, *r.objects} for r in self.after.relations if r.name in TOUCHING]
        return [each for each in told if {each.subject, *each.objects} not in pairs]

    @property
    def growth(self) -> int:
        """How many more things there are."""
        before, after = (sum(t.count for t in s.things) for s in (self.before, self.after))
        return after - before

    @property
    def removed(self) -> list[Thing]:
        return [t for i, t in enumerate(self.before.things) if i not in self.origins]


def named(thing: Thing, *, definite: bool = False) -> str:
    """'a red boat', 'the two cats'."""
    words = called(thing)
    if not definite:
        return words
    return f"the {words.removeprefix('an ').removeprefix('a ')}"
