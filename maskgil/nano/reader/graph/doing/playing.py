"""Play: who plays with a toy kneels at it, or does with it what it is for."""

from __future__ import annotations

from maskgil.nano.reader.graph.doing.deeds import CROWDED
from maskgil.nano.reader.graph.doing.gazing import Gazing
from maskgil.nano.reader.graph.facts import HANDY_SIZE, Told
from maskgil.nano.reader.words import table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.deeds.dining import TABLES
from maskgil.nano.world.scene import ACTIONS

_KNEELING, _TROPHY, _TABLE = "crouching", "trophy", "table"
_COMPANY = 6  # people who play at one table


class Playing(Gazing):
    """Shows people as they play with something."""

    def _prepare(self) -> None:
        for told, deed, act in list(self.poses):
            if deed in verb_forms("plays with") and told in self.draft.things:
                for n, way, others in list(self.draft.relations):
                    if self.draft.things[n] is told and way in ("next to", *ACTIONS):
                        self._play_with(told, n, others[0], act)
        for told, deed, act in list(self.deeds):
            who = next((n for n, one in enumerate(self.draft.things) if one is told), None)
            mine = [each for each in self.draft.relations if each[0] == who]
            met = any(way == "next to" and self.draft.living(others[0]) for _, way, others in mine)
            if deed in verb_forms("gives") and met and any(each[1] == "holding" for each in mine):
                self._is_seen(act)  # "a man giving a flower to a woman"
            if deed in verb_forms("swings") and any(
                self.draft.noun(each[2][0]).name in words_of_kind("swing") for each in mine
            ):  # fmt: skip
                self._is_seen(act)
            trophies = [each for each in mine if self.draft.noun(each[2][0]).name == _TROPHY]
            if deed in verb_forms("exults") and trophies:
                self._is_seen(act)  # it is held up
        super()._prepare()

    def _set_board(self) -> None:
        """ "Two men playing chess": the game is on a table between them, or before them."""
        draft = self.draft
        for game, told in enumerate(list(draft.things)):
            players = self._players(game) if told.chunk.value in words_of_kind("board game") else []
            tables = [n for n, each in enumerate(draft.things) if each.chunk.value in TABLES]
            own = [each for each in draft.relations if each[0] in players or game in each[2]
                   or each[0] == game]  # fmt: skip
            beside = [each for each in own if each[2] in ([game], *([n] for n in tables))]
            placed = any(each not in beside and each[1] not in ("under", "wearing") for each in own)
            count = sum(draft.things[n].chunk.count for n in players)
            if not players or placed or len(tables) > 1 or count > _COMPANY:
                continue
            table = tables[0] if tables else self._prop(players[0], _TABLE, CROWDED + 1)
            if table is None:
                continue
            draft.relations = [each for each in draft.relations if each not in beside]
            draft.relate(game, "on", table, literal=True)
            if count == 2:
                draft.relations.append((table, "between", players))
            elif count == 1 or len(players) > 1:
                draft.relate(players[0], "behind", table, literal=True)
            else:
                draft.relate(players[0], "around", table, literal=True)
            joined = [draft.things[n] for n in players]
            self.poses = [each for each in self.poses if each[0] not in joined]
            for one, deed, act in self.deeds:
                if one in joined and deed in verb_forms("play"):
                    self._is_seen(act)

    def _players(self, game: int) -> list[int]:
        """Who plays a game, all of them."""
        draft = self.draft
        plays = [told for told, deed, _ in self.deeds if deed in verb_forms("play")]
        own = [n for n, way, others in draft.relations if way == "next to" and others == [game]
               and draft.things[n] in plays]  # fmt: skip
        named = draft.things[game].chunk.text.startswith("playing ")  # "men playing cards"
        had = any(game in others for _, _, others in draft.relations)
        before = [n for n in range(game) if draft.is_rider(n)] if named and not had else []
        first = next(iter((*own, *before[-1:])), None)
        if first is None or not draft.living(first):
            return []
        joined = self._with_joined(first)
        joined += [each for n, each in enumerate(draft.things) if draft.living(n)
                   and each.via == "with" and each.host in (first, game)]  # fmt: skip
        return [n for n, each in enumerate(draft.things) if each in joined]

    def _play_with(self, told: Told, who: int, toy: int, act: tuple[int, str]) -> None:
        """Joins somebody to their toy; who plays with animals, and animals, leap as before."""
        draft, one = self.draft, self.draft.noun(toy)
        light = one.size <= HANDY_SIZE or draft.things[toy].chunk.size == "tiny"
        if not draft.is_rider(who) or draft.living(toy) or not light:
            return
        does = [each[1] for each in draft.relations if each[0] == who and each[2] == [toy]]
        way = does[0] if does[0] in ACTIONS else table("played with").get(one.name, "")
        if not way and one.name in words_of_kind("bounced"):
            way = "throwing"
        if way:
            self._unrelate(who, toy)
            draft.relate(who, way, toy, literal=way == "holding")
        elif one.category != "celestial" and not self._gazes(told):
            self.moving.append((told, _KNEELING))
        if way or one.category != "celestial":
            self.poses = [each for each in self.poses if each[0] is not told or each[2] != act]
            self._is_seen(act)

    def _do_to_it(self) -> bool:
        """Whether somebody does to what they have already what a verb says: "and tossing it"."""
        draft, last = self.draft, self.last
        if last is None or not self.verbal or draft.living(last):
            return False
        doer, way = draft.doer(self.mentioned), self.pending
        has = [each for each in draft.relations if (each[0], each[2]) == (doer, [last])]
        if [each[1] for each in has] not in (["next to"], ["holding"]):
            return False
        if way in ACTIONS:
            self._unrelate(doer, last)
            draft.relate(doer, way, last)
        if (doer, way, [last]) in draft.relations or self.doing in verb_forms("gives", "handled"):
            self.left_out = [each for each in self.left_out if each != self.act]
        self.pending = ""
        return True
