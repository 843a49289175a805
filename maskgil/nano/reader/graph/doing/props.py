"""Implicit props of activities: a horse to ride, a spoon to stir with, a couch."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.reader.graph.doing.deeds import CROWDED
from maskgil.nano.reader.graph.doing.events import Events
from maskgil.nano.reader.graph.draft import Told
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.words import done_as, table, verb_forms, words_of_kind
from maskgil.nano.world.lines import WAYS
from maskgil.nano.world.nouns import PEOPLE
from maskgil.nano.world.scene import LOOKING

_HORSE, _BICYCLE, _COUCH, _SPOON, _EASEL, _SCREEN = (
    "horse", "bicycle", "couch", "spoon", "easel", "television"
)  # fmt: skip
_CAR = "car"
_CLOSE = 5  # items between a verb and its object
_BALL_GAMES = ("throwing", "hitting", "kicking")
_HANDY = 1.0  # metres: what is larger is held by nobody who opens it
_PAVED = ("street", "road", "city", "village", "park", *WAYS)
_CYCLISTS = ("cyclist", "mountain biker")  # who are drawn on what they ride
_YOUNG = ("child", "boy", "girl")
_WAVE, _SURFER = "wave", "surfer"
_LARGE = ("big", "large", "huge", "giant")
_BULKY = 0.4  # metres: what is larger is carried by two who do so
_LOAD = 0.7  # metres: what is larger is held by two at once
_BESIDE = ("next to",)
_SEATED = ("on", "in", "riding", "behind")


class Props(Events):
    """Adds implicit props of activities after the whole text is read."""

    def _prepare(self) -> None:
        """Gives all who do something what it takes."""
        self._mount()
        self._auscultate()
        self._film()
        self._surf()
        self._share_load()
        for index, told in enumerate(list(self.draft.things)):
            if told.chunk.text.endswith(" painting") and self.left_out:
                self._stand_at_easel(index)
        for told, deed, act in list(self.deeds):
            who = next((n for n, other in enumerate(self.draft.things) if other is told), None)
            if who is None:
                continue
            if deed in verb_forms("shoots") and told.chunk.value in words_of_kind("shooter"):
                self._is_seen(act)
            if deed in verb_forms("stirs") and self._stir(who):
                self._is_seen(act)
                self.deeds.remove((told, deed, act))
            if deed in verb_forms("opens") and self._open(who):
                self._is_seen(act)
            if deed in verb_forms("paints"):
                self._stand_at_easel(who)
            if deed in verb_forms("watches"):
                self._put_on_screen(who, act)
            if deed in verb_forms("watches") and self._sit_before(who):
                self._is_seen(act)

    def _play_together(self) -> None:
        """ "A boy playing catch with his dog": the ball is between them, rackets are two's."""
        draft = self.draft
        placed = {n for who, _, others in draft.relations for n in (who, *others)}
        for who, way, others in list(draft.relations):
            partners = [n for n, told in enumerate(draft.things) if n not in placed
                        and (told.via, told.host) == ("with", who) and draft.living(n)]  # fmt: skip
            if way in _BALL_GAMES and partners:
                draft.relate(others[0], "next to", partners[0], literal=True)
            elif draft.noun(others[0]).name in words_of_kind("racket") and partners:
                added = draft.add(replace(draft.things[others[0]].chunk))
                if added is not None and draft.is_rider(partners[0]):
                    draft.relate(partners[0], "holding", added[0])
                draft.relate(who, "next to", partners[0], literal=True)

    def _open(self, who: int) -> bool:
        """Whether what somebody opens is drawn open; nobody holds a door."""
        for at, (index, way, others) in enumerate(self.draft.relations):
            chunk = self.draft.things[others[0]].chunk
            if index == who and way in ("holding", "next to") and chunk.value in table("opened"):
                chunk.value = table("opened")[chunk.value]
                large = self.draft.noun(others[0]).size > _HANDY
                self.draft.relations[at] = (index, "next to" if large else way, others)
                return True
        return False

    def _stand_at_easel(self, who: int) -> None:
        """ "A girl painting a portrait", and of what nothing is said, does so on an easel."""
        drawn = [each for each in self.left_out if each[1] in words_of_kind("painted on")]
        if _EASEL in {told.chunk.value for told in self.draft.things}:
            return
        if (self._neighbours(who) and not drawn) or self.draft.noun(who).category not in PEOPLE:
            return
        easel = self._prop(who, _EASEL)
        if easel is not None:
            self.left_out = [each for each in self.left_out if each not in drawn]
            self.draft.relate(who, "next to", easel)

    def _film(self) -> None:
        """ "A man taking a picture with his phone" has no camera beside it."""
        there = {told.chunk.value for told in self.draft.things}
        for told in self.draft.things:
            who, _, deed = told.chunk.text.partition(" ")
            shown = {told.chunk.value, *(table("serves as").get(name) for name in there)}
            if deed and shown >= {"photographer", "camera"} and who in self.lexicon.nouns:
                told.chunk.value = told.chunk.text = who

    def _surf(self) -> None:
        """ "Riding a wave on a surfboard": it is the board that is ridden, on the wave."""
        ridden = [(n, o[0]) for n, way, o in self.draft.relations if way == "riding"]
        for who, wave in ridden:
            if self.draft.noun(wave).name == _WAVE and self.draft.is_rider(who):
                self._unrelate(who, wave)
                self.draft.relate(who, "on", wave, literal=True)
                if [n for n, _ in ridden].count(who) == 1:
                    self._become(self.draft.things[who].chunk, _SURFER)

    def _share_load(self) -> None:
        """ "Two men holding a surfboard": it is between them, none has one more."""
        for at, (who, way, others) in enumerate(self.draft.relations):
            load, both = self.draft.things[others[0]].chunk, self.draft.things[who].chunk.count == 2
            large = load.size in _LARGE or self.draft.noun(others[0]).size >= _LOAD
            large &= load.value not in words_of_kind("held overhead")
            if way != "holding" or load.count != 1 or load.owned:
                continue
            if both and large:
                self.draft.relations[at] = (others[0], "between", [who])
            elif self._bears_with(who) and self.draft.noun(others[0]).size >= _BULKY:
                self.draft.relations[at] = (others[0], "between", [who - 1, who])

    def _bears_with(self, who: int) -> bool:
        """Whether somebody carries what they do with whom "and" joins: "a boy and a girl"."""
        joined = [self.draft.things.index(told) for told in self._with_joined(who)]
        free = not any(who - 1 in (n, *o) for n, _, o in self.draft.relations)
        return joined == [who, who - 1] and free and all(map(self.draft.is_rider, joined))

    def _with_joined(self, last: int) -> list[Told]:
        """A thing and those before it that "and" joins to it: "a cat and a dog"."""
        found = [self.draft.things[last]]
        for before in reversed(self.draft.things[:last]):
            between = [chunk.kind for chunk in self.chunks
                       if before.chunk.end <= chunk.start < found[-1].chunk.start]  # fmt: skip
            if set(between) - {"and"}:
                break
            found.append(before)
        return found

    def _auscultate(self) -> None:
        """ "A doctor listening to a child's heart" is next to it, with a stethoscope."""
        heard = [each for each in self.left_out if each[1] in verb_forms("hears")]
        hearts = [
            (n, others[0])
            for n, _, others in self.draft.relations
            if self.draft.noun(others[0]).name == "heart" and self.draft.living(n)
        ]
        if not heard or len(hearts) != 1:
            return
        owner, heart = (self.draft.things[n] for n in hearts[0])
        self.draft.drop(hearts[0][1])
        doctors = [n for n, told in enumerate(self.draft.things)
                   if told is not owner and self.draft.noun(n).category in PEOPLE]  # fmt: skip
        if len(doctors) == 1 and heart not in self.draft.things:
            self.draft.relate(doctors[0], "next to", self.draft.things.index(owner))
            tool = self._prop(doctors[0], "stethoscope")
            if tool is not None:
                self.draft.relate(doctors[0], "holding", tool)
            self.left_out = [each for each in self.left_out if each not in heard]

    def _mount(self) -> None:
        """ "A cowboy riding into the sunset" has a horse; on a road children have bicycles."""
        for told in list(self.draft.things):
            if told not in self.riders:
                continue
            who = self.draft.things.index(told)
            carried = {way for n, way, _ in self.draft.relations if n == who} & {*_SEATED}
            rides = told.chunk.value in (*done_as().values(), *_CYCLISTS)
            if carried or rides or self.draft.noun(who).category not in PEOPLE:
                continue
            paved = self.scenery.setting() in _PAVED or told.chunk.value in _YOUNG
            usual = _BICYCLE if paved else _HORSE
            mount = _HORSE if told.chunk.value in words_of_kind("horseman") else usual
            mount = _CAR if told in self.drivers else mount
            added = self._prop(who, mount)
            if added is not None:
                self.draft.things[added].chunk.count = told.chunk.count
                self.draft.relate(who, "riding", added)

    def _prop(self, who: int, name: str, room: int = CROWDED) -> int | None:
        """The place of something that is added for who needs it; None where it may not be."""
        there = {told.chunk.value for told in self.draft.things}
        if name in self.forbidden or len(there) >= room:
            return None
        start = self.draft.things[who].chunk.start
        added = self.draft.add(Chunk("thing", name, start, start, name))
        return None if added is None else added[0]

    def _neighbours(self, who: int) -> list[int]:
        """What somebody is next to."""
        return [o[0] for n, way, o in self.draft.relations if n == who and way in _BESIDE]

    def _stir(self, who: int) -> bool:
        """ "A witch stirring a pot" is behind it, and a spoon stands in it."""
        stirred, kinds = self._neighbours(who), words_of_kind("stirred")
        stirred += [o[0] for n, way, o in self.draft.relations if n in stirred and way == "in"]
        pots = [n for n in stirred if self.draft.noun(n).name in kinds]
        spoons = [n for n, told in enumerate(self.draft.things)
                  if told.chunk.value in words_of_kind("stirred with")]  # fmt: skip
        if len(pots) != 1:
            return False
        spoon = spoons[0] if spoons else self._prop(who, _SPOON)
        if spoon is None:
            return False
        for other in (spoon, *stirred):
            self._unrelate(who, other)
        self.draft.relate(spoon, "in", pots[0], literal=True)
        self.draft.relate(who, "behind", pots[0], literal=True)
        return True

    def _put_on_screen(self, who: int, act: tuple[int, str]) -> None:
        """ "Watching a movie" takes a television."""
        shown = [each for each in self.left_out if act[0] < each[0] <= act[0] + _CLOSE
                 and each[1].rpartition(" ")[2] in words_of_kind("screened")]  # fmt: skip
        screens = [n for n, told in enumerate(self.draft.things)
                   if told.chunk.value in words_of_kind("screen")]  # fmt: skip
        if not shown or self.draft.noun(who).category not in PEOPLE:
            return
        screen = screens[0] if screens else self._prop(who, _SCREEN, CROWDED + 1)
        if screen is not None:
            self._unrelate(who, screen)
            self.draft.relate(who, "next to", screen, literal=True)
            self.left_out = [each for each in self.left_out if each not in shown]

    def _sit_before(self, who: int) -> bool:
        """ "A family watching television" is on a couch."""
        screens = [n for n in self._neighbours(who) if self.draft.noun(n).name in
                   words_of_kind("screen")]  # fmt: skip
        seated = any(n == who and way in _SEATED for n, way, _ in self.draft.relations)
        if not screens:
            return False
        for n, _, others in self.draft.relations:
            if others[0] == screens[0] and may_be_so(self.draft.noun(n), LOOKING):
                self.draft.things[n].chunk.state = self.draft.things[n].chunk.state or LOOKING
        if seated:
            return True
        couch = self._prop(who, _COUCH)
        if couch is None:
            return False
        self._unrelate(who, screens[0])
        self.draft.relate(who, "on", couch, literal=True)
        self.draft.relate(couch, "next to", screens[0], literal=True)
        return True
