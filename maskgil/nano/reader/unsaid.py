"""What a text implies without naming it: a guitarist's guitar, a classroom's blackboard, stars."""

from __future__ import annotations

from maskgil.nano.reader.draft import SKATES, Told
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.joints import Joints
from maskgil.nano.reader.scenery import INDOORS, WET
from maskgil.nano.reader.words import (
    done_as,
    done_with,
    marked_with,
    table,
    verb_forms,
    words_of_kind,
)
from maskgil.nano.world.scene import ACTIONS, CARRIED

_TABLES = ("table", "dining table", "round table")
_CROWDED = 4  # kinds of things on one table
_PARTY = "birthday cake"
_ASLEEP = "person sleeping"
_AQUARIUM = "aquarium"
_CLOUD = "cloud"
_RIPPLES = "ripples"
_PLACED = ("riding", "in", "on", "under", "in front of", "behind", "around", "between")
_STARS = 5  # all over the sky
_FEW = 3  # kinds of things beside which what tells a season has room
_ANYBODY = ("man", "woman", "person", "boy", "girl", "child")
_WOMEN = ("woman", "girl")
_BEASTS = ("animal", "marine", "insect")
_BUSY = (*CARRIED, *ACTIONS, "riding")


class Unsaid(Joints):
    """Completes a draft once the whole text is read."""

    def complete(self) -> None:
        """Adds what is implied to `draft` and `scenery`."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        if any(noun.category == "building" for noun in nouns):  # "a garage with tools on the wall"
            self.scenery.hints = [hint for hint in self.scenery.hints if hint not in INDOORS]
        self._keep_outside()
        self._bear()
        self.draft.pair_up()
        self._share_cake()
        self._equip()
        self._mark()
        self._lift()
        self._furnish()
        self._turn_season()
        self._keep_fish()
        self._pot()
        self._row()
        self._dip()
        self._dive()
        self._build_ashore()
        self._table_top()
        self._shine()
        self._strew()

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

    def _bear(self) -> None:
        """Gives everybody what they are known by, a guitarist the guitar, unless it is there."""
        for index, told in enumerate(list(self.draft.things)):
            name = told.chunk.borne
            if name == "skateboard" and self.scenery.setting() == "snow":
                name = "ice skate"
            there = {other.chunk.value for other in self.draft.things}
            if not name or self._has_such(index, name):
                continue
            if name not in there | self.forbidden and len(there) < _CROWDED:
                start, end = told.chunk.start, told.chunk.end
                added = self.draft.add(Chunk("thing", name, start, end, name))
                if added is not None:
                    tool = self.draft.noun(added[0])
                    ridden = "ride" in dict(tool.anchors) and tool.category == "vehicle"
                    way = "riding" if ridden else "wearing" if name in SKATES else "holding"
                    self.draft.relate(index, way, added[0])

    def _has_such(self, index: int, name: str) -> bool:
        """Whether somebody has something of a noun's kind: a musician who plays the violin."""
        kind = self.lexicon.nouns[name].category
        held = [others[0] for n, way, others in self.draft.relations if n == index and way in _BUSY]
        return any(self.draft.noun(other).category == kind for other in held)

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

    def _equip(self) -> None:
        """Shows what people do by what they do it with: a rod for who is fishing."""
        draft = self.draft
        said = {act for _, _, act in self.deeds}
        told_so = [(self._said_of(act[0]), act) for act in self.left_out
                   if act not in said and act[1] in done_with()]  # fmt: skip
        adjectives = [(draft.things[n], act[1], act) for n, act in told_so if n is not None]
        for told, deed, act in (*self.deeds, *adjectives):  # "a flying pig" flies
            who = next((n for n, other in enumerate(draft.things) if other is told), None)
            if who is None:
                continue
            related = any(who in (first, *others) for first, _, others in draft.relations)
            asleep = done_as().get(deed) == _ASLEEP  # there is no drawing of one on a bench
            if told.chunk.value in _ANYBODY and deed in done_as() and not (related and asleep):
                self._become(told.chunk, done_as()[deed])
                self.left_out.remove(act)
                continue
            there = {other.chunk.value for other in draft.things} | self.forbidden
            way, tool = self._tool(who, deed)
            shops = words_of_kind("sells")
            if tool in shops and (there & shops or len(there) >= _FEW):
                continue
            in_hand = [others[0] for n, name, others in draft.relations
                       if n == who and name in _BUSY]  # fmt: skip
            if act in self.left_out and any(draft.noun(n).name == tool for n in in_hand):
                self.left_out.remove(act)  # "a lumberjack cutting a tree"
            if tool and not in_hand and tool not in there and len(there) < _CROWDED:
                added = draft.add(Chunk("thing", tool, told.chunk.start, told.chunk.end, tool))
                if added is not None:
                    draft.relate(who, way, added[0])
                    self.left_out.remove(act)

    def _lift(self) -> None:
        """Birds that fly, of which no more is said, are above a cloud: they stand on no lawn."""
        draft = self.draft
        in_the_sky = [told for told in draft.things if "a" in self._places(told)[1:]]
        sky = in_the_sky if ("sky", 2) in self.scenery.settings else []
        for told in (*self.flying, *sky):
            if told not in draft.things or self.scenery.setting() in (*INDOORS, "sky"):
                continue
            who = draft.things.index(told)
            there = [other.chunk.value for other in draft.things]
            if any(who in (n, *others) for n, _, others in draft.relations):
                continue
            if _CLOUD not in there and len(there) < _CROWDED and _CLOUD not in self.forbidden:
                draft.add(Chunk("thing", _CLOUD, 10**6, 10**6, _CLOUD))
            if cloud := next(
                (n for n, t in enumerate(draft.things) if t.chunk.value == _CLOUD), None
            ):
                draft.relate(who, "above", cloud)

    def _places(self, told: Told) -> str:
        return self.lexicon.nouns[told.chunk.value].places

    def _become(self, chunk: Chunk, who: str) -> None:
        """Makes somebody who does something one of whom there is a drawing, a woman of a woman."""
        woman = f"wo{who}" if chunk.value in _WOMEN else who
        chunk.value = woman if woman in self.lexicon.nouns else who

    def _tool(self, who: int, deed: str) -> tuple[str, str]:
        """How who does something stands to what shows it: a feeder holds what the fed one eats."""
        beast = self.draft.noun(who).category in _BEASTS
        for acts, tools, usual in (("feeds", "fed with", "bread"), ("cuts", "cut with", "knife")):
            if deed in verb_forms(acts) and not beast:
                done_to = [others[0] for n, _, others in self.draft.relations if n == who]
                known = [table(tools).get(self.draft.noun(n).name) for n in done_to]
                return "holding", next((tool for tool in known if tool), usual)
        way, tool = done_with().get(deed, ("", ""))
        if way == "above":  # who flies and is no bird, above a cloud
            placed = any(n == who for n, *_ in self.draft.relations)
            return ("", "") if placed or self.scenery.setting() in INDOORS else (way, tool)
        return ("", "") if beast and way != "riding" else (way, tool)

    def _mark(self) -> None:
        """Shows how somebody feels, and what is done without a thing, as comics do: Zs, tears."""
        draft = self.draft
        for act in list(self.left_out):
            mark = marked_with().get(act[1])
            there = {told.chunk.value for told in draft.things} | self.forbidden
            who = None if mark is None else self._said_of(act[0])
            if mark is None or who is None or mark in there or len(there) >= _CROWDED:
                continue
            start = draft.things[who].chunk.start
            added = draft.add(Chunk("thing", mark, start, start, mark))
            if added is not None:
                draft.relate(who, "with", added[0])
                self.left_out.remove(act)

    def _said_of(self, place: int) -> int | None:
        """Who is meant by what is said at a place: within their phrase, else the last before it."""
        doers = [self.draft.things.index(told) for told, _, act in self.deeds
                 if act[0] == place and told in self.draft.things]  # fmt: skip
        chunks = [(told.chunk, n) for n, told in enumerate(self.draft.things)]
        within = [n for chunk, n in chunks if chunk.start <= place < chunk.end]
        before = [(chunk.end, n) for chunk, n in chunks if chunk.end <= place]
        last = [max(before)[1]] if before else []
        found = next(iter((*doers, *within, *last)), None)
        return found if found is not None and self.draft.living(found) else None

    def _furnish(self) -> None:
        """Gives rooms what tells them: a blackboard in a classroom, unless much is there."""
        for name in self.furnished:
            there = {told.chunk.value for told in self.draft.things}
            shown = any(name in other for other in there)  # "an airplane landing"
            if not shown and name not in self.forbidden and len(there) < _CROWDED:
                self.draft.add(Chunk("thing", name, 10**6, 10**6, name))

    def _turn_season(self) -> None:
        """Shows a season by what tells it: a tree with orange leaves, flowers, the sun."""
        draft, scenery = self.draft, self.scenery
        for said in self.seasons:
            colour, _, name = said.rpartition(" ")
            place, there = scenery.setting(), [told.chunk for told in draft.things]
            known = next((chunk for chunk in there if chunk.value.endswith(name)), None)
            shines = self.lexicon.nouns[name].category == "celestial"
            up = any(self.lexicon.nouns[c.value].category == "celestial" for c in there)
            if place in INDOORS or name in self.forbidden or (shines and "night" in scenery.times):
                continue
            if place is None and not any("w" in self.lexicon.nouns[c.value].places for c in there):
                scenery.hints.append("park")
            if known is not None:
                known.colour = known.colour or colour or None
            elif len(there) < _FEW and not (shines and (up or scenery.weathers)):
                chunk = Chunk("thing", name, 10**6, 10**6, name, colour=colour or None)
                if not (colour or shines):
                    chunk.count, chunk.size = _FEW, "little"
                draft.add(chunk)

    def _keep_fish(self) -> None:
        """A fish in a bowl is in an aquarium, whose drawing has one."""
        for who, way, others in list(self.draft.relations):
            fish, bowl = self.draft.things[who].chunk, self.draft.things[others[0]].chunk
            if way == "in" and fish.value == "fish" and bowl.value in words_of_kind("fish bowl"):
                bowl.value, bowl.colour, bowl.texture = _AQUARIUM, None, None
                if fish.count == 1 and fish.colour in (None, "orange"):
                    self.draft.drop(who)
                return

    def _pot(self) -> None:
        """What grows in a pot, and who hides in one with them, is in a flower pot."""
        for who, way, others in self.draft.relations:
            pot = self.draft.things[others[0]].chunk
            if way == "in" and pot.value == "pot" and self.draft.noun(who).category == "plant":
                pot.value = "flower pot"

    def _dip(self) -> None:
        """Who lives ashore and is in the water is seen in ripples, not on the bank."""
        draft = self.draft
        for told in self.wading:
            there = [other.chunk.value for other in draft.things]
            if told not in draft.things or self.scenery.setting() not in WET:
                continue
            who = draft.things.index(told)
            placed = any(n == who and way in _PLACED for n, way, _ in draft.relations)
            fishes = any(n == who and draft.noun(others[0]).name == "fishing rod"
                         for n, _, others in draft.relations)  # fmt: skip
            one = draft.noun(who)
            ashore = one.places.startswith("g") and one.name not in words_of_kind("swims")
            bank = placed or fishes or not (ashore and draft.living(who))
            if bank or (_RIPPLES not in there and len(there) >= _CROWDED):
                continue
            if _RIPPLES not in there:
                draft.add(Chunk("thing", _RIPPLES, 10**6, 10**6, _RIPPLES))
                there.append(_RIPPLES)
            draft.relate(who, "in", there.index(_RIPPLES), literal=True)
            swims = [act for one, text, act in self.deeds
                     if one is told and text in verb_forms("shown in the water")]  # fmt: skip
            self.left_out = [act for act in self.left_out if act not in swims]

    def _row(self) -> None:
        """Who rows is drawn in a boat: "a man rowing a boat" has no other."""
        there = [told.chunk.value for told in self.draft.things]
        boats = {table("in a boat")[who] for who in there if who in table("in a boat")}
        for place in reversed(range(len(there))):
            if there[place] in boats and self.draft.things[place].chunk.count == 1:
                self.draft.drop(place)

    def _dive(self) -> None:
        """Fish in the sea, and nothing that is on it, are seen from under water."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        homes = [noun.settings for noun in nouns]
        below = all("underwater" in tags or n.name in words_of_kind("afloat")
                    for n, tags in zip(nouns, homes, strict=True))  # fmt: skip
        deep = any(tags[:1] == ("underwater",) for tags in homes)
        plain = not (self.scenery.times or self.scenery.weathers)
        if self.dived and below and deep and plain and self.scenery.setting() == "sea":
            self.scenery.put("underwater", 3)

    def _build_ashore(self) -> None:
        """Houses by the sea, where nothing is on it, stand on its beach."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        built = any(noun.category == "building" and noun.places == "g" for noun in nouns)
        if (
            self.scenery.setting() == "sea"
            and built
            and not self.dived
            and not any("w" in n.places for n in nouns)
        ):
            self.scenery.put("beach", 3)

    def _shine(self) -> None:
        """Stars, where the sky is said to be full of them and nothing else is up there."""
        draft, nouns = self.draft, [told.chunk.value for told in self.draft.things]
        up = any(draft.noun(n).category == "celestial" for n in range(len(nouns)))
        place = self.scenery.setting()
        if not self.starry or len(nouns) >= _CROWDED or up or place in ("space", "moon"):
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
        crowded = len(draft.things) > _CROWDED
        if not crowded and (table.texture or not table.definite or table.value != "table"):
            return
        about = [each for each in draft.relations if tables[0] in (each[0], *each[2])]
        small = all(draft.noun(i).size <= 0.8 for i in range(len(draft.things)) if i != tables[0])
        if small and about and all(each[1] == "on" and each[2] == tables for each in about):
            draft.drop(tables[0])
            self.scenery.put("table top", 2)
