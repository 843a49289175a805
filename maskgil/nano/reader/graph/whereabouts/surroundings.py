"""Things implied by a setting: a classroom's blackboard, a busy street's people, stars."""

from __future__ import annotations

from maskgil.nano.reader.graph.ashore import Ashore
from maskgil.nano.reader.graph.doing.deeds import CROWDED, FEW
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS, joined
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import LINING, table, words_of_kind
from maskgil.nano.world.lines import VERGES, WAYS
from maskgil.nano.world.scene import LOOKING

_TRODDEN = ("park", "village", "canyon", "vineyard", "wheat field")
_WAYS = ("path", "road")
_BRIDGES = ("bridge", "stone bridge", "suspension bridge")
_WOODS = ("tree", "pine tree", "oak tree")  # that a forest's scenery shows
_LEAVED = ("birch", "willow")  # trees that are not called so
_HEIGHTS = ("hill", "mountain")
_SLOPES = ("hill", "field", "forest")
_PISTES = ("mountain", "mountain top")
_THRONG = 5  # kinds of those who make a place busy
_TRAFFIC = {"vehicle"}  # of which there is more where it is busy, if it is alone there
_ABOUT = ("behind", "next to")
_ANYBODY = ("person", "child")
_HOUSE = "house"
_ISLAND, _CLOUD = "island", "cloud"
_PALMS = ("two palm trees", "palm trees", "a few palm trees")
_STARS = 5  # all over the sky
_TURNED = {
    "orange tree": ("autumn forest", ("forest", "park")),
    "flower": ("spring park", ("park",)),
}
"""What tells a season -> the setting that shows it, and those that it makes so."""


