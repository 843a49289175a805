"""Remarks: reasons for refusals, and answers to questions; each with its English line."""

from __future__ import annotations

from dataclasses import dataclass

from maskgil.nano.world.captions import NUMBERS, PLAIN, called, canonical
from maskgil.nano.world.marks import as_told
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene, Thing
from maskgil.nano.world.settings import place

EXAMPLES = ("horse", "castle", "penguin", "guitar", "sunflower", "boat")  # of what can be drawn
_STATES = {"rain": "rainy", "snow": "snowy", "fog": "foggy", "storm": "stormy"}
_SAID = {"day": "daylight", "clear": "clear weather"}


@dataclass(frozen=True)
class Remark:
    """One sentence. `kind` is which one:

    not_here: a time or weather that the scene's place does not have; already: it is so, nothing is
    to be done; absent: there is no such thing; scenery: it may be part of what is behind, which
    stays; only: there are no more than `count` of it;
    part: what is `said` cannot be done to a part of its drawing;
    full: what is `said` has no room, as the scene has as many kinds of things as it can.
    Answers: counted: there are `count` of it, so coloured; look: it is so coloured ("": by nature);
    where: it is `said`, on the side `look`; around: which place, time, weather or style (`of`) it
    is; bigger: it is bigger than `said`; these: `scene` is what of it is asked for; row: so from
    left to right; shows: what the scene is; help: what may be said; draws: what can be drawn;
    photograph: that nobody here sees what a photograph shows.
    `what`: a noun, a colour, a time of day or weather, which is `of`; `said`: the words that are
    not done; `look`: a colour, or a side.
    """

    kind: str
    what: str = ""
    of: str = "noun"
    said: str = ""
    count: int = 0
    look: str = ""
    scene: Scene | None = None

    @property
    def line(self) -> str:
        """As one line of English."""
        return getattr(self, f"_{self.kind}")()

    def _not_here(self) -> str:
        where = place(self.scene.setting if self.scene else None).phrases or ("on plain paper",)
        return f"there is no {_SAID.get(self.what, self.what)} {where[0]}"

    def _already(self) -> str:
        return "it is so already"

    def _absent(self) -> str:
        return (
            f"there {'are' if self.count > 1 else 'is'} no {self.said or self.what} in the picture"
        )

    def _scenery(self) -> str:
        what = self.said or self.what
        return f"only what is told, place, time and weather can be changed, not the scenery: {what}"

    def _part(self) -> str:
        return f"the drawing of the {self.what} cannot be changed like that"

    def _full(self) -> str:
        what = canonical(self.scene) if self.scene else self.said
        return (
            f"there is no room for {what}: a picture holds {NUMBERS[self.count]} kinds of things, "
            "remove one first"
        )

    def _only(self) -> str:
        return f"there {self._be()} only {self._number()}"

    def _counted(self) -> str:
        return f"there {self._be()} {self._number()} in the picture"

    def _be(self) -> str:
        return "is" if self.count == 1 else "are"

    def _number(self) -> str:
        name = noun(self.what).plural if self.count > 1 else noun(self.what).name
        number = NUMBERS[self.count] if self.count < len(NUMBERS) else str(self.count)
        return " ".join(filter(None, (number, self.look, name)))

    def _look(self) -> str:
        if not self.look:
            has = "has its" if self.count == 1 else "have their"
            return f"the {self._name()} {has} own colours"
        return f"the {self._name()} {self._be()} {self.look}"

    def _where(self) -> str:
        return f"the {self._name()} {self._be()} {self.said}"

    def _name(self) -> str:
        name = called(Thing(self.what, max(1, min(10, self.count))))
        return name.removeprefix("a ").removeprefix("an ")

    def _around(self) -> str:
        if self.of == "setting":
            return f"it is {(place(self.what or None).phrases or ('on plain paper',))[0]}"
        name = "it" if self.of == "time" else f"the {self.of}"
        return f"{name} is {_STATES.get(self.what, self.what)}"

    def _bigger(self) -> str:
        return f"the {self._name()} {self._be()} bigger than the {self.said}"

    def _row(self) -> str:
        return (
            f"from left to right: {', '.join(map(called, self.scene.things if self.scene else ()))}"
        )

    def _these(self) -> str:
        told = canonical(as_told(self.scene)[0]) if self.scene else ""
        return f"in the picture: {told.removesuffix(f' {PLAIN}')}"  # wherever it is

    def _shows(self) -> str:
        caption = canonical(as_told(self.scene)[0]) if self.scene else ""
        return f"it is a picture of {caption}" if caption else "there is nothing in it yet"

    def _help(self) -> str:
        return "say what to add, change or remove: add a boat, make it night, two of them…"

    def _draws(self) -> str:
        some = ", ".join(noun(each).plural for each in EXAMPLES)
        return f"for instance {some}; the picture book has all that can be drawn"

    def _photograph(self) -> str:
        return "what a photograph shows cannot be seen here, only what was drawn on it"
