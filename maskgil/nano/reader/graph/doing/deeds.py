"""Depiction of activities: by tools, comic marks, or professions."""

from __future__ import annotations

from maskgil.nano.reader.graph.facts import SKATES
from maskgil.nano.reader.graph.joints import Joints
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.words import (
    done_as,
    done_with,
    posed_as,
    table,
    tools_of,
    verb_forms,
    verb_table,
    words_of_kind,
)
from maskgil.nano.world.arranging.pairs import SMOKE
from maskgil.nano.world.arranging.people.posing import may_pose
from maskgil.nano.world.scene import ACTIONS, CARRIED

CROWDED = 4  # kinds of things on one table
_ASLEEP = "person sleeping"
_LECTERN, _MICROPHONE = "lectern", "microphone"
_ROD, _LAKE = "fishing rod", "lake"
_NEEDLE, _SPLASH, _HOSE, _STICK = "needle", "splash", "hose", "stick"
FEW = 3  # kinds of things beside which what tells a season has room
_ANYBODY = ("man", "woman", "person", "boy", "girl", "child")
ROLLER = "paint roller"
_COATED = ("building", "structure", "furniture", "outdoor", "garden", "household", "watercraft",
           "vehicle", "farm")  # fmt: skip
"""What is painted with a roller, and is no picture."""
_WOMEN = ("woman", "girl")
_DONE_TO = (
    ("feeds", "fed with", "bread"), ("cuts", "cut with", "knife"), ("hits", "hit with", ""),
    ("catches", "caught with", ""), ("builds", "built with", "shovel"),
)  # fmt: skip
"""Verbs, what is held by what they are done to, what is held else."""
_HANDS = "hands"
"""With which somebody builds what needs no tool."""
_BEASTS = ("animal", "marine", "insect")
_BUSY = (*CARRIED, *ACTIONS, "riding")
CRAFT = ("vehicle", "watercraft")
_PLAYED = {"sound": ("music",), "music": ("sound",)}
"""Categories of instruments."""
_AIMED = ("throwing", "kicking")
_AMID = ("on", "in", "behind", "around", "wearing")
"""How who drinks stands to what they do not drink from."""