class Surroundings(Ashore):
    """Completes a draft by what is seen where it is, and takes out what is not."""

    def _roof(self) -> None:
        """ "Smoke from the chimneys of a village" rises over its houses; birds sit on a house's."""
        draft, chimney = self.draft, "chimney"
        named = [told.chunk.value for told in draft.things]
        for at, (who, way, others) in enumerate(draft.relations):
            perched = way == "on" and draft.living(who) and _HOUSE not in named
            if perched and [named[other] for other in others] == [chimney]:
                draft.things[others[0]].chunk.value = _HOUSE
                draft.relations[at] = (who, "on the chimney of", others)
                return
        if chimney not in named or self.scenery.setting() != "village":
            return
        if _HOUSE not in named:
            draft.things[named.index(chimney)].chunk.value = _HOUSE
            return
        place = named.index(chimney)
        for who, way, others in list(draft.relations):
            if place in others and who != named.index(_HOUSE):
                draft.relate(who, way, named.index(_HOUSE), literal=True)
        draft.drop(place)

    def _keep_outside(self) -> None:
        """The sun that comes in through the curtains of a room is not in it."""
        if self.scenery.setting() not in INDOORS:
            return
        for told in list(self.draft.things):
            index = self.draft.things.index(told)
            beside = {i for n, _, others in self.draft.relations for i in (n, *others)
                      if index in (n, *others)} - {index}  # fmt: skip
            framed = any(self.draft.noun(i).name in words_of_kind("seen through") for i in beside)
            if self.draft.noun(index).name in words_of_kind("outside") and not framed:
                self.draft.drop(index)
                self.left_out.append((told.chunk.start, told.chunk.said or told.chunk.text))

    def _land(self) -> None:
        """ "An island with a hut and a sleeping man" is where they are, and has two palm trees."""
        draft = self.draft
        chunk = draft.things[0].chunk if draft.things else None
        if chunk is None or chunk.value != _ISLAND or chunk.counted or chunk.colour:
            return
        behind = [each for each in self.chunks if each.start >= chunk.end][:1]
        ways = {way for _, way, others in draft.relations if 0 in others}
        stands = any(n == 0 for n, _, _ in draft.relations)
        if not behind or behind[0].kind not in ("with", "relation"):
            return
        if stands or ways - {"on", "in"}:
            return
        palms = [each for each in self.left_out if each[1] in _PALMS]
        if len(draft.things) > 1 or palms:
            self.left_out = [each for each in self.left_out if each not in palms]
            self.scenery.put(_ISLAND, 2)
            draft.drop(0)

    def _suit_place(self) -> None:
        """Lamps along a road are no table lamps, a fairground's big wheel is no cart's."""
        related = {n for who, _, others in self.draft.relations for n in (who, *others)}
        for index, told in enumerate(self.draft.things):
            there = table("there").get(f"{self.scenery.setting()} + {told.chunk.value}")
            if there and index not in related:
                told.chunk.value, told.chunk.size = there, None

    def _furnish(self) -> None:
        """Gives rooms what tells them: a blackboard in a classroom, unless much is there."""
        for said in self.furnished:
            name, count = counted(said)
            there = {told.chunk.value for told in self.draft.things}
            shown = any(name in other for other in there)  # "an airplane landing"
            if not shown and name not in self.forbidden and len(there) < CROWDED:
                self.draft.add(Chunk("thing", name, 10**6, 10**6, name, count=count))

    def _turn_season(self) -> None:
        """Shows a season by what tells it: a wood in its colours, a tree with them, the sun."""
        draft, scenery = self.draft, self.scenery
        for said, everywhere in self.seasons:
            colour, _, name = said.rpartition(" ")
            place, there = scenery.setting(), [told.chunk for told in draft.things]
            known = next((chunk for chunk in there if chunk.value.endswith(name)), None)
            shines = self.lexicon.nouns[name].category == "celestial"
            up = any(self.lexicon.nouns[c.value].category == "celestial" for c in there)
            if place in INDOORS or name in self.forbidden or (shines and "night" in scenery.times):
                continue
            afloat = any("w" in self.lexicon.nouns[chunk.value].places for chunk in there)
            turned, those = _TURNED.get(said, ("", ()))
            if turned and everywhere and (place in those or not (place or afloat)):
                scenery.turn(those, turned)
                for chunk in there if colour else ():
                    if chunk.value.endswith((name, *_LEAVED)):
                        chunk.colour = chunk.colour or colour
                continue
            if place is None and not afloat and not scenery.open_air:
                scenery.hints.append("park")
            scenery.open_air |= afloat
            if known is not None:
                known.colour = known.colour or colour or None
            elif len(there) < FEW and not (shines and (up or scenery.weathers)):
                chunk = Chunk("thing", name, 10**6, 10**6, name, colour=colour or None)
                chunk.count = LINING if colour and place in (*WAYS, *VERGES) else 1
                if not (colour or shines):
                    chunk.count, chunk.size = FEW, "little"
                elif name == _CLOUD:
                    chunk.count = FEW
                draft.add(chunk)

    def _crowd(self) -> None:
        """Some of those who make a place busy, where hardly anything else is."""
        for said in self.crowds:
            self._gather(said, [told.chunk.value for told in self.draft.things])
        for told in list(self.draft.things):
            place, chunk = self.draft.things.index(told), told.chunk
            sorts = table("assorted").get(chunk.text)
            free = all(
                who == place and (way in _ABOUT or sorts)
                for who, way, others in self.draft.relations
                if place in (who, *others)
            )
            alike = chunk.value in _ANYBODY and not (chunk.colour or chunk.texture)
            alike = alike and chunk.state in (None, LOOKING, "walking")
            few = chunk.many and not chunk.counted
            how = "mixed" if chunk.grouped else "paired" if few else ""
            mixed = table(how).get(chunk.text) if how else None
            if (kinds := table("throng").get(chunk.text, mixed)) and free and alike:
                self._mix(place, kinds)
            elif sorts and free:
                self._mix(place, sorts)

    def _mix(self, place: int, kinds: str) -> None:
        """Puts different people, different things where several of one look would be."""
        draft, looks = self.draft, self.draft.things[place].chunk.looks
        stands = [(way, [draft.things[other] for other in others])
                  for who, way, others in draft.relations if who == place]  # fmt: skip
        draft.drop(place)
        first = len(draft.things)
        self._gather(kinds, [])
        for one in range(first, len(draft.things)):
            for look in ("colour", "texture", "state"):
                setattr(draft.things[one].chunk, look, looks[look])
            for way, others in stands:
                for other in others:
                    draft.relate(one, way, draft.things.index(other), literal=True)

    def _gather(self, said: str, named: list[str]) -> None:
        """Adds all of "woman 2; man" but whose kind is named, while there is room."""
        named_kinds = {self.lexicon.nouns[name].category for name in named} - {"celestial"}
        named_kinds = set() if named_kinds == _TRAFFIC else named_kinds
        for each in said.split("; "):
            name, count = counted(each)
            kind = self.lexicon.nouns[name].category
            room = len(self.draft.things) < (_THRONG if not named_kinds else FEW)
            new = kind not in named_kinds and name not in (*named, *self.forbidden)
            if room and new:
                self.draft.add(Chunk("thing", name, 10**6, 10**6, name, count=count))

    def _tread(self) -> None:
        """A path of a park, a road through a forest is part of the scenery."""
        for index in reversed(range(len(self.draft.things))):
            chunk, where = self.draft.things[index].chunk, self.scenery.setting()
            if where is None and chunk.value in _WAYS:
                where = self._between_heights(index)
            plain = not (chunk.colour or chunk.texture or chunk.counted)
            if chunk.value not in _WAYS or not plain:
                continue
            if where is None or chunk.state in table("lies"):
                self._make_way(index)
                continue
            through = joined(where, chunk.value)
            if through:
                self.scenery.turn((where,), through)
                self._clear(index)
            if through or where in _TRODDEN:
                self.draft.drop(index)

    def _open_up(self) -> None:
        """Mountains, hills of which only light or weather is told are where that is."""
        told_of, things = self.scenery.times or self.scenery.weathers, self.draft.things
        if len(things) != 1 or self.scenery.setting() is not None or not told_of:
            return
        chunk = things[0].chunk
        if (
            chunk.place in _HEIGHTS
            and chunk.many
            and not (chunk.counted or any(chunk.looks.values()))
        ):
            self.scenery.put(str(chunk.place), 2)
            self.draft.drop(0)

    def _span(self) -> None:
        """A bridge in the mountains, in a forest is over a river there."""
        where = self.scenery.setting() or ""
        river = joined(where, "river")
        if river and any(told.chunk.value in _BRIDGES for told in self.draft.things):
            self.scenery.turn((where,), river)

    def _make_way(self, index: int) -> None:
        """A road, a path that is nowhere else is where all is: with snow if that lies there."""
        told = self.draft.things[index]
        mine = [each for each in self.draft.relations if index in (each[0], *each[2])]
        told_of = len(self.draft.things) > 1 or self.scenery.times or self.scenery.weathers
        trodden = all(self._is_trodden(index, *each) for each in mine)
        if not (trodden and (told_of or told.chunk.state)):
            return
        if told.chunk.state in table("lies"):
            self.scenery.add("weather", table("lies")[told.chunk.state])
        self.scenery.turn(("snow",), table("way alone")[told.chunk.value])
        self.draft.drop(index)

    def _is_trodden(self, way: int, who: int, how: str, others: list[int]) -> bool:
        """Whether somebody is on a way, or several line it, who are as many as that takes."""
        if way in others:
            return how in ("in", "on", "next to") and self.draft.noun(who).name not in _BRIDGES
        row = self.draft.things[others[0]].chunk
        lined = how == "between" and len(others) == 1 and row.many and not row.counted
        row.count = LINING if lined else row.count
        return lined or how == "in"

    def _between_heights(self, way: int) -> str | None:
        """The place of a way between hills, mountains, which are scenery then."""
        for who, how, others in self.draft.relations:
            heights = {self.draft.things[other].chunk.value for other in others}
            bare = not any(self.draft.things[other].chunk.counted for other in others)
            if who == way and how in ("between", "in") and len(heights) == 1 and bare:
                place = heights.pop()
                if joined(place, self.draft.things[way].chunk.value):
                    self.draft.drop(others[0])
                    return place
        return None

    def _clear(self, way: int) -> None:
        """Takes away a forest's trees that would stand on the way through it."""
        for other in reversed(range(way + 1, len(self.draft.things))):
            chunk = self.draft.things[other].chunk
            grown = chunk.value in _WOODS and not (chunk.counted or chunk.colour)
            if grown and not any(other in (w, *those) for w, _, those in self.draft.relations):
                self.draft.drop(other)

    def _shine(self) -> None:
        """Stars, where the sky is said to be full of them and nothing else is up there."""
        draft, nouns = self.draft, [told.chunk.value for told in self.draft.things]
        up = any(draft.noun(n).category == "celestial" for n in range(len(nouns)))
        place = self.scenery.setting()
        if not self.starry or len(nouns) >= CROWDED or up or place in ("space", "moon"):
            return
        if not nouns and place:
            return
        if place in INDOORS or "star" in self.forbidden:
            return
        draft.add(
            Chunk(
                "thing",
                "star",
                10**6,
                10**6,
                "stars",
                count=_STARS if not nouns else 3,
                size="tiny",
            )
        )

    def _strew(self) -> None:
        """Stars of which no more is said are small ones, all over the sky; a flag has two."""
        for told in self.draft.things:
            chunk = told.chunk
            bare = chunk.many and not (chunk.counted or chunk.colour or chunk.size or chunk.texture)
            if chunk.value == "star" and bare and told.via != "with":
                chunk.count, chunk.size = _STARS, "tiny"
                if self.scenery.setting() and not self.scenery.times:
                    self.scenery.add("time", "night")

    def _snow(self) -> None:
        """Who goes down a hill on skis, a sled has snow there, who skates on ice a lake."""
        scenery = self.scenery
        skates = any(told.chunk.state == "skating" or told.chunk.value in words_of_kind("on ice")
                     for told in self.draft.things)  # fmt: skip
        if skates and scenery.setting() == "snow":
            scenery.turn(("snow",), "frozen lake")
            told = ("frozen lake" if each[0] == "snow" else each[0] for each in scenery.said)
            scenery.said = [
                (name, *each[1:]) for name, each in zip(told, scenery.said, strict=True)
            ]
        slides = {told.chunk.value for told in self.draft.things} & words_of_kind("on snow")
        if slides and scenery.setting() in _PISTES and not scenery.times:
            scenery.turn((str(scenery.setting()),), "ski slope")
        if slides and scenery.setting() in _SLOPES and not (scenery.weathers or scenery.times):
            scenery.add("weather", "snow")


def counted(said: str) -> tuple[str, int]:
    """A noun and how many of it: "woman 2"; one where no number is said."""
    name, _, count = said.rpartition(" ") if said[-1].isdigit() else (said, "", "1")
    return name, int(count)
