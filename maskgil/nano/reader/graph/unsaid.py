"""Implicit things: a chess board's table, young animals, water in a bowl."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.reader.graph.doing.deeds import CROWDED
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS, WET
from maskgil.nano.reader.graph.whereabouts.surroundings import Surroundings
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import table, words_of_kind
from maskgil.nano.world.settings import UPON, WITHIN

_TABLES = ("table", "dining table", "round table")
_NOTES = "memo"
_PARTY = "birthday cake"
_AQUARIUM, _FISH_BOWL, _TANK = "aquarium", "fish bowl", "tank"
_FISH = ("fish", "goldfish", "tropical fish", "seahorse", "jellyfish", "turtle")
_GROWN = 2.0  # metres: who may be on a seat
_LARGE, _TREE = 1.2, "tree"  # metres: who eats from trees
PARENTS = 2  # of a family of animals, who are grown


class Unsaid(Surroundings):
    """Adds implicit things after the whole text is read."""

    def complete(self) -> None:
        """Adds what is implied to `draft` and `scenery`."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        if any(noun.category == "building" for noun in nouns):  # "a garage with tools on the wall"
            self.scenery.hints = [hint for hint in self.scenery.hints if hint not in INDOORS]
        self._name_members()
        self._enter()
        self._settle()
        self._land()
        self._keep_outside()
        self._bear()
        self.draft.pair_up()
        self._suit_place()
        self._snow_roofs()
        self._share_cake()
        self._serve()
        self._enact()
        self._weave()
        self._bite()
        self._browse()
        self._fly()
        self._reach()
        self._touch()
        self._set_board()
        self._breed()
        self._name_events()
        self._decorate()
        self._roast()
        self._step_on()
        self._write_in()
        self._work()
        self._prepare()
        self._equip()
        self._play_together()
        self._trade()
        self._share_parts()
        self._dress()
        self._pose()
        self._tint()
        self._untie()
        self._accompany()
        self._mark()
        self._lift_up()
        self._see_in_hand()
        self._tell_events()
        self._lift()
        self._furnish()
        self._set_down()
        self._turn_season()
        self._keep_fish()
        self._tread()
        self._open_up()
        self._span()
        self._crowd()
        self._pot()
        self._include()
        self._swell()
        self._swim()
        self._dip()
        self._dive()
        self._build_ashore()
        self._hang_lamps()
        self._table_top()
        self._shine()
        self._strew()
        self._snow()
        self._roof()

    def _bite(self) -> None:
        """What is in somebody's mouth, beak or trunk is held, whatever it is."""
        draft = self.draft
        for what, how, part in zip(self.chunks, self.chunks[1:], self.chunks[2:], strict=False):
            jaws = part.owned and part.kind == "thing" and part.value in words_of_kind("jaws")
            held = next((n for n, told in enumerate(draft.things) if told.chunk is what), None)
            if held is None or not jaws or how.kind != "relation":
                continue
            before = [n for n in range(held) if draft.living(n)]
            if before and not any(each == "holding" for _, each, _ in draft.relations):
                self._unrelate(before[-1], held)
                draft.relate(before[-1], "holding", held, literal=True)
                self.left_out = [lost for lost in self.left_out if lost[0] != part.start]

    def _step_on(self) -> None:
        """What somebody stands on, of two that are called alike: a bathroom scale."""
        for who, way, others in self.draft.relations:
            chunk = self.draft.things[others[0]].chunk
            if way == "on" and self.draft.living(who) and chunk.value in table("underfoot"):
                chunk.value = table("underfoot")[chunk.value]

    def _write_in(self) -> None:
        """ "Notes in a notebook" are in its drawing: who writes them writes in that."""
        draft = self.draft
        for what, way, others in list(draft.relations):
            notes = way == "in" and draft.noun(what).name == _NOTES
            if not notes or draft.noun(others[0]).name not in words_of_kind("written in"):
                continue
            for who, how, done_to in list(draft.relations):
                if done_to == [what]:
                    self._unrelate(who, what)
                    draft.relate(who, how, others[0])
            return draft.drop(what)

    def _browse(self) -> None:
        """ "A giraffe eating leaves": from a tree, as large animals do."""
        draft = self.draft
        for who, way, others in list(draft.relations):
            large = draft.noun(who).category == "animal" and draft.noun(who).size > _LARGE
            leaves = [draft.noun(other).name for other in others] == ["leaf"]
            told = draft.things[others[0]].chunk
            trees = any(draft.noun(n).grows and draft.noun(n).size > 1
                        for n in range(len(draft.things)))  # fmt: skip
            if way == "eating" and large and leaves and told.text != "leaf" and not trees:
                added = draft.add(Chunk("thing", _TREE, told.start, told.start, _TREE))
                if added is not None:
                    draft.relate(who, "next to", added[0], literal=True)

    def _fly(self) -> None:
        """The carpet that somebody rides is one that flies."""
        for _, way, others in self.draft.relations:
            ridden = self.draft.things[others[0]].chunk
            if way == "riding" and ridden.value in table("ridden as"):
                ridden.value = ridden.text = table("ridden as")[ridden.value]

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

    def _name_members(self) -> None:
        """Draws those of a family who are named behind it: "a family, a mum, a dad and a baby"."""
        draft = self.draft
        for index in range(len(draft.things)):
            members = [
                n
                for n in range(index + 1, len(draft.things))
                if draft.things[n].chunk.text.split()[-1] in words_of_kind("member")
            ]
            told = draft.noun(index).name in words_of_kind("family") and len(members) > 1
            if not (told and draft.things[members[0]].chunk.pause):
                continue
            own = [each for each in draft.relations if each[0] == index]
            for _, name, others in own:
                draft.relations += [(n, name, others) for n in members if n not in others]
            draft.relations = [
                (who, name, [members[0] if n == index else n for n in others])
                for who, name, others in draft.relations
            ]
            return draft.drop(index)

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

    def _serve(self) -> None:
        """ "A plate with food on it" is one of food: its drawing has the plate."""
        draft = self.draft
        for who, _, others in list(draft.relations):
            pair = sorted((who, others[0]), key=lambda n: draft.noun(n).name)
            names = [draft.noun(n).name for n in pair]
            bare = draft.things[pair[0]].chunk
            if names == ["plate", "plate of food"] and bare.colour in (None, "white"):
                draft.things[pair[1]].chunk.count = bare.count
                for n, way, those in list(draft.relations):
                    if pair[0] in (n, *those) and {n, *those} != {*pair}:
                        place = n if n != pair[0] else pair[1]
                        draft.relate(place, way, pair[1] if n != pair[0] else those[0])
                return draft.drop(pair[0])

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
            ridden = one.value == "wave" and not (one.colour or one.counted or one.size)
            if one.value in had and (bare or ridden):
                self.left_out += [(one.start, one.size)] if one.size else []
                self.draft.drop(place)

    def _hang_lamps(self) -> None:
        """ "A lamp over a table" hangs from the ceiling: none on a foot floats."""
        for who, way, others in self.draft.relations:
            hung = table("from a ceiling").get(self.draft.noun(who).name)
            if way == "above" and hung and self.draft.noun(others[0]).category == "furniture":
                self.draft.things[who].chunk.value = hung

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