class Deeds(Joints):
    """Adds the depiction of activities after the whole text is read."""

    def _bear(self) -> None:
        """Gives everybody what they are known by, a guitarist the guitar, unless it is there."""
        for index, told in enumerate(list(self.draft.things)):
            name = told.chunk.borne
            if name == "skateboard" and self.scenery.setting() == "snow":
                name = "ice skate"
            there = {other.chunk.value for other in self.draft.things}
            if not name or self._has_such(index, name):
                continue
            if name not in there | self.forbidden and len(there) < CROWDED:
                start, end = told.chunk.start, told.chunk.end
                added = self.draft.add(Chunk("thing", name, start, end, name))
                if added is not None:
                    tool = self.draft.noun(added[0])
                    boat = tool.category in CRAFT and "in" in dict(tool.anchors)
                    ridden = "ride" in dict(tool.anchors) and tool.category == "vehicle"
                    worn = name in SKATES or tool.category == "clothes"
                    way = "in" if boat else "riding" if ridden else "wearing" if worn else "holding"
                    self.draft.relate(index, way, added[0])
                    if ridden:  # each their own
                        self.draft.things[added[0]].chunk.count = told.chunk.count

    def _has_such(self, index: int, name: str) -> bool:
        """Whether somebody has something of a noun's kind: a musician who plays the violin."""
        kind = self.lexicon.nouns[name].category
        held = [others[0] for n, way, others in self.draft.relations if n == index
                and way in (*_BUSY, "behind")]  # fmt: skip
        return any(
            self.draft.noun(other).category in (kind, *_PLAYED.get(kind, ())) for other in held
        )

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
            placed = self._is_done_where(deed)
            if placed:
                self._is_seen(act)
            if placed and done_with().get(deed, ("", ""))[0] == "next to":
                continue  # "camping": a campsite has tents
            related = any(who in (first, *others) for first, _, others in draft.relations)
            asleep = done_as().get(deed) == _ASLEEP  # there is no drawing of one on a bench
            apart = related and (asleep or deed in tools_of())  # "with a sword, doing karate"
            if told.chunk.value in _ANYBODY and deed in done_as() and not apart:
                self._become(told.chunk, done_as()[deed])
                self._is_seen(act)
                continue
            rides = any(n == who and way == "riding" for n, way, _ in draft.relations)
            if (rides and deed in verb_forms("travels")) or done_as().get(deed) == told.chunk.value:
                self._is_seen(act)  # "on a motorcycle, travelling", "a surfer surfing"
            there = {other.chunk.value for other in draft.things} | self.forbidden
            way, tool = self._tool(who, deed)
            if tool == _HANDS:
                told.chunk.state = told.chunk.state or "crouching"
                self._is_seen(act)
                continue
            if tool == _LECTERN and related and _LECTERN not in there:
                way, tool = "holding", _MICROPHONE  # "on a soapbox giving a speech"
            if tool in table("rowed") and told.chunk.count > 1 and not related:
                told.chunk.value = table("rowed")[tool]  # each in their own boat
                self._is_seen(act)
                continue
            if posed_as(deed, draft.noun(who)) == "skating" and may_pose(draft.noun(who)):
                continue
            if deed in verb_forms("drinks") and any(
                n == who and name not in _AMID for n, name, _ in draft.relations
            ):
                continue  # "a boy drinking from a bottle"
            shops = words_of_kind("sells")
            if tool in shops and (there & shops or len(there) >= FEW):
                continue
            in_hand = [others[0] for n, name, others in draft.relations
                       if n == who and name in _BUSY and not draft.owns(n, others[0])
                       and (name != "wearing" or way == name)]  # fmt: skip
            if way in _AIMED and self._aim(who, way, tool):
                self._is_seen(act)  # "holding a basketball and shooting hoops"
            tools = {tool, *(name for name, does in table("serves as").items() if does == tool)}
            tools |= set(table("cut with").values()) if deed in verb_forms("cuts") else set()
            if any(draft.noun(n).name in tools for n in in_hand):
                self._is_seen(act)  # "a lumberjack cutting a tree"
            if deed in verb_forms("feeds") and any(
                draft.noun(n).name in words_of_kind("feeding") for n in in_hand
            ):  # fmt: skip
                self._is_seen(act)  # "feeding a lamb with a bottle"
            one = draft.noun(who).name
            hits = deed in verb_forms("hits") and one in words_of_kind("hitter")
            if hits or (tool and table("includes").get(one) == tool):
                self._is_seen(act)  # whose drawing shows it
            if way == "next to" and tool in {other.chunk.value for other in draft.things}:
                self._is_seen(act)  # "typing on a laptop"
            if tool and not in_hand and tool not in there and len(there) < CROWDED:
                added = draft.add(Chunk("thing", tool, told.chunk.start, told.chunk.end, tool))
                if added is not None:
                    tables = [o[0] for n, name, o in draft.relations if (n, name) == (who, "behind")
                              and draft.noun(o[0]).name in words_of_kind("worktop")]  # fmt: skip
                    if way == "next to" and tables:  # "sitting at a desk, typing"
                        draft.relate(added[0], "on", tables[0], literal=True)
                    else:
                        draft.relate(who, way, added[0], literal=way == "holding")
                    if tool in words_of_kind("one each"):
                        draft.things[added[0]].chunk.count = told.chunk.count
                    self._is_seen(act)
                    if tool in (_SPLASH, _HOSE):
                        self._is_seen((act[0] + 1, "water"))
                    if tool == _ROD and not self.scenery.settings:
                        self.scenery.put(_LAKE)
                    if tool == SMOKE:  # from the ground
                        self.scenery.hints.append("field")

    def _aim(self, who: int, way: str, name: str) -> bool:
        """Whether somebody throws or kicks what they hold."""
        for at, (n, held, others) in enumerate(self.draft.relations):
            if (
                n == who
                and held in ("holding", "next to")
                and self.draft.noun(others[0]).name == name
            ):
                self.draft.relations[at] = (n, way, others)
                return True
        return False

    def _is_done_where(self, deed: str) -> bool:
        """Whether where somebody is shows what they do: who performs is on a stage."""
        where = verb_table("done at").get(deed)
        if where is None:
            return False
        if not (self.scenery.settings or self.scenery.plain):
            self.scenery.put(where)
        return self.scenery.setting() == where

    def _is_seen(self, act: tuple[int, str]) -> None:
        """Says no more that an action is left out, unless its place has shown it already."""
        if act in self.left_out:
            self.left_out.remove(act)

    def _tool(self, who: int, deed: str) -> tuple[str, str]:
        """How who does something stands to what shows it: a feeder holds what the fed one eats."""
        one = self.draft.noun(who)
        beast = one.category in _BEASTS and one.name not in words_of_kind("handed")
        if deed in verb_forms("hits") and one.name in words_of_kind("hitter"):
            return "", ""
        for acts, tools, usual in _DONE_TO:
            if deed in verb_forms(acts) and (not beast or acts == "feeds"):
                done_to = [others[0] for n, _, others in self.draft.relations if n == who]
                known = [table(tools).get(self.draft.noun(n).name) for n in done_to]
                tool = next((tool for tool in known if tool), usual)
                tool = tool if not beast or tool in words_of_kind("in the mouth") else ""
                return ("holding" if tool else ""), tool
        way, tool = done_with().get(deed, ("", ""))
        if deed in verb_forms("builds") and beast:
            return "holding", _STICK
        if tool == _SPLASH and not beast:
            return "holding", _HOSE
        at_easel = any(told.chunk.value == "easel" for told in self.draft.things)
        if deed in verb_forms("paints") and self._is_coated(who) and not at_easel:
            return way, ROLLER
        if tool == "hammer" and self._is_sewn(who):
            return way, _NEEDLE
        if tool == SMOKE and one.name not in words_of_kind("launched"):
            return "", ""
        if way == "above":  # who flies and is no bird, above a cloud
            placed = any(n == who for n, *_ in self.draft.relations)
            flies = one.name in words_of_kind("flies")
            inside = self.scenery.setting() in INDOORS
            return ("", "") if placed or inside or flies else (way, tool)
        shown = way in ("riding", "in") or tool in (*SKATES, *words_of_kind("in the mouth"))
        return ("", "") if beast and not shown else (way, tool)

    def _is_sewn(self, who: int) -> bool:
        """Whether somebody mends a net, a dress: with no hammer."""
        done_to = [o[0] for n, way, o in self.draft.relations if n == who and way == "next to"]
        return any(self.draft.noun(n).name in words_of_kind("sewn") for n in done_to)

    def _is_coated(self, who: int) -> bool:
        """Whether somebody paints a wall, a fence, no picture of one."""
        done_to = [o[0] for n, way, o in self.draft.relations if n == who and way == "next to"]
        return any(self.draft.noun(n).category in _COATED for n in done_to)

    def _become(self, chunk: Chunk, who: str) -> None:
        """Makes somebody who does something one of whom there is a drawing, a woman of a woman."""
        woman = f"wo{who}" if chunk.value in _WOMEN else who
        chunk.value = woman if woman in self.lexicon.nouns else who

    def _lift(self) -> None:
        """Birds that fly or are over a place have their wings spread."""
        for told in (*self.flying, *self.soaring):
            if told not in self.draft.things or self.scenery.setting() in INDOORS:
                continue
            who = self.draft.things.index(told)
            placed = any(who in (n, *others) for n, _, others in self.draft.relations)
            if not placed and may_be_so(self.draft.noun(who), "flying"):
                told.chunk.state = told.chunk.state or "flying"

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
