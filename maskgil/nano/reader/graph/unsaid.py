"""What a text implies without naming it: a guitarist's guitar, a classroom's blackboard, stars."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.reader.graph.ashore import Ashore
from maskgil.nano.reader.graph.doing.deeds import CROWDED, FEW
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS, WET
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import (
    table,
    verb_forms,
    words_of_kind,
)
from maskgil.nano.world.settings import UPON, WITHIN

_LIT_BY_LAMPS = ("road", "street", "park", "city")
_TRODDEN = ("park", "village")
_TABLES = ("table", "dining table", "round table")
_PARTY = "birthday cake"
_AQUARIUM, _FISH_BOWL, _TANK = "aquarium", "fish bowl", "tank"
_FISH = ("fish", "goldfish", "tropical fish", "seahorse", "jellyfish", "turtle")
_SLOPES = ("hill", "field", "forest")
_THRONG = 5  # kinds of those who make a place busy
_HOUSE = "house"
_GROWN = 2.0  # metres: who may be on a seat
PARENTS = 2  # of a family of animals, who are grown
_STARS = 5  # all over the sky
_TURNED = {
    "orange tree": ("autumn forest", ("forest", "park")),
    "flower": ("spring park", ("park",)),
}
"""What tells a season -> the setting that shows it, and those that it makes so."""


class Unsaid(Ashore):
    """Completes a draft once the whole text is read."""

    def complete(self) -> None:
        """Adds what is implied to `draft` and `scenery`."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        if any(noun.category == "building" for noun in nouns):  # "a garage with tools on the wall"
            self.scenery.hints = [hint for hint in self.scenery.hints if hint not in INDOORS]
        self._enter()
        self._settle()
        self._keep_outside()
        self._bear()
        self.draft.pair_up()
        self._light_the_road()
        self._snow_roofs()
        self._share_cake()
        self._enact()
        self._weave()
        self._reach()
        self._touch()
        self._set_board()
        self._breed()
        self._decorate()
        self._work()
        self._prepare()
        self._equip()
        self._trade()
        self._share_parts()
        self._pose()
        self._tint()
        self._untie()
        self._accompany()
        self._mark()
        self._lift()
        self._furnish()
        self._turn_season()
        self._keep_fish()
        self._tread()
        self._crowd()
        self._pot()
        self._include()
        self._dip()
        self._dive()
        self._build_ashore()
        self._table_top()
        self._shine()
        self._strew()
        self._snow()
        self._roof()

    def _weave(self) -> None:
        """ "A spider spinning a web" is in it, and does not turn round."""
        nouns = [told.chunk.value for told in self.draft.things]
        for told in [told for told in self.active if told in self.draft.things]:
            who, web = self.draft.things.index(told), table("weaves").get(told.chunk.value)
            if web not in nouns:
                continue
            ways = {way for n, way, _ in self.draft.relations if who == n}
            if ways <= {"next to"}:
                self._unrelate(who, nouns.index(web))
                self.draft.relate(who, "in", nouns.index(web))
                for each in [each for each in self.poses if each[0] is told]:
                    self.poses.remove(each)
                    self._is_seen(each[2])

    def _breed(self) -> None:
        """ "A family of bears": two, and the others are their young ones."""
        draft = self.draft
        for index, told in enumerate(list(draft.things)):
            chunk = told.chunk
            beasts = chunk.family and draft.noun(index).category in ("animal", "marine")
            if not beasts or chunk.size or chunk.count <= PARENTS:
                continue
            name = table("raised as").get(chunk.value, chunk.value)
            young = replace(chunk, value=name, count=chunk.count - PARENTS, size="little")
            added = draft.add(replace(young, definite=False))
            if added is not None:
                chunk.count = PARENTS
                alike = [each for each in draft.relations if each[0] == index]
                draft.relations += [(added[0], way, others) for _, way, others in alike]
                self.wading += [draft.things[added[0]]] * (told in self.wading)

    def _set_board(self) -> None:
        """ "Two men playing chess": the board is on a table between them."""
        draft = self.draft
        for told, deed, act in list(self.deeds):
            who = next((n for n, other in enumerate(draft.things) if other is told), None)
            boards = [each for each in draft.relations if each[0] == who and each[1] == "next to"
                      and draft.noun(each[2][0]).name in words_of_kind("board game")]  # fmt: skip
            if who is None or len(boards) != 1 or deed not in verb_forms("play"):
                continue
            there = {other.chunk.value for other in draft.things}
            joined = self._with_joined(who)
            joined += [each for each in draft.things if each.via == "with" and each.host == who
                       and draft.living(draft.things.index(each))]  # fmt: skip
            players = [n for n, other in enumerate(draft.things) if other in joined]
            count = sum(draft.things[n].chunk.count for n in players)
            placed = any(each[0] in players or set(each[2]) & {*players, *boards[0][2]}
                         for each in draft.relations if each is not boards[0])  # fmt: skip
            if count > 2 or placed or len(there) >= CROWDED or there & {*_TABLES, "table"}:
                continue
            start = told.chunk.start
            added = draft.add(Chunk("thing", _TABLES[0], start, start, _TABLES[0]))
            if added is None:
                continue
            draft.relations.remove(boards[0])
            draft.relate(boards[0][2][0], "on", added[0], literal=True)
            if count == 1:
                draft.relate(who, "behind", added[0], literal=True)
            else:
                draft.relations.append((added[0], "between", players))
            self.poses = [each for each in self.poses if each[0] not in joined]
            self._is_seen(act)

    def _enter(self) -> None:
        """ "A pool with two girls", where nothing else says where: they are in it, as a setting."""
        draft = self.draft
        if self.scenery.settings or self.scenery.plain:
            return
        for who, way, others in draft.relations:
            hall = draft.things[others[0]].chunk
            setting = WITHIN.get(hall.value)
            upon = way == "in" or (way == "on" and setting in UPON)
            bare = hall.count == 1 and not any(hall.looks.values())
            full = draft.things[who].via == "of" and setting not in WET
            named = draft.things[who].via == "with" and draft.things[who].host == others[0]
            alone = all(n != others[0] for n, _, _ in draft.relations)
            if setting is None or not (upon and bare and (named or full) and alone):
                continue
            inside = [draft.things[n] for n, way, those in draft.relations if those == others]
            self.wading += inside if setting in WET else []
            self.scenery.put(setting, 2)
            draft.drop(others[0])
            return

    def _settle(self) -> None:
        """ "A sofa with a sleeping dog", where nothing else says where: it is on it."""
        draft = self.draft
        placed = {n for who, _, others in draft.relations for n in (who, *others)}
        for index, told in enumerate(draft.things):
            if told.via != "with" or told.host is None or index in placed:
                continue
            seat = draft.noun(told.host)
            fits = draft.living(index) and draft.noun(index).size <= max(_GROWN, seat.size)
            if seat.name in words_of_kind("seat") and fits:
                draft.relate(index, "on", told.host)

    def _roof(self) -> None:
        """ "Smoke from the chimneys of a village" rises over its houses."""
        draft, chimney = self.draft, "chimney"
        named = [told.chunk.value for told in draft.things]
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

    def _light_the_road(self) -> None:
        """Lamps along a road are no table lamps."""
        related = {n for who, _, others in self.draft.relations for n in (who, *others)}
        for index, told in enumerate(self.draft.things):
            bare = told.chunk.value == "lamp" and index not in related
            if bare and self.scenery.setting() in _LIT_BY_LAMPS:
                told.chunk.value = "street lamp"

    def _share_cake(self) -> None:
        """Says of a party's cake what is said of it: "a birthday party with a cake"."""
        nouns = [told.chunk.value for told in self.draft.things]
        if _PARTY in nouns and "cake" in nouns:
            party = self.draft.things[nouns.index(_PARTY)].chunk
            if party.asked.endswith("party"):
                self.draft.drop(nouns.index("cake"))
        for told in list(self.draft.things):  # the candles that are blown out are on it
            if _PARTY in nouns and told.chunk.value == "candle" and not told.chunk.counted:
                self.draft.drop(self.draft.things.index(told))

    def _furnish(self) -> None:
        """Gives rooms what tells them: a blackboard in a classroom, unless much is there."""
        for name in self.furnished:
            there = {told.chunk.value for told in self.draft.things}
            shown = any(name in other for other in there)  # "an airplane landing"
            if not shown and name not in self.forbidden and len(there) < CROWDED:
                self.draft.add(Chunk("thing", name, 10**6, 10**6, name))

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
                    if chunk.value.endswith(name):
                        chunk.colour = chunk.colour or colour
                continue
            if place is None and not afloat:
                scenery.hints.append("park")
            if known is not None:
                known.colour = known.colour or colour or None
            elif len(there) < FEW and not (shines and (up or scenery.weathers)):
                chunk = Chunk("thing", name, 10**6, 10**6, name, colour=colour or None)
                if not (colour or shines):
                    chunk.count, chunk.size = FEW, "little"
                draft.add(chunk)

    def _keep_fish(self) -> None:
        """A fish in a bowl is in one of water; an aquarium has one, others are in an empty one."""
        draft = self.draft
        for who, way, others in draft.relations:
            bowl = draft.things[others[0]].chunk
            kept = draft.things[who].chunk.value in _FISH and way == "in"
            if kept and bowl.value in words_of_kind("fish bowl"):
                bowl.value = _AQUARIUM if bowl.value == _TANK else _FISH_BOWL
                bowl.colour, bowl.texture = None, None
        there = [told.chunk for told in draft.things]
        tank = next((n for n, chunk in enumerate(there) if chunk.value == _AQUARIUM), None)
        outside = {n for who, way, others in draft.relations if way != "in" for n in (who, *others)}
        swim = [n for n, chunk in enumerate(there) if chunk.value in _FISH and n not in outside]
        if tank is None or not swim:
            return
        fish = there[swim[0]]
        if (
            len(swim) == 1
            and fish.count == 1
            and fish.value == "fish"
            and (fish.colour in (None, "orange"))
        ):
            draft.drop(swim[0])
            return
        there[tank].value = f"empty {_AQUARIUM}"
        draft.relations = [each for each in draft.relations if each[0] not in swim]
        for place in swim:
            draft.relate(place, "in", tank)

    def _crowd(self) -> None:
        """Some of those who make a place busy, where hardly anything else is."""
        for said in self.crowds:
            self._gather(said, [told.chunk.value for told in self.draft.things])
        for told in list(self.draft.things):
            place, chunk = self.draft.things.index(told), told.chunk
            free = not any(place in (who, *others) for who, _, others in self.draft.relations)
            alike = chunk.value == "person" and not (chunk.colour or chunk.texture or chunk.state)
            if chunk.text in table("throng") and free and alike:
                self.draft.drop(place)  # not five of one look
                self._gather(table("throng")[chunk.text], [])

    def _gather(self, said: str, named: list[str]) -> None:
        """Adds all of "woman 2; man" but whose kind is named, while there is room."""
        named_kinds = {self.lexicon.nouns[name].category for name in named}
        for each in said.split("; "):
            name, _, count = each.rpartition(" ") if each[-1].isdigit() else (each, "", "1")
            kind = self.lexicon.nouns[name].category
            room = len(self.draft.things) < (_THRONG if not named else FEW)
            if room and kind not in named_kinds and name not in self.forbidden:
                chunk = Chunk("thing", name, 10**6, 10**6, name, count=int(count))
                self.draft.add(chunk)

    def _tread(self) -> None:
        """A path of a park, of a village is part of its scenery."""
        for place in reversed(range(len(self.draft.things))):
            chunk = self.draft.things[place].chunk
            plain = not (chunk.colour or chunk.texture or chunk.counted)
            if chunk.value == "path" and plain and self.scenery.setting() in _TRODDEN:
                self.draft.drop(place)

    def _pot(self) -> None:
        """What grows in a pot, and who hides in one with them, is in a flower pot."""
        for who, way, others in self.draft.relations:
            pot = self.draft.things[others[0]].chunk
            if way == "in" and pot.value == "pot" and self.draft.noun(who).category == "plant":
                pot.value = "flower pot"

    def _include(self) -> None:
        """What a drawing has is not drawn again: who rows is in a boat, a footballer has a ball."""
        there = [told.chunk for told in self.draft.things]
        had = {table("includes")[one.value] for one in there if one.value in table("includes")}
        for place in reversed(range(len(there))):
            one = there[place]
            bare = (one.count == 1 or not one.counted) and not (one.colour or one.size)
            ridden = one.value == "wave" and not (one.colour or one.counted)
            if one.value in had and (bare or ridden):
                self.left_out += [(one.start, one.size)] if one.size else []
                self.draft.drop(place)

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
        """Who goes down a hill on skis, a sled has snow there."""
        scenery = self.scenery
        slides = {told.chunk.value for told in self.draft.things} & words_of_kind("on snow")
        if slides and scenery.setting() in _SLOPES and not (scenery.weathers or scenery.times):
            scenery.add("weather", "snow")

    def _table_top(self) -> None:
        """ "on the table", where nothing else says where: the setting, not one more thing.

        So is any table on which so much lies that it would melt.
        """
        draft = self.draft
        tables = [i for i, told in enumerate(draft.things) if told.chunk.value in _TABLES]
        if len(tables) != 1 or self.scenery.setting() or len(draft.things) < 2:
            return
        table = draft.things[tables[0]].chunk
        if table.colour or table.texture not in (None, "wooden") or table.size or table.count > 1:
            return
        crowded = len(draft.things) > CROWDED
        if not crowded and (table.texture or not table.definite or table.value != "table"):
            return
        about = [each for each in draft.relations if tables[0] in (each[0], *each[2])]
        small = all(draft.noun(i).size <= 0.8 for i in range(len(draft.things)) if i != tables[0])
        if small and about and all(each[1] == "on" and each[2] == tables for each in about):
            draft.drop(tables[0])
            self.scenery.put("table top", 2)
