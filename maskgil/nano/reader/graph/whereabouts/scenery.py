"""Setting, time, weather and style; of several settings the most specific one."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

from maskgil.nano.reader.words import listed, table
from maskgil.nano.world.scene import TIMES, Scene
from maskgil.nano.world.settings import PLACES, WITHIN, place

STANDS_FOR = {
    "forest": "tree", "mountain": "mountain", "hill": "hill", "sea": "wave", "beach": "palm tree",
    "castle": "castle", "city": "skyscraper", "village": "house", "farm": "barn",
    "desert": "cactus", "pond": "pond", "road": "road", "moon": "full moon", "jungle": "palm tree",
    "garden": "flower", "street": "street lamp", "railway": "rails",
}  # fmt: skip
"""Setting -> what is drawn of it where another one is the scene's."""
GENERAL = ("sky", "snow", "hill", "mountain", "sea", "forest", "city", "street")
"""The settings that give way to any other, the first sooner."""
_SETTLED, _LANDS = ("village", "farm"), ("hill", "mountain", "forest")
"""Settings of which what stands there tells enough, and those in which they are then."""
WATERS = tuple(name for name, where in PLACES.items() if where.water or name == "underwater")
WET = tuple(name for name in WATERS if name not in ("beach", "harbor", "underwater"))
"""Those that are water all over, in which somebody may stand or swim."""
WHERE = frozenset(
    ("in", "on", "at", "through", "across", "along", "into", "over", "onto", "inside", "within",
     "up", "down", "at the end of", *listed("midst"))
)  # fmt: skip
"""Prepositions behind which a thing that is a setting too is the setting."""
SKIES = frozenset(("in", "through", "across", "into", "inside"))
"""Those behind which the sky is where something is, not what is over it."""
INDOORS = tuple(
    name
    for name, where in PLACES.items()
    if not (where.outdoors or name == "table top" or name.endswith("background"))
)
ROOMS = tuple(name for name in INDOORS if name not in WITHIN.values())
"""The settings within that are nothing else: no noun is called so."""
ANY_ROOM = "living room"  # where a wall or a floor is named, and nothing tells whose
PAPER = "paper"
RAINED_ON, SNOWED_ON = "rain streaked", "snow streaked"  # windows behind which it does so


@dataclass
class Scenery:
    """What a text says of where and when, in its order: settings with how surely they are meant."""

    settings: list[tuple[str, int]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    weathers: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    said: list[tuple[str, int, str]] = field(default_factory=list)
    """Weathers, times and styles told in words, snow too: with the place of their item."""
    plain: bool = False
    """Whether nothing is to be behind the things."""
    open_air: bool = False
    """Whether they are said to be under the sky."""

    def add(self, kind: str, value: str, said: tuple[int, str] | None = None) -> None:
        """A time, a weather or a style; `said`: where, and in which words."""
        {"time": self.times, "weather": self.weathers, "style": self.styles}[kind].append(value)
        if said is not None:
            self.said.append((value, *said))

    def put(self, name: str, sure: int = 1, said: tuple[int, str] | None = None) -> None:
        """A setting; PAPER is none. `said`: where, and in which words."""
        if said is not None:
            self.said.append((name, *said))
        if name == PAPER:
            self.plain = True
        elif name not in self.forbidden:
            self.settings.append((name, sure))

    def turn(self, those: tuple[str, ...], name: str) -> None:
        """Names another setting instead of `those`, or of none."""
        self.settings = [(name if old in those else old, sure) for old, sure in self.settings]
        if name not in (old for old, _ in self.settings):
            self.put(name)

    def setting(self) -> str | None:
        """The setting that tells most: not a background's colour before a place, nor "snow"."""
        names = [name for name, _ in self.settings]
        if not names:
            hints = [hint for hint in self.hints if hint not in self.forbidden]
            return hints[0] if hints else None
        walls = [name for name in names if name.endswith("background")]
        if walls:
            return walls[0]
        for first, second in combinations(dict.fromkeys(names), 2):
            if joint := joined(first, second):
                return joint  # "by a river in the forest"
        if names[0] in _SETTLED and names[1:2] and names[1] in _LANDS:
            return names[1]  # "a village in the mountains"
        bare = [name for name in names if name not in STANDS_FOR and name not in GENERAL]
        if bare:
            return bare[0]
        order = [sure - 10 * _generality(name) for name, sure in self.settings]
        return names[order.index(max(order))]

    def stand_ins(self) -> list[str]:
        """Things that stand for the settings beside the chosen one."""
        chosen = self.setting()
        names = dict.fromkeys(name for name, _ in self.settings if name != chosen)
        shown = {
            part for pair in combinations(names, 2) if joined(*pair) == chosen for part in pair
        }
        shown |= {name for name in names if chosen and joined(chosen, name) == chosen}
        shown |= {*(chosen or "").split()}  # "a path through the dunes to the beach"
        others = [name for name in names if name not in shown]
        if chosen in INDOORS:
            return []
        had: tuple[str, ...] = (
            ("sea",) if chosen in WATERS else ()
        )  # "in the water" of a lake is no sea
        had += ("mountain",) if chosen == "lake" else ()  # whose scenery has some
        return [STANDS_FOR[n] for n in others if n in STANDS_FOR and n not in had]

    def weather(self) -> str:
        """The weather; none where there is no sky."""
        setting = self.setting()
        names = [name for name, _ in self.settings]
        if setting is not None and (not place(setting).outdoors or setting in _AIRLESS):
            return "clear"
        if self.weathers:
            return max(self.weathers, key=("clear", "snow", "fog", "rain", "storm").index)
        return "snow" if "snow" in names and setting != "snow" and setting else "clear"

    def time(self) -> str:
        """The time of day, as the setting allows."""
        setting = self.setting()
        allowed = place(setting).times if setting else TIMES
        said = [time for time in self.times if time in allowed]
        rarest = max(said, key=TIMES.index, default=allowed[0])
        return rarest

    def unseen(self, scene: Scene) -> list[tuple[int, str]]:
        """What was told of weather, time and style that is not in the scene."""
        shown = {scene.setting, scene.weather, scene.time, scene.style, *_USUAL}
        if any(thing.state == "snowy" for thing in scene.things):
            shown.add("snow")
        if any(thing.state == RAINED_ON for thing in scene.things):
            shown |= {"rain", "storm"}
        if any(thing.state == SNOWED_ON for thing in scene.things):
            shown.add("snow")
        if scene.setting not in INDOORS:
            shown |= PLACES.keys() - {"snow"}  # those that tell of where the chosen one is
        shown |= {PAPER, *INDOORS}
        return [(at, words) for value, at, words in self.said if value not in shown]

    def style(self) -> str:
        drawn = [style for style in self.styles if style != "3d"]
        return drawn[0] if drawn else "3d"


def joined(first: str, second: str) -> str | None:
    """The setting of two places in one: a road and a forest."""
    either = table("joined")
    return either.get(f"{first} + {second}") or either.get(f"{second} + {first}")


_USUAL = ("clear", "day", "3d")  # what is not missed
_AIRLESS = ("underwater", "sky", "space", "moon")


def _generality(name: str) -> int:
    return len(GENERAL) - GENERAL.index(name) if name in GENERAL else 0
